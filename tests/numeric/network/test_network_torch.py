"""Hessians of networks against PyTorch's automatic differentiation of PyTorch's own activations and losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from network_examples import Network, every, network

from hessproof.numeric.network.hessians import (
    network_forward,
    network_gradient,
    network_hessian,
    network_jacobian,
    network_loss,
)
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture

pytestmark = [pytest.mark.autodiff, pytest.mark.filterwarnings("ignore:.*torch.jit")]
torch = pytest.importorskip("torch", reason="PyTorch is not installed; `tox -e autodiff` installs it")

THEIRS: dict[str, Any] = {
    "linear": lambda z: z,
    "relu": torch.nn.functional.relu,
    "leaky-relu": torch.nn.functional.leaky_relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "elu": torch.nn.functional.elu,
    "softplus": torch.nn.functional.softplus,
    "gelu": torch.nn.functional.gelu,
    "silu": torch.nn.functional.silu,
}


def outputs_of(one: Network, vector: Any) -> Any:
    """F in PyTorch."""
    architecture, current = one.architecture, torch.tensor(one.inputs)
    for number, piece in enumerate(architecture.slices):
        matrix = vector[piece].reshape(architecture.weight_shapes[number][0], -1)
        weight, bias = (matrix[:, :-1], matrix[:, -1]) if architecture.bias else (matrix, None)
        current = torch.nn.functional.linear(current, weight, bias)
        if number < architecture.layers - 1:
            current = THEIRS[architecture.activation](current)
    return current


def loss_of(one: Network, vector: Any) -> Any:
    """The mean loss in PyTorch."""
    outputs, targets = outputs_of(one, vector), torch.tensor(one.targets)
    if one.architecture.loss == "mse":
        values = ((outputs - targets) ** 2).sum(dim=1) / 2
    elif one.architecture.loss == "cosh":
        values = torch.log(torch.cosh(outputs - targets)).sum(dim=1)
    else:
        values = torch.nn.functional.cross_entropy(outputs, targets, reduction="none")
    return values.mean()


def test_loss_gradient_jacobian_and_hessian_agree() -> None:
    for one in every(((3, 2), (3, 4, 2), (2, 3, 4, 2), (3, 2, 3, 2, 2))):
        vector = torch.tensor(one.vector)
        outputs = outputs_of(one, vector).numpy()
        np.testing.assert_allclose(network_forward(*one.arguments[:3]), outputs, atol=1e-12)
        assert network_loss(*one.arguments) == pytest.approx(loss_of(one, vector).item(), rel=1e-12)
        gradient = torch.func.grad(lambda theta, one=one: loss_of(one, theta))(vector).numpy()
        np.testing.assert_allclose(network_gradient(*one.arguments), gradient, atol=1e-12)
        slopes = torch.func.jacrev(lambda theta, one=one: outputs_of(one, theta))(vector).numpy()
        expected = slopes.transpose(1, 0, 2).reshape(-1, one.architecture.parameters)
        np.testing.assert_allclose(network_jacobian(*one.arguments[:3]), expected, atol=1e-12)
        matrix = torch.func.hessian(lambda theta, one=one: loss_of(one, theta))(vector).numpy()
        np.testing.assert_allclose(network_hessian(*one.arguments), matrix, atol=1e-11)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_larger_network_agrees_along_directions(name: str, loss: str) -> None:
    one = network(Architecture((16, 12, 8, 5), bias=True, activation=name, loss=loss), samples=40)
    one = Network(one.architecture, [matrix / 4 for matrix in one.parameters], one.inputs, one.targets)
    rng = np.random.default_rng(0)
    gradient = torch.func.grad(lambda theta: loss_of(one, theta))
    whole, operator = network_hessian(*one.arguments), NetworkOperator(*one.arguments)
    for _ in range(3):
        direction = rng.normal(size=one.architecture.parameters)
        _, expected = torch.func.jvp(gradient, (torch.tensor(one.vector),), (torch.tensor(direction),))
        np.testing.assert_allclose(whole @ direction, expected.numpy(), atol=1e-10)
        np.testing.assert_allclose(operator @ direction, expected.numpy(), atol=1e-10)


@pytest.mark.parametrize("name", ["relu", "leaky-relu"])
def test_slopes_at_a_kink_are_theirs(name: str) -> None:
    architecture = Architecture((1, 1, 1), activation=name)
    one = Network(architecture, [np.zeros((1, 1)), np.ones((1, 1))], np.ones((1, 1)), np.zeros((1, 1)))
    expected = torch.func.jacrev(lambda theta: outputs_of(one, theta))(torch.tensor(one.vector)).numpy()
    np.testing.assert_array_equal(network_jacobian(*one.arguments[:3]), expected.reshape(1, 2))
