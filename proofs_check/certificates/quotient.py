"""Coordinates of a change modulo the boxes: what shows, modulo a prime, that it is independent of them."""

from __future__ import annotations

from collections.abc import Sequence

import flint
import numpy as np

from hessproof.proofs_check.certificates.directions import Change
from hessproof.proofs_check.certificates.rational import Entries, UnluckyPrimeError, Vectors, pivot_columns
from hessproof.proofs_check.certificates.staircase import Staircase


class Quotient:
    """All changes modulo the boxes of all layers.

    A change of one layer is written in the basis of the left vectors; the row that belongs to one of them counts modulo
    the right vectors of its box.

    Args:
        stairs: One for each layer.
        prime: The prime.

    Example:
        >>> from hessproof.proofs_check.certificates.rational import rational
        >>> from hessproof.proofs_check.certificates.staircase import staircase
        >>> space = Quotient([staircase(2, 2, [(rational([[1, 1]]), rational([[1], [0]]))], 7)], 7)
        >>> space.coordinates({1: np.array([[0, 1], [1, 0]], dtype=object)})
        [1]
    """

    def __init__(self, stairs: Sequence[Staircase], prime: int) -> None:
        self.stairs, self.prime = stairs, prime
        self._bases = [_inverse(stair.basis, prime) for stair in stairs]
        self._known: dict[int, tuple[Entries, list[int], list[int]]] = {}

    def independent(self, changes: Sequence[Change]) -> list[int]:
        """The numbers of the first changes that are independent of the boxes and of one another."""
        rows = [self.coordinates(change) for change in changes]
        return pivot_columns(np.array(rows, dtype=object).T, self.prime) if rows else []

    def coordinates(self, change: Change) -> list[int]:
        """As many numbers as the complement of the boxes has."""
        result: list[int] = []
        for layer, (stair, inverse) in enumerate(zip(self.stairs, self._bases, strict=True), 1):
            if layer not in change:
                result += [0] * len(stair.complement)
                continue
            turned = inverse @ change[layer] % self.prime
            for row, right in zip(turned, stair.reducers, strict=True):
                echelon, pivots, rest = self._reducer(right, len(row))
                result += [int(entry) for entry in (row[rest] - row[pivots] @ echelon[:, rest]) % self.prime]
        return result

    def _reducer(self, right: Vectors, size: int) -> tuple[Entries, list[int], list[int]]:
        if id(right) not in self._known:
            array = np.array(right, dtype=object).reshape(len(right), size)
            pivots = pivot_columns(array, self.prime)
            if len(pivots) != len(right):
                raise UnluckyPrimeError(f"vectors become dependent modulo {self.prime}")
            echelon = _inverse(array[:, pivots], self.prime) @ array % self.prime if pivots else array
            self._known[id(right)] = echelon, pivots, sorted({*range(size)} - {*pivots})
        return self._known[id(right)]


def _inverse(matrix: Entries, prime: int) -> Entries:
    size = len(matrix)
    try:
        found = flint.nmod_mat(size, size, [int(entry) % prime for entry in matrix.flat], prime).inv()
    except ZeroDivisionError:
        raise UnluckyPrimeError(f"vectors become dependent modulo {prime}") from None
    values = np.empty(size * size, dtype=object)
    for place, entry in enumerate(found.entries()):
        values[place] = int(entry)
    return values.reshape(size, size)
