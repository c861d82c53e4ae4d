"""Both sides of a norm bound on a batch of networks, and what the enclosures say of them.

An outcome is *above* where the enclosure of the norm lies above the enclosure of the bound: that is a proof that the
bound fails. It is *below* where it lies below. Where the two overlap and agree within `CLOSE` the network is said to
lie *on* the bound: a violation, if there is one, is smaller than that. What is left is *open*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from hessproof.numeric.norms.enclosure import Ball, Booleans
from hessproof.proofs_check.checks.norms.survey import ROOM, Measured, largest, roughly
from hessproof.symbolic.norms.bounds import BOUNDS, NormBound
from hessproof.symbolic.norms.symbols import LargestEigenvalue

CLOSE = 1e-9
"""The relative width of two overlapping enclosures that counts as agreement."""
LAYERED = {"layer_derivative": "derivative_norms", "activation": "layer_input_norms", "weight": "weight_norms"}
"""Quantities that belong to a layer, and the enclosures of them."""


@dataclass(frozen=True)
class Outcome:
    """What is known of value ≤ bound, network by network.

    Args:
        above: The bound fails, proved.
        below: The bound holds, proved.
        on: Both sides agree within `CLOSE`.
    """

    above: Booleans
    below: Booleans
    on: Booleans

    @property
    def open(self) -> Booleans:
        """Nothing is known."""
        return np.asarray(~(self.above | self.below | self.on))

    def __and__(self, other: Outcome) -> Outcome:
        """Both bounds hold."""
        holding = (self.below | self.on) & (other.below | other.on)
        return Outcome(self.above | other.above, self.below & other.below, holding & (self.on | other.on))


def compared(value: Ball, bound: Ball) -> Outcome:
    """The outcome of value ≤ bound.

    Example:
        >>> found = compared(Ball.exact(np.asarray([1.0, 2.0, 3.0])), Ball.exact(np.asarray([2.0, 2.0, 2.0])))
        >>> found.below.tolist(), found.above.tolist(), found.open.tolist()
        ([True, True, False], [False, False, True], [False, False, False])
    """
    below = value.upper <= bound.lower
    above = value.lower > bound.upper
    spread = np.maximum(value.upper, bound.upper) - np.minimum(value.lower, bound.lower)
    on = ~below & ~above & (spread <= CLOSE * np.maximum(value.upper, bound.upper))
    return Outcome(np.asarray(above), np.asarray(below), np.asarray(on))


def norm_of(quantity: str, found: Measured, number: int | None) -> Ball:
    """The enclosure of a quantity of `hessproof.symbolic.norms.bounds`, of layer ``number`` if it belongs to one."""
    if number is not None:
        return found.norms[LAYERED[quantity]][:, number - 1]
    if quantity == "jacobian_squared" and found.stacked is not None:
        return found.stacked**2
    if quantity == "columns" and found.columns is not None:
        return found.columns
    if quantity == "curvature":
        return found.norms["softmax_norm"]
    return found.norms[quantity]


@lru_cache(maxsize=2048)
def enclosing(bound: NormBound, layers: int, number: int | None = None) -> Callable[[dict[str, Any]], Any]:
    """The bound at a depth as a function of enclosures."""
    return bound.compiled(layers, number, largest=largest)


@lru_cache(maxsize=2048)
def floating(bound: NormBound, layers: int, number: int | None = None) -> Callable[[dict[str, Any]], Any]:
    """The bound at a depth as a function of floats."""
    return bound.compiled(layers, number)


def bound_of(bound: NormBound, found: Measured, number: int | None = None) -> Ball:
    """The right-hand side on a batch."""
    value: Any = enclosing(bound, found.layers, number if bound.needs_layer else None)(found.values)
    ball = Ball.of(value)
    shape = (found.size,)
    return Ball(np.broadcast_to(ball.mid, shape), np.broadcast_to(ball.rad, shape))


def outcome(bound: NormBound, quantity: str, found: Measured) -> Outcome:
    """The outcome of quantity ≤ bound, for all layers if it is about one.

    Layers where both sides are one and the same number are left out: ‖x^1‖ = ‖x‖, and G^l where `Measured.identical`.

    Example:
        >>> from hessproof.numeric.norms.batch import batch_of
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> from hessproof.proofs_check.checks.norms.survey import measured
        >>> one = measured(batch_of([norm_instance([[[0], [0]]], [1], 0)]))
        >>> [outcome(BOUNDS[key], "gauss_newton", one).above.item() for key in ("thm1", "g_term")]
        [True, False]
    """
    if quantity not in LAYERED:
        return _whole(bound, quantity, found)
    true = np.ones(found.size, dtype=bool)
    whole = Outcome(~true, true, ~true)
    for number in range(1, found.layers + 1):
        one = compared(norm_of(quantity, found, number), bound_of(bound, found, number))
        same = ~true
        if bound.key == "layer_derivative":
            same = found.identical[:, number - 1]
        elif quantity == "activation" and number == 1:
            same = true
        whole = whole & Outcome(one.above & ~same, one.below | same, one.on & ~same)
    return whole


def _whole(bound: NormBound, quantity: str, found: Measured) -> Outcome:
    """The outcome for a norm of the network; λ_max of a bound is enclosed only where a rough value does not decide."""
    value = norm_of(quantity, found, None)
    if not bound.expression.has(LargestEigenvalue):
        return compared(value, bound_of(bound, found))
    rough = Ball.of(roughly(bound, found.layers)(found.values))
    below = np.broadcast_to(value.upper * ROOM <= rough.lower, (found.size,))
    result = Outcome(np.zeros(found.size, dtype=bool), below.copy(), np.zeros(found.size, dtype=bool))
    rest = np.flatnonzero(~below)
    if len(rest):
        closer = found.chosen(rest)
        exact = compared(norm_of(quantity, closer, None), bound_of(bound, closer))
        result.above[rest], result.below[rest], result.on[rest] = exact.above, exact.below, exact.on
    return result


def layers_of(quantity: str, found: Measured) -> list[int | None]:
    """All layers for a quantity that belongs to a layer, otherwise None alone."""
    return list(range(1, found.layers + 1)) if quantity in LAYERED else [None]


def refuted_by(mutant: NormBound, quantity: str, found: Measured) -> int | None:
    """The place of a network that proves a wrong bound wrong, or None.

    Floats look for it, and enclosures prove it.
    """
    for number in layers_of(quantity, found):
        value = norm_of(quantity, found, number).mid
        with np.errstate(all="ignore"):
            bound = floating(mutant, found.layers, number if mutant.needs_layer else None)(found.floats)
            excess = np.asarray(value * (1 - 1e-7) - bound)
            above = np.flatnonzero(np.broadcast_to(excess > 0, (found.size,)))
        for place in above[:3]:
            one = found.chosen([place])
            if compared(norm_of(quantity, one, number), bound_of(mutant, one, number)).above.all():
                return int(place)
    return None


__all__ = [
    "BOUNDS",
    "Outcome",
    "bound_of",
    "compared",
    "enclosing",
    "floating",
    "layers_of",
    "norm_of",
    "outcome",
    "refuted_by",
]
