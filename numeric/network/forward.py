"""Outputs, loss, gradient and Jacobian of a network with any activation.

z^l = P^l ã^{l-1}, a^l = σ(z^l) for l < L, F = z^L, with P^l = [W^l b^l] and ã = (a, 1) with bias, P^l = W^l and ã = a
without. Means are over samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import array_api_compat

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.network.activations import activate
from hessproof.numeric.network.losses import loss_derivatives, loss_values
from hessproof.numeric.network.parameters import Parameters, checked, flatten, with_one
from hessproof.symbolic.architecture import Architecture


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """What the samples meet on their way through the network; every array has one row a sample.

    Args:
        weights: W^1, …, W^L, without the biases.
        inputs: ã^0, …, ã^{L-1}: what each P^l multiplies.
        slopes: σ′(z^1), …, σ′(z^{L-1}); none if they were not asked for.
        bends: σ″(z^1), …, σ″(z^{L-1}); none if they were not asked for.
        outputs: F, N × K.
    """

    weights: tuple[Array, ...]
    inputs: tuple[Array, ...]
    slopes: tuple[Array, ...]
    bends: tuple[Array, ...]
    outputs: Array


def forward_pass(
    architecture: Architecture, matrices: Sequence[Array], inputs: Array, orders: tuple[int, ...] = (0, 1, 2)
) -> ForwardPass:
    """All layers of the network; shapes are taken as checked.

    Args:
        architecture: Widths, bias and activation.
        matrices: P^1, …, P^L.
        inputs: x, N × d.
        orders: (0,), (0, 1) or (0, 1, 2): which derivatives of the activation are kept.
    """
    current, met = inputs, []
    derivatives: list[list[Array]] = [[], []]
    last = len(matrices) - 1
    for layer, matrix in enumerate(matrices):
        met.append(with_one(current, architecture.bias))
        current = met[-1] @ matrix.T
        if layer < last:
            current, *rest = activate(architecture.activation, current, orders)
            for kept, one in zip(derivatives, rest, strict=False):
                kept.append(one)
    weights = tuple(matrix[:, :-1] if architecture.bias else matrix for matrix in matrices)
    return ForwardPass(weights, tuple(met), tuple(derivatives[0]), tuple(derivatives[1]), current)


def network_forward(architecture: Architecture, parameters: Parameters, inputs: Array) -> Array:
    """F on samples, N × K.

    Args:
        architecture: Widths, bias and activation.
        parameters: P^1, …, P^L.
        inputs: x, N × d.

    Raises:
        UnusableRequest: If a shape does not fit.

    Example:
        >>> import numpy as np
        >>> relu = Architecture((1, 2, 1), activation="relu")
        >>> network_forward(relu, [np.asarray([[2.0], [-1.0]]), np.asarray([[1.0, 1.0]])], np.asarray([[3.0]])).tolist()
        [[6.0]]
    """
    matrices, x, _ = checked(architecture, parameters, inputs)
    current = x
    for matrix in matrices[:-1]:
        (current,) = activate(architecture.activation, with_one(current, architecture.bias) @ matrix.T, (0,))
    return with_one(current, architecture.bias) @ matrices[-1].T


def network_loss(architecture: Architecture, parameters: Parameters, inputs: Array, targets: Array) -> float:
    """Mean of ℓ(F(x), y) over the samples.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If a shape does not fit.

    Example:
        >>> import numpy as np
        >>> network_loss(Architecture((1, 1)), [np.asarray([[2.0]])], np.asarray([[1.0]]), np.asarray([[5.0]]))
        4.5
    """
    matrices, x, y = checked(architecture, parameters, inputs, targets)
    values = loss_values(architecture.loss, network_forward(architecture, matrices, x), y)
    return float(namespace_of(values).mean(values))


def network_gradient(architecture: Architecture, parameters: Parameters, inputs: Array, targets: Array) -> Array:
    """∂/∂θ of the mean loss, a vector of p numbers in the order of ``Architecture.slices``.

    With g^l = ∂ℓ/∂z^l, g^L = δ and g^l = σ′(z^l) ⊙ W^{l+1⊤} g^{l+1}, the layer's block is the mean of g^l ã^{l-1⊤}.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If a shape does not fit.

    Example:
        >>> import numpy as np
        >>> network_gradient(
        ...     Architecture((1, 1), bias=True), [np.asarray([[2.0, 1.0]])], np.asarray([[3.0]]), np.asarray([[5.0]])
        ... ).tolist()
        [6.0, 2.0]
    """
    matrices, x, y = checked(architecture, parameters, inputs, targets)
    state = forward_pass(architecture, matrices, x)
    residual, _ = loss_derivatives(architecture.loss, state.outputs, y)
    back = residual / x.shape[0]
    pieces = []
    for layer in range(len(matrices) - 1, -1, -1):
        pieces.append(back.T @ state.inputs[layer])
        if layer:
            back = (back @ state.weights[layer]) * state.slopes[layer - 1]
    return flatten(pieces[::-1])


def network_jacobian(architecture: Architecture, parameters: Parameters, inputs: Array) -> Array:
    """∂F/∂θ on samples, K·N × p, rows ordered by output, then sample, as ``hessproof.numeric.kernels.jacobian`` does.

    Block l of the row of (output c, sample n) is D^l_{c•} ⊗ ã^{l-1}, with D^l = ∂F/∂z^l.

    Args:
        architecture: Widths, bias and activation.
        parameters: P^1, …, P^L.
        inputs: x, N × d.

    Raises:
        UnusableRequest: If a shape does not fit.

    Example:
        >>> import numpy as np
        >>> tanh = Architecture((1, 1, 1), activation="tanh")
        >>> network_jacobian(tanh, [np.asarray([[0.0]]), np.asarray([[3.0]])], np.asarray([[5.0]])).tolist()
        [[15.0, 0.0]]
    """
    matrices, x, _ = checked(architecture, parameters, inputs)
    state = forward_pass(architecture, matrices, x)
    xp = namespace_of(x)
    count, outputs = x.shape[0], architecture.outputs
    like = state.outputs
    eye = xp.eye(outputs, dtype=like.dtype, device=array_api_compat.device(like))
    slope = xp.broadcast_to(eye[:, None, :], (outputs, count, outputs))
    pieces = []
    for layer in range(len(matrices) - 1, -1, -1):
        block = slope[:, :, :, None] * state.inputs[layer][None, :, None, :]
        pieces.append(xp.reshape(block, (outputs * count, -1)))
        if layer:
            slope = (slope @ state.weights[layer]) * state.slopes[layer - 1][None, :, :]
    return xp.concat(pieces[::-1], axis=1)
