"""Wrong variants of a rank formula, generated from its expression tree: what a check must be seen to reject."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy.functions.elementary.piecewise import ExprCondPair

_EXCHANGES = (
    ("r", "K"),
    ("r", "s"),
    ("q", r"\hat{q}"),
    ("q", "s"),
    (r"\hat{q}", "s"),
    ("L", "M"),
    ("K", "M"),
    ("r", r"\tilde{r}"),
    ("s", r"\tilde{s}"),
)


def variants(expression: sp.Basic) -> Iterator[tuple[str, sp.Expr]]:
    """Yield (description, wrong variant) for every place of the expression where one change is possible.

    Example:
        >>> q, r = sp.symbols("q r")
        >>> for text, new in list(variants(q**2 - r))[:3]:
        ...     print(text, "|", new)
        term q**2 negated | -q**2 - r
        term q**2 dropped | -r
        term q**2 doubled | 2*q**2 - r
    """
    yield from _here(expression)
    if isinstance(expression, sp.Indexed):
        return
    for position, argument in enumerate(expression.args):
        for text, new in _of_argument(expression, argument):
            arguments = list(expression.args)
            arguments[position] = new
            changed = expression.func(*arguments)
            if changed != expression:
                yield text, changed


def _of_argument(parent: sp.Basic, argument: sp.Basic) -> Iterator[tuple[str, sp.Basic]]:
    if isinstance(parent, sp.Sum) and isinstance(argument, sp.Tuple):
        yield from _of_limits(argument)
    elif isinstance(argument, ExprCondPair):
        for text, new in variants(argument.expr):
            yield text, ExprCondPair(new, argument.cond)
    elif isinstance(argument, sp.Expr):
        yield from variants(argument)


def _of_limits(limits: sp.Tuple) -> Iterator[tuple[str, sp.Basic]]:
    index, first, last = limits
    for step in (-1, 1):
        yield f"sum from {first + step}", sp.Tuple(index, first + step, last)
        yield f"sum to {last + step}", sp.Tuple(index, first, last + step)


def _here(expression: sp.Basic) -> Iterator[tuple[str, sp.Expr]]:
    match expression:
        case sp.Add():
            for term in sorted(expression.args, key=sp.default_sort_key):
                yield f"term {term} negated", expression - 2 * term
                yield f"term {term} dropped", expression - term
                yield f"term {term} doubled", expression + term
            yield "1 added", expression + 1
            yield "1 subtracted", expression - 1
        case sp.Integer():
            for step in (1, -1):
                yield f"constant {expression} changed to {expression + step}", expression + step
        case sp.Mul():
            yield f"{expression} negated", -expression
            yield f"{expression} doubled", 2 * expression
            for factor in expression.args:
                if not factor.is_Number:
                    yield f"factor {factor} dropped from {expression}", expression / factor
                    yield f"factor {factor} squared in {expression}", expression * factor
        case sp.Indexed():
            for step in (1, -1):
                shifted = expression.base[tuple(index + step for index in expression.indices)]
                yield f"{expression} replaced by {shifted}", shifted
        case sp.Min() | sp.Max():
            yield from _of_extremum(expression)
        case sp.Symbol():
            for pair in _EXCHANGES:
                if expression.name in pair:
                    name = pair[1 - pair.index(expression.name)]
                    yield f"{expression} replaced by {name}", sp.Symbol(name, **expression.assumptions0)


def _of_extremum(expression: sp.Basic) -> Iterator[tuple[str, sp.Expr]]:
    for argument in sorted(expression.args, key=sp.default_sort_key):
        rest = [other for other in expression.args if other != argument]
        yield f"{argument} left out of {expression.func.__name__.lower()}", expression.func(*rest)
    other_function = sp.Max if isinstance(expression, sp.Min) else sp.Min
    yield f"{other_function.__name__.lower()} in place of the other", other_function(*expression.args)
