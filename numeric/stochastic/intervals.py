r"""Intervals for what random probes estimate, and on what each of them rests.

* `count_interval`: exact. For standard normal g and the projector P on k of p eigenvectors, Σ‖Pg_i‖² and
  Σ‖(I − P)g_i‖² over n probes are independent χ² variables of nk and n(p − k) degrees of freedom, so that their share
  R = Σ‖Pg_i‖²/Σ‖g_i‖² has the Beta(nk/2, n(p − k)/2) distribution, whatever the matrix. It grows with k; turning the
  test around gives an interval that holds with at least the stated probability for every matrix and every n (as
  Clopper & Pearson 1934 do for binomial variables).
* `student`: mean ± t s/√n; exact for normal values, approximate for the skewed values of few eigenvalues.
* `trace_deviation` and `square_bounds`: never shorter than they must be for any matrix with the stated norms, by
  Laurent & Massart 2000, Lemma 1: with independent standard normal z and eigenvalues λ,
  |Σλ_i(z_i² − 1)| ≤ 2‖λ‖_2 √x + 2‖λ‖_∞ x but for a probability of 2 e^{-x}.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from hessproof.symbolic.errors import UnusableRequest

MASS_ROUNDING = 1e-13
"""Shares of a probe below it are rounding: weights of Gauss rules are computed to a few ε times the steps."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and an interval around it.

    Args:
        estimate: The value that is expected.
        low: From here
        high: to here.
        confidence: With at least this probability (or about it, where the kind of interval says so).
        how: What it rests on, in words.
    """

    estimate: float
    low: float
    high: float
    confidence: float
    how: str

    @property
    def half(self) -> float:
        """Half of its length."""
        return (self.high - self.low) / 2


def count_interval(low_share: float, high_share: float, size: int, probes: int, failure: float) -> tuple[int, int]:
    """All k for which the share R that k of p eigenvectors have in n normal probes is no surprise.

    Args:
        low_share: Lower bound of R.
        high_share: Upper bound of R; where R is known exactly, the same number.
        size: p.
        probes: n, at least 1.
        failure: Probability that k lies outside, between 0 and 1.

    Raises:
        UnusableRequest: If a number is out of range.

    Example:
        >>> count_interval(0.25, 0.25, 10_000, 4, 0.05)
        (2441, 2560)
        >>> count_interval(0.0, 0.0, 100, 1, 0.05), count_interval(1.0, 1.0, 100, 1, 0.05)
        ((0, 0), (100, 100))
    """
    check_failure(failure)
    if probes < 1 or size < 1:
        raise UnusableRequest(f"{probes} probes of size {size}", "at least 1 of each", "give more probes")
    tail = failure / 2
    low_share = low_share - MASS_ROUNDING
    high_share = high_share + MASS_ROUNDING

    def at_least(count: int) -> float:
        """The probability of a share of at least ``low_share``; it grows with the count."""
        if low_share <= 0.0 or count == size:
            return 1.0
        return 0.0 if count == 0 else 1.0 - _beta(count, low_share)

    def at_most(count: int) -> float:
        """The probability of a share of at most ``high_share``; it falls with the count."""
        if high_share >= 1.0 or count == 0:
            return 1.0
        return 0.0 if count == size else _beta(count, high_share)

    def _beta(count: int, share: float) -> float:
        return float(special.betainc(probes * count / 2, probes * (size - count) / 2, share))

    low = _first(0, size, lambda count: at_least(count) > tail)
    high = size - _first(0, size, lambda less: at_most(size - less) > tail)
    return low, max(low, high)


def student(values: Sequence[float], failure: float) -> Interval:
    """Mean ± t_{n-1} s/√n; exact if the values are normal, approximate otherwise.

    Args:
        values: At least two.
        failure: Probability that the mean lies outside.

    Raises:
        UnusableRequest: If there are fewer than two values.

    Example:
        >>> one = student([1.0, 2.0, 3.0], 0.05)
        >>> one.estimate, round(one.half, 3)
        (2.0, 2.484)
    """
    check_failure(failure)
    if len(values) < 2:
        raise UnusableRequest(f"{len(values)} probes", "at least 2 for their spread", "give --probes 2 or more")
    array = np.asarray(values, dtype=np.float64)
    half = float(special.stdtrit(len(array) - 1, 1.0 - failure / 2) * array.std(ddof=1) / math.sqrt(len(array)))
    mean = float(array.mean())
    return Interval(mean, mean - half, mean + half, 1.0 - failure, "Student's t from the spread over probes")


def trace_deviation(frobenius: float, norm: float, probes: int, failure: float) -> float:
    """How far the mean of g⊤Ag over n normal probes can be from tr A: 2‖A‖_F √(x/n) + 2‖A‖x/n, x = ln(2/δ).

    Args:
        frobenius: ‖A‖_F, or more.
        norm: ‖A‖, or more; ‖A‖_F if nothing is known.
        probes: n.
        failure: δ.

    Example:
        >>> round(trace_deviation(10.0, 1.0, 100, 0.05), 3)
        3.915
    """
    check_failure(failure)
    share = math.log(2.0 / failure) / probes
    return 2.0 * frobenius * math.sqrt(share) + 2.0 * norm * share


def square_bounds(mean: float, probes: int, failure: float, norm: float | None = None) -> tuple[float, float]:
    """Bounds of ‖A‖_F² from the mean of ‖Ag‖² over n normal probes.

    With B = A², ‖B‖_F ≤ min(‖A‖_F², ‖A‖‖A‖_F) and x = ln(2/δ): the mean is at least ‖A‖_F² − 2‖B‖_F √(x/n) and at
    most ‖A‖_F² + 2‖B‖_F √(x/n) + 2‖A‖²x/n. Without ‖A‖ this needs n > 4x probes for an upper bound.

    Args:
        mean: Of ‖Ag‖².
        probes: n.
        failure: δ.
        norm: ‖A‖, or more.

    Returns:
        Lower and upper bound; the upper one may be infinite.

    Example:
        >>> low, high = square_bounds(100.0, 64, 0.05, norm=1.0)
        >>> round(low, 2), round(high, 2)
        (95.2, 104.92)
    """
    check_failure(failure)
    share = math.log(2.0 / failure) / probes
    root = 2.0 * math.sqrt(share)
    # Without the norm ‖B‖_F ≤ ‖A‖_F²: both inequalities are linear in ‖A‖_F².
    low, high = mean / (1.0 + root + 2.0 * share), mean / (1.0 - root) if root < 1.0 else math.inf
    if norm is not None:
        # With it they are quadratic in f = ‖A‖_F: f² ∓ root‖A‖f against the mean.
        middle = root * norm / 2
        high = min(high, (middle + math.sqrt(middle**2 + mean)) ** 2)
        rest = max(0.0, mean - 2.0 * norm**2 * share)
        low = max(low, (math.sqrt(middle**2 + rest) - middle) ** 2)
    return low, high


def check_failure(failure: float) -> None:
    """Refuse a probability of failure that is not between 0 and 1.

    Raises:
        UnusableRequest: If so.
    """
    if not 0.0 < failure < 1.0:
        raise UnusableRequest(f"a probability of failure of {failure}", "one between 0 and 1", "give for instance 0.05")


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest integer for which a statement holds that goes on holding; ``high`` is assumed to be one."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
