r"""Spaces of matrices that satisfy X_i·Δ·Y_i = 0 for i = 1, …, n, with row X_1 ⊃ … ⊃ row X_n: as boxes of products.

Since X_{i+1}ΔY_i = 0 follows, the Y_i may be taken as growing: [Y_1 … Y_i] for Y_i. With U_i = null X_i, growing, V_i
= null [Y_1 … Y_i]⊤, shrinking, U_{n+1} and V_0 whole spaces, the space is Σ_i U_{i+1} ⊗ V_i, i = 0, …, n. With bases of
the U_i that go on one in the other it is a direct sum of boxes, group times V. Nested spaces have nested pivots, so
coordinates (a, b) span a complement where b is no pivot of the V that belongs to the first U with pivot a.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hessproof.proofs_check.certificates.branch import Branch, Coordinates
from hessproof.proofs_check.certificates.format import Quantity
from hessproof.proofs_check.certificates.rational import (
    Entries,
    Rational,
    UnluckyPrimeError,
    Vectors,
    beside,
    null_vectors,
    pivot_columns,
    unit_vectors,
)

Condition = tuple[Rational, Rational]
"""X and Y."""


@dataclass(frozen=True)
class Box:
    """All uv⊤, u ∈ left and v ∈ right; neither is empty."""

    left: Vectors
    right: Vectors


@dataclass(frozen=True, eq=False)
class Staircase:
    """The space of one layer's changes.

    Args:
        boxes: Their products are a basis.
        complement: Coordinates that span a complement.
        basis: All left vectors, and unit vectors that complete them, as columns.
        reducers: For each column of ``basis`` the V that belongs to it.
    """

    boxes: list[Box]
    complement: Coordinates
    basis: Entries
    reducers: list[Vectors]


def staircase(rows: int, columns: int, conditions: Sequence[Condition], prime: int) -> Staircase:
    """The boxes for conditions whose left factors have shrinking row spaces.

    Args:
        rows: Of Δ.
        columns: Of Δ.
        conditions: The X_i and Y_i.
        prime: Modulo which bases are chosen.

    Raises:
        UnluckyPrimeError: If vectors that are independent are not so modulo the prime.

    Example:
        >>> from hessproof.proofs_check.certificates.rational import rational
        >>> found = staircase(2, 2, [(rational([[1, 1]]), rational([[1], [0]]))], 7)
        >>> [(box.left, box.right) for box in found.boxes], found.complement
        ([([[1, -1]], [[1, 0], [0, 1]]), ([[1, 0]], [[0, -1]])], [(1, 0)])
    """
    spaces, rights = [], [unit_vectors(columns)]
    grown: Rational | None = None
    for left, right in conditions:
        spaces.append(null_vectors(left))
        grown = right if grown is None else beside(grown, right)
        found = null_vectors(grown.transpose())
        rights.append(rights[-1] if len(found) == len(rights[-1]) else found)
    spaces.append(unit_vectors(rows))
    chosen: Vectors = []
    groups: list[tuple[Vectors, Vectors]] = []
    owner: dict[int, int] = {}
    for number, (space, right) in enumerate(zip(spaces, rights, strict=True)):
        picked = [place - len(chosen) for place in _pivots([*chosen, *space], rows, prime) if place >= len(chosen)]
        if len(chosen) + len(picked) != len(space):
            raise UnluckyPrimeError(f"vectors become dependent modulo {prime}")
        fresh = [space[place] for place in picked]
        chosen += fresh
        for pivot in _leading(space, rows, prime):
            owner.setdefault(pivot, number)
        if fresh and groups and groups[-1][1] is right:
            groups[-1][0].extend(fresh)
        elif fresh:
            groups.append((fresh, right))
    taken = [set(_leading(right, columns, prime)) for right in rights]
    if any(len(pivots) != len(right) for pivots, right in zip(taken, rights, strict=True)):
        raise UnluckyPrimeError(f"vectors become dependent modulo {prime}")
    return Staircase(
        [Box(left, right) for left, right in groups if right],
        [(a, b) for a in range(rows) for b in range(columns) if b not in taken[owner[a]]],
        np.array(chosen, dtype=object).reshape(rows, rows).T,
        [right for left, right in groups for _ in left],
    )


def kernel_conditions(branch: Branch, quantity: Quantity, k: int) -> list[Condition]:
    """What a change of layer k has to satisfy for a linear network's Hessian to annihilate it: exactly that.

    The conditions are those of :mod:`hessproof.symbolic.layer_kernel` for all cuts at once: from later layers, from the
    outer part, and from earlier layers. For the outer part they say that the output does not change.
    """
    later = [(branch.inner(k, l), branch.through_residual(k - 1, l)) for l in range(k + 1, branch.layers + 1)]
    outer = [(branch.up(k), branch.on_data(k - 1))]
    earlier = [(branch.through_residual(l - 1, k), branch.between(l, k)) for l in range(1, k)]
    if quantity == "outer":
        return outer
    return [*later, *(outer if quantity == "loss" else []), *earlier]


def image_conditions(branch: Branch) -> list[Condition]:
    """Where u⊤Zv vanishes on the image of J: u⊤U^k = 0 or A^{k-1}Σv = 0 for each k."""
    layers = range(branch.layers, 0, -1)
    return [(branch.up(k).transpose(), branch.on_data(k - 1).transpose()) for k in layers]


def _pivots(vectors: Vectors, size: int, prime: int) -> list[int]:
    """Leftmost independent ones among vectors."""
    return pivot_columns(np.array(vectors, dtype=object).reshape(len(vectors), size).T, prime)


def _leading(vectors: Vectors, size: int, prime: int) -> list[int]:
    """The pivots of the space that vectors span."""
    return pivot_columns(np.array(vectors, dtype=object).reshape(len(vectors), size), prime)
