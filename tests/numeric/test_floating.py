"""Numerical ranks: tolerance, gap, spectrum, and the orthonormal core; in float64 and with many digits."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import array_api_strict
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from numeric_examples import BY_NAME, EXAMPLES, Example, small_instances

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.balance import converted, scaled
from hessproof.numeric.core import WordRanks
from hessproof.numeric.floating import (
    cut_spectrum,
    default_tolerance,
    numerical_rank,
    orthonormal_core,
    scaled_factors,
    singular_values,
)
from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import rational_rank
from hessproof.numeric.kernels import Rectangle, assemble
from hessproof.numeric.multiprecision import LARGEST, precise_factors, precise_rank
from hessproof.symbolic.errors import UnusableRequest

PARTS: tuple[Any, ...] = ("outer", "functional", "loss")


def test_the_cut_counts_and_measures_the_gap() -> None:
    cut = cut_spectrum([2.0**-50, 4.0, 1.0], 1e-12)
    assert (cut.value, cut.gap) == (2, 2.0**50)
    assert cut.singular_values.tolist() == [4.0, 1.0, 2.0**-50]
    assert cut_spectrum([1.0, 0.0], 1e-12).gap == math.inf
    assert cut_spectrum([1.0, 0.5], 1e-12).gap is None
    assert cut_spectrum([0.0, 0.0], 1e-12).value == 0
    assert cut_spectrum([], 1e-12).value == 0
    with pytest.raises(UnusableRequest, match="tolerance 0"):
        cut_spectrum([1.0], 0.0)


def test_control_the_tolerance_decides() -> None:
    matrix = np.diag([1.0, 1e-9])
    assert numerical_rank(matrix, 1e-12).value == 2
    assert numerical_rank(matrix, 1e-6).value == 1
    assert 0 < default_tolerance(10, 20) < 1e-12


def test_singular_values_of_symmetric_empty_and_strict_matrices() -> None:
    matrix = np.asarray([[0.0, 2.0], [2.0, 0.0]])
    np.testing.assert_allclose(singular_values(matrix, symmetric=True), singular_values(matrix))
    np.testing.assert_allclose(singular_values(array_api_strict.asarray(matrix), symmetric=True), [2.0, 2.0])
    assert singular_values(np.zeros((0, 3))).size == 0


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_orthonormal_core_has_the_nonzero_spectrum(example: Example) -> None:
    instance = example.make()
    factors, ranks = scaled_factors(instance), WordRanks(instance)
    every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
    for part in PARTS:
        whole = singular_values(assemble(factors, part, every, every), symmetric=True)
        core = singular_values(orthonormal_core(factors, ranks, part), symmetric=True)
        padded = np.concatenate([core, np.zeros(len(whole) - len(core))])
        np.testing.assert_allclose(padded, whole, atol=1e-11 * max(whole[0], 1e-300))


def test_the_orthonormal_core_on_the_strict_array_api() -> None:
    instance = BY_NAME["r below d"].make()
    ranks = WordRanks(instance)
    plain = singular_values(orthonormal_core(scaled_factors(instance), ranks, "loss"), symmetric=True)
    strict = singular_values(
        orthonormal_core(scaled_factors(instance, array_api_strict), ranks, "loss"), symmetric=True
    )
    np.testing.assert_allclose(to_numpy(strict), plain, rtol=1e-9)


@settings(max_examples=60)
@given(small_instances())
def test_scaling_keeps_every_rank_and_no_chain_overflows(instance: Instance) -> None:
    weights, sigma, omega = scaled(instance)
    assert all(np.isfinite(matrix).all() for matrix in (*weights, sigma, omega))
    for weight, exact in zip(weights, instance.weights, strict=True):
        assert ((weight != 0) == (exact != 0)).all()
        assert np.linalg.norm(weight) <= 2 * min(weight.shape)
    exact = converted(instance, lambda entry, exponent: entry * Fraction(2) ** -exponent)
    chain = exact[0][0]
    for factor in exact[0][1:]:
        chain = factor @ chain
    for ours, theirs in zip((*exact[0], exact[1], exact[2]), (*weights, sigma, omega), strict=True):
        np.testing.assert_allclose(theirs, ours.astype(float), rtol=1e-15)
    outputs = instance.weights[0]
    for factor in instance.weights[1:]:
        outputs = factor @ outputs
    # the two parts of Ω = W^{L:1}Σ − E[yx⊤] are scaled alike
    assert ((chain @ exact[1]) * instance.omega == (outputs @ instance.sigma) * exact[2]).all()


def test_more_digits_tell_small_from_zero() -> None:
    tiny = mpmath.mpf(10) ** -40
    matrix = np.asarray([[1, 0, 0], [0, tiny, 0], [0, 0, 0]], dtype=object)
    assert precise_rank(matrix, digits=60).value == 1
    found = precise_rank(matrix, digits=120)
    assert (found.value, found.gap) == (2, math.inf)
    assert precise_rank(np.zeros((2, 2), dtype=object)).value == 0
    assert precise_rank(np.zeros((0, 2), dtype=object)).value == 0


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_pivots_follow_the_singular_values(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).integers(-9, 10, shape).astype(object)
    pivots = precise_rank(matrix).singular_values
    values = singular_values(matrix.astype(float))
    assert (pivots[:-1] >= pivots[1:]).all()
    assert math.isclose(math.prod(pivots) ** 2, math.prod(values) ** 2, rel_tol=1e-9)


def test_precise_factors_are_the_scaled_instance() -> None:
    instance = BY_NAME["bottleneck"].make()
    precise, plain = precise_factors(instance, 50), scaled_factors(instance)
    for one, two in zip(precise.weights, plain.weights, strict=True):
        np.testing.assert_array_equal(one.astype(float), two)
    assert rational_rank(instance.omega) == precise_rank(precise.moment("Omega"), 50).value


def test_large_matrices_and_few_digits_are_refused() -> None:
    with pytest.raises(UnusableRequest, match=f"sides up to {LARGEST}"):
        precise_rank(np.zeros((LARGEST + 1, 1), dtype=object))
    with pytest.raises(UnusableRequest, match="5 digits"):
        precise_factors(BY_NAME["generic"].make(), 5)
