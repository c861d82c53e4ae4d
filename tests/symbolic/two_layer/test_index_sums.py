"""The normal form of sums over indices, and the rules that use it, against values computed from definitions."""

from __future__ import annotations

import pytest
import sympy as sp

from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.two_layer.energy import mean_energy
from hessproof.symbolic.two_layer.index_sums import Differentiate, Put, Sift, plain, same
from hessproof.symbolic.two_layer.index_values import Nilpotent, drawn, index_value, number
from hessproof.symbolic.two_layer.letters import (
    EPSILON,
    I2,
    MU,
    NU,
    VARIANCE,
    W1,
    W2,
    A,
    B,
    D,
    E,
    H,
    I,
    J,
    K,
    L,
    M,
    Mean,
    X,
    output,
    preactivation,
)
from hessproof.symbolic.two_layer.means import Isserlis, MeanOfSum
from hessproof.symbolic.two_layer.signs import SquareOfSum, SumOfSquares, semidefinite
from hessproof.symbolic.two_layer.split import cross_entry

NO = Ordering()
EXPRESSIONS = (
    sp.Sum(2 * X[J, MU] + W1[A, J] * X[J, MU], (J, 1, D)),
    sp.Sum(X[J, MU] * sp.Sum(W2[I, A] * W1[A, J], (A, 1, H)), (J, 1, D)) / M,
    sp.Sum(sp.Integer(3), (I, 1, K), (MU, 1, M)),
    sp.Sum(E[I, MU] ** 2, (I, 1, K)) * sp.Sum(X[J, NU], (J, 1, D)),
    sp.Sum(preactivation(A, MU) ** 2 * W2[I, A], (A, 1, H)),
)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_the_normal_form_has_the_same_value(expression: sp.Expr) -> None:
    for valuation in drawn(cross_entry(), 3):
        assert index_value(plain(expression), valuation) == index_value(expression, valuation)


def test_equal_sums_are_seen_to_be_equal_and_others_are_not() -> None:
    nested = sp.Sum(sp.Sum(X[J, MU] * E[I, MU], (J, 1, D)), (MU, 1, M))
    flat = sp.Sum(X[J, MU] * E[I, MU], (MU, 1, M), (J, 1, D))
    assert same(nested, flat, NO)
    assert not same(nested, 2 * flat, NO)
    assert not same(nested, sp.Sum(X[J, MU] * E[I2, MU], (MU, 1, M), (J, 1, D)), NO)


def test_a_delta_sifts_only_indices_of_its_own_range() -> None:
    summed = sp.Sum(sp.KroneckerDelta(A, B) * W2[I, A], (A, 1, H))
    assert same(Sift().apply(summed, NO), W2[I, B], NO)
    foreign = sp.Sum(sp.KroneckerDelta(A, J) * W2[I, A], (A, 1, H))  # j runs to d and not to h
    assert same(Sift().apply(foreign, NO), foreign, NO)
    short = sp.Sum(sp.KroneckerDelta(A, B) * W2[I, A], (A, 1, H - 1))
    assert same(Sift().apply(short, NO), short, NO)


def test_a_rule_that_has_nothing_to_do_refuses() -> None:
    for rule in (Differentiate(), Put("x", "x", lambda node: None), Isserlis(), SquareOfSum(A, B)):
        with pytest.raises(RuleFailure):
            rule.apply(W1[A, J], NO)
    for wrong in (-semidefinite().lines[1], sp.Sum(E[I, MU], (I, 1, K)), E[I, MU] ** 2):
        with pytest.raises(RuleFailure):
            SumOfSquares().apply(wrong, NO)
    with pytest.raises(RuleFailure):  # not the same function of both indices
        SquareOfSum(A, B).apply(sp.Sum(W1[A, J] * W1[B, L], (A, 1, H), (B, 1, H)), NO)


def test_derivatives_are_read_off_nilpotent_numbers() -> None:
    one = Nilpotent({frozenset({1}): number(1).parts[frozenset()]})
    assert (one * one).parts == {}
    for valuation in drawn(cross_entry(), 5):
        twice = sp.Derivative(output(I, MU) ** 2, W1[B, L], evaluate=False)
        chain = 2 * output(I, MU) * sp.Derivative(output(I, MU), W1[B, L], evaluate=False)
        assert index_value(twice, valuation) == index_value(chain, valuation)


def test_isserlis_gives_the_moments_of_a_normal_number() -> None:
    for power, factor in ((2, 1), (4, 3), (6, 15)):
        found = Isserlis().apply(Mean(E[I, MU] ** power), NO).subs({sp.KroneckerDelta(I, I): 1})
        assert sp.simplify(found - factor * (2 * EPSILON) ** (power // 2)) == 0
    assert Isserlis().apply(Mean(E[I, MU] ** 3), NO) == 0
    mixed = Isserlis().apply(Mean(W1[A, J] * W1[B, L] * X[J, MU] ** 2), NO)
    assert sp.simplify(mixed - VARIANCE * sp.KroneckerDelta(A, B) * sp.KroneckerDelta(J, L)) == 0


def test_the_mean_of_the_square_of_a_random_sum_is_refused() -> None:
    square = MeanOfSum().apply(Mean(sp.Sum(E[I, MU], (I, 1, K)) ** 2), NO)
    with pytest.raises(RuleFailure):
        Isserlis().apply(square, NO)
    assert mean_energy().final == EPSILON
