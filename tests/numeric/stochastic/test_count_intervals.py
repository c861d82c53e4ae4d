"""Intervals for counts, means, traces and norms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from hessproof.numeric.stochastic.intervals import count_interval, square_bounds, student, trace_deviation
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.parametrize(("size", "count", "probes"), [(40, 1, 1), (40, 13, 2), (40, 39, 3), (2000, 700, 4)])
def test_count_intervals_hold_as_often_as_they_say(size: int, count: int, probes: int) -> None:
    failure, draws = 0.1, 2000
    shares = stats.beta.rvs(probes * count / 2, probes * (size - count) / 2, size=draws, random_state=1)
    inside = sum(
        low <= count <= high
        for low, high in (count_interval(float(share), float(share), size, probes, failure) for share in shares)
    )
    # 5 standard deviations of the share of successes below what is promised
    assert inside / draws >= 1 - failure - 5 * math.sqrt(failure / draws)


def test_control_intervals_for_biased_shares_fail() -> None:
    shares = 1.3 * stats.beta.rvs(4 * 300 / 2, 4 * 700 / 2, size=300, random_state=1)
    inside = sum(
        low <= 300 <= high for low, high in (count_interval(float(s), float(s), 1000, 4, 0.05) for s in shares)
    )
    assert inside < 30


def test_count_intervals_grow_with_what_the_quadrature_leaves_open() -> None:
    narrow, wide = count_interval(0.3, 0.3, 500, 4, 0.05), count_interval(0.2, 0.4, 500, 4, 0.05)
    assert wide[0] < narrow[0] <= 150 <= narrow[1] < wide[1]
    assert count_interval(0.0, 1.0, 500, 4, 0.05) == (0, 500)
    assert count_interval(1e-15, 1e-15, 500, 4, 0.05)[0] == 0


def test_more_probes_make_shorter_intervals() -> None:
    lengths = [np.diff(count_interval(0.3, 0.3, 500, probes, 0.05))[0] for probes in (1, 4, 16, 64)]
    assert lengths == sorted(lengths, reverse=True)


def test_laurent_and_massart_cover_normal_forms() -> None:
    stream = np.random.default_rng(3)
    for values in (np.asarray([1.0]), np.asarray([3.0, -2.0, 0.5]), np.ones(40)):
        frobenius, norm, probes = float(np.linalg.norm(values)), float(np.abs(values).max()), 30
        drawn = stream.standard_normal((2000, probes, len(values))) ** 2
        forms, squares = (drawn @ values).mean(axis=1), (drawn @ values**2).mean(axis=1)
        away = trace_deviation(frobenius, norm, probes, 0.05)
        assert (np.abs(forms - values.sum()) <= away).mean() >= 0.95
        for limit in (None, norm):
            bounds = np.asarray([square_bounds(float(one), probes, 0.05, limit) for one in squares])
            assert ((bounds[:, 0] <= frobenius**2) & (frobenius**2 <= bounds[:, 1])).mean() >= 0.95
        tighter, looser = square_bounds(1.0, probes, 0.05, norm=0.1), square_bounds(1.0, probes, 0.05)
        assert looser[0] <= tighter[0] <= 1.0 <= tighter[1] <= looser[1]


def test_few_probes_bound_nothing_from_above() -> None:
    assert square_bounds(1.0, 4, 0.05)[1] == math.inf


def test_student_is_that_of_the_textbooks() -> None:
    values = [1.2, 0.7, 1.9, 1.1, 0.4]
    one = student(values, 0.05)
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert (one.low, one.high) == (pytest.approx(low), pytest.approx(high))
    assert one.half == pytest.approx((high - low) / 2)


@pytest.mark.parametrize("failure", [0.0, 1.0, -0.1])
def test_probabilities_out_of_range(failure: float) -> None:
    for call in (
        lambda: count_interval(0.1, 0.1, 10, 1, failure),
        lambda: student([1.0, 2.0], failure),
        lambda: trace_deviation(1.0, 1.0, 1, failure),
        lambda: square_bounds(1.0, 1, failure),
    ):
        with pytest.raises(UnusableRequest, match="between 0 and 1"):
            call()


def test_too_few_of_anything() -> None:
    with pytest.raises(UnusableRequest, match="2"):
        student([1.0], 0.05)
    with pytest.raises(UnusableRequest, match="at least 1"):
        count_interval(0.1, 0.1, 10, 0, 0.05)
