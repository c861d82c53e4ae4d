"""The experiments' checks: criteria, verdicts on made-up curves, controls, and what is missing without features."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from hessproof.numeric.features.files import Features
from hessproof.numeric.landscape.study import Study
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_landscape import SCHEDULES
from hessproof.proofs_check.checks.landscape import exp_features, exp_orders, exp_trained
from hessproof.proofs_check.criteria import landscape as criteria
from hessproof.proofs_check.criteria import landscape_second as second
from hessproof.proofs_check.criteria import landscape_third as third
from hessproof.proofs_check.model.check import Context, Profile, Unavailable
from hessproof.proofs_check.model.evidence import Strength
from hessproof.proofs_check.model.routes import independent
from hessproof.proofs_check.model.verdict import held


def comparisons() -> list[criteria.Comparison]:
    return [
        item
        for profile in Profile
        for _, _, rules in exp_trained.COMPARED
        for item in rules(profile)
    ] + [item for key in ("width", "depth") for item in criteria.features(key)]  # fmt: skip


def test_criteria_name_parts_and_regions_that_exist() -> None:
    names = {region.name for region in SCHEDULES}
    assert names == set(criteria.SCHEDULES)
    for _, _, rule in comparisons():
        part = claim(rule.claim).part(rule.part)
        assert rule.why
        assert len(rule.seeds) >= 5
        assert rule.region in {region.name for region in part.regions} or part.regions[0].name == "everywhere"
    for profile in Profile:
        for _, rule in exp_trained.decay_rules(profile):
            assert claim(rule.claim).part(rule.part)
            assert (rule.low, rule.high) == (-1.1, -0.9)


def test_new_criteria_have_new_seeds() -> None:
    old = {seed for seeds in criteria.SEEDS.values() for seed in seeds} | set(criteria.START_SEEDS)
    new = {*second.LIVE_SEEDS, *second.MANY, *second.FEW, *second.LONG}
    last = {seed for seeds in third.SEEDS.values() for seed in seeds}
    assert not old & new
    assert not (old | new | set(range(6901, 7001))) & last


def test_intervals_decide() -> None:
    rule = criteria.width("ends", criteria.EPOCHS, Profile.QUICK)[0][2]
    assert rule.met([-1.0, -1.2, -0.9, -1.0, -1.1])
    assert not rule.met([-1.0, 1.2, -0.9, 1.0, -1.1])
    assert not rule.met([0.0] * 5)
    assert not rule.met([-1.0, -1.2, math.nan, -1.0, -1.1])
    record = rule.record([-1.0, -1.2, math.nan, -1.0, -1.1])
    assert record["values"][2] is None
    assert record["met"] is False
    assert record["interval"][0] < record["mean"] < record["interval"][1]


class MadeUp(Context):
    """A run in which every network has curves of a given height that fall with a given power."""

    heights: dict[tuple[int, int], float]
    power: float

    def shared(self, name: str, make: object) -> Study:  # type: ignore[override]
        _, hidden, layers, _, first, starts = name.split("-")
        network = int(hidden), int(layers)
        counts = np.arange(1.0, 1797.0)
        factors = self.heights[network] * (1 + 0.01 * np.random.default_rng(int(first)).standard_normal(int(starts)))
        return Study(*network, np.ones((int(starts), 1797)), factors[:, None] * (counts + 1) ** self.power)


def made_up(heights: dict[tuple[int, int], float], power: float = -1.0) -> Context:
    context = MadeUp(Profile.QUICK)
    context.heights, context.power = heights, power
    return context


ALL = dict.fromkeys((*criteria.WIDER, *criteria.DEEPER))
FALLING = {network: 4.0 / network[0] + network[1] for network in ALL}


def run(name: str, part: str, context: Context) -> object:
    return next(check for check in exp_trained.CHECKS if (check.claim, check.part) == (name, part)).run(context)


@pytest.mark.parametrize("name", ["kiselev2024.exp_width", "kiselev2024.exp_depth"])
@pytest.mark.parametrize("part", ["ends", "steps"])
def test_width_and_depth_on_made_up_curves(name: str, part: str) -> None:
    evidence = run(name, part, made_up(FALLING))
    assert held(evidence)
    assert set(evidence.regions) == {criteria.EPOCHS}
    assert all(control.caught for control in evidence.controls)
    reversed_ = run(name, part, made_up({network: 10 - height for network, height in FALLING.items()}))
    assert reversed_.tally.held == 0
    assert reversed_.tally.failed >= 1


@pytest.mark.parametrize(("power", "holds"), [(-1.0, True), (-0.5, False), (-1.5, False)])
def test_decay_on_made_up_curves(power: float, holds: bool) -> None:
    evidence = run("kiselev2024.exp_decay", "rate", made_up(FALLING, power))
    assert held(evidence) is holds
    assert evidence.tally.tried == 9
    if holds:
        assert all(control.caught for control in evidence.controls)


def test_dead_starts_are_left_out_and_counted() -> None:
    assert second.live([-1.0, math.nan, -0.9]) == [-1.0, -0.9]
    rules = exp_trained.decay_rules(Profile.THOROUGH)
    assert {rule.seeds for _, rule in rules if rule.region == criteria.EPOCHS} == {second.LIVE_SEEDS}


def test_repairs_wait_for_profiles_with_more_starts() -> None:
    for name, part, profile in (
        ("hessproof.width_spread", "narrow", Profile.QUICK),
        ("hessproof.deep_spread", "few", Profile.STANDARD),
    ):
        with pytest.raises(Unavailable, match="thorough"):
            run(name, part, Context(profile))


def test_every_schedule_is_trained_as_long_as_it_says() -> None:
    asked: list[str] = []

    class Asked(MadeUp):
        def shared(self, name: str, make: object) -> Study:  # type: ignore[override]
            asked.append(name)
            return super().shared(name, make)

    context = Asked(Profile.THOROUGH)
    context.heights, context.power = FALLING, -1.0
    exp_trained.prepare(context)
    epochs = {int(name.split("-")[4]): int(name.split("-")[3]) for name in asked}
    assert epochs[criteria.START_SEEDS[0]] == 0
    assert epochs[second.LIVE_SEEDS[0]] == epochs[second.MANY[0]] == epochs[third.SEEDS[criteria.EPOCHS][0]] == 10
    assert epochs[second.LONG[0]] == epochs[third.SEEDS[criteria.STEPS][0]] == 54


def test_features_are_asked_for(tmp_path: Path) -> None:
    for check in exp_features.CHECKS:
        with pytest.raises(Unavailable, match="pre-trained encoder"):
            check.run(Context(Profile.QUICK))
    stream = np.random.default_rng(0)
    labels = np.arange(80) % 3
    values = stream.standard_normal((80, 5)) + labels[:, None]
    Features("some", values, labels).save(tmp_path / "features.npz")
    evidence = exp_features.CHECKS[0].run(Context(Profile.QUICK, features=str(tmp_path / "features.npz")))
    assert evidence.tally.tried == 4
    assert evidence.details["criteria"][0]["values"]


@pytest.mark.long
def test_order_checks_hold_by_independent_routes() -> None:
    context = Context(Profile.QUICK)
    routes: dict[tuple[str, str], list[object]] = {}
    for check in exp_orders.CHECKS:
        evidence = check.run(context)
        assert held(evidence), (check.claim, check.part, check.name, evidence.tally)
        routes.setdefault((check.claim, check.part), []).append(evidence)
    for found in routes.values():
        assert len(found) == 2
        assert len({evidence.idea for evidence in found}) == 2
        assert all(evidence.strength in (Strength.PROOF, Strength.CERTIFICATE) for evidence in found)
    assert not independent(*routes["hessproof.order_average", "bounds"])  # modules are traced by the runner alone


@pytest.mark.parametrize("key", list(exp_orders.STATEMENTS))
def test_every_wrong_number_in_a_statement_is_noticed(key: tuple[str, str]) -> None:
    evidence = exp_orders.listed(key)(Context(Profile.QUICK))
    uncaught = [control for control in evidence.controls if not control.caught]
    assert not uncaught
