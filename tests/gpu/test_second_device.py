"""The stand-in for CUDA notices what CUDA would, and everything that takes ``--device`` runs on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import array_api_strict
import numpy as np
import pytest
from second_device import DEVICE, SECOND, moved

from hessproof.numeric import arrays
from hessproof.numeric.arrays import namespace_of, placed, to_numpy, wait_for
from hessproof.numeric.bias.words import words_of
from hessproof.numeric.instance import generic_instance
from hessproof.numeric.kernels import Factors
from hessproof.numeric.network.activations import activate
from hessproof.numeric.network.forward import network_gradient, network_loss
from hessproof.numeric.network.hessians import network_column_block, network_hessian
from hessproof.numeric.network.losses import loss_derivatives, loss_values
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.network.parameters import flatten, matrix_shapes, unflatten
from hessproof.numeric.random_matrices.matrices import eigenvalues, factor, gram, wigner
from hessproof.numeric.random_matrices.sums import block_spectrum, sum_spectrum
from hessproof.numeric.ranks import measure
from hessproof.numeric.two_layer.parts import hessian_parts
from hessproof.proofs_check.cli.main import run
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """``cuda`` is array-api-strict on its second device."""
    monkeypatch.setattr(arrays, "_cupy", lambda: (SECOND, ""))
    monkeypatch.setattr(arrays, "cuda_name", lambda: "a stand-in")


WRONG: dict[str, Callable[[Any], object]] = {
    "numpy.asarray": np.asarray,
    "a sum with an array of the other device": lambda array: array + array_api_strict.ones(3),
    "a sum with an array of NumPy": lambda array: array + np.ones(3),
    "a function of NumPy": np.sum,
    "an index of the other device": lambda array: array_api_strict.take(array, array_api_strict.asarray([0])),
    "a function outside the standard": lambda array: namespace_of(array).hypot2(array),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_stand_in_refuses_what_cuda_refuses(name: str) -> None:
    with pytest.raises((TypeError, ValueError, RuntimeError, AttributeError)):
        WRONG[name](SECOND.ones(3))


def test_arrays_go_to_a_device_and_come_back() -> None:
    there = placed([1, 2], moved([0.0]), array_api_strict.float64)
    assert there.device == DEVICE
    assert to_numpy(there).tolist() == [1.0, 2.0]
    assert placed(np.asarray([3, 4]), np.zeros(1)).dtype == np.int64
    assert (
        SECOND.zeros(2).device == SECOND.asarray([1.0]).device == SECOND.astype(there, SECOND.float32).device == DEVICE
    )
    wait_for(there)


@pytest.mark.long
@pytest.mark.parametrize("bias", [False, True])
def test_every_activation_and_loss_runs_on_a_second_device(bias: bool) -> None:
    rng = np.random.default_rng(2)
    for activation in ACTIVATIONS:
        for loss in LOSSES:
            network = Architecture((3, 4, 2, 3), bias=bias, activation=activation, loss=loss)
            parameters = [rng.normal(size=shape) for shape in matrix_shapes(network)]
            x, y = rng.normal(size=(5, 3)), np.abs(rng.normal(size=(5, 3)))
            vectors = rng.normal(size=(network.parameters, 2))
            there = [moved(matrix) for matrix in parameters], moved(x), moved(y)
            for part in ("outer", "functional", "loss"):
                wanted = network_hessian(network, parameters, x, y, part)  # type: ignore[arg-type]
                found = network_hessian(network, *there, part)  # type: ignore[arg-type]
                np.testing.assert_allclose(to_numpy(found), wanted, rtol=1e-12, atol=1e-12)
                products = NetworkOperator(network, *there, part).apply(moved(vectors))  # type: ignore[arg-type]
                np.testing.assert_allclose(to_numpy(products), wanted @ vectors, rtol=1e-10, atol=1e-10)
            block = network_column_block(network, *there, 2)
            np.testing.assert_allclose(
                to_numpy(block), network_column_block(network, parameters, x, y, 2), rtol=1e-12, atol=1e-12
            )
            slope = network_gradient(network, *there)
            np.testing.assert_allclose(
                to_numpy(slope), network_gradient(network, parameters, x, y), rtol=1e-12, atol=1e-12
            )
            assert network_loss(network, *there) == pytest.approx(network_loss(network, parameters, x, y))


def test_smaller_kernels_stay_on_a_second_device() -> None:
    z = moved([[-1.0, 0.5], [2.0, 0.0]])
    for name in ACTIVATIONS:
        assert {array.device for array in activate(name, z)} == {DEVICE}
    for loss in LOSSES:
        assert {array.device for array in (*loss_derivatives(loss, z, abs(z)), loss_values(loss, z, abs(z)))} == {
            DEVICE
        }
    network = Architecture((2, 2, 1), bias=True)
    there = flatten(unflatten(network, moved(np.arange(9.0))))
    assert there.device == DEVICE
    weights = [moved(np.ones((2, 3))), moved(np.ones((1, 3)))]
    factors = Factors(weights, moved(np.eye(3)), moved(np.ones((1, 3))), bias=True)
    assert words_of(factors).word((factors_chain(),)).device == DEVICE
    one = moved([[1.0]])
    assert {part.device for part in hessian_parts(one, one, one, one, "tanh")} == {DEVICE}


def factors_chain() -> Any:
    from hessproof.symbolic.terms import Chain

    return Chain(True, 2, 1)


@pytest.mark.usefixtures("stand_in")
def test_random_matrices_do_not_depend_on_the_device() -> None:
    for entries in ("normal", "sign", "uniform"):
        here = wigner(12, 2.0, entries=entries, seed=3)  # type: ignore[arg-type]
        there = wigner(12, 2.0, entries=entries, seed=3, device="cuda")  # type: ignore[arg-type]
        assert there.device == DEVICE
        assert (to_numpy(there) == here).all()
        np.testing.assert_allclose(eigenvalues(there), eigenvalues(here), atol=1e-12)
        for relu in (False, True):
            values = [
                sum_spectrum(12, 0.5, 0.5, relu=relu, entries=entries, seed=1, device=place).eigenvalues  # type: ignore[arg-type]
                for place in ("cpu", "cuda")
            ]
            np.testing.assert_allclose(*values, atol=1e-12)
    gram_there = gram(factor(4, 6, device="cuda"))
    assert gram_there.device == DEVICE
    np.testing.assert_allclose(block_spectrum(12, 0.5, 8, device="cuda"), block_spectrum(12, 0.5, 8), atol=1e-12)


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("bias", [False, True])
def test_ranks_do_not_depend_on_the_device(bias: bool) -> None:
    instance = generic_instance(Architecture((5, 4, 3, 4), bias=bias), 4, 3, seed=1)
    for engine in ("exact", "float"):
        for structured in (True, False):
            here, there = (
                measure(instance, engine, structured=structured, device=place)  # type: ignore[arg-type]
                for place in ("cpu", "cuda")
            )
            assert {key: rank.value for key, rank in there.items()} == {key: rank.value for key, rank in here.items()}


COMMANDS = (
    "rank 6-5-4",
    "rank 6-5-4 --bias",
    "rank 6-5-4 --engine float",
    "rank 6-5-4 --activation relu",
    "rank 6-5-4 --activation tanh --loss cross-entropy --engine float",
    "spectrum 5-4-3",
    "spectrum 5-4-3 --activation relu --loss cross-entropy",
    "bound 4-5-3 --samples 3",
    "bound 4-5-3 --samples 3 --activation tanh",
    "bound 4-5-3 --samples 3 --bias",
)


NOISE = ("seconds", "plan", "gap", "tolerance", "residual", "figures", "device")
"""What may differ: times, and numbers that are rounding errors."""


def differing(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two JSON objects differ by more than rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other} - set(NOISE))
        return [line for key in keys for line in differing(one.get(key), other.get(key), f"{place}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            line for i, pair in enumerate(zip(one, other, strict=True)) for line in differing(*pair, f"{place}/{i}")
        ]
    if isinstance(one, float) and isinstance(other, float):
        return [] if one == pytest.approx(other, rel=1e-9, abs=1e-9) else [f"{place}: {one}, {other}"]
    return [] if one == other else [f"{place}: {one}, {other}"]


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_prints_the_same_numbers_from_a_second_device(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for place in ("cpu", "cuda"):
        assert run([*words.split(), "--json", "--device", place]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert differing(*printed) == []
    assert differing(printed[0], {**printed[1], "parameters": 7}) != []


@pytest.mark.parametrize(
    "words", ["bound 3-2 --samples 2", "rank 3-2-2", "verify --engine gpu", "verify singh2021.vec"]
)
def test_cuda_that_is_not_there_is_one_line(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "_cupy", lambda: (None, "no CUDA device is visible"))
    assert run([*words.split(), "--device", "cuda"]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.count("\n") == 1
    assert "CuPy with a CUDA device, but no CUDA device is visible" in printed.err


def test_auto_says_what_it_took(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "_cupy", lambda: (None, "CuPy is not installed"))
    assert run(["bound", "3-2", "--samples", "2", "--device", "auto", "--json"]) == 0
    assert "device: cpu (CuPy is not installed)" in capsys.readouterr().err
