"""The laws in balls: masses, moments and transforms integrated from the densities with certainty."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from hessproof.numeric.free_probability.law_balls import (
    BITS,
    NARROW,
    LawInBalls,
    ball,
    formula,
    marchenko_pastur_in_balls,
    semicircle_in_balls,
)
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SCALE, TAU, G, Z
from hessproof.symbolic.mutation import mutations

CASE = Case(Architecture((1, 1)), 0, 0)
IDEA = "integrals of the density in ball arithmetic, at parameters on both sides of 1 and points all over the plane"
ROOTS = (Fraction(1, 7), Fraction(1, 2), Fraction(9, 10), Fraction(1), Fraction(10, 9), Fraction(2), Fraction(5))
"""√τ: τ far below, near, at, near and far above 1."""
SCALES = (Fraction(1, 3), Fraction(1), Fraction(2))
PLACES = {Profile.QUICK: 2, Profile.STANDARD: 8, Profile.THOROUGH: 60}
"""Points z for each law."""
Judge = Callable[[LawInBalls, Any], bool | None]


def laws(kind: str, profile: Profile) -> Iterator[LawInBalls]:
    """The laws of one kind, all ratios and scales; in the quick profile each ratio with one scale."""
    if kind == "semicircle":
        yield from (semicircle_in_balls(scale) for scale in SCALES)
        return
    for number, root in enumerate(ROOTS):
        scales = (SCALES[number % len(SCALES)],) if profile == Profile.QUICK else SCALES
        yield from (marchenko_pastur_in_balls(scale, root) for scale in scales)


def places(law: LawInBalls, count: int, stream: random.Random) -> Iterator[Any]:
    """Points in both half-planes: next to the support, to its edges and to 0, far away, and on the negative axis."""
    low, high = (edge for edge in law.law.support)
    ends = [formula(sp.sympify(end), {}).real.mid() for end in (low, high)]
    width = ends[1] - ends[0]
    for number in range(count):
        share = flint.arb(stream.randint(-40, 140)) / 100
        height = width * flint.arb(stream.choice((1, 3, 30, 300))) / 100
        if number % 7 == 6 and law.atom == 0 and bool(ends[0] > 0):
            yield flint.acb(-width * stream.randint(1, 9) / 4)
        else:
            yield flint.acb(ends[0] + share * width, height * stream.choice((-1, 1)))


def close(one: Any, two: Any) -> bool | None:
    """Whether two balls agree: True if they overlap and are narrow, False if they are apart, None if they are wide."""
    if not one.overlaps(two):
        return False
    return True if bool(one.rad() < NARROW) and bool(two.rad() < NARROW) else None


# --- masses and moments ---------------------------------------------------------------------------------------------


def moments_of(law: LawInBalls, stated: tuple[sp.Expr, ...], shares: int) -> bool | None:
    """Mass, mean and mean square, and that the integrand is the law's density at some points."""
    if not all(law.same_density(Fraction(k, shares + 1)) for k in range(1, shares + 1)):
        return False
    outcome: bool | None = True
    for order, value in enumerate(stated):
        one = close(law.integral(lambda x, k=order: x**k), ball(value))  # type: ignore[misc]
        outcome = False if one is False else (outcome if one else None)
    return outcome


def _stated(kind: str, law: LawInBalls) -> tuple[sp.Expr, ...]:
    """What the law must have: 1, 0, σ² = width²/16 for the semicircle; 1 and the mean for Marchenko–Pastur."""
    low, high = law.law.support
    if kind == "semicircle":
        return sp.Integer(1), sp.Integer(0), sp.nsimplify((high - low) ** 2 / 16)
    mean = sp.radsimp(law.law.r_transform.subs(Z, 0))
    return sp.Integer(1), mean


