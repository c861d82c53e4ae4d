"""Drawn matrices: their symmetry, variances and spectra, on every array library, and what cannot be asked for."""

from __future__ import annotations

import math
from fractions import Fraction

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from hessproof.numeric.random_matrices import expected, matrices, sums, tridiagonal
from hessproof.numeric.random_matrices.archive import Archive
from hessproof.numeric.random_matrices.campaign import Draw, spectra
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, SCALE, TAU, VARIANCE

entry_laws = st.sampled_from(matrices.ENTRIES)


@settings(max_examples=30)
@given(st.integers(1, 12), entry_laws, st.integers(0, 99))
def test_wigner_matrices_are_symmetric_and_repeat(size, entries, seed):
    one = matrices.wigner(size, 2.0, entries=entries, seed=seed)
    assert np.array_equal(one, one.T)
    assert np.array_equal(one, matrices.wigner(size, 2.0, entries=entries, seed=seed))


FOURTH = {"normal": 3.0, "sign": 1.0, "uniform": 1.8}
"""Fourth moments of an entry of variance 1."""


@pytest.mark.parametrize("entries", matrices.ENTRIES)
def test_entries_have_the_variance_that_is_promised(entries):
    """400² entries: the mean square is within five standard errors, √(μ_4 − 1)/400 each."""
    error = 5 * math.sqrt(max(FOURTH[entries] - 1, 1e-12)) / 400
    square = matrices.factor(400, 400, 3.0, entries=entries, seed=1) ** 2
    assert abs(square.mean() * 400 / 3.0 - 1) <= error + 1e-12
    upper = matrices.wigner(400, 3.0, entries=entries, seed=1)[np.triu_indices(400, 1)]
    assert abs((upper**2).mean() * 400 / 3.0 - 1) <= math.sqrt(2) * error + 1e-12


def test_the_diagonal_of_a_normal_matrix_has_twice_the_variance():
    diagonals = [np.diag(matrices.wigner(50, seed=seed)) for seed in range(40)]
    assert abs(np.mean(np.square(diagonals)) * 50 - 2) < 5 * 2 * math.sqrt(2 / 2000)


@settings(max_examples=30)
@given(st.integers(2, 8), st.integers(1, 8), st.integers(0, 20))
def test_wishart_spectra_are_not_negative_and_have_the_right_rank(size, columns, seed):
    found = tridiagonal.wishart_spectrum(size, columns, seed=seed)
    assert len(found) == size
    assert (found[: max(0, size - columns)] == 0).all()
    assert (found[max(0, size - columns) :] >= 0).all()
    lower = matrices.triangular(size, columns, seed=seed)
    assert np.linalg.matrix_rank(lower) == min(size, columns)


@pytest.mark.parametrize(("size", "columns"), [(30, 60), (60, 30)])
def test_three_ways_to_draw_a_wishart_matrix_agree_in_the_mean(size, columns):
    """(1/n) tr W and (1/n) tr W² over 100 draws, against their exact expectations, within five standard errors."""
    draws = range(100)
    found = {
        "dense": [matrices.eigenvalues(matrices.gram(matrices.factor(size, columns, seed=s))) for s in draws],
        "triangular": [matrices.eigenvalues(matrices.gram(matrices.triangular(size, columns, seed=s))) for s in draws],
        "bidiagonal": [tridiagonal.wishart_spectrum(size, columns, seed=s) for s in draws],
    }
    second = (size * columns**2 + size**2 * columns + size * columns) / size / columns**2
    for name, drawn in found.items():
        for power, mean in ((1, 1.0), (2, second)):
            values = [(spectrum**power).mean() for spectrum in drawn]
            assert abs(np.mean(values) - mean) < 5 * np.std(values) / 10, (name, power)


def test_two_ways_to_draw_a_goe_matrix_agree_in_the_mean():
    """(1/n) tr M² and tr M⁴ over 100 draws, against (n + 1)/n and (2n² + 5n + 5)/n², within five standard errors."""
    size = 20
    exact = {2: (size + 1) / size, 4: (2 * size**2 + 5 * size + 5) / size**2}
    for draw in (
        lambda s: matrices.eigenvalues(matrices.wigner(size, seed=s)),
        lambda s: tridiagonal.goe_spectrum(size, seed=s),
    ):
        spectra = [draw(seed) for seed in range(100)]
        for power, mean in exact.items():
            values = [(spectrum**power).mean() for spectrum in spectra]
            assert abs(np.mean(values) - mean) < 5 * np.std(values) / 10


@settings(max_examples=30)
@given(st.integers(1, 5), st.integers(1, 8), st.integers(0, 9), entry_laws)
def test_block_spectra_are_symmetric_and_of_the_right_rank(half, active, seed, entries):
    cross = matrices.products(half, active, 2 * active, 0.5, entries=entries, seed=seed)
    found = matrices.balanced(cross)
    assert np.allclose(found, -found[::-1], atol=1e-12)
    dense = np.block([[np.zeros((half, half)), cross], [cross.T, np.zeros((half, half))]])
    assert np.allclose(found, np.linalg.eigvalsh(dense), atol=1e-12)
    assert np.linalg.matrix_rank(cross, tol=1e-12) <= min(half, active)


def test_kernels_run_on_a_strict_array_library():
    one = matrices.wigner(6, seed=1)
    strict = array_api_strict.asarray(one)
    assert np.allclose(matrices.eigenvalues(strict), matrices.eigenvalues(one))
    assert np.allclose(matrices.balanced(strict), matrices.balanced(one))
    rectangle = matrices.factor(3, 5, seed=1)
    assert np.allclose(np.asarray(matrices.gram(array_api_strict.asarray(rectangle))), rectangle @ rectangle.T)


