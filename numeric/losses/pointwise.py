r"""δ and Λ of every sample, modulo a prime or in float64, from the expressions of the loss.

For all losses Λ = diag(w) − t vv⊤ (:mod:`hessproof.symbolic.losses.expressions`), with δ_c, w_c and v_c polynomials in
y_c, t and in p_c or tanh(F_c − y_c). Modulo a prime these two come from powers of 2, whatever the size of the outputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from hessproof.numeric.losses.instance import LossInstance
from hessproof.symbolic.losses.expressions import MASS, OUTPUT, PROBABILITY, TARGET, loss

Array = NDArray[Any]
_SLOPE = sp.Symbol("tau")
"""tanh(F_c − y_c)."""
_ERROR = sp.Symbol("error")
"""F_c − y_c."""


class UnluckyPrimeError(ArithmeticError):
    """A denominator vanishes modulo this prime: another prime will do."""


@dataclass(frozen=True)
class Pointwise:
    """δ, w, v (N × K each) and t (N × 1) of every sample, in one arithmetic."""

    residual: Array
    weight: Array
    coupling: Array
    mass: Array

    def curvature(self) -> Array:
        """Λ_n, N × K × K, not reduced modulo anything."""
        eye = np.eye(self.weight.shape[1], dtype=self.weight.dtype)
        outer = self.coupling[:, :, None] * self.coupling[:, None, :]
        return np.asarray(self.weight[:, :, None] * eye - self.mass[:, :, None] * outer)


@cache
def _functions(name: str) -> tuple[Callable[..., Any], ...]:
    """δ_c, w_c and v_c as functions of F_c − y_c, y_c, p_c, t and tanh(F_c − y_c)."""
    one = loss(name)
    found = []
    for expression in (one.slope, one.weight, one.coupling):
        plain = sp.expand(expression.replace(sp.tanh, lambda argument: _SLOPE).subs(OUTPUT, _ERROR + TARGET))
        found.append(sp.lambdify((_ERROR, TARGET, PROBABILITY, MASS, _SLOPE), plain, modules=[]))
    return tuple(found)


def modular(instance: LossInstance, prime: int) -> Pointwise:
    """δ, w, v and t modulo a prime below 2^31 with P ≡ 2 mod 3, as int64.

    Raises:
        UnluckyPrimeError: If Σ_c 2^(z_c/D) or another denominator is divisible by the prime.

    Example:
        >>> from hessproof.numeric.losses.instance import labelled_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> softmax = Architecture((1, 2), loss="cross-entropy")
        >>> one = labelled_instance(softmax, [[1]], [[1, 0]], weights=[[[1], [0]]], root=1)
        >>> found = modular(one, 101)
        >>> (3 * found.residual % 101).tolist(), (9 * found.weight % 101).tolist()
        ([[100, 1]], [[6, 3]])
    """
    name = instance.architecture.loss
    y = _residues(instance.given, prime)
    size, prescribed = y.shape, instance.prescribed
    probability, slope, error, mass = (np.zeros(size, dtype=np.int64) for _ in range(4))
    if prescribed:
        y = y * pow(2, -instance.shift, prime) % prime
    if name == "mse":
        error = y if prescribed else (_residues(instance.outputs, prime) - y) % prime
    elif name == "cross-entropy":
        powers = powers_of_two(instance.outputs, instance.root, prime)
        total = powers.sum(axis=1) % prime
        probability = powers * _inverses(total, prime)[:, None] % prime
        y = (probability - y) % prime if prescribed else y
    elif prescribed:
        slope = y
    else:
        up = powers_of_two(2 * (instance.outputs - instance.given), instance.root, prime)
        slope = (up - 1) * _inverses((up + 1) % prime, prime) % prime
    mass = y.sum(axis=1, keepdims=True) % prime
    found = (function(error, y, probability, mass, slope) for function in _functions(name))
    residual, weight, coupling = (np.broadcast_to(np.asarray(one, dtype=np.int64) % prime, size) for one in found)
    return Pointwise(residual, weight, coupling, mass)


def powers_of_two(exponents: Array, root: int, prime: int) -> Array:
    """2^(z/D) modulo a prime for integers z of any size; D and P − 1 have no common divisor."""
    inverse = pow(root, -1, prime - 1)
    flat = [pow(2, int(entry) * inverse % (prime - 1), prime) for entry in exponents.flat]
    return np.asarray(flat, dtype=np.int64).reshape(exponents.shape)


def floating(instance: LossInstance) -> Pointwise:
    """δ, w, v and t in float64, through the real softmax and the real tanh.

    Raises:
        ValueError: If residuals are prescribed: they are too small beside Λ to be told from zero in float64.
    """
    if instance.targets is None:
        raise ValueError("an instance with targets is needed")
    name = instance.architecture.loss
    y = instance.targets.astype(np.float64)
    unit = 1.0 if name == "mse" else math.log(2.0) / instance.root
    error = unit * (instance.outputs - instance.targets).astype(np.float64)
    outputs = unit * (instance.outputs - instance.outputs.max(axis=1, keepdims=True)).astype(np.float64)
    powers = np.exp(outputs)
    probability = powers / powers.sum(axis=1, keepdims=True)
    mass = y.sum(axis=1, keepdims=True)
    found = (function(error, y, probability, mass, np.tanh(error)) for function in _functions(name))
    residual, weight, coupling = (np.broadcast_to(np.asarray(one, dtype=np.float64), y.shape) for one in found)
    return Pointwise(residual, weight, coupling, mass)


def _residues(matrix: Any, prime: int) -> Array:
    return np.asarray(matrix % prime, dtype=np.int64)


def _inverses(values: Array, prime: int) -> Array:
    if not values.all():
        raise UnluckyPrimeError(f"a denominator vanishes modulo {prime}")
    flat = [pow(int(value), -1, prime) for value in values.flat]
    return np.asarray(flat, dtype=np.int64).reshape(values.shape)
