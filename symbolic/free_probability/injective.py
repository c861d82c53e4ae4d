r"""Where R(G(z)) + 1/G(z) = z holds: outside the circle over the support as a diameter, and in general nowhere else.

R is defined by this equation, so it holds at all z of a set if and only if G takes no value twice there. Let the
support lie in [−ρ, ρ] (any other interval by a shift). From a point z with |z| > ρ an interval of that length is seen
under less than a right angle (Thales): for t, t' in it

    Re (z − t) conj(z − t') = pq |z − ρ|² + (1 − p)(1 − q) |z + ρ|² + (p + q − 2pq)(|z|² − ρ²) > 0,            (thales)

with t = (2p − 1)ρ and t' = (2q − 1)ρ. So the products (z − t)(w − t) with |z|, |w| > ρ lie in a half-plane (cone), and

    G(z) − G(w) = (w − z) ∫ dμ(t)/((z − t)(w − t))                                                          (quotient)

vanishes for w = z only. For the law with mass ½ at ±ρ, G(z) = z/(z² − ρ²) takes the same value at z and −ρ²/z: every
z inside the circle has a partner outside, so the circle is sharp, and no R whatever satisfies the equation for all z
off the real line (two_points).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.free_probability.roots import same, value
from hessproof.symbolic.free_probability.symbols import Z
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

X, Y = sp.symbols("x y", real=True)
RADIUS, EXCESS = sp.Symbol("rho", positive=True), sp.Symbol("g", positive=True)
"""ρ, and g = |z|² − ρ² > 0."""
P, Q = sp.symbols("p q", nonnegative=True)
P_REST, Q_REST = sp.symbols("p' q'", nonnegative=True)
"""p, q in [0, 1], and p′ = 1 − p, q′ = 1 − q."""
OTHER, T = sp.Symbol("w", complex=True), sp.Symbol("t", real=True)
A, B, C, D = sp.symbols("A B C D", nonnegative=True)
"""Coordinates of z − t and w − t in the edges of their cones."""
ALPHA, BETA = sp.symbols("alpha beta", positive=True)
"""π/4 less half the angle of each cone: both are positive."""


class WithExcess(Rule):
    """x² + y² = ρ² + g and p′ = 1 − p, q′ = 1 − q: an identity, after which every term is a product of squares."""

    name = "outside the circle"
    statement = r"|z|^2 = \rho^2 + g,\ p + p' = q + q' = 1"
    assumptions = ("|z| > ρ", "t and t' in [−ρ, ρ]")

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Compare modulo the three relations."""
        where = {Y: sp.sqrt(RADIUS**2 + EXCESS - X**2), P_REST: 1 - P, Q_REST: 1 - Q}
        if sp.expand((before - after).subs(where)) != 0:
            raise RuleFailure(f"the lines differ by {sp.factor((before - after).subs(where))}")


