"""Hessian blocks from their Kronecker factors, written once for every array library.

All formulas come from ``hessproof.symbolic.blocks``; here they are only evaluated. Singh et al. 2021, §3.1: H_L = H_o
+ H_f with H_o of Eq. (3) and H_f of Eqs. (4) and (5), rows and columns ordered like θ = (vec_r W^1, …, vec_r W^L).

A bias is a homogeneous coordinate: with T^l = [W^l b^l; 0 1] (and T^L = [W^L b^L]) a network with bias is the chain
T^L ⋯ T^1 of x̃ = (x, 1), and its Hessian is the one of that chain on the rows of T^l that are parameters, with Σ̃ =
E[x̃x̃⊤] and Ω̃ = E[δx̃⊤].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

import array_api_compat

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.symbolic.blocks import hessian_block, jacobian_block
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.terms import Chain, KroneckerTerm, Moment, Word

Part = Literal["outer", "functional", "loss"]
PARTS: tuple[Part, ...] = ("outer", "functional", "loss")
_TILE = 1 << 16


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Directions ΔW^layer = u v⊤, u from ``rows`` and v from ``columns``.

    ``None`` stands for all unit vectors (for rows: all that are parameters), a vector of indices for those unit
    vectors, a matrix for its columns.
    """

    layer: int
    rows: Array | None = None
    columns: Array | None = None


class Factors:
    """Values of matrix words at given weights and moments; every chain is multiplied out once.

    Args:
        weights: W^1, …, W^L; with bias [W^l b^l].
        sigma: Σ, d × d; None if no word needs it. With bias Σ̃, of x̃ = (x, 1).
        omega: Ω, K × d; None if no word needs it. With bias Ω̃.
        matmul: Product of two matrices, ``@`` unless given (a prime field reduces).
        reduce: Applied to sums of products of entries, nothing unless given.
        bias: Whether the weights have the biases as last columns; the chains are then those of T^l.
    """

    def __init__(
        self,
        weights: Sequence[Array],
        sigma: Array | None = None,
        omega: Array | None = None,
        matmul: Callable[[Array, Array], Array] | None = None,
        reduce: Callable[[Array], Array] | None = None,
        *,
        bias: bool = False,
    ) -> None:
        self.bias = bias
        self.weights = homogeneous(weights) if bias else tuple(weights)
        self.layers = len(self.weights)
        self.heights = tuple(weight.shape[0] for weight in weights)
        self.widths = (self.weights[0].shape[1], *(weight.shape[0] for weight in self.weights))
        self.matmul = matmul or (lambda left, right: left @ right)
        self.reduce = reduce or (lambda array: array)
        self.xp = namespace_of(self.weights[0])
        self._moments = {"Sigma": sigma, "Omega": omega}
        self._values: dict[Word, Array | None] = {}

    def word(self, word: Word) -> Array:
        """The value of a matrix word, as a matrix; an empty chain alone is an identity matrix."""
        value = self._product(tuple(factor for factor in word if not is_empty(factor)))
        if value is not None:
            return value
        first = cast(Chain, word[0])
        return self.identity(self.widths[first.first if first.descending else first.first - 1])

    def moment(self, name: Literal["Sigma", "Omega"]) -> Array:
        """Σ or Ω itself."""
        return self._factor(Moment(name))

    def identity(self, size: int) -> Array:
        """The identity matrix in the arithmetic of the weights."""
        like = self.weights[0]
        return self.xp.eye(size, dtype=like.dtype, device=array_api_compat.device(like))

    def zeros(self, rows: int, columns: int) -> Array:
        """A zero matrix in the arithmetic of the weights."""
        like = self.weights[0]
        return self.xp.zeros((rows, columns), dtype=like.dtype, device=array_api_compat.device(like))

    def _product(self, word: Word) -> Array | None:
        if not word:
            return None
        if word not in self._values:
            if len(word) == 1:
                value = self._factor(word[0])
            else:
                value = self.matmul(self._product(word[:-1]), self._factor(word[-1]))
            self._values[word] = value
        return self._values[word]

    def _factor(self, factor: Chain | Moment) -> Array:
        if isinstance(factor, Moment):
            value = self._moments[factor.name]
            if value is None:
                raise TypeError(f"a word needs {factor.name}, which was not given")
            return value.T if factor.transposed else value
        if not factor.descending:
            value = self.word((Chain(True, factor.last, factor.first),))
            return value.T
        if factor.first == factor.last:
            return self.weights[factor.first - 1]
        rest = self._product((Chain(True, factor.first - 1, factor.last),))
        return self.matmul(self.weights[factor.first - 1], rest)


