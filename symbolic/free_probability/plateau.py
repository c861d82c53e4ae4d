r"""The index with ReLU where there are more parameters than data entries: it ends at 1/(2τ), the share that H_1 has.

Beyond the negative pole, for G = −g with g > g_∞ = √(2/ε)/τ, the primitive of F has logarithms of negative numbers,
and the distribution function is the constant N = 1/(2τ) wherever G(λ) is such a number. There F(−g) falls from +∞ at
the pole, and for g → ∞ it tends to 0. Let g be a place where it rises: then λ = F(−g) is a place off the spectrum with
G(λ) = −g, since next to it F(G) = λ + iη has a root with Im G < 0, and there is only one
(`hessproof.symbolic.free_probability.selection`).

If F(−g) < 0 somewhere, the last place where it vanishes, or the way to 0 at infinity, is one where it rises: α =
1/(2τ). If F(−g) > 0 for all g > g_∞, the polynomial at λ = 0 has no negative root at all (left of the pole F(−g) < 0
for τ ≥ 1), one positive root (Descartes), and two that are not real: 0 lies inside the spectrum, and α < 1/(2τ), as α
grows with ε and its limit at ε_* is 1/(2τ).
So the energy at which α arrives is

    ε_* = inf{ε : F(−g; ε) < 0 for some g > g_∞} = inf h(g) over 0 < g < g_1,

with the h of `hessproof.symbolic.free_probability.critical_energy` and its pole g_1 = (τ − 1)/(στ(2 − τ)), or ∞ for
τ ≥ 2. For τ ≥ 2 it is 0: α = 1/(2τ) at every energy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability import radicals, rational
from hessproof.symbolic.free_probability.critical_energy import (
    DEPTH,
    ENERGY,
    Largest,
    StationaryPoint,
    energy_at,
    level,
    peak,
    solved,
)
from hessproof.symbolic.free_probability.models import PENNINGTON_RELU, RELU_SATURATION, RELU_SHARE
from hessproof.symbolic.free_probability.signs import negative, positive
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SIGMA, TAU, G
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

LARGE = replace(radicals.RELU, low=sp.Integer(0), high=sp.Integer(2))
"""The parameter of the model with ReLU, over 1 < τ < 2."""
ROOT = sp.Symbol("q", positive=True)
"""√(ε/2), with which the pole is rational."""
FIRST, SECOND = sp.symbols("rho kappa", positive=True)
"""Any positive numbers, in charts."""
POLE = 2 / (TAU**2 * DEPTH**2)
"""The energy at which −g is the pole."""
END = (TAU - 1) / (SIGMA * TAU * (2 - TAU))
"""g_1, the pole of h for 1 < τ < 2."""
LOWEST = (3 - sp.sqrt(1 + 8 * TAU * (2 - TAU))) / ((sp.sqrt(1 + 8 * TAU * (2 - TAU)) - 1) * (TAU - 1) * SIGMA)
"""Where h is least for 1 < τ < 2."""
BETWEEN = {TAU: (2 + SECOND) / (1 + SECOND)}
"""1 < τ < 2."""
TWO, MORE = {TAU: sp.Integer(2)}, {TAU: 2 + SECOND}
"""τ = 2 and τ > 2."""


class Arrival(sp.Expr):  # type: ignore[misc]
    """inf{ε : F(−g; ε) < 0 for some g beyond the pole}; its argument is F(−g; ε) in ``ENERGY`` and ``DEPTH``."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """At numbers, τ among them: 0 if a tiny energy does, else the energy with a double root beyond the pole."""
        level_, tau = self.args
        numerator = sp.fraction(sp.together(level_))[0]
        tiny = sp.Poly(numerator.xreplace({ENERGY: sp.Rational(1, 10**12)}), DEPTH)
        pole = sp.Integer(10**6) * sp.sqrt(2) / tau
        if any(place > pole for place in sp.real_roots(tiny)):
            return sp.S.Zero
        resultant = sp.resultant(numerator, sp.diff(numerator, DEPTH), DEPTH)
        for energy in sorted(set(sp.real_roots(sp.Poly(resultant, ENERGY)))):
            touching = sp.Poly(numerator.xreplace({ENERGY: energy}), DEPTH) if energy > 0 else None
            if touching is not None and any(
                place > 0 and multiplicity > 1 and energy * tau**2 * place**2 > 2
                for place, multiplicity in sp.roots(touching).items()
            ):
                return energy
        raise ValueError("no energy with a double root beyond the pole")

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\inf\left\{{\varepsilon : \exists g > g_\infty,\ {printer._print(self.args[0])} < 0\right\}}"


class Least(sp.Expr):  # type: ignore[misc]
    """inf of the positive values of an expression in ``DEPTH`` over g > 0."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """At numbers: the least positive value at a stationary point or in the limit."""
        formula = self.args[0]
        slope = sp.fraction(sp.cancel(sp.diff(formula, DEPTH)))[0]
        places = [place for place in sp.real_roots(sp.Poly(slope, DEPTH)) if place > 0]
        found = [sp.cancel(formula.xreplace({DEPTH: place})) for place in places]
        far = sp.Integer(10**6)
        if formula.xreplace({DEPTH: far}) > 0:
            found.append(sp.limit(formula, DEPTH, sp.oo))
        return min(number for number in found if number >= 0)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\inf_{{g > 0}} \left({printer._print(self.args[0])}\right)_{{> 0}}"


class SolveBeyondPole(Rule):
    """inf{ε : F(−g; ε) < 0, g > g_∞} = inf h, as F falls with ε there and h is beyond the pole where it is positive.

    Args:
        chart: τ in positive letters.
        end: g_1, beyond which h is negative; None if h is positive for all g.
    """

    name = "solve for the energy beyond the pole"
    statement = r"\partial_\varepsilon F(-g) < 0, \quad h(g) > 0 \Rightarrow h(g) > 2/(\tau g)^2"

    def __init__(self, chart: dict[sp.Symbol, sp.Expr], end: sp.Expr | None) -> None:
        self.chart, self.end = chart, end

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Solve the equation, which must be linear in ε, after seeing these signs."""
        if not isinstance(expression, Arrival):
            raise RuleFailure(f"{expression} is no arrival")
        return Least(_beyond(expression.args[0], tuple(self.chart.items()), self.end))


