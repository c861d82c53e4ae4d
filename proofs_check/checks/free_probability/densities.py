"""The density of Wishart plus Wigner: mass and moments of what the roots give, and subordination without any roots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.numeric.free_probability.equation import equation
from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.free_probability.moments import moments
from hessproof.numeric.free_probability.quadrature import LEVELS, integral
from hessproof.numeric.free_probability.subordination import subordinated
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability.published import LINEAR, RELU, Stated, case, laws
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.spectra.model_report import densities_figure
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, Z

Floats = npt.NDArray[np.float64]
Density = Callable[[Floats], Floats]

CLAIM, PART = "pennington2017.density", "density"
INTEGRATED = "the density of the roots, integrated: its mass and moments are those that the free cumulants prescribe"
SUBORDINATED = "a fixed point of the Marchenko–Pastur density itself, moved by the semicircle; no polynomial, no R"
MASS, MOMENT = 1e-10, 1e-9
"""Errors allowed: of the mass what is asked for; of m_k, divided by the largest |λ|^k, ten times as much."""
HIGHEST = 6
"""Moments compared. Five numbers (ε, τ, σ, a factor, a shift) are pinned down by fewer."""
TOLERANCE = 1e-13
"""Difference of two rules at which integration ends, a thousandth of `MASS`."""
ROUGH = 7
"""Halvings for a changed density, which may have jumps that no halving resolves; errors of a thousandth show."""
RESIDUAL = 1e-9
"""Of the published equation at a fixed point; the rule and Newton's steps leave 1e-12."""
ENERGIES = {
    Profile.QUICK: ("1/50", "3/2"),
    Profile.STANDARD: ("0", "1/1000000", "1/50", "3/10", "3/2", "40"),
    Profile.THOROUGH: ("0", "1/1000000000", "1/1000000", "1/1000", "1/50", "3/10", "3/2", "40", "1000", "1000000"),
}
RATIOS = {
    Profile.QUICK: ("1/4", "1", "3"),
    Profile.STANDARD: ("1/1000", "1/4", "9/10", "999/1000", "1", "3/2", "2", "3", "50"),
    Profile.THOROUGH: (
        "1/1000000", "1/1000", "1/4", "1/2", "9/10", "999/1000", "9999999/10000000", "1", "10000001/10000000",
        "1001/1000", "3/2", "19/10", "2", "2001/1000", "3", "50", "1000", "1000000",
    ),
}  # fmt: skip
SCALES = {Profile.QUICK: ("2",), Profile.STANDARD: ("1", "2"), Profile.THOROUGH: ("1", "1/3", "2")}
STRIDE = {Profile.QUICK: 5, Profile.STANDARD: 1, Profile.THOROUGH: 1}
"""Every how many generated wrong laws one is tried, and of triples in the subordination."""
PLACE = (Fraction(3, 10), Fraction(1, 4), Fraction(2))
"""ε, τ, σ at which wrong laws are told from the right one: all letters differ, and none is 1."""


@dataclass(frozen=True)
class Measured:
    """What integration says of a density.

    Args:
        mass: How far the mass is from 1.
        moments: The largest difference of a moment from the prescribed one, over the largest |λ|^k.
        least: The smallest value of the density.
        error: The error that the integration reports of itself.
    """

    mass: float
    moments: float
    least: float
    error: float

    @property
    def right(self) -> bool:
        """Whether it is a probability density with the prescribed moments."""
        return self.mass <= MASS and self.moments <= MOMENT and self.least >= 0


def numbers(profile: Profile) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """All (ε, τ, σ) of a profile."""
    for energy, ratio, scale in product(ENERGIES[profile], RATIOS[profile], SCALES[profile]):
        yield Fraction(energy), Fraction(ratio), Fraction(scale)


