"""Signs that anyone sees: products and sums of letters whose sign is known, and even powers of real expressions."""

from __future__ import annotations

from typing import Any

import sympy as sp

from hessproof.symbolic.free_probability.fractions_field import factored


def positive(expression: Any) -> bool:
    """Whether an expression is visibly positive wherever it is finite.

    Even powers of real letters' expressions count as positive, since where they vanish the quotient that they divide
    is not finite, and a strict sign of a product is only asked for where no factor vanishes.

    Example:
        >>> x, y = sp.symbols("x y", positive=True)
        >>> positive(x * (x + y) / (x - y) ** 2), positive(x - y), positive(x**2 + 2 * y)
        (True, False, True)
    """
    expression = sp.sympify(expression)
    if _refuted(expression):
        return False
    sign = 1
    for factor in sp.Mul.make_args(factored(expression)):
        base, power = factor.as_base_exp()
        if factor.is_positive or (power.is_Integer and power.is_even and base.is_real and power < 0):
            continue
        opposite = sp.expand(-base) if base.is_Add else -factor
        if base.is_Add and opposite.is_positive and power.is_Integer:
            sign *= -1 if power % 2 else 1
        elif factor.is_negative:
            sign = -sign
        else:
            return False
    return sign > 0


def _refuted(expression: sp.Expr) -> bool:
    """Whether the value at one point with positive letters is not positive: then no factors are needed."""
    letters = sorted(expression.free_symbols, key=str)
    found = expression.xreplace({letter: sp.Rational(5 * place + 3, 7) for place, letter in enumerate(letters)})
    return bool(found.is_Rational and found <= 0)


def negative(expression: Any) -> bool:
    """Whether an expression is visibly negative wherever it is finite."""
    return positive(-sp.sympify(expression))
