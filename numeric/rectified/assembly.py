r"""Hessians of rectified networks modulo a prime, assembled layer by layer with all samples at once.

With D^l = ∂F/∂z^l, g^l = ∂(δ·F)/∂z^l = D^{l⊤}δ, ã^{l-1} for what P^l = [W^l b^l] multiplies, σ″ = 0 and k < l,

    H_o[k, l]_{(i,j),(i′,j′)} = Σ_n (D^{k⊤}ΛD^l)_{ii′} ã^{k-1}_j ã^{l-1}_{j′},
    H_f[l, k]_{(a,b),(i,j)}   = Σ_n g^l_a · ∂a^{l-1}_b/∂z^k_i · ã^{k-1}_j,      H_f[k, k] = 0.

Both are sums over the samples of a product of three factors, and one matrix product forms them: the first factor, a row
a sample, transposed, times the row-wise products of the other two. So H_o takes 2 N p² operations, not the 2 N K p² of
J⊤ΛJ.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from hessproof.numeric.arrays import Array
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.rectified.forward import Forward
from hessproof.numeric.rectified.live import Live
from hessproof.numeric.rectified.network import Rectified

Part = Literal["outer", "functional", "loss"]
_CHUNK = 1 << 23
"""Numbers of an intermediate array: 64 MiB, larger than a cache and small beside the matrices."""


class Reduced:
    """A network's forward pass modulo a prime, on the entries that are kept.

    Args:
        network: Weights, samples, residuals.
        found: Its exact forward pass.
        kept: The entries.
        field: The prime.
    """

    def __init__(self, network: Rectified, found: Forward, kept: Live, field: PrimeField) -> None:
        self.network, self.field, self.kept = network, field, kept
        self.weights = [
            field.balanced(weight[np.ix_(rows, columns)] if layer else weight[rows])
            for layer, (weight, rows, columns) in enumerate(zip(network.weights, kept.rows, kept.columns, strict=True))
        ]
        self.passed = [
            field.balanced(layer[:, columns]) for layer, columns in zip(found.passed, kept.columns, strict=True)
        ]
        self.slopes = [field.balanced(layer[:, rows]) for layer, rows in zip(found.slopes, kept.rows[:-1], strict=True)]
        self.residuals = field.balanced(found.residuals)
        self.back = self._backward()

    def hessian(self, part: Part) -> Array:
        """The part on the kept entries, p′ × p′ balanced residues."""
        size = self.kept.rectangle
        total = np.zeros((size, size))
        if part != "functional":
            self._add_outer(total)
        if part != "outer":
            self._add_functional(total)
        pieces = self.kept.slices
        for k in range(len(pieces)):
            for l in range(k + 1, len(pieces)):
                total[pieces[l], pieces[k]] = total[pieces[k], pieces[l]].T
        entries = self.kept.entries
        return total if len(entries) == size else np.ascontiguousarray(total[np.ix_(entries, entries)])

    def jacobian(self) -> Array:
        """∂F_c(x_n)/∂θ on the kept entries, N K × p′."""
        parts = []
        for back, passed in zip(self.back, self.passed, strict=True):
            product = self.field.reduce(back[:, :, :, None] * passed[:, None, None, :])
            parts.append(product.reshape(product.shape[0] * product.shape[1], -1))
        return np.ascontiguousarray(np.concatenate(parts, axis=1)[:, self.kept.entries])

    def _add_outer(self, total: Array) -> None:
        """The blocks k ≤ l of H_o."""
        curved = self.back if self.network.curvatures is None else self._curved()
        for k, left in enumerate(self.back):
            for l in range(k, len(self.back)):
                for chosen in self._chunks(left.shape[2] * curved[l].shape[2]):
                    pairs = self._summed(left[chosen], curved[l][chosen])
                    block = self._contracted(pairs, self.passed[k][chosen], self.passed[l][chosen])
                    self._add(total, k, l, block.transpose(0, 2, 1, 3))

    def _add_functional(self, total: Array) -> None:
        """The blocks k < l of H_f."""
        field, layers = self.field, len(self.weights)
        pulled = [
            field.reduce(field.reduce(self.residuals[:, :, None] * back).sum(axis=1)) for back in self.back
        ]  # K residues below 2^22 each stay far below 2^53
        widest = max((slope.shape[1] for slope in self.slopes), default=1)
        for chosen in self._chunks(widest**2):
            for k in range(layers - 1):
                reach = self.slopes[k][chosen, :, None] * np.eye(self.slopes[k].shape[1])
                for l in range(k + 1, layers):
                    block = self._contracted(reach, pulled[l][chosen], self.passed[k][chosen])
                    self._add(total, k, l, block.transpose(1, 3, 2, 0))
                    if l < layers - 1:
                        reach = self._pushed(reach, self.slopes[l][chosen], l)

    def _add(self, total: Array, k: int, l: int, block: Array) -> None:
        """Add what stands at (i, j, i′, j′) to block (k, l); a bias missing in the last axis has nothing there."""
        (rows, columns), (other_rows, other_columns) = self.kept.shapes[k], self.kept.shapes[l]
        view = total[self.kept.slices[k], self.kept.slices[l]]
        if block.shape[3] < other_columns:
            wider = np.zeros((*block.shape[:3], other_columns))
            wider[..., : block.shape[3]] = block
            block = wider
        view += block.reshape(rows * columns, other_rows * other_columns)
        view[...] = self.field.reduce(view)

    def _chunks(self, numbers: int) -> list[slice]:
        """Samples in pieces for which so many numbers each fit into an intermediate array."""
        step = max(1, _CHUNK // max(1, numbers))
        return [slice(start, start + step) for start in range(0, self.network.samples, step)]

    def _contracted(self, pairs: Array, one: Array, two: Array) -> Array:
        """Σ_n pairs_{n,a,b} one_{n,c} two_{n,d}, at (a, b, c, d)."""
        samples, first, second = pairs.shape
        flat = np.ascontiguousarray(pairs.reshape(samples, -1).T)
        result = np.empty((first * second, one.shape[1], two.shape[1]))
        step = max(1, _CHUNK // max(1, samples * two.shape[1]))
        for start in range(0, one.shape[1], step):
            products = self.field.reduce(one[:, start : start + step, None] * two[:, None, :])
            found = self.field.matmul(flat, products.reshape(samples, -1))
            result[:, start : start + step] = found.reshape(first * second, *products.shape[1:])
        return result.reshape(first, second, one.shape[1], two.shape[1])

    def _summed(self, left: Array, right: Array) -> Array:
        """(D^{k⊤}ΛD^l)_{ii′} of each sample."""
        total = np.zeros((left.shape[0], left.shape[2], right.shape[2]))
        for output in range(left.shape[1]):
            total += self.field.reduce(left[:, output, :, None] * right[:, output, None, :])
        return self.field.reduce(total)

    def _curved(self) -> list[Array]:
        """Λ_n D^l of each sample."""
        assert self.network.curvatures is not None
        curvatures = np.stack([self.field.balanced(curvature) for curvature in self.network.curvatures])
        return [self._summed(curvatures, back) for back in self.back]  # Λ is symmetric

    def _pushed(self, reach: Array, slope: Array, l: int) -> Array:
        """∂a^l/∂z^k from ∂a^{l-1}/∂z^k, for some samples."""
        samples, before, start = reach.shape
        weight = self.weights[l][:, :before]
        moved = self.field.matmul(weight, reach.transpose(1, 0, 2).reshape(before, samples * start))
        moved = moved.reshape(len(weight), samples, start).transpose(1, 0, 2)
        return self.field.reduce(slope[:, :, None] * moved)

    def _backward(self) -> list[Array]:
        """∂F/∂z^1, …, ∂F/∂z^L, each N × K × M_l."""
        samples, outputs = self.residuals.shape
        found = [np.broadcast_to(np.eye(outputs), (samples, outputs, outputs))]
        for l in range(len(self.weights) - 1, 0, -1):
            slope = self.slopes[l - 1]
            weight = self.weights[l][:, : slope.shape[1]]
            moved = self.field.matmul(found[0].reshape(samples * outputs, -1), weight)
            moved = moved.reshape(samples, outputs, -1) * slope[:, None, :]
            found.insert(0, self.field.reduce(moved))
        return found
