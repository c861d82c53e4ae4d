r"""Moments and free cumulants as power series: R(z) = Σ κ_{k+1} z^k with R(G(z)) + 1/G(z) = z.

With M(x) = 1 + Σ m_k x^k and C(x) = 1 + Σ κ_k x^k the equation is C(xM(x)) = M(x). Comparing the coefficients of x^n,

    m_n = Σ_{b=1}^{n} κ_b [x^{n−b}] M(x)^b,

in which κ_n stands alone, so that either sequence gives the other one exactly, whatever ring it lies in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def moments_from_cumulants(cumulants: Sequence[Any]) -> list[Any]:
    """m_1, …, m_n from κ_1, …, κ_n.

    Example:
        >>> moments_from_cumulants([0, 1, 0, 0, 0, 0]), moments_from_cumulants([1, 1, 1, 1])
        ([0, 1, 0, 2, 0, 5], [1, 2, 5, 14])
    """
    found: list[Any] = []
    for order in range(1, len(cumulants) + 1):
        found.append(sum(cumulants[block - 1] * _power(found, block, order - block) for block in range(1, order + 1)))
    return found


def cumulants_from_moments(moments: Sequence[Any]) -> list[Any]:
    """κ_1, …, κ_n from m_1, …, m_n.

    Example:
        >>> cumulants_from_moments([1, 2, 5, 14]), cumulants_from_moments([0, 1, 0, 1])
        ([1, 1, 1, 1], [0, 1, 0, -1])
    """
    found: list[Any] = []
    for order in range(1, len(moments) + 1):
        known = sum(found[block - 1] * _power(moments, block, order - block) for block in range(1, order))
        found.append(moments[order - 1] - known)
    return found


def _power(moments: Sequence[Any], exponent: int, degree: int) -> Any:
    """[x^degree] (1 + Σ m_k x^k)^exponent, by the recursion for powers of a series, in which only integers divide.

    With P = M^e and P′M = eM′P: dP_d = Σ_{k=1}^{d} (ek − d + k) m_k P_{d−k}.
    """
    rows: list[Any] = [1]
    for d in range(1, degree + 1):
        total = sum((exponent * k - d + k) * moments[k - 1] * rows[d - k] for k in range(1, d + 1))
        rows.append(_divided(total, d))
    return rows[degree]


def _divided(value: Any, divisor: int) -> Any:
    """An exact quotient by an integer."""
    if isinstance(value, int):
        quotient, rest = divmod(value, divisor)
        assert rest == 0, "coefficients of powers of a series are integer polynomials"
        return quotient
    return value / divisor
