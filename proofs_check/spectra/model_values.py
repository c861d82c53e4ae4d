"""Numbers of the random model: bands, critical energy, power law, share of negative eigenvalues, distance of a draw."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.random_matrices.fit import kolmogorov
from hessproof.symbolic.free_probability.models import Model

Array = npt.NDArray[np.float64]
ROUNDING = 1e-9
"""Eigenvalues below this share of the largest are taken as zero: LAPACK's are wrong by about 1e-15 n of it."""


def bands(law: FreeSum) -> list[tuple[float, float]]:
    """The intervals on which the density is positive, from left to right."""
    ends = law.edges()
    return list(zip(ends[::2], ends[1::2], strict=True))


def rounded(values: Array) -> Array:
    """Eigenvalues with those that are zero up to rounding set to zero.

    Example:
        >>> rounded(np.asarray([-1e-14, 2.0])).tolist()
        [0.0, 2.0]
    """
    return np.where(np.abs(values) <= ROUNDING * np.abs(values).max(initial=0.0), 0.0, values)


def share_below(values: Array) -> float:
    """The share of eigenvalues below zero.

    Example:
        >>> share_below(np.asarray([-1.0, -1e-14, 2.0, 3.0]))
        0.25
    """
    return float((rounded(values) < 0).mean())


def zeros(values: Array) -> float:
    """The share of eigenvalues that are zero up to rounding.

    Example:
        >>> zeros(np.asarray([-1.0, -1e-14, 2.0, 3.0]))
        0.25
    """
    return float((rounded(values) == 0).mean())


@dataclass(frozen=True)
class _Distribution:
    """A limit law as the distance of distribution functions reads it."""

    law: FreeSum

    def at(self, points: Array) -> Array:
        """Mass of (−∞, λ]."""
        return self.law.distribution(points)

    def below(self, points: Array) -> Array:
        """Mass of (−∞, λ)."""
        found = self.at(points)
        for place, mass in self.law.atoms():
            found = np.where(points == place, found - mass, found)
        return found


def largest_distance(values: Array, law: FreeSum) -> float:
    """sup |F_n − F| of eigenvalues in increasing order against a law."""
    return kolmogorov(np.sort(rounded(values)), _Distribution(law))


def critical_energy(model: Model, tau: float, scale: float = 1.0) -> float | None:
    """ε_c, up to which no eigenvalue is negative; None for τ ≥ 1, where eigenvalues are negative at every ε > 0.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON
        >>> round(critical_energy(PENNINGTON, 0.25), 6), critical_energy(PENNINGTON, 1.0)
        (0.04351, None)
    """
    return float(model.compiled().critical_energy(tau, scale)) if tau < 1 else None


def index_coefficient(model: Model, tau: float) -> float | None:
    """α_0 in α ≈ α_0 ((ε − ε_c)/ε_c)^{3/2}; None for τ ≥ 1.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON
        >>> round(index_coefficient(PENNINGTON, 0.25), 6)
        0.074833
    """
    return float(model.compiled().index_coefficient(tau)) if tau < 1 else None


def power_law(epsilon: float, critical: float | None, coefficient: float | None) -> float | None:
    """α_0 ((ε − ε_c)/ε_c)^{3/2} for ε ≥ ε_c, where it approximates α; None elsewhere.

    Example:
        >>> power_law(0.5, 0.25, 0.2), power_law(0.1, 0.25, 0.2)
        (0.2, None)
    """
    if critical is None or coefficient is None or not 0 < critical <= epsilon:
        return None
    excess: float = epsilon / critical - 1
    return coefficient * math.sqrt(excess**3)


def smallest_share(model: Model, tau: float) -> float:
    """The limit of α for ε → 0: 0 for τ ≤ 1, and from there half of what the kernel of H_0 holds and H_1 reaches.

    The kernel of H_0 has the share 1 − 1/τ of all directions, and H_1 is symmetric on it. With ReLU an atom of mass
    1 − 2/τ stays at zero for τ > 2.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
        >>> smallest_share(PENNINGTON, 4.0), smallest_share(PENNINGTON_RELU, 4.0), smallest_share(PENNINGTON, 0.5)
        (0.375, 0.125, 0.0)
    """
    return float(max(0.0, 1 - 1 / tau) - model.compiled().atom(tau)) / 2


def negative_fraction(law: FreeSum) -> float:
    """α(ε, τ) as a float."""
    return float(law.negative_fraction())