@settings(max_examples=30)
@given(st.booleans(), st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.0]), st.sampled_from([0.0, 0.1, 1.0]), entry_laws)
def test_sums_have_the_trace_of_their_parts(relu, tau, epsilon, entries):
    found = sums.sum_spectrum(24, epsilon, tau, relu=relu, entries=entries, seed=3)
    assert found.eigenvalues.shape == (24,)
    assert (np.diff(found.eigenvalues) >= 0).all()
    assert found.ratio == 24 / found.columns
    assert abs(found.eigenvalues.mean() - 1) < 1.5
    if epsilon == 0:
        assert found.negative_fraction == 0


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("tau", "expected"), [(2.0, 0.25), (4.0, 0.125)])
def test_with_relu_and_a_ratio_of_two_or_more_the_index_is_the_same_in_every_draw(tau, expected, seed):
    """rk H_0 + rk H_1 ≤ 2N/τ ≤ N, so that H has as many negative eigenvalues as H_1: half its rank, N/(2τ)."""
    assert sums.sum_spectrum(80, 0.3, tau, relu=True, seed=seed).negative_fraction == expected


@pytest.mark.parametrize("relu", [False, True])
def test_the_square_of_a_sum_has_its_exact_expectation(relu):
    """E (1/N) tr H² = E (1/N) tr H_0² + E (1/N) tr H_1², within five standard errors over 200 draws of N = 16."""
    size, values = 16, {EPSILON: Rational(1, 2), TAU: Rational(1, 2), SCALE: 1, VARIANCE: 1}
    draws = [(sums.sum_spectrum(size, 0.5, 0.5, relu=relu, seed=seed).eigenvalues ** 2).mean() for seed in range(200)]
    parts = (expected.wishart(2), expected.block(2) if relu else expected.wigner(2))
    mean = sum(value.subs(values) / size**power for part in parts for power, value in part.items())
    assert abs(np.mean(draws) - float(mean)) < 5 * np.std(draws) / math.sqrt(200)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matrices.wigner(0), "size 0: expected an integer of at least 1"),
        (lambda: matrices.wigner(3, float("nan")), "variance nan: expected a finite number of at least 0"),
        (lambda: matrices.wigner(3, entries="cauchy"), "entries 'cauchy': expected one of normal, sign, uniform"),
        (lambda: matrices.wigner(3, seed=-1), "seed -1: expected an integer of at least 0"),
        (lambda: matrices.wigner(3, device="tpu"), "device 'tpu'"),
        (lambda: matrices.wigner(10**7), "a random matrix of 10000000 × 10000000"),
        (lambda: matrices.factor(2, 0), "columns 0"),
        (lambda: matrices.factor(2, 3, 0.0), "scale 0.0: expected a finite number above 0"),
        (lambda: sums.sum_spectrum(10, -0.1, 0.5), "epsilon -0.1"),
        (lambda: sums.sum_spectrum(10, 0.1, 0.0), "tau 0.0"),
        (lambda: sums.sum_spectrum(10, 0.1, float("inf")), "tau inf"),
        (lambda: sums.sum_spectrum(0, 0.1, 0.5), "size 0: expected an integer of at least 1"),
        (lambda: sums.sum_spectrum(10**7, 0.1, 0.5), "a random matrix of 10000000 × 10000000"),
        (lambda: sums.sum_spectrum(10, 0.1, 1e-300), "tau 1e-300 at size 10: expected at most"),
        (lambda: sums.sum_spectrum(11, 0.1, 0.5, relu=True), "size 11: expected an even size with ReLU"),
        (lambda: sums.block_spectrum(7, 0.1, 8), "size 7: expected an even size"),
        (lambda: tridiagonal.goe_spectrum(True), "size True"),
    ],
)
def test_unusable_requests_get_one_line(call, message):
    with pytest.raises(UnusableRequest) as caught:
        call()
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_an_archive_keeps_spectra_and_refuses_what_is_none(tmp_path):
    archive = Archive(tmp_path / "kept")
    assert archive.spectrum("one", lambda: np.array([1.0])).tolist() == [1.0]
    assert archive.spectrum("one", lambda: np.array([2.0])).tolist() == [1.0]
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["one.npy"]
    (tmp_path / "kept" / "two.npy").write_bytes(b"no array")
    with pytest.raises(UnusableRequest, match=r"file two\.npy"):
        archive.spectrum("two", lambda: np.array([1.0]))
    with pytest.raises(UnusableRequest, match="plain file name"):
        archive.spectrum("../three", lambda: np.array([1.0]))
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableRequest, match="folder"):
        Archive(tmp_path / "file" / "inside")


def test_a_campaign_goes_on_where_it_was_stopped(tmp_path):
    draws = [Draw(10, Fraction(1, 2), Fraction(1, 2), relu, 1) for relu in (False, True)]
    first = next(spectra(tmp_path, draws))[1]
    assert [path.name for path in tmp_path.iterdir()] == ["linear-10-1_2-1_2-1.npy"]
    again = [spectrum for _, spectrum in spectra(tmp_path, draws)]
    assert np.array_equal(again[0].eigenvalues, first.eigenvalues)
    assert np.array_equal(again[1].eigenvalues, sums.sum_spectrum(10, 0.5, 0.5, relu=True, seed=1).eigenvalues)
    assert (again[1].columns, again[1].relu, again[1].ratio) == (20, True, 0.5)
