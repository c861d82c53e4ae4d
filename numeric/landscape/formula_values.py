"""The value of a formula in exact fractions or in balls, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from hessproof.numeric.landscape.ball_losses import ball


def fraction_value(expression: Any, letters: Mapping[str, sp.Symbol], numbers: Mapping[str, Fraction]) -> Fraction:
    """The value at fractions, of a formula made of +, −, ×, integer powers and absolute values.

    Args:
        expression: The formula.
        letters: Its letters by name.
        numbers: A fraction for each name.

    Raises:
        ZeroDivisionError: If it divides by zero there.

    Example:
        >>> x = sp.Symbol("x", real=True)
        >>> fraction_value(abs(x) / 3, {"x": x}, {"x": Fraction(-1)})
        Fraction(1, 3)
    """
    known = {letter: Fraction(numbers[name]) for name, letter in letters.items()}
    return _fraction(sp.sympify(expression), known)


def _fraction(node: Any, known: Mapping[Any, Fraction]) -> Fraction:
    if node in known:
        return known[node]
    if node.is_Rational:
        return Fraction(int(node.p), int(node.q))
    if node.is_Pow and node.exp.is_Integer:
        return Fraction(_fraction(node.base, known) ** int(node.exp))
    values = [_fraction(each, known) for each in node.args]
    if node.is_Add:
        return sum(values, Fraction(0))
    if node.is_Mul:
        product = Fraction(1)
        for each in values:
            product *= each
        return product
    if isinstance(node, sp.Abs):
        return abs(values[0])
    raise TypeError(f"no exact value of {node}")


def ball_value(expression: Any, letters: Mapping[str, sp.Symbol], numbers: Mapping[str, Any]) -> Any:
    """The value as a ball: also roots, powers with any exponent, exponentials and logarithms, at the set precision.

    Args:
        expression: The formula.
        letters: Its letters by name.
        numbers: A ball, fraction or integer for each name.

    Example:
        >>> x = sp.Symbol("x")
        >>> bool(abs(ball_value(sp.exp(x), {"x": x}, {"x": 1}) - flint.arb(1).exp()) < 1e-10)
        True
    """
    known = {letter: ball(numbers[name]) for name, letter in letters.items()}
    return _ball(sp.sympify(expression), known)


def _ball(node: Any, known: Mapping[Any, Any]) -> Any:
    if node in known:
        return known[node]
    if node.is_Rational:
        return flint.arb(flint.fmpq(int(node.p), int(node.q)))
    if isinstance(node, sp.exp):
        return _ball(node.args[0], known).exp()
    if node.is_Pow:
        return _power(_ball(node.base, known), node.exp, known)
    values = [_ball(each, known) for each in node.args]
    if node.is_Add:
        return sum(values, flint.arb(0))
    if node.is_Mul:
        product = flint.arb(1)
        for each in values:
            product *= each
        return product
    if isinstance(node, sp.log):
        return values[0].log()
    if isinstance(node, sp.Abs):
        return abs(values[0])
    raise TypeError(f"no ball for {node}")


def _power(base: Any, exponent: Any, known: Mapping[Any, Any]) -> Any:
    if exponent == sp.Rational(1, 2):
        return base.sqrt()
    if exponent == -sp.Rational(1, 2):
        return 1 / base.sqrt()
    power = _ball(exponent, known)
    whole = power.unique_fmpz()
    if whole is None:
        return base**power
    product = flint.arb(1)
    for _ in range(abs(int(whole))):
        product *= base
    return product if whole >= 0 else 1 / product
