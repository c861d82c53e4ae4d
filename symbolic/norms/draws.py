"""Networks on which the lines of norm derivations are compared: small rational weights, p and y of one object."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Integer

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.norms.words import BIAS, Slope, backward, between, run
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import L

_SCALES = (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2))
_TRIES = 200


def networks(
    derivation: Derivation, seed: int, *, bias: bool = False, large: bool = False, deepest: int = 3
) -> Iterator[Valuation]:
    """Networks of depth 1 to ``deepest`` and widths 1 to 3, each with drawn layer numbers; the last one is live.

    Args:
        derivation: Its layer numbers get values.
        seed: Where everything comes from.
        bias: Whether the biases are drawn too.
        large: Whether all weights are nonzero integers, so that every ‖W^l‖ is at least 1.
        deepest: The largest depth.
    """
    stream = random.Random(f"{derivation.claim}|{seed}")
    places = [
        (depth, found)
        for depth in range(1, deepest + 1)
        if (found := [each for each in derivation.ordering.solutions(1, depth) if each.get(L, depth) == depth])
    ]
    for number, (depth, found) in enumerate(places, start=1):
        chosen = stream.choice(found)
        made = network(stream, depth, chosen, bias=bias, large=large)
        for _ in range(_TRIES if number == len(places) else 0):
            if _live(made):
                break
            widths = (*(stream.randint(1, 3) for _ in range(depth)), stream.randint(2, 3))
            made = network(stream, depth, chosen, widths=widths, bias=bias, large=large)
        yield made


def _live(made: Valuation) -> bool:
    """Whether there are two classes or more, and no state, no slope of a layer and no way between layers is zero."""
    depth = len(made.weights)
    pushed = [evaluate(backward(Integer(at)), made).T.dot(evaluate(Slope(), made)) for at in range(1, depth + 1)]
    ways = [evaluate(between(Integer(late), Integer(early)), made) for late in range(2, depth + 1)
            for early in range(1, late)]  # fmt: skip
    return made.widths[-1] > 1 and all(part.any() for part in (*run(made)[0][:depth], *pushed, *ways))


def network(
    stream: random.Random,
    depth: int,
    numbers: dict[Any, Any],
    *,
    bias: bool = False,
    large: bool = False,
    widths: tuple[int, ...] = (),
) -> Valuation:
    """One network, with layer numbers, A = diag(p) − pp⊤ and δ = p − y for drawn p and one-hot y."""
    widths = widths or tuple(stream.randint(1, 3) for _ in range(depth + 1))
    weights = [_entries(stream, shape, large) for shape in zip(widths[1:], widths, strict=False)]
    classes, drawn = widths[-1], dict[object, Array]()
    parts = [stream.randint(1, 9) for _ in range(classes)]
    p = np.array([[Fraction(part, sum(parts))] for part in parts], dtype=object)
    drawn["A"] = (np.diag(p[:, 0]) - p.dot(p.T)) * Fraction(1, 2)
    drawn["delta"] = p.copy()
    drawn["delta"][stream.randrange(classes), 0] -= 1
    symbols = {**numbers, L: depth, BIAS: int(bias)}
    made = Valuation(symbols, widths, seed=stream.randrange(2**32), weights=weights)
    made.weights_transposed = [matrix.T for matrix in weights]
    made._drawn.update(drawn)
    return made


def _entries(stream: random.Random, shape: tuple[int, int], large: bool) -> Array:
    found: list[list[Any]]
    if large:
        found = [[stream.choice((-2, -1, 1, 2)) for _ in range(shape[1])] for _ in range(shape[0])]
    else:
        scale = stream.choice(_SCALES)
        found = [[scale * stream.randint(-2, 3) for _ in range(shape[1])] for _ in range(shape[0])]
    return np.array(found, dtype=object).reshape(shape)
