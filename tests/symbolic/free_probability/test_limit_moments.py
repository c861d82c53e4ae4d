"""The moments of Wigner and Wishart matrices for large n: derived, and no wrong variant accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from hessproof.symbolic.free_probability import index_counting
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.limit_moments import (
    GOE,
    WISHART,
    Induction,
    LawEquation,
    SteinsLemma,
    limit_moments,
    loop_equation,
)
from hessproof.symbolic.free_probability.symbols import SCALE, TAU, VARIANCE
from hessproof.symbolic.free_probability.trace_words import REST, A, Expected, LimitOf, Moment, N
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure

MADE = {
    "goe, every n": lambda: loop_equation(GOE),
    "goe": lambda: limit_moments(GOE),
    "wishart, every n": lambda: loop_equation(WISHART),
    "wishart": lambda: limit_moments(WISHART),
}


@pytest.mark.long
@pytest.mark.parametrize("name", MADE)
def test_derivations_hold_and_every_wrong_variant_is_rejected_without_numbers(name):
    derivation = MADE[name]()
    report = derivation.check(0)
    assert report.ok, report.why
    mutants = list(derivation.mutants())
    assert len(mutants) > 20
    assert all(mutant.rejection() for mutant in mutants)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [GOE, WISHART], ids=lambda kind: kind.key)
def test_numbers_alone_reject_a_lost_term(kind):
    """A loop equation without its crossed term: no rule is asked, and the values differ."""
    derivation = loop_equation(kind)
    terms = sp.Add.make_args(sp.expand(derivation.final))
    crossed = next(term for term in terms if term.has(N) and not term.has(sp.Sum))
    wrong = sp.expand(derivation.final) - crossed
    broken = replace(derivation.with_step(1, wrong), final=wrong)
    report = broken.check(0, symbolic=False)
    assert not report.ok
    assert "values differ" in report.why


def test_the_rules_refuse_what_they_do_not_cover():
    ordering = Ordering()
    with pytest.raises(RuleFailure, match="is not E t"):
        SteinsLemma(GOE).apply(Expected(A), ordering)
    with pytest.raises(RuleFailure, match="is no limit"):
        Induction().apply(Expected(A), ordering)
    with pytest.raises(RuleFailure, match="no fewer letters"):
        Induction().apply(LimitOf(Expected(A + 1)), ordering)
    with pytest.raises(RuleFailure, match="grows with n"):
        Induction().apply(LimitOf(N * Expected(A)), ordering)
    with pytest.raises(RuleFailure, match="not those of the equation"):
        LawEquation(GOE.law).apply(VARIANCE * Moment(A) * REST, ordering)


@pytest.mark.parametrize(("kind", "law"), [(GOE, semicircle(2 * VARIANCE)), (WISHART, marchenko_pastur(SCALE**2, TAU))])
def test_a_law_of_another_scale_is_rejected(kind, law):
    derivation = limit_moments(kind)
    with pytest.raises(RuleFailure):
        LawEquation(law).apply(derivation.steps[0].expression, Ordering())


def test_index_counting_agrees_with_known_polynomials():
    assert index_counting.goe((4,)) == {3: 2, 2: 5, 1: 5}
    assert index_counting.goe((3,)) == {}
    assert index_counting.goe((2, 2)) == {4: 1, 3: 2, 2: 5, 1: 4}
    assert index_counting.wishart((2,)) == {(2, 1): 1, (1, 2): 1, (1, 1): 1}


def test_derivations_print():
    assert r"\operatorname{E} t_{a + 1} T" in loop_equation(GOE).latex()
    assert r"\lim_{n \to \infty}" in limit_moments(WISHART).latex()
