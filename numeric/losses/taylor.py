r"""The Hessian of a loss from its definition: the coefficient of ε₁ε₂ of the loss itself, modulo a prime.

Nothing here knows δ, Λ or a Hessian block. The network is evaluated at θ + ε₁e_i + ε₂e_j in arithmetic that drops ε₁²
and ε₂². Its outputs z + η, η nilpotent, go through the loss in the same arithmetic:

    2^((z + η)/D) = 2^(z/D) (1 + uη + u²η²/2),   log(S + σ) = log S + σ/S − σ²/(2S²),

and the power 2^(z/D) of an integer z of any size is taken modulo the prime. The outer part is the same with the second
order of the network's outputs left out: the Hessian of the loss along the linearised network. The functional part is
the difference. For the parametrisation (u, D, prescribed residuals) see :mod:`hessproof.numeric.losses.instance`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal

import flint
import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.integers import to_flint
from hessproof.numeric.losses.instance import LossInstance
from hessproof.numeric.primes import primes
from hessproof.numeric.reference import HyperDual

Array = NDArray[Any]
Part = Literal["outer", "functional", "loss"]
_BELOW = 2**25


@dataclass(frozen=True)
class Taylor:
    """Numbers a + b ε₁ + c ε₂ + d ε₁ε₂ modulo a prime, entry by entry, for arrays that broadcast."""

    prime: int
    real: Array
    one: Array
    two: Array
    both: Array

    def times(self, factor: Array) -> Taylor:
        """The product with ordinary numbers."""
        return Taylor(self.prime, *(part * factor % self.prime for part in self._parts))

    def plus(self, other: Taylor) -> Taylor:
        """The sum of two such arrays."""
        pairs = zip(self._parts, other._parts, strict=True)
        return Taylor(self.prime, *((one + two) % self.prime for one, two in pairs))

    def exponential(self, rate: int) -> Taylor:
        """exp(rate · η) of the part η without the real one."""
        one, two = rate * self.one % self.prime, rate * self.two % self.prime
        both = (rate * self.both + one * two) % self.prime
        return Taylor(self.prime, np.ones_like(one), one, two, both)

    def logarithm(self) -> Array:
        """The coefficient of ε₁ε₂ of the logarithm; the one of the real part has no such coefficient."""
        values, places = np.unique(self.real, return_inverse=True)
        inverse = np.asarray([pow(int(x), -1, self.prime) for x in values])[places].reshape(self.real.shape)
        one, two, both = (part * inverse % self.prime for part in (self.one, self.two, self.both))
        return np.asarray((both - one * two) % self.prime)

    def total(self) -> Taylor:
        """The sum over the last axis."""
        return Taylor(self.prime, *(part.sum(axis=-1) % self.prime for part in self._parts))

    @property
    def _parts(self) -> tuple[Array, ...]:
        return self.real, self.one, self.two, self.both


def taylor_ranks(instance: LossInstance, seed: int = 0) -> dict[Part, int]:
    """The ranks of the Hessian and its parts modulo a prime P ≡ 2 mod 3 at a random u: lower bounds of the true ones.

    Example:
        >>> from hessproof.numeric.losses.instance import prescribed_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> taylor_ranks(prescribed_instance(Architecture((3, 2, 3), loss="cross-entropy"), 3, 2))
        {'outer': 6, 'functional': 8, 'loss': 10}
    """
    stream = random.Random(f"{seed}")
    found = [prime for prime in primes(40, _BELOW) if prime % 3 == 2]
    while True:
        prime = stream.choice(found)
        try:
            parts = taylor_hessians(instance, prime, stream.randrange(1, prime))
        except ValueError:  # a denominator vanishes modulo this prime
            continue
        return {name: modular_rank(matrix, prime) for name, matrix in parts.items()}


def modular_rank(matrix: Array, prime: int) -> int:
    """The rank of a matrix of residues."""
    return int(flint.nmod_mat(to_flint(matrix.astype(object)), prime).rank()) if matrix.size else 0


def taylor_hessians(instance: LossInstance, prime: int, unit: int) -> dict[Part, Array]:
    """H_L / u and its parts u H_o′ and H_f′ modulo a prime, p × p: the derivatives by the integer weights, over u.

    For the squared loss u = 1, whatever is given.

    Raises:
        ValueError: If a denominator vanishes modulo the prime.
    """
    size = instance.architecture.parameters
    u = 1 if instance.architecture.loss == "mse" else unit
    evaluated = _Loss(instance, prime, u)
    whole, outer = np.empty((size, size), dtype=np.int64), np.empty((size, size), dtype=np.int64)
    for index in range(size):
        outputs = _network(instance, index, prime)
        linear = Taylor(prime, outputs.real, outputs.one, outputs.two, np.zeros_like(outputs.both))
        whole[index], outer[index] = evaluated(outputs), evaluated(linear)
    inverse = pow(u, -1, prime)
    whole, outer = whole * inverse % prime, outer * inverse % prime
    return {"outer": outer, "functional": (whole - outer) % prime, "loss": whole}


def _network(instance: LossInstance, index: int, prime: int) -> Taylor:
    """The outputs, p × N × K, with ε₁ along parameter ``index`` and ε₂ along every parameter in turn."""
    bias, size = instance.architecture.bias, instance.architecture.parameters
    units = np.eye(size, dtype=np.int64)
    value, start = _constant(np.asarray(instance.augmented.T % prime, dtype=np.int64), prime), 0
    for layer, weight in enumerate(instance.weights, start=1):
        stop = start + weight.size
        one = units[index : index + 1, start:stop].reshape(1, *weight.shape)
        two = units[:, start:stop].reshape(size, *weight.shape)
        real = np.asarray(weight % prime, dtype=np.int64)[None]
        if bias and layer < len(instance.weights):
            last = np.zeros((1, 1, weight.shape[1]), dtype=np.int64)
            last[..., -1] = 1
            real, one = np.concatenate([real, last], axis=1), _with_row(one)
            two = _with_row(two)
        value, start = HyperDual(real, one, two, np.zeros_like(two), prime) @ value, stop
    turned = (np.swapaxes(part, -1, -2) for part in (value.real, value.one, value.two, value.both))
    return Taylor(prime, *np.broadcast_arrays(*turned))


def _with_row(stack: Array) -> Array:
    """Matrices with a row of zeros below: the homogeneous coordinate does not change."""
    return np.concatenate([stack, np.zeros_like(stack[:, :1])], axis=1)


def _constant(matrix: Array, prime: int) -> HyperDual:
    zero = np.zeros_like(matrix)[None]
    return HyperDual(matrix[None], zero, zero, zero, prime)


class _Loss:
    """Σ_n ℓ(F_n, y_n) of an instance: what it needs besides the outputs is computed once."""

    def __init__(self, instance: LossInstance, prime: int, unit: int) -> None:
        self.name, self.prime, self.unit = instance.architecture.loss, prime, unit
        prescribed = self.prescribed = instance.prescribed
        self.y = np.asarray(instance.given % prime, dtype=np.int64) * pow(2, -instance.shift, prime) % prime
        self.up = self.down = self.y
        if self.name == "cross-entropy":
            self.up = _powers(instance.outputs, instance.root, prime)
            if prescribed:
                inverse = [pow(int(x), -1, prime) for x in self.up.sum(axis=1)]
                self.y = (self.up * np.asarray(inverse)[:, None] - self.y) % prime
        elif self.name == "cosh" and prescribed:
            self.up, self.down = (1 + self.y) % prime, (1 - self.y) % prime
        elif self.name == "cosh":
            distance = instance.outputs - instance.given
            self.up, self.down = (_powers(sign * distance, instance.root, prime) for sign in (1, -1))

    def __call__(self, outputs: Taylor) -> Array:
        """The coefficient of ε₁ε₂, one number for each second direction."""
        prime, u, y = self.prime, self.unit, self.y
        if self.name == "mse":
            error = y if self.prescribed else (outputs.real - y) % prime
            products = outputs.one * outputs.two % prime + error * outputs.both % prime
            return np.asarray(products.sum(axis=(1, 2)) % prime)
        if self.name == "cross-entropy":
            total = outputs.exponential(u).times(self.up).total()
            mass = y.sum(axis=1) % prime
            linear = (y * outputs.both % prime).sum(axis=2) % prime
            return np.asarray((mass * total.logarithm() - u * linear).sum(axis=1) % prime)
        total = outputs.exponential(u).times(self.up).plus(outputs.exponential(-u).times(self.down))
        return np.asarray(total.logarithm().sum(axis=(1, 2)) % prime)


def _powers(exponents: Any, root: int, prime: int) -> Array:
    """2^(z/D) modulo the prime."""
    inverse = pow(root, -1, prime - 1)
    return np.asarray(
        [[pow(2, int(z) * inverse % (prime - 1), prime) for z in row] for row in exponents], dtype=np.int64
    )
