"""Rational functions in normal form by arithmetic in a field of fractions: quicker than simplifying an expression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.polys.fields import FracField


class NotRational(ArithmeticError):
    """An expression that is no rational function of letters."""


def fraction(expression: Any, values: Mapping[sp.Symbol, Any] | None = None) -> Fraction:
    """The expression as an element of Q(letters), π counting as a letter.

    Args:
        expression: Sums, products and whole powers of letters and rational numbers.
        values: What some letters stand for, rational functions of the others.

    Raises:
        NotRational: If it is something else.
        ZeroDivisionError: If a denominator vanishes identically.

    Example:
        >>> x, y = sp.symbols("x y")
        >>> fraction(1 / (x - y) + 1 / (x + y)).as_expr()
        2*x/(x**2 - y**2)
        >>> fraction(y**2 - 1, {y: 1 / x}).as_expr()
        (1 - x**2)/x**2
    """
    known = {letter: sp.sympify(number) for letter, number in (values or {}).items()}
    expression = sp.sympify(expression)
    letters = (expression.free_symbols - set(known)).union(*(number.free_symbols for number in known.values()))
    ordered = [*sorted(letters, key=str), sp.pi]
    field = FracField([f"x{place}" for place in range(len(ordered))], sp.QQ, sp.lex)
    seen: dict[Any, Any] = dict(zip(ordered, field.gens, strict=True))
    for letter, number in known.items():
        seen[letter] = computed(number, field, dict(seen))
    found = computed(expression, field, seen)
    return Fraction(found, ordered)


def vanishes(expression: Any) -> bool:
    """Whether an expression is identically zero; with roots in it, whether it simplifies to zero.

    Example:
        >>> x = sp.Symbol("x")
        >>> vanishes((x**2 - 1) / (x - 1) - x - 1), vanishes(1 / x - x)
        (True, False)
    """
    try:
        return fraction(expression).zero
    except NotRational:
        return bool(sp.cancel(sp.together(expression)) == 0)
    except ZeroDivisionError:
        return False


def factored(expression: Any) -> sp.Expr:
    """The expression as a quotient of factored polynomials.

    Example:
        >>> x = sp.Symbol("x")
        >>> factored(x / (x - 1) - 1 / (x + 1) - 1)
        2/((x - 1)*(x + 1))
    """
    try:
        found = fraction(expression).as_expr()
    except NotRational:
        found = sp.cancel(sp.together(expression))
    return sp.factor(found)


class Fraction:
    """An element of a field of fractions, with the letters that it is written in."""

    def __init__(self, element: Any, letters: list[Any]) -> None:
        self.element, self.letters = element, letters

    @property
    def zero(self) -> bool:
        """Whether it vanishes identically."""
        return bool(self.element == 0)

    def as_expr(self) -> sp.Expr:
        """The same as an expression."""
        return sp.sympify(self.element.as_expr(*self.letters))


def computed(node: Any, field: Any, seen: dict[Any, Any]) -> Any:
    """An expression computed in a field, or in another ring with ``zero``, ``one``, constants and whole powers.

    Args:
        node: The expression.
        field: Where it is computed.
        seen: What its letters are there; parts that were computed are added.

    Raises:
        NotRational: If it is no rational function.
        ZeroDivisionError: If a denominator vanishes.
    """
    if node in seen:
        return seen[node]
    if node.is_Rational:
        made = field(sp.QQ(int(node.p), int(node.q)))
    elif node.is_Add:
        made = field.zero
        for argument in node.args:
            made = made + computed(argument, field, seen)
    elif node.is_Mul:
        made = field.one
        for argument in node.args:
            made = made * computed(argument, field, seen)
    elif node.is_Pow and node.exp.is_Integer:
        base = computed(node.base, field, seen)
        if base == 0 and node.exp < 0:
            raise ZeroDivisionError(f"{node.base} vanishes identically")
        made = base ** int(node.exp)
    else:
        raise NotRational(f"{node} is no rational function")
    seen[node] = made
    return made
