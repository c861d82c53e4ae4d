r"""Coordinates on which the Hessian keeps its rank: the complement of a layer-local kernel, for any loss.

The kernel is the one of ``hessproof.symbolic.layer_kernel``. Its directions change one layer only; they change no
output on the data, so that H_o annihilates them whatever the Λ_n are, and H_f does for every Ω. With bias the chain is
that of T^l = [W^l b^l; 0 1]: at a cut m

- for k ≤ m: W^{m:k+1}Δ = 0 and Δ T^{k-1:1}Ω̃⊤W^{L:m+1} = 0, where Δ = Δ[W^k b^k];
- for k > m: Δ T^{k-1:m+1} = 0 and T^{m:1}Ω̃⊤W^{L:k+1} ΔW^k = 0, the last one without the bias, which nothing follows.

What touches the input counts on the data only. The coordinates are the pivots of these conditions modulo a prime; the
rank of the principal submatrix on them is a lower bound of the rank in any case.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hessproof.numeric.losses.assembly import Array, Chains, Rectangle
from hessproof.numeric.modular import pivot_columns

Step = tuple[list[int], list[int]]


def core(chains: Chains, prime: int) -> tuple[Rectangle, ...]:
    """The coordinates at the cut that leaves fewest.

    Example:
        >>> from hessproof.numeric.losses.assembly import modular_chains
        >>> from hessproof.numeric.losses.instance import prescribed_instance
        >>> from hessproof.numeric.modular import PrimeField
        >>> from hessproof.symbolic.architecture import Architecture
        >>> one = prescribed_instance(Architecture((5, 4, 3), loss="cross-entropy"), 5, 2)
        >>> chains = modular_chains(one, PrimeField(4194287), 2)
        >>> sum(len(piece.rows) * len(piece.columns) for piece in core(chains, 4194287))
        29
    """
    candidates = [_at_cut(chains, prime, cut) for cut in range(chains.layers + 1)]
    return min(candidates, key=lambda found: sum(len(one.rows) * len(one.columns) for one in found))


def _at_cut(chains: Chains, prime: int, cut: int) -> tuple[Rectangle, ...]:
    found = []
    for layer in range(1, chains.layers + 1):
        taken: set[int] = set()
        steps = list(_steps(chains, prime, cut, layer))
        for rows, columns in sorted(steps, key=lambda step: -len(step[0])):
            fresh = [column for column in columns if column not in taken]
            taken.update(fresh)
            if rows and fresh:
                found.append(Rectangle(layer, np.asarray(rows), np.asarray(fresh)))
    return tuple(found)


def _steps(chains: Chains, prime: int, m: int, k: int) -> Iterator[Step]:
    """For each condition left · Δ · right = 0 the pivots of left and of right."""
    height, width = chains.weights[k - 1].shape
    every_row, every_column = list(range(height)), list(range(width))
    before = chains.below[k - 1]
    if k <= m:
        left = chains.above[k - 1]
        if m < chains.layers:
            left = chains.between(m, k + 1)[: chains.weights[m - 1].shape[0], :height]
        on_data = _columns(chains.matmul(before, chains.inputs.T), prime, chains.bias) if k == 1 else every_column
        yield pivot_columns(left, prime), on_data
        back = chains.matmul(before, chains.residual.T)
        yield every_row, _columns(chains.matmul(back, chains.above[m - 1]), prime, chains.bias)
        return
    through = chains.matmul(before, chains.inputs.T) if m == 0 else chains.between(k - 1, m + 1)
    yield every_row, _columns(through, prime, chains.bias)
    if k > 1:
        arriving = chains.residual.T if m == 0 else chains.matmul(chains.below[m], chains.residual.T)
        plain = every_column[: width - chains.bias]
        yield pivot_columns(chains.matmul(arriving, chains.above[k - 1]), prime), plain


def _columns(right: Array, prime: int, bias: bool) -> list[int]:
    """Pivot rows of a right factor, the bias first, so that it is one wherever it can be."""
    order = list(range(right.shape[0]))
    if bias:
        order = [order[-1], *order[:-1]]
    return sorted(order[place] for place in pivot_columns(right[order].T, prime))
