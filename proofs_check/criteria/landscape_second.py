"""Criteria added after the first runs of `hessproof.proofs_check.criteria.landscape`, before the runs that they judge.

*Decay.* The first criterion was badly posed: it counts a start as a miss if all of its losses are equal, so that every
difference is zero and there is no slope. Five layers of four neurons die like that now and then: of the seeds 6101 to
6120 one did (ten epochs, thorough profile), and the criterion was missed for this network, while the slopes of the
other 19 starts had the interval [−0.994, −0.988]. The one below leaves out dead starts and counts them; new seeds.

*Width and depth.* The first runs met "from 4 to 64" and "from 1 to 10" and missed single steps: in ten epochs the
curve rises from h = 4 to h = 8, and beyond five layers no step is told from zero. What these runs suggested is put to
the test with new seeds and more starts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from hessproof.proofs_check.criteria.landscape import (
    DEEPER,
    EPOCHS,
    SCHEDULES,
    SLOPES,
    STEPS,
    WIDER,
    Comparison,
    Range,
)

LIVE_SEEDS = tuple(range(6601, 6621))
"""Seeds of the second criterion on the decay: thorough profile, ten epochs."""
MANY, FEW, LONG = tuple(range(6701, 6731)), tuple(range(6731, 6741)), tuple(range(6801, 6821))
"""Seeds of comparisons of nearby networks, of distant ones, and in as many steps as published."""
MOST_DEAD = 0.5
"""A network of whose starts a larger share is dead is not judged."""


def live(values: Sequence[float]) -> list[float]:
    """The slopes of the starts that have one.

    Example:
        >>> live([-1.0, float("nan")])
        [-1.0]
    """
    return [value for value in values if math.isfinite(value)]


def live_decay() -> list[tuple[tuple[int, int], Range]]:
    """One criterion for every published network, on the slopes of the starts that are not dead."""
    return [
        ((hidden, layers), Range(
            "kiselev2024.exp_decay", "rate", EPOCHS, f"{layers} layers of {hidden}; {SCHEDULES[EPOCHS][1]}; starts "
            "whose losses are not all equal, at least half of them",
            "slope of log |𝓛_{k+1} − 𝓛_k| against log k", *SLOPES, LIVE_SEEDS,
            "'about 1/k' is read as an exponent between −1.1 and −0.9; a difference that is zero for all k has none",
        ))
        for hidden, layers in dict.fromkeys((*WIDER, *DEEPER))
    ]  # fmt: skip


def narrow() -> list[Comparison]:
    """In ten epochs the difference is greater for h = 8 than for h = 4."""
    return [_comparison("hessproof.width_spread", "narrow", (4, 5), (8, 5), EPOCHS, MANY, rises=True)]


def wide(schedule: str) -> list[Comparison]:
    """From 16 neurons on, the difference falls as the layers widen."""
    seeds = FEW if schedule == EPOCHS else LONG[:10]
    return [
        _comparison("hessproof.width_spread", "wide", one, two, schedule, seeds, rises=False)
        for one, two in (((16, 5), (32, 5)), ((32, 5), (64, 5)))
    ]


def shallow(schedule: str) -> list[Comparison]:
    """Up to five layers, the difference grows with the number of layers."""
    seeds = MANY if schedule == EPOCHS else LONG
    return [
        _comparison("hessproof.loss_spread", "shallow", one, two, schedule, seeds, rises=True)
        for one, two in (((16, 1), (16, 3)), ((16, 3), (16, 5)))
    ]


def _comparison(
    claim: str,
    part: str,
    one: tuple[int, int],
    two: tuple[int, int],
    schedule: str,
    seeds: tuple[int, ...],
    *,
    rises: bool,
) -> Comparison:
    low, high = (0.0, math.inf) if rises else (-math.inf, 0.0)
    named = [f"{layers} layer{'s' * (layers != 1)} of {hidden}" for hidden, layers in (one, two)]
    return one, two, Range(
        claim, part, schedule, f"{named[1]} against {named[0]}; {SCHEDULES[schedule][1]}",
        f"height of {named[1]} less height of {named[0]}", low, high, seeds, "suggested by the first runs; new seeds",
    )  # fmt: skip


BOTH = (EPOCHS, STEPS)
"""The schedules of ``wide`` and ``shallow``."""
