"""The assumptions of the random model: criteria that tell, counterexamples that are redone, verdicts that follow."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from hessproof.numeric.two_layer.exact import exact_net
from hessproof.numeric.two_layer.linear_index import negative_count
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.two_layer import (
    assumption_controls,
    assumptions,
    index_bounds,
    limits,
    moment_formulas,
    refutations,
    structure,
)
from hessproof.proofs_check.criteria import random_limits, random_model
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.verdict import Verdict, judge_part
from hessproof.symbolic.free_probability.symbols import TAU

QUICK = Context(Profile.QUICK)


def test_criteria_are_met_by_the_models_own_objects_and_missed_by_others() -> None:
    for part in assumptions.PARTS:
        setting, rules = next(assumptions.grouped(part, Profile.QUICK))
        mutants, own = assumption_controls.controls(part, setting, rules, np.random.default_rng(5))
        assert all(each["met"] for each in own), part
        assert any(mutant.caught for mutant in mutants), part


def test_every_part_has_settings_and_seeds_of_its_own() -> None:
    seen: dict[int, str] = {}
    for part in assumptions.PARTS:
        for setting, rule in random_model.rules(part, Profile.THOROUGH):
            assert setting.n >= 1
            assert rule.part == part
            for seed in rule.seeds if part != "data" else ():
                assert seen.setdefault(seed, part) == part


@pytest.mark.parametrize(("part", "gap"), [("wishart", 2 + TAU / 4), ("wigner", TAU / 2), ("free", TAU / 4)])
def test_limits_differ_from_the_models_at_every_ratio(part: str, gap: sp.Expr) -> None:
    assert sp.expand(refutations.exact(part) - refutations.MODEL[part] - gap) == 0


def test_the_index_below_the_critical_energy_can_be_redone_by_hand() -> None:
    finding = refutations._usable(QUICK)
    example = finding.counterexample
    assert example is not None
    assert example.confirmed_by
    w1, w2 = ([[Fraction(entry) for entry in row] for row in matrix] for matrix in example.weights)
    x, y = ([[Fraction(entry) for entry in row] for row in rows] for rows in (example.inputs, example.targets))
    outer, error = exact_net(w1, w2, x, y).hessian_parts()
    assert str(negative_count(outer + error)) == str(example.measured) == "3"


@pytest.mark.slow
@pytest.mark.parametrize("module", [refutations, structure])
def test_refuted_parts_are_refuted_and_confirmed(module: object) -> None:
    for check in module.CHECKS:  # type: ignore[attr-defined]
        evidence = check.run(QUICK)
        judged = judge_part(claim(check.claim).part(check.part), [evidence])
        if evidence.counterexample is not None:
            assert judged.verdict == Verdict.REFUTED, check.part
        else:
            assert evidence.tally.failed == 0, check.part
            assert evidence.tally.held > 0, check.part


def test_entries_vanish_with_probability_two_to_the_minus_m() -> None:
    for n, m in ((1, 1), (1, 3), (2, 2)):
        assert structure.vanishing(n, m, 4, differences=False) == Fraction(1, 2**m)


def test_formulas_of_moments_tend_to_their_limits() -> None:
    for key, formulas in moment_formulas.FORMULAS.items():
        for word, formula in formulas.items():
            large = {moment_formulas.n: 10**6, moment_formulas.m: 4 * 10**6, moment_formulas.e: 1}
            limit = moment_formulas.LIMITS[key][word].subs({moment_formulas.t: 0.5, moment_formulas.e: 1})
            near = float(formula.subs(large)) / float(limit)
            assert abs(near - 1) < 1e-4


@pytest.mark.parametrize("check", limits.CHECKS[:3], ids=lambda check: check.name)
def test_the_law_of_the_blocks_stands_and_its_mutants_fall(check: object) -> None:
    evidence = check.run(QUICK)  # type: ignore[attr-defined]
    assert evidence.tally.failed == 0 < evidence.tally.held
    assert any(control.caught for control in evidence.controls)


def test_integer_networks_reach_every_width_and_are_invertible() -> None:
    found = list(index_bounds.points(Profile.STANDARD, 3))
    assert {len(net.w1) for net in found} == {1, 2, 3}
    assert all(abs(np.linalg.det(net.w1.astype(float))) > 0.5 for net in found)


def test_one_wrong_bound_less_is_no_bound() -> None:
    bounds = [text for text, _ in index_bounds.WRONG]
    check = next(each for each in index_bounds.CHECKS if each.name == "integer networks" and each.part == "bounds")
    evidence = check.run(QUICK)
    assert {control.description for control in evidence.controls if control.caught} == set(bounds)
    assert index_bounds.lower(3, 2) == 5


def test_seeds_of_the_laws_are_fixed() -> None:
    assert random_limits.gates(Profile.STANDARD).seeds == (7810, 7811)
    assert random_limits.outer(1.0, Profile.QUICK).met(0.01)
    assert not random_limits.blocks("linear", 1.0, Profile.QUICK).met(0.2)
