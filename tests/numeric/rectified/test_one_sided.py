"""One-sided derivatives of rectified networks against exact difference quotients."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.rectified.directional import Directions, Point, gated, one_sided
from hessproof.numeric.rectified.neighbourhood import constant_nearby, outputs


def drawn(widths: tuple[int, ...], bias: bool, seed: int) -> tuple[Point, Directions]:
    rng = np.random.default_rng(seed)
    shapes = list(zip(widths[1:], widths, strict=False))
    weights = tuple(rng.integers(-1, 2, size=shape) for shape in shapes)
    shifts = tuple(rng.integers(-1, 2, size=rows) * bias for rows, _ in shapes)
    directions = Directions(
        tuple(rng.integers(-3, 4, size=(2, *shape)) for shape in shapes),
        tuple(np.zeros((2, rows), dtype=np.int64) for rows, _ in shapes),
    )
    return Point(weights, shifts, rng.integers(-1, 2, size=widths[0])), directions


@given(st.sampled_from([(1, 1, 1), (2, 2, 1), (1, 2, 2, 2), (1, 1, 1, 1, 1)]), st.booleans(), st.integers(0, 2**32 - 1))
def test_one_sided_derivatives_are_limits_of_difference_quotients(
    widths: tuple[int, ...], bias: bool, seed: int
) -> None:
    point, directions = drawn(widths, bias, seed)
    found = one_sided(point, directions)
    weights = [weight.tolist() for weight in point.weights]
    shifts, inputs = [shift.tolist() for shift in point.shifts], point.inputs.tolist()
    for number in range(2):
        line = [change[number].tolist() for change in directions.weights]
        here = outputs(weights, shifts, inputs, line, Fraction(0))
        step = Fraction(1, 10**9)
        there = outputs(weights, shifts, inputs, line, step)
        for slope, one, two in zip(found[number], here, there, strict=True):
            assert abs((two - one) / step - int(slope)) < Fraction(1, 10**5)


@given(st.booleans(), st.integers(0, 2**32 - 1))
def test_away_from_kinks_the_value_of_a_gate_at_zero_does_not_matter(bias: bool, seed: int) -> None:
    point, directions = drawn((2, 2, 2, 2), bias, seed)
    if not point.kinks:
        assert (gated(point, directions, 0) == gated(point, directions, 1)).all()
        assert (gated(point, directions, 0) == one_sided(point, directions)).all()


def test_a_network_that_is_locally_constant_has_an_open_chain_that_is_not_zero() -> None:
    zero = np.array([0])
    point = Point((np.array([[0]]), np.array([[-1]]), np.array([[-1]])), (zero,) * 3, np.array([1]))
    up = np.zeros((1, 1, 1), dtype=np.int64)
    directions = Directions((up + 1, up, up), (np.zeros((1, 1), dtype=np.int64),) * 3)
    assert point.silent
    assert point.kinks == 2
    assert one_sided(point, directions).tolist() == gated(point, directions, 0).tolist() == [[0]]
    assert gated(point, directions, 1).tolist() == [[1]]
    lines = [[[[Fraction(a, 10)]], [[Fraction(b, 10)]], [[Fraction(c, 10)]]] for a, b, c in ((1, 2, 3), (-4, 5, -6))]
    assert constant_nearby([[[0]], [[-1]], [[-1]]], [[0]] * 3, [1], lines)
    assert not constant_nearby([[[0]], [[1]], [[-1]]], [[0]] * 3, [1], lines)


@pytest.mark.parametrize("gate", [0, 1])
def test_neither_gate_gives_the_derivative_of_a_difference_of_two_ramps(gate: int) -> None:
    """max(u, 0) − max(−u, 0) = u at u = 0, as a function of the first pre-activation."""
    point = Point(
        (np.array([[1]]), np.array([[1], [-1]]), np.array([[1, -1]])),
        (np.array([0]), np.array([-1, 1]), np.array([0])), np.array([1]),
    )  # fmt: skip
    still = tuple(np.zeros((2, *weight.shape), dtype=np.int64) for weight in point.weights)
    shifts = (np.array([[1], [-1]]), np.zeros((2, 2), dtype=np.int64), np.zeros((2, 1), dtype=np.int64))
    directions = Directions(still, shifts)
    assert one_sided(point, directions).tolist() == [[1], [-1]]
    assert gated(point, directions, gate).tolist() == [[2 * gate], [-2 * gate]]
