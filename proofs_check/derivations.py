"""Derivations as records: what a report and ``hessproof explain`` show of them."""

from __future__ import annotations

from collections.abc import Iterator

from hessproof.proofs_check.report.model import DerivationRecord, StepRecord
from hessproof.symbolic.derivation import Derivation, DerivationReport, printed


def derivation_record(derivation: Derivation, report: DerivationReport | None = None) -> DerivationRecord:
    """A derivation with what its check said about each line.

    Args:
        derivation: The derivation.
        report: What ``derivation.check`` returned; lines count as not checked without it.
    """
    found = {step.index: step for step in report.steps} if report is not None else {}
    steps = [StepRecord(rule="start", latex=printed(derivation.start), note="what is computed")]
    rules = [step.rule for step in derivation.steps]
    lines = [(rule.name, step.expression, rule.statement) for rule, step in zip(rules, derivation.steps, strict=True)]
    last = "stated formula" if derivation.source.startswith("this project") else "published formula"
    lines.append((last, derivation.final, ""))
    for index, ((rule, expression, note), used) in enumerate(zip(lines, [*rules, None], strict=True), start=1):
        step = found.get(index)
        steps.append(
            StepRecord(
                rule=rule,
                latex=printed(expression),
                note=note,
                relation="=" if used is None else used.relation,
                assumptions=[] if used is None else list(used.assumptions),
                symbolic=None if step is None else step.symbolic,
                numeric=None if step is None else step.numeric,
                why="" if step is None else step.why,
            )
        )
    return DerivationRecord(title=derivation.title, steps=steps, latex=derivation.latex())


def derivation_records(derivation: Derivation, report: DerivationReport | None = None) -> list[DerivationRecord]:
    """A derivation and, after it, those that it cites: other cases and lemmas, each once."""
    records, titles = [], set()
    for one, found in _with_lemmas(derivation, report):
        if one.title not in titles:
            titles.add(one.title)
            records.append(derivation_record(one, found))
    return records


def _with_lemmas(
    derivation: Derivation, report: DerivationReport | None
) -> Iterator[tuple[Derivation, DerivationReport | None]]:
    yield derivation, report
    reports = report.lemmas if report is not None else (None,) * len(derivation.lemmas)
    for lemma, found in zip(derivation.lemmas, reports, strict=True):
        yield from _with_lemmas(lemma, found)
