"""Hessians of tiny networks against SymPy's second derivatives of the loss by its definition."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from network_examples import Network, defined_loss, network

from hessproof.numeric.network.hessians import network_hessian
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.nonlinear.activations import Z, activation


def symbolic_loss(name: str, outputs: list[Any], targets: list[Any]) -> Any:
    pairs = list(zip(outputs, targets, strict=True))
    if name == "mse":
        return sum((f - y) ** 2 for f, y in pairs) / 2
    if name == "cosh":
        return sum(sympy.log(sympy.cosh(f - y)) for f, y in pairs)
    return -sum(y * (f - sympy.log(sum(map(sympy.exp, outputs)))) for f, y in pairs)


def second_derivatives(one: Network) -> Any:
    """The Hessian from SymPy, at 30 digits."""
    architecture = one.architecture
    rule = activation(architecture.activation).definition.value
    symbols = list(sympy.symbols(f"t0:{architecture.parameters}", real=True))
    functions = {
        "activation": lambda z: rule.subs(Z, z),
        "loss": lambda outputs, targets: symbolic_loss(architecture.loss, outputs, targets),
    }
    whole = defined_loss(one, symbols, sympy.Rational, functions)
    compiled = sympy.lambdify(symbols, sympy.hessian(whole, symbols), modules="mpmath", cse=True)
    with mpmath.workdps(30):
        return np.asarray(compiled(*map(mpmath.mpf, one.vector.tolist())).tolist(), dtype=float)


def agree(widths: tuple[int, ...], bias: bool, name: str, loss: str, samples: int = 1, seed: int = 1) -> None:
    one = network(Architecture(widths, bias=bias, activation=name, loss=loss), samples, seed)
    np.testing.assert_allclose(network_hessian(*one.arguments), second_derivatives(one), atol=1e-13, rtol=1e-12)


@pytest.mark.long
@pytest.mark.parametrize(("number", "name"), list(enumerate(ACTIVATIONS)))
def test_every_activation(number: int, name: str) -> None:
    agree((1, 1, 2), True, name, LOSSES[number % 3])
    agree((1, 1, 1, 1), False, name, "mse")


@pytest.mark.long
@pytest.mark.parametrize(("number", "name"), list(enumerate(ACTIVATIONS)))
def test_every_activation_with_every_loss_and_bias(number: int, name: str) -> None:
    for loss in LOSSES:
        agree((1, 1, 2), loss == LOSSES[(number + 1) % 3], name, loss, seed=2)
    agree((1, 1, 1, 1), True, name, "mse", samples=2, seed=3)
    agree((1, 1, 1, 1, 1), False, name, "mse", seed=4)
