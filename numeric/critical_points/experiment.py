"""The experiment of Figure 6: runs from random data and weights to a point that is judged, one record a run."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import optimize

from hessproof.numeric.critical_points.draws import Array, Source, drawn_data, first_weights, samples_for
from hessproof.numeric.critical_points.following import follow
from hessproof.numeric.critical_points.judged import judged, polished
from hessproof.numeric.critical_points.reduced import Problem

Protocol = Literal["descent", "prescribed"]
"""descent: some steps downhill, then towards an index found on the way. prescribed: from the start to a drawn one."""

STEPS = (0.3, 1.85)
"""log10 of the first and last number of descent steps: 2 to 70, with density rising from 0, so that two thirds of the
runs start where α is small. After more some row of W¹ is already too long."""
MOST = 0.13
"""Largest prescribed share of negative eigenvalues, as a share of all parameters: beyond the α ≤ 0.1 of the fits."""
ITERATIONS = 120
"""Steps of following: nine of ten runs that arrive at all within 250 steps do so within these."""


def run(
    ratio: float,
    seed: int,
    width: int = 16,
    protocol: Protocol = "descent",
    source: Source = "gaussian",
    iterations: int = ITERATIONS,
) -> dict[str, Any]:
    """One run: draw data and weights, go to a critical point, judge it.

    Args:
        ratio: φ = 2n/m.
        seed: Seed of data, weights and of where descent ends.
        width: n.
        protocol: How the critical point is looked for.
        source: Inputs.
        iterations: Most steps of following.

    Returns:
        The record of the point, with what was asked, in JSON values.

    Example:
        >>> one = run(0.5, 1, width=3, iterations=20)
        >>> one["samples"], one["parameters"], one["kind"] in ("certified", "unclear", "nearby", "flat", "discarded")
        (12, 18, True)
    """
    samples = samples_for(width, ratio)
    problem = Problem(*drawn_data(width, samples, seed, source))
    rng = np.random.default_rng((seed, 2))
    first, index = first_weights(width, width, seed), None
    steps = 0
    if protocol == "descent":
        steps = round(10 ** rng.triangular(STEPS[0], STEPS[1], STEPS[1]))
        first = descended(problem, first, steps)
    else:
        index = int(rng.uniform(0, MOST) * 2 * width**2)
    found = follow(problem, first, index, iterations)
    theta = polished(problem, found.point.theta) if found.point.size <= 1e-6 else found.point.theta
    return {
        "ratio": 2 * width / samples, "samples": samples, "seed": seed, "protocol": protocol, "source": source,
        "steps": steps, "asked": found.index, "iterations": found.iterations, **judged(problem, theta).record(),
    }  # fmt: skip


def descended(problem: Problem, first: Array, steps: int) -> Array:
    """W¹ after so many iterations of L-BFGS on r."""
    shape = first.shape
    found = optimize.minimize(
        lambda flat: _value(problem, flat.reshape(shape)), first.ravel(), jac=True, method="L-BFGS-B",
        options={"maxiter": steps, "maxfun": 3 * steps + 10},
    )  # fmt: skip
    return np.asarray(found.x).reshape(shape)


def minimiser(
    ratio: float, seed: int, width: int = 16, steps: int = 2000, source: Source = "gaussian"
) -> dict[str, Any]:
    """The end of a long descent: energy, gradient, index, and how far the weights went.

    Example:
        >>> one = minimiser(0.5, 1, width=2, steps=50)
        >>> one["energy"] < 0.5 and one["samples"] == 8
        True
    """
    samples = samples_for(width, ratio)
    problem = Problem(*drawn_data(width, samples, seed, source))
    theta = problem.best_last(descended(problem, first_weights(width, width, seed, 1.0), steps))
    return {"ratio": 2 * width / samples, "samples": samples, "seed": seed, **judged(problem, theta).record()}


def _value(problem: Problem, first: Array) -> tuple[float, Array]:
    theta = problem.best_last(first)
    width = problem.targets.shape[1]
    return problem.energy(theta) * width, problem.gradient(theta)[: first.size]
