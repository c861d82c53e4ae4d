"""Many families of convex quadratic losses at once, in the coordinates of common eigenvectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Families:
    """B families of k + 1 losses ℓ_i(θ* + h) = a_i + ½ Σ λ_ij h_j², none with a slope at θ*.

    Args:
        k: Losses before the last one.
        change: |𝓛_{k+1} − 𝓛_k| at θ* + h.
        level: Largest a_i; all are at least 0.
        curvature: Largest λ_ij; all are at least 0.
        radius: ‖h‖.
    """

    k: int
    change: Floats
    level: Floats
    curvature: Floats
    radius: Floats


def drawn(rng: np.random.Generator, k: int, size: int, count: int) -> Families:
    """Families with that many parameters; in every third one the last loss differs as much as it can.

    Example:
        >>> found = drawn(np.random.default_rng(0), 1, 2, 6)
        >>> np.allclose(found.change[::3], (found.level + found.curvature * found.radius**2 / 2)[::3] / 2)
        True
    """
    levels = rng.uniform(0, 1, (count, k + 1)) * np.exp(rng.uniform(-3, 3, (count, 1)))
    values = rng.uniform(0, 1, (count, k + 1, size)) * np.exp(rng.uniform(-3, 3, (count, 1, 1)))
    levels[::3, :-1], values[::3, :-1], values[::3, -1] = 0, 0, values[::3, -1, :1]
    h = rng.standard_normal((count, size)) * np.exp(rng.uniform(-3, 3, (count, 1)))
    losses = levels + np.einsum("bij,bj->bi", values, h**2) / 2
    return Families(
        k, abs(losses.mean(axis=1) - losses[:, :-1].mean(axis=1)), levels.max(axis=1), values.max(axis=(1, 2)),
        np.linalg.norm(h, axis=1),
    )  # fmt: skip
