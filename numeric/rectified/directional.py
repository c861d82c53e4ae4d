r"""One-sided derivatives of a rectified network at one object, exactly, at kinks as well as away from them.

z(θ + εv) = z(θ) + ε z′ + o(ε) for ε ↓ 0, with the recursion

    z′^l = W^l x′^l + ΔW^l x^l + Δb^l,     x′^{l+1} = ρ(z^l; z′^l),

where ρ(z; z′) is z′ for z > 0, max(z′, 0) for z = 0, and 0 for z < 0. The outputs are differentiable at θ if and only
if z′ is linear in v. Beside it stands the chain with gates that the source states, z′ = Σ_l G^l(ΔW^l x^l + Δb^l), for
either value of a gate at z = 0. Everything is in integers; many
directions are taken at once, along the first axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Point:
    """Weights, biases (zeros without bias) and the input of one object, small integers."""

    weights: tuple[Integers, ...]
    shifts: tuple[Integers, ...]
    inputs: Integers

    @cached_property
    def states(self) -> tuple[list[Integers], list[Integers]]:
        """x^1, …, x^L and z^1, …, z^L.

        Example:
            >>> one, zero = np.array([[1]]), np.array([0])
            >>> Point((one, -one), (zero, zero), np.array([2])).states[1]
            [array([2]), array([-2])]
        """
        entering, before = [self.inputs], list[Integers]()
        for weight, shift in zip(self.weights, self.shifts, strict=True):
            before.append(weight @ entering[-1] + shift)
            entering.append(np.maximum(before[-1], 0))
        return entering[:-1], before

    @property
    def kinks(self) -> int:
        """How many hidden pre-activations are zero."""
        return sum(int(np.count_nonzero(numbers == 0)) for numbers in self.states[1][:-1])

    @property
    def silent(self) -> bool:
        """Whether some hidden layer behind the first receives zero only."""
        return any(not state.any() for state in self.states[0][1:-1])


@dataclass(frozen=True, eq=False)
class Directions:
    """N directions (ΔW^l, Δb^l): arrays of shapes N × M_l × M_{l-1} and N × M_l."""

    weights: tuple[Integers, ...]
    shifts: tuple[Integers, ...]


def one_sided(point: Point, directions: Directions) -> Integers:
    """z′ for ε ↓ 0 along each direction, N × K.

    Example:
        >>> one, zero = np.array([[1]]), np.array([0])
        >>> kinked = Point((0 * one, one), (zero, zero), np.array([1]))
        >>> both = Directions((np.array([[[1]], [[-1]]]), np.zeros((2, 1, 1), int)), (np.zeros((2, 1), int),) * 2)
        >>> one_sided(kinked, both).tolist()
        [[1], [0]]
    """
    entering, before = point.states
    moved = np.zeros((len(directions.weights[0]), len(point.inputs)), dtype=np.int64)
    for layer, weight in enumerate(point.weights):
        moved = moved @ weight.T + directions.weights[layer] @ entering[layer] + directions.shifts[layer]
        if layer < len(point.weights) - 1:
            numbers = before[layer]
            moved = np.where(numbers > 0, moved, np.where(numbers == 0, np.maximum(moved, 0), 0))
    return moved


def gated(point: Point, directions: Directions, at_zero: int) -> Integers:
    """Σ_l G^l (ΔW^l x^l + Δb^l), G^l = W^L D^{L-1} ⋯ W^{l+1} D^l, with gates ``at_zero`` where z = 0; N × K.

    Example:
        >>> one, zero = np.array([[1]]), np.array([0])
        >>> kinked = Point((0 * one, one), (zero, zero), np.array([1]))
        >>> up = Directions((np.array([[[1]]]), np.zeros((1, 1, 1), int)), (np.zeros((1, 1), int),) * 2)
        >>> [gated(kinked, up, gate).tolist() for gate in (0, 1)]
        [[[0]], [[1]]]
    """
    entering, before = point.states
    back = np.eye(len(before[-1]), dtype=np.int64)
    total = directions.weights[-1] @ entering[-1] + directions.shifts[-1]
    for layer in range(len(point.weights) - 2, -1, -1):
        gates = np.where(before[layer] == 0, at_zero, before[layer] > 0)
        back = (back @ point.weights[layer + 1]) * gates
        total = total + (directions.weights[layer] @ entering[layer] + directions.shifts[layer]) @ back.T
    return total
