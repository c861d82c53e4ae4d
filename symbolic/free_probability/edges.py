r"""The leftmost edge of the spectrum: E_− = max of F(−g) over 0 < g < g_∞, attained at exactly one g.

On G = −g < 0, left of the spectrum, F has no pole for g < g_∞, where −1/g_∞ is the negative jump if there is one and
g_∞ = ∞ otherwise. There

    g² F'(−g) = −1 + Σ w_i (t_i g/(1 + t_i g))² + v g²

grows from −1 to a positive number, since every t g/(1 + t g) with t > 0 and every a g/(1 − a g) with a > 0 does. So
F(−g) has one maximum, for every τ > 0 and ε > 0. Left of it F(G) = λ has two negative roots, and with those on the
other side of the poles all roots are real: no spectrum. Right of it two roots leave the real line: spectrum.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.free_probability import rational
from hessproof.symbolic.free_probability.models import Model
from hessproof.symbolic.free_probability.selection import V
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, G
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

DEPTH, SHARE = sp.symbols("g rho", positive=True)
"""g = −G; ρ, any positive number, in the chart g = ρ/(a(1 + ρ)) of 0 < g < 1/a."""
UP, DOWN = sp.symbols("t a", positive=True)
"""Sizes of a jump upwards and of one downwards."""
RISE, FALL = sp.symbols("w u", positive=True)
"""Their rates."""


def inverse(place: sp.Expr) -> sp.Expr:
    """F with one jump upwards, one downwards and a semicircle; more terms are more of the same."""
    return 1 / place + RISE * UP / (1 - UP * place) - FALL * DOWN / (1 + DOWN * place) + V * place


@cache
def one_maximum() -> Derivation:
    """d/dg of g² F'(−g) is positive for 0 < g < 1/a: F(−g) has at most one stationary point.

    Example:
        >>> one_maximum().check(0).ok
        True
    """
    slope = sp.diff(inverse(G), G).xreplace({G: -DEPTH})
    middle = -1 + RISE * (UP * DEPTH / (1 + UP * DEPTH)) ** 2 + FALL * (DOWN * DEPTH / (1 - DOWN * DEPTH)) ** 2
    middle += V * DEPTH**2
    written = 2 * V * DEPTH + 2 * RISE * UP**2 * DEPTH / (1 + UP * DEPTH) ** 3
    written += 2 * FALL * DOWN**2 * DEPTH / (1 - DOWN * DEPTH) ** 3
    return Derivation(
        "one_maximum", "the one stationary point left of the spectrum", Ordering(),
        sp.Derivative(DEPTH**2 * slope, DEPTH),
        (
            Step(sp.Derivative(middle, DEPTH), Algebra("g² times the slope")),
            Step(written, Algebra("differentiate")),
            Step(sp.S.Zero, rational.Below({DEPTH: SHARE / (DOWN * (1 + SHARE))}, r"1 - a g > 0")),
        ),
        sp.S.Zero, source="this project", same=rational.same, evaluate=rational.value, valuations=_left,
        assumptions=("0 < g < 1/a",), remarks=("−1 at g = 0 and positive in the end: exactly one zero",),
    )  # fmt: skip


@cache
def overparameterised(model: Model) -> Derivation:
    """F(−g) < 0 for all g if τ ≥ 1: every energy above 0 gives negative eigenvalues.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
        >>> overparameterised(PENNINGTON).check(0).ok, overparameterised(PENNINGTON_RELU).check(0).ok
        (True, True)
    """
    start = model.inverse.xreplace({G: -DEPTH})
    first = 1 / (TAU * DEPTH) - 1 / DEPTH
    chart = {TAU: 1 + SHARE}
    return Derivation(
        f"overparameterised_{model.key}", f"no critical energy from τ = 1 on: {model.title}", Ordering(), start,
        (
            Step(first, rational.Exceeds({EPSILON: 2 * FALL**2, DEPTH: UP / ((1 + UP) * TAU * FALL)},
                                         r"R_{\mathbf{H}_0}(-g) < \tfrac{1}{\tau g},\ R_{\mathbf{H}_1}(-g) < 0")),
            Step(sp.S.Zero, rational.Exceeds(chart, r"\tau = 1 + \rho \ge 1")),
        ),
        sp.S.Zero, source="this project", same=rational.same, evaluate=rational.value, valuations=_large_tau,
        assumptions=("τ ≥ 1", "0 < g < g_∞"),
    )  # fmt: skip


def _large_tau(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    for valuation in rational.drawn(SHARE, FALL, UP, SIGMA)(derivation, seed):
        numbers = dict(valuation.symbols)
        tau = 1 + numbers[SHARE]
        depth = numbers[UP] / ((1 + numbers[UP]) * tau * numbers[FALL])
        yield Valuation({**numbers, TAU: tau, EPSILON: 2 * numbers[FALL] ** 2, DEPTH: depth})


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
