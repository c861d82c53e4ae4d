"""What is found about Lemma 2 and its steps: verdicts, and counterexamples redone here by other means."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp

from hessproof.proofs_check import verify
from hessproof.proofs_check.checks.convergence import attack, balls, lost_half, minimum, quadratics, witnesses
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.convergence.statement import Statement, statement

EXPECTED = {
    "kiselev2024.difference": {"main": "proved"},
    "kiselev2024.assumption1": {"main": "refuted"},
    "kiselev2024.bounded_loss": {"values": "refuted", "at_minimum": "proved"},
    "kiselev2024.taylor": {"expansion": "proved", "difference": "refuted"},
    "kiselev2024.triangle": {"main": "proved"},
    "kiselev2024.lemma2": {
        "losses": "proved", "hessians": "proved", "curvature": "refuted", "surface": "refuted", "bound": "refuted",
        "bound_everywhere": "refuted",
        "bound_true_hessians": "refuted", "rate": "refuted",
    },
}  # fmt: skip
REPAIRS = ("common_minimum", "loss_range", "taylor_difference", "sample_size")


@pytest.mark.long
def test_every_part_ends_with_its_verdict() -> None:
    names = [*EXPECTED, *(f"hessproof.{name}" for name in REPAIRS)]
    for result in verify(names, profile="quick").results:
        for part in result.parts:
            expected = EXPECTED.get(result.claim, {}).get(part.key, "proved")
            assert part.verdict == expected, (result.claim, part.key, part.why)


def losses(example: Counterexample, weights: list[list[list[str]]]) -> list[mpmath.mpf]:
    """Cross-entropy of the printed objects, from what is printed alone."""
    found = []
    for x, y in zip(example.inputs, example.targets, strict=True):
        values = [mpmath.mpf(Fraction(entry).numerator) / Fraction(entry).denominator for entry in x]
        for number, matrix in enumerate(weights):
            values = [max(value, mpmath.mpf(0)) for value in values] if number else values
            rows = [[mpmath.mpf(Fraction(w).numerator) / Fraction(w).denominator for w in row] for row in matrix]
            values = [mpmath.fsum(w * v for w, v in zip(row, values, strict=True)) for row in rows]
        label = y.index("1")
        found.append(mpmath.log(mpmath.fsum(mpmath.exp(z - values[label]) for z in values)))
    return found


@pytest.mark.parametrize("everywhere", [False, True])
def test_lemma_2_fails_at_the_printed_point(everywhere: bool) -> None:
    with mpmath.workdps(40):
        dead = witnesses.smallest(everywhere)
        example = witnesses.example_of(dead, "", lambda point: witnesses.ball_bound(point, everywhere=everywhere))
        assert example.confirmed_by
        here, there = losses(example, example.reference_weights), losses(example, example.weights)
        assert all(abs(loss - mpmath.log(2)) < 1e-30 for loss in here)
        change = abs((there[0] + there[1]) / 2 - there[0])
        norms = [max(abs(Fraction(row[0])) for row in matrix) for matrix in example.reference_weights]
        square = mpmath.mpf(max(norms).numerator) ** 2 / max(norms).denominator ** 2
        if everywhere:
            two = sum(Fraction(row[0]) ** 2 for row in example.weights[1])
            most = max(two, Fraction(example.weights[0][0][0]) ** 2)
            square = max(square, mpmath.mpf(most.numerator) / most.denominator)
        x = mpmath.mpf(int(example.inputs[0][0]))
        theorem = mpmath.sqrt(2) * (2 * x**2 * square**2 + square * (square**2 - 1) / (square - 1))
        pairs = zip(example.weights, example.reference_weights, strict=True)
        radius = sum(
            (Fraction(a[0]) - Fraction(b[0])) ** 2 for one, two in pairs for a, b in zip(one, two, strict=True)
        )
        assert change > mpmath.log(2) + theorem * radius.numerator / radius.denominator


def test_no_smaller_dead_point_breaks_lemma_2() -> None:
    dead = witnesses.smallest(False)
    for n, a, u in product(range(1, int(1 / dead.epsilon)), range(1, 9), range(1, 9)):
        assert not witnesses.Dead(Fraction(1, n), Fraction(a), Fraction(u), Fraction(1)).breaks()


def test_the_curvature_at_equal_logits_is_a_half_by_two_routes() -> None:
    assert witnesses.mean_hessian_norm() == Fraction(1, 2)
    assert witnesses.second_coefficient()


def test_the_lost_half_by_two_routes() -> None:
    assert lost_half.parabolas().change([Fraction(1)]) == lost_half.squared_error_change(Fraction(1)) == Fraction(1, 4)


def test_assumption_1_by_depth() -> None:
    check = next(check for check in minimum.CHECKS if check.claim == "kiselev2024.assumption1")
    regions = check.run(Context(Profile.QUICK)).regions
    fails = {name for name, tally in regions.items() if tally.failed}
    assert fails == {
        "a last layer with bias", "no bias, L = 1, inputs that are not zero", "no bias, L = 2, inputs on all sides",
    }  # fmt: skip
    assert all(not tally.failed for name, tally in regions.items() if name not in fails)


@pytest.mark.long
def test_every_wrong_variant_of_a_repaired_bound_is_refuted_implied_or_without_a_value() -> None:
    for test in attack.TESTS:
        finding = attack.work(test, Context(Profile.QUICK))
        assert finding.tally.failed == finding.tally.undecided == 0
        assert any(control.caught for control in finding.controls)
        assert not [control.description for control in finding.controls if control.by == "not told apart"]
        for control in finding.controls:
            assert control.caught == (control.by == "a drawn instance")


def test_values_that_are_not_finite_are_neither_larger_nor_violated() -> None:
    left, letters = np.asarray([1.0, 2.0]), {"x": np.asarray([3.0, 4.0])}
    cases: dict[str, attack.Bound] = {
        "no value on 2 points": lambda known: known["x"] * np.nan,
        "no value on 1 points": lambda known: np.where(known["x"] > 3, np.nan, 9.0),
        "a drawn instance": lambda known: np.where(known["x"] > 3, np.nan, 0.5),
        "implied: at least as large everywhere": lambda known: known["x"] + 1,
        "not told apart": lambda known: known["x"] - 0.5,
    }
    for by, other in cases.items():
        found = attack.control("", other, lambda known: known["x"], [(left, letters)])
        assert (found.by, found.caught) == (by, by == "a drawn instance")
    for outside in (np.inf, -np.inf):
        found = attack.control("", lambda known, value=outside: value, lambda known: known["x"], [(left, letters)])  # type: ignore[misc]
        assert (found.by, found.caught) == ("no value on 2 points", False)

    def fails(known: attack.Letters) -> None:
        raise TypeError

    assert attack.control("", fails, lambda known: known["x"], [(left, letters)]).by == "no value on 2 points"


def test_bounds_with_exponentials_that_no_double_holds_have_their_value_and_others_none() -> None:
    x = sp.Symbol("x")
    points = {"x": np.asarray([1.0, 1000.0, 20_000.0])}
    for expression, expected in (
        (sp.log(1 + sp.exp(x)), [np.log(1 + np.e), 1000.0, 20_000.0]), (sp.log(-x), [np.nan] * 3),
        (sp.I * x, [np.nan] * 3), (sp.sqrt(x - 2), [np.nan, np.sqrt(998.0), np.sqrt(19_998.0)]),
    ):  # fmt: skip
        found = attack.compiled(expression, Statement(expression, {"x": x}, ()))(points)
        assert np.allclose(found, expected, rtol=1e-12, equal_nan=True)


def test_balls_without_a_value_do_not_hold() -> None:
    x = sp.Symbol("x")
    stated = Statement(x, {"x": x}, ())
    tried = [(flint.arb(1), {"x": 2}), (flint.arb(1), {"x": 4})]
    for expression, by in (
        (sp.log(-x), "no value on 2 points"), (1 / (x - 2), "a drawn network"), (2 / (x - 2), "no value on 1 points"),
        (x, "holds on all of them"), (sp.cos(x), "no value on 2 points"),
    ):  # fmt: skip
        found = balls.control("", expression, stated, tried)
        assert (found.by, found.caught) == (by, by == "a drawn network")
    wide = [(flint.arb(1, 2), {"x": 2})]
    assert balls.control("", x, stated, wide).by == "not told apart on 1 points"


@pytest.mark.long
def test_exact_quadratics_notice_every_wrong_equality() -> None:
    for test in quadratics.TESTS:
        finding = quadratics.work(test, Context(Profile.QUICK))
        assert finding.tally.held == finding.tally.tried
        if test.relation == "==":
            assert all(control.caught for control in finding.controls), test.key


def test_a_family_on_which_a_variant_divides_by_zero_does_not_catch_it() -> None:
    test = next(test for test in quadratics.TESTS if test.key == "difference")
    found = list(quadratics.instances(test, 0, 4))
    stated = statement(test.key)
    zero = stated.expression / (stated.letters["k"] * 0 + sp.Symbol("zero"))
    letters = {**stated.letters, "zero": sp.Symbol("zero")}
    known = [(growth, h, {**numbers, "zero": Fraction(0)}) for growth, h, numbers in found]
    by = quadratics.control(test, "", zero, replace(stated, letters=letters), known)
    assert (by.caught, by.by) == (False, "no value on 4 of 4 families")
    shown = quadratics.control(test, "", sp.sqrt(stated.letters["k"]), stated, found)
    assert (shown.caught, shown.by) == (False, "no exact value, so that it is not tried")
