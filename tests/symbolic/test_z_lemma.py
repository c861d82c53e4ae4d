"""Lemma 1 as a derivation, and its rules on exact matrices."""

from __future__ import annotations

import random

import numpy as np
import pytest
from dense_hessian import matrix_of_rank, rank

from hessproof.symbolic.derivation import Step
from hessproof.symbolic.formulas import FORMULAS, copies_c, copies_d, rank_c, rank_d
from hessproof.symbolic.generalised_inverse import (
    Ginv,
    RankOfComplement,
    RankOfStack,
    Rk,
    absorbed,
    exact_rank,
    generalised_inverse,
    null_space,
)
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import identity, times
from hessproof.symbolic.z_lemma import C, D, lemma1, n, q, z_matrix


def test_lemma_holds_for_symbolic_sizes_and_on_matrices():
    report = lemma1().check(3)
    assert report.ok, report.why
    assert report.instances == 9


@pytest.mark.parametrize("seed", range(20))
def test_lemma_on_stacked_matrices(seed):
    stream = random.Random(seed)
    sizes = [stream.randint(1, 4) for _ in range(4)]
    ranks = stream.randint(0, min(sizes[:2])), stream.randint(0, min(sizes[2:]))
    c, d = matrix_of_rank(stream, *sizes[:2], ranks[0]), matrix_of_rank(stream, *sizes[2:], ranks[1])
    stacked = np.concatenate([np.kron(np.eye(sizes[3], dtype=int), c), np.kron(d, np.eye(sizes[1], dtype=int))])
    values = {rank_c: ranks[0], rank_d: ranks[1], copies_c: sizes[3], copies_d: sizes[1]}
    assert rank(stacked) == FORMULAS["lemma1"].evaluate_at(values)


def test_wrong_final_formulas_are_rejected_without_numbers():
    for mutant in FORMULAS["lemma1"].mutants():
        meaning = {rank_c: Rk(C), rank_d: Rk(D), copies_c: q, copies_d: n}
        wrong = lemma1().with_final(mutant.expression.xreplace(meaning))
        failing = wrong.check(numbers=False).failing
        assert failing is not None
        assert failing.rule == "published formula", mutant.mutation


def test_wrong_steps_are_rejected_and_named():
    derivation = lemma1()
    wrong = derivation.with_step(3, q * Rk(C) + Rk(D))
    failing = wrong.check(numbers=False).failing
    assert (failing.index, failing.rule) == (3, "rank of a Kronecker product")
    for mutant in list(derivation.mutants())[::3]:
        accepted = mutant.derivation.check(numbers=False).ok
        assert not accepted or "transpose I" in mutant.description


def test_a_matrix_that_is_no_generalised_inverse_is_refused():
    rule = RankOfStack(kron(identity(q), C.T))
    with pytest.raises(RuleFailure, match="not shown to be a generalised inverse"):
        rule.apply(Rk(z_matrix()), Ordering())
    steps = lemma1().steps
    broken = type(lemma1())(
        "lemma1", "", Ordering(), lemma1().start, (Step(steps[0].expression, rule), *steps[1:]), lemma1().final
    )
    assert broken.check(numbers=False).failing.index == 1
    with pytest.raises(RuleFailure):
        RankOfComplement(C, C.T).apply(Rk(identity(n) - C.T * C), Ordering())


def test_absorption_needs_the_matching_inverse():
    assert absorbed(times(C, Ginv(C), C), Ordering()) == C
    assert absorbed(times(Ginv(C), C, Ginv(C)), Ordering()) != Ginv(C)


@pytest.mark.parametrize("seed", range(10))
def test_generalised_inverse_rank_and_null_space(seed):
    stream = random.Random(seed)
    rows, cols = stream.randint(1, 4), stream.randint(1, 4)
    target = stream.randint(0, min(rows, cols))
    matrix = matrix_of_rank(stream, rows, cols, target)
    inverse = generalised_inverse(matrix, Valuation({}, seed=seed))
    assert (matrix.dot(inverse).dot(matrix) == matrix).all()
    assert exact_rank(matrix) == target
    basis = null_space(matrix)
    assert basis.shape[1] == cols - target
    assert not matrix.dot(basis).any()
