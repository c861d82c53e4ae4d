"""Derivatives by the product rule against derivatives from the definition, with infinitesimals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import MatrixSymbol, Rational, Trace, Transpose

from hessproof.symbolic.bias.letters import Affine
from hessproof.symbolic.derivation import RuleFailure
from hessproof.symbolic.derivative_rules import GradientRule, JacobianRule, Unfreeze
from hessproof.symbolic.derivatives import ALL, PLAIN, TRANSPOSED, Frozen, Gradient, Jacobian
from hessproof.symbolic.differential import degree, differential
from hessproof.symbolic.jets import Jet, coefficient, finite
from hessproof.symbolic.normal import IllShaped
from hessproof.symbolic.norms.words import Gated
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import (
    Delta,
    Descending,
    Input,
    L,
    Omega,
    Residual,
    Sigma,
    Transposed,
    add,
    k,
    l,
    times,
)

BEFORE = Ordering(k >= 1, k < l, l <= L)
VALUATION = Valuation({k: 1, l: 2, L: 3}, (2, 1, 2, 2), seed=4)
PIECES = st.sampled_from([
    times(Transposed(1, L), Descending(L, 1)),
    times(Transposed(1, k), Transposed(k + 1, l), Descending(l, 1)),
    times(Sigma(), Transposed(1, l - 1), Descending(l - 1, k + 1), Descending(k, 1)),
    times(Transposed(1, L), Omega()),
    times(Omega().T, Descending(L, 1)),
    Sigma(),
])  # fmt: skip
MATRICES = st.builds(
    lambda one, two, three, factor: add(times(one, two), times(factor, three)),
    PIECES, PIECES, PIECES, st.integers(-2, 2),
)  # fmt: skip
LAYERS = st.sampled_from([k, l, L])


def equal(one, two):
    return (evaluate(one, VALUATION) == evaluate(two, VALUATION)).all()


@pytest.mark.long
@given(MATRICES, st.sampled_from([k, l]))
def test_the_jacobian_is_the_derivative(matrix, layer):
    node = Jacobian(matrix, layer)
    assert equal(JacobianRule().apply(node, BEFORE), node)


@pytest.mark.long
@given(MATRICES, st.sampled_from([k, l]))
def test_the_gradient_is_the_derivative_of_a_trace(matrix, layer):
    node = Gradient(Rational(1, 2) * Trace(matrix) + 3, layer)
    assert equal(GradientRule().apply(node, BEFORE), node)


@pytest.mark.slow
@given(st.lists(PIECES, min_size=1, max_size=2), st.sampled_from([k, l]), st.sampled_from([PLAIN, TRANSPOSED]))
def test_one_kind_of_occurrence_is_the_derivative_with_the_other_kind_held(pieces, layer, kind):
    matrix = times(*pieces)
    if matrix.atoms(Transpose):
        with pytest.raises(IllShaped, match="hides the kind"):
            Jacobian(matrix, layer, kind)
        return
    node = Jacobian(matrix, layer, kind)
    assert equal(JacobianRule().apply(node, BEFORE), node)


def test_the_differential_of_a_cut_chain_is_that_of_the_whole():
    whole = differential(Descending(L, 1), k, BEFORE)
    assert whole == times(Descending(L, k + 1), Delta(k), Descending(k - 1, 1))
    assert differential(times(Descending(L, l), Descending(l - 1, 1)), k, BEFORE) == whole


def test_a_layer_outside_of_a_chain_is_a_constant():
    assert differential(Descending(L, l), k, BEFORE).is_ZeroMatrix
    assert differential(Transposed(1, k), l, BEFORE).is_ZeroMatrix


@pytest.mark.parametrize("chain", [Descending(L, 2), Transposed(2, L), Descending(L - 1, 1)])
def test_a_layer_that_may_be_outside_is_refused(chain):
    layer = k if chain != Descending(L - 1, 1) else l
    with pytest.raises(NotSettled, match="does not follow"):
        differential(chain, layer, BEFORE)


def test_an_unknown_dependence_is_refused():
    with pytest.raises(RuleFailure, match="unknown"):
        differential(Gradient(Trace(Sigma()), k), k, BEFORE)


@pytest.mark.parametrize("chain", [Affine(L, 1), Affine(L, 1).T, Gated(L, 1), Gated(L, 1).T])
def test_chains_of_another_kind_are_not_taken_for_plain_ones(chain):
    with pytest.raises(RuleFailure, match="unknown"):
        differential(chain, k, BEFORE)


def test_products_of_traces_are_refused():
    with pytest.raises(RuleFailure, match="not a multiple of one trace"):
        GradientRule().apply(Gradient(Trace(Sigma()) ** 2, k), BEFORE)


def test_a_fixed_matrix_has_no_derivative():
    fixed = times(Frozen(Residual()), Input().T)
    assert differential(fixed, k, BEFORE).is_ZeroMatrix
    assert (evaluate(Jacobian(fixed, k), VALUATION) == 0).all()
    assert (evaluate(Jacobian(times(Residual(), Input().T), k), VALUATION) != 0).any()


def test_nothing_is_released_inside_a_derivative():
    with pytest.raises(RuleFailure, match="still to be taken"):
        Unfreeze().apply(Jacobian(times(Frozen(Residual()), Input().T), k), BEFORE)


def test_degrees_count_occurrences_of_both_kinds():
    gram = times(Transposed(1, L), Descending(L, 1))
    assert (degree(gram, k, BEFORE), degree(Descending(L, l), k, BEFORE)) == (2, 0)


def test_a_constant_symbol_has_no_derivative():
    assert differential(MatrixSymbol("A", 2, 2), k, BEFORE).is_ZeroMatrix


def test_all_is_the_sum_of_both_kinds():
    gram = times(Transposed(1, L), Descending(L, 1))
    total = differential(gram, k, BEFORE, ALL)
    parts = add(differential(gram, k, BEFORE, PLAIN), differential(gram, k, BEFORE, TRANSPOSED))
    assert equal(total, parts)


def test_infinitesimals_multiply_like_derivatives():
    one, two = 3 + Jet({1: 1}), 5 + Jet({2: 1})
    product = one * two * one
    assert (finite(product), coefficient(product, 1), coefficient(coefficient(product, 1), 2)) == (
        45,
        Jet({0: 30, 2: 6}),
        6,
    )
    assert (2 - one) + one == 2
    assert one != two
