"""Criteria of the experiments of Kiselev & Grabovoy 2024, §5, on the handwritten digits, committed before the runs.

Every network is trained from several random starts by the published protocol: ReLU, no bias, Adam at 1e-3, batches of
64, pixels in [−1, 1], "n layers" meaning n + 2 linear maps, and 100 random orders of the training objects for each
start. The digits are 1,797 objects, so that ten epochs are 290 steps of Adam where the source makes 1,570; both
schedules are run: ``epochs`` (ten epochs) and ``steps`` (54 epochs, 1,566 steps).

The height of a curve is the mean of (k + 1)|𝓛_{k+1} − 𝓛_k| over k = 10, …, N − 1 in pieces of equal logarithmic
length; its slope is fitted to log |𝓛_{k+1} − 𝓛_k| against log k over the same pieces. A comparison is met if the whole
95 % confidence interval (Student's, over the starts, each start paired with the one of the same seed) lies on the side
that the source names.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, stdev
from typing import Any

from scipy.stats import t as student

from hessproof.numeric.landscape.protocol import FIXED_LAYERS, FIXED_WIDTH, LAYERS, WIDTHS
from hessproof.proofs_check.model.check import Profile

WIDER = tuple((h, FIXED_LAYERS) for h in WIDTHS)
DEEPER = tuple((FIXED_WIDTH, n) for n in LAYERS)
"""The networks that are compared, as (hidden size, layers)."""
EPOCHS, STEPS = "ten epochs", "as many steps as published"
"""Names of the schedules; they are the regions of the parts."""
SCHEDULES = {EPOCHS: (10, "ten epochs, 290 steps"), STEPS: (54, "54 epochs, 1,566 steps")}
"""Epochs and words of each schedule."""
SLOPES = (-1.1, -0.9)
"""About 1/k: over the two decades and a quarter of k the curve leaves c/k by less than a factor of 1.7."""

SEEDS: dict[tuple[str, Profile], tuple[int, ...]] = {
    (EPOCHS, Profile.QUICK): tuple(range(6101, 6106)),
    (EPOCHS, Profile.STANDARD): tuple(range(6101, 6111)),
    (EPOCHS, Profile.THOROUGH): tuple(range(6101, 6121)),
    (STEPS, Profile.THOROUGH): tuple(range(6201, 6211)),
}
"""Seeds of the starts; a schedule is left out of the profiles for which none are given."""
START_SEEDS = tuple(range(6301, 6311))
"""Seeds of the networks that are not trained."""
FEATURE_SEEDS = tuple(range(6401, 6411))
"""Seeds on features of an image encoder that a user brings, ten epochs as published."""
OTHER_SEEDS = tuple(range(6501, 6511))
"""Seeds on another data set that a user brings, in the epochs that come nearest to the 1,570 published steps."""


@dataclass(frozen=True, slots=True)
class Range:
    """A criterion on the 95 % confidence interval of a mean over starts.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        region: Name of the region of the part's domain to which the runs belong.
        configuration: What is run, in words.
        measures: The number that every start gives, in words.
        low: The whole interval lies above this number.
        high: The whole interval lies below this number.
        seeds: Seeds of the starts; all of them are run.
        why: Where the limits come from.

    Example:
        >>> falls = Range("kiselev2024.exp_width", "ends", "…", "…", "…", -math.inf, 0.0, (1, 2, 3), "…")
        >>> falls.met([-1.0, -1.1, -0.9]), falls.met([-1.0, 1.0, 0.5]), falls.met([-1.0, float("nan"), -1.0])
        (True, False, False)
    """

    claim: str
    part: str
    region: str
    configuration: str
    measures: str
    low: float
    high: float
    seeds: tuple[int, ...]
    why: str

    def met(self, values: Sequence[float]) -> bool:
        """Whether the interval lies between the limits; a value that is not finite is never met."""
        if not all(math.isfinite(value) for value in values):
            return False
        low, high = interval(values)
        return self.low < low and high < self.high

    def record(self, values: Sequence[float]) -> dict[str, Any]:
        """Criterion, seeds, values and interval as JSON values."""
        finite = [value for value in values if math.isfinite(value)]
        limits = [f"> {self.low:g}"] * math.isfinite(self.low) + [f"< {self.high:g}"] * math.isfinite(self.high)
        return {
            "configuration": self.configuration,
            "measures": self.measures,
            "criterion": "whole 95 % interval of the mean " + " and ".join(limits),
            "why": self.why,
            "seeds": list(self.seeds),
            "values": [value if math.isfinite(value) else None for value in values],
            "mean": fmean(finite) if finite else None,
            "interval": list(interval(finite)) if len(finite) > 1 else None,
            "met": self.met(values),
        }


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's 95 % confidence interval of the mean of at least two numbers.

    Example:
        >>> [round(end, 3) for end in interval([1.0, 2.0, 3.0])]
        [-0.484, 4.484]
    """
    half = float(student.ppf(0.975, len(values) - 1)) * stdev(values) / math.sqrt(len(values))
    return fmean(values) - half, fmean(values) + half