@lru_cache(maxsize=64)
def _beyond(formula: sp.Expr, chart: tuple[tuple[sp.Symbol, sp.Expr], ...], end: sp.Expr | None) -> sp.Expr:
    """h, after all signs are seen."""
    if not negative(sp.diff(formula, ENERGY).xreplace({ENERGY: POLE * (1 + FIRST)})):
        raise RuleFailure(f"{formula} does not fall with the energy beyond the pole")
    found = solved(formula)
    inside = {} if end is None else {DEPTH: end * FIRST / (1 + FIRST)}
    if not positive((found - POLE).xreplace(inside).xreplace(dict(chart))):
        raise RuleFailure(f"{found} is not visibly beyond the pole")
    if end is not None and not negative(found.xreplace({DEPTH: end * (1 + FIRST)}).xreplace(dict(chart))):
        raise RuleFailure(f"{found} is not negative for g > {end}")
    return found


class LowestPoint(StationaryPoint):
    """min h = h(g_*): −h' is positive near 0 and has exactly one positive zero."""

    name = "the only stationary point"
    statement = r"h'(g) = 0,\ g > 0 \iff g = g_*"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put g_* in, after Descartes' rule."""
        if not isinstance(expression, Least):
            raise RuleFailure(f"{expression} is no infimum")
        return -peak(Largest(-expression.args[0]), self.place, self.over)


class ToInfinity(Rule):
    """inf h = 0 for a positive h that tends to 0 for g → ∞.

    Args:
        chart: τ in positive letters.
    """

    name = "for g → ∞"
    statement = r"h > 0, \quad h(g) \to 0 \quad (g \to \infty)"

    def __init__(self, chart: dict[sp.Symbol, sp.Expr]) -> None:
        self.chart = chart

    def apply(self, expression: Any, ordering: Any) -> Any:
        """0, if the degree in g falls."""
        if not isinstance(expression, Least):
            raise RuleFailure(f"{expression} is no infimum")
        formula = sp.cancel(sp.together(expression.args[0].xreplace(self.chart)))
        above, below = (sp.Poly(side, DEPTH).degree() for side in sp.fraction(formula))
        if not positive(formula) or above >= below:
            raise RuleFailure(f"{formula} is not positive with the limit 0")
        return sp.S.Zero


@cache
def arrival() -> Derivation:
    """ε_* for 1 < τ < 2.

    Example:
        >>> arrival().check(0, numbers=False).ok
        True
    """
    h = energy_at(PENNINGTON_RELU)
    written = sp.factor(sp.cancel(LARGE.rational(RELU_SATURATION)))
    return Derivation(
        "relu_arrival", "the energy from which on α = 1/(2τ), 1 < τ < 2", Ordering(),
        Arrival(level(PENNINGTON_RELU), TAU),
        (
            Step(Least(h), SolveBeyondPole(BETWEEN, END)),
            Step(written, LowestPoint(LOWEST, LARGE)),
            Step(RELU_SATURATION, Algebra("back to τ")),
        ),
        RELU_SATURATION, source="this project", same=LARGE.same, evaluate=radicals.value,
        valuations=LARGE.valuations, assumptions=("1 < τ < 2",),
        remarks=("α < 1/(2τ) at smaller energies: no root of F = 0 is negative, and 0 lies inside the spectrum",),
    )  # fmt: skip


