r"""A witness for the generic ranks: one network of any size whose Hessian falls apart into blocks of size at most 2L.

Data of rank r are reduced to r inputs with Σ = I. Every W^l is the rectangular identity, and Ω is diagonal with the
entries ω_i = 1 for i ≤ min(q, s), ω_i = 3 for q < i ≤ s and 0 beyond. Call an index *alive* at layer l if it is at
most M_l. Entry (i, j) of ΔW^k then couples only with the entries (i, j) and (j, i) of the other layers: with
x_k = ΔW^k_{ij} and y_k = ΔW^k_{ji},

- outer: x_k and x_l, if i is alive on k, …, L and j on 0, …, k−1, and the same for l; y_k and y_l likewise;
- functional: y_k and x_l for k < l with weight ω_i, if i is alive on 0, …, k−1 and on l, …, L, and j on k, …, l−1; and
  the same with i and j exchanged.

So the rank at the witness is the sum of the ranks of small integer matrices, of which only as many differ as there are
ways of being alive. The rank at one point bounds the generic rank from below; the kernel bounds it from above. For
i, j ≤ min(q, s) the blocks are 2J − I and [[J, J − I], [J − I, J]] with J = 11⊤, whose eigenvalues are 2L − 1, 1, −1.
In all others the functional couplings are triangular.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import sympy as sp
from sympy import Sum

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.kernel_proof import _codimensions
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Array
from hessproof.symbolic.words import L, k

Part = Literal["outer", "functional", "loss"]
Alive = tuple[bool, ...]


@dataclass(frozen=True)
class Kind:
    """Indices that are alive at the same layers and have the same ω, and how many of them there are."""

    alive: Alive
    weight: int
    count: int


@dataclass(frozen=True)
class BlockType:
    """One block of the witness's Hessian, how often it occurs, and its rank."""

    one: Kind
    two: Kind
    same_index: bool
    count: int
    size: int
    rank: int


def kinds(widths: tuple[int, ...], residual_rank: int) -> tuple[Kind, ...]:
    """The indices 1, …, max M_l, sorted into kinds.

    Example:
        >>> [(kind.alive, kind.weight, kind.count) for kind in kinds((2, 3), 1)]
        [((True, True), 1, 1), ((True, True), 0, 1), ((False, True), 0, 1)]
    """
    found = []
    for low, high in pairwise(sorted({0, residual_rank, *widths})):
        weight = 0 if high > residual_rank else 1 if high <= min(widths) else 3
        found.append(Kind(tuple(width >= high for width in widths), weight, high - low))
    return tuple(found)


