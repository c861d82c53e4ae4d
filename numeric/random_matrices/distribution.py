r"""The distribution function of a law from its density, by a cosine series.

With λ = c − r cos θ on the support [c − r, c + r] the density times dλ/dθ is an even function w(θ), smooth where the
density is one of square-root edges; at an edge where the density grows like |λ − a|^{-1/2} it is smooth as well. Its
cosine series converges geometrically and is integrated term by term,

    w(θ) = a_0 + Σ_j a_j cos jθ,    F(λ) = a_0 θ + Σ_j (a_j/j) sin jθ    (+ atoms at or below λ).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.fft import dct

from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
TERMS = 512
"""Terms of the series: for Marchenko–Pastur with ratio τ they decay like min(√τ, 1/√τ)^j, to 1e-16 for τ ≤ 0.86."""
LARGEST_TERMS = 1 << 16
"""Most terms; the series is lengthened until its last tenth is below `SMALL`, or this is reached."""
SMALL = 1e-13
"""Size of the last terms, relative to the largest."""


@dataclass(frozen=True)
class Distribution:
    """A law on an interval and at most one atom.

    Args:
        low: Left end of the interval.
        high: Right end.
        series: a_0, a_1, …
        atom: (place, mass); mass 0 if there is none.

    Example:
        >>> import numpy as np
        >>> law = distribution(lambda t: np.sqrt(4 - t**2) / (2 * np.pi), -2.0, 2.0)
        >>> round(law.mass, 12), [round(float(value), 6) for value in law.at(np.array([-3.0, 0.0, 1.0, 2.0]))]
        (1.0, [0.0, 0.5, 0.804499, 1.0])
    """

    low: float
    high: float
    series: Floats
    atom: tuple[float, float] = (0.0, 0.0)

    @property
    def mass(self) -> float:
        """The total mass, 1 for a probability law; a wrong density may have any other."""
        return float(self.series[0] * math.pi + self.atom[1])

    def at(self, points: Floats) -> Floats:
        """F(λ) = mass of (−∞, λ], the atom included from its place on."""
        place, mass = self.atom
        return self._continuous(points) + np.where(points >= place, mass, 0.0)

    def below(self, points: Floats) -> Floats:
        """F(λ − 0) = mass of (−∞, λ)."""
        place, mass = self.atom
        return self._continuous(points) + np.where(points > place, mass, 0.0)

    def _continuous(self, points: Floats) -> Floats:
        middle, radius = (self.high + self.low) / 2, (self.high - self.low) / 2
        angle = np.arccos(np.clip((middle - np.asarray(points, dtype=float)) / radius, -1.0, 1.0))
        orders = np.arange(1, len(self.series))
        kept = np.abs(self.series[1:]) > SMALL * np.abs(self.series).max() / len(self.series)
        weights, orders = self.series[1:][kept] / orders[kept], orders[kept]
        total = self.series[0] * angle
        for start in range(0, len(orders), 64):
            part = slice(start, start + 64)
            total = total + np.sin(np.multiply.outer(angle, orders[part])) @ weights[part]
        return np.asarray(total)


def distribution(
    density: Callable[[Floats], Floats],
    low: float,
    high: float,
    atom: tuple[float, float] = (0.0, 0.0),
    *,
    most: int = LARGEST_TERMS,
) -> Distribution:
    """The distribution function of a density on [low, high], and an atom.

    Args:
        density: The density at an array of points inside the interval; it need not have mass 1.
        low: Left end of the support of the continuous part.
        high: Right end.
        atom: (place, mass).
        most: Most terms of the series.

    Raises:
        UnusableRequest: If the ends are not finite and in order, or the density is not finite inside.

    Example:
        >>> import numpy as np
        >>> round(distribution(lambda t: 1 / (np.pi * np.sqrt(1 - t**2)), -1.0, 1.0).mass, 12)
        1.0
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UnusableRequest(f"support [{low}, {high}]", "two finite ends in order", "give the left end first")
    middle, radius = (high + low) / 2, (high - low) / 2
    terms = TERMS
    while True:
        angle = (np.arange(terms) + 0.5) * math.pi / terms
        values = np.asarray(density(middle - radius * np.cos(angle)), dtype=float) * radius * np.sin(angle)
        if not np.isfinite(values).all():
            raise UnusableRequest("this density", "finite values inside the support", "check its support")
        series = dct(values, type=2) / terms
        series[0] /= 2
        if abs(series[-terms // 10 :]).max() <= SMALL * abs(series).max() or terms >= most:
            return Distribution(low, high, series, atom)
        terms *= 4
