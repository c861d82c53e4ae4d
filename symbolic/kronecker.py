r"""Kronecker products, vec_r and commutation matrices for symbolic sizes.

vec_r stacks rows: entry (i, j) of an m × n matrix is entry i·n + j of vec_r (Singh et al. 2021, §2). The normal form
knows bilinearity and transposes of ⊗ and linearity of vec_r. The rules here add

- the mixed product, (A⊗B)(C⊗D) = AC ⊗ BD, only where the inner sizes agree factor by factor;
- the identity of vec_r, (A⊗B) vec_r(X) = vec_r(A X B⊤), which :mod:`hessproof.symbolic.entries` derives entry by entry;
- the commutation matrix, P vec_r(X) = vec_r(X⊤).

SymPy's own ``combine_kronecker`` is not used: on sums it turns A⊗B + C⊗D into (A+C)⊗(B+D), which is false.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Expr, Integer, MatrixExpr
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Rule
from hessproof.symbolic.normal import Terms, Word, joined, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Node, times


def kron(left: Any, right: Any) -> Any:
    """left ⊗ right, left as written."""
    return KroneckerProduct(left, right)


class VecR(Node):
    """vec_r(X), the rows of X stacked into a column of rows·cols entries (Singh et al. 2021, §2 and S2.5).

    Example:
        >>> from sympy import MatrixSymbol
        >>> VecR(MatrixSymbol("X", 2, 3)).shape
        (6, 1)
    """

    @property
    def matrix(self) -> MatrixExpr:
        """X."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """rows·cols by 1."""
        return self.matrix.rows * self.matrix.cols, Integer(1)

    def _latex(self, printer: Any) -> str:
        return rf"\mathrm{{vec}}_r\left({printer._print(self.matrix)}\right)"


class Commutation(Node):
    """P of size m·n with P vec_r(X) = vec_r(X⊤) for every m × n matrix X; P⊤ belongs to n × m.

    Example:
        >>> from hessproof.symbolic.valuation import Valuation, evaluate
        >>> evaluate(Commutation(2, 2), Valuation({})).tolist()
        [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    """

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """m·n by m·n."""
        size = self.args[0] * self.args[1]
        return size, size

    def _eval_transpose(self) -> Commutation:
        return Commutation(self.args[1], self.args[0])

    def _latex(self, printer: Any) -> str:
        return f"P_{{{printer._print(self.args[0])},{printer._print(self.args[1])}}}"


class MixedProduct(Rule):
    """(A⊗B)(C⊗D) = AC ⊗ BD, where A fits C and B fits D.

    Example:
        >>> from sympy import MatrixSymbol, symbols
        >>> m, n = symbols("m n", integer=True)
        >>> A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m)
        >>> MixedProduct().apply(times(kron(A, B), kron(B, A)), Ordering())
        KroneckerProduct(A*B, B*A)
        >>> MixedProduct().apply(times(kron(A, B), kron(A, B)), Ordering())
        (KroneckerProduct(A, B))*(KroneckerProduct(A, B))
    """

    name = "mixed product"
    statement = r"(A \otimes B)(C \otimes D) = AC \otimes BD"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Merge adjacent Kronecker products wherever every pair of inner sizes agrees."""
        return on_words(expression, ordering, _merge_kronecker)


class VecIdentity(Rule):
    """(A⊗B) vec_r(X) = vec_r(A X B⊤) (Singh et al. 2021, §3.2 and S2.5), where A and B fit X.

    Example:
        >>> from sympy import MatrixSymbol, symbols
        >>> m, n, p, q = symbols("m n p q", integer=True)
        >>> A, B, X = MatrixSymbol("A", m, p), MatrixSymbol("B", n, q), MatrixSymbol("X", p, q)
        >>> VecIdentity().apply(times(kron(A, B), VecR(X)), Ordering())
        VecR(A*X*B.T)
    """

    name = "vec identity"
    statement = r"(A \otimes B)\,\mathrm{vec}_r(X) = \mathrm{vec}_r(A X B^\top)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Absorb Kronecker factors into the vec_r on their right."""
        return on_words(expression, ordering, _absorb_kronecker)


