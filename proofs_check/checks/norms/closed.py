"""Bounds at a network in closed form: roots of rationals, written out."""

from __future__ import annotations

from typing import Any

import sympy as sp

from hessproof.numeric.norms.instance import NormInstance
from hessproof.symbolic.norms import symbols
from hessproof.symbolic.norms.bounds import BOUNDS


def rational(value: Any) -> Any:
    """A fraction as a number of SymPy."""
    return sp.Rational(value.numerator, value.denominator)


def exact_square(weight: Any) -> Any:
    """‖W‖² as a number of SymPy.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> exact_square(norm_instance([[[1, 1], [0, 1]]], [1, 1], 0).weights[0])
        sqrt(5)/2 + 3/2
    """
    matrix = sp.Matrix(*weight.shape, [rational(entry) for entry in weight.flat])
    gram = matrix * matrix.T if matrix.rows <= matrix.cols else matrix.T * matrix
    return sp.simplify(max(gram.eigenvals(), key=lambda one: float(sp.re(one.evalf()))))


def closed_form(key: str, instance: NormInstance, number: int | None = None) -> Any:
    """A bound without λ_max at a network, of layer ``number`` if it is about one, as a number of SymPy.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> closed_form("thm1", norm_instance([[["1/2"]], [["1/2"], ["-1/3"]]], [1], 1))
        325*sqrt(2)/432
    """
    bound, widths = BOUNDS[key], instance.widths
    squares = [exact_square(weight) for weight in instance.weights]
    size = sp.sqrt(sum(rational(entry) ** 2 for entry in instance.inputs))
    letters = {
        symbols.M_W: sp.sqrt(max(squares, key=float)), symbols.M_x: size, symbols.norm_x: size,
        symbols.M: rational(max(abs(entry) for weight in instance.weights for entry in weight.flat)),
        symbols.h: sp.Integer(min(widths[1:-1], default=1)), symbols.d: sp.Integer(widths[0]),
        symbols.K: sp.Integer(widths[-1]),
        **{symbols.m[place]: sp.sqrt(square) for place, square in enumerate(squares, start=1)},
        **{symbols.width[place]: sp.Integer(value) for place, value in enumerate(widths)},
    }  # fmt: skip
    return sp.simplify(bound.at(len(squares), number).xreplace(letters))
