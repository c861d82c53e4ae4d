"""The attack on norm bounds: what it finds, that it can fail, and that its short cuts change nothing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.numeric.norms.batch import batch_of
from hessproof.numeric.norms.enclosure import Ball
from hessproof.numeric.norms.instance import norm_instance
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_norms import LARGE, MIDDLE, SMALL, entries_trait, size_trait
from hessproof.proofs_check.checks.norms import attack
from hessproof.proofs_check.checks.norms.compare import BOUNDS, compared, outcome, refuted_by
from hessproof.proofs_check.checks.norms.extremes import SHAPES, extremes
from hessproof.proofs_check.checks.norms.survey import Measured, between_quotients, drawn, largest, measured, sieved
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.verdict import held
from hessproof.symbolic.architecture import Architecture

PUBLISHED = {
    ("kiselev2024.thm1.b", "main"),
    ("kiselev2024.thm1", "g_term"),
    ("kiselev2024.thm1", "bias_columns"),
    ("kiselev2024.thm1", "hessian"),
    ("kiselev2024.thm1_L1", "main"),
    ("kiselev2024.lemma1.a", "layers"),
    ("kiselev2024.lemma1", "bound"),
    ("kiselev2024.lemma1", "hessian"),
}
"""What falls."""
HEAVY = {("hessproof.hessian_norm", "bias"), ("hessproof.hessian_norm", "layers"), ("hessproof.h_term_norm", "bias")}
"""Bounds whose matrix of layers takes its time to write out."""


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(Profile.QUICK)


CHECKS = [
    pytest.param(check, marks=[pytest.mark.slow] if (check.claim, check.part) in HEAVY else [],
                 id=f"{check.claim}/{check.part}")
    for check in attack.CHECKS
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("check", CHECKS)
def test_what_is_published_falls_and_what_is_repaired_holds(check: object, context: Context) -> None:
    evidence = check.run(context)  # type: ignore[attr-defined]
    assert any(control.caught for control in evidence.controls)
    assert evidence.tally.undecided == 0
    if (evidence.claim, evidence.part) in PUBLISHED:
        assert evidence.tally.failed > 0
        assert evidence.tally.held > 0
    else:
        assert held(evidence), evidence.tally


@pytest.mark.slow
def test_theorem_one_fails_only_where_the_weights_are_small(context: Context) -> None:
    for part, safe in (("g_term", (LARGE, MIDDLE)), ("bias_columns", (LARGE, MIDDLE)), ("hessian", (LARGE,))):
        check = next(one for one in attack.CHECKS if (one.claim, one.part) == ("kiselev2024.thm1", part))
        regions = check.run(context).regions
        assert regions[SMALL].failed > 0
        assert all(regions[region].held > 0 and not regions[region].failed for region in safe)


def test_a_violation_is_told_from_equality_and_from_doubt() -> None:
    value = Ball.between(np.asarray([0.9, 1.0, 1.1, 0.5]), np.asarray([0.9, 1.0, 1.1, 1.5]))
    found = compared(value, Ball.between(np.full(4, 1 - 1e-12), np.full(4, 1 + 1e-12)))
    assert found.below.tolist() == [True, False, False, False]
    assert found.on.tolist() == [False, True, False, False]
    assert found.above.tolist() == [False, False, True, False]
    assert found.open.tolist() == [False, False, False, True]


@pytest.mark.slow
def test_the_sieve_keeps_every_norm_inside_its_enclosure() -> None:
    for bias in (False, True):
        for batch in drawn(400, 5, 200, bias=bias, layers=(2, 3)):
            full, rough = measured(batch), sieved(batch)
            for name in ("functional", "hessian"):
                assert np.all(rough.norms[name].lower <= full.norms[name].upper)
                assert np.all(rough.norms[name].upper >= full.norms[name].lower)
            key = "hessian_bias_at" if bias else "hessian_at"
            one, two = (outcome(BOUNDS[key], "hessian", found) for found in (full, rough))
            assert not one.above.any()
            assert not two.above.any()
            assert np.all((two.below | two.on)[full.resolved])


def test_rough_eigenvalues_enclose_the_close_ones() -> None:
    rng = np.random.default_rng(1)
    entries = [[Ball.exact(rng.random(50)) for _ in range(3)] for _ in range(3)]
    rows = [[entries[max(i, j)][min(i, j)] if i != j else 0 for j in range(3)] for i in range(3)]
    rough, close = between_quotients(rows), largest(rows)
    assert np.all(rough.lower <= close.upper)
    assert np.all(rough.upper >= close.lower)
    assert np.all(close.mid - rough.lower < 1e-3 * close.mid)


@pytest.fixture(scope="module")
def hardest() -> dict[bool, list[Measured]]:
    return {bias: [measured(batch) for batch in extremes(3, bias, 6)] for bias in (False, True)}


@pytest.mark.long
@pytest.mark.parametrize(
    ("key", "bias"),
    [
        ("layer_derivative", False), ("g_term_at", False), ("g_term", False), ("g_term_common", False),
        ("h_term_at", False), ("h_term_common_at", False), ("hessian_at", False), ("hessian_common_at", False),
        ("weight_entries", False), ("g_term_bias_at", True), ("h_term_bias_at", True), ("hessian_bias_at", True),
    ],
)  # fmt: skip
def test_extreme_networks_attain_the_sharp_bounds(key: str, bias: bool, hardest: dict[bool, list[Measured]]) -> None:
    on = 0
    for found in hardest[bias]:
        result = outcome(BOUNDS[key], BOUNDS[key].quantity, found)
        assert not result.above.any()
        on += int((result.on & (found.norms["gauss_newton"].lower > 0)).sum())
    assert on > 0


def test_extreme_networks_reach_every_depth_and_zero_factors() -> None:
    found = list(extremes(4, True, 40))
    assert {batch.widths for batch in found} == set(SHAPES)
    assert {kind for batch in found for kind in batch.kinds} == {"chain", "identity", "constant"}
    assert any((batch.inputs == 0).all(axis=1).any() for batch in found)
    assert any((weight == 0).all(axis=(1, 2)).any() for batch in found for weight in batch.weights)
    assert any((bias == 0).all(axis=1).any() for batch in found for bias in batch.biases or ())


@pytest.mark.long
@pytest.mark.parametrize(
    ("key", "bias"),
    [("g_term_at", False), ("h_term_at", False), ("hessian_common_at", False), ("g_term_bias_at", True)],
)
def test_every_variant_that_says_something_else_is_refuted(key: str, bias: bool) -> None:
    networks = [measured(batch) for batch in extremes(7, bias, 40)]
    for mutant in BOUNDS[key].mutants():
        refuted = any(refuted_by(mutant, mutant.quantity, found) is not None for found in networks)
        assert refuted or mutant.weaker or "norm_A" in mutant.mutation or r"\|A\|" in mutant.mutation, mutant.mutation


def test_the_worked_example_violates_the_published_bound_and_lies_on_the_repaired_one() -> None:
    found = measured(batch_of([norm_instance([[[0], [0]]], [1], 0)]))
    assert outcome(BOUNDS["thm1"], "gauss_newton", found).above.all()
    assert outcome(BOUNDS["thm1_L1"], "gauss_newton", found).above.all()
    assert outcome(BOUNDS["thm1"], "columns", found).above.all()
    repaired = outcome(BOUNDS["g_term"], "gauss_newton", found)
    assert (repaired.on | repaired.below).all()
    assert refuted_by(BOUNDS["thm1.b"], "layer_derivative", found) == 0


def test_traits_are_decided_on_rationals() -> None:
    assert size_trait(Fraction(59460, 100000)) == SMALL
    assert size_trait(Fraction(59461, 100000)) == MIDDLE
    assert [size_trait(Fraction(value)) for value in (0, 1, 2)] == [SMALL, LARGE, LARGE]
    assert entries_trait(Fraction(1)) == "hM ≥ 1"


def test_regions_tell_widths_and_traits_apart() -> None:
    part = claim("kiselev2024.lemma1").part("bound")
    wide, narrow = Architecture((2, 3, 2)), Architecture((4, 3, 2))
    trait = frozenset({entries_trait(Fraction(1, 10))})
    assert part.region_of(Case(wide, 1, 1, traits=trait)) == "d, K ≤ h, (hM)² < 1/(2√2)"
    assert part.region_of(Case(narrow, 1, 1, traits=trait)) == "d > h or K > h"
    assert not part.in_domain(Case(Architecture((2, 3, 4, 2)), 1, 1, traits=trait))
