"""A verdict that does not follow from the evidence is found, wherever it was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from hessproof.proofs_check.model.claim import Claim
from hessproof.proofs_check.model.evidence import Mutant
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.report import render_json
from hessproof.proofs_check.report.audit import audit
from hessproof.proofs_check.report.html import render_html
from hessproof.proofs_check.report.model import Report


def test_a_computed_report_passes(report: Report, claims: Mapping[str, Claim]) -> None:
    assert audit(report, claims) == []


@pytest.mark.slow
def test_every_single_wrong_verdict_is_found(report: Report, claims: Mapping[str, Claim]) -> None:
    for result in report.results:
        for wrong in set(Verdict) - {result.verdict}:
            changed = report.model_copy(deep=True)
            target = next(one for one in changed.results if one.claim == result.claim)
            target.verdict = wrong
            found = audit(changed, claims)
            assert (result.claim, None, "verdict", wrong.value, result.verdict.value) in [
                (one.claim, one.part, one.what, one.written, one.computed) for one in found
            ]


@pytest.mark.slow
def test_wrong_verdict_of_a_part_is_found_and_still_shown(report: Report, claims: Mapping[str, Claim]) -> None:
    data = json.loads(render_json(report))
    data["results"][1]["parts"][1]["verdict"] = "proved"
    changed = Report.model_validate(data)
    assert [str(one) for one in audit(changed, claims)] == [
        "singh2021.thm3, part sizes: verdict 'proved' is written, 'refuted' follows from the evidence"
    ]
    assert render_html(changed).count('<span class="badge proved">') == render_html(report).count('badge proved">') + 1


def _drop_controls(report: Report) -> None:
    for evidence in report.results[0].evidence:
        evidence.controls = [Mutant(description="d", caught=False, by="b")]


def _drop_confirmation(report: Report) -> None:
    example = report.results[1].parts[1].evidence[0].counterexample
    assert example is not None
    example.confirmed_by = None


def _share_code(report: Report) -> None:
    for evidence in report.results[0].evidence:
        evidence.modules = ["hessproof.symbolic.blocks"]


def _lose_evidence(report: Report) -> None:
    report.results[2].parts[0].evidence.pop()


def _forget_regions(report: Report) -> None:
    report.results[2].fails_on = []


def _miscount(report: Report) -> None:
    report.results[0].evidence[1].tally.held += 1


def _borrow_evidence(report: Report) -> None:
    report.results[0].evidence[1].claim = "singh2021.eq5"


def _agree_falsely(report: Report) -> None:
    report.results[3].agrees = True


def _invent_a_part(report: Report) -> None:
    report.results[0].parts[0].key = "other"


def _invent_a_claim(report: Report) -> None:
    report.results[0].claim = "singh2021.new"


@pytest.mark.parametrize(
    ("corrupt", "what"),
    [
        (_drop_controls, "verdict"),
        (_drop_confirmation, "verdict"),
        (_share_code, "verdict"),
        (_lose_evidence, "verdict"),
        (_forget_regions, "fails_on"),
        (_miscount, "counts"),
        (_borrow_evidence, "evidence"),
        (_agree_falsely, "agrees"),
        (_invent_a_part, "part"),
        (_invent_a_claim, "claim"),
    ],
)
def test_corrupted_evidence_is_found(
    corrupt: Callable[[Report], None], what: str, report: Report, claims: Mapping[str, Claim]
) -> None:
    corrupt(report)
    assert what in {one.what for one in audit(report, claims)}


def test_uses_the_catalogue_unless_told_otherwise(report: Report) -> None:
    report.results = [result for result in report.results if result.claim == "singh2021.lemma8"]
    report.results[0].claim = "singh2021.none_such"
    assert [one.what for one in audit(report)] == ["claim"]
