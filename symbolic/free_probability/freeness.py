r"""Mixed moments straight from the definition of freeness, and nothing else.

Two elements a and b are free with respect to the state φ if

    φ(x_1 x_2 ⋯ x_n) = 0    whenever the x_i are polynomials in a and in b in turn with φ(x_i) = 0.

Take x_i = a^{p_i} − φ(a^{p_i}) and the like for b, and expand the product: the word itself is a sum of shorter ones. So
every mixed moment is a polynomial in the moments of a and those of b; transforms and partitions play no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, product
from math import comb
from typing import Any

Word = tuple[tuple[str, int], ...]
"""Powers of a and of b in turn: (("a", 2), ("b", 1)) is a²b."""


class FreePair:
    """Two free elements with given moments.

    Args:
        first: φ(a), φ(a²), …
        second: φ(b), φ(b²), …

    Example:
        >>> pair = FreePair([0, 1, 0, 2], [5, 26, 0, 0])
        >>> pair.mixed("abab"), pair.mixed("aabb"), pair.of_sum(4)
        (25, 26, 156)
    """

    def __init__(self, first: Sequence[Any], second: Sequence[Any]) -> None:
        self.given = {"a": list(first), "b": list(second)}
        self._known: dict[Word, Any] = {(): 1}

    def mixed(self, letters: str) -> Any:
        """φ of a word in the letters a and b."""
        return self._moment(tuple((letter, len(list(group))) for letter, group in groupby(letters)))

    def of_sum(self, order: int) -> Any:
        """φ((a + b)^n), the sum of φ over all 2^n words."""
        counted: dict[Word, int] = {}
        for letters in product("ab", repeat=order):
            word = tuple((letter, len(list(group))) for letter, group in groupby(letters))
            counted[word] = counted.get(word, 0) + 1
        return sum(count * self._moment(word) for word, count in counted.items())

    def _power(self, letter: str, power: int) -> Any:
        return self.given[letter][power - 1]

    def _moment(self, word: Word) -> Any:
        """0 = φ(Π (x_i − φ(x_i))) = Σ_S Π_{i ∈ S} (−φ(x_i)) φ(Π_{i ∉ S} x_i), solved for S = ∅."""
        if word not in self._known:
            if len(word) == 1:
                self._known[word] = self._power(*word[0])
            else:
                self._known[word] = -sum(
                    self._term(word, chosen) for chosen in product((False, True), repeat=len(word)) if any(chosen)
                )
        return self._known[word]

    def _term(self, word: Word, chosen: tuple[bool, ...]) -> Any:
        factor: Any = 1
        rest: list[tuple[str, int]] = []
        for (letter, power), out in zip(word, chosen, strict=True):
            if out:
                factor = -factor * self._power(letter, power)
            elif rest and rest[-1][0] == letter:
                rest[-1] = (letter, rest[-1][1] + power)
            else:
                rest.append((letter, power))
        return factor * self._moment(tuple(rest)) if factor != 0 else 0


def commuting_sum(first: Sequence[Any], second: Sequence[Any], order: int) -> Any:
    """E (x + y)^n for independent random *numbers* with the given moments: not freeness, a wrong variant of it.

    Example:
        >>> commuting_sum([0, 1, 0, 2], [5, 26, 0, 0], 2)
        27
    """
    one, two = [1, *first], [1, *second]
    return sum(comb(order, k) * one[k] * two[order - k] for k in range(order + 1))
