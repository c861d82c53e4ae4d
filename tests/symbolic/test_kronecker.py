"""The Kronecker calculus keeps values; SymPy's own combination of sums does not."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Identity, MatrixSymbol, Transpose, symbols
from sympy.matrices.expressions.kronecker import KroneckerProduct, combine_kronecker

from hessproof.symbolic.kronecker import Commutation, Commute, MixedProduct, VecIdentity, VecR, kron
from hessproof.symbolic.normal import IllShaped, canonical, same
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation, evaluate, kronecker
from hessproof.symbolic.words import add, times

NONE = Ordering()
SIZES = symbols("m n p", integer=True)
VALUATION = Valuation(dict(zip(SIZES, (2, 3, 1), strict=True)), seed=3)
MATRICES = [[[MatrixSymbol(f"{name}{i}{j}", a, b) for name in "AB"] for j, b in enumerate(SIZES)]
            for i, a in enumerate(SIZES)]  # fmt: skip


def equal(one, two):
    return (evaluate(one, VALUATION) == evaluate(two, VALUATION)).all()


@st.composite
def kroneckers(draw, rows, cols):
    """A sum of one or two Kronecker products of two given shapes, factors perhaps sums."""
    terms = []
    for _ in range(draw(st.integers(1, 2))):
        factors = []
        for i, j in zip(rows, cols, strict=True):
            options = [*MATRICES[i][j], add(*MATRICES[i][j]), Transpose(MATRICES[j][i][0])]
            if i == j:
                options.append(Identity(SIZES[i]))
            factors.append(draw(st.sampled_from(options)))
        terms.append(times(draw(st.sampled_from([1, -2])), kron(*factors)))
    return add(*terms)


INDICES = st.tuples(st.integers(0, 2), st.integers(0, 2))


@pytest.mark.slow
@given(st.data(), INDICES, INDICES, INDICES)
def test_the_mixed_product_keeps_values(data, rows, inner, cols):
    product = times(data.draw(kroneckers(rows, inner)), data.draw(kroneckers(inner, cols)))
    merged = MixedProduct().apply(product, NONE)
    assert equal(merged, product)
    assert not any(
        isinstance(one, KroneckerProduct) and isinstance(two, KroneckerProduct)
        for term in (merged.args if merged.is_MatAdd else (merged,))
        for one, two in zip(term.args, term.args[1:], strict=False)
    )


@given(st.data(), INDICES, INDICES)
def test_bilinearity_and_transposition_keep_values(data, rows, cols):
    expression = Transpose(data.draw(kroneckers(rows, cols)))
    assert equal(canonical(expression, NONE), expression)


@pytest.mark.slow
@given(st.data(), INDICES, INDICES)
def test_the_vec_identity_keeps_values(data, rows, cols):
    vector = VecR(MATRICES[cols[0]][cols[1]][0])
    product = times(data.draw(kroneckers(rows, cols)), vector)
    result = VecIdentity().apply(product, NONE)
    assert equal(result, product)
    assert not result.has(KroneckerProduct)


@pytest.mark.parametrize("rows", range(3))
@pytest.mark.parametrize("cols", range(3))
def test_commutation(rows, cols):
    matrix = MATRICES[rows][cols][0]
    product = times(Commutation(*matrix.shape), VecR(matrix))
    assert Commute().apply(product, NONE) == VecR(matrix.T)
    assert equal(VecR(matrix.T), product)
    assert equal(times(Commutation(*matrix.shape).T, Commutation(*matrix.shape)), Identity(matrix.rows * matrix.cols))


def test_our_kronecker_product_is_that_of_numpy():
    stream = random.Random(1)
    one, two = ([[stream.randint(-9, 9) for _ in range(cols)] for _ in range(rows)] for rows, cols in ((2, 3), (3, 2)))
    assert (kronecker(np.array(one), np.array(two)) == np.kron(one, two)).all()


def test_factors_whose_inner_sizes_differ_do_not_merge():
    """(A⊗B)(C⊗D) may fit as a whole, n·m = m·n, while A does not fit C."""
    one, two = MATRICES[0][0][0], MATRICES[0][1][0]
    product = times(kron(one, two), kron(two.T, one))
    assert product.args[0].cols == product.args[1].rows
    assert MixedProduct().apply(product, NONE) == product


def test_vec_identity_needs_shapes_that_fit():
    product = times(kron(MATRICES[0][0][0], MATRICES[0][1][0]), VecR(MATRICES[1][0][0]))
    assert VecIdentity().apply(product, NONE) == product


def test_identities_collapse():
    assert canonical(kron(Identity(SIZES[0]), Identity(SIZES[1])), NONE) == Identity(SIZES[0] * SIZES[1])


def test_shapes_of_summands_must_agree():
    with pytest.raises(IllShaped):
        canonical(add(kron(MATRICES[0][0][0], MATRICES[1][1][0]), kron(MATRICES[0][0][0], MATRICES[0][0][0])), NONE)


def test_sympy_combines_a_sum_of_kronecker_products_into_something_else():
    """The negative control: SymPy's rule is false, and ours does not do it."""
    a, b, c, d = (MatrixSymbol(name, 2, 2) for name in "ABCD")
    total = add(kron(a, b), kron(c, d))
    combined = combine_kronecker(total)
    assert combined == kron(a + c, b + d)
    valuation = Valuation({}, seed=8)
    assert (evaluate(combined, valuation) != evaluate(total, valuation)).any()
    assert not same(combined, total, NONE)
    ours = MixedProduct().apply(total, NONE)
    assert (evaluate(ours, valuation) == evaluate(total, valuation)).all()
