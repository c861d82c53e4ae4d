"""One instance of a kind: integer samples and residuals of the ranks asked for, and weights that fix who is active.

Every loss admits these residuals, up to a positive factor, for suitable targets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hessproof.numeric.integers import IntegerMatrix, integers, product, rational_rank, to_flint
from hessproof.numeric.rectified.network import SLOPES
from hessproof.proofs_check.conjectures.spaces.sampled import Sampled
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.losses.outputs import effective_outputs

SMALLEST, SMALL = 3, 9
"""Entries of the factors of samples and residuals, and of realising weights, small enough to be written down: up to 3,
and up to 9 where the smaller ones miss the ranks."""
GENERAL = 10**6
"""Entries of the factors of general data: a coincidence has a probability of about 10^-6."""
_TRIES = 12
"""Draws until the ranks are as asked for; each one fails with a probability of a few percent."""
_ROWS = 200
"""Draws of one neuron's weights; each one is active on some sample and off every kink with probability about 1/2."""
RECTIFIED = ("relu", "leaky-relu")


@dataclass(frozen=True, eq=False)
class Drawn:
    """Samples, residuals and weights, all integers.

    Args:
        inputs: x as rows, N × d.
        deltas: δ as rows, N × K.
        weights: [W^l b^l]; of ReLU networks they decide the activation pattern.
        slopes: σ′(z^l), N × M_l, for l < L; leaky ReLU has 100 and 1.
        data: General inputs and residuals of the same ranks, with large entries. The inputs of one rank form an
            irreducible set, and those with one pattern an open one in it, so that generic ranks can be taken there.
        kink: Whether a pre-activation is zero without being zero all around.
    """

    inputs: IntegerMatrix
    deltas: IntegerMatrix
    weights: tuple[IntegerMatrix, ...]
    slopes: tuple[IntegerMatrix, ...]
    data: tuple[IntegerMatrix, IntegerMatrix]
    kink: bool = False

    @property
    def active(self) -> tuple[int, ...]:
        """Neurons with σ′ ≠ 0 on some sample, for each hidden layer."""
        return tuple(int(np.any(slope != 0, axis=0).sum()) for slope in self.slopes)


