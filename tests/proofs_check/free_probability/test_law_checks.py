"""The checks about the laws: mutated laws are refuted, counterexamples are what they say, controls are noticed."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import flint
import pytest
import sympy as sp

from hessproof.numeric.free_probability.law_balls import (
    BITS,
    LawInBalls,
    marchenko_pastur_in_balls,
    semicircle_in_balls,
)
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability import (
    law_enclosures,
    law_freeness,
    law_inversion,
    law_normalisation,
    law_points,
    law_proofs,
)
from hessproof.proofs_check.model.check import Context, FunctionCheck, Profile
from hessproof.proofs_check.model.verdict import published_regions
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.liouville import objection
from hessproof.symbolic.free_probability.symbols import LAMBDA, SIGMA, TAU, Z

QUICK = (*law_normalisation.CHECKS, *law_points.CHECKS, *law_freeness.CHECKS)
LONGER = (*law_enclosures.CHECKS, *law_inversion.CHECKS)
REFUTED = ("normalisation", "everywhere")


@pytest.mark.slow
@pytest.mark.parametrize("check", QUICK, ids=lambda one: f"{one.claim}-{one.part}-{one.name}")
def test_checks_decide_and_have_been_seen_to_fail(check: FunctionCheck) -> None:
    finding = check.run(Context(Profile.QUICK))
    assert not finding.tally.undecided
    assert finding.tally.tried
    assert all(control.caught for control in finding.controls)
    assert finding.controls
    if check.part in REFUTED:
        assert finding.counterexample is not None
        assert finding.counterexample.confirmed_by
        assert finding.tally.failed
    else:
        assert not finding.tally.failed
        assert finding.counterexample is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "check", [*law_enclosures.CHECKS, *law_inversion.CHECKS], ids=lambda one: f"{one.claim}-{one.part}"
)
def test_enclosures_decide_and_have_been_seen_to_fail(check: FunctionCheck) -> None:
    finding = check.run(Context(Profile.QUICK))
    assert finding.tally.held == finding.tally.tried > 0
    assert all(control.caught for control in finding.controls)
    assert finding.controls


@pytest.mark.slow
def test_mutated_laws_are_refuted() -> None:
    """An exponent, an edge, a normalisation, a sign."""
    law, sc = marchenko_pastur(SIGMA, TAU), semicircle(SIGMA**2)
    low, high = law.support
    root = sp.sqrt((LAMBDA - low) * (high - LAMBDA))
    wrong = (
        replace(law, density=root / (2 * sp.pi * LAMBDA**2 * SIGMA * TAU)),
        replace(law, density=root**3 / (2 * sp.pi * LAMBDA * SIGMA * TAU)),
        replace(law, support=(SIGMA**2 * (1 - sp.sqrt(TAU)) ** 2, SIGMA**2 * (1 + sp.sqrt(TAU)) ** 2)),
        replace(law, density=root / (2 * sp.pi * LAMBDA * SIGMA**2 * TAU)),
        replace(law, density=-law.density),
        replace(sc, density=sc.density / SIGMA),
        replace(sc, density=sp.sqrt(2 * SIGMA**2 - LAMBDA**2) / (sp.pi * SIGMA**2)),
        replace(sc, g_transform=-sc.g_transform),
    )
    assert not objection(law)
    assert not objection(sc)
    assert all(objection(one) for one in wrong)


@pytest.mark.long
def test_every_generated_law_is_refuted() -> None:
    for law in (semicircle(SIGMA**2), marchenko_pastur(SIGMA, TAU)):
        found = list(law_proofs.wrong_laws(law, 15))
        assert len(found) > 12
        assert [words for words, wrong in found if not objection(wrong)] == []


def test_wrong_weights_and_transforms_are_apart_from_the_balls() -> None:
    law = semicircle_in_balls(Fraction(1))
    with flint.ctx.workprec(BITS):
        z = flint.acb(1, 1)
        assert law_enclosures.equation_holds(law, z, law.law.r_transform, {}) is True
        assert law_enclosures.equation_holds(law, z, 2 * law.law.r_transform, {}) is False
        assert law_enclosures.density_at(law, Fraction(1, 3), law.law.r_transform) is True
        assert law_enclosures.density_at(law, Fraction(1, 3), 2 * law.law.r_transform) is not True
        assert law_enclosures.density_at(law, Fraction(1, 3), sp.Integer(0)) is False
        wide = flint.acb(flint.arb(0, 1))
        assert law_enclosures.close(wide, flint.acb(0)) is None
    other = LawInBalls(law.law, law.place, lambda phi: 2 * law.weight(phi), law.range, law.atom)
    assert not other.same_density(Fraction(1, 4))
    with flint.ctx.workprec(BITS):
        assert law_enclosures.moments_of(other, (sp.Integer(1),), 2) is False


def test_places_reach_both_half_planes_the_edges_and_the_negative_axis() -> None:
    law = marchenko_pastur_in_balls(Fraction(1), Fraction(1, 2))
    found = list(law_enclosures.places(law, 200, random.Random(0)))
    assert any(bool(z.imag > 0) for z in found)
    assert any(bool(z.imag < 0) for z in found)
    assert any(bool(z.imag == 0) and bool(z.real < 0) for z in found)
    low, high = (float(end) for end in law.law.support)
    assert any(abs(float(z.imag.mid())) < 0.05 and low < float(z.real.mid()) < high for z in found)


def test_the_counterexample_to_the_equation_of_r_can_be_redone_by_hand() -> None:
    law = law_points.two_equal()
    assert law.value(law_points.FIRST) == law.value(law_points.SECOND) == (0, Fraction(-2, 5))
    found = law_points.counterexample("x")
    z = sp.Symbol("z")
    asked = [sp.cancel(point - 1 / (z / (z**2 - 1)).subs(z, point)) for point in (sp.I / 2, 2 * sp.I)]
    assert [sp.sstr(value) for value in asked] == ["-2*I", "-I/2"]
    assert (found.predicted, found.measured) == ("−2i", "−i/2")


def test_densities_have_jumps_gaps_and_unit_mass() -> None:
    rough = list(law_inversion.densities(60, 3, False))
    smooth = list(law_inversion.densities(60, 3, True))
    jumps = sum(one.sides(place)[0] != one.sides(place)[1] for one in rough for place in law_inversion.places(one))
    assert jumps > 60
    assert all(one.sides(place)[0] == one.sides(place)[1] for one in smooth for place in law_inversion.places(one))
    assert all(sum(piece.mass for piece in one.pieces) == 1 for one in (*rough, *smooth))
    assert all(one.inverted(place) >= 0 for one in rough for place in law_inversion.places(one))


def test_regions_of_the_normalisations_are_where_they_hold_and_fail() -> None:
    wigner = claim("pennington2017.semicircle").part("normalisation")
    wishart = claim("pennington2017.marchenko_pastur").part("normalisation")
    assert published_regions(wigner) == {"n = 1", "n ≥ 2"}
    assert published_regions(wishart) == {"σ = 1", "σ ≠ 1"}
    finding = law_normalisation.CHECKS[2].run(Context(Profile.QUICK))
    assert finding.regions["σ = 1"].held
    assert finding.regions["σ ≠ 1"].failed


def test_the_law_of_the_model_is_the_published_one() -> None:
    law = marchenko_pastur(1, TAU)
    assert law_enclosures.TRANSFORMS["marchenko_pastur"] == law.r_transform
    assert law_enclosures.TRANSFORMS["scaled"].subs({law_enclosures.SCALE: 1}) == law.r_transform
    assert law_enclosures.TRANSFORMS["semicircle"] == semicircle(2 * law_enclosures.EPSILON).r_transform
    assert Z in law.r_transform.free_symbols
