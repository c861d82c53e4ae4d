"""Hessians from complex steps, in the parameters and in the neurons, against the assembled ones."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.spectra.complex_step import ACTIVATIONS, complex_step_hessian
from hessproof.numeric.spectra.neuron_step import neuron_step_hessian
from hessproof.symbolic.architecture import LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest


def drawn(architecture: Architecture, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((rows, cols + architecture.bias)) for rows, cols in architecture.weight_shapes]
    targets = np.eye(architecture.outputs)[rng.integers(0, architecture.outputs, 6)]
    return weights, rng.standard_normal((6, architecture.inputs)), targets


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bias", [False, True])
def test_every_part_agrees_with_the_assembled_hessian(activation: str, loss: str, bias: bool) -> None:
    architecture = Architecture((3, 4, 2, 2), bias=bias, activation=activation, loss=loss)
    given = drawn(architecture)
    for part in ("loss", "outer", "functional"):
        expected = network_hessian(architecture, *given, part)
        assert np.abs(complex_step_hessian(architecture, *given, part) - expected).max() < 1e-12
    if not bias:
        assert np.abs(neuron_step_hessian(architecture, *given) - network_hessian(architecture, *given)).max() < 1e-12


@pytest.mark.parametrize("activation", ["relu", "tanh", "softplus"])
def test_many_digits_agree_with_float64(activation: str) -> None:
    architecture = Architecture((2, 2, 2), activation=activation, loss="cross-entropy")
    given = drawn(architecture, 1)
    precise = complex_step_hessian(architecture, *given, digits=40)
    assert isinstance(precise[0, 0], mpmath.mpf)
    assert np.abs(precise.astype(float) - network_hessian(architecture, *given)).max() < 1e-14


def test_what_has_no_complex_form_is_refused() -> None:
    architecture = Architecture((2, 2, 2), activation="gelu")
    with pytest.raises(UnusableRequest, match="network_hessian"):
        complex_step_hessian(architecture, *drawn(architecture))
    biased = Architecture((2, 2, 2), bias=True)
    with pytest.raises(UnusableRequest, match="complex_step_hessian"):
        neuron_step_hessian(biased, *drawn(biased))
