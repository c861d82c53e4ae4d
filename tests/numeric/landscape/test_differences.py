"""Means over orders, exactly and by draws; levels, slopes and the moving average."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.landscape.differences import (
    decay_slope,
    end_spreads,
    exact_changes,
    exact_spreads,
    level,
    mean_differences,
    pieces,
    smoothed,
)
from hessproof.numeric.landscape.moving_sum import quotient
from hessproof.numeric.landscape.smoothing import quotients
from hessproof.symbolic.convergence import permutations
from hessproof.symbolic.errors import UnusableRequest

NUMBERS = st.lists(st.fractions(-5, 5, max_denominator=4), min_size=2, max_size=4)


@settings(max_examples=25)
@given(NUMBERS)
def test_the_theorem_holds_for_any_numbers(numbers: list[Fraction]) -> None:
    changes, spreads = exact_changes(numbers), exact_spreads(numbers)
    size = len(numbers)
    assert [change * (k + 1) for k, change in enumerate(changes, 1)] == spreads
    assert all(one >= two for one, two in pairwise(spreads))
    assert spreads[0] <= 2 * (1 - Fraction(1, size)) * spreads[-1]
    assert permutations.ends(numbers) == (spreads[0], spreads[-1])


@settings(max_examples=25)
@given(NUMBERS)
def test_the_ends_in_floating_point(numbers: list[Fraction]) -> None:
    found = end_spreads(np.asarray([float(one) for one in numbers]))
    exact = permutations.ends(numbers)
    assert found == pytest.approx(tuple(map(float, exact)), abs=1e-12)


def test_drawn_orders_come_near_the_mean_over_all() -> None:
    numbers = [Fraction(n) for n in (0, 1, 3, 4, 9, 2)]
    drawn = mean_differences(np.asarray([float(n) for n in numbers]), 20_000, 1)
    np.testing.assert_allclose(drawn, [float(x) for x in exact_changes(numbers)], rtol=0.05)


def test_rows_see_the_same_orders() -> None:
    row = np.arange(30.0) ** 1.5
    both = mean_differences(np.stack([row, 2 * row]), 7, 3)
    np.testing.assert_allclose(both[1], 2 * both[0])
    np.testing.assert_allclose(both[0], mean_differences(row, 7, 3))


def test_moving_average_step_by_step() -> None:
    values = np.random.default_rng(0).random((2, 50))
    expected = [values[:, 0]]
    for column in values[:, 1:].T:
        expected.append(0.99 * expected[-1] + 0.01 * column)
    np.testing.assert_allclose(smoothed(values), np.stack(expected, axis=1))


def test_quotients_by_recursion_by_sum_and_in_floating_point_agree() -> None:
    values = 1 / np.arange(2.0, 802.0)
    floats = smoothed(values) / values
    for k, ball in enumerate(quotients(99, 100, 800), 1):
        assert ball.rad() < 1e-40
        assert float(ball) == pytest.approx(floats[k - 1], rel=1e-10)
        if k % 97 == 1:
            assert ball.overlaps(quotient(99, 100, k))


def test_slopes_and_levels_of_known_curves() -> None:
    counts = np.arange(1.0, 2000.0)
    for power in (0.5, 1.0, 2.0):
        assert decay_slope(3 * counts**-power) == pytest.approx(-power, abs=0.01)
    assert level(5 / (counts + 1)) == pytest.approx(5.0)
    assert math.isnan(decay_slope(np.zeros(100)))
    assert math.isnan(decay_slope(np.ones(5)))


def test_pieces_cover_every_k_once() -> None:
    for size in (10, 11, 57, 1796, 9999):
        covered = [k for each in pieces(size) for k in range(each.start + 1, each.stop + 1)]
        assert covered == list(range(10, size + 1))
    assert pieces(9) == []


def test_bad_input_is_refused() -> None:
    for losses in (np.zeros(1), np.asarray(1.0), np.asarray([1.0, math.nan])):
        with pytest.raises(UnusableRequest, match="two finite numbers"):
            mean_differences(losses)
    with pytest.raises(UnusableRequest, match="at least one"):
        mean_differences(np.zeros(3), 0)
    with pytest.raises(UnusableRequest, match="0 ≤ f < 1"):
        smoothed(np.zeros(3), 1.0)
    with pytest.raises(UnusableRequest, match="run through"):
        exact_changes([Fraction(n) for n in range(8)])
    with pytest.raises(UnusableRequest, match="run through"):
        exact_spreads([Fraction(0)])
