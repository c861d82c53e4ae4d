r"""Exact functional Hessians of tanh networks: tanh(k ln 2) = (4^k − 1)/(4^k + 1) is rational for integers k.

The weights of hidden layers are ln 2 times rational numbers, chosen such that every pre-activation is an integer
multiple of ln 2: W^1 = ln 2 · V^1 with integers on integer data, and W^2 = ln 2 · D · V^2 with D the common denominator
of all activations of the first hidden layer. So networks with up to two hidden layers have Hessians whose entries are
polynomials in t = ln 2 with rational coefficients. Since ln 2 is transcendental, their rank is the rank over Q(t), and
the rank at a random t modulo a large prime is a lower bound of it that is met almost surely.

The Hessian comes from its definition: hyper-dual numbers modulo the prime, carried through the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.rectified.jets import Jet
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[Any]
PRIME = 2**61 - 1
DEPTH = 3
"""Largest number of layers: with three hidden layers the integers would have more digits than memory."""


@dataclass(frozen=True, eq=False)
class PowerNetwork:
    """A tanh network whose pre-activations are integer multiples of ln 2.

    Args:
        architecture: Widths and bias, at most three layers.
        weights: V^1 (and V^2), with bias in the last column, integers; and W^L.
        inputs: x as rows, integers.
        targets: y as rows, integers.
    """

    architecture: Architecture
    weights: tuple[IntegerMatrix, ...]
    inputs: IntegerMatrix
    targets: IntegerMatrix

    def __post_init__(self) -> None:
        if not 2 <= self.architecture.layers <= DEPTH:
            raise UnusableRequest(f"{self.architecture.layers} layers", f"2 to {DEPTH}", "leave out layers")


def power_functional(network: PowerNetwork, t: int, prime: int = PRIME) -> Array:
    """Σ_n ∂²(δ_n·F(x_n))/∂θ² under the squared loss at ln 2 = t modulo a prime, p × p residues.

    Example:
        >>> one = Architecture((1, 1, 1), activation="tanh")
        >>> given = [np.asarray(part, dtype=object) for part in ([[1]], [[1]], [[1]], [[0]])]
        >>> net = PowerNetwork(one, (given[0], given[1]), given[2], given[3])
        >>> int(power_functional(net, 5)[0, 1]) * 125 % PRIME  # δ σ′ x = (3/5)(16/25)
        48
    """
    size = network.architecture.parameters
    total = np.zeros((size, size), dtype=object)
    factors = _factors(network)
    for x, y in zip(network.inputs, network.targets, strict=True):
        for output, goal in zip(_outputs(network, factors, x, t, prime), y, strict=True):
            total = (total + (output.real - goal) * output.both) % prime
    return np.asarray(total)


def power_ranks(network: PowerNetwork, draws: Sequence[int], prime: int = PRIME) -> tuple[int, tuple[int, ...]]:
    """The ranks of the functional Hessian and of its block columns: the largest over several values of t.

    Each is a proved lower bound of the rank over Q(ln 2).
    """
    whole, columns = 0, [0] * network.architecture.layers
    for t in draws:
        matrix = power_functional(network, t, prime)
        whole = max(whole, flint_rank(matrix, prime))
        pieces = network.architecture.slices
        columns = [max(old, flint_rank(matrix[:, place], prime)) for old, place in zip(columns, pieces, strict=True)]
    return whole, tuple(columns)


def tanh_of_multiple(k: int) -> Fraction:
    """tanh(k ln 2).

    Example:
        >>> tanh_of_multiple(1), tanh_of_multiple(-1)
        (Fraction(3, 5), Fraction(-3, 5))
    """
    power = Fraction(4) ** k
    return (power - 1) / (power + 1)


def _factors(network: PowerNetwork) -> tuple[int, ...]:
    """By what V^1 and V^2 are multiplied beside ln 2: 1, and the common denominator D."""
    if network.architecture.layers == 2:
        return (1,)
    found = [[tanh_of_multiple(int(k)) for k in _integers(network, sample)] for sample in network.inputs]
    return 1, lcm(*(value.denominator for row in found for value in row))


def _integers(network: PowerNetwork, sample: Array) -> Array:
    reached = np.append(sample, 1) if network.architecture.bias else sample
    return np.asarray(network.weights[0] @ reached)


def _outputs(network: PowerNetwork, factors: tuple[int, ...], sample: Array, t: int, prime: int) -> list[Jet]:
    size = network.architecture.parameters
    none, still = np.zeros((size, size), dtype=object), np.zeros(size, dtype=object)
    values, exact, place = [Jet(int(entry), still, none) for entry in sample], [Fraction(int(e)) for e in sample], 0
    for depth, weight in enumerate(network.weights):
        last = depth == network.architecture.layers - 1
        factor = 1 if last else factors[depth]
        if network.architecture.bias:
            values, exact = [*values, Jet(1, still, none)], [*exact, Fraction(1)]
        following, multiples = [], []
        for row in weight:
            total = Jet(0, still, none)
            for entry, value in zip(row, values, strict=True):
                direction = np.zeros(size, dtype=object)
                direction[place] = 1
                place += 1
                scaled = int(entry) if last else int(entry) * factor * t
                total = total + Jet(scaled % prime, direction, none) * value
            terms = (int(entry) * value for entry, value in zip(row, exact, strict=True))
            multiple = factor * sum(terms, start=Fraction(0))
            multiples.append(multiple)
            following.append(total if last else _tanh(total, multiple, prime))
        values = [Jet(jet.real % prime, jet.one % prime, jet.both % prime) for jet in following]
        exact = [] if depth + 2 >= network.architecture.layers else [tanh_of_multiple(int(k)) for k in multiples]
        if not last and not exact:
            exact = [Fraction(0)] * len(multiples)
    return values


def _tanh(z: Jet, multiple: Fraction, prime: int) -> Jet:
    """tanh of a jet whose real part is ``multiple`` · ln 2."""
    if multiple.denominator != 1:
        raise ArithmeticError(f"the pre-activation {multiple} ln 2 is no integer multiple of ln 2")
    power = pow(4, int(multiple), prime)
    value = (power - 1) * pow(power + 1, -1, prime) % prime
    slope = (1 - value * value) % prime
    bend = -2 * value * slope % prime
    both = (slope * z.both + bend * np.multiply.outer(z.one % prime, z.one % prime)) % prime
    return Jet(value, slope * z.one % prime, both)