def integrated(
    law: FreeSum, expected: tuple[Fraction, ...], changed: Callable[[Density], Density] | None = None
) -> Measured:
    """Integrate the density of a law, or a changed one, and compare with moments m_0, …, m_k."""
    width = max(map(abs, (*law.edges(), *(place for place, _ in law.atoms()))))
    least, sums, error = 0.0, np.zeros(len(expected)), 0.0
    density = law.density if changed is None else changed(law.density)
    levels = LEVELS if changed is None else ROUGH
    powers = np.arange(len(expected))[:, None]

    def weighed(x: Floats) -> Floats:
        nonlocal least
        values = np.asarray(density(x))
        least = min(least, float(values.min()))
        return np.asarray(values * (x / width) ** powers)

    for low, high in law.pieces():
        found = integral(weighed, low, high, TOLERANCE, levels)
        sums, error = sums + found.value, error + found.error
    for place, mass in law.atoms():
        sums += mass * (place / width) ** powers[:, 0]
    aims = np.array([float(each / Fraction(width) ** k) for k, each in enumerate(expected)])
    gaps = np.abs(sums - aims)
    return Measured(float(gaps[0]), float(gaps[1:].max()), least, error)


def prescribed(stated: Stated, place: tuple[Fraction, Fraction, Fraction]) -> tuple[Fraction, ...]:
    """m_0, …, m_6 from the free cumulants of R, exactly."""
    energy, ratio, scale = place
    return moments(equation(stated.r_transform, {EPSILON: energy, TAU: ratio, SIGMA: scale}), HIGHEST)


CHANGED: dict[str, Callable[[Density, tuple[float, float]], Density]] = {
    "density: doubled": lambda rho, ends: lambda x: 2 * rho(x),
    "density: 1/(2π) for 1/π": lambda rho, ends: lambda x: rho(x) / 2,
    "density: a thousandth more": lambda rho, ends: lambda x: 1.001 * rho(x),
    "density: negated, Im G of the upper root": lambda rho, ends: lambda x: -rho(x),
    "density: squared": lambda rho, ends: lambda x: rho(x) ** 2,
    "density: its root": lambda rho, ends: lambda x: np.sqrt(rho(x)),
    "density: the power 1.001": lambda rho, ends: lambda x: rho(x) ** 1.001,
    "density: moved to the right": lambda rho, ends: lambda x: rho(x - (ends[1] - ends[0]) / 1000),
    "density: mirrored in 0": lambda rho, ends: lambda x: rho(-x),
    "density: mirrored in its middle": lambda rho, ends: lambda x: rho(ends[0] + ends[1] - x),
    "density: 2λ for λ": lambda rho, ends: lambda x: 2 * rho(2 * x),
    "density: left edge cut": lambda rho, ends: lambda x: np.where(x < ends[0] + 0.01 * (ends[1] - ends[0]), 0, rho(x)),
    "density: right edge cut": lambda rho, ends: (
        lambda x: np.where(x > ends[1] - 0.01 * (ends[1] - ends[0]), 0, rho(x))
    ),
}
"""What may go wrong between a root and a density: a factor, a power, a sign, a place, an edge."""


def wrong(stated: Stated, stride: int) -> Iterator[Mutant]:
    """Generated wrong laws, and whether the density of each tells it from the published one."""
    expected = prescribed(stated, PLACE)
    for words, other in islice(laws(stated), 0, None, stride):
        try:
            found = integrated(FreeSum(other, *PLACE), expected)
        except UnusableRequest:
            yield Mutant(description=words, caught=True, by="no freely infinitely divisible law has this R")
        else:
            yield _judged(words, found)
    law = FreeSum(stated, *PLACE)
    ends = (law.edges()[0], law.edges()[-1])
    for words, change in islice(CHANGED.items(), 0, None, stride):
        yield _judged(words, integrated(law, expected, lambda rho, change=change: change(rho, ends)))  # type: ignore[misc]


def _judged(words: str, found: Measured) -> Mutant:
    return Mutant(
        description=words, caught=not found.right,
        by=f"mass off by {found.mass:.1e}, moments by {found.moments:.1e}, least value {found.least:.1e}",
    )  # fmt: skip


