"""Derivations with bias: every line, every lemma, and mutants."""

from __future__ import annotations

import pytest

from hessproof.symbolic.bias import bounds, decoupling, outer_rank
from hessproof.symbolic.bias.blocks import OUTER, Block, WiderNetwork, lifted
from hessproof.symbolic.bias.bounds import Conditions, NestedConditions
from hessproof.symbolic.bias.decoupling import CentredMoments
from hessproof.symbolic.bias.derivations import bias_derivations, lower_bound, upper_bound
from hessproof.symbolic.bias.kernel_proof import (
    bilinear,
    cases,
    conditions_after,
    conditions_at_residual,
    conditions_before,
    vanishing,
)
from hessproof.symbolic.bias.layer_kernel import kernel_conditions
from hessproof.symbolic.bias.letters import Affine, AugmentedOmega, Embed
from hessproof.symbolic.bias.terms import AffineChain, Embedding
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.gauss_newton import functional_before
from hessproof.symbolic.kernel_conditions import Annihilated, m
from hessproof.symbolic.layer_blocks import AFTER, FUNCTIONAL_BEFORE, TWO_LAYERS
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.terms import Chain, Moment
from hessproof.symbolic.words import Descending, L, k, l


@pytest.mark.long
@pytest.mark.parametrize("name", bias_derivations())
def test_derivation_with_bias(name):
    derivation = bias_derivations()[name]
    report = derivation.check(1)
    assert report.ok, report.why
    for mutant in list(derivation.mutants())[::29]:
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


@pytest.mark.parametrize("derivation", vanishing(), ids=lambda d: d.claim)
def test_the_form_with_bias_vanishes_on_the_kernel(derivation):
    report = derivation.check(2)
    assert report.ok, report.why
    for mutant in list(derivation.mutants())[::7]:
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


def test_relations():
    found = bias_derivations()
    assert found["thm12_exact"].relation == "=" == found["fact13_deficiency"].relation
    for quantity in ("outer", "functional", "loss"):
        assert upper_bound(quantity)[-1].relation == "<="
    assert [derivation.relation for derivation in lower_bound("functional")] == [">=", ">="]
    assert [derivation.relation for derivation in lower_bound("loss")] == [">=", ">=", "="]
    assert lower_bound("outer")[0].relation == "="
    assert outer_rank.flag_bound().relation == "<="


@pytest.mark.long
def test_wrong_published_formulas_are_rejected_without_numbers():
    derivation, entry, count = bounds.loss_wide(), FORMULAS["fact13"], 0
    for mutant in entry.mutants():
        if mutant.definitions == entry.definitions:
            wrong = derivation.with_final(bounds._at(mutant.expression))
            if wrong.final != derivation.final:
                count += 1
                assert not wrong.check(numbers=False).ok, mutant.mutation
    assert count > 10


def test_conditions_as_data_are_the_derived_ones():
    names = {L: 4}
    for cut in range(1, 5):
        for layer in range(1, 5):
            symbolic = conditions_before() if layer <= cut else conditions_after()
            plain = kernel_conditions("loss", 4, cut, layer)
            expected = [tuple(_plain(word, names | {m: cut, k: layer}) for word in (c.left, c.right)) for c in symbolic]
            if layer == 1:
                assert plain[0].right == (Moment("Sigma"),)
                assert (plain[0].left, plain[1].right) == (expected[0][0], expected[1][1])
            else:
                assert [(c.left, c.right) for c in plain] == expected
    for layer in (2, 3):
        before, after = conditions_at_residual()
        one, two = kernel_conditions("functional", 4, 0, layer, centred=True)
        assert one.right[:2] == _plain(before.right, names | {k: layer})
        assert two.left[1:] == _plain(after.left, names | {k: layer})
        assert two.right == _plain(after.right, names | {k: layer})


def _plain(word, numbers):
    if word is None:
        return None
    letters = word.args if word.is_MatMul else (word,)
    return tuple(_plain_letter(letter, numbers) for letter in letters)


def _plain_letter(letter, numbers):
    if isinstance(letter, Embed):
        return Embedding(int(letter.args[0].subs(numbers)))
    if isinstance(letter, Descending):
        kind = AffineChain if isinstance(letter, Affine) else Chain
        return kind(True, int(letter.first.subs(numbers)), int(letter.last.subs(numbers)))
    return Moment("Omega", True)


def test_rules_refuse_what_does_not_fit():
    with pytest.raises(RuleFailure, match="does not appear"):
        Annihilated(cases()[4].condition).apply(bilinear("outer"), Ordering())
    with pytest.raises(RuleFailure, match="do not follow"):
        NestedConditions(Conditions(2, L, 1, 1)).apply(bounds.RANK, Ordering(L >= 3))
    with pytest.raises(RuleFailure, match="behind layer"):
        NestedConditions(Conditions(1, L - 1, 1, 1)).apply(bounds.RANK, Ordering(L >= 3))
    with pytest.raises(RuleFailure, match="no augmented form"):
        lifted(AugmentedOmega())
    with pytest.raises(RuleFailure, match="no centred moment"):
        CentredMoments().apply(decoupling.outer().start, TWO_LAYERS)
    with pytest.raises(RuleFailure, match="is about"):
        WiderNetwork(functional_before(), FUNCTIONAL_BEFORE).apply(Block(OUTER, k, l), AFTER)


@pytest.mark.slow
def test_latex():
    for name in ("thm12_exact", "outer_block_bias", "outer_decoupled", "loss_bias_hidden", "intertwining"):
        text = bias_derivations()[name].latex()
        assert text.startswith(r"\begin{aligned}")
        assert "()" not in text
