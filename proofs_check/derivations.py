"""Derivations as records: what a report and ``hessproof explain`` show of them."""

from __future__ import annotations

from sympy import latex

from hessproof.proofs_check.report.model import DerivationRecord, StepRecord
from hessproof.symbolic.derivation import Derivation, DerivationReport


def derivation_record(derivation: Derivation, report: DerivationReport | None = None) -> DerivationRecord:
    """A derivation with what its check said about each line.

    Args:
        derivation: The derivation.
        report: What ``derivation.check`` returned; lines count as not checked without it.
    """
    found = {step.index: step for step in report.steps} if report is not None else {}
    steps = [StepRecord(rule="start", latex=latex(derivation.start), note="what is computed")]
    lines = [(step.rule.name, step.expression, step.rule.statement) for step in derivation.steps]
    lines.append(("published formula", derivation.final, ""))
    for index, (rule, expression, note) in enumerate(lines, start=1):
        step = found.get(index)
        steps.append(
            StepRecord(
                rule=rule,
                latex=latex(expression),
                note=note,
                symbolic=None if step is None else step.symbolic,
                numeric=None if step is None else step.numeric,
                why="" if step is None else step.why,
            )
        )
    return DerivationRecord(title=derivation.title, steps=steps, latex=derivation.latex())
