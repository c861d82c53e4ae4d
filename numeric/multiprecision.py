"""Numerical rank with as many digits as asked for, by mpmath: pivoted QR and the gap between its pivots."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt

from hessproof.numeric.balance import converted
from hessproof.numeric.floating import NumericalRank, check_tolerance
from hessproof.numeric.instance import Instance
from hessproof.numeric.kernels import Factors
from hessproof.symbolic.errors import UnusableRequest

DIGITS = 60
MOST_DIGITS = 600
"""With more, the tolerance 10^(-digits/2) would be no float64."""

LARGEST = 400
"""Largest side of a matrix that is decomposed; the time grows with its cube (about half a minute here)."""


def check_digits(digits: int) -> None:
    """Refuse a number of digits that makes no sense.

    Raises:
        UnusableRequest: If it is not between 20 and ``MOST_DIGITS``.
    """
    if not 20 <= digits <= MOST_DIGITS:
        raise UnusableRequest(f"{digits} digits", f"20 to {MOST_DIGITS}", f"give {DIGITS}")


def check_side(side: int, what: str) -> None:
    """Refuse a matrix that would take too long.

    Raises:
        UnusableRequest: If its larger side exceeds ``LARGEST``.
    """
    if side > LARGEST:
        raise UnusableRequest(
            f"{what} in multiprecision", f"sides up to {LARGEST}", "use the exact engine, or a smaller network"
        )


def working_digits(digits: int) -> AbstractContextManager[Any]:
    """A context in which mpmath numbers are rounded to so many decimal digits."""
    context: AbstractContextManager[Any] = mpmath.workdps(digits)
    return context


def precise_factors(instance: Instance, digits: int = DIGITS) -> Factors:
    """An instance's factors as mpmath numbers, scaled by powers of two as ``hessproof.numeric.balance`` says."""
    check_digits(digits)
    with working_digits(digits):
        weights, sigma, omega = converted(instance, lambda entry, shift: mpmath.ldexp(mpmath.mpf(entry), -shift))
    return Factors(weights, sigma, omega, bias=instance.architecture.bias)


def precise_rank(matrix: npt.NDArray[Any], digits: int = DIGITS, tolerance: float | None = None) -> NumericalRank:
    """Numerical rank by Householder QR with column pivoting in ``digits`` decimal digits.

    |R_11| ≥ |R_22| ≥ … play the part of singular values; the tolerance is relative to |R_11| and is 10^(-digits/2)
    unless given.

    Args:
        matrix: m × n array of mpmath numbers (or integers).
        digits: Decimal digits of the arithmetic.
        tolerance: Relative to the largest pivot.

    Raises:
        UnusableRequest: If the matrix is too large for this engine, or the digits are out of range.

    Example:
        >>> close = np.asarray([[1, 10**25], [10**25, 10**50 + 1]], dtype=object)
        >>> precise_rank(close, digits=220).value, precise_rank(close, digits=40).value
        (2, 1)
        >>> precise_rank(np.asarray([[1, 2], [2, 4]], dtype=object)).value
        1
    """
    check_digits(digits)
    check_side(max(matrix.shape, default=0), f"a {matrix.shape[0]} × {matrix.shape[1]} matrix")
    if tolerance is not None:
        check_tolerance(tolerance)
    relative = mpmath.mpf(10) ** (-(digits // 2)) if tolerance is None else mpmath.mpf(tolerance)
    with working_digits(digits):
        pivots = _pivots(matrix)
        count = sum(1 for pivot in pivots if pivot > relative * pivots[0])
        gap: float | None = None
        if 0 < count < len(pivots):
            gap = _float(pivots[count - 1] / pivots[count]) if pivots[count] else float("inf")
    return NumericalRank(np.asarray([_float(pivot) for pivot in pivots]), float(relative), count, gap)


def _float(number: Any) -> float:
    """A float, infinite where the number is out of range."""
    return float(number) if number < mpmath.mpf(10) ** 300 else float("inf")


def _pivots(matrix: npt.NDArray[Any]) -> list[Any]:
    """|R_kk| of a QR decomposition with column pivoting."""
    work = np.asarray(matrix, dtype=object) * mpmath.mpf(1)
    if work.shape[0] < work.shape[1]:
        work = work.T
    work = work.copy()
    pivots: list[Any] = []
    for step in range(work.shape[1]):
        rest = work[step:, step:]
        norms = (rest * rest).sum(axis=0)
        best = max(range(len(norms)), key=norms.__getitem__)
        if norms[best] == 0:
            pivots.extend([mpmath.mpf(0)] * (work.shape[1] - step))
            break
        rest[:, [0, best]] = rest[:, [best, 0]]
        norm = mpmath.sqrt(norms[best])
        pivots.append(norm)
        direction = rest[:, 0].copy()
        direction[0] += norm if direction[0] >= 0 else -norm
        square = (direction * direction).sum()
        rest[:, 1:] -= np.outer(direction, (2 / square) * (direction @ rest[:, 1:]))
    return pivots
