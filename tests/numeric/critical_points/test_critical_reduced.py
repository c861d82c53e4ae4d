"""Reduced problems, index following and what is said about a point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.critical_points.draws import drawn_data, first_weights, samples_for
from hessproof.numeric.critical_points.experiment import minimiser, run
from hessproof.numeric.critical_points.following import follow
from hessproof.numeric.critical_points.judged import judged, lipschitz, nearest_targets, polished
from hessproof.numeric.critical_points.library import Tanh, inertia, library_run
from hessproof.numeric.critical_points.reduced import Problem
from hessproof.symbolic.errors import UnusableRequest


def _problem(seed: int, samples: int = 14, width: int = 3) -> Problem:
    return Problem(*drawn_data(width, samples, seed))


def _outputs(one: Problem, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    return np.tanh(one.inputs @ first.T) @ last.T


def _planted(seed: int) -> tuple[Problem, np.ndarray]:
    """A problem whose targets are such that a random point, far from every start, is critical."""
    one = _problem(seed)
    theta = np.random.default_rng((seed, 9)).standard_normal(18)
    return nearest_targets(one, theta)[0], theta


@pytest.mark.slow
@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_both_routes_have_the_same_reduced_gradient_and_hessian(seed: int) -> None:
    one, first = _problem(seed), np.random.default_rng(seed).standard_normal((3, 3))
    other, point = Tanh(one.inputs, one.targets), one.reduced(first)
    scale = max(1.0, float(np.abs(point.hessian).max()))
    assert np.allclose(point.gradient, other.flat_gradient(first), atol=1e-10 * scale)
    assert np.allclose(point.hessian, other.schur(first), atol=1e-9 * scale)


def test_gradient_and_hessian_are_differences_of_the_loss() -> None:
    one, first = _problem(4), np.random.default_rng(4).standard_normal((3, 3))
    point, step = one.reduced(first), 1e-5

    def value(shift: np.ndarray) -> float:
        return 3 * one.energy(one.best_last(first + shift.reshape(3, 3)))

    directions = np.eye(9) * step
    slope = [(value(d) - value(-d)) / (2 * step) for d in directions]
    assert np.allclose(slope, point.gradient, atol=1e-8)
    bend = [(one.reduced(first + d.reshape(3, 3)).gradient - one.reduced(first - d.reshape(3, 3)).gradient)
            / (2 * step) for d in directions]  # fmt: skip
    assert np.allclose(bend, point.hessian, atol=1e-6)


def test_the_reduced_index_is_the_index() -> None:
    for seed in range(6):
        one, theta = _planted(seed)
        whole = np.linalg.eigvalsh(one.hessian(theta))
        reduced = np.linalg.eigvalsh(one.reduced(theta[:9].reshape(3, 3)).hessian)
        assert (whole < 0).sum() == (reduced < 0).sum()
        assert inertia(Tanh(one.inputs, one.targets).hessian(*one.matrices(theta))) == (whole < 0).sum()


def test_a_planted_critical_point_is_found_again_and_certified() -> None:
    found = 0
    for seed in range(8):
        one, theta = _planted(seed)
        index = judged(one, theta).index
        start = theta[:9].reshape(3, 3) + 1e-3 * np.random.default_rng(seed).standard_normal((3, 3))
        reached = follow(one, start, index)
        if not reached.arrived:
            continue
        verdict = judged(one, polished(one, reached.point.theta))
        found += verdict.kind == "certified" and verdict.index == index and verdict.share == index / 18
        assert np.linalg.norm(reached.point.gradient) <= 1e-11
    assert found >= 6


def test_changed_targets_make_a_point_critical_and_are_the_nearest() -> None:
    one, theta = _problem(2), np.random.default_rng(2).standard_normal(18)
    moved, distance = nearest_targets(one, theta)
    assert np.linalg.norm(moved.gradient(theta)) < 1e-13
    steps = 1e-6 * np.eye(18)
    shapes = [(one.matrices(theta + step), one.matrices(theta - step)) for step in steps]
    jacobian = np.asarray([(_outputs(one, *up) - _outputs(one, *down)).ravel() / 2e-6 for up, down in shapes])
    change = (moved.targets - one.targets).ravel()
    rest = change - jacobian.T @ np.linalg.lstsq(jacobian.T, change, rcond=None)[0]
    assert np.linalg.norm(rest) < 1e-7 * np.linalg.norm(change)
    assert distance == pytest.approx(np.linalg.norm(change) / np.linalg.norm(one.targets))


def test_the_bound_on_third_derivatives_holds() -> None:
    for seed in range(5):
        one, rng = _problem(seed), np.random.default_rng(seed)
        theta, step = rng.standard_normal(18), rng.standard_normal(18)
        step *= 0.05 / np.linalg.norm(step)
        change = np.linalg.norm(one.hessian(theta + step) - one.hessian(theta), 2)
        assert change <= 0.05 * lipschitz(one, theta, 0.05)


def test_points_that_are_not_critical_are_discarded() -> None:
    one = _problem(1)
    verdict = judged(one, np.random.default_rng(1).standard_normal(18))
    assert verdict.kind == "discarded"
    assert verdict.distance > 0.1
    assert verdict.kantorovich > 0.5
    near, theta = _planted(1)
    shifted = replace(near, targets=near.targets * 1.01)
    assert judged(shifted, theta).kind == "nearby"


def test_saturated_units_are_flat_and_not_certified() -> None:
    one = _problem(3)
    theta = one.best_last(400 * first_weights(3, 3, 3, 1.0))
    moved, _ = nearest_targets(one, theta)
    assert judged(moved, theta).kind in ("flat", "discarded", "nearby")
    assert judged(moved, theta).kind != "certified"


def test_the_index_of_a_planted_point_does_not_depend_on_the_threshold() -> None:
    one, theta = _planted(0)
    values = np.linalg.eigvalsh(one.hessian(theta))
    found = judged(one, theta)
    assert found.kind == "certified"
    assert found.indices == (found.index,) * 3 == ((values < 0).sum(),) * 3


def test_following_gives_up_where_rows_are_long() -> None:
    one = _problem(3)
    found = follow(one, 400 * first_weights(3, 3, 3, 1.0), iterations=30)
    assert found.iterations == 0
    assert not found.arrived


@pytest.mark.long
def test_both_routes_find_certified_points() -> None:
    followed = [run(0.25, seed, width=3)["kind"] for seed in range(6)]
    by_library = [library_run(0.25, seed, width=3)["kind"] for seed in range(6)]
    assert followed.count("certified") >= 1
    assert by_library.count("certified") >= 1


def test_records_are_reproducible() -> None:
    assert run(0.5, 7, width=3, iterations=15) == run(0.5, 7, width=3, iterations=15)
    assert run(0.5, 7, 3, "prescribed", iterations=5)["protocol"] == "prescribed"
    assert library_run(0.5, 7, 2) == library_run(0.5, 7, 2)
    end = minimiser(0.5, 7, 2, 60)
    assert end["energy"] < 0.5 * end["scale"]


def test_digits_are_whitened() -> None:
    x, y = drawn_data(16, 1797, 1, "digits")
    assert np.allclose(x.T @ x / len(x), np.eye(16), atol=1e-8)
    assert x.shape == y.shape


@pytest.mark.parametrize(
    "call",
    [
        lambda: samples_for(0, 0.5), lambda: samples_for(16, 0.0), lambda: samples_for(16, float("nan")),
        lambda: drawn_data(8, 10, 1, "digits"), lambda: drawn_data(16, 5000, 1, "digits"),
    ],
)  # fmt: skip
def test_bad_input_has_one_line(call: object) -> None:
    with pytest.raises(UnusableRequest) as caught:
        call()  # type: ignore[operator]
    assert "\n" not in str(caught.value)
