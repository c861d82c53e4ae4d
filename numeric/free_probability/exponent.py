r"""How the fraction of negative eigenvalues leaves zero: its power and its factor, from values near ε_c.

α(ε_c(1 + x)) = α_0 x^p (1 + c_1 x + c_2 x² + …) for an analytic edge. Halving x gives local powers
log_2(α(2x)/α(x)) = p + O(x) and factors α(x)/x^p = α_0(1 + O(x)); extrapolation (Richardson) removes one order of the
error after the other, and the difference of the last two columns bounds what is left once the table has settled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import mpmath

FIRST = 40
"""The largest x is 2^-40: each halving from there, extrapolated, takes twelve digits more."""
ROWS = 7
"""Values of α: the first and six halvings."""
DIGITS = 50
"""Digits of α that the table needs so that rounding stays below what extrapolation leaves."""


@dataclass(frozen=True, slots=True)
class Extrapolated:
    """A limit for x → 0.

    Args:
        value: The limit.
        error: Difference of the last two columns of the table, plus what errors of the values may do.
    """

    value: mpmath.mpf
    error: mpmath.mpf

    def admits(self, number: float | mpmath.mpf, floor: float = 0.0) -> bool:
        """Whether a number lies within the error, or within ``floor``."""
        return bool(abs(self.value - number) <= max(self.error, floor))


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """α ≈ factor · x^power.

    Args:
        power: p.
        factor: α_0, with the power taken to be 3/2.
        slope: c_1, from the same table.
    """

    power: Extrapolated
    factor: Extrapolated
    slope: Extrapolated


def limit(values: Sequence[mpmath.mpf]) -> Extrapolated:
    """The limit of a_0, a_1, … whose a_k are a + b_1 2^-k + b_2 4^-k + ….

    Example:
        >>> found = limit([mpmath.mpf(3) + mpmath.mpf(2) ** -k for k in range(4)])
        >>> float(found.value), float(found.error)
        (3.0, 0.0)
    """
    row, before = list(values), list(values)
    for order in range(1, len(values)):
        before = row
        row = [(2**order * two - one) / (2**order - 1) for one, two in pairwise(row)]
    return Extrapolated(row[-1], abs(row[-1] - before[-1]))


def power_law(
    alpha: Callable[[Fraction], mpmath.mpf], first: int = FIRST, rows: int = ROWS, known: float = 1e-50
) -> PowerLaw:
    """Measure the power and the factor.

    Args:
        alpha: α at ε = ε_c(1 + x) as a function of x.
        first: −log_2 of the largest x.
        rows: Number of values.
        known: Relative error of α. Extrapolation multiplies errors by less than Π (2^k + 1)/(2^k − 1) < 9; a
            logarithm to the base 2 of a quotient has three of them, a next term two, over the smallest x.

    Example:
        >>> found = power_law(lambda x: 2 * mpmath.mpf(x.numerator) / x.denominator * mpmath.sqrt(float(x)))
        >>> float(found.power.value), float(found.factor.value)
        (1.5, 2.0)
    """
    with mpmath.workdps(DIGITS):
        places = [Fraction(1, 2 ** (first + k)) for k in range(rows)]
        values = [mpmath.mpf(alpha(x)) for x in places]
        powers = [mpmath.log(one / two, 2) for one, two in pairwise(values)]
        root = [mpmath.mpf(2) ** (-mpmath.mpf(3) / 2 * (first + k)) for k in range(rows)]
        factors = [value / unit for value, unit in zip(values, root, strict=True)]
        factor = limit(factors)
        bends = [(one / two - 1) * mpmath.mpf(2) ** (first + k + 1) for k, (one, two) in enumerate(pairwise(factors))]
        size = abs(factor.value)
        return PowerLaw(
            _widened(limit(powers), 27 * known),
            _widened(factor, 9 * known * size),
            _widened(limit(bends), 18 * known * 2.0 ** (first + rows)),
        )


def _widened(found: Extrapolated, rounding: float) -> Extrapolated:
    return Extrapolated(found.value, found.error + rounding)


def reach(alpha: Callable[[float], float], factor: float, share: float = 0.1) -> float:
    """The x up to which α stays within a share of factor · x^{3/2}, by halving an interval 40 times.

    Args:
        alpha: α at ε = ε_c(1 + x).
        factor: α_0.
        share: The share.

    Example:
        >>> round(reach(lambda x: x**1.5 * (1 + x), 1.0), 6)
        0.1
    """
    low, high = 0.0, 1.0

    def close(x: float) -> bool:
        return bool(abs(alpha(x) / (factor * x**1.5) - 1) <= share)

    while close(high) and high < 2.0**20:
        low, high = high, 2 * high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if close(middle) else (low, middle)
    return low if math.isfinite(low) else math.nan
