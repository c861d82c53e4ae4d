r"""Expected moments of normal matrices by listing matrices: normal entries replaced by three points.

The numbers −√(3v), 0, √(3v) with probabilities 1/6, 2/3, 1/6 have the first five moments of N(0, v). A polynomial of
degree at most 5 in each entry has the same mean under both, and under the three points it is a finite sum: exact, in
rationals.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product

POINTS = ((-1, Fraction(1, 6)), (0, Fraction(2, 3)), (1, Fraction(1, 6)))
Matrix = list[list[int]]


def _times(one: Matrix, two: Matrix) -> Matrix:
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*two, strict=True)] for row in one]


def _trace_of_power(matrix: Matrix, order: int) -> int:
    power = matrix
    for _ in range(order - 1):
        power = _times(power, matrix)
    return sum(power[i][i] for i in range(len(power)))


def wishart_moment(rows: int, columns: int, variance: Fraction, order: int) -> Fraction:
    """E (1/n) tr (JJ⊤)^k for J ∈ R^{n×p} with independent N(0, v) entries, k ≤ 2.

    Example:
        >>> wishart_moment(2, 2, Fraction(1, 2), 1), wishart_moment(1, 2, Fraction(1, 2), 2)
        (Fraction(1, 1), Fraction(2, 1))
    """
    total = Fraction(0)
    for entries in product(POINTS, repeat=rows * columns):
        chance = Fraction(1)
        for _, share in entries:
            chance *= share
        matrix = [[entries[i * columns + j][0] for j in range(columns)] for i in range(rows)]
        square = _times(matrix, [list(column) for column in zip(*matrix, strict=True)])
        total += chance * _trace_of_power(square, order)
    return total * (3 * variance) ** order / rows


def wigner_square(size: int, variance: Fraction) -> Fraction:
    """E (1/n) tr M² for a symmetric matrix with independent N(0, v) entries on and above the diagonal.

    Example:
        >>> wigner_square(1, Fraction(2)), wigner_square(2, Fraction(2))
        (Fraction(2, 1), Fraction(4, 1))
    """
    places = list(combinations_with_replacement(range(size), 2))
    total = Fraction(0)
    for entries in product(POINTS, repeat=len(places)):
        chance = Fraction(1)
        matrix = [[0] * size for _ in range(size)]
        for (i, j), (value, share) in zip(places, entries, strict=True):
            chance *= share
            matrix[i][j] = matrix[j][i] = value
        total += chance * _trace_of_power(matrix, 2)
    return total * 3 * variance / size
