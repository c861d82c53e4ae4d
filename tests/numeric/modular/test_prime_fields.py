"""Residues in float64: reduction, and products that stay exact because they are short enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.integers import integers
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.primes import primes

PRIMES = (2, 3, 5, 7, 11, 101, 4194301, 8388593)


@given(st.integers(-(2**53) + 1, 2**53 - 1), st.sampled_from(PRIMES))
@example(2**53 - 2, 3)
@example(2**53 - 2, 2)
@example(-(2**53) + 2, 3)
def test_reduction_keeps_the_residue_and_is_zero_only_for_multiples(value: int, prime: int) -> None:
    reduced = float(PrimeField(prime).reduce(np.asarray([float(value)]))[0])
    assert (int(reduced) - value) % prime == 0
    assert abs(reduced) <= prime // 2 + 2
    assert (reduced == 0.0) == (value % prime == 0)


@pytest.mark.parametrize("prime", PRIMES)
def test_reduction_next_to_the_ends_and_to_multiples(prime: int) -> None:
    top = (2**53 - 1) // prime * prime
    near = [
        start + step
        for start in (top - prime, top // 2 // prime * prime, 0)
        for step in range(-prime, prime + 1, max(1, prime // 50))
    ]
    field = PrimeField(prime)
    for sign in (1, -1):
        values = [sign * value for value in near if abs(value) < 2**53]
        reduced = field.reduce(np.asarray(values, dtype=float)).tolist()
        assert all((int(r) - v) % prime == 0 for r, v in zip(reduced, values, strict=True))
        assert max(map(abs, reduced)) <= prime // 2 + 2
        assert [r == 0 for r in reduced] == [v % prime == 0 for v in values]


@pytest.mark.parametrize("prime", [4194301, 8388593])
def test_long_products_are_split_so_that_they_stay_exact(prime: int) -> None:
    field = PrimeField(prime)
    size, largest = 3 * field.inner, prime // 2 + 2
    left = np.full((1, size), float(largest))
    right = np.full((size, 1), float(largest))
    expected = size * largest**2 % prime
    assert int(field.matmul(left, right)[0, 0]) % prime == expected
    start = np.full((1, 1), -float(largest))
    assert int(field.subtract_product(start, left, right)[0, 0]) % prime == (-largest - expected) % prime


def test_control_products_that_are_too_long_are_not_exact() -> None:
    field = PrimeField(8388593)
    size = 3 * field.inner
    left = np.arange(1, size + 1, dtype=float)[None, :] % 7 + field.prime // 2 - 7
    expected = sum(int(entry) ** 2 for entry in left[0]) % field.prime
    assert int(field.matmul(left, left.T)[0, 0]) % field.prime == expected
    field.inner = size
    assert int(field.matmul(left, left.T)[0, 0]) % field.prime != expected


def test_the_length_of_exact_products_follows_the_bound() -> None:
    for prime in PRIMES:
        largest = prime // 2 + 2
        assert (PrimeField(prime).inner + 1) * largest**2 + largest < 2**53
    assert PrimeField(4194301).inner == 2046


def test_integers_of_any_size_are_reduced() -> None:
    field: Any = PrimeField(7)
    assert to_numpy(field.balanced(integers([[10**40, -1]]))).tolist() == [[(10**40 + 3) % 7 - 3.0, -1.0]]
    assert (int(field.inverse(3.0)) * 3) % 7 == 1


def test_unusable_primes_are_named() -> None:
    with pytest.raises(ValueError, match="prime 16777259"):
        PrimeField(16777259)
    assert PrimeField(primes(1, 2**23)[0]).inner > 500
