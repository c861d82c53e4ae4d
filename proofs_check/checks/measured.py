"""What a survey record says about a statement: the measured number and the predicted one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hessproof.proofs_check.model.claim import Part
from hessproof.proofs_check.survey_record import Record
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS


def measured(quantity: str, ranks: Mapping[str, int], architecture: Architecture, bound: int = 0) -> int:
    """A measured number that is made of ranks.

    Args:
        quantity: A rank's name, or ``overlap`` (bound − rk H_L), ``overlap_generic`` (rk H_o + rk H_f − rk H_L), or
            ``deficiency`` (p − rk H_L).
        ranks: Measured ranks by name.
        architecture: For p.
        bound: The bound of §4.4, for ``overlap``.

    Example:
        >>> ranks, architecture = {"outer": 4, "functional": 4, "loss": 7}, Architecture((2, 2, 2))
        >>> measured("overlap_generic", ranks, architecture), measured("deficiency", ranks, architecture)
        (1, 1)
    """
    if quantity == "overlap":
        return bound - ranks["loss"]
    if quantity == "overlap_generic":
        return ranks["outer"] + ranks["functional"] - ranks["loss"]
    if quantity == "deficiency":
        return architecture.parameters - ranks["loss"]
    return ranks[quantity]


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
            yield record.ranks[f"column:{layer}"], stated.evaluate(architecture, r, s, layer)
        return
    bound = FORMULAS["overall"].evaluate(architecture, r, s) if quantity == "overlap" else 0
    yield measured(quantity, record.ranks, architecture, bound), stated.evaluate(architecture, r, s)
