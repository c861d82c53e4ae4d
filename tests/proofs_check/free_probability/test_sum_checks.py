"""The checks about sums of free matrices: what they must accept and what they must refuse."""

from __future__ import annotations

from fractions import Fraction

import pytest

from hessproof.proofs_check.checks.free_probability import (
    critical_counts,
    planar_moments,
    refuted_sums,
    root_counts,
    saturation,
    tails,
)
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.symbolic.free_probability.models import PENNINGTON

QUICK = Context(Profile.QUICK)


@pytest.mark.slow
@pytest.mark.parametrize(
    "check", [*root_counts.CHECKS, *critical_counts.CHECKS], ids=lambda check: f"{check.claim}/{check.part}"
)
def test_exact_routes_hold_with_every_control_caught(check: object) -> None:
    found = check.work(QUICK)  # type: ignore[attr-defined]
    assert found.tally.held > 0
    assert found.tally.failed == found.tally.undecided == 0
    assert found.controls
    assert all(control.caught for control in found.controls)


def test_the_generator_reaches_sums_without_a_stationary_point() -> None:
    draws = list(root_counts.drawn(3, 200))
    assert {True, False} == {one.turns for one in draws}
    assert any(one.variance == 0 and one.turns for one in draws)
    outside = [one for one in draws if not one.turns]
    assert {one.total for one in outside} == set(root_counts.TOTALS)
    for one in outside:
        assert root_counts.one_stationary_point(one) is (one.total > 1)


def test_half_a_jump_upwards_has_no_stationary_point() -> None:
    lone = root_counts.Drawn(((Fraction(1, 2), Fraction(2)),), Fraction(0), Fraction(1))
    assert not lone.turns
    assert root_counts.one_stationary_point(lone) is False


def test_beyond_the_pole_the_sign_is_another() -> None:
    one = Fraction(1)
    assert refuted_sums.level(critical_counts.RELU, Fraction(2), Fraction(2), one, one) == Fraction(1, 2)
    assert critical_counts.no_threshold(critical_counts.RELU, Fraction(3), one, one)
    assert not critical_counts.no_threshold(critical_counts.RELU, Fraction(3), one, one, everywhere=True)


@pytest.mark.parametrize("check", refuted_sums.CHECKS, ids=lambda check: f"{check.claim}/{check.part}")
def test_refutations_are_confirmed(check: object) -> None:
    found = check.work(QUICK)  # type: ignore[attr-defined]
    assert found.tally.failed > 0
    assert found.counterexample.confirmed_by
    assert all(control.caught for control in found.controls)


def test_entries_agree_with_the_law_for_a_scale_of_one() -> None:
    found = refuted_sums.CHECKS[2].work(QUICK)
    assert found.regions["σ = 1"].failed == 0
    assert found.regions["σ ≠ 1"].held == 0


def test_level_is_zero_at_the_critical_energy() -> None:
    third = Fraction(1, 3)
    assert refuted_sums.level(critical_counts.RELU, Fraction(12, 5), Fraction(5, 16), third, Fraction(1)) == 0
    assert (
        refuted_sums.level(critical_counts.LINEAR, Fraction(8, 3), Fraction(3, 128), Fraction(3, 8), Fraction(1)) == 0
    )


def test_a_wrong_transform_has_other_moments() -> None:
    right = PENNINGTON.r_wishart + PENNINGTON.r_wigner
    expected = tuple(planar_moments.moment(k) for k in range(4))
    assert planar_moments.same_moments(right, expected)
    assert not planar_moments.same_moments(right + PENNINGTON.r_wigner, expected)


def test_too_many_columns_and_a_wrong_energy_are_noticed() -> None:
    assert all(control.caught for control in saturation._special(5))
    tau, scale = Fraction(14, 9), Fraction(3)
    assert saturation.counted(tau, scale, 9 * Fraction(125, 4))
    assert not saturation.counted(tau, scale, 3 * Fraction(125, 4))


@pytest.mark.long
@pytest.mark.parametrize(
    "check",
    [*planar_moments.CHECKS, *tails.CHECKS, *saturation.CHECKS],
    ids=lambda check: f"{check.claim}/{check.part}",
)
def test_numeric_routes_hold(check: object) -> None:
    found = check.work(QUICK)  # type: ignore[attr-defined]
    assert found.tally.held > 0
    assert found.tally.failed == found.tally.undecided == 0
    assert any(control.caught for control in found.controls)
