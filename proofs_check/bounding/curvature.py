"""‖diag(p) − pp⊤‖ for many probability vectors at once, without forming a matrix."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
STEPS = 100
"""Halvings of an interval that is at most 1 long."""


def softmax_curvature(probabilities: Array) -> Array:
    """‖A‖ of A = diag(p) − pp⊤ for every row p.

    The determinant of A − λ vanishes where Σ_c p_c²/(p_c − λ) = 1. Between the two largest entries of p the left side
    grows from −∞ to ∞, so that the largest eigenvalue is its only solution there; if the two are equal, it is they.

    Args:
        probabilities: N × K, rows that sum to one.

    Returns:
        N numbers, each at least the eigenvalue, by no more than rounding.

    Example:
        >>> softmax_curvature(np.asarray([[0.5, 0.5], [1.0, 0.0], [0.25, 0.75]])).round(12).tolist()
        [0.5, 0.0, 0.375]
    """
    if probabilities.shape[1] == 1:
        return np.zeros(len(probabilities))
    ordered = np.sort(probabilities, axis=1)
    low, high = ordered[:, -2].copy(), ordered[:, -1].copy()
    squares = probabilities**2
    for _ in range(STEPS):
        middle = (low + high) / 2
        apart = probabilities - middle[:, None]
        terms = np.divide(squares, apart, out=np.zeros_like(squares), where=apart != 0)
        below = terms.sum(axis=1) < 1
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high
