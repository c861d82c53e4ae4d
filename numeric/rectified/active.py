"""On how many samples a hidden neuron is active, and whether these have the rank of all (Singh et al. 2021, A2)."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix

Array = npt.NDArray[Any]
TOLERANCE = 1e-10


def share_in_floats(weight: Array, inputs: Array) -> float:
    """The share of active ReLU neurons whose active samples have the rank of all samples; NaN if none is active.

    Ranks count singular values above 1e-10 of the largest.

    Args:
        weight: W^1, M_1 × d.
        inputs: Samples as rows, N × d.

    Example:
        >>> share_in_floats(np.asarray([[1.0, 0.0], [-1.0, 0.0]]), np.asarray([[1.0, 0.0], [2.0, 1.0], [-1.0, 3.0]]))
        0.5
    """
    active = inputs @ weight.T > 0
    whole = _float_rank(inputs)
    good = [_float_rank(inputs[column]) == whole for column in active.T if column.any()]
    return sum(good) / len(good) if good else float("nan")


def share_exactly(weight: IntegerMatrix, inputs: IntegerMatrix) -> float:
    """The same for integers, with ranks over Q.

    Example:
        >>> weight, inputs = np.asarray([[1, 0], [-1, 0]]), np.asarray([[1, 0], [2, 1], [-1, 3]])
        >>> share_exactly(weight.astype(object), inputs.astype(object))
        0.5
    """
    whole, good = exact_rank(inputs).value, []
    for row in weight:
        active = [sample for sample in inputs if int(sample @ row) > 0]
        if active:
            good.append(exact_rank(np.asarray(active)).value == whole)
    return sum(good) / len(good) if good else float("nan")


def flips_that_miss(row: IntegerMatrix, inputs: IntegerMatrix) -> int:
    """Of the 2^N ways to turn samples round, how many leave the neuron active on some, of a lower rank than all.

    Args:
        row: w, d integers.
        inputs: N × d integers, w·x ≠ 0 for each.

    Example:
        >>> flips_that_miss(np.asarray([1, 1], dtype=object), np.asarray([[1, 0], [0, 1], [1, 2]], dtype=object))
        3
    """
    whole, missed = exact_rank(inputs).value, 0
    for signs in product((1, -1), repeat=len(inputs)):
        turned = inputs * np.asarray(signs, dtype=object)[:, None]
        active = turned[(turned @ row) > 0]
        missed += bool(len(active)) and exact_rank(active).value < whole
    return missed


def _float_rank(matrix: Array) -> int:
    values = np.linalg.svd(matrix, compute_uv=False)
    return int((values > TOLERANCE * values[0]).sum()) if values.size else 0
