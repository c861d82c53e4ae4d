"""Orderings: what they decide is true for every integer solution, and what they cannot decide they say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Function, symbols

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.ordering import NotSettled, Ordering

k, l, L, m = symbols("k l L m", integer=True)
BOX = 3
COEFFICIENTS = st.integers(-2, 2)
LINEAR = st.builds(lambda a, b, c, e: a * k + b * l + c * L + e, *(COEFFICIENTS,) * 3, st.integers(-3, 3))


@pytest.mark.long
@settings(max_examples=60)
@given(st.lists(LINEAR, max_size=4), LINEAR)
def test_decisions_hold_for_all_integer_solutions(gaps, expression):
    box = [symbol >= -BOX for symbol in (k, l, L)] + [symbol <= BOX for symbol in (k, l, L)]
    try:
        order = Ordering(*box, *(gap >= 0 for gap in gaps))
    except UnusableRequest:
        return
    decided = order.nonnegative(expression)
    values = [expression.subs(solution) >= 0 for solution in order.solutions(-BOX, BOX)]
    assert decided is None or all(value == decided for value in values)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (l - k, True),
        (l - k - 1, True),
        (L - k - 1, True),
        (k - l, False),
        (L - l - 1, None),
        (m - k, None),
        (-1, False),
    ],
)
def test_decisions_on_the_order_of_two_layers(expression, expected):
    assert Ordering(k >= 1, k < l, l <= L).nonnegative(expression) is expected


def test_chains_of_assumptions_are_combined():
    order = Ordering(2 * k <= l + 1, l <= k, k >= 1)
    assert order.zero(k - 1) is True
    assert order.zero(l - 1) is True
    assert order.zero(k - l - 1) is False


def test_equalities_count_both_ways():
    assert Ordering(Eq(k, L)).zero(L - k) is True
    assert Ordering(k <= L).zero(L - k) is None


def test_require_names_the_purpose_and_the_assumptions():
    with pytest.raises(NotSettled, match=r"cutting needs L - k >= 0, which does not follow from k >= 1"):
        Ordering(k >= 1).require(L - k, "cutting")


@pytest.mark.parametrize("relations", [(k >= 1, k <= 0), (k < l, l < k), (k >= 1, k <= l, l < 1)])
def test_contradictory_assumptions_are_refused(relations):
    with pytest.raises(UnusableRequest, match="at least one solution"):
        Ordering(*relations)


@pytest.mark.parametrize("relation", [k * l >= 1, Function("M")(k) >= 1, k / 2 >= 1])
def test_assumptions_must_be_linear_over_the_integers(relation):
    with pytest.raises(UnusableRequest, match="linear over the integers"):
        Ordering(relation)


def test_a_false_assumption_is_refused():
    with pytest.raises(UnusableRequest, match="a relation that can hold"):
        Ordering(False)


def test_implication():
    assert Ordering(k >= 1, k < l, l <= L).implies(Ordering(k <= L, l >= 2))
    assert not Ordering(k >= 1, k <= l).implies(Ordering(k < l))
