"""Is a point critical, for which targets, and with how many negative eigenvalues?

A point at which ∇𝓛 is small need not be near a critical point. Two statements can be made about it.

* *Certified*: Newton's method from there converges (Newton–Kantorovich). With β = ‖H^{-1}‖, η = |H^{-1}∇𝓛| and K a
  Lipschitz constant of H in the ball of radius 2η, βηK ≤ ½ means that a critical point lies within 2η, and if
  2ηK < 1/β its Hessian has as many negative eigenvalues as H (Weyl). The numbers are floating-point numbers.
* *Unclear*: certified, but some eigenvalue lies between the last two of `THRESHOLDS`, nearly a zero mode.
* *Critical for nearby targets*: ∇𝓛 = Je/m is linear in the targets. The smallest change δ of the targets that makes
  the point critical is J⁺(m∇𝓛), of squared length m ∇𝓛⊤H_0⁺∇𝓛. The point is then an exact critical point of the same
  inputs with other targets, whose energy and Hessian are known; how far these lie from the drawn ones is the distance
  ‖δ‖/‖Y‖.

Everything else is discarded, and counted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import optimize

from hessproof.numeric.critical_points.reduced import Array, Problem
from hessproof.numeric.network.activations import activate

Kind = Literal["certified", "unclear", "nearby", "flat", "discarded"]
"""certified; certified without a clear index; critical for targets within `NEARBY`; critical only as weights go to
infinity; none of these."""

NEARBY = 0.1
"""Largest distance of the changed targets. It changes ε by at most 1 % of the energy of silence: ½·0.1² of ½."""
ZERO = 1e-9
"""An eigenvalue this small against the largest is a zero mode: rounding of H is near 1e-15 ‖H‖ √512, squared twice."""
THRESHOLDS = (1e-6, 1e-9, 1e-12)
"""Shares of the largest eigenvalue below which an eigenvalue is a zero mode; rounding is near 1e-14 of the largest.
The last two have to agree; the first, which real eigenvalues do fall below, is shown beside them."""
LARGEST_SLOPES = (1.0, 4.0 / (3.0 * np.sqrt(3.0)), 2.0)
"""max |tanh′|, max |tanh″|, max |tanh‴|."""


@dataclass(frozen=True)
class Judged:
    """What is known of one point.

    Args:
        kind: See the module.
        energy: ε = 𝓛/n, for the changed targets if ``kind`` is nearby.
        index: Negative eigenvalues of H beyond the zero modes.
        zeros: Zero modes.
        parameters: Rows of H.
        gradient: |∇𝓛| for the drawn targets.
        distance: ‖δ‖/‖Y‖ of the nearest targets for which the point is critical.
        smallest: min |λ|.
        kantorovich: βηK; at most ½ if certified. None if H is singular in floating point.
        largest_row: Longest row of W¹.
        scale: Mean square of the targets for which the energy is; ε is proportional to it (W² scales with the targets).
        indices: The index at each of `THRESHOLDS`.
    """

    kind: Kind
    energy: float
    index: int
    zeros: int
    parameters: int
    gradient: float
    distance: float
    smallest: float
    kantorovich: float | None
    largest_row: float
    scale: float
    indices: tuple[int, ...]

    @property
    def share(self) -> float:
        """α."""
        return self.index / self.parameters

    def record(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "indices": list(self.indices)}


def polished(problem: Problem, theta: Array) -> Array:
    """Newton's method of a library on ∇𝓛 = 0 with the Hessian as its Jacobian; the better of start and end."""
    found = optimize.root(problem.gradient, theta, jac=problem.hessian, method="hybr", options={"maxfev": 20})
    better = np.linalg.norm(problem.gradient(found.x)) < np.linalg.norm(problem.gradient(theta))
    return np.asarray(found.x) if better else theta


def nearest_targets(problem: Problem, theta: Array) -> tuple[Problem, float]:
    """The nearest targets for which θ is critical, and their distance ‖δ‖/‖Y‖.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> one = Problem(rng.standard_normal((20, 2)), rng.standard_normal((20, 2)))
        >>> theta = rng.standard_normal(8)
        >>> moved, distance = nearest_targets(one, theta)
        >>> bool(np.linalg.norm(moved.gradient(theta)) < 1e-13 < distance)
        True
    """
    gradient = problem.gradient(theta)
    values, vectors = np.linalg.eigh(problem.hessian(theta, "outer"))
    parts = vectors.T @ gradient
    kept = values > ZERO * 1e-3 * values[-1]  # J has to be known to a relative 1e-6 only
    dual = vectors[:, kept] @ (parts[kept] / values[kept])
    change = _along(problem, theta, dual)
    moved = replace(problem, targets=problem.targets + change)
    return moved, float(np.linalg.norm(change) / np.linalg.norm(problem.targets))


