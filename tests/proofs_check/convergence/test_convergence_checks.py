"""What is found about Lemma 2 and its steps: verdicts, and counterexamples redone here by other means."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import mpmath
import pytest

from hessproof.proofs_check import verify
from hessproof.proofs_check.checks.convergence import attack, lost_half, minimum, quadratics, witnesses
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.evidence import Counterexample

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


@pytest.mark.slow
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


def test_every_wrong_variant_of_a_repaired_bound_is_refuted_or_implied() -> None:
    for test in attack.TESTS:
        finding = attack.work(test, Context(Profile.QUICK))
        assert finding.tally.failed == finding.tally.undecided == 0
        assert any(control.caught for control in finding.controls)
        assert not [control.description for control in finding.controls if control.by == "not told apart"]


def test_exact_quadratics_notice_every_wrong_equality() -> None:
    for test in quadratics.TESTS:
        finding = quadratics.work(test, Context(Profile.QUICK))
        assert finding.tally.held == finding.tally.tried
        if test.relation == "==":
            assert all(control.caught for control in finding.controls), test.key
