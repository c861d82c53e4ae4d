r"""Spectral norms of words, the Jacobian as a whole, and the H-term as a whole; their values to 30 digits."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from sympy import Expr, MatrixExpr, Symbol

from hessproof.symbolic.norms import symbols
from hessproof.symbolic.norms.symbols import LargestEigenvalue
from hessproof.symbolic.norms.words import (
    Curvature,
    Shift,
    Slope,
    State,
    backward,
    between,
    entering,
    jacobian_block,
)
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Input, L, M, Node, weight

PARAMETERS = Symbol("p", integer=True)
"""The number of parameters."""
_DIGITS, _SHOWN = 45, 30
_NUMBERS = (symbols.layer, symbols.other, symbols.factor, symbols.earlier)


@lru_cache(maxsize=1024)
def _written(matrix: MatrixExpr) -> str:
    """A word in LaTeX; SymPy takes long to look for signs in it, and every line is printed several times."""
    return str(sp.latex(matrix))


class Norm(sp.Expr):  # type: ignore[misc]
    """‖X‖, the largest singular value; the Euclidean norm of a column."""

    is_commutative = True
    is_real = True
    is_nonnegative = True

    def __new__(cls, matrix: MatrixExpr) -> Any:
        """Take the matrix."""
        return super().__new__(cls, matrix)

    @property
    def matrix(self) -> MatrixExpr:
        """X."""
        return self.args[0]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\left\lVert {_written(self.matrix)} \right\rVert"
        return text if exp is None else f"{text}^{{{exp}}}"


class Frobenius(Norm):
    """‖X‖_F, the root of the sum of the squares of the entries."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\left\lVert {_written(self.matrix)} \right\rVert_F"
        return text if exp is None else f"{text}^{{{exp}}}"


class Jacobian(Node):
    """F = ∂z/∂θ, of shape K × p: the blocks G^l ⊗ x^{l⊤} side by side; with bias (1 as argument) x̃^l for x^l."""

    @property
    def bias(self) -> bool:
        """Whether θ contains biases."""
        return bool(self.args[0])

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """K × p."""
        return M(L), PARAMETERS

    def _latex(self, printer: Any) -> str:
        return "F"


class FunctionalPart(Node):
    """Σ_c δ_c ∇²z_c, symmetric, of shape p × p; with bias (1 as argument) for θ = (W^1, b^1, …)."""

    @property
    def bias(self) -> bool:
        """Whether θ contains biases."""
        return bool(self.args[0])

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """p × p."""
        return PARAMETERS, PARAMETERS

    def _latex(self, printer: Any) -> str:
        return r"\textstyle\sum_c \delta_c \nabla^2 z_c"


@evaluate.register(Jacobian)
def _(expression: Jacobian, valuation: Valuation) -> Array:
    layers = range(1, len(valuation.widths))
    return np.hstack([evaluate(jacobian_block(sp.Integer(n), expression.bias), valuation) for n in layers])


@evaluate.register(FunctionalPart)
def _(expression: FunctionalPart, valuation: Valuation) -> Array:
    """Entry by entry from δ⊤G^l ΔW^l P_lj (ΔW^j x^j + Δb^j) for j < l."""
    bias, depth = expression.bias, len(valuation.weights)
    sizes = [w.shape[0] * (w.shape[1] + bias) for w in valuation.weights]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    whole = filled(int(ends[-1]), int(ends[-1]))
    slope = evaluate(Slope(), valuation)
    for later in range(1, depth + 1):
        push = evaluate(backward(sp.Integer(later)), valuation).T.dot(slope)[:, 0]
        for early in range(1, later):
            middle = evaluate(between(sp.Integer(later), sp.Integer(early)), valuation)
            padded = np.vstack([middle, filled(int(bias), middle.shape[1])])
            enter = evaluate(entering(sp.Integer(early), bias), valuation)[:, 0]
            block = np.multiply.outer(np.multiply.outer(push, padded), enter)
            rows, cols = slice(*ends[later - 1 : later + 1]), slice(*ends[early - 1 : early + 1])
            whole[rows, cols] = block.reshape(sizes[later - 1], sizes[early - 1])
            whole[cols, rows] = whole[rows, cols].T
    return whole


def value(expression: Any, valuation: Valuation) -> int:
    """The value in fixed point: 30 decimal places of 45 computed ones.

    Example:
        >>> v = Valuation({L: 1}, (2, 1), seed=3)
        >>> round((value(Norm(weight(1)), v) / 10**30) ** 2, 9) == sum(entry**2 for entry in v.weights[0].flat)
        True
    """
    with mpmath.workdps(_DIGITS):
        return int(mpmath.floor(number(sp.sympify(expression), valuation) * 10**_SHOWN + 0.5))


