"""The smallest case with bias that contradicts a rank formula, with parameters and data to redo it by hand."""

from __future__ import annotations

from collections.abc import Sequence

from hessproof.numeric.kernels import Part as HessianPart
from hessproof.proofs_check.bias.cases import ORDER, case_key, value_at
from hessproof.proofs_check.bias.points import BiasPoint, witness
from hessproof.proofs_check.bias.record import BiasRecord
from hessproof.proofs_check.bias.survey import measure
from hessproof.proofs_check.checks.bias.measured import formula_of, outcome
from hessproof.proofs_check.model.claim import Part
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.formulas import FORMULAS

DRAWS = 4
"""Instances that the failing case is measured at, so that an unlucky draw is no counterexample."""
_MEASURED: dict[str, HessianPart] = {
    "outer": "outer", "functional": "functional", "loss": "loss", "deficiency": "loss"
}  # fmt: skip


def generic_counterexample(part: Part, failing: Sequence[BiasRecord]) -> Counterexample | None:
    """The first failing record in the stated order, at small integers that attain its rank; None if none fails.

    A second route (:meth:`BiasPoint.again`) confirms the rank at these integers, and the draws of the record that no
    larger one was found where the formula promises more.
    """
    if not failing:
        return None
    first = min(failing, key=lambda one: case_key(one.case))
    record = measure(first.case, first.seed, DRAWS)
    rank = _MEASURED[part.quantity or ""]
    if outcome(part, record):
        return None
    point = witness(record.case, {rank: record.ranks[rank]})
    if point is None:
        return None
    return Counterexample(
        **point.as_fields,
        predicted=value_at(formula_of(part), record.case),
        measured=record.value(part.quantity or ""),
        order=ORDER,
        confirmed_by=_confirmation(point, record, rank),
        reproduce=record.reproduce,
    )


def _confirmation(point: BiasPoint, record: BiasRecord, rank: HessianPart) -> str | None:
    if point.again(rank) != record.ranks[rank]:
        return None
    reached = record.ranks[rank] == value_at(FORMULAS[f"{rank}_bias_bound"], record.case)
    return (
        f"rk {rank} = {record.ranks[rank]} over Q at these parameters by the second-order coefficients of the loss "
        f"(numeric.reference); {len(record.draws)} draws modulo large primes found no larger rank"
        + (", and by the derived bound no parameters have one" if reached else "")
    )
