r"""The letters of norm bounds, and λ_max of a small matrix that is indexed by layers.

All of them stand for numbers that are not negative. ``m[s]`` is ‖W^s‖ and ``b[s]`` is ‖b^s‖ for s = 1, …, L; ``width``
has M_0, …, M_L. A sum or a product over an empty range is 0 or 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

from hessproof.symbolic import words


def _size(name: str) -> sp.Symbol:
    return sp.Symbol(name, integer=True, positive=True)


def _norm(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True, nonnegative=True)


h, d, K, k_objects = (_size(name) for name in ("h", "d", "K", "k"))
"""Hidden width, inputs, classes, and the number k of objects of a sample."""
L, layer = words.L, words.l
"""Weight layers, and the layer l that a bound is about."""
other, factor, earlier = (sp.Symbol(name, integer=True) for name in ("j", "s", "i"))
"""Another layer j < l, the number of a factor or a summand, and the layer i of a bias before layer l."""
M_W, M_x, M_l, M_H, M, R = (_norm(name) for name in ("M_W", "M_x", r"M_{\ell}", "M_H", "M", "R"))
"""Common bounds: of ‖W^l‖, ‖x‖, ℓ_i and ‖H_i‖, of all entries of the weights, and the radius."""
norm_x, norm_A, norm_delta = (_norm(name) for name in (r"\|x\|", r"\|A\|", r"\|\delta\|"))
"""‖x‖, ‖A‖ with A = diag(p) − pp⊤, and ‖δ‖ with δ = p − y, of one object."""
m = sp.IndexedBase("m", real=True, nonnegative=True)
"""m_s = ‖W^s‖ for s = 1, …, L."""
b = sp.IndexedBase("b", real=True, nonnegative=True)
"""b_s = ‖b^s‖ for s = 1, …, L."""
norm_G = sp.IndexedBase("g", real=True, nonnegative=True)
"""g_l = ‖G^l‖ for l = 1, …, L, with G^l = ∂z/∂z^l."""
norm_layer = sp.IndexedBase(r"\xi", real=True, nonnegative=True)
"""ξ_l = ‖x^l‖ for l = 1, …, L, with x^1 = x."""
width = sp.IndexedBase("n", integer=True, positive=True)
"""n_0 = d, n_1, …, n_L = K, the widths M_0, …, M_L under a letter that is no bound."""

NAMES: dict[Any, str] = {
    L: "L", h: "h", d: "d", K: "K", k_objects: "k", M_W: "M_W", M_x: "M_x", M_l: "M_l", M_H: "M_H", M: "M", R: "R",
    norm_x: "norm_x", norm_A: "norm_A", norm_delta: "norm_delta", m: "m", b: "b", norm_G: "norm_G",
    norm_layer: "norm_layer", width: "widths",
}  # fmt: skip
"""The name under which a compiled bound looks up the value of each letter."""


class LargestEigenvalue(sp.Expr):  # type: ignore[misc]
    r"""λ_max of the symmetric matrix of L × L blocks given by one block below and one on the diagonal.

    Args:
        below: The r × r block at row l and column j < l, in the letters ``layer`` and ``other``; the block at (j, l) is
            its transpose.
        diagonal: The symmetric r × r block at (l, l), in the letter ``layer``.

    Example:
        >>> N = LargestEigenvalue(sp.Matrix([[m[layer] * m[other]]]), sp.Matrix([[0]]))
        >>> N.matrix(2)
        Matrix([
        [        0, m[1]*m[2]],
        [m[1]*m[2],         0]])
    """

    is_commutative = True
    is_real = True

    def __new__(cls, below: Any, diagonal: Any) -> Any:
        """Take the two blocks as immutable matrices."""
        return super().__new__(cls, sp.ImmutableMatrix(below), sp.ImmutableMatrix(diagonal))

    @property
    def below(self) -> Any:
        """The block at (l, j) for j < l."""
        return self.args[0]

    @property
    def diagonal(self) -> Any:
        """The block at (l, l)."""
        return self.args[1]

    @property
    def free_symbols(self) -> set[Any]:
        """The letters without l and j, which run over the layers."""
        return set(super().free_symbols) - {layer, other}

    def matrix(self, layers: int) -> sp.Matrix:
        """The matrix for a given depth, sums and products not yet written out."""
        size = self.diagonal.rows
        whole = sp.zeros(layers * size, layers * size)
        for row in range(layers):
            for column in range(row + 1):
                if row == column:
                    block = self.diagonal.xreplace({layer: sp.Integer(row + 1)})
                else:
                    block = self.below.xreplace({layer: sp.Integer(row + 1), other: sp.Integer(column + 1)})
                whole[row * size : (row + 1) * size, column * size : (column + 1) * size] = block
                if row != column:
                    whole[column * size : (column + 1) * size, row * size : (row + 1) * size] = block.T
        return whole

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        below, diagonal = _written(_bare(self.below)), _written(_bare(self.diagonal))
        text = rf"\lambda_{{\max}}\left( {below} \;(j < l),\ {diagonal} \;(j = l) \right)"
        return text if exp is None else rf"{{{text}}}^{{{exp}}}"


@lru_cache(maxsize=1024)
def _written(block: Any) -> str:
    """A block in LaTeX, which every line that has it is printed with."""
    return str(sp.latex(block))


def _bare(block: Any) -> Any:
    """A 1 × 1 block as its entry."""
    return block[0, 0] if block.shape == (1, 1) else block


def product(first: Any, last: Any, letter: Any = None) -> sp.Expr:
    """Π_{s=first}^{last} of a letter, ‖W^s‖ unless given; 1 over an empty range.

    Example:
        >>> product(layer + 1, L)
        Product(m[s], (s, l + 1, L))
    """
    return sp.Product((m if letter is None else letter)[factor], (factor, first, last))


def others(squared: bool = False) -> sp.Expr:
    """Π_{s≠l} ‖W^s‖, or its square."""
    body = m[factor] ** 2 if squared else m[factor]
    return sp.Product(body, (factor, 1, layer - 1)) * sp.Product(body, (factor, layer + 1, L))


def over_layers(body: Any) -> sp.Expr:
    """Σ_{l=1}^{L} of an expression in ``layer``."""
    return sp.Sum(body, (layer, 1, L))
