r"""Ranks of a linear network's Hessian modulo a prime, at given numbers, from a matrix of order about Lq² + q(r + K).

A change of parameters ΔW^l → B_l^{-1} ΔW^l B_{l-1} is linear and invertible, so it changes H by a congruence and leaves
its rank as it is, modulo the prime too. In the bases of ``hessproof.numeric.barcode`` every weight matrix has entries 0
and 1, the data have Σ′ = B_0^{-1}ΣB_0^{-⊤} and Ω′ = B_L⊤ΩB_0^{-⊤}, and the outputs the metric Λ′ = B_L⊤B_L. Index the
rows and columns of ΔW^k by the bars alive in layer k and in layer k − 1. Then by Singh et al. 2021, Eqs. (3)–(5),

    H_o at (k, β, γ), (l, β′, γ′):          Λ′_{ββ′} Σ′_{γγ′}   if β, β′ reach the output and γ, γ′ start at the input,
    H_f at (k, β, γ), (l, β′, γ′), k < l:   Ω′_{β′γ}            if γ′ = β, β′ reaches the output, γ starts at the input,

and all other entries vanish. Call a bar *in* if it starts at the input and *out* if it reaches the output. An entry (k,
β, γ) with β not out and γ in meets only entries (l, β′, β) with β′ out, k < l. So

- a bar β neither in nor out gives the blocks F and F⊤ beside zeros, F_{(k,γ),(l,β′)} = Ω′_{β′γ} for k < l; that is
  the same matrix for all bars with the same ends;
- a bar β in and not out gives such an F between those entries, on which H vanishes, and the entries (l, β′, β);
- a bar β out and not in likewise, between the entries (k, β, γ) with γ in and the entries (l, β′, β), β′ out.

With bias the changes are [ΔW^k Δb^k], their columns those bars and one more, γ = o, the constant: it is in, lasts up to
layer L − 1, and no β, for T^l = [W^l b^l; 0 1] takes o_{l-1} to o_l when o_0 = (0, 1) and o_l = T^l o_{l-1}. Σ̃ and Ω̃
stand in place of Σ and Ω, whatever E[δ] is.

For H = [[0, F], [F⊤, A]] the rank is 2 rk F + rk N⊤AN with a basis N of the kernel of F. What is left is of order Lq²
for the bars that are both, and about q(r + K) for what the F do not reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, to_numpy
from hessproof.numeric.barcode import Bars, bars, modular_matrix
from hessproof.numeric.kernels import Factors
from hessproof.numeric.modular import PrimeField, residue_rank
from hessproof.symbolic.layer_kernel import Part

Places = npt.NDArray[Any]


def normal_rank(factors: Factors, part: Part, field: PrimeField) -> int | None:
    """The rank of H_L or H_f modulo a prime, exactly.

    Args:
        factors: Weights and moments modulo the prime, with or without bias.
        part: functional or loss.
        field: The prime.

    Returns:
        The rank; None if for a bar [0, e] and a bar [s, L] e + 1 ≥ s, as for no generic weights: then the blocks above
        are not independent of each other.

    Example:
        >>> weights = [np.asarray([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.asarray([[1.0, 1.0, 2.0]])]
        >>> field = PrimeField(4194301)
        >>> one = Factors(weights, np.eye(2), np.asarray([[1.0, 3.0]]), field.matmul, field.reduce)
        >>> normal_rank(one, "loss", field), normal_rank(one, "functional", field)
        (7, 6)
    """
    found = bars(_plain(factors), field)
    first = [end for end in found.ends if end < found.layers]
    last = [birth for birth in found.births if birth > 0]
    if first and last and max(first) + 1 >= min(last):
        return None
    return _Normal(factors, found, field).rank(part)


@dataclass(frozen=True, eq=False)
class _Directions:
    """Directions Σ over (k, β, γ) of entries of ΔW^k, as what the rest of H needs of them, one row each.

    Args:
        left: What they are over the outputs β, summed over k, for H_o.
        right: What they are over the inputs γ, likewise.
        before: As changes of a lower layer k, what an entry (l, β′, γ′), k < l, gets from them: over (l, γ′, β′).
        after: As changes of an upper layer l: over (l, γ′, β′), γ′ a bar [0, L].
    """

    left: Array
    right: Array
    before: Array
    after: Array


class _Normal:
    """One network in its bars."""

    def __init__(self, factors: Factors, found: Bars, field: PrimeField) -> None:
        self.bars, self.layers, self.bias = found, found.layers, factors.bias
        # e of what an entry's column may start from: with bias the constant too, which is there up to layer L - 1.
        self.ends = np.asarray([*found.ends, *[found.layers - 1] * factors.bias], dtype=np.int64)
        self.births = np.asarray(found.births, dtype=np.int64)
        host = self.field = PrimeField(field.prime)
        inverse = _with_constant(found.inverse) if factors.bias else found.inverse
        sigma, omega = to_numpy(factors.moment("Sigma")), to_numpy(factors.moment("Omega"))
        self.omega = host.matmul(found.outputs.T, host.matmul(omega, inverse.T))
        self.sigma = host.matmul(inverse, host.matmul(sigma, inverse.T))
        self.metric = host.matmul(found.outputs.T, found.outputs)
        self.starts = np.asarray([start for start, _ in found.through], dtype=np.int64)
        self.stops = np.asarray([stop for _, stop in found.through], dtype=np.int64)

    def rank(self, part: Part) -> int:
        """The rank of a part of the Hessian."""
        total, prime = 0, self.field.prime
        for (birth, end), count in self.bars.inner.items():
            block, _, _ = self._block(range(birth, end + 1), range(birth + 1, end + 2))
            total += 2 * count * residue_rank(block, prime)
        parts = [self._through()]
        for end in sorted({end for end in self.bars.ends if end < self.layers}):
            members = np.flatnonzero(np.asarray(self.bars.ends) == end)
            block, _, columns = self._block(range(1, end + 1), range(1, end + 2))
            kernel = null_space(block, self.field)
            total += 2 * (block.shape[1] - kernel.shape[1]) * len(members)
            parts.append(self._entering(members, kernel, columns))
        for birth in sorted({birth for birth in self.bars.births if birth > 0}):
            members = np.flatnonzero(self.births == birth)
            block, rows, _ = self._block(range(birth, self.layers + 1), range(birth + 1, self.layers + 1))
            kernel = null_space(np.ascontiguousarray(block.T), self.field)
            total += 2 * (block.shape[0] - kernel.shape[1]) * len(members)
            parts.append(self._leaving(members, kernel, rows))
        return total + residue_rank(self._rest(parts, part), prime)

    def _block(self, lower: range, upper: range) -> tuple[Array, Places, Places]:
        """F over (k, γ), k in ``lower``, and (l, β′), l in ``upper``, with these places."""
        rows = [(k, place) for k in lower for place in np.flatnonzero(self.ends >= k - 1)]
        columns = [(l, place) for l in upper for place in np.flatnonzero(self.births <= l)]
        below, above = (
            np.asarray(rows, dtype=np.int64).reshape(-1, 2),
            np.asarray(columns, dtype=np.int64).reshape(-1, 2),
        )
        values = self.omega.T[below[:, 1]][:, above[:, 1]]
        return np.where(below[:, :1] < above[None, :, 0], values, 0.0), below, above

    def _empty(self, count: int) -> Array:
        return np.zeros((count, self.layers + 1, len(self.starts), len(self.births)))

    def _through(self) -> _Directions:
        """The entries (k, β, γ) with β and γ both from input to output, or γ the constant."""
        size, layers = len(self.starts), self.layers
        starts = np.append(self.starts, len(self.bars.ends)) if self.bias else self.starts
        axes = np.arange(1, layers + 1), np.arange(size), np.arange(len(starts))
        k, i, j = (index.ravel() for index in np.meshgrid(*axes, indexing="ij"))
        left = np.zeros((len(k), len(self.births)))
        right = np.zeros((len(k), len(self.ends)))
        every = np.arange(len(k))
        left[every, self.stops[i]] = 1.0
        right[every, starts[j]] = 1.0
        before, after = self._empty(len(k)), self._empty(len(k))
        through = every[j < size]
        after[through, k[through], j[through], self.stops[i[through]]] = 1.0
        for l in range(1, layers + 1):
            lower = every[k < l]
            before[lower, l, i[lower], :] = self.omega.T[starts[j[lower]], :]
        return _Directions(left, right, before, after)

    def _entering(self, members: Places, kernel: Array, columns: Places) -> _Directions:
        """Kernel vectors over (l, β′) for each bar β = γ′ in and not out."""
        count = kernel.shape[1]
        table = np.zeros((count, self.layers + 1, len(self.births)))
        table[:, columns[:, 0], columns[:, 1]] = kernel.T
        own = self.field.reduce(table.sum(axis=1))
        sums = np.zeros_like(table)
        sums[:, 1:] = self.field.reduce(np.cumsum(table, axis=1)[:, :-1])
        before = sums[None, :, :, self.stops, None] * self.omega.T[members][:, None, None, None, :]
        size = len(members) * count
        right = np.zeros((len(members), count, len(self.ends)))
        right[np.arange(len(members)), :, members] = 1.0
        left = np.tile(own, (len(members), 1))
        before = self.field.reduce(before).reshape(size, *before.shape[2:])
        return _Directions(left, right.reshape(size, len(self.ends)), before, self._empty(size))

    def _leaving(self, members: Places, kernel: Array, rows: Places) -> _Directions:
        """Kernel vectors over (k, γ) for each bar β out and not in."""
        count = kernel.shape[1]
        table = np.zeros((count, self.layers + 1, len(self.ends)))
        table[:, rows[:, 0], rows[:, 1]] = kernel.T
        own = self.field.reduce(table.sum(axis=1))
        size = len(members) * count
        left = np.zeros((len(members), count, len(self.births)))
        left[np.arange(len(members)), :, members] = 1.0
        after = self._empty(size).reshape(len(members), count, *self._empty(0).shape[1:])
        for number, member in enumerate(members):
            after[number, :, :, :, member] = table[:, :, self.starts]
        right = np.tile(own, (len(members), 1))
        return _Directions(
            left.reshape(size, len(self.births)), right, self._empty(size), after.reshape(size, *after.shape[2:])
        )

    def _rest(self, parts: list[_Directions], part: Part) -> Array:
        """H on what is left: (left Λ′ left⊤) ∘ (right Σ′ right⊤) and the products of before and after."""
        field = self.field
        left, right = (np.concatenate([getattr(one, name) for one in parts]) for name in ("left", "right"))
        before, after = (np.concatenate([getattr(one, name) for one in parts]) for name in ("before", "after"))
        width = int(np.prod(before.shape[1:]))
        before, after = before.reshape(len(left), width), after.reshape(len(left), width)
        found = field.matmul(before, np.ascontiguousarray(after.T))
        found = found + found.T
        if part == "loss":
            outputs = field.matmul(field.matmul(left, self.metric), np.ascontiguousarray(left.T))
            found += field.reduce(
                outputs * field.matmul(field.matmul(right, self.sigma), np.ascontiguousarray(right.T))
            )
        return field.reduce(found)


def _plain(factors: Factors) -> list[Array]:
    """W^1, …, W^L."""
    pairs = zip(factors.weights, factors.heights, strict=True)
    return [weight[:height, : weight.shape[1] - factors.bias] for weight, height in pairs]


def _with_constant(matrix: Array) -> Array:
    """The matrix and a 1 behind it on the diagonal."""
    size = len(matrix)
    result = np.eye(size + 1)
    result[:size, :size] = matrix
    return result


def null_space(matrix: Array, field: PrimeField) -> Array:
    """A basis of the kernel of a matrix modulo the prime, as columns of balanced residues.

    Example:
        >>> null_space(np.asarray([[1.0, 2.0]]), PrimeField(7)).tolist()
        [[-2.0], [1.0]]
    """
    rows, columns = matrix.shape
    if not rows or not columns:
        return np.eye(columns)
    reduced, rank = modular_matrix(matrix, field.prime).rref()
    entries = np.asarray([int(entry) for entry in reduced.entries()], dtype=np.float64).reshape(rows, columns)[:rank]
    pivots = np.argmax(entries != 0, axis=1)
    free = np.setdiff1d(np.arange(columns), pivots)
    kernel = np.zeros((columns, len(free)))
    kernel[free, np.arange(len(free))] = 1.0
    kernel[pivots, :] = field.reduce(-entries[:, free])
    return kernel
