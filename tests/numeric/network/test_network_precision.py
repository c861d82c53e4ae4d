"""Derivatives of networks against differences at high precision and complex steps of the loss by its definition."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from network_examples import Network, defined_loss, defined_outputs, network
from scipy import special

from hessproof.numeric.network.hessians import network_gradient, network_hessian, network_jacobian, network_loss
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.nonlinear.activations import Z, activation

STEP = 1e-40
"""A complex step has no cancellation, so it can be this small."""


def precise(name: str) -> Any:
    """σ at mpmath's precision, from its definition."""
    found = activation(name).definition
    below, above = (sympy.lambdify(Z, side, modules="mpmath") for side in (found.below, found.above))
    return lambda z: above(z) if z > 0 else below(z)


def on_complex_numbers(name: str) -> Any:
    """σ for complex arguments near the real axis, from its definition."""
    found = activation(name).definition
    below, above = (
        sympy.lambdify(Z, side, modules=[{"erf": special.erf}, "numpy"]) for side in (found.below, found.above)
    )
    return lambda z: above(z) if z.real > 0 else below(z)


def defined(name: str, exp: Any, log: Any, cosh: Any) -> Any:
    def value(outputs: list[Any], targets: list[Any]) -> Any:
        if name == "mse":
            return sum((f - y) ** 2 for f, y in zip(outputs, targets, strict=True)) / 2
        if name == "cosh":
            return sum(log(cosh(f - y)) for f, y in zip(outputs, targets, strict=True))
        total = sum(exp(f) for f in outputs)
        return -sum(y * log(exp(f) / total) for f, y in zip(outputs, targets, strict=True))

    return value


def precise_loss(one: Network, vector: list[Any]) -> Any:
    functions = {
        "activation": precise(one.architecture.activation),
        "loss": defined(one.architecture.loss, mpmath.exp, mpmath.log, mpmath.cosh),
    }
    return defined_loss(one, vector, mpmath.mpf, functions)


def second_difference(one: Network, i: int, j: int, step: Any) -> Any:
    """[f(++) − f(+−) − f(−+) + f(−−)] / 4h², with an error of order h²."""
    total = mpmath.mpf(0)
    for first in (1, -1):
        for second in (1, -1):
            vector = [mpmath.mpf(entry) for entry in one.vector.tolist()]
            vector[i] += first * step
            vector[j] += second * step
            total += first * second * precise_loss(one, vector)
    return total / (4 * step**2)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "name"), list(enumerate(ACTIVATIONS)))
def test_hessians_are_second_differences_at_fifty_digits(number: int, name: str) -> None:
    architecture = Architecture((2, 2, 3, 2), bias=True, activation=name, loss=LOSSES[number % 3])
    one = network(architecture, samples=1, seed=number + 1)
    expected = network_hessian(*one.arguments)
    places = np.random.default_rng(number).integers(0, architecture.parameters, (25, 2)).tolist()
    with mpmath.workdps(50):
        for i, j in places:
            found = second_difference(one, i, j, mpmath.mpf(10) ** -12)
            assert float(found) == pytest.approx(expected[i, j], abs=1e-13, rel=1e-11)
        assert float(precise_loss(one, list(map(mpmath.mpf, one.vector.tolist())))) == pytest.approx(
            network_loss(*one.arguments), rel=1e-13
        )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradients_and_jacobians_are_complex_steps(name: str) -> None:
    for number, loss in enumerate(LOSSES):
        architecture = Architecture((2, 3, 2, 2), bias=number != 0, activation=name, loss=loss)
        one = network(architecture, samples=2, seed=number)
        activate = on_complex_numbers(name)
        functions = {"activation": activate, "loss": defined(loss, np.exp, np.log, np.cosh)}
        gradient, slopes = network_gradient(*one.arguments), network_jacobian(*one.arguments[:3])
        for place in range(architecture.parameters):
            vector = one.vector.astype(complex)
            vector[place] += 1j * STEP
            step = defined_loss(one, vector.tolist(), np.complex128, functions).imag / STEP
            assert step == pytest.approx(gradient[place], abs=1e-13, rel=1e-12)
            for sample, x in enumerate(one.inputs):
                outputs = defined_outputs(one, vector.tolist(), x.astype(complex).tolist(), np.complex128, activate)
                found = [output.imag / STEP for output in outputs]
                np.testing.assert_allclose(slopes[sample::2, place], found, atol=1e-13, rtol=1e-12)


def test_control_a_difference_that_leaves_out_a_sample_is_noticed() -> None:
    architecture = Architecture((2, 2, 2), activation="sigmoid", loss="cross-entropy")
    one = network(architecture, samples=2)
    fewer = Network(architecture, one.parameters, one.inputs[:1], one.targets[:1])
    with mpmath.workdps(50):
        found = second_difference(fewer, 0, 5, mpmath.mpf(10) ** -12)
    assert abs(float(found) - network_hessian(*one.arguments)[0, 5]) > 1e-6