@cache
def at_once(exact: bool) -> Derivation:
    """ε_* = 0 for τ = 2 or for τ > 2.

    Example:
        >>> at_once(True).check(0, numbers=False).ok, at_once(False).check(0, numbers=False).ok
        (True, True)
    """
    chart, words = (TWO, "τ = 2") if exact else (MORE, "τ > 2")
    return Derivation(
        f"relu_at_once_{'two' if exact else 'more'}", f"α = 1/(2τ) at every energy, {words}", Ordering(),
        Arrival(level(PENNINGTON_RELU), TAU),
        (Step(Least(energy_at(PENNINGTON_RELU)), SolveBeyondPole(chart, None)), Step(sp.S.Zero, ToInfinity(chart))),
        sp.S.Zero, source="this project", same=rational.same, evaluate=radicals.value, valuations=_drawn(exact),
        assumptions=(words,),
    )  # fmt: skip


def _drawn(exact: bool) -> Any:
    def valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
        # one point: real roots of the resultant take most of the time, and the rules decide
        numbers = dict(next(rational.drawn(SIGMA, SECOND)(derivation, seed)).symbols)
        yield Valuation({SIGMA: numbers[SIGMA], TAU: sp.Integer(2) if exact else 2 + numbers[SECOND]})

    return valuations


PASSED = {EPSILON: 2 * ROOT**2, G: -(1 + FIRST) / (TAU * ROOT)}
"""g = (1 + ρ) g_∞."""


class Counted(sp.Expr):  # type: ignore[misc]
    """N = 1 − Im Φ/π at G = −g − i0 beyond the pole; arguments: Φ, and rates and jumps of the summands of F."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """At numbers: the rates of the jumps whose pole was passed, 1/t > −g."""
        return sum((rate for rate, passed in self.args[1:] if passed < 0), sp.S.Zero)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"1 - \frac1\pi \operatorname{{Im}} \left[{printer._print(self.args[0])}\right]_{{G = -g - i0}}"


class Arguments(Rule):
    """Logarithms at G = −g − i0: ln P is real if P(−g) > 0, and has the imaginary part ∓π if P(−g) < 0, ±P'(−g) > 0."""

    name = "arguments of logarithms"
    statement = r"\operatorname{Im} \ln P(-g - i0) = -\pi\, \operatorname{sgn} P'(-g) \quad (P(-g) < 0)"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """N, from the signs; what has no logarithm must be real."""
        if not isinstance(expression, Counted):
            raise RuleFailure(f"{expression} is no distribution function")
        total = sp.S.One
        for term in sp.Add.make_args(sp.expand(expression.args[0], log=False)):
            logs = [factor for factor in sp.Mul.make_args(term) if isinstance(factor, sp.log)]
            if not logs and not term.has(sp.log, sp.I):
                continue
            if len(logs) != 1 or (term / logs[0]).has(sp.log, sp.I, G):
                raise RuleFailure(f"{term} is no real multiple of a logarithm")
            inner = logs[0].args[0]
            value, slope = (each.xreplace(PASSED) for each in (inner, sp.diff(inner, G)))
            if positive(value):
                continue
            if not negative(value) or not (positive(slope) or negative(slope)):
                raise RuleFailure(f"the sign of {value} or of {slope} is not visible")
            total += term / logs[0] * (1 if positive(slope) else -1)
        return total


@cache
def share() -> Derivation:
    """N = 1/(2τ) where G = −g is beyond the pole.

    Example:
        >>> share().check(0).ok
        True
    """
    model = PENNINGTON_RELU
    # 1/t > −g for t < 0 iff 1 + tg < 0; jumps that are positive give a positive number here
    passed = [sp.Tuple(rate, (1 - jump * G).xreplace(PASSED)) for rate, jump in model.jumps]
    return Derivation(
        "relu_share", "the distribution function beyond the pole", Ordering(), Counted(model.potential, *passed),
        (Step(RELU_SHARE, Arguments()),), RELU_SHARE, source="this project", same=radicals.RELU.same,
        evaluate=radicals.value, valuations=rational.drawn(TAU, ROOT, FIRST, SIGMA, LAMBDA),
        assumptions=("g > √(2/ε)/τ",),
    )  # fmt: skip
