r"""Marchenko–Pastur plus a semicircle by subordination: the density without any polynomial.

Adding a free semicircle of variance v moves the argument of the Stieltjes transform: G(z) = G_MP(z − vG(z)). With
G_MP(ω) = ∫ρ_MP(t)/(ω − t)dt taken from the density itself this is a fixed point of an analytic map of the lower half
plane into itself, so there is at most one, and every iteration that converges there has found G. Inside the spectrum
Im(λ − vG) > 0, and the integral is one of a smooth function: with t = s(1 + τ + 2√τ cos θ) it is periodic, and the
trapezoidal rule converges geometrically.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Complexes = npt.NDArray[np.complex128]

NODES = 1000
"""Nodes of the rule; its error falls like e^{−NODES·Im ω/width}, below 1e-15 for Im ω of a twentieth of the width."""
STEPS = 100
"""Most Newton steps after the iteration has come near; five or so are needed."""
APPROACH = 40
"""Steps of the averaged iteration, which comes near from anywhere but does not get far."""


def wishart_nodes(tau: float, scale: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Places and weights of the Marchenko–Pastur law, atom included, from its published density.

    ρ(t)dt = √((t − λ_−)(λ_+ − t))/(2πsτt) dt = (2s/π) sin²θ/t dθ.

    Example:
        >>> places, weights = wishart_nodes(0.25, 2.0)
        >>> round(float(weights.sum()), 12), round(float((weights * places).sum()), 12)
        (1.0, 2.0)
    """
    theta = (np.arange(NODES) + 0.5) * np.pi / NODES
    t = scale * (1 + tau + 2 * np.sqrt(tau) * np.cos(theta))
    weights = 2 * scale * np.sin(theta) ** 2 / t / NODES
    if tau <= 1:
        return t, weights
    return np.append(t, 0.0), np.append(weights, 1 - 1 / tau)


def subordinated(points: npt.NDArray[np.float64], epsilon: float, tau: float, scale: float = 1.0) -> Complexes:
    """G(λ + i0) at places well inside the spectrum; NaN where the iteration has not settled below the line.

    Args:
        points: λ.
        epsilon: ε > 0; v = 2ε.
        tau: τ > 0.
        scale: s > 0.

    Example:
        >>> g = subordinated(np.array([0.0, 1.0]), 0.5, 0.25)
        >>> bool(np.abs(1 / (1 - g / 4) + g + 1 / g - [0.0, 1.0]).max() < 1e-12)
        True
    """
    t, weights = wishart_nodes(tau, scale)
    variance = 2 * epsilon
    g: Complexes = np.full(points.shape, -1j / np.sqrt(variance + scale**2 * tau))
    for _ in range(APPROACH):
        g = (g + _image(points - variance * g, t, weights)[0]) / 2
    for _ in range(STEPS):
        image, slope = _image(points - variance * g, t, weights)
        step = (g - image) / (1 - variance * slope)
        g = g - step
        if np.all(np.abs(step) <= 1e-14 * np.abs(g)):
            break
    return np.where((g.imag < 0) & (np.abs(step) <= 1e-12 * np.abs(g)), g, np.nan)


def _image(
    omega: Complexes, t: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> tuple[Complexes, Complexes]:
    """G_MP(ω), and ∫ρ_MP(t)/(ω − t)² dt, which is minus its derivative."""
    kernel = 1 / (omega[:, None] - t)
    return kernel @ weights, (kernel * kernel) @ weights
