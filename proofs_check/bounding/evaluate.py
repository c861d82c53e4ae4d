"""A norm bound's expression at given numbers, in float64, without writing its sums out.

`NormBound.compiled` writes every sum and product out, for numbers of any kind; for networks of dozens of layers that
takes minutes. Here sums and products are loops.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add, mul
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.norms.symbols import NAMES, L, LargestEigenvalue, layer, other
from hessproof.symbolic.norms.unrolled import largest_eigenvalue


def evaluate(expression: Any, values: Mapping[str, Any], layers: int) -> Any:
    """The expression at L = ``layers``.

    Args:
        expression: In the letters of `hessproof.symbolic.norms.symbols`.
        values: By the names of ``NAMES``: numbers, arrays of one number an object, or for indexed letters sequences of
            such, as `NormBound.compiled` takes them.
        layers: L.

    Returns:
        A number or an array; infinite where float64 ends.

    Example:
        >>> from hessproof.symbolic.norms.bounds import BOUNDS
        >>> float(evaluate(BOUNDS["g_term"].expression, {"norm_x": 3.0, "m": (1.0, 2.0)}, 2))
        22.5
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _value(sp.sympify(expression).xreplace({L: sp.Integer(layers)}), values, {L: layers})


def _value(expression: Any, values: Mapping[str, Any], at: Mapping[Any, int]) -> Any:
    match expression:
        case sp.Integer():
            return int(expression)
        case sp.Rational():
            return np.float64(float(expression))
        case sp.Indexed():
            name = NAMES[expression.base]
            place = _value(expression.indices[0], values, at)
            return _real(values[name][place if name == "widths" else place - 1])
        case sp.Symbol():
            return at[expression] if expression in at else _real(values[NAMES[expression]])
        case LargestEigenvalue():
            return _eigenvalue(expression, values, at)
        case sp.Sum() | sp.Product():
            index, first, last = expression.limits[0]
            low, high = _value(first, values, at), _value(last, values, at)
            parts = (_value(expression.function, values, {**at, index: n}) for n in range(low, high + 1))
            return reduce(add, parts, 0) if isinstance(expression, sp.Sum) else reduce(mul, parts, 1)
        case sp.Pow():
            base, power = (_value(part, values, at) for part in expression.args)
            return base**power if isinstance(power, int) and power >= 0 else _real(base) ** power
        case sp.Add():
            return reduce(add, (_value(part, values, at) for part in expression.args))
        case sp.Mul():
            return reduce(mul, (_value(part, values, at) for part in expression.args))
    raise TypeError(f"no value for {type(expression).__name__} in {expression}")


def _real(value: Any) -> Any:
    """A number in float64, which becomes infinite where Python's own float would raise an error."""
    return np.asarray(value, dtype=np.float64)[()]


def _eigenvalue(expression: LargestEigenvalue, values: Mapping[str, Any], at: Mapping[Any, int]) -> Any:
    layers, size = at[L], int(expression.diagonal.rows)
    rows: list[list[Any]] = [[0.0] * (layers * size) for _ in range(layers * size)]
    for l in range(1, layers + 1):
        for j in range(1, l + 1):
            block = expression.diagonal if j == l else expression.below
            for a in range(size):
                for c in range(size):
                    entry = _value(block[a, c], values, {**at, layer: l, other: j})
                    rows[(l - 1) * size + a][(j - 1) * size + c] = entry
                    rows[(j - 1) * size + c][(l - 1) * size + a] = entry
    if not all(np.isfinite(entry).all() for row in rows for entry in row):
        return np.float64(np.inf)
    return largest_eigenvalue(rows)
