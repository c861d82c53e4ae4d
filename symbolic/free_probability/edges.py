r"""The leftmost edge of the spectrum: E_− = max of F(−g) over 0 < g < g_∞, attained at exactly one g.

On G = −g < 0, left of the spectrum, F has no pole for g < g_∞, where −1/g_∞ is the negative jump if there is one and
g_∞ = ∞ otherwise. There

    g² F'(−g) = −1 + Σ w_i (t_i g/(1 + t_i g))² + v g²

grows, since every t g/(1 + t g) with t > 0 and every a g/(1 − a g) with a > 0 does. It is negative for small g, and
positive in the end if there is a negative jump or v > 0. So F(−g) has exactly one stationary point, a maximum; in both
models that is so for every τ > 0 and ε > 0. (With v = 0 and positive jumps only it ends at −1 + Σ w_i, which need not
be positive.) Left of it F(G) = λ has two negative roots, and with those on the other side of the poles all roots are
real: no spectrum. Right of it two roots leave the real line: spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.free_probability import rational
from hessproof.symbolic.free_probability.models import Model
from hessproof.symbolic.free_probability.selection import V
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, G, Z
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

DEPTH, SHARE = sp.symbols("g rho", positive=True)
"""g = −G; ρ, any positive number, in the chart g = ρ/(a(1 + ρ)) of 0 < g < 1/a."""
UP, DOWN = sp.symbols("t a", positive=True)
"""Sizes of a jump upwards and of one downwards."""
RISE, FALL = sp.symbols("w u", positive=True)
"""Their rates."""
BEYOND = sp.Symbol("rho", nonnegative=True)
"""ρ ≥ 0 in τ = 1 + ρ, so that τ = 1 is covered."""


def inverse(place: sp.Expr) -> sp.Expr:
    """F with one jump upwards, one downwards and a semicircle; more terms are more of the same."""
    return 1 / place + RISE * UP / (1 - UP * place) - FALL * DOWN / (1 + DOWN * place) + V * place


def _slope() -> tuple[sp.Expr, sp.Expr]:
    """g² F'(−g), and the same as a sum of squares less 1."""
    slope = sp.diff(inverse(G), G).xreplace({G: -DEPTH})
    middle = -1 + RISE * (UP * DEPTH / (1 + UP * DEPTH)) ** 2 + FALL * (DOWN * DEPTH / (1 - DOWN * DEPTH)) ** 2
    return DEPTH**2 * slope, middle + V * DEPTH**2


@cache
def first_end() -> Derivation:
    """g² F'(−g) < 0 at g = 1/(a + D), D = 1 + w t² + u a² + v: there a g/(1 − a g) = a/D and D² > D.

    Example:
        >>> first_end().check(0).ok
        True
    """
    start, middle = _slope()
    wider = middle.xreplace({1 + UP * DEPTH: sp.S.One})
    place = 1 / (DOWN + 1 + RISE * UP**2 + FALL * DOWN**2 + V)
    return Derivation(
        "first_end", "the slope left of the stationary point", Ordering(), start,
        (
            Step(middle, Algebra("g² times the slope")),
            Step(wider, rational.Exceeds({DEPTH: SHARE / (DOWN * (1 + SHARE))}, r"1 + t g > 1")),
            Step(sp.S.Zero, rational.Exceeds({DEPTH: place}, r"w t^2 + u a^2 + v < D < D^2")),
        ),
        sp.S.Zero, source="this project", same=rational.same, evaluate=rational.value, valuations=_at(place),
        remarks=("a term of F that is not there only makes it smaller",),
    )  # fmt: skip


@cache
def last_end(jump: bool) -> Derivation:
    """g² F'(−g) > 0 at a g/(1 − a g) = 1 + 1/u if there is a negative jump, at g = 1 + 1/v if v > 0 and there is none.

    Example:
        >>> last_end(True).check(0).ok, last_end(False).check(0).ok
        (True, True)
    """
    start, middle = _slope()
    if jump:
        place = (1 + 1 / FALL) / (DOWN * (2 + 1 / FALL))
        kept, words = -1 + FALL * (DOWN * DEPTH / (1 - DOWN * DEPTH)) ** 2, r"u (1 + 1/u)^2 > 1"
    else:
        start, middle = start.xreplace({FALL: sp.S.Zero}), middle.xreplace({FALL: sp.S.Zero})
        place, kept, words = 1 + 1 / V, -1 + V * DEPTH**2, r"v (1 + 1/v)^2 > 1"
    return Derivation(
        f"last_end_{'jump' if jump else 'semicircle'}", "the slope right of the stationary point", Ordering(), start,
        (
            Step(middle, Algebra("g² times the slope")),
            Step(kept, rational.Below(statement=r"\text{the other terms are} \ge 0")),
            Step(sp.S.Zero, rational.Below({DEPTH: place}, words)),
        ),
        sp.S.Zero, source="this project", same=rational.same, evaluate=rational.value, valuations=_at(place),
        assumptions=("a negative jump −a of rate u",) if jump else ("v > 0", "no negative jump"),
    )  # fmt: skip


