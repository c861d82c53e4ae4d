"""Products with the Jacobian and its transpose against the assembled Jacobian, and what is refused."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest
from network_examples import Network, every, network

from hessproof.numeric.network import operators
from hessproof.numeric.network.forward import network_jacobian
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.network.products_jacobian import JacobianOperator
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

ELU = Architecture((3, 4, 3, 2), bias=True, activation="elu", loss="cross-entropy")


def _sides(one: Network, count: int) -> tuple[Any, Any, Any]:
    jacobian = network_jacobian(*one.arguments[:3])
    rng = np.random.default_rng(0)
    return jacobian, rng.normal(size=(jacobian.shape[1], count)), rng.normal(size=(jacobian.shape[0], count))


def test_products_are_those_of_the_matrix_for_every_activation() -> None:
    for one in every(((3, 2), (3, 4, 1, 2))):
        jacobian, right, left = _sides(one, 2)
        operator = JacobianOperator(*one.arguments[:3])
        np.testing.assert_allclose(operator.apply(right), jacobian @ right, atol=1e-11)
        np.testing.assert_allclose(operator.apply_transposed(left), jacobian.T @ left, atol=1e-11)


@pytest.mark.parametrize("workspace", [1, 300, 1 << 22])
@pytest.mark.parametrize("kept", [0, 1 << 20])
def test_products_do_not_depend_on_how_they_are_cut(workspace: int, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "WORKSPACE", workspace)
    one = network(ELU, samples=9)
    jacobian, right, left = _sides(one, 3)
    operator = JacobianOperator(*one.arguments[:3], kept=kept)
    told: list[float] = []
    for _ in range(2):
        np.testing.assert_allclose(operator.apply(right, told.append), jacobian @ right, atol=1e-12)
        np.testing.assert_allclose(operator.apply_transposed(left, told.append), jacobian.T @ left, atol=1e-12)
    assert told.count(1.0) == 4
    np.testing.assert_allclose(operator.apply(right[:, 0]), jacobian @ right[:, 0], atol=1e-12)
    np.testing.assert_allclose(operator.apply_transposed(left[:, 0]), jacobian.T @ left[:, 0], atol=1e-12)
    assert operator.apply(right[:, :0]).shape == (18, 0)
    assert operator.apply_transposed(left[:, :0]).shape == (39, 0)


def test_the_gauss_newton_matrix_is_made_of_both() -> None:
    one = network(Architecture((3, 4, 2), activation="softplus"), samples=6)
    vector = np.ones(one.architecture.parameters)
    jacobian = JacobianOperator(*one.arguments[:3])
    expected = NetworkOperator(*one.arguments, "outer").apply(vector)
    np.testing.assert_allclose(jacobian.apply_transposed(jacobian.apply(vector)) / 6, expected, atol=1e-12)


def test_products_stay_on_the_device_of_their_arrays() -> None:
    one, second = network(ELU), array_api_strict.Device("device1")
    jacobian, right, left = _sides(one, 2)

    def there(array: Any) -> Any:
        return array_api_strict.asarray(array, device=second)

    operator = JacobianOperator(ELU, [there(matrix) for matrix in one.parameters], there(one.inputs))
    for found, expected in (
        (operator.apply(there(right)), jacobian @ right),
        (operator.apply_transposed(there(left)), jacobian.T @ left),
    ):
        assert found.device == second
        on_host = array_api_strict.asarray(found, device=array_api_strict.Device("CPU_DEVICE"))
        np.testing.assert_allclose(np.asarray(on_host), expected, atol=1e-12)


def test_control_other_weights_and_samples_are_noticed() -> None:
    one = network(ELU)
    jacobian, right, left = _sides(one, 1)
    for layer in range(1, 3):
        matrices = [matrix.copy() for matrix in one.parameters]
        matrices[layer][0, 0] += 0.5
        operator = JacobianOperator(ELU, matrices, one.inputs)
        assert np.abs(operator.apply(right) - jacobian @ right).max() > 1e-3
        assert np.abs(operator.apply_transposed(left) - jacobian.T @ left).max() > 1e-3
    swapped = JacobianOperator(ELU, one.parameters, one.inputs[::-1])
    assert np.abs(swapped.apply(right) - jacobian @ right).max() > 1e-3


def test_wrong_vectors_are_refused() -> None:
    operator = JacobianOperator(*network(ELU).arguments[:3])
    with pytest.raises(UnusableRequest, match=r"vectors of shape \(2, 1\): expected 39 or 39 × n"):
        operator.apply(np.ones(2))
    with pytest.raises(UnusableRequest, match=r"vectors of shape \(39, 1\): expected 10 or 10 × n"):
        operator.apply_transposed(np.ones((39, 1)))
    with pytest.raises(UnusableRequest, match="-1 numbers to be kept"):
        JacobianOperator(*network(ELU).arguments[:3], kept=-1)
