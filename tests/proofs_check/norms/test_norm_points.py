"""Small networks by hand: counterexamples of the published bounds, and networks that attain the repaired ones."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from functools import cache

import flint
import numpy as np
import pytest
import sympy as sp

from hessproof.numeric.norms.instance import norm_instance
from hessproof.proofs_check.checks.norms import attained, domain, entries, factors, smallest
from hessproof.proofs_check.checks.norms.closed import closed_form
from hessproof.proofs_check.checks.norms.points import Again, Point
from hessproof.proofs_check.checks.norms.reals import ball
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.evidence import Evidence
from hessproof.proofs_check.model.verdict import held
from hessproof.proofs_check.searches.norm_smallest import (
    Grid,
    architectures,
    derivatives_of,
    forward,
    grid,
    hessians,
    ordered,
    rationals,
    smooth,
)

SEARCHED = {check.claim + "/" + check.part + "/" + check.name: check for check in smallest.CHECKS}


@cache
def searched(key: str) -> Evidence:
    return SEARCHED[key].run(Context(Profile.QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("key", SEARCHED)
def test_every_counterexample_is_confirmed_and_the_repairs_hold_there(key: str) -> None:
    evidence = searched(key)
    assert evidence.counterexample is not None
    assert evidence.counterexample.confirmed_by
    assert all(control.caught for control in evidence.controls)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "widths", "weights", "inputs", "predicted", "measured"),
    [
        ("kiselev2024.thm1/g_term/smallest network", [1, 2], [[["0"], ["0"]]], [["1"]], "0", "1/2"),
        (
            "kiselev2024.lemma1/bound/smallest network", [1, 1, 2], [[["1/3"]], [["0"], ["0"]]], [["3"]],
            "28*sqrt(2)/81 = 0.488864", "1/2",
        ),
        (
            "kiselev2024.thm1/hessian/smallest network with M_W² ≥ 1/(2√2)", [1, 1, 2],
            [[["1/2"]], [["1/2"], ["-1/3"]]], [["1"]], "325*sqrt(2)/432 = 1.06393", "1.13670743846",
        ),
    ],
)  # fmt: skip
def test_the_smallest_networks_are_these(
    key: str, widths: list[int], weights: object, inputs: object, predicted: str, measured: str
) -> None:
    found = searched(key).counterexample
    assert found is not None
    assert (found.widths, found.weights, found.inputs) == (widths, weights, inputs)
    assert (found.predicted, found.measured) == (predicted, measured)


def test_lemma_one_by_hand() -> None:
    """W^1 = 1/3, W^2 = 0, x = 3: x^2 = 1, p = (½, ½), G-term ½ vv⊤ with v = (1, −1)/√2; hM = 1/3, M_x = 3."""
    bound = math.sqrt(2) * (2 * 9 * Fraction(1, 3) ** 4 + Fraction(1, 9) + Fraction(1, 81))
    assert bound == pytest.approx(28 * math.sqrt(2) / 81)
    assert bound < 0.5


def test_lemma_one_fails_with_large_entries_and_more_inputs_than_neurons() -> None:
    point = Point(norm_instance([[[1] * 6], [[0], [0]]], [2] * 6, 0))
    assert point.equals("gauss_newton", Fraction(72))
    assert closed_form("lemma1", point.instance) == 50 * sp.sqrt(2)
    assert point.exceeds("gauss_newton", "lemma1")


def test_the_hessian_beyond_the_border_by_hand() -> None:
    """1-1-2 with W^1 = 1/2, W^2 = (1/2, −1/3), x = 1, label 2, assembled from its formula in floats."""
    w, v = 0.5, np.asarray([0.5, -1 / 3])
    p = np.exp(w * v) / np.exp(w * v).sum()
    residual = p - [0, 1]
    jacobian = np.column_stack([v, w * np.eye(2)])
    whole = jacobian.T @ (np.diag(p) - np.outer(p, p)) @ jacobian
    whole[0, 1:] += residual
    whole[1:, 0] += residual
    square = 13 / 36
    bound = math.sqrt(2) * (2 * square**2 + square + square**2)
    assert np.abs(np.linalg.eigvalsh(whole)).max() == pytest.approx(1.13670743846)
    assert bound == pytest.approx(325 * math.sqrt(2) / 432)
    assert square >= 1 / (2 * math.sqrt(2))


@pytest.mark.long
@pytest.mark.parametrize("module", [attained, factors, domain], ids=lambda module: module.__name__.rpartition(".")[2])
def test_repaired_statements_hold_at_the_networks_that_decide(module: object) -> None:
    for check in module.CHECKS:  # type: ignore[attr-defined]
        evidence = check.run(Context(Profile.QUICK))
        assert held(evidence), (check.claim, check.part, check.name, evidence.tally)


@pytest.mark.slow
@pytest.mark.parametrize("check", entries.CHECKS, ids=lambda check: f"{check.part}/{check.name}")
def test_lemma_one_falls_where_it_does(check: object) -> None:
    evidence = check.run(Context(Profile.QUICK))  # type: ignore[attr-defined]
    assert any(control.caught for control in evidence.controls)
    if evidence.part in ("frobenius", "square"):
        assert held(evidence)
    else:
        assert evidence.counterexample is not None
        assert evidence.counterexample.confirmed_by


def test_both_routes_give_the_same_norms_and_softmax() -> None:
    one = norm_instance([[[1, "1/2"], [-1, 1]], [[1, 2], ["-1/3", 1], [0, 1]]], [1, 2], 2)
    first, second = Point(one), Again(one)
    for quantity in ("gauss_newton", "functional", "hessian"):
        assert first.measured(quantity).overlaps(second.measured(quantity))
    assert first.measured("layer_derivative", 1).overlaps(second.measured("layer_derivative", 1))
    for letter in ("norm_A", "norm_delta", "M_W", "norm_x"):
        assert first.values[letter].ball.overlaps(second.values[letter].ball)


def test_equality_is_not_claimed_for_a_bound_that_is_larger() -> None:
    equality = attained.EQUALITIES["hessproof.hessian_norm", "attained"]
    instance = norm_instance([[[1]], [[1], [-1]]], [1], 0)  # correctly classified: G-term and H-term disagree
    assert not equality.holds(Point(instance), None)
    assert equality.holds(Point(norm_instance([[[1]], [[1], [-1]]], [1], 1)), None)


class Overlapping(Point):
    """A point whose norm is known to be at least zero and no more than 10^9."""

    def measured(self, quantity: str, number: int | None = None) -> object:
        return flint.arb(0).union(flint.arb(10**9))


def test_overlapping_balls_decide_nothing_about_the_borders(monkeypatch: pytest.MonkeyPatch) -> None:
    trials = list(domain.g_term_trials(Profile.QUICK))
    assert {domain.agrees(trial, "borders") for trial in trials} == {True}
    monkeypatch.setitem(domain.ROUTES, "borders", (Overlapping, "overlapping"))
    for trial in trials[:2]:
        assert domain.agrees(trial, "borders") is None
        assert domain.agrees(replace(trial, fails=not trial.fails), "borders") is None
    assert not domain.noticed(domain.VARIANTS["hessproof.hessian_norm", "below"][0], "borders", Profile.QUICK).caught


@pytest.mark.parametrize("key", domain.VARIANTS)
@pytest.mark.parametrize("route", domain.ROUTES)
def test_wrong_borders_are_noticed(key: tuple[str, str], route: str) -> None:
    assert set(domain.VARIANTS) == set(domain.TRIALS)
    assert all(domain.noticed(variant, route, Profile.QUICK).caught for variant in domain.VARIANTS[key])


def test_too_few_digits_leave_an_equality_open() -> None:
    rough = flint.arb(1).union(flint.arb(2))
    assert factors.agree(rough, flint.arb(1)) is None
    assert factors.agree(rough, flint.arb(3)) is False
    assert factors.agree(flint.arb(3), flint.arb(3)) is True
    assert factors.together([True, None]) is None
    assert factors.together([None, False, True]) is False
    assert factors.together([True, True]) is True


def test_live_networks_have_blocks_other_than_zero_and_dead_ones_are_kept() -> None:
    found = list(factors.networks("hessproof.h_term_norm", "blocks", 12, 1))
    alive = [instance for instance in found if factors.live(instance)]
    assert len(alive) == 12
    assert len(found) == 14
    for instance in found:
        sides = list(factors.blocks(Point(instance)))
        off_diagonal = len(sides) - len(instance.weights)
        counted = sum(bool(one > 0) and bool(two > 0) for one, two in sides)
        assert counted == off_diagonal if factors.live(instance) else counted < off_diagonal


def test_both_routes_to_the_frobenius_norm_agree_at_and_beside_the_bound() -> None:
    for matrix in (*entries.drawn(10, 3, True), *entries.listed(Profile.QUICK, True)):
        size = entries.frobenius(matrix)
        for by_definiteness in (True, False):
            assert entries.frobenius_at_most(matrix, size, by_definiteness)
            assert not size or not entries.frobenius_at_most(matrix, size * Fraction(999, 1000), by_definiteness)


def test_closed_forms_agree_with_balls() -> None:
    one = norm_instance([[[1, 1], [0, "1/2"]], [[1, 0], [2, 1]]], [1, 2], 0)
    for key in ("thm1", "lemma1", "g_term", "entries", "entries_equal"):
        assert abs(float(closed_form(key, one)) - float(Point(one).bound(key).mid())) < 1e-9


def test_the_search_goes_through_networks_in_the_stated_order() -> None:
    assert list(architectures(4)) == [(1, 2), (1, 3), (1, 1, 2), (1, 4), (2, 2), (1, 1, 3), (2, 1, 2), (1, 1, 1, 2)]
    assert [str(one) for one in rationals(1)] == ["0", "1", "-1"]
    found = grid((1, 2), 2)
    everything = np.ones(len(found.labels), dtype=bool)
    first = found.instance(ordered(found, everything)[0])
    assert [weight.tolist() for weight in first.weights] == [[[0], [0]]]
    assert first.inputs.tolist() == [1]


def test_the_floats_of_the_search_agree_with_exact_matrices() -> None:
    found = grid((1, 1, 1, 2), 1)
    rows = np.random.default_rng(2).choice(len(found.labels), size=12, replace=False)
    some = Grid(found.widths, 1, found.entries[rows], found.labels[rows])
    outer, whole = hessians(some)
    for place in range(len(rows)):
        matrices = Point(some.instance(place)).matrices
        for values, name in ((outer, "gauss_newton"), (whole, "hessian")):
            exact = np.asarray([[float(ball(entry).mid()) for entry in row] for row in matrices[name]])
            assert np.allclose(values[place], exact)
    assert len(derivatives_of(some)) == 3
    assert len(forward(some)[0]) == 3
    assert smooth(some).shape == (12,)
