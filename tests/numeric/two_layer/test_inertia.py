"""Inertia and characteristic polynomials over the rationals, against floating point and against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.two_layer.inertia import characteristic, inertia, of_singular_values
from hessproof.symbolic.errors import UnusableRequest


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(0, 6), st.integers(0, 10**6))
def test_inertia_counts_the_signs_of_eigenvalues(size: int, rank: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    factor = rng.integers(-3, 4, (size, min(rank, size)))
    signs = rng.choice([-1, 1], factor.shape[1])
    matrix = (factor * signs) @ factor.T
    values = np.linalg.eigvalsh(matrix.astype(float))
    small = 1e-9 * max(1.0, float(np.abs(values).max(initial=0)))  # far below the gap of such small integers
    found = inertia(matrix.astype(object))
    assert found.positive == int((values > small).sum())
    assert found.negative == int((values < -small).sum())
    assert found.zero == size - found.positive - found.negative
    assert found.semidefinite == (found.negative == 0)


def test_a_zero_diagonal_needs_pivots_of_size_two() -> None:
    matrix = np.asarray([[0, 1, 2], [1, 0, 3], [2, 3, 0]], dtype=object)
    assert (inertia(matrix).positive, inertia(matrix).negative) == (1, 2)
    assert inertia(matrix).indefinite


@given(st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_the_bordered_matrix_has_the_singular_values_with_both_signs(size: int, seed: int) -> None:
    block = np.random.default_rng(seed).integers(-4, 5, (size, size)).astype(object)
    zero = np.zeros_like(block)
    whole = np.block([[zero, block.T], [block, zero]])
    assert characteristic(whole) == of_singular_values(block[None])


def test_what_is_not_symmetric_is_refused() -> None:
    for bad in ([[0, 1], [2, 0]], [[1, 2]], [1, 2]):
        with pytest.raises(UnusableRequest):
            inertia(bad)
