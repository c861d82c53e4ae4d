"""Distances, edges and transforms: right on laws that are known, and sharp enough to tell wrong ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.random_matrices.distribution import distribution
from hessproof.numeric.random_matrices.finite_size import RIGID, power, rigidity
from hessproof.numeric.random_matrices.fit import (
    edge_curvature,
    edge_deviation,
    kolmogorov,
    stieltjes,
    transform_error,
    wasserstein,
)
from hessproof.numeric.random_matrices.tridiagonal import goe_spectrum, wishart_spectrum
from hessproof.symbolic.errors import UnusableRequest


def semicircle(points):
    return np.sqrt(np.maximum(4 - points**2, 0)) / (2 * np.pi)


def pastur(tau, scale=1.0):
    low, high = scale * (1 - math.sqrt(tau)) ** 2, scale * (1 + math.sqrt(tau)) ** 2
    density = lambda t: np.sqrt((t - low) * (high - t)) / (2 * np.pi * scale * tau * t)  # noqa: E731
    return distribution(density, low, high, (0.0, max(0.0, 1 - 1 / tau)))


@settings(max_examples=30)
@given(st.floats(0.01, 20.0), st.floats(0.1, 5.0))
def test_marchenko_pastur_has_mass_one(tau, scale):
    # Near τ = 1 the lower edge is at 1e-11 and the series follows 1/√λ to 2e-6 there; distances to be told are 1e-3.
    assert abs(pastur(tau, scale).mass - 1) < 1e-5


def test_the_hard_edge_is_integrated_to_rounding():
    assert abs(pastur(1.0).mass - 1) < 1e-12


def test_the_distribution_function_of_the_semicircle():
    law = distribution(semicircle, -2.0, 2.0)
    points = np.linspace(-3, 3, 61)
    inside = np.clip(points, -2, 2)
    exact = 0.5 + inside * np.sqrt(4 - inside**2) / (4 * np.pi) + np.arcsin(inside / 2) / np.pi
    assert abs(law.at(points) - exact).max() < 1e-13


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_largest_difference_is_that_of_scipy(values):
    from scipy.stats import kstest

    # w(θ) = sin θ/2 has a kink at θ = 0: its series falls like 1/j², so that 512 terms leave an error of 1e-6 or so
    uniform = distribution(lambda t: 1 + 0 * t, 0.0, 1.0, most=512)
    found = np.sort(np.array(values))
    assert abs(kolmogorov(found, uniform) - kstest(found, "uniform", method="asymp").statistic) < 1e-5


def test_an_atom_is_met_only_with_rounded_zeros():
    law = pastur(4.0)
    exact = wishart_spectrum(400, 100, seed=1)
    rounded = exact + np.where(exact == 0, 1e-17 * np.arange(400), 0.0)
    assert kolmogorov(exact, law) < 0.02
    assert kolmogorov(np.sort(rounded), law) > 0.5
    assert kolmogorov(np.sort(rounded), law, 1e-12) < 0.02


def test_distances_fall_faster_than_for_independent_points():
    law = distribution(semicircle, -2.0, 2.0)
    means = [np.mean([kolmogorov(goe_spectrum(n, seed=s), law) for s in range(10)]) for n in (100, 800)]
    slope = math.log(means[1] / means[0]) / math.log(8)
    assert -1.1 < slope < -0.65


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_a_wrong_scale_is_seen(factor):
    found = goe_spectrum(800, seed=3)
    right, wrong = (distribution(lambda t, f=f: semicircle(t / f) / f, -2 * f, 2 * f) for f in (1.0, factor))
    assert kolmogorov(found, right) < 0.008 < 0.02 < kolmogorov(found, wrong)
    assert wasserstein(found, right, -2, 2) < 0.01 < 0.05 < wasserstein(found, wrong, -3, 3)
    assert transform_error(found, lambda g: g) < 0.03 < transform_error(found, lambda g: factor**2 * g)


def test_extreme_eigenvalues_follow_tracy_widom_in_the_mean():
    """120 draws: the standard error is 0.12; at n = 200 the mean is lower by about 0.1."""
    deviations = [edge_deviation(float(goe_spectrum(200, seed=s)[-1]), 2.0, 2.0, 200) for s in range(120)]
    assert abs(np.mean(deviations) + 1.2065) < 0.5
    assert 1.0 < np.std(deviations) < 1.6


def test_the_curvature_at_an_edge():
    assert abs(edge_curvature(semicircle, -2.0, 4.0) - 2) < 1e-3
    with pytest.raises(UnusableRequest, match="like a square root"):
        edge_curvature(lambda t: np.abs(t) ** -0.5, 0.0, 1.0)


def test_the_transform_is_the_mean_of_reciprocals():
    assert stieltjes(np.array([0.0, 2.0]), (1 + 1j,)).tolist() == [0.5 * (1 / (1 + 1j) + 1 / (-1 + 1j))]


@pytest.mark.parametrize(
    "call",
    [
        lambda: kolmogorov(np.zeros(0), pastur(0.5)),
        lambda: stieltjes(np.array([math.nan])),
        lambda: distribution(semicircle, 2.0, -2.0),
        lambda: distribution(lambda t: np.sqrt(t), -1.0, 1.0),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_unusable_requests_get_one_line(call):
    with pytest.raises(UnusableRequest) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_the_largest_difference_grows_like_the_logarithm():
    """n D_n of GOE over n = 100, …, 1600: the slope against log n is near √2/π, far from the growth of √n."""
    law, sizes = distribution(semicircle, -2.0, 2.0), (100, 200, 400, 800, 1600)
    found = [(n, kolmogorov(goe_spectrum(n, seed=s), law)) for n in sizes for s in range(8)]
    line = rigidity(*zip(*found, strict=True))
    assert abs(line.slope - RIGID) < 4 * line.error + 0.05
    assert -1.0 < power(*zip(*found, strict=True)).slope < -0.75


@pytest.mark.parametrize("call", [lambda: power([10, 10], [0.1, 0.2]), lambda: rigidity([10, 20], [0.0, 0.1])])
def test_a_fit_needs_two_sizes_and_positive_distances(call):
    with pytest.raises(UnusableRequest):
        call()
