r"""The Hessian of a network by one complex step for each neuron, not for each parameter.

Row (i, j) of layer l of the Hessian is the derivative of the gradient along W^l_ij, which moves z^l_i by a^{l-1}_j.
With

    T^{l,i}_n = Im[(g^k a^{k-1⊤})_n at z^l_i + ih] / h,   k ≥ l,

the samples' gradients along z^l_i, the row is (1/N) Σ_n a^{l-1}_{j,n} T^{l,i}_n, and what is left of it follows by
symmetry. First derivatives of activations and losses are all that is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.spectra.complex_step import STEP, first_derivatives, residual_of
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[Any]


def neuron_step_hessian(
    architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array
) -> Array:
    """H_L of the mean loss, p × p, for a network without bias.

    Args:
        architecture: Widths, activation (one of `hessproof.numeric.spectra.complex_step.ACTIVATIONS`) and loss.
        parameters: W^l, M_l × M_{l-1}.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If there are biases, or the activation has no complex form.

    Example:
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> neuron_step_hessian(Architecture((1, 1, 1)), weights, np.ones((1, 1)), np.ones((1, 1))).tolist()
        [[9.0, 11.0], [11.0, 4.0]]
    """
    if architecture.bias:
        raise UnusableRequest(f"{architecture} with bias", "a network without bias", "use complex_step_hessian")
    value, slope = first_derivatives(architecture.activation)
    residual, count = residual_of(architecture.loss), len(inputs)
    weights = [np.asarray(weight, dtype=np.float64) for weight in parameters]
    depth, slices = len(weights), architecture.slices
    layers: list[Array] = [np.asarray(inputs, dtype=np.complex128)]
    sums: list[Array] = []
    for number, weight in enumerate(weights, start=1):
        sums.append(layers[-1] @ weight.T)
        layers.append(value(sums[-1]) if number < depth else sums[-1])
    result = np.zeros((architecture.parameters, architecture.parameters))
    for layer in range(depth):
        before = layers[layer].real
        for neuron in range(weights[layer].shape[0]):
            moved = sums[layer].copy()
            moved[:, neuron] += 1j * STEP
            now, current = [], moved
            for number in range(layer, depth):
                now.append(current)
                if number + 1 < depth:
                    current = value(current) @ weights[number + 1].T
            delta = residual(now[-1], np.asarray(targets))
            start = slices[layer].start + neuron * before.shape[1]
            rows = slice(start, start + before.shape[1])
            for number in range(depth - 1, layer - 1, -1):
                into = value(now[number - layer - 1]) if number > layer else layers[layer]
                change = delta.imag[:, :, None] * into.real[:, None, :]
                if number > layer:
                    change += delta.real[:, :, None] * into.imag[:, None, :]
                result[rows, slices[number]] = before.T @ change.reshape(count, -1) / (STEP * count)
                if number > layer:
                    delta = (delta @ weights[number]) * slope(now[number - layer - 1])
    for k in range(depth):
        for l in range(k + 1, depth):
            result[slices[l], slices[k]] = result[slices[k], slices[l]].T
    return np.asarray((result + result.T) / 2)
