"""A float64 network as it is: its weights and data are dyadic rationals, so a rectified network has an exact Hessian.

The integer network that shares its ranks is the one of :mod:`hessproof.numeric.weights.whole`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hessproof.numeric.rectified.network import Rectified, squared
from hessproof.numeric.training.dyadic import as_dyadic
from hessproof.numeric.weights.whole import whole_network
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
    (whole_x, unit), (whole_y, other) = as_dyadic(x), as_dyadic(y)
    made = whole_network(matrices, architecture.bias, whole_x, whole_y, unit, other)
    return squared(architecture, made.weights, made.inputs, made.targets)
