"""The tensor-flag lemma: its induction, its rejections, and random flags."""

from __future__ import annotations

import random

import numpy as np
import pytest
import sympy as sp
from dense_hessian import random_matrix, rank

from hessproof.symbolic.formulas import FORMULAS, copies_c, copies_d, left, n, rank_c, rank_d, right
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.telescoping import collapsed, same
from hessproof.symbolic.tensor_flag import (
    Dim,
    Meet,
    PartialSum,
    Squeeze,
    TensorSpace,
    at,
    base,
    induction_step,
    meet_of_tensors,
    staircase,
)


def test_induction():
    for derivation in (base(), induction_step()):
        report = derivation.check(5)
        assert report.ok, report.why


def test_induction_ends_in_the_formula_of_the_table():
    assert same(induction_step().final, FORMULAS["tensor_flag"].expression.subs(n, at + 1), Ordering(at >= 1))


@pytest.mark.long
def test_every_mutant_is_rejected_without_numbers():
    for derivation in (base(), induction_step()):
        for mutant in derivation.mutants():
            assert not mutant.derivation.check(numbers=False).ok, mutant.description


def test_z_lemma_is_the_case_of_two_summands():
    two = staircase(2).doit()
    z = two.subs({left[1]: rank_d, right[1]: copies_d, left[2]: copies_c, right[2]: rank_c})
    assert sp.expand(z - FORMULAS["lemma1"].expression) == 0


def test_intersection_needs_the_order_of_the_indices():
    a, b = sp.symbols("a b", integer=True)
    assert meet_of_tensors(TensorSpace(a, 1), TensorSpace(a + 1, a + 1), Ordering(a >= 1)) == TensorSpace(a, a + 1)
    with pytest.raises(NotSettled):
        meet_of_tensors(TensorSpace(a, 1), TensorSpace(b, b), Ordering(a >= 1, b >= 1))
    with pytest.raises(NotSettled):
        Squeeze().apply(Dim(Meet(PartialSum(at), TensorSpace(at + 1, at + 1))), Ordering())


@pytest.mark.parametrize("seed", range(15))
def test_random_flags(seed):
    stream = random.Random(seed)
    a, b, steps = stream.randint(1, 4), stream.randint(1, 4), stream.randint(1, 4)
    u = sorted(stream.randint(0, a) for _ in range(steps))
    v = sorted((stream.randint(0, b) for _ in range(steps)), reverse=True)
    one, two = random_matrix(stream, a, a), random_matrix(stream, b, b)
    spans = [np.kron(one[:, :i], two[:, :j]).reshape(a * b, i * j) for i, j in zip(u, v, strict=True)]
    ranks = [[0, *(rank(matrix[:, :i]) for i in sizes)] for matrix, sizes in ((one, u), (two, v))]
    counted = FORMULAS["tensor_flag"].evaluate_at({left: ranks[0], right: ranks[1], n: steps})
    assert rank(np.concatenate(spans, axis=1)) == counted


def test_spaces_that_are_not_nested_break_the_formula():
    unit = np.eye(2, dtype=int)
    spans = [np.kron(unit[:, [0]], unit), np.kron(unit[:, [1]], unit[:, [0]])]
    counted = FORMULAS["tensor_flag"].evaluate_at({left: [0, 1, 1], right: [0, 2, 1], n: 2})
    assert rank(np.concatenate(spans, axis=1).astype(object)) == 3 != counted == 2


def test_sums_are_compared_exactly():
    i, m = sp.symbols("i m", integer=True)
    f = sp.IndexedBase("f")
    assert collapsed(sp.Sum(f[i], (i, 2, m)) - sp.Sum(f[i + 1], (i, 1, m - 1))) == 0
    assert collapsed(sp.Sum(f[i], (i, 1, m)) - sp.Sum(f[i], (i, 1, m - 1))) != 0
    assert collapsed(sp.Sum(f[i] + 3, (i, 1, m)) - sp.Sum(f[i], (i, 1, m))) == 3 * m
