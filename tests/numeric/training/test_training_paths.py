"""Initialisations, trajectories, exact series and dyadic instances: each against something that is known."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.reference import reference_hessian
from hessproof.numeric.training.descent import extended_descent, gradient_descent, sample_gradient
from hessproof.numeric.training.dyadic import as_dyadic, dyadic_instance, float_rank
from hessproof.numeric.training.exact_balanced import rational_balanced
from hessproof.numeric.training.flow import extended_flow, gradient_flow
from hessproof.numeric.training.initialisation import SCHEMES, balanced_parameters, initial_parameters
from hessproof.numeric.training.problem import LinearProblem, chained
from hessproof.numeric.training.runge_kutta import difference_hessian, fixed_step_flow
from hessproof.numeric.training.series import flow_series, product, rational, transposed
from hessproof.numeric.training.teacher import linear_teacher
from hessproof.numeric.training.trajectory import Trajectory, continued
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

SMALL = Architecture((3, 4, 2))
VARIANCES = {
    "glorot-normal": lambda rows, columns: 2 / (rows + columns),
    "glorot-uniform": lambda rows, columns: 2 / (rows + columns),
    "he-normal": lambda rows, columns: 2 / columns,
    "he-uniform": lambda rows, columns: 2 / columns,
    "uniform": lambda rows, columns: 1 / (3 * columns),
    "orthogonal": lambda rows, columns: 1 / max(rows, columns),
}


@pytest.mark.parametrize("scheme", VARIANCES)
def test_variances_are_those_of_the_scheme(scheme: str) -> None:
    for matrix in initial_parameters(Architecture((120, 80, 100)), scheme, seed=5):
        expected = VARIANCES[scheme](*matrix.shape)
        assert abs(float(matrix.var()) / expected - 1) < 0.06
        assert abs(float(matrix.mean())) < 5 * math.sqrt(expected / matrix.size)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_seed_decides_and_shapes_fit(scheme: str) -> None:
    one, two, other = (initial_parameters(SMALL, scheme, seed) for seed in (3, 3, 4))
    assert [matrix.shape for matrix in one] == list(SMALL.weight_shapes)
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert any((a != b).any() for a, b in zip(one, other, strict=True))


def test_biases_are_zero_unless_asked_for() -> None:
    biased = Architecture((3, 4, 2), bias=True)
    assert all((m[:, -1] == 0).all() for m in initial_parameters(biased, "glorot-normal"))
    assert all((m[:, -1] != 0).all() for m in initial_parameters(biased, "uniform"))
    assert all((m[:, -1] != 0).all() for m in initial_parameters(biased, "he-normal", bias_scale=0.5))


@pytest.mark.parametrize("widths", [(3, 5, 2), (2, 2, 2, 2), (4, 1, 3)])
def test_balanced_weights_are_balanced_and_of_one_rank(widths: tuple[int, ...]) -> None:
    for rank in range(min(widths) + 1):
        weights = balanced_parameters(Architecture(widths), seed=1, rank=rank)
        exact = rational_balanced(Architecture(widths), rank, seed=1)
        assert {np.linalg.matrix_rank(matrix) for matrix in weights} == {rank}
        assert {exact_rank(matrix).value for matrix in exact} == {rank}
        for lower, upper in pairwise(weights):
            assert np.allclose(upper.T @ upper, lower @ lower.T)
        for one, two in pairwise(exact):
            a, b = rational(one), rational(two)
            assert b.transpose() * b == a * a.transpose()


@pytest.mark.parametrize(
    "request_",
    [
        lambda: initial_parameters(SMALL, "xavier"),
        lambda: initial_parameters(SMALL, seed=-1),
        lambda: initial_parameters(SMALL, bias_scale=float("nan")),
        lambda: initial_parameters(Architecture((2, 2), bias=True), "balanced"),
        lambda: balanced_parameters(SMALL, rank=3),
        lambda: rational_balanced(SMALL, 3),
        lambda: linear_teacher(SMALL, rank=3),
        lambda: LinearProblem(Architecture((2, 2), bias=True), np.eye(2), np.eye(2)),
        lambda: LinearProblem(Architecture((2, 2)), np.eye(3), np.eye(2)),
        lambda: gradient_flow(lambda w: w, [np.eye(1)], [1.0, 1.0]),
        lambda: gradient_flow(lambda w: w, [np.eye(1)], []),
        lambda: gradient_flow(lambda w: w, [np.eye(1)], [0.0, 1.0], rate=0.0),
        lambda: gradient_flow(lambda w: [-(w[0] ** 2)], [np.eye(1)], [0.0, 2.0]),
        lambda: gradient_descent(lambda w: w, [np.eye(1)], [0, 1], rate=-1.0),
        lambda: gradient_descent(lambda w: [w[0] ** 9], [np.eye(1) * 9], [0, 20], rate=1.0),
        lambda: fixed_step_flow(lambda w: w, [np.eye(1)], 0.0, 0.1),
        lambda: fixed_step_flow(lambda w: [100 * w[0]], [np.eye(1)], 200.0, 1.0),
        lambda: Trajectory.from_json("[1]"),
        lambda: Trajectory.from_json("{}"),
        lambda: as_dyadic(np.array([[np.inf]])),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(request_: object) -> None:
    with pytest.raises(UnusableRequest) as caught:
        request_()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def problem(seed: int = 0) -> tuple[LinearProblem, tuple[np.ndarray, ...]]:
    sigma, cross = linear_teacher(SMALL, seed=seed)
    return LinearProblem(SMALL, sigma, cross), initial_parameters(SMALL, "glorot-normal", seed)


def test_the_gradient_is_that_of_the_loss() -> None:
    one, weights = problem(2)
    found = one.gradient(weights)
    for layer, matrix in enumerate(weights):
        for place in np.ndindex(matrix.shape):
            moved = [m.astype(complex) for m in weights]
            moved[layer][place] += 1e-30j
            map_ = moved[0]
            for factor in moved[1:]:
                map_ = factor @ map_
            loss = 0.5 * np.sum((map_ @ one.sigma) * map_) - np.sum(map_ * one.cross)
            assert abs(loss.imag / 1e-30 - found[layer][place]) < 1e-12


def test_gradients_over_samples_and_by_moments_agree() -> None:
    stream = np.random.default_rng(1)
    x, y = stream.standard_normal((7, 3)), stream.standard_normal((7, 2))
    weights = initial_parameters(SMALL, seed=4)
    by_moments = LinearProblem(SMALL, x.T @ x / 7, y.T @ x / 7).gradient(weights)
    assert all(np.allclose(a, b) for a, b in zip(by_moments, sample_gradient(x, y)(weights), strict=True))


def test_the_teacher_fits_and_has_its_rank() -> None:
    stream = np.random.default_rng(0)
    root = stream.standard_normal((3, 3))
    sigma, cross = linear_teacher(SMALL, root @ root.T, seed=1, rank=1)
    assert np.linalg.matrix_rank(cross) == 1
    assert np.allclose(sigma, root @ root.T)


def test_flows_by_three_ways_agree() -> None:
    one, weights = problem(5)
    time, order = 0.05, 10
    adaptive = gradient_flow(one.gradient, weights, [0.0, time]).states[-1]
    fixed = fixed_step_flow(one.gradient, weights, time, 0.005)
    series = flow_series([w.tolist() for w in weights], one.sigma.tolist(), one.cross.tolist(), order)
    for layer, coefficients in enumerate(series):
        total = np.zeros(weights[layer].shape)
        for power, matrix in enumerate(coefficients):
            total += np.array([[int(x.p) / int(x.q) for x in row] for row in matrix.tolist()]) * time**power
        assert np.allclose(adaptive[layer], fixed[layer], atol=1e-9)
        assert np.allclose(adaptive[layer], total, atol=1e-7)


def test_a_run_goes_on_where_it_was_saved() -> None:
    one, weights = problem(6)
    whole = gradient_flow(one.gradient, weights, [0.0, 1.0, 2.0], relative=1e-10)
    part = Trajectory.from_json(gradient_flow(one.gradient, weights, [0.0, 1.0], relative=1e-10).to_json())
    resumed = extended_flow(part, one.gradient, [2.0])
    assert resumed.times == whole.times
    assert resumed.evaluations > part.evaluations
    assert all(np.allclose(a, b, atol=1e-8) for a, b in zip(resumed.states[-1], whole.states[-1], strict=True))
    steps = gradient_descent(one.gradient, weights, [0, 5, 9], rate=0.1)
    later = extended_descent(gradient_descent(one.gradient, weights, [0, 5], rate=0.1), one.gradient, [9])
    assert all((a == b).all() for a, b in zip(steps.states[-1], later.states[-1], strict=True))
    assert [time for time, _ in later] == [0.0, 5.0, 9.0]
    with pytest.raises(UnusableRequest):
        continued(steps, whole)


def test_training_ends_at_the_teacher() -> None:
    one, weights = problem(7)
    end = gradient_flow(one.gradient, weights, [0.0, 400.0], relative=1e-8).states[-1]
    assert np.allclose(chained(end) @ one.sigma, one.cross, atol=1e-4)
    assert one.excess(end) < one.excess(weights)


def test_differences_give_the_hessian_of_the_definition() -> None:
    one, weights = problem(8)
    instance = dyadic_instance(SMALL, weights, one.sigma, one.cross)
    exact = reference_hessian(instance, "loss")
    scales = [as_dyadic(w)[1] for w in weights]
    entries = [scale for scale, w in zip(scales, weights, strict=True) for _ in range(w.size)]
    unit = scales[0] ** 2 * scales[1] ** 2 * as_dyadic(np.vstack([one.sigma, one.cross]))[1]
    found = [
        [float(Fraction(int(x) * a * b, unit)) for x, b in zip(row, entries, strict=True)]
        for row, a in zip(exact, entries, strict=True)
    ]
    assert np.allclose(found, difference_hessian(one.gradient, weights), atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_floats_are_read_exactly(seed: int) -> None:
    stream = np.random.default_rng(seed)
    matrix = stream.standard_normal((3, 4)) * 10.0 ** stream.integers(-200, 200, (3, 4))
    matrix[0, 0] = 0.0
    entries, scale = as_dyadic(matrix)
    for place in np.ndindex(matrix.shape):
        assert Fraction(int(entries[place]), scale) == Fraction(float(matrix[place]))
    thirds = np.array([[Fraction(1, 3), Fraction(1, 2)]], dtype=object)
    assert as_dyadic(thirds)[1] == 6
    assert float_rank(np.zeros((2, 3))) == 0


def test_dyadic_instances_keep_a_fitted_residual_at_zero() -> None:
    weights = [np.array([[0.5, 0.25]]), np.array([[4.0], [2.0]])]
    cross = weights[1] @ weights[0]
    instance = dyadic_instance(Architecture((2, 1, 2)), weights, np.eye(2), cross)
    assert instance.residual_rank == 0
    assert dyadic_instance(Architecture((2, 1, 2)), weights, np.eye(2), cross * 0).residual_rank == 1


def test_series_multiply_and_transpose() -> None:
    one = [rational([[1, 2]]), rational([[0, 1]])]
    assert product(one, transposed(one)) == [rational([[5]]), rational([[4]])]
