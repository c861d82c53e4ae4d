r"""Generic ranks for weights of prescribed ranks, from small blocks: one for each pair of summands of the cycle.

rk H_f and max_t rk(H_o + tH_f) = p − dim(ker H_o ∩ ker H_f) do not change with the coordinates of any layer, those of
inputs and outputs included, since ker H_o is where Σ_k W^{L:k+1}Δ^kW^{k−1:1} = 0. So they depend on the cycle of the
maps W^1, …, W^L, Ω⊤ alone. Generic maps of ranks ρ_l and s are, factorised through spaces of these dimensions, a
generic representation of a longer cycle. It has as many closed summands as the smallest dimension, of distinct
eigenvalues, and beyond them intervals: index i is alive in layer l if i ≤ M_l, passes W^l if i ≤ ρ_l, and Ω if i ≤ s.
Entry (i, j) of Δ^k meets entry (j, i) of Δ^l alone: for k < l with weight ω_j, if i passes W^{k+1}, …, W^{l−1}, and j
passes Ω and all W but these and W^k, W^l; for k > l with i and j exchanged.

The cost depends on how many thresholds there are, not on the widths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from hessproof.symbolic.deficient.formula import Quantity, Ranks
from hessproof.symbolic.generalised_inverse import exact_rank, null_space


@dataclass(frozen=True)
class Strand:
    """Indices that are alive in the same layers and pass the same maps, and how many of them there are."""

    alive: tuple[bool, ...]
    passes: tuple[bool, ...]
    returns: bool
    count: int


def strands(ranks: Ranks) -> tuple[Strand, ...]:
    """The indices 1, …, max M_l, sorted.

    Example:
        >>> [(each.passes, each.returns, each.count) for each in strands(Ranks((2, 2), (1,), 2))]
        [((True,), True, 1), ((False,), True, 1)]
    """
    ends = sorted({0, ranks.residual, *ranks.widths, *ranks.weights})
    return tuple(
        Strand(
            tuple(width >= high for width in ranks.widths), tuple(rank >= high for rank in ranks.weights),
            ranks.residual >= high, high - low,
        )
        for low, high in pairwise(ends)
    )  # fmt: skip


def block_rank(ranks: Ranks, quantity: Quantity) -> int:
    """The generic rank: a sum over unordered pairs of indices.

    Example:
        >>> block_rank(Ranks((3, 3, 3), (3, 3), 3), "loss"), block_rank(Ranks((3, 3, 3), (0, 0), 2), "loss")
        (18, 12)
        >>> block_rank(Ranks((60000, 50000, 40000), (0, 40000), 30000), "functional")
        3000000000
    """
    return sum(count * rank for count, rank in _blocks(ranks, quantity))


def _blocks(ranks: Ranks, quantity: Quantity) -> Iterator[tuple[int, int]]:
    found = strands(ranks)
    for place, one in enumerate(found):
        plain = Strand(one.alive, one.passes, one.returns, 1)
        yield one.count, _rank(plain, plain, True, quantity)
        yield one.count * (one.count - 1) // 2, _rank(plain, plain, False, quantity)
        for two in found[place + 1 :]:
            yield one.count * two.count, _rank(plain, Strand(two.alive, two.passes, two.returns, 1), False, quantity)


@lru_cache(maxsize=65536)
def _rank(one: Strand, two: Strand, same: bool, quantity: Quantity) -> int:
    """The rank of the block of a pair: of H_f, of the outputs' change, or of both, one above the other.

    The rank inside is that of H_f's block where the outputs do not change.
    """
    depth = len(one.passes)
    layers = range(1, depth + 1)
    into = [k for k in layers if one.alive[k] and two.alive[k - 1]]
    back = [] if same else [k for k in layers if two.alive[k] and one.alive[k - 1]]
    size = len(into) + len(back)
    if not size:
        return 0
    form = np.zeros((size, size), dtype=object)
    for x, k in enumerate(into):
        for y, l in enumerate(into if same else back):
            column = y if same else len(into) + y
            form[x, column] = form[column, x] = _coupling(one, two, k, l, same)
    rows = np.zeros((1 if same else 2, size), dtype=object)
    for x, k in enumerate(into):
        rows[0, x] = int(all(one.passes[k:]) and all(two.passes[: k - 1]))
    for y, l in enumerate(back):
        rows[1, len(into) + y] = int(all(two.passes[l:]) and all(one.passes[: l - 1]))
    if quantity == "inside":
        basis = null_space(rows)
        return exact_rank(basis.T.dot(form).dot(basis)) if basis.shape[1] else 0
    stacked = {"outer": rows, "functional": form, "loss": np.vstack([rows, form])}[quantity]
    return exact_rank(stacked)


WEIGHTS = (2, 3)
"""ω of the two indices of a pair: distinct and positive, so that ω_i^{L−1} ≠ ω_j^{L−1}."""


def _coupling(one: Strand, two: Strand, k: int, l: int, same: bool) -> int:
    """The coefficient of Δ^k_{ij} and Δ^l_{ji}, i of the first strand and j of the second."""
    if k == l:
        return 0
    if k < l:
        inside, outside, weight = one, two, WEIGHTS[0 if same else 1]
    else:
        inside, outside, weight = two, one, WEIGHTS[0]
        k, l = l, k
    around = all(outside.passes[: k - 1]) and all(outside.passes[l:])
    return weight * int(outside.returns and around and all(inside.passes[k : l - 1]))