def draw(kind: Sampled, activation: str, loss: str, seed: int = 0) -> Drawn | None:
    """One instance of a kind, the same for the same seed; None if none turned up.

    Example:
        >>> kind = Sampled((2, 2, 1), 2, 3, 1, 1, 1, 3, (1,))
        >>> found = draw(kind, "relu", "mse")
        >>> found.active, rational_rank(found.inputs)
        ((1,), 2)
    """
    architecture = kind.architecture(activation, loss)
    rng = np.random.default_rng([seed, *kind.widths, *kind_numbers(kind)])
    dead_first = kind.active is not None and bool(kind.active) and kind.active[0] < kind.widths[1]
    for attempt in range(_TRIES):
        positive = architecture.activation == "relu" and (dead_first or kind.draw % 2 == 1)
        small = data_of(kind, architecture, rng, SMALL if attempt > _TRIES // 3 else SMALLEST, positive)
        if small is None:
            continue
        if kind.active is None:
            return special(architecture, *small, kind.draw, rng)
        general = data_of(kind, architecture, rng, GENERAL)
        if general is None:
            continue
        found = _realised(architecture, *small, kind.active, general, rng)
        if found is not None:
            return found
    return None


def data_of(
    kind: Sampled, architecture: Architecture, rng: np.random.Generator, most: int, positive: bool = False
) -> tuple[IntegerMatrix, IntegerMatrix] | None:
    """Inputs and residuals with the ranks of a kind, from factors with entries up to ``most``; None if they miss them.

    Factors with large entries miss them with a probability that is not worth a look.

    Example:
        >>> kind = Sampled((2, 2, 1), 2, 3, 1, 1, 1, 3, (1,))
        >>> x, delta = data_of(kind, Architecture((2, 2, 1)), np.random.default_rng(0), 9)
        >>> x.shape, delta.shape
        ((3, 2), (3, 1))
    """
    inputs = _inputs(kind, rng, positive, most)
    deltas = None if inputs is None else _deltas(kind, inputs, effective_outputs(architecture), rng, most)
    if inputs is None or deltas is None:
        return None
    if architecture.loss == "cross-entropy":
        deltas = np.hstack([deltas, -deltas.sum(axis=1, keepdims=True)])
    return inputs, deltas


def kind_numbers(kind: Sampled) -> list[int]:
    """The numbers of a kind, as the seed of its draws."""
    ranks = [kind.data_rank, kind.augmented_data_rank, kind.residual_rank, kind.augmented_residual_rank]
    return [*ranks, kind.residual_mean, kind.samples, *(kind.active or ()), kind.draw, kind.bias]


def _uniform(rng: np.random.Generator, shape: tuple[int, int], most: int, positive: bool = False) -> IntegerMatrix:
    return rng.integers(1 if positive else -most, most, size=shape, endpoint=True).astype(object)


def _inputs(kind: Sampled, rng: np.random.Generator, positive: bool, most: int) -> IntegerMatrix | None:
    """X with rk X = r and rk (X, 1) = r̃; all entries positive if asked for."""
    left = _uniform(rng, (kind.samples, kind.data_rank), most, positive)
    if kind.augmented_data_rank == kind.data_rank:
        left[:, 0] = 1
    right = _uniform(rng, (kind.data_rank, kind.widths[0]), most, positive)
    x = product([left, right]) if kind.data_rank else _zeros(kind)
    if most >= GENERAL:
        return x
    ranks = rational_rank(x), rational_rank(_with_one(x))
    return x if ranks == (kind.data_rank, kind.augmented_data_rank) else None


def _deltas(kind: Sampled, x: IntegerMatrix, outputs: int, rng: np.random.Generator, most: int) -> IntegerMatrix | None:
    """δ with the ranks s, s̃ and e of δ⊤X, δ⊤(X, 1) and δ⊤1, plus whatever none of them sees."""
    factor = _uniform(rng, (kind.samples, kind.residual_rank), most)
    if not kind.residual_mean:
        factor = kind.samples * factor - factor.sum(axis=0, keepdims=True)
    elif kind.augmented_residual_rank > kind.residual_rank:
        outside = null_space(x.T)
        outside = outside[:, [bool(column.sum()) for column in outside.T]]
        factor = np.hstack([factor, outside[:, :1]])
    unseen = null_space(_with_one(x).T)
    factor = np.hstack([factor, unseen])
    deltas = product([factor, _uniform(rng, (factor.shape[1], outputs), most)]) if factor.size else None
    if deltas is None:
        deltas = np.zeros((kind.samples, outputs), dtype=int).astype(object)
    if not outputs or most >= GENERAL:
        return deltas
    omega = product([deltas.T, _with_one(x)])
    found = rational_rank(omega[:, :-1]), rational_rank(omega), int(bool(omega[:, -1].any()))
    return deltas if found == (kind.residual_rank, kind.augmented_residual_rank, kind.residual_mean) else None


def null_space(matrix: IntegerMatrix) -> IntegerMatrix:
    """A basis of {v : Av = 0} as integer columns without common factors.

    Example:
        >>> null_space(integers([[1, 2]])).tolist()
        [[-2], [1]]
    """
    columns = matrix.shape[1]
    if not matrix.shape[0]:
        return integers(np.eye(columns, dtype=int))
    basis, count = to_flint(matrix).nullspace()
    found = [[-int(basis[row, column]) for row in range(columns)] for column in range(count)]
    reduced = [[entry // int(np.gcd.reduce(np.asarray(vector, dtype=object))) for entry in vector] for vector in found]
    return np.asarray(reduced, dtype=object).reshape(count, columns).T


def _realised(
    architecture: Architecture,
    x: IntegerMatrix,
    deltas: IntegerMatrix,
    active: tuple[int, ...],
    data: tuple[IntegerMatrix, IntegerMatrix],
    rng: Any,
) -> Drawn | None:
    """Weights with these numbers of active neurons; no sample meets a kink."""
    values, weights, slopes, scale = x, list[IntegerMatrix](), list[IntegerMatrix](), 1
    for layer, (rows, columns) in enumerate(architecture.weight_shapes):
        last = layer == architecture.layers - 1
        fed = np.hstack([values, np.full((len(x), 1), scale, dtype=object)]) if architecture.bias else values
        if last or architecture.activation not in RECTIFIED:
            weights.append(_uniform(rng, (rows, columns + architecture.bias), SMALL))
            z = product([fed, weights[-1].T])
            slope = np.ones_like(z)
        else:
            found = [_neuron(fed, number < active[layer], architecture, rng) for number in range(rows)]
            if any(row is None for row in found):
                return None
            weights.append(np.asarray(found, dtype=object))
            z = product([fed, weights[-1].T])
            slope = slopes_of(z, architecture.activation)
        if not last:
            slopes.append(slope)
            values, scale = z * slope, scale * above_zero(architecture.activation)
    return Drawn(x, deltas, tuple(weights), tuple(slopes), data)


def _neuron(fed: IntegerMatrix, active: bool, architecture: Architecture, rng: Any) -> Any:
    """Weights of one neuron off every kink, active on some sample or on none; None if none turned up."""
    heard = [bool(np.any(row != 0)) for row in fed]
    leaky = architecture.activation == "leaky-relu"
    for _ in range(_ROWS):
        row = _uniform(rng, (1, fed.shape[1]), SMALL)[0]
        if not active:
            row = -abs(row)
        z = fed @ row
        if any(entry == 0 and loud for entry, loud in zip(z, heard, strict=True)):
            continue
        if leaky or bool((z > 0).any()) == active:
            return row
    return None


def slopes_of(z: IntegerMatrix, activation: str) -> IntegerMatrix:
    """σ′(z), the slope below zero at zero: 1 and 0 for ReLU, 100 and 1 for leaky ReLU, 1 for linear networks."""
    above, below = SLOPES.get(activation, (1, 1))
    return np.where(z > 0, above, below).astype(object)


def above_zero(activation: str) -> int:
    """The slope above zero, by which every layer scales its outputs."""
    return SLOPES.get(activation, (1, 1))[0]


def special(
    architecture: Architecture, x: IntegerMatrix, deltas: IntegerMatrix, number: int, rng: np.random.Generator
) -> Drawn:
    """Weights of zeros and signs: all zero, one layer zero, of low rank, or sparse, in turn."""
    weights = []
    for layer, (rows, columns) in enumerate(architecture.weight_shapes):
        shape = rows, columns + architecture.bias
        entry = rng.integers(-1, 2, size=shape).astype(object)
        if number == 0 or (number - 1 == layer):
            entry = entry * 0
        elif number % 3 == 1 and min(shape) > 1:
            entry[-1] = entry[0]
        weights.append(entry)
    return passed(architecture, x, deltas, tuple(weights))


def passed(
    architecture: Architecture, x: IntegerMatrix, deltas: IntegerMatrix, weights: tuple[IntegerMatrix, ...]
) -> Drawn:
    """Given weights with the slopes that the samples meet, in the scaling of `hessproof.numeric.rectified.network`."""
    values, slopes, kink, scale = x, [], False, 1
    silent = np.all(x == 0, axis=1) & (not architecture.bias)
    for weight in weights[:-1]:
        fed = np.hstack([values, np.full((len(x), 1), scale, dtype=object)]) if architecture.bias else values
        z = product([fed, weight.T])
        slope = slopes_of(z, architecture.activation)
        if architecture.activation in RECTIFIED:
            kink = kink or bool(np.any((z == 0) & ~silent[:, None]))
            silent = (silent | np.all(slope == 0, axis=1)) & (not architecture.bias)
        slopes.append(slope)
        values, scale = z * slope, scale * above_zero(architecture.activation)
    return Drawn(x, deltas, weights, tuple(slopes), (x, deltas), kink)


def _with_one(x: IntegerMatrix) -> IntegerMatrix:
    return np.hstack([x, np.ones((len(x), 1), dtype=int).astype(object)])


def _zeros(kind: Sampled) -> IntegerMatrix:
    return np.zeros((kind.samples, kind.widths[0]), dtype=int).astype(object)
