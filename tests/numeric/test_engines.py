"""Every example through every engine, with and without structure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from numeric_examples import BY_NAME, EXAMPLES, Example, small_instances

from hessproof.numeric import ranks as ranks_module
from hessproof.numeric.instance import Instance, generic_instance
from hessproof.numeric.integers import rational_rank
from hessproof.numeric.ranks import QUANTITIES, measure
from hessproof.numeric.reference import reference_hessian
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
@pytest.mark.parametrize("structured", [True, False], ids=["structured", "dense"])
@pytest.mark.parametrize("engine", ["exact", "multiprecision", "float"])
def test_engine_finds_the_ranks(example: Example, engine: str, structured: bool) -> None:
    found = measure(example.make(), engine, structured=structured)  # type: ignore[arg-type]
    assert {name: rank.value for name, rank in found.items()} == example.ranks
    bound = "exact" if engine == "exact" else "numerical"
    assert {rank.bound for rank in found.values()} == {bound}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_table_is_what_the_definition_says(example: Example) -> None:
    instance = example.make()
    found = {part: rational_rank(reference_hessian(instance, part)) for part in ("outer", "functional", "loss")}
    assert found == example.ranks


@pytest.mark.long
@settings(max_examples=150)
@given(small_instances())
def test_structured_and_dense_routes_agree_on_any_network(instance: Instance) -> None:
    layers = instance.architecture.layers
    names = (*QUANTITIES, "jacobian", "a_o", *(f"column:{layer}" for layer in range(1, layers + 1)))
    core, dense = measure(instance, "exact", names), measure(instance, "exact", names, structured=False)
    assert {name: rank.value for name, rank in core.items()} == {name: rank.value for name, rank in dense.items()}
    assert {rank.bound for rank in (*core.values(), *dense.values())} == {"exact"}


def test_jacobian_and_outer_rank_agree_while_a_o_ignores_the_data() -> None:
    found = measure(BY_NAME["r below d"].make(), "exact", ("outer", "jacobian", "a_o"))
    assert [rank.value for rank in found.values()] == [8, 8, 3 * (5 + 4 - 3)]


def test_results_carry_what_makes_them_trustworthy() -> None:
    instance = BY_NAME["generic"].make()
    exact = measure(instance, "exact", ("loss",))["loss"]
    assert exact.primes
    assert exact.tolerance is None
    floating = measure(instance, "float", ("functional",), structured=False)["functional"]
    assert floating.tolerance is not None
    assert floating.gap is not None
    assert floating.gap > 1e6
    precise = measure(instance, "multiprecision", ("functional",), structured=False, digits=80)["functional"]
    assert precise.gap is not None
    assert precise.gap > 1e40
    assert precise.to_json()["measured"] == 18


def test_a_large_special_point_is_a_lower_bound_or_settled_by_another_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks_module, "RATIONAL_SIDE", 0)
    special = BY_NAME["rank-deficient weights"]
    found = measure(special.make(), "exact", ("loss",))["loss"]
    assert found.bound in ("lower", "exact")
    assert found.value <= special.loss
    dense = measure(BY_NAME["s below q"].make(), "exact", ("loss",), structured=False)["loss"]
    assert (dense.bound, dense.value) == ("lower", 25)
    assert len(dense.primes) == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"engine": "quantum"}, "engine 'quantum': expected one of exact, multiprecision, float; give --engine exact"),
        (
            {"quantities": ("trace",)},
            "quantity 'trace': expected one of outer, functional, loss, jacobian, a_o, column:l",
        ),
        ({"quantities": ("column:9",)}, "layer 9: expected 1 to 2"),
        ({"device": "tpu"}, "device 'tpu': expected one of cpu, cuda, auto"),
        ({"engine": "multiprecision", "digits": 3}, "3 digits: expected 20 to 600"),
        ({"engine": "float", "tolerance": 2.0}, "tolerance 2.0: expected a number between 0 and 1"),
        ({"engine": "multiprecision", "tolerance": -1.0}, "tolerance -1.0: expected a number between 0 and 1"),
    ],
)
def test_unusable_requests_are_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(UnusableRequest) as caught:
        measure(BY_NAME["generic"].make(), **changes)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_a_hessian_too_large_for_multiprecision_or_memory_is_refused() -> None:
    instance = generic_instance(Architecture((30, 30, 30)), 30, 30)
    with pytest.raises(UnusableRequest, match="1800 × 1800 matrix for 30-30-30 in multiprecision"):
        measure(instance, "multiprecision", ("loss",), structured=False)
    wide = generic_instance(Architecture((2, 500_000, 2)), 2, 2, magnitude=3)
    with pytest.raises(UnusableRequest, match=r"2000000 × 2000000 matrix for 2-500000-2 \(.* GiB\)"):
        measure(wide, "exact", ("loss",), structured=False)
