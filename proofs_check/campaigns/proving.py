"""Architectures proved: a kernel bounds the rank for all parameters, a witness attains it for almost all."""

from __future__ import annotations

from hessproof.proofs_check.campaigns.items import Item
from hessproof.proofs_check.campaigns.plan import Part, Plan
from hessproof.proofs_check.campaigns.predicting import predicted_rank
from hessproof.proofs_check.campaigns.rows import AGREES, DISAGREES, OPEN, Found, Row
from hessproof.proofs_check.certificates.architecture import witness_ranks
from hessproof.proofs_check.certificates.bounds import best_cut
from hessproof.proofs_check.certificates.case import case_of


def certified(plan: Plan, item: Item) -> Row:
    """Both bounds of each of the plan's quantities; the rank is proved where they meet."""
    found, notes = {}, []
    for quantity in plan.quantities:
        predicted = predicted_rank(item, quantity)
        lower, upper = _bounds(item, quantity)
        if lower == upper == predicted:
            verdict = AGREES
        elif lower <= predicted <= upper:
            verdict = OPEN
            notes.append(f"{quantity}: proved to lie between {lower} and {upper}")
        else:
            verdict = DISAGREES
            notes.append(f"{quantity}: proved to lie between {lower} and {upper}, not {predicted}")
        found[quantity] = Found(predicted, lower, upper, verdict)
    return Row(item, found, 0, "; ".join(notes))


def _bounds(item: Item, quantity: Part) -> tuple[int, int]:
    """The rank at the witness, which almost all parameters reach, and what the kernel leaves for all."""
    data, residual, augmented_data, augmented_residual, mean = item.ranks
    case = case_of(item.architecture, quantity, data, residual, augmented_data, augmented_residual, mean)
    return sum(witness_ranks(case)), best_cut(case)[1]
