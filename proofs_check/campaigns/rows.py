"""One row of a campaign: what was found for one instance, and whether that is what is predicted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from hessproof.proofs_check.bias.record import BiasRecord
from hessproof.proofs_check.campaigns.items import Item, Ranks
from hessproof.proofs_check.campaigns.plan import QUANTITIES, Part, Plan
from hessproof.proofs_check.surveys.record import Draw

_OPTIONS = ("data-rank", "residual-rank", "augmented-data-rank", "augmented-residual-rank")
AGREES, UNPREDICTED, OPEN, FAILED, DISAGREES = "agrees", "unpredicted", "open", "failed", "disagrees"
VERDICTS = (DISAGREES, FAILED, OPEN, UNPREDICTED, AGREES)
"""A row has the first of these that one of its quantities has. Open: bounds leave room. Failed: nothing was found."""


class Found(NamedTuple):
    """One quantity of one instance.

    Args:
        predicted: The rank that the project stands behind; None if it has none.
        lower: The rank is at least this; None if nothing was found.
        upper: The rank is at most this; None if nothing is known.
        verdict: One of ``VERDICTS``.
    """

    predicted: int | None
    lower: int | None
    upper: int | None
    verdict: str


class Row(NamedTuple):
    """One instance.

    Args:
        item: Which.
        found: For each of the plan's quantities.
        draws: How many exact instances were drawn; none for a proof.
        note: What a reader must know, empty if nothing.
    """

    item: Item
    found: Mapping[Part, Found]
    draws: int = 0
    note: str = ""

    @property
    def verdict(self) -> str:
        """The worst of the quantities' verdicts."""
        return min((one.verdict for one in self.found.values()), key=VERDICTS.index)

    @property
    def exact(self) -> bool:
        """Whether every rank is known: both bounds meet."""
        return all(one.lower is not None and one.lower == one.upper for one in self.found.values())

    def values(self, plan: Plan) -> tuple[Any, ...]:
        """The row's columns, in the order of ``COLUMNS``; what makes it again only if it does not agree."""
        one, ranks = self.item.architecture, self.item.ranks
        bounds: list[int | None] = []
        for quantity in QUANTITIES:
            found = self.found.get(quantity)
            bounds += [None, None, None] if found is None else found[:3]
        worst = next(quantity for quantity, found in self.found.items() if found.verdict == self.verdict)
        again = "" if self.verdict == AGREES else reproduce(plan, self.item, worst, self.draws)
        described = self.item.id, self.item.number, str(one), one.layers, one.parameters, int(one.bias)
        return (*described, *ranks, *bounds, int(self.exact), self.verdict, self.draws, self.note, again)


COLUMNS: dict[str, str] = {
    "id": "TEXT PRIMARY KEY",
    "number": "INTEGER NOT NULL",
    "widths": "TEXT NOT NULL",
    "layers": "INTEGER NOT NULL",
    "parameters": "INTEGER NOT NULL",
    "bias": "INTEGER NOT NULL",
    "data_rank": "INTEGER NOT NULL",
    "residual_rank": "INTEGER",
    "augmented_data_rank": "INTEGER",
    "augmented_residual_rank": "INTEGER",
    "residual_mean": "INTEGER",
    **{f"{quantity}_{name}": "INTEGER" for quantity in QUANTITIES for name in ("predicted", "lower", "upper")},
    "exact": "INTEGER NOT NULL",
    "verdict": "TEXT NOT NULL",
    "draws": "INTEGER NOT NULL",
    "note": "TEXT NOT NULL",
    "reproduce": "TEXT NOT NULL",
}
"""Names and types of the columns of a row, in order."""


def failed(plan: Plan, item: Item, why: str) -> Row:
    """The row of an instance for which nothing could be found."""
    return Row(item, dict.fromkeys(plan.quantities, Found(None, None, None, FAILED)), 0, why)


def reproduce(plan: Plan, item: Item, quantity: Part = "loss", draws: int = 1) -> str:
    """The command that does this instance again; a certificate is about one quantity, a measurement about all.

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> plan = Plan("certify", parameters=9)
        >>> reproduce(plan, Item(0, Architecture((2, 1), bias=True), Ranks(1, 1, 2, 1, 0)), "outer")
        'hessproof certify 2-1 --bias --quantity outer --data-rank 1 --residual-rank 1 --augmented-data-rank 2
         --augmented-residual-rank 1 --zero-mean -o FILE'
    """
    one, ranks = item.architecture, item.ranks
    if plan.kind == "certify":
        words = [f"hessproof certify {one}"] + ["--bias"] * one.bias + [f"--quantity {quantity}"]
        words += [*_rank_options(ranks), *["--zero-mean"] * (ranks.mean == 0), "-o FILE"]
        return " ".join(words)
    if one.activation == "linear" and one.loss == "mse" and one.bias:
        return f"{BiasRecord(item.case, {}, (Draw(plan.seed, 0),), plan.seed).reproduce} --draws {max(1, draws)}"
    if one.activation == "linear" and one.loss == "mse":
        return (
            f"python -m hessproof.proofs_check.surveys.survey {one} --data-rank {ranks.data} "
            f"--residual-rank {ranks.residual} --seed {plan.seed} --draws {max(1, draws)}"
        )
    words = [f"hessproof rank {one}"] + ["--bias"] * one.bias
    words += [f"--activation {one.activation}", f"--loss {one.loss}", *_rank_options(ranks)]
    return " ".join([*words, f"--engine {engine_of(plan)}", f"--seed {plan.seed}"])


def _rank_options(ranks: Ranks) -> list[str]:
    values = zip(_OPTIONS, ranks[: len(_OPTIONS)], strict=True)
    return [f"--{option} {value}" for option, value in values if value is not None]


def engine_of(plan: Plan) -> str:
    """``exact`` where the Hessians are rational or algebraic enough for it, otherwise ``float``."""
    linear = plan.activation == "linear"
    return "exact" if linear or (plan.activation in ("relu", "leaky-relu") and plan.loss == "mse") else "float"
