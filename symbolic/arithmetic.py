"""Fast exact values of scalar SymPy expressions at integers: an expression becomes a nest of Python functions once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import sympy as sp

Values = Mapping[Any, Any]


@lru_cache(maxsize=16384)
def compiled(expression: Any) -> Callable[[Values], Any]:
    """A function from values to the expression's value, in Python integers.

    Values are looked up by symbol; a table such as M[i] is looked up under its ``IndexedBase`` and may be any mapping
    or sequence. An infinite value is what a minimum or a maximum over nothing leaves out.

    Raises:
        TypeError: If the expression has a node that this small evaluator does not know.

    Example:
        >>> i, n = sp.symbols("i n", integer=True)
        >>> M = sp.IndexedBase("M")
        >>> compiled(sp.Sum(M[i] * M[i + 1], (i, 0, n)))({n: 1, M: (2, 3, 4)})
        18
    """
    match expression:
        case sp.Integer():
            number = int(expression)
            return lambda values: number
        case sp.Indexed():
            base, index = expression.base, compiled(expression.indices[0])
            return lambda values: values[base][index(values)]
        case sp.Symbol():
            return lambda values: values[expression]
        case sp.Pow() if expression.exp.is_Integer and expression.exp >= 0:
            root, power = compiled(expression.base), int(expression.exp)
            return lambda values: root(values) ** power
        case sp.Sum():
            return _sum(expression)
        case sp.Piecewise():
            cases = [(compiled(value), _condition(condition)) for value, condition in expression.args]
            return lambda values: next(value(values) for value, holds in cases if holds(values))
    parts = tuple(compiled(argument) for argument in expression.args)
    match expression:
        case sp.Add():
            return lambda values: sum([part(values) for part in parts])
        case sp.Mul():
            return lambda values: math.prod([part(values) for part in parts])
        case sp.Min():
            return lambda values: min([part(values) for part in parts])
        case sp.Max():
            return lambda values: max([x for part in parts if (x := part(values)) != math.inf])
    raise TypeError(f"no value for {type(expression).__name__} in {expression}")


def _sum(expression: sp.Sum) -> Callable[[Values], Any]:
    index, low, high = expression.limits[0]
    term, first, last = compiled(expression.function), compiled(low), compiled(high)

    def total(values: Values) -> Any:
        return sum(term({**values, index: i}) for i in range(first(values), last(values) + 1))

    return total


def _condition(condition: Any) -> Callable[[Values], bool]:
    if condition in (True, sp.true):
        return lambda values: True
    if not isinstance(condition, sp.Eq):
        raise TypeError(f"no truth value for the condition {condition}")
    one, two = compiled(condition.lhs), compiled(condition.rhs)
    return lambda values: bool(one(values) == two(values))
