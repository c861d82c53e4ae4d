"""Signs of the eigenvalues of symmetric rational matrices, and characteristic polynomials, without any rounding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from hessproof.numeric.two_layer.exact import Rationals
from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True, slots=True)
class Inertia:
    """How many eigenvalues are positive, zero and negative."""

    positive: int
    zero: int
    negative: int

    @property
    def indefinite(self) -> bool:
        """Whether both signs occur."""
        return self.positive > 0 and self.negative > 0

    @property
    def semidefinite(self) -> bool:
        """Whether no eigenvalue is negative."""
        return self.negative == 0


def inertia(matrix: Any) -> Inertia:
    """The inertia by symmetric elimination (Sylvester's law), pivots of size 2 where the diagonal is zero.

    Args:
        matrix: A symmetric matrix of integers or fractions.

    Raises:
        UnusableRequest: If it is not symmetric.

    Example:
        >>> inertia([[0, 1], [1, 0]]), inertia([[1, 1], [1, 1]])
        (Inertia(positive=1, zero=0, negative=1), Inertia(positive=1, zero=1, negative=0))
    """
    rest = np.array(matrix, dtype=object)
    if rest.ndim != 2 or rest.shape[0] != rest.shape[1] or bool((rest != rest.T).any()):
        raise UnusableRequest("a matrix that is not symmetric", "a symmetric one", "give H + H⊤, say")
    size, positive, negative = len(rest), 0, 0
    while len(rest):
        diagonal = [place for place in range(len(rest)) if rest[place, place] != 0]
        if diagonal:
            place = diagonal[0]
            pivot = Fraction(rest[place, place])
            positive, negative = positive + (pivot > 0), negative + (pivot < 0)
            column = np.delete(rest[:, place], place)
            rest = np.delete(np.delete(rest, place, axis=0), place, axis=1)
            rest = rest - np.multiply.outer(column, column) / pivot
            continue
        places = np.argwhere(rest != 0)
        if not len(places):
            break
        one, two = (int(place) for place in places[0])
        pivot = Fraction(rest[one, two])
        first, second = (np.delete(rest[:, place], [one, two]) for place in (one, two))
        rest = np.delete(np.delete(rest, [one, two], axis=0), [one, two], axis=1)
        rest = rest - (np.multiply.outer(first, second) + np.multiply.outer(second, first)) / pivot
        positive, negative = positive + 1, negative + 1
    return Inertia(positive, size - positive - negative, negative)


def characteristic(matrix: Rationals) -> tuple[Fraction, ...]:
    """Coefficients of det(λI − A), the constant one first.

    Example:
        >>> [int(each) for each in characteristic(np.asarray([[0, 2], [2, 0]], dtype=object))]
        [-4, 0, 1]
    """
    return coefficients(_flint(matrix).charpoly())


def of_singular_values(blocks: Rationals) -> tuple[Fraction, ...]:
    """Coefficients of Π_a Π_k (λ² − σ_k(B_a)²) for square blocks B_a, from the polynomials of B_a B_a^⊤.

    Args:
        blocks: h × n × n.

    Example:
        >>> [int(each) for each in of_singular_values(np.asarray([[[2]]], dtype=object))]
        [-4, 0, 1]
    """
    total = flint.fmpq_poly([1])
    for block in blocks:
        found = coefficients(_flint(block.dot(block.T)).charpoly())
        spread = [flint.fmpq(0)] * (2 * len(found) - 1)
        for power, value in enumerate(found):
            spread[2 * power] = flint.fmpq(value.numerator, value.denominator)
        total *= flint.fmpq_poly(spread)
    return coefficients(total)


def coefficients(polynomial: Any) -> tuple[Fraction, ...]:
    """The coefficients of a polynomial of FLINT as fractions, the constant one first."""
    return tuple(Fraction(int(each.p), int(each.q)) for each in polynomial.coeffs())


def _flint(matrix: Rationals) -> Any:
    rows, columns = matrix.shape
    entries = [Fraction(entry) for entry in matrix.ravel()]
    return flint.fmpq_mat(rows, columns, [flint.fmpq(each.numerator, each.denominator) for each in entries])
