"""Eigenvalues, counts, gaps, truncation errors, densities and plateaus."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hessproof.numeric.spectra.inertia import count_beyond, inertia, magnitude
from hessproof.numeric.spectra.spectrum import Spectrum, eigenvalues
from hessproof.symbolic.errors import UnusableRequest


def matrix_with(values: list[float], seed: int = 0) -> np.ndarray:
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values),) * 2))
    return (q * values) @ q.T


def test_eigenvalues_come_by_decreasing_size() -> None:
    found = eigenvalues(matrix_with([1.0, -3.0, 2.0, 0.0]))
    assert np.allclose(found, [-3, 2, 1, 0], atol=1e-12)


@pytest.mark.parametrize("wrong", [np.zeros((2, 3)), np.zeros((0, 0)), np.array([[math.nan]]), np.array([math.inf])])
def test_what_is_no_square_matrix_of_finite_numbers_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(UnusableRequest):
        eigenvalues(wrong)


def test_counts_gap_and_tolerances() -> None:
    one = Spectrum(np.array([10.0, -5.0, 1.0, 1e-6, 0.0]))
    assert one.counts([0.6, 0.2, 1e-3, 1e-9]) == [1, 2, 3, 4]
    assert one.gap(3) == pytest.approx(1e6)
    assert one.gap(4) == math.inf
    assert one.gap(0) == one.gap(5) == 1
    low, high = one.tolerances(3)
    assert one.count(low) == one.count(high * 0.999) == 3 != one.count(high)
    assert one.decades(3) == pytest.approx(6)


def test_truncation_is_the_error_of_the_best_approximation() -> None:
    matrix = matrix_with([4.0, -2.0, 1.0, 0.5])
    values, vectors = np.linalg.eigh(matrix)
    order = np.argsort(-np.abs(values))
    for rank in range(5):
        kept = order[:rank]
        cut = (vectors[:, kept] * values[kept]) @ vectors[:, kept].T
        expected = np.linalg.norm(matrix - cut) / np.linalg.norm(matrix)
        assert Spectrum.of(matrix).truncation(rank) == pytest.approx(expected, abs=1e-12)
        assert Spectrum.of(matrix).truncations()[rank] == pytest.approx(expected, abs=1e-12)


def test_a_zero_matrix_has_no_gap_and_loses_nothing() -> None:
    one = Spectrum.of(np.zeros((3, 3)))
    assert (one.count(0.0), one.gap(1), one.truncation(0), one.plateaus()) == (0, 1.0, 0.0, [])


def test_the_density_counts_every_eigenvalue() -> None:
    axis, heights = Spectrum(np.array([1.0, 1e-3, 1e-3, 0.0])).density(points=4000)
    assert np.trapezoid(heights, axis) == pytest.approx(4, rel=1e-3)


def test_plateaus_are_runs_of_equal_eigenvalues_and_zero_is_none() -> None:
    values = [2.0] * 3 + [-2.0] * 2 + [1.0, 0.0, 0.0]
    found = Spectrum.of(matrix_with(values)).plateaus()
    assert [(round(value, 9), count) for value, count in found] == [(2.0, 3), (-2.0, 2)]
    assert Spectrum(np.array([1.0, 1e-8, 1.1e-8, 1.2e-8])).plateaus() == []


def test_inertia_counts_what_eigenvalues_do() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        matrix = matrix_with(rng.standard_normal(12).tolist(), int(rng.integers(1000)))
        values = np.linalg.eigvalsh(matrix)
        assert inertia(matrix)[:2] == (int((values > 0).sum()), int((values < 0).sum()))
        assert count_beyond(matrix, 0.5) == int((np.abs(values) > 0.5).sum())
        third = np.sort(np.abs(values))[::-1][2]
        assert magnitude(matrix, 3) <= third <= magnitude(matrix, 3) * 1.05
    assert magnitude(np.zeros((2, 2)), 1) == 0
