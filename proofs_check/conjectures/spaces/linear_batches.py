r"""Generic ranks of thousands of small linear networks at once, modulo one prime.

A search measures everything small, so that calling overhead would be most of its time. Here networks with the same
number of parameters and layers go through the same array operations, whatever their widths and data: the chains are
multiplied in matrices padded with zeros, and each Hessian is gathered from them entry by entry,

    ∂²/∂ΔW^k_{ij}∂ΔW^l_{i'j'} = (A_k⊤A_l)_{ii'} (C_k Σ C_l⊤)_{jj'} + (A_l⊤ Ω C_k⊤)_{i'j} B^{lk}_{j'i}   (k < l),

A_k = T^{L:k+1}, C_k = T^{k-1:1}, B^{lk} = T^{l-1:k+1}. T^l is W^l, and with bias [W^l b^l; 0 1], whose last row and
column are those of the constant (j of a bias). Every rank is a lower bound of the generic one, and equal to it unless
numbers drawn modulo the prime hit a root of a polynomial.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.primes import primes
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture

Array = NDArray[np.float64]
"""Balanced residues modulo `PRIME`, |x| ≤ 2^23."""

PRIME = primes(1, below=2**24)[0]
"""Sums of 64 products of balanced residues stay below 2^52, so that float64 computes exactly, in BLAS."""
WIDEST = 63
"""The widest layer that these sums allow, with the constant."""
_ENTRIES = 60_000
"""Matrix entries eliminated at once: half a megabyte, which stays in a core's cache."""
_CHAINS = 60_000
"""Entries of chain products held at once for one group, for the same reason."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """One network in explicit integers.

    Args:
        architecture: Widths and bias.
        weights: W^l, with bias [W^l b^l].
        sigma: Σ, with bias of (x, 1).
        omega: Ω, likewise.
    """

    architecture: Architecture
    weights: Sequence[NDArray[Any]]
    sigma: NDArray[Any]
    omega: NDArray[Any]


def measure(cases: Sequence[Case], quantity: str, seed: int) -> list[int]:
    """The ranks of H_o, H_f or H_L at one random point of each case, modulo `PRIME`.

    Args:
        cases: With bias they carry r̃, s̃ and e.
        quantity: outer, functional or loss.
        seed: Of the draws.

    Raises:
        ValueError: If a layer is wider than `WIDEST`.

    Example:
        >>> measure([Case(Architecture((2, 2, 2)), 2, 2), Case(Architecture((3, 2, 2)), 2, 1)], "loss", 0)
        [8, 7]
        >>> measure([Case(Architecture((1, 1, 2), bias=True), 1, 1, 2, 2, 1)], "loss", 0)
        [6]
    """
    rng = np.random.default_rng([seed, len(cases)])
    return _in_groups([case.architecture for case in cases], quantity,
                      lambda shape, places: _Drawn(shape, [cases[place] for place in places], rng))  # fmt: skip


def measure_at(points: Sequence[Numbers], quantity: str) -> list[int]:
    """The ranks at explicit integer parameters and moments, modulo `PRIME`: lower bounds of those over Q.

    Example:
        >>> one = np.ones((1, 1), dtype=np.int64)
        >>> measure_at([Numbers(Architecture((1, 1, 1)), [0 * one, 0 * one], one, one)], "loss")
        [2]
    """
    return _in_groups([point.architecture for point in points], quantity,
                      lambda shape, places: _Given(shape, [points[place] for place in places]))  # fmt: skip


def _in_groups(
    architectures: Sequence[Architecture], quantity: str, group: Callable[[_Shape, list[int]], _Group]
) -> list[int]:
    alike: dict[_Shape, list[int]] = defaultdict(list)
    for place, one in enumerate(architectures):
        side = max(one.widths) + one.bias
        if side > WIDEST:
            raise ValueError(f"{one}: layers wider than {WIDEST}")
        alike[_Shape(one.parameters, one.layers, side, one.bias)].append(place)
    found = [0] * len(architectures)
    for shape, places in alike.items():
        size = max(1, min(_ENTRIES // shape.parameters**2, _CHAINS // (shape.layers * shape.side) ** 2))
        for start in range(0, len(places), size):
            chosen = places[start : start + size]
            ranks = batched_rank(group(shape, chosen).hessians(quantity))
            for place, rank in zip(chosen, ranks.tolist(), strict=True):
                found[place] = rank
    return found


class _Shape(NamedTuple):
    """What the networks of a group have in common: p, L, the padded width n, and bias."""

    parameters: int
    layers: int
    side: int
    bias: bool


class _Group:
    """Networks of one shape: weights (B, L, n, n), Σ and Ω (B, n, n)."""

    weights: Array
    sigma: Array
    omega: Array

    def __init__(self, shape: _Shape, architectures: Sequence[Architecture]) -> None:
        _, self.layers, self.side, self.bias = shape
        self.widths = np.array([one.widths for one in architectures])
        inside = np.arange(self.side) < self.widths[:, :, None]
        self.entries = inside[:, 1:, :, None] & inside[:, :-1, None, :]
        if self.bias:
            self.entries[:, :, :, self.side - 1] |= inside[:, 1:]

    def hessians(self, quantity: str) -> Array:
        """The p × p matrices of a quantity, (B, p, p)."""
        batch, side = len(self.widths), self.side
        places = np.argwhere(self.entries)[:, 1:].reshape(batch, -1, 3)
        layer, row, column = (places[:, :, axis] for axis in range(3))
        every = np.arange(batch)[:, None]
        above, below, between = self._chains()
        out = above[every, layer, :, row]
        back = below[every, layer, column]
        result = np.zeros((batch, layer.shape[1], layer.shape[1]))
        if quantity != "functional":
            seen = _reduced(back @ self.sigma)
            result = _reduced(_reduced(out @ _turned(out)) * _reduced(seen @ _turned(back)))
        if quantity != "outer" and self.layers > 1:
            reached = _reduced(_reduced(out @ self.omega) @ _turned(back))
            pair = (layer[:, None, :] * self.layers + layer[:, :, None]) * side * side
            flat = pair + column[:, None, :] * side + row[:, :, None]
            joined = np.take_along_axis(between.reshape(batch, -1), flat.reshape(batch, -1), axis=1)
            half = _reduced(_turned(reached) * joined.reshape(flat.shape))
            result += half + _turned(half)
        return result

    def _chains(self) -> tuple[Array, Array, Array]:
        """A_k and C_k for each k, (B, L, n, n), and B^{lk} for each pair k < l, (B, L, L, n, n), zero elsewhere."""
        batch, layers, side = len(self.widths), self.layers, self.side
        unit = np.broadcast_to(np.eye(side), (batch, side, side))
        between = np.zeros((batch, layers, layers, side, side))
        for k in range(layers):
            product = unit
            for l in range(k + 1, layers):
                between[:, l, k] = product
                product = _reduced(self.weights[:, l] @ product)
        above, below = [unit], [unit]
        for l in range(layers - 1):
            below.append(_reduced(self.weights[:, l] @ below[-1]))
            above.insert(0, _reduced(above[0] @ self.weights[:, layers - 1 - l]))
        return np.stack(above, axis=1), np.stack(below, axis=1), between


class _Drawn(_Group):
    """Random parameters, and random samples with the ranks of the cases."""

    def __init__(self, shape: _Shape, cases: Sequence[Case], rng: np.random.Generator) -> None:
        super().__init__(shape, [case.architecture for case in cases])
        self.rng = rng
        self.weights = self._drawn(self.entries.shape) * self.entries
        if self.bias:
            self.weights[:, :-1, self.side - 1, self.side - 1] = 1
        self.sigma, self.omega = self._moments(cases)

    def _moments(self, cases: Sequence[Case]) -> tuple[Array, Array]:
        """Σ and Ω of random samples with the ranks of the cases: as many samples as r̃ (without bias as r).

        X = left · right has rank r. Where s̃ = s + 1 needs it, the last row of ``left`` is a combination of the others,
        so that null⊤X = 0, and null is a column of the residuals' factor. Where E[δ] = 0, the factor is centred.
        """
        side = self.side
        r, s = _numbers(cases, "data_rank"), _numbers(cases, "residual_rank")
        samples, columns, mean = r, s, np.ones_like(r)
        if self.bias:
            names = ("augmented_data_rank", "augmented_residual_rank", "residual_mean")
            samples, columns, mean = (_numbers(cases, name) for name in names)
        used, last = _below(samples, side), _at(np.maximum(samples - 1, 0), side)
        outside = ((columns > s) & (s < r))[:, None]
        left = self._masked(used, _below(r, side)) * (1 - last * outside)[:, :, None]
        null = self._drawn(used.shape) * used * (1 - last) * outside
        left = _reduced(left - last[:, :, None] * _reduced(null[:, None, :] @ left))
        inputs = _reduced(left @ self._masked(_below(r, side), _below(self.widths[:, 0], side)))
        if self.bias:
            inputs[:, :, side - 1] = used
        factor = self._masked(used, _below(np.where(outside[:, 0], s, columns), side))
        factor += (null + last * outside)[:, :, None] * (_at(s, side) * outside)[:, None, :]
        centred = (samples[:, None, None] * factor - factor.sum(axis=1)[:, None, :]) * used[:, :, None]
        factor = _reduced(np.where((mean == 0)[:, None, None], centred, factor))
        residuals = _reduced(factor @ self._masked(_below(columns, side), _below(self.widths[:, -1], side)))
        return _reduced(_turned(inputs) @ inputs), _reduced(_turned(residuals) @ inputs)

    def _drawn(self, shape: tuple[int, ...]) -> Array:
        return self.rng.integers(-(PRIME // 2), PRIME // 2, size=shape, endpoint=True).astype(np.float64)

    def _masked(self, rows: NDArray[np.bool_], columns: NDArray[np.bool_]) -> Array:
        """Random matrices (B, n, n), zero outside the rows and columns."""
        return self._drawn((*rows.shape, columns.shape[1])) * rows[:, :, None] * columns[:, None, :]


class _Given(_Group):
    """Explicit parameters and moments; the constant goes to the last place of the padded matrices."""

    def __init__(self, shape: _Shape, points: Sequence[Numbers]) -> None:
        super().__init__(shape, [point.architecture for point in points])
        count, side = len(points), self.side
        self.weights = np.zeros((count, self.layers, side, side))
        self.sigma, self.omega = np.zeros((count, side, side)), np.zeros((count, side, side))
        for place, point in enumerate(points):
            before = [[*range(width), *[side - 1] * self.bias] for width in point.architecture.widths]
            for layer, weight in enumerate(point.weights):
                self.weights[place, layer, : len(weight), before[layer]] = _residues(weight).T
            self.sigma[place][np.ix_(before[0], before[0])] = _residues(point.sigma)
            self.omega[place, : len(point.omega), before[0]] = _residues(point.omega).T
        if self.bias:
            self.weights[:, :-1, side - 1, side - 1] = 1


def _reduced(array: Array, prime: int = PRIME) -> Array:
    """Balanced residues of integers below 2^52."""
    return np.asarray(array - prime * np.rint(array * (1.0 / prime)))


def _residues(matrix: NDArray[Any]) -> Array:
    """Balanced residues of a matrix of integers of any size."""
    return _reduced((np.asarray(matrix, dtype=object) % PRIME).astype(np.float64))


def _turned(array: Array) -> Array:
    """Transposes of a stack of matrices."""
    return array.swapaxes(-1, -2)


def _numbers(cases: Sequence[Case], name: str) -> NDArray[np.int64]:
    return np.array([getattr(case, name) for case in cases], dtype=np.int64)


def _below(counts: NDArray[np.int64], side: int) -> NDArray[np.bool_]:
    """(B, n): the first so many of n."""
    return np.asarray(np.arange(side) < counts[:, None])


def _at(place: NDArray[np.int64], side: int) -> Array:
    """Unit vectors, (B, n)."""
    return np.asarray(np.arange(side) == place[:, None], dtype=np.float64)


def batched_rank(matrices: Array, prime: int = PRIME) -> NDArray[np.int64]:
    """Ranks modulo a prime below 2^24 of many matrices of integers, (B, m, n).

    A row that is used as a pivot stays where it is; all others are multiplied by the pivot instead of divided.

    Example:
        >>> batched_rank(np.array([[[1.0, 2.0], [3.0, 13.0]], [[1.0, 2.0], [3.0, 5.0]]]), 7).tolist()
        [1, 2]
    """
    inverse = 1.0 / prime
    rest = _reduced(matrices, prime)
    batch, rows, columns = rest.shape
    every = np.arange(batch)
    free = np.ones((batch, rows), dtype=bool)
    ranks = np.zeros(batch, dtype=np.int64)
    for _ in range(columns):
        column, rest = rest[:, :, 0], rest[:, :, 1:]
        candidates = (column != 0) & free
        pivot = candidates.argmax(axis=1)
        usable = candidates[every, pivot]
        if not usable.any():
            continue
        ranks += usable
        value = np.where(usable, column[every, pivot], 1.0)
        factors = np.where(usable[:, None] & free, column, 0.0)
        pivot_row = rest[every, pivot]
        free[every[usable], pivot[usable]] = False
        factors[every, pivot] = 0.0
        rest = rest * value[:, None, None] - factors[:, :, None] * pivot_row[:, None, :]
        rest -= prime * np.rint(rest * inverse)
    return ranks
