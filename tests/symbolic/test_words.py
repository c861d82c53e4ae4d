"""Chains and their normal form: never another value, never a meaningless chain, no accidental order of factors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Identity, MatrixSymbol, Trace, Transpose, latex

from hessproof.symbolic.normal import IllShaped, canonical, same
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import (
    Descending,
    L,
    M,
    Omega,
    Sigma,
    Syx,
    Transposed,
    add,
    identity,
    k,
    l,
    times,
    weight,
)

ORDER = Ordering(k >= 1, k < l, l <= L)
SIZES = (1, 3, 2, 4, 2)
NUMBERS = {k: 2, l: 3, L: 4}
VALUATION = Valuation(NUMBERS, SIZES, seed=5)
LAYERS = (0, k - 1, k, l, L)  # in ascending order under ORDER
LETTERS = {
    **{(a, b): Descending(LAYERS[a], LAYERS[b] + 1) for a in range(5) for b in range(a + 1)},
    **{(a, b): Transposed(LAYERS[a] + 1, LAYERS[b]) for b in range(5) for a in range(b + 1) if a != b},
}
EXTRA = {(0, 0): Sigma(), (4, 0): Omega(), (0, 4): Omega().T}


@st.composite
def words(draw, start=None, stop=None):
    """A product of up to five letters whose shapes fit, from layer ``start`` to layer ``stop``."""
    here = draw(st.integers(0, 4)) if start is None else start
    first, factors = here, []
    for _ in range(draw(st.integers(1, 4))):
        there = draw(st.integers(0, 4))
        options = [table[here, there] for table in (LETTERS, EXTRA) if (here, there) in table]
        factors.append(draw(st.sampled_from(options)))
        here = there
    if stop is not None:
        factors.append(LETTERS[here, stop])
    return times(*factors), first, here if stop is None else stop


@st.composite
def expressions(draw):
    """A linear combination of words of one shape, perhaps transposed."""
    word, start, stop = draw(words())
    terms = [word]
    for _ in range(draw(st.integers(0, 2))):
        other, *_ = draw(words(start, stop))
        terms.append(times(draw(st.integers(-2, 2)), other))
    total = add(*terms)
    return Transpose(total) if draw(st.booleans()) else total


@pytest.mark.slow
@given(expressions())
def test_the_normal_form_keeps_the_value(expression):
    form = canonical(expression, ORDER)
    assert form.shape == expression.shape
    assert (evaluate(form, VALUATION) == evaluate(expression, VALUATION)).all()


@pytest.mark.slow
@given(expressions())
def test_the_normal_form_is_its_own(expression):
    form = canonical(expression, ORDER)
    assert canonical(form, ORDER) == form


@pytest.mark.slow
@given(words())
def test_the_trace_keeps_its_value_under_rotation(drawn):
    word, start, stop = drawn
    back = LETTERS[stop, start]
    one, two = Trace(times(word, back)), Trace(times(back, word))
    assert canonical(one, ORDER) == canonical(two, ORDER)
    assert evaluate(canonical(one, ORDER), VALUATION) == evaluate(one, VALUATION)


def test_adjacent_chains_join():
    assert canonical(times(Descending(L, l + 1), weight(l), Descending(l - 1, 1)), ORDER) == Descending(L, 1)
    assert canonical(times(Transposed(1, k), Transposed(k + 1, L)), ORDER) == Transposed(1, L)


def test_a_gram_matrix_does_not_join():
    product = times(Transposed(k + 1, L), Descending(L, k + 1))
    assert canonical(product, ORDER) == product


@pytest.mark.parametrize("chain", [Descending(L, L + 1), Descending(0, 1), Transposed(1, 0), Transposed(k + 1, k)])
def test_an_empty_chain_is_the_identity(chain):
    assert canonical(chain, ORDER) == Identity(chain.rows)
    assert (evaluate(chain, VALUATION) == evaluate(identity(chain.rows), VALUATION)).all()


@pytest.mark.parametrize("chain", [Descending(1, L + 1), Descending(k, l), Transposed(l, k), Descending(k - 1, l + 1)])
def test_a_chain_that_may_be_meaningless_is_refused(chain):
    with pytest.raises(NotSettled):
        canonical(chain, ORDER)


def test_the_empty_chain_of_the_other_order_is_meaningless():
    """W^{k-1:l+1} is an empty or longer chain for k > l only."""
    after = Ordering(l >= 1, l < k, k <= L)
    assert canonical(Descending(k - 1, l + 1), after) == Descending(k - 1, l + 1)


def test_a_single_factor_is_told_apart_from_its_transpose():
    assert Descending(k, k) != Transposed(k, k)
    assert (latex(Descending(k, k)), latex(Transposed(k, k))) == ("W^{k}", r"W^{k\top}")
    assert not same(Descending(k, k), Transposed(k, k), ORDER)
    assert Descending(k, k).T == Transposed(k, k)


def test_shapes_must_fit():
    with pytest.raises(IllShaped, match="product"):
        canonical(times(Descending(L, k), Sigma()), ORDER)
    with pytest.raises(IllShaped, match="sum"):
        canonical(add(Sigma(), Descending(L, 1)), ORDER)
    with pytest.raises(IllShaped, match="trace"):
        canonical(Trace(Omega()), ORDER)


def test_products_do_not_commute():
    one, two = MatrixSymbol("A", M(0), M(0)), Sigma()
    assert not same(times(one, two), times(two, one), ORDER)


def test_the_residual_moment_is_defined_by_the_other_two():
    difference = add(Omega(), times(-1, Descending(L, 1), Sigma()), Syx())
    assert not same(Omega(), Syx(), ORDER)
    assert (evaluate(difference, VALUATION) == 0).all()


def test_sizes_print_with_an_index():
    assert latex(M(k - 1)) == "M_{k - 1}"
