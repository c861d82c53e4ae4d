r"""How far two matrices are from freely independent ones, and spectra from laws.

Free elements with φ(B) = 0 have φ(AB²) = φ(A)φ(B²) and φ(ABAB) = φ(A)²φ(B²). Matrices that are rotated against each
other by a uniformly distributed rotation Q are free in the limit, so that A + QBQ^⊤ shows what the sum of A and B would
be if they were free.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Distribution = Callable[[Floats], Floats]


def rotation(size: int, rng: np.random.Generator) -> Floats:
    """A rotation or reflection from the uniform distribution on O(N): QR of a normal matrix, signs of R made positive.

    Example:
        >>> q = rotation(5, np.random.default_rng(0))
        >>> bool(abs(q @ q.T - np.eye(5)).max() < 1e-12)
        True
    """
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return np.asarray(q * np.sign(np.diag(r)))


def rotated(matrix: Floats, rng: np.random.Generator) -> Floats:
    """QAQ^⊤ for a uniformly distributed Q."""
    q = rotation(len(matrix), rng)
    return np.asarray(q @ matrix @ q.T)


def distance(one: Floats, two: Floats) -> float:
    """Kolmogorov's distance of two samples: the largest difference of their distribution functions.

    Example:
        >>> distance(np.array([0.0, 1.0]), np.array([0.0, 2.0]))
        0.5
    """
    places = np.sort(np.concatenate([one, two]))
    shares = [np.searchsorted(np.sort(each), places, side="right") / len(each) for each in (one, two)]
    return float(abs(shares[0] - shares[1]).max())


def distance_to(sample: Floats, law: Distribution, before: Distribution | None = None) -> float:
    """Kolmogorov's distance of a sample from a law.

    Args:
        sample: Numbers.
        law: N(λ), the share of the law at or below λ.
        before: N(λ−), the share below λ; the same as ``law`` if the law has no atoms.

    Example:
        >>> round(distance_to(np.array([0.25, 0.75]), lambda points: points), 2)
        0.25
    """
    places = np.sort(sample)
    at = np.searchsorted(places, places, side="right") / len(places)
    below = np.searchsorted(places, places, side="left") / len(places)
    return float(max(abs(at - law(places)).max(), abs(below - (before or law)(places)).max()))


def semicircle_distribution(points: Floats, variance: float = 1.0) -> Floats:
    """½ + λ√(4v − λ²)/(4πv) + arcsin(λ/2√v)/π.

    Example:
        >>> semicircle_distribution(np.array([-2.0, 0.0, 2.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    s = np.clip(points / np.sqrt(variance), -2, 2)
    return np.asarray(0.5 + s * np.sqrt(4 - s**2) / (4 * np.pi) + np.arcsin(s / 2) / np.pi)


def marchenko_pastur_distribution(points: Floats, ratio: float) -> Floats:
    """Distribution function of the Marchenko–Pastur law of mean 1 and ratio τ, with its atom (1 − 1/τ)_+ at 0.

    With λ = 1 + τ − 2√τ cos t the density is (2/π) sin²t/λ dt, whose integral is elementary:

        N = [t(1 + τ)/(2τ) − (|1 − τ|/τ) arctan(((1 + √τ)/|1 − √τ|) tan(t/2)) + sin t/√τ]/π.

    Example:
        >>> marchenko_pastur_distribution(np.array([0.0, 9.0]), 4.0).round(12).tolist()
        [0.75, 1.0]
    """
    root = np.sqrt(ratio)
    t = np.arccos(np.clip((1 + ratio - points) / (2 * root), -1, 1))
    half = np.where(t < np.pi, np.arctan2((1 + root) * np.sin(t / 2), abs(1 - root) * np.cos(t / 2)), np.pi / 2)
    inner = t * (1 + ratio) / (2 * ratio) - abs(1 - ratio) / ratio * half + np.sin(t) / root
    atom = max(0.0, 1 - 1 / ratio)
    return np.asarray(np.where(points < 0, 0.0, atom + inner / np.pi))


def mixed_moments(a: Floats, b: Floats) -> dict[str, float]:
    """φ(AB²)/(φ(A)φ(B²)) and φ(ABAB)/(φ(A)²φ(B²)), both 1 for free elements with φ(B) = 0.

    Example:
        >>> found = mixed_moments(np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]]))
        >>> found
        {'AB²': 1.0, 'ABAB': 1.0}
    """
    size = len(a)
    product = a @ b
    square = float((b * b).sum()) / size
    mean = float(np.trace(a)) / size
    return {
        "AB²": float((product * b).sum()) / size / (mean * square),
        "ABAB": float((product * product.T).sum()) / size / (mean**2 * square),
    }


__all__ = [
    "distance",
    "distance_to",
    "marchenko_pastur_distribution",
    "mixed_moments",
    "rotated",
    "rotation",
    "semicircle_distribution",
]
