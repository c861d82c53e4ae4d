"""Enclosures contain what they should, by exact rational arithmetic; and radii that are too small are noticed."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hessproof.numeric.norms import enclosure
from hessproof.numeric.norms.enclosure import Ball, join, stack
from hessproof.symbolic.errors import UnusableRequest

FLOATS = st.floats(-1e6, 1e6) | st.floats(-1e-300, 1e-300) | st.integers(-8, 8).map(float)
RADII = st.just(0.0) | st.floats(0, 1e-12) | st.floats(0, 10)
OPERATIONS: list[Callable[[Any, Any], Any]] = [operator.add, operator.sub, operator.mul, operator.truediv]


@st.composite
def members(draw: st.DrawFn) -> tuple[Ball, Fraction]:
    """A ball and a number in it: the middle, an end, or something between."""
    mid, rad = draw(FLOATS), draw(RADII)
    share = Fraction(draw(st.sampled_from([-8, -3, 0, 1, 8])), 8)
    return Ball(np.asarray(mid), np.asarray(rad)), Fraction(mid) + share * Fraction(rad)


@given(members(), members(), st.sampled_from(OPERATIONS))
def test_arithmetic_contains_the_exact_result(
    one: tuple[Ball, Fraction], two: tuple[Ball, Fraction], operation: Callable[[Any, Any], Any]
) -> None:
    assume(operation is not operator.truediv or two[1] != 0)
    assert operation(one[0], two[0]).contains(operation(one[1], two[1])).all()


@pytest.mark.slow
@given(members(), st.fractions(max_denominator=10**6), st.sampled_from(OPERATIONS))
def test_fractions_enter_from_both_sides(
    one: tuple[Ball, Fraction], number: Fraction, operation: Callable[[Any, Any], Any]
) -> None:
    ball, value = one
    assume(operation is not operator.truediv or (number != 0 and value != 0))
    assert operation(ball, number).contains(operation(value, number)).all()
    assert operation(number, ball).contains(operation(number, value)).all()


@given(members(), st.integers(0, 6))
def test_integer_powers(one: tuple[Ball, Fraction], exponent: int) -> None:
    assert (one[0] ** exponent).contains(one[1] ** exponent).all()


@given(members())
def test_roots(one: tuple[Ball, Fraction]) -> None:
    ball, value = one
    assume(value >= 0)
    root = ball.sqrt()
    low, high = Fraction(max(float(root.lower), 0.0)), Fraction(float(root.upper))
    assert low**2 <= value <= high**2


@given(members())
def test_ends_are_outside(one: tuple[Ball, Fraction]) -> None:
    ball, value = one
    assert Fraction(float(ball.lower)) <= value <= Fraction(float(ball.upper))
    assert abs(value) <= Fraction(float(ball.magnitude))


@pytest.mark.slow
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 40))
def test_products_of_matrices_and_sums(seed: int, rows: int, inner: int) -> None:
    rng = np.random.default_rng(seed)

    def drawn(shape: tuple[int, ...]) -> tuple[Ball, Any]:
        mid = rng.standard_normal(shape) * 2.0 ** rng.integers(-40, 40, shape)
        mid[rng.random(shape) < 0.3] = 0.0
        rad = np.abs(mid) * 2.0 ** -rng.integers(10, 60, shape) * (rng.random(shape) < 0.5)
        share = rng.choice([-1, 0, 1], size=shape)
        exact = np.empty(shape, dtype=object)
        for place in np.ndindex(shape):
            exact[place] = Fraction(float(mid[place])) + int(share[place]) * Fraction(float(rad[place]))
        return Ball(mid, rad), exact

    one, exact_one = drawn((rows, inner))
    two, exact_two = drawn((inner, rows))
    assert (one @ two).contains(exact_one @ exact_two).all()
    assert one.sum().contains(exact_one.sum(axis=-1)).all()
    length = one.norm()
    squares = (exact_one * exact_one).sum(axis=-1)
    for low, high, square in zip(length.lower, length.upper, squares, strict=True):
        assert Fraction(max(float(low), 0.0)) ** 2 <= square <= Fraction(float(high)) ** 2
    assert one.maximum().contains(exact_one.max(axis=-1)).all()


def test_a_radius_without_rounding_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the tests above: with u = 0 the tenth of one, ten times, is not one."""

    def tenths() -> bool:
        ball = Ball(np.full(10, 0.1), np.zeros(10))
        return bool(ball.sum().contains(10 * Fraction(0.1)))

    assert tenths()
    monkeypatch.setattr(enclosure, "UNIT", 0.0)
    assert not tenths()


def test_factors_that_are_exactly_zero_keep_their_zero() -> None:
    ball = Ball(np.asarray([3.0, 0.0]), np.asarray([1.0, 0.5]))
    assert (ball * 0).rad.tolist() == [0.0, 0.0]
    assert (Ball.exact(np.zeros((2, 2))) @ ball[:, None]).rad.max() == 0
    assert (ball + 0).rad[1] <= 0.5 * (1 + 1e-14)
    assert (Ball.exact(0.0) / 3).rad == 0


@pytest.mark.parametrize("divisor", [Ball.exact(0.0), Ball(np.asarray(1.0), np.asarray(1.0))])
def test_division_by_what_may_be_zero_knows_nothing(divisor: Ball) -> None:
    found = 1 / divisor
    assert math.isinf(found.rad)
    assert not found.certainly_at_most(1e300)
    assert not found.certainly_above(-1e300)


def test_overflow_decides_nothing() -> None:
    huge = Ball.exact(1e308) * 10
    assert not huge.certainly_at_most(np.inf) or math.isinf(huge.upper)
    assert not huge.certainly_above(0) or huge.lower > 0
    assert not (huge - huge).certainly_at_most(1).any()
    assert Ball.of(10**400).upper == np.inf


def test_roots_of_squares_are_exact_only_for_exact_numbers() -> None:
    assert Ball.exact([0.0, 4.0, 9.0]).sqrt().rad.tolist() == [0, 0, 0]
    near = Ball(np.asarray(4.0), np.asarray(2.0**-60)).sqrt()
    assert near.rad > 0
    assert near.lower < 2 < near.upper
    assert Ball.exact(2.0).sqrt().rad > 0


def test_stacks_and_joins() -> None:
    one, two = Ball.exact([1.0, 2.0]), Ball(np.asarray([3.0, 4.0]), np.asarray([0.5, 0.5]))
    assert stack([one, two]).mid.tolist() == [[1, 3], [2, 4]]
    assert join([one, two]).rad.tolist() == [0, 0, 0.5, 0.5]


def test_too_many_terms_are_refused() -> None:
    with pytest.raises(UnusableRequest, match="terms"):
        Ball.exact(np.zeros(2**20 + 1)).sum()


def test_other_types_are_refused() -> None:
    with pytest.raises(UnusableRequest, match="complex"):
        Ball.exact(1.0) + 1j
