"""Where the equation of R holds, at laws with finitely many atoms: all solutions of G(w) = G(z), isolated."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy as sp

from hessproof.numeric.free_probability.point_laws import PointLaw, drawn
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.free_probability.injective import RADIUS, two_point_transform, two_points
from hessproof.symbolic.free_probability.symbols import Z

CASE = Case(Architecture((1, 1)), 0, 0)
ROOTS = "all solutions w of G(w) = G(z) for laws with finitely many atoms, isolated in balls"
PARTNER = "one substitution that leaves the Stieltjes transform of two equal atoms as it is"
COUNTS = {Profile.QUICK: 80, Profile.STANDARD: 600, Profile.THOROUGH: 6_000}
STRETCHES = tuple(Fraction(k, 100) for k in (0, 50, 75, 90, 99))
"""Smaller circles, in parts of ρ; points are drawn down to 1.001ρ, whose partners lie at ρ/1.001."""
FIRST, SECOND = (Fraction(0), Fraction(1, 2)), (Fraction(0), Fraction(2))
"""z = i/2 and z = 2i."""


def two_equal(radius: Fraction = Fraction(1)) -> PointLaw:
    """Mass ½ at ρ and at −ρ."""
    return PointLaw((-radius, radius), (Fraction(1, 2), Fraction(1, 2)))


def _circle(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(name).part(key))
        points = list(drawn(COUNTS[context.profile], context.seed_for("laws with atoms")))
        for law, z in points:
            outside = law.outside(z)
            counter.count(CASE, None if outside is None else not outside)
        controls = []
        for stretch in STRETCHES:
            hit = sum(law.outside(z, stretch) is True for law, z in points)
            controls.append(
                Mutant(description=f"the circle of radius {stretch}ρ", caught=hit > 0, by=f"{hit} partners outside it")
            )
        return Finding(
            Strength.SAMPLE, f"{len(points)} laws with two to five atoms, a point outside the circle of each",
            counter.tally, counter.regions, tuple(controls),
        )  # fmt: skip

    return work


def _sharp(context: Context) -> Finding:
    """For two equal atoms the partner of z is −ρ²/z."""
    counter, wrong = Counter(claim("hessproof.r_domain").part("sharp")), dict[str, int]()
    points = [(law, z) for law, z in drawn(COUNTS[context.profile], context.seed_for("two atoms")) if _even(law)]
    others: dict[str, Callable[[Fraction], Fraction]] = {
        "ρ²/z": lambda r: -(r**2), "−ρ/z": lambda r: r, "−2ρ²/z": lambda r: 2 * r**2, "−ρ³/z": lambda r: r**3,
    }  # fmt: skip
    for law, z in points:
        counter.count(CASE, _is_partner(law, z, law.radius**2))
        for words, numerator in others.items():
            wrong[words] = wrong.get(words, 0) + (not _is_partner(law, z, numerator(law.radius)))
    controls = tuple(
        Mutant(description=f"{words} in place of −ρ²/z", caught=hit > 0, by=f"another value of G at {hit} points")
        for words, hit in wrong.items()
    )
    return Finding(Strength.SAMPLE, f"{len(points)} radii and points", counter.tally, counter.regions, controls)


def _even(law: PointLaw) -> bool:
    return law.masses == (Fraction(1, 2), Fraction(1, 2))


def _is_partner(law: PointLaw, z: tuple[Fraction, Fraction], numerator: Fraction) -> bool:
    """Whether G takes at c − a/(z − c) the value that it has at z, in Gaussian rationals."""
    x, y = z[0] - law.centre, z[1]
    size = x**2 + y**2
    return law.value((law.centre - numerator * x / size, numerator * y / size)) == law.value(z)


def counterexample(confirmed_by: str) -> Counterexample:
    """½δ_{−1} + ½δ_1 at i/2 and 2i."""
    return Counterexample(
        widths=[], data_rank=0, residual_rank=0, values={"law": "½δ_{−1} + ½δ_{1}", "z": "i/2", "w": "2i"},
        predicted="−2i", measured="−i/2",
        about="R(−2i/5) as the equation asks it at z, and as it asks it at w, where G(z) = G(w) = −2i/5",
        order="number of atoms, then the size of z",
        confirmed_by=confirmed_by, reproduce="hessproof verify pennington2017.r_transform",
    )  # fmt: skip


def _everywhere_symbolic(context: Context) -> Finding:
    """G(z) = G(−ρ²/z) by the derivation, put at ρ = 1 and z = i/2."""
    counter = Counter(claim("pennington2017.r_transform").part("everywhere"))
    report = two_points().check(context.seed_for("partner") % 2**31)
    where = {RADIUS: sp.Integer(1), Z: sp.I / 2}
    one = sp.cancel(two_point_transform().xreplace(where))
    two = sp.cancel(two_point_transform().xreplace({RADIUS: sp.Integer(1), Z: 2 * sp.I}))
    asked = [sp.simplify(z - 1 / value) for z, value in ((sp.I / 2, one), (2 * sp.I, two))]
    fails = report.ok and one == two and asked[0] != asked[1]
    counter.count(CASE, not fails)
    controls = tuple(
        Mutant(description=mutant.description, caught=bool(mutant.rejection()), by=mutant.rejection()[:160])
        for mutant in list(two_points().mutants())[:: 5 if context.profile == Profile.QUICK else 1]
    )
    return Finding(
        Strength.CERTIFICATE, "two equal atoms", counter.tally, counter.regions, controls,
        counterexample("solutions of G(w) = G(z)") if fails else None,
        {"asked of R": [str(value) for value in asked]},
    )  # fmt: skip


def _everywhere_exact(context: Context) -> Finding:
    """The value of G at both points in Gaussian rationals, and their partners."""
    counter = Counter(claim("pennington2017.r_transform").part("everywhere"))
    law = two_equal()
    fails = law.value(FIRST) == law.value(SECOND) and law.outside(FIRST, Fraction(0)) is True
    counter.count(CASE, not fails)
    others = {
        "masses ⅓ and ⅔": PointLaw((Fraction(-1), Fraction(1)), (Fraction(1, 3), Fraction(2, 3))),
        "atoms at ±2": two_equal(Fraction(2)),
        "atoms at 0 and 2": PointLaw((Fraction(0), Fraction(2)), (Fraction(1, 2), Fraction(1, 2))),
    }
    controls = tuple(
        Mutant(description=words, caught=other.value(FIRST) != other.value(SECOND), by="two values of G at i/2 and 2i")
        for words, other in others.items()
    )
    return Finding(
        Strength.CERTIFICATE, "two equal atoms, z = i/2 and 2i", counter.tally, counter.regions, controls,
        counterexample("the substitution −ρ²/z") if fails else None,
        {"G": [str(part) for part in law.value(FIRST)]},
    )  # fmt: skip


def demonstrate_roots() -> None:
    """Three laws."""
    for law, z in drawn(3, 0):
        law.outside(z)


def demonstrate_partner() -> None:
    """The derivation."""
    two_points().check(0)


CHECKS = (
    *(
        FunctionCheck(
            name, key, "solutions of G(w) = G(z)", Engine.BALL, ROOTS, _circle(name, key), demonstrate_roots
        )
        for name, key in (("pennington2017.r_transform", "definition"), ("hessproof.r_domain", "circle"))
    ),
    FunctionCheck(
        "hessproof.r_domain", "sharp", "solutions of G(w) = G(z)", Engine.EXACT, ROOTS, _sharp, demonstrate_roots
    ),
    FunctionCheck(
        "pennington2017.r_transform", "everywhere", "partner", Engine.SYMBOLIC, PARTNER, _everywhere_symbolic,
        demonstrate_partner, derivations=lambda: (two_points(),),
    ),
    FunctionCheck(
        "pennington2017.r_transform", "everywhere", "solutions of G(w) = G(z)", Engine.EXACT, ROOTS, _everywhere_exact,
        demonstrate_roots,
    ),
)  # fmt: skip
