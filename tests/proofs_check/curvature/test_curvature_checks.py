"""Checks about curvature in practice: verdicts, controls, and the networks that they look at."""

from __future__ import annotations

from dataclasses import replace

import flint
import numpy as np
import pytest

from hessproof.numeric.landscape.protocol import STEPS, epochs_for
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.landscape import (
    balance,
    block_bound,
    bulk,
    curved_networks,
    least_loss,
    overlaps,
    small_base,
    tightness,
    top_space,
)
from hessproof.proofs_check.criteria import curvature as criteria
from hessproof.proofs_check.criteria import curvature_bulk
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.evidence import Evidence
from hessproof.proofs_check.model.verdict import Verdict, judge_part

MODULES = (top_space, bulk, small_base, tightness, block_bound, balance, overlaps, least_loss)
EXPECTED = {
    ("kiselev2024.top_space", "average_initial"): Verdict.NOT_REPRODUCED,
    ("kiselev2024.top_space", "average_trained"): Verdict.REPRODUCED,
    ("kiselev2024.top_space", "object_initial"): Verdict.NOT_REPRODUCED,
    ("kiselev2024.top_space", "object_trained"): Verdict.NOT_REPRODUCED,
    ("kiselev2024.top_space", "leading_trained"): Verdict.REPRODUCED,
    ("kiselev2024.top_space", "bulk_initial"): Verdict.REPRODUCED,
    ("kiselev2024.top_space", "bulk_trained"): Verdict.NOT_REPRODUCED,
    ("kiselev2024.small_base", "entries"): Verdict.NOT_REPRODUCED,
    ("kiselev2024.small_base", "hidden"): Verdict.NOT_REPRODUCED,
    ("kiselev2024.small_base", "norms"): Verdict.NOT_REPRODUCED,
    ("kiselev2024.small_base", "estimate"): Verdict.NOT_REPRODUCED,
    ("hessproof.tightness", "sharpest"): Verdict.REPRODUCED,
    ("hessproof.tightness", "gain"): Verdict.REPRODUCED,
    ("hessproof.tightness", "blocks"): Verdict.CORROBORATED,
    ("hessproof.top_space", "balance"): Verdict.CORROBORATED,
    ("hessproof.top_space", "overlap"): Verdict.CORROBORATED,
    ("hessproof.top_space", "sharp"): Verdict.CORROBORATED,
    ("hessproof.small_base", "loss"): Verdict.CORROBORATED,
}
"""Without traces of the routes, which the runner makes, no two of them count as independent."""


@pytest.fixture(scope="module")
def evidence() -> dict[tuple[str, str], list[Evidence]]:
    context, found = Context(Profile.QUICK), dict[tuple[str, str], list[Evidence]]()
    for module in MODULES:
        for check in module.CHECKS:
            found.setdefault((check.claim, check.part), []).append(check.run(context))
    return found


@pytest.mark.long
def test_verdicts_and_controls(evidence: dict[tuple[str, str], list[Evidence]]) -> None:
    verdicts = {key: judge_part(claim(key[0]).part(key[1]), found).verdict for key, found in evidence.items()}
    assert verdicts == EXPECTED
    for key, found in evidence.items():
        assert len(found) >= 2, key
        for one in found:
            assert one.controls, (key, one.check)
            assert all(control.caught for control in one.controls), (key, one.check)
            assert not one.tally.undecided


@pytest.mark.slow
def test_both_routes_see_the_same_numbers(evidence: dict[tuple[str, str], list[Evidence]]) -> None:
    for key in EXPECTED:
        if key[0] in ("hessproof.top_space", "hessproof.small_base") or key[1] == "blocks":
            continue
        one, two = (found.details["criteria"][0]["values"] for found in evidence[key])
        if key[1] in ("object_initial", "object_trained", "leading_trained"):
            assert np.allclose(one, two, atol=0.2)  # Lanczos looks at three of the objects
        elif key[1] == "norms":
            assert all(lower <= value for lower, value in zip(two, one, strict=True))
        else:
            assert np.allclose(one, two, rtol=1e-5)


def test_every_criterion_belongs_to_a_part_and_the_runs_have_new_seeds() -> None:
    sizes = [*criteria.SIZES.values(), *curvature_bulk.SIZES.values()]
    seeds = [seed for size in sizes for seed in size.seeds]
    assert len(set(seeds)) == len(seeds)
    for one in (*criteria.CRITERIA, *curvature_bulk.CRITERIA):
        assert claim(one.claim).part(one.part)
        assert one.why
    assert criteria.criterion(criteria.TOP, "average_trained", "deep").threshold == 0.9


def test_the_schedule_is_that_of_the_source() -> None:
    assert abs(epochs_for(STEPS, 1797) * 29 - 1570) <= 15


