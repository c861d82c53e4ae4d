"""How much of one subspace lies in another: principal angles and their mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def cosines(one: Array, other: Array) -> Array:
    """The cosines of the principal angles between two column spaces, largest first.

    They are the singular values of one⊤ other (Björck & Golub 1973), between 0 and 1.

    Args:
        one: p × m with orthonormal columns.
        other: p × n with orthonormal columns.

    Returns:
        min(m, n) numbers.

    Example:
        >>> cosines(np.eye(3)[:, :2], np.eye(3)[:, 1:]).tolist()
        [1.0, 0.0]
    """
    return np.asarray(np.minimum(np.linalg.svd(one.T @ other, compute_uv=False), 1.0))


def overlap(one: Array, other: Array) -> float:
    """The mean of the squared cosines: 1 if the smaller space lies in the other, 0 if they are orthogonal.

    Example:
        >>> overlap(np.eye(3)[:, :2], np.eye(3)[:, 1:])
        0.5
    """
    return float((cosines(one, other) ** 2).mean())


def chance(size: int, count: int) -> float:
    """The mean overlap of two random spaces of n dimensions in p: n/p, what an overlap has to be compared with.

    Example:
        >>> chance(1000, 10)
        0.01
    """
    return count / size
