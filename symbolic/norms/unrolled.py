r"""Norm bounds at a given depth: sums and products written out, and turned into plain arithmetic.

A compiled bound uses + − * / and integer powers, and where the formula has them roots and the largest eigenvalue of a
small matrix. So it works for floats, NumPy arrays, rationals and balls alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from math import isqrt
from operator import add, mul
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.norms.symbols import NAMES, L, LargestEigenvalue

Values = Mapping[str, Any]
Root = Callable[[Any], Any]
Largest = Callable[[list[list[Any]]], Any]
Function = Callable[[Values], Any]


def unrolled(expression: Any, layers: int) -> Any:
    """The expression for L = ``layers``: no sum, no product, and every matrix of layers written out.

    Example:
        >>> from hessproof.symbolic.norms.symbols import others, over_layers
        >>> unrolled(over_layers(others(squared=True)), 2)
        m[1]**2 + m[2]**2
    """
    return _written(sp.sympify(expression).xreplace({L: sp.Integer(layers)}), layers)


def _written(expression: Any, layers: int) -> Any:
    if isinstance(expression, LargestEigenvalue):
        matrix = expression.matrix(layers)
        return Spectrum(sp.ImmutableMatrix(matrix.applyfunc(lambda entry: unrolled(entry, layers))))
    if isinstance(expression, sp.Sum | sp.Product):
        index, first, last = expression.limits[0]
        terms = [
            _written(expression.function.xreplace({index: sp.Integer(value)}), layers)
            for value in range(int(first), int(last) + 1)
        ]
        return sp.Add(*terms) if isinstance(expression, sp.Sum) else sp.Mul(*terms)
    if not expression.args or isinstance(expression, sp.Indexed):
        return expression
    return expression.func(*(_written(argument, layers) for argument in expression.args))


class Spectrum(sp.Expr):  # type: ignore[misc]
    """λ_max of a matrix that is written out."""

    is_commutative = True
    is_real = True

    def __new__(cls, matrix: Any) -> Any:
        """Take the matrix; a multiple of nothing but zeros has λ_max = 0."""
        return sp.S.Zero if matrix.is_zero_matrix else super().__new__(cls, matrix)

    @property
    def matrix(self) -> Any:
        """The matrix."""
        return self.args[0]


def square_root(value: Any) -> Any:
    """√ of a number of any kind: by its own method, exactly for squares of rationals, otherwise by NumPy.

    Raises:
        UnusableRequest: If an int or a Fraction is no square.

    Example:
        >>> square_root(Fraction(4, 9)), float(square_root(2.25))
        (Fraction(2, 3), 1.5)
    """
    if isinstance(value, int | Fraction):
        whole = Fraction(value)
        found = Fraction(isqrt(whole.numerator), isqrt(whole.denominator))
        if found * found != whole:
            raise UnusableRequest(f"the root of {value}", "the square of a rational", "give sqrt=, or floats or balls")
        return found
    return value.sqrt() if hasattr(value, "sqrt") else np.sqrt(value)


def largest_eigenvalue(rows: list[list[Any]]) -> Any:
    """λ_max of a symmetric matrix of floats or of equally shaped arrays of floats, to rounding errors.

    Example:
        >>> round(float(largest_eigenvalue([[0, 3.0], [3.0, 0]])), 12)
        3.0
    """
    shape = np.broadcast_shapes(*(np.shape(entry) for row in rows for entry in row))
    entries = [[np.broadcast_to(np.asarray(entry, dtype=float), shape) for entry in row] for row in rows]
    matrices = np.moveaxis(np.array(entries), (0, 1), (-2, -1))
    return np.linalg.eigvalsh(matrices)[..., -1]


def nonnegative_bounds(rows: list[list[Any]], vector: list[Any]) -> tuple[list[Any], Any]:
    """λ_max of a symmetric matrix with entries ≥ 0 between Rayleigh's quotient and Collatz's, for positive ``vector``.

    Args:
        rows: The matrix N.
        vector: v with positive entries, such as a rounded Perron vector.

    Returns:
        All quotients (Nv)_i/v_i, the largest of which is at least λ_max, and v⊤Nv/v⊤v, which is at most λ_max.

    Example:
        >>> nonnegative_bounds([[0, 2], [2, 0]], [Fraction(1), Fraction(1)])
        ([Fraction(2, 1), Fraction(2, 1)], Fraction(2, 1))
    """
    images = [reduce(add, (entry * x for entry, x in zip(row, vector, strict=True))) for row in rows]
    above = [image / x for image, x in zip(images, vector, strict=True)]
    along = reduce(add, (image * x for image, x in zip(images, vector, strict=True)))
    return above, along / reduce(add, (x * x for x in vector))


@lru_cache(maxsize=4096)
def compiled(expression: Any, sqrt: Root = square_root, largest: Largest = largest_eigenvalue) -> Function:
    """A function from named values to the value of an expression without sums.

    Args:
        expression: An expression that is written out, see `unrolled`.
        sqrt: √ for the kind of numbers that will be put in.
        largest: λ_max for that kind of numbers.

    Raises:
        TypeError: If the expression has a node that is not known here.

    Example:
        >>> from hessproof.symbolic.norms.symbols import M_W, M_x
        >>> compiled(M_x**2 * M_W / 2)({"M_W": Fraction(1, 3), "M_x": 3})
        Fraction(3, 2)
    """
    match expression:
        case sp.Integer():
            number = int(expression)
            return lambda values: number
        case sp.Rational():
            ratio = Fraction(int(expression.p), int(expression.q))
            return lambda values: ratio
        case sp.Indexed():
            name, position = NAMES[expression.base], int(expression.indices[0])
            offset = 0 if name == "widths" else 1
            return lambda values: values[name][position - offset]
        case sp.Symbol():
            name = NAMES[expression]
            return lambda values: values[name]
        case Spectrum():
            size = expression.matrix.rows
            entries = [[compiled(expression.matrix[i, j], sqrt, largest) for j in range(size)] for i in range(size)]
            return lambda values: largest([[entry(values) for entry in row] for row in entries])
        case sp.Pow():
            return _power(expression, sqrt, largest)
        case sp.Add():
            return _sum(expression, sqrt, largest)
        case sp.Mul():
            return _product(expression, sqrt, largest)
    raise TypeError(f"no value for {type(expression).__name__} in {expression}")


def _power(expression: sp.Pow, sqrt: Root, largest: Largest) -> Function:
    exponent = sp.sympify(expression.exp)
    if not exponent.is_Rational or exponent.q > 2:
        raise TypeError(f"no value for the power {expression}")
    base, power = compiled(expression.base, sqrt, largest), abs(int(exponent.p))
    if exponent.q == 2:

        def rooted(values: Values) -> Any:
            inside = base(values) ** power
            return sqrt(_alike(inside, values) if isinstance(inside, int) else inside)

        return (lambda values: _over(rooted(values))) if exponent.p < 0 else rooted
    return (lambda values: _over(base(values) ** power)) if exponent.p < 0 else (lambda values: base(values) ** power)


def _over(value: Any) -> Any:
    return Fraction(1, value) if isinstance(value, int) else 1 / value


def _alike(constant: Any, values: Values) -> Any:
    """A constant as a number of the kind of the first value that is none of Python's integers."""
    for name, value in values.items():
        if name == "widths":
            continue
        for one in value if isinstance(value, list | tuple) else (value,):
            if not isinstance(one, int):
                return one * 0 + constant
    return constant


