"""Networks on which bounds of norms are tested: many small ones, in batches of one architecture, with exact entries.

Entries are small integers times a power of two that belongs to the layer, so that floats hold every product exactly.
Each batch mixes the kinds in `KINDS`: generic ones, special activation patterns, and structures near those at which the
sharp bounds are attained. Batches differ in depth, widths, bias, in the size of the weights (spectral norms below, at,
above 1), in the size of the input, and in whether probabilities are prescribed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from hessproof.numeric.norms.batch import NormBatch
from hessproof.numeric.norms.enclosure import Floats
from hessproof.symbolic.errors import UnusableRequest

UNITS = 8
"""Weights are integers from −UNITS to UNITS, divided by UNITS, times the layer's power of two."""
_SCALES = (-3, -2, -1, 0, 0, 1, 2)
_DEPTHS, _SHARES = (1, 2, 3, 4, 5), (0.15, 0.3, 0.25, 0.18, 0.12)
_LARGEST_WIDTH = 4
_MOST_CLASSES = 5
_LARGEST_INPUT = 6

Rng = np.random.Generator
Draw = Callable[[Rng, int, tuple[int, ...]], tuple[list[Floats], Floats]]


def generate(
    seed: int | Sequence[int],
    count: int,
    *,
    size: int = 500,
    layers: Sequence[int] = _DEPTHS,
    bias: bool | None = None,
    relaxed: bool | None = None,
) -> Iterator[NormBatch]:
    """Batches with ``count`` networks in all.

    Args:
        seed: Fixes everything that is drawn.
        count: How many networks.
        size: How many in a batch, at most.
        layers: The depths L to choose from, 1 to 5.
        bias: With or without bias; None for both, in turn.
        relaxed: With prescribed probabilities or without; None for one batch in four.

    Yields:
        Batches; ``kinds`` says how each network was made.

    Raises:
        UnusableRequest: If the count or the size is not positive, or a depth is not offered.

    Example:
        >>> sum(batch.size for batch in generate(0, 1200))
        1200
    """
    if count < 1 or size < 1:
        raise UnusableRequest(f"{count} networks in batches of {size}", "positive numbers", "give for instance 1000")
    if not layers or not set(layers) <= set(_DEPTHS):
        raise UnusableRequest(f"depths {list(layers)}", f"some of {list(_DEPTHS)}", "give for instance 1,2,3")
    rng = np.random.default_rng(seed)
    shares = np.asarray([_SHARES[depth - 1] for depth in layers])
    number = 0
    while count > 0:
        depth = int(rng.choice(np.asarray(layers), p=shares / shares.sum()))
        with_bias = bool(rng.integers(2)) if bias is None else bias
        prescribed = number % 4 == 3 if relaxed is None else relaxed
        yield _batch(rng, _widths(rng, depth), min(size, count), with_bias, prescribed)
        count -= size
        number += 1


def _widths(rng: Rng, depth: int) -> tuple[int, ...]:
    """d from 1 to 6, hidden widths from 1 to 4, K from 2 to 5, with K = 2 and equal hidden widths often."""
    classes = 2 if rng.random() < 0.4 else int(rng.integers(2, _MOST_CLASSES + 1))
    hidden = rng.integers(1, _LARGEST_WIDTH + 1, size=depth - 1)
    if depth > 1 and rng.random() < 0.3:
        hidden[:] = hidden[0]
    return (int(rng.integers(1, _LARGEST_INPUT + 1)), *(int(width) for width in hidden), classes)


