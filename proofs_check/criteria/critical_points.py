"""Criteria of Figure 6 (critical points of one-hidden-layer tanh networks), committed before the runs.

n = 16 inputs, hidden units and outputs, m = 2n/φ samples with independent N(0, 1) inputs and targets: a silent network
then has ε = ½, as the published ½(1 − φ)² and ½(1 − φ) have at φ = 0. A run goes downhill for a random number of
steps (2 to 1,000, uniform in the logarithm), then towards a critical point of the index that it has reached, and its
end is judged: certified as critical, critical for targets within a tenth (relative) of the drawn ones, or discarded.
Certified points and those of nearby targets enter the fits.

The 3/2 law ε = ε_c + (α/α_0)^{2/3} is fitted by least squares to (α, ε) of all points with 0 < α ≤ 0.1, once with the
exponent free and once with 3/2; intervals are 95 % bootstrap intervals over runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hessproof.proofs_check.model.check import Profile

WIDTH = 16
"""n, as published."""
RATIOS = (0.125, 0.25, 0.5, 2 / 3)
"""φ = 2n/m for m = 256, 128, 64, 48. At φ = 1 the networks interpolate and ε_c = 0 holds for both curves."""
SMALL = 0.1
"""'small α': about 50 of 512 eigenvalues."""
EXPONENTS = (1.25, 1.75)
"""Half-way to the neighbouring simple exponents 1 and 2."""
READING = 0.05
"""How far the fitted ε_c may lie from ½(1 − φ)²: a tenth of the axis of the figure, and less than half of what
separates ½(1 − φ)² from ½(1 − φ) for φ between 0.28 and 0.72."""

SEEDS: dict[Profile, tuple[int, ...]] = {Profile.THOROUGH: tuple(range(7001, 7201))}
"""Seeds of the runs for every φ: about 200 runs a point, as published. The smaller profiles do not run them."""
LIBRARY_SEEDS: dict[Profile, tuple[int, ...]] = {Profile.THOROUGH: tuple(range(7501, 7561))}
"""Seeds of the runs of the second route, least squares of a library on the gradient."""
LIBRARY_RATIOS = (0.25, 0.5)
"""φ of the second route."""
PRESCRIBED_SEEDS = tuple(range(7301, 7341))
"""Seeds of the runs whose index is prescribed; they are described, not judged."""
MINIMISER_SEEDS = tuple(range(7401, 7411))
"""Seeds of the long descents; they are described, not judged."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A criterion on a bootstrap interval.

    Args:
        measures: What is estimated, in words.
        low: The whole interval lies above this number.
        high: The whole interval lies below this number.
        why: Where the limits come from.

    Example:
        >>> exponent().met((1.4, 1.6)), exponent().met((1.2, 1.6)), critical(0.5).met((0.1, 0.15))
        (True, False, True)
    """

    measures: str
    low: float
    high: float
    why: str

    def met(self, interval: tuple[float, float] | None) -> bool:
        """Whether there is an interval and all of it lies between the limits."""
        return interval is not None and self.low < interval[0] <= interval[1] < self.high

    def record(self, estimate: float | None, interval: tuple[float, float] | None) -> dict[str, Any]:
        """As JSON values."""
        return {
            "measures": self.measures, "criterion": f"whole 95 % interval within ({self.low:.4g}, {self.high:.4g})",
            "why": self.why, "estimate": estimate, "interval": None if interval is None else list(interval),
            "met": self.met(interval),
        }  # fmt: skip


def exponent() -> Interval:
    """The fitted exponent is told apart from 1 and 2."""
    return Interval("exponent of the law, fitted with ε_c and α_0", *EXPONENTS, "nearer to 3/2 than to 1 or 2")


def critical(ratio: float) -> Interval:
    """The ε_c of the fit with exponent 3/2 lies near ½(1 − φ)²."""
    published = 0.5 * (1 - ratio) ** 2
    return Interval(
        "ε_c of the law with exponent 3/2", published - READING, published + READING,
        f"½(1 − φ)² = {published:.4g}, within a tenth of the axis of Fig. 6b",
    )  # fmt: skip
