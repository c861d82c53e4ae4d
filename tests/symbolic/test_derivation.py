"""The framework of derivations: right ones pass, wrong ones are rejected without numbers, and the step is named."""

from __future__ import annotations

import pytest
from sympy import Integer, MatrixSymbol, Min, symbols

from hessproof.symbolic.citation import Cite
from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.mutation import mutations
from hessproof.symbolic.normal import canonical
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import Descending, L, Omega, Sigma, Transposed, add, k, l, times

ORDER = Ordering(k >= 1, k <= L)
WHOLE = times(Descending(L, 1), Sigma(), Transposed(1, L))
CUT = times(Descending(L, k + 1), Descending(k, 1), Sigma(), Transposed(1, L))
GOOD = Derivation(
    "cut", "cut at k", ORDER, WHOLE, (Step(CUT, Algebra("cut")), Step(WHOLE, Algebra("join"))), WHOLE
)  # fmt: skip
WRONG = times(Descending(L, 1), Sigma(), Sigma(), Transposed(1, L))


class Unsound(Rule):
    """Accepts whatever is stated: what only numbers can catch."""

    name = "wishful thinking"

    def check(self, before, after, ordering, same):
        """Accept."""


class Drop(Rule):
    """n + 1 ≥ n, as a rule with an inequality."""

    name = "drop one"
    relation = ">="

    def apply(self, expression, ordering):
        """Subtract one."""
        return expression - 1


def test_a_right_derivation_passes_on_both_counts():
    report = GOOD.check(3)
    assert report.ok
    assert report.failing is None
    assert report.why == ""
    assert [(step.symbolic, step.numeric) for step in report.steps] == [(True, True)] * 3
    assert report.instances == 6


@pytest.mark.parametrize("index", [1, 2])
def test_a_wrong_step_is_rejected_symbolically_and_named(index):
    report = GOOD.with_step(index, WRONG).check(numbers=False)
    assert not report.ok
    assert report.failing.index == index
    assert report.failing.rule == ("cut", "join")[index - 1]
    assert report.why.startswith(f"cut, step {index} (")


def test_a_wrong_published_formula_is_rejected_symbolically_and_named():
    report = GOOD.with_final(WRONG).check(numbers=False)
    assert (report.failing.index, report.failing.rule) == (3, "published formula")
    assert [step.symbolic for step in report.steps] == [True, True, False]


def test_numbers_alone_reject_it_as_well():
    assert not GOOD.with_final(WRONG).check(symbolic=False).ok
    assert GOOD.check(symbolic=False).ok


def test_numbers_catch_a_rule_that_is_not_sound():
    wishful = Derivation("w", "wishful", ORDER, WHOLE, (Step(WRONG, Unsound()),), WRONG)
    assert wishful.check(numbers=False).ok
    report = wishful.check()
    assert (report.failing.symbolic, report.failing.numeric) == (True, False)
    assert "the values differ at widths" in report.why


def test_a_meaningless_chain_is_rejected_with_its_reason():
    report = GOOD.with_step(1, times(Descending(L, k + 2), Descending(k + 1, 1), Sigma(), Transposed(1, L))).check(
        numbers=False
    )
    assert "W^L:k + 2 needs L - k - 1 >= 0, which does not follow from k >= 1, k <= L" in report.why


def test_without_instances_numbers_prove_nothing():
    far = Derivation("far", "out of reach", Ordering(k >= 9), Descending(k, k), (), Descending(k, k))
    report = far.check()
    assert (report.ok, report.instances) == (False, 0)
    assert "no sizes" in report.why
    assert far.check(numbers=False).ok


def test_lemmas_are_checked_with_the_derivation():
    bad = GOOD.with_final(WRONG)
    holder = Derivation("holder", "holder", ORDER, WHOLE, (), WHOLE, lemmas=(bad,))
    report = holder.check(numbers=False)
    assert not report.ok
    assert report.failing is None
    assert report.why.startswith("lemma cut, step 3")


def test_citing_needs_a_derivation_that_holds_and_its_assumptions():
    gram = Derivation("join", "join", ORDER, CUT, (Step(WHOLE, Algebra()),), WHOLE)
    moved = CUT.xreplace({k: l})
    both = Ordering(l >= 1, l <= L)
    assert canonical(Cite(gram, {k: l}).apply(moved, both), both) == WHOLE
    assert Cite(gram, {k: l}).apply(Omega(), both) == Omega()
    weak = Cite(gram, {k: l}).apply(moved, Ordering(l >= 1))
    assert weak == moved
    with pytest.raises(RuleFailure, match="cited derivation fails"):
        Cite(gram.with_final(WRONG)).apply(CUT, ORDER)


def test_inequalities_keep_their_direction():
    n = symbols("n", integer=True, positive=True)
    two = Derivation("n", "numbers", ORDER, n + 1, (Step(n, Drop()), Step(n - 1, Drop())), n - 1)
    assert two.relation == ">="
    assert two.check().ok
    assert r"\ge" in two.latex()
    assert not two.with_step(1, n + 2).check(symbolic=False).ok
    with pytest.raises(RuleFailure, match="no equality"):
        Backwards(Drop())
    with pytest.raises(RuleFailure, match="no equality"):
        Cite(two).apply(n + 1, ORDER)


def test_latex_has_one_line_a_step_and_names_the_rules():
    text = GOOD.latex()
    assert text.startswith("\\begin{aligned}")
    assert text.count("\\\\\n") == 3
    assert r"\text{(cut)}" in text
    assert "{T}" not in text


def test_mutations_change_one_place_each():
    expression = add(times(Descending(L, k + 1), Transposed(k + 1, L)), MatrixSymbol("A", 2, 2))
    found = [wrong for _, wrong in mutations(expression)]
    assert expression not in found
    assert len(found) == len(set(found)) > 10
    assert times(Descending(L, k + 1), Descending(L, k + 1)) in [w.args[0] for w in found if w.is_MatAdd]


def test_constants_and_arguments_of_min_are_mutated():
    a, b = symbols("a b", integer=True)
    found = {wrong for _, wrong in mutations(Min(a, b) + 2)}
    assert {a + 2, b + 2, Min(a, b) + 3, Min(a, b) + 1, Min(a, b), Integer(2)} <= found


def test_every_mutant_of_a_derivation_is_rejected_or_equal():
    mutants = list(GOOD.mutants())
    assert len(mutants) > 40
    for mutant in mutants:
        if mutant.rejection():
            assert not mutant.derivation.check(numbers=False).ok
        else:
            assert not mutant.differs(GOOD, count=12), mutant.description
