r"""The spectral density of a symmetric operator by stochastic Lanczos quadrature, with error bars.

A standard normal g has the spectral measure μ_g = Σ_i (u_i⊤g)² δ_{λ_i} with E[μ_g] = Σ_i δ_{λ_i}, and m products with
A bound its distribution function on both sides (`hessproof.numeric.stochastic.quadrature`; Lin, Saad & Yang 2016;
Ubaru, Chen & Saad 2017). Two errors remain, and both are kept apart:

* of the quadrature: μ_g(S) lies between two bounds, for every matrix;
* of the probes: for a set S with k eigenvalues the share Σμ_g(S)/Σ‖g‖² has a Beta distribution that depends on k, p and
  the number of probes alone, so that the bounds give an interval for k that fails with at most the stated probability,
  for every matrix (`hessproof.numeric.stochastic.intervals.count_interval`).

The number of probes is chosen in stages: 4, 8, 16, …, until at every threshold the probes add no more than ``error``·p
to half the interval's length. Stage j may fail with probability δ/(j(j + 1)), divided among the thresholds; these add
up to δ, so that the interval at the stage where it stops holds all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hessproof.numeric.stochastic.counts import Count, counted, pooled
from hessproof.numeric.stochastic.intervals import Interval, student
from hessproof.numeric.stochastic.lanczos import Recurrence, recurrences
from hessproof.numeric.stochastic.probes import Draw, probe
from hessproof.numeric.stochastic.quadrature import Rule, gauss, mass_beyond
from hessproof.numeric.stochastic.symmetric import Floats, Symmetric
from hessproof.symbolic.errors import UnusableRequest

FIRST, MOST = 4, 512
"""Probes of the first stage, and the most that are drawn."""
STEPS = 128
"""Lanczos steps at most, unless told otherwise. They tell apart what lies about ‖A‖/128 apart: on a ReLU network with
5,000 parameters the bounds at 10⁻² of the norm were 0 to 8 % of p apart by then, at 10⁻³ 20 to 80 %."""
CHECKS = (16, 32, 64, 128, 256, 512)
"""Numbers of steps after which it is seen whether the quadrature is good enough."""
BASIS_BYTES = 1 << 30
"""Lanczos vectors held at once; more probes are done one batch after the other."""
QUANTILE = 3.0
"""Standard deviations in half an interval, for plans: stages and thresholds share the failure of 5 %."""


@dataclass(frozen=True, eq=False)
class Density:
    """What the probes found.

    Args:
        size: p.
        probes: The recurrence of each, in the order of their numbers.
        failure: Probability with which one of the intervals at the chosen thresholds may fail.
        level: The part of it that is spent on one threshold.
        counts: At the chosen thresholds.
        reached: Whether the error that was asked for was reached; true if none was.
        products: Products with A that were formed.
    """

    size: int
    probes: tuple[Recurrence, ...]
    failure: float
    level: float
    counts: tuple[Count, ...]
    reached: bool
    products: int

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The Gauss rule of each probe."""
        return tuple(gauss(one) for one in self.probes)

    @property
    def steps(self) -> int:
        """m, the largest number of Lanczos steps of a probe."""
        return max(one.steps for one in self.probes)

    def count(self, threshold: float, failure: float | None = None, most: int | None = None) -> Count:
        """Eigenvalues of modulus above a threshold.

        Args:
            threshold: t, not negative.
            failure: Probability with which this interval may fail; ``level`` unless given.
            most: How many probes are used; all unless given.
        """
        probes = self.probes[:most]
        bounds = [mass_beyond(one, threshold) for one in probes]
        return counted(probes, bounds, self.size, threshold, failure or self.level)

    def below(self, place: float) -> float:
        """The estimated share of eigenvalues up to x."""
        mass = sum(float(rule.weights[rule.nodes <= place].sum()) for rule in self.rules)
        return mass / sum(one.mass for one in self.probes)

    def smoothed(self, places: Floats, width: float, failure: float = 0.05) -> tuple[Floats, Floats, Floats]:
        """Σ_i φ_w(x − λ_i), φ_w a normal density of standard deviation w: eigenvalues per unit, with a band.

        The band is Student's t at each x, from the spread over probes. The quadrature adds no more than about
        exp(−2(mw/‖A‖)²) of the peak of φ_w (the Chebyshev coefficients beyond degree 2m of a Gaussian on the
        spectrum's interval; Trefethen 2008, Theorem 4.5): `resolved` is a width at which that is 10⁻⁷.

        Args:
            places: The x.
            width: w > 0.
            failure: Probability with which a point of the band may fail, about.

        Returns:
            The estimate, the band's lower and its upper edge.
        """
        curves = []
        for rule, one in zip(self.rules, self.probes, strict=True):
            bumps = normal_bumps(places, rule.nodes, width)
            curves.append(self.size / one.mass * (bumps @ rule.weights))
        bands = [student(column, failure) for column in np.asarray(curves).T.tolist()]
        low, high = (np.maximum([getattr(band, name) for band in bands], 0.0) for name in ("low", "high"))
        return np.asarray([band.estimate for band in bands]), low, high

    def resolved(self, scale: float) -> float:
        """The width 3‖A‖/m, with ‖A‖ = ``scale``, that m steps resolve; complete recurrences resolve any."""
        return 3.0 * scale / self.steps

    def trace(self, failure: float = 0.05) -> Interval:
        """tr A by Hutchinson's estimator from the same probes, with Student's t."""
        return student([one.moments[0] for one in self.probes], failure)

    def square(self, failure: float = 0.05) -> Interval:
        """‖A‖_F², likewise."""
        return student([one.moments[1] for one in self.probes], failure)


