r"""Exact moments of a density with square-root edges, from its formula.

With λ = c + rx on the support [c − r, c + r] the formula has to become √(1 − x²) times a rational function of x. If λ^k
times it is a polynomial Σ a_j x^j, then

    ∫ λ^k ρ dλ = Σ_i a_{2i} (π/2) C_i/4^i,    C_i = (2i)!/(i! (i + 1)!) (Catalan).
"""

from __future__ import annotations

import sympy as sp

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import LAMBDA

_X = sp.Symbol("x", real=True)


def density_moment(density: sp.Expr, low: sp.Expr, high: sp.Expr, order: int) -> sp.Expr:
    """∫ λ^k ρ dλ over the support, in closed form.

    Args:
        density: ρ, a formula in ``LAMBDA`` with one square root in it.
        low: Left end of the support.
        high: Right end.
        order: k ≥ 0.

    Raises:
        UnusableRequest: If the formula is not of the form above.

    Example:
        >>> semicircle = sp.sqrt(4 - LAMBDA**2) / (2 * sp.pi)
        >>> [density_moment(semicircle, sp.Integer(-2), sp.Integer(2), k) for k in range(5)]
        [1, 0, 1, 0, 2]
    """
    middle, radius = (low + high) / 2, (high - low) / 2
    place = middle + radius * _X
    inside = (density * LAMBDA**order).xreplace({LAMBDA: place})
    roots = [power for power in inside.atoms(sp.Pow) if power.exp == sp.Rational(1, 2) and power.has(_X)]
    if len(roots) != 1:
        raise UnusableRequest("this density", "one square root in its formula", "write it as in the law")
    constant = sp.cancel(sp.expand(roots[0].base) / (1 - _X**2))
    rest = sp.cancel(sp.together(inside.xreplace({roots[0]: sp.Integer(1)}) * radius))
    bottom = sp.fraction(rest)[1]
    if constant.has(_X) or bottom.has(_X):
        raise UnusableRequest("this density", "a polynomial times a square root that vanishes at the edges", "other k")
    coefficients = sp.Poly(rest, _X).all_coeffs()[::-1]
    total = sum((a * sp.catalan(j // 2) / 4 ** (j // 2) for j, a in enumerate(coefficients) if j % 2 == 0), sp.S.Zero)
    return sp.simplify(sp.powdenest(sp.sqrt(sp.factor(constant)), force=True) * total * sp.pi / 2)
