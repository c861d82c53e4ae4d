"""Eigenvalues counted without computing any: Sylvester's law of inertia and an LDL⊤ factorisation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import ldl

Array = npt.NDArray[np.float64]


def inertia(matrix: npt.NDArray[Any]) -> tuple[int, int, int]:
    """Numbers of positive, negative and zero eigenvalues of a symmetric matrix.

    H = L D L⊤ with D of 1 × 1 and 2 × 2 blocks (Bunch–Kaufman) has the inertia of D. A 2 × 2 block of that
    factorisation has one eigenvalue of each sign.

    Example:
        >>> inertia(np.asarray([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 3.0]]))
        (2, 1, 0)
    """
    array = np.asarray(matrix, dtype=np.float64)
    _, blocks, _ = ldl(array)
    diagonal, below = np.diag(blocks), np.diag(blocks, -1)
    positive = negative = place = 0
    while place < len(diagonal):
        if place + 1 < len(diagonal) and below[place] != 0:
            positive, negative, place = positive + 1, negative + 1, place + 2
            continue
        positive, negative = positive + int(diagonal[place] > 0), negative + int(diagonal[place] < 0)
        place += 1
    return positive, negative, len(diagonal) - positive - negative


def count_beyond(matrix: npt.NDArray[Any], threshold: float) -> int:
    """How many eigenvalues exceed ``threshold`` > 0 in absolute value: those of H − tI above 0, of H + tI below 0.

    Example:
        >>> count_beyond(np.diag([3.0, -2.0, 0.1]), 0.5)
        2
    """
    shift = threshold * np.eye(len(matrix))
    return inertia(matrix - shift)[0] + inertia(matrix + shift)[1]


def magnitude(matrix: npt.NDArray[Any], place: int, relative: float = 1e-18, steps: int = 10) -> float:
    """|λ_place| when eigenvalues are ordered by decreasing absolute value, by bisection on counts.

    Args:
        matrix: Symmetric.
        place: Counted from 1.
        relative: Where to stop: a smaller |λ| / ‖H‖_F is reported as this.
        steps: Halvings of the logarithmic interval, which has 18 powers of ten unless ``relative`` is changed.

    Returns:
        The lower end of the last interval, a factor of 10^(18 / 2^steps) below the upper one.

    Example:
        >>> found = magnitude(np.diag([3.0, -2.0, 1e-6]), 2)
        >>> 1.9 < found <= 2
        True
    """
    whole = float(np.linalg.norm(np.asarray(matrix, dtype=np.float64)))
    low, high = relative * whole, whole * (1 + 1e-12)
    if not whole or count_beyond(matrix, low) < place:
        return low
    for _ in range(steps):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if count_beyond(matrix, middle) >= place else (low, middle)
    return low