def blocks(architecture: Architecture, data_rank: int, residual_rank: int, part: Part) -> Iterator[BlockType]:
    """All block types of the witness's Hessian, with counts and ranks.

    Raises:
        UnusableRequest: If the widths do not allow these ranks of data and residual.
    """
    architecture.check_ranks(data_rank, residual_rank)
    found = kinds((data_rank, *architecture.widths[1:]), residual_rank)
    for position, one in enumerate(found):
        yield _block_type(one, one, True, one.count, part)
        yield _block_type(one, one, False, one.count * (one.count - 1) // 2, part)
        for two in found[position + 1 :]:
            yield _block_type(one, two, False, one.count * two.count, part)


def attained_rank(architecture: Architecture, data_rank: int, residual_rank: int, part: Part = "loss") -> int:
    """The rank of the witness's Hessian: a lower bound of the generic rank, for networks of any width.

    Example:
        >>> attained_rank(Architecture.parse("3-3-3-3"), 3, 1)
        19
        >>> attained_rank(Architecture.parse("60000-50000-40000"), 60000, 30000)
        4500000000
    """
    return sum(block.count * block.rank for block in blocks(architecture, data_rank, residual_rank, part))


def block_matrix(one: Kind, two: Kind, same_index: bool, part: Part) -> Array:
    """The block of the pair {i, j}, i of the first kind and j of the second, in those x_k, y_k that exist.

    Example:
        >>> kind = Kind((True, True, True), 1, 1)
        >>> block_matrix(kind, kind, True, "loss").tolist()
        [[1, 2], [2, 1]]
    """
    depth = len(one.alive) - 1
    entries = [("x", a) for a in range(1, depth + 1) if one.alive[a] and two.alive[a - 1]]
    if not same_index:
        entries += [("y", a) for a in range(1, depth + 1) if two.alive[a] and one.alive[a - 1]]
    result = np.array([[0] * len(entries) for _ in entries], dtype=object).reshape(len(entries), len(entries))
    for row, (name, a) in enumerate(entries):
        for col, (other, b) in enumerate(entries):
            into, out_of = (one, two) if name == "x" else (two, one)
            if part != "functional" and name == other:
                result[row, col] += _reaches(into, out_of, a) * _reaches(into, out_of, b)
            if part != "outer" and a != b and (same_index or name != other):
                early = name if a < b else other
                through, detour = (two, one) if early == "x" else (one, two)
                result[row, col] += _returns(through, detour, min(a, b), max(a, b))
    return result


def _reaches(into: Kind, out_of: Kind, layer: int) -> int:
    """Whether a change of W^layer at (into, out_of) changes the output."""
    return int(all(out_of.alive[:layer]) and all(into.alive[layer:]))


def _returns(through: Kind, detour: Kind, first: int, second: int) -> int:
    """ω of the path that leaves an index at one layer and comes back to it at a later one; 0 if it is cut."""
    outside = all(through.alive[:first]) and all(through.alive[second:])
    return through.weight * int(outside and all(detour.alive[first:second]))


def _block_type(one: Kind, two: Kind, same_index: bool, count: int, part: Part) -> BlockType:
    size, rank = _size_and_rank(one.alive, one.weight, two.alive, two.weight, same_index, part)
    return BlockType(one, two, same_index, count, size, rank)


@lru_cache(maxsize=4096)
def _size_and_rank(
    alive: Alive, weight: int, other_alive: Alive, other_weight: int, same_index: bool, part: Part
) -> tuple[int, int]:
    matrix = block_matrix(Kind(alive, weight, 1), Kind(other_alive, other_weight, 1), same_index, part)
    return len(matrix), exact_rank(matrix)


def regular_determinant(depth: int) -> sp.Expr:
    """det(2J − I) of size L: the diagonal blocks with i ≤ min(q, s); the pairs of such indices have the same one.

    Example:
        >>> [regular_determinant(depth) for depth in (1, 2, 3, 4)]
        [1, -3, 5, -7]
    """
    return (-1) ** (depth - 1) * sp.Integer(2 * depth - 1)


@cache
def loss_count() -> Derivation:
    """The entries of the witness's nonzero blocks add up to the generic rank of H_L, for symbolic L and every s.

    Entries with min(i, j) ≤ q̂ lie in nonsingular blocks: M_k M_{k-1} − (M_k − q̂)(M_{k-1} − q̂) in layer k. Beyond them,
    where s < q, the outer term alone gives rank 1 to each of the (q − q̂)(r + K − q − q̂) pairs with q̂ < min(i, j) ≤ q
    that reach the input or the output.

    Example:
        >>> loss_count().check(0).ok
        True
    """
    q, qhat, node = formula.q, formula.qhat, formula.width
    regular = Sum(node[k] * node[k - 1] - (node[k] - qhat) * (node[k - 1] - qhat), (k, 1, L))
    rest = (q - qhat) * (node[0] + node[L] - q - qhat)
    ends: dict[Any, Any] = {formula.r: node[0], formula.K: node[L], formula.L: L}
    final = FORMULAS["loss_generic"].expression.xreplace({formula.M: Sum(node[k], (k, 1, L - 1)), **ends})
    return Derivation(
        "loss_count", "entries in the nonsingular blocks of the witness", Ordering(L >= 1), regular + rest,
        (Step(final, Algebra("telescoping")),), final, source="this project", same=same, valuations=_codimensions,
        remarks=("on data reduced to r inputs, so that M_0 = r",),
    )  # fmt: skip
