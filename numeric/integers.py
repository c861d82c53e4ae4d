"""Integer matrices of any size of entry, as NumPy arrays of Python integers, with FLINT for products and ranks."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

IntegerMatrix = npt.NDArray[Any]
"""A NumPy array of dtype object whose entries are Python integers, so that nothing overflows."""


def integers(entries: Any) -> IntegerMatrix:
    """A copy of a matrix of integers with Python integers as entries.

    Args:
        entries: Nested lists, an integer array, or an object array of integers.

    Raises:
        TypeError: If an entry is no integer.

    Example:
        >>> integers([[1, 2**100]])[0, 1] % 7
        2
    """
    array = np.asarray(entries)
    if array.dtype.kind in "iu":
        return array.astype(object)
    result = np.empty(np.shape(np.asarray(entries, dtype=object)), dtype=object)
    source = np.asarray(entries, dtype=object)
    for place in np.ndindex(result.shape):
        result[place] = operator.index(source[place])
    return result


def to_flint(matrix: IntegerMatrix) -> flint.fmpz_mat:
    """The same matrix in FLINT."""
    rows, columns = matrix.shape
    return flint.fmpz_mat(rows, columns, matrix.ravel().tolist())


def from_flint(matrix: flint.fmpz_mat) -> IntegerMatrix:
    """The same matrix as an array of Python integers."""
    result = np.empty(matrix.nrows() * matrix.ncols(), dtype=object)
    for place, entry in enumerate(matrix.entries()):
        result[place] = int(entry)
    return result.reshape(matrix.nrows(), matrix.ncols())


def product(matrices: Iterable[IntegerMatrix]) -> IntegerMatrix:
    """The product of integer matrices, left to right, without overflow.

    Example:
        >>> product([integers([[2**40, 0]]), integers([[2**40], [1]])]).tolist() == [[2**80]]
        True
    """
    result: flint.fmpz_mat | None = None
    for matrix in matrices:
        result = to_flint(matrix) if result is None else result * to_flint(matrix)
    if result is None:
        raise TypeError("the product of no matrices has no shape")
    return from_flint(result)


def residues(matrix: IntegerMatrix, prime: int) -> npt.NDArray[np.float64]:
    """Entries modulo a prime, in 0, …, prime - 1, as float64 (the prime is below 2^53).

    Example:
        >>> residues(integers([[-1, 2**70]]), 5).tolist()
        [[4.0, 4.0]]
    """
    return np.asarray(matrix % prime, dtype=np.float64)


def rational_rank(matrix: IntegerMatrix) -> int:
    """Rank over Q by FLINT (fraction-free elimination when the matrix is not of full rank).

    Example:
        >>> rational_rank(integers([[1, 2], [2, 4]]))
        1
    """
    if 0 in matrix.shape:
        return 0
    return int(to_flint(matrix).rank())


def largest_bits(matrix: IntegerMatrix) -> int:
    """Bit length of the largest entry in absolute value; 0 for a zero or empty matrix."""
    return max((int(entry).bit_length() for entry in matrix.flat), default=0)


def size_exponent(matrix: IntegerMatrix) -> int:
    """The e for which matrix / 2^e has a Frobenius norm of about the square root of its smaller side.

    Example:
        >>> size_exponent(integers([[1024, 0], [0, 1024]])), size_exponent(integers([[0]]))
        (10, 0)
    """
    total: int = sum(int(entry) ** 2 for entry in matrix.flat)
    if total == 0:
        return 0
    return int(total.bit_length() - min(matrix.shape).bit_length()) // 2
