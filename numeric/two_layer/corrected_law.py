r"""The model with the right laws in it: H_0 as it is without activation, plus H_1 as it is, added as if they were free.

H_1 has R(z) = ετz/(1 − ετ²z²/2), a symmetric compound Poisson law of rate 2/τ and jumps ±τ√(ε/2), in place of the
semicircle's 2εz. The law of H_0 (`linear_law`) enters through its quantiles, and the Stieltjes transform of the sum is
the limit of

    G ← G_{H_0}(λ − R(G)),        Im λ > 0,

which has exactly one solution with Im G < 0. Networks are not free; how near this comes is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hessproof.numeric.two_layer.linear_law import outer_distribution
from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
QUANTILES, NODES = 200, 60
"""Points that stand for the continuous half of the law of H_0, each with 1/400 of the mass; and nodes of λ. Twice as
many of both change no share by more than 0.002."""
HEIGHT = 2e-3
"""Im λ, in units of the width: the index is that of the law seen through a Cauchy kernel of this width."""
STEPS, CLOSE, NEAR = 400, 1e-9, 0.1
"""Iterations, each averaged with the one before; what is close enough to a fixed point; and the relative length of a
Newton step from which on it is taken in place of an average, as it is then inside the region where it converges."""


@lru_cache(maxsize=8)
def outer_quantiles(tau: float) -> Floats:
    """Quantiles of the part of the law of H_0 that is no atom.

    Example:
        >>> bool(abs(outer_quantiles(0.5).mean() / 2 - 1) < 0.01)
        True
    """
    end = 8.0 * (1 + np.sqrt(tau / 2)) ** 2
    places = end * np.linspace(0, 1, 251)[1:] ** 3
    shares = outer_distribution(places, tau)
    atom = max(0.5, 1 - 1 / tau)
    wanted = atom + (1 - atom) * (np.arange(QUANTILES) + 0.5) / QUANTILES
    return np.asarray(np.interp(wanted, shares, places))


def error_r(z: npt.NDArray[np.complex128], epsilon: float, tau: float) -> npt.NDArray[np.complex128]:
    """R of H_1 without activation: ετz/(1 − ετ²z²/2)."""
    return np.asarray(epsilon * tau * z / (1 - epsilon * tau**2 * z**2 / 2))


def transform(points: npt.NDArray[np.complex128], epsilon: float, tau: float) -> npt.NDArray[np.complex128]:
    """G of the free sum at points above the real line.

    Raises:
        UnusableRequest: If ε or τ is not positive and finite, or a point does not lie above the real line.

    Example:
        >>> g = transform(np.array([200j]), 0.25, 0.5)
        >>> bool(abs(g[0] * 200j - 1) < 0.01)
        True
    """
    _usable(epsilon, tau)
    if not (points.imag > 0).all():
        raise UnusableRequest("a point", "points above the real line", "add a small imaginary part")
    quantiles, atom = outer_quantiles(float(tau)), max(0.5, 1 - 1 / tau)
    g = 1 / points
    for _ in range(STEPS):
        w = points - error_r(g, epsilon, tau)
        apart = 1 / (w[:, None] - quantiles)
        new = atom / w + (1 - atom) * apart.mean(axis=1)
        if abs(new - g).max() < CLOSE:
            break
        slope = atom / w**2 + (1 - atom) * (apart**2).mean(axis=1)  # −dG_{H_0}/dw
        square = epsilon * tau**2 / 2
        bend = epsilon * tau * (1 + square * g**2) / (1 - square * g**2) ** 2  # dR/dG
        step = (new - g) / (1 - slope * bend)
        newton = (abs(step) < NEAR * abs(g)) & ((g + step).imag < 0)
        g = np.where(newton, g + step, (g + new) / 2)
    return np.asarray(g)


def corrected_shares(tau: float, energies: Sequence[float]) -> list[float]:
    """The share of negative eigenvalues of the free sum for each ε > 0.

    Raises:
        UnusableRequest: If ε or τ is not positive and finite.

    Example:
        >>> 0.25 < corrected_shares(0.5, (0.0625,))[0] < 0.35
        True
    """
    found = []
    for epsilon in energies:
        _usable(epsilon, tau)
        reach = 2 * np.sqrt(2 * epsilon * tau) * (1 + np.sqrt(tau)) + 1e-9
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        angle = (nodes + 1) * np.pi / 4
        places = -reach * np.sin(angle) ** 2  # nodes crowd towards 0, where the density is steep, and towards the end
        g = transform(places + 1j * HEIGHT * reach, epsilon, tau)
        density = -g.imag / np.pi * reach * np.sin(2 * angle) * np.pi / 4
        found.append(float(density @ weights))
    return found


def _usable(epsilon: float, tau: float) -> None:
    if not (np.isfinite(epsilon) and np.isfinite(tau) and epsilon > 0 and tau > 0):
        raise UnusableRequest(f"ε = {epsilon}, τ = {tau}", "positive numbers", "give for instance 0.25 and 0.5")


__all__ = ["corrected_shares", "error_r", "outer_quantiles", "transform"]
