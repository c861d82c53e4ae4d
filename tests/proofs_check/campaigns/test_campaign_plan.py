"""Plans list every instance once, in a stated order, and refuse what they cannot list."""

from __future__ import annotations

from itertools import product

import pytest

from hessproof.proofs_check.bias.cases import biased_cases
from hessproof.proofs_check.campaigns.items import Item, Ranks, choices
from hessproof.proofs_check.campaigns.plan import PLANS, Plan, plan_from_json
from hessproof.proofs_check.campaigns.work import BATCH, PER_PROOF, batches, cost
from hessproof.proofs_check.enumeration import architectures_by_parameters, cases
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

ALL = {"data_rank": "all", "residual_rank": "all"}


def test_a_plan_by_depth_and_width_is_every_case_of_every_architecture() -> None:
    plan = Plan(layers=2, width=3, biases=(False, True), **ALL)
    expected = set()
    for layers in (1, 2):
        for widths in product((1, 2, 3), repeat=layers + 1):
            expected |= {(one.architecture, one.data_rank, one.residual_rank) for one in cases(Architecture(widths))}
            expected |= {
                (one.architecture, one.data_rank, one.augmented_data_rank, one.residual_rank,
                 one.augmented_residual_rank, one.residual_mean)
                for one in biased_cases(Architecture(widths, bias=True))
            }  # fmt: skip
    items = list(plan.items())
    found = {
        (one.architecture, one.ranks.data, one.ranks.residual)
        if not one.architecture.bias
        else (one.architecture, one.ranks.data, one.ranks.augmented_data, one.ranks.residual,
              one.ranks.augmented_residual, one.ranks.mean)
        for one in items
    }  # fmt: skip
    assert found == expected
    assert len(items) == plan.count() == len(expected) == len({item.id for item in items})
    assert [item.number for item in items] == list(range(len(items)))


def test_a_plan_by_parameters_counts_biases() -> None:
    plan = Plan("certify", parameters=9, layers=3, biases=(False, True))
    items = list(plan.items())
    assert all(item.architecture.parameters <= 9 and item.architecture.layers <= 3 for item in items)
    plain = [item.architecture.widths for item in items if not item.architecture.bias]
    assert plain == [one.widths for one in architectures_by_parameters(9, 3)]
    biased = {item.architecture.widths for item in items if item.architecture.bias}
    assert biased == {w for w in plain if Architecture(w, bias=True).parameters <= 9} < set(plain)


def test_the_named_plans_are_those_of_the_documentation() -> None:
    assert PLANS["measured"].count() == 533_799
    assert Plan("certify", layers=5, parameters=20) == plan_from_json(PLANS["certified"].to_json() | {"parameters": 20})


@pytest.mark.long
def test_the_certified_plan_has_every_architecture() -> None:
    assert PLANS["certified"].count() == 284_431


@pytest.mark.parametrize(
    "limits", [{"parameters": 8}, {"parameters": 9, "layers": 2, "width": 4}, {"layers": 3, "width": 3}]
)
def test_too_many_means_too_many(limits: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    count = Plan("certify", **limits).count()  # type: ignore[arg-type]
    monkeypatch.setattr("hessproof.proofs_check.campaigns.plan.MOST_ARCHITECTURES", count)
    assert Plan("certify", **limits).count() == count  # type: ignore[arg-type]
    monkeypatch.setattr("hessproof.proofs_check.campaigns.plan.MOST_ARCHITECTURES", count - 1)
    with pytest.raises(UnusableRequest, match="a range of more than"):
        Plan("certify", **limits)  # type: ignore[arg-type]


def test_full_ranks_are_the_largest() -> None:
    for d, outputs in product((1, 2, 3), repeat=2):
        assert choices((d, outputs), False, "linear", "mse", "full", "full") == (Ranks(d, min(d, outputs)),)
        (one,) = choices((d, outputs), True, "linear", "mse", "full", "full")
        assert one == Ranks(d, min(d, outputs), d + 1, min(d + 1, outputs), 1)


def test_one_rank_is_that_rank() -> None:
    biased = choices((3, 3), True, "linear", "mse", 2, 1)
    assert {(one.data, one.residual) for one in biased} == {(2, 1)}
    assert {one.augmented_data for one in biased} == {2, 3}
    assert {one.mean for one in biased} == {0, 1}
    assert choices((2, 2), False, "linear", "mse", 3, "all") == ()


def test_softmax_leaves_one_output_less_for_the_residual() -> None:
    found = choices((3, 2), False, "linear", "cross-entropy", "all", "all")
    assert max(one.residual or 0 for one in found) == 1


def test_a_rectified_network_decides_its_residual() -> None:
    (item,) = Plan(layers=1, width=1, activation="relu").items()
    assert item == Item(0, Architecture((1, 1), activation="relu"), Ranks(1))
    with pytest.raises(ValueError, match="not prescribed"):
        assert item.case


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "an unlimited range"),
        ({"layers": 3}, "an unlimited range"),
        ({"width": 3}, "an unlimited range"),
        ({"parameters": 0}, "parameters 0"),
        ({"parameters": 10**9}, "more than 5000000 architectures"),
        ({"parameters": 100, "layers": 90}, "more than 5000000 architectures"),
        ({"layers": 10**9, "width": 2}, "layers 1000000000: expected at most 1000"),
        ({"layers": 1, "width": 10**9}, "more than 5000000 architectures"),
        ({"parameters": 3, "data_rank": "some"}, "--data-rank 'some'"),
        ({"parameters": 3, "residual_rank": -1}, "--residual-rank -1"),
        ({"parameters": 3, "kind": "prove"}, "kind 'prove'"),
        ({"parameters": 3, "quantities": ("los",)}, "did you mean loss"),
        ({"parameters": 3, "quantities": ()}, "a plan of nothing"),
        ({"parameters": 3, "biases": ()}, "a plan of nothing"),
        ({"parameters": 3, "activation": "rleu"}, "did you mean relu"),
        ({"parameters": 3, "loss": "mes"}, "did you mean mse"),
        ({"parameters": 3, "kind": "certify", "loss": "cosh"}, "--kind certify with"),
        ({"parameters": 3, "activation": "relu", "residual_rank": 1}, "--residual-rank 1 with"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, object], why: str) -> None:
    with pytest.raises(UnusableRequest, match=why):
        Plan(**options)  # type: ignore[arg-type]


def test_plans_differ_by_their_digests() -> None:
    one = Plan(parameters=5)
    others = [
        Plan(parameters=6),
        Plan("certify", parameters=5),
        Plan(parameters=5, seed=1),
        Plan(parameters=5, width=2),
    ]
    assert len({plan.digest for plan in (one, *others)}) == 5
    assert plan_from_json(one.to_json()).digest == one.digest
    assert (
        Plan(parameters=5, quantities=("loss", "outer")).digest
        == Plan(parameters=5, quantities=("outer", "loss")).digest
    )


@pytest.mark.slow
def test_batches_hold_every_item_once_and_cost_about_the_same() -> None:
    plan = Plan(layers=3, width=4, biases=(False, True), **ALL)
    groups = [batch.items for batch in batches(plan, plan.items())]
    assert [item for group in groups for item in group] == list(plan.items())
    largest = max(cost(plan, item) for item in plan.items())
    assert all(sum(cost(plan, item) for item in group) < BATCH + largest for group in groups)
    assert all(sum(cost(plan, item) for item in group) >= BATCH for group in groups[:-1])
    proofs = Plan("certify", parameters=5)
    assert {cost(proofs, item) for item in proofs.items()} == {PER_PROOF}
