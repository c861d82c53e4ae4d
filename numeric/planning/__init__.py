"""What a computation will cost, in operations and bytes, before it is begun."""

from __future__ import annotations

from hessproof.numeric.planning.cost import Cost, largest_that_fits
from hessproof.numeric.planning.plan import (
    Plan,
    bytes_in_words,
    make_plan,
    refuse_if_it_cannot_fit,
    seconds_in_words,
)
from hessproof.numeric.planning.speed import Speed, machine_speed
from hessproof.numeric.planning.watch import Watch, current_watch, watched_by

__all__ = [
    "Cost",
    "Plan",
    "Speed",
    "Watch",
    "bytes_in_words",
    "current_watch",
    "largest_that_fits",
    "machine_speed",
    "make_plan",
    "refuse_if_it_cannot_fit",
    "seconds_in_words",
    "watched_by",
]