def _at(place: sp.Expr) -> Callable[[Derivation, int], Iterator[Valuation]]:
    """Valuations with g at a place."""

    def valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
        for valuation in rational.drawn(DOWN, UP, RISE, FALL, V)(derivation, seed):
            numbers = dict(valuation.symbols)
            yield Valuation({**numbers, DEPTH: place.xreplace(numbers)})

    return valuations


@cache
def one_maximum() -> Derivation:
    """d/dg of g² F'(−g) is positive for 0 < g < 1/a, and both signs occur: F(−g) has exactly one stationary point.

    Example:
        >>> one_maximum().check(0).ok
        True
    """
    start, middle = _slope()
    written = 2 * V * DEPTH + 2 * RISE * UP**2 * DEPTH / (1 + UP * DEPTH) ** 3
    written += 2 * FALL * DOWN**2 * DEPTH / (1 - DOWN * DEPTH) ** 3
    return Derivation(
        "one_maximum", "the one stationary point left of the spectrum", Ordering(),
        sp.Derivative(start, DEPTH),
        (
            Step(sp.Derivative(middle, DEPTH), Algebra("g² times the slope")),
            Step(written, Algebra("differentiate")),
            Step(sp.S.Zero, rational.Below({DEPTH: SHARE / (DOWN * (1 + SHARE))}, r"1 - a g > 0")),
        ),
        sp.S.Zero, source="this project", same=rational.same, evaluate=rational.value, valuations=_left,
        assumptions=("0 < g < 1/a", "a negative jump −a, or v > 0"),
        remarks=("negative at a first place and positive at a last one: exactly one zero in between",),
        lemmas=(first_end(), last_end(True), last_end(False)),
    )  # fmt: skip


@cache
def overparameterised(model: Model) -> Derivation:
    """F(−g) < 0 for 0 < g < g_∞ if τ ≥ 1: every energy above 0 gives negative eigenvalues.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
        >>> overparameterised(PENNINGTON).check(0).ok, overparameterised(PENNINGTON_RELU).check(0).ok
        (True, True)
    """
    start = model.inverse.xreplace({G: -DEPTH})
    first = model.r_wishart.xreplace({Z: -DEPTH}) - 1 / DEPTH
    bounded = _bounded(model)
    return Derivation(
        f"overparameterised_{model.key}", f"no critical energy from τ = 1 on: {model.title}", Ordering(), start,
        (
            Step(first, rational.Exceeds(_BEFORE_POLE if bounded else None, r"R_{\mathbf{H}_1}(-g) < 0")),
            Step(sp.S.Zero, rational.Exceeds({TAU: 1 + BEYOND}, r"\tau = 1 + \rho,\ \rho \ge 0")),
        ),
        sp.S.Zero, source="this project", same=rational.same, evaluate=rational.value, valuations=_large_tau(bounded),
        assumptions=("τ ≥ 1", "0 < g < √(2/ε)/τ" if bounded else "g > 0"),
    )  # fmt: skip


_BEFORE_POLE = {EPSILON: 2 * FALL**2, DEPTH: UP / ((1 + UP) * TAU * FALL)}
"""0 < g < g_∞ = √(2/ε)/τ, for the model with ReLU."""


def _bounded(model: Model) -> bool:
    """Whether F has a pole at a negative G, from a negative jump; otherwise g_∞ = ∞."""
    return any(jump.is_negative for _, jump in model.jumps)


def _large_tau(bounded: bool) -> Callable[[Derivation, int], Iterator[Valuation]]:
    """τ = 1, then larger τ; g before the pole if there is one, any g otherwise."""

    def valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
        for place, valuation in enumerate(rational.drawn(SHARE, FALL, UP, SIGMA, DEPTH)(derivation, seed)):
            numbers = dict(valuation.symbols)
            numbers[TAU] = 1 + (numbers[SHARE] if place else 0)
            numbers[EPSILON] = 2 * numbers[FALL] ** 2
            if bounded:
                numbers[DEPTH] = _BEFORE_POLE[DEPTH].xreplace(numbers)
            yield Valuation(numbers)

    return valuations


def _left(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    for valuation in rational.drawn(SHARE, DOWN, UP, RISE, FALL, V)(derivation, seed):
        numbers = dict(valuation.symbols)
        numbers[DEPTH] = numbers[SHARE] / (numbers[DOWN] * (1 + numbers[SHARE]))
        yield Valuation(numbers)


@cache
def falls(model: Model) -> Derivation:
    """dE_−/dε = ∂_ε F(G) at the stationary point, as F' vanishes there; it is negative.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
        >>> falls(PENNINGTON).check(0).ok, falls(PENNINGTON_RELU).check(0).ok
        (True, True)
    """
    start = sp.Derivative(model.inverse.xreplace({G: -DEPTH}), EPSILON)
    written = sp.factor(start.doit())
    return Derivation(
        f"edge_falls_{model.key}", f"the leftmost edge falls with the energy: {model.title}", Ordering(), sp.S.Zero,
        (Step(written, rational.Below(statement=r"\partial_\varepsilon F(-g) < 0")),
         Step(start.doit(), Algebra("partial derivative by the energy"))),
        start.doit(), source="this project", same=rational.same, evaluate=rational.value,
        valuations=rational.drawn(EPSILON, TAU, SIGMA, DEPTH),
        remarks=("the total derivative of E_− is the partial one, since F'(−g) = 0",),
    )  # fmt: skip
