r"""The outer Hessian of any network through the smaller of JJ⊤ and J⊤J.

H_o = E[J_n⊤Λ_nJ_n], with J_n = ∂F(x_n)/∂θ, K × p. Let Λ_n = S_nS_n⊤ with S_n of K′ columns: K′ = K, and K′ = K − 1 for
cross-entropy, whose Λ_n = t(diag(p) − pp⊤) annihilates (1, …, 1). The rows of S_n⊤J_n, over all samples, make an
NK′ × p matrix A with H_o = A⊤A/N. So H_o has the nonzero eigenvalues of AA⊤/N, whose order is NK′, and at least
p − NK′ eigenvalues zero. With B^l_n = S_n⊤ ∂F/∂z^l, K′ × M_l, its entries are

    (AA⊤)_{(n,c),(n′,c′)} = Σ_l ⟨B^l_{n,c}, B^l_{n′,c′}⟩ ⟨ã^{l-1}_n, ã^{l-1}_{n′}⟩,

so that J is never formed either: two matrix products a layer, of the neurons' gradients and of the activations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array, Device, namespace, namespace_of, to_numpy
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.network.forward import ForwardPass, forward_pass
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.losses import loss_derivatives, softmax
from hessproof.numeric.network.parameters import Parameters, checked
from hessproof.numeric.spectra.partial import StructuredSpectrum, by_modulus, rounding
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.losses.expressions import loss
from hessproof.symbolic.losses.outputs import effective_outputs

Side = Literal["samples", "parameters"]


@dataclass(frozen=True, eq=False)
class OuterGram:
    """A matrix with the nonzero eigenvalues of H_o.

    Args:
        matrix: AA⊤/N, of order NK′, or H_o itself.
        side: samples or parameters.
        size: p.
    """

    matrix: Array
    side: Side
    size: int

    @property
    def order(self) -> int:
        """The order of the matrix."""
        return int(self.matrix.shape[0])


def gram_order(architecture: Architecture, samples: int) -> int:
    """NK′, the order of AA⊤.

    Example:
        >>> gram_order(Architecture((5, 4, 3), loss="cross-entropy"), 10)
        20
    """
    return samples * effective_outputs(architecture)


def outer_gram(
    architecture: Architecture, parameters: Parameters, inputs: Array, targets: Array, side: Side | None = None
) -> OuterGram:
    """The smaller of AA⊤/N and A⊤A/N = H_o, from factors.

    Args:
        architecture: Widths, bias, any activation, any loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.
        side: samples or parameters, if one is wanted whatever its size.

    Raises:
        UnusableRequest: If a shape does not fit, or the matrix would not fit into memory.

    Example:
        >>> import numpy as np
        >>> tanh = Architecture((1, 1, 1), activation="tanh")
        >>> one = [np.asarray([[0.0]]), np.asarray([[3.0]])]
        >>> outer_gram(tanh, one, np.asarray([[5.0]]), np.asarray([[0.0]])).matrix.tolist()
        [[225.0]]
    """
    matrices, x, y = checked(architecture, parameters, inputs, targets)
    order = gram_order(architecture, int(x.shape[0]))
    if side is None:
        side = "samples" if order <= architecture.parameters else "parameters"
    if side == "parameters":
        whole = network_hessian(architecture, matrices, x, y, part="outer")
        return OuterGram(whole, "parameters", architecture.parameters)
    bytes_ = matrix_bytes(order, copies=3, entry=namespace_of(x).finfo(x.dtype).bits // 8)
    refuse_if_too_large(bytes_, f"a Gram matrix of order {order} for {architecture}", "give fewer samples")
    state = forward_pass(architecture, matrices, x)
    return OuterGram(_sample_gram(architecture, state, y), "samples", architecture.parameters)


def outer_eigenvalues(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Array,
    targets: Array,
    *,
    device: Device = "cpu",
    structured: bool = True,
) -> StructuredSpectrum:
    """The nonzero eigenvalues of H_o for any activation, bias and loss, from a matrix of order min(NK′, p).

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.
        device: cpu, cuda or auto.
        structured: False forms the p × p matrix, so that the two routes can be compared.

    Raises:
        UnusableRequest: If a shape does not fit, the device is not there, or the matrix would not fit into memory.

    Example:
        >>> import numpy as np
        >>> relu = Architecture((2, 3, 2), activation="relu", loss="cross-entropy")
        >>> first = np.asarray([[1.0, 2.0], [-1.0, 1.0], [0.5, 0.5]])
        >>> second = np.asarray([[1.0, 1.0, 2.0], [0.0, 1.0, 1.0]])
        >>> found = outer_eigenvalues(relu, [first, second], np.asarray([[1.0, 1.0]]), np.asarray([[1.0, 0.0]]))
        >>> found.order, found.zeros, found.size
        (1, 11, 12)
    """
    xp = namespace(device)
    moved = [xp.asarray(matrix) for matrix in parameters]
    side: Side | None = None if structured else "parameters"
    return gram_spectrum(outer_gram(architecture, moved, xp.asarray(inputs), xp.asarray(targets), side))


def gram_spectrum(gram: OuterGram) -> StructuredSpectrum:
    """The eigenvalues of a Gram matrix, as those of H_o."""
    xp = namespace_of(gram.matrix)
    found = to_numpy(xp.linalg.eigvalsh(gram.matrix)) if gram.order else np.zeros(0)
    values = by_modulus(found)
    trace = float(xp.linalg.trace(gram.matrix))
    total = float(abs(values).sum())
    what = "AA⊤ over the samples" if gram.side == "samples" else "J⊤ΛJ over the parameters"
    epsilon = float(xp.finfo(gram.matrix.dtype).eps)
    return StructuredSpectrum(
        values=values,
        zeros=gram.size - gram.order,
        size=gram.size,
        order=gram.order,
        cut=None,
        error=rounding(gram.order, float(abs(values[0])), epsilon) if values.size else 0.0,
        trace_residual=abs(trace - float(values.sum())) / total if total else 0.0,
        how=f"eigenvalues of {what}, of order {gram.order}, by LAPACK",
    )


def _sample_gram(architecture: Architecture, state: ForwardPass, targets: Array) -> Array:
    """AA⊤/N, rows ordered by sample, then column of S_n."""
    xp = namespace_of(targets)
    count = int(targets.shape[0])
    back = curvature_root(architecture.loss, state.outputs, targets)
    back = xp.permute_dims(back, (0, 2, 1))
    columns = int(back.shape[1])
    total: Array | None = None
    for layer in range(architecture.layers - 1, -1, -1):
        flat = xp.reshape(back, (count * columns, back.shape[2]))
        product = flat @ flat.T
        activations = state.inputs[layer] @ state.inputs[layer].T
        blocks = xp.reshape(product, (count, columns, count, columns))
        blocks *= activations[:, None, :, None]
        total = blocks if total is None else total + blocks
        if layer:
            slopes = state.slopes[layer - 1]
            back = xp.reshape(flat @ state.weights[layer], (count, columns, slopes.shape[1])) * slopes[:, None, :]
    assert total is not None
    return xp.reshape(total, (count * columns, count * columns)) / count


def curvature_root(name: str, outputs: Array, targets: Array) -> Array:
    """S_n with Λ_n = S_nS_n⊤, N × K × K′, for a loss with Λ ⪰ 0.

    Where Λ = diag(w) it is its square root. For cross-entropy Λ = t D(I − uu⊤)D with D = diag(√p) and u = √p, a unit
    vector, so S = √t D (h_2, …, h_K) with the columns but the first of the Householder reflection that turns u into a
    multiple of e_1: they are an orthonormal basis of what is orthogonal to u.

    Example:
        >>> import numpy as np
        >>> root = curvature_root("cross-entropy", np.asarray([[0.0, 0.0]]), np.asarray([[1.0, 0.0]]))[0]
        >>> (root @ root.T).round(12).tolist()
        [[0.25, -0.25], [-0.25, 0.25]]
    """
    xp = namespace_of(outputs)
    device = array_api_compat.device(outputs)
    eye = xp.eye(outputs.shape[1], dtype=outputs.dtype, device=device)
    if loss(name).coupling == 0:
        _, curvature = loss_derivatives(name, outputs, targets)
        return xp.sqrt(curvature)
    unit = xp.sqrt(softmax(outputs))
    # The sign that makes 1 + u_1 of the reflection's vector u + e_1, so that nothing cancels: u_1 ≥ 0.
    vector = unit + eye[0, :][None, :]
    reflected = eye[None, :, :] - vector[:, :, None] * vector[:, None, :] / (1.0 + unit[:, :1])[:, :, None]
    mass = xp.sqrt(xp.sum(targets, axis=1))
    return mass[:, None, None] * unit[:, :, None] * reflected[:, :, 1:]
