"""Theorem 5 and Corollary 6: the block columns as one cyclic tensor flag."""

from __future__ import annotations

import numpy as np
import pytest
from dense_hessian import Network, rank

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flag_rank import Link, RankOfFlag
from hessproof.symbolic.formulas import FORMULAS, left, n, right
from hessproof.symbolic.functional_rank import _JOINT, _LINK, ORDERS, column, column_rank, cor6, thm5, two_layers
from hessproof.symbolic.generalised_inverse import Rk
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.words import L, k, weight


@pytest.mark.parametrize("place", list(ORDERS))
@pytest.mark.parametrize("derive", [column_rank, thm5], ids=lambda f: f.__name__)
def test_columns(derive, place):
    report = derive(place).check(4)
    assert report.ok, report.why


@pytest.mark.slow
@pytest.mark.parametrize("derive", [cor6, two_layers], ids=lambda f: f.__name__)
def test_whole_functional_hessian(derive):
    report = derive().check(4)
    assert report.ok, report.why


@pytest.mark.long
@pytest.mark.parametrize(
    ("derivation", "stride"),
    [(lambda: column_rank("first"), 17), (lambda: column_rank("middle"), 60), (lambda: thm5("last"), 17), (cor6, 12)],
)
def test_wrong_lines_are_rejected_without_numbers(derivation, stride):
    for mutant in list(derivation().mutants())[::stride]:
        assert not mutant.derivation.check(numbers=False).ok, mutant.description


def test_nestedness_around_the_corner_must_be_shown():
    row, order = Rk(column("middle")), ORDERS["middle"]
    assert RankOfFlag((_LINK, _LINK), (_JOINT,)).apply(row, order) != row
    for joints in ((), (Link(weight(1), weight(L).T),), (Link(_JOINT.left, weight(L).T),)):
        with pytest.raises((RuleFailure, ArithmeticError)):
            RankOfFlag((_LINK, _LINK), joints).apply(row, order)
    with pytest.raises(RuleFailure):
        RankOfFlag((Link(weight(k), weight(k).T), _LINK), (_JOINT,)).apply(row, order)


def cyclic_ranks(network, layer):
    """Ranks of both Kronecker factors of block (k, layer), k in the cyclic order."""
    depth, chain, omega = network.layers, network.chain, network.omega
    u, v = [], []
    for other in (*range(layer + 1, depth + 1), *range(1, layer)):
        if other > layer:
            factors = chain(layer - 1, 1).dot(omega.T).dot(chain(depth, other + 1)), chain(other - 1, layer + 1)
        else:
            factors = chain(layer - 1, other + 1), chain(other - 1, 1).dot(omega.T).dot(chain(depth, layer + 1))
        u.append(rank(factors[0]))
        v.append(rank(factors[1]))
    return {left: dict(enumerate(u, start=1)), right: dict(enumerate(v, start=1)), n: depth - 1}


@pytest.mark.slow
@pytest.mark.parametrize("widths", [(2, 2), (2, 3, 2), (3, 1, 3), (2, 2, 2, 2), (2, 1, 3, 2), (2, 3, 2, 3, 2)])
def test_exact_formula_for_weights_of_any_rank(widths):
    for seed in range(6):
        for s in range(min(widths[0], widths[-1]) + 1):
            network = Network(widths, widths[0], s, seed, deficient=seed > 1)
            for layer in range(1, network.layers + 1):
                predicted = FORMULAS["column_flag"].evaluate_at(cyclic_ranks(network, layer))
                assert network.column_rank(layer) == predicted


@pytest.mark.slow
def test_wrong_exact_formulas_are_caught_by_values():
    networks = [Network((2, 3, 2, 3, 2), 2, 2, seed, deficient=True) for seed in range(12)]
    pairs = [(network, layer) for network in networks for layer in (1, 2, 3, 4)]
    cases = [(network.column_rank(layer), cyclic_ranks(network, layer)) for network, layer in pairs]
    missed = []
    for mutant in FORMULAS["column_flag"].mutants():
        wrong = False
        for measured, table in cases:
            try:
                wrong = wrong or mutant.evaluate_at(table) != measured
            except KeyError:
                wrong = True
        if not wrong:
            missed.append(mutant.mutation)
    assert not missed


def test_two_layers_need_no_assumption():
    for seed in range(8):
        for s in range(3):
            network = Network((2, 3, 2), 2, s, seed, deficient=True)
            assert network.rank_of("functional") == 2 * 3 * s


def test_maximal_rank_alone_does_not_give_theorem_5():
    network = Network((1, 2, 1, 2), 1, 1)
    network.weights = [np.array(matrix, dtype=object) for matrix in ([[0], [1]], [[0, 1]], [[0], [1]])]
    network.omega = np.array([[1], [0]], dtype=object)
    assert all(rank(matrix) == 1 for matrix in network.weights)
    assert rank(network.omega) == 1
    published = FORMULAS["thm5"].evaluate(Architecture((1, 2, 1, 2)), 1, 1, layer=1)
    assert network.column_rank(1) == 1 < published == 2