@pytest.mark.slow
def test_single_objects_are_looked_at_alike_by_both_routes() -> None:
    one = curved_networks.untrained((4, 5, 5, 10), 3)
    few = replace(one, inputs=one.inputs[:3], targets=one.targets[:3])
    for question in top_space.QUESTIONS:
        assert top_space.by_lanczos(question, few) == pytest.approx(top_space.by_matrices(question, few), abs=1e-4)
    assert small_base.by_lanczos("estimate", few) == pytest.approx(small_base.by_coordinates("estimate", few), rel=1e-3)
    two = tightness.by_coordinates(few), tightness.by_matrices(few)
    assert all(each.holds for each in two)
    for part in ("sharpest", "gain"):
        assert two[0].value(part) == pytest.approx(two[1].value(part))


@pytest.mark.slow
def test_generated_networks_reach_what_matters() -> None:
    groups = list(block_bound.generated(60, 1))
    assert {group.architecture.layers for group in groups} == {1, 2, 3, 4}
    assert {group.architecture.bias for group in groups} == {True, False}
    assert {1, 2, 4} <= {group.architecture.outputs for group in groups}
    assert any(not group.norms.all() for group in groups)
    single = [group for group in groups if group.architecture.layers == 1 and not group.architecture.bias]
    assert all(group.attained == block_bound.OBJECTS for group in single)
    deep = [group for group in groups if group.architecture.layers > 2 and group.norms.all()]
    assert any(group.attained for group in deep)


def test_the_bulk_is_the_same_by_both_routes() -> None:
    one = curved_networks.untrained((4, 5, 5, 10), 3)
    values = [
        bulk.measured("trained", one, parts, leading, 4)
        for parts in (bulk.from_factors, bulk.from_products)
        for leading in (bulk.by_lapack, bulk.by_iteration)
    ]
    assert values == pytest.approx([values[0]] * 4, rel=1e-6)
    assert 0 < values[0] < 1


def test_subspace_iteration_stops_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ROUNDS", 1)
    matrix = np.diag(np.linspace(1.0, 2.0, 40))
    frame = bulk.by_iteration(matrix, 3)
    assert np.allclose(frame.T @ frame, np.eye(3))


def test_a_bound_below_the_norm_is_noticed() -> None:
    one = tightness.by_coordinates(curved_networks.untrained((4, 5, 10), 3))
    assert not replace(one, norms=2 * one.blocks).holds
    assert not replace(one, blocks=2 * one.layers).holds


def test_rationals_bound_the_norm_from_below() -> None:
    one = curved_networks.untrained((4, 5, 5, 10), 3)
    assert small_base.in_rationals("norms", one) <= small_base.in_floats("norms", one)
    tiny = replace(one, weights={"trained": tuple(1e-3 * weight for weight in one.weights["trained"])})
    assert small_base.in_rationals("norms", tiny) < 1


def test_the_generators_reach_what_attains() -> None:
    drawn = list(least_loss.networks(60, 1))
    assert {len(one.weights) for one in drawn} == {1, 2, 3, 4}
    assert sum(least_loss.outcome(one)[1] for one in drawn) >= 30
    assert {one.largest < least_loss.UNIT for one in drawn} == {True, False}
    pairs = [one.exactly() for one in overlaps.rational_pairs(9, 0)]
    assert sum(pair is not None for pair in pairs) == 3
    wrong = next(one for one in overlaps.rational_pairs(3, 0) if one.root is not None)
    assert replace(wrong, outer=2 * wrong.outer).exactly() is None


def test_matrices_whose_eigenvalues_cannot_be_told_apart_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError

    monkeypatch.setattr(overlaps, "enclosed", fail)
    check = next(check for check in overlaps.CHECKS if check.name == "balls" and check.part == "sharp")
    tally = check.run(Context(Profile.QUICK)).tally
    assert (tally.tried, tally.satisfied, tally.held, tally.undecided) == (9, 9, 3, 6)


def test_pairs_of_matrices_are_all_new() -> None:
    pairs = list(overlaps.rational_pairs(120, 0))
    shown = {(str(one.outer), str(one.rest), one.count) for one in pairs}
    assert len(shown) == 120
    assert overlaps.told("sharp", 1, flint.arb(1, 1)) is None
    assert overlaps.told("overlap", flint.arb(0, 1), 1) is None


def test_a_lower_bound_of_a_norm_settles_only_that_it_is_too_large() -> None:
    rule = criteria.criterion(criteria.BASE, "norms", "small")
    for value, found, expected in (
        (small_base.in_rationals, 0.5, None), (small_base.in_rationals, 1.5, False), (small_base.in_floats, 0.5, True),
    ):  # fmt: skip
        assert small_base.outcome("norms", value, rule, found) is expected
    assert small_base.outcome("entries", small_base.in_rationals, rule, 0.5) is True
