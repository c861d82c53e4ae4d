"""Assembled Hessians of networks against their operator, their Jacobian, and the kernels of linear networks."""

from __future__ import annotations

import tracemalloc
import warnings
from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_examples import PARTS, Network, every, network

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.kernels import hessian
from hessproof.numeric.network import accumulate
from hessproof.numeric.network.hessians import (
    network_column_block,
    network_forward,
    network_gradient,
    network_hessian,
    network_jacobian,
    network_loss,
)
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.network.parameters import matrix_shapes, unflatten
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest

DEEP = Architecture((3, 2, 3, 4, 2), bias=True, activation="tanh", loss="cross-entropy")


@pytest.mark.long
def test_blocks_and_directional_derivatives_give_the_same_matrix() -> None:
    for one in every():
        for part in PARTS:
            assembled = network_hessian(*one.arguments, part)
            columns = NetworkOperator(*one.arguments, part).columns(range(one.architecture.parameters))
            np.testing.assert_allclose(assembled, columns, atol=1e-11)
            assert (assembled == assembled.T).all()


@pytest.mark.slow
@settings(max_examples=40)
@given(
    widths=st.lists(st.integers(1, 4), min_size=2, max_size=6),
    bias=st.booleans(),
    activation=st.sampled_from(ACTIVATIONS),
    loss=st.sampled_from(LOSSES),
    samples=st.integers(1, 4),
    seed=st.integers(0, 2**16),
)
def test_so_they_do_on_networks_of_any_shape(
    widths: list[int], bias: bool, activation: str, loss: str, samples: int, seed: int
) -> None:
    one = network(Architecture(tuple(widths), bias=bias, activation=activation, loss=loss), samples, seed)
    for part in PARTS:
        columns = NetworkOperator(*one.arguments, part).apply(np.eye(one.architecture.parameters))
        np.testing.assert_allclose(network_hessian(*one.arguments, part), columns, atol=1e-11)


@pytest.mark.slow
def test_the_outer_part_is_the_jacobians_gram_matrix() -> None:
    for one in every():
        slopes = network_jacobian(*one.arguments[:3]).reshape(one.architecture.outputs, len(one.inputs), -1)
        _, curvature = loss_derivatives(one.architecture.loss, network_forward(*one.arguments[:3]), one.targets)
        gram = np.einsum("cnp,ncd,dnq->pq", slopes, curvature, slopes) / len(one.inputs)
        np.testing.assert_allclose(network_hessian(*one.arguments, "outer"), gram, atol=1e-11)


@pytest.mark.long
def test_the_two_parts_add_up_and_columns_are_columns() -> None:
    for one in every(((2, 3, 2, 2, 2),)):
        outer, functional, whole = (network_hessian(*one.arguments, part) for part in PARTS)
        np.testing.assert_allclose(outer + functional, whole, atol=1e-12)
        for layer, piece in enumerate(one.architecture.slices, start=1):
            for part, matrix in zip(PARTS, (outer, functional, whole), strict=True):
                np.testing.assert_array_equal(network_column_block(*one.arguments, layer, part), matrix[:, piece])


@pytest.mark.parametrize("widths", [(3, 2), (3, 4, 2), (4, 2, 3, 2)])
def test_linear_networks_have_the_hessian_of_their_moments(widths: tuple[int, ...]) -> None:
    one = network(Architecture(widths), samples=6)
    residual = network_forward(*one.arguments[:3]) - one.targets
    sigma, omega = one.inputs.T @ one.inputs / 6, residual.T @ one.inputs / 6
    for part in PARTS:
        expected = hessian(one.parameters, sigma, omega, part)
        np.testing.assert_allclose(network_hessian(*one.arguments, part), expected, atol=1e-12)


