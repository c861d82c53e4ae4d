"""Criteria for the laws that take the place of the random model's, committed before the runs.

Distances are Kolmogorov's, between the eigenvalues of what is drawn and the limit law; for linear statistics of such
matrices and for distribution functions away from edges they fall like 1/n, so that the limits are a few times 1/n. The
share of open gates and the moments are means over draws, which have to lie within five, for the moments four, standard
errors of the exact value; a wrong formula is hundreds of them away or not worth telling apart.
"""

from __future__ import annotations

import math

from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.model.check import Profile

BLOCKS, OUTER, MOMENTS, STRUCTURE = (
    "hessproof.error_blocks", "hessproof.linear_outer_law", "hessproof.hessian_moments", "pennington2017.relu_r",
)  # fmt: skip
RATIOS = {Profile.QUICK: (1.0,), Profile.STANDARD: (0.5, 1.0, 3.0), Profile.THOROUGH: (0.25, 0.5, 1.0, 2.0, 3.0)}
"""τ; above 2 the law of H_1 with one gate in two has an atom at 0, without gates above 4."""
BLOCK_SIZES = {Profile.QUICK: 60, Profile.STANDARD: 120, Profile.THOROUGH: 240}
OUTER_SIZES = {Profile.QUICK: 24, Profile.STANDARD: 48, Profile.THOROUGH: 96}
"""n; eigenvalues are those of n matrices of n rows each."""
DRAWS = {Profile.QUICK: 60, Profile.STANDARD: 200, Profile.THOROUGH: 1000}
"""Networks for a mean of moments."""
MOMENT_SIZES = (4, 6)
"""n and m."""
SEEDS = {Profile.QUICK: 1, Profile.STANDARD: 2, Profile.THOROUGH: 5}


def _seeds(first: int, profile: Profile) -> tuple[int, ...]:
    return tuple(range(first, first + SEEDS[profile]))


def gates(profile: Profile) -> Criterion:
    """Half of the gates of a rectified network are open at its initialisation."""
    n = 64
    return Criterion(
        STRUCTURE, "gates", f"ReLU, n = {n}, m = {2 * n}", "|share of open gates − ½|", "<=",
        5 / (2 * math.sqrt(2) * n), _seeds(7810, profile), "five standard errors, as two gates are independent",
    )  # fmt: skip


def blocks(part: str, tau: float, profile: Profile) -> Criterion:
    """The eigenvalues of H_1 follow the compound Poisson law.

    Example:
        >>> blocks("relu", 1.0, Profile.QUICK).threshold == 4 / 60
        True
    """
    n = BLOCK_SIZES[profile]
    return Criterion(
        BLOCKS, part, f"{part}, n = {n}, τ = {tau:g}, drawn residuals", "distance of the spectrum of H_1 from the law",
        "<=", 4 / n, _seeds(7820, profile), "it falls like 1/n; four times that",
    )  # fmt: skip


def outer(tau: float, profile: Profile) -> Criterion:
    """The eigenvalues of H_0 without activation follow the mixture."""
    n = OUTER_SIZES[profile]
    return Criterion(
        OUTER, "law", f"no activation, n = {n}, τ = {tau:g}", "distance of the spectrum of H_0 from the law", "<=",
        2 / n, _seeds(7830, profile), "half of the law is an atom, the rest moves by about 1/n",
    )  # fmt: skip


def moments(part: str, profile: Profile) -> Criterion:
    """The mean of a moment over drawn networks is the exact one."""
    n, m = MOMENT_SIZES
    return Criterion(
        MOMENTS, part, f"no activation, n = {n}, m = {m}, {DRAWS[profile]} networks",
        "|mean − exact value| in standard errors", "<=", 4.0, _seeds(7840, profile),
        "a normal mean is outside once in 16,000 times",
    )  # fmt: skip


INDEX = "hessproof.linear_index"
INDEX_SIZES = {Profile.QUICK: 8, Profile.STANDARD: 16, Profile.THOROUGH: 24}
INDEX_RATIOS = (0.5, 1.0)


def corrected(tau: float, profile: Profile) -> Criterion:
    """The right marginal laws, added as if they were free, give the fraction of negative eigenvalues.

    Example:
        >>> corrected(0.5, Profile.QUICK).threshold
        0.05
    """
    n = INDEX_SIZES[profile]
    return Criterion(
        INDEX, "corrected", f"no activation, n = {n}, τ = {tau:g}, drawn residuals",
        "largest |α − α of the free sum of the right laws|", "<=", 0.05, _seeds(7850, profile),
        "the criterion of the part usable of pennington2017.assumptions",
    )  # fmt: skip
