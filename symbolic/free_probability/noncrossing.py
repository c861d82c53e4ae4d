"""Noncrossing partitions: m_n = Σ_{π ∈ NC(n)} Π_{V ∈ π} κ_{|V|}, by listing them.

Speicher's formula. It is a sum over combinatorial objects and knows no power series.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import prod
from typing import Any

Block = tuple[int, ...]


def noncrossing(size: int) -> Iterator[tuple[Block, ...]]:
    """All noncrossing partitions of {1, …, n}; there are as many as the n-th Catalan number.

    Example:
        >>> [len(list(noncrossing(n))) for n in range(7)]
        [1, 1, 2, 5, 14, 42, 132]
        >>> ((1, 3), (2, 4)) in list(noncrossing(4))
        False
    """
    yield from _of(tuple(range(1, size + 1)))


def _of(points: Block) -> Iterator[tuple[Block, ...]]:
    """The block of the first point cuts the others into intervals, and each is partitioned on its own."""
    if not points:
        yield ()
        return
    first, rest = points[0], points[1:]
    for mask in range(2 ** len(rest)):
        chosen = [place for place in range(len(rest)) if mask >> place & 1]
        ends = [*chosen, len(rest)]
        gaps = [rest[(chosen[i - 1] + 1 if i else 0) : end] for i, end in enumerate(ends)]
        block = (first, *(rest[place] for place in chosen))
        for inner in _products(gaps):
            yield (block, *inner)


def _products(gaps: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    if not gaps:
        yield ()
        return
    for one in _of(gaps[0]):
        for others in _products(gaps[1:]):
            yield (*one, *others)


@cache
def block_sizes(size: int) -> dict[tuple[int, ...], int]:
    """How many noncrossing partitions of n points have blocks of given sizes, in increasing order.

    Example:
        >>> block_sizes(4)[(2, 2)], block_sizes(4)[(1, 1, 2)]
        (2, 6)
    """
    found: dict[tuple[int, ...], int] = {}
    for partition in noncrossing(size):
        key = tuple(sorted(map(len, partition)))
        found[key] = found.get(key, 0) + 1
    return found


def moment(order: int, cumulants: Sequence[Any]) -> Any:
    """m_n = Σ_π Π_V κ_{|V|}.

    Example:
        >>> moment(4, [0, 1, 0, 0]), moment(3, [1, 1, 1])
        (2, 5)
    """
    return sum(
        count * prod(cumulants[block - 1] for block in sizes) for sizes, count in block_sizes(order).items()
    )  # fmt: skip
