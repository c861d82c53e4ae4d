"""Prints matrix expressions of ``symbolic/`` as Coq terms, with the sizes that Coq needs to type them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matexpr import MatrixSymbol
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic.derivation import RuleFailure
from hessproof.symbolic.kronecker import Commutation, VecR
from hessproof.symbolic.sums import LayerSum
from hessproof.symbolic.words import Delta, Descending, Input, M, Omega, Sigma, Target, Transposed, k, l, shown

LETTERS: dict[type[Any], str] = {Sigma: "Sigma", Omega: "Omega", Input: "x", Target: "y"}
"""Matrices that are variables of the Coq section."""
TIE = "~"
"""A blank at which no line is broken."""


def index(expression: Any) -> str:
    """A number of layers as a term of type ``nat``.

    Example:
        >>> from hessproof.symbolic.words import L
        >>> index(k + 1), index(sp.Integer(0)), index(L - 1)
        ('k.+1', '0', '(L - 1)%N')
    """
    constant, rest = sp.expand(expression).as_coeff_Add()
    if rest == 0 and constant >= 0:
        return str(constant)
    if not isinstance(rest, sp.Symbol):
        raise RuleFailure(f"no layer number in Coq for {expression}")
    if constant < 0:
        return f"({rest} - {-constant})%N"
    return f"{rest}" + (f".+{constant}" if constant else "")


def size(expression: Any) -> str:
    """A number of rows or columns; of a product of two widths the later layer comes first, as in a weight."""
    if isinstance(expression, sp.Mul):
        first, second = sorted(expression.args, key=lambda each: sp.default_sort_key(each.args), reverse=True)
        return f"({size(first)} * {size(second)})"
    if isinstance(expression, M):
        number = index(expression.args[0])
        return f"M {number}%N" if number.isdigit() else f"M {number}"
    return str(expression)


def rows(expression: Any) -> str:
    """The number of rows; SymPy's own loses the order of the factors of a product of widths."""
    match expression:
        case KroneckerProduct(args=(left, right)):
            return f"({rows(left)} * {rows(right)})"
        case MatMul(args=factors):
            return rows(next(factor for factor in factors if not factor.is_Number))
        case MatAdd(args=terms):
            return rows(terms[0])
        case VecR(args=(inside,)):
            return f"({rows(inside)} * {columns(inside)})"
        case Commutation(args=(high, wide)):
            return f"({size(wide)} * {size(high)})"
        case sp.Transpose(arg=inside):
            return columns(inside)
    return size(expression.shape[0])


def columns(expression: Any) -> str:
    """The number of columns, as ``rows``."""
    match expression:
        case KroneckerProduct(args=(left, right)):
            return f"({columns(left)} * {columns(right)})"
        case MatMul(args=factors):
            return columns(factors[-1])
        case MatAdd(args=terms):
            return columns(terms[0])
        case Commutation(args=(high, wide)):
            return f"({size(high)} * {size(wide)})"
        case sp.Transpose(arg=inside):
            return rows(inside)
    return size(expression.shape[1])


def term(expression: Any) -> str:
    """A matrix as a Coq term, in brackets unless it is a product.

    Example:
        >>> from hessproof.symbolic.words import L, times
        >>> term(times(Transposed(k + 1, L), Omega().T)).replace(TIE, " ")
        '(chain k L)^T *m Omega^T'
    """
    match expression:
        case MatMul(args=(-1, *factors)):
            return "- (" + " *m ".join(map(_factor, factors)) + ")"
        case MatMul(args=factors):
            return " *m ".join(map(_factor, factors))
        case MatAdd(args=terms):
            return " + ".join(map(term, terms))
        case KroneckerProduct(args=(left, right)):
            return f"{_factor(left)} *t {_factor(right)}"
        case LayerSum(args=(body, number, lower, upper)):
            # Layers lower to upper, counted from 1, are lower - 1 to upper - 1 from 0; the body was shifted before.
            return f"\\sum_({index(lower - 1)} <= {number} < {index(upper)}) {_factor(body)}"
    return _factor(expression)


def _factor(expression: Any) -> str:
    match expression:
        case Descending(first=first, last=last):
            return f"chain{TIE}{index(last - 1)}{TIE}{index(first)}"
        case Transposed(first=first, last=last):
            return f"(chain{TIE}{index(first - 1)}{TIE}{index(last)})^T"
        case Delta(args=(layer,)):
            return f"U{TIE}{index(layer - 1)}"
        case VecR(args=(inside,)):
            return f"(vec {_factor(inside)})^T"
        case Commutation(args=(high, wide)):
            return f"commutation ({size(high)}) ({size(wide)})".replace(" ", TIE)
        case sp.Transpose(arg=inside):
            text = _factor(inside)
            return f"{text}^T" if text.isalpha() or text.endswith(")") else f"({text})^T"
        case sp.Identity(shape=(number, _)):
            return f"(1%:M : 'M_({size(number)}))"
        case sp.ZeroMatrix():
            return "0"
        case MatrixSymbol(name=name):
            return str(name)
    if type(expression) in LETTERS:
        return LETTERS[type(expression)]
    if isinstance(expression, MatMul | MatAdd | KroneckerProduct | LayerSum):
        return f"({term(expression)})"
    raise RuleFailure(f"no Coq term for {shown(expression)}")


def counted_from_0(expression: Any) -> Any:
    """The expression with k.+1 and l.+1 for the layers k and l, limits of sums included.

    A sum over l runs over l.+1 as well, with the limits that it had; ``term`` prints them one lower.
    """
    if isinstance(expression, LayerSum):
        body, number, lower, upper = expression.args
        shift = {k: k + 1, l: l + 1}
        return LayerSum(counted_from_0(body), number, lower.xreplace(shift), upper.xreplace(shift))
    if isinstance(expression, sp.MatrixExpr) and not isinstance(expression, MatrixSymbol) and expression.args:
        return expression.func(*map(counted_from_0, expression.args))
    return expression.xreplace({k: k + 1, l: l + 1}) if isinstance(expression, sp.Basic) else expression


def well_formed(expression: Any) -> bool:
    """Whether all products and sums in it have a Coq type.

    Example:
        >>> from hessproof.symbolic.words import times
        >>> well_formed(times(Descending(k, 1), Sigma())), well_formed(times(Sigma(), Descending(k, 1)))
        (True, False)
    """
    if not isinstance(expression, sp.MatrixExpr):
        return True
    inner = expression.args[:1] if isinstance(expression, LayerSum) else expression.args
    if not all(map(well_formed, inner)):
        return False
    matrices = [argument for argument in inner if isinstance(argument, sp.MatrixExpr)]
    if isinstance(expression, MatMul):
        return all(columns(left) == rows(right) for left, right in pairwise(matrices))
    if isinstance(expression, MatAdd):
        return len({(rows(each), columns(each)) for each in matrices}) == 1
    return True
