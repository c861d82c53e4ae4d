"""The checks about the softmax, the Jacobian and the gates: verdicts, power of the generators, negative controls."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_gates import KINKS
from hessproof.proofs_check.checks.softmax import kinks, points, proofs, scalar
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.evidence import Evidence
from hessproof.proofs_check.model.routes import independent
from hessproof.proofs_check.model.verdict import Verdict, judge_part
from hessproof.proofs_check.trace import executed_modules

CONTEXT = Context(Profile.QUICK)
EXPECTED = {
    ("kiselev2024.split", "main"): Verdict.PROVED,
    ("kiselev2024.softmax", "main"): Verdict.PROVED,
    ("kiselev2024.jacobian", "chain"): Verdict.REFUTED,
    ("kiselev2024.jacobian", "stack"): Verdict.REFUTED,
    ("kiselev2024.jacobian", "g_term"): Verdict.REFUTED,
    ("kiselev2024.thm1.a", "main"): Verdict.PROVED,
    **{("hessproof.softmax_norm", part.key): Verdict.PROVED for part in claim("hessproof.softmax_norm").parts},
    ("hessproof.h_term_blocks", "blocks"): Verdict.PROVED,
    ("hessproof.gates", "closed"): Verdict.PROVED,
    ("hessproof.gates", "open"): Verdict.PROVED,
}
ALL = (*proofs.CHECKS, *scalar.CHECKS, *points.CHECKS, *kinks.CHECKS)


@pytest.fixture(scope="module")
def evidence() -> dict[tuple[str, str], list[Evidence]]:
    """One quick run of every check, with the modules of its demonstration."""
    modules: dict[object, list[str]] = {}
    found: dict[tuple[str, str], list[Evidence]] = {}
    for check in ALL:
        if check.demonstrate not in modules:
            modules[check.demonstrate] = executed_modules(check.demonstrate)
        one = check.run(CONTEXT).model_copy(update={"modules": modules[check.demonstrate]})
        found.setdefault((check.claim, check.part), []).append(one)
    return found


@pytest.mark.long
@pytest.mark.parametrize(("name", "key"), EXPECTED)
def test_each_part_ends_as_expected(
    evidence: dict[tuple[str, str], list[Evidence]], name: str, key: str
) -> None:  # fmt: skip
    judgement = judge_part(claim(name).part(key), evidence[name, key])
    assert judgement.verdict == EXPECTED[name, key], judgement.why


@pytest.mark.slow
def test_every_part_has_two_independent_routes(evidence: dict[tuple[str, str], list[Evidence]]) -> None:
    assert set(evidence) == set(EXPECTED)
    assert (
        claim("hessproof.h_term_blocks").part("blocks").in_domain(scalar.case_of(next(scalar.networks(Profile.QUICK))))
    )
    for routes in evidence.values():
        assert any(independent(one, two) for one in routes for two in routes)
        assert all(any(control.caught for control in one.controls) for one in routes)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["chain", "stack", "g_term"])
def test_the_jacobian_holds_off_the_kinks_and_the_counterexample_lies_on_one(
    evidence: dict[tuple[str, str], list[Evidence]], key: str
) -> None:
    part = claim("kiselev2024.jacobian").part(key)
    judgement = judge_part(part, evidence["kiselev2024.jacobian", key])
    assert KINKS[0].name in judgement.holds_on
    assert KINKS[3].name in judgement.fails_on
    shown = next(one.counterexample for one in evidence["kiselev2024.jacobian", key] if one.counterexample)
    assert shown.confirmed_by
    assert shown.measured == "0"
    assert shown.predicted == {"chain": "1", "stack": "1", "g_term": "1/4"}[key]
    assert shown.widths == ([1, 1, 1, 2] if key == "g_term" else [1, 1, 1, 1])
    assert shown.weights[0] == [["0"]]


def test_points_reach_every_region_with_and_without_derivative() -> None:
    part = claim("hessproof.gates").part("closed")
    seen = Counter((part.region_of(one.case), one.differentiable) for one in kinks.every(CONTEXT)[0])
    for region in KINKS:
        assert seen[region.name, True] >= 10
        assert region is KINKS[0] or seen[region.name, False] >= 10


def test_drawn_probabilities_reach_zeros_ties_and_extremes() -> None:
    rows = points.drawn(CONTEXT)
    assert set(rows) == set(range(1, 7))
    for outputs, found in rows.items():
        if outputs > 1:
            assert (found == 0).any()
            assert (np.sort(found, axis=1)[:, -1] == np.sort(found, axis=1)[:, -2]).any()
            assert (2 * found.max(axis=1) >= found.sum(axis=1)).any()
        if outputs > 2:
            assert (2 * found.max(axis=1) < found.sum(axis=1)).any()


def test_smaller_constants_are_refuted_and_larger_ones_are_not_counted() -> None:
    for name, key in (("hessproof.softmax_norm", "discs"), ("hessproof.softmax_norm", "confidence")):
        controls = list(points.PARTS[name, key][1]())
        assert len(controls) > 9
        assert all(control.caught for control in controls)
    survivors = [one for one in points.PARTS["kiselev2024.thm1.a", "main"][1]() if not one.caught]
    assert survivors
    assert all("not sharp" in one.by for one in survivors)


def test_the_bound_over_a_ball_is_exact_for_equal_outputs_and_never_above_one_half() -> None:
    assert points._ball_bound([7, 7, 7, 7]) == Fraction(1, 4)
    assert points._ball_bound([9, 1]) == Fraction(1, 2)
    assert Fraction(1, 3) < points._ball_bound([3, 2, 2]) < Fraction(1, 2)
    assert points._ball_bound([3, 2, 2], 0) < points._ball_bound([3, 2, 2])


def test_profiles_grow_and_repeat_themselves() -> None:
    sizes = [len(scalar.shapes(profile)) for profile in Profile]
    assert sizes == sorted(sizes)
    first, again = (points.drawn(CONTEXT, 2, 5) for _ in range(2))
    assert all((first[outputs] == again[outputs]).all() for outputs in first)
