"""Least energy of linear networks by projection, in rational numbers.

With h ≥ min(n_0, n_2) hidden units W²W¹ is any matrix A, and min_A ‖AX − Y‖² = ‖Y(I − P)‖², P the orthogonal
projection onto the row space of X. For independent N(0, 1) targets the mean of ‖Y(I − P)‖² is n_2 tr(I − P).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Rows = Sequence[Sequence[int]]
Rational = list[list[Fraction]]


def residual_projection(inputs: Rows) -> Rational:
    """I − P, m × m, for inputs x as rows (m × n_0): what is left of the unit vectors after Gram–Schmidt.

    Example:
        >>> residual_projection([[1], [1]])
        [[Fraction(1, 2), Fraction(-1, 2)], [Fraction(-1, 2), Fraction(1, 2)]]
    """
    samples = len(inputs)
    basis = list[list[Fraction]]()
    for column in zip(*inputs, strict=True):
        left = _less(basis, [Fraction(entry) for entry in column])
        if any(left):
            basis.append(left)
    return [_less(basis, [Fraction(int(i == j)) for j in range(samples)]) for i in range(samples)]


def mean_least_energy(inputs: Rows) -> Fraction:
    """The mean of the least energy over independent N(0, 1) targets: tr(I − P)/(2m).

    Example:
        >>> mean_least_energy([[1], [1]])
        Fraction(1, 4)
    """
    left = residual_projection(inputs)
    return sum((left[i][i] for i in range(len(left))), Fraction(0)) / (2 * len(left))


def _less(basis: list[list[Fraction]], vector: list[Fraction]) -> list[Fraction]:
    for each in basis:
        share = sum((a * b for a, b in zip(each, vector, strict=True)), Fraction(0))
        share /= sum((a * a for a in each), Fraction(0))
        vector = [b - share * a for a, b in zip(each, vector, strict=True)]
    return vector
