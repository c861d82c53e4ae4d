"""Which cases a survey measures at each profile: everything small, a seeded sample of the rest, some large ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from hessproof.proofs_check.enumeration import architectures_within, ranks
from hessproof.proofs_check.surveys.record import TARGETS, Request
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

LAYERS, WIDTH = 4, 5
"""The enumerated range of the thorough profile: all 3,900 architectures with L ≤ 4 and widths ≤ 5."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How much is measured.

    Args:
        width: Every architecture with L ≤ 4 and widths up to this, with every r and every s.
        sample: Random cases among the other architectures with L ≤ 4 and widths ≤ 5.
        middle: Random cases with L ≤ 8, widths ≤ 12, p ≤ 300.
        large: (least p, largest p) of each large case.
        data: Random cases with data fixed before the weights.
        draws: Independent instances for each case.
    """

    width: int
    sample: int
    middle: int
    large: tuple[tuple[int, int], ...]
    data: int
    draws: int


PROFILES = {
    "quick": Profile(2, 200, 40, ((300, 500),), 80, 2),
    "standard": Profile(3, 600, 150, (*((300, 500),) * 6, (700, 1000), (1500, 2000)), 300, 2),
    "thorough": Profile(5, 0, 600, (*((300, 600),) * 20, *((800, 1200),) * 4, *((1500, 2000),) * 3), 3000, 3),
}
"""Profiles by name."""


@dataclass(frozen=True)
class Plan:
    """Requests, with a description of each part."""

    requests: tuple[Request, ...]
    scope: tuple[str, ...]
    exhaustive: tuple[int, int] | None


def plan(profile: str = "standard", seed: int = 0) -> Plan:
    """The cases of a profile. The same profile and seed always give the same plan.

    Raises:
        UnusableRequest: If the profile is unknown.

    Example:
        >>> plan("quick").scope[0]
        'all 60 architectures with L ≤ 4 and widths ≤ 2, every r and every s (255 cases)'
    """
    if profile not in PROFILES:
        raise UnusableRequest(f"profile {profile!r}", f"one of {', '.join(PROFILES)}", "give --profile standard")
    chosen = PROFILES[profile]
    rng = np.random.default_rng([seed, 1])
    all_small = architectures_within(LAYERS, WIDTH)
    enumerated = [a for a in all_small if max(a.widths) <= chosen.width]
    rest = [a for a in all_small if max(a.widths) > chosen.width]
    parts = {
        f"all {len(enumerated)} architectures with L ≤ {LAYERS} and widths ≤ {chosen.width}, every r and every s": list(
            _every(enumerated, seed, chosen.draws)
        ),
        f"random cases of the other {len(rest)} architectures with L ≤ {LAYERS} and widths ≤ {WIDTH}": [
            _random_case(rng, rest[int(rng.integers(len(rest)))], chosen.draws)
            for _ in range(chosen.sample if rest else 0)
        ],
        "random cases with L ≤ 8, widths ≤ 12 and p ≤ 300": [
            _random_case(rng, random_architecture(rng, 1, 300, 8, 12), chosen.draws) for _ in range(chosen.middle)
        ],
        "random cases with L ≤ 6 and p up to 2000": [
            _random_case(rng, random_architecture(rng, least, most, 6, 60), min(2, chosen.draws))
            for least, most in chosen.large
        ],
        "random cases with L ≤ 5 and widths ≤ 6, data fixed before the weights": [
            _random_data(rng, chosen.draws) for _ in range(chosen.data)
        ],
    }
    unique = {part: list(dict.fromkeys(requests)) for part, requests in parts.items()}
    return Plan(
        tuple(dict.fromkeys(request for requests in unique.values() for request in requests)),
        tuple(f"{part} ({len(requests)} cases)" for part, requests in unique.items() if requests),
        (LAYERS, chosen.width),
    )


def random_architecture(rng: np.random.Generator, least: int, most: int, layers: int, width: int) -> Architecture:
    """An architecture with ``least`` ≤ p ≤ ``most``, L ≤ ``layers`` and widths ≤ ``width``, by rejection.

    Widths are drawn log-uniformly, so that narrow layers beside wide ones are common.
    """
    while True:
        count = int(rng.integers(1, layers + 1)) + 1
        widths = np.floor(np.exp(rng.uniform(0.0, np.log(width + 1), size=count))).astype(int)
        architecture = Architecture(tuple(int(value) for value in np.clip(widths, 1, width)))
        if least <= architecture.parameters <= most:
            return architecture


def _every(architectures: Iterable[Architecture], seed: int, draws: int) -> Iterator[Request]:
    for architecture in architectures:
        for data_rank, residual_rank in ranks(architecture):
            yield Request(architecture.widths, data_rank, residual_rank, seed, draws)


def _random_case(rng: np.random.Generator, architecture: Architecture, draws: int) -> Request:
    """A random r and s, full rank of either in half of the cases."""
    data_rank = _rank(rng, architecture.inputs)
    residual_rank = _rank(rng, min(data_rank, architecture.outputs))
    return Request(architecture.widths, data_rank, residual_rank, int(rng.integers(2**31)), draws)


def _random_data(rng: np.random.Generator, draws: int) -> Request:
    architecture = random_architecture(rng, 1, 120, 5, 6)
    samples = int(rng.integers(1, 2 * architecture.inputs + 2))
    data_rank = _rank(rng, min(samples, architecture.inputs))
    targets = TARGETS[int(rng.integers(len(TARGETS)))]
    return Request(architecture.widths, data_rank, -1, int(rng.integers(2**31)), draws, targets, samples)


def _rank(rng: np.random.Generator, largest: int) -> int:
    return largest if rng.random() < 0.5 else int(rng.integers(0, largest + 1))
