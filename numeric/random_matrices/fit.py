r"""How well a law fits the eigenvalues of one matrix: distances of distribution functions, edges, transforms.

With F_n the share of eigenvalues up to λ and F the law,

    D_n = sup |F_n − F| (Kolmogorov),    W_n = ∫ |F_n − F| dλ (Wasserstein),    g_n(z) = (1/n) Σ 1/(z − λ_i).

If F has the R-transform R, then R(g_n(z)) + 1/g_n(z) − z is small for every z off the real line, and that can be seen
without solving the equation for its density.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
PLACES: tuple[complex, ...] = (0.5j, 1j, 2j, 1 + 0.5j, -1 + 0.5j, 2 + 0.5j, -0.5 + 0.3j, 0.5 + 0.3j)
"""Where the transforms are compared, for laws of mean 0 or 1 and a spread of order 1: inside and beside the support."""


class Law(Protocol):
    """What the distances need of a law."""

    def at(self, points: Floats) -> Floats:
        """Mass of (−∞, λ]."""

    def below(self, points: Floats) -> Floats:
        """Mass of (−∞, λ)."""


def kolmogorov(eigenvalues: Floats, law: Law, rounding: float = 0.0) -> float:
    """sup |F_n − F|, which is attained at an eigenvalue, on it or just before it.

    Args:
        eigenvalues: In increasing order.
        law: The law.
        rounding: Eigenvalues this close to 0 are taken as 0, so that an atom there is met.

    Raises:
        UnusableRequest: If there are no eigenvalues, or one is not finite.

    Example:
        >>> from hessproof.numeric.random_matrices.distribution import distribution
        >>> uniform = distribution(lambda t: 1 + 0 * t, 0.0, 1.0)
        >>> round(kolmogorov(np.array([0.25, 0.75]), uniform), 6)
        0.25
    """
    values = _checked(eigenvalues, rounding)
    places = np.unique(values)
    upto = np.searchsorted(values, places, side="right") / len(values)
    before = np.searchsorted(values, places, side="left") / len(values)
    above, below = np.subtract(upto, law.at(places)), np.subtract(before, law.below(places))
    return float(max(np.abs(above).max(), np.abs(below).max()))


def wasserstein(eigenvalues: Floats, law: Law, low: float, high: float, points: int = 4001) -> float:
    """∫ |F_n − F| dλ by the midpoint rule on an interval that holds the spectrum and the support.

    Example:
        >>> from hessproof.numeric.random_matrices.distribution import distribution
        >>> uniform = distribution(lambda t: 1 + 0 * t, 0.0, 1.0)
        >>> round(wasserstein(np.array([0.25, 0.75]), uniform, 0.0, 1.0), 4)
        0.125
    """
    values = _checked(eigenvalues)
    first, last = min(low, float(values[0])), max(high, float(values[-1]))
    step = (last - first) / points
    middle = np.asarray(first + (np.arange(points) + 0.5) * step, dtype=np.float64)
    share = np.searchsorted(values, middle, side="right") / len(values)
    return float(np.abs(np.subtract(share, law.at(middle))).sum() * step)


def stieltjes(eigenvalues: Floats, places: Sequence[complex] = PLACES) -> npt.NDArray[np.complex128]:
    """g_n(z) = (1/n) Σ 1/(z − λ_i) at some places.

    Example:
        >>> stieltjes(np.array([-1.0, 1.0]), (1j,)).tolist()
        [-0.5j]
    """
    values = _checked(eigenvalues)
    return np.array([np.mean(1 / (place - values)) for place in places])


def transform_error(
    eigenvalues: Floats, r_transform: Callable[[complex], complex], places: Sequence[complex] = PLACES
) -> float:
    """max |R(g_n(z)) + 1/g_n(z) − z| over some places, each divided by |z|.

    Example:
        >>> from hessproof.numeric.random_matrices.tridiagonal import goe_spectrum
        >>> transform_error(goe_spectrum(2000, seed=1), lambda g: g) < 1e-2
        True
    """
    found = stieltjes(eigenvalues, places)
    errors = [abs(r_transform(g) + 1 / g - z) / abs(z) for g, z in zip(found.tolist(), places, strict=True)]
    return float(max(errors))


def edge_deviation(extreme: float, edge: float, curvature: float, size: int, *, left: bool = False) -> float:
    """The extreme eigenvalue in the units of its fluctuations, so that it tends to the Tracy–Widom law of β = 1.

    At a right edge E, where z = E + ½F''(G)(G − G_E)² with F'' > 0, the density is √(2/F'')√(E − λ)/π, and

        (λ_max − E) n^{2/3} (2/F'')^{1/3} → TW_1.

    Args:
        extreme: The largest eigenvalue; at a left edge the smallest.
        edge: E.
        curvature: |F''| at the edge.
        size: n.
        left: Whether it is a left edge.

    Example:
        >>> round(edge_deviation(2.01, 2.0, 2.0, 1000), 9)
        1.0
    """
    scaled: float = (extreme - edge) * size ** (2 / 3) * (2 / curvature) ** (1 / 3)
    return -scaled if left else scaled


def edge_curvature(density: Callable[[Floats], Floats], edge: float, width: float) -> float:
    """|F''| at an edge from the density beside it: ρ(λ)² → (2/|F''|) |E − λ|/π².

    Two distances from the edge, extrapolated to 0, leave a relative error of about 1e-4; they differ by more than a
    quarter only if the density is not like that.

    Args:
        density: The density.
        edge: E.
        width: Length of the band, negative if it lies to the left of the edge.

    Raises:
        UnusableRequest: If the density does not vanish there like a square root.

    Example:
        >>> semicircle = lambda t: np.sqrt(np.maximum(4 - t**2, 0)) / (2 * np.pi)
        >>> round(edge_curvature(semicircle, 2.0, -4.0), 3), round(edge_curvature(semicircle, -2.0, 4.0), 3)
        (2.0, 2.0)
    """
    near = np.array([1e-3, 2e-3]) * width
    slopes = (math.pi * density(edge + near)) ** 2 / abs(near)
    slope = float(2 * slopes[0] - slopes[1])
    if not 0.8 * slopes[0] < slope < 1.25 * slopes[0]:
        raise UnusableRequest(f"the edge {edge}", "a density that vanishes like a square root", "take another edge")
    return 2 / slope


def _checked(eigenvalues: Floats, rounding: float = 0.0) -> Floats:
    values = np.asarray(eigenvalues, dtype=np.float64)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise UnusableRequest("these eigenvalues", "at least one finite number", "give the spectrum of a matrix")
    return np.where(abs(values) <= rounding, 0.0, values)
