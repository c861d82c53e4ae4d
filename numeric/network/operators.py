"""Products of a network's Hessian with vectors, by differentiating the gradient along a direction.

For a direction ΔP^1, …, ΔP^L, with dots for derivatives along it, z^l = P^l ã^{l-1} and g^l = σ′_l ⊙ W^{l+1⊤} g^{l+1}
give

    ż^l = ΔP^l ã^{l-1} + W^l ȧ^{l-1},   ȧ^l = σ′_l ⊙ ż^l,   ġ^L = Λ ż^L,
    ġ^l = σ′_l ⊙ (W^{l+1⊤} ġ^{l+1} + ΔW^{l+1⊤} g^{l+1}) + σ″_l ⊙ ż^l ⊙ W^{l+1⊤} g^{l+1},

and block l of the product is E[ġ^l ã^{l-1⊤} + g^l (ȧ^{l-1}, 0)⊤]. The product with H_o has ġ^L and no term with g; the
product with H_f has the terms with g and ġ^L = 0. Nothing of size p × p is formed, and no block of
``hessproof.numeric.network.accumulate`` is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import PARTS, Part
from hessproof.numeric.network.forward import ForwardPass, forward_pass
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.numeric.network.parameters import Parameters, checked, matrix_shapes
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

WORKSPACE = 1 << 22
"""Numbers that one sweep may hold; more samples and more vectors are done in pieces."""


class NetworkOperator:
    """H_L, H_o or H_f of the mean loss as an operator on parameter vectors.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.
        part: outer, functional or loss.

    Raises:
        UnusableRequest: If a shape does not fit or the part is unknown.

    Example:
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> one = np.asarray([[1.0]])
        >>> NetworkOperator(Architecture((1, 1, 1)), weights, one, one).apply(np.asarray([1.0, 0.0])).tolist()
        [9.0, 11.0]
    """

    def __init__(
        self, architecture: Architecture, parameters: Parameters, inputs: Array, targets: Array, part: Part = "loss"
    ) -> None:
        if part not in PARTS:
            raise UnusableRequest(f"part {part!r}", f"one of {', '.join(PARTS)}", "give loss")
        self.architecture, self.part = architecture, part
        self.matrices, self.inputs, self.targets = checked(architecture, parameters, inputs, targets)
        self.xp = namespace_of(self.inputs)
        self.shape = (architecture.parameters, architecture.parameters)

    def apply(self, vectors: Array) -> Array:
        """H times a vector (p) or the columns of a matrix (p × n).

        Raises:
            UnusableRequest: If the vectors do not have p entries.
        """
        if vectors.ndim not in (1, 2) or vectors.shape[0] != self.shape[0]:
            raise UnusableRequest(
                f"vectors of shape {tuple(vectors.shape)}",
                f"{self.shape[0]} or {self.shape[0]} × n",
                "order the parameters as vec_r of each layer's matrix, bias in the last column",
            )
        if vectors.ndim == 1:
            return self.apply(vectors[:, None])[:, 0]
        xp, count, samples = self.xp, int(vectors.shape[1]), int(self.inputs.shape[0])
        vectors = xp.astype(vectors, self.inputs.dtype, copy=False)
        if not count:
            return vectors
        held = 4 * sum(self.architecture.widths)
        rows = min(samples, max(1, WORKSPACE // held))
        step = max(1, WORKSPACE // (held * rows))
        total: Array | None = None
        for start in range(0, samples, rows):
            some = slice(start, min(start + rows, samples))
            sweep = self._sweep_over(self.inputs[some, :], self.targets[some, :])
            pieces = [sweep.apply(vectors[:, i : min(i + step, count)]) for i in range(0, count, step)]
            part = xp.concat(pieces, axis=1)
            total = part if total is None else total + part
        return total

    __matmul__ = apply

    def columns(self, numbers: Sequence[int]) -> Array:
        """Some columns of H, p × n, as products with unit vectors.

        Raises:
            UnusableRequest: If there is no such column.

        Example:
            >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
            >>> one = np.asarray([[1.0]])
            >>> NetworkOperator(Architecture((1, 1, 1)), weights, one, one).columns([1]).tolist()
            [[11.0], [4.0]]
        """
        outside = [number for number in numbers if not 0 <= number < self.shape[0]]
        if outside:
            raise UnusableRequest(f"column {outside[0]}", f"0 to {self.shape[0] - 1}", "count the parameters from 0")
        units = np.zeros((self.shape[0], len(numbers)))
        units[list(numbers), np.arange(len(numbers))] = 1.0
        like = self.inputs
        return self.apply(self.xp.asarray(units, dtype=like.dtype, device=array_api_compat.device(like)))

    def linear_operator(self) -> LinearOperator:
        """The same operator for SciPy's iterative methods, in float64; it is symmetric.

        Example:
            >>> from scipy.sparse.linalg import eigsh
            >>> weights = [np.ones((4, 3)), np.ones((3, 4))]
            >>> operator = NetworkOperator(Architecture((3, 4, 3)), weights, np.eye(3), np.zeros((3, 3)))
            >>> top = eigsh(operator.linear_operator(), k=1, return_eigenvectors=False, v0=np.ones(24))
            >>> bool(abs(top[0] - np.linalg.eigvalsh(operator.apply(np.eye(24)))[-1]) < 1e-9)
            True
        """
        from scipy.sparse import linalg

        return linalg.LinearOperator(
            self.shape, matvec=self.apply, matmat=self.apply, rmatvec=self.apply, dtype="float64"
        )

    def _sweep_over(self, inputs: Array, targets: Array) -> _Sweep:
        state = forward_pass(self.architecture, self.matrices, inputs)
        residual, curvature = loss_derivatives(self.architecture.loss, state.outputs, targets)
        share = 1.0 / int(self.inputs.shape[0])
        return _Sweep(
            self.architecture,
            state,
            None if self.part == "outer" else share * residual,
            None if self.part == "functional" else share * curvature,
        )


class _Sweep:
    """Products with the sum over some samples; g and Λ are None where a part of the Hessian has none of them."""

    def __init__(
        self, architecture: Architecture, state: ForwardPass, residual: Array | None, curvature: Array | None
    ) -> None:
        self.state, self.curvature = state, curvature
        self.shapes, self.slices, self.bias = matrix_shapes(architecture), architecture.slices, architecture.bias
        self.xp = namespace_of(state.outputs)
        self.layers = len(self.shapes)
        # back[l - 1] is g^l, and before[l - 1] is W^{l+1⊤} g^{l+1}, for l < L.
        self.back: list[Array] = []
        self.before: list[Array] = []
        if residual is not None:
            self.back.append(residual)
            for layer in range(self.layers - 1, 0, -1):
                self.before.insert(0, self.back[0] @ state.weights[layer])
                self.back.insert(0, self.before[0] * state.slopes[layer - 1])

    def apply(self, vectors: Array) -> Array:
        xp, state, count = self.xp, self.state, int(vectors.shape[1])
        rows = vectors.T
        changes = [
            xp.reshape(rows[:, piece], (count, *shape)) for piece, shape in zip(self.slices, self.shapes, strict=True)
        ]
        preactivations, activations = self._forward(changes)
        moving = None
        if self.curvature is not None:
            moving = xp.permute_dims(xp.permute_dims(preactivations[-1], (1, 0, 2)) @ self.curvature, (1, 0, 2))
        pieces = []
        for layer in range(self.layers - 1, -1, -1):
            block = None
            if moving is not None:
                block = xp.permute_dims(moving, (0, 2, 1)) @ state.inputs[layer][None, :, :]
            if self.back and layer:
                block = _plus(block, self.back[layer].T[None, :, :] @ self._with_zero(activations[layer - 1]))
            pieces.append(xp.zeros_like(changes[layer]) if block is None else block)
            if layer:
                moving = self._step_back(layer, moving, changes[layer], preactivations[layer - 1])
        return xp.concat([xp.reshape(piece, (count, -1)) for piece in pieces[::-1]], axis=1).T

    def _forward(self, changes: Sequence[Array]) -> tuple[list[Array], list[Array]]:
        """ż^1, …, ż^L and ȧ^1, …, ȧ^{L-1}, n × N × M_l each."""
        xp, state = self.xp, self.state
        preactivations: list[Array] = []
        activations: list[Array] = []
        for layer, change in enumerate(changes):
            moved = state.inputs[layer][None, :, :] @ xp.permute_dims(change, (0, 2, 1))
            if layer:
                moved = moved + activations[-1] @ state.weights[layer].T
            preactivations.append(moved)
            if layer < self.layers - 1:
                activations.append(state.slopes[layer][None, :, :] * moved)
        return preactivations, activations

    def _step_back(self, layer: int, moving: Array | None, change: Array, preactivation: Array) -> Array | None:
        """ġ^l from ġ^{l+1} = ``moving``, with l = ``layer`` and ΔP^{l+1} = ``change``."""
        state, slopes = self.state, self.state.slopes[layer - 1][None, :, :]
        result = None if moving is None else (moving @ state.weights[layer]) * slopes
        if not self.back:
            return result
        weights = change[:, :, :-1] if self.bias else change
        result = _plus(result, (self.back[layer][None, :, :] @ weights) * slopes)
        return result + preactivation * (state.bends[layer - 1] * self.before[layer - 1])[None, :, :]

    def _with_zero(self, changes: Array) -> Array:
        """(ȧ, 0) with bias, ȧ without."""
        return self.xp.concat([changes, self.xp.zeros_like(changes[:, :, :1])], axis=2) if self.bias else changes


def _plus(first: Array | None, second: Array) -> Array:
    return second if first is None else first + second
