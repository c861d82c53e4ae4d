"""Architectures for a search: all of p parameters, those at corners, and random ones that grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from hessproof.proofs_check.conjectures.order import architectures_of
from hessproof.symbolic.architecture import Architecture

CORNERS: tuple[tuple[int, ...], ...] = (
    (1, 2), (1, 3), (3, 1), (2, 2), (2, 3), (4, 2),
    (3, 1, 3), (2, 1, 2), (1, 2, 1), (1, 3, 2), (2, 3, 1), (3, 3, 3), (2, 4, 3), (4, 2, 2), (2, 3, 4), (1, 1, 2),
    (1, 1, 1, 1), (2, 2, 2, 2), (3, 1, 2, 3), (3, 2, 1, 3), (1, 3, 3, 1), (2, 3, 1, 2), (2, 1, 3, 2), (3, 3, 2, 3),
    (2, 2, 3, 2), (1, 2, 1, 2), (2, 3, 2, 3), (1, 1, 1, 2),
    (2, 2, 2, 2, 2), (2, 1, 2, 2, 2), (2, 2, 1, 2, 2), (2, 2, 2, 1, 2), (1, 2, 2, 2, 1), (2, 3, 1, 3, 2),
    (1, 2, 2, 2, 2, 1),
)  # fmt: skip
"""Each position of a bottleneck, width one, one input or output, equal widths, one layer, bulges, up to five layers."""


_DEPTHS = (0.1, 0.2, 0.2, 0.15, 0.1, 0.1, 0.1, 0.05)
"""How often a random architecture has two to nine widths."""


def of_size(parameters: int, biases: Sequence[bool]) -> tuple[Architecture, ...]:
    """All architectures with exactly p parameters, by L, then widths, then without bias before with bias.

    Example:
        >>> [str(one) for one in of_size(2, (False,))], [str(one) for one in of_size(2, (True,))]
        (['1-2', '2-1', '1-1-1'], ['1-1'])
    """
    return tuple(architectures_of(parameters, None if len(biases) > 1 else biases[0]))


def corners(biases: Sequence[bool], largest: int | None) -> tuple[Architecture, ...]:
    """The architectures of `CORNERS` with at most so many parameters, by p, then L, then widths.

    Example:
        >>> [str(one) for one in corners((False,), 4)]
        ['1-2', '1-3', '3-1', '1-1-2', '1-1-1-1', '2-2', '1-2-1', '2-1-2', '1-1-1-2']
    """
    found = [Architecture(widths, bias) for widths in CORNERS for bias in biases]
    kept = [one for one in found if largest is None or one.parameters <= largest]
    return tuple(sorted(kept, key=lambda one: (one.parameters, one.layers, one.widths, one.bias)))


def grown(
    rng: np.random.Generator, biases: Sequence[bool], largest: int | None, start: int, limit: int
) -> Iterator[Architecture]:
    """Random architectures with p growing from ``start`` to ``limit``, eight layers at most, without an end.

    Example:
        >>> drawn = grown(np.random.default_rng(0), (False,), 12, 8, 40)
        >>> all(next(drawn).parameters <= 12 for _ in range(20))
        True
    """
    step = 0
    most = limit if largest is None else min(limit, largest)
    while True:
        size = min(most, start + step // 40)  # forty architectures of one size before the next one
        step += 1
        widths = tuple(int(width) for width in rng.integers(1, 6, size=int(rng.choice(range(2, 10), p=_DEPTHS))))
        bias = bool(biases[int(rng.integers(len(biases)))])
        while Architecture(widths, bias).parameters > size and max(widths) > 1:
            place = int(rng.integers(len(widths)))
            widths = (*widths[:place], max(1, widths[place] - 1), *widths[place + 1 :])
        while Architecture(widths, bias).parameters > size and len(widths) > 2:
            widths = widths[:-1]
        yield Architecture(widths, bias)


def shrunk(architecture: Architecture) -> Iterator[Architecture]:
    """The architectures with one layer fewer or one neuron fewer, smallest first.

    Example:
        >>> [str(one) for one in shrunk(Architecture((1, 2, 1)))]
        ['1-1', '1-2', '2-1', '1-1-1']
    """
    widths, bias = architecture.widths, architecture.bias
    fewer = {(*widths[:place], *widths[place + 1 :]) for place in range(len(widths)) if len(widths) > 2}
    for place, width in enumerate(widths):
        if width > 1:
            fewer.add((*widths[:place], width - 1, *widths[place + 1 :]))
    found = [Architecture(each, bias) for each in fewer]
    yield from sorted(found, key=lambda one: (one.parameters, one.layers, one.widths))
