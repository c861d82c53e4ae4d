"""The bound on rk H_L for a residual of low rank."""

from __future__ import annotations

import pytest
from dense_hessian import Network
from sympy import Sum

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.residual_bound import deficient_residual_bound
from hessproof.symbolic.words import L, k


@pytest.mark.slow
def test_derivation():
    report = deficient_residual_bound().check(1)
    assert report.ok, report.why
    for mutant in list(deficient_residual_bound().mutants())[::9]:
        assert not mutant.derivation.check(numbers=False).ok, mutant.description


@pytest.mark.long
def test_wrong_formulas_are_rejected_without_numbers():
    published, derivation, count = FORMULAS["loss_deficient_residual"], deficient_residual_bound(), 0
    node = formula.width
    names = {formula.r: node[0], formula.K: node[L], formula.M: Sum(node[k], (k, 1, L - 1)), formula.L: L}
    for mutant in published.mutants():
        if mutant.expression != published.expression:
            count += 1
            wrong = derivation.with_final(mutant.expression.xreplace(names))
            assert not wrong.check(numbers=False).ok, mutant.mutation
    assert count > 50


@pytest.mark.parametrize("widths", [(2, 2, 2), (3, 3, 3, 3), (3, 2, 3), (2, 3, 2, 3)])
def test_bound_for_weights_of_any_rank_and_attained(widths):
    q = min(widths)
    for s in range(q):
        predicted = FORMULAS["loss_deficient_residual"].evaluate(Architecture(widths), widths[0], s)
        for seed in range(4):
            assert Network(widths, widths[0], s, seed, deficient=True).rank_of("loss") <= predicted
        assert Network(widths, widths[0], s, 0).rank_of("loss") == predicted