def _batch(rng: Rng, widths: tuple[int, ...], size: int, with_bias: bool, prescribed: bool) -> NormBatch:
    depth = len(widths) - 1
    kinds = [name for name, count in zip(KINDS, _split(size, len(KINDS)), strict=True) for _ in range(count)]
    pieces = [
        draw(rng, count, widths) for draw, count in zip(KINDS.values(), _split(size, len(KINDS)), strict=True) if count
    ]
    common = int(rng.choice(_SCALES))
    scales = [common if rng.random() < 0.7 else int(rng.choice(_SCALES)) for _ in range(depth)]
    weights = [
        np.concatenate([piece[0][layer] for piece in pieces]) * (2.0 ** scales[layer] / UNITS) for layer in range(depth)
    ]
    inputs = np.concatenate([piece[1] for piece in pieces])
    # Near zero as well as large: the input alone decides how far the logits spread when there is no bias.
    exponent = int(rng.integers(-4, 3)) if rng.random() < 0.3 else -_spread(weights, inputs)
    biases, bias_scale = None, 0
    if with_bias:
        bias_scale = int(rng.integers(-3, 2))
        biases = tuple(_biases(rng, kinds, width) * (2.0**bias_scale / UNITS) for width in widths[1:])
    return NormBatch(
        widths,
        tuple(weights),
        biases,
        inputs * 2.0**exponent,
        rng.integers(0, widths[-1], size=size),
        (*(3 - scale for scale in scales), *((3 - bias_scale,) * depth if with_bias else (0,) * depth), -exponent),
        _prescribed(rng, size, widths[-1]) if prescribed else None,
        tuple(kinds),
    )


