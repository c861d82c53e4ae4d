"""Two eliminations modulo a prime against each other, and what a modular rank may not be taken for."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.integers import integers
from hessproof.numeric.modular import CROSSOVER, blocked_rank, elimination_cost, pivot_columns, residue_rank
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
    assert blocked_rank(matrix, prime, overwrite=True) == flint_rank(before, prime)


@pytest.mark.parametrize("shape", [(1, 1), (70, 70), (33, 90), (90, 33), (0, 3), (3, 0), (160, 200), (230, 160)])
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


@pytest.mark.parametrize("device", ["CPU_DEVICE", "device1"])
def test_elimination_runs_on_the_strict_array_api(device: str) -> None:
    rng = np.random.default_rng(2)
    matrix = (rng.integers(-9, 10, (40, 11)) @ rng.integers(-9, 10, (11, 105))).astype(float)
    matrix[:, 0] = 0
    strict = array_api_strict.asarray(matrix, device=array_api_strict.Device(device))
    assert blocked_rank(strict, 4194301) == residue_rank(strict, 4194301) == flint_rank(matrix, 4194301) == 11
    assert pivot_columns(strict, 4194301) == list(range(1, 12))


def hessian_like(size: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """[[0, F], [F⊤, 0]] with F a Kronecker product, as in a functional Hessian: its first rows are far from generic."""
    left, right = (rng.integers(-3, 4, (size, size)) for _ in range(2))
    block = np.kron(left, right).astype(float)
    zero = np.zeros_like(block)
    return np.block([[zero, block], [block.T, zero]])


def test_blocks_of_zeros_and_kronecker_products() -> None:
    matrix = hessian_like(9, np.random.default_rng(3))
    assert min(matrix.shape) >= CROSSOVER
    assert residue_rank(matrix, 4194301) == flint_rank(matrix, 4194301)
    identity = np.eye(200)[np.random.default_rng(4).permutation(200)]
    identity[17] = 0.0
    assert residue_rank(identity, 4194301) == 199
    assert residue_rank(np.zeros((160, 170)), 4194301) == 0


def test_control_one_wrong_entry_is_seen() -> None:
    rng = np.random.default_rng(5)
    matrix = (rng.integers(-9, 10, (190, 40)) @ rng.integers(-9, 10, (40, 200))).astype(float)
    assert blocked_rank(matrix, 4194301) == 40
    matrix[123, 77] += 1
    assert blocked_rank(matrix, 4194301) == flint_rank(matrix, 4194301) == 41


def test_control_a_modular_rank_can_be_too_small() -> None:
    prime = primes(1)[0]
    assert flint_rank(integers([[prime, 0], [0, 1]]), prime) == 1
    assert blocked_rank(np.asarray([[float(prime), 0.0], [0.0, 1.0]]), prime) == 1


def test_progress_rises_to_one() -> None:
    matrix: Any = np.random.default_rng(6).integers(0, 4194301, (400, 300)).astype(float)
    shares: list[float] = []
    assert blocked_rank(matrix, 4194301, progress=shares.append) == 300
    assert shares == sorted(shares)
    assert len(shares) > 10
    assert 0 < shares[0] < 0.2
    assert shares[-1] == 1.0
    assert 0.8 < shares[-2]
    shares.clear()
    assert residue_rank(matrix[:9], 4194301, progress=shares.append) == 9
    assert shares == [1.0]


def test_predicted_operations_are_those_of_pivot_after_pivot() -> None:
    for rows, columns, rank in ((7, 5, 5), (5, 9, 3), (6, 6, 0)):
        counted = sum(2 * (rows - k - 0.5) * (columns - k - 0.5) + 1 / 6 for k in range(rank))
        assert elimination_cost(rows, columns, rank)[0] == pytest.approx(counted)
    assert elimination_cost(16410, 16410)[1] < 1.15 * 8 * 16410**2
    assert elimination_cost(3, 4, 99) == elimination_cost(3, 4)
    assert elimination_cost(9, 9, symmetric=True)[0] == elimination_cost(9, 9)[0] / 2


def test_unusable_primes_are_named() -> None:
    with pytest.raises(ValueError, match="fewer than 5 primes below 10"):
        primes(5, below=10)
    with pytest.raises(ValueError, match="prime 16777259"):
        residue_rank(np.zeros((200, 200)), 16777259)
