"""Hessians of networks with any activation, depth, bias and loss, assembled from Khatri–Rao products.

With g^l = ∂ℓ/∂z^l, the second derivatives of ℓ with respect to z^k and z^l, k ≤ l, are A^{kl} of the recursion

    A^{LL} = Λ,   A^{l-1,l} = diag(σ′_{l-1}) W^{l⊤} A^{ll},   A^{kl} = diag(σ′_k) W^{k+1⊤} A^{k+1,l},
    A^{ll} = diag(σ′_l) W^{l+1⊤} A^{l+1,l+1} W^{l+1} diag(σ′_l) + diag(W^{l+1⊤} g^{l+1} ⊙ σ″_l)   (l < L),

where σ′_l, σ″_l stand for σ′(z^l), σ″(z^l). One sample adds to block (k, l), in row (i, j) and column (i′, j′),

    A^{kl}_{ii′} ã^{k-1}_j ã^{l-1}_{j′}  +  g^l_{i′} ∂a^{l-1}_{j′}/∂z^k_i ã^{k-1}_j   (the second term if k < l only).

H_o is what Λ brings about (no σ″ in A, no second term), H_f the rest: H_o = E[J⊤ΛJ] and H_f = E[Σ_c δ_c ∂²F_c/∂θ²],
the Gauss–Newton split of Singh et al. 2021, §2. The sum over samples of the first
term is one matrix product: A^{kl} flattened to one row a sample, transposed, times the row-wise Kronecker product of
ã^{k-1} and ã^{l-1} (a Khatri–Rao product); in a diagonal block only the pairs i ≤ i′ and j ≤ j′ are computed. Blocks
below the diagonal are mirrored. Working memory beside the whole matrix is about half of it, or a few MiB if that is
more; beside one block column it is up to twice as much as the column.
"""

from __future__ import annotations

from collections.abc import Iterable

from hessproof.numeric.arrays import Array
from hessproof.numeric.kernels import PARTS, Part, check_layer
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.network.accumulate import BlockSum, Pair, accumulate
from hessproof.numeric.network.forward import network_forward as network_forward
from hessproof.numeric.network.forward import network_gradient as network_gradient
from hessproof.numeric.network.forward import network_jacobian as network_jacobian
from hessproof.numeric.network.forward import network_loss as network_loss
from hessproof.numeric.network.parameters import Parameters, checked
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def network_hessian(
    architecture: Architecture, parameters: Parameters, inputs: Array, targets: Array, part: Part = "loss"
) -> Array:
    """H_L, H_o or H_f of the mean loss, p × p, in the order of ``Architecture.slices``.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L, with P^l = [W^l b^l] of shape M_l × (M_{l-1} + 1), or W^l without bias.
        inputs: x, N × d.
        targets: y, N × K.
        part: outer, functional or loss.

    Raises:
        UnusableRequest: If a shape does not fit, the part is unknown, or the result would not fit into memory.

    Example:
        >>> import numpy as np
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> network_hessian(Architecture((1, 1, 1)), weights, np.asarray([[1.0]]), np.asarray([[1.0]])).tolist()
        [[9.0, 11.0], [11.0, 4.0]]
    """
    layers = range(1, architecture.layers + 1)
    pairs = [(k, l) for l in layers for k in range(1, l + 1)]
    sums = _sums(architecture, parameters, inputs, targets, part, pairs, architecture.parameters)
    first = next(iter(sums.values()))
    result = first.xp.zeros((architecture.parameters, architecture.parameters), dtype=first.dtype, device=first.device)
    starts = [piece.start for piece in architecture.slices]
    for k, l in pairs:
        block = sums.pop((k, l))
        if k == l:
            block.write_diagonal(result, starts[k - 1], starts[k - 1])
        else:
            block.write(result, starts[k - 1], starts[l - 1])
            block.write_transposed(result, starts[l - 1], starts[k - 1])
    return result


def network_column_block(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Array,
    targets: Array,
    layer: int,
    part: Part = "functional",
) -> Array:
    """Block column l of H_f (or of another part): p rows, one column for each entry of P^l.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.
        layer: l, from 1 to L.
        part: outer, functional or loss.

    Raises:
        UnusableRequest: If a shape does not fit, the part or the layer is unknown, or memory would not suffice.

    Example:
        >>> import numpy as np
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> network_column_block(
        ...     Architecture((1, 1, 1)), weights, np.asarray([[1.0]]), np.asarray([[1.0]]), layer=2
        ... ).tolist()
        [[5.0], [0.0]]
    """
    check_layer(layer, architecture.layers)
    layers = range(1, architecture.layers + 1)
    pairs = [(min(k, layer), max(k, layer)) for k in layers]
    piece = architecture.slices[layer - 1]
    sums = _sums(architecture, parameters, inputs, targets, part, pairs, piece.stop - piece.start)
    first = next(iter(sums.values()))
    shape = (architecture.parameters, piece.stop - piece.start)
    result = first.xp.zeros(shape, dtype=first.dtype, device=first.device)
    for k in layers:
        block = sums.pop((min(k, layer), max(k, layer)))
        top = architecture.slices[k - 1].start
        if k == layer:
            block.write_diagonal(result, top, 0)
        elif k < layer:
            block.write(result, top, 0)
        else:
            block.write_transposed(result, top, 0)
    return result


def _sums(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Array,
    targets: Array,
    part: Part,
    pairs: Iterable[Pair],
    columns: int,
) -> dict[Pair, BlockSum]:
    if part not in PARTS:
        raise UnusableRequest(f"part {part!r}", f"one of {', '.join(PARTS)}", "give loss")
    size = architecture.parameters
    refuse_if_too_large(
        matrix_bytes(size, columns, copies=2 if columns == size else 3),
        f"{size} × {columns} entries of the Hessian",
        "multiply by vectors instead",
    )
    matrices, x, y = checked(architecture, parameters, inputs, targets)
    return accumulate(architecture, matrices, x, y, part, list(pairs), size * columns)


__all__ = [
    "network_column_block",
    "network_forward",
    "network_gradient",
    "network_hessian",
    "network_jacobian",
    "network_loss",
]
