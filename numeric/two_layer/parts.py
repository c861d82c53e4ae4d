r"""H_0 and H_1 of a two-layer network in floating point, and the blocks that H_1 is made of.

The network is ŷ = W² φ(W¹ x) with d inputs, h hidden units and K outputs (d = h = K = n in the source), its loss
𝓛 = (2m)^{-1} Σ_μ ‖ŷ_μ − y_μ‖², e = ŷ − y and z = W¹ x. Then H = H_0 + H_1 with

    H_0 = (1/m) Σ_μ Σ_i ∂ŷ_{iμ}/∂θ (∂ŷ_{iμ}/∂θ)^⊤,        H_1 = (1/m) Σ_μ Σ_i e_{iμ} ∂²ŷ_{iμ}/∂θ∂θ^⊤.

H_1 couples no two hidden units. For unit a, with the row w_a of W¹ first and the column a of W² after it, it is

    [ D_a  B_a^⊤ ]     B_a = (1/m) Σ_μ φ′(z_{aμ}) e_μ x_μ^⊤,
    [ B_a    0   ]     D_a = (1/m) Σ_μ (W^{2⊤} e_μ)_a φ″(z_{aμ}) x_μ x_μ^⊤.

Parameters stand in the order of the project: W¹ row by row, then W² row by row. Samples are rows.
Pennington & Bahri 2017, §3; slide "Hessian for two layer net".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.network.forward import ForwardPass, forward_pass
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.parameters import checked
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def hessian_parts(w1: Array, w2: Array, x: Array, y: Array, activation: str = "linear") -> tuple[Array, Array]:
    """H_0 and H_1, each p × p with p = h (d + K); 2n² for widths n.

    Args:
        w1: W¹, h × d.
        w2: W², K × h.
        x: Inputs as rows, m × d.
        y: Targets as rows, m × K.
        activation: Name of φ: linear, relu, tanh or another of the project's.

    Raises:
        UnusableRequest: If a shape does not fit, an entry is not finite, the activation is unknown or memory would not
            suffice.

    Example:
        >>> one = np.asarray([[1.0]])
        >>> outer, functional = hessian_parts(2 * one, 3 * one, one, one)
        >>> outer.tolist(), functional.tolist()
        ([[9.0, 6.0], [6.0, 4.0]], [[0.0, 5.0], [5.0, 0.0]])
    """
    _usable(w1, w2, x, y)
    architecture = two_layers(w1, w2, activation)
    outer = network_hessian(architecture, [w1, w2], x, y, "outer")
    return outer, network_hessian(architecture, [w1, w2], x, y, "functional")


def cross_blocks(w1: Array, w2: Array, x: Array, y: Array, activation: str = "linear") -> Array:
    """B_a = (1/m) Σ_μ φ′(z_{aμ}) e_μ x_μ^⊤ for every hidden unit, h × K × d; all equal without activation.

    Args:
        w1: W¹, h × d.
        w2: W², K × h.
        x: Inputs as rows, m × d.
        y: Targets as rows, m × K.
        activation: Name of φ.

    Raises:
        UnusableRequest: If a shape does not fit, an entry is not finite or the activation is unknown.

    Example:
        >>> one = np.asarray([[1.0]])
        >>> cross_blocks(2 * one, 3 * one, one, one).tolist()
        [[[5.0]]]
    """
    state, errors = _state(w1, w2, x, y, activation)
    return _sums(state.slopes[0], errors, state.inputs[0])


def bent_blocks(w1: Array, w2: Array, x: Array, y: Array, activation: str = "linear") -> Array:
    """D_a = (1/m) Σ_μ (W^{2⊤} e_μ)_a φ″(z_{aμ}) x_μ x_μ^⊤ for every hidden unit, h × d × d; zero if φ″ = 0.

    Args:
        w1: W¹, h × d.
        w2: W², K × h.
        x: Inputs as rows, m × d.
        y: Targets as rows, m × K.
        activation: Name of φ.

    Raises:
        UnusableRequest: If a shape does not fit, an entry is not finite or the activation is unknown.

    Example:
        >>> one = np.asarray([[1.0]])
        >>> bent_blocks(2 * one, 3 * one, one, one, "relu").tolist()
        [[[0.0]]]
    """
    state, errors = _state(w1, w2, x, y, activation)
    factors = (errors @ state.weights[1]) * state.bends[0]  # m × h
    return _sums(factors, state.inputs[0], state.inputs[0])


def _sums(factors: Array, left: Array, right: Array) -> Array:
    """(1/m) Σ_μ f_{aμ} l_μ r_μ^⊤ for every a; samples are rows of ``factors`` (m × h), ``left`` and ``right``."""
    xp, count = namespace_of(factors), factors.shape[0]
    both = xp.reshape(factors[:, :, None] * left[:, None, :], (count, -1))
    return xp.reshape(both.T @ right, (factors.shape[1], left.shape[1], right.shape[1])) / count


def unit_blocks(w1: Array, w2: Array, x: Array, y: Array, activation: str = "linear") -> Array:
    """[[D_a, B_a^⊤], [B_a, 0]] for every hidden unit, h × (d + K) × (d + K); H_1 is their direct sum.

    Args:
        w1: W¹, h × d.
        w2: W², K × h.
        x: Inputs as rows, m × d.
        y: Targets as rows, m × K.
        activation: Name of φ.

    Raises:
        UnusableRequest: If a shape does not fit, an entry is not finite or the activation is unknown.

    Example:
        >>> one = np.asarray([[1.0]])
        >>> unit_blocks(2 * one, 3 * one, one, one).tolist()
        [[[0.0, 5.0], [5.0, 0.0]]]
    """
    crossed = cross_blocks(w1, w2, x, y, activation)
    bent = bent_blocks(w1, w2, x, y, activation)
    xp = namespace_of(crossed)
    nothing = crossed @ xp.permute_dims(crossed, (0, 2, 1)) * 0
    upper = xp.concat([bent, xp.permute_dims(crossed, (0, 2, 1))], axis=2)
    return xp.concat([upper, xp.concat([crossed, nothing], axis=2)], axis=1)


def functional_eigenvalues(w1: Array, w2: Array, x: Array, y: Array, activation: str = "linear") -> Array:
    """All h (d + K) eigenvalues of H_1, in increasing order, from the blocks of the hidden units.

    This takes h problems of size d + K in place of one of size h (d + K). If φ″ = 0 they are the singular values of
    the blocks B_a with both signs, and zeros.

    Args:
        w1: W¹, h × d.
        w2: W², K × h.
        x: Inputs as rows, m × d.
        y: Targets as rows, m × K.
        activation: Name of φ.

    Raises:
        UnusableRequest: If a shape does not fit, an entry is not finite or the activation is unknown.

    Example:
        >>> one = np.asarray([[1.0]])
        >>> functional_eigenvalues(2 * one, 3 * one, one, one).tolist()
        [-5.0, 5.0]
    """
    blocks = unit_blocks(w1, w2, x, y, activation)
    xp = namespace_of(blocks)
    return xp.sort(xp.reshape(xp.linalg.eigvalsh(blocks), (-1,)))


def unit_order(inputs: int, hidden: int, outputs: int) -> npt.NDArray[np.int64]:
    """The parameters unit by unit: for each a the places of w_a and then of column a of W², in the project's order.

    ``H[numpy.ix_(order, order)]`` is block diagonal for H = H_1, with the blocks of `unit_blocks`.

    Raises:
        UnusableRequest: If a width is not positive.

    Example:
        >>> unit_order(1, 2, 1).tolist()
        [0, 2, 1, 3]
    """
    if min(inputs, hidden, outputs) < 1:
        raise UnusableRequest(f"widths {inputs}-{hidden}-{outputs}", "positive widths", "give for instance 2-2-2")
    rows = np.arange(hidden)[:, None] * inputs + np.arange(inputs)
    columns = hidden * inputs + np.arange(hidden)[:, None] + hidden * np.arange(outputs)
    return np.concatenate([rows, columns], axis=1).ravel()


def two_layers(w1: Array, w2: Array, activation: str = "linear") -> Architecture:
    """d-h-K with the given activation, squared loss, no bias.

    Raises:
        UnusableRequest: If the weights are no matrices that fit together, or the activation is unknown.

    Example:
        >>> str(two_layers(np.ones((3, 2)), np.ones((1, 3))))
        '2-3-1'
    """
    if w1.ndim != 2 or w2.ndim != 2 or w1.shape[0] != w2.shape[1]:
        raise UnusableRequest(
            f"W¹ of shape {tuple(w1.shape)} and W² of shape {tuple(w2.shape)}",
            "h × d and K × h",
            "give W² as many columns as W¹ has rows",
        )
    return Architecture((int(w1.shape[1]), int(w1.shape[0]), int(w2.shape[0])), activation=activation)


def _usable(*arrays: Array) -> None:
    if not all(hasattr(array, "shape") for array in arrays):
        raise UnusableRequest("weights or samples that are no arrays", "four arrays", "wrap lists in numpy.asarray")
    xp = namespace_of(*arrays)
    if not all(xp.isdtype(array.dtype, ("real floating", "integral")) for array in arrays):
        raise UnusableRequest("weights or samples of another type", "real numbers", "convert them to floats")
    if not all(bool(xp.all(xp.isfinite(array))) for array in arrays):
        raise UnusableRequest("weights or samples with NaN or infinity", "finite numbers", "leave those samples out")


def _state(w1: Array, w2: Array, x: Array, y: Array, activation: str) -> tuple[ForwardPass, Array]:
    _usable(w1, w2, x, y)
    architecture = two_layers(w1, w2, activation)
    matrices, inputs, targets = checked(architecture, [w1, w2], x, y)
    state = forward_pass(architecture, matrices, inputs)
    return state, state.outputs - targets
