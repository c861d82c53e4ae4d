"""Theorem 3 and Corollary 4: exact ranks for every weights, closed form, and where A1 alone breaks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from dense_hessian import Network, rank

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flag_rank import Link, RankOfFlag, RankOfGram
from hessproof.symbolic.formulas import FORMULAS, above, below, best, rank_left, rank_right
from hessproof.symbolic.generalised_inverse import Rk
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import (
    DATA,
    FIRST,
    LAST,
    NARROW,
    a_o_rank,
    a_o_transposed,
    broken_steps,
    interval_flag,
    kernel_matrix_rank,
    outer_rank,
    thm3_closed,
    thm3_gap,
)
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.words import L, l, times, weight

DERIVATIONS = (a_o_rank, outer_rank, kernel_matrix_rank, interval_flag, thm3_closed, thm3_gap)


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda f: f.__name__)
def test_derivation(derivation):
    report = derivation().check(2)
    assert report.ok, report.why


@pytest.mark.slow
@pytest.mark.parametrize("derivation", DERIVATIONS[:-1], ids=lambda f: f.__name__)
def test_wrong_lines_are_rejected_without_numbers(derivation):
    mutants = list(derivation().mutants())
    assert len(mutants) > 100
    for mutant in mutants[::11]:
        assert not mutant.derivation.check(numbers=False).ok, mutant.description


@pytest.mark.long
def test_wrong_closed_forms_are_rejected_without_numbers():
    for mutant in FORMULAS["thm3"].mutants():
        if mutant.expression == FORMULAS["thm3"].expression:
            continue
        names = {formula.q: NARROW, formula.r: FIRST, formula.K: LAST}
        assert not thm3_closed().with_final(mutant.expression.xreplace(names)).check(numbers=False).ok, mutant.mutation


def test_nestedness_must_be_shown():
    for link in (Link(weight(l), weight(l).T), Link(weight(l + 1), weight(l + 1).T)):
        with pytest.raises(RuleFailure, match="not shown"):
            RankOfFlag((link,)).apply(Rk(a_o_transposed()), Ordering(L >= 1))


def test_gram_rule_leaves_other_products_alone():
    product = Rk(times(DATA, DATA.T, DATA))
    assert RankOfGram().apply(product, Ordering()) == product


def chain_ranks(network, on_data):
    layers = network.layers
    a = [rank(network.chain(layers, k + 1)) for k in range(layers + 1)]
    b = [rank(network.chain(k, 1).dot(network.sigma) if on_data else network.chain(k, 1)) for k in range(layers + 1)]
    return {above: a, below: b, formula.L: layers}


@pytest.mark.parametrize("widths", [(1, 1), (2, 3, 2), (3, 1, 3), (2, 2, 2, 2), (1, 2, 1, 2), (2, 3, 1, 3, 2)])
def test_exact_formulas_for_weights_of_any_rank(widths):
    for seed, data_rank in itertools.product(range(6), range(widths[0] + 1)):
        network = Network(widths, data_rank, 0, seed, deficient=True)
        plain = network.jacobian(on_data=False)
        assert rank(plain) == FORMULAS["a_o_chain"].evaluate_at(chain_ranks(network, False))
        exact = FORMULAS["jacobian_chain"].evaluate_at(chain_ranks(network, True))
        assert rank(network.jacobian()) == exact == network.rank_of("outer")


def test_wrong_exact_formulas_are_caught_by_values():
    networks = [Network((2, 3, 2, 3, 2), 2, 0, seed, deficient=True) for seed in range(12)]
    measured = [rank(network.jacobian(on_data=False)) for network in networks]
    tables = [chain_ranks(network, False) for network in networks]
    for mutant in FORMULAS["a_o_chain"].mutants():
        values = []
        for table in tables:
            entries = {key: value if key == formula.L else dict(enumerate(value)) for key, value in table.items()}
            try:
                values.append(mutant.evaluate_at(entries))
            except KeyError as missing:
                values.append(str(missing))
        assert values != measured, mutant.mutation


@pytest.mark.parametrize("number", [0, 1])
def test_a1_alone_is_not_enough(number):
    step = broken_steps()[number]
    weights = [np.array(matrix, dtype=object) for matrix in step.weights]
    assert all(rank(matrix) == min(matrix.shape) for matrix in weights)
    network = Network(step.widths, step.data_rank, 0)
    network.weights = weights
    ranks = chain_ranks(network, False)
    assert rank(network.jacobian(on_data=False)) == step.true == FORMULAS["a_o_chain"].evaluate_at(ranks)
    a, b = ranks[above], ranks[below]
    two_terms = {formula.r: b[0], formula.K: a[-1], rank_left: a[1], rank_right: b[-2]}
    first_equality = FORMULAS["thm3_chain"].evaluate_at(two_terms)
    second_equality = best("outer").evaluate(Architecture(step.widths), step.data_rank, 0)
    assert step.predicted == (second_equality, first_equality)[number] != step.true