def spectral_density(
    operator: object,
    thresholds: Sequence[float],
    *,
    also: Sequence[float] = (),
    error: float = 0.01,
    probes: int | None = None,
    steps: int = STEPS,
    failure: float = 0.05,
    seed: int = 0,
    draw: Draw = probe,
    known: Mapping[int, Recurrence] | None = None,
    keep: Callable[[int, Recurrence], None] = lambda number, found: None,
    progress: Callable[[int], None] = lambda products: None,
) -> Density:
    """Counts of eigenvalues above thresholds and the density, from products with normal probes.

    Args:
        operator: What `Symmetric.of` takes.
        thresholds: Moduli t > 0 at which the error is controlled.
        also: Further ones that get an interval, whatever its length.
        error: The share of p that probes may add to half an interval, and that the quadrature should not exceed
            either; between 0 and 1.
        probes: Their number, if it is not to be chosen; at least 2.
        steps: Lanczos steps at most. Fewer are done where the quadrature is good enough before.
        failure: Probability with which any of the intervals may fail.
        seed: Of the probes.
        draw: In place of `probe`, a vector from (seed, number, size); the intervals are for standard normal ones.
        known: Recurrences of probes from an earlier run with the same operator, seed and options, by number.
        keep: Told every new recurrence with its number.
        progress: Told the number of products after every step.

    Raises:
        UnusableRequest: If an option is out of range, memory would not suffice, or numbers are not finite.

    Example:
        >>> found = spectral_density(np.diag([5.0] * 30 + [0.0] * 70), [1.0], error=0.05)
        >>> [count] = found.counts
        >>> count.low <= 30 <= count.high, count.sampling <= 5, round(count.quadrature, 6), found.steps
        (True, True, 0.0, 2)
    """
    one = Symmetric.of(operator)
    _check((*thresholds, *also), error, probes, steps)
    before = one.products
    drawn = _Probes(one, thresholds, error, steps, seed, draw, dict(known or {}), keep, progress)
    total, stage = probes or FIRST, 1
    while True:
        drawn.up_to(total)
        shares = 1 if probes is not None else stage * (stage + 1)
        level = failure / (shares * (len(thresholds) + len(also)))
        steered = [drawn.count(threshold, total, level) for threshold in thresholds]
        if probes is not None or total >= MOST or all(each.sampling <= error * one.size for each in steered):
            break
        total, stage = 2 * total, stage + 1
    reached = all(max(each.sampling, each.quadrature) <= error * one.size for each in steered)
    counts = (*steered, *(drawn.count(threshold, total, level) for threshold in also))
    used = tuple(drawn.found[number] for number in range(total))
    return Density(one.size, used, failure, level, counts, reached, one.products - before)


