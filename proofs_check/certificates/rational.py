"""Matrices of rationals in FLINT: reading, residues, null spaces with small integers, independent columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from math import gcd, isfinite, lcm
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from hessproof.proofs_check.certificates.format import PRIME
from hessproof.symbolic.errors import UnusableRequest

Rational = Any
"""A matrix of rationals, ``flint.fmpq_mat``, whose operators have no types."""
Entries = npt.NDArray[Any]
Vectors = list[list[int]]
REDUCED = 64
"""Bases with more vectors than this are not made shorter: the reduction takes more time than it saves in the file."""


class UnluckyPrimeError(ArithmeticError):
    """Something that is independent over the rationals is not so modulo this prime: take another."""


@cache
def certificate_primes(count: int = 4) -> tuple[int, ...]:
    """Primes above 2^60 that fit a machine word.

    Example:
        >>> certificate_primes(2)
        (2305843009213693951, 9223372036854775783)
    """
    found, candidate = [PRIME], 2**63
    while len(found) < count:
        candidate -= 1
        if flint.fmpz(candidate).is_prime():
            found.append(candidate)
    return tuple(found)


def exact_entry(value: Any) -> Fraction:
    """An integer, a rational, a string of one, or a float (a dyadic rational) as a fraction.

    Raises:
        UnusableRequest: If it is no number.

    Example:
        >>> exact_entry("3/4"), exact_entry(0.5), exact_entry(-2)
        (Fraction(3, 4), Fraction(1, 2), Fraction(-2, 1))
    """
    try:
        if isinstance(value, float) and not isfinite(value):
            raise ValueError
        return Fraction(value if isinstance(value, int | float | str | Fraction) else int(value))
    except (TypeError, ValueError, ZeroDivisionError):
        raise UnusableRequest(f"entry {value!r}", "a rational number", "write for instance -3 or 1/4") from None


def rational(rows: Iterable[Iterable[Any]], columns: int | None = None) -> Rational:
    """A matrix from rows of numbers; ``columns`` tells its width where there are no rows.

    Raises:
        UnusableRequest: If the rows differ in length or an entry is no number.

    Example:
        >>> rational([[1, "1/2"]]).table()
        [[1, 1/2]]
    """
    listed = [[exact_entry(entry) for entry in row] for row in rows]
    width = len(listed[0]) if listed else columns or 0
    if any(len(row) != width for row in listed):
        raise UnusableRequest("a matrix with rows of different lengths", "rows of one length", "fill in the rows")
    flat = [flint.fmpq(entry.numerator, entry.denominator) for row in listed for entry in row]
    return flint.fmpq_mat(len(listed), width, flat)


def zero(rows: int, columns: int) -> Rational:
    """A matrix of zeros."""
    return flint.fmpq_mat(rows, columns)


def identity(size: int) -> Rational:
    """The identity."""
    return diagonal([1] * size)


def diagonal(entries: Sequence[Any]) -> Rational:
    """A diagonal matrix."""
    size = len(entries)
    result = flint.fmpq_mat(size, size)
    for place, entry in enumerate(entries):
        exact = Fraction(entry)
        result[place, place] = flint.fmpq(exact.numerator, exact.denominator)
    return result


def columns_of(matrix: Rational, first: int, last: int) -> Rational:
    """The columns first, …, last − 1."""
    rows = matrix.nrows()
    return flint.fmpq_mat(rows, last - first, [matrix[i, j] for i in range(rows) for j in range(first, last)])


def beside(*matrices: Rational) -> Rational:
    """Matrices of equally many rows, one beside the other."""
    rows = matrices[0].nrows()
    flat = [each[i, j] for i in range(rows) for each in matrices for j in range(each.ncols())]
    return flint.fmpq_mat(rows, sum(each.ncols() for each in matrices), flat)


def above(*matrices: Rational) -> Rational:
    """Matrices of equally many columns, one above the other."""
    return flint.fmpq_mat(
        sum(each.nrows() for each in matrices),
        matrices[0].ncols(),
        [entry for each in matrices for entry in each.entries()],
    )


def fractions(matrix: Rational) -> list[list[Fraction]]:
    """Rows of fractions."""
    width = matrix.ncols()
    flat = [Fraction(int(entry.p), int(entry.q)) for entry in matrix.entries()]
    return [flat[row * width : (row + 1) * width] for row in range(matrix.nrows())]


def residues(matrix: Rational, prime: int) -> Entries:
    """Entries modulo a prime that divides no denominator.

    Raises:
        UnluckyPrimeError: If it divides one.
    """
    values = np.empty(matrix.nrows() * matrix.ncols(), dtype=object)
    for place, entry in enumerate(matrix.entries()):
        below = int(entry.q)
        if below == 1:
            values[place] = int(entry.p) % prime
        elif below % prime == 0:
            raise UnluckyPrimeError(f"{prime} divides a denominator")
        else:
            values[place] = int(entry.p) * pow(below, -1, prime) % prime
    return values.reshape(matrix.nrows(), matrix.ncols())


def over_the_integers(matrix: Rational) -> Entries:
    """Entries times their common denominator."""
    whole = matrix.numer_denom()[0]
    values = np.empty(matrix.nrows() * matrix.ncols(), dtype=object)
    for place, entry in enumerate(whole.entries()):
        values[place] = int(entry)
    return values.reshape(matrix.nrows(), matrix.ncols())


def null_vectors(matrix: Rational) -> Vectors:
    """A basis of the vectors that a matrix annihilates, of integers, as short as lattice reduction makes them.

    Example:
        >>> null_vectors(rational([[1, 1, 1]]))
        [[1, -1, 0], [1, 0, -1]]
        >>> null_vectors(zero(0, 2))
        [[1, 0], [0, 1]]
    """
    size = matrix.ncols()
    if not matrix.nrows() or not size:
        return unit_vectors(size)
    return integer_null_vectors(matrix.numer_denom()[0])


def integer_null_vectors(matrix: Any) -> Vectors:
    """The same for a matrix of integers in FLINT."""
    basis, nullity = matrix.nullspace()
    found = [[int(basis[row, column]) for row in range(matrix.ncols())] for column in range(nullity)]
    found = [[entry // divisor for entry in vector] for vector in found for divisor in (gcd(*vector),)]
    if 1 < nullity <= REDUCED and any(abs(entry) > 1 for vector in found for entry in vector):
        short = flint.fmpz_mat(nullity, matrix.ncols(), [entry for vector in found for entry in vector]).lll()
        found = [[int(entry) for entry in row] for row in short.tolist()]
    return found


def unit_vectors(size: int) -> Vectors:
    """The columns of the identity."""
    return [[int(row == column) for row in range(size)] for column in range(size)]


def as_integers(entries: Entries) -> Any:
    """A FLINT matrix of integers, from integers or from fractions times their common denominator."""
    flat = list(entries.flat)
    scale = lcm(*(entry.denominator for entry in flat)) if flat else 1
    rows, columns = entries.shape
    return flint.fmpz_mat(rows, columns, [int(entry * scale) for entry in flat])


def pivot_columns(columns: Any, prime: int) -> list[int]:
    """Leftmost independent columns of an array, modulo a prime.

    Example:
        >>> import numpy as np
        >>> pivot_columns(np.array([[0, 1, 2], [0, 2, 4]], dtype=object), 7)
        [1]
    """
    rows, width = columns.shape
    if not rows or not width:
        return []
    echelon, rank = flint.nmod_mat(rows, width, [int(entry) % prime for entry in columns.flat], prime).rref()
    return _leading(echelon, rank)


def _leading(echelon: Any, rank: int) -> list[int]:
    found: list[int] = []
    for row in range(rank):
        column = found[-1] + 1 if found else 0
        while not int(echelon[row, column]):
            column += 1
        found.append(column)
    return found