def _integrated(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part(PART))
    worst = {"mass": 0.0, "moments": 0.0, "quadrature's own error": 0.0}
    for place in numbers(context.profile):
        found = integrated(FreeSum(LINEAR, *place), prescribed(LINEAR, place))
        counter.count(case(place[1], place[0], place[2]), found.right)
        for name, value in zip(worst, (found.mass, found.moments, found.error), strict=True):
            worst[name] = max(worst[name], value)
    details: dict[str, Any] = {"largest errors": worst}
    if context.profile != Profile.QUICK:
        details["figures"] = [densities_figure(claim=CLAIM).model_dump(mode="json")]
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} triples (ε, τ, σ), and {HIGHEST} moments of each", counter.tally,
        counter.regions, tuple(wrong(LINEAR, STRIDE[context.profile])), details=details,
    )  # fmt: skip


def inner_points(epsilon: Fraction, tau: Fraction, sigma: Fraction, count: int) -> Floats:
    """Places about the mean, within a standard deviation: inside the spectrum for every ε > 0 unless it has a gap."""
    mean, spread = float(sigma), float(2 * epsilon + sigma**2 * tau) ** 0.5
    return np.asarray(mean + spread * np.linspace(-0.8, 0.8, count))


def residuals(stated: Stated, place: tuple[Fraction, Fraction, Fraction], points: Floats, g: Any) -> Floats:
    """|R(G) + 1/G − λ| over the sum of the absolute values of the terms, with R as it is stated."""
    values = dict(zip((EPSILON, TAU, SIGMA), map(float, place), strict=True))
    r = np.asarray(sp.lambdify(Z, stated.r_transform.subs(values), "numpy")(g)) * np.ones_like(g)
    return np.asarray(np.abs(r + 1 / g - points) / (np.abs(r) + np.abs(1 / g) + np.abs(points)))


def _subordinated(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part(PART))
    largest, settled, count = 0.0, 0, {Profile.QUICK: 5, Profile.STANDARD: 9, Profile.THOROUGH: 41}[context.profile]
    triples = list(product(("3/10", "3/2", "40"), ("1/4", "9/10", "1", "3/2"), ("1", "2")))
    for energy, ratio, scale in triples[:: STRIDE[context.profile]]:
        place = (Fraction(energy), Fraction(ratio), Fraction(scale))
        points = inner_points(*place, count)
        g = subordinated(points, *map(float, place))
        found = residuals(LINEAR, place, points, g)
        for value in found.tolist():
            counter.count(case(place[1], place[0], place[2]), None if value != value else value <= RESIDUAL)
            largest, settled = max(largest, value), settled + (value == value)
    points = inner_points(*PLACE, 9)
    g = subordinated(points, *map(float, PLACE))
    controls = []
    for words, other in laws(LINEAR):
        found = residuals(other, PLACE, points, g)
        controls.append(
            Mutant(description=words, caught=bool(found.max() > RESIDUAL), by=f"residual {found.max():.1e}")
        )
    return Finding(
        Strength.SAMPLE, f"{settled} places λ of triples (ε, τ, σ)", counter.tally, counter.regions,
        tuple(controls), details={"largest residual": largest},
    )  # fmt: skip


def demonstrate_integrated() -> None:
    """One law and one wrong one."""
    integrated(FreeSum(LINEAR, *PLACE), prescribed(LINEAR, PLACE))
    integrated(FreeSum(RELU, *PLACE), prescribed(RELU, PLACE))


def demonstrate_subordinated() -> None:
    """One fixed point."""
    subordinated(np.array([1.0]), 0.5, 0.25)


CHECKS = (
    FunctionCheck(CLAIM, PART, "moments", Engine.FLOAT, INTEGRATED, _integrated, demonstrate_integrated),
    FunctionCheck(CLAIM, PART, "subordination", Engine.FLOAT, SUBORDINATED, _subordinated, demonstrate_subordinated),
)
