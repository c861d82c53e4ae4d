"""Exact outputs of a rectified network next to a point: a derivative from difference quotients, no formula in between.

The outputs along a line are piecewise polynomials, so that quotients that agree exactly for several small steps of both
signs, and at many directions, show a derivative as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Vector = list[Fraction]
Layers = Sequence[Sequence[Sequence[int | Fraction]]]
STEPS = tuple(Fraction(sign, size) for size in (10, 100, 1000) for sign in (1, -1))
"""Relative lengths of the steps."""


def outputs(
    weights: Layers, shifts: Sequence[Sequence[int]], inputs: Sequence[int], direction: Layers, step: Fraction
) -> Vector:
    """z at W^l + step · ΔW^l, as exact rationals; biases stay.

    Example:
        >>> outputs([[[0]], [[1]]], [[0], [0]], [1], [[[1]], [[0]]], Fraction(1, 2))
        [Fraction(1, 2)]
    """  # fmt: skip
    state: Vector = [Fraction(number) for number in inputs]
    for layer, (rows, changes) in enumerate(zip(weights, direction, strict=True), start=1):
        numbers = []
        for row, change, shift in zip(rows, changes, shifts[layer - 1], strict=True):
            entries = (entry + step * moved for entry, moved in zip(row, change, strict=True))
            numbers.append(sum((e * s for e, s in zip(entries, state, strict=True)), Fraction(shift)))
        state = numbers if layer == len(weights) else [max(number, Fraction(0)) for number in numbers]
    return state


def constant_nearby(
    weights: Layers, shifts: Sequence[Sequence[int]], inputs: Sequence[int], directions: Sequence[Layers]
) -> bool:
    """Whether the outputs do not change at all along the directions, for steps of both signs.

    Example:
        >>> constant_nearby([[[-1]], [[1]]], [[0], [0]], [1], [[[[1]], [[3]]], [[[-2]], [[5]]]])
        True
        >>> constant_nearby([[[0]], [[1]]], [[0], [0]], [1], [[[[1]], [[3]]]])
        False
    """  # fmt: skip
    here = outputs(weights, shifts, inputs, directions[0], Fraction(0))
    return all(outputs(weights, shifts, inputs, one, step) == here for one in directions for step in STEPS)
