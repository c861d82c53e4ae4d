r"""How a distance falls with the size of the matrix: a power, and the law of rigid eigenvalues.

Eigenvalues repel each other, so that nD_n grows like log n only: nD_n = a + b log n, where b tends to √2/π = 0.450 for
real symmetric matrices. For independent points it would be √n, for a wrong law n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hessproof.symbolic.errors import UnusableRequest

RIGID = math.sqrt(2) / math.pi
"""b for β = 1: the maximum of a logarithmically correlated field, √(2/β)/π."""


@dataclass(frozen=True)
class Line:
    """A least-squares line y = a + bx.

    Args:
        intercept: a.
        slope: b.
        error: Standard error of b; NaN for two points, which leave no residual.
    """

    intercept: float
    slope: float
    error: float


def power(sizes: Sequence[int], distances: Sequence[float]) -> Line:
    """log D = a + b log n: b is the power with which the distance falls.

    Raises:
        UnusableRequest: If there are fewer than two sizes, or a number is not positive.

    Example:
        >>> round(power([10, 100, 1000], [0.1, 0.01, 0.001]).slope, 9)
        -1.0
    """
    return _line(_logarithms(sizes, "sizes"), _logarithms(distances, "distances"))


def rigidity(sizes: Sequence[int], distances: Sequence[float]) -> Line:
    """nD = a + b log n, to be compared with b = `RIGID`.

    Raises:
        UnusableRequest: If there are fewer than two sizes, or a number is not positive.

    Example:
        >>> import math
        >>> found = rigidity([100, 1000], [(1 + 0.45 * math.log(n)) / n for n in (100, 1000)])
        >>> round(found.intercept, 6), round(found.slope, 6)
        (1.0, 0.45)
    """
    logarithms = _logarithms(sizes, "sizes")
    _logarithms(distances, "distances")
    return _line(logarithms, [size * distance for size, distance in zip(sizes, distances, strict=True)])


def _logarithms(values: Sequence[float], what: str) -> list[float]:
    if not all(math.isfinite(value) and value > 0 for value in values):
        raise UnusableRequest(f"these {what}", "finite numbers above 0", "leave out the others")
    return [math.log(value) for value in values]


def _line(x: Sequence[float], y: Sequence[float]) -> Line:
    if len(x) != len(y) or len(set(x)) < 2:
        raise UnusableRequest("these sizes", "at least two different ones, each with a distance", "draw more")
    places, values = np.asarray(x), np.asarray(y)
    centred = places - places.mean()
    spread = float((centred**2).sum())
    slope = float((centred * values).sum()) / spread
    intercept = float(values.mean()) - slope * float(places.mean())
    rest = float(((values - intercept - slope * places) ** 2).sum())
    error = math.sqrt(rest / (len(x) - 2) / spread) if len(x) > 2 else math.nan
    return Line(intercept, slope, error)
