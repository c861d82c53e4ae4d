"""Activations and losses on arrays against mpmath, far into saturation, and on the strict array API."""

from __future__ import annotations

from typing import Any

import array_api_strict
import mpmath
import numpy as np
import pytest
import sympy

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.network.activations import activate, erf
from hessproof.numeric.network.losses import loss_derivatives, loss_values
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.nonlinear.activations import Z, activation

POINTS = np.asarray([-1000.0, -40.0, -3.5, -(2.0**-30), 0.0, 2.0**-30, 0.75, 20.0, 1000.0])
RELATIVE = {"linear", "relu", "leaky-relu", "sigmoid", "softplus"}
"""Those whose every digit is right, also where they are tiny."""


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_derivatives_are_accurate_everywhere(name: str) -> None:
    found = activation(name)
    for computed, stage in zip(activate(name, POINTS), (found, found.first, found.second), strict=True):
        exact = stage.definition
        below, above = (sympy.lambdify(Z, side, modules="mpmath") for side in (exact.below, exact.above))
        with mpmath.workdps(900):
            expected = [float((above if z > 0 else below)(mpmath.mpf(z))) for z in POINTS.tolist()]
        np.testing.assert_allclose(computed, expected, rtol=1e-15, atol=0.0 if name in RELATIVE else 1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_run_on_the_strict_array_api_in_any_shape(name: str) -> None:
    points = POINTS.reshape(3, 3)
    for ours, strict in zip(activate(name, points), activate(name, array_api_strict.asarray(points)), strict=True):
        assert isinstance(strict, type(array_api_strict.asarray(0.0)))
        np.testing.assert_array_equal(to_numpy(strict), ours)


def test_single_precision_stays_single() -> None:
    points = POINTS.astype(np.float32)
    assert {array.dtype for name in ACTIVATIONS for array in activate(name, points)} == {np.dtype(np.float32)}
    assert erf(array_api_strict.asarray(points)).dtype == array_api_strict.float32


def precise(name: str, outputs: list[Any], targets: list[Any]) -> tuple[Any, list[Any], list[list[Any]]]:
    """ℓ, δ and Λ by hand, at mpmath's precision."""
    pairs = list(zip(outputs, targets, strict=True))
    places = range(len(outputs))
    if name == "mse":
        diagonal = [mpmath.mpf(1)] * len(pairs)
        value, slope = sum((f - y) ** 2 for f, y in pairs) / 2, [f - y for f, y in pairs]
    elif name == "cosh":
        slope = [mpmath.tanh(f - y) for f, y in pairs]
        value, diagonal = sum(mpmath.log(mpmath.cosh(f - y)) for f, y in pairs), [1 - s**2 for s in slope]
    else:
        total, mass = sum(map(mpmath.exp, outputs)), sum(targets)
        p = [mpmath.exp(f) / total for f in outputs]
        value = -sum(y * mpmath.log(each) for y, each in zip(targets, p, strict=True))
        slope = [mass * each - y for y, each in zip(targets, p, strict=True)]
        return value, slope, [[mass * (p[a] * (a == b) - p[a] * p[b]) for b in places] for a in places]
    return value, slope, [[diagonal[a] * (a == b) for b in places] for a in places]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("targets", [[0.0, 1.0, 0.0], [0.25, 0.5, 0.25], [0.5, 2.0, 0.0]])
def test_losses_are_accurate_for_small_and_large_outputs(name: str, targets: list[float]) -> None:
    for outputs in ([0.5, -0.25, 1.0], [30.0, -7.0, 2.0], [1000.0, 0.0, -1000.0], [1e4, 1e4, 1e4]):
        with mpmath.workdps(1000):
            value, slope, curvature = precise(name, list(map(mpmath.mpf, outputs)), list(map(mpmath.mpf, targets)))
            expected = (
                float(value),
                [float(each) for each in slope],
                [[float(each) for each in row] for row in curvature],
            )
        arrays = np.asarray([outputs]), np.asarray([targets])
        found = loss_derivatives(name, *arrays)
        np.testing.assert_allclose(loss_values(name, *arrays), expected[0], rtol=1e-15, atol=1e-15)
        np.testing.assert_allclose(found[0][0], expected[1], rtol=1e-15, atol=1e-15)
        np.testing.assert_allclose(found[1][0], expected[2], rtol=1e-15, atol=1e-15)


def test_unknown_names_are_refused_by_the_kernels_too() -> None:
    with pytest.raises(UnusableRequest, match="activation 'swish'"):
        activate("swish", POINTS)
    for function in (loss_values, loss_derivatives):
        with pytest.raises(UnusableRequest, match="loss 'hinge'"):
            function("hinge", np.ones((1, 1)), np.ones((1, 1)))