def _split(total: int, parts: int) -> list[int]:
    return [total // parts + (part < total % parts) for part in range(parts)]


def _biases(rng: Rng, kinds: list[str], width: int) -> Floats:
    """Integers, now and then zero; half of those at structures near the extremes point where the signal does."""
    found = _integers(rng, -UNITS, UNITS, (len(kinds), width)) * (rng.random((len(kinds), 1)) < 0.8)
    names, sizes = np.asarray(kinds), _integers(rng, 0, UNITS, (len(kinds), 1))
    aligned = rng.random(len(kinds)) < 0.5
    for words, direction in (
        (("identity", "nearly identity", "constant"), np.ones(width)),
        (("rank one",), np.eye(width)[0]),
    ):
        rows = np.isin(names, words) & aligned
        found[rows] = sizes[rows] * direction
    return found


def _spread(weights: list[Floats], inputs: Floats) -> int:
    """The exponent of the median largest logit of the networks that are not dead."""
    values = inputs[..., None]
    for number, weight in enumerate(weights):
        values = weight @ (np.maximum(values, 0) if number else values)
    largest = np.abs(values).max(axis=(-1, -2))
    alive = largest[largest > 0]
    return int(np.frexp(np.median(alive))[1]) - 1 if len(alive) else 0


def _prescribed(rng: Rng, size: int, classes: int) -> Floats:
    """Probabilities in units of 2^-10: spread out, or ½ and ½ on two classes, or nearly certain."""
    cuts = np.sort(rng.integers(0, 1025, size=(size, classes - 1)), axis=-1)
    found = np.diff(cuts, axis=-1, prepend=0, append=1024).astype(np.float64)
    rows = np.arange(size)
    two = np.argsort(rng.random((size, classes)), axis=-1)[:, :2]
    choice = rng.random(size)
    for part, first in ((choice < 0.3, 512.0), (choice > 0.85, 1023.0)):
        found[part] = 0.0
        found[rows[part], two[part, 0]] = first
        found[rows[part], two[part, 1]] = 1024.0 - first
    return found / 1024


def _shapes(widths: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(rows, columns) for columns, rows in pairwise(widths)]


def _integers(rng: Rng, low: int, high: int, size: tuple[int, ...]) -> Floats:
    return rng.integers(low, high + 1, size=size).astype(np.float64)


def _generic(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    weights = [_integers(rng, -UNITS, UNITS, (count, *shape)) for shape in _shapes(widths)]
    return weights, _integers(rng, -UNITS, UNITS, (count, widths[0]))


def _sparse(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    weights, inputs = _generic(rng, count, widths)
    return [weight * (rng.random(weight.shape) < 0.4) for weight in weights], inputs


def _zero(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """One factor is zero: a layer, the input, or all layers."""
    weights, inputs = _generic(rng, count, widths)
    which = rng.integers(0, len(weights) + 2, size=count)
    for layer, weight in enumerate(weights):
        weight[(which == layer) | (which == len(weights))] = 0.0
    inputs[which == len(weights) + 1] = 0.0
    return weights, inputs


def _active(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """Every neuron is on: nonnegative entries before the last layer."""
    weights, inputs = _generic(rng, count, widths)
    return [np.abs(weight) for weight in weights[:-1]] + weights[-1:], np.abs(inputs)


def _dead(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """All neurons of one hidden layer are off."""
    weights, inputs = _active(rng, count, widths)
    which = rng.integers(0, max(len(weights) - 1, 1), size=count)
    for layer, weight in enumerate(weights[:-1]):
        weight[which == layer] = -np.maximum(weight[which == layer], 1.0)
    return weights, inputs


def _identity(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """W^l = m I, x = (1, …, 1): where the bound of the G-term is attained for two classes."""
    sizes = _integers(rng, 1, UNITS, (count, 1, 1))
    return [sizes * np.eye(*shape) for shape in _shapes(widths)], np.ones((count, widths[0])) * UNITS


def _rank_one(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """W^l = m_l e_1e_1⊤, W^L = ±m_L(e_1 − e_2)e_1⊤, x ∥ e_1: where those of the H-term and the Hessian are."""
    weights = []
    for rows, columns in _shapes(widths):
        weight = np.zeros((count, rows, columns))
        weight[:, 0, 0] = _integers(rng, 1, UNITS, (count,))
        weights.append(weight)
    weights[-1][:, :2, 0] = _integers(rng, 1, UNITS, (count, 1)) * rng.choice([-1.0, 1.0], size=(count, 1)) * [1, -1]
    inputs = np.zeros((count, widths[0]))
    inputs[:, 0] = _integers(rng, 1, UNITS, (count,))
    return weights, inputs


def _permutation(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """W^l = m times a signed partial permutation: all singular values equal, some features off."""
    weights = []
    for rows, columns in _shapes(widths):
        chosen = np.argsort(rng.random((count, max(rows, columns))), axis=-1)
        square = (chosen[:, :, None] == np.arange(max(rows, columns))).astype(np.float64)
        signs = rng.choice([-1.0, 1.0, 1.0], size=(count, rows, 1))
        weights.append(UNITS * signs * square[:, :rows, :columns])
    return weights, _integers(rng, -UNITS, UNITS, (count, widths[0]))


def _constant(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """|w_ij| = m in all layers, with signs of rank one: where bounds in terms of entries are attained."""
    sizes = _integers(rng, 1, UNITS, (count, 1, 1))
    weights = [sizes * np.ones((count, *shape)) for shape in _shapes(widths)]
    weights[-1] = weights[-1] * rng.choice([-1.0, 1.0], size=(count, widths[-1], 1))
    return weights, np.ones((count, widths[0])) * UNITS


def _balanced(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """|w_ij| = m with signs drawn, so that singular values spread."""
    weights = [UNITS * rng.choice([-1.0, 1.0], size=(count, *shape)) for shape in _shapes(widths)]
    return weights, UNITS * rng.choice([-1.0, 1.0], size=(count, widths[0]))


def _nearly(draw: Draw) -> Draw:
    def near(rng: Rng, count: int, widths: tuple[int, ...]) -> tuple[list[Floats], Floats]:
        weights, inputs = draw(rng, count, widths)
        moved = [weight + _integers(rng, -1, 1, weight.shape) * (rng.random(weight.shape) < 0.3) for weight in weights]
        return moved, inputs + _integers(rng, -1, 1, inputs.shape)

    return near


KINDS: dict[str, Draw] = {
    "generic": _generic,
    "sparse": _sparse,
    "zero": _zero,
    "active": _active,
    "dead": _dead,
    "identity": _identity,
    "nearly identity": _nearly(_identity),
    "rank one": _rank_one,
    "nearly rank one": _nearly(_rank_one),
    "permutation": _permutation,
    "constant": _constant,
    "balanced": _balanced,
}
"""How networks are drawn, by name."""
