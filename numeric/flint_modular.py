"""Rank modulo a prime by FLINT: any word-size prime, any integer matrix."""

from __future__ import annotations

import flint
import numpy as np

from hessproof.numeric.arrays import Array, to_numpy
from hessproof.numeric.integers import IntegerMatrix, to_flint


def flint_rank(matrix: Array | IntegerMatrix, prime: int) -> int:
    """Rank modulo a word-size prime by FLINT.

    Args:
        matrix: A matrix of Python integers, or a float64 array of integers.
        prime: Any prime below 2^64.

    Example:
        >>> flint_rank(np.asarray([[1, 2], [3, 13]], dtype=object), 7)
        1
    """
    if 0 in matrix.shape:
        return 0
    if isinstance(matrix, np.ndarray) and matrix.dtype == object:
        return int(flint.nmod_mat(to_flint(matrix), prime).rank())
    entries = to_numpy(matrix).astype(np.int64) % prime
    rows, columns = entries.shape
    return int(flint.nmod_mat(rows, columns, entries.ravel().tolist(), prime).rank())
