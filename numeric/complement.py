"""Orthonormal bases of a complement of the layer-local kernel: every nonzero eigenvalue of H lies on them.

The kernel is the one of ``hessproof.symbolic.layer_kernel`` (with bias of ``hessproof.symbolic.bias.layer_kernel``):
changes Δ of one layer with left · Δ · right = 0 at a cut of the chain. With a the row space of a left factor and b the
column space of the right one, the complement of the kernel is Σ a ⊗ b, and the spaces of one layer are nested: the a
grow, the b shrink. So with orthonormal bases of the a and of what each b adds to the one before, Q has orthonormal
columns, H = Q (Q⊤HQ) Q⊤, and the core Q⊤HQ has all nonzero eigenvalues of H, with their multiplicities.

A dimension that is too large only makes the core larger: the spaces must contain the true ones, no more is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.bias.words import AffineWords, is_empty, words_of
from hessproof.numeric.kernels import Factors, Rectangle
from hessproof.symbolic.bias import layer_kernel as affine
from hessproof.symbolic.bias.terms import Word
from hessproof.symbolic.layer_kernel import Condition as PlainCondition
from hessproof.symbolic.layer_kernel import Part, cuts, kernel_conditions
from hessproof.symbolic.terms import Word as PlainWord

Condition = PlainCondition | affine.Condition
OVERLAP = 2.0**-40
"""Sine below which a direction counts as already taken, where a dimension is no exact rank: 2^12 rounding errors."""


class Dimensions(Protocol):
    """Tells the dimension of the range of a matrix word, or a number that is larger."""

    def rank(self, word: Word) -> int:
        """An upper bound of the word's rank; the rank itself if it is known."""


def conditions(
    bias: bool, part: Part, layers: int, cut: int, layer: int, *, centred: bool = False
) -> tuple[Condition, ...]:
    """The conditions of a layer's kernel, with or without bias; ``centred`` if E[δ] = 0, which matters with bias only.

    Example:
        >>> [condition.right for condition in conditions(False, "outer", 2, 0, 2)]
        [(Chain(descending=True, first=1, last=1), Moment(name='Sigma', transposed=False))]
    """
    if bias:
        return affine.kernel_conditions(part, layers, cut, layer, centred=centred)
    return kernel_conditions(part, layers, cut, layer)


def core_order(
    shapes: Sequence[tuple[int, int]], ranks: Dimensions, part: Part, cut: int, *, bias: bool, centred: bool = False
) -> int:
    """The order of the core at a cut: Σ dim a · (what b adds), over the conditions of every layer.

    Args:
        shapes: Of the parameters of each layer, with bias of [W^l b^l].
        ranks: Dimensions of the words.
        part: outer, functional or loss.
        cut: One of ``hessproof.symbolic.layer_kernel.cuts``.
        bias: Whether the network has biases.
        centred: Whether E[δ] = 0.
    """
    total = 0
    for layer in range(1, len(shapes) + 1):
        taken = 0
        for rows, columns in _steps(ranks, shapes, part, cut, layer, bias, centred):
            total += rows * max(0, columns - taken)
            taken = max(taken, columns)
    return total


def best_cut(
    shapes: Sequence[tuple[int, int]], ranks: Dimensions, part: Part, *, bias: bool, centred: bool = False
) -> tuple[int, int]:
    """The cut with the smallest core, and its order."""
    found = [(core_order(shapes, ranks, part, cut, bias=bias, centred=centred), cut) for cut in cuts(part, len(shapes))]
    order, cut = min(found)
    return cut, order


def _steps(
    ranks: Dimensions,
    shapes: Sequence[tuple[int, int]],
    part: Part,
    cut: int,
    layer: int,
    bias: bool,
    centred: bool,
) -> list[tuple[int, int]]:
    """Dimensions (a, b) of each condition of a layer, the largest a first."""
    height, width = shapes[layer - 1]
    found = []
    for condition in conditions(bias, part, len(shapes), cut, layer, centred=centred):
        rows = height if _everything(condition.left) else min(height, ranks.rank(_word(condition.left)))
        columns = width if _everything(condition.right) else min(width, ranks.rank(_word(condition.right)))
        found.append((rows, columns))
    return sorted(found, key=lambda step: -step[0])


def orthonormal_rectangles(
    factors: Factors, ranks: Dimensions, part: Part, cut: int, *, centred: bool = False, exact: bool = True
) -> list[Rectangle]:
    """The directions u v⊤ of an orthonormal basis Q of the complement, as rectangles of vectors u and v.

    Args:
        factors: Weights and moments, in floating point.
        ranks: Dimensions of the words.
        part: outer, functional or loss.
        cut: One of ``hessproof.symbolic.layer_kernel.cuts``.
        centred: Whether E[δ] = 0.
        exact: Whether the dimensions are the exact ranks, so that one space adds their difference to another at least;
            otherwise only what is measured against ``OVERLAP`` counts.
    """
    words = words_of(factors)
    rectangles: list[Rectangle] = []
    for layer in range(1, factors.layers + 1):
        height, width = factors.heights[layer - 1], factors.widths[layer - 1]
        steps = []
        for condition in conditions(factors.bias, part, factors.layers, cut, layer, centred=centred):
            rows = None if _everything(condition.left) else _basis(words, ranks, _word(condition.left), rows=True)
            columns = None if _everything(condition.right) else _basis(words, ranks, _word(condition.right), rows=False)
            steps.append((height if rows is None else int(rows.shape[1]), rows, columns))
        taken = factors.zeros(width, 0)
        for size, rows, columns in sorted(steps, key=lambda step: -step[0]):
            if taken.shape[1] == 0:
                fresh, basis = columns, factors.identity(width) if columns is None else columns
            else:
                basis = fresh = _added(factors, taken, columns, exact)
            taken = factors.xp.concat([taken, basis], axis=1)
            if size and basis.shape[1]:
                rectangles.append(Rectangle(layer, rows, fresh))
    return rectangles


def _added(factors: Factors, taken: Array, columns: Array | None, exact: bool) -> Array:
    """An orthonormal basis of what ``columns`` (None: everything) adds to the span of ``taken``."""
    xp = factors.xp
    if columns is None:
        return xp.linalg.qr(taken, mode="complete")[0][:, taken.shape[1] :]
    fresh = columns - taken @ (taken.T @ columns)
    left, sines, _ = xp.linalg.svd(fresh, full_matrices=False)
    # Spaces that are rounding alone are not nested: then more than the difference of the dimensions is added.
    kept = int(xp.sum(xp.astype(sines > OVERLAP, xp.int64)))
    kept = max(kept, int(columns.shape[1] - taken.shape[1])) if exact else kept
    found = left[:, : max(0, kept)]
    # Once more: what one projection leaves of ``taken`` in a short vector is not small beside it.
    again = found - taken @ (taken.T @ found)
    return xp.linalg.qr(again)[0] if kept > 0 else again


def _basis(words: Factors | AffineWords, ranks: Dimensions, word: Word, *, rows: bool) -> Array:
    """An orthonormal basis of the row or column space of a word, from its SVD."""
    matrix = words.word(word)  # type: ignore[arg-type]
    left, _, right = namespace_of(matrix).linalg.svd(matrix, full_matrices=False)
    rank = ranks.rank(word)
    return right[:rank, :].T if rows else left[:, :rank]


def _everything(side: Word | PlainWord | None) -> bool:
    """Whether a side of a condition is an identity."""
    return side is None or all(is_empty(letter) for letter in side)


def _word(side: Word | PlainWord | None) -> Word:
    if side is None:
        raise TypeError("an identity is no word")
    return side
