"""Measured ranks beside predicted and published ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hessproof.numeric.result import Rank
from hessproof.proofs_check.outputs import Quantity
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.losses.rank_rule import generic, under

PUBLISHED = {"outer": "cor4", "functional": "cor6_equality", "loss": "fact7"}
"""The published formula for each quantity of a network without bias, by its id among the project's formulas."""

PUBLISHED_WITH_BIAS = {"outer": "thm12_remark", "loss": "fact13"}
"""The same with bias; the one for H_f stands in an appendix that the source text lacks."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks of data and residual: r, s, r̃, s̃ and rk E[δ]; the last three matter with bias only."""

    data: int
    residual: int
    augmented_data: int
    augmented_residual: int
    residual_mean: int

    def with_bias(self) -> dict[str, int]:
        """r̃, s̃ and rk E[δ] under the names that formulas give them."""
        return {
            "augmented_data_rank": self.augmented_data,
            "augmented_residual_rank": self.augmented_residual,
            "residual_mean": self.residual_mean,
        }


def compared(architecture: Architecture, ranks: Ranks, rank: Rank, *, given: bool = False) -> Quantity:
    """A measured rank beside the predicted one, and beside the published one where that differs.

    Predicted is the generic rank, the largest over all weights. Given weights may be special: a smaller rank at them
    contradicts nothing and is marked as special, a larger one contradicts the prediction. Nothing is predicted for the
    rank of a network that is not linear; the formula of the linear network, which Singh et al. 2021, §5.2 say predicts
    the *numerical* rank, stands there as the published value.
    """
    linear = architecture.activation == "linear"
    extra: dict[str, Any] = ranks.with_bias() if architecture.bias else {}
    value = generic(rank.quantity, architecture).evaluate(architecture, ranks.data, ranks.residual, **extra)
    predicted = value if linear else None
    published = _published(architecture, ranks, rank.quantity, extra)
    agrees = None if predicted is None else agreement(predicted, rank)
    special = given and agrees is False and predicted is not None and rank.value < predicted
    return Quantity(
        predicted=predicted,
        published=None if published == predicted else published,
        measured=rank.value,
        engine=rank.engine,
        bound=rank.bound,
        tolerance=rank.tolerance,
        gap=rank.gap if rank.gap is not None and math.isfinite(rank.gap) else None,
        agrees=None if special else agrees,
        special=special,
        primes=list(rank.primes),
        why=rank.why,
    )


def _published(architecture: Architecture, ranks: Ranks, quantity: str, extra: dict[str, Any]) -> int | None:
    names = PUBLISHED_WITH_BIAS if architecture.bias else PUBLISHED
    if quantity not in names:
        return None
    formula = under(architecture.loss, FORMULAS[names[quantity]])
    if not formula.in_domain(architecture, ranks.data, ranks.residual, *extra.values()):
        return None
    return formula.evaluate(architecture, ranks.data, ranks.residual, **extra)


def agreement(predicted: int, rank: Rank) -> bool | None:
    """Whether a measured rank agrees with a predicted one; None if a lower bound falls short of it.

    Example:
        >>> low = Rank("loss", 3, "exact", "lower", "rank modulo a prime")
        >>> agreement(3, low), agreement(4, low), agreement(2, low)
        (True, None, False)
    """
    if rank.value == predicted:
        return True
    return None if rank.bound == "lower" and rank.value < predicted else False
