r"""The solution of an equation F(G) = z at infinity, G = Σ m_k z^{−k−1}: the moments that a polynomial stands for."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from hessproof.symbolic.free_probability.symbols import G, Z

_SMALL = sp.Symbol("w")
"""w = 1/z."""


@lru_cache(maxsize=256)
def moments(polynomial: sp.Expr, order: int) -> tuple[sp.Expr, ...]:
    """m_0, …, m_order of the power series G = w + m_1 w² + … with polynomial(G, 1/w) = 0, coefficient by coefficient.

    Args:
        polynomial: A polynomial in ``G`` and ``Z``, linear in ``Z``, whose constant term in ``G`` is not zero.
        order: The last moment.

    Raises:
        ValueError: If the polynomial has no such solution.

    Example:
        >>> moments(G**2 - Z * G + 1, 6)
        (1, 0, 1, 0, 2, 0, 5)
    """
    poly = sp.Poly(polynomial, Z, G)
    fixed = sp.Poly(polynomial.subs(Z, 0), G).all_coeffs()[::-1]
    moving = sp.Poly(poly.as_expr().coeff(Z, 1) if poly.degree(Z) == 1 else 0, G).all_coeffs()[::-1]
    # z (moving(G)) = −fixed(G); with G = w u: u = Σ m_k w^k, moving(G)/w and fixed(G) as series in w
    if len(moving) < 2 or moving[0] != 0 or fixed[0] == 0 or sp.expand(fixed[0] + moving[1]) != 0:
        raise ValueError(f"{polynomial} has no solution G = 1/z + …")
    series: list[sp.Expr] = [sp.S.One]
    for place in range(1, order + 1):
        total = sp.S.Zero
        for power, coefficient in enumerate(moving):
            if power > 1:  # z G^power = w^{power − 1} u^power
                total += coefficient * _power(series, power, place - power + 1)
        for power, coefficient in enumerate(fixed):
            if power:  # G^power = w^power u^power
                total += coefficient * _power(series, power, place - power)
        series.append(sp.expand(total / fixed[0]))
    return tuple(series)


def _power(series: list[sp.Expr], power: int, place: int) -> sp.Expr:
    """The coefficient of w^place in (Σ m_k w^k)^power; only m_0, …, m_{place} enter."""
    if place < 0:
        return sp.S.Zero
    row = [sp.S.One] + [sp.S.Zero] * place
    for _ in range(power):
        row = [
            sp.expand(sum((row[i] * series[k - i] for i in range(k + 1) if k - i < len(series)), sp.S.Zero))
            for k in range(place + 1)
        ]
    return row[place]
