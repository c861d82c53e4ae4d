"""Checks about losses: what they draw, that they notice wrong statements, and what they show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.catalogue.regions_losses import LOSSES as LOSS_REGIONS
from hessproof.proofs_check.catalogue.regions_losses import RESIDUALS, on_digits, softmax_covers
from hessproof.proofs_check.checks.losses import digits, every, generic, saturation, survey, witness
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture

QUICK = Context(Profile.QUICK)


@pytest.fixture(scope="module")
def records() -> tuple[survey.Record, ...]:
    """A few cases of every kind, by the core."""
    requests = survey.plan(Profile.QUICK, 5)
    chosen = [*requests[:60:6], *requests[-44:-20:4], *requests[-20::4]]
    return tuple(map(survey.by_core, chosen))


def test_a_plan_is_reproducible_and_reaches_the_corners() -> None:
    plan = survey.plan(Profile.STANDARD, 1)
    assert plan == survey.plan(Profile.STANDARD, 1) != survey.plan(Profile.STANDARD, 2)
    widths = [request.architecture.widths for request in plan if request.architecture.loss == "cross-entropy"]
    assert any(w[-1] == 1 for w in widths)
    assert any(len(w) == 2 for w in widths)
    assert any(min(w[1:-1], default=9) == 1 for w in widths)
    assert {request.architecture.bias for request in plan} == {False, True}
    assert any(request.residual_rank is None for request in plan)
    assert any(request.samples > request.data_rank > 0 for request in plan)


def test_labelled_data_fit_their_network() -> None:
    for request in survey.plan(Profile.QUICK, 9):
        if request.residual_rank is None:
            inputs, targets = survey.labelled_data(request)
            assert inputs.shape == (len(targets), request.architecture.inputs)
            if request.architecture.loss == "cross-entropy":
                assert (targets.sum(axis=1) == 1).all()


def test_both_routes_measure_the_same(records: tuple[survey.Record, ...]) -> None:
    small = [one for one in records if one.case.architecture.parameters <= 12]
    assert len(small) > 5
    for one in small:
        assert survey.by_definition(one.request).ranks == one.ranks


@pytest.mark.parametrize(("name", "key"), [("singh2021.losses", key) for key in generic.PUBLISHED] + list(generic.OWN))
def test_wrong_ranks_are_noticed(name: str, key: str, records: tuple[survey.Record, ...]) -> None:
    part = CLAIMS[name].part(key)
    mine = [one for one in generic.about(name, key, records) if part.in_domain(one.case)]
    for one in mine:
        assert generic.holds(name, key, one)
        wrong = replace(one, ranks={quantity: rank - 1 for quantity, rank in one.ranks.items()})
        assert not generic.holds(name, key, wrong)


@pytest.mark.slow
def test_generated_variants_are_caught(records: tuple[survey.Record, ...]) -> None:
    mine = generic.about("hessproof.losses_generic", "loss", records)
    found = list(generic.controls("hessproof.losses_generic", "loss", mine, Profile.STANDARD))
    assert len(found) > 20
    assert sum(one.caught for one in found) > 0.8 * len(found)


def test_regions_are_partitions() -> None:
    for loss in ("mse", "cross-entropy", "cosh"):
        for widths in ((2, 1), (3, 2, 3), (3, 1, 3)):
            for s in (0, 1, 2):
                case = Case(Architecture(widths, loss=loss), widths[0], s)
                assert any(region.contains(case) for region in LOSS_REGIONS)
                assert any(region.contains(case) for region in RESIDUALS)
    assert softmax_covers(Case(Architecture((3, 3, 3), loss="cross-entropy"), 3, 2))
    assert not on_digits(Case(Architecture((64, 4, 8, 10)), 41, 10))


def test_points_notice_another_loss() -> None:
    rng = np.random.default_rng(1)
    cosh = [every.point(every.small_instance(rng, "cosh", False)) for _ in range(8)]
    softmax = [every.point(every.small_instance(rng, "cross-entropy", True)) for _ in range(8)]
    ones = [np.ones(one.instance.architecture.outputs, dtype=int) for one in (*cosh, *softmax)]
    outcomes = [every.annihilated(one, direction) for one, direction in zip((*cosh, *softmax), ones, strict=True)]
    assert not all(outcomes[:8])
    assert all(outcomes[8:])


def test_a_network_of_one_output_has_no_smaller_one() -> None:
    rng = np.random.default_rng(0)
    single = Architecture((2, 1), loss="cross-entropy")
    made = next(
        one for one in (every.small_instance(rng, "cross-entropy", False) for _ in range(200))
        if one.architecture.outputs == single.outputs
    )  # fmt: skip
    assert every.squared_instance(made) is None


def test_digits_show_predicted_beside_measured() -> None:
    points = [digits.Point(4, loss, 312, digits.predicted_rank(4, loss), 216, 0.0) for loss in digits.LOSSES]
    assert [one.predicted for one in points] == [216, 220, 220]
    figure = digits.figure(points)
    assert figure.table is not None
    assert figure.table.rows[0] == [4, "cross-entropy, K − 1 = 9", 312, 216, 216]
    assert all(on_digits(one.case) for one in points)


def test_saturation_shows_exact_ranks_as_lines() -> None:
    found = [saturation.measured(loss, power) for loss in saturation.NAMES for power in (0, 7)]
    assert found[0].outer == saturation.exact("cross-entropy", "outer") == 90
    assert found[1].outer < 90
    assert {line.at for line in saturation.figure(found).lines} == {162, 90, 168, 96}


def test_the_witness_attains_the_formula_in_large_networks() -> None:
    for case in witness.cases(QUICK):
        formula = generic.formula_of("hessproof.losses_generic", "loss", case.architecture)
        stated = formula.evaluate(case.architecture, case.data_rank, case.residual_rank)
        assert witness.witnessed(case, "loss") == stated