def decay(schedule: str, profile: Profile) -> list[tuple[tuple[int, int], Range]]:
    """One criterion for every published network: its slope is about −1."""
    return [
        (network, Range(
            "kiselev2024.exp_decay", "rate", schedule, f"{_words(*network)}; {SCHEDULES[schedule][1]}",
            "slope of log |𝓛_{k+1} − 𝓛_k| against log k", *SLOPES, SEEDS[schedule, profile],
            "'about 1/k' is read as an exponent between −1.1 and −0.9",
        ))
        for network in dict.fromkeys((*WIDER, *DEEPER))
    ]  # fmt: skip


Comparison = tuple[tuple[int, int], tuple[int, int], Range]
"""Two networks and the criterion on the height of the second less that of the first."""


def width(part: str, schedule: str, profile: Profile) -> list[Comparison]:
    """The difference is smaller for the wider network."""
    return compared("kiselev2024.exp_width", part, schedule, SCHEDULES[schedule][1], SEEDS[schedule, profile])


def depth(part: str, schedule: str, profile: Profile) -> list[Comparison]:
    """The difference is greater for the deeper network."""
    return compared("kiselev2024.exp_depth", part, schedule, SCHEDULES[schedule][1], SEEDS[schedule, profile])


def features(part: str) -> list[Comparison]:
    """The same on the features of an encoder: ``width`` or ``depth``, each network against the next."""
    return compared("kiselev2024.exp_features", part, "features", "features, ten epochs", FEATURE_SEEDS)


def compared(claim: str, part: str, region: str, words: str, seeds: tuple[int, ...]) -> list[Comparison]:
    """Every comparison of a part: of the first and last network for ``ends``, of each and the next otherwise."""
    wider = "width" in (part, claim.rpartition("_")[2])
    networks = WIDER if wider else DEEPER
    low, high = (-math.inf, 0.0) if wider else (0.0, math.inf)
    why = "increasing the hidden size results in a smaller" if wider else "adding more layers leads to a greater"
    return [
        (one, two, Range(
            claim, part, region, f"{_words(*two)} against {_words(*one)}; {words}",
            f"height of {_words(*two)} less height of {_words(*one)}", low, high, seeds,
            f"'{why} difference'",
        ))
        for one, two in _pairs(networks, part)
    ]  # fmt: skip


def initial_depth() -> list[Comparison]:
    """The same networks before any training, where the deeper one is expected to have the smaller difference."""
    return [
        (one, two, Range(
            "hessproof.loss_spread", "initial", "everywhere",
            f"{_words(*two)} against {_words(*one)}; PyTorch's initial weights, no training",
            f"height at {two[1]} layers less height at {one[1]}", -math.inf, 0.0, START_SEEDS,
            "weights U(−1/√M, 1/√M) shrink the outputs by a factor near 1/√6 a layer, so that all losses tend to log K",
        ))
        for one, two in _pairs(DEEPER, "steps")
    ]  # fmt: skip


def _pairs(networks: Sequence[tuple[int, int]], part: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """``ends``: the first and the last network; ``steps``: each and the next."""
    return [(networks[0], networks[-1])] if part == "ends" else list(pairwise(networks))


def _words(hidden: int, layers: int) -> str:
    return f"{layers} layer{'s' * (layers != 1)} of {hidden}"
