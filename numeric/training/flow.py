r"""Gradient flow Ẇ^l = −η ∂𝓛/∂W^l, integrated by SciPy's explicit Runge-Kutta method of order 8 (``DOP853``).

The method keeps its local error below ``absolute + relative·|W|`` by choosing its steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.integrate import solve_ivp

from hessproof.numeric.training.initialisation import Array, Parameters
from hessproof.numeric.training.trajectory import Gradient, Trajectory, check_times, continued
from hessproof.symbolic.errors import UnusableRequest


def gradient_flow(
    gradient: Gradient,
    start: Sequence[Array],
    times: Sequence[float],
    *,
    rate: float = 1.0,
    relative: float = 1e-10,
    absolute: float = 1e-13,
) -> Trajectory:
    """Integrate Ẇ = −η ∂𝓛/∂W from t = ``times[0]`` and keep the parameters at ``times``.

    Args:
        gradient: ∂𝓛/∂W of the parameters, a matrix for each of them.
        start: Parameters at ``times[0]``.
        times: Increasing, finite, at least one.
        rate: η > 0.
        relative: Relative tolerance of one step.
        absolute: Absolute tolerance of one step.

    Raises:
        UnusableRequest: If the times do not increase, a rate or tolerance is not positive, or the integrator fails,
            as it does where the loss is not finite.

    Example:
        >>> path = gradient_flow(lambda w: [2 * w[0]], [np.ones((1, 1))], [0.0, 0.5])
        >>> round(float(path.states[-1][0][0, 0]), 9)  # exp(-1)
        0.367879441
    """
    check_times(times, rate=rate, relative_tolerance=relative, absolute_tolerance=absolute)
    shapes = [matrix.shape for matrix in start]

    def velocity(_: float, flat: Array) -> Array:
        return -rate * _flat(gradient(_parted(flat, shapes)))

    states: list[Parameters] = [tuple(np.array(matrix, dtype=np.float64) for matrix in start)]
    evaluations = 0
    if len(times) > 1:
        with np.errstate(over="ignore", invalid="ignore"):
            solution = solve_ivp(
                velocity, (times[0], times[-1]), _flat(start), method="DOP853", t_eval=list(times), rtol=relative,
                atol=absolute,
            )  # fmt: skip
        if not solution.success or not np.isfinite(solution.y).all():
            raise UnusableRequest(
                f"gradient flow to t = {times[-1]:g}: {solution.message}", "a path that stays finite",
                "start nearer to a minimum or stop earlier",
            )  # fmt: skip
        states += [_parted(column, shapes) for column in solution.y.T[1:]]
        evaluations = int(solution.nfev)
    return Trajectory("flow", rate, tuple(map(float, times)), tuple(states), relative, absolute, evaluations)


def extended_flow(path: Trajectory, gradient: Gradient, times: Sequence[float]) -> Trajectory:
    """The path and its continuation to later times, with the same rate and tolerances.

    Raises:
        UnusableRequest: If a time is not later than the last one of the path.

    Example:
        >>> path = gradient_flow(lambda w: [2 * w[0]], [np.ones((1, 1))], [0.0, 0.25])
        >>> round(float(extended_flow(path, lambda w: [2 * w[0]], [0.5]).states[-1][0][0, 0]), 9)
        0.367879441
    """
    later = (path.times[-1], *map(float, times))
    more = gradient_flow(
        gradient, path.states[-1], later, rate=path.rate, relative=path.relative, absolute=path.absolute
    )
    return continued(path, more)


def _flat(parameters: Sequence[Array]) -> Array:
    return np.concatenate([np.asarray(matrix, dtype=np.float64).reshape(-1) for matrix in parameters])


def _parted(flat: Array, shapes: Sequence[tuple[int, ...]]) -> Parameters:
    cuts = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    return tuple(piece.reshape(shape) for piece, shape in zip(np.split(flat, cuts), shapes, strict=True))
