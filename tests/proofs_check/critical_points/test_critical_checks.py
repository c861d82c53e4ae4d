"""What the checks say about Figure 6 and about linear networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.critical_points import laws, linear, runs
from hessproof.proofs_check.criteria import critical_points as criteria
from hessproof.proofs_check.criteria import critical_points_third as third
from hessproof.proofs_check.model.check import Context, Profile, Unavailable
from hessproof.proofs_check.model.verdict import Verdict, held, judge_part
from hessproof.proofs_check.reproduction import figure_index, figure_minimisers
from hessproof.proofs_check.reproduction.run import FigureRequest
from hessproof.proofs_check.reproduction.store import Store
from hessproof.symbolic.two_layer import linear_minimum


def _records(exponent: float, ratio: float, count: int = 150) -> list[runs.Record]:
    """Records that follow a law with ε_c = ½(1 − φ)²."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(count):
        index = int(rng.integers(1, 52))
        energy = 0.5 * (1 - ratio) ** 2 + 0.2 * (index / 51.2) ** (1 / exponent) + 0.002 * rng.standard_normal()
        found.append({"ratio": ratio, "index": index, "parameters": 512, "energy": energy, "scale": 1.0,
                      "indices": [index] * 3, "kind": "certified"})  # fmt: skip
    return found


@pytest.mark.long
@pytest.mark.parametrize(("estimate", "exponents"), [(laws.by_grid, (1.5, 1.0, 2.0)), (laws.by_curve, (1.5, 2.0))])
def test_the_criteria_tell_three_halves_from_other_exponents(estimate: object, exponents: tuple[float, ...]) -> None:
    for exponent in exponents:
        outcome = int(exponent == 1.5)
        found = laws.judge(laws.INDEX, "main", _records(exponent, 0.5), (0.5,), estimate)
        assert (found.tally.held, found.tally.failed) == (outcome, 1 - outcome), exponent
        assert sum(control.caught for control in found.controls) >= 2
        assert found.regions["φ = 1/2"].tried == 1


def test_the_criterion_on_the_critical_energy() -> None:
    found = laws.judge(laws.ENERGY, "tanh", _records(1.5, 0.25), (0.25,), laws.by_grid)
    assert found.tally.held == 1
    assert all(control.caught for control in found.controls)
    linear_law = [{**each, "energy": each["energy"] + 0.09} for each in _records(1.5, 0.25)]
    assert laws.judge(laws.ENERGY, "tanh", linear_law, (0.25,), laws.by_grid).tally.failed == 1


@pytest.mark.parametrize("kind", ["discarded", "nearby", "unclear"])
def test_only_certified_points_count(kind: str) -> None:
    some = [{**each, "kind": kind} for each in _records(1.5, 0.5)]
    assert len(laws.points(some, 0.5)[0]) == 0
    assert laws.judge(laws.INDEX, "main", some, (0.5,), laws.by_grid).tally.undecided == 1
    assert laws.counted(some, 0.5)[kind] == 150


def test_too_few_certified_points_leave_it_undecided() -> None:
    few = _records(1.5, 0.5, third.FEWEST - 1)
    for estimate in (laws.by_grid, laws.by_curve):
        found = laws.judge(laws.INDEX, "main", few, (0.5,), estimate)
        assert (found.tally.undecided, found.controls) == (1, ())


def test_an_interval_that_is_too_wide_does_not_speak() -> None:
    one = criteria.exponent()
    assert third.outcome(one, (1.4, 1.6)) is True
    assert third.outcome(one, (0.5, 1.2)) is third.outcome(one, (1.8, 2.5)) is False
    assert third.outcome(one, (1.0, 1.6)) is third.outcome(one, None) is None


def test_ends_of_long_descents_have_their_own_criterion() -> None:
    ends = [
        {"ratio": ratio, "energy": 0.5 * (1 - ratio) ** 2 + 0.01 * seed, "scale": 1.0, "kind": kind, "index": 0,
         "largest_row": 9.0}
        for ratio in criteria.RATIOS for seed, kind in ((0, "nearby"), (1, "certified"))
    ]  # fmt: skip
    before = laws.judge(laws.ENERGY, "tanh", _records(1.5, 0.25), (0.25,), laws.by_grid)
    found = laws.judge_ends(before, ends)
    assert found.tally.held == before.tally.held + 4
    assert found.regions[laws.ENDS].held == 4
    assert all(control.caught for control in found.controls[len(before.controls) :])
    assert found.details["minimisers"]["φ = 0.5"]["certified minimisers"] == 1
    higher = [{**each, "energy": each["energy"] + 0.2} for each in ends]
    assert laws.judge_ends(before, higher).regions[laws.ENDS].failed == 4