class Positive(Rule):
    """A sum of products of nonnegative letters and squares is at least any one of its parts.

    Args:
        part: What is kept; the rest must be written with nonnegative letters, squares and sines of small angles.
    """

    name = "nonnegative terms dropped"
    statement = r"\text{products of squares and nonnegative letters are} \ge 0"
    relation = ">="

    def __init__(self, part: sp.Expr) -> None:
        self.part = part

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The part, after seeing that the others are not negative."""
        rest = [term for term in sp.Add.make_args(expression) if term not in sp.Add.make_args(self.part)]
        if sp.Add(*rest, self.part) != expression:
            raise RuleFailure(f"{self.part} is no part of the line")
        for term in rest:
            if not all(_nonnegative(factor) for factor in sp.Mul.make_args(term)):
                raise RuleFailure(f"{term} may be negative")
        return self.part


def _nonnegative(factor: sp.Expr) -> bool:
    if factor.is_nonnegative:
        return True
    if factor.is_Pow and factor.exp == 2 and factor.base.is_real:
        return True
    return factor.is_Add and all(_nonnegative(x) for term in factor.args for x in sp.Mul.make_args(term))


@cache
def thales() -> Derivation:
    """Re (z − t) conj(z − t') ≥ (pq′ + p′q)(|z|² − ρ²) for t, t' in [−ρ, ρ], and the other terms are squares.

    Example:
        >>> thales().check(0).ok
        True
    """
    one, two = (2 * P - 1) * RADIUS, (2 * Q - 1) * RADIUS
    start = (X - one) * (X - two) + Y**2
    spread = (
        P * Q * ((X - RADIUS) ** 2 + Y**2) + P_REST * Q_REST * ((X + RADIUS) ** 2 + Y**2)
        + (P * Q_REST + P_REST * Q) * EXCESS
    )  # fmt: skip
    final = (P * Q_REST + P_REST * Q) * EXCESS
    return _derived(
        "an interval seen from outside its circle", start,
        (Step(spread, WithExcess()), Step(final, Positive(final))), final,
        remarks=(
            "for p = q = 0 or 1, where this is zero, a term |z ∓ ρ|² > 0 is left: the angle is less than a right one",
        ),
    )  # fmt: skip


class AngleSums(Rule):
    """cos((π/4 − α) ± (π/4 − β)) by the addition theorems."""

    name = "addition theorems"
    statement = r"\operatorname{Re} e^{i(\pm\theta \pm \eta)} = \cos(\theta \pm \eta)"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Compare after expanding all sines and cosines."""
        if sp.expand((before - after).rewrite(sp.exp), power_exp=True) != 0:
            raise RuleFailure("the lines differ after expansion of the sines and cosines")


class CosineAboveSine(Rule):
    """cos(α − β) − sin(α + β) = (cos α − sin α)(cos β − sin β) ≥ 0 for 0 ≤ α, β ≤ π/4."""

    name = "the cosine is at least the sine"
    statement = r"\cos(\alpha - \beta) - \sin(\alpha + \beta) = (\cos\alpha - \sin\alpha)(\cos\beta - \sin\beta)"
    relation = ">="
    assumptions = ("0 < α, β ≤ π/4",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the sine for the cosine, after seeing the identity and that what stands before it is not negative."""
        cosine, sine = sp.cos(ALPHA - BETA), sp.sin(ALPHA + BETA)
        gap = (sp.cos(ALPHA) - sp.sin(ALPHA)) * (sp.cos(BETA) - sp.sin(BETA))
        if sp.expand((cosine - sine - gap).rewrite(sp.exp), power_exp=True) != 0:
            raise RuleFailure("the identity between cosine and sine fails")
        line = sp.expand(expression)
        before = line.coeff(cosine)
        if not all(_nonnegative(factor) for term in sp.Add.make_args(before) for factor in sp.Mul.make_args(term)):
            raise RuleFailure(f"{before} may be negative")
        return line - sp.expand(before * cosine) + before * sine


@cache
def cone() -> Derivation:
    """Re (A e^{−iθ} + B e^{iθ})(C e^{−iη} + D e^{iη}) ≥ (A + B)(C + D) sin(α + β) for θ = π/4 − α, η = π/4 − β.

    That is positive for 0 < α, β ≤ π/4, nonnegative A, B not both 0 and C, D not both 0.

    Example:
        >>> cone().check(0).ok, cone().relation
        (True, '>=')
    """
    theta, eta = sp.pi / 4 - ALPHA, sp.pi / 4 - BETA
    cosines = A * C * sp.cos(theta + eta) + B * D * sp.cos(theta + eta)
    mixed = A * D * sp.cos(theta - eta) + B * C * sp.cos(theta - eta)
    start = (A + B) * sp.cos(theta) * (C + D) * sp.cos(eta) - (B - A) * sp.sin(theta) * (D - C) * sp.sin(eta)
    final = (A + B) * (C + D) * sp.sin(ALPHA + BETA)
    return _derived(
        "products of two cones narrower than a right angle", start,
        (Step(cosines + mixed, AngleSums()), Step(final, CosineAboveSine())), final,
        remarks=("0 < α + β ≤ π/2, so that the sine is positive",),
    )  # fmt: skip


@cache
def quotient() -> Derivation:
    """1/(z − t) − 1/(w − t) = (w − z)/((z − t)(w − t)), under the integral.

    Example:
        >>> quotient().check(0).ok
        True
    """
    start = 1 / (Z - T) - 1 / (OTHER - T)
    final = (OTHER - Z) / ((Z - T) * (OTHER - T))
    return _derived("the difference of two values of G", start, (Step(final, Algebra("common denominator")),), final)


def two_point_transform() -> sp.Expr:
    """G(z) = z/(z² − ρ²), the Stieltjes transform of mass ½ at ρ and at −ρ."""
    return Z / (Z**2 - RADIUS**2)


@cache
def two_points() -> Derivation:
    """½/(z − ρ) + ½/(z + ρ) at −ρ²/z is the same as at z.

    Example:
        >>> two_points().check(0).ok
        True
    """
    partner = -(RADIUS**2) / Z
    start = 1 / (2 * (partner - RADIUS)) + 1 / (2 * (partner + RADIUS))
    formula = partner / (partner**2 - RADIUS**2)
    final = two_point_transform()
    return _derived(
        "two equal masses at ±ρ", start, (Step(formula, Algebra("common denominator")), Step(final, Algebra("cancel"))),
        final, remarks=("z and −ρ²/z lie on different sides of the circle |z| = ρ, and in the same half-plane",),
    )  # fmt: skip


def _derived(
    title: str, start: Any, steps: tuple[Step, ...], final: Any, remarks: tuple[str, ...] = ()
) -> Derivation:  # fmt: skip
    return Derivation(
        title, title, Ordering(), start, steps, final, "this project", remarks, same=same, evaluate=value,
        valuations=_points,
    )  # fmt: skip


def _points(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Points outside the circle, masses and angles."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(3):
        x, rho = sp.Rational(stream.randint(-9, 9), 4), sp.Rational(stream.randint(1, 6), 3)
        y = rho + sp.Rational(stream.randint(1, 9), 5)
        p, q = sp.Rational(stream.randint(0, 6), 6), sp.Rational(stream.randint(0, 6), 6)
        numbers: dict[Any, Any] = {X: x, Y: y, RADIUS: rho, EXCESS: x**2 + y**2 - rho**2, P: p, Q: q}
        numbers |= {P_REST: 1 - p, Q_REST: 1 - q, Z: x + sp.I * y, OTHER: y - sp.I * (x + 9), T: x / 7}
        numbers |= {letter: sp.Rational(stream.randint(0, 9), 2) for letter in (A, B, C, D)}
        numbers |= {ALPHA: sp.Rational(stream.randint(1, 7), 10), BETA: sp.Rational(stream.randint(1, 7), 10)}
        yield Valuation(numbers)
