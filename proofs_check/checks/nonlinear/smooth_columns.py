"""Whether the ranks of the block columns of H_f add up for tanh networks (Singh et al. 2021, §4.3)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.rectified.balls import BallRank, ball_functional, ball_rank
from hessproof.numeric.rectified.powers import PowerNetwork, power_ranks
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

Array = npt.NDArray[Any]

TANH_BALLS = "ball arithmetic at dyadic parameters: pivots that exclude zero, of the matrix and of its block columns"
TANH_POWERS = "exact ranks over Q(ln 2) of tanh networks whose pre-activations are integer multiples of ln 2"
SMOOTH = {Profile.QUICK: (8, 14), Profile.STANDARD: (60, 24), Profile.THOROUGH: (400, 36)}
"""Tanh networks that are tried, and their largest p."""
REST = -200.0
"""What ball arithmetic leaves must be below 10^-200 to count as nothing found; pivots are far above."""


def tanh_balls(context: Context) -> Finding:
    """Random dyadic parameters in ball arithmetic."""
    counter = Counter(claim("singh2021.independence").part("tanh"))
    count, largest = SMOOTH[context.profile]
    rng, nonsingular, pivots, rests = np.random.default_rng(context.seed_for("tanh balls") % 2**31), 0, [0.0], [-1e9]
    for number in range(count):
        architecture, samples = _smooth_architecture(rng, (2, 4), largest, number)
        matrix = _dyadic_functional(architecture, samples, rng)
        whole, parts = ball_columns(matrix, architecture)
        clear = all(found.rest is None or found.rest < REST for found in (whole, *parts))
        outcome = whole.lower == sum(found.lower for found in parts)
        counter.count(Case(architecture, min(samples, architecture.inputs), 0), outcome if clear else None)
        nonsingular += whole.lower == architecture.parameters
        pivots += [found.smallest_pivot for found in (whole, *parts)]
        rests += [found.rest for found in (whole, *parts) if found.rest is not None]
    return Finding(
        Strength.SAMPLE,
        f"{count} tanh networks with L ≤ 4 and p ≤ {largest}, 1 to 6 samples; {nonsingular} with a nonsingular H_f, "
        "which proves the statement for almost all parameters of theirs",
        counter.tally,
        counter.regions,
        (_ball_control(),),
        details={
            "bits": 2000,
            "smallest pivot, log10": min(pivots),
            "largest rest, log10": max(rests),
            "nonsingular": nonsingular,
        },
    )


def ball_columns(matrix: Array, architecture: Architecture) -> tuple[BallRank, list[BallRank]]:
    """Lower bounds for the matrix and for its block columns."""
    return ball_rank(matrix), [ball_rank(matrix[:, piece]) for piece in architecture.slices]


def tanh_powers(context: Context) -> Finding:
    """Random networks over Q(ln 2); the largest of three draws for each architecture and number of samples."""
    counter = Counter(claim("singh2021.independence").part("tanh"))
    count, largest = SMOOTH[context.profile]
    rng = np.random.default_rng(context.seed_for("tanh powers") % 2**31)
    for number in range(count):
        architecture, samples = _smooth_architecture(rng, (2, 3), largest, number)
        found = [power_ranks(_power_network(architecture, samples, rng), _points(rng)) for _ in range(3)]
        columns = [max(ranks) for ranks in zip(*(each for _, each in found), strict=True)]
        outcome = max(rank for rank, _ in found) == sum(columns)
        counter.count(Case(architecture, min(samples, architecture.inputs), 0), outcome)
    scope = f"{count} tanh networks with L ≤ 3 and p ≤ {largest}, 1 to 6 samples, three draws each, modulo 2^61 − 1"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, (_power_control(),))


def _smooth_architecture(
    rng: np.random.Generator, depths: tuple[int, int], largest: int, number: int
) -> tuple[Architecture, int]:
    """Random widths with at most ``largest`` parameters, depths in turn; and a number of samples."""
    depth = depths[0] + number % (depths[1] - depths[0] + 1)
    while True:
        widths = tuple(int(width) for width in rng.integers(1, 5, depth + 1))
        architecture = Architecture(widths, activation="tanh")
        if architecture.parameters <= largest:
            return architecture, int(rng.integers(1, 7))


def _dyadic_functional(architecture: Architecture, samples: int, rng: np.random.Generator) -> Array:
    def dyadic(shape: tuple[int, int]) -> Array:
        numbers = rng.integers(-2048, 2049, shape)
        return np.asarray(np.vectorize(lambda entry: Fraction(int(entry), 1024), otypes=[object])(numbers))

    weights = [dyadic(shape) for shape in architecture.weight_shapes]
    return ball_functional(
        architecture, weights, dyadic((samples, architecture.inputs)), dyadic((samples, architecture.outputs))
    )


def _power_network(architecture: Architecture, samples: int, rng: np.random.Generator) -> PowerNetwork:
    *hidden, last = architecture.weight_shapes
    weights = [*(_nonzero(rng, shape, 9) for shape in hidden), _nonzero(rng, last, 10**6)]
    inputs = _nonzero(rng, (samples, architecture.inputs), 9)
    return PowerNetwork(architecture, tuple(weights), inputs, _nonzero(rng, (samples, architecture.outputs), 10**6))


def _points(rng: np.random.Generator) -> tuple[int, ...]:
    return (int(rng.integers(2, 2**60)),)


def _nonzero(rng: np.random.Generator, shape: tuple[int, int], bound: int) -> Array:
    return np.asarray(rng.integers(1, bound + 1, shape) * rng.choice([-1, 1], shape)).astype(object)


def _special() -> tuple[Architecture, list[list[list[int]]], list[list[int]], list[list[int]]]:
    """1-1-1-1 with W^3 = 0: the block columns have rank one each, and H_f has rank two."""
    return Architecture((1, 1, 1, 1), activation="tanh"), [[[1]], [[1]], [[0]]], [[1]], [[1]]


def _ball_control() -> Mutant:
    architecture, weights, inputs, targets = _special()
    whole, parts = ball_columns(ball_functional(architecture, weights, inputs, targets), architecture)
    caught = whole.lower != sum(found.lower for found in parts)
    return Mutant(description="the same at a special point, W^3 = 0", caught=caught, by="two ranks, 2 and 3")


def _power_control() -> Mutant:
    architecture, weights, inputs, targets = _special()
    exact = [np.asarray(part, dtype=object) for part in (*weights, inputs, targets)]
    whole, parts = power_ranks(PowerNetwork(architecture, tuple(exact[:3]), exact[3], exact[4]), (12345678901,))
    return Mutant(
        description="the same at a special point, W^3 = 0", caught=whole != sum(parts), by="two ranks, 2 and 3"
    )


def demonstrate_balls() -> None:
    """A special point in ball arithmetic."""
    _ball_control()


def demonstrate_powers() -> None:
    """A special point over Q(ln 2)."""
    _power_control()


CHECKS = (
    FunctionCheck("singh2021.independence", "tanh", "balls", Engine.BALL, TANH_BALLS, tanh_balls, demonstrate_balls),
    FunctionCheck(
        "singh2021.independence", "tanh", "powers of two", Engine.EXACT, TANH_POWERS, tanh_powers, demonstrate_powers
    ),
)
