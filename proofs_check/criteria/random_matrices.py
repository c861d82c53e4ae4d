"""Criteria of the comparisons of limit laws with drawn random matrices, committed before the runs.

D_n = sup |F_n − F| of one n × n matrix; g_n its Stieltjes transform; N_- the number of its negative eigenvalues. The
eigenvalues of one matrix repel each other, so that D_n is of the order (log n)/n, not n^{-1/2} as for independent
points: for β = 1 the leading term is (√2/π)(log n)/n = 0.45 (log n)/n (Claeys, Fahs, Lambert & Webb 2021 for one
interval and β = 2, where it is (log n)/(πn); variances double for β = 1). The extreme eigenvalues fluctuate by
n^{-2/3}, with the Tracy–Widom law of β = 1 in the units of `hessproof.numeric.random_matrices.fit.edge_deviation`.

Thresholds come from a pilot with seeds 0 to 19, which are not used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.landscape import Range
from hessproof.proofs_check.model.check import Profile

DISTANCE, RATE = 1.0, (-1.25, -0.5)
"""Largest n D_n/log n, and between which numbers the slope of log D_n against log n lies."""
TRANSFORM = {"semicircle": 60.0, "marchenko_pastur": 40.0, "block": 40.0, "linear": 100.0, "relu": 40.0}
"""Largest n max |R(g_n(z)) + 1/g_n(z) − z|/|z| over eight places."""
COUNT = 5.0
"""Largest difference between N_- and nα."""
EDGE, EDGE_MEAN = 7.0, 1.0
"""Largest deviation of one extreme eigenvalue, and of the mean of many from the mean of Tracy–Widom, in its units."""
TRACY_WIDOM = (-1.2065335745820, 1.6077810345810)
"""Mean and variance of the Tracy–Widom law of β = 1 (Bornemann 2010)."""

LAW_SIZES = {
    Profile.QUICK: (400, 1600),
    Profile.STANDARD: (400, 800, 1600, 3200),
    Profile.THOROUGH: (400, 1600, 6400, 12800),
}
"""n of the spectra that come from tridiagonal matrices."""
LAW_SEEDS = tuple(range(8001, 8006))
DENSE_SIZES = {Profile.QUICK: (400,), Profile.STANDARD: (400, 1000), Profile.THOROUGH: (400, 1000, 2000)}
"""n of dense matrices with entries ±1 or uniform."""
DENSE_SEEDS = (8011, 8012)
EDGE_SIZE, EDGE_SEEDS = 400, tuple(range(8021, 8061))
"""Of the mean of extreme eigenvalues: 40 draws leave a standard error of 0.2."""
SEMICIRCLES = (Fraction(1), Fraction(2))
"""σ of the semicircle law; entries have variance σ²/n."""
PASTURS = tuple((Fraction(s), Fraction(t)) for s, t in (("1", "1/4"), ("1", "1"), ("1", "4"), ("2", "1/2")))
"""(σ, τ) of the Marchenko–Pastur law; entries have variance σ/p."""


@dataclass(frozen=True, order=True)
class Point:
    """A sum H_0 + H_1 of the model.

    Args:
        epsilon: ε.
        tau: τ.
        relu: Whether H_1 is the block matrix of ReLU.
    """

    epsilon: Fraction
    tau: Fraction
    relu: bool = False

    @property
    def words(self) -> str:
        """The numbers, in words."""
        return f"ε = {self.epsilon}, τ = {self.tau}{', ReLU' if self.relu else ''}"

    @property
    def kind(self) -> str:
        """Key of `TRANSFORM`."""
        return "relu" if self.relu else "linear"


def _points(relu: bool, *pairs: tuple[str, str]) -> tuple[Point, ...]:
    return tuple(Point(Fraction(epsilon), Fraction(tau), relu) for epsilon, tau in pairs)


GRID = (
    *_points(False, ("1/50", "1/4"), ("1/20", "1/4"), ("1/2", "1/4"), ("1/5", "1/2"), ("1/10", "1"), ("1/2", "2")),
    *_points(True, ("1/2", "1/4"), ("1", "1/4"), ("1/5", "1/2"), ("1", "1/2"), ("1/10", "1"), ("1", "3")),
)
"""Below ε_c (1/50 < 0.0435 and, with ReLU, 1/2 < 0.627 at τ = 1/4), just above it, far above it, τ = 1 and τ > 1."""
LARGE = (
    *_points(False, ("1/20", "1/4"), ("1/2", "1/4"), ("1/5", "1/2"), ("1/2", "2")),
    *_points(True, ("1", "1/2"), ("1", "3")),
)
"""What the thorough profile draws at n = 4000; the whole grid takes about half an hour there."""
SUMS = {
    Profile.QUICK: (400, GRID, (8101,)),
    Profile.STANDARD: (1000, GRID, (8101, 8102)),
    Profile.THOROUGH: (4000, LARGE, (8101, 8102, 8103)),
}
"""n, points and seeds of the sums."""
CAMPAIGN = (4000, GRID, (8101, 8102, 8103))
"""The whole grid at n = 4000, three seeds: run once, and reported in the documentation."""
RATE_POINTS = (*_points(False, ("1/2", "1/4")), *_points(True, ("1", "1/2")))
RATE_SIZES, RATE_SEEDS = (250, 500, 1000), tuple(range(8201, 8207))
"""Sums whose D_n is followed over n, in the standard and the thorough profile."""
BLOCKS = tuple((Fraction(e), Fraction(t)) for e, t in (("1/2", "1/4"), ("1/2", "1"), ("2", "1"), ("1/2", "4")))
"""(ε, τ) of the block matrix of ReLU alone."""
BLOCK_SIZES = {Profile.QUICK: (400,), Profile.STANDARD: (400, 1600), Profile.THOROUGH: (400, 1600, 4000)}
BLOCK_SEEDS = (8301, 8302)


def each(claim: str, part: str, what: str, measure: str, seeds: tuple[int, ...], kind: str = "linear") -> Criterion:
    """The criterion that every spectrum of a part has to meet.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        what: What is drawn, in words.
        measure: ``distance``, ``transform``, ``count``, ``edge`` or ``edges``.
        seeds: Seeds of the draws.
        kind: Key of `TRANSFORM`.

    Example:
        >>> each("pennington2017.semicircle", "limit", "GOE", "distance", (1,)).met(0.6)
        True
    """
    words, threshold, why = {
        "distance": ("n D_n/log n", DISTANCE, "twice the leading term 0.45; the pilot had at most 0.65 at n = 400"),
        "transform": (
            "n max |R(g_n) + 1/g_n − z|/|z|",
            TRANSFORM[kind],
            "at least twice the pilot's largest, 20, 13, 11, 42 and 11; a wrong R is off by a multiple of n",
        ),
        "count": (
            "|N_- − nα|",
            COUNT,
            "four standard deviations; in the pilot they were at most 1.2, and the largest difference 2.8",
        ),
        "edge": ("|deviation of an extreme eigenvalue|, in units of n^{-2/3}", EDGE, "a chance of about 1e-4"),
        "edges": (
            "|mean deviation of the largest eigenvalue + 1.2065|, in units of n^{-2/3}",
            EDGE_MEAN,
            "four standard errors of the mean of 40 draws, and 0.2 for n = 400",
        ),
    }[measure]
    return Criterion(claim, part, what, words, "<=", threshold, seeds, why)


def rate(claim: str, part: str, what: str, seeds: tuple[int, ...]) -> Range:
    """The criterion on how D_n falls with n.

    Example:
        >>> rate("pennington2017.density", "density", "sum", (1, 2)).met([-0.84, -0.86])
        True
    """
    return Range(
        claim, part, "everywhere", what, "slope of log D_n against log n", *RATE, seeds,
        "(log n)/n has −0.8 to −0.9 in this range, independent points −1/2, a wrong law 0",
    )  # fmt: skip
