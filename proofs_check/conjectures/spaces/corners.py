"""Architectures at the corners of what formulas distinguish: a bottleneck, a bulge, width 1, K = 1, d = 1, L = 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from hessproof.symbolic.architecture import Architecture

DEPTHS, BASES = range(1, 7), range(2, 6)
"""Layers and the width that the corner departs from: deep enough for a bottleneck with two layers on either side."""
DEEPEST = 12
"""Layers of the deepest corner, where all widths are 1 or 2."""
LARGEST = 160
"""p of the largest corner architecture, so that all of them take seconds."""
RANDOM_LAYERS, RANDOM_WIDTH, RANDOM_PARAMETERS = 8, 12, 250
"""Bounds of random architectures, which keep the exact rank of one of them within milliseconds."""
RANDOM_TRIES = 1000
"""Draws before no architecture is taken to be small enough: one in five is below p = 12."""


def corner_architectures(largest: int | None, kinds: Iterable[bool] = (False,)) -> Iterator[Architecture]:
    """The corner architectures by p: equal widths, each single width narrower or wider than the rest, each pair of 1s.

    Args:
        largest: Largest p, `LARGEST` if None.
        kinds: With bias or without, or both.

    Example:
        >>> found = list(corner_architectures(12))
        >>> [str(a) for a in found[:4]], len(found) > 50
        (['1-1', '1-2', '2-1', '1-1-1'], True)
    """
    bound = LARGEST if largest is None else min(largest, LARGEST)
    every = set(_patterns())
    found = [Architecture(widths, bias) for widths in every for bias in kinds]
    yield from sorted(
        (one for one in found if one.parameters <= bound), key=lambda a: (a.parameters, a.layers, a.widths, a.bias)
    )


def _patterns() -> Iterator[tuple[int, ...]]:
    for layers in range(1, DEEPEST + 1):
        yield (1,) * (layers + 1)
        yield (2,) * (layers + 1)
    for layers in DEPTHS:
        for base in BASES:
            flat = (base,) * (layers + 1)
            yield flat
            for place in range(layers + 1):
                for width in (1, base - 1, base + 1, base + 3):
                    changed = (*flat[:place], width, *flat[place + 1 :])
                    yield changed
                    yield (*changed[:-1], base + 1)
                    yield (base + 1, *changed[1:])
                    for other in range(place + 1, layers + 1):
                        if width < base:
                            yield (*changed[:other], width, *changed[other + 1 :])
            yield tuple(range(base, base + layers + 1))
            yield tuple(range(base + layers, base - 1, -1))
        for place in range(layers + 1):
            yield tuple(2 if place == other else 1 for other in range(layers + 1))


def random_architecture(rng: np.random.Generator, largest: int | None, bias: bool) -> Architecture | None:
    """A random architecture with p at most `RANDOM_PARAMETERS` and ``largest``; small widths are as likely as large.

    None if none turned up.
    """
    bound = RANDOM_PARAMETERS if largest is None else min(largest, RANDOM_PARAMETERS)
    for _ in range(RANDOM_TRIES):
        layers = int(rng.integers(1, RANDOM_LAYERS + 1))
        widest = np.log(min(RANDOM_WIDTH, bound) + 1)
        widths = np.floor(np.exp(rng.uniform(0.0, widest, size=layers + 1))).astype(int)
        made = Architecture(tuple(max(1, int(width)) for width in widths), bias)
        if made.parameters <= bound:
            return made
    return None
