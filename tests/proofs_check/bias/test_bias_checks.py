"""The checks with bias notice wrong statements: formulas, bounds, identities and proofs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hessproof.proofs_check.bias.cases import biased_cases, value_at
from hessproof.proofs_check.bias.points import every_point
from hessproof.proofs_check.bias.survey import measure
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.bias import bounds, generic_ranks, measured, proofs, special, two_sided
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS


def found_by(check: FunctionCheck, context: Context) -> Finding:
    return check.work(context)


def fake_examined(failed: int) -> dict[str, Finding]:
    tally = Tally(tried=1, satisfied=1, held=1 - failed, failed=failed)
    return {name: Finding(Strength.PROOF, "all sizes", tally) for name in bounds.USED}


def context_with(**made: object) -> Context:
    context = Context(Profile.QUICK)
    for name, value in made.items():
        context.shared(name.replace("_", "-"), lambda value=value: value)
    return context


@pytest.mark.parametrize(("name", "key"), measured.GENERIC)
def test_a_bound_that_fails_makes_a_certificate_a_sample(name: str, key: str) -> None:
    part = claim(name).part(key)
    certain = part.formula not in ("thm12_remark", "fact13_deficiency")
    assert bounds.bounded(part, context_with(bias_derivations=fake_examined(0))) is certain
    assert not bounds.bounded(part, context_with(bias_derivations=fake_examined(1)))


@pytest.mark.long
def test_control_one_more_is_noticed_for_every_generic_part() -> None:
    records = [measure(case, draws=1) for case in biased_cases(Architecture((2, 3, 2), bias=True))]
    for _, _, part in measured.parts():
        wrong = replace(measured.formula_of(part), expression=measured.formula_of(part).expression + 1)
        inside = [record for record in records if part.in_domain(record.case)]
        right = [record for record in inside if measured.outcome(part, record)]
        assert right
        assert not any(measured.outcome(part, record, wrong) for record in right)
        assert any(control.caught for control in measured.controls(part, records, Profile.QUICK))


def test_control_a_smaller_bound_is_noticed_at_special_points() -> None:
    pool = list(every_point(Architecture((1, 1, 2), bias=True)))[::3]
    for name, key in special.PARTS:
        part = claim(name).part(key)
        met = [point for point in pool if part.in_domain(point.case) and special.assumed(part, point)]
        assert met
        assert all(special.holds(part, point) for point in met)
        if part.formula is None:
            assert not all(special.holds(part, point, shift=-1) for point in met)
            continue
        lower = replace(FORMULAS[part.formula], expression=FORMULAS[part.formula].expression - 1)
        assert not all(special.holds(part, point, lower) for point in met)


def test_a_failing_point_becomes_a_confirmed_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    part = claim("hessproof.loss_bias").part("bound")
    lower = replace(FORMULAS["loss_bias_bound"], expression=FORMULAS["loss_bias_bound"].expression - 1)
    monkeypatch.setitem(FORMULAS, "loss_bias_bound", lower)
    check = next(one for one in special.CHECKS if (one.claim, one.part) == ("hessproof.loss_bias", "bound"))
    pool = tuple(every_point(Architecture((1, 1), bias=True)))
    finding = found_by(check, context_with(bias_points=pool))
    assert finding.tally.failed
    found = finding.counterexample
    assert found is not None
    assert found.bias
    assert found.confirmed_by
    assert part.formula == "loss_bias_bound"


def test_identities_hold_and_wrong_ones_are_noticed() -> None:
    cases = list(biased_cases(Architecture((2, 1, 3, 2), bias=True)))
    for _, key in proofs.IDENTITIES:
        sides = [pair for case in cases if (pair := proofs.counts(key, case)) is not None]
        assert sides
        assert all(left == right for left, right in sides)
        formula = FORMULAS["fact13" if key == "identity" else "loss_bias_generic"]
        wrong = replace(formula, expression=formula.expression + 1)
        pairs = [proofs.counts(key, case, wrong) for case in cases]
        assert all(pair is None or pair[0] != pair[1] for pair in pairs)
    assert proofs.counts("hidden", next(biased_cases(Architecture((2, 2), bias=True)))) is None


def test_a_failing_derivation_is_passed_on() -> None:
    failing = fake_examined(1)
    for finding in failing.values():
        finding.details.update({"derivations": [], "lines": 1, "instances with exact random matrices": 1,
                                "failures": ["line 1"]})  # fmt: skip
    check = next(one for one in proofs.CHECKS if one.claim == "singh2021.thm12")
    finding = found_by(check, context_with(bias_derivations=failing))
    assert finding.tally.failed == 2
    assert finding.details["failures"] == ["line 1", "line 1"]


@pytest.mark.slow
def test_numerical_routes_report_their_gap() -> None:
    context = context_with(bias_derivations=fake_examined(0))
    survey, gap = generic_ranks.floating(context)
    assert len(survey) > 10
    assert gap > 1e6
    check = next(one for one in generic_ranks.CHECKS if one.name == "float" and one.part == "generic")
    assert found_by(check, context).details["smallest gap"] == gap


@pytest.mark.long
def test_every_generic_part_is_tried_inside_its_domain_by_each_route() -> None:
    context = context_with(bias_derivations=fake_examined(0))
    for check in generic_ranks.CHECKS:
        finding = found_by(check, context)
        assert finding.tally.tried, f"{check.claim}/{check.part}/{check.name}"
        assert any(control.caught for control in finding.controls), f"{check.claim}/{check.part}/{check.name}"


@pytest.mark.parametrize(("name", "key"), two_sided.COVERED)
def test_formulas_are_the_derived_ones_and_wrong_ones_are_not(name: str, key: str) -> None:
    quantity, covered, regimes = two_sided.COVERED[name, key]
    part = claim(name).part(key)
    assert {region.name for region in covered} <= {region.name for region in part.regions}
    for regime in regimes:
        assert two_sided.agrees(part, quantity, regime)
    wrong = two_sided._wrong_formulas(part, quantity, regimes, 1000)
    assert all(mutant.caught for mutant in wrong)


def test_a_proof_covers_its_regions_only_if_every_derivation_passes() -> None:
    for failed in (0, 1):
        found = fake_examined(failed)
        for finding in found.values():
            finding.details.update({"derivations": [], "lines": 1, "instances with exact random matrices": 1})
        context = context_with(bias_derivations=found)
        for check in two_sided.CHECKS:
            if check.name == "two-sided derivation":
                finding = found_by(check, context)
                assert bool(finding.tally.failed) == bool(failed)
                assert all(bool(region.held) != bool(failed) for region in finding.regions.values())
                part = claim(check.claim).part(check.part)
                zero = [region.name for region in part.regions if "E[δ] = 0" in region.name]
                assert not set(zero) & set(finding.regions)


def test_the_witness_attains_the_formulas_for_wide_networks() -> None:
    found = two_sided.witnesses(context_with(bias_derivations=fake_examined(0)))
    assert max(record.case.architecture.parameters for record in found) > 1000
    for record in found:
        for quantity in ("outer", "functional", "loss"):
            assert record.value(quantity) == value_at(FORMULAS[f"{quantity}_bias_generic"], record.case)
