"""Gradient descent W ← W − η ∂𝓛/∂W, and the gradient of the mean squared error by backpropagation over samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hessproof.numeric.training.initialisation import Array, Parameters
from hessproof.numeric.training.trajectory import Gradient, Trajectory, check_times, continued
from hessproof.symbolic.errors import UnusableRequest


def gradient_descent(gradient: Gradient, start: Sequence[Array], steps: Sequence[int], *, rate: float) -> Trajectory:
    """Steps W ← W − η ∂𝓛/∂W; the parameters after each number of steps in ``steps`` are kept.

    Raises:
        UnusableRequest: If the numbers of steps do not increase from 0 or more, the rate is not positive, or the
            parameters stop being finite.

    Example:
        >>> path = gradient_descent(lambda w: [w[0]], [np.ones((1, 1))], [0, 1, 3], rate=0.5)
        >>> [float(state[0][0, 0]) for state in path.states]
        [1.0, 0.5, 0.125]
    """
    check_times([float(step) for step in steps], rate=rate)
    now = tuple(np.array(matrix, dtype=np.float64) for matrix in start)
    kept, done = [], int(steps[0])
    for wanted in steps:
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(wanted - done):
                now = tuple(w - rate * g for w, g in zip(now, gradient(now), strict=True))
        if not all(np.isfinite(matrix).all() for matrix in now):
            raise UnusableRequest(f"gradient descent at rate {rate:g}", "a path that stays finite", "lower the rate")
        done = wanted
        kept.append(now)
    return Trajectory("descent", rate, tuple(map(float, steps)), tuple(kept), evaluations=int(steps[-1] - steps[0]))


def extended_descent(path: Trajectory, gradient: Gradient, steps: Sequence[int]) -> Trajectory:
    """The path and its continuation to more steps, at the same rate.

    Raises:
        UnusableRequest: If a number of steps is not larger than the last one of the path.

    Example:
        >>> path = gradient_descent(lambda w: [w[0]], [np.ones((1, 1))], [0, 1], rate=0.5)
        >>> float(extended_descent(path, lambda w: [w[0]], [3]).states[-1][0][0, 0])
        0.125
    """
    more = gradient_descent(gradient, path.states[-1], [int(path.times[-1]), *steps], rate=path.rate)
    return continued(path, more)


def sample_gradient(inputs: Array, targets: Array) -> Gradient:
    """The gradient of ½ mean ‖F(x) − y‖² of a linear network, by backpropagation over samples.

    Args:
        inputs: x as rows, N × d.
        targets: y as rows, N × K.

    Returns:
        A function of the weights W^1, …, W^L.

    Example:
        >>> gradient = sample_gradient(np.array([[1.0]]), np.array([[3.0]]))
        >>> [float(g[0, 0]) for g in gradient([np.array([[1.0]]), np.array([[2.0]])])]
        [-2.0, -1.0]
    """
    columns, wanted = inputs.T / np.sqrt(len(inputs)), targets.T / np.sqrt(len(inputs))

    def gradient(weights: Sequence[Array]) -> Parameters:
        activations = [columns]
        for matrix in weights:
            activations.append(matrix @ activations[-1])
        error = activations.pop() - wanted
        found = []
        for matrix, activation in zip(reversed(weights), reversed(activations), strict=True):
            found.append(error @ activation.T)
            error = matrix.T @ error
        return tuple(reversed(found))

    return gradient
