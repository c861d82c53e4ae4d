"""How time grows with the number of parameters: the slope of a line in a log–log plot."""

from __future__ import annotations

import math
from collections.abc import Sequence

ABOVE = 3.0
"""Only sizes that take this many times the time of the fastest one count: below, fixed costs hide the growth."""


def exponent(points: Sequence[tuple[float, float]]) -> tuple[float, float, int] | None:
    """Least squares fit of log t = e log p + c to the largest sizes.

    Args:
        points: Pairs of p and t, by rising p. From the largest p on down they count as long as t falls and is at least
            ``ABOVE`` times the smallest.

    Returns:
        e, c and the number of sizes that counted; None if they are fewer than two.

    Example:
        >>> e, c, count = exponent([(10, 0.1), (100, 0.1), (1000, 1.0), (10000, 100.0)])
        >>> round(e, 9), count
        (2.0, 2)
    """
    least = min((t for _, t in points), default=0.0)
    used: list[tuple[float, float]] = []
    for p, t in reversed(points):
        if t < ABOVE * least or (used and math.log(t) >= used[-1][1]):
            break
        used.append((math.log(p), math.log(t)))
    if len(used) < 2:
        return None
    x_mean, y_mean = (sum(column) / len(used) for column in zip(*used, strict=True))
    slope = sum((x - x_mean) * (y - y_mean) for x, y in used) / sum((x - x_mean) ** 2 for x, _ in used)
    return slope, y_mean - slope * x_mean, len(used)
