"""The smallest network, in a stated order, at which a norm bound fails.

Architectures are taken by p, then L, then widths; at each of them first the networks with equal logits, whose
probabilities are rational, then all others; among these by the largest numerator or denominator of all entries, then by
the number of entries that are not zero, then by the sum of the sizes of the entries, then in the order of the entries.
Floats find candidates; who asks decides on them in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from hessproof.numeric.norms.instance import NormInstance, norm_instance
from hessproof.symbolic.architecture import Architecture

ORDER = (
    "p, then L, then widths, then equal logits before others, then the largest numerator or denominator, then the "
    "number of entries that are not zero, then the sum of their sizes"
)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """All networks of one architecture with entries of bounded height, as floats.

    Args:
        widths: M_0, …, M_L.
        height: The largest numerator and denominator.
        entries: (N, p + d), positions in `rationals`: the weights row by row, then the input.
        labels: The class of each.
    """

    widths: tuple[int, ...]
    height: int
    entries: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]

    @property
    def weights(self) -> list[Floats]:
        """W^1, …, W^L, each (N, M_l, M_{l-1})."""
        values, place, found = self._values, 0, []
        for columns, rows in zip(self.widths[:-1], self.widths[1:], strict=True):
            found.append(values[:, place : place + rows * columns].reshape(-1, rows, columns))
            place += rows * columns
        return found

    @property
    def inputs(self) -> Floats:
        """x, (N, d)."""
        return np.asarray(self._values[:, self._values.shape[1] - self.widths[0] :])

    @property
    def _values(self) -> Floats:
        return np.asarray([float(value) for value in rationals(self.height)])[self.entries]

    def instance(self, number: int) -> NormInstance:
        """One network as exact fractions."""
        values = [rationals(self.height)[place] for place in self.entries[number]]
        weights, place = [], 0
        for columns, rows in zip(self.widths[:-1], self.widths[1:], strict=True):
            weights.append([values[place + row * columns : place + (row + 1) * columns] for row in range(rows)])
            place += rows * columns
        return norm_instance(weights, values[place:], int(self.labels[number]))


@cache
def rationals(height: int) -> tuple[Fraction, ...]:
    """All fractions with numerator and denominator of at most ``height``, the simplest first.

    Example:
        >>> [str(one) for one in rationals(2)]
        ['0', '1', '-1', '1/2', '-1/2', '2', '-2']
    """
    found = {Fraction(sign * a, b) for a in range(height + 1) for b in range(1, height + 1) for sign in (1, -1)}
    return tuple(sorted(found, key=lambda one: (_height(one), abs(one), one < 0)))


def _height(value: Fraction) -> int:
    return max(abs(value.numerator), value.denominator) if value else 0


def architectures(most_parameters: int, least_layers: int = 1) -> Iterator[tuple[int, ...]]:
    """Widths of networks without bias and with K ≥ 2, by p, then L, then the widths themselves.

    Example:
        >>> list(architectures(3))
        [(1, 2), (1, 3), (1, 1, 2)]
    """
    found = [
        widths
        for layers in range(least_layers, most_parameters)
        for widths in product(range(1, most_parameters + 1), repeat=layers + 1)
        if widths[-1] >= 2 and Architecture(widths).parameters <= most_parameters
    ]
    yield from sorted(found, key=lambda widths: (Architecture(widths).parameters, len(widths), widths))


def grid(widths: tuple[int, ...], height: int, with_input: bool = True) -> Grid:
    """All networks with entries up to ``height`` whose x has a positive first entry; x = (1, …, 1) if not asked for."""
    parameters, count = Architecture(widths).parameters, len(rationals(height))
    free = parameters + (widths[0] if with_input else 0)
    entries = np.stack(np.meshgrid(*[np.arange(count)] * free, indexing="ij"), axis=-1).reshape(-1, free)
    if not with_input:
        entries = np.hstack([entries, np.ones((len(entries), widths[0]), dtype=np.int64)])
    values = np.asarray([float(one) for one in rationals(height)])
    entries = entries[values[entries[:, parameters]] > 0]
    repeated = np.repeat(entries, widths[-1], axis=0)
    return Grid(widths, height, repeated, np.tile(np.arange(widths[-1]), len(entries)))


def ordered(found: Grid, keep: npt.NDArray[np.bool_]) -> list[int]:
    """The networks that are kept, smallest first."""
    sizes = np.asarray([abs(float(one)) for one in rationals(found.height)])
    heights = np.asarray([_height(one) for one in rationals(found.height)])
    chosen = np.flatnonzero(keep)
    entries = found.entries[chosen]
    keys = (
        found.labels[chosen], *entries.T[::-1], sizes[entries].sum(axis=1), (entries != 0).sum(axis=1),
        heights[entries].max(axis=1),
    )  # fmt: skip
    return [int(place) for place in chosen[np.lexsort(keys)]]


def forward(found: Grid) -> tuple[list[Floats], list[Floats], Floats]:
    """x^1, …, x^L, the diagonals of D^1, …, D^{L-1} and the logits."""
    values, states, gates = found.inputs, list[Floats](), list[Floats]()
    for number, weight in enumerate(found.weights, start=1):
        states.append(values)
        values = (weight @ values[..., None])[..., 0]
        if number < len(found.weights):
            gates.append((values >= 0).astype(float))
            values = np.maximum(values, 0)
    return states, gates, values


def smooth(found: Grid) -> npt.NDArray[np.bool_]:
    """Where no pre-activation of a hidden layer is zero."""
    states, gates, _ = forward(found)
    result = np.ones(len(found.labels), dtype=bool)
    for gate, state in zip(gates, states[1:], strict=True):
        result &= ~((gate == 1) & (state == 0)).any(axis=-1)
    return result


def derivatives_of(found: Grid) -> list[Floats]:
    """G^1, …, G^L, each (N, K, M_l)."""
    gates, size, classes = forward(found)[1], len(found.labels), found.widths[-1]
    result = [np.broadcast_to(np.eye(classes), (size, classes, classes))]
    for weight, gate in zip(found.weights[:0:-1], gates[::-1], strict=True):
        result.insert(0, (result[0] @ weight) * gate[:, None, :])
    return result


def hessians(found: Grid) -> tuple[Floats, Floats]:
    """G-term and Hessian of every network, (N, p, p), in floats."""
    states, gates, logits = forward(found)
    weights, size = found.weights, len(found.labels)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = powers / powers.sum(axis=-1, keepdims=True)
    residual = p.copy()
    residual[np.arange(size), found.labels] -= 1
    curvature = p[:, :, None] * np.eye(p.shape[-1]) - p[:, :, None] * p[:, None, :]
    derivatives = derivatives_of(found)
    blocks = [
        np.einsum("nki,nj->nkij", g, x).reshape(size, p.shape[-1], -1) for g, x in zip(derivatives, states, strict=True)
    ]
    jacobian = np.concatenate(blocks, axis=-1)
    outer = jacobian.swapaxes(-1, -2) @ curvature @ jacobian
    whole, starts = outer.copy(), np.cumsum([0, *(block.shape[-1] for block in blocks)])
    for k in range(len(weights) - 1):
        chain = gates[k][:, :, None] * np.eye(gates[k].shape[-1])
        for l in range(k + 1, len(weights)):
            if l > k + 1:
                chain = gates[l - 1][:, :, None] * (weights[l - 1] @ chain)
            a = (derivatives[l].swapaxes(-1, -2) @ residual[..., None])[..., 0]
            block = np.einsum("ni,njk,nm->nijkm", a, chain, states[k]).reshape(size, blocks[l].shape[-1], -1)
            whole[:, starts[l] : starts[l + 1], starts[k] : starts[k + 1]] += block
            whole[:, starts[k] : starts[k + 1], starts[l] : starts[l + 1]] += block.swapaxes(-1, -2)
    return outer, whole


Test = Callable[[Grid], npt.NDArray[np.bool_]]
Decide = Callable[[NormInstance], bool]


def smallest(
    test: Test,
    decide: Decide,
    *,
    most_parameters: int,
    most_height: int,
    least_layers: int = 1,
    with_input: bool = True,
) -> NormInstance | None:
    """The first network at which ``test`` finds a failure in floats and ``decide`` proves it; None if there is none.

    Example:
        >>> found = smallest(lambda grid: hessians(grid)[0].any(axis=(1, 2)), lambda one: True, most_parameters=2,
        ...                  most_height=1)
        >>> [weight.tolist() for weight in found.weights], found.inputs.tolist()
        ([[[Fraction(0, 1)], [Fraction(0, 1)]]], [Fraction(1, 1)])
    """
    for widths in architectures(most_parameters, least_layers):
        for equal in (True, False):
            for height in range(1, most_height + 1):
                found = grid(widths, height, with_input)
                logits = forward(found)[2]
                flat = np.ptp(logits, axis=-1) == 0
                chosen = Grid(widths, height, found.entries[flat == equal], found.labels[flat == equal])
                if not len(chosen.labels):
                    continue
                for place in ordered(chosen, test(chosen)):
                    one = chosen.instance(place)
                    if decide(one):
                        return one
    return None
