"""Rules for the rank of block matrices of symbolic size, against exact ranks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Identity, Integer, Symbol

from hessproof.symbolic.attainment.rank_rules import (
    OnesAndIdentity,
    Pivots,
    Separate,
    SumAndDifference,
    Triangle,
    block_matrix,
)
from hessproof.symbolic.attainment.toeplitz import Coefficients, Lower, Ones, combined, read
from hessproof.symbolic.generalised_inverse import Rk
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import add, times

N = Symbol("n", integer=True)
SIZES = Ordering(N >= 1)
SMALL = st.integers(-2, 2)


def patterns(constant=False):
    """Coefficients of a block; of a constant one if asked for."""
    zero = st.just(0)
    return st.builds(lambda *parts: Coefficients(*map(Integer, parts)), SMALL, *((zero if constant else SMALL,) * 3))


def at(expression, size):
    return evaluate(expression, Valuation({N: size}))


def agree(before, after):
    assert all(at(before, size) == at(after, size) for size in (1, 2, 3))


@settings(max_examples=12)
@given(patterns())
def test_a_block_is_read_back(found):
    assert read(combined(N, N, found), SIZES) == found
    assert read(combined(N, N, found.transposed).T, SIZES) == found


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(SMALL, min_size=4, max_size=4), st.lists(SMALL, min_size=4, max_size=4), patterns())
def test_pivots(pivots, beside, rest):
    a, b, c, d = pivots
    one = Integer(1)

    def constant(value, rows, cols):
        return combined(rows, cols, Coefficients(Integer(value), Integer(0), Integer(0), Integer(0)))

    matrix = Rk(block_matrix([
        [constant(a, one, one), constant(b, one, one), constant(beside[0], one, N)],
        [constant(c, one, one), constant(d, one, one), constant(beside[1], one, N)],
        [constant(beside[2], N, one), constant(beside[3], N, one), combined(N, N, rest)],
    ]))  # fmt: skip
    if a * d == b * c:
        with pytest.raises(RuleFailure, match="singular"):
            Pivots(2).apply(matrix, SIZES)
    else:
        agree(matrix, Pivots(2).apply(matrix, SIZES))


@settings(max_examples=12)
@given(st.lists(st.one_of(st.just(Coefficients(*map(Integer, (0,) * 4))), patterns()), min_size=9, max_size=9))
def test_separate(found):
    rows = [[combined(N, N, found[3 * row + col]) for col in range(3)] for row in range(3)]
    matrix = Rk(block_matrix(rows))
    agree(matrix, Separate().apply(matrix, SIZES))


@settings(max_examples=12)
@given(patterns(), patterns())
def test_sum_and_difference(one, two):
    a, b = combined(N, N, one), combined(N, N, two)
    matrix = Rk(block_matrix([[a, b], [b, a]]))
    agree(matrix, SumAndDifference().apply(matrix, SIZES))


@pytest.mark.parametrize("matrix", [Lower(N), times(-2, Lower(N)), Lower(N).T])
def test_triangle(matrix):
    assert Triangle().apply(Rk(matrix), SIZES) == N
    agree(Rk(matrix), N)


@settings(max_examples=12)
@given(SMALL, SMALL)
def test_ones_and_identity(alpha, delta):
    matrix = Rk(combined(N, N, Coefficients(Integer(alpha), Integer(0), Integer(0), Integer(delta))))
    try:
        found = OnesAndIdentity().apply(matrix, SIZES)
    except (RuleFailure, NotSettled):
        return
    agree(matrix, found)


def test_what_is_not_settled_is_refused():
    with pytest.raises(RuleFailure, match="may be zero"):
        OnesAndIdentity().apply(Rk(add(Ones(N, N), times(-1, Identity(N)))), SIZES)
    with pytest.raises(NotSettled):
        OnesAndIdentity().apply(Rk(Ones(N, N)), Ordering(N >= 0))
    with pytest.raises(RuleFailure, match="no rank"):
        Triangle().apply(Rk(add(Lower(N), Identity(N))), SIZES)
    with pytest.raises(RuleFailure, match="A, B, B, A"):
        SumAndDifference().apply(Rk(block_matrix([[Lower(N), Ones(N, N)], [Ones(N, N), Ones(N, N)]])), SIZES)
