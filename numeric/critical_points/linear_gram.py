"""Least energy of linear networks by determinants of integers: a squared distance is a quotient of Gram determinants.

The squared distance of a row y from the span of linearly independent vectors is det G(x, y)/det G(x). As a function of
y the numerator is a quadratic form, and its mean over independent N(0, 1) entries is its sum over unit vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpz_mat

Rows = Sequence[Sequence[int]]


def gram_mean_energy(inputs: Rows) -> Fraction:
    """Its mean over independent N(0, 1) targets.

    Example:
        >>> gram_mean_energy([[1], [1]]), gram_mean_energy([[1, 0], [0, 1]])
        (Fraction(1, 4), Fraction(0, 1))
    """
    columns, samples = _independent(inputs), len(inputs)
    units = ([int(i == j) for j in range(samples)] for i in range(samples))
    return sum((_distance(columns, unit) for unit in units), Fraction(0)) / (2 * samples)


def _independent(inputs: Rows) -> list[list[int]]:
    """Columns of X⊤ one by one, those left out whose Gram determinant vanishes."""
    chosen = list[list[int]]()
    for column in zip(*inputs, strict=True):
        if _gram([*chosen, list(column)]):
            chosen.append(list(column))
    return chosen


def _distance(columns: list[list[int]], vector: list[int]) -> Fraction:
    return Fraction(_gram([*columns, vector]), _gram(columns))


def _gram(vectors: list[list[int]]) -> int:
    if not vectors:
        return 1
    matrix = fmpz_mat([[sum(a * b for a, b in zip(one, two, strict=True)) for two in vectors] for one in vectors])
    return int(matrix.det())
