"""A numeric criterion: which number decides, where the threshold lies, and which seeds are run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Literal

from scipy.stats import t as student


@dataclass(frozen=True, slots=True)
class Criterion:
    """What an experiment has to show, written down before it is run.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        configuration: What is run, in words: widths, activation, loss, data, initialisation.
        measures: The number that every run gives, in words.
        relation: How it has to lie to the threshold.
        threshold: The threshold.
        seeds: Seeds of the runs. All of them are run, and each of them has to meet the criterion.
        why: Where the threshold comes from.

    Example:
        >>> one = Criterion("singh2021.a1", "main", "Glorot, 5-3-4", "smallest singular value", ">=", 0.1, (1, 2), "…")
        >>> one.met(0.2), one.met(0.05), one.met(float("nan"))
        (True, False, False)
    """

    claim: str
    part: str
    configuration: str
    measures: str
    relation: Literal[">=", "<="]
    threshold: float
    seeds: tuple[int, ...]
    why: str

    def met(self, value: float) -> bool:
        """Whether one run meets the criterion; a NaN never does."""
        return value >= self.threshold if self.relation == ">=" else value <= self.threshold

    def record(self, values: Sequence[float]) -> dict[str, Any]:
        """Criterion, seeds and values as JSON values, with a 95 % confidence interval of the mean.

        The interval is Student's, and None for fewer than two finite values.
        """
        finite = [value for value in values if math.isfinite(value)]
        interval = None
        if len(finite) >= 2:
            half = float(student.ppf(0.975, len(finite) - 1)) * stdev(finite) / math.sqrt(len(finite))
            interval = [fmean(finite) - half, fmean(finite) + half]
        return {
            "configuration": self.configuration,
            "measures": self.measures,
            "criterion": f"{self.relation} {self.threshold:g}",
            "why": self.why,
            "seeds": list(self.seeds),
            "values": [value if math.isfinite(value) else None for value in values],
            "mean": fmean(finite) if finite else None,
            "interval": interval,
        }