def homogeneous(parameters: Sequence[Array]) -> tuple[Array, ...]:
    """T^1, …, T^L of [W^1 b^1], …, [W^L b^L]: the row (0, …, 0, 1) below all but the last.

    Example:
        >>> import numpy as np
        >>> [matrix.tolist() for matrix in homogeneous([np.asarray([[2.0, 3.0]]), np.asarray([[5.0, 7.0]])])]
        [[[2.0, 3.0], [0.0, 1.0]], [[5.0, 7.0]]]
    """
    made = []
    for matrix in parameters[:-1]:
        xp = namespace_of(matrix)
        row = xp.zeros((1, matrix.shape[1]), dtype=matrix.dtype, device=array_api_compat.device(matrix))
        row[0, -1] = 1
        made.append(xp.concat([matrix, row], axis=0))
    return (*made, parameters[-1])


def is_empty(factor: Chain | Moment) -> bool:
    """Whether a factor is an empty chain, an identity."""
    if isinstance(factor, Moment):
        return False
    return factor.last == factor.first + 1 if factor.descending else factor.last == factor.first - 1


@cache
def block_terms(part: Part, layers: int, k: int, l: int) -> tuple[KroneckerTerm, ...]:
    """The Kronecker terms of block (k, l) of a part of the Hessian; none if the block is zero.

    Raises:
        UnusableRequest: If the part is unknown.
    """
    if part not in PARTS:
        raise UnusableRequest(f"part {part!r}", f"one of {', '.join(PARTS)}", "give loss")
    if part == "loss":
        return hessian_block("outer", layers, k, l) + hessian_block("functional", layers, k, l)
    return hessian_block(part, layers, k, l)


def assemble(factors: Factors, part: Part, rows: Sequence[Rectangle], columns: Sequence[Rectangle]) -> Array:
    """The submatrix of a part of the Hessian on some rectangles of weights, in their order.

    Nothing larger than the result and a tile that fits the processor's cache is allocated.

    Args:
        factors: Weights and moments.
        part: outer, functional or loss.
        rows: Rectangles whose weights index the rows.
        columns: Rectangles whose weights index the columns.
    """
    rows, columns = ([_parameters(factors, one) for one in chosen] for chosen in (rows, columns))
    heights = [_sizes(factors, rectangle) for rectangle in rows]
    width = sum(a * b for a, b in (_sizes(factors, rectangle) for rectangle in columns))
    result = factors.zeros(sum(a * b for a, b in heights), width)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        size = height[0] * height[1]
        pairs = _row_of_blocks(factors, part, row, columns) if size and width else []
        if pairs:
            _write(factors, result[top : top + size, :], height, pairs)
        top += size
    return result


