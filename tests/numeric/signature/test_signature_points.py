"""Exact inertia, arguments of eigenvalues, and points with prescribed ranks or a stationary layer."""

from __future__ import annotations

import numpy as np
import pytest

from hessproof.numeric.signature.exact import exact_inertia, restricted, weighed_arguments
from hessproof.numeric.signature.points import draw_point, stationary_point
from hessproof.symbolic.architecture import Architecture


@pytest.mark.parametrize("seed", range(8))
def test_inertia_is_that_of_floating_point_where_eigenvalues_are_far_from_zero(seed: int) -> None:
    rng = np.random.default_rng(seed)
    half = rng.integers(-3, 4, (5, 5))
    matrix = half + half.T
    values = np.linalg.eigvalsh(matrix)
    expected = tuple(int(each.sum()) for each in (values > 1e-9, values < -1e-9, abs(values) <= 1e-9))
    assert exact_inertia(matrix.astype(object)) == expected


def test_inertia_of_nothing_and_of_zeros() -> None:
    assert exact_inertia(np.zeros((0, 0), dtype=object)) == (0, 0, 0)
    assert exact_inertia(np.zeros((3, 3), dtype=int).astype(object)) == (0, 0, 3)


def test_a_form_on_a_kernel_of_dimension_zero_is_empty() -> None:
    one = np.eye(2, dtype=int).astype(object)
    assert restricted(one, one).shape == (0, 0)


@pytest.mark.parametrize(("real", "imaginary"), [(2, 1), (1, 2), (-1, 2), (-2, 1), (-3, 1)])
@pytest.mark.parametrize("parts", [1, 2, 3, 4, 5])
def test_arguments_are_counted_as_in_floating_point(real: int, imaginary: int, parts: int) -> None:
    rotation = np.asarray([[real, -imaginary], [imaginary, real]], dtype=object)
    share = parts * np.arctan2(imaginary, real) / np.pi
    assert weighed_arguments(rotation, parts) == 2 * sum(int(np.sign(j - share)) for j in range(1, parts))


def test_a_resonance_is_left_open_and_multiplicities_count() -> None:
    assert weighed_arguments(np.asarray([[1, -1], [1, 1]], dtype=object), 4) is None
    assert weighed_arguments(np.asarray([[2, 1], [0, 2]], dtype=object), 3) == 4
    assert weighed_arguments(np.asarray([[0, 1], [0, 0]], dtype=object), 3) == 0


def test_drawn_points_have_the_ranks_asked_for() -> None:
    point = draw_point(Architecture((3, 3, 3)), 2, 1, 0, 50, ranks=(1, 2))
    assert [np.linalg.matrix_rank(each.astype(float)) for each in (*point.weights, point.sigma)] == [1, 2, 2]
    assert point.rank_of_residual == 1
    assert point.rank("functional") == 2 * 3 + 2 - 2


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_the_gradient_of_the_stationary_layer_vanishes_and_not_all_residuals_are_zero(layer: int) -> None:
    residuals = 0
    for seed in range(6):
        point = stationary_point(Architecture((2, 2, 2, 2)), layer, seed)
        before = after = np.eye(2, dtype=int).astype(object)
        for weight in point.weights[: layer - 1]:
            before = weight.dot(before)
        for weight in reversed(point.weights[layer:]):
            after = after.dot(weight)
        assert not after.T.dot(point.omega).dot(before.T).any()
        residuals += point.rank_of_residual > 0
    assert residuals


def test_indices_lie_between_those_of_small_and_large_residuals() -> None:
    point = draw_point(Architecture((2, 2, 2)), 2, 2, 3, 50)
    assert point.index(10**20, 1) <= point.index() <= point.index(1, 10**20)
    assert point.signature("functional") == 0
