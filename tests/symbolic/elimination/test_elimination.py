"""The elimination at the witness: every line, its wrong variants, and that its conditions are sharp."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import islice, pairwise, takewhile

import numpy as np
import pytest
from sympy import Integer

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import RuleFailure, Step
from hessproof.symbolic.elimination import (
    biased_labels,
    cores,
    data,
    equations,
    every,
    functional,
    labels,
    one_core,
    single,
    steps,
    theorem,
    turning,
)
from hessproof.symbolic.elimination.letters import QHAT, RESIDUAL, Inject, Project, Rest, T
from hessproof.symbolic.elimination.witness import ClosedChain, Idempotents, networks
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.normal import same
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import Descending, L, add, k, times

MADE = (
    equations.kernel_equation, equations.law_of_balance, partial(equations.kernel_equation, "functional"),
    partial(equations.law_of_balance, "functional"), steps.neighbouring_cores, steps.nothing_into, steps.nothing_out,
    steps.first_layer, steps.last_layer, steps.ends_meet, steps.sum_of_cores, one_core.one_core, one_core.no_core,
    cores.conjugate_cores, cores.positive, partial(cores.positive, 2), functional.first_layer, functional.last_layer,
    functional.sum_of_cores, theorem.only_outer, theorem.reached, single.single_layer, single.single_count,
    data.fewer_inputs, data.homogeneous, turning.turned, labels.residual_bound, labels.residual_attained,
    biased_labels.biased_residual,
)  # fmt: skip
HEADS = theorem.loss, functional.functional, every.every_data_set, every.every_residual, labels.every_labels


def _name(made):
    """Without making it: that takes a second, and not every run needs it."""
    return f"{made.func.__name__}-{made.args[0]}" if isinstance(made, partial) else made.__name__


def alone(made):
    derivation = made()
    return type(derivation)(**{**derivation.__dict__, "lemmas": ()})


@pytest.mark.slow
@pytest.mark.parametrize("made", MADE, ids=_name)
def test_every_line_holds_by_its_rule_and_in_numbers(made):
    report = alone(made).check(5, count=3)
    assert report.ok, report.why
    assert report.instances


@pytest.mark.slow
@pytest.mark.parametrize("made", HEADS, ids=_name)
def test_theorems_hold_symbolically(made):
    report = made().check(numbers=False)
    assert report.ok, report.why


@pytest.mark.slow
@pytest.mark.parametrize("made", HEADS, ids=_name)
def test_theorems_hold_in_numbers(made):
    report = alone(made).check(11, count=4)
    assert report.ok, report.why


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [*MADE[4:], *HEADS],
    ids=_name,
)
def test_wrong_finals_are_rejected_without_numbers(made):
    derivation = alone(made)
    finals = takewhile(lambda mutant: mutant.index == 0, derivation.mutants())
    for mutant in islice(finals, 0, None, 6):
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


@pytest.mark.slow
@pytest.mark.parametrize("made", [*MADE[4:], *HEADS], ids=_name)
def test_wrong_lines_are_rejected_without_numbers(made):
    derivation = alone(made)
    for mutant in islice(derivation.mutants(), 0, None, 25):
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


def test_words_multiply_as_the_matrices_do():
    order = Ordering(1 <= k, k + 1 <= L)
    words = (
        times(Project(L), Descending(L, k + 1), Inject(k)), times(Rest(k), Descending(k, 1), Inject(0)),
        times(Descending(L, k + 1), Rest(k), Rest(k)), times(Project(0), RESIDUAL.T, Rest(L)),
        times(Project(L), RESIDUAL, Inject(0)), times(Rest(k), steps.out_of(k)),
    )  # fmt: skip
    rule = Idempotents()
    for valuation in networks(steps.neighbouring_cores(), 3):
        for word in words:
            assert (evaluate(word, valuation) == evaluate(rule.apply(word, order), valuation)).all()
    assert same(rule.apply(words[4], order), T, order)
    assert rule.apply(words[1], order).is_ZeroMatrix


def test_a_chain_that_leaves_out_a_layer_is_not_closed():
    order = Ordering(1 <= k, k + 2 <= L)
    whole, gap = equations.closed(k + 1, RESIDUAL), times(Descending(k - 1, 1), RESIDUAL.T, Descending(L, k + 2))
    assert ClosedChain().apply(whole, order) == times(Inject(k), T, Project(k + 1))
    assert ClosedChain().apply(gap, order) == gap


def test_the_law_of_balance_has_no_other_form():
    derivation = equations.law_of_balance()
    for wrong in (
        times(-1, equations.balance(k)),
        add(equations.balance(k), equations.balance(k)),
        equations.balance(k).args[0],
    ):
        assert not derivation.with_final(wrong).check(numbers=False).ok


@pytest.mark.slow
def test_a_layer_that_is_left_out_is_noticed():
    core, entering, leaving, ends = theorem.solved()
    for found in (
        (core, entering, leaving, entering),
        (core, leaving, leaving, ends),
        (leaving, entering, leaving, ends),
    ):
        with pytest.raises(RuleFailure):
            theorem.Settles(found).apply(theorem.RANK, steps.DEEP)
    with pytest.raises(RuleFailure):
        functional.Settles((*functional.solved()[:4], functional.first_layer())).apply(functional.RANK, steps.DEEP)
    with pytest.raises(RuleFailure):
        theorem.Settles(theorem.solved()).apply(theorem.RANK, Ordering(L >= 1))


@pytest.mark.slow
def test_rules_look_up_what_they_rest_on():
    found = theorem.loss(), single.single_layer(), single.single_count()
    assert every.Eliminated(*found).apply(every.WHITE, Ordering(L >= 1)) != every.WHITE
    for wrong in (found[:1], (found[0], found[2], found[1]), (*found[:2], found[2].with_final(Integer(0)))):
        with pytest.raises(RuleFailure):
            every.Eliminated(*wrong).apply(every.WHITE, Ordering(L >= 1))
    with pytest.raises(RuleFailure, match="nothing is found"):
        every.Eliminated(*found).apply(every.WHITE, Ordering(L >= 0))
    for rule in (every.LargeWeights(), every.NewVariables(data.homogeneous()), theorem.Reaches(), labels.TwoEnds()):
        with pytest.raises(RuleFailure, match="rests on"):
            rule.apply(theorem.RANK, steps.DEEP)


def test_a_wrong_rule_shows_in_numbers():
    class Wrong(ClosedChain):
        """A closed chain without T."""

        def apply(self, expression, ordering):
            return (
                super()
                .apply(expression, ordering)
                .xreplace({T: Idempotents().apply(times(Project(0), Inject(0)), ordering)})
            )

    derivation = steps.neighbouring_cores()
    line = Wrong().apply(derivation.start, derivation.ordering)
    wrong = type(derivation)(**{**derivation.__dict__, "steps": (Step(line, Wrong()),), "final": line, "lemmas": ()})
    report = wrong.check(2)
    assert report.failing is not None
    assert report.failing.symbolic
    assert report.failing.numeric is False


def rank_at(widths, diagonal, part="loss"):
    """The rank at rectangular identities, Σ = I and a given diagonal of Ω."""
    weights = [np.eye(b, a, dtype=int).astype(object) for a, b in pairwise(widths)]
    symbols = {L: len(weights), QHAT: 0}
    point = Valuation(symbols, widths, weights=weights, weights_transposed=[weight.T for weight in weights])
    point._drawn["omega"] = np.array(diagonal, dtype=object)
    return exact_rank(theorem.linear_map(point, lambda layer: steps.at_witness(Integer(layer), part)))


def generic(widths, s, part="loss"):
    return FORMULAS[f"{part}_generic"].evaluate(Architecture(widths), widths[0], s)


@pytest.mark.parametrize(("widths", "s"), [((2, 2, 2), 2), ((1, 2, 1), 1), ((2, 1, 2), 2), ((2, 2, 1, 2), 2)])
def test_the_conditions_on_omega_are_sharp(widths, s):
    """La⊤ + τ(L − 1)a = 0 has symmetric solutions for τ = −L/(L − 1), skew ones for the opposite; Z must not be ±1."""
    depth, q = len(widths) - 1, min(widths)
    critical = Fraction(depth, depth - 1)
    assert rank_at(widths, [-critical] * q + [3] * (s - q)) < generic(widths, s)
    assert (rank_at(widths, [critical] * q + [3] * (s - q)) < generic(widths, s)) == (q > 1)
    assert rank_at(widths, [Fraction(1)] * q + [3] * (s - q)) == generic(widths, s)
    if s > q:
        assert rank_at(widths, [Fraction(1)] * q + [1] * (s - q)) < generic(widths, s)
    assert rank_at(widths, [critical] * q + [1] * (s - q), "functional") == generic(widths, s, "functional")


@pytest.mark.parametrize(
    ("widths", "s"), [((2, 3, 2), 0), ((3, 2, 3), 1), ((1, 1, 1, 1), 0), ((2, 2, 2), 1), ((3, 2), 1)]
)
def test_residuals_of_low_rank(widths, s):
    assert rank_at(widths, [1] * s) == generic(widths, s)
