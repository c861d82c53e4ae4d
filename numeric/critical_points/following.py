"""Towards a critical point: down along most eigenvectors of the Hessian, up along the first k.

In the eigenbasis of ∇²r, eigenvalues in rising order, a step is −s_i c_i/|λ_i| along vector i, with c_i the part of the
gradient, s_i = −1 for the first k and +1 for the others, and no part longer than `PART`. Near a nondegenerate critical
point of index k these are Newton's steps. Unlike a descent of |∇r|², the method does not come to rest where the
gradient of |∇r|² vanishes and ∇r does not: a sign does not change because an eigenvalue is small. (Index-k saddle
dynamics: Yin, Zhang & Zhang 2019; partitioned steps: Cerjan & Miller 1981.)

A k that is kept for good often belongs to no critical point within reach: units then turn without end into steps, and
their rows of W¹ grow. So k is counted anew every few steps, unless it is given. A unit at a critical point needs
n_0 + 1 samples (in general position) at which tanh still bends, since Σ_μ (W²⊤e_μ)_a s_μ x_μ = 0 there; where a row is
long few are left, and following gives up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hessproof.numeric.critical_points.reduced import Array, Problem, Reduced

PART = 0.1
"""Longest step along one eigenvector. Three times longer steps jump over the bend of tanh and leave units flat."""
WHOLE = 1.5
"""Longest step; near what 256 parts of which a few are longest come to."""
TRUSTED, NEAR = 2.0, 1e-2
"""Newton's whole step is tried if not longer than this, below this gradient, and kept if it halves the gradient."""
RENEWED = 10
"""Steps for which k is kept. With 5 fewer runs arrive (signs flip back and forth), with 40 more rows run away."""
LONGEST, SPARE = 8, 4.0
"""Following gives up when a row of W¹ is longer than m/8 + 4: about m/|row| samples lie where tanh bends."""
SMALL = 1e-11
"""Gradient at which following ends; rounding of ∇𝓛 is near 1e-15 for data of size one."""


@dataclass(frozen=True)
class Followed:
    """Where following has ended.

    Args:
        point: The last point.
        index: k at the end.
        iterations: Steps taken.
        arrived: Whether the gradient is at most `SMALL`.
    """

    point: Reduced
    index: int
    iterations: int
    arrived: bool


def follow(problem: Problem, first: Array, index: int | None = None, iterations: int = 80) -> Followed:
    """Follow until the gradient is at rounding, or a row of W¹ is too long, or for so many steps.

    Args:
        problem: Data and activation.
        first: W¹ of the start.
        index: k; counted every `RENEWED` steps if None.
        iterations: Most steps.

    Example:
        >>> rng = np.random.default_rng(3)
        >>> one = Problem(rng.standard_normal((12, 2)), rng.standard_normal((12, 2)))
        >>> found = follow(one, rng.standard_normal((2, 2)), index=0, iterations=5)
        >>> found.index, found.iterations <= 5
        (0, True)
    """
    point = problem.reduced(first)
    shape, longest = first.shape, problem.samples / LONGEST + SPARE
    signs = index
    for taken in range(iterations + 1):
        values, vectors = np.linalg.eigh(point.hessian)
        if index is None and (signs is None or taken % RENEWED == 0):
            signs = int((values < 0).sum())
        rows = np.linalg.norm(point.theta[: first.size].reshape(shape), axis=1)
        if taken == iterations or point.size <= SMALL or rows.max() > longest:
            break
        point = _next(problem, point, values, vectors, signs or 0, shape)
    return Followed(point, signs or 0, taken, point.size <= SMALL)


def _next(
    problem: Problem, point: Reduced, values: Array, vectors: Array, index: int, shape: tuple[int, ...]
) -> Reduced:
    first = point.theta[: point.gradient.size]
    parts = vectors.T @ point.gradient
    scaled = parts / np.maximum(np.abs(values), 1e-14)  # no eigenvalue is known to more than 1e-14
    if point.size < NEAR and np.linalg.norm(scaled) < TRUSTED:
        newton = (first - vectors @ (np.sign(values) * scaled)).reshape(shape)
        if np.linalg.norm(problem.gradient(problem.best_last(newton))[: first.size]) < 0.5 * point.size:
            return problem.reduced(newton)
    signs = np.where(np.arange(values.size) < index, -1.0, 1.0)
    step = -(vectors @ (signs * np.clip(scaled, -PART, PART)))
    step *= min(1.0, WHOLE / max(float(np.linalg.norm(step)), 1e-300))
    return problem.reduced((first + step).reshape(shape))
