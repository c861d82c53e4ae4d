r"""The critical energy by elimination: ε_c = max_{g>0} h(g), where ε = h(g) solves F(−g) = 0.

The spectrum reaches below zero iff F(−g) < 0 for every admissible g > 0 (`hessproof.symbolic.free_probability.edges`).
F(−g) falls with ε, so that the largest energy at which it does not is ε_c = sup{ε : F(−g; ε) ≥ 0 for some g}. After
clearing denominators F(−g; ε) = 0 is linear in ε and gives a rational function:

    without activation   h(g) = ((1 − τ)σg − 1) / (2g² (1 + στg))
    with ReLU            h(g) = 2((1 − τ)σg − 1) / (τg² (1 − τ + στ(2 − τ)g))

With ReLU h(g) is below 2/(τg)², the energy at which −g is the pole: every g with h(g) > 0 is admissible at h(g).
No discriminant is needed: h' has exactly one positive zero, the root of a quadratic whose radicand is 1 + 8τ, or
1 + 8u with u = τ(2 − τ) for ReLU. With ϱ its root, both models have the zero g_c = (3 + ϱ)/((1 + ϱ)(1 − τ)σ).
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability.fractions_field import fraction
from hessproof.symbolic.free_probability.models import (
    PENNINGTON,
    PUBLISHED_CRITICAL_ENERGY,
    PUBLISHED_RELU_CRITICAL_ENERGY,
    Model,
)
from hessproof.symbolic.free_probability.radicals import Parameter, parameter, value
from hessproof.symbolic.free_probability.signs import negative, positive
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, G
from hessproof.symbolic.ordering import Ordering

DEPTH = sp.Symbol("g", positive=True)
"""g = −G, positive to the left of the spectrum."""
ENERGY = sp.Symbol("varepsilon", positive=True)
"""ε where it is the variable of a supremum."""


EXCESS = sp.Symbol("rho", positive=True)
"""Any positive number, as ρ in ε = ε_c/(1 + ρ)."""
_BELOW_ONE = {TAU: 1 / (1 + EXCESS)}
"""0 < τ < 1."""


class Onset(sp.Expr):  # type: ignore[misc]
    """sup{ε > 0 : F(−g; ε) ≥ 0 for some admissible g > 0}; its argument is F(−g; ε) in ``ENERGY`` and ``DEPTH``."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """At numbers: the largest energy at which F(−g) and its derivative vanish together, by a resultant."""
        numerator, denominator = sp.fraction(sp.together(self.args[0]))
        resultant = sp.resultant(numerator, sp.diff(numerator, DEPTH), DEPTH)
        for energy in sorted(set(sp.real_roots(sp.Poly(resultant, ENERGY))), reverse=True):
            touching = sp.Poly(numerator.xreplace({ENERGY: energy}), DEPTH)
            if energy > 0 and any(
                place > 0 and multiplicity > 1 and denominator.xreplace({ENERGY: energy, DEPTH: place}) != 0
                for place, multiplicity in sp.roots(touching).items()
            ):
                return energy
        raise ValueError("no energy at which the edge is at zero")

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\sup\left\{{\varepsilon : \exists g > 0,\ {printer._print(self.args[0])} \ge 0\right\}}"


class Largest(sp.Expr):  # type: ignore[misc]
    """max over g > 0 of an expression in ``DEPTH``."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """At numbers: the largest value at a stationary point."""
        slope = sp.fraction(sp.cancel(sp.diff(self.args[0], DEPTH)))[0]
        places = [place for place in sp.real_roots(sp.Poly(slope, DEPTH)) if place > 0]
        return max(sp.cancel(self.args[0].xreplace({DEPTH: place})) for place in places)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\max_{{g > 0}} \left({printer._print(self.args[0])}\right)"


class SolveForEnergy(Rule):
    """sup{ε : F(−g; ε) ≥ 0 for some g} = max_g h(g): F falls with ε, F(−g; h(g)) = 0, and h is before the pole."""

    name = "solve for the energy"
    statement = (
        r"\partial_\varepsilon F(-g) < 0, \quad F(-g;\, \varepsilon) = 0 \iff \varepsilon = h(g), \quad"
        r" g < g_\infty(h(g))"
    )
    assumptions = ("0 < τ < 1",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Solve the equation, which must be linear in ε, after seeing both signs."""
        if not isinstance(expression, Onset):
            raise RuleFailure(f"{expression} is no onset")
        if not _falls(expression.args[0]):
            raise RuleFailure(f"{expression.args[0]} does not fall with the energy")
        if not _before_poles(expression.args[0]):
            raise RuleFailure(f"{solved(expression.args[0])} is not visibly before the pole")
        return Largest(solved(expression.args[0]))


@lru_cache(maxsize=64)
def _falls(formula: sp.Expr) -> bool:
    return negative(sp.diff(formula, ENERGY))


@lru_cache(maxsize=64)
def _before_poles(formula: sp.Expr) -> bool:
    """Whether h(g) is less than every energy at which −g is a pole, for g > 0 and 0 < τ < 1."""
    below = sp.factor_list(sp.fraction(sp.together(formula))[1])[1]
    poles = [pole for factor, _ in below if factor.has(ENERGY) for pole in sp.solve(factor, ENERGY)]
    return all(positive((pole - solved(formula)).xreplace(_BELOW_ONE)) for pole in poles)