class Commute(Rule):
    """P vec_r(X) = vec_r(X⊤)."""

    name = "commutation"
    statement = r"P_{m,n}\,\mathrm{vec}_r(X) = \mathrm{vec}_r(X^\top)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Absorb commutation matrices into the vec_r on their right."""
        return on_words(expression, ordering, _absorb_commutation)


def on_words(expression: Any, ordering: Ordering, change: Callable[[MatrixExpr, MatrixExpr], MatrixExpr | None]) -> Any:
    """Put an expression into normal form and replace adjacent pairs of letters, in sums over layers as well.

    Args:
        expression: A matrix expression.
        ordering: The assumptions.
        change: Gives the letter that a pair of neighbours equals, or None.
    """

    def local(node: Any, inner: Ordering) -> Any:
        if not isinstance(node, MatMul):
            return None
        result: Terms = {}
        for word, coefficient in terms_of(node, inner).items():
            value = times(coefficient, normal.word_expression(_paired(word, change), node.shape))
            result = normal.summed(result, terms_of(value, inner))
        return normal.rebuilt(result, node.shape)

    return rewrite(normal.canonical(expression, ordering), ordering, local)


def _paired(word: Word, change: Callable[[MatrixExpr, MatrixExpr], MatrixExpr | None]) -> Word:
    letters = list(word)
    position = len(letters) - 2
    while position >= 0:
        if position + 1 < len(letters) and (one := change(letters[position], letters[position + 1])) is not None:
            letters[position : position + 2] = [one]
            position = min(position + 1, len(letters) - 1)
        position -= 1
    return tuple(letters)


def _merge_kronecker(left: MatrixExpr, right: MatrixExpr) -> MatrixExpr | None:
    if not (isinstance(left, KroneckerProduct) and isinstance(right, KroneckerProduct)):
        return None
    pairs = list(zip(left.args, right.args, strict=False))
    if len(left.args) != len(right.args) or any(one.cols != two.rows for one, two in pairs):
        return None
    return KroneckerProduct(*(times(one, two) for one, two in pairs))


def _absorb_kronecker(left: MatrixExpr, right: MatrixExpr) -> MatrixExpr | None:
    if not (isinstance(left, KroneckerProduct) and isinstance(right, VecR) and len(left.args) == 2):
        return None
    one, two = left.args
    if (one.cols, two.cols) != right.matrix.shape:
        return None
    return VecR(times(one, right.matrix, normal.transposed_word(two)))


def _absorb_commutation(left: MatrixExpr, right: MatrixExpr) -> MatrixExpr | None:
    if isinstance(left, Commutation) and isinstance(right, VecR) and left.args == right.matrix.shape:
        return VecR(normal.transposed_word(right.matrix))
    return None


@terms_of.register(VecR)
def _(expression: VecR, ordering: Ordering) -> Terms:
    result: Terms = {}
    for word, coefficient in terms_of(expression.matrix, ordering).items():
        inside = normal.word_expression(word, expression.matrix.shape)
        letter = inside.mapped(VecR) if hasattr(inside, "mapped") else VecR(inside)
        result = normal.summed(result, {joined((letter,), ordering): coefficient})
    return result


@evaluate.register(VecR)
def _(expression: VecR, valuation: Valuation) -> Array:
    return np.asarray(evaluate(expression.matrix, valuation)).reshape(-1, 1)


@evaluate.register(Commutation)
def _(expression: Commutation, valuation: Valuation) -> Array:
    rows, cols = (valuation.number(size) for size in expression.args)
    result = filled(rows * cols, rows * cols)
    for i in range(rows):
        for j in range(cols):
            result[j * rows + i, i * cols + j] = 1
    return result
