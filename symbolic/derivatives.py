r"""Derivatives as expressions: what is to be differentiated, and by what, with exact values by definition.

Layout: ∂Y/∂X = ∂vec_r(Y)/∂vec_r(X)⊤ (Singh et al. 2021, §2). Occurrences of W^j come in two kinds, plain in descending
chains and transposed in transposed ones. A derivative can be taken with respect to both (``ALL``, the proper one) or to
one kind only, as their §3.1 does when it writes the second kind with respect to the transposed matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sympy import Expr, Integer, MatrixExpr, Transpose, sympify
from sympy.core.symbol import Str

from hessproof.symbolic import normal, words
from hessproof.symbolic.jets import Jet, coefficient, finite
from hessproof.symbolic.normal import IllShaped, Terms, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Descending, M, Node, Transposed, shown

PLAIN = Str("plain")
TRANSPOSED = Str("transposed")
ALL = Str("all")
DEFINED = (words.Omega, words.Residual)
"""Letters that stand for expressions with weights in them."""


class Frozen(Node):
    """A matrix held fixed under every derivative, such as the residual in the functional Hessian."""

    def _latex(self, printer: Any) -> str:
        return rf"\left[{printer._print(self.args[0])}\right]_{{\mathrm{{fixed}}}}"


class Gradient(Node):
    """∂f/∂W^layer of a scalar f, of shape M_layer × M_{layer-1}; df = tr(∂f/∂W⊤ ΔW)."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """M_layer by M_{layer-1}."""
        return M(self.args[1]), M(self.args[1] - 1)

    def _latex(self, printer: Any) -> str:
        scalar, layer = map(printer._print, self.args)
        return rf"\frac{{\partial}}{{\partial W^{{{layer}}}}} \left[{scalar}\right]"


class Jacobian(Node):
    """∂vec_r(X)/∂vec_r(W^layer)⊤, or with respect to one kind of occurrence.

    With ``TRANSPOSED`` the derivative is with respect to W^{layer⊤}: its columns follow vec_r(W^{layer⊤}).

    Raises:
        IllShaped: If one kind is asked for and X transposes a matrix that holds weights, so that kinds are unclear.

    Example:
        >>> from hessproof.symbolic.words import Input, L, k, times
        >>> Jacobian(times(Descending(L, 1), Input()), k).shape
        (M(L), M(k)*M(k - 1))
    """

    def __new__(cls, matrix: MatrixExpr, layer: Expr | int, kind: Str = ALL) -> Self:
        """Take X, the layer and the kind of occurrence."""
        if kind != ALL and any(t.has(Descending, Transposed, *DEFINED) for t in matrix.atoms(Transpose)):
            raise IllShaped(f"{shown(matrix)} hides the kind of an occurrence under a transpose")
        return super().__new__(cls, matrix, sympify(layer), kind)

    @property
    def opaque(self) -> bool:
        """Whether the value depends on how X is written."""
        return bool(self.args[2] != ALL)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """rows·cols of X by M_layer·M_{layer-1}."""
        matrix, layer = self.args[:2]
        return matrix.rows * matrix.cols, M(layer) * M(layer - 1)

    def _latex(self, printer: Any) -> str:
        matrix, layer = map(printer._print, self.args[:2])
        below = {PLAIN: f"W^{{{layer}}}", TRANSPOSED: rf"W^{{{layer}\top}}", ALL: f"W^{{{layer}}}"}[self.args[2]]
        mark = r"\Big|_{\text{non-transposed}}" if self.args[2] == PLAIN else ""
        return rf"\frac{{\partial}}{{\partial {below}}} \left[{matrix}\right]{mark}"


@terms_of.register(Gradient)
def _(expression: Gradient, ordering: Ordering) -> Terms:
    scalar, layer = expression.args
    return {(Gradient(normal.canonical(scalar, ordering), layer),): Integer(1)}


@terms_of.register(Jacobian)
def _(expression: Jacobian, ordering: Ordering) -> Terms:
    matrix, layer, kind = expression.args
    result: Terms = {}
    for word, factor in terms_of(matrix, ordering).items():
        letter = Jacobian(normal.word_expression(word, matrix.shape), layer, kind)
        result = normal.summed(result, {(letter,): factor})
    return result


@evaluate.register(Frozen)
def _(expression: Frozen, valuation: Valuation) -> Any:
    return finite(evaluate(expression.args[0], valuation))


@evaluate.register(Gradient)
def _(expression: Gradient, valuation: Valuation) -> Array:
    scalar, layer = expression.args
    rows, cols = (valuation.number(size) for size in expression.shape)
    columns = list(_perturbed(scalar, valuation.number(layer), ALL, valuation))
    return np.array([*columns, None], dtype=object)[:-1].reshape(rows, cols)


@evaluate.register(Jacobian)
def _(expression: Jacobian, valuation: Valuation) -> Array:
    matrix, layer, kind = expression.args
    columns = [value.reshape(-1) for value in _perturbed(matrix, valuation.number(layer), kind, valuation)]
    result = np.empty((len(columns[0]), len(columns)), dtype=object)
    for position, column in enumerate(columns):
        result[:, position] = column
    return result


def _perturbed(expression: Any, layer: int, kind: Str, valuation: Valuation) -> Iterator[Any]:
    """The derivative with respect to each entry of W^layer, or of W^{layer⊤}, in the order of vec_r."""
    plain, flipped = valuation.weights[layer - 1], valuation.weights_transposed[layer - 1]
    mask = 1 << valuation.level
    for row, col in np.ndindex(flipped.shape if kind == TRANSPOSED else plain.shape):
        one, two = plain.copy(), flipped.copy()
        here, there = ((col, row), (row, col)) if kind == TRANSPOSED else ((row, col), (col, row))
        one[here] = one[here] + Jet({mask: 1})
        two[there] = two[there] + Jet({mask: 1})
        changed = valuation.with_weight(layer, one if kind != TRANSPOSED else None, two if kind != PLAIN else None)
        yield coefficient(evaluate(expression, changed), mask)