def _sum(expression: sp.Add, sqrt: Root, largest: Largest) -> Function:
    """The sum of the summands times their common denominator, and then divided by it: no constant is a Fraction."""
    below = int(sp.ilcm(*(term.as_coeff_Mul()[0].q for term in expression.args), 1))
    parts = [compiled(below * term, sqrt, largest) for term in expression.args]

    def total(values: Values) -> Any:
        value = reduce(add, (part(values) for part in parts))
        return value if below == 1 else _divided(value, below)

    return total


def _divided(value: Any, below: int) -> Any:
    return Fraction(value, below) if isinstance(value, int) else value / below


def _product(expression: sp.Mul, sqrt: Root, largest: Largest) -> Function:
    """The factors multiplied, the rational coefficient last: by its numerator and then over its denominator."""
    coefficient, rest = expression.as_coeff_Mul()
    half = sp.Rational(1, 2)
    under = [
        argument.base for argument in sp.Mul.make_args(rest) if isinstance(argument, sp.Pow) and argument.exp == half
    ]
    whole = [argument for argument in sp.Mul.make_args(rest) if getattr(argument, "exp", 1) != half]
    parts = [compiled(argument, sqrt, largest) for argument in whole]
    if under:
        parts.append(_power(sp.Pow(sp.Mul(*under), half, evaluate=False), sqrt, largest))
    above, below = int(coefficient.p), int(coefficient.q)

    def multiplied(values: Values) -> Any:
        value = reduce(mul, (part(values) for part in parts))
        value = value if above == 1 else value * above
        return value if below == 1 else _divided(value, below)

    return multiplied
