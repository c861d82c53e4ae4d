"""The checks of the block argument: what they cover, and that wrong formulas are noticed."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.attainment import blocks
from hessproof.proofs_check.checks.attainment.theorems import THEOREMS, agrees, branch, derived, made, stated
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.evidence import Strength
from hessproof.proofs_check.model.verdict import published_regions
from hessproof.symbolic.formulas import FORMULAS


@pytest.mark.parametrize("name", sorted(THEOREMS))
def test_the_whole_published_domain_is_covered(name):
    part, theorem = claim(name[0]).part(name[1]), THEOREMS[name]
    covered = {region.name for region in theorem.covered}
    assert published_regions(part) <= covered <= {region.name for region in part.regions}


@pytest.mark.parametrize("name", sorted(THEOREMS))
def test_the_stated_number_is_the_derived_one(name):
    part, theorem = claim(name[0]).part(name[1]), THEOREMS[name]
    own = stated(part, theorem)
    if own is None:
        assert part.formula is None
        return
    value = branch(part, own.expression)
    assert all(agrees(part, regime, value) for regime in theorem.regimes)
    assert not all(agrees(part, regime, value + 1) for regime in theorem.regimes)


def test_a_single_layer_has_no_functional_hessian():
    part = claim("hessproof.functional_bound").part("generic")
    wrong = FORMULAS["functional_generic"].expression.replace(lambda x: x == 0, lambda x: x + 1)
    assert branch(part, FORMULAS["functional_generic"].expression) == derived(part)
    assert branch(part, wrong) is None


@pytest.mark.long
def test_fact_7_is_proved():
    context = Context(Profile.QUICK)
    check = next(one for one in blocks.CHECKS if (one.claim, one.part) == ("singh2021.fact7", "main"))
    found = check.run(context)
    assert found.strength == Strength.PROOF
    assert found.tally.held == found.tally.tried > 0
    assert len(found.controls) > 30
    assert all(control.caught for control in found.controls)
    assert all(tally.held for tally in found.regions.values())
    assert [one.claim for one in check.derivations()] == [
        made(one).claim for one in THEOREMS[check.claim, "main"].names
    ]
