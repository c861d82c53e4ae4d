r"""Expected products of traces of one normal matrix, by pairings and counting of indices: exact for a given size.

E Π_i tr A^{l_i} for GOE matrices (entries of variance 1, on the diagonal 2) or A = JJ⊤ with J ∈ R^{n×p}, entries
N(0, 1): a sum over pairings of the normal letters, each n (or p) to the number of classes of indices that it makes
equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

Pairs = tuple[tuple[int, int], ...]


@cache
def goe(lengths: tuple[int, ...]) -> dict[int, int]:
    """E Π tr M^{l_i} as {power of n: coefficient}.

    Example:
        >>> goe((2,)) == {2: 1, 1: 1}, goe((1, 1)), goe((0, 2)) == {3: 1, 2: 1}
        (True, {1: 2}, True)
    """
    follows = _cycles(lengths)
    total: Counter[int] = Counter()
    for pairs in _pairings(tuple(range(len(follows)))):
        for twists in product((False, True), repeat=len(pairs)):
            joined = []
            for (one, two), twist in zip(pairs, twists, strict=True):
                ends = (two, follows[two]) if twist else (follows[two], two)
                joined += [(one, ends[0]), (follows[one], ends[1])]
            total[_classes(len(follows), joined) + lengths.count(0)] += 1
    return dict(total)


@cache
def wishart(lengths: tuple[int, ...]) -> dict[tuple[int, int], int]:
    """E Π tr (JJ⊤)^{l_i} as {(power of n, power of p): coefficient}.

    Example:
        >>> wishart((1,)), wishart((1, 1)) == {(2, 2): 1, (1, 1): 2}
        ({(1, 1): 1}, True)
    """
    follows = _cycles(lengths)
    rows = [row for place, after in enumerate(follows) for row in (place, after)]
    columns = [place for place in range(len(follows)) for _ in range(2)]
    total: Counter[tuple[int, int]] = Counter()
    for pairs in _pairings(tuple(range(2 * len(follows)))):
        made = (_classes(len(follows), [(index[one], index[two]) for one, two in pairs]) for index in (rows, columns))
        of_rows, of_columns = made
        total[of_rows + lengths.count(0), of_columns] += 1
    return dict(total)


def _cycles(lengths: Sequence[int]) -> list[int]:
    """For each letter the one that follows it in its trace."""
    found, start = list[int](), 0
    for length in lengths:
        found += [start + (k + 1) % length for k in range(length)]
        start += length
    return found


def _pairings(items: tuple[int, ...]) -> Iterator[Pairs]:
    if not items:
        yield ()
        return
    for i, partner in enumerate(items[1:], start=1):
        for others in _pairings(items[1:i] + items[i + 1 :]):
            yield ((items[0], partner), *others)


def _classes(count: int, joined: Sequence[tuple[int, int]]) -> int:
    parent = list(range(count))
    for one, two in joined:
        while parent[one] != one:
            one = parent[one]
        while parent[two] != two:
            two = parent[two]
        if one != two:
            parent[one] = two
            count -= 1
    return count
