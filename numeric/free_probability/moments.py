"""Moments of a law from its R-transform, exactly: free cumulants and Lagrange's inversion."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint

from hessproof.numeric.free_probability.equation import Equation


def moments(equation: Equation, count: int) -> tuple[Fraction, ...]:
    """m_0, …, m_count.

    With w = zM(z), M(z) = Σ m_k z^k, the cumulants give w = z S(w), S(w) = 1 + Σ κ_k w^k; by Lagrange,
    m_k = [w^k] S(w)^{k+1}/(k + 1).

    Example:
        >>> from hessproof.numeric.free_probability.equation import EPSILON, Z, equation
        >>> semicircle = equation(2 * EPSILON * Z, {EPSILON: Fraction(1, 2)})
        >>> [int(each) for each in moments(semicircle, 8)]
        [1, 0, 1, 0, 2, 0, 5, 0, 14]
    """
    series, power, found = _generating(equation, count), flint.fmpq_poly([1]), []
    for k in range(count + 1):
        power = _cut(power * series, count)
        found.append(_fraction(power[k]) / (k + 1))
    return tuple(found)


def _generating(equation: Equation, count: int) -> Any:
    """S(G) = GF(G) = 1 + Σ κ_k G^k up to the power ``count``, by division of power series."""
    top, bottom = equation.numerator, equation.denominator // flint.fmpq_poly([0, 1])
    found: list[Any] = []
    for k in range(count + 1):
        known = sum((bottom[j] * found[k - j] for j in range(1, min(k, bottom.degree()) + 1)), flint.fmpq(0))
        found.append((top[k] - known) / bottom[0])
    return flint.fmpq_poly(found)


def _cut(polynomial: Any, degree: int) -> Any:
    return flint.fmpq_poly([polynomial[k] for k in range(degree + 1)])


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))
