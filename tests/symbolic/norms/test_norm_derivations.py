"""Derivations of norm bounds: every line, every mutant, and the published formulas that they do not give."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import sympy as sp

from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.norms import (
    attained,
    below_one,
    entries,
    exact,
    factors,
    g_term,
    h_term,
    hessian,
    published,
    two_classes,
    where,
    where_published,
)
from hessproof.symbolic.norms.bounds import BOUNDS
from hessproof.symbolic.norms.draws import network, networks
from hessproof.symbolic.norms.hypotheses import AtMost, Cited, EqualEntries, PullOut
from hessproof.symbolic.norms.letters import FunctionalPart, Jacobian, Norm, spectral, value
from hessproof.symbolic.norms.rules import NormOfChain, NormOfProduct
from hessproof.symbolic.norms.scalars import grows, nonnegative, same
from hessproof.symbolic.norms.symbols import M_W, L, LargestEigenvalue, M_x, layer, m, norm_A, other, product
from hessproof.symbolic.norms.words import Curvature, Gated, backward, functional_block, outer_block
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.valuation import evaluate

PROVED: dict[str, Callable[[], Derivation]] = {
    made().claim: made
    for made in (
        factors.layer_derivative, factors.between_layers, factors.activation, factors.activation_with_bias,
        factors.state_with_bias, factors.weight_by_entries, g_term.jacobian, partial(g_term.jacobian, False),
        g_term.at_object, partial(g_term.at_object, True), g_term.by_layers, partial(g_term.by_layers, True),
        g_term.common, g_term.one_layer, h_term.at_object, partial(h_term.at_object, True), h_term.by_layers,
        partial(h_term.by_layers, True), h_term.common, partial(h_term.common, False),
        partial(hessian.common, False), entries.widths, entries.equal_widths,
        exact.functional_block_norm, exact.one_layer, partial(exact.one_layer, True), exact.one_layer_attained,
        partial(exact.one_layer_at_most, True), attained.identity, partial(attained.identity, True),
        attained.layer_derivative_attained, *(partial(attained.chain, key) for key in (
            "h_term_at", "h_term_bias_at", "hessian_at")),
        published.geometric, published.theorem, published.lemma, where.for_g_term, where.for_hessian, where.step,
        below_one.below_one, below_one.misclassified,
        where_published.bias_columns, where_published.one_layer, where_published.frobenius,
        where_published.between_hidden, where_published.fitting_layers, where_published.lemma_g_term,
        two_classes.g_term, two_classes.constant_matrix, two_classes.approached,
        two_classes.two_layers, two_classes.degree,
    )
}  # fmt: skip
LARGE: dict[str, Callable[[], Derivation]] = {
    "hessian_at": hessian.at_object,
    "hessian": hessian.by_layers,
    "hessian_common": hessian.common,
    "entries_hessian": entries.full_hessian,
    "lemma1_hessian": where_published.lemma_hessian,
    "hessian_bias_at": partial(hessian.at_object, True),
    "hessian_bias": partial(hessian.by_layers, True),
    "hessian_bias_at_attained": partial(attained.chain, "hessian_bias_at"),
}


@pytest.mark.long
@pytest.mark.parametrize("claim", sorted(PROVED))
def test_every_line_holds(claim: str) -> None:
    report = PROVED[claim]().check(7)
    assert report.ok, report.why
    assert report.instances


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["layer_derivative", "g_term_common", "h_term_at", "hessian_common_at", "entries"])
def test_mutants_are_rejected_or_equal(claim: str) -> None:
    derivation = PROVED[claim]()
    survivors = [mutant for mutant in list(derivation.mutants())[::2] if not mutant.rejection()]
    assert not [mutant.description for mutant in survivors if mutant.differs(derivation)]


@pytest.mark.long
@pytest.mark.parametrize("claim", sorted(LARGE))
def test_every_line_with_bias_holds(claim: str) -> None:
    report = LARGE[claim]().check(7)
    assert report.ok, report.why


@pytest.mark.long
def test_all_mutants_of_all_derivations_are_rejected_or_equal() -> None:
    for made in PROVED.values():
        derivation = made()
        everything = list(Derivation.mutants(derivation))
        tried = everything[:: 1 + len(everything) // 60]
        survivors = [mutant for mutant in tried if not mutant.rejection()]
        assert not [mutant.description for mutant in survivors if mutant.differs(derivation)], derivation.claim


@pytest.mark.long
def test_deeper_networks_obey_the_bounds_as_well() -> None:
    for made in (g_term.at_object, h_term.at_object, hessian.at_object, factors.layer_derivative, factors.activation):
        derivation = made()
        for valuation in networks(derivation, 5, deepest=5):
            before, after = (value(line, valuation) for line in (derivation.start, derivation.final))
            assert before <= after


@pytest.mark.parametrize(
    ("made", "key"),
    [
        (factors.layer_derivative, "thm1.b"), (g_term.common, "thm1"), (g_term.one_layer, "thm1_L1"),
        (factors.weight_by_entries, "lemma1.a"), (entries.widths, "lemma1"),
    ],
)  # fmt: skip
def test_published_bounds_are_not_what_is_derived(made: Callable[[], Derivation], key: str) -> None:
    derivation = made()
    report = derivation.with_final(BOUNDS[key].expression).check(0, numbers=False)
    assert report.failing is not None
    assert report.failing.rule == "published formula"


def test_the_theorem_rests_on_its_second_step() -> None:
    derivation = published.theorem()
    used = [name for step in derivation.steps for name in step.rule.assumptions]
    assert [name for name in used if "step 2" in name] == ["step 2 of the proof: false where ‖W^l‖ < 1"]
    repaired = [step for step in g_term.at_object().steps if step.rule.assumptions]
    assert {name for step in repaired for name in step.rule.assumptions} <= {"no bias"}


def test_step_two_fails_on_small_weights() -> None:
    derivation, small = factors.layer_derivative(), []
    for seed in range(8):
        for valuation in networks(derivation, seed):
            below, bound = (value(line, valuation) for line in (derivation.start, BOUNDS["thm1.b"].expression))
            small.append(below > bound)
    assert any(small)


def test_the_functional_part_is_symmetric_with_zero_diagonal_blocks() -> None:
    for valuation in networks(h_term.at_object(), 2):
        whole = evaluate(FunctionalPart(0), valuation)
        assert (whole == whole.T).all()
        start = 0
        for matrix in valuation.weights:
            assert not whole[start : start + matrix.size, start : start + matrix.size].any()
            start += matrix.size


def test_the_jacobian_has_a_column_for_every_parameter() -> None:
    for valuation in networks(g_term.jacobian(), 2, bias=True):
        size = sum(matrix.size + matrix.shape[0] for matrix in valuation.weights)
        assert evaluate(Jacobian(1), valuation).shape == (valuation.widths[-1], size)


def test_norms_of_drawn_matrices_are_spectral() -> None:
    for valuation in networks(factors.layer_derivative(), 4):
        for matrix in valuation.weights:
            assert float(spectral(matrix)) == pytest.approx(np.linalg.norm(matrix.astype(float), 2), abs=1e-9)


def test_generator_reaches_small_large_and_zero_norms_and_every_depth() -> None:
    stream, found, depths = random.Random(0), [], set()
    for number in range(200):
        made = network(stream, 1 + number % 4, {})
        depths.add(len(made.weights))
        found += [float(spectral(matrix)) for matrix in made.weights]
    assert depths == {1, 2, 3, 4}
    assert min(found) == 0
    assert any(0 < norm < 1 for norm in found)
    assert any(norm == 1 for norm in found)
    assert any(norm > 2 for norm in found)


def test_rules_refuse_what_they_do_not_know() -> None:
    order = Ordering(1 <= layer, layer <= L)
    with pytest.raises(RuleFailure, match="finds nothing"):
        NormOfProduct().apply(m[layer], order)
    with pytest.raises(NotSettled):
        NormOfChain().apply(Norm(Gated(layer, L)), order)
    with pytest.raises(RuleFailure, match="need not grow"):
        AtMost("a bound", {norm_A: sp.S.One}).apply(1 / norm_A, order)
    with pytest.raises(RuleFailure, match="is not"):
        PullOut(M_W).check(M_W, M_W, Ordering(L >= 1), same)
    with pytest.raises(RuleFailure, match="entries"):
        EqualEntries(same, M_W, sp.S.Zero).apply(
            LargestEigenvalue(sp.Matrix([[m[layer]]]), sp.Matrix([[0]])), Ordering(L >= 1)
        )
    with pytest.raises(RuleFailure, match="needs"):
        Cited(factors.layer_derivative()).apply(Norm(backward(layer)), Ordering(layer >= 0, layer <= L))
    with pytest.raises(RuleFailure, match="may be negative"):
        where.AtLeastOne(M_W, "M_W ≥ 1").apply(M_W - M_x, order)
    with pytest.raises(RuleFailure, match="does not sum up"):
        published.Telescoping(M_W).apply(published.geometric().start, Ordering(L >= 1))


def test_growth_and_sign_are_read_off_the_form() -> None:
    order = Ordering(L >= 1)
    assert grows(product(1, L), order)
    assert not grows(M_W**-1, order)
    assert nonnegative(M_W**-1, order)
    assert not nonnegative(M_W - M_x, order)
    assert grows(LargestEigenvalue(sp.Matrix([[m[layer] * m[other]]]), sp.Matrix([[0]])), order)


def test_normal_form_knows_empty_ranges_and_other_indices() -> None:
    order = Ordering(L >= 1)
    assert same(sp.Sum(m[layer], (layer, 1, L)), sp.Sum(m[other], (other, 1, L)), order)
    assert same(sp.Sum(m[other], (other, 1, 0)), sp.S.Zero, order)
    assert not same(sp.Sum(m[layer], (layer, 1, L)), sp.Sum(m[layer], (layer, 2, L)), order)


def test_blocks_of_both_parts_are_those_that_the_split_derives() -> None:
    assert hessian.outer_norms(other, False)[0, 0].matrix == outer_block(layer, other)
    for valuation in networks(h_term.at_object(), 6):
        whole = evaluate(FunctionalPart(0), valuation)
        ends = np.cumsum([0, *(matrix.size for matrix in valuation.weights)])
        for late in range(2, len(valuation.weights) + 1):
            for early in range(1, late):
                block = whole[ends[late - 1] : ends[late], ends[early - 1] : ends[early]]
                word = Norm(functional_block(sp.Integer(early), sp.Integer(late)))
                assert float(spectral(block)) == pytest.approx(value(word, valuation) / 10**30, abs=1e-12)


def test_two_classes_have_a_g_term_of_rank_one() -> None:
    for valuation in two_classes.g_term().drawn(3, 3):
        stack, curvature = evaluate(Jacobian(0), valuation), evaluate(Curvature(), valuation)
        assert np.linalg.matrix_rank(stack.T.dot(curvature).dot(stack).astype(float)) <= 1


def test_small_norms_break_the_theorem_for_the_hessian_from_some_depth_on() -> None:
    for valuation in below_one.below_one().drawn(1, 3):
        depth, base, size = (valuation.symbols[letter] for letter in (L, M_W, M_x))
        published_bound = float(BOUNDS["thm1"].compiled(depth)({"M_W": float(base), "M_x": float(size)}))
        logit = float(size) * float(base) ** depth / np.sqrt(2)
        p = 1 / (1 + np.exp(-2 * logit))
        here = {"M_W": float(base), "M_x": float(size), "norm_A": 2 * p * (1 - p), "norm_delta": np.sqrt(2) * p}
        assert float(BOUNDS["hessian_common_at"].compiled(depth)(here)) > published_bound
