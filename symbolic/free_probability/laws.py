r"""The laws of large random matrices, with their scales written out.

======================  ==================================  =======================================================
law                     R-transform                         matrices
======================  ==================================  =======================================================
semicircle(v)           v z                                 symmetric, n × n, entries of variance v/n
marchenko_pastur(s, τ)  s/(1 − sτz)                         JJ⊤, J ∈ R^{n×p}, n/p = τ, entries of variance s/p
symmetric_poisson(r, a) r a² z/(1 − a² z²)                  [[0, B], [B⊤, 0]], B = (1/m) Σ of rm products e x⊤
======================  ==================================  =======================================================

Density, Stieltjes transform and R-transform stand side by side; that they belong together is proved in
`hessproof.symbolic.free_probability.transforms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import LAMBDA, G, Z


@dataclass(frozen=True)
class Law:
    """A compactly supported probability law on the line.

    Args:
        name: What it is called.
        density: Density of its continuous part inside the support, in ``LAMBDA``.
        support: Least and largest point of the continuous part.
        atom: (place, mass), or None for a law without atoms; the mass is 0 where there is none.
        g_transform: G(z) = ∫ρ(t)/(z − t) dt in ``Z``: one formula with principal square roots, right on all of C
            outside the convex hull of the support; None if the law has no such formula.
        r_transform: R in ``Z``, with R(G(z)) + 1/G(z) = z.
        equation: A polynomial in ``G`` and ``Z`` that vanishes at G = G(z).
        gap: An interval inside ``support`` without mass of the continuous part, or None.

    Example:
        >>> law = marchenko_pastur(1, sp.Rational(1, 4))
        >>> law.support, law.atom, law.r_transform
        ((1/4, 9/4), (0, 0), 1/(1 - z/4))
    """

    name: str
    density: sp.Expr
    support: tuple[sp.Expr, sp.Expr]
    atom: tuple[sp.Expr, sp.Expr] | None
    g_transform: sp.Expr | None
    r_transform: sp.Expr
    equation: sp.Expr
    gap: tuple[sp.Expr, sp.Expr] | None = None


def semicircle(variance: Any) -> Law:
    """The semicircle law of variance v: density √(4v − λ²)/(2πv) on |λ| ≤ 2√v.

    Args:
        variance: v > 0, a number or an expression; σ² in the lecture's ρ_SC(λ; σ).

    Raises:
        UnusableRequest: If v is not a positive number.

    Example:
        >>> law = semicircle(4)
        >>> law.support, law.r_transform, law.density.subs(LAMBDA, 0)
        ((-4, 4), 4*z, 1/(2*pi))
    """
    v = _positive(variance, "variance")
    edge = 2 * sp.sqrt(v)
    return Law(
        "semicircle",
        sp.sqrt(4 * v - LAMBDA**2) / (2 * sp.pi * v),
        (-edge, edge),
        None,
        (Z - sp.sqrt(Z - edge) * sp.sqrt(Z + edge)) / (2 * v),
        v * Z,
        v * G**2 - Z * G + 1,
    )


def marchenko_pastur(scale: Any, ratio: Any) -> Law:
    """The Marchenko–Pastur law of mean s and ratio τ: density √((λ − λ_−)(λ_+ − λ))/(2πsτλ), λ_± = s(1 ± √τ)².

    It has an atom (1 − 1/τ)_+ at 0. The lecture's ρ_MP(λ; σ, τ) is the one with s = σ.

    Args:
        scale: s > 0, the mean: p times the variance of an entry of J ∈ R^{n×p}.
        ratio: τ = n/p > 0.

    Raises:
        UnusableRequest: If one of them is not a positive number.

    Example:
        >>> law = marchenko_pastur(3, 4)
        >>> law.support, law.atom, law.r_transform
        ((3, 27), (0, 3/4), 3/(1 - 12*z))
    """
    s, tau = _positive(scale, "scale"), _positive(ratio, "ratio")
    low, high = s * (1 - sp.sqrt(tau)) ** 2, s * (1 + sp.sqrt(tau)) ** 2
    roots = sp.sqrt(Z - low) * sp.sqrt(Z - high)
    return Law(
        "Marchenko–Pastur",
        sp.sqrt((LAMBDA - low) * (high - LAMBDA)) / (2 * sp.pi * s * tau * LAMBDA),
        (low, high),
        (sp.Integer(0), sp.Max(0, 1 - 1 / tau)),
        (Z - s * (1 - tau) - roots) / (2 * s * tau * Z),
        s / (1 - s * tau * Z),
        s * tau * Z * G**2 + (s * (1 - tau) - Z) * G + 1,
    )


def symmetric_poisson(rate: Any, jump: Any) -> Law:
    """The free compound Poisson law of rate r with jumps ±a, each with probability ½: κ_{2k} = r a^{2k}.

    It is the limit law of [[0, B], [B⊤, 0]] with B a mean of products e x⊤ of independent normal vectors. With
    w = λ²/a² the density is √3/(2π|λ|) |∛(q + √Δ) − ∛(q − √Δ)|, q = (r − 1)³/27 + w(r + 2)/6 and
    Δ = q² − (w/3 + (r − 1)²/9)³; the support is w_− ≤ w ≤ w_+, where 8w_± = 8 + 20r − r² ± √r(r + 8)^{3/2}. For r < 1
    there is an atom of mass 1 − r at 0 in a gap of the support; for r ≥ 1 there is neither.

    Args:
        rate: r > 0.
        jump: a > 0.

    Raises:
        UnusableRequest: If one of them is not a positive number.

    Example:
        >>> law = symmetric_poisson(1, 2)
        >>> law.support, law.atom, law.gap, law.r_transform
        ((-3*sqrt(3), 3*sqrt(3)), (0, 0), (0, 0), 4*z/(1 - 4*z**2))
    """
    r, a = _positive(rate, "rate"), _positive(jump, "jump")
    middle, spread = 1 + 5 * r / 2 - r**2 / 8, sp.sqrt(r) * (r + 8) ** sp.Rational(3, 2) / 8
    outer = a * sp.sqrt(middle + spread)
    inner = a * sp.sqrt(sp.Max(0, middle - spread))
    w = (LAMBDA / a) ** 2
    q = (r - 1) ** 3 / 27 + w * (r + 2) / 6
    root = sp.sqrt(q**2 - (w / 3 + (r - 1) ** 2 / 9) ** 3)
    cubes = sp.cbrt(sp.Abs(q + root)) - sp.cbrt(sp.Abs(q - root))
    return Law(
        "symmetric compound Poisson",
        sp.sqrt(3) / (2 * sp.pi * sp.Abs(LAMBDA)) * sp.Abs(cubes),
        (-outer, outer),
        (sp.Integer(0), sp.Max(0, 1 - r)),
        None,
        r * a**2 * Z / (1 - a**2 * Z**2),
        a**2 * Z * G**3 + (r - 1) * a**2 * G**2 - Z * G + 1,
        (-inner, inner),
    )


def _positive(value: Any, what: str) -> sp.Expr:
    """The value as an expression, refused unless it is or may be a positive finite number."""
    try:
        expression = sp.sympify(value)
    except (sp.SympifyError, TypeError):
        expression = sp.nan
    number = isinstance(expression, sp.Expr) and expression is not sp.nan and not expression.is_infinite
    if not number or (expression.is_positive is not True and (expression.is_positive is False or not expression.args)):
        raise UnusableRequest(f"{what} {value}", "a positive finite number", f"give a {what} above 0")
    return expression
