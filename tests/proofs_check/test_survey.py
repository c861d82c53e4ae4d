"""The survey measures the generic ranks: against another route, in every arrangement of the work, reproducibly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hessproof.numeric.instance import generic_instance
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.enumeration import architectures_within, ranks
from hessproof.proofs_check.searches.generic import generic_counterexample, holds, smallest_disagreement
from hessproof.proofs_check.searches.special_weights import integer_rank
from hessproof.proofs_check.surveys import survey
from hessproof.proofs_check.surveys.block_batches import BlockBatch, derived_terms, quantities
from hessproof.proofs_check.surveys.plan import PROFILES, Plan, plan
from hessproof.proofs_check.surveys.record import Request, record_from_json
from hessproof.proofs_check.surveys.survey import draw_instance, measure, run
from hessproof.proofs_check.surveys.taylor import measure_by_taylor
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS, best

SMALL = [Request(a.widths, r, s) for a in architectures_within(3, 2) for r, s in ranks(a)]
MIXED = [Request((3, 2, 3), 2, 1, 4), Request((2, 1, 3, 2), 2, 2, 9, 3), Request((3, 2, 3), 3, 0, 4)]
DATA = [Request((3, 2, 2), 2, -1, 5, 2, kind, 4) for kind in ("zero", "one-hot", "teacher", "free")]


def test_batches_equal_the_definition_of_the_hessian() -> None:
    for widths in ((2,) * 4, (3, 1, 2), (2, 3), (1, 2, 3, 2, 1)):
        a = Architecture(widths)
        drawn = [generic_instance(a, a.inputs, min(a.inputs, a.outputs), seed, 50) for seed in (1, 2)]
        weights = [np.stack([one.weights[l] for one in drawn]) for l in range(a.layers)]
        sigma, omega = np.stack([one.sigma for one in drawn]), np.stack([one.omega for one in drawn])
        exact = BlockBatch(a, weights, sigma, omega)
        prime = 101
        modular = BlockBatch(a, weights, sigma, omega, np.array([prime, prime]))
        for part in ("outer", "functional", "loss"):
            for place, one in enumerate(drawn):
                expected = reference_hessian(one, part)  # type: ignore[arg-type]
                assert (exact.assemble(part)[place] == expected).all()
                assert (modular.assemble(part)[place] == expected % prime).all()


def test_large_entries_do_not_overflow() -> None:
    big = np.full((1, 1, 1), 2**40, dtype=np.int64)
    batch = BlockBatch(Architecture((1, 1, 1)), [big, big], big, big)
    assert batch.assemble("outer")[0, 0, 0] == 2**120


def test_a_chain_outside_the_network_is_refused() -> None:
    def wrong(part: str, layers: int, k: int, l: int) -> tuple[object, ...]:
        return derived_terms(part, layers + 1, k, l)

    one = np.ones((1, 1, 1), dtype=np.int64)
    batch = BlockBatch(Architecture((1, 1, 1)), [one, one], one, one, terms=wrong)  # type: ignore[arg-type]
    with pytest.raises(IndexError, match="network of 2 layers"):
        batch.assemble("outer")


def test_moduli_that_could_overflow_are_refused() -> None:
    one = np.ones((1, 1, 1), dtype=np.int64)
    with pytest.raises(ValueError, match="below"):
        BlockBatch(Architecture((1, 1)), [one], one, one, np.array([2**31 - 1]))


@pytest.mark.slow
def test_two_routes_measure_the_same_ranks() -> None:
    requests = SMALL[::3]
    for one, other in zip(measure(requests), measure_by_taylor(requests), strict=True):
        assert {name: one.ranks[name] for name in other.ranks} == dict(other.ranks), one


def test_every_small_case_has_the_ranks_that_the_project_states() -> None:
    for record in measure(SMALL):
        assert set(record.ranks) == set(quantities(record.architecture.layers))
        assert not record.lowest
        for name, rank in record.ranks.items():
            layer = int(name[7:]) if name.startswith("column:") else None
            assert rank == best(name).evaluate(record.architecture, record.data_rank, record.residual_rank, layer)


def test_a_wrong_formula_is_contradicted() -> None:
    records = measure(SMALL)
    wrong = replace(FORMULAS["loss_generic"], expression=FORMULAS["loss_generic"].expression - 1)
    assert all(holds(FORMULAS["loss_generic"], record) for record in records)
    assert not any(holds(wrong, record) for record in records)
    first = smallest_disagreement(wrong, records)
    assert first is not None
    assert (first.widths, first.data_rank, first.residual_rank) == ((1, 1), 0, 0)


def test_the_counterexample_to_a_generic_claim_is_the_smallest_case() -> None:
    found = generic_counterexample(FORMULAS["cor6_equality"], measure(SMALL))
    assert found is not None
    assert (found.widths, found.data_rank, found.residual_rank) == ([1, 1], 1, 1)
    assert (found.predicted, found.measured) == (1, 0)
    assert found.confirmed_by is not None
    assert found.reproduce == "hessproof rank 1-1 --data gaussian --data-rank 1 --residual-rank 1 --seed 0"
    assert generic_counterexample(FORMULAS["loss_generic"], measure(SMALL)) is None


def test_records_do_not_depend_on_how_the_work_is_cut() -> None:
    together = measure([*MIXED, *DATA])
    assert together == [measure([request])[0] for request in [*MIXED, *DATA]]
    assert together == measure([*DATA, *MIXED])[len(DATA) :] + measure([*DATA, *MIXED])[: len(DATA)]


@pytest.mark.long
def test_processes_give_the_same_survey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "_CHUNK", 10_000)
    monkeypatch.setattr(survey, "_CHUNKS_WORTH_A_PROCESS", 1)
    work = Plan(tuple(SMALL[:40]), ("some",), None)
    told: list[tuple[int, int]] = []
    alone = run(work, jobs=1)
    assert run(work, jobs=2, progress=lambda done, total: told.append((done, total))).records == alone.records
    assert told[-1] == (40, 40)
    assert len(told) > 2


def test_an_interrupted_survey_takes_finished_chunks_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "_CHUNK", 10_000)
    work = Plan(tuple(SMALL[:30]), ("some",), None)
    stream = survey.stream(work.requests, 1, tmp_path)
    first = next(stream)
    stream.close()
    calls: list[int] = []
    genuine = survey.measure
    monkeypatch.setattr(survey, "measure", lambda requests: calls.append(len(requests)) or genuine(requests))
    again = run(work, jobs=1, cache=tmp_path)
    assert sum(calls) == len(work.requests) - len(first)
    assert again.records == run(work, jobs=1).records


def test_data_come_first_and_keep_over_the_draws() -> None:
    for request in DATA:
        one, other = draw_instance(request, 5), draw_instance(request, 6)
        assert one.inputs is not None
        assert other.inputs is not None
        assert (one.inputs == other.inputs).all()
        assert any((a != b).any() for a, b in zip(one.weights, other.weights, strict=True))
        assert integer_rank(one.sigma) == 2
    zero, one_hot, *_ = (draw_instance(request, 5) for request in DATA)
    assert zero.targets is not None
    assert one_hot.targets is not None
    assert not zero.targets.any()
    assert (one_hot.targets.sum(axis=1) == 1).all()


def test_records_survive_json_and_name_their_command() -> None:
    for record in measure([*MIXED, *DATA]):
        stored = json.loads(json.dumps(record.to_json()))
        assert record_from_json(stored) == record
        assert "-".join(map(str, record.widths)) in record.reproduce


def test_the_command_measures_a_record_again(capsys: pytest.CaptureFixture[str]) -> None:
    record = measure([DATA[2]])[0]
    arguments = record.reproduce.removeprefix("python -m hessproof.proofs_check.surveys.survey ").split()
    assert survey.main(arguments) == 0
    assert record_from_json(json.loads(capsys.readouterr().out)) == record


@pytest.mark.parametrize(
    "arguments", [["2-x"], ["2-2", "--data-rank", "3"], ["2-2", "--targets", "free", "--samples", "1"]]
)
def test_unusable_requests_are_refused_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert survey.main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_plans_are_deterministic_and_complete() -> None:
    quick, standard = plan("quick"), plan("standard")
    assert quick.requests == plan("quick").requests != plan("quick", seed=1).requests
    assert len(set(standard.requests)) == len(standard.requests)
    covered = {(r.widths, r.data_rank, r.residual_rank) for r in standard.requests if r.targets is None}
    assert all((a.widths, r, s) in covered for a in architectures_within(4, 3) for r, s in ranks(a))
    assert max(Architecture(r.widths).parameters for r in standard.requests) > 1500
    assert PROFILES["thorough"].width == 5


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(UnusableRequest, match="profile 'huge'"):
        plan("huge")
