"""The fitted law, and the exact energies of linear networks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.critical_points.fits import fit_law
from hessproof.numeric.critical_points.library import curve
from hessproof.numeric.critical_points.linear_gram import gram_mean_energy
from hessproof.numeric.critical_points.linear_projection import mean_least_energy, residual_projection
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.parametrize("exponent", [1.0, 1.5, 2.0])
def test_the_exponent_is_found_within_its_interval(exponent: float) -> None:
    rng = np.random.default_rng(5)
    shares = rng.uniform(0.005, 0.1, 200)
    energies = 0.2 + 1.2 * shares ** (1 / exponent) + 0.002 * rng.standard_normal(200)
    found = fit_law(shares, energies)
    assert found.exponent_interval is not None
    assert found.exponent_interval[0] <= exponent <= found.exponent_interval[1]
    assert found.critical_interval[0] <= 0.2 <= found.critical_interval[1]
    assert fit_law(shares, energies, exponent).critical == pytest.approx(0.2, abs=0.002)


def test_both_fits_agree() -> None:
    rng = np.random.default_rng(6)
    shares = rng.uniform(0.005, 0.1, 60)
    energies = 0.1 + (shares / 0.8) ** (2 / 3) + 0.003 * rng.standard_normal(60)
    one, (two, _) = fit_law(shares, energies), curve(shares, energies, None, resamples=1)
    assert one.exponent == pytest.approx(two[2], abs=0.02)
    assert one.critical == pytest.approx(two[0], abs=0.002)


@pytest.mark.parametrize(
    ("shares", "energies"),
    [([0.1] * 3, [0.2] * 3), ([0.0] * 20, [0.1] * 20), ([0.1] * 20, [float("nan")] * 20), ([0.1] * 20, [0.1] * 19)],
)
def test_points_that_cannot_be_fitted_are_refused(shares: list[float], energies: list[float]) -> None:
    with pytest.raises(UnusableRequest):
        fit_law(np.asarray(shares), np.asarray(energies))


@pytest.mark.slow
@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_both_exact_routes_give_the_share_that_is_left(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, samples = int(rng.integers(1, 4)), int(rng.integers(1, 6))
    rows = rng.integers(-2, 3, (samples, width))
    rank = int(np.linalg.matrix_rank(rows))
    expected = Fraction(samples - rank, 2 * samples)
    assert mean_least_energy(rows.tolist()) == gram_mean_energy(rows.tolist()) == expected


def test_what_is_left_is_a_projection() -> None:
    left = np.asarray(residual_projection([[1, 2], [0, 1], [3, 1]]))
    assert (left @ left == left).all()
    assert (left @ np.asarray([[1, 2], [0, 1], [3, 1]]) == 0).all()
