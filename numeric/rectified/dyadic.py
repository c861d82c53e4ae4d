"""A float64 network as it is: its weights and data are dyadic rationals, so a rectified network has an exact Hessian.

Layer l is multiplied by 2^{e_l}, the inputs by 2^{e_0}, biases and targets by the product of the factors before them.
That is a diagonal change of the parameters and one factor on the loss: every rank stays what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.rectified.network import Rectified, squared
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def from_floats(architecture: Architecture, parameters: Sequence[Any], inputs: Any, targets: Any) -> Rectified:
    """The integer network with the same Hessian ranks as a float64 network under the squared loss.

    Args:
        architecture: Widths, bias and a rectified activation.
        parameters: W^l, with bias [W^l b^l], float64.
        inputs: x as rows, N × d float64.
        targets: y as rows, N × K float64.

    Raises:
        UnusableRequest: If a number is not finite, or a shape does not fit.

    Example:
        >>> relu = Architecture((1, 1, 1), bias=True, activation="relu")
        >>> net = from_floats(relu, [[[0.5, 0.25]], [[2.0, 0.125]]], [[1.5]], [[0.5]])
        >>> [weight.tolist() for weight in net.weights], net.inputs.tolist(), net.targets.tolist()
        ([[[1, 1]], [[4, 1]]], [[3]], [[4]])
    """
    matrices = [np.asarray(matrix, dtype=np.float64) for matrix in parameters]
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    if not all(bool(np.isfinite(array).all()) for array in (*matrices, x, y)):
        raise UnusableRequest("a network with numbers that are not finite", "finite numbers", "leave out such samples")
    exponent, bias = _places(x), architecture.bias
    whole = [_scaled(x, exponent)]
    for matrix in matrices:
        weight, offset = (matrix[:, :-1], matrix[:, -1:]) if bias else (matrix, matrix[:, :0])
        step = max(_places(weight), _places(offset) - exponent)
        exponent += step
        whole.append(np.hstack([_scaled(weight, step), _scaled(offset, exponent)]))
    missing = max(0, _places(y) - exponent)
    if missing:
        exponent += missing
        whole[-1] = np.asarray(whole[-1] * 2**missing)
    return squared(architecture, whole[1:], whole[0], _scaled(y, exponent))


def _places(array: npt.NDArray[np.float64]) -> int:
    """The least e ≥ 0 such that all entries times 2^e are integers."""
    return max((Fraction(float(entry)).denominator.bit_length() - 1 for entry in array.flat), default=0)


def _scaled(array: npt.NDArray[np.float64], exponent: int) -> IntegerMatrix:
    result = np.empty(array.shape, dtype=object)
    for place, entry in np.ndenumerate(array):
        result[place] = int(Fraction(float(entry)) * 2**exponent)
    return result
