"""Wrong laws, generated from the formulas under test: every constant, sign, factor and exponent changed in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.proofs_check.model.evidence import Mutant
from hessproof.symbolic.free_probability.symbols import LAMBDA
from hessproof.symbolic.mutation import mutations

T = TypeVar("T")
Floats = npt.NDArray[np.float64]
Density = Callable[[Floats], Floats]


def densities(density: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> Iterator[tuple[str, Density | None]]:
    """Every wrong variant of a density as a function; None where it is not real on the support."""
    for description, wrong in mutations(density):
        yield f"density: {description}", compiled(wrong, values)


def compiled(density: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> Density | None:
    """A density as a function of an array, or None if it is not real for these values."""
    found = sp.sympify(density).xreplace(dict(values))
    if found.has(sp.I) or found.has(sp.zoo) or found.has(sp.nan):
        return None
    inner = sp.lambdify(LAMBDA, found, modules="numpy")

    def function(points: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(inner(points) + 0 * points, dtype=float)

    return function


def chebyshev_moments(density: Density, low: float, high: float, orders: range, nodes: int = 200) -> list[float]:
    """∫ λ^k ρ dλ for some k by the midpoint rule in the angle; NaN where the density is not finite.

    Example:
        >>> semicircle = lambda t: np.sqrt(4 - t * t) / (2 * np.pi)
        >>> [abs(round(m, 9)) for m in chebyshev_moments(semicircle, -2.0, 2.0, range(3))]
        [1.0, 0.0, 1.0]
    """
    angle = (np.arange(nodes) + 0.5) * np.pi / nodes
    places = (low + high) / 2 - (high - low) / 2 * np.cos(angle)
    weights = density(places) * np.sin(angle) * (high - low) / 2 * np.pi / nodes
    return [float((places**k * weights).sum()) for k in orders]


def spread(items: Iterable[T], most: int) -> Iterator[T]:
    """Up to ``most`` of some items, evenly taken.

    Example:
        >>> list(spread(range(10), 4))
        [0, 2, 5, 7]
    """
    everything = list(items)
    count = min(most, len(everything))
    return (everything[k * len(everything) // count] for k in range(count))


def mutant(description: str, caught: bool, by: str) -> Mutant:
    """A control with what caught it."""
    return Mutant(description=description, caught=caught, by=by if caught else "too close to be told apart")
