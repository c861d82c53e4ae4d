"""The layer-local kernel: conditions as plain data, their derivation, and the core that they leave."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from dense_hessian import Network, rank
from flint import fmpq_mat, fmpz_mat

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS, bound
from hessproof.symbolic.kernel_conditions import Annihilated, m
from hessproof.symbolic.kernel_proof import (
    bilinear,
    cases,
    conditions_after,
    conditions_before,
    deficiency,
    functional_bound,
    loss_bound,
    vanishing,
)
from hessproof.symbolic.layer_kernel import cuts, kernel_conditions
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.terms import Chain, Moment
from hessproof.symbolic.words import Descending, L, k


@pytest.mark.parametrize("derivation", vanishing(), ids=lambda d: d.claim)
def test_the_form_vanishes_on_the_kernel(derivation):
    report = derivation.check(1)
    assert report.ok, report.why
    for mutant in list(derivation.mutants())[::7]:
        kept = mutant.derivation.check(numbers=False).ok
        assert not kept or "transpose" in mutant.description, mutant.description


def test_a_condition_that_does_not_appear_is_refused():
    with pytest.raises(RuleFailure, match="does not appear"):
        Annihilated(cases()[4].condition).apply(bilinear("outer"), Ordering())


@pytest.mark.slow
@pytest.mark.parametrize("derive", [loss_bound, functional_bound, deficiency], ids=lambda f: f.__name__)
def test_counts(derive):
    report = derive().check(3)
    assert report.ok, report.why
    for mutant in list(derive().mutants())[::9]:
        assert not mutant.derivation.check(numbers=False).ok, mutant.description


def test_plain_data_are_the_derived_conditions():
    for layers, cut, layer in itertools.product(range(2, 5), range(1, 5), range(2, 5)):
        if cut > layers or layer > layers:
            continue
        symbolic = conditions_before() if layer <= cut else conditions_after()
        plain = kernel_conditions("loss", layers, cut, layer)
        assert [(_plain(c.left, layers, cut, layer), _plain(c.right, layers, cut, layer)) for c in symbolic] == [
            (c.left, c.right) for c in plain
        ]


def _plain(word, layers, cut, layer):
    if word is None:
        return None
    letters = word.args if word.is_MatMul else (word,)
    numbers = {L: layers, m: cut, k: layer}
    return tuple(
        Chain(True, int(x.first.subs(numbers)), int(x.last.subs(numbers)))
        if isinstance(x, Descending)
        else Moment("Omega", True)
        for x in letters
    )


def pivots(matrix):
    """Pivot columns of the row echelon form."""
    reduced = fmpq_mat(fmpz_mat(*matrix.shape, [int(x) for x in matrix.ravel()])).rref()[0]
    rows = range(matrix.shape[0])
    firsts = [next((j for j in range(matrix.shape[1]) if reduced[i, j] != 0), None) for i in rows]
    return [j for j in firsts if j is not None]


def coordinates(network, part, cut, flip=False):
    """Coordinates that span a complement of the kernel; ``flip`` leaves out the last condition of each layer."""
    chosen, offset = [], 0
    for layer, weights in enumerate(network.weights, start=1):
        rows, cols = weights.shape
        inside = np.zeros((rows, cols), dtype=bool)
        conditions = kernel_conditions(part, network.layers, cut, layer)
        for condition in conditions[:-1] if flip else conditions:
            left = pivots(network.word(condition.left)) if condition.left else range(rows)
            right = pivots(network.word(condition.right).T) if condition.right else range(cols)
            for a, b in itertools.product(left, right):
                inside[a, b] = True
        chosen += [offset + int(i) for i in np.flatnonzero(inside)]
        offset += rows * cols
    return chosen


SHAPES = [(1, 1), (2, 3), (2, 1, 2), (3, 2, 3), (1, 3, 1), (2, 3, 1, 2), (2, 2, 2, 2), (3, 1, 2, 1, 2)]


@pytest.mark.parametrize("widths", SHAPES, ids=lambda w: "-".join(map(str, w)))
def test_core_has_the_rank_of_the_whole(widths):
    for data_rank, deficient, seed in itertools.product({widths[0], max(widths[0] - 1, 0)}, (False, True), range(2)):
        for s in range(min(data_rank, widths[-1]) + 1):
            network = Network(widths, data_rank, s, seed, deficient)
            for part in ("outer", "functional", "loss"):
                whole = network.hessian(part)
                for cut in cuts(part, network.layers):
                    core = coordinates(network, part, cut)
                    assert rank(whole[np.ix_(core, core)]) == rank(whole)


@pytest.mark.parametrize("widths", SHAPES, ids=lambda w: "-".join(map(str, w)))
def test_core_at_the_narrowest_cut_is_not_larger_than_the_bound(widths):
    architecture = Architecture(widths)
    for data_rank in {widths[0], max(widths[0] - 1, 0)}:
        for s in range(min(data_rank, widths[-1]) + 1):
            network = Network(widths, data_rank, s, 0)
            smallest = {
                part: min(len(coordinates(network, part, cut)) for cut in cuts(part, network.layers))
                for part in ("functional", "loss")
            }
            assert smallest["loss"] <= FORMULAS["fact7"].evaluate(architecture, data_rank, s)
            assert smallest["functional"] <= bound("functional").evaluate(architecture, data_rank, s)


def test_leaving_a_condition_out_loses_rank():
    network = Network((3, 3, 2, 3), 3, 3)
    core = coordinates(network, "loss", 2, flip=True)
    whole = network.hessian("loss")
    assert rank(whole[np.ix_(core, core)]) < rank(whole)


@pytest.mark.parametrize(
    "action",
    [
        lambda: cuts("loss", 0),
        lambda: cuts("hessian", 2),
        lambda: kernel_conditions("loss", 2, 3, 1),
        lambda: kernel_conditions("functional", 2, 2, 1),
        lambda: kernel_conditions("loss", 2, 1, 3),
    ],
)
def test_unusable_requests(action):
    with pytest.raises(UnusableRequest):
        action()