@lru_cache(maxsize=64)
def solved(formula: sp.Expr) -> sp.Expr:
    """h(g), where a formula in ``ENERGY`` and ``DEPTH`` vanishes.

    Raises:
        RuleFailure: If its numerator is not linear in the energy.
    """
    numerator = sp.Poly(sp.fraction(sp.together(formula))[0], ENERGY)
    if numerator.degree() != 1:
        raise RuleFailure(f"{numerator.as_expr()} is not linear in the energy")
    leading, rest = numerator.all_coeffs()
    return sp.factor(-rest / leading)


class StationaryPoint(Rule):
    """max_g h(g) = h(g_c): h' is positive near 0 and has exactly one positive zero, g_c.

    Args:
        place: g_c.
        over: The parameter that decides signs over 0 < τ < 1.
    """

    name = "the only stationary point"
    statement = r"h'(g) = 0,\ g > 0 \iff g = g_c"

    def __init__(self, place: sp.Expr, over: Parameter) -> None:
        self.place, self.over = place, over

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put g_c in, after Descartes' rule: one change of sign in the numerator of h'."""
        return peak(expression, self.place, self.over)


@lru_cache(maxsize=64)
def peak(expression: Any, place: sp.Expr, over: Parameter) -> sp.Expr:
    """The largest value over g > 0, at ``place``, after all conditions are seen to hold.

    Raises:
        RuleFailure: If one does not.
    """
    if not isinstance(expression, Largest):
        raise RuleFailure(f"{expression} is no maximum")
    values = {DEPTH: over.rational(place), TAU: over.tau}
    derivative = sp.diff(expression.args[0], DEPTH)
    if over.differs(derivative.xreplace(values)):
        raise RuleFailure(f"{place} is no zero of {derivative}")
    slope = fraction(derivative).as_expr()
    if not over.positive(place) or not fraction(slope, values).zero:
        raise RuleFailure(f"{place} is no positive zero of {slope}")
    numerator = sp.Poly(sp.fraction(slope)[0], DEPTH)
    numerator = sp.Poly(sp.cancel(numerator.as_expr() / DEPTH ** numerator.monoms()[-1][0]), DEPTH)
    factor = fraction(slope / numerator.as_expr()).as_expr()
    if negative(factor):
        numerator, factor = -numerator, -factor
    if not positive(factor) or not _one_change(numerator.all_coeffs(), over):
        raise RuleFailure(f"the signs of {numerator.as_expr()} do not show one positive zero")
    return fraction(expression.args[0], values).as_expr()


def _one_change(coefficients: list[sp.Expr], over: Parameter) -> bool:
    """Whether the signs are −, anything, +: positive near 0, negative far away, one change."""
    return len(coefficients[1:-1]) <= 1 and over.positive(coefficients[-1]) and over.positive(-coefficients[0])


def level(model: Model) -> sp.Expr:
    """F(−g; ε) in ``DEPTH`` and ``ENERGY``."""
    return model.inverse.xreplace({G: -DEPTH, EPSILON: ENERGY})


def energy_at(model: Model) -> sp.Expr:
    """h(g), the energy at which F(−g) = 0, in ``DEPTH``, τ and σ.

    Example:
        >>> energy_at(PENNINGTON)
        -(g*sigma*tau - g*sigma + 1)/(2*g**2*(g*sigma*tau + 1))
    """
    return solved(level(model))


def in_parameter(model: Model) -> sp.Expr:
    """ε_c in the parameter that makes it rational.

    Example:
        >>> in_parameter(PENNINGTON)
        -sigma**2*(s - 3)**3*(s + 1)/128
    """
    return sp.factor(sp.cancel(parameter(model).rational(model.critical_energy)))


@cache
def critical_energy(model: Model) -> Derivation:
    """ε_c for every scale σ and 0 < τ < 1, in the form without cancellation.

    Example:
        >>> critical_energy(PENNINGTON).check(0).ok
        True
    """
    over, h = parameter(model), energy_at(model)
    place = -model.critical_root
    return Derivation(
        f"critical_energy_{model.key}", f"the critical energy: {model.title}", Ordering(), Onset(level(model)),
        (
            Step(Largest(h), SolveForEnergy()),
            Step(in_parameter(model), StationaryPoint(place, over)),
            Step(model.critical_energy, Algebra("back to τ")),
        ),
        model.critical_energy, source="this project", same=over.same, evaluate=value, valuations=over.valuations,
        assumptions=("0 < τ < 1",), remarks=(f"with {sp.latex(over.tau)} for τ everything is rational",),
    )  # fmt: skip


@cache
def published(model: Model) -> Derivation:
    """The same as the lecture prints it; without activation it has no σ, and σ = 1 there.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON_RELU
        >>> published(PENNINGTON_RELU).check(0, numbers=False).ok
        True
    """
    over, derived = parameter(model), critical_energy(model)
    if model is PENNINGTON:
        final, fixed = PUBLISHED_CRITICAL_ENERGY, {SIGMA: sp.S.One}
    else:
        final, fixed = PUBLISHED_RELU_CRITICAL_ENERGY, {}
    steps = tuple(
        Step(_fixed(step.expression, fixed), StationaryPoint(-model.critical_root.xreplace(fixed), over)
             if isinstance(step.rule, StationaryPoint) else step.rule)
        for step in derived.steps
    )  # fmt: skip
    return Derivation(
        f"published_{derived.claim}", f"the published critical energy: {model.title}", Ordering(),
        _fixed(derived.start, fixed), (*steps, Step(final, Algebra("the published form"))), final,
        source="Pennington & Bahri 2017", same=over.same, evaluate=value, valuations=over.valuations,
        assumptions=derived.assumptions,
    )  # fmt: skip


def _fixed(expression: Any, numbers: dict[sp.Symbol, sp.Expr]) -> Any:
    return sp.sympify(expression).xreplace(numbers)
