"""Blocked elimination of a symmetric matrix modulo a prime: half the work of the general one.

A − A[:, S] A[S, S]^{-1} A[S, :] is symmetric again, so its lower triangle is enough. The columns are halved down to
panels S of ``Blocks.panel`` columns. A panel's columns below the diagonal stay as they are, and the upper triangle,
which nothing else needs, takes A[S, S]^{-1} A[S, :] beside them. So every update is A[rows, S] · A[S, columns] as in
``elimination``, on the lower triangle only, n³ / 3 operations in all, and no triangular system is solved.

This takes the diagonal blocks as pivots in their order, which fails where one of them is singular: in a Hessian at
once, since it has blocks of zeros on the diagonal. So the matrix is first replaced by M A M⊤ with M unit triangular,
sparse and random (``mixed``), which has the same rank. If a diagonal block is singular all the same, because the rank
is reached or by accident, the remaining matrix is made complete and goes through the general elimination. Nothing is
assumed that is not checked; luck is needed for speed alone.
"""

from __future__ import annotations

from functools import partial

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array, to_numpy
from hessproof.numeric.modular.elimination import Blocks, Elimination, tiles
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.journal import Step
from hessproof.numeric.modular.small import basis

_SHIFTS = (2, 3)
"""Row i of M has ones at i and random residues at i + ⌊n / 2⌋ and so on: each row is mixed with a few far away. With
these two shifts all diagonal blocks of the cores that were tried were invertible; with the first alone, not all."""


def mixed(matrix: Array, field: PrimeField) -> Array:
    """M A M⊤ in the place of A, with a fixed random M: the same rank, and symmetric if A is.

    Example:
        >>> matrix = np.asarray([[0.0, 1.0], [1.0, 0.0]])
        >>> found = mixed(matrix, PrimeField(7))
        >>> found is matrix, bool(found[0, 0]), bool(found[0, 1] == found[1, 0])
        (True, True, True)
    """
    size = matrix.shape[0]
    rng = np.random.default_rng(field.prime)
    for part in _SHIFTS:
        shift = max(1, size // part)
        count = size - shift
        draws = rng.integers(1, field.prime, count) - field.prime // 2
        numbers = field.xp.asarray(draws.astype(np.float64), device=array_api_compat.device(matrix))
        for rows in field.strips(matrix[:count, :]):
            below = matrix[rows.start + shift : rows.stop + shift, :]
            matrix[rows, :] = field.reduce(matrix[rows, :] + numbers[rows][:, None] * below)
        for rows in field.strips(matrix):
            right = matrix[rows, shift:]
            matrix[rows, :count] = field.reduce(matrix[rows, :count] + right * numbers[None, :])
    return matrix


def is_symmetric(matrix: Array, field: PrimeField, blocks: Blocks) -> bool:
    """Whether a square matrix of residues equals its transpose modulo the prime, tile by tile.

    Example:
        >>> is_symmetric(np.asarray([[1.0, 2.0], [-5.0, 0.0]]), PrimeField(7), Blocks(1, 1, 1))
        True
        >>> is_symmetric(np.asarray([[1.0, 2.0], [3.0, 0.0]]), PrimeField(7), Blocks(1, 1, 1))
        False
    """
    size = matrix.shape[0]
    for place in tiles((0, size), (0, size), _square(blocks)):
        if place[0].start >= place[1].start:
            difference = field.reduce(matrix[place] - matrix[place[1], place[0]].T)
            if bool(field.xp.any(difference != 0.0)):
                return False
    return True


def _square(blocks: Blocks) -> Blocks:
    """Tiles with as many columns as rows, so that the mirror image of a tile is one."""
    return Blocks(blocks.panel, blocks.side**2, blocks.side)


def _strip(blocks: Blocks) -> int:
    """Columns that are changed at a time; half of a strip's square on the diagonal is changed in vain."""
    return max(1, blocks.side // 2)


def extra_work(size: int, blocks: Blocks) -> float:
    """Operations in vain on the diagonal, about: with w columns of w pivots they are w² times a strip.

    Example:
        >>> extra_work(1000, Blocks(panel=64, tile=1 << 19, side=512)) / (1000**3 / 3)
        0.384
    """
    return _strip(blocks) * float(size) ** 2 / 2.0


class SymmetricElimination(Elimination):
    """Elimination of a symmetric matrix of residues in its own place; arguments as for ``Elimination``.

    ``run`` gives as many columns as the rank, those of the pivots in the order of the elimination: for the rank only.

    Example:
        >>> from hessproof.numeric.modular.journal import Journal, State
        >>> matrix = np.asarray([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0, 6.0, 2.0]])
        >>> len(SymmetricElimination(matrix, PrimeField(7), Journal(matrix, State(), 1.0)).run())
        1
    """

    def _start(self) -> None:
        size = self.a.shape[0]
        reached = self._diagonal(0, size)
        if reached == size:
            return
        for place in tiles((reached, size), (reached, size), _square(self.blocks)):
            if place[0].start >= place[1].start:
                self.journal.step(partial(self._mirrored, place), 0.0)
        self._columns(reached, size)

    def _diagonal(self, left: int, right: int) -> int:
        """Eliminate with the diagonal blocks of a range of columns; where the first singular one begins."""
        if left == right:
            return right
        if right - left <= self.blocks.panel:
            self.journal.step(partial(self._block, left, right), (right - left) ** 2.0 * (self.a.shape[0] - left))
            return left if self.journal.singular == left else right
        middle = self._middle(left, right)
        reached = self._diagonal(left, middle)
        self._subtract_lower((left, reached), (middle, right))
        return self._diagonal(middle, right) if reached == middle else reached

    def _subtract_lower(self, inner: tuple[int, int], columns: tuple[int, int]) -> None:
        """The part of ``_subtract`` on and below the diagonal, for all rows from the first of these columns on."""
        step = _strip(self.blocks)
        for first in range(*columns, step):
            self._subtract((first, self.a.shape[0]), inner, (first, min(first + step, columns[1])))

    def _block(self, left: int, right: int) -> Step:
        """Take a diagonal block as pivots if it is invertible."""
        lower = np.tril(to_numpy(self.a[left:right, left:right]))
        found = basis(lower + np.tril(lower, -1).T, self._host)
        if len(found.rows) < right - left:
            return Step((), self.journal.pivots, singular=left)
        inverse = np.empty_like(lower)
        inverse[:, found.rows] = found.inverse
        square = self.field.xp.asarray(inverse, device=array_api_compat.device(self.a))
        place = (slice(left, right), slice(right, self.a.shape[0]))
        beside = self.field.xp.empty_like(self.a[left:right, right:])
        below = self.a[right:, left:right]
        for rows in self.field.strips(below):
            beside[:, rows] = self.field.matmul(square, below[rows, :].T)
        return Step(((place, beside),), (*self.journal.pivots, *range(left, right)))

    def _mirrored(self, place: tuple[slice, slice]) -> Step:
        """Complete the upper triangle of what remains from the lower one."""
        values = self.field.xp.asarray(self.a[place], copy=True)
        other = (place[1], place[0])
        if place[0].start > place[1].start:
            return Step(((other, values.T),), self.journal.pivots)
        below = self.field.xp.tril(values)
        return Step(((place, below + self.field.xp.tril(values, k=-1).T),), self.journal.pivots)
