"""What is done with the instances of a campaign: bounds from kernel and witness, or ranks of exact instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hessproof.proofs_check.campaigns.items import Item
from hessproof.proofs_check.campaigns.measuring import measured, requested
from hessproof.proofs_check.campaigns.plan import Plan
from hessproof.proofs_check.campaigns.proving import certified
from hessproof.proofs_check.campaigns.rows import Row, failed
from hessproof.proofs_check.versions import version_of
from hessproof.symbolic.errors import UnusableRequest

BATCH = 600_000
"""Cost of one batch, about half a second: short enough to lose little, long enough to be worth sending."""
PER_ITEM = 2_000
"""What a measured instance costs beside its p² entries, in entries: drawing it and verifying its ranks."""
PER_PROOF = 2_000
"""What a proof costs, whatever p is, in the same unit."""
PER_REQUEST = 40_000
"""What an instance costs that is measured alone, through ``rank_network``."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Instances that one process does in one go.

    Args:
        plan: Where they come from.
        items: The instances.
    """

    plan: Plan
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The rows of a batch, and the version of this project that made them."""

    rows: tuple[Row, ...]
    version: str


def batches(plan: Plan, items: Iterable[Item]) -> Iterator[Batch]:
    """Instances in groups of about the same cost, lazily and in order.

    Example:
        >>> plan = Plan(layers=1, width=2)
        >>> [len(batch.items) for batch in batches(plan, plan.items())]
        [4]
    """
    group: list[Item] = []
    spent = 0
    for item in items:
        spent += cost(plan, item)
        group.append(item)
        if spent >= BATCH:
            yield Batch(plan, tuple(group))
            group, spent = [], 0
    if group:
        yield Batch(plan, tuple(group))


def cost(plan: Plan, item: Item) -> int:
    """What an instance costs, in matrix entries."""
    if plan.kind == "certify":
        return PER_PROOF
    entries = item.architecture.parameters**2
    return entries + PER_ITEM if _surveyed(plan) else 4 * entries + PER_REQUEST


def work(batch: Batch) -> Done:
    """Do a batch; an instance for which nothing can be found gets a row that says so.

    Example:
        >>> plan = Plan("certify", parameters=2)
        >>> [(row.item.id, row.found["loss"].lower, row.verdict) for row in work(Batch(plan, tuple(plan.items()))).rows]
        [('1-1 r=1 s=1', 1, 'agrees'), ('1-2 r=1 s=1', 2, 'agrees'), ('2-1 r=2 s=1', 2, 'agrees'),
         ('1-1-1 r=1 s=1', 2, 'agrees')]
    """
    if batch.plan.kind == "certify":
        rows = _one_by_one(batch, certified)
    elif not _surveyed(batch.plan):
        rows = _one_by_one(batch, requested)
    else:
        try:
            rows = measured(batch.plan, batch.items)
        except UnusableRequest:
            rows = _one_by_one(batch, lambda plan, item: measured(plan, [item])[0])
    return Done(tuple(rows), version_of("hessproof"))


def _surveyed(plan: Plan) -> bool:
    return (plan.activation, plan.loss) == ("linear", "mse")


def _one_by_one(batch: Batch, make: Callable[[Plan, Item], Row]) -> list[Row]:
    rows = []
    for item in batch.items:
        try:
            rows.append(make(batch.plan, item))
        except UnusableRequest as error:
            rows.append(failed(batch.plan, item, str(error)))
    return rows
