"""The bands of a spectrum: intervals on which the density is positive, each with its exact mass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flint
import numpy as np

from hessproof.numeric.free_probability import balls
from hessproof.numeric.free_probability.equation import RELATIVE, Equation

ABSOLUTE = 2.0**-400
"""Radius of an edge that may be 0: below what any product of floats here feels."""


@dataclass(frozen=True, slots=True)
class Band:
    """An interval of the spectrum.

    Args:
        left: Its left end, a ball.
        right: Its right end, a ball.
        mass: Its mass, a ball: a sum of residues of R and 1, since the angles at the edges are 0 or π.
    """

    left: Any
    right: Any
    mass: Any

    @property
    def outer(self) -> tuple[float, float]:
        """Floats that enclose the band."""
        low = np.nextafter(float(self.left.mid()) - float(self.left.rad()), -np.inf)
        high = np.nextafter(float(self.right.mid()) + float(self.right.rad()), np.inf)
        return float(low), float(high)


def bands_of(equation: Equation) -> tuple[Band, ...]:
    """All bands from left to right.

    Example:
        >>> from fractions import Fraction
        >>> from hessproof.numeric.free_probability.equation import EPSILON, TAU, Z, equation
        >>> model = 1 / (1 - TAU * Z) + 2 * EPSILON * Z
        >>> found = bands_of(equation(model, {EPSILON: Fraction(1, 100), TAU: Fraction(4)}))
        >>> [round(float(band.mass), 12) for band in found]
        [0.75, 0.25]
    """
    for bits in balls.precisions():
        with flint.ctx.workprec(bits):
            edges = [edge for edge in balls.edges(equation) if edge.crossing]
            found = tuple(
                Band(left.place, right.place, _level(equation, right) - _level(equation, left))
                for left, right in zip(edges[::2], edges[1::2], strict=True)
            )
            if all(_sharp(edge.place) for edge in edges) and all(_sharp(band.mass) for band in found):
                return found
    raise ArithmeticError("edges that no precision separates")  # two real roots of a polynomial are always separated


def _sharp(place: Any) -> bool:
    return bool(place.is_finite() and (place.rad() <= abs(place) * RELATIVE or place.rad() <= ABSOLUTE))


def _level(equation: Equation, edge: balls.Edge) -> Any:
    """N at an edge."""
    value = None if edge.root is None else flint.acb(edge.root)
    return balls.potential(equation, value, edge.place, inside=False)
