"""Functional Hessians of networks with a smooth activation in ball arithmetic: a pivot that excludes zero is a proof.

Every number is a ball (``flint.arb``) that contains the true one. Elimination with complete pivoting divides by balls
that exclude zero only, so that the number of its pivots is a proved lower bound of the rank. What is left when no ball
excludes zero is reported by its size: a rest of 10^-500 says that nothing was found there, not that it is zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from hessproof.numeric.network.balls import activated
from hessproof.numeric.rectified.blocks import functional, sensitivities
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.nonlinear.activations import activation

Array = npt.NDArray[Any]
BITS = 2000
"""Working precision."""


@dataclass(frozen=True, slots=True)
class BallRank:
    """A proved lower bound of a rank.

    Args:
        lower: Pivots that exclude zero.
        smallest_pivot: Size of the smallest of them, as a power of ten.
        rest: Size of the largest entry left, as a power of ten; None if nothing is left.
    """

    lower: int
    smallest_pivot: float
    rest: float | None


def ball_functional(
    architecture: Architecture, weights: Sequence[Any], inputs: Any, targets: Any, bits: int = BITS
) -> Array:
    """Σ_n ∂²(δ_n·F(x_n))/∂θ² under the squared loss, p × p balls.

    Args:
        architecture: Widths, bias and a smooth activation.
        weights: P^l as M_l × (M_{l-1} + bias), integers or fractions.
        inputs: x as rows, N × d.
        targets: y as rows, N × K.
        bits: Working precision.

    Raises:
        UnusableRequest: If the activation has a kink.

    Example:
        >>> one = Architecture((1, 1, 1), activation="tanh")
        >>> found = ball_functional(one, [[[1]], [[1]]], [[1]], [[0]], bits=100)
        >>> float(found[0, 1]), float(found[1, 1])
        (0.31985..., 0.0)
    """
    if not activation(architecture.activation).smooth:
        raise UnusableRequest(f"activation {architecture.activation}", "a smooth one", "give --activation tanh")
    size = architecture.parameters
    with _precision(bits):
        exact = [_balls(weight) for weight in weights]
        total = np.zeros((size, size), dtype=object)
        for x, y in zip(np.asarray(inputs, dtype=object), np.asarray(targets, dtype=object), strict=True):
            values, passed, slopes, bends = _balls(x), [], [], []
            for weight in exact:
                reached = np.concatenate([values, _balls([1])]) if architecture.bias else values
                passed.append(reached)
                z = weight @ reached
                orders = zip(*(activated(architecture.activation, entry) for entry in z), strict=True)
                values, slope, bend = (np.asarray(each, dtype=object) for each in orders)
                slopes.append(slope)
                bends.append(bend)
            delta = z - _balls(y)
            tangents = sensitivities(exact, passed, slopes[:-1])
            total += functional(exact, passed, slopes[:-1], bends[:-1], delta, tangents)
    return np.asarray(_balls(total))


def ball_rank(matrix: Array, bits: int = BITS) -> BallRank:
    """A proved lower bound of the rank of a matrix of balls.

    Example:
        >>> third = flint.arb(1) / 3
        >>> ball_rank(np.asarray([[third, third], [third, third]], dtype=object)).lower
        1
    """
    with _precision(bits):
        rest, smallest = np.array(matrix, dtype=object), 0.0
        found = 0
        while rest.size:
            sizes = [(entry.abs_lower(), place) for place, entry in np.ndenumerate(rest)]
            largest, (row, column) = max(sizes, key=lambda pair: pair[0])
            if not largest > 0:
                break
            smallest = _power(largest)
            pivot_row = rest[row] / rest[row, column]
            rest = np.delete(rest - np.multiply.outer(rest[:, column], pivot_row), row, axis=0)
            rest = np.delete(rest, column, axis=1)
            found += 1
        left = max((_power(entry.abs_upper()) for entry in rest.flat), default=None)
    return BallRank(found, smallest, left)


def _balls(entries: Any) -> Array:
    array = np.asarray(entries, dtype=object)
    result = np.empty(array.shape, dtype=object)
    for place, entry in np.ndenumerate(array):
        result[place] = entry if isinstance(entry, flint.arb) else _ball(Fraction(entry))
    return result


def _ball(number: Fraction) -> Any:
    return flint.arb(flint.fmpq(number.numerator, number.denominator))


def _power(size: Any) -> float:
    """log10 of a ball's size; −∞ for zero."""
    return float("-inf") if size == 0 else float(size.log() / flint.arb(10).log())


class _precision:
    """Ball arithmetic with so many bits inside a ``with`` block."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, self.bits

    def __exit__(self, *error: object) -> None:
        flint.ctx.prec = self.before
