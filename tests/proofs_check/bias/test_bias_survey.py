"""Cases, survey and its second route for networks with bias; counterexamples that can be redone by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hessproof.numeric.datasets import digits
from hessproof.proofs_check.bias import survey as bias_survey
from hessproof.proofs_check.bias.cases import biased_cases, case_key, possible, value_at, with_bias
from hessproof.proofs_check.bias.definition import draw_samples, measure_by_definition
from hessproof.proofs_check.bias.draws import with_trained_bias
from hessproof.proofs_check.bias.points import data_of, every_point, points, witness
from hessproof.proofs_check.bias.record import BiasRecord
from hessproof.proofs_check.bias.survey import measure, planned, survey
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue import regions_bias as regions
from hessproof.proofs_check.checks.bias.counterexamples import generic_counterexample
from hessproof.proofs_check.checks.bias.measured import outcome
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS

QUANTITIES = ("outer", "functional", "loss")
MINIMAL = Case(Architecture((1, 1, 2), bias=True), 1, 1, 2, 2, 1)


def cases_within(depth: int, width: int) -> list[Case]:
    return [case for one in architectures_within(depth, width) for case in biased_cases(with_bias(one))]


def test_cases_are_ordered_and_possible() -> None:
    found = cases_within(2, 3)
    for architecture in architectures_within(2, 3):
        own = list(biased_cases(with_bias(architecture)))
        assert own == sorted(own, key=case_key)
    assert len(set(found)) == len(found)
    for case in found:
        r, more = case.data_rank, case.augmented_data_rank or 0
        s, residual = case.residual_rank, case.augmented_residual_rank or 0
        assert r <= more <= r + 1
        assert s <= residual <= min(s + 1, more, case.architecture.outputs)
        assert case.residual_mean or residual == s < more
        assert more > r or residual == s


def test_small_data_have_the_ranks_of_their_case() -> None:
    for case in cases_within(1, 3):
        for sigma, omega in data_of(case):
            point = next(points(case))
            instance = replace(point, sigma=sigma, omega=omega).instance
            assert instance.data_rank == case.data_rank
            assert instance.augmented_data_rank == case.augmented_data_rank
            assert instance.residual_rank == case.residual_rank
            assert instance.augmented_residual_rank == case.augmented_residual_rank
            assert instance.residual_mean == case.residual_mean


@pytest.mark.parametrize("partition", [regions.CONSTANT, regions.FACT, regions.DEFICIENCY, regions.RESIDUAL,
                                       regions.CLOSED])  # fmt: skip
def test_regions_are_partitions_and_all_are_met(partition: tuple[regions.Region, ...]) -> None:
    names = [[region.name for region in partition if region.contains(case)] for case in cases_within(2, 3)]
    assert all(len(found) == 1 for found in names)
    assert {found[0] for found in names} == {region.name for region in partition}


@pytest.mark.slow
def test_both_routes_and_the_formulas_agree_on_small_cases() -> None:
    cases = cases_within(2, 2)[::3]
    for case in cases:
        first, second = measure(case, seed=3), measure_by_definition(case, seed=3)
        assert first.ranks == second.ranks
        for quantity in QUANTITIES:
            assert first.value(quantity) == value_at(FORMULAS[f"{quantity}_bias_generic"], case)


def test_ranks_see_only_the_augmented_ranks() -> None:
    """d, r and s do not matter: x → x + c is a linear change of b^1."""
    by_key: dict[object, set[tuple[int, ...]]] = {}
    for widths in ((1, 2, 2), (2, 2, 2), (3, 2, 2)):
        for case in biased_cases(Architecture(widths, bias=True)):
            record = measure(case, draws=1)
            key = case.augmented_data_rank, case.augmented_residual_rank, case.residual_mean
            by_key.setdefault(key, set()).add(tuple(record.ranks[name] for name in QUANTITIES))
    assert len(by_key) > 8
    assert all(len(ranks) == 1 for ranks in by_key.values())


def test_the_second_route_draws_samples_of_every_case() -> None:
    for case in biased_cases(Architecture((2, 1, 2), bias=True)):
        one = draw_samples(case, 0, 4194301)
        assert (one.data_rank, one.augmented_data_rank) == (case.data_rank, case.augmented_data_rank)
        assert (one.residual_rank, one.residual_mean) == (case.residual_rank, case.residual_mean)


def test_plans_are_the_same_for_the_same_seed() -> None:
    assert planned(Profile.QUICK, 5) == planned(Profile.QUICK, 5)
    assert planned(Profile.QUICK, 5) != planned(Profile.QUICK, 6)
    assert set(cases_within(2, 2)) <= set(planned(Profile.QUICK, 5)[0])


def test_a_survey_tells_its_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bias_survey, "planned", lambda profile, seed: ([MINIMAL], "one case"))
    told: list[tuple[int, int]] = []
    found = survey(Profile.QUICK, 0, lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
    assert len(found) == 1
    assert found.scope == "one case"


def test_records_know_derived_quantities() -> None:
    record = measure(MINIMAL)
    assert dict(record.ranks) == {"outer": 4, "functional": 4, "loss": 6}
    assert record.value("deficiency") == 0
    assert record.value("overlap_generic") == 2
    assert record.value("jacobian") == 4
    with pytest.raises(KeyError):
        record.value("column")


def test_the_command_line_measures_the_case_that_a_record_names(capsys: pytest.CaptureFixture[str]) -> None:
    record = measure(MINIMAL, seed=11)
    arguments = record.reproduce.split()[3:]
    assert bias_survey.main(arguments) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["ranks"] == dict(record.ranks)
    assert (shown["augmented_data_rank"], shown["residual_mean"], shown["seed"]) == (2, 1, 11)
    assert bias_survey.main(["1-1", "--data-rank", "1", "--augmented-data-rank", "5"]) == 2
    assert "augmented data rank 5" in capsys.readouterr().err
    assert bias_survey.main(["2-2"]) == 0


def test_the_minimal_counterexample_of_fact_13() -> None:
    part = claim("singh2021.fact13").part("main")
    failing = [measure(case) for case in cases_within(2, 2) if part.in_domain(case)]
    failing = [record for record in failing if not outcome(part, record)]
    found = generic_counterexample(part, failing)
    assert found is not None
    assert found.widths == [1, 1, 2]
    assert (found.predicted, found.measured, found.confirmed_by is not None) == (5, 6, True)
    assert (found.augmented_data_rank, found.augmented_residual_rank, found.residual_mean) == (2, 2, 1)


def test_no_counterexample_without_a_failure_or_after_an_unlucky_draw() -> None:
    part = claim("hessproof.loss_bias").part("generic")
    assert generic_counterexample(part, []) is None
    low = BiasRecord(MINIMAL, {"outer": 4, "functional": 4, "loss": 5}, ())
    assert not outcome(part, low)
    assert generic_counterexample(part, [low]) is None


def test_a_witness_attains_its_ranks_and_none_exceeds_them() -> None:
    point = witness(MINIMAL, {"loss": 6, "outer": 4})
    assert point is not None
    assert (point.rank("loss"), point.again("loss"), point.again("outer")) == (6, 6, 4)
    assert witness(MINIMAL, {"loss": 7}, attempts=3) is None


def test_a_trained_last_bias_has_a_residual_of_mean_zero() -> None:
    one = digits(4, 9).instance(Architecture((4, 3, 10), bias=True), seed=2)
    trained = with_trained_bias(one)
    assert (one.residual_mean, trained.residual_mean) == (1, 0)
    assert trained.augmented_residual_rank == trained.residual_rank == one.augmented_residual_rank - 1
    with pytest.raises(UnusableRequest, match="make it from data"):
        with_trained_bias(replace(one, inputs=None, targets=None))


def test_impossible_cases_are_left_out() -> None:
    architecture = Architecture((2, 2), bias=True)
    assert not possible(architecture, 0, 0, 0, 0, 0)
    assert not possible(architecture, 1, 1, 1, 1, 0)
    assert not possible(architecture, 2, 2, 1, 2, 1)
    assert possible(architecture, 2, 2, 1, 1, 0)


def test_special_points_reach_what_breaks_generic_formulas() -> None:
    found = list(every_point(Architecture((2, 1, 2), bias=True)))
    assert any(point.a1 for point in found)
    assert any(not point.a1 for point in found)
    assert any(point.a3 for point in found)
    assert any(point.rank("loss") < value_at(FORMULAS["loss_bias_generic"], point.case) for point in found)
    assert all(point.rank("outer") == 2 + point.centred_rank("outer") for point in found[::7])