def hessian(weights: Sequence[Array], sigma: Array, omega: Array, part: Part = "loss", *, bias: bool = False) -> Array:
    """H_L, H_o or H_f as a p × p matrix, Singh et al. 2021, Eqs. (3)–(5).

    Args:
        weights: W^1, …, W^L, arrays M_l × M_{l-1} of one library.
        sigma: Σ = E[xx⊤], d × d.
        omega: Ω = E[δx⊤], K × d.
        part: outer, functional or loss.
        bias: Whether the network has biases: then the weights are [W^l b^l], and Σ and Ω those of x̃ = (x, 1).

    Raises:
        UnusableRequest: If the part is unknown.

    Example:
        >>> import numpy as np
        >>> w = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> hessian(w, np.asarray([[1.0]]), np.asarray([[5.0]])).tolist()
        [[9.0, 11.0], [11.0, 4.0]]
        >>> affine = [np.asarray([[2.0, 1.0]])]
        >>> hessian(affine, np.asarray([[5.0, 3.0], [3.0, 2.0]]), np.zeros((1, 2)), bias=True).tolist()
        [[5.0, 3.0], [3.0, 2.0]]
    """
    factors = Factors(weights, sigma, omega, bias=bias)
    every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
    return assemble(factors, part, every, every)


def column_block(
    weights: Sequence[Array], sigma: Array, omega: Array, layer: int, part: Part = "functional", *, bias: bool = False
) -> Array:
    """Block column l of H_f (or of another part), p × M_l M_{l-1}: what Theorem 5 of Singh et al. 2021 is about.

    Raises:
        UnusableRequest: If the part is unknown or there is no such layer.
    """
    factors = Factors(weights, sigma, omega, bias=bias)
    check_layer(layer, factors.layers)
    every = [Rectangle(number) for number in range(1, factors.layers + 1)]
    return assemble(factors, part, every, [Rectangle(layer)])


def check_layer(layer: int, layers: int) -> None:
    """Refuse a layer that is not 1, …, L.

    Raises:
        UnusableRequest: If so.
    """
    if not 1 <= layer <= layers:
        raise UnusableRequest(f"layer {layer}", f"1 to {layers}", "give a layer of the network")


def jacobian(weights: Sequence[Array] | Factors, inputs: Array) -> Array:
    """The network Jacobian on samples, K·N × p, rows ordered by output, then sample.

    Block column l is W^{L:l+1} ⊗ X W^{1:l-1} with the samples as the rows of X (N × d); with X⊤X = Σ this is
    (I_K ⊗ X) A_o⊤ of Singh et al. 2021, Prop. 2, and H_o is its Gram matrix. For factors with bias the samples are
    those of x̃ = (x, 1).

    Example:
        >>> import numpy as np
        >>> jacobian([np.asarray([[2.0]]), np.asarray([[3.0]])], np.asarray([[5.0]])).tolist()
        [[15.0, 10.0]]
    """
    factors = weights if isinstance(weights, Factors) else Factors(weights)
    blocks = []
    for layer in range(1, factors.layers + 1):
        term = jacobian_block(factors.layers, layer)
        left = factors.word(term.left)[:, : factors.heights[layer - 1]]
        right = factors.matmul(inputs, factors.word(term.right))
        block = factors.reduce(left[:, None, :, None] * right[None, :, None, :])
        blocks.append(factors.xp.reshape(block, (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])))
    return factors.xp.concat(blocks, axis=1)


def a_o(weights: Sequence[Array] | Factors) -> Array:
    """A_o of Singh et al. 2021, Prop. 2, p × K·d: H_o = A_o (I_K ⊗ Σ) A_o⊤.

    Example:
        >>> import numpy as np
        >>> a_o([np.asarray([[2.0]]), np.asarray([[3.0]])]).tolist()
        [[3.0], [2.0]]
    """
    factors = weights if isinstance(weights, Factors) else Factors(weights)
    return jacobian(factors, factors.identity(factors.widths[0])).T


def _parameters(factors: Factors, rectangle: Rectangle) -> Rectangle:
    """The same rectangle; its rows, if it has all of them, without the constant row (0, …, 0, 1)."""
    height = factors.heights[rectangle.layer - 1]
    if rectangle.rows is not None or height == factors.widths[rectangle.layer]:
        return rectangle
    device = array_api_compat.device(factors.weights[0])
    return Rectangle(rectangle.layer, factors.xp.arange(height, device=device), rectangle.columns)


