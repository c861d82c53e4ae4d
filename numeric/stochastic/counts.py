"""How many eigenvalues exceed a threshold: from bounds of what each probe has there to an interval for the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hessproof.numeric.stochastic.intervals import count_interval
from hessproof.numeric.stochastic.lanczos import Recurrence


@dataclass(frozen=True, slots=True)
class Count:
    """How many eigenvalues exceed a threshold in modulus.

    Args:
        threshold: t.
        estimate: The middle of what the quadrature leaves open, or the end of the interval that is nearest to it.
        low: At least so many,
        high: and at most so many, but for the stated probability.
        sampling: Half of the length that the probes bring.
        quadrature: Half of the length that the quadrature leaves open whatever the number of probes.
    """

    threshold: float
    estimate: float
    low: int
    high: int
    sampling: float
    quadrature: float


def counted(
    probes: Sequence[Recurrence], bounds: Sequence[tuple[float, float]], size: int, threshold: float, failure: float
) -> Count:
    """The interval for a count from bounds of the share of each probe.

    Args:
        probes: Their recurrences.
        bounds: Lower and upper bound of μ_g({|λ| > t}) as a share of ‖g‖², for each probe.
        size: p.
        threshold: t.
        failure: Probability with which the interval may fail.
    """
    low, high, half = pooled(probes, bounds)
    least, most = count_interval(low, high, size, len(probes), failure)
    sampling = max(0.0, (most - least) / 2 - size * half)
    middle = min(max(size * (low + high) / 2, least), most)
    return Count(float(threshold), middle, least, most, sampling, size * half)


def pooled(probes: Sequence[Recurrence], bounds: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Bounds of the share over all probes, and half of their distance."""
    mass = sum(one.mass for one in probes)
    low, high = (sum(one.mass * pair[side] for one, pair in zip(probes, bounds, strict=True)) / mass for side in (0, 1))
    return low, high, max(0.0, high - low) / 2
