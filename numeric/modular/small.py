"""Elimination modulo a prime of matrices of a few dozen columns, on the host: where a panel's pivots are chosen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hessproof.numeric.modular.field import PrimeField

Matrix = npt.NDArray[np.float64]


class Basis(NamedTuple):
    """Rows that span the row space, the leftmost columns that span the column space, and the inverse where they meet.

    Args:
        rows: The rows, in the order in which they were found.
        columns: The columns, rising; as many.
        inverse: Of the matrix on these rows and columns, modulo the prime.
    """

    rows: list[int]
    columns: list[int]
    inverse: Matrix


def basis(matrix: Matrix, field: PrimeField) -> Basis:
    """Gauss–Jordan elimination in place with exchanges of rows.

    Column j of a pivot at row r is replaced by that column of the inverse that belongs to row r, as in the textbook
    algorithm for the inverse in place. Only the row and the column that are used next are reduced, so that the number
    of columns may be at most ``field.inner``.

    Args:
        matrix: Residues, m × n, with n at most ``field.inner``.
        field: The prime, on NumPy arrays.

    Example:
        >>> basis(np.asarray([[2.0, 1.0], [1.0, 1.0]]), PrimeField(7)).inverse.tolist()
        [[1.0, -1.0], [-1.0, 2.0]]
        >>> found = basis(np.asarray([[0.0, 0.0, 1.0], [0.0, 2.0, 0.0], [0.0, 2.0, 1.0]]), PrimeField(7))
        >>> found.rows, found.columns, found.inverse.tolist()
        ([1, 0], [1, 2], [[-3.0, 0.0], [0.0, 1.0]])
    """
    work = matrix.copy()
    rows: list[int] = []
    columns: list[int] = []
    free = np.ones(work.shape[0])
    for place in range(work.shape[1]):
        column = field.reduce(work[:, place])
        candidates = np.flatnonzero(column * free)
        if candidates.size == 0:
            continue
        chosen = int(candidates[0])
        row = field.reduce(work[chosen])
        scale = field.inverse(column[chosen])
        row = field.reduce(row * scale)
        row[place] = scale
        column[chosen] = 0.0
        work[:, place] = 0.0
        work -= column[:, None] * row
        work[chosen] = row
        free[chosen] = 0.0
        rows.append(chosen)
        columns.append(place)
        if len(rows) == work.shape[0]:
            break
    return Basis(rows, columns, field.reduce(work[rows][:, columns]))
