"""Wall time of a call, and the median time of a call that is repeated within a process."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

Found = dict[str, Any]
Work = Callable[[], Found]

ENOUGH, MOST = 0.5, 15
"""A short call is repeated for about this many seconds, and not more often than this; a call of ten times as many
seconds is timed as it is, without another one to warm up."""


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call returns, and its seconds."""
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def usual(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call returns, and the median of its seconds; the first call warms up and does not count."""
    result, first = timed(call)
    if first > 10 * ENOUGH:
        return result, first
    times = [timed(call)[1]]
    while sum(times) < ENOUGH and len(times) < MOST:
        times.append(timed(call)[1])
    return result, median(times)
