r"""Liouville's theorem as a rule: when a formula with square roots *is* the Stieltjes transform of a law.

Let G(z) = p(z) + k(z) √(z − a)√(z − b), with rational p, k and principal square roots, whose product is analytic off
[a, b] and behaves like z. Let μ have the density ρ on [a, b] and atoms outside or at its edges. If

1. off [a, b], G has no singularity but simple poles at the atoms, with their masses as residues;
2. on (a, b), −(1/π) Im G(λ + i0) = −(1/π) k(λ) √((λ − a)(b − λ)) = ρ(λ);
3. at the edges, (z − e)G(z) → 0, and G(z) → 0 at infinity,

then G − ∫dμ(t)/(z − t) continues to an entire function that vanishes at infinity, so that it is zero. The other
branch, +√√ for −√√, fails at infinity. Nothing here is sampled: each condition is an identity or a limit that SymPy
computes, in each of the three cases a > 0, a = 0 and, for a law with an atom, τ > 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Rule
from hessproof.symbolic.free_probability.laws import Law
from hessproof.symbolic.free_probability.roots import vanishes
from hessproof.symbolic.free_probability.symbols import LAMBDA, TAU, Z
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure

_H = sp.Symbol("h", positive=True)
_X = sp.Symbol("x", positive=True)
REGIMES = {"τ < 1": (1 / (1 + _X)) ** 2, "τ = 1": sp.Integer(1), "τ > 1": (1 + _X) ** 2}
"""The three cases of a law with a ratio, as substitutions: √τ = 1/(1 + x), 1 or 1 + x with x > 0."""


@dataclass(frozen=True)
class Branch:
    """G = rational + factor √(z − low)√(z − high)."""

    rational: sp.Expr
    factor: sp.Expr
    low: sp.Expr
    high: sp.Expr

    @property
    def formula(self) -> sp.Expr:
        """G(z), written with principal square roots."""
        return self.rational + self.factor * sp.sqrt(Z - self.low) * sp.sqrt(Z - self.high)

    def other(self) -> Branch:
        """The other root of the same quadratic equation."""
        return Branch(self.rational, -self.factor, self.low, self.high)

    def at(self, ratio: sp.Expr) -> Branch:
        """The same with a number or an expression for τ."""
        parts = (self.rational, self.factor, self.low, self.high)
        return Branch(*(sp.cancel(part.xreplace({TAU: ratio})) for part in parts))

    def coefficients(self, order: int) -> list[sp.Expr]:
        """Coefficients of 1, 1/z, …, 1/z^order at infinity.

        Raises:
            RuleFailure: If G grows there.
        """
        # √(1/h − a)√(1/h − b) = (1/h)√(1 − (a + b)h + abh²) for small h > 0
        roots = _root_series(sp.expand(self.low + self.high), sp.expand(self.low * self.high), order + 3)
        rational, factor = (sp.expand(sp.cancel(part.xreplace({Z: 1 / _H}))) for part in (self.rational, self.factor))
        series = sp.expand(rational * _H + factor * sp.expand(roots))
        if not sp.expand(series * _H**3).is_polynomial(_H):
            raise RuleFailure("p or k has a pole at another place than 0, which the expansion does not treat")
        if any(not vanishes(series.coeff(_H, power)) for power in (-2, -1, 0)):
            raise RuleFailure("G does not stay bounded at infinity")
        return [sp.radsimp(sp.expand(series.coeff(_H, power + 1))) for power in range(order + 1)]


def _root_series(total: sp.Expr, product: sp.Expr, order: int) -> sp.Expr:
    """√(1 − total h + product h²) up to h^order, from its square."""
    square = [sp.Integer(1), -total, product, *[sp.Integer(0)] * order]
    found = [sp.Integer(1)]
    for j in range(1, order + 1):
        mixed = sp.Add(*(found[i] * found[j - i] for i in range(1, j)))
        found.append(sp.expand((square[j] - mixed) / 2))
    return sp.Add(*(c * _H**j for j, c in enumerate(found)))


def branch(formula: sp.Expr) -> Branch:
    """Read a formula as p + k √(z − a)√(z − b).

    Raises:
        RuleFailure: If it is not of that form.

    Example:
        >>> from hessproof.symbolic.free_probability.laws import semicircle
        >>> branch(semicircle(1).g_transform)
        Branch(rational=z/2, factor=-1/2, low=-2, high=2)
    """
    half = sp.Rational(1, 2)
    roots = [x for x in formula.atoms(sp.Pow) if x.exp == half and sp.diff(x.base, Z) == 1]
    if len(roots) != 2:
        raise RuleFailure(f"{formula} has not two square roots of z less an edge")
    one, two = sp.Dummy(), sp.Dummy()
    plain = sp.expand(formula.xreplace({roots[0]: one, roots[1]: two}))
    factor, rational = sp.factor(plain.coeff(one, 1).coeff(two, 1)), sp.factor(plain.coeff(one, 0).coeff(two, 0))
    if sp.cancel(plain - rational - factor * one * two) != 0 or (rational + factor).has(one, two):
        raise RuleFailure(f"{formula} is not of the form p + k times the product of the roots")
    edges = [Z - root.base for root in roots]
    gap = sp.expand(edges[1] - edges[0])
    low, high = edges if gap.is_positive else edges[::-1]
    if not sp.expand(high - low).is_positive:
        raise RuleFailure(f"the edges {low} and {high} are not ordered")
    return Branch(rational, factor, low, high)


class Liouville(Rule):
    """∫dμ(t)/(z − t) is the given formula, as its singularities, its jump and its values at infinity are the law's.

    Args:
        law: The law and the formula G.
    """

    name = "Liouville"
    statement = (
        r"\text{a function without jump on } [a, b] \text{, without poles and } \to 0 \text{ at } \infty \text{ is } 0"
    )

    def __init__(self, law: Law) -> None:
        self.law = law

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The formula, after its conditions; see the module."""
        if expression.atoms(sp.Integral) != cauchy(self.law).atoms(sp.Integral):
            raise RuleFailure("the line has not the law's Cauchy integral")
        if self.law.g_transform is None or (reason := objection(self.law)):
            raise RuleFailure(
                reason if self.law.g_transform is not None else "the law has no formula with square roots"
            )
        return expression.xreplace({_integral(self.law): self.law.g_transform - _atom(self.law)})


