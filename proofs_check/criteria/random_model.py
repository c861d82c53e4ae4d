"""Criteria for the random model of the Hessian, its assumptions one by one, committed before the runs.

Real two-layer networks with all widths n are drawn: weights N(0, v/n) with v = 1, for ReLU v = 2, which keeps the size
of the signals; inputs N(0, 1) or the digits averaged down to 4 × 4 and whitened; targets N(0, 1) or the classes. There
are three places at which a network is looked at: at its *initialisation*; with *drawn residuals*, where the targets
are moved so that e ~ N(0, 2ε) independently of everything else, just as the model says; and at a *minimum* that least
squares reach from the initialisation.

Distances between spectra are Kolmogorov's: the largest difference of two distribution functions. Where the shape of a
law is asked for, the eigenvalues are first brought to the law's own mean or mean square, so that a wrong scale alone
misses no criterion. A true Wishart or Wigner matrix of 512 rows is within about 0.005 of its law, and so are two
independent draws of each other within about 0.01; the limit of 0.05 is some ten times that, and a twentieth of the
eigenvalues is what a picture can show. Every single run has to meet its criterion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.model.check import Profile

CLAIM = "pennington2017.assumptions"
INITIAL, DRAWN, MINIMUM = "initialisation", "drawn residuals", "minimum"
ACTIVATIONS = ("linear", "relu", "tanh")
DISTANCE = 0.05
"""Largest distance of two distribution functions; see above."""
RATIOS = (0.5, 1.0)
"""τ = 2n/m."""
SIZES = {Profile.QUICK: 8, Profile.STANDARD: 16, Profile.THOROUGH: 24}
"""n; H has 2n² rows. The digits have n = 16 inputs."""
SEEDS = {Profile.QUICK: 1, Profile.STANDARD: 2, Profile.THOROUGH: 5}
"""Runs of each setting."""
FIRST_SEED = {"weights": 7100, "data": 7200, "residuals": 7300, "wishart": 7400, "wigner": 7500, "free": 7600,
              "usable": 7700}  # fmt: skip
ENERGIES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""ε at which fractions of negative eigenvalues are compared; without ReLU ε_c = 0.0113 and 0 lie below them."""
ENERGY = 1 / 4
"""ε at which one energy does."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is drawn.

    Args:
        activation: Of the hidden layer.
        data: gaussian or digits.
        n: All widths.
        m: Samples.
        place: INITIAL, DRAWN or MINIMUM.

    Example:
        >>> Setting("linear", "gaussian", 8, 16, INITIAL).tau
        1.0
    """

    activation: str
    data: str
    n: int
    m: int
    place: str

    @property
    def tau(self) -> float:
        """τ = 2n/m."""
        return 2 * self.n / self.m

    @property
    def words(self) -> str:
        """The setting in words."""
        return f"{self.activation}, {self.data} data, n = {self.n}, τ = {self.tau:g}, {self.place}"


Rule = tuple[Setting, Criterion]


def rules(part: str, profile: Profile) -> list[Rule]:
    """Every setting of a part with its criterion or criteria.

    Example:
        >>> for setting, rule in rules("wishart", Profile.QUICK)[:2]:
        ...     print(setting.words, "|", rule.relation, rule.threshold)
        linear, gaussian data, n = 8, τ = 0.5, initialisation | <= 0.05
        linear, gaussian data, n = 8, τ = 1, initialisation | <= 0.05
    """
    return [(setting, rule) for setting in _settings(part, profile) for rule in _criteria(part, setting, profile)]


def _settings(part: str, profile: Profile) -> list[Setting]:
    if part == "data":
        return [Setting("linear", "digits", 16, 1797, INITIAL)]
    size = max(16, SIZES[profile]) if part == "residuals" else SIZES[profile]
    if part == "weights":
        return [Setting("linear", "gaussian", size, 4 * size, MINIMUM)]
    places = {"residuals": (INITIAL,), "wishart": (INITIAL,), "wigner": (INITIAL, DRAWN)}.get(part, (DRAWN,))
    found = [
        Setting(activation, "gaussian", size, round(2 * size / tau), place)
        for activation in ACTIVATIONS for place in places for tau in RATIOS
    ]  # fmt: skip
    if profile != Profile.QUICK:
        found += [Setting(activation, "digits", 16, 64, place) for activation in ACTIVATIONS for place in places]
    if part == "residuals":
        found.append(Setting("linear", "gaussian", size, 4 * size, MINIMUM))
    return found


def _criteria(part: str, setting: Setting, profile: Profile) -> list[Criterion]:
    first, words = FIRST_SEED[part], setting.words
    seeds = tuple(range(first, first + SEEDS[profile]))

    def rule(measures: str, limit: float, why: str) -> Criterion:
        return Criterion(CLAIM, part, words, measures, "<=", limit, seeds, why)

    shape = "a tenth of it is what a matrix of the law itself shows at this size"
    match part:
        case "weights":
            return [
                rule(
                    "|correlation| of the entries of W²W¹ with those of the least-squares map YX⁺",
                    3 / setting.n,
                    "three standard deviations of n² pairs of independent entries",
                )
            ]
        case "data":
            return [
                Criterion(
                    CLAIM,
                    part,
                    words,
                    "largest |correlation| of the squares of two entries of an input",
                    "<=",
                    5 / math.sqrt(setting.m),
                    (0,),
                    "five standard deviations for independent entries",
                )
            ]
        case "residuals":
            return [
                rule(
                    "distance of e/√(2ε) from N(0, 1)",
                    1.63 / math.sqrt(setting.n * setting.m),
                    "Kolmogorov's test of mn independent numbers at the level of 1 %",
                ),
                rule(
                    "|log| of ‖EX⊤‖² over its mean 2εn·‖X‖² for residuals that do not depend on the data",
                    math.log(1.5),
                    "three standard deviations, each about 2/n, for independent residuals",
                ),
            ]
        case "wishart":
            return [rule("distance of the spectrum of H_0, mean 1, from the Marchenko–Pastur law", DISTANCE, shape)]
        case "wigner":
            return [rule("distance of the spectrum of H_1, mean square 1, from the semicircle", DISTANCE, shape)]
        case "free":
            return [
                rule("distance of the spectra of H_0 + H_1 and H_0 + QH_1Q⊤, Q a random rotation", DISTANCE, shape),
                rule(
                    "|φ(H_0 H_1²)/(φ(H_0) φ(H_1²)) − 1|, φ the normalised trace",
                    DISTANCE,
                    "for free elements it is 0, for matrices that rotate freely of the order 1/n²",
                ),
            ]
        case _:
            energies = ", ".join(f"{energy:g}" for energy in ENERGIES)
            return [rule(f"largest |α − α(ε, τ)| of the fraction of negative eigenvalues, ε = {energies}", DISTANCE,
                         "a model that predicts the index misses less than a twentieth of it")]  # fmt: skip


__all__ = [
    "ACTIVATIONS",
    "CLAIM",
    "DISTANCE",
    "DRAWN",
    "ENERGIES",
    "ENERGY",
    "INITIAL",
    "MINIMUM",
    "RATIOS",
    "Rule",
    "Setting",
    "rules",
]
