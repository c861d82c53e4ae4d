"""What a batch gives: bounds that meet, ranks that agree, and rows that say so where they do not."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest

from hessproof.proofs_check.campaigns import measuring, proving, work
from hessproof.proofs_check.campaigns.items import Item, Ranks
from hessproof.proofs_check.campaigns.plan import QUANTITIES, Plan
from hessproof.proofs_check.campaigns.rows import COLUMNS, Found, Row, reproduce
from hessproof.proofs_check.campaigns.work import Batch
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

ALL = {"data_rank": "all", "residual_rank": "all"}


def rows(plan: Plan) -> list[Row]:
    return list(work.work(Batch(plan, tuple(plan.items()))).rows)


@pytest.mark.parametrize("kind", ["certify", "measure"])
def test_small_networks_agree_and_are_known_exactly(kind: str) -> None:
    plan = Plan(kind, layers=2, width=2, biases=(False, True), **ALL)  # type: ignore[arg-type]
    found = rows(plan)
    assert len(found) == plan.count()
    assert all(row.verdict == "agrees" and row.exact for row in found)
    assert all(tuple(row.found) == QUANTITIES for row in found)


@pytest.mark.slow
def test_proof_and_measurement_give_the_same_ranks() -> None:
    options = {"layers": 2, "width": 2, "biases": (False, True), **ALL}
    measured, proved = (rows(Plan(kind, **options)) for kind in ("measure", "certify"))
    assert [(row.item.id, {q: one.lower for q, one in row.found.items()}) for row in measured] == [
        (row.item.id, {q: one.lower for q, one in row.found.items()}) for row in proved
    ]


def test_only_the_quantities_asked_for() -> None:
    (row,) = rows(Plan(layers=1, width=1, quantities=("loss",)))
    values = dict(zip(COLUMNS, row.values(Plan(layers=1, width=1)), strict=True))
    assert values["loss_lower"] == 1
    assert values["outer_lower"] is None


def test_a_wrong_prediction_is_a_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    true = measuring.predicted_rank
    monkeypatch.setattr(measuring, "predicted_rank", lambda item, quantity: true(item, quantity) + 1)
    monkeypatch.setattr(proving, "predicted_rank", lambda item, quantity: true(item, quantity) + 1)
    for kind in ("measure", "certify"):
        plan = Plan(kind, layers=1, width=1)  # type: ignore[arg-type]
        (row,) = rows(plan)
        assert row.verdict == "disagrees"
        assert row.values(plan)[-1] == reproduce(plan, row.item, "outer", row.draws)
    plan = Plan(layers=1, width=1)
    (row,) = rows(plan)
    assert (row.draws, row.note.partition(";")[0]) == (4, "outer: 1 in 4 draws stays below 2")
    monkeypatch.setattr(measuring, "predicted_rank", lambda item, quantity: true(item, quantity) - 1)
    (row,) = rows(plan)
    assert row.note.startswith("outer: 1 exceeds 0")


def test_bounds_that_leave_room_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_bounds", lambda item, quantity: (0, 2))
    (row,) = rows(Plan("certify", layers=1, width=1))
    assert (row.verdict, row.exact) == ("open", False)
    assert row.note.startswith("outer: proved to lie between 0 and 2")


def test_a_draw_that_was_unlucky_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    true = measuring._ranks

    def unlucky(plan: Plan, items: list[Item], draws: int) -> list[dict[str, int]]:
        found = true(plan, items, draws)
        return [{**one, "loss": 0} for one in found] if draws == 1 else found  # type: ignore[misc]

    monkeypatch.setattr(measuring, "_ranks", unlucky)
    (row,) = rows(Plan(layers=1, width=1))
    assert (row.verdict, row.draws) == ("agrees", 4)


def test_an_instance_that_cannot_be_made_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    true = measuring._ranks

    def refused(plan: Plan, items: list[Item], draws: int) -> list[dict[str, int]]:
        if any(item.number == 1 for item in items):
            raise UnusableRequest("1-1", "ranks that turn up in 20 draws", "give another seed")
        return true(plan, items, draws)  # type: ignore[return-value]

    monkeypatch.setattr(measuring, "_ranks", refused)
    found = rows(Plan(layers=1, width=1, **ALL))
    assert [row.verdict for row in found] == ["agrees", "failed", "agrees"]
    assert found[1].note == "1-1: expected ranks that turn up in 20 draws; give another seed"
    assert not found[1].exact


@pytest.mark.parametrize(
    ("options", "verdict", "exact"),
    [
        ({"loss": "cross-entropy", "residual_rank": "all"}, "agrees", True),
        ({"loss": "cosh"}, "agrees", True),
        ({"activation": "relu"}, "unpredicted", True),
        ({"activation": "tanh"}, "unpredicted", False),
    ],
)
def test_other_losses_and_activations(options: dict[str, str], verdict: str, exact: bool) -> None:
    found = rows(Plan(layers=2, width=2, **options))  # type: ignore[arg-type]
    assert {(row.verdict, row.exact) for row in found} == {(verdict, exact)}


def test_the_worst_quantity_decides() -> None:
    item = Item(0, Architecture((1, 1)), Ranks(1, 1))
    one, other = Found(1, 1, 1, "agrees"), Found(2, 1, 2, "open")
    assert Row(item, {"outer": one, "loss": other}).verdict == "open"
    assert Row(item, {"outer": other._replace(verdict="disagrees"), "loss": other}).verdict == "disagrees"


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "item"),
    [
        ({}, Item(0, Architecture((2, 1)), Ranks(1, 1))),
        ({}, Item(0, Architecture((2, 1), bias=True), Ranks(1, 0, 2, 1, 1))),
        ({"loss": "cosh"}, Item(0, Architecture((2, 1), loss="cosh"), Ranks(1, 1))),
        ({"activation": "relu"}, Item(0, Architecture((2, 1), activation="relu"), Ranks(1))),
    ],
)
def test_what_reproduces_a_row_is_a_command(options: dict[str, str], item: Item) -> None:
    plan = Plan(parameters=4, **options)  # type: ignore[arg-type]
    words = shlex.split(reproduce(plan, item))
    if words[0] == "hessproof":
        words = [sys.executable, "-m", "hessproof.proofs_check", *words[1:], "--json"]
    done = subprocess.run([sys.executable if word == "python" else word for word in words], capture_output=True)
    printed = json.loads(done.stdout)
    (row,) = work.work(Batch(plan, (item,))).rows
    ranks = printed["ranks"] if "ranks" in printed else {q: v["measured"] for q, v in printed["quantities"].items()}
    assert {quantity: ranks[quantity] for quantity in QUANTITIES} == {q: one.lower for q, one in row.found.items()}