def cauchy(law: Law) -> sp.Expr:
    """∫ρ(t)/(z − t) dt + Σ mass/(z − place).

    Example:
        >>> from hessproof.symbolic.free_probability.laws import semicircle
        >>> cauchy(semicircle(1))
        Integral(sqrt(4 - lambda**2)/(2*pi*(-lambda + z)), (lambda, -2, 2))
    """
    return _integral(law) + _atom(law)


def _integral(law: Law) -> sp.Expr:
    return sp.Integral(law.density / (Z - LAMBDA), (LAMBDA, *law.support))


def _atom(law: Law) -> sp.Expr:
    return sp.Integer(0) if law.atom is None else law.atom[1] / (Z - law.atom[0])


@cache
def objection(law: Law) -> str:
    """Why the formula is not the law's Stieltjes transform; empty if the four conditions hold.

    Example:
        >>> from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
        >>> objection(semicircle(2)), objection(marchenko_pastur(3, TAU))
        ('', '')
    """
    try:
        found = branch(sp.sympify(law.g_transform))
        if not all(vanishes(one - two) for one, two in zip((found.low, found.high), law.support, strict=True)):
            return "the cut is not the support"
        if not vanishes(law.density + found.factor.xreplace({Z: LAMBDA}) * _inside(found) / sp.pi):
            return "the jump on the support is not 2πi times the density"
        zeroth, first = found.coefficients(1)
        if not vanishes(zeroth) or not vanishes(first - 1):
            return "z G(z) does not tend to 1 at infinity"
        regimes = REGIMES.values() if TAU in law.density.free_symbols else (sp.Integer(1),)
        reasons = (_singularities(law, found, regime) for regime in regimes)
        return next((reason for reason in reasons if reason), "")
    except RuleFailure as failure:
        return str(failure)


def _inside(found: Branch) -> sp.Expr:
    """√((λ − a)(b − λ)), which is Im √(λ + i0 − a)√(λ + i0 − b) on the support."""
    return sp.sqrt(sp.expand((LAMBDA - found.low) * (found.high - LAMBDA)))


def _singularities(law: Law, general: Branch, ratio: sp.Expr) -> str:
    found = general.at(ratio)
    poles = set(sp.roots(sp.fraction(sp.together(found.rational))[1], Z)) | set(
        sp.roots(sp.fraction(sp.together(found.factor))[1], Z)
    )
    atoms = {} if law.atom is None else {law.atom[0]: law.atom[1].xreplace({TAU: ratio})}
    for place in poles | set(atoms):
        mass = atoms.get(place, sp.Integer(0)).replace(
            lambda e: isinstance(e, sp.Max), lambda e: sp.Max(*map(sp.factor, map(sp.cancel, e.args)))
        )
        rational, factor = (sp.cancel(part * (Z - place)).subs(Z, place) for part in (found.rational, found.factor))
        if not (rational.is_finite is not False and factor.is_finite is not False):
            return f"a pole at {place} of higher order"
        residue = sp.cancel(rational + factor * _outside(found, place))
        if sp.cancel(residue - mass) != 0:
            return f"the residue {residue} at {place} is not the mass {mass} of an atom"
    return ""


def _outside(found: Branch, place: sp.Expr) -> sp.Expr:
    """√(z − a)√(z − b) at a real place outside the cut or at its edge: positive right of it, negative left of it."""
    left, right = sp.factor(found.low - place), sp.factor(place - found.high)
    root = sp.sqrt(sp.factor((place - found.low) * (place - found.high)))
    if left.is_nonnegative:
        return -root
    if right.is_nonnegative:
        return root
    raise RuleFailure(f"the place {place} lies inside the support")
