r"""Hessian-vector products modulo a prime, by differentiating backpropagation, and the rank that they show.

The second route for networks whose Hessian is too large to be written entry by entry. The gradient is computed by
backpropagation in dual numbers a + b ε, ε² = 0, at θ + ε v, v a random direction: its ε part is H v. The loss is
differentiated the same way, by putting dual numbers into the softmax itself, so that neither Λ nor a block of the
Hessian appears. With random matrices R and V of a few columns more than the expected rank, rk RHV = min(rk H, columns)
for almost all R and V; and rk RHV ≤ rk H always.

For the parametrisation (u, D) see :mod:`hessproof.numeric.losses.instance`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.losses.instance import LossInstance
from hessproof.numeric.primes import primes

Array = NDArray[Any]
_BELOW = 2**22
_INNER = 2**9
"""Products of two balanced residues, below 2^42, are summed in float64 this many at a time without rounding."""
_TILE = 2**22
_SPARE = 4


def projected_rank(instance: LossInstance, columns: int, seed: int = 0) -> int:
    """The rank of R H_L V modulo a prime for random R and V: a lower bound of rk H_L, at most ``columns``.

    Example:
        >>> from hessproof.numeric.losses.instance import prescribed_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> projected_rank(prescribed_instance(Architecture((3, 2, 3), loss="cross-entropy"), 3, 2), 12)
        10
    """
    stream = random.Random(f"{seed}")
    found = [prime for prime in primes(40, _BELOW) if prime % 3 == 2]
    while True:
        prime = stream.choice(found)
        try:
            products = _Backpropagation(instance, prime, stream.randrange(1, prime))
        except ValueError:  # a denominator vanishes modulo this prime
            continue
        rng = np.random.default_rng(stream.randrange(2**32))
        return products.projected(rng, min(columns, instance.architecture.parameters))


@dataclass(frozen=True)
class _Dual:
    """a + b ε: a is the same for all directions, b has one array for each."""

    real: Array
    slope: Array


class _Backpropagation:
    """An instance modulo a prime."""

    def __init__(self, instance: LossInstance, prime: int, unit: int) -> None:
        self.instance, self.prime = instance, prime
        self.unit = 1 if instance.architecture.loss == "mse" else unit
        self.bias = instance.architecture.bias
        self.weights = [self.mod(np.asarray(weight % prime, dtype=np.float64)) for weight in instance.weights]
        self.shapes = [weight.shape for weight in self.weights]
        self.activations = [self.mod(np.asarray(instance.augmented % prime, dtype=np.float64))]
        for weight in self.weights:
            value = self.matmul(self.activations[-1], weight.T)
            self.activations.append(self._with_ones(value, 1.0) if weight is not self.weights[-1] else value)
        self.start = tuple(map(self.mod, self._start()))

    def mod(self, array: Array) -> Array:
        """Balanced residues, at most P/2 + 1 in size, of integers below 2^53."""
        multiple = np.rint(array * (1.0 / self.prime))
        multiple *= float(self.prime)
        return np.asarray(array - multiple)

    def matmul(self, one: Array, two: Array) -> Array:
        """The product modulo the prime."""
        result = self.mod(one[:, :_INNER] @ two[:_INNER])
        for first in range(_INNER, one.shape[1], _INNER):
            result = self.mod(result + one[:, first : first + _INNER] @ two[first : first + _INNER])
        return result

    def projected(self, rng: np.random.Generator, columns: int) -> int:
        """The rank of R H V, R with a few more rows than V has columns."""
        size = self.instance.architecture.parameters
        left = self._random(rng, (min(size, columns + _SPARE), size))
        step = max(1, _TILE // (self.instance.samples * max(self.instance.architecture.widths)))
        parts = []
        for first in range(0, columns, step):
            count = min(step, columns - first)
            vectors = self._random(rng, (count, size))
            parts.append(self.matmul(left, np.ascontiguousarray(self.times(vectors).T)))
        entries = np.hstack(parts).astype(np.int64) % self.prime
        rows, cols = entries.shape
        return int(flint.nmod_mat(rows, cols, entries.ravel().tolist(), self.prime).rank())

    def times(self, vectors: Array) -> Array:
        """H_L v / u for each row v."""
        changes, start = [], 0
        for rows, cols in self.shapes:
            changes.append(vectors[:, start : start + rows * cols].reshape(-1, rows, cols))
            start += rows * cols
        slopes = self._forward(changes)
        signal = self._loss(slopes[-1])
        pieces: list[Array] = []
        for layer in range(len(self.weights) - 1, -1, -1):
            below, moved = self.activations[layer], slopes[layer]
            first = self._outer(signal.slope, below)
            second = self._turned(signal.real, moved)
            pieces.append(self.mod(first + second).reshape(len(vectors), -1))
            signal = self._back(signal, layer, changes[layer])
        return np.hstack(pieces[::-1])

    def _forward(self, changes: list[Array]) -> list[Array]:
        """The ε parts of all activations, directions × N × width."""
        count = len(changes[0])
        slopes = [np.zeros((count, *self.activations[0].shape))]
        for layer, (weight, change) in enumerate(zip(self.weights, changes, strict=True)):
            kept = self._each(slopes[-1], weight.T)
            fresh = self._applied(change, self.activations[layer])
            value = self.mod(kept + fresh)
            slopes.append(self._with_ones(value, 0.0) if layer + 1 < len(self.weights) else value)
        return slopes

    def _back(self, signal: _Dual, layer: int, change: Array) -> _Dual:
        """∂ℓ/∂a of the layer below, from ∂ℓ/∂z: the bias passes nothing on."""
        width = self.weights[layer].shape[1] - self.bias
        weight, change = self.weights[layer][:, :width], change[:, :, :width]
        turned = self._applied(np.swapaxes(change, 1, 2), signal.real)
        return _Dual(self.matmul(signal.real, weight), self.mod(self._each(signal.slope, weight) + turned))

    def _each(self, stack: Array, matrix: Array) -> Array:
        """stack[i] @ matrix for each direction."""
        count, rows, cols = stack.shape
        return self.matmul(stack.reshape(count * rows, cols), matrix).reshape(count, rows, -1)

    def _applied(self, changes: Array, values: Array) -> Array:
        """values @ changes[i]⊤ for each direction."""
        count, rows, cols = changes.shape
        flat = self.matmul(changes.reshape(count * rows, cols), np.ascontiguousarray(values.T))
        return np.swapaxes(flat.reshape(count, rows, -1), 1, 2)

    def _outer(self, stack: Array, values: Array) -> Array:
        """stack[i]⊤ @ values for each direction."""
        count, rows, cols = stack.shape
        flat = np.swapaxes(stack, 1, 2).reshape(count * cols, rows)
        return self.matmul(flat, values).reshape(count, cols, -1)

    def _turned(self, values: Array, stack: Array) -> Array:
        """values⊤ @ stack[i] for each direction."""
        count, rows, cols = stack.shape
        flat = self.matmul(values.T, np.ascontiguousarray(np.swapaxes(stack, 0, 1)).reshape(rows, count * cols))
        return np.swapaxes(flat.reshape(-1, count, cols), 0, 1)

    def _with_ones(self, value: Array, last: float) -> Array:
        if not self.bias:
            return value
        return np.concatenate([value, np.full((*value.shape[:-1], 1), last)], axis=-1)

    def _start(self) -> tuple[Array, Array]:
        """What the loss needs of the unmoved outputs: powers of two, or residuals, and the targets."""
        instance, prime = self.instance, self.prime
        name, prescribed = instance.architecture.loss, instance.prescribed
        y = np.asarray(instance.given * pow(2, -instance.shift, prime) % prime, dtype=np.float64)
        if name == "mse":
            return (y if prescribed else (self.activations[-1] - y) % prime), y
        if name == "cosh" and prescribed:
            return y, y
        root = pow(instance.root, -1, prime - 1)
        exponents = instance.outputs if name == "cross-entropy" else 2 * (instance.outputs - instance.given)
        powers = [[pow(2, int(z) * root % (prime - 1), prime) for z in row] for row in exponents]
        found = np.asarray(powers, dtype=np.float64)
        if name == "cosh":
            return (found - 1) * self._inverse((found + 1) % prime) % prime, y
        shares = found * self._inverse(found.sum(axis=1, keepdims=True) % prime) % prime
        return shares, (shares - y) % prime if prescribed else y

    def _loss(self, moved: Array) -> _Dual:
        """∂ℓ/∂F in dual numbers, the outputs moving by u times their ε part."""
        mod, (point, y) = self.mod, self.start
        slope = mod(moved * self.unit)
        name = self.instance.architecture.loss
        if name == "mse":
            return _Dual(point, slope)
        if name == "cosh":
            # tanh(a + εb) = (τ + bε) / (1 + τbε), τ = tanh a
            return _Dual(point, mod(slope - point * mod(point * slope)))
        # p(1 + εb) / Σ p(1 + εb): the denominator is 1 + ε Σ pb
        grown = mod(point * slope)
        shares = mod(grown - point * mod(grown.sum(axis=2, keepdims=True)))
        mass = mod(y.sum(axis=1, keepdims=True))
        return _Dual(mod(mass * point - y), mod(mass * shares))

    def _random(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        return self.mod(rng.integers(0, self.prime, size=shape).astype(np.float64))

    def _inverse(self, values: Array) -> Array:
        flat = [pow(int(value), -1, self.prime) for value in values.flat]
        return np.asarray(flat, dtype=np.float64).reshape(values.shape)
