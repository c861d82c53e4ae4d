"""The smallest case whose measured generic rank contradicts a rank formula, with weights to redo it by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from hessproof.proofs_check.enumeration import ORDER, case_key
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.proofs_check.searches.confirmation import ReferencePoint
from hessproof.proofs_check.searches.point import Point, as_text, points
from hessproof.proofs_check.searches.search import omegas, sigma_of
from hessproof.proofs_check.statements import agrees, uses_chains
from hessproof.proofs_check.surveys.record import Record
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula

MEASURED = ("outer", "functional", "loss", "jacobian", "a_o", "column", "deficiency", "overlap", "overlap_generic")
"""Quantities of formulas that a record has a value of."""


def is_surveyed(formula: RankFormula) -> bool:
    """Whether a survey's records decide the formula: its quantity is measured and it needs no ranks of chains."""
    return formula.quantity in MEASURED and not uses_chains(formula)


def comparisons(formula: RankFormula, record: Record) -> Iterator[tuple[int, int]]:
    """(predicted, measured) of a formula at a record, one pair for each layer if it is about block columns.

    Nothing outside the formula's domain.
    """
    arguments = (record.architecture, record.data_rank, record.residual_rank)
    if not formula.in_domain(*arguments):
        return
    layers = range(1, record.architecture.layers + 1) if formula.quantity == "column" else (None,)
    for layer in layers:
        yield formula.evaluate(*arguments, layer), record.value(formula.quantity, layer)


def holds(formula: RankFormula, record: Record) -> bool | None:
    """Whether a record agrees with a formula, None outside its domain.

    Example:
        >>> from hessproof.proofs_check.surveys.survey import measure
        >>> from hessproof.proofs_check.surveys.record import Request
        >>> from hessproof.symbolic.formulas import FORMULAS
        >>> one = measure([Request((2, 2), 2, 1)])[0]
        >>> holds(FORMULAS["cor4"], one), holds(FORMULAS["cor6_equality"], one), holds(FORMULAS["fact7"], one)
        (True, False, None)
    """
    pairs = list(comparisons(formula, record))
    if not pairs:
        return None
    return all(agrees(measured, formula.relation, predicted) for predicted, measured in pairs)


def smallest_disagreement(formula: RankFormula, records: Iterable[Record]) -> Record | None:
    """The first record, in the stated order, that contradicts a formula."""
    failing = (record for record in records if holds(formula, record) is False)
    return min(failing, key=lambda record: (case_key(record.case), record.sort_key), default=None)


def generic_counterexample(formula: RankFormula, records: Iterable[Record]) -> Counterexample | None:
    """The smallest case that contradicts a claim about almost all parameters, with the smallest witness found.

    The witness has small integer weights at which the rank over Q is the measured generic rank. If the claim is too
    low, the witness alone refutes it. If it is too high, the witness shows the generic rank, and that no weights
    exceed it rests on the survey's draws.
    """
    record = smallest_disagreement(formula, records)
    if record is None:
        return None
    layer, predicted, measured = next(
        (place, *pair)
        for place, pair in enumerate(comparisons(formula, record), start=1)
        if not agrees(pair[1], formula.relation, pair[0])
    )
    quantity = f"column:{layer}" if formula.quantity == "column" else formula.quantity
    names = [name for name in record.ranks if formula.quantity in ("overlap", "overlap_generic", "deficiency")
             or name == quantity]  # fmt: skip
    point = witness(record, names)
    return Counterexample(
        widths=list(record.widths),
        data_rank=record.data_rank,
        residual_rank=record.residual_rank,
        predicted=predicted,
        measured=measured,
        weights=[] if point is None else [as_text(weight) for weight in point.weights],
        sigma=[] if point is None else as_text(point.sigma),
        omega=[] if point is None else as_text(point.omega),
        order=ORDER,
        confirmed_by=None if point is None else _confirmation(point, record, names),
        reproduce=record.reproduce,
    )


def witness(record: Record, quantities: Iterable[str], attempts: int = 200) -> Point | None:
    """Small integer weights, with Σ = diag(1, …, 1, 0, …, 0), at which the given ranks are the generic ones.

    Magnitudes grow from 1 while none is found. The draws are seeded by the case.
    """
    names = list(quantities)
    rng = np.random.default_rng([*record.widths, record.data_rank, record.residual_rank])
    architecture: Architecture = record.architecture
    case: Case = record.case
    for attempt in range(attempts):
        bound = 1 + attempt // 20
        weights = [rng.integers(-bound, bound + 1, size=shape) for shape in architecture.weight_shapes]
        choices = list(omegas(case))
        omega = choices[attempt % len(choices)] * bound
        point = next(points(case, [weights], sigma_of(case), omega))
        if all(point.rank(name) == record.ranks[name] for name in names):
            return point
    return None


def _confirmation(point: Point, record: Record, names: list[str]) -> str | None:
    again = ReferencePoint(point.case, point.weights, point.sigma, point.omega, point.batch, point.place)
    if any(again.rank(name) != record.ranks[name] for name in names):
        return None
    shown = ", ".join(f"rk {name} = {record.ranks[name]}" for name in names)
    return (
        f"at these weights {shown} over Q by the Taylor coefficients of the loss (numeric.reference); "
        f"{len(record.draws)} independent draws modulo large primes found no larger rank"
    )
