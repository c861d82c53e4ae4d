"""Exact and enclosed losses of drawn networks, and whether the drawings reach what they must."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import flint
import mpmath
import numpy as np
import sympy as sp

from hessproof.numeric.landscape import ball_networks, batches, known_spectrum
from hessproof.numeric.landscape.ball_losses import change, forward, label_loss, losses, one_hot, precision, soft_loss
from hessproof.numeric.landscape.formula_values import ball_value, fraction_value
from hessproof.numeric.landscape.logistic import fitted
from hessproof.numeric.landscape.rays import derivative, fitted_ray, on_kink, shares, vanishing
from hessproof.numeric.landscape.two_classes import Dead, logit_difference
from hessproof.numeric.network.forward import network_loss
from hessproof.symbolic.architecture import Architecture

POINTS = [ball_networks.drawn(5, number) for number in range(120)]


def as_floats(matrices: object) -> list[np.ndarray]:
    return [np.asarray([[float(entry) for entry in row] for row in matrix]) for matrix in matrices]  # type: ignore[attr-defined]


def test_enclosed_losses_are_those_of_the_floating_network() -> None:
    for point in POINTS[:40]:
        architecture = Architecture(point.widths, activation="relu", loss="cross-entropy")
        inputs = np.asarray([[float(entry) for entry in x] for x in point.sample.inputs])
        targets = np.eye(point.widths[-1])[list(point.sample.labels)]
        with precision():
            mine = [float(value) for value in losses(point.weights, point.sample)]
        theirs = network_loss(architecture, as_floats(point.weights), inputs, targets)
        assert math.isclose(sum(mine) / len(mine), theirs, rel_tol=1e-9, abs_tol=1e-12)


def test_norms_are_what_they_are_said_to_be() -> None:
    for number, point in enumerate(POINTS[:60]):
        measured = [np.linalg.norm(matrix, 2) for matrix in as_floats(point.weights)]
        for one, two in zip(measured, point.norms, strict=True):
            assert one <= float(two) * (1 + 1e-9)
            assert number % 6 == 3 or math.isclose(one, float(two), rel_tol=1e-9, abs_tol=1e-12)


def test_the_drawing_of_networks_reaches_every_kind() -> None:
    norms = [max(point.norms) for point in POINTS]
    assert min(norms) < 1 < max(norms)
    assert any(norm == 1 for norm in norms)
    assert {len(point.weights) for point in POINTS} == {1, 2, 3, 4}
    assert {point.widths[-1] for point in POINTS} == {2, 3, 4}
    assert any(point.widths[0] > point.widths[1] for point in POINTS if len(point.weights) > 1)
    assert any(point.widths[0] < point.widths[1] for point in POINTS if len(point.weights) > 1)
    features = [[any(forward(point.weights, x)[0]) for x in point.sample.inputs] for point in POINTS]
    assert any(all(row) for row in features)
    assert any(not any(row) for row in features)
    assert any(any(row) and not all(row) for row in features)
    assert any(point.squared_radius == 0 for point in POINTS)
    assert any(point.squared_radius > 1 for point in POINTS)


def test_the_drawing_of_quadratics_reaches_every_kind() -> None:
    drawn = [known_spectrum.drawn(3, number, critical=number % 2 == 0) for number in range(80)]
    assert {growth.k for growth in drawn} == {1, 2, 3, 4, 5}
    assert {len(growth.basis) for growth in drawn} == {1, 2, 3, 4}
    for growth in drawn:
        h = growth.worst()
        assert known_spectrum.dot(h, h) == 1
        means = growth.means(h)
        assert abs(means["q_new"] - means["q_old"]) == growth.gap
        measured = max(np.linalg.norm(as_floats([each.hessian])[0], 2) - float(each.norm) for each in growth.objects)
        assert abs(measured) < 1e-9


def test_batches_reach_norms_on_both_sides_of_one_and_the_edge_of_the_bound() -> None:
    batch = batches.drawn(np.random.default_rng(0), (2, 3, 2), 2, 300)
    assert np.min(batch.weight_norm) < 0.3
    assert np.max(batch.weight_norm) > 1.5
    rho = batch.input_norm * batch.moved_norm**2
    share = 3 * batch.change / (math.sqrt(2) * rho)
    assert np.max(share) <= 1 + 1e-12
    assert np.all(abs(share[::3] - 1) < 1e-9)


def test_formulas_have_the_same_value_in_fractions_balls_and_sympy() -> None:
    x, y = sp.symbols("x y", positive=True)
    formula = abs(x - 2 * y) ** 3 / (x + y) + sp.Rational(1, 3)
    numbers = {"x": Fraction(1, 2), "y": Fraction(5, 7)}
    letters = {"x": x, "y": y}
    exact = formula.subs({x: sp.Rational(1, 2), y: sp.Rational(5, 7)})
    assert fraction_value(formula, letters, numbers) == Fraction(int(exact.p), int(exact.q))
    transcendental = sp.log(1 + (x - 1) * sp.exp(sp.sqrt(2) * y)) + x**y + x ** (sp.Rational(-1, 2))
    with precision():
        found = ball_value(transcendental, letters, {"x": Fraction(3), "y": Fraction(5, 7)})
    assert math.isclose(float(found), float(transcendental.subs({x: 3, y: sp.Rational(5, 7)})), rel_tol=1e-12)


def test_newton_finds_the_logarithm_of_the_odds() -> None:
    found = fitted(((2,),), ((3, 1),))
    with mpmath.workdps(40):
        entropy = -(3 * mpmath.log(mpmath.mpf(3) / 4) + mpmath.log(mpmath.mpf(1) / 4)) / 4
        assert abs(found.loss - entropy) < mpmath.mpf(10) ** -35
        assert abs(found.gradient) < mpmath.mpf(10) ** -35


def test_soft_and_hard_losses_agree_on_labels() -> None:
    logits = [Fraction(1, 2), Fraction(-3), Fraction(2)]
    with precision():
        for label in range(3):
            assert label_loss(logits, label).overlaps(soft_loss(logits, one_hot(label, 3)))


def test_directional_derivatives_and_kinks() -> None:
    weights = [[[Fraction(1)], [Fraction(-1)]], [[Fraction(2), Fraction(3)]]]
    along = [[[Fraction(1)], [Fraction(1)]], [[Fraction(0), Fraction(5)]]]
    assert derivative(weights, along, [Fraction(2)]) == ([4], [4])
    assert on_kink(weights, [Fraction(0)])
    assert not on_kink(weights, [Fraction(2)])


def test_the_remainder_vanishes_for_the_half_only() -> None:
    with precision(300):
        rays = (fitted_ray(ball_networks.drawn(1, number), random.Random(0)) for number in range(1, 40, 3))
        ray = next(ray for ray in rays if ray is not None and ray.form() > 0)
        right, wrong = (shares(ray, factor, (12, 16, 20, 24)) for factor in (Fraction(1, 2), Fraction(1)))
        assert vanishing(right)
        assert not vanishing(wrong)


def test_a_dead_point_changes_the_loss_by_half_the_difference_of_logits() -> None:
    dead = Dead(Fraction(1, 3), Fraction(2), Fraction(2), Fraction(1))
    there = [[[dead.first]], [[dead.second], [-dead.second]]]
    assert dead.change == logit_difference(there, dead.x) / 2 == 4
    sample = ball_networks.Sample(((dead.x,), (dead.x,)), (1, 0))
    with precision():
        assert abs(abs(change(there, sample)) - 4) < flint.arb(10) ** -40
