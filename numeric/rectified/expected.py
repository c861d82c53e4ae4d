"""How large the matrix of a rectified network will be, from signs in double precision: nothing exact is computed.

`hessproof.numeric.rectified.live` finds the entries on which the ranks are kept from exact signs, over integers of any
length. Here signs come from float64, where rounding can turn those of pre-activations next to zero only, and how many
inputs are independent on the samples of one neuron is found for some neurons and scaled up to the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.modular import PrimeField, pivot_columns
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.network import SLOPES
from hessproof.symbolic.architecture import Architecture

Array = npt.NDArray[Any]
_NEURONS = 16
"""Neurons of the first layer whose samples are looked at; more would take longer than the estimate is worth."""


def expected_order(architecture: Architecture, parameters: Sequence[Any], inputs: IntegerMatrix, unit: int = 1) -> int:
    """About how many entries `hessproof.numeric.rectified.live.live` keeps.

    Args:
        architecture: Widths, bias and activation.
        parameters: W^l, or [W^l b^l] with bias; finite numbers.
        inputs: X, N × d integers; the inputs are X/u.
        unit: u.

    Example:
        >>> relu, inputs = Architecture((2, 2, 1), activation="relu"), np.asarray([[1, 0], [2, 0]], dtype=object)
        >>> expected_order(relu, [[[1, 5], [-1, 5]], [[1, 1]]], inputs)
        2
    """
    bias = int(architecture.bias)
    sloped = _slopes(architecture, parameters, np.asarray(inputs / unit, dtype=np.float64))
    kept = _first_layer(sloped[0], inputs, bias)
    for above, below in zip(sloped[1:], sloped, strict=False):
        together = above.T.astype(np.float32) @ below.astype(np.float32) > 0
        kept += int(np.count_nonzero(together)) + bias * int(np.count_nonzero(above.any(axis=0)))
    return kept


def _first_layer(sloped: Array, inputs: IntegerMatrix, bias: int) -> int:
    prime = primes(1)[0]
    reduced = PrimeField(prime).balanced(inputs)
    reduced = np.hstack([reduced, np.ones((len(reduced), bias))])
    most = np.minimum(sloped.sum(axis=0), len(pivot_columns(reduced, prime)))
    tried = np.unique(np.linspace(0, sloped.shape[1] - 1, _NEURONS).astype(int))
    found = sum(len(pivot_columns(reduced[sloped[:, one]], prime)) for one in tried if most[one])
    return round(int(most.sum()) * found / int(most[tried].sum())) if most[tried].any() else int(most.sum())


def _slopes(architecture: Architecture, parameters: Sequence[Any], values: Array) -> list[Array]:
    """Which neuron of each layer has a slope on which sample; every layer is scaled, so that no number overflows."""
    above, below = SLOPES[architecture.activation]
    constant, found = 1.0, []
    for parameter in parameters[:-1]:
        weight = np.asarray(parameter, dtype=np.float64)
        scale = np.max(np.abs(weight), initial=0.0) or 1.0
        weight = weight / scale
        columns = values.shape[1]
        z = values @ weight[:, :columns].T
        if architecture.bias:
            z += constant * weight[:, columns]
        found.append(z > 0 if below == 0 else np.ones(z.shape, dtype=bool))
        values = np.where(z > 0, z, z * (below / above))
        largest = float(np.max(np.abs(values), initial=0.0)) or 1.0
        values, constant = values / largest, constant / scale / largest
    return [*found, np.ones((len(values), architecture.outputs), dtype=bool)]
