"""The pivots of a panel: a few columns of which all rows are known, of which a few rows are enough to choose from.

A panel P has m rows and b columns, b small. Take k rows of it and k columns q such that T, these rows, has rank k and
its columns q are the leftmost that are independent. With X = T[:, q]^{-1} and F = P[:, q] X, P − F T is zero if and
only if the chosen rows span the row space of P; then k is its rank, q are its leftmost independent columns, and F are
the factors that eliminate it. If k = b there is nothing to verify. Otherwise rows at which P − F T is not zero join the
candidates, and the rank of T rises, so the search ends.

The choice among the candidates and the inverse are made on the host (``small``); F and P − F T are matrix products on
the device. So a panel costs a few exchanges with the device, not several a column. The candidates are at first the
first b rows, which are enough for a generic matrix; if these are dependent (Hessians have blocks of zeros), rows spread
evenly over the panel join; and then rows spread over those that are not yet explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array, to_numpy
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.small import Matrix, basis

_CHUNK = 1 << 16
"""Entries that are worked on at a time, 2 MiB: the cache of a core."""

_MORE = 2
"""Candidates that join in a round, in multiples of the panel's width: more make a further round less likely, but the
search on the host slower. With two, 64 columns take 1.6 ms instead of the 0.9 ms of the first b rows alone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What eliminates a panel.

    Args:
        rows: The chosen rows.
        columns: The leftmost independent columns, rising; as many.
        factors: F, m × k.
    """

    rows: list[int]
    columns: list[int]
    factors: Array


@dataclass(frozen=True, slots=True)
class _Basis:
    """Candidates found independent: T on the host, and X."""

    rows: list[int]
    columns: list[int]
    values: Matrix
    inverse: Matrix


class Panels:
    """Eliminates panels modulo a prime.

    Example:
        >>> panel = np.asarray([[0.0, 0.0], [0.0, 2.0], [0.0, 3.0]])
        >>> found = Panels(PrimeField(7)).choose(panel)
        >>> found.rows, found.columns, found.factors.tolist()
        ([1], [1], [[0.0], [1.0], [-2.0]])
    """

    def __init__(self, field: PrimeField) -> None:
        self.field, self.xp = field, field.xp
        self._host = PrimeField(field.prime)

    def choose(self, panel: Array) -> Choice:
        """The pivots of a panel of residues, m × b, and the factors that eliminate it."""
        width = panel.shape[1]
        found = self._first(panel)
        while True:
            factors = self._factors(panel, found)
            if len(found.columns) == width:
                break
            open_rows = self._unexplained(panel, found, factors)
            if open_rows.size == 0:
                break
            found = self._basis(panel, found.rows + _spread(open_rows, _MORE * width))
        return Choice(found.rows, found.columns, factors)

    def _first(self, panel: Array) -> _Basis:
        """What is independent of the first b rows; if that is less than b, of rows from everywhere."""
        rows, width = panel.shape
        found = self._basis(panel, list(range(min(rows, width))))
        if len(found.columns) < width < rows:
            found = self._basis(panel, found.rows + _spread(np.arange(width, rows), _MORE * width))
        return found

    def _basis(self, panel: Array, candidates: list[int]) -> _Basis:
        consecutive = candidates == list(range(len(candidates)))
        values = to_numpy(panel[: len(candidates), :] if consecutive else self._take(panel, candidates, 0))
        found = basis(values, self._host)
        return _Basis([candidates[row] for row in found.rows], found.columns, values[found.rows], found.inverse)

    def _factors(self, panel: Array, chosen: _Basis) -> Array:
        """F = P[:, q] X."""
        count, device = len(chosen.columns), array_api_compat.device(panel)
        factors = self.xp.empty((panel.shape[0], count), dtype=panel.dtype, device=device)
        right = self.xp.asarray(chosen.inverse, device=device)
        for chunk in _chunks(panel):
            factors[chunk, :] = self.field.matmul(self._taken(panel[chunk, :], chosen.columns), right)
        return factors

    def _unexplained(self, panel: Array, chosen: _Basis, factors: Array) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Rows at which P − F T is not zero."""
        device = array_api_compat.device(panel)
        rest = sorted(set(range(panel.shape[1])) - set(chosen.columns))
        top = self.xp.asarray(np.ascontiguousarray(chosen.values[:, rest]), device=device)
        found = []
        for chunk in _chunks(panel):
            remainder = self.field.subtract_product(self._taken(panel[chunk, :], rest), factors[chunk, :], top)
            marked = to_numpy(self.xp.any(remainder != 0.0, axis=1))
            found.append(np.flatnonzero(marked) + chunk.start)
        return np.concatenate(found)

    def _taken(self, panel: Array, columns: list[int]) -> Array:
        return panel if len(columns) == panel.shape[1] else self._take(panel, columns, 1)

    def _take(self, panel: Array, places: list[int], axis: int) -> Array:
        indices = self.xp.asarray(places, dtype=self.xp.int64, device=array_api_compat.device(panel))
        return self.xp.take(panel, indices, axis=axis)


def _chunks(panel: Array) -> Iterator[slice]:
    rows, width = panel.shape
    step = max(1, _CHUNK // width)
    for first in range(0, rows, step):
        yield slice(first, min(first + step, rows))


def _spread(numbers: np.ndarray[tuple[int], np.dtype[np.intp]], count: int) -> list[int]:
    """At most ``count`` of some numbers, evenly spread."""
    step = -(-numbers.size // count)
    found: list[int] = numbers[::step].tolist()
    return found
