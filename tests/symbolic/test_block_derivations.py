"""Every derivation of a block claim holds for all sizes and on numbers, and no mutant of it is accepted."""

from __future__ import annotations

import pytest

from hessproof.symbolic.blocks import derivations
from hessproof.symbolic.layer_blocks import gradient_degrees
from hessproof.symbolic.words import Omega, Syx, Syy, Target


def with_lemmas(derivation):
    yield derivation
    for lemma in derivation.lemmas:
        yield from with_lemmas(lemma)


ALL = {f"{d.claim}: {d.title}": d for top in derivations().values() for d in with_lemmas(top)}
LONG = {"range_f: range of the functional Hessian"}


@pytest.mark.long
@pytest.mark.parametrize("key", list(derivations()))
def test_the_derivation_holds(key):
    report = derivations()[key].check(rng_seed=1)
    assert report.ok, report.why
    assert report.instances > 0


@pytest.mark.parametrize("key", list(derivations()))
def test_it_holds_without_numbers_and_ends_in_the_published_formula(key):
    report = derivations()[key].check(numbers=False)
    assert report.ok, report.why
    assert report.steps[-1].rule == "published formula"
    assert report.steps[-1].numeric is None


@pytest.mark.long
@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in LONG else n for n in ALL])
def test_no_mutant_is_accepted_unless_it_is_equal(name):
    derivation = ALL[name]
    mutants = list(derivation.mutants())
    accepted = [mutant for mutant in mutants if not mutant.rejection()]
    assert len(mutants) >= 6
    for mutant in accepted:
        assert not mutant.differs(derivation, count=12), f"{mutant.description} is wrong and accepted"
    assert len(accepted) <= 0.05 * len(mutants)


@pytest.mark.parametrize("name", list(ALL))
def test_a_rejected_final_formula_is_named_as_such(name):
    derivation = ALL[name]
    wrong = next(mutant for mutant in derivation.mutants() if mutant.index == 0 and mutant.differs(derivation))
    report = wrong.derivation.check(numbers=False)
    assert report.failing.rule == "published formula"
    assert report.failing.index == len(derivation.steps) + 1


@pytest.mark.long
@pytest.mark.parametrize("name", list(ALL))
def test_the_mutants_are_really_different(name):
    """Most rejected mutants have another value, so that rejecting them is not a matter of form."""
    derivation = ALL[name]
    mutants = list(derivation.mutants())
    sample = [mutant for mutant in mutants[:: max(1, len(mutants) // 12)] if mutant.rejection()]
    different = sum(mutant.differs(derivation, count=12) for mutant in sample)
    assert different >= 0.8 * len(sample)


def test_the_diagonal_block_is_independent_of_the_targets():
    assert not derivations()["diag"].final.has(Omega, Syx, Syy, Target)
    assert derivations()["eq4"].final.has(Omega)


def test_the_gradient_is_of_first_order_in_its_own_layer_and_of_second_in_the_others():
    assert gradient_degrees() == {"l = k": 1, "l > k": 2, "l < k": 2}


@pytest.mark.slow
def test_all_derivations_print():
    for derivation in ALL.values():
        text = derivation.latex()
        assert text.count(r"\text{(") >= len(derivation.steps)
        assert "Descending" not in text
        assert "LayerSum" not in text


def test_remarks_tell_single_factors_apart():
    assert "W^{a:a}" in derivations()["eq4"].remarks[0]
