"""What a survey record says about a statement: the measured number and the predicted one."""

from __future__ import annotations

from collections.abc import Iterator

from hessproof.proofs_check.model.claim import Part
from hessproof.proofs_check.surveys.record import Record
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS


def layers_of(quantity: str, layers: int) -> list[int]:
    """The layers that ``column:1``, ``column:L`` or ``column:l`` (all between) stand for.

    Example:
        >>> layers_of("column:l", 4), layers_of("column:L", 4), layers_of("column:1", 1), layers_of("column:l", 2)
        ([2, 3], [4], [1], [])
    """
    if quantity == "column:1":
        return [1]
    return [layers] if quantity == "column:L" else list(range(2, layers))


def comparisons(part: Part, record: Record, formula: RankFormula | None = None) -> Iterator[tuple[int, int]]:
    """(measured, predicted) for a part at a record; several for a part about several block columns.

    Args:
        part: With ``quantity`` and ``formula``.
        record: Measured ranks.
        formula: Another formula in place of the part's own: a mutant.
    """
    stated = FORMULAS[part.formula or ""] if formula is None else formula
    quantity = part.quantity or ""
    architecture, r, s = record.architecture, record.data_rank, record.residual_rank
    if quantity.startswith("column"):
        for layer in layers_of(quantity, architecture.layers):
            yield record.value("column", layer), stated.evaluate(architecture, r, s, layer)
        return
    yield record.value(quantity), stated.evaluate(architecture, r, s)
