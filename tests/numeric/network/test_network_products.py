"""Products in pieces: memory, kept passes, operations, precision, devices, and controls that every pass is needed."""

from __future__ import annotations

import dataclasses
import tracemalloc
from typing import Any

import array_api_strict
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_examples import PARTS, Network, network

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.network import operators
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.losses import loss_derivatives, loss_factors
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.network.products import Pass, Sweeps, passed, product_operations
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest

TANH = Architecture((3, 4, 3, 2), bias=True, activation="tanh", loss="cross-entropy")
SECOND = array_api_strict.Device("device1")


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Networks of up to four layers with every activation and loss, width 1 and single samples included."""
    widths = tuple(draw(st.lists(st.integers(1, 5), min_size=2, max_size=5)))
    architecture = Architecture(
        widths,
        bias=draw(st.booleans()),
        activation=draw(st.sampled_from(ACTIVATIONS)),
        loss=draw(st.sampled_from(LOSSES)),
    )
    return network(architecture, samples=draw(st.integers(1, 7)), seed=draw(st.integers(0, 99)))


@pytest.mark.slow
@settings(max_examples=60)
@given(networks(), st.sampled_from(PARTS), st.sampled_from([1, 300, 1 << 22]), st.sampled_from([0, 40, 1 << 20]))
def test_products_are_those_of_the_matrix_however_they_are_cut(
    one: Network, part: Any, workspace: int, kept: int
) -> None:
    matrix = network_hessian(*one.arguments, part)
    size = one.architecture.parameters
    vectors = np.random.default_rng(0).integers(-9, 10, (size, 3)).astype(float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operators, "WORKSPACE", workspace)
        operator = NetworkOperator(*one.arguments, part, kept=kept)
        for _ in range(2):  # the second product meets kept passes
            np.testing.assert_allclose(operator.apply(vectors), matrix @ vectors, atol=1e-9)


@pytest.mark.slow
def test_power_the_networks_reach_the_corners() -> None:
    seen: set[str] = set()

    @settings(max_examples=300, database=None, derandomize=True)
    @given(networks())
    def collect(one: Network) -> None:
        architecture = one.architecture
        seen.add(architecture.activation)
        seen.add(architecture.loss)
        corners = {
            "one layer": architecture.layers == 1,
            "four layers": architecture.layers == 4,
            "width 1": 1 in architecture.hidden,
            "one output": architecture.outputs == 1,
            "one sample": len(one.inputs) == 1,
            "bias": architecture.bias,
            "no bias": not architecture.bias,
            "more samples than inputs": len(one.inputs) > architecture.inputs,
            "fewer samples than inputs": len(one.inputs) < architecture.inputs,
        }
        seen.update(name for name, met in corners.items() if met)

    collect()
    assert len(seen) == 9 + len(ACTIVATIONS) + len(LOSSES)


def _state(one: Network, part: Any) -> Pass:
    return passed(*one.arguments, part, 1.0 / len(one.inputs))


def _product(one: Network, state: Pass, vector: npt.NDArray[np.float64]) -> Any:
    result = np.zeros((1, one.architecture.parameters))
    Sweeps(one.architecture, state).add(vector[None, :], result)
    return result[0]


def test_control_every_array_of_a_pass_is_needed() -> None:
    """Each array in turn loses one entry; the product must notice each."""
    one = network(TANH, samples=4)
    vector = np.random.default_rng(2).normal(size=TANH.parameters)
    changed = 0
    for part in PARTS:
        state, matrix = _state(one, part), network_hessian(*one.arguments, part)
        np.testing.assert_allclose(_product(one, state, vector), matrix @ vector, atol=1e-12)
        for field in dataclasses.fields(Pass):
            for number in range(len(getattr(state, field.name))):
                arrays = [array.copy() for array in getattr(state, field.name)]
                # H_f never meets W^1, nor what only ż^L and ġ^L would meet.
                if (field.name == "weights" and number == 0) or (
                    part == "functional" and (field.name, number) in {("weights", 2), ("inputs", 2)}
                ):
                    continue
                arrays[number][0, 0] = arrays[number][0, 0] * -1.0 + 0.5
                wrong = dataclasses.replace(state, **{field.name: tuple(arrays)})
                assert np.abs(_product(one, wrong, vector) - matrix @ vector).max() > 1e-6, (part, field.name, number)
                changed += 1
    assert changed > 30


class Counting(np.ndarray[Any, Any]):
    """An array that counts the operations of its matrix products."""

    operations = 0

    def __matmul__(self, other: Any) -> Any:  # type: ignore[override]
        return _counted(self, other)

    def __rmatmul__(self, other: Any) -> Any:  # type: ignore[override]
        return _counted(other, self)


def _counted(left: Any, right: Any) -> Any:
    result = np.matmul(np.asarray(left), np.asarray(right))
    Counting.operations += 2 * result.size * left.shape[-1]
    return result.view(Counting)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("bias", [False, True])
def test_operations_are_as_many_as_stated(part: Any, bias: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    one = network(Architecture((3, 4, 2, 5, 2), bias=bias, activation="relu"), samples=6)
    monkeypatch.setattr(operators, "contiguous_rows", lambda vectors: vectors.T.copy().view(Counting))
    parameters = [matrix.view(Counting) for matrix in one.parameters]
    operator = NetworkOperator(one.architecture, parameters, one.inputs.view(Counting), one.targets, part)
    vectors = np.ones((one.architecture.parameters, 3))
    operator.apply(vectors)  # the passes
    Counting.operations = 0
    operator.apply(vectors)
    assert Counting.operations == 3 * product_operations(one.architecture, 6, part)


@pytest.mark.parametrize(("activation", "loss"), [("relu", "mse"), ("tanh", "cross-entropy"), ("linear", "cosh")])
def test_memory_is_bounded_whatever_the_samples_and_vectors(
    activation: str, loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operators, "WORKSPACE", 1 << 16)
    architecture = Architecture((20, 40, 40, 10), bias=True, activation=activation, loss=loss)
    for samples, count in ((1000, 1), (1000, 9), (2, 60)):
        one = network(architecture, samples=samples)
        vectors = np.ones((architecture.parameters, count))
        NetworkOperator(*network(architecture).arguments).apply(vectors[:, 0])  # compiles
        tracemalloc.start()
        try:
            NetworkOperator(*one.arguments, kept=0).apply(vectors)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        # A tenth for Python's own objects; a single vector's result and copy are counted apart.
        assert peak < 1.1 * 8 * operators.WORKSPACE + 2 * vectors.nbytes, (samples, count)


def test_kept_passes_stay_within_their_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "WORKSPACE", 1 << 10)
    one = network(TANH, samples=200)
    vector = np.ones(TANH.parameters)
    held = []
    for kept in (0, 1000, 1 << 20):
        operator = NetworkOperator(*one.arguments, kept=kept)
        operator.apply(vector)
        passes = operator._pieces._passes.values()
        held.append(sum(sum(map(np.size, (*state.inputs, *state.slopes, *state.back))) for state in passes))
        assert held[-1] <= 1.01 * kept
    assert held[0] == 0 < held[1] < held[2]


def test_progress_rises_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "WORKSPACE", 1 << 10)
    one = network(TANH, samples=50)
    told: list[float] = []
    NetworkOperator(*one.arguments).apply(np.ones((TANH.parameters, 4)), progress=told.append)
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert told[0] > 0.0


def test_progress_can_stop_a_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "WORKSPACE", 1 << 10)
    one = network(TANH, samples=50)
    operator = NetworkOperator(*one.arguments)
    vector = np.ones(TANH.parameters)

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operator.apply(vector, stop)
    np.testing.assert_allclose(operator.apply(vector), network_hessian(*one.arguments) @ vector, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_single_precision_is_as_good_as_its_rounding(loss: str) -> None:
    one = network(Architecture((20, 30, 20, 5), activation="relu", loss=loss), samples=50)
    vector = np.random.default_rng(3).normal(size=one.architecture.parameters)
    single = [matrix.astype(np.float32) for matrix in one.parameters]
    found = NetworkOperator(one.architecture, single, one.inputs, one.targets).apply(vector)
    expected = NetworkOperator(*one.arguments).apply(vector)
    assert found.dtype == np.float32
    # Sums of at most 50 terms in a chain of six products: below 6 · 50 · 2^-24 = 2e-5 of what is summed; outputs of
    # some hundreds inside a softmax lose as much again of themselves.
    assert np.linalg.norm(found - expected) < 2e-4 * np.linalg.norm(expected)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("activation", ["linear", "relu", "gelu"])
def test_products_stay_on_the_device_of_their_arrays(
    part: Any, activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operators, "WORKSPACE", 200)
    one = network(Architecture((3, 4, 3, 2), bias=True, activation=activation, loss="cross-entropy"))

    def there(array: Any) -> Any:
        return array_api_strict.asarray(array, device=SECOND)

    arguments = one.architecture, [there(matrix) for matrix in one.parameters], there(one.inputs), there(one.targets)
    vectors = np.random.default_rng(4).normal(size=(one.architecture.parameters, 3))
    found = NetworkOperator(*arguments, part).apply(there(vectors))
    assert found.device == SECOND
    on_host = array_api_strict.asarray(found, device=array_api_strict.Device("CPU_DEVICE"))
    expected = network_hessian(*one.arguments, part) @ vectors
    np.testing.assert_allclose(to_numpy(on_host), expected, atol=1e-12)
    assert NetworkOperator(*arguments, part).columns([0]).device == SECOND


def test_vectors_in_any_layout_and_of_any_type_give_the_same() -> None:
    one = network(TANH)
    operator = NetworkOperator(*one.arguments)
    vectors = np.random.default_rng(5).integers(-9, 10, (TANH.parameters, 4))
    expected = network_hessian(*one.arguments) @ vectors
    for given_as in (vectors, np.asfortranarray(vectors), vectors.astype(np.float32), np.repeat(vectors, 2, 1)[:, ::2]):
        before = given_as.copy()
        np.testing.assert_allclose(operator.apply(given_as), expected, atol=1e-11)
        assert (given_as == before).all()
    np.testing.assert_allclose(operator.apply(vectors[:, 2]), expected[:, 2], atol=1e-11)


@pytest.mark.parametrize("loss", LOSSES)
def test_factors_of_the_curvature_multiply_to_it(loss: str) -> None:
    rng = np.random.default_rng(6)
    outputs, targets = rng.normal(size=(4, 3)), rng.random((4, 3))
    slope, weight, pair = loss_factors(loss, outputs, targets)
    expected_slope, curvature = loss_derivatives(loss, outputs, targets)
    built = np.stack([np.diag(row) for row in weight])
    if pair is not None:
        built = built - np.einsum("na,nb->nab", *pair)
    np.testing.assert_allclose(built, curvature, atol=1e-15)
    np.testing.assert_array_equal(slope, expected_slope)
    assert (pair is None) == (loss != "cross-entropy")


def test_a_negative_number_to_be_kept_is_refused() -> None:
    with pytest.raises(UnusableRequest, match="-1 numbers to be kept"):
        NetworkOperator(*network(TANH).arguments, kept=-1)
