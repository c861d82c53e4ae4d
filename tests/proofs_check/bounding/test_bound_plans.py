"""What bounds cost is told before they are measured, and what cannot fit is refused with the size that would."""

from __future__ import annotations

import pytest

from hessproof.numeric.planning import Plan
from hessproof.proofs_check.bounding.network import NetworkRequest
from hessproof.proofs_check.bounding.planning import measuring_plan, refuse_too_large, training_plan
from hessproof.proofs_check.bounding.run import bound_network
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

RELU = Architecture((8, 6, 3), activation="relu", loss="cross-entropy")


def test_training_and_measuring_are_planned_in_this_order() -> None:
    plans: list[Plan] = []
    bound_network(NetworkRequest("8-6-3", samples=20, epochs=2), plan=plans.append)
    whats = [[cost.what for cost in plan.costs] for plan in plans]
    assert whats == [
        ["training for 2 epochs on 20 objects"],
        ["norms of 20 objects", "about 288 products with the mean Hessian"],
    ]


def test_one_object_has_no_mean_hessian_of_its_own() -> None:
    assert [cost.what for cost in measuring_plan(RELU, 1, 1, 15).costs] == ["norms of 1 object"]


@pytest.mark.long
def test_costs_grow_with_what_is_asked() -> None:
    assert training_plan(RELU, 20, 4).flops == 2 * training_plan(RELU, 20, 2).flops
    assert measuring_plan(RELU, 200, 20, 15).flops > measuring_plan(RELU, 100, 20, 15).flops
    curved = Architecture((8, 6, 3), activation="tanh", loss="cross-entropy")
    assert measuring_plan(curved, 100, 24, 15).flops > measuring_plan(curved, 100, 8, 15).flops


@pytest.mark.slow
def test_too_many_parameters_for_the_lanczos_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hessproof.numeric.planning.plan.memory_room", lambda xp: (2**27, "what is free"))
    large = Architecture((3000, 100, 10), activation="relu", loss="cross-entropy")
    with pytest.raises(UnusableRequest, match=r"parameters would fit: choose narrower layers than 3000-100-10"):
        refuse_too_large(large, measuring_plan(large, 10, 8, 220))
