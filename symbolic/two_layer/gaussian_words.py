r"""Expected products of traces of words in independent real Gaussian matrices, for all sizes at once (Wick's formula).

Every matrix has independent entries N(0, 1). A word is a tuple of letters, each a name and whether it is transposed. By
Wick's formula the expectation of a product of entries is the sum, over all ways to pair equal letters, of 1 or 0:
a pairing equates the row indices of two letters and their column indices, and what is left to sum over is one free
index for each class of indices that are equated. So

    E Π_w tr(w) = Σ_{pairings} Π_{classes} (size of the index),

a polynomial in the sizes with nonnegative integer coefficients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

import sympy as sp

from hessproof.symbolic.errors import UnusableRequest


class Letter(NamedTuple):
    """A matrix of a word: its name, and whether it stands transposed."""

    name: str
    transposed: bool = False


Word = tuple[Letter, ...]
Shapes = Mapping[str, tuple[sp.Symbol, sp.Symbol]]
"""Rows and columns of each matrix."""
Pairing = tuple[tuple[int, int], ...]


def word(text: str) -> Word:
    """A word from text: letters are single characters, an apostrophe transposes.

    Example:
        >>> word("XX'")
        (Letter(name='X', transposed=False), Letter(name='X', transposed=True))
    """
    found: list[Letter] = []
    for sign in text:
        if sign == "'" and found:
            found[-1] = Letter(found[-1].name, not found[-1].transposed)
        else:
            found.append(Letter(sign))
    return tuple(found)


def transposed(letters: Word) -> Word:
    """The transpose of a word: letters in the opposite order, each transposed."""
    return tuple(Letter(each.name, not each.transposed) for each in reversed(letters))


@lru_cache(maxsize=32)
def pairings(count: int) -> tuple[Pairing, ...]:
    """All (count − 1)!! ways to pair 0, …, count − 1; none if the count is odd.

    Example:
        >>> len(pairings(4)), len(pairings(6)), pairings(3), pairings(0)
        (3, 15, (), ((),))
    """
    return tuple(_pairings(tuple(range(count))))


def _pairings(items: tuple[int, ...]) -> Iterator[Pairing]:
    if not items:
        yield ()
        return
    first, rest = items[0], items[1:]
    for position, other in enumerate(rest):
        for others in _pairings(rest[:position] + rest[position + 1 :]):
            yield ((first, other), *others)


def expected_traces(words: Sequence[Word], shapes: Shapes) -> sp.Expr:
    """E Π tr(w) over words in Gaussian matrices, as a polynomial in the sizes; 1 for no words.

    Args:
        words: Words whose neighbours fit together, the last with the first.
        shapes: Rows and columns of each letter.

    Raises:
        UnusableRequest: If neighbours do not fit, a letter has no shape, or a word is empty.

    Example:
        >>> n, m = sp.symbols("n m")
        >>> sp.factor(expected_traces([word("XX'XX'")], {"X": (n, m)}))
        m*n*(m + n + 1)
    """
    sides: dict[str, list[tuple[int, int]]] = {}
    sizes: list[sp.Symbol] = []
    for letters in words:
        _write(letters, shapes, sides, sizes)
    found: Counter[tuple[int, ...]] = Counter()
    names = list(dict.fromkeys(sizes))
    for chosen in product(*(pairings(len(places)) for places in sides.values())):
        equated = [
            (places[one][side], places[two][side])
            for places, pairing in zip(sides.values(), chosen, strict=True) for one, two in pairing for side in (0, 1)
        ]  # fmt: skip
        classes = _classes(len(sizes), equated)
        found[tuple(sum(sizes[each] == name for each in classes) for name in names)] += 1
    return sp.Add(*(count * prod(name**power for name, power in zip(names, powers, strict=True))
                    for powers, count in found.items()))  # fmt: skip


def _write(
    letters: Word, shapes: Shapes, sides: dict[str, list[tuple[int, int]]], sizes: list[sp.Symbol]
) -> None:  # fmt: skip
    """Give every gap between two letters of a word an index, and every letter its row and column index."""
    if not letters:
        raise UnusableRequest("an empty word", "at least one letter in a trace", "leave the trace out")
    first, count = len(sizes), len(letters)
    for position, letter in enumerate(letters):
        if letter.name not in shapes:
            raise UnusableRequest(f"letter {letter.name!r}", f"one of {', '.join(shapes)}", "give its shape")
        left, right = first + position, first + (position + 1) % count
        sides.setdefault(letter.name, []).append((right, left) if letter.transposed else (left, right))
        rows = _rows(letter, shapes)
        if _columns(letters[position - 1], shapes) != rows:
            raise UnusableRequest(
                f"a word with {letter.name!r} at place {position}", "neighbours that fit", "transpose"
            )
        sizes.append(rows)


def _rows(letter: Letter, shapes: Shapes) -> sp.Symbol:
    return shapes[letter.name][letter.transposed]


def _columns(letter: Letter, shapes: Shapes) -> sp.Symbol:
    if letter.name not in shapes:
        raise UnusableRequest(f"letter {letter.name!r}", f"one of {', '.join(shapes)}", "give its shape")
    return shapes[letter.name][not letter.transposed]


def _classes(count: int, equated: Sequence[tuple[int, int]]) -> list[int]:
    """One representative of every class of indices."""
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for one, two in equated:
        parent[root(one)] = root(two)
    return [index for index in range(count) if root(index) == index]


__all__ = ["Letter", "Shapes", "Word", "expected_traces", "pairings", "transposed", "word"]
