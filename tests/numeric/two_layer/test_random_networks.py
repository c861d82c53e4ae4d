"""Drawn networks, the distances and laws they are held against, and the exact index of networks without activation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.two_layer.block_law import block_distribution, block_spectrum
from hessproof.numeric.two_layer.corrected_law import corrected_shares, transform
from hessproof.numeric.two_layer.ensembles import drawn_net, outer_spectrum, whitened_digits
from hessproof.numeric.two_layer.exact import exact_parts
from hessproof.numeric.two_layer.freeness import (
    distance,
    distance_to,
    marchenko_pastur_distribution,
    mixed_moments,
    rotation,
    semicircle_distribution,
)
from hessproof.numeric.two_layer.linear_index import form, negative_count, right_half_plane
from hessproof.numeric.two_layer.linear_law import law_moments, mixing_nodes, outer_distribution
from hessproof.numeric.two_layer.measurements import correlation, data_numbers, residual_numbers, wigner_number
from hessproof.numeric.two_layer.second_differences import error_part, outputs
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_residuals_are_moved_to_what_was_drawn(activation: str) -> None:
    net = drawn_net(activation, 4, 500, seed=1)
    moved = net.with_residuals(0.125, seed=2)
    assert np.allclose(moved.parts()[0], net.parts()[0])
    assert abs(moved.energy / 0.125 - 1) < 0.1
    assert residual_numbers(moved.residuals, moved.x)[0] < 0.05


def test_the_minimum_has_no_gradient_and_no_error_part() -> None:
    net = drawn_net("linear", 5, 20, seed=3).minimum()
    assert net.slope < 1e-10
    assert abs(net.parts()[1]).max() < 1e-10
    nearby = drawn_net("linear", 5, 20, seed=3)
    assert nearby.energy > net.energy


def test_networks_are_reproducible_and_differ_by_seed() -> None:
    one, two, three = (drawn_net("relu", 3, 5, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.w1, two.w1)
    assert np.array_equal(one.x, two.x)
    assert not np.array_equal(one.x, three.x)


def test_digits_are_white_and_not_independent() -> None:
    x, y = whitened_digits()
    assert np.allclose(x.T @ x / len(x), np.eye(16))
    assert np.isclose((y**2).mean(), 1)
    assert data_numbers(x)[0] > 0.2 > data_numbers(np.random.default_rng(0).standard_normal(x.shape))[0]


@pytest.mark.parametrize(
    "call",
    [
        lambda: drawn_net("sine", 2, 2),
        lambda: drawn_net("linear", 0, 2),
        lambda: drawn_net("linear", 2, 1.5),  # type: ignore[arg-type]
        lambda: drawn_net("linear", 2, 2, seed=-1),
        lambda: drawn_net("linear", 8, 2, data="digits"),
        lambda: drawn_net("linear", 2, 2, data="letters"),
        lambda: drawn_net("tanh", 2, 4).minimum(),
        lambda: drawn_net("tanh", 2, 4).with_residuals(-1.0, 0),
        lambda: drawn_net("tanh", 2, 4).with_residuals(float("nan"), 0),
        lambda: outer_distribution(np.array([1.0]), 0.0),
        lambda: outer_distribution(np.array([np.nan]), 1.0),
        lambda: block_distribution(np.array([1.0]), 0.0, 1.0),
        lambda: block_distribution(np.array([1.0]), 1.0, 1.0, "tanh"),
        lambda: block_distribution(np.array([np.nan]), 1.0, 1.0),
        lambda: corrected_shares(float("nan"), (0.5,)),
        lambda: corrected_shares(0.5, (0.0,)),
        lambda: transform(np.array([1j]), 0.0, 1.0),
        lambda: transform(np.array([-1j]), 1.0, 1.0),
        lambda: right_half_plane(np.ones((1, 2), dtype=object)),
        lambda: outputs([[Fraction(0)]], [[Fraction(1)]], [Fraction(1)], True),
    ],
)
def test_bad_requests_get_one_line(call: object) -> None:
    with pytest.raises(UnusableRequest) as caught:
        call()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_distances_see_atoms_and_ties() -> None:
    sample = np.array([0.0, 0.0, 1.0, 3.0])
    uniform = lambda points: np.clip(points, 0, 1)  # noqa: E731
    assert distance_to(sample, uniform) == 0.5
    assert distance(sample, sample) == 0
    assert distance(np.zeros(3), np.ones(3)) == 1


@settings(deadline=None, max_examples=25)
@given(st.floats(0.1, 5.0))
def test_distribution_functions_rise_from_zero_to_one(ratio: float) -> None:
    end = (1 + np.sqrt(ratio)) ** 2
    wishart = marchenko_pastur_distribution(np.linspace(-1, end + 1, 200), ratio)
    for found in (wishart, semicircle_distribution(np.linspace(-3, 3, 200) * np.sqrt(ratio), ratio)):
        assert found[0] == 0
        assert np.isclose(found[-1], 1)
        assert (np.diff(found) > -1e-12).all()


def test_rotations_are_orthogonal_and_free_of_preferred_signs() -> None:
    found = [rotation(3, np.random.default_rng(seed)) for seed in range(200)]
    assert all(np.allclose(q @ q.T, np.eye(3)) for q in found)
    assert abs(np.mean([q[0, 0] for q in found])) < 0.2


def test_mixed_moments_of_commuting_matrices_are_not_free() -> None:
    a, b = np.diag([1.0, 3.0]), np.diag([1.0, -1.0])
    assert mixed_moments(a, b)["ABAB"] == pytest.approx(1.25)
    assert wigner_number(np.array([-1.0, 1.0])) > 0.2
    assert correlation(a, -2 * a) == pytest.approx(1)


@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_block_spectra_are_those_of_the_whole_error_part(activation: str) -> None:
    net = drawn_net(activation, 4, 7, seed=5).with_residuals(0.3, 5)
    assert np.allclose(block_spectrum(net), np.linalg.eigvalsh(net.parts()[1]))


@pytest.mark.parametrize(("activation", "tau"), [("linear", 0.5), ("relu", 0.5), ("relu", 3.0)])
def test_block_spectra_follow_their_law(activation: str, tau: float) -> None:
    net = drawn_net(activation, 80, round(160 / tau), seed=11).with_residuals(0.25, 11)
    found = block_spectrum(net)
    places = found[abs(found) > 1e-9][::7]
    shares = np.searchsorted(found, places, side="right") / len(found)
    assert abs(shares - block_distribution(places, 0.25, tau, activation)).max() < 0.05
    assert abs(shares - block_distribution(places, 1.0, tau, activation)).max() > 0.05


def test_an_atom_of_the_rectified_blocks_lies_at_zero() -> None:
    below, above = block_distribution(np.array([-1e-4, 1e-4]), 0.25, 4.0, "relu")
    assert above - below == pytest.approx(0.75, abs=1e-3)


def test_the_outer_spectrum_is_that_of_the_whole_outer_part() -> None:
    rng = np.random.default_rng(3)
    n, m = 3, 4
    w1, w2 = rng.standard_normal((2, n, n)) / np.sqrt(n)
    x = rng.standard_normal((n, m))
    net = drawn_net("linear", n, m, seed=0)
    whole = type(net)("linear", w1, w2, x.T, net.y).parts()[0]
    assert np.allclose(outer_spectrum(n, m, np.random.default_rng(3)), np.linalg.eigvalsh(whole), atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.5, 3.0])
def test_the_outer_law_has_the_expected_moments(tau: float) -> None:
    exact = [1, 3 + 5 * tau / 4, (15 * tau**2 + 102 * tau + 88) / 8]
    assert np.allclose(law_moments(tau, 3), exact, rtol=1e-5)


def test_nodes_integrate_catalan_numbers() -> None:
    s, weights = mixing_nodes(20)
    assert np.allclose([weights @ s**k for k in range(6)], [1, 1, 2, 5, 14, 42])


def test_the_free_sum_of_the_right_laws_starts_at_a_quarter() -> None:
    small, large = corrected_shares(0.5, (1e-3, 1.0))
    assert 0.25 < small < 0.28 < large < 0.4


INTEGER = st.integers(-6, 6)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(INTEGER, min_size=n, max_size=n), min_size=n, max_size=n)))
def test_the_form_has_the_index_that_the_half_plane_says(rows: list[list[int]]) -> None:
    matrix = np.array([[Fraction(entry) for entry in row] for row in rows], dtype=object)
    right, pairs = right_half_plane(matrix), len(matrix) * (len(matrix) - 1) // 2
    values = np.linalg.eigvals(matrix.astype(float))
    if right is not None:
        assert negative_count(form(matrix)) == pairs + right
        assert right == int((values.real > 0).sum())
    else:
        assert abs(values[:, None] + values[None, :]).min() < 1e-4


def test_complex_pairs_and_sums_that_vanish_are_reached() -> None:
    turning = np.array([[Fraction(1), Fraction(-4)], [Fraction(1), Fraction(1)]], dtype=object)
    assert (right_half_plane(turning), negative_count(form(turning))) == (2, 3)
    assert (right_half_plane(-turning), negative_count(form(-turning))) == (0, 1)
    assert right_half_plane(np.array([[Fraction(1), Fraction(0)], [Fraction(0), Fraction(-1)]], dtype=object)) is None
    assert right_half_plane(np.array([[Fraction(0)]], dtype=object)) is None


@pytest.mark.parametrize("relu", [False, True])
def test_second_differences_are_the_error_part(relu: bool) -> None:
    rng = np.random.default_rng(8)
    w1, w2 = (rng.integers(1, 9, (2, 2)) * rng.choice((-1, 1), (2, 2)) for _ in range(2))
    x, y = (rng.integers(1, 9, (3, 2)) * rng.choice((-1, 1), (3, 2)) for _ in range(2))
    rows = [[[Fraction(int(entry)) for entry in row] for row in each] for each in (w1, w2, x, y)]
    exact = exact_parts(*rows, "relu" if relu else "linear")[1]
    assert error_part(*rows, relu) == exact.tolist()