def number(expression: Any, valuation: Valuation) -> Any:
    """The value as a number of mpmath."""
    match expression:
        case Norm():
            return _norm(expression, valuation)
        case LargestEigenvalue():
            return _eigenvalue(expression, valuation)
        case sp.Sum() | sp.Product():
            index, first, last = expression.limits[0]
            limits = int(evaluate(first, valuation)), int(evaluate(last, valuation)) + 1
            terms = [number(expression.function, valuation.with_symbol(index, at)) for at in range(*limits)]
            return mpmath.fsum(terms) if isinstance(expression, sp.Sum) else mpmath.fprod(terms)
        case sp.Add():
            return mpmath.fsum([number(argument, valuation) for argument in expression.args])
        case sp.Mul():
            return _multiplied(expression, valuation)
        case sp.Pow():
            return number(expression.base, valuation) ** number(expression.exp, valuation)
        case sp.Rational():
            return mpmath.mpf(int(expression.p)) / int(expression.q)
        case sp.Indexed() if expression.base in valuation.symbols:
            given: Any = valuation.symbols[expression.base]
            return _plain(given[int(evaluate(expression.indices[0], valuation)) - 1])
        case sp.Indexed():
            return letter(expression.base, valuation, int(evaluate(expression.indices[0], valuation)))
        case sp.Symbol() if expression in valuation.symbols:
            return _plain(valuation.symbols[expression])
        case sp.Symbol():
            return letter(expression, valuation)
    return mpmath.mpf(evaluate(expression, valuation))


def _norm(expression: Norm, valuation: Valuation) -> Any:
    """A norm, computed once for a network and kept with its drawn matrices."""
    key = (expression, *(valuation.symbols.get(symbol) for symbol in _NUMBERS))
    kept: dict[object, Any] = valuation._drawn
    if key not in kept:
        matrix = evaluate(expression.matrix, valuation)
        kept[key] = _euclidean(matrix) if isinstance(expression, Frobenius) else spectral(matrix)
    return kept[key]


def _multiplied(expression: sp.Mul, valuation: Valuation) -> Any:
    """A product; 0 if a factor is, before powers are looked at: (L − 1)M_W^{L−2} is 0 for L = 1 and M_W = 0."""
    result = mpmath.mpf(1)
    for argument in sorted(expression.args, key=lambda part: isinstance(part, sp.Pow)):
        result = result * number(argument, valuation)
        if result == 0:
            return result
    return result


def letter(symbol: Any, valuation: Valuation, at: int = 0) -> Any:
    """What a letter of a bound is for a drawn network: norms of its matrices, M_W their maximum, M the largest entry.

    Raises:
        KeyError: If the letter has no value there.
    """
    layers = range(1, len(valuation.widths))
    words: dict[Any, Any] = {
        symbols.m: lambda: weight(at), symbols.norm_G: lambda: backward(sp.Integer(at)),
        symbols.norm_layer: lambda: State(sp.Integer(at)), symbols.b: lambda: Shift(sp.Integer(at)),
        symbols.norm_x: Input, symbols.M_x: Input, symbols.norm_A: Curvature, symbols.norm_delta: Slope,
    }  # fmt: skip
    if symbol in words:
        if symbol in (symbols.m, symbols.norm_G, symbols.norm_layer, symbols.b) and at not in layers:
            raise KeyError(f"no layer {at}")
        return number(Norm(words[symbol]()), valuation)
    if symbol == symbols.M_W:
        return max(number(Norm(weight(n)), valuation) for n in layers)
    if symbol == symbols.M:
        return max(mpmath.mpf(_plain(abs(entry))) for matrix in valuation.weights for entry in matrix.flat)
    if symbol == symbols.width:
        return mpmath.mpf(valuation.widths[at])
    ends = {symbols.d: 0, symbols.K: -1, symbols.h: 1}
    return mpmath.mpf(valuation.widths[ends[symbol]])


def spectral(matrix: Array) -> Any:
    """‖X‖: the root of the largest eigenvalue of XX⊤ or X⊤X, whichever is smaller."""
    gram = matrix.dot(matrix.T) if matrix.shape[0] <= matrix.shape[1] else matrix.T.dot(matrix)
    return mpmath.sqrt(_largest(tuple(tuple(Fraction(entry) for entry in row) for row in gram)))


@lru_cache(maxsize=4096)
def _largest(rows: tuple[tuple[Fraction, ...], ...]) -> Any:
    entries = [[mpmath.mpf(entry.numerator) / entry.denominator for entry in row] for row in rows]
    if len(rows) == 1:
        return entries[0][0]
    return max(0, *mpmath.eigsy(mpmath.matrix(entries), eigvals_only=True))


def _euclidean(matrix: Any) -> Any:
    return mpmath.sqrt(mpmath.fsum(_plain(entry * entry) for entry in matrix.flat))


def _plain(entry: Any) -> Any:
    whole = Fraction(entry)
    return mpmath.mpf(whole.numerator) / whole.denominator


def _eigenvalue(expression: LargestEigenvalue, valuation: Valuation) -> Any:
    matrix = expression.matrix(len(valuation.widths) - 1)
    entries = [[number(matrix[i, j], valuation) for j in range(matrix.cols)] for i in range(matrix.rows)]
    return max(mpmath.eigsy(mpmath.matrix(entries), eigvals_only=True))
