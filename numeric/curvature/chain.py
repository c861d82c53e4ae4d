r"""What every object contributes to the Hessian of a ReLU network with cross-entropy, factor by factor.

In the notation of Kiselev & Grabovoy 2024, §4: x^l is what layer l multiplies, G^l = ∂z/∂z^l, δ = (Σ_c y_c) p − y and
A = (Σ_c y_c)(diag(p) − pp⊤). With P^{lk} = ∂x^l/∂z^k = D^{l-1}W^{l-1} ⋯ W^{k+1}D^k for k < l, one object's Hessian is
the bilinear form

    (Σ_l G^l ΔW^l x^l)⊤ A (Σ_l G^l ΔW^l x^l) + 2 Σ_{k<l} (G^{l⊤}δ)⊤ ΔW^l P^{lk} ΔW^k x^k,

its G-term and its H-term. With bias ΔW^l x^l is [ΔW^l Δb^l](x^l, 1). At z = 0 the slope of the ReLU is taken as 0.
Nothing of ``hessproof.numeric.network`` is used, so that both can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]
NUMBERS = 1 << 23
"""Numbers that the factors of one group of objects may hold."""


@dataclass(frozen=True, eq=False, slots=True)
class Factors:
    """The factors of some objects; first axis: objects; lists are over layers l = 1, …, L.

    Args:
        inputs: x^l, or (x^l, 1) with bias: N × M_{l-1} (+ 1).
        jacobians: G^l, N × K × M_l.
        pulled: G^{l⊤}δ, N × M_l.
        between: P^{lk} at (k, l), N × M_{l-1} × M_k, for all k < l.
        curvature: A, N × K × K.
        residual: δ, N × K.
    """

    inputs: tuple[Array, ...]
    jacobians: tuple[Array, ...]
    pulled: tuple[Array, ...]
    between: dict[tuple[int, int], Array]
    curvature: Array
    residual: Array


def factors(architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array) -> Factors:
    """The factors of every object.

    Args:
        architecture: A ReLU network with cross-entropy.
        parameters: P^1, …, P^L, with P^l = [W^l b^l], or W^l without bias.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If activation, loss or a shape does not fit, or a number is not finite.

    Example:
        >>> relu = Architecture((1, 1, 2), activation="relu", loss="cross-entropy")
        >>> weights = [np.asarray([[2.0]]), np.asarray([[1.0], [1.0]])]
        >>> found = factors(relu, weights, np.asarray([[3.0]]), np.asarray([[1.0, 0.0]]))
        >>> found.inputs[1].tolist(), found.pulled[0].tolist(), found.curvature.tolist()
        ([[6.0]], [[0.0]], [[[0.25, -0.25], [-0.25, 0.25]]])
    """
    weights, x, y = _checked(architecture, parameters, inputs, targets)
    layers, met, slopes = architecture.layers, [], []
    current = x
    for layer, matrix in enumerate(weights, start=1):
        met.append(np.hstack([current, np.ones((len(x), 1))]) if architecture.bias else current)
        current = met[-1] @ matrix.T
        if layer < layers:
            slopes.append((current > 0).astype(np.float64))
            current = np.maximum(current, 0.0)
    linear = [matrix[:, :-1] if architecture.bias else matrix for matrix in weights]
    probabilities = _softmax(current)
    mass = y.sum(axis=1, keepdims=True)
    residual = mass * probabilities - y
    curvature = -probabilities[:, :, None] * probabilities[:, None, :]
    places = np.arange(architecture.outputs)
    curvature[:, places, places] += probabilities
    curvature *= mass[:, :, None]
    jacobians = [np.broadcast_to(np.eye(architecture.outputs), (len(x), architecture.outputs, architecture.outputs))]
    for layer in range(layers - 1, 0, -1):
        jacobians.insert(0, (jacobians[0] @ linear[layer]) * slopes[layer - 1][:, None, :])
    pulled = [np.einsum("nca,nc->na", each, residual) for each in jacobians]
    between: dict[tuple[int, int], Array] = {}
    for k in range(1, layers):
        between[k, k + 1] = slopes[k - 1][:, :, None] * np.eye(architecture.widths[k])
        for l in range(k + 2, layers + 1):
            between[k, l] = slopes[l - 2][:, :, None] * (linear[l - 2] @ between[k, l - 1])
    return Factors(tuple(met), tuple(jacobians), tuple(pulled), between, curvature, residual)


def groups(architecture: Architecture, samples: int) -> Iterator[slice]:
    """Groups of objects whose factors fit into memory.

    Example:
        >>> [one.stop - one.start for one in groups(Architecture((2, 2), activation="relu"), 5)]
        [5]
    """
    widths = architecture.widths
    pairs = sum(widths[l - 1] * widths[k] for l in range(2, len(widths)) for k in range(1, l))
    each = pairs + (widths[-1] + 2) * sum(widths) + widths[-1] ** 2
    step = max(1, NUMBERS // each)
    for start in range(0, samples, step):
        yield slice(start, min(start + step, samples))


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _checked(
    architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array
) -> tuple[list[Array], Array, Array]:
    if (architecture.activation, architecture.loss) != ("relu", "cross-entropy"):
        raise UnusableRequest(
            f"activation {architecture.activation} with loss {architecture.loss}",
            "relu with cross-entropy",
            "measure other networks by measured_norms",
        )
    weights = [np.asarray(matrix, dtype=np.float64) for matrix in parameters]
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    wanted = [(rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes]
    given = [matrix.shape for matrix in weights]
    if given != wanted:
        raise UnusableRequest(
            f"parameters of shapes {given}", f"{wanted} for the widths {architecture}", "give one matrix a layer"
        )
    if x.ndim != 2 or not len(x) or x.shape[1] != architecture.inputs or y.shape != (len(x), architecture.outputs):
        raise UnusableRequest(
            f"inputs of shape {x.shape} and targets of shape {y.shape}",
            f"N × {architecture.inputs} and N × {architecture.outputs}, N ≥ 1",
            "give one row for each object",
        )
    if not all(np.isfinite(array).all() for array in (*weights, x, y)):
        raise UnusableRequest("NaN or infinite parameters, inputs or targets", "finite numbers", "leave them out")
    return weights, x, y
