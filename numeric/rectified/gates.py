r"""Ranks at given activation patterns, many networks at once modulo a prime.

Where the pattern of a piecewise linear activation is given, the outputs are polynomials in the weights, and so are the
entries of the Hessian for given residuals δ_n and curvatures Λ_n. The weights with this pattern form an open set. So
the largest rank over them is the largest rank over all weights with the slopes held fixed, and random residues modulo a
prime give a proved lower bound of it that is met almost surely. With ã^{l-1} for what P^l = [W^l b^l] multiplies,
g^l = ∂(δ·F)/∂z^l and k < l,

    H_o = Σ_n J_n⊤Λ_nJ_n,      H_f[l, k]_{(a,b),(i,j)} = Σ_n g^l_a · ∂a^{l-1}_b/∂z^k_i · ã^{k-1}_j.

Linear networks are those whose slopes are all one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.flint_modular import flint_rank
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Residues = NDArray[np.int64]
Part = Literal["outer", "functional", "loss"]
LARGEST_MODULUS = 2**28
_INNER = 64
"""Products of 64 pairs of residues below 2^28 fit into 63 bits."""


@dataclass(frozen=True, eq=False)
class Gates:
    """B networks of one architecture on N samples each, modulo a prime.

    Args:
        architecture: Widths and bias.
        weights: P^l = [W^l b^l], (B, M_l, M_{l-1} + bias).
        inputs: x as rows, (B, N, d).
        slopes: σ′(z^1), …, σ′(z^{L-1}), (B, N, M_l).
        deltas: δ_n, (B, N, K).
        curvatures: Λ_n, (B, N, K, K); None for identities.
        prime: Below 2^28.
        unit: Weight of H_o beside H_f in H_L: 1 for the squared loss, a random residue that stands for a transcendental
            number for others (:mod:`hessproof.numeric.losses.instance`).

    Raises:
        UnusableRequest: If the prime is too large.

    Example:
        >>> one = np.ones((1, 1, 1), dtype=np.int64)
        >>> net = Gates(Architecture((1, 1, 1)), [2 * one, 3 * one], one, [one], 5 * one, None, 101)
        >>> net.hessian("outer")[0].tolist(), net.hessian("functional")[0].tolist()
        ([[9, 6], [6, 4]], [[0, 5], [5, 0]])
    """

    architecture: Architecture
    weights: Sequence[Residues]
    inputs: Residues
    slopes: Sequence[Residues]
    deltas: Residues
    curvatures: Residues | None
    prime: int
    unit: int = 1

    def __post_init__(self) -> None:
        if self.prime >= LARGEST_MODULUS:
            raise UnusableRequest(f"prime {self.prime}", f"one below {LARGEST_MODULUS}", "take a smaller one")

    @cached_property
    def _passed(self) -> tuple[list[Residues], Residues]:
        """ã^0, …, ã^{L-1} and z^L."""
        found, values = [], self.inputs
        for layer, weight in enumerate(self.weights):
            if self.architecture.bias:
                values = np.concatenate([values, np.ones_like(values[..., :1])], axis=-1)
            found.append(values)
            values = self._product(values, weight.swapaxes(-1, -2))
            if layer < len(self.slopes):
                values = values * self.slopes[layer] % self.prime
        return found, values

    @property
    def outputs(self) -> Residues:
        """z^L, (B, N, K)."""
        return self._passed[1]

    @cached_property
    def _back(self) -> list[Residues]:
        """∂F/∂z^1, …, ∂F/∂z^L, (B, N, K, M_l)."""
        batch, samples, outputs = self.deltas.shape
        found = [np.broadcast_to(np.eye(outputs, dtype=np.int64), (batch, samples, outputs, outputs))]
        for layer in range(len(self.weights) - 1, 0, -1):
            plain = self.weights[layer][:, None, :, : self.architecture.widths[layer]]
            moved = self._product(found[0], plain)
            found.insert(0, moved * self.slopes[layer - 1][:, :, None, :] % self.prime)
        return found

    def hessian(self, part: Part) -> Residues:
        """The Hessians or their parts, (B, p, p).

        Raises:
            UnusableRequest: If the part is unknown.
        """
        if part == "outer":
            return self._outer
        if part == "functional":
            return self._functional
        if part == "loss":
            return (self.unit * self._outer + self._functional) % self.prime
        raise UnusableRequest(f"part {part!r}", "outer, functional or loss", "give loss")

    def ranks(self, part: Part) -> list[int]:
        """The ranks modulo the prime, one for each network.

        Example:
            >>> one = np.ones((2, 1, 1), dtype=np.int64)
            >>> closed = np.asarray([[[1]], [[0]]])
            >>> Gates(Architecture((1, 1, 1)), [one, one], one, [closed], one, None, 101).ranks("outer")
            [1, 0]
        """
        return [flint_rank(matrix, self.prime) for matrix in self.hessian(part)]

    @cached_property
    def _outer(self) -> Residues:
        pieces = []
        for back, passed in zip(self._back, self._passed[0], strict=True):
            block = back[..., :, None] * passed[:, :, None, None, :] % self.prime
            pieces.append(block.reshape(*block.shape[:3], -1))
        jacobian = np.concatenate(pieces, axis=-1)
        curved = jacobian if self.curvatures is None else self._product(self.curvatures, jacobian)
        flat = jacobian.shape[0], -1, jacobian.shape[-1]
        return self._product(jacobian.reshape(flat).swapaxes(-1, -2), curved.reshape(flat))

    @cached_property
    def _functional(self) -> Residues:
        size, pieces = self.architecture.parameters, self.architecture.slices
        total = np.zeros((len(self.inputs), size, size), dtype=np.int64)
        pulled = [self._product(self.deltas[:, :, None, :], back)[:, :, 0, :] for back in self._back]
        for k, slope in enumerate(self.slopes):
            reach = slope[..., :, None] * np.eye(slope.shape[-1], dtype=np.int64)
            for l in range(k + 1, len(self.weights)):
                block = self._block(pulled[l], reach, self._passed[0][k], self.weights[l].shape[-1])
                total[:, pieces[l], pieces[k]] = block
                total[:, pieces[k], pieces[l]] = block.swapaxes(-1, -2)
                if l < len(self.slopes):
                    plain = self.weights[l][:, None, :, : reach.shape[-2]]
                    reach = self.slopes[l][..., :, None] * self._product(plain, reach) % self.prime
        return total

    def _block(self, pulled: Residues, reach: Residues, passed: Residues, columns: int) -> Residues:
        """Rows (a, b) of layer l, columns (i, j) of layer k; what multiplies a bias does not depend on layer k."""
        batch, samples, rows = pulled.shape
        if columns > reach.shape[-2]:
            reach = np.concatenate([reach, np.zeros_like(reach[..., :1, :])], axis=-2)
        joint = pulled[..., :, None, None] * reach[:, :, None] % self.prime
        found = self._product(joint.reshape(batch, samples, -1).swapaxes(-1, -2), passed)
        return found.reshape(batch, rows * columns, reach.shape[-1] * passed.shape[-1])

    def _product(self, left: Residues, right: Residues) -> Residues:
        inner = left.shape[-1]
        result = np.matmul(left[..., :_INNER], right[..., :_INNER, :]) % self.prime
        for start in range(_INNER, inner, _INNER):
            piece = np.matmul(left[..., start : start + _INNER], right[..., start : start + _INNER, :]) % self.prime
            result = (result + piece) % self.prime
        return np.asarray(result)
