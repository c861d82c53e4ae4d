"""Sums over samples of Hessian blocks, chunk by chunk, as matrix products of row-wise Kronecker products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array, Namespace, namespace_of
from hessproof.numeric.kernels import Part
from hessproof.numeric.network.forward import ForwardPass, forward_pass
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.nonlinear.activations import activation

Pair = tuple[int, int]
"""Layers (k, l) of a block, k ≤ l."""

SMALLEST = 1 << 19
"""Numbers that one chunk of samples may always hold."""
SHARE = 4
"""Beyond that, one part in so many of the result."""


@dataclass(slots=True)
class BlockSum:
    """Block (k, l) of the Hessian in the order in which matrix products give it.

    Args:
        sizes: M_k, m_{k-1}, M_l, m_{l-1}, with m the number of columns of P.
        whole: M_l × M_k × m_{k-1} × m_{l-1}; in a diagonal block pairs i ≤ i′ by pairs j ≤ j′. None for zero.
        crossed: M_l × M_k × m_{k-1}, what is added where j′ = i (blocks (l-1, l) only). None for zero.
        like: An array whose library, type and device the block has.
    """

    sizes: tuple[int, int, int, int]
    like: Array
    whole: Array | None = None
    crossed: Array | None = None

    @property
    def xp(self) -> Namespace:
        """The library."""
        return namespace_of(self.like)

    @property
    def dtype(self) -> Any:
        """The type of the entries."""
        return self.like.dtype

    @property
    def device(self) -> Any:
        """The device."""
        return array_api_compat.device(self.like)

    def write(self, result: Array, top: int, left: int) -> None:
        """Put the block into ``result``, rows (i, j) from ``top`` on, columns (i′, j′) from ``left`` on."""
        above, inner, _, across = self.sizes
        for number, slab in self._slabs():
            start = left + number * across
            result[top : top + above * inner, start : start + across] = self.xp.reshape(slab, (-1, across))

    def write_transposed(self, result: Array, top: int, left: int) -> None:
        """Put the transposed block into ``result``."""
        above, inner, _, across = self.sizes
        for number, slab in self._slabs():
            start = top + number * across
            turned = self.xp.reshape(self.xp.permute_dims(slab, (2, 0, 1)), (across, -1))
            result[start : start + across, left : left + above * inner] = turned

    def write_diagonal(self, result: Array, top: int, left: int) -> None:
        """Put a diagonal block, stored by pairs, into ``result``."""
        if self.whole is None:
            return
        xp, (height, width, _, _) = self.xp, self.sizes
        square = xp.reshape(_square(xp, width, self.device), (-1,))
        begin = 0
        for number in range(height):
            rest = height - number
            slab = xp.take(self.whole[begin : begin + rest, :], square, axis=1)
            begin += rest
            row, column = top + number * width, left + number * width
            turned = xp.permute_dims(xp.reshape(slab, (rest, width, width)), (1, 0, 2))
            result[row : row + width, column : left + height * width] = xp.reshape(turned, (width, -1))
            result[row : top + height * width, column : column + width] = xp.reshape(slab, (-1, width))

    def _slabs(self) -> Iterator[tuple[int, Array]]:
        """For every i′ the entries (i, j, j′)."""
        if self.whole is None and self.crossed is None:
            return
        above, inner, below, across = self.sizes
        if self.whole is None:
            self.whole = self.xp.zeros((below, above, inner, across), dtype=self.dtype, device=self.device)
        if self.crossed is not None:
            for i in range(above):
                self.whole[:, i, :, i] += self.crossed[:, i, :]
            self.crossed = None
        for number in range(below):
            yield number, self.whole[number, :, :, :]


def accumulate(
    architecture: Architecture,
    matrices: Sequence[Array],
    inputs: Array,
    targets: Array,
    part: Part,
    pairs: Sequence[Pair],
    entries: int,
) -> dict[Pair, BlockSum]:
    """Blocks (k, l) of the Hessian of the mean loss.

    Args:
        architecture: Widths, bias, activation and loss.
        matrices: P^1, …, P^L.
        inputs: N × d.
        targets: N × K.
        part: outer, functional or loss.
        pairs: The wanted blocks.
        entries: Entries of the result, by which working memory is measured.
    """
    heights = [int(matrix.shape[0]) for matrix in matrices]
    widths = [int(matrix.shape[1]) for matrix in matrices]
    sums = {(k, l): BlockSum((heights[k - 1], widths[k - 1], heights[l - 1], widths[l - 1]), inputs) for k, l in pairs}
    held = [block.sizes[0] * block.sizes[2] + block.sizes[1] * block.sizes[3] for block in sums.values()]
    step = max(1, max(SMALLEST, entries // SHARE) // (2 * max(held) + sum(a * b for a in heights for b in heights)))
    count = int(inputs.shape[0])
    for start in range(0, count, step):
        some = slice(start, min(start + step, count))
        _add_chunk(architecture, matrices, inputs[some, :], targets[some, :], part, sums, 1.0 / count)
    return sums


def _add_chunk(
    architecture: Architecture,
    matrices: Sequence[Array],
    inputs: Array,
    targets: Array,
    part: Part,
    sums: dict[Pair, BlockSum],
    share: float,
) -> None:
    state = forward_pass(architecture, matrices, inputs)
    residual, curvature = loss_derivatives(architecture.loss, state.outputs, targets)
    bent = part != "outer" and not activation(architecture.activation).piecewise_linear
    back = share * residual
    second = None if part == "functional" else share * curvature
    for l in range(len(matrices), 0, -1):
        if l < len(matrices):
            before = back @ state.weights[l]
            back = before * state.slopes[l - 1]
            second = _pulled_back(state, second, l)
            if bent:
                second = _with_diagonal(second, before * state.bends[l - 1])
        if second is not None:
            _add_first_terms(state, sums, l, second)
        if part != "outer":
            _add_second_terms(state, sums, l, back)


def _pulled_back(state: ForwardPass, second: Array | None, l: int) -> Array | None:
    """diag(σ′_l) W^{l+1⊤} A^{l+1,l+1} W^{l+1} diag(σ′_l)."""
    if second is None:
        return None
    half = _times(second, state.weights[l]) * state.slopes[l - 1][:, None, :]
    turned = namespace_of(half).permute_dims(half, (0, 2, 1))
    return _times(turned, state.weights[l]) * state.slopes[l - 1][:, None, :]


def _with_diagonal(second: Array | None, entries: Array) -> Array:
    xp = namespace_of(entries)
    eye = xp.eye(entries.shape[1], dtype=entries.dtype, device=array_api_compat.device(entries))
    diagonal = entries[:, :, None] * eye[None, :, :]
    return diagonal if second is None else second + diagonal


def _add_first_terms(state: ForwardPass, sums: dict[Pair, BlockSum], l: int, second: Array) -> None:
    """The terms A^{kl}_{ii′} ã_j ã_{j′} for all k ≤ l; ``second`` is A^{ll}."""
    xp, across = namespace_of(second), second  # across is the transpose of A^{kl}, N × M_l × M_k
    for k in range(l, 0, -1):
        if k < l:
            across = _times(across, state.weights[k]) * state.slopes[k - 1][:, None, :]
        block = sums.get((k, l))
        if block is None:
            continue
        flat = xp.reshape(across, (across.shape[0], -1))
        if k == l:
            some = _pairs(xp, block.sizes[0], block.device)
            rows = xp.take(flat, some[0, :] * block.sizes[0] + some[1, :], axis=1)
            some = _pairs(xp, block.sizes[1], block.device)
            columns = xp.take(state.inputs[k - 1], some[0, :], axis=1)
            columns *= xp.take(state.inputs[k - 1], some[1, :], axis=1)
            _add(block, rows.T @ columns)
        else:
            columns = state.inputs[k - 1][:, :, None] * state.inputs[l - 1][:, None, :]
            total = flat.T @ xp.reshape(columns, (columns.shape[0], -1))
            above, inner, below, width = block.sizes
            _add(block, xp.reshape(total, (below, above, inner, width)))


def _add_second_terms(state: ForwardPass, sums: dict[Pair, BlockSum], l: int, back: Array) -> None:
    """The terms g^l_{i′} ∂a^{l-1}_{j′}/∂z^k_i ã_j for all k < l; ``back`` is g^l."""
    xp = namespace_of(back)
    for k in range(1, l):
        block = sums.get((k, l))
        if block is None:
            continue
        above, inner, below, _ = block.sizes
        if k == l - 1:
            both = back[:, :, None] * state.slopes[k - 1][:, None, :]
            total = xp.reshape(xp.reshape(both, (both.shape[0], -1)).T @ state.inputs[k - 1], (below, above, inner))
            block.crossed = total if block.crossed is None else block.crossed + total
            continue
        slopes = _slopes_between(state, k, l)
        flat = xp.reshape(slopes, (slopes.shape[0], -1))
        if block.whole is None:
            block.whole = xp.zeros((below, *block.sizes[:2], block.sizes[3]), dtype=block.dtype, device=block.device)
        for number in range(below):
            total = (back[:, number : number + 1] * state.inputs[k - 1]).T @ flat
            turned = xp.permute_dims(xp.reshape(total, (inner, above, -1)), (1, 0, 2))
            block.whole[number, :, :, : turned.shape[2]] += turned


def _slopes_between(state: ForwardPass, k: int, l: int) -> Array:
    """∂a^{l-1}_{j′}/∂z^k_i for k < l - 1, N × M_k × M_{l-1}."""
    slopes = state.slopes[k - 1][:, :, None] * state.weights[k].T[None, :, :] * state.slopes[k][:, None, :]
    for m in range(k + 2, l):
        slopes = _times(slopes, state.weights[m - 1].T) * state.slopes[m - 1][:, None, :]
    return slopes


def _add(block: BlockSum, total: Array) -> None:
    if block.whole is None:
        block.whole = total
    else:
        block.whole += total


def _times(stack: Array, matrix: Array) -> Array:
    """A stack of matrices times one matrix, as one product."""
    xp = namespace_of(stack)
    flat = xp.reshape(stack, (-1, stack.shape[-1])) @ matrix
    return xp.reshape(flat, (*stack.shape[:-1], matrix.shape[1]))


def _pairs(xp: Namespace, size: int, device: Any) -> Array:
    """All (i, i′) with i ≤ i′, in two rows, i first."""
    return xp.asarray(np.stack(np.triu_indices(size)), device=device)


def _square(xp: Namespace, size: int, device: Any) -> Array:
    """The number of each pair (i, i′) or (i′, i) in that order, size × size."""
    first, second = np.triu_indices(size)
    numbers = np.empty((size, size), dtype=np.int64)
    numbers[first, second] = numbers[second, first] = np.arange(first.size)
    return xp.asarray(numbers, device=device)
