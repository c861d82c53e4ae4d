"""Matrix-free products against the assembled matrix."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from numeric_examples import BY_NAME, small_instances

from hessproof.numeric import operators
from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.balance import scaled
from hessproof.numeric.instance import Instance
from hessproof.numeric.kernels import hessian
from hessproof.numeric.operators import HessianOperator
from hessproof.symbolic.errors import UnusableRequest

PARTS: tuple[Any, ...] = ("outer", "functional", "loss")


def batch(instance: Instance, columns: int) -> Any:
    rng = np.random.default_rng(0)
    return rng.integers(-9, 10, (instance.architecture.parameters, columns)).astype(object)


@settings(max_examples=60)
@given(small_instances())
def test_operators_are_the_matrices_exactly(instance: Instance) -> None:
    vectors = batch(instance, 2)
    for part in PARTS:
        arguments = instance.weights, instance.sigma, instance.omega, part
        expected = hessian(*arguments) @ vectors
        operator = HessianOperator(*arguments)
        assert (operator.apply(vectors) == expected).all()
        assert (operator @ vectors[:, 0] == expected[:, 0]).all()


@pytest.mark.parametrize("part", PARTS)
def test_operators_run_on_the_strict_array_api(part: Any) -> None:
    for name in ("deep", "one layer", "s below q"):
        instance = BY_NAME[name].make()
        weights, sigma, omega = scaled(instance)
        strict = [array_api_strict.asarray(matrix) for matrix in (*weights, sigma, omega)]
        vectors = batch(instance, 3).astype(float)
        result = HessianOperator(strict[:-2], *strict[-2:], part).apply(array_api_strict.asarray(vectors))
        np.testing.assert_allclose(to_numpy(result), hessian(weights, sigma, omega, part) @ vectors, atol=1e-9)


def test_large_batches_are_done_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = BY_NAME["bottleneck"].make()
    operator = HessianOperator(instance.weights, instance.sigma, instance.omega)
    vectors = batch(instance, 7)
    whole = operator.apply(vectors)
    monkeypatch.setattr(operators, "WORKSPACE", 1)
    told: list[float] = []
    assert (operator.apply(vectors, told.append) == whole).all()
    assert told == [number / 7 for number in range(1, 8)]
    assert operator.apply(vectors[:, :0]).shape == (operator.shape[0], 0)


def test_control_a_wrong_weight_is_noticed() -> None:
    instance = BY_NAME["bottleneck"].make()
    other = [*instance.weights[:-1], instance.weights[-1] + 1]
    vectors = batch(instance, 1)
    expected = hessian(instance.weights, instance.sigma, instance.omega) @ vectors
    assert (HessianOperator(other, instance.sigma, instance.omega).apply(vectors) != expected).any()


def test_wrong_shapes_and_parts_are_refused() -> None:
    instance = BY_NAME["one layer"].make()
    with pytest.raises(UnusableRequest, match="part 'all'"):
        HessianOperator(instance.weights, instance.sigma, instance.omega, "all")  # type: ignore[arg-type]
    operator = HessianOperator(instance.weights, instance.sigma, instance.omega)
    with pytest.raises(UnusableRequest, match=r"vectors of shape \(11,\): expected 12 or 12 × n"):
        operator.apply(np.zeros(11))