@pytest.mark.parametrize("smallest", [1, 300])
def test_chunks_of_any_size_give_the_same_matrix(smallest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one = network(DEEP, samples=7)
    whole = [network_hessian(*one.arguments, part) for part in PARTS]
    monkeypatch.setattr(accumulate, "SMALLEST", smallest)
    monkeypatch.setattr(accumulate, "SHARE", 10**9)
    for part, expected in zip(PARTS, whole, strict=True):
        np.testing.assert_allclose(network_hessian(*one.arguments, part), expected, atol=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_one_kernel_serves_every_array_library(activation: str) -> None:
    for loss in LOSSES:
        one = network(Architecture((2, 3, 2, 2), bias=loss != "mse", activation=activation, loss=loss))
        strict = (
            one.architecture,
            *([array_api_strict.asarray(matrix) for matrix in one.parameters],),
            array_api_strict.asarray(one.inputs),
            array_api_strict.asarray(one.targets),
        )
        for function in (network_forward, network_jacobian):
            np.testing.assert_allclose(to_numpy(function(*strict[:3])), function(*one.arguments[:3]), atol=1e-13)
        np.testing.assert_allclose(to_numpy(network_gradient(*strict)), network_gradient(*one.arguments), atol=1e-13)
        assert network_loss(*strict) == pytest.approx(network_loss(*one.arguments), rel=1e-13)
        for part in PARTS:
            expected = network_hessian(*one.arguments, part)
            assembled = network_hessian(*strict, part)
            assert isinstance(assembled, type(array_api_strict.asarray(0.0)))
            np.testing.assert_allclose(to_numpy(assembled), expected, atol=1e-12)
            vector = np.ones(one.architecture.parameters)
            product = NetworkOperator(*strict, part).apply(array_api_strict.asarray(vector))
            np.testing.assert_allclose(to_numpy(product), expected @ vector, atol=1e-12)


def test_the_type_of_the_parameters_is_kept_and_integers_become_float64() -> None:
    one = network(DEEP)
    single = network_hessian(DEEP, [matrix.astype(np.float32) for matrix in one.parameters], one.inputs, one.targets)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, network_hessian(*one.arguments), atol=1e-4)
    whole = Architecture((2, 2, 1), activation="relu")
    integers = network_hessian(
        whole, [np.eye(2, dtype=int), np.ones((1, 2), dtype=int)], np.eye(2, dtype=int), np.eye(2)[:, :1]
    )
    assert integers.dtype == np.float64


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_saturated_neurons_and_outputs_give_finite_numbers_without_a_warning(activation: str, loss: str) -> None:
    architecture = Architecture((1, 2, 2), bias=True, activation=activation, loss=loss)
    parameters = [np.asarray([[1000.0, 0.0], [-1000.0, 0.0]]), np.asarray([[30.0, 7.0, 1.0], [-20.0, 9.0, 0.0]])]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = Network(architecture, parameters, np.asarray([[1.0], [-1.0], [0.0]]), np.eye(2)[[0, 1, 0]])
        assert np.isfinite(network_hessian(*one.arguments)).all()
        assert np.isfinite(network_loss(*one.arguments))


def test_control_a_network_with_another_parameter_is_noticed() -> None:
    one = network(DEEP)
    expected = network_hessian(*one.arguments)
    for place in range(DEEP.parameters):
        vector = one.vector.copy()
        vector[place] += 2.0**-10
        assert np.abs(network_hessian(DEEP, unflatten(DEEP, vector), one.inputs, one.targets) - expected).max() > 1e-9


@pytest.mark.parametrize("dropped", ["_add_first_terms", "_add_second_terms", "_slopes_between", "_pulled_back"])
def test_control_every_term_of_a_block_is_needed(dropped: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = network(DEEP)
    expected = network_hessian(*one.arguments)
    real = getattr(accumulate, dropped)

    def without(*arguments: Any) -> Any:
        found = real(*arguments) if dropped in ("_slopes_between", "_pulled_back") else None
        return found if found is None else found * 0

    monkeypatch.setattr(accumulate, dropped, without)
    assert np.abs(network_hessian(*one.arguments) - expected).max() > 1e-6


def test_wrong_shapes_parts_layers_and_names_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = network(DEEP)
    with pytest.raises(UnusableRequest, match=r"parameters of shapes .* with bias; give one matrix \[W b\] a layer"):
        network_hessian(DEEP, [matrix[:, 1:] for matrix in one.parameters], one.inputs, one.targets)
    with pytest.raises(UnusableRequest, match=r"inputs of shape \(5, 2\): expected N × 3"):
        network_forward(DEEP, one.parameters, one.inputs[:, 1:])
    with pytest.raises(UnusableRequest, match=r"inputs of shape \(0, 3\): expected N × 3"):
        network_jacobian(DEEP, one.parameters, one.inputs[:0])
    with pytest.raises(UnusableRequest, match=r"targets of shape \(4, 2\): expected 5 × 2"):
        network_gradient(DEEP, one.parameters, one.inputs, one.targets[1:])
    with pytest.raises(UnusableRequest, match="part 'inner': expected one of outer, functional, loss"):
        network_hessian(*one.arguments, "inner")
    with pytest.raises(UnusableRequest, match="layer 5: expected 1 to 4"):
        network_column_block(*one.arguments, 5)
    with pytest.raises(UnusableRequest, match=r"a parameter vector of shape \(3,\)"):
        unflatten(DEEP, np.ones(3))
    large = Architecture((10**6, 10))
    shapes = [np.broadcast_to(np.float64(0), shape) for shape in matrix_shapes(large)]
    with pytest.raises(UnusableRequest, match="multiply by vectors instead"):
        network_hessian(large, shapes, np.zeros((1, 10**6)), np.zeros((1, 10)))


def test_everything_stays_on_the_device_of_its_arguments() -> None:
    device = array_api_strict.Device("device1")
    one = network(DEEP)
    inputs, targets, vector = (
        array_api_strict.asarray(array, device=device) for array in (one.inputs, one.targets, one.vector)
    )
    arguments = DEEP, [array_api_strict.asarray(matrix, device=device) for matrix in one.parameters], inputs, targets
    found = [function(*arguments) for function in (network_hessian, network_gradient)]
    found += [network_column_block(*arguments, 2, part) for part in PARTS]
    found += [NetworkOperator(*arguments).apply(vector), NetworkOperator(*arguments).columns([0])]
    found += [network_jacobian(*arguments[:3])]
    assert {array.device for array in found} == {device}
    assert network_loss(*arguments) == pytest.approx(network_loss(*one.arguments))


@pytest.mark.parametrize(
    ("widths", "part"),
    [((64, 20, 10), "functional"), ((150, 10), "loss"), ((2, 60, 20), "loss"), ((30, 10, 30, 10, 30), "loss")],
)
def test_memory_stays_within_twice_the_result(widths: tuple[int, ...], part: str) -> None:
    one = network(Architecture(widths, activation="tanh", loss="cross-entropy"), samples=400)
    tiny = network(Architecture((2, 2, 2, 2), activation="tanh", loss="cross-entropy"))
    network_hessian(*tiny.arguments)  # compiles the activation and the loss
    tracemalloc.start()
    try:
        size = network_hessian(*one.arguments, part).nbytes
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * size
