"""Blocked elimination modulo a prime in float64, in the place of the matrix, on the device of the matrix.

A = L U up to the order of the rows. The columns are halved until a panel of ``Blocks.panel`` of them is left; its
pivots are chosen as ``panels`` says. With done pivots to the left of a range of columns and found pivots up to its
middle, the rows done … found of the right half become L^{-1} times themselves (``_solve``, which halves in the same
way), and the rows below lose L times these (``_subtract``). L is unit lower triangular by blocks: the rows that a
panel chooses are left as they are, so that within a panel L is an identity matrix, and no triangular system of
numbers is ever solved.

*Place.* Column number k of L is written into column k of the matrix, below row k. That place is free: the k-th pivot's
column is at or to the right of column k, and all columns up to it have been eliminated. So beside the matrix only a
tile, the factors of one panel and the rows that change places are held.

*Work.* 2 n³ / 3 for a matrix of full rank. The share of it that is done in products of less than c columns is about
2 c / n, and each entry is reduced once in up to ``PrimeField.inner`` multiplications, which is what the halving is for:
with panels one by one, every entry would be reduced once in ``Blocks.panel`` multiplications.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import partial

import array_api_compat

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.journal import Journal, Place, Step
from hessproof.numeric.modular.panels import Choice, Panels


@dataclass(frozen=True, slots=True)
class Blocks:
    """Sizes of the blocks of an elimination; they change its speed, not its result.

    Args:
        panel: Columns of a panel.
        tile: Entries of the matrix that are changed at a time.
        side: Rows of a tile, where there are as many.
    """

    panel: int
    tile: int
    side: int


HOST = Blocks(panel=64, tile=1 << 19, side=512)
"""On a processor. Tiles of 512 × 512 take 2 MiB, so that their reduction stays in the cache of a core (1.6 ns an entry;
from 1024 × 1024 on, 9 ns, since each temporary array is then taken from the system anew), while the product of 512 × c
and c × 512 runs at 95 % of the speed of large ones for c ≥ 512, and at 88 % for c = 64."""

DEVICE = Blocks(panel=64, tile=1 << 24, side=4096)
"""On a GPU. A tile is a few kernels, each with 5 to 10 μs of its own: 128 MiB take longer than that to read."""


def blocks_for(matrix: Array) -> Blocks:
    """Sizes for the device of an array."""
    return DEVICE if array_api_compat.is_cupy_array(matrix) else HOST


def reduced(matrix: Array, field: PrimeField, *, overwrite: bool = False, transposed: bool = False) -> Array:
    """The residues of a matrix, or of its transpose: a copy in rows one after the other, or in its own place.

    Args:
        matrix: Float64 array of integers below 2^53 in absolute value.
        field: The prime.
        overwrite: Write the residues into ``matrix`` itself.
        transposed: Take the transpose of a copy.
    """
    xp, source = namespace_of(matrix), matrix
    target = matrix
    if not overwrite:
        source = matrix.T if transposed else matrix
        target = xp.empty(source.shape, dtype=xp.float64, device=array_api_compat.device(matrix))
    for rows in field.strips(target):
        target[rows, :] = field.reduce(xp.astype(source[rows, :], xp.float64, copy=False))
    return target


class Elimination:
    """Elimination of a matrix of residues in its own place.

    Args:
        matrix: Residues modulo the field's prime, m × n; destroyed.
        field: The prime, on the library of the matrix.
        journal: Carries out the steps; its matrix is this one.
        blocks: Sizes of blocks, those for the device if not given.

    Example:
        >>> import numpy as np
        >>> from hessproof.numeric.modular.journal import State
        >>> matrix = np.asarray([[0.0, 1.0, 2.0, 0.0], [0.0, 1.0, 2.0, 3.0]])
        >>> Elimination(matrix, PrimeField(7), Journal(matrix, State(), 1.0)).run()
        [1, 3]
    """

    def __init__(self, matrix: Array, field: PrimeField, journal: Journal, blocks: Blocks | None = None) -> None:
        self.a, self.field, self.journal = matrix, field, journal
        self.blocks = blocks or blocks_for(matrix)
        self._panels, self._host = Panels(field), PrimeField(field.prime)

    def run(self) -> list[int]:
        """The leftmost columns that form a basis of the column space modulo the prime."""
        try:
            self._start()
        except KeyboardInterrupt:
            self.journal.keep()
            raise
        self.journal.finish()
        return list(self.journal.pivots)

    def _start(self) -> None:
        self._columns(0, self.a.shape[1])

    def _found(self, column: int) -> int:
        """How many pivots there are to the left of a column that the elimination has reached."""
        return bisect_left(self.journal.pivots, column)

    def _middle(self, left: int, right: int) -> int:
        """Half of a range of columns, in whole panels."""
        panel = self.blocks.panel
        return left + (right - left + panel) // (2 * panel) * panel

    def _columns(self, left: int, right: int) -> None:
        rows, done = self.a.shape[0], self._found(left)
        if done == rows or left == right:
            return
        if right - left <= self.blocks.panel:
            self._panel(left, right)
            return
        middle = self._middle(left, right)
        self._columns(left, middle)
        found = self._found(middle)
        if done < found < rows:
            self._solve(left, middle, (middle, right))
            self._subtract((found, rows), (done, found), (middle, right))
        self._columns(middle, right)

    def _solve(self, left: int, right: int, columns: tuple[int, int]) -> None:
        """The rows with pivots in ``left`` … ``right`` become L^{-1} times themselves, in the given columns."""
        if right - left <= self.blocks.panel:
            return
        middle = self._middle(left, right)
        done, between, found = self._found(left), self._found(middle), self._found(right)
        self._solve(left, middle, columns)
        self._subtract((between, found), (done, between), columns)
        self._solve(middle, right, columns)

    def _subtract(self, rows: tuple[int, int], inner: tuple[int, int], columns: tuple[int, int]) -> None:
        """A[rows, columns] loses L[rows, inner] · A[inner, columns], tile by tile."""
        depth = inner[1] - inner[0]
        if depth == 0:
            return
        for place in tiles(rows, columns, self.blocks):
            entries = (place[0].stop - place[0].start) * (place[1].stop - place[1].start)
            self.journal.step(partial(self._tile, place, slice(*inner)), 2.0 * entries * depth)

    def _tile(self, place: Place, inner: slice) -> Step:
        left, right = self.a[place[0], inner], self.a[inner, place[1]]
        return Step(((place, self.field.subtract_product(self.a[place], left, right)),), self.journal.pivots)

    def _panel(self, left: int, right: int) -> None:
        start = self._found(left)
        self.journal.step(partial(self._chosen, start, left, right), (self.a.shape[0] - start) * (right - left) ** 2.0)

    def _chosen(self, start: int, left: int, right: int) -> Step:
        """Choose the pivots of a panel, bring their rows to the top, and keep its factors."""
        choice = self._panels.choose(self.a[start:, left:right])
        count = len(choice.rows)
        pivots = (*self.journal.pivots, *(left + column for column in choice.columns))
        if count == 0:
            return Step((), pivots)
        writes = self._exchanges(start, choice)
        below = (slice(start + count, self.a.shape[0]), slice(start, start + count))
        order = self._order(choice)
        return Step((*writes, (below, self.field.xp.take(choice.factors[count:, :], order, axis=1))), pivots)

    def _order(self, choice: Choice) -> Array:
        """Which of the chosen rows comes to lie in which place: factor k belongs to the k-th row of the matrix."""
        count, chosen = len(choice.rows), set(choice.rows)
        top, below = list(range(count)), iter(sorted(row for row in chosen if row >= count))
        rows = [row if row in chosen else next(below) for row in top]
        numbers = {row: number for number, row in enumerate(choice.rows)}
        device = array_api_compat.device(choice.factors)
        return self.field.xp.asarray([numbers[row] for row in rows], dtype=self.field.xp.int64, device=device)

    def _exchanges(self, start: int, choice: Choice) -> list[tuple[Place, Array]]:
        """Rows that change places so that the chosen ones are on top; the factors change places here and now."""
        count, chosen = len(choice.rows), set(choice.rows)
        free = [row for row in range(count) if row not in chosen]
        writes = []
        for upper, lower in zip(free, sorted(row for row in chosen if row >= count), strict=True):
            for target, source in ((upper, lower), (lower, upper)):
                kept = self.field.xp.asarray(self.a[start + source, :][None, :], copy=True)
                writes.append(((slice(start + target, start + target + 1), slice(0, self.a.shape[1])), kept))
            choice.factors[lower, :] = choice.factors[upper, :]
        return writes


def tiles(rows: tuple[int, int], columns: tuple[int, int], blocks: Blocks) -> list[Place]:
    """Tiles that cover a range of rows and columns.

    Example:
        >>> tiles((0, 2), (0, 3), Blocks(panel=1, tile=4, side=2))
        [(slice(0, 2, None), slice(0, 2, None)), (slice(0, 2, None), slice(2, 3, None))]
    """
    height = max(1, min(blocks.side, rows[1] - rows[0]))
    width = max(1, blocks.tile // height)
    if rows[1] - rows[0] > height and columns[1] - columns[0] < width:
        width = max(1, columns[1] - columns[0])
        height = max(1, blocks.tile // width)
    return [
        (slice(top, min(top + height, rows[1])), slice(first, min(first + width, columns[1])))
        for top in range(*rows, height)
        for first in range(*columns, width)
    ]
