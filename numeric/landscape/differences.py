r"""How an average changes when one more of N numbers joins it, averaged over the order of the numbers.

For numbers ℓ_1, …, ℓ_N in the order π let 𝓛_k be the mean of the first k. The experiments of Kiselev & Grabovoy 2024,
§5, plot the mean over orders of |𝓛_{k+1} − 𝓛_k|, k = 1, …, N − 1, smoothed by an exponential moving average. Times
k + 1 this is D_k = E|ℓ_{π(k+1)} − 𝓛_k|, which `hessproof.symbolic.convergence.permutations` bounds for any numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from hessproof.numeric.landscape.adam import Array
from hessproof.symbolic.errors import UnusableRequest

PER_DECADE = 10
"""Pieces of equal logarithmic length in a power of ten of k."""


def mean_differences(losses: Array, permutations: int = 100, seed: int = 0) -> Array:
    """The mean over random orders of |𝓛_{k+1} − 𝓛_k|, for k = 1, …, N − 1.

    Args:
        losses: ℓ, N numbers; or several rows of them, each of which sees the same orders.
        permutations: How many orders are drawn.
        seed: Seed of the orders.

    Returns:
        N − 1 numbers for each row.

    Raises:
        UnusableRequest: If there are fewer than two numbers, one is not finite, or no order is to be drawn.

    Example:
        >>> mean_differences(np.asarray([0.0, 1.0]), 5).tolist()
        [0.5]
    """
    values = np.asarray(losses, dtype=np.float64)
    size = values.shape[-1] if values.ndim else 0
    if size < 2 or not np.isfinite(values).all():
        raise UnusableRequest(f"losses of shape {values.shape}", "at least two finite numbers", "give more objects")
    if permutations < 1:
        raise UnusableRequest(f"{permutations} orders", "at least one", "give for instance 100")
    values = values - values[..., :1]  # equal numbers leave zeros, not rounding errors
    stream, counts = np.random.default_rng(seed), np.arange(1, size + 1)
    total = np.zeros((*values.shape[:-1], size - 1))
    for _ in range(permutations):
        means = np.cumsum(values[..., stream.permutation(size)], axis=-1) / counts
        total += np.abs(np.diff(means, axis=-1))
    return total / permutations


def exact_spreads(numbers: Sequence[Fraction]) -> list[Fraction]:
    """D_1, …, D_{N-1} of a few rational numbers, exactly: the mean over all choices of k numbers and one other.

    Raises:
        UnusableRequest: If there are fewer than two numbers, or more than twelve.

    Example:
        >>> exact_spreads([Fraction(1), Fraction(-1), Fraction(0)])
        [Fraction(4, 3), Fraction(1, 1)]
    """
    size = len(numbers)
    if not 2 <= size <= 12:
        raise UnusableRequest(f"{size} numbers", "2 to 12, since all choices are run through", "give fewer")
    found = []
    for k in range(1, size):
        total = Fraction(0)
        for chosen in itertools.combinations(range(size), k):
            mean = sum((numbers[i] for i in chosen), Fraction(0)) / k
            total += sum((abs(numbers[j] - mean) for j in range(size) if j not in chosen), Fraction(0))
        found.append(total / (math.comb(size, k) * (size - k)))
    return found


def exact_changes(numbers: Sequence[Fraction]) -> list[Fraction]:
    """The mean over all N! orders of |𝓛_{k+1} − 𝓛_k|, k = 1, …, N − 1, of a few rational numbers, exactly.

    Raises:
        UnusableRequest: If there are fewer than two numbers, or more than seven.

    Example:
        >>> exact_changes([Fraction(1), Fraction(-1), Fraction(0)])
        [Fraction(2, 3), Fraction(1, 3)]
    """
    if not 2 <= len(numbers) <= 7:
        raise UnusableRequest(f"{len(numbers)} numbers", "2 to 7, since all orders are run through", "give fewer")
    total = [Fraction(0)] * (len(numbers) - 1)
    for order in itertools.permutations(numbers):
        means = [partial / k for k, partial in enumerate(itertools.accumulate(order), start=1)]
        total = [sum_ + abs(two - one) for sum_, (one, two) in zip(total, itertools.pairwise(means), strict=True)]
    return [each / math.factorial(len(numbers)) for each in total]


def end_spreads(losses: Array) -> tuple[float, float]:
    """D_1, the mean |ℓ_i − ℓ_j| over i ≠ j, and D_{N-1}, N/(N − 1) times the mean |ℓ_i − mean|.

    Example:
        >>> end_spreads(np.asarray([1.0, -1.0, 0.0]))
        (1.3333333333333333, 1.0)
    """
    ordered, size = np.sort(np.asarray(losses, dtype=np.float64)), len(losses)
    ranks = 2.0 * np.arange(1, size + 1) - size - 1
    first = 2.0 * float(ranks @ ordered) / (size * (size - 1))
    return first, float(np.abs(ordered - ordered.mean()).sum()) / (size - 1)


def smoothed(values: Array, factor: float = 0.99) -> Array:
    """The exponential moving average s_1 = v_1, s_k = f s_{k-1} + (1 − f) v_k, along the last axis.

    Raises:
        UnusableRequest: If f is not between 0 and 1.

    Example:
        >>> smoothed(np.asarray([1.0, 0.0, 0.0]), 0.5).tolist()
        [1.0, 0.5, 0.25]
    """
    if not 0 <= factor < 1:
        raise UnusableRequest(f"smoothing factor {factor}", "0 ≤ f < 1", "give for instance 0.99")
    found = np.array(values, dtype=np.float64)
    for k in range(1, found.shape[-1]):
        found[..., k] = factor * found[..., k - 1] + (1 - factor) * found[..., k]
    return found


def pieces(size: int, first: int = 10) -> list[slice]:
    """Places of k = first, …, size in pieces of equal logarithmic length, as slices of an array that starts at k = 1.

    Example:
        >>> pieces(20)[:3], pieces(20)[-1]
        ([slice(9, 11, None), slice(11, 13, None), slice(13, 16, None)], slice(16, 20, None))
    """
    if size < first:
        return []
    number = max(1, math.ceil(PER_DECADE * math.log10((size + 1) / first)))
    edges = np.unique(np.round(np.geomspace(first, size + 1, number + 1)).astype(int))
    return [slice(int(one) - 1, int(two) - 1) for one, two in itertools.pairwise(edges)]


def decay_slope(values: Array, first: int = 10) -> float:
    """The slope of log v_k against log k by least squares, over pieces of equal logarithmic length from k = ``first``.

    NaN where a piece vanishes or there are fewer than two.

    Example:
        >>> round(decay_slope(1 / np.arange(1.0, 1000.0)), 3)
        -1.0
    """
    counts = np.arange(1, len(values) + 1)
    means = [(counts[each].mean(), values[each].mean()) for each in pieces(len(values), first)]
    if len(means) < 2 or min(mean for _, mean in means) <= 0:
        return math.nan
    logarithms = np.log(np.asarray(means))
    return float(np.polyfit(logarithms[:, 0], logarithms[:, 1], 1)[0])


def level(values: Array, first: int = 10) -> float:
    """The height of the curve: the mean of (k + 1) v_k over pieces of equal logarithmic length from k = ``first``.

    Example:
        >>> round(level(3 / np.arange(2.0, 1000.0)), 12)
        3.0
    """
    scaled = values * np.arange(2, len(values) + 2)
    return float(np.mean([scaled[each].mean() for each in pieces(len(values), first)]))
