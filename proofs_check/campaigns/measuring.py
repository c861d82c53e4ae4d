"""Instances measured: exact weights and data are drawn, and the Hessian's ranks taken."""

from __future__ import annotations

from collections.abc import Sequence

from hessproof.proofs_check.bias import survey as bias_survey
from hessproof.proofs_check.campaigns.items import Item
from hessproof.proofs_check.campaigns.plan import Part, Plan
from hessproof.proofs_check.campaigns.predicting import predicted_rank, upper_bound
from hessproof.proofs_check.campaigns.rows import AGREES, DISAGREES, OPEN, UNPREDICTED, Found, Row, engine_of, failed
from hessproof.proofs_check.ranking import DataRequest, rank_network
from hessproof.proofs_check.surveys import survey
from hessproof.proofs_check.surveys.record import Request

MORE_DRAWS = 4
"""Draws of an instance whose first draw stays below the prediction: one for each prime of the surveys."""


def measured(plan: Plan, items: Sequence[Item]) -> list[Row]:
    """Exact instances of linear networks under the squared loss, one draw each, more where it stays below."""
    rows = [_row(item, ranks, 1) for item, ranks in zip(items, _ranks(plan, items, 1), strict=True)]
    low = [place for place, row in enumerate(rows) if _below(row)]
    again = [items[place] for place in low]
    for place, ranks in zip(low, _ranks(plan, again, MORE_DRAWS), strict=True):
        rows[place] = _row(items[place], ranks, MORE_DRAWS)
    return rows


def _below(row: Row) -> bool:
    return any((one.lower or 0) < (one.predicted or 0) for one in row.found.values())


def _ranks(plan: Plan, items: Sequence[Item], draws: int) -> list[dict[Part, int]]:
    """The largest rank over the draws, modulo a prime each, of the plan's quantities."""
    found: dict[int, dict[Part, int]] = {}
    plain = [item for item in items if not item.architecture.bias]
    requests = [
        Request(item.architecture.widths, item.ranks.data, item.ranks.residual or 0, plan.seed, draws) for item in plain
    ]
    for item, record in zip(plain, survey.measure(requests), strict=True):
        found[item.number] = {quantity: record.ranks[quantity] for quantity in plan.quantities}
    for item in items:
        if item.architecture.bias:
            ranks = bias_survey.measure(item.case, plan.seed, draws).ranks
            found[item.number] = {quantity: ranks[quantity] for quantity in plan.quantities}
    return [found[item.number] for item in items]


def _row(item: Item, ranks: dict[Part, int], draws: int) -> Row:
    """Ranks modulo primes, below; the theorem for every parameters, above; the prediction for almost all of them."""
    found, notes = {}, []
    for quantity, lower in ranks.items():
        predicted, upper = predicted_rank(item, quantity), upper_bound(item, quantity)
        if lower != predicted:
            relation = "exceeds" if lower > predicted else f"in {draws} draws stays below"
            notes.append(f"{quantity}: {lower} {relation} {predicted}")
        found[quantity] = Found(predicted, lower, upper, AGREES if lower == predicted else DISAGREES)
    return Row(item, found, draws, "; ".join(notes))


def requested(plan: Plan, item: Item) -> Row:
    """One instance through ``rank_network``."""
    ranks = item.ranks
    request = DataRequest(data_rank=ranks.data, residual_rank=ranks.residual)
    output = rank_network(item.architecture, request, engine=engine_of(plan), seed=plan.seed)
    found, notes = {}, []
    for quantity in plan.quantities:
        one = output.quantities[quantity]
        verdict = UNPREDICTED if one.predicted is None else OPEN
        if one.agrees is not None:
            verdict = AGREES if one.agrees else DISAGREES
        lower = one.measured if one.bound != "numerical" else None
        upper = one.measured if one.bound == "exact" else None
        if one.bound == "numerical":
            notes.append(f"{quantity}: {one.measured} above the tolerance {one.tolerance:.1e}")
        elif verdict == DISAGREES:
            notes.append(f"{quantity}: {one.measured} differs from {one.predicted}")
        found[quantity] = Found(one.predicted, lower, upper, verdict)
    if ranks.residual is not None and output.residual_rank != ranks.residual:
        return failed(plan, item, f"the residual came out with rank {output.residual_rank}")
    return Row(item, found, 1, "; ".join(notes))
