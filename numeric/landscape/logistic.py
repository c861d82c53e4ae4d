r"""Critical points of the last layer to many digits: Newton's method on a softmax regression, in mpmath.

With the features x^L held fixed, 𝓛_k is convex in W^L. If every feature vector comes with every label, its minimum is
attained; the last row of W^L is held at zero, which fixes the common shift of the logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import mpmath

DIGITS = 50
"""Working precision in decimal digits."""


Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A critical point.

    Args:
        loss: 𝓛_k there, the average over all objects.
        entropy: The average of −Σ_c p_c log p_c.
        gradient: Largest entry of |∂𝓛_k/∂W^L|.
    """

    loss: Any
    entropy: Any
    gradient: Any


@cache
def fitted(features: Counts, counts: Counts, steps: int = 60) -> Fit:
    """Newton's method from W^L = 0, damped while the loss does not fall.

    Args:
        features: Distinct feature vectors x^L as rows.
        counts: For each of them, how many objects there are of each class.
        steps: Most steps; few are needed.

    Example:
        >>> one = fitted(((1,),), ((2, 1),))
        >>> mpmath.nstr(one.loss, 10), mpmath.nstr(one.entropy, 10)
        ('0.6365141683', '0.6365141683')
    """
    with mpmath.workdps(DIGITS):
        width, free = len(features[0]), len(counts[0]) - 1
        weights = [[mpmath.mpf(0)] * width for _ in range(free)]
        for _ in range(steps):
            slope, curve = _derivatives(weights, features, counts)
            if max(map(abs, slope)) < mpmath.mpf(10) ** (5 - DIGITS):
                break
            for place in range(len(slope)):
                curve[place, place] += mpmath.mpf(10) ** (-DIGITS + 10)
            weights = _damped(weights, mpmath.lu_solve(curve, mpmath.matrix(slope)), features, counts)
        total, entropy = sum(map(sum, counts)), mpmath.mpf(0)
        for x, row in zip(features, counts, strict=True):
            entropy -= sum(row) * sum(q * mpmath.log(q) for q in _probabilities(weights, x)) / total
        gradient = max(map(abs, _derivatives(weights, features, counts)[0]))
        return Fit(_mean_loss(weights, features, counts), entropy, gradient)


def _damped(weights: Any, step: Any, features: Counts, counts: Counts) -> Any:
    before, scale, width = _mean_loss(weights, features, counts), mpmath.mpf(1), len(features[0])
    while True:
        moved = [[w - scale * step[a * width + j] for j, w in enumerate(row)] for a, row in enumerate(weights)]
        if _mean_loss(moved, features, counts) <= before or scale < mpmath.mpf(2) ** -40:
            return moved
        scale /= 2


def _mean_loss(weights: Any, features: Counts, counts: Counts) -> Any:
    result = mpmath.mpf(0)
    for x, row in zip(features, counts, strict=True):
        result -= sum(n * mpmath.log(p) for n, p in zip(row, _probabilities(weights, x), strict=True))
    return result / sum(map(sum, counts))


def _probabilities(weights: Any, x: Sequence[int]) -> list[Any]:
    powers = [mpmath.exp(sum(w * entry for w, entry in zip(row, x, strict=True))) for row in weights] + [mpmath.mpf(1)]
    total = sum(powers)
    return [power / total for power in powers]


def _derivatives(weights: Any, features: Counts, counts: Counts) -> tuple[list[Any], Any]:
    """Gradient and Hessian of 𝓛_k in the free rows of W^L."""
    free, width, total = len(weights), len(features[0]), sum(map(sum, counts))
    slope, curve = [mpmath.mpf(0)] * (free * width), mpmath.zeros(free * width)
    for x, row in zip(features, counts, strict=True):
        p, share = _probabilities(weights, x), mpmath.mpf(sum(row)) / total
        for a in range(free):
            for j in range(width):
                slope[a * width + j] += (share * p[a] - mpmath.mpf(row[a]) / total) * x[j]
                for b in range(free):
                    for m in range(width):
                        curve[a * width + j, b * width + m] += share * (p[a] * (a == b) - p[a] * p[b]) * x[j] * x[m]
    return slope, curve
