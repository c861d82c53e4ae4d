"""Derivations about the softmax, the Jacobian, the split and the gates: they hold, and generated variants do not."""

from __future__ import annotations

import pytest
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, RuleFailure
from hessproof.symbolic.losses.expressions import A, B, C, F, K, total
from hessproof.symbolic.norms.words import Gate, State, backward
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.softmax import confidence, curvature, jacobian, kinks, norm, split, states, sums
from hessproof.symbolic.softmax.definitions import (
    BOTH,
    SHIFTS,
    WEIGHTS,
    LossHessian,
    OutputHessian,
    ParameterJacobian,
    StateBy,
    WordBy,
)
from hessproof.symbolic.words import Input, L, k, l, times, weight

NETWORKS = (
    jacobian.path(),
    jacobian.chain(),
    jacobian.last_chain(),
    states.state(),
    *(jacobian.stack(kind) for kind in jacobian.KINDS),
    *(jacobian.g_term(kind) for kind in jacobian.KINDS),
    *(make(kind) for make in (split.split, split.functional, split.functional_diagonal) for kind in (WEIGHTS, BOTH)),
    kinks.along("closed"),
    kinks.along("open"),
)
NUMBERS = (
    norm.published(), norm.frobenius(), norm.gershgorin(), norm.variance(), norm.below_largest(),
    confidence.residual_above(), confidence.residual_below(), confidence.confident(), confidence.pair(),
    confidence.two_outputs(), confidence.approached(), confidence.strict(), confidence.pair_in_ball(),
    confidence.ball(), curvature.slope(), curvature.softmax_hessian(),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("derivation", [*NETWORKS, *NUMBERS], ids=lambda one: one.title)
def test_a_derivation_holds_and_its_variants_do_not(derivation: Derivation) -> None:
    assert derivation.check(3, count=1).ok, derivation.check(3, count=1).why
    for mutant in list(derivation.mutants())[::9]:
        assert mutant.rejection() or not mutant.differs(derivation, count=2), mutant.description


@pytest.mark.parametrize("derivation", NETWORKS, ids=lambda one: one.title)
def test_a_derivation_about_networks_is_printed_with_its_assumptions(derivation: Derivation) -> None:
    assert r"\begin{aligned}" in derivation.latex()
    for step in derivation.steps:
        assert all(isinstance(word, str) for word in step.rule.assumptions)


def test_an_inequality_in_the_wrong_direction_is_rejected() -> None:
    wrong = norm.frobenius().with_final(sp.Rational(1, 5))
    assert not wrong.check(0, numbers=False).ok
    tighter = norm.frobenius().with_step(5, sp.Rational(24, 100))
    assert "difference" in tighter.check(0, numbers=False).why
    assert not tighter.check(0, symbolic=False).ok or tighter.check(0).why


def test_a_gap_must_be_visibly_nonnegative() -> None:
    rule = sums.Gap("nothing", sums.P[A] - sums.P[B])
    with pytest.raises(RuleFailure, match="visibly"):
        rule.check(sums.P[B], sums.P[A], Ordering(), sums.same)
    for shown in (sums.P[A] ** 3, sp.Integer(2), 1 - sp.KroneckerDelta(A, B), confidence.MISSING * sums.P[A]):
        assert sums.visibly_nonnegative(shown)
    for hidden in (sums.V[A], -sums.P[A], sp.Symbol("x"), sp.sin(sums.P[A]), sp.Integer(-1)):
        assert not sums.visibly_nonnegative(hidden)


def test_a_gap_from_below_is_read_the_other_way_round() -> None:
    rule = sums.Gap("squares", sums.P[A] ** 2, relation=">=")
    rule.check(2 * sums.P[A] ** 2, sums.P[A] ** 2, Ordering(), sums.same)
    with pytest.raises(RuleFailure, match="is not"):
        rule.check(sums.P[A] ** 2, 2 * sums.P[A] ** 2, Ordering(), sums.same)


def test_a_fact_is_used_only_where_it_applies() -> None:
    fact = sums.Replace("a fact", "", sums.SPECTRAL, sums.FROBENIUS, "<=")
    with pytest.raises(RuleFailure, match="is not"):
        fact.apply(sums.SQUARES, Ordering())
    with pytest.raises(RuleFailure, match="no derivative"):
        curvature.Differentiate().apply(F[A], Ordering())
    with pytest.raises(RuleFailure, match="does not grow"):
        confidence.Limit().apply(-confidence.EQUAL_PAIR, Ordering())


def test_probabilities_add_up_to_one_in_the_normal_form() -> None:
    assert sums.normal(total(sums.P[C])) == 1
    assert sums.normal(sums.Largest(sums.P[A] * total(sums.P[C]))) == sums.Largest(sums.P[A])


def test_targets_that_do_not_add_up_to_one_leave_a_factor() -> None:
    twice = curvature.softmax_hessian().steps[1].expression
    assert twice.has(curvature.TARGETS)
    assert not curvature.softmax_hessian().final.has(curvature.TARGETS)


def test_rules_about_networks_refuse_what_they_do_not_know() -> None:
    order = Ordering(k >= 1, k + 1 <= l, l <= L)
    with pytest.raises(NotSettled):
        jacobian.PathFormula().apply(StateBy(k, l), order)
    with pytest.raises(NotSettled):
        jacobian.NextLayer().apply(StateBy(k, l), order)
    with pytest.raises(NotSettled):
        jacobian.JacobianFormula().apply(ParameterJacobian(L + 1, WEIGHTS), order)
    with pytest.raises(RuleFailure, match="not a state"):
        states.NextState().apply(Input(), order)
    for rule in (kinks.OneSidedChain(), kinks.NoKinkAgainst(kinks.CLOSED), kinks.FixedLayer()):
        with pytest.raises(RuleFailure):
            rule.apply(Input(), order)


def test_the_product_rule_needs_a_word_that_is_linear_in_the_layer() -> None:
    order = Ordering(k >= 1, k + 1 <= l, l <= L)
    rule = split.OneOccurrence()
    with pytest.raises(RuleFailure, match="not settled"):
        rule.apply(WordBy(split.gradient_word(k, WEIGHTS), l, WEIGHTS), order)
    both = times(weight(l).T, weight(l), weight(l).T)
    with pytest.raises(RuleFailure):
        rule.apply(WordBy(both, l, WEIGHTS), order)
    twice = times(weight(l).T, Gate(l), weight(l).T)
    with pytest.raises(RuleFailure, match="more than once"):
        rule.apply(WordBy(twice, l, WEIGHTS), order)
    assert rule.apply(WordBy(State(k), l, WEIGHTS), order).is_ZeroMatrix


def test_a_split_without_the_h_term_is_rejected() -> None:
    whole = split.split(WEIGHTS)
    assert not whole.with_final(whole.final.args[0]).check(0, numbers=False).ok
    cut = whole.with_step(3, whole.final.args[0]).with_final(whole.final.args[0])
    assert not cut.check(0, symbolic=False).ok


def test_the_h_term_of_a_rectified_network_is_not_zero() -> None:
    derivation = split.functional(WEIGHTS)
    values = [derivation.evaluate(OutputHessian(k, l, WEIGHTS), one) for one in derivation.drawn(5, 4)]
    assert any(value.any() for value in values)


def test_shapes_of_definitions_follow_the_parameters() -> None:
    for kind in (WEIGHTS, SHIFTS, BOTH):
        assert ParameterJacobian(l, kind).cols == jacobian.stack(kind).final.cols
        assert LossHessian(k, l, kind).shape == (ParameterJacobian(k, kind).cols, ParameterJacobian(l, kind).cols)
    assert StateBy(L + 1, l).shape == backward(l).shape


def test_algebra_alone_does_not_prove_an_inequality() -> None:
    steps = norm.gershgorin().steps
    lazy = norm.gershgorin().with_step(3, steps[2].expression)
    assert lazy.check(0, numbers=False).ok
    with pytest.raises(RuleFailure):
        Algebra("no reason").check(steps[1].expression, steps[2].expression, Ordering(), sums.same)
    assert K.is_positive
