"""Two eliminations modulo a prime against each other, and what a modular rank may not be taken for."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.integers import integers
from hessproof.numeric.modular import PrimeField, blocked_rank, pivot_columns, residue_rank
from hessproof.numeric.primes import primes

SIZES = st.integers(1, 40)


@given(SIZES, SIZES, st.integers(0, 12), st.sampled_from([2, 3, 5, 7, 4194301]), st.integers(0, 2**20))
def test_blocked_and_flint_ranks_agree(rows: int, columns: int, rank: int, prime: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = (rng.integers(-9, 10, (rows, rank)) @ rng.integers(-9, 10, (rank, columns))).astype(float)
    matrix[rng.integers(rows)] = 0
    before = matrix.copy()
    assert blocked_rank(matrix, prime) == flint_rank(matrix, prime)
    np.testing.assert_array_equal(matrix, before)


@pytest.mark.parametrize("shape", [(1, 1), (70, 70), (33, 90), (90, 33), (0, 3), (3, 0)])
def test_full_rank_and_empty_matrices(shape: tuple[int, int]) -> None:
    prime = primes(1)[0]
    matrix = np.random.default_rng(1).integers(0, prime, shape).astype(float)
    assert blocked_rank(matrix, prime) == flint_rank(matrix, prime) == residue_rank(matrix, prime) == min(shape)


@given(st.integers(1, 12), st.integers(1, 30), st.integers(0, 2**20))
def test_pivots_are_the_leftmost_independent_columns(rows: int, columns: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).integers(0, 2, (rows, columns)).astype(float)
    found = pivot_columns(matrix, 4194301)
    greedy: list[int] = []
    for column in range(columns):
        if flint_rank(matrix[:, [*greedy, column]], 4194301) == len(greedy) + 1:
            greedy.append(column)
    assert found == greedy


def test_elimination_runs_on_the_strict_array_api() -> None:
    rng = np.random.default_rng(2)
    matrix = (rng.integers(-9, 10, (40, 11)) @ rng.integers(-9, 10, (11, 45))).astype(float)
    matrix[:, 0] = 0
    assert blocked_rank(array_api_strict.asarray(matrix), 4194301) == flint_rank(matrix, 4194301) == 11


def test_long_products_are_split_so_that_they_stay_exact() -> None:
    field = PrimeField(primes(1, 2**23)[0])
    size = 3 * field.inner
    left = np.full((1, size), float(field.prime // 2))
    right = np.full((size, 1), float(field.prime // 2))
    expected = size * (field.prime // 2) ** 2 % field.prime
    assert int(field.matmul(left, right)[0, 0]) % field.prime == expected


@given(st.integers(-(2**52), 2**52), st.sampled_from([2, 3, 4194301, 8388593]))
def test_reduction_keeps_the_residue_and_is_zero_only_for_multiples(value: int, prime: int) -> None:
    reduced = float(PrimeField(prime).reduce(np.asarray([float(value)]))[0])
    assert (int(reduced) - value) % prime == 0
    assert abs(reduced) <= prime / 2 + 1
    assert (reduced == 0.0) == (value % prime == 0)


def test_integers_of_any_size_are_reduced() -> None:
    field: Any = PrimeField(7)
    assert to_numpy(field.balanced(integers([[10**40, -1]]))).tolist() == [[(10**40 + 3) % 7 - 3.0, -1.0]]
    assert (int(field.inverse(3.0)) * 3) % 7 == 1


def test_control_a_modular_rank_can_be_too_small() -> None:
    prime = primes(1)[0]
    assert flint_rank(integers([[prime, 0], [0, 1]]), prime) == 1
    assert blocked_rank(np.asarray([[float(prime), 0.0], [0.0, 1.0]]), prime) == 1


def test_unusable_primes_are_named() -> None:
    with pytest.raises(ValueError, match="prime 16777259"):
        PrimeField(16777259)
    with pytest.raises(ValueError, match="fewer than 5 primes below 10"):
        primes(5, below=10)
