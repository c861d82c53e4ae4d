r"""A network of floating-point numbers as one of integers with the same ranks: nothing is rounded.

A float is an integer over a power of two. Let x = X/u and y = Y/v with integers X, Y, and take integers f_l with f_l
W^l integral; write c_l = u f_1 ⋯ f_l and let every c_l b^l and c_L Y/v be integral too. The network with weights f_l
W^l, biases c_l b^l, inputs X and targets c_L y has the activations c_l a^l, for linear, ReLU and leaky-ReLU units,
whose slopes do not change when z is multiplied by a positive number. So its squared loss is c_L² times the given one,
in parameters that are the given ones times positive numbers:

    H' = c_L² D^{-1} H D^{-1},      D diagonal with entries f_l for W^l and c_l for b^l,

and the same holds for H_o and H_f. No rank, of these or of Σ and Ω, changes, and neither do signs of z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np

from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.training.dyadic import as_dyadic


@dataclass(frozen=True, eq=False)
class WholeNetwork:
    """Integer weights and samples of a network that shares all ranks with the given one.

    Args:
        weights: f_l W^l, M_l × M_{l-1}, or [f_l W^l  c_l b^l], M_l × (M_{l-1} + 1).
        inputs: X, N × d.
        targets: c_L y, N × K.
        factors: f_1, …, f_L.
        scale: c_L, by which outputs and residuals are multiplied.
    """

    weights: tuple[IntegerMatrix, ...]
    inputs: IntegerMatrix
    targets: IntegerMatrix
    factors: tuple[int, ...]
    scale: int


def whole_network(
    parameters: Sequence[Any],
    bias: bool,
    inputs: IntegerMatrix,
    targets: IntegerMatrix,
    input_unit: int = 1,
    target_unit: int = 1,
) -> WholeNetwork:
    """The integer network that shares its ranks with a float network on given data.

    Args:
        parameters: P^l = W^l, or [W^l b^l] with bias; finite floats, each taken as the dyadic rational that it is.
        bias: Whether the last column of each is b^l.
        inputs: X, N × d integers; the inputs are X/u.
        targets: Y, N × K integers; the targets are Y/v.
        input_unit: u, positive.
        target_unit: v, positive.

    Raises:
        UnusableRequest: If a parameter is not finite.

    Example:
        >>> from hessproof.numeric.integers import integers
        >>> made = whole_network([[[0.5, 0.25]], [[2.0, 0.125]]], True, integers([[3]]), integers([[1]]), 2, 2)
        >>> [weight.tolist() for weight in made.weights], made.targets.tolist(), made.factors
        ([[[1, 1]], [[4, 1]]], [[4]], (2, 2))
    """
    scale, weights, factors = input_unit, [], []
    for matrix in parameters:
        array = np.asarray(matrix, dtype=np.float64)
        columns = array.shape[1] - bias
        weight, below = as_dyadic(array[:, :columns])
        offset, places = as_dyadic(array[:, columns:])
        factor = max(below, places // gcd(places, scale))
        scale *= factor
        weights.append(np.hstack([weight * (factor // below), offset * (scale // places)]))
        factors.append(factor)
    missing = target_unit // gcd(target_unit, scale)
    scale *= missing
    weights[-1] = weights[-1] * missing
    factors[-1] *= missing
    return WholeNetwork(tuple(weights), inputs, targets * (scale // target_unit), tuple(factors), scale)
