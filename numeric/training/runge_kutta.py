"""Gradient flow by the classical Runge-Kutta method with a fixed step; Hessians by central differences of a gradient.

A second way beside :mod:`hessproof.numeric.training.flow` and the kernels, with nothing in common with either.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from hessproof.numeric.training.initialisation import Array, Parameters
from hessproof.numeric.training.trajectory import Gradient
from hessproof.symbolic.errors import UnusableRequest


def fixed_step_flow(gradient: Gradient, start: Sequence[Array], time: float, step: float) -> Parameters:
    """The parameters at ``time`` under Ẇ = −∂𝓛/∂W, by steps of order four.

    Args:
        gradient: ∂𝓛/∂W of the parameters.
        start: Parameters at t = 0.
        time: When to stop; the step is shortened so that it divides the time.
        step: Largest step. It must be below 2.7 divided by the largest curvature met.

    Raises:
        UnusableRequest: If time or step is not positive, or the parameters stop being finite.

    Example:
        >>> [end] = fixed_step_flow(lambda w: w, [np.ones((1, 1))], 1.0, 0.01)
        >>> abs(float(end[0, 0]) - float(np.exp(-1))) < 1e-9
        True
    """
    if not (math.isfinite(time) and time > 0 and math.isfinite(step) and step > 0):
        raise UnusableRequest(f"time {time} with step {step}", "positive numbers", "give for instance 10 and 0.01")
    count = math.ceil(time / step)
    h = time / count
    now = [np.array(matrix, dtype=np.float64) for matrix in start]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(count):
            one = gradient(now)
            two = gradient([w - h / 2 * g for w, g in zip(now, one, strict=True)])
            three = gradient([w - h / 2 * g for w, g in zip(now, two, strict=True)])
            four = gradient([w - h * g for w, g in zip(now, three, strict=True)])
            slopes = zip(now, one, two, three, four, strict=True)
            now = [w - h / 6 * (a + 2 * b + 2 * c + d) for w, a, b, c, d in slopes]
    if not all(np.isfinite(matrix).all() for matrix in now):
        raise UnusableRequest(f"gradient flow with step {step:g}", "a path that stays finite", "give a smaller step")
    return tuple(now)


def difference_hessian(gradient: Gradient, parameters: Sequence[Array], step: float = 1e-4) -> Array:
    """∂²𝓛/∂θ² by central differences of the gradient, symmetrised; its error is of order step² and 1e-16/step.

    Example:
        >>> difference_hessian(lambda w: [2 * w[0]], [np.ones((1, 2))]).round(6).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
    """
    shapes = [matrix.shape for matrix in parameters]
    flat = np.concatenate([np.asarray(matrix, dtype=np.float64).reshape(-1) for matrix in parameters])
    cuts = np.cumsum([math.prod(shape) for shape in shapes])[:-1]

    def at(point: Array) -> Array:
        parts = [piece.reshape(shape) for piece, shape in zip(np.split(point, cuts), shapes, strict=True)]
        return np.concatenate([g.reshape(-1) for g in gradient(parts)])

    rows = []
    for place in range(len(flat)):
        shift = np.zeros_like(flat)
        shift[place] = step
        rows.append((at(flat + shift) - at(flat - shift)) / (2 * step))
    hessian = np.array(rows)
    return np.asarray((hessian + hessian.T) / 2)
