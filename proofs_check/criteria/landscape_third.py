"""A criterion added after `hessproof.proofs_check.criteria.landscape_second`, before the runs that it judges.

A look at 100 starts (seeds 6901 to 7000, ten epochs) and 40 starts (seeds 6901 to 6940, as many steps as published)
suggested that from 5 to 10 layers the difference falls in ten epochs, and rises in as many steps as published. Both are
put to the test with new seeds.
"""

from __future__ import annotations

import math

from hessproof.proofs_check.criteria.landscape import EPOCHS, SCHEDULES, STEPS, Comparison, Range

SEEDS = {EPOCHS: tuple(range(7001, 7101)), STEPS: tuple(range(7101, 7121))}
LIMITS = {EPOCHS: (-math.inf, 0.0), STEPS: (0.0, math.inf)}
"""On which side of zero the whole interval has to lie."""


def deep(schedule: str) -> list[Comparison]:
    """Ten layers of 16 against five.

    Example:
        >>> [rule.high for _, _, rule in deep(EPOCHS)]
        [0.0]
    """
    return [
        ((16, 5), (16, 10), Range(
            "hessproof.deep_spread", "few" if schedule == EPOCHS else "many", "everywhere",
            f"10 layers of 16 against 5 layers of 16; {SCHEDULES[schedule][1]}",
            "height of 10 layers of 16 less height of 5 layers of 16", *LIMITS[schedule], SEEDS[schedule],
            "suggested by a look at other starts; new seeds",
        ))
    ]  # fmt: skip
