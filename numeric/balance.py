"""An instance's numbers scaled by powers of two, so that floating-point chains neither overflow nor vanish."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import IntegerMatrix, size_exponent

Floats = npt.NDArray[np.float64]


def scaled(instance: Instance) -> tuple[list[Floats], Floats, Floats]:
    """The parameters, Σ and Ω of an instance as float64, scaled as ``converted`` says.

    Example:
        >>> from hessproof.numeric.instance import special_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> weights, sigma, omega = scaled(special_instance(Architecture((1, 1)), [[[2**80]]], [[1]], [[2**90]]))
        >>> weights[0].tolist(), sigma.tolist(), omega.tolist()
        ([[1.0]], [[1.0]], [[1024.0]])
    """
    weights, sigma, omega = converted(instance, _float)
    return [np.asarray(weight, float) for weight in weights], np.asarray(sigma, float), np.asarray(omega, float)


def converted(
    instance: Instance, convert: Callable[[int, int], Any]
) -> tuple[list[npt.NDArray[Any]], npt.NDArray[Any], npt.NDArray[Any]]:
    """The parameters, Σ and Ω of an instance, scaled, with entries ``convert(n, e)`` that stand for n·2^-e.

    With W^l → c_l W^l, b^l → t c_1 ⋯ c_l b^l, x → t x and y → t c y, c = c_1 ⋯ c_L, the Hessian turns into D H D with
    a diagonal D of nonzero entries, times a number, so every rank stays as it is. Here c_l and t make the mean squares
    about 1/M_{l-1} and 1/d.
    """
    bias, size = instance.architecture.bias, instance.architecture.inputs
    steps = [size_exponent(weight[:, : weight.shape[1] - bias]) for weight in instance.weights]
    whole = size_exponent(instance.sigma[:size, :size])
    common = int(instance.sigma[-1, -1]).bit_length() - 1 if bias else whole
    start = (whole - common) // 2
    reached = [start + total for total in accumulate(steps)]
    columns = [start] * size + [0] * bias if bias else [0] * size
    weights = [
        _converted(weight, [0] * len(weight), [step] * (weight.shape[1] - bias) + [at] * bias, convert)
        for weight, step, at in zip(instance.weights, steps, reached, strict=True)
    ]
    sigma = _converted(instance.sigma, [common + column for column in columns], columns, convert)
    omega = _converted(instance.omega, [common + reached[-1]] * len(instance.omega), columns, convert)
    return weights, sigma, omega


def _converted(
    matrix: IntegerMatrix, rows: list[int], columns: list[int], convert: Callable[[int, int], Any]
) -> npt.NDArray[Any]:
    result = np.empty(matrix.shape, dtype=object)
    for i, j in np.ndindex(*matrix.shape):
        result[i, j] = convert(int(matrix[i, j]), rows[i] + columns[j])
    return result


def _float(entry: int, exponent: int) -> float:
    return entry / (1 << exponent) if exponent >= 0 else float(entry << -exponent)
