"""The block argument: blocks of symbolic size, their count, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice, product

import numpy as np
import pytest
from dense_hessian import Network, random_matrix, rank
from sympy import Integer, Sum

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.attainment import attained, blocks, columns, consequences, couplings, every_data, variants
from hessproof.symbolic.attainment.attained import NODE, QHAT, Q, S, beside, within_pairs
from hessproof.symbolic.attainment.block import derived
from hessproof.symbolic.attainment.units import rectangular_identities
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.witness import attained_rank
from hessproof.symbolic.words import L, k

TOP = {
    "outer": attained.outer,
    "functional": attained.functional,
    "loss": attained.loss,
    "every data set": every_data.loss,
    "deficiency": consequences.deficiency,
    "image": consequences.image,
    "centred loss": consequences.centred_loss,
    "centred functional": consequences.centred_functional,
    "columns add up": columns.independence,
    "factor": columns.factor,
    **{place: partial(columns.column, place) for place in columns.PLACES},
}
FORMULA = {"outer": "outer_generic", "functional": "cor6", "loss": "loss_generic"}


FAST = ("image", "factor")


@pytest.mark.long
@pytest.mark.parametrize("name", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in TOP])
def test_derivations_pass_and_their_variants_do_not(name):
    derivation = TOP[name]()
    report = derivation.check(3)
    assert report.ok, report.why
    assert report.instances > 0
    for mutant in islice(derivation.mutants(), 0, None, 23):
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


@pytest.mark.long
@pytest.mark.parametrize("part", sorted(FORMULA))
def test_wrong_formulas_are_rejected_without_numbers(part):
    derivation, published, count = TOP[part](), FORMULAS[FORMULA[part]], 0
    for mutant in published.mutants():
        if mutant.expression != published.expression:
            count += 1
            wrong = derivation.with_final(attained.renamed(mutant.expression))
            assert wrong.objection(len(wrong.steps) + 1), mutant.mutation
    assert count > 10


@pytest.mark.slow
@pytest.mark.parametrize("part", ["loss", "functional"])
@pytest.mark.parametrize("kind", ["diagonal", "inner interval", "input", "through"])
def test_blocks_pass(kind, part):
    report = blocks.kinds(part)[kind].check(5)
    assert report.ok, report.why
    assert report.instances > 2


@pytest.mark.slow
@pytest.mark.parametrize("part", ["loss", "functional"])
@pytest.mark.parametrize("kind", sorted(blocks.KINDS))
def test_wrong_witnesses_are_rejected_without_numbers(kind, part):
    caught = 0
    for text, variant in islice(variants.variants(blocks.KINDS[kind](part)), 0, None, 2):
        if variants.rejection(variant):
            caught += 1
        else:
            assert not variants.wrong(variant), text
    assert caught > 2


def test_the_third_weight_must_not_be_one():
    one = Integer(1)
    assert "singular" in variants.rejection(blocks.both_ends("loss", (one, one)))
    assert not variants.rejection(blocks.both_ends("functional", (one, one)))
    assert not variants.rejection(blocks.both_ends("loss", (one, Integer(2))))


def test_a_block_must_have_all_entries_of_its_intervals():
    block = blocks.at_input("functional")
    less = replace(block, rows=block.rows[1:])
    assert "not as many entries" in variants.rejection(less)


def test_two_intervals_are_apart_only_without_the_third_weight():
    block = blocks.apart("loss", True, True)
    pattern = replace(block.pattern, weights=(block.pattern.weights[0], Integer(3)))
    assert variants.rejection(replace(block, pattern=pattern))
    assert not variants.rejection(block)


def test_a_count_needs_every_kind_of_block():
    found, apart = blocks.kinds("loss"), blocks.all_apart("loss")
    with pytest.raises(RuleFailure, match="may couple"):
        beside(found, apart[1:], Q, QHAT, S)
    with pytest.raises(RuleFailure, match="no derivation of through"):
        beside({name: one for name, one in found.items() if name != "through"}, apart, Q, QHAT, S)
    wrong = derived(replace(blocks.inner("loss"), rank=blocks.inner("loss").rank - 1))
    with pytest.raises(RuleFailure, match="does not hold"):
        beside({**found, "inner interval": wrong}, apart, Q, QHAT, S)


def test_couplings_stay_within_pairs():
    within_pairs()
    assert couplings.functional().final.has(couplings.Entry)


@pytest.mark.slow
@pytest.mark.parametrize("part", sorted(FORMULA))
def test_the_count_is_the_rank_of_the_witness(part):
    """Every L ≤ 3 with widths ≤ 3, r = d and every s."""
    line = TOP[part]().lines[1]
    for depth in (1, 2, 3):
        if part == "functional" and depth == 1:
            continue
        for widths in product(range(1, 4), repeat=depth + 1):
            for s in range(min(widths[0], widths[-1]) + 1):
                numbers = {L: depth, Q: min(widths), QHAT: min(s, *widths), S: s, NODE: widths}
                counted = evaluate(line, Valuation(numbers))
                assert counted == attained_rank(Architecture(widths), widths[0], s, part), (widths, s)


def test_couplings_are_entries_of_the_hessian():
    """All entries of H_o and H_f at rectangular identities, from second derivatives."""
    widths, omega = (2, 1, 3, 2), (1, 3, 0)
    network = Network(widths, 2, 1)
    network.sigma = np.array(np.eye(2, dtype=int), dtype=object)
    network.omega = np.array(np.diag(omega[:2]), dtype=object)
    network.weights = rectangular_identities(widths)
    places = [(layer, *map(int, np.argwhere(unit)[0] + 1)) for layer, unit in network.directions()]
    outer, functional = network.hessian("outer"), network.hessian("functional")
    for one, (low, c, d) in enumerate(places):
        for two, (high, a, b) in enumerate(places):
            letters = {L: 3, k: low, couplings.l: high, couplings.A: a, couplings.B: b, couplings.C: c, couplings.D: d}
            valuation = Valuation({**letters, couplings.DIAGONAL: omega}, widths)
            assert evaluate(couplings.outer().final, valuation) == outer[one, two]
            if low < high:
                assert evaluate(couplings.functional().final, valuation) == functional[one, two]


@pytest.mark.parametrize("widths", [(2, 1, 2), (1, 2, 1), (2, 2, 3), (3, 1, 2, 2), (2, 3)])
@pytest.mark.parametrize("labels", ["zero", "random"])
def test_every_labels_reach_the_value_of_fact_7(widths, labels):
    import random

    network = Network(widths, widths[0], 1)
    stream = random.Random(f"{widths}|{labels}")
    network.weights = [random_matrix(stream, *matrix.shape, 99) for matrix in network.weights]
    targets = random_matrix(stream, widths[-1], widths[0], 0 if labels == "zero" else 9)
    network.omega = network.chain(len(widths) - 1, 1).dot(network.sigma) - targets.dot(network.sigma)
    s = rank(network.omega)
    assert network.rank_of("loss") == FORMULAS["fact7"].evaluate(Architecture(widths), widths[0], s)


def test_the_deficiency_is_that_of_the_catalogue():
    names = {formula.M: Sum(NODE[k], (k, 1, L - 1)), formula.r: NODE[0], formula.K: NODE[L], formula.L: L}
    p = NODE[1] * (formula.d - NODE[0]) + Sum(NODE[k] * NODE[k - 1], (k, 1, L))
    stated = FORMULAS["deficiency_loss"].expression.xreplace({**names, formula.p: p})
    derivation = consequences.deficiency()
    assert derivation.same(derivation.start, stated, derivation.ordering)
