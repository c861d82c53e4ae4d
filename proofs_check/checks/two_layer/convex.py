"""Convexity tried on polynomials with integer coefficients, and the functions that refute the textbook's wording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import sympy as sp

from hessproof.numeric.two_layer.functions import (
    GRID,
    Cubic,
    Point,
    Quadratic,
    drawn_cubics,
    lowered,
    minimisers,
    quadratics,
)
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_two_layer import MINIMUM
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

ROW, REPAIR = "pennington2017.convexity", "hessproof.convexity"
TRIED = "all quadratics in two variables with small integer coefficients, compared on a grid"
SEGMENTS = "segments on which drawn polynomials of degree three are not convex, in fractions"
ELEMENTARY = "elementary functions of one variable, their sign and zeros by computer algebra"
CUBICS = {Profile.QUICK: 60, Profile.STANDARD: 200, Profile.THOROUGH: 4000}
"""Polynomials that are drawn."""
Holds = Callable[[Quadratic], bool | None]
"""Whether a statement holds for a quadratic; None if it does not meet the assumptions."""


def _semidefinite(f: Quadratic) -> bool:
    return f.kind in ("definite", "semidefinite")


def convex(f: Quadratic) -> bool | None:
    """H ⪰ 0 if and only if convex."""
    return _semidefinite(f) == f.convex_on_grid()


def critical(f: Quadratic) -> bool | None:
    """Every critical point is a global minimiser."""
    points = f.critical()
    if not _semidefinite(f) or not points:
        return None
    return all(f.doubled(x) >= f.doubled(point) for point in points for x in GRID)


def minimiser_set(f: Quadratic) -> bool | None:
    """Points between two minimisers are minimisers."""
    points = minimisers(f)
    if not _semidefinite(f) or not points:
        return None
    one, two = points[0], points[-1]
    between = [_between(one, two, Fraction(k, 4)) for k in range(5)]
    return all(f.value(x) == f.value(one) for x in between)


def _between(one: Point, two: Point, share: Fraction) -> Point:
    return one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1])


def unique(f: Quadratic) -> bool | None:
    """H ≻ 0 leaves at most one minimiser."""
    return None if f.kind != "definite" else len(minimisers(f)) <= 1


def exists(f: Quadratic) -> bool | None:
    """H ⪰ cI gives exactly one."""
    return None if f.kind != "definite" else len(minimisers(f)) == 1


def indefinite(f: Quadratic) -> bool | None:
    """An indefinite Hessian excludes convexity."""
    return None if not f.indefinite else not f.convex_on_grid()


def definite(f: Quadratic) -> bool | None:
    """H ≻ 0, with a minimum: convex, and one minimiser."""
    return None if f.kind != "definite" else f.convex_on_grid() and len(minimisers(f)) == 1


def _always_several(f: Quadratic) -> bool | None:
    return None if not _semidefinite(f) else len(minimisers(f)) != 1


def _always_one(f: Quadratic) -> bool | None:
    return None if not _semidefinite(f) else len(minimisers(f)) == 1


def _at_most_one(f: Quadratic) -> bool | None:
    return None if not _semidefinite(f) else len(minimisers(f)) <= 1


def _any_critical(f: Quadratic) -> bool | None:
    points = f.critical()
    return None if not points else all(f.doubled(x) >= f.doubled(point) for point in points for x in GRID)


def _only_diagonal(f: Quadratic) -> bool | None:
    return (f.a >= 0 and f.d >= 0) == f.convex_on_grid()


def _only_definite(f: Quadratic) -> bool | None:
    return (f.kind == "definite") == f.convex_on_grid()


def _indefinite_convex(f: Quadratic) -> bool | None:
    return None if not f.indefinite else f.convex_on_grid()


def _not_definite(f: Quadratic) -> bool | None:
    return None if f.kind == "definite" else not f.convex_on_grid()


PARTS: dict[tuple[str, str], tuple[Holds, dict[str, Holds]]] = {
    (REPAIR, "convex"): (convex, {"the diagonal ≥ 0 for H ⪰ 0": _only_diagonal, "H ≻ 0 for H ⪰ 0": _only_definite}),
    (REPAIR, "critical"): (critical, {"without H ⪰ 0": _any_critical, "a minimiser exists": _always_one}),
    (REPAIR, "set"): (minimiser_set, {"one point": _at_most_one, "several points": _always_several}),
    (REPAIR, "unique"): (unique, {"H ⪰ 0 for H ≻ 0": _at_most_one, "several minimisers": _always_several}),
    (REPAIR, "exists"): (exists, {"H ⪰ 0 for H ⪰ cI": _always_one, "several minimisers": _always_several}),
    (ROW, "definite"): (definite, {"H ⪰ 0 for H ≻ 0": _always_one, "several minimisers": _always_several}),
    (ROW, "indefinite"): (indefinite, {"convex": _indefinite_convex, "not definite for indefinite": _not_definite}),
}
"""Each statement, and wrong variants of it."""
FUNCTION = Case(Architecture((1, 1)), 0, 0)
"""A function and not a network."""


def _with_minimum(attained: bool) -> Case:
    return replace(FUNCTION, traits=frozenset({MINIMUM}) if attained else frozenset())


def _tried(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        holds, variants = PARTS[name, key]
        counter, left, controls = Counter(claim(name).part(key)), dict(variants), list[Mutant]()
        for f in quadratics():
            outcome = holds(f)
            counter.count(_with_minimum(bool(minimisers(f))), outcome, satisfied=outcome is not None)
            for text in [text for text, variant in left.items() if variant(f) is False]:
                del left[text]
                controls.append(
                    Mutant(description=text, caught=True, by=f"A = ({f.a}, {f.b}, {f.d}), b = ({f.p}, {f.q})")
                )
        controls += [Mutant(description=text, caught=False, by="no quadratic tells them apart") for text in left]
        return Finding(Strength.SAMPLE, "576 quadratics", counter.tally, counter.regions, tuple(controls))

    return work


def _segments(context: Context) -> Finding:
    """Where the Hessian of a drawn polynomial is indefinite, a segment on which it is not convex."""
    counter, controls = Counter(claim(ROW).part("indefinite")), list[Mutant]()
    for cubic in drawn_cubics(CUBICS[context.profile], context.seed_for("cubics")):
        for x in GRID[::6]:
            xx, xy, yy = cubic.hessian(x)
            if xx * yy - xy**2 < 0:
                counter.count(FUNCTION, lowered(cubic, x) is not None or None)
    for text, terms in (("x² + y²", {(2, 0): 1, (0, 2): 1}), ("(x + y)²", {(2, 0): 1, (1, 1): 2, (0, 2): 1})):
        found = lowered(Cubic(terms), GRID[0])
        controls.append(Mutant(description=f"{text} taken for indefinite", caught=found is None, by="no such segment"))
    scope = f"{CUBICS[context.profile]} polynomials, each at nine points where its Hessian is indefinite"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls))


T = sp.Symbol("x", real=True)


FUNCTIONS = (sp.exp(T), T**4, T, T**2, sp.cosh(T), T**4 + T**2, sp.sqrt(1 + T**2), sp.Integer(1))
"""Convex functions, some with a minimum, some without."""


def curvature_sign(f: sp.Expr) -> str:
    """positive, nonnegative or other: the sign of f″ on the whole line."""
    second = sp.simplify(sp.diff(f, T, 2))
    return "positive" if second.is_positive else "nonnegative" if second.is_nonnegative else "other"


def zeros_of_slope(f: sp.Expr) -> list[sp.Expr]:
    """Zeros of f′ of a convex f: its minimisers, one of each if there is a whole line of them."""
    slope = sp.diff(f, T)
    return [sp.Integer(0)] if slope == 0 else list(sp.solveset(slope, T, sp.S.Reals))


def _elementary(key: str, f: sp.Expr, wanted: str, predicted: str, confirmed: Callable[[], str | None]) -> Finding:
    """The counterexample, and among other functions those on which the statement holds."""
    counter, controls = Counter(claim(ROW).part(key)), list[Mutant]()
    for other in FUNCTIONS:
        if curvature_sign(other) != wanted:
            continue
        count = 2 if sp.diff(other, T) == 0 else len(zeros_of_slope(other))
        fits = count == 1 if key == "definite" else count > 1
        counter.count(_with_minimum(count > 0), fits)
        if other != f:
            text = f"f = {other} as a counterexample"
            if fits:
                controls.append(Mutant(description=text, caught=True, by=f"{count} minimisers, as stated"))
    places = zeros_of_slope(f)
    measured = f"one minimiser, x = {places[0]}" if places else "no minimiser: f′ has no zero"
    counterexample = Counterexample(
        widths=[], data_rank=0, residual_rank=0, values={"f(x)": str(f).replace("**", "^")}, predicted=predicted,
        measured=measured, about="minimisers of a function of one variable", order="elementary functions, by length",
        reproduce=f"hessproof verify {ROW}", traits=[MINIMUM] if places else [], confirmed_by=confirmed(),
    )  # fmt: skip
    details = {"f″": f"${sp.latex(sp.simplify(sp.diff(f, T, 2)))}$", "f′": f"${sp.latex(sp.diff(f, T))}$"}
    return Finding(
        Strength.CERTIFICATE, "the listed functions", counter.tally, counter.regions, tuple(controls), counterexample,
        details=details,
    )  # fmt: skip


def falling_exponential() -> str | None:
    """e^{x−1} = e^x/e < e^x for every x, by the functional equation: no point is a minimiser."""
    ratio = sp.expand(sp.exp(T - 1), power_exp=True) / sp.exp(T)
    holds = sp.simplify(ratio - sp.exp(-1)) == 0 and bool(sp.exp(-1) < 1) and sp.exp(T).is_positive
    return "f(x − 1) = f(x)/e < f(x) for every x" if holds else None


def square_of_square() -> str | None:
    """x⁴ = (x²)² ≥ 0 with equality at x = 0 alone: a square vanishes with its root."""
    polynomial = sp.Poly(T**4, T)
    roots = sp.roots(polynomial)
    holds = polynomial == sp.Poly(T**2, T) ** 2 and roots == {sp.Integer(0): 4}
    return "x⁴ = (x²)², which vanishes at 0 alone" if holds else None


def _definite(context: Context) -> Finding:
    return _elementary("definite", sp.exp(T), "positive", "one minimiser", falling_exponential)


def _semidefinite_only(context: Context) -> Finding:
    return _elementary("semidefinite", T**4, "nonnegative", "more than one minimiser", square_of_square)


def demonstrate() -> None:
    """One quadratic through every statement."""
    f = Quadratic(1, 0, 2, 1, 0)
    for holds, _ in PARTS.values():
        holds(f)


CHECKS = (
    *(
        FunctionCheck(name, key, "quadratics", Engine.EXACT, TRIED, _tried(name, key), demonstrate)
        for name, key in PARTS
    ),
    FunctionCheck(
        ROW, "indefinite", "segments", Engine.EXACT, SEGMENTS, _segments,
        lambda: lowered(Cubic({(2, 0): 1, (0, 2): -1}), GRID[0]),
    ),
    FunctionCheck(
        ROW, "definite", "elementary functions", Engine.SYMBOLIC, ELEMENTARY, _definite, falling_exponential
    ),
    FunctionCheck(
        ROW, "semidefinite", "elementary functions", Engine.SYMBOLIC, ELEMENTARY, _semidefinite_only, square_of_square
    ),
)  # fmt: skip
