"""Rank over the rationals, with its proof."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric import exact
from hessproof.numeric.exact import as_integers, exact_rank
from hessproof.numeric.integers import integers, largest_bits, product, rational_rank, residues


def _of_rank(rows: int, columns: int, rank: int, seed: int, spread: int = 9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return product(
        [
            integers(rng.integers(-spread, spread + 1, (rows, rank))),
            integers(rng.integers(-spread, spread + 1, (rank, columns))),
        ]
    )


@pytest.mark.slow
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 8), st.integers(0, 2**20))
def test_both_proofs_give_the_rank_over_q(rows: int, columns: int, rank: int, seed: int) -> None:
    matrix = _of_rank(rows, columns, rank, seed)
    truth = rational_rank(matrix)
    found = exact_rank(matrix)
    assert (found.value, found.bound) == (truth, "exact")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "FRACTION_FREE", 0)
        by_minors = exact_rank(matrix)
    assert (by_minors.value, by_minors.bound) == (truth, "exact")


def test_a_rank_that_drops_modulo_the_first_prime_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    prime = exact.primes(1, exact.WORD)[0]
    matrix = integers(np.diag([prime, 1, 0]))
    monkeypatch.setattr(exact, "FRACTION_FREE", 0)
    found = exact_rank(matrix)
    assert (found.value, found.bound) == (2, "exact")
    assert prime not in exact_rank(integers(np.diag([prime, 1]))).primes


def test_a_proof_that_is_too_long_leaves_a_lower_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "FRACTION_FREE", 0)
    matrix = _of_rank(30, 30, 7, 0, spread=10**6)
    assert exact_rank(matrix).bound == "exact"
    found = exact_rank(matrix, most_primes=1)
    assert (found.value, found.bound) == (7, "lower")
    assert "a proof over Q would take" in found.why
    assert exact_rank(matrix, most_primes=1, upper=7).bound == "exact"


def test_control_too_few_primes_would_not_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a wrong Hadamard bound, a matrix made singular modulo the first prime passes for singular."""
    monkeypatch.setattr(exact, "FRACTION_FREE", 0)
    monkeypatch.setattr(exact, "_minor_bits", lambda matrix, order: 1)
    prime = exact.primes(1, exact.WORD)[0]
    assert exact_rank(integers(np.diag([prime, 1, 0]))).value == 1


@pytest.mark.parametrize("entry", [2, -3, 10**30])
def test_hadamard_bounds_every_minor(entry: int) -> None:
    matrix = integers([[entry, 1, 0], [1, entry, 2], [0, 3, entry]])
    determinant = int(flint.fmpz_mat(3, 3, matrix.ravel().tolist()).det())
    assert abs(determinant) < 2 ** exact._minor_bits(matrix, 3)


def test_fractions_flint_matrices_and_empty_ones() -> None:
    third = Fraction(1, 3)
    assert exact_rank([[third, 1], [1, 3]]).value == 1
    assert exact_rank(flint.fmpq_mat([[flint.fmpq(1, 3), 1], [1, 4]])).value == 2
    assert exact_rank(flint.fmpz_mat([[1, 2], [2, 4]])).value == 1
    assert exact_rank(np.zeros((0, 3), dtype=object)).value == 0
    assert exact_rank(np.asarray([[1, 2], [2, 4]])).value == 1
    assert as_integers([[third, 1], [1, 2]]).tolist() == [[1, 3], [1, 2]]


def test_zero_rows_and_columns_are_left_out() -> None:
    matrix = integers(np.zeros((60, 60), dtype=int))
    matrix[3:40, 5:42] = _of_rank(37, 37, 37, 1)
    found = exact_rank(matrix)
    assert (found.value, found.why) == (37, "the rank modulo a prime meets the smaller side")
    assert exact_rank(integers(np.zeros((3, 3), dtype=int))).value == 0


def test_what_is_no_integer_matrix_is_refused() -> None:
    with pytest.raises(TypeError, match="two dimensions"):
        exact_rank([1, 2])
    with pytest.raises(TypeError):
        exact_rank([[0.5, 1.0]])
    with pytest.raises(TypeError, match="no matrices"):
        product([])


def test_integer_helpers() -> None:
    assert largest_bits(integers([[-8, 3]])) == 4
    assert largest_bits(np.zeros((0, 2), dtype=object)) == 0
    assert rational_rank(np.zeros((0, 2), dtype=object)) == 0
    assert residues(integers([[-1]]), 7).tolist() == [[6.0]]
    assert integers(np.asarray([[1, 2]], dtype=np.uint8)).dtype == object
