"""Hessians of rectified networks modulo a prime, for networks of thousands of parameters, and their ranks.

The samples run through the network in exact integers, so that every sign is known; from there on everything is reduced
modulo a prime and multiplied in float64. With σ″ = 0 the functional Hessian couples different layers only: for k < l

    ∂²(δ·F)/∂P^l_{ab} ∂P^k_{ij} = g^l_a · ∂a^{l-1}_b/∂z^k_i · ã^{k-1}_j,      g^l = ∂(δ·F)/∂z^l.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal

import numpy as np

from hessproof.numeric.arrays import Array
from hessproof.numeric.modular import PrimeField, residue_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.forward import Forward, forward
from hessproof.numeric.rectified.network import Rectified
from hessproof.numeric.result import Rank
from hessproof.symbolic.errors import UnusableRequest

Part = Literal["outer", "functional", "loss"]
_CHUNK = 1 << 22
"""Numbers of an intermediate array."""


def modular_hessian(network: Rectified, part: Part = "loss", prime: int | None = None) -> Array:
    """The Hessian modulo a prime, summed over the samples, p × p balanced residues as float64.

    Args:
        network: Weights, samples, residuals.
        part: outer, functional or loss.
        prime: A prime below 2^23; the largest below 2^22 if not given.

    Raises:
        UnusableRequest: If the part is unknown.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
        >>> modular_hessian(net).tolist()
        [[1.0, 2.0], [2.0, 1.0]]
    """
    if part not in ("outer", "functional", "loss"):
        raise UnusableRequest(f"part {part!r}", "outer, functional or loss", "give loss")
    reduced = _Reduced(network, forward(network), PrimeField(primes(1)[0] if prime is None else prime))
    size = network.architecture.parameters
    total = np.zeros((size, size))
    if part != "functional":
        total += reduced.outer()
    if part != "outer":
        total += reduced.functional()
    return reduced.field.reduce(total)


def rectified_rank(network: Rectified, part: Part = "loss", upper: int | None = None, count: int = 2) -> Rank:
    """The rank of a Hessian modulo several primes: the largest, a proved lower bound of the rank over Q.

    Args:
        network: Weights, samples, residuals.
        part: outer, functional or loss.
        upper: A proved upper bound of the rank, if one is known; if it is met, the rank is exact.
        count: Number of primes.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
        >>> rectified_rank(net).value, rectified_rank(net).bound
        (2, 'exact')
    """
    start, used = time.perf_counter(), primes(count)
    value = max(rank_without_zeros(modular_hessian(network, part, prime), prime) for prime in used)
    side = network.architecture.parameters
    if value in (side, upper):
        bound, why = "exact", "the rank modulo a prime meets " + ("its upper bound" if value == upper else "the side")
    else:
        bound, why = "lower", f"the largest rank modulo {count} primes"
    seconds = time.perf_counter() - start
    return Rank(part, value, "exact", bound, why, primes=used, seconds=seconds)  # type: ignore[arg-type]


def rank_without_zeros(matrix: Array, prime: int) -> int:
    """The rank modulo a prime, rows and columns of zeros left out: dead neurons and inputs that are always zero.

    Example:
        >>> rank_without_zeros(np.asarray([[0.0, 0.0], [0.0, 3.0]]), 7)
        1
    """
    kept = np.ascontiguousarray(matrix[np.any(matrix != 0, axis=1)][:, np.any(matrix != 0, axis=0)])
    return residue_rank(kept, prime) if kept.size else 0


class _Reduced:
    """A network's forward pass modulo a prime."""

    def __init__(self, network: Rectified, found: Forward, field: PrimeField) -> None:
        self.network, self.field = network, field
        self.pieces = network.architecture.slices
        self.weights = [field.balanced(weight) for weight in network.weights]
        self.passed = [field.balanced(layer) for layer in found.passed]
        self.slopes = [field.balanced(layer) for layer in found.slopes]
        self.residuals = field.balanced(found.residuals)
        self.back = self._backward()

    def outer(self) -> Array:
        """Σ_n J_n⊤ΛJ_n."""
        size, outputs = self.network.architecture.parameters, self.network.architecture.outputs
        total, step = np.zeros((size, size)), max(1, _CHUNK // (size * outputs))
        for start in range(0, self.network.samples, step):
            jacobian = self._jacobian(slice(start, start + step))
            curved = jacobian
            if self.network.curvatures is not None:
                curved = np.concatenate(
                    [
                        self.field.matmul(self.field.balanced(curvature), rows)
                        for curvature, rows in zip(
                            self.network.curvatures[start : start + step],
                            jacobian.reshape(-1, outputs, size),
                            strict=True,
                        )
                    ]
                )
            total = self.field.reduce(total + self.field.matmul(jacobian.T, curved))
        return total

    def functional(self) -> Array:
        """Σ_n ∂²(δ_n·F)/∂θ²."""
        size = self.network.architecture.parameters
        total = np.zeros((size, size))
        for k, l, block in self._blocks():
            total[self.pieces[l], self.pieces[k]] = block
            total[self.pieces[k], self.pieces[l]] = block.T
        return total

    def _blocks(self) -> Iterator[tuple[int, int, Array]]:
        field, layers = self.field, self.network.architecture.layers
        pulled = [field.reduce(np.einsum("nc,nci->nci", self.residuals, back)).sum(axis=1) for back in self.back]
        for k in range(layers - 1):
            width = self.slopes[k].shape[1]
            reach = self.slopes[k][:, :, None] * np.eye(width)
            for l in range(k + 1, layers):
                yield k, l, self._block(field.reduce(pulled[l]), reach, k, l)
                if l < layers - 1:
                    reach = self._pushed(reach, l)

    def _block(self, pulled: Array, reach: Array, k: int, l: int) -> Array:
        """Rows of layer l (a, b), columns of layer k (i, j)."""
        rows, columns = self.weights[l].shape
        neurons, entering = self.weights[k].shape
        block = np.zeros((rows, columns, neurons * entering))
        for a in range(rows):
            scaled = self.field.reduce(pulled[:, a, None, None] * reach).reshape(len(pulled), -1)
            product = self.field.matmul(scaled.T, self.passed[k])
            block[a, : reach.shape[1]] = product.reshape(reach.shape[1], neurons * entering)
        return block.reshape(rows * columns, neurons * entering)

    def _pushed(self, reach: Array, l: int) -> Array:
        """∂a^l/∂z^k from ∂a^{l-1}/∂z^k, for all samples."""
        samples, before, start = reach.shape
        weight = self.weights[l][:, :before]
        moved = self.field.matmul(weight, reach.transpose(1, 0, 2).reshape(before, samples * start))
        moved = moved.reshape(len(weight), samples, start).transpose(1, 0, 2)
        return self.field.reduce(self.slopes[l][:, :, None] * moved)

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

    def _jacobian(self, chosen: slice) -> Array:
        parts = []
        for back, passed in zip(self.back, self.passed, strict=True):
            product = self.field.reduce(back[chosen][:, :, :, None] * passed[chosen][:, None, None, :])
            parts.append(product.reshape(product.shape[0] * product.shape[1], -1))
        return np.concatenate(parts, axis=1)
