"""What the project says of an instance: the generic rank, and what no parameters exceed."""

from __future__ import annotations

from hessproof.proofs_check.campaigns.items import Item
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import best, bound


def predicted_rank(item: Item, quantity: str) -> int:
    """The generic rank that the project stands behind."""
    return _value(best(quantity, item.architecture.bias), item)


def upper_bound(item: Item, quantity: str) -> int:
    """What no parameters exceed, by theorem."""
    return _value(bound(quantity, item.architecture.bias), item)


def _value(formula: RankFormula, item: Item) -> int:
    ranks = item.ranks
    return formula.evaluate(
        item.architecture,
        ranks.data,
        ranks.residual or 0,
        augmented_data_rank=ranks.augmented_data,
        augmented_residual_rank=ranks.augmented_residual,
        residual_mean=ranks.mean,
    )
