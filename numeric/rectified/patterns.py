r"""Two-layer rectified networks with one output, whose activation pattern is prescribed, on independent inputs.

N ≤ d inputs that are part of a unimodular basis leave every pre-activation free: W¹ = H X^{-1} has integer entries. So
each pattern of signs is realised, with heights 1, 2, 3 off the kinks. Leaky ReLU has the slopes 100 and 1 here, and its
targets are scaled by 100; outgoing weights and residuals are multiples of 100 for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.rectified.network import SLOPES, Rectified, squared
from hessproof.symbolic.architecture import Architecture


@dataclass(frozen=True)
class Pattern:
    """What the rank depends on.

    Args:
        neurons: m, those with a slope that is not zero.
        samples: N, those on which such a neuron is met.
        parts: c, components of the graph of neurons and samples.
        special: z, components with Σ δ(δ + 2F) = 0.
    """

    neurons: int
    samples: int
    parts: int
    special: int


def network_with(
    active: Sequence[Sequence[bool]], activation: str, inputs: int, seed: int, *, special: bool = False
) -> Rectified:
    """A network with a given pattern and residuals that are not zero.

    Args:
        active: M rows of N truth values: whether neuron i is above its kink on sample n.
        activation: relu, leaky-relu or linear.
        inputs: d ≥ N.
        seed: Of heights, outgoing weights, inputs and residuals.
        special: Whether δ = −2F on every sample where F ≠ 0, so that the sums over components vanish.

    Example:
        >>> pattern_of(network_with([[True, False], [False, False]], "relu", 2, 0))
        Pattern(neurons=1, samples=1, parts=1, special=0)
    """
    rng = np.random.default_rng(seed)
    signs = np.asarray(active, dtype=bool)
    neurons, samples = signs.shape
    heights = rng.integers(1, 4, signs.shape) * np.where(signs, 1, -1)
    basis, inverse = _basis(rng, inputs)
    rest = rng.integers(-2, 3, (neurons, inputs - samples))
    first = _exact(np.hstack([heights, rest])).dot(inverse)
    slopes = SLOPES[activation]
    second = _exact(rng.choice((-2, -1, 1, 2), (1, neurons))) * slopes[0]
    data = basis.T[:samples]
    outputs = second.dot(np.where(signs, slopes[0], slopes[1]) * _exact(heights)).ravel()
    deltas = _exact(rng.choice((-3, -2, -1, 1, 2, 3), samples)) * slopes[0]
    if special:
        deltas = np.asarray([-2 * output if output else delta for output, delta in zip(outputs, deltas, strict=True)])
    architecture = Architecture((inputs, neurons, 1), activation=activation)
    targets = (outputs - deltas).reshape(samples, 1) // slopes[0]
    return squared(architecture, (first, second), data, targets)


def pattern_of(network: Rectified) -> Pattern:
    """m, N, c and z of a network with one output."""
    first, second = network.weights
    heights = network.inputs.dot(first.T).T
    above, below = network.slopes
    slopes = np.where(heights > 0, above, below)
    outputs = second.dot(slopes * heights).ravel()
    deltas = outputs - network.scale * np.asarray(network.targets).ravel()
    neurons, samples = slopes.shape
    group = list(range(neurons + samples))

    def root(vertex: int) -> int:
        while group[vertex] != vertex:
            vertex = group[vertex]
        return vertex

    for i, n in zip(*np.nonzero(slopes), strict=True):
        group[root(int(i))] = root(neurons + int(n))
    met = [n for n in range(samples) if slopes[:, n].any()]
    roots = {root(neurons + n) for n in met}
    sums = dict.fromkeys(roots, 0)
    for n in met:
        sums[root(neurons + n)] += deltas[n] * (deltas[n] + 2 * outputs[n])
    alive = sum(bool(slopes[i].any()) for i in range(neurons))
    return Pattern(alive, len(met), len(roots), sum(total == 0 for total in sums.values()))


def _exact(array: IntegerMatrix) -> IntegerMatrix:
    return np.asarray([int(each) for each in array.ravel()], dtype=object).reshape(array.shape)


def _basis(rng: np.random.Generator, size: int) -> tuple[IntegerMatrix, IntegerMatrix]:
    """A unimodular matrix, whose columns are inputs, and its inverse."""
    forward, backward = (_exact(np.eye(size, dtype=int)) for _ in range(2))
    for _ in range(size if size > 1 else 0):
        i, j = rng.choice(size, 2, replace=False)
        forward[i] = forward[i] + forward[j]
        backward[:, j] = backward[:, j] - backward[:, i]
    return forward, backward
