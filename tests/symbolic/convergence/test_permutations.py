"""Means over all orders: the derivations, and rules that refuse what does not follow."""

from __future__ import annotations

import pytest
import sympy as sp

from hessproof.symbolic.convergence import permutations
from hessproof.symbolic.convergence.orders import (
    LESS,
    NUMBER,
    PLACED,
    EveryNumber,
    Exchange,
    Falls,
    J,
    OrderMean,
    WholeSample,
    Within,
    partial,
    same,
    spread,
    value,
)
from hessproof.symbolic.convergence.steps import SumTriangle
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

DERIVATIONS = (
    permutations.identity, permutations.falling, permutations.first, permutations.last, permutations.factor,
    permutations.upper, permutations.lower, permutations.loss_bound,
)  # fmt: skip
M = permutations.M


@pytest.mark.slow
@pytest.mark.parametrize("make", DERIVATIONS, ids=lambda make: make.__name__)
def test_derivations_hold_line_by_line_and_on_numbers(make: object) -> None:
    report = make().check(3)  # type: ignore[operator]
    assert report.ok, report.why
    assert report.instances >= 2


@pytest.mark.long
@pytest.mark.parametrize("make", DERIVATIONS, ids=lambda make: make.__name__)
def test_mutants_are_rejected_without_numbers(make: object) -> None:
    derivation = make()  # type: ignore[operator]
    mutants = list(derivation.mutants())[::12]
    assert len(mutants) > 5
    for mutant in mutants:
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


def test_inequalities_point_the_right_way() -> None:
    assert [make().relation for make in DERIVATIONS] == ["=", "<=", "=", "=", "<=", "<=", ">=", "<="]


def test_exchange_needs_both_places_in_or_out_of_every_sum() -> None:
    order = Ordering(J >= 1, J <= M)
    fine = OrderMean(sp.Abs(PLACED[J] - partial(M)))
    assert same(Exchange(J, M).apply(fine, order), OrderMean(sp.Abs(PLACED[M] - partial(M))), order)
    with pytest.raises(RuleFailure, match="not both in or out"):
        Exchange(J, M + 1).apply(fine, order)
    with pytest.raises(RuleFailure, match="may be"):
        Exchange(M, M + 1).apply(OrderMean(PLACED[J]), order)
    with pytest.raises(RuleFailure, match="no mean"):
        Exchange(J, M).apply(partial(M), order)


def test_means_over_numbers_need_one_place_or_a_difference_of_two() -> None:
    for body in (PLACED[1] * PLACED[2], PLACED[1] + PLACED[2] + PLACED[3], partial(LESS)):
        with pytest.raises(RuleFailure):
            EveryNumber().apply(OrderMean(body), Ordering())
    with pytest.raises(RuleFailure, match="no mean"):
        EveryNumber().apply(NUMBER[1], Ordering())
    with pytest.raises(RuleFailure, match="all places"):
        WholeSample().apply(partial(LESS), Ordering())


def test_d_falls_only_from_smaller_to_larger_samples() -> None:
    k = permutations.K_SIZE
    order = Ordering(sp.Ge(k, 1, evaluate=False), k <= LESS)
    with pytest.raises(NotSettled):
        Falls(k, LESS, "<=").apply(spread(k), order)
    with pytest.raises(RuleFailure, match="positive multiple"):
        Falls(k, 1, "<=").apply(-spread(k), order)
    with pytest.raises(RuleFailure, match="positive multiple"):
        Within(SumTriangle()).apply(-spread(k), order)


def test_values_are_means_over_all_orders() -> None:
    numbers = [0, 1, 5, 9]
    valuation = Valuation({NUMBER: numbers, LESS: 2})
    assert value(OrderMean(sp.Abs(PLACED[2] - PLACED[1])), valuation) == sp.Rational(16, 3)
    assert value(OrderMean(PLACED[3]), valuation) == 5
    for wrong in (OrderMean(PLACED[4]), PLACED[1], NUMBER[0]):
        with pytest.raises(IndexError):
            value(wrong, valuation)
    with pytest.raises(TypeError, match="no value"):
        value(sp.sqrt(LESS), valuation)