def _sizes(factors: Factors, rectangle: Rectangle) -> tuple[int, int]:
    every = factors.widths[rectangle.layer], factors.widths[rectangle.layer - 1]
    rows, columns = (
        size if vectors is None else vectors.shape[-1]
        for size, vectors in zip(every, (rectangle.rows, rectangle.columns), strict=True)
    )
    return int(rows), int(columns)


def _row_of_blocks(
    factors: Factors, part: Part, row: Rectangle, columns: Sequence[Rectangle]
) -> list[tuple[Array, Array]]:
    """Pairs of matrices with as many columns as the result: entry by entry, row i of the one times row j of the other.

    Summed over the pairs that is row (i, j) of the result. A block with fewer terms than others is padded with zeros.
    """
    xp = factors.xp
    terms = [block_terms(part, factors.layers, row.layer, column.layer) for column in columns]
    pairs = []
    for number in range(max(map(len, terms))):
        spread = [
            _spread(factors, found[number] if number < len(found) else None, row, column)
            for found, column in zip(terms, columns, strict=True)
        ]
        pairs.append(
            (xp.concat([left for left, _ in spread], axis=1), xp.concat([right for _, right in spread], axis=1))
        )
    return pairs


def _spread(factors: Factors, term: KroneckerTerm | None, row: Rectangle, column: Rectangle) -> tuple[Array, Array]:
    """Two matrices whose rows i and j, multiplied entry by entry, are row (i, j) of the term on these rectangles."""
    height, width = _sizes(factors, column)
    if term is None:
        heights = _sizes(factors, row)
        return factors.zeros(heights[0], height * width), factors.zeros(heights[1], height * width)
    xp, left, right = factors.xp, factors.word(term.left), factors.word(term.right)
    over = (column.columns, column.rows) if term.transposed else (column.rows, column.columns)
    left, right = _taken(factors, left, row.rows, over[0]), _taken(factors, right, row.columns, over[1])
    if term.transposed:
        return xp.tile(left, (1, height)), xp.repeat(right, width, axis=1)
    return xp.repeat(left, width, axis=1), xp.tile(right, (1, height))


def _taken(factors: Factors, matrix: Array, rows: Array | None, columns: Array | None) -> Array:
    """rows⊤ · matrix · columns, with None, indices or vectors as in ``Rectangle`` (of which a bias's 1 is no part)."""
    xp = factors.xp
    if rows is not None:
        short = rows.ndim == 2 and rows.shape[0] < matrix.shape[0]
        matrix = matrix[: rows.shape[0], :] if short else matrix
        matrix = xp.take(matrix, rows, axis=0) if rows.ndim == 1 else factors.matmul(rows.T, matrix)
    if columns is None:
        return matrix
    if columns.ndim == 1:
        return xp.take(matrix, columns, axis=1)
    return factors.matmul(matrix[:, : columns.shape[0]], columns)


def _write(factors: Factors, result: Array, height: tuple[int, int], pairs: Sequence[tuple[Array, Array]]) -> None:
    """Write the rows (i, j) of some blocks, tile by tile; ``result`` is a view of them."""
    width = result.shape[1]
    inner = max(1, min(height[1], _TILE // width))
    outer = max(1, _TILE // (width * height[1])) if inner == height[1] else 1
    for j in range(0, height[1], inner):
        others = slice(j, min(j + inner, height[1]))
        for i in range(0, height[0], outer):
            some = slice(i, min(i + outer, height[0]))
            tile = pairs[0][0][some, None, :] * pairs[0][1][None, others, :]
            for left, right in pairs[1:]:
                tile += left[some, None, :] * right[None, others, :]
            tile = factors.xp.reshape(factors.reduce(tile), (-1, width))
            first = i * height[1] + j
            result[first : first + tile.shape[0], :] = tile
