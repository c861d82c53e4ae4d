"""The report as JUnit XML, for continuous integration: a suite for each paper, a case for each claim.

A case *fails* if the claim's verdict departs from the ledger. One whose verdict is as expected but decides nothing
(not checked, vacuous, undecided) is *skipped*, with the reason. The others pass: a claim that is refuted, as expected,
passes, for what is tested is the verdict.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from junitparser import Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.report.model import ClaimResult, Report
from hessproof.proofs_check.report.text import clean

SILENT = (Verdict.NOT_CHECKED, Verdict.VACUOUS, Verdict.UNDECIDED)
"""Verdicts that decide nothing."""


def render_junit(report: Report) -> str:
    """The XML of ``report``."""
    xml: Any = JUnitXml("hessproof")
    for paper, results in groupby(report.results, key=lambda result: result.paper):
        suite = TestSuite(clean(paper))
        suite.timestamp = report.generated.isoformat()
        for name, value in (("profile", report.profile.value), ("seed", report.seed), ("command", report.command)):
            suite.add_property(name, clean(str(value)))
        for result in results:
            suite.add_testcase(_case(result))
        xml.add_testsuite(suite)
    xml.update_statistics()
    text: str = xml.tostring().decode("utf-8")
    return text.rstrip() + "\n"


def _case(result: ClaimResult) -> Any:
    case: Any = TestCase(
        clean(result.claim), classname=clean(f"hessproof.{result.paper}"), time=round(result.seconds, 3)
    )
    case.append(_properties(result))
    if result.agrees is False:
        message = result.disagreement or f"expected {result.expected or 'nothing'}, found {result.verdict}"
        case.result = [Failure(clean(message), "verdict")]
        case.result[0].text = clean("\n".join(_reasons(result)))
    elif result.verdict in SILENT:
        case.result = [Skipped(clean(f"{result.verdict}: {' '.join(_reasons(result))}"))]
    return case


def _properties(result: ClaimResult) -> Any:
    make: Any = Properties
    properties = make()
    properties.add_property(Property("verdict", result.verdict.value))
    properties.add_property(Property("expected", result.expected.value if result.expected else "nothing"))
    return properties


def _reasons(result: ClaimResult) -> list[str]:
    """Why the verdict is what it is: the claim's reason, or those of its parts."""
    reasons = [result.why] if result.why else [f"{part.key}: {part.why}" for part in result.parts]
    missing = [f"{item.check}: {item.missing}" for item in result.evidence if item.missing]
    return [*reasons, *(line for line in missing if line not in " ".join(reasons))] or ["No check ran."]