def normal_bumps(places: Floats, centres: Floats, width: float) -> Floats:
    """φ_w(x − c), one row an x, one column a centre.

    Example:
        >>> normal_bumps(np.asarray([0.0]), np.asarray([0.0]), 1.0).round(4).tolist()
        [[0.3989]]
    """
    away = (places[:, None] - centres[None, :]) / width
    return np.asarray(np.exp(-0.5 * away**2) / (width * math.sqrt(2 * math.pi)))


def predicted_probes(size: int, error: float) -> int:
    """About how many probes an error takes at worst, k = p/2: the share then has the variance 1/(2np).

    Args:
        size: p.
        error: The share of p.

    Example:
        >>> predicted_probes(10_000, 0.01), predicted_probes(10_000, 0.001)
        (8, 512)
    """
    wanted = math.ceil(QUANTILE**2 / (2 * size * error**2))
    return min(MOST, max(FIRST, 1 << math.ceil(math.log2(max(wanted, 1)))))


class _Probes:
    """Recurrences by number, and what they say about thresholds; bounds are computed once a probe."""

    def __init__(
        self,
        operator: Symmetric,
        thresholds: Sequence[float],
        error: float,
        steps: int,
        seed: int,
        draw: Draw,
        found: dict[int, Recurrence],
        keep: Callable[[int, Recurrence], None],
        progress: Callable[[int], None],
    ) -> None:
        self.operator, self.thresholds, self.error, self.steps = operator, thresholds, error, steps
        self.seed, self.draw, self.found, self.keep, self.progress = seed, draw, found, keep, progress
        self.bounds: dict[tuple[int, float], tuple[float, float]] = {}

    def up_to(self, total: int) -> None:
        """Draw the probes 0 … total − 1 that are not there."""
        size = self.operator.size
        numbers = [number for number in range(total) if number not in self.found]
        while numbers:
            steps = _steps(self.found, self.steps)
            batch = max(1, BASIS_BYTES // (8 * min(steps, size) * size))
            some, numbers = numbers[:batch], numbers[batch:]
            starts = np.stack([self.draw(self.seed, number, size) for number in some])
            # The first probes find how many steps are needed; the others do as many.
            checks = CHECKS if all(one.complete for one in self.found.values()) else ()
            made = recurrences(self.operator, starts, steps, self._enough, checks, self.progress)
            for number, each in zip(some, made, strict=True):
                self.found[number] = each
                self.keep(number, each)

    def count(self, threshold: float, total: int, failure: float) -> Count:
        """From the first ``total`` probes."""
        for number in range(total):
            if (number, threshold) not in self.bounds:
                self.bounds[number, threshold] = mass_beyond(self.found[number], threshold)
        probes = [self.found[number] for number in range(total)]
        return counted(probes, [self.bounds[number, threshold] for number in range(total)],
                       self.operator.size, threshold, failure)  # fmt: skip

    def _enough(self, some: Sequence[Recurrence]) -> bool:
        """Whether the quadrature leaves open no more than half of the error."""
        pairs = [[mass_beyond(one, threshold) for one in some] for threshold in self.thresholds]
        return all(pooled(some, each)[2] <= self.error / 2 for each in pairs)


def _steps(found: Mapping[int, Recurrence], most: int) -> int:
    """Steps for further probes: as many as those took that did not end in an invariant space."""
    going_on = [one.steps for one in found.values() if not one.complete]
    return max(going_on, default=most)


def _check(thresholds: Sequence[float], error: float, probes: int | None, steps: int) -> None:
    if not thresholds or not all(0 < one < math.inf for one in thresholds):
        raise UnusableRequest(
            f"thresholds {list(thresholds)}", "positive numbers, at least one", "give for instance 1e-3"
        )
    if not 0 < error < 1:
        raise UnusableRequest(f"error {error}", "a share between 0 and 1", "give for instance 0.01")
    if probes is not None and probes < 2:
        raise UnusableRequest(f"{probes} probes", "at least 2 for their spread", "give 2 or more")
    if steps < 1:
        raise UnusableRequest(f"{steps} steps", "at least 1", f"give {STEPS}")