def _along(problem: Problem, theta: Array, direction: Array) -> Array:
    """J⊤v: the derivative of the outputs in a direction, m × n_2. Lowering e by it lowers ∇𝓛 by H_0 v."""
    first, last = problem.matrices(theta)
    turned_first, turned_last = problem.matrices(direction)
    before = problem.inputs @ first.T
    hidden, slope = activate(problem.activation, before, (0, 1))
    result: Array = hidden @ turned_last.T + (slope * (problem.inputs @ turned_first.T)) @ last.T
    return result


def lipschitz(problem: Problem, theta: Array, radius: float) -> float:
    """A bound on ‖D³𝓛‖ within a ball about θ, for tanh and data x, e of known size.

    With |φ| ≤ √n_1 and c_k = max |φ^(k)|, the outputs' first three derivatives in a direction of length one are at most
    f_1 = √n_1 + w c_1 |x|, f_2 = 2c_1|x| + w c_2|x|² and f_3 = 3c_2|x|² + w c_3|x|³, w = ‖W²‖ + r, and
    |D³𝓛| ≤ (1/m) Σ 3 f_1 f_2 + (|e| + r f_1) f_3. A symmetric form is as large as its largest value on one vector.
    """
    one, two, three = LARGEST_SLOPES
    first, last = problem.matrices(theta)
    size = np.linalg.norm(problem.inputs, axis=1)
    weight = float(np.linalg.norm(last, 2)) + radius
    error = np.linalg.norm(np.tanh(problem.inputs @ first.T) @ last.T - problem.targets, axis=1)
    slope = np.sqrt(len(first)) + weight * one * size
    bend = 2 * one * size + weight * two * size**2
    turn = 3 * two * size**2 + weight * three * size**3
    return float(np.mean(3 * slope * bend + (error + radius * slope) * turn))


def judged(problem: Problem, theta: Array, nearby: float = NEARBY) -> Judged:
    """Judge a point.

    Args:
        problem: Data; the activation is tanh.
        theta: The point.
        nearby: Largest distance of changed targets that is accepted.
    """
    gradient = problem.gradient(theta)
    values, vectors = np.linalg.eigh(problem.hessian(theta))
    smallest = float(np.abs(values).min())
    size = float(np.linalg.norm(gradient))
    flat = smallest <= ZERO * float(np.abs(values).max())
    kantorovich = None if flat else _kantorovich(problem, theta, values, vectors.T @ gradient)
    row = float(np.linalg.norm(problem.matrices(theta)[0], axis=1).max())
    energy, distance, kind = problem.energy(theta), 0.0, "certified"
    scale = float((problem.targets**2).mean())
    if kantorovich is None or kantorovich > 0.5:
        moved, distance = nearest_targets(problem, theta)
        kind = "nearby" if distance <= nearby else "discarded"
        if kind == "nearby":
            energy, values = moved.energy(theta), np.linalg.eigvalsh(moved.hessian(theta))
            scale = float((moved.targets**2).mean())
        if size <= 1e-9 and flat:
            kind = "flat"
    largest = float(np.abs(values).max())
    indices = tuple(int((values < -share * largest).sum()) for share in THRESHOLDS)
    if kind == "certified" and len(set(indices[1:])) > 1:
        kind = "unclear"
    zero = ZERO * largest
    return Judged(
        kind, energy, int((values < -zero).sum()), int((np.abs(values) <= zero).sum()), values.size, size, distance,  # type: ignore[arg-type]
        smallest, kantorovich, row, scale, indices,
    )  # fmt: skip


def _kantorovich(problem: Problem, theta: Array, values: Array, parts: Array) -> float:
    """βηK with K in the ball of radius 2η."""
    beta, newton = 1 / float(np.abs(values).min()), float(np.linalg.norm(parts / values))
    return beta * newton * lipschitz(problem, theta, 2 * newton)