def test_digits_are_described() -> None:
    some = laws.digits(_records(1.5, 0.25, 3))
    assert some["runs"]["certified"] == len(some["points"]) == 3


@pytest.mark.parametrize("profile", [Profile.QUICK, Profile.STANDARD])
def test_smaller_profiles_say_that_they_do_not_run_the_experiment(profile: Profile) -> None:
    for check in laws.CHECKS:
        with pytest.raises(Unavailable, match="thorough"):
            check.run(Context(profile))
    assert runs.prepare_followed(Context(profile)) is None
    assert runs.prepare_library(Context(profile)) is None


def test_runs_are_kept_and_not_made_twice(tmp_path: Path) -> None:
    made = []
    context, tasks = Context(Profile.THOROUGH), [("one", lambda: made.append(1) or {"a": 1})]
    for _ in range(2):
        assert runs.made(tasks, context, Store(tmp_path)) == [{"a": 1}]
    assert made == [1]


def test_finished_runs_are_forgotten_and_unfinished_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(runs, "_followed_tasks", lambda context: {"descent": [("one", dict)]})
    monkeypatch.setattr(runs, "_library_tasks", lambda context: {"library": [("two", dict)]})

    def stopped() -> dict[str, int]:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "_library_tasks", lambda context: {"library": [("two", stopped)]})
    with pytest.raises(KeyboardInterrupt):
        runs.followed(Context(Profile.THOROUGH))
    assert [each.name for each in tmp_path.rglob("*.json")] == ["one.json"]
    monkeypatch.setattr(runs, "_followed_tasks", lambda context: {"descent": [("one", stopped)]})
    monkeypatch.setattr(runs, "_library_tasks", lambda context: {"library": [("two", dict)]})
    context = Context(Profile.THOROUGH)
    assert runs.followed(context)["descent"] == runs.by_library(context) == [{}]
    assert not list(tmp_path.rglob("*.json"))


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert runs.cache() is None


@pytest.mark.long
def test_published_energy_of_linear_networks_is_refuted_and_the_repair_stands() -> None:
    evidence = [check.run(Context(Profile.QUICK)) for check in linear.CHECKS if check.claim == linear.PUBLISHED]
    verdict = judge_part(CLAIMS[linear.PUBLISHED].part("linear"), evidence)
    assert verdict.verdict == Verdict.REFUTED
    assert {each.counterexample.measured for each in evidence if each.counterexample} == {"1/4"}
    for part in ("rank", "full_rank"):
        found = [check.run(Context(Profile.QUICK)) for check in linear.CHECKS
                 if (check.claim, check.part) == (linear.REPAIR, part)]  # fmt: skip
        assert all(held(each) for each in found)
        assert len(found) == 3


@pytest.mark.slow
def test_every_mutant_of_the_derivation_is_rejected() -> None:
    for derivation in (linear_minimum.by_rank(), linear_minimum.by_ratio()):
        assert derivation.check(1).ok
        assert all(mutant.rejection() for mutant in derivation.mutants())


@pytest.mark.long
def test_figures_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(figure_index.RUNS, Profile.QUICK, 4)
    monkeypatch.setattr(figure_index, "RATIOS", (0.5,))
    monkeypatch.setattr(figure_minimisers, "RATIOS", (0.5,))
    monkeypatch.setitem(figure_minimisers.MINIMISERS, Profile.QUICK, 1)
    request, store = FigureRequest(profile=Profile.QUICK), Store()
    wide, small = figure_index.make(request, print, store)
    assert wide.claim == "pennington2017.exp_index"
    assert small.id == "pennington2017-6a-small"
    assert len(wide.numbers().columns) == 9
    assert all(each.filled == each.name.endswith("certified") for each in wide.series)
    only = figure_minimisers.make(request, print, store)[0]
    assert {each.name for each in only.series} >= set(figure_minimisers.CURVES)
    linear_exact = next(each for each in only.series if "exact" in each.name)
    assert linear_exact.y[-1] == 0.25


def test_the_limits_leave_room_for_one_curve_only() -> None:
    for ratio in (0.5, 1 / 3):
        one = criteria.critical(ratio)
        assert one.met((0.5 * (1 - ratio) ** 2 - 0.01, 0.5 * (1 - ratio) ** 2 + 0.01))
        assert not one.met((0.5 * (1 - ratio), 0.5 * (1 - ratio)))
        assert not one.met(None)
