"""Global minima of one rectified neuron that lie on a kink, certified exactly.

F(x) = v σ(w·x) with σ = max(·, 0), one output, the squared loss. Let u = vw with v > 0, and call samples with y > 0
positive. A parameter that leaves a positive sample inactive costs at least that sample's ½y² and the ½y² of all samples
with y < 0, which no output ≥ 0 can avoid; one with v ≤ 0 costs at least the ½y² of all positive samples. If both exceed
the loss at hand, only parameters at which all positive samples are active are left. There the loss is

    φ(u) = Σ_{y>0} ½(u·x − y)² + Σ_{y≤0} ½(max(u·x, 0) − y)²,

which is convex in u, so that 0 ∈ ∂φ makes it a global minimum.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.rectified.network import Rectified


def is_global_minimum(network: Rectified) -> bool:
    """Whether a network with one ReLU neuron, one output and one sample on its kink is shown to be a global minimum.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> relu = Architecture((2, 1, 1), activation="relu")
        >>> inputs, targets = [[1, 0], [1, 1], [-1, 1]], [[-4], [5], [3]]
        >>> is_global_minimum(squared(relu, [[[0, 4]], [[1]]], inputs, targets))
        True
        >>> is_global_minimum(squared(relu, [[[0, 3]], [[1]]], inputs, targets))
        False
    """
    architecture, targets = network.architecture, network.targets
    plain = architecture.widths[1:] == (1, 1) and architecture.activation == "relu" and not architecture.bias
    v = int(network.weights[1][0, 0]) if plain else 0
    if targets is None or v <= 0:
        return False
    u = v * network.weights[0][0]
    reached = [int(x @ u) for x in network.inputs]
    y = [int(entry) for entry in targets[:, 0]]
    outputs = [max(z, 0) for z in reached]
    loss = sum((out - goal) ** 2 for out, goal in zip(outputs, y, strict=True))
    positive = [number for number, goal in enumerate(y) if goal > 0]
    unavoidable = sum(goal**2 for goal in y if goal < 0)
    kinks = [number for number, z in enumerate(reached) if z == 0]
    if any(reached[n] <= 0 or unavoidable + y[n] ** 2 <= loss for n in positive) or len(kinks) != 1:
        return False
    if sum(y[n] ** 2 for n in positive) <= loss:
        return False
    slope = sum(
        ((out - goal) * x for x, z, out, goal in zip(network.inputs, reached, outputs, y, strict=True) if z > 0),
        start=np.zeros(architecture.inputs, dtype=object),
    )
    pull = -y[kinks[0]] * network.inputs[kinks[0]]
    return _between(-slope, pull)


def _between(vector: IntegerMatrix, end: IntegerMatrix) -> bool:
    """Whether a vector is c times another one with 0 ≤ c ≤ 1."""
    norm = int(end @ end)
    share = Fraction(int(vector @ end), norm) if norm else Fraction(0)
    return 0 <= share <= 1 and all(share * b == a for a, b in zip(vector, end, strict=True))
