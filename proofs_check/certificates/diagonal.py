"""Ranks at the diagonal point, of :mod:`hessproof.symbolic.witness`: a small block for each pair of kinds of index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from hessproof.proofs_check.certificates.case import Case
from hessproof.proofs_check.certificates.format import PRIME, Quantity
from hessproof.proofs_check.certificates.modular import rank
from hessproof.symbolic.witness import Alive, Kind, block_matrix, kinds


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the Hessian at the point: the kinds of its two indices, how often it occurs, its size and its rank."""

    kinds: tuple[int, int]
    same: bool
    count: int
    size: int
    rank: int


def index_kinds(case: Case) -> tuple[Kind, ...]:
    """The kinds of indices for a case without bias, whose data are reduced to r inputs."""
    return kinds((case.data_rank, *case.widths[1:]), case.residual_rank)


def ranges(found: tuple[Kind, ...]) -> list[tuple[int, int, int]]:
    """For each kind its first and last index and its ω.

    Example:
        >>> ranges(index_kinds(Case((2, 3), False, "loss", 2, 1)))
        [(1, 1, 1), (2, 2, 0), (3, 3, 0)]
    """
    ends = accumulate(kind.count for kind in found)
    return [(end - kind.count + 1, end, kind.weight) for end, kind in zip(ends, found, strict=True)]


def blocks(case: Case) -> Iterator[Block]:
    """The blocks that occur and are not zero, for a case without bias.

    Example:
        >>> [(block.kinds, block.same, block.count, block.rank) for block in blocks(Case((2, 1), False, "loss", 2, 1))]
        [((0, 0), True, 1, 1), ((0, 1), False, 1, 1)]
    """
    found = index_kinds(case)
    for a, one in enumerate(found):
        for b in range(a, len(found)):
            two = found[b]
            between = one.count * (one.count - 1) // 2 if a == b else one.count * two.count
            for same, count in ((True, one.count), (False, between)) if a == b else ((False, between),):
                if count:
                    size, attained = _block(one.alive, one.weight, two.alive, two.weight, same, case.quantity)
                    if attained:
                        yield Block((a, b), same, count, size, attained)


def diagonal_rank(case: Case) -> int:
    """The rank of the Hessian at the point, modulo the prime.

    Example:
        >>> diagonal_rank(Case((3, 3, 3, 3), False, "loss", 3, 1))
        19
    """
    return sum(block.count * block.rank for block in blocks(case))


@lru_cache(maxsize=2**16)  # enough for all blocks of networks with up to five layers, a few hundred bytes each
def _block(
    alive: Alive, weight: int, other: Alive, other_weight: int, same: bool, quantity: Quantity
) -> tuple[int, int]:
    matrix = block_matrix(Kind(alive, weight, 1), Kind(other, other_weight, 1), same, quantity).tolist()
    return len(matrix), rank(matrix, len(matrix), PRIME)
