"""Wrong variants of a formula, generated: the negative controls of derivations and of rank formulas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Add, Basic, Expr, Integer, MatrixExpr, MatrixSymbol, Max, Min, Mul, Transpose
from sympy.matrices.common import ShapeError
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import words


def mutations(expression: Any) -> Iterator[tuple[str, Any]]:
    """All expressions that differ from ``expression`` at one node, with a description of the change.

    Chains are shifted, turned round or dropped; factors dropped, transposed or, in ⊗, swapped; summands dropped or
    their signs flipped; Ω, Σ and Σ_yx exchanged where the shape allows; constants changed by one; arguments of min
    and max dropped.

    Example:
        >>> from hessproof.symbolic.words import Descending, Sigma, times, L
        >>> for description, wrong in mutations(times(Descending(L, 1), Sigma())):
        ...     print(description, "|", wrong)
        drop Descending(L, 1) | Sigma()
        drop Sigma() | Descending(L, 1)
        flip the sign | -Descending(L, 1)*Sigma()
        Descending(L, 1): first + 1 | Descending(L + 1, 1)*Sigma()
        Descending(L, 1): first - 1 | Descending(L - 1, 1)*Sigma()
        Descending(L, 1): last + 1 | Descending(L, 2)*Sigma()
        Descending(L, 1): last - 1 | Descending(L, 0)*Sigma()
        Descending(L, 1): transposed | Transposed(1, L)*Sigma()
    """
    seen = {expression}
    for description, changed in _everywhere(expression):
        if changed not in seen:
            seen.add(changed)
            yield description, changed


def _everywhere(expression: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(expression, Basic):
        return
    yield from _at_top(expression)
    if isinstance(expression, words.Letter | MatrixSymbol):
        return
    arguments = expression.args
    for position, argument in enumerate(arguments):
        for description, changed in _everywhere(argument):
            try:
                yield description, _with(expression, (*arguments[:position], changed, *arguments[position + 1 :]))
            except (ArithmeticError, ShapeError, ValueError, TypeError, AttributeError):
                continue


def _with(expression: Basic, arguments: tuple[Any, ...]) -> Any:
    if isinstance(expression, MatMul):
        return words.times(*arguments)
    if isinstance(expression, MatAdd):
        return words.add(*arguments)
    if isinstance(expression, KroneckerProduct):
        return KroneckerProduct(*arguments)
    return expression.func(*arguments)


def _at_top(expression: Basic) -> Iterator[tuple[str, Any]]:
    match expression:
        case words.Descending() | words.Transposed():
            yield from _chain(expression)
        case words.Omega():
            yield f"{expression} for Syx", words.Syx(expression.args[0])
        case words.Syx():
            yield f"{expression} for Omega", words.Omega(expression.args[0])
        case Transpose():
            yield f"{expression.arg} not transposed", expression.arg
        case MatMul() | Mul():
            yield from _without_one(expression)
            yield "flip the sign", words.times(-1, expression) if isinstance(expression, MatMul) else -expression
        case MatAdd() | Add():
            yield from _without_one(expression)
            for position, term in enumerate(expression.args):
                flipped = words.times(-1, term) if isinstance(term, MatrixExpr) else -term
                rest = (*expression.args[:position], flipped, *expression.args[position + 1 :])
                yield f"flip the sign of {term}", _with(expression, rest)
        case KroneckerProduct():
            yield "swap the sides of ⊗", KroneckerProduct(*reversed(expression.args))
            for position, factor in enumerate(expression.args):
                rest = (*expression.args[:position], factor.T, *expression.args[position + 1 :])
                yield f"transpose {factor} in ⊗", KroneckerProduct(*rest)
        case Min() | Max():
            yield from _without_one(expression)
            yield "exchange min and max", (Max if isinstance(expression, Min) else Min)(*expression.args)
        case Integer():
            yield f"{expression} + 1", expression + 1
            yield f"{expression} - 1", expression - 1
        case MatrixExpr() | Expr():
            return


def _chain(chain: words.Descending | words.Transposed) -> Iterator[tuple[str, Any]]:
    kind = type(chain)
    yield f"{chain}: first + 1", kind(chain.first + 1, chain.last)
    yield f"{chain}: first - 1", kind(chain.first - 1, chain.last)
    yield f"{chain}: last + 1", kind(chain.first, chain.last + 1)
    yield f"{chain}: last - 1", kind(chain.first, chain.last - 1)
    yield f"{chain}: transposed", chain.T


def _without_one(expression: Basic) -> Iterator[tuple[str, Any]]:
    arguments = expression.args
    for position, argument in enumerate(arguments):
        rest = (*arguments[:position], *arguments[position + 1 :])
        if rest and any(isinstance(other, MatrixExpr) for other in rest) == isinstance(expression, MatrixExpr):
            yield f"drop {argument}", _with(expression, rest)
