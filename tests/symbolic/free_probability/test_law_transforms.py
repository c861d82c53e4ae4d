"""Liouville's conditions, the chosen branch, and derivations with square roots: right ones hold, wrong ones do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.free_probability import injective, inversion, moments, scaling, transforms, wick
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.liouville import branch, objection
from hessproof.symbolic.free_probability.roots import vanishes
from hessproof.symbolic.free_probability.symbols import LAMBDA, SCALE, TAU, VARIANCE, G, Z
from hessproof.symbolic.ordering import Ordering

SC, MP = semicircle(VARIANCE), marchenko_pastur(SCALE, TAU)
QUICK = (
    transforms.r_from_density(SC), *transforms.moments(SC), injective.quotient(), injective.thales(),
    injective.two_points(), inversion.size(), inversion.imaginary_part(), inversion.atom(), inversion.poles(),
    scaling.affine(), wick.wigner_scaled(), wick.wigner_published(), wick.wishart_mean(), wick.wishart_square(),
)  # fmt: skip
SLOW = (
    transforms.stieltjes(MP), transforms.r_from_density(MP), transforms.density_from_r(SC),
    transforms.density_from_r(MP), *transforms.moments(MP), injective.cone(), inversion.limit_of_error(),
    moments.semicircle_moments(), moments.marchenko_pastur_moments(),
)  # fmt: skip


def accepted(derivation: Derivation, step: int) -> list[str]:
    """Every ``step``-th mutant that is accepted although it differs."""
    chosen = list(derivation.mutants())[::step]
    return [one.description for one in chosen if not one.rejection() and one.differs(derivation)]


@pytest.mark.parametrize("derivation", QUICK, ids=lambda one: one.title)
def test_derivations_hold_and_their_mutants_do_not(derivation: Derivation) -> None:
    report = derivation.check(0)
    assert report.ok, report.why
    assert not accepted(derivation, 12)


@pytest.mark.long
@pytest.mark.parametrize("derivation", SLOW, ids=lambda one: one.title)
def test_longer_derivations_hold_and_their_mutants_do_not(derivation: Derivation) -> None:
    report = derivation.check(0)
    assert report.ok, report.why
    assert not accepted(derivation, 40)


def test_the_other_branch_fails_at_infinity() -> None:
    other = branch(SC.g_transform).other()
    with pytest.raises(RuleFailure, match="bounded at infinity"):
        other.coefficients(1)
    assert objection(replace(SC, g_transform=other.formula))
    zeroth, _first = branch(MP.g_transform).other().coefficients(1)
    assert sp.cancel(zeroth - 1 / (SCALE * TAU)) == 0
    assert objection(replace(MP, g_transform=branch(MP.g_transform).other().formula))


@pytest.mark.slow
def test_conditions_name_what_is_wrong() -> None:
    assert "density" in objection(replace(MP, density=2 * MP.density))
    assert "support" in objection(replace(SC, support=(SC.support[0], 2 * SC.support[1])))
    assert "mass" in objection(replace(MP, atom=None))
    assert "mass" in objection(replace(MP, atom=(sp.Integer(0), sp.Max(0, 1 - TAU))))
    assert "mass" in objection(replace(MP, atom=(sp.Integer(0), sp.Integer(0))))
    assert "density" in objection(replace(MP, density=MP.density / sp.sqrt(SCALE)))


def test_roots_are_told_apart() -> None:
    z, t = sp.Symbol("z"), sp.Symbol("t", positive=True)
    assert vanishes((sp.sqrt(z - 1) - sp.sqrt(z + 1)) * (sp.sqrt(z - 1) + sp.sqrt(z + 1)) + 2)
    assert vanishes(sp.sqrt(2 * t) * sp.sqrt(t) - sp.sqrt(2) * t)
    assert vanishes(1 / (sp.sqrt(t) + 1) - (sp.sqrt(t) - 1) / (t - 1))
    assert vanishes((sp.I * sp.sqrt(z)) ** 2 + z)
    assert not vanishes(sp.sqrt(z - 1) - sp.sqrt(z + 1))
    assert not vanishes(sp.sqrt(z**2) - z)


def test_equations_without_one_root_like_the_inverse_are_refused() -> None:
    for polynomial in (G**3 - Z * G + 1, G**2 - Z, G**2 - Z * G + 2, Z * G**2 + Z * G + 1):
        with pytest.raises(RuleFailure):
            transforms.root_at_infinity(polynomial)


def test_rules_refuse_what_they_do_not_know() -> None:
    nothing = Ordering()
    with pytest.raises(RuleFailure, match="Cauchy"):
        transforms.Liouville(SC).apply(Z, nothing)
    with pytest.raises(RuleFailure, match="moment"):
        transforms.AtInfinity(SC).apply(sp.Integral(LAMBDA, (LAMBDA, 0, 1)), nothing)
    with pytest.raises(RuleFailure, match="boundary value"):
        transforms.AcrossCut().apply(Z, nothing)
    with pytest.raises(RuleFailure, match="no power of the circle"):
        moments.Fourier().apply(sp.Integral(sp.cos(moments.ANGLE), (moments.ANGLE, 0, sp.pi)), nothing)
    with pytest.raises(RuleFailure, match="negative"):
        injective.Positive(injective.P).apply(injective.P - injective.Q, nothing)
    with pytest.raises(RuleFailure, match="other ranges"):
        wick.CountIndices().apply(
            sp.Sum(sp.KroneckerDelta(wick.I, wick.J), (wick.I, 1, wick.N), (wick.J, 1, wick.P)), nothing
        )
