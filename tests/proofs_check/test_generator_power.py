"""The strategies reach every situation in which a rank formula could break.

For each situation, 400 derandomized examples must contain it; a situation that no architecture can have must not be
found, so that the counting itself is known to be able to fail.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hessproof.proofs_check import strategies as some
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches import special_weights
from hessproof.symbolic.architecture import Architecture

EXAMPLES = 400


def drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """EXAMPLES derandomized examples of ``strategy``."""
    found: list[Any] = []

    @settings(max_examples=EXAMPLES, database=None, derandomize=True, phases=[Phase.generate], deadline=None)
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found


@cache
def some_cases() -> list[Case]:
    return drawn(some.cases())


@cache
def some_weights() -> list[tuple[Architecture, special_weights.Weights]]:
    return drawn(some.architectures(max_width=4).flatmap(lambda a: st.tuples(st.just(a), some.weights(a))))


@cache
def some_data() -> list[tuple[Architecture, some.Data]]:
    return drawn(some.architectures(max_width=4).flatmap(lambda a: st.tuples(st.just(a), some.data(a))))


def bottleneck_at(layer: int) -> Callable[[Case], bool]:
    """The narrowest layer of a four-layer network is ``layer``, strictly."""

    def holds(case: Case) -> bool:
        widths = case.architecture.widths
        return len(widths) == 5 and all(widths[layer] < width for i, width in enumerate(widths) if i != layer)

    return holds


CASES: dict[str, Callable[[Case], bool]] = {
    **{f"bottleneck at layer {layer} of 4": bottleneck_at(layer) for layer in range(5)},
    "width 1": lambda c: 1 in c.architecture.hidden,
    "L = 1": lambda c: c.architecture.layers == 1,
    "L = 4": lambda c: c.architecture.layers == 4,
    "r < d": lambda c: c.data_rank < c.architecture.inputs,
    "r = d": lambda c: c.data_rank == c.architecture.inputs,
    "r = 0": lambda c: c.data_rank == 0,
    "s < q": lambda c: c.residual_rank < c.q,
    "s = 0 < r": lambda c: c.residual_rank == 0 < c.data_rank,
    "0 < s < min(r, K)": lambda c: 0 < c.residual_rank < min(c.data_rank, c.architecture.outputs),
    "s = min(r, K) > q": lambda c: c.residual_rank == min(c.data_rank, c.architecture.outputs) > c.q,
    "K = 1": lambda c: c.architecture.outputs == 1,
    "d = 1": lambda c: c.architecture.inputs == 1,
    "equal widths above 1": lambda c: len(set(c.architecture.widths)) == 1 < c.architecture.inputs,
    "a bulge": lambda c: bool(special_weights.bulges(c.architecture)),
    "data rank is the bottleneck": lambda c: 0 < c.data_rank < min(c.architecture.widths),
}


@pytest.mark.slow
@pytest.mark.parametrize("situation", CASES)
def test_cases_reach(situation: str) -> None:
    assert any(CASES[situation](case) for case in some_cases())


WEIGHTS: dict[str, Callable[[special_weights.Weights], bool]] = {
    "a zero matrix": lambda weights: any(not w.any() for w in weights),
    "all matrices zero": lambda weights: len(weights) > 1 and all(not w.any() for w in weights),
    "a rank-deficient matrix that is not zero": lambda weights: any(
        0 < special_weights.integer_rank(w) < min(w.shape) for w in weights
    ),
    "A1": special_weights.satisfies_a1,
    "A1 with a deficient chain": lambda weights: (
        special_weights.satisfies_a1(weights) and special_weights.has_deficient_chain(weights)
    ),
    "no deficient chain, L > 1": lambda weights: len(weights) > 1 and not special_weights.has_deficient_chain(weights),
    "entries in {-1, 0, 1} only": lambda weights: all((abs(w) <= 1).all() for w in weights),
    "larger entries": lambda weights: any((abs(w) > 1).any() for w in weights),
}


@pytest.mark.slow
@pytest.mark.parametrize("situation", WEIGHTS)
def test_weights_reach(situation: str) -> None:
    assert any(WEIGHTS[situation](weights) for _, weights in some_weights())


@pytest.mark.slow
def test_vanishing_weights_reach_a_product_that_is_zero_under_a1() -> None:
    examples = drawn(some.vanishing_weights())
    assert any(
        special_weights.satisfies_a1(weights)
        and any(not (weights[l] @ weights[l - 1]).any() for l in range(1, len(weights)))
        for weights in examples
    )


DATA: dict[str, Callable[[Architecture, some.Data], bool]] = {
    "N < d": lambda a, data: data.samples < a.inputs,
    "N = d > 1": lambda a, data: data.samples == a.inputs > 1,
    "N > d": lambda a, data: data.samples > a.inputs,
    "N = 1": lambda a, data: data.samples == 1,
    "centred and not zero": lambda a, data: data.centred and bool(data.inputs.any()),
    "not centred": lambda a, data: not data.centred,
    "X = 0": lambda a, data: not data.inputs.any(),
    "rk X < min(N, d)": lambda a, data: 0 < special_weights.integer_rank(data.inputs) < min(data.samples, a.inputs),
    "rk X = d > 1": lambda a, data: special_weights.integer_rank(data.inputs) == a.inputs > 1,
    "one-hot, K > 1": lambda a, data: data.kind == "one-hot" and a.outputs > 1,
    "one-hot, K = 1": lambda a, data: data.kind == "one-hot" and a.outputs == 1,
    "a linear teacher": lambda a, data: data.kind == "teacher" and bool(data.targets.any()),
    "Y = 0 with X ≠ 0": lambda a, data: not data.targets.any() and bool(data.inputs.any()),
}


@pytest.mark.slow
@pytest.mark.parametrize("situation", DATA)
def test_data_reach(situation: str) -> None:
    assert any(DATA[situation](architecture, data) for architecture, data in some_data())


@pytest.mark.slow
def test_what_cannot_happen_is_not_found() -> None:
    assert not any(case.residual_rank > case.data_rank for case in some_cases())
    assert not any(
        len(weights) == 1 and special_weights.has_deficient_chain(weights) and special_weights.satisfies_a1(weights)
        for _, weights in some_weights()
    )


@pytest.mark.slow
def test_a_weaker_generator_would_be_noticed() -> None:
    """Generic weights alone miss the special points, so the demands above tell strategies apart."""
    plain = drawn(some.architectures(max_width=4).flatmap(lambda a: some.weights(a, ("identity",))))
    assert not any(WEIGHTS["a zero matrix"](weights) for weights in plain)
    assert not any(WEIGHTS["larger entries"](weights) for weights in plain)