def _density(name: str, kind: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, wrong = Counter(claim(name).part("density")), dict[str, list[bool | None]]()
        count = 0
        with flint.ctx.workprec(BITS):
            for law in laws(kind, context.profile):
                count += 1
                stated = _stated(kind, law)
                counter.count(CASE, moments_of(law, stated, 5))
                for words, found in _wrong_moments(law, stated):
                    wrong.setdefault(words, []).append(found)
        controls = tuple(
            Mutant(
                description=words, caught=any(x is False for x in all_found),
                by=f"apart in {all_found.count(False)} of {len(all_found)} laws",
            )
            for words, all_found in wrong.items()
        )  # fmt: skip
        return Finding(Strength.SAMPLE, f"{count} laws, τ from 1/49 to 25", counter.tally, counter.regions, controls)

    return work


def _wrong_moments(law: LawInBalls, stated: tuple[sp.Expr, ...]) -> Iterator[tuple[str, bool | None]]:
    """Each moment one per cent larger or smaller, the law without its atom, and a density on other edges."""
    for order, value in enumerate(stated):
        for sign, step in (("−", sp.Rational(-1, 100)), ("+", sp.Rational(1, 100))):
            changed = ball(value * (1 + step) if value else step)
            yield f"moment {order} changed by {sign}1 %", close(law.integral(lambda x, k=order: x**k), changed)  # type: ignore[misc]
    if law.atom:
        bare = LawInBalls(law.law, law.place, law.weight, law.range, Fraction(0))
        yield "without the atom", close(bare.integral(lambda x: flint.acb(1)), ball(1))
    half = LawInBalls(law.law, lambda phi: law.place(phi) / 2, law.weight, law.range, law.atom)
    yield "edges halved under the same weight", half.same_density(Fraction(1, 3))


# --- transforms -----------------------------------------------------------------------------------------------------


def equation_holds(law: LawInBalls, z: Any, transform: sp.Expr, values: dict[Any, Any]) -> bool | None:
    """Whether R(G(z)) + 1/G(z) = z, G integrated from the density."""
    g = law.transform(z)
    return close(formula(transform, {**values, Z: g}) + 1 / g, z)


def _letters(kind: str, law: LawInBalls) -> dict[Any, Any]:
    """s and τ, or ε = v/2, read off the law's free cumulants."""
    first = sp.radsimp(law.law.r_transform.subs(Z, 0))
    second = sp.radsimp(sp.diff(law.law.r_transform, Z).subs(Z, 0))
    return {EPSILON: second / 2} if kind == "semicircle" else {SCALE: first, TAU: second / first**2}


TRANSFORMS: dict[str, sp.Expr] = {
    "semicircle": 2 * EPSILON * Z,
    "marchenko_pastur": 1 / (1 - Z * TAU),
    "scaled": SCALE / (1 - SCALE * TAU * Z),
}
"""The R-transforms under test as they are printed."""


def _chosen(kind: str, profile: Profile) -> Iterator[LawInBalls]:
    if kind == "marchenko_pastur":
        yield from (marchenko_pastur_in_balls(Fraction(1), root) for root in ROOTS)
    else:
        yield from laws("semicircle" if kind == "semicircle" else "both", profile)


def _transform(name: str, key: str, kinds: tuple[str, ...]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(name).part(key))
        stream = random.Random(context.seed_for(f"places {name} {key}"))
        tried: list[tuple[str, LawInBalls, Any, dict[Any, Any]]] = []
        with flint.ctx.workprec(BITS):
            for kind in kinds:
                for law in _chosen(kind, context.profile):
                    values = _letters(kind, law)
                    for z in places(law, PLACES[context.profile], stream):
                        tried.append((kind, law, z, values))
                        counter.count(CASE, equation_holds(law, z, TRANSFORMS[kind], values))
            controls = tuple(_mutants(kinds, tried))
        return Finding(
            Strength.SAMPLE, f"{len(tried)} points z off the support", counter.tally, counter.regions, controls
        )

    return work


def _mutants(kinds: tuple[str, ...], tried: list[tuple[str, LawInBalls, Any, dict[Any, Any]]]) -> Iterator[Mutant]:
    """Every change of the printed formula in one place must be apart from the balls somewhere."""
    for kind in kinds:
        few = [one for one in tried if one[0] == kind][:6]
        for words, wrong in mutations(TRANSFORMS[kind]):
            if wrong.has(sp.zoo, sp.oo, sp.nan):
                yield Mutant(description=f"{kind}: {words}: {wrong}", caught=True, by="has no value")
                continue
            apart = any(equation_holds(law, z, wrong, values) is False for _, law, z, values in few)
            by = "apart from the integral" if apart else "agrees at the points tried"
            yield Mutant(description=f"{kind}: {words}: {wrong}", caught=apart, by=by)


# --- the way back ---------------------------------------------------------------------------------------------------


def density_at(law: LawInBalls, share: Fraction, transform: sp.Expr) -> bool | None:
    """Whether −Im G/π at the root of R(G) + 1/G = λ in the lower half-plane is the density, λ inside the support."""
    low, high = (formula(sp.sympify(end), {}).real for end in law.law.support)
    place = low + (high - low) * flint.arb(flint.fmpq(share.numerator, share.denominator))
    numerator = sp.Poly(sp.numer(sp.together(transform.xreplace({Z: G}) + 1 / G - LAMBDA)), G)
    coefficients = [formula(c, {LAMBDA: place}) for c in reversed(numerator.all_coeffs())]
    if len(coefficients) != 3:
        return False
    c, b, a = (x.real for x in coefficients)
    found = (4 * a * c - b * b).sqrt() / (2 * abs(a)) / flint.arb.pi()
    return close(flint.acb(found), flint.acb(formula(law.law.density, {LAMBDA: place}).real))


def _back(context: Context) -> Finding:
    counter = Counter(claim("hessproof.free_moments").part("back"))
    count, wrong = 0, dict[str, list[bool | None]]()
    with flint.ctx.workprec(BITS):
        for kind in ("semicircle", "both"):
            for law in laws(kind, context.profile):
                for k in range(1, 2 + PLACES[context.profile]):
                    share = Fraction(k, 2 + PLACES[context.profile])
                    count += 1
                    counter.count(CASE, density_at(law, share, law.law.r_transform))
                plain = law.law.r_transform
                for words, other in (("R doubled", 2 * plain), ("R(2z)", plain.subs(Z, 2 * Z)),
                                     ("R + 1/10", plain + sp.Rational(1, 10)),
                                     ("R negated", -plain)):  # fmt: skip
                    wrong.setdefault(words, []).append(density_at(law, Fraction(2, 5), other))
    controls = tuple(
        Mutant(description=words, caught=any(x is not True for x in found), by=f"another density for {len(found)} laws")
        for words, found in wrong.items()
    )
    return Finding(Strength.SAMPLE, f"{count} places inside the supports", counter.tally, counter.regions, controls)


def demonstrate() -> None:
    """One law of each kind, its mass and one point."""
    with flint.ctx.workprec(BITS):
        for law in (semicircle_in_balls(Fraction(1)), marchenko_pastur_in_balls(Fraction(1), Fraction(2))):
            law.integral(lambda x: flint.acb(1))
            law.same_density(Fraction(1, 3))
            equation_holds(law, flint.acb(-1, 1), law.law.r_transform, {})


CHECKS = (
    FunctionCheck(
        "pennington2017.semicircle", "density", "balls", Engine.BALL, IDEA,
        _density("pennington2017.semicircle", "semicircle"), demonstrate,
    ),
    FunctionCheck(
        "pennington2017.marchenko_pastur", "density", "balls", Engine.BALL, IDEA,
        _density("pennington2017.marchenko_pastur", "both"), demonstrate,
    ),
    *(
        FunctionCheck(name, key, "balls", Engine.BALL, IDEA, _transform(name, key, kinds), demonstrate)
        for name, key, kinds in (
            ("pennington2017.r_values", "marchenko_pastur", ("marchenko_pastur",)),
            ("pennington2017.r_values", "semicircle", ("semicircle",)),
            ("hessproof.wishart_scale", "transform", ("scaled",)),
            ("hessproof.r_domain", "laws", ("marchenko_pastur", "semicircle")),
        )
    ),
    FunctionCheck("hessproof.free_moments", "back", "balls", Engine.BALL, IDEA, _back, demonstrate),
)  # fmt: skip
