r"""The numbers by which the random model of the Hessian is judged, of a network or of matrices that follow the model.

All of them are 0 for matrices of the model in the limit of large sizes; what they are for a network at hand is an
observation. φ is the normalised trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.two_layer.ensembles import DrawnNet
from hessproof.numeric.two_layer.freeness import (
    distance,
    distance_to,
    marchenko_pastur_distribution,
    mixed_moments,
    rotated,
    semicircle_distribution,
)
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU

Floats = npt.NDArray[np.float64]
ZERO = 1e-10
"""Eigenvalues within this part of the largest are zero: rounding leaves about 1e-13 of it at 1152 rows."""


def correlation(one: Floats, two: Floats) -> float:
    """|correlation| of two arrays, entry by entry.

    Example:
        >>> correlation(np.array([0.0, 1.0, 2.0]), np.array([5.0, 3.0, 1.0]))
        1.0
    """
    a, b = (each.ravel() - each.mean() for each in (one, two))
    return float(min(1.0, abs(a @ b) / np.sqrt((a @ a) * (b @ b))))


def least_squares_map(x: Floats, y: Floats) -> Floats:
    """YX⁺, samples as rows: the linear map of least error, n × n."""
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0].T)


def spectrum(matrix: Floats) -> Floats:
    """Eigenvalues of a symmetric matrix, in increasing order."""
    return np.asarray(np.linalg.eigvalsh(matrix), dtype=np.float64)


def weights_numbers(net: DrawnNet) -> list[float]:
    """How much W²W¹ has to do with the data."""
    return [correlation(net.w2 @ net.w1, least_squares_map(net.x, net.y))]


def data_numbers(x: Floats) -> list[float]:
    """The largest |correlation| of the squares of two entries of an input.

    Example:
        >>> data_numbers(np.random.default_rng(0).standard_normal((10_000, 3)))[0] < 0.05
        True
    """
    correlations = np.atleast_2d(np.corrcoef((x**2).T))
    return [float(abs(correlations - np.eye(len(correlations))).max())]


def residual_numbers(e: Floats, x: Floats) -> list[float]:
    """Distance of e/√(2ε) from N(0, 1), and |log| of ‖EX⊤‖² over 2εn‖X‖², its mean for independent residuals.

    The second is large, 1000 say, where EX⊤ vanishes to rounding.
    """
    scaled = e / np.sqrt((e**2).mean())
    coupling = float(((scaled.T @ x) ** 2).sum() / (e.shape[1] * (x**2).sum()))
    return [distance_to(scaled.ravel(), ndtr), abs(float(np.log(coupling))) if coupling > 0 else 1000.0]


def wishart_number(eigenvalues: Floats, tau: float) -> float:
    """Distance of eigenvalues, brought to the mean 1, from the Marchenko–Pastur law of ratio τ.

    Example:
        >>> wishart_number(np.array([0.0, 2.0]), 0.25)
        0.5
    """
    scaled = eigenvalues / eigenvalues.mean()
    scaled[abs(scaled) < ZERO * scaled.max()] = 0.0
    before = lambda points: np.where(points <= 0, 0.0, marchenko_pastur_distribution(points, tau))  # noqa: E731
    return distance_to(scaled, lambda points: marchenko_pastur_distribution(points, tau), before)


def wigner_number(eigenvalues: Floats) -> float:
    """Distance of eigenvalues, brought to the mean square 1, from the semicircle."""
    return distance_to(eigenvalues / np.sqrt((eigenvalues**2).mean()), semicircle_distribution)


def free_numbers(outer: Floats, error: Floats, rng: np.random.Generator) -> list[float]:
    """Distance of the spectra of H_0 + H_1 and H_0 + QH_1Q⊤, and |φ(H_0H_1²)/(φ(H_0)φ(H_1²)) − 1|."""
    own, turned = (spectrum(outer + each) for each in (error, rotated(error, rng)))
    return [distance(own, turned), abs(mixed_moments(outer, error)["AB²"] - 1)]


def negative_shares(outer: Floats, unit: Floats, energies: Sequence[float]) -> list[float]:
    """The share of negative eigenvalues of H_0 + √(2ε) H_1 for each ε; zero eigenvalues do not count.

    Example:
        >>> negative_shares(np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]]), (0.25, 2.0))
        [0.0, 0.5]
    """
    found = []
    for energy in energies:
        eigenvalues = np.linalg.eigvalsh(outer + np.sqrt(2 * energy) * unit)
        found.append(float((eigenvalues < -ZERO * abs(eigenvalues).max()).mean()))
    return found


@lru_cache(maxsize=64)
def model_shares(tau: float, energies: tuple[float, ...], relu: bool) -> tuple[float, ...]:
    """α(ε, τ) of the model for each ε.

    Example:
        >>> model_shares(0.5, (0.001,), relu=False)
        (0.0,)
    """
    model = PENNINGTON_RELU if relu else PENNINGTON
    return tuple(FreeSum(model, epsilon, tau).negative_fraction() for epsilon in energies)


__all__ = [
    "correlation",
    "data_numbers",
    "free_numbers",
    "least_squares_map",
    "model_shares",
    "negative_shares",
    "residual_numbers",
    "spectrum",
    "weights_numbers",
    "wigner_number",
    "wishart_number",
]
