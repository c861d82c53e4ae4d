r"""What the Hessian says about minima: along every line, f is a function g(t) = f(x + t(y − x)) with g″ = v^⊤Hv.

With Taylor's integral g(1) = g(0) + g′(0) + ∫_0^1 (1 − t) g″(t) dt everything follows: H ⪰ 0 everywhere makes f convex
and every critical point a global minimiser; minimisers form a convex set; H ≻ 0 leaves at most one; H ⪰ cI, c > 0,
makes one exist. A convex f has g″(0) ≥ 0, as the limit of second differences, so an indefinite Hessian excludes it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.two_layer.convex_rules import (
    ALONG,
    CONTINUOUS,
    CURVED,
    FX,
    FY,
    FZ,
    OTHER,
    RADIUS,
    SHARE,
    SLOPE,
    STEP,
    AtLeast,
    ByParts,
    FarOut,
    G,
    GBend,
    GSlope,
    Midpoint,
    SecondDifference,
    T,
    Tangents,
    Weights,
    lines_same,
    unit_integral,
)
from hessproof.symbolic.two_layer.index_sums import everywhere
from hessproof.symbolic.valuation import Valuation

SOURCE = "slide “Loss function landscape through Hessian eigenvalues”"


def _derived(
    claim: str, title: str, start: Any, steps: list[tuple[Any, Rule]], final: Any, **others: Any
) -> Derivation:
    taken = sorted({name for _, rule in steps for name in rule.assumptions})
    return Derivation(
        claim, title, Ordering(), start, tuple(Step(*step) for step in steps), final, same=lines_same,
        evaluate=_at_polynomial, assumptions=tuple(taken), **{"valuations": _convex_polynomials, **others},
    )  # fmt: skip


_GAP = G(sp.Integer(1)) - G(sp.Integer(0)) - GSlope(sp.Integer(0))
_TAYLOR = unit_integral((1 - T) * GBend(T))


@cache
def taylor() -> Derivation:
    """∫_0^1 (1 − t) g″(t) dt = g(1) − g(0) − g′(0).

    Example:
        >>> taylor().check(0).ok
        True
    """
    middle = -GSlope(sp.Integer(0)) + unit_integral(GSlope(T))
    return _derived(
        "taylor", "Taylor’s integral", _TAYLOR, [(middle, ByParts()), (_GAP, ByParts())], _GAP, source="textbook",
    )  # fmt: skip


class _Taylor(Rule):
    """g(1) = g(0) + g′(0) + ∫ (1 − t) g″."""

    name = "Taylor’s integral"
    statement = r"g(1) = g(0) + g'(0) + \textstyle\int_0^1 (1-t)\, g''(t)\, dt"
    assumptions = (CONTINUOUS,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put it in for g(1)."""
        if not expression.has(G(sp.Integer(1))):
            raise RuleFailure(f"no g(1) in {expression}")
        known = taylor()
        return expression.subs(G(sp.Integer(1)), G(sp.Integer(1)) - known.final + known.start)


@cache
def tangent() -> Derivation:
    """f(y) − f(x) − ∇f(x)·(y − x) ≥ 0 if H ⪰ 0 everywhere.

    Example:
        >>> tangent().check(0).ok
        True
    """
    return _derived(
        "tangent", "f lies above its tangents", _GAP,
        [(_TAYLOR, _Taylor()), (sp.Integer(0), AtLeast(sp.Integer(0), ("H ⪰ 0 everywhere",)))], sp.Integer(0),
        source="textbook", lemmas=(taylor(),),
        remarks=("at a critical point x the second term is absent: f(y) ≥ f(x) for every y",),
    )  # fmt: skip


@cache
def strict_gap() -> Derivation:
    """f(y) − f(x) − ∇f(x)·(y − x) ≥ c/2 with c the least g″ on [0, 1], which is positive if H ≻ 0 and y ≠ x.

    Example:
        >>> strict_gap().check(0).ok
        True
    """
    why = ("H ≻ 0 everywhere, so that g″ ≥ c > 0 on the segment, which is compact",)
    return _derived(
        "strict gap", "the distance from the tangent", _GAP,
        [(_TAYLOR, _Taylor()), (CURVED / 2, AtLeast(CURVED, why))], CURVED / 2, source="textbook", lemmas=(taylor(),),
        remarks=("a second minimiser y would give f(y) − f(x) = 0 with ∇f(x) = 0, against c/2 > 0",),
    )  # fmt: skip


