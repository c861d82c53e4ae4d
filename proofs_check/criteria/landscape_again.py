"""Criteria of the second route to the experiments of Kiselev & Grabovoy 2024, §5: other code and other seeds.

One start at a time is trained with the gradient of another module, and D_k is drawn directly, for some k, as the mean
distance of a random object's loss from the mean loss of k others. The four networks are the ends of the two published
rows: 5 layers of 4 and of 64 neurons, 1 and 10 layers of 16. Limits are those of
`hessproof.proofs_check.criteria.landscape`. A start whose losses are all equal has no slope; it is left out, and at
least half of the starts must have one.
"""

from __future__ import annotations

import math

from hessproof.proofs_check.criteria.landscape import DEEPER, EPOCHS, SCHEDULES, SLOPES, WIDER, Comparison, Range

SEEDS = tuple(range(7901, 7909))
"""Seeds of the starts, for every profile."""
COUNTS = (10, 20, 50, 100, 200, 500, 1000, 1700)
"""The numbers k of objects at which D_k is drawn."""
DRAWS = 400
"""Draws for each k."""


def decay() -> list[tuple[tuple[int, int], Range]]:
    """The slope is about −1."""
    return [
        (network, Range(
            "kiselev2024.exp_decay", "rate", EPOCHS, f"{_words(*network)}; {SCHEDULES[EPOCHS][1]}; starts "
            "whose losses are not all equal, at least half of them",
            "slope of log D_k/(k + 1) against log k", *SLOPES, SEEDS,
            "'about 1/k' is read as an exponent between −1.1 and −0.9",
        ))
        for network in (WIDER[0], WIDER[-1], DEEPER[0], DEEPER[-1])
    ]  # fmt: skip


def ends(claim: str) -> list[Comparison]:
    """The last network of a row against its first."""
    wider = claim.endswith("width")
    one, *_, two = WIDER if wider else DEEPER
    low, high = (-math.inf, 0.0) if wider else (0.0, math.inf)
    why = "increasing the hidden size results in a smaller" if wider else "adding more layers leads to a greater"
    return [
        (one, two, Range(
            claim, "ends", EPOCHS, f"{_words(*two)} against {_words(*one)}; {SCHEDULES[EPOCHS][1]}",
            f"mean of D_k of {_words(*two)} less that of {_words(*one)}", low, high, SEEDS, f"'{why} difference'",
        ))
    ]  # fmt: skip


def _words(hidden: int, layers: int) -> str:
    return f"{layers} layer{'s' * (layers != 1)} of {hidden}"
