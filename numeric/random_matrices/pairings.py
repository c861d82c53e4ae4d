r"""Exact expected traces by Wick's theorem: a sum over pairings, with the classes of indices counted.

For normal entries the expectation of a product is the sum, over all ways to pair the factors, of the products of their
covariances. A pair of GOE entries M_{ij} M_{kl} gives δ_{ik}δ_{jl} + δ_{il}δ_{jk}, a pair J_{iμ} J_{kν} gives
δ_{ik}δ_{μν}; what is left of the sum over indices is n or p to the number of classes of equal indices. It shares no
code with `hessproof.numeric.random_matrices.loop_equations`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

Pairing = tuple[tuple[int, int], ...]


def pairings(count: int) -> Iterator[Pairing]:
    """All ways to pair 0, …, count − 1; none for an odd number.

    Example:
        >>> [len(list(pairings(count))) for count in (2, 3, 4, 6)]
        [1, 0, 3, 15]
    """
    yield from _pair(tuple(range(count)))


def goe_moment(order: int) -> dict[int, int]:
    """E tr M^k as {power of n: coefficient}, entries of variance 1, on the diagonal 2.

    Example:
        >>> goe_moment(4) == {3: 2, 2: 5, 1: 5}
        True
    """
    total: Counter[int] = Counter()
    for pairing in pairings(order):
        for twists in product((False, True), repeat=len(pairing)):
            equal = []
            for (one, other), twist in zip(pairing, twists, strict=True):
                ends = (other, (other + 1) % order) if twist else ((other + 1) % order, other)
                equal += [(one, ends[0]), ((one + 1) % order, ends[1])]
            total[_classes(order, equal)] += 1
    return dict(total)


def wishart_moment(order: int) -> dict[tuple[int, int], int]:
    """E tr (JJ⊤)^k as {(power of n, power of p): coefficient}, entries N(0, 1).

    Example:
        >>> wishart_moment(2) == {(2, 1): 1, (1, 2): 1, (1, 1): 1}
        True
    """
    total: Counter[tuple[int, int]] = Counter()
    rows = [(k + 1) // 2 % order for k in range(2 * order)]
    columns = [k // 2 for k in range(2 * order)]
    for pairing in pairings(2 * order):
        total[_powers(order, pairing, rows, columns)] += 1
    return dict(total)


def block_moment(order: int) -> dict[tuple[int, int], int]:
    """E tr (CC⊤)^k for C = Σ_{μ≤q} e_μ x_μ⊤ in R^{n×n}, entries N(0, 1), as {(power of n, power of q): coefficient}.

    tr (E X⊤ X E⊤)^k has 4k factors; those of E are paired among themselves and those of X among themselves.

    Example:
        >>> block_moment(1) == {(2, 1): 1}
        True
    """
    total: Counter[tuple[int, int]] = Counter()
    # The 2k factors of E stand at the ends, those of X in the middle of each group e_{iμ} x_{jμ} x_{jν} e_{kν}.
    e_rows = [(k + 1) // 2 % order for k in range(2 * order)]
    x_rows = [k // 2 for k in range(2 * order)]
    samples = list(range(2 * order))
    for first in pairings(2 * order):
        outer = _classes_by(order, first, e_rows)
        for second in pairings(2 * order):
            shared = [*_equal(first, samples), *_equal(second, samples)]
            rows = outer + _classes_by(order, second, x_rows)
            total[rows, _classes(2 * order, shared)] += 1
    return dict(total)


def _pair(items: tuple[int, ...]) -> Iterator[Pairing]:
    if not items:
        yield ()
        return
    first, rest = items[0], items[1:]
    for i, partner in enumerate(rest):
        for others in _pair(rest[:i] + rest[i + 1 :]):
            yield ((first, partner), *others)


def _powers(order: int, pairing: Pairing, rows: Sequence[int], columns: Sequence[int]) -> tuple[int, int]:
    return _classes_by(order, pairing, rows), _classes_by(order, pairing, columns)


def _classes_by(count: int, pairing: Pairing, index: Sequence[int]) -> int:
    return _classes(count, _equal(pairing, index))


def _equal(pairing: Pairing, index: Sequence[int]) -> list[tuple[int, int]]:
    return [(index[one], index[other]) for one, other in pairing]


def _classes(count: int, equal: Sequence[tuple[int, int]]) -> int:
    """How many classes 0, …, count − 1 fall into when these are equal."""
    parent = list(range(count))
    for one, other in equal:
        while parent[one] != one:
            one = parent[one]
        while parent[other] != other:
            other = parent[other]
        if one != other:
            parent[one] = other
            count -= 1
    return count
