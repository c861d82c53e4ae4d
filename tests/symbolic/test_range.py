"""Sums over layers with symbolic limits, and the range of the Hessian map."""

from __future__ import annotations

import pytest
from sympy import Symbol

from hessproof.symbolic.derivation import RuleFailure
from hessproof.symbolic.kronecker import VecR
from hessproof.symbolic.normal import IllShaped, canonical, same
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.range import CHANGE_ABOVE, CHANGE_BELOW, NET_CHANGE, range_f, range_o
from hessproof.symbolic.sums import INDEX, LayerSum, SplitSum
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import Delta, Descending, L, M, Sigma, Transposed, k, l, times

ORDER = Ordering(k >= 1, k <= L)
VALUATION = Valuation({k: 2, L: 3}, (2, 3, 1, 2), seed=6)
CHANGE = times(Descending(L, l + 1), Delta(l), Descending(l - 1, 1))


def equal(one, two):
    return (evaluate(one, VALUATION) == evaluate(two, VALUATION)).all()


@pytest.mark.parametrize(("change", "shape"), [
    (NET_CHANGE, (M(L), M(0))), (CHANGE_BELOW, (M(k - 1), M(0))), (CHANGE_ABOVE, (M(L), M(k))),
])  # fmt: skip
def test_the_compressed_directions_have_the_published_shapes(change, shape):
    assert change.shape == shape
    assert evaluate(change, VALUATION).shape == tuple(VALUATION.number(size) for size in shape)


def test_factors_and_vec_move_into_a_sum_and_out_of_it():
    outside = VecR(times(Sigma(), NET_CHANGE.T, Descending(L, 1)))
    inside = LayerSum(VecR(times(Sigma(), CHANGE.T, Descending(L, 1))), l, 1, L)
    assert same(outside, inside, ORDER)
    assert equal(outside, inside)
    assert not same(outside, VecR(times(NET_CHANGE.T, Descending(L, 1), Sigma())), ORDER)


def test_the_name_of_the_index_does_not_matter():
    j = Symbol("j", integer=True)
    assert same(LayerSum(CHANGE.xreplace({l: j}), j, 1, L), NET_CHANGE, ORDER)


def test_a_factor_that_uses_the_index_itself_is_not_captured():
    factor = Descending(L, INDEX + 1)
    order = ORDER.where(INDEX >= 1, INDEX <= L)
    term = times(Transposed(1, INDEX), factor.T, NET_CHANGE)
    value = VALUATION.with_symbol(INDEX, 1)
    assert (evaluate(canonical(term, order), value) == evaluate(term, value)).all()


def test_an_index_that_is_also_free_is_refused():
    with pytest.raises(NotSettled, match="also free"):
        NET_CHANGE.inside(ORDER.where(l >= 2))


def test_an_empty_sum_is_zero():
    empty = LayerSum(CHANGE, l, L + 1, L)
    assert canonical(empty, ORDER).is_ZeroMatrix
    assert (evaluate(empty, VALUATION) == 0).all()


def test_a_sum_splits_where_the_cut_lies_inside():
    split = SplitSum(k).apply(NET_CHANGE, ORDER)
    assert equal(split, NET_CHANGE)
    with pytest.raises(NotSettled, match="splitting the sum"):
        SplitSum(k + 1).apply(NET_CHANGE, ORDER)
    with pytest.raises(RuleFailure, match="no sum"):
        SplitSum(k).apply(Sigma(), ORDER)


def test_limits_matter():
    shorter = LayerSum(CHANGE, l, 2, L)
    assert not same(shorter, NET_CHANGE, ORDER)
    assert not equal(shorter, NET_CHANGE)


def test_the_shape_must_not_depend_on_the_index():
    with pytest.raises(IllShaped, match="depends on l"):
        LayerSum(Delta(l), l, 1, L)


def test_a_chain_is_judged_under_the_limits_of_its_sum():
    """W^{k-1:l+1} is meaningful for l < k only."""
    body = times(Descending(k - 1, l + 1), Delta(l), Descending(l - 1, 1))
    assert canonical(LayerSum(body, l, 1, k - 1), ORDER) == CHANGE_BELOW.xreplace({l: INDEX})
    with pytest.raises(NotSettled):
        canonical(LayerSum(body, l, 1, L), ORDER)


@pytest.mark.slow
@pytest.mark.parametrize("derivation", [range_o(), range_f()], ids=lambda one: one.claim)
def test_every_mutant_of_the_published_formula_is_rejected(derivation):
    wrong = [mutant for mutant in derivation.mutants() if mutant.index == 0]
    assert len(wrong) > 15
    assert all(mutant.rejection() for mutant in wrong)


def test_below_and_above_do_not_change_places():
    swapped = range_f().final.xreplace({CHANGE_BELOW: CHANGE_ABOVE, CHANGE_ABOVE: CHANGE_BELOW})
    assert not range_f().with_final(swapped).check(numbers=False).ok
