"""The softmax Hessian at rational probabilities: exact decisions against floating-point eigenvalues."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.losses.softmax import LIMIT, bounded, frobenius_squared, norm_at_most, parts
from hessproof.symbolic.errors import UnusableRequest


def largest(shares: list[Fraction]) -> float:
    numbers = np.array([float(share) for share in shares])
    return float(np.linalg.eigvalsh(np.diag(numbers) - np.outer(numbers, numbers))[-1])


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6).filter(any), st.integers(0, 400))
def test_the_exact_decision_is_that_of_the_largest_eigenvalue(entries: list[int], size: int) -> None:
    shares = [Fraction(entry, sum(entries)) for entry in entries]
    bound = Fraction(size, 400)
    if abs(largest(shares) - float(bound)) > 1e-9:
        assert norm_at_most(shares, bound) == (largest(shares) <= float(bound))


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_minors_decide_as_the_polynomial_does(outputs: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = parts(rng, outputs, min(LIMIT[outputs], 30), 5)
    total = rows.sum(axis=1)
    twice = rng.integers(1, int(total[0]) ** 2 + 2, size=len(rows))
    for row, size, found in zip(rows, twice, bounded(rows, twice), strict=True):
        shares = [Fraction(int(entry), int(total[0])) for entry in row]
        assert found == norm_at_most(shares, Fraction(int(size), 2 * int(total[0]) ** 2))


def test_minors_stay_below_the_largest_integer() -> None:
    for outputs, total in LIMIT.items():
        exact = outputs * (2 * total**2) ** outputs
        assert outputs == 1 or exact < 2**63


def test_equality_is_decided_at_the_extreme() -> None:
    half = [Fraction(1, 2), Fraction(1, 2)]
    assert norm_at_most(half, Fraction(1, 2))
    assert not norm_at_most(half, Fraction(1, 2) - Fraction(1, 10**40))
    assert frobenius_squared(half) == Fraction(1, 4)
    assert norm_at_most([Fraction(1)], Fraction(0))


def test_drawn_vectors_have_zeros_and_the_given_total() -> None:
    rows = parts(np.random.default_rng(4), 4, 20, 200)
    assert (rows.sum(axis=1) == 20).all()
    assert (rows == 0).any()
    assert (rows.max(axis=1) == 20).any() or (rows.max(axis=1) > 15).any()


def test_a_total_that_would_overflow_is_refused() -> None:
    with pytest.raises(UnusableRequest, match="at most"):
        parts(np.random.default_rng(0), 6, 21, 1)
    with pytest.raises(UnusableRequest):
        parts(np.random.default_rng(0), 7, 2, 1)
