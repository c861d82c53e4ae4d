"""Ranks from the bars, against elimination of the whole matrix and of the core."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric import normal_rank as module
from hessproof.numeric import ranks
from hessproof.numeric.instance import generic_instance
from hessproof.numeric.kernels import Factors, Part, Rectangle, assemble
from hessproof.numeric.modular import PrimeField, residue_rank
from hessproof.numeric.normal_cost import NORMAL_SIDE, planned, rest_order, uses_bars
from hessproof.numeric.normal_rank import normal_rank, null_space
from hessproof.numeric.ranks import measure
from hessproof.symbolic.architecture import Architecture

PRIME = 4194301
FIELD = PrimeField(PRIME)
PARTS: tuple[Part, Part] = ("functional", "loss")


@st.composite
def networks(draw: st.DrawFn, *, deficient: bool) -> Factors:
    """Networks modulo a prime of up to four layers with or without bias, with data of any ranks."""
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    bias = draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = []
    for rows, columns in zip(widths[1:], widths[:-1], strict=True):
        made = rng.integers(-(10**6), 10**6, (rows, columns + bias))
        if deficient:
            rank = draw(st.integers(0, min(made.shape)))
            made = rng.integers(-50, 50, (rows, rank)) @ rng.integers(-50, 50, (rank, columns + bias))
        weights.append(FIELD.reduce(made.astype(np.float64)))
    size = widths[0] + bias
    rank = draw(st.integers(0, size))
    root = rng.integers(-99, 99, (size, rank))
    mixed = draw(st.integers(0, min(rank, widths[-1])))
    turn = rng.integers(-9, 9, (widths[-1], mixed)) @ rng.integers(-9, 9, (mixed, rank))
    sigma, omega = FIELD.reduce((root @ root.T).astype(float)), FIELD.reduce((turn @ root.T).astype(float))
    return Factors(weights, sigma, omega, FIELD.matmul, FIELD.reduce, bias=bias)


def whole(factors: Factors, part: Part) -> int:
    every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
    return residue_rank(assemble(factors, part, every, every), PRIME)


@given(networks(deficient=False))
@settings(max_examples=25, deadline=None)
def test_the_rank_is_that_of_the_whole_matrix(factors: Factors) -> None:
    for part in PARTS:
        assert normal_rank(factors, part, FIELD) == whole(factors, part)


@given(networks(deficient=True))
@settings(max_examples=25, deadline=None)
def test_with_deficient_weights_the_rank_is_right_or_not_claimed(factors: Factors) -> None:
    for part in PARTS:
        assert normal_rank(factors, part, FIELD) in (None, whole(factors, part))


def test_networks_reach_both_outcomes_and_every_kind_of_data() -> None:
    seen: set[str] = set()

    @given(networks(deficient=True))
    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    def look(factors: Factors) -> None:
        seen.add("not claimed" if normal_rank(factors, "loss", FIELD) is None else "claimed")
        seen.add("bias" if factors.bias else "plain")
        seen.update(["no residual"] * (not factors.moment("Omega").any()))
        seen.update(["one layer"] * (factors.layers == 1))

    look()
    assert seen == {"not claimed", "claimed", "bias", "plain", "no residual", "one layer"}


@pytest.mark.slow
@pytest.mark.parametrize("bias", [False, True])
def test_measure_finds_the_same_with_bars_and_with_the_core(bias: bool) -> None:
    instance = generic_instance(Architecture((12, 16, 9, 14, 10), bias=bias), 10, 8, seed=2)
    bars, core = (measure(instance, quantities=PARTS, normal_form=choice) for choice in (True, False))
    for part in PARTS:
        assert bars[part].value >= NORMAL_SIDE
        assert (bars[part].value, bars[part].bound) == (core[part].value, core[part].bound)


def test_wide_layers_are_measured_without_their_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "core_matrix", None)
    found = measure(generic_instance(Architecture((6, 90, 70, 4)), 6, 4), quantities=("loss",))["loss"]
    q, hidden, layers = 4, 90 + 70, 3
    assert found.bound == "exact"
    assert found.value == 2 * q * hidden - layers * q**2 + q * (6 + 4)


def test_control_a_block_left_out_changes_the_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = generic_instance(Architecture((4, 5, 2, 5, 4)), 4, 4)
    weights = [FIELD.balanced(matrix) for matrix in instance.weights]
    moments = FIELD.balanced(instance.sigma), FIELD.balanced(instance.omega)
    factors = Factors(weights, *moments, FIELD.matmul, FIELD.reduce)
    true = whole(factors, "loss")
    assert normal_rank(factors, "loss", FIELD) == true
    with monkeypatch.context() as patched:
        patched.setattr(module, "null_space", lambda matrix, field: null_space(matrix, field)[:, :-1])
        assert normal_rank(factors, "loss", FIELD) != true
    with monkeypatch.context() as patched:
        patched.setattr(module._Normal, "_leaving", lambda self, members, kernel, rows: self._through())
        assert normal_rank(factors, "loss", FIELD) != true


def test_plans_name_what_will_be_done() -> None:
    wide, narrow = Architecture((8, 60, 6)), Architecture((4, 3, 2))
    assert [cost.what.split()[0] for cost in planned(wide, 8, 6)] == ["rank", "rank"]
    assert [cost.what for cost in planned(narrow, 4, 2)] == ["core of order 12 for H_f", "core of order 16 for H_L"]
    assert planned(narrow, 4, 2, quantities=["outer"]) == []
    assert planned(narrow, 4, 2, engine="multiprecision") == []
    dense = planned(narrow, 4, 2, engine="float", quantities=PARTS, structured=False)
    assert [cost.flops for cost in dense] == [pytest.approx(4 / 3 * 18**3)] * 2
    assert not uses_bars(Architecture((4, 2000, 2000)), 10**6)


def test_on_the_strict_array_api() -> None:
    instance = generic_instance(Architecture((4, 5, 3), bias=True), 4, 3)
    found = []
    for xp, device in ((np, "cpu"), (array_api_strict, array_api_strict.Device("device1"))):
        field = PrimeField(PRIME, None if xp is np else xp)
        matrices = [FIELD.balanced(matrix) for matrix in (*instance.weights, instance.sigma, instance.omega)]
        *weights, sigma, omega = (xp.asarray(matrix, device=device) for matrix in matrices)
        factors = Factors(weights, sigma, omega, field.matmul, field.reduce, bias=True)
        found.append([normal_rank(factors, part, field) for part in PARTS])
    assert found[0] == found[1]


def test_the_kernel_is_annihilated_and_as_large_as_it_must_be() -> None:
    matrix = FIELD.reduce(np.random.default_rng(0).integers(-9, 9, (6, 3)).astype(float))
    matrix = FIELD.matmul(matrix, FIELD.reduce(np.random.default_rng(1).integers(-9, 9, (3, 7)).astype(float)))
    kernel = null_space(matrix, FIELD)
    assert kernel.shape == (7, 4)
    assert residue_rank(kernel, PRIME) == 4
    assert not FIELD.matmul(matrix, kernel).any()


@pytest.mark.parametrize(
    ("widths", "bias"),
    [((12, 20, 15, 4), False), ((4, 15, 20, 12), False), ((9, 4, 12), True), ((8, 6, 3, 6, 8), False), ((5, 5), True)],
)
def test_the_predicted_order_is_that_of_what_is_left(
    widths: tuple[int, ...], bias: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    architecture = Architecture(widths, bias=bias)
    instance = generic_instance(architecture, widths[0], min(widths[0], widths[-1]))
    matrices = [FIELD.balanced(matrix) for matrix in (*instance.weights, instance.sigma, instance.omega)]
    seen: list[int] = []

    def noted(matrix: np.ndarray, prime: int) -> int:
        seen.append(len(matrix))
        return residue_rank(matrix, prime)

    monkeypatch.setattr(module, "residue_rank", noted)
    *weights, sigma, omega = matrices
    normal_rank(Factors(weights, sigma, omega, FIELD.matmul, FIELD.reduce, bias=bias), "loss", FIELD)
    assert seen[-1] == rest_order(architecture, instance.moments.whole_residual_rank)