@cache
def jensen() -> Derivation:
    """s̄ f(x) + s f(y) ≥ f(s̄x + sy): a function above its tangents is convex, and its minimisers form a convex set.

    Example:
        >>> jensen().check(0).ok
        True
    """
    start = OTHER * FX + SHARE * FY
    put = OTHER * (FZ - SHARE * ALONG) + SHARE * (FZ + OTHER * ALONG)
    return _derived(
        "jensen", "convexity from the tangents", start, [(put, Tangents()), (FZ, Weights())], FZ,
        source="textbook", valuations=_points, lemmas=(tangent(),),
        remarks=("f(x) = f(y) = min f gives f(z) ≤ min f, so that z is a minimiser",),
    )  # fmt: skip


@cache
def coercive() -> Derivation:
    """f(y) − f(x) ≥ −b r + c r²/2 ≥ 0 at a distance r ≥ 2b/c from x, if H ⪰ cI: the minimum over a ball is global.

    Example:
        >>> coercive().check(0).ok
        True
    """
    start = -SLOPE * RADIUS + CURVED * RADIUS**2 / 2
    return _derived(
        "coercive", "f far away from x", start, [(sp.Integer(0), FarOut())], sp.Integer(0),
        source="textbook", valuations=_far, lemmas=(strict_gap(),),
        remarks=("with c‖y − x‖² for c and −b‖y − x‖ ≤ ∇f(x)·(y − x); a continuous f has a minimum on a ball",),
    )  # fmt: skip


@cache
def convex_curvature() -> Derivation:
    """v⊤H(x)v = lim (f(x + hv) + f(x − hv) − 2f(x))/h² ≥ 0 for a convex f: an indefinite Hessian excludes it.

    Example:
        >>> convex_curvature().check(0).ok
        True
    """
    zero = sp.Integer(0)
    limit = sp.Limit((G(STEP) + G(-STEP) - 2 * G(zero)) / STEP**2, STEP, 0)
    return _derived(
        "convex curvature", "the Hessian of a convex function", GBend(zero),
        [(limit, SecondDifference()), (zero, Midpoint())], zero, source=SOURCE,
    )  # fmt: skip


DRAWS = 3
"""Polynomials, or points, on which the lines of a derivation are compared."""


def _convex_polynomials(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """g = a_4t⁴ + a_2t² + a_1t + a_0 with a_4 ≥ 0 and a_2 ≥ c/2."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(DRAWS):
        least = sp.Rational(stream.randint(1, 6), stream.randint(1, 3))
        yield Valuation({
            "g": stream.randint(0, 3) * T**4 + (least / 2 + stream.randint(0, 2)) * T**2
            + stream.randint(-3, 3) * T + stream.randint(-3, 3),
            CURVED: least,
        })  # fmt: skip


def _points(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Values of x², which lies above its tangents, at two points and between."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(DRAWS):
        x, y, share = stream.randint(-5, 5), stream.randint(-5, 5), sp.Rational(stream.randint(0, 6), 6)
        z = (1 - share) * x + share * y
        yield Valuation({FX: x**2, FY: y**2, FZ: z**2, ALONG: 2 * z * (y - x), SHARE: share, OTHER: 1 - share})


def _far(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(DRAWS):
        slope, least = sp.Rational(stream.randint(0, 5)), sp.Rational(stream.randint(1, 5), 2)
        yield Valuation({SLOPE: slope, CURVED: least, RADIUS: 2 * slope / least + stream.randint(1, 3)})


def _integrated(node: Any) -> Any:
    """∫_0^1 of a polynomial."""
    if not isinstance(node, sp.Integral) or tuple(node.limits[0]) != (T, 0, 1):
        return None
    primitive = sp.Poly(node.function, T).integrate()
    return primitive.eval(1) - primitive.eval(0)


def _at_polynomial(expression: Any, valuation: Valuation) -> Any:
    """The value, with the polynomial for g."""
    numbers = dict(valuation.symbols)
    g = sp.sympify(numbers.pop("g", 0))
    kinds = {G: g, GSlope: sp.diff(g, T), GBend: sp.diff(g, T, 2)}

    def put(node: Any) -> Any:
        found = kinds.get(type(node))
        return None if found is None else found.subs(T, node.args[0])

    known = everywhere(everywhere(sp.sympify(expression), put), _integrated)
    value = known.subs(numbers).doit()
    if not value.is_Rational:
        raise TypeError(f"{expression} has no rational value")
    return value
