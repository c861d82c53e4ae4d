"""Exact values for symbolic expressions: what the steps of a derivation are compared on.

A :class:`Valuation` gives integers to layer numbers and widths, and random integer matrices to weights, data and
matrix symbols. :func:`evaluate` computes an expression from its definition: nothing of the normal form or of the rules
is used, so that a wrong rule shows as a wrong value. Expectations are sums over a few samples with integer weights of
total one, since every identity of this room uses no more of E than linearity and E[1] = 1.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import (
    Add,
    Expr,
    Identity,
    Integer,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.blockmatrix import BlockMatrix
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matmul import MatMul
from sympy.matrices.expressions.matpow import MatPow

from hessproof.symbolic import words
from hessproof.symbolic.words import M

Array = NDArray[np.object_]

SAMPLE_WEIGHTS = (-1, 1, 1)
MAGNITUDE = 9


@dataclass
class Valuation:
    """Exact numbers for the symbols of an expression.

    Args:
        symbols: Values of layer numbers and of sizes.
        widths: M_0, …, M_L.
        seed: Where all random matrices come from.
        provide: Gives the value of a matrix symbol of shape (rows, cols) if it must satisfy something, else None.
        weights: W^1, …, W^L in descending chains; drawn if not given.
        weights_transposed: Their transposes in transposed chains, which a partial derivative moves on their own.
        level: How many derivatives are being taken around the expression.

    Example:
        >>> from hessproof.symbolic.words import Descending, L, times
        >>> v = Valuation({L: 2}, (2, 3, 1), seed=7)
        >>> both = evaluate(times(Descending(L, 2), Descending(1, 1)), v)
        >>> bool((both == evaluate(Descending(L, 1), v)).all()), both.shape
        (True, (1, 2))
    """

    symbols: dict[Symbol, int]
    widths: tuple[int, ...] = ()
    seed: int = 0
    provide: Callable[[MatrixSymbol, tuple[int, int], Valuation], Array | None] | None = None
    weights: list[Array] = field(default_factory=list)
    weights_transposed: list[Array] = field(default_factory=list)
    level: int = 0
    _drawn: dict[object, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.weights and self.widths:
            shapes = zip(self.widths[1:], self.widths, strict=False)
            self.weights = [self.draw(("W", layer), shape) for layer, shape in enumerate(shapes, start=1)]
            self.weights_transposed = [matrix.T for matrix in self.weights]

    def number(self, expression: Expr) -> int:
        """The integer that a layer number or a size stands for."""
        value = evaluate(expression, self)
        return int(value)

    def draw(self, key: object, shape: tuple[int, int]) -> Array:
        """The random integer matrix that belongs to ``key``; the same key gives the same matrix."""
        if key not in self._drawn:
            stream = random.Random(f"{self.seed}|{key}|{shape}")
            entries = [[stream.randint(-MAGNITUDE, MAGNITUDE) for _ in range(shape[1])] for _ in range(shape[0])]
            self._drawn[key] = np.array(entries, dtype=object).reshape(shape)
        return self._drawn[key]

    def samples(self) -> list[tuple[int, Array, Array]]:
        """(weight, x, y) of each sample; the weights add up to one."""
        return [
            (share, self.draw(("x", i), (self.widths[0], 1)), self.draw(("y", i), (self.widths[-1], 1)))
            for i, share in enumerate(SAMPLE_WEIGHTS)
        ]

    def with_symbol(self, symbol: Symbol, value: int) -> Valuation:
        """The same numbers, and one more symbol."""
        return self._changed(symbols={**self.symbols, symbol: value})

    def with_sample(self, x: Array, y: Array) -> Valuation:
        """The same numbers, and x, y for the symbols of one sample."""
        return self._changed(_drawn={**self._drawn, "x": x, "y": y})

    def with_weight(self, layer: int, plain: Array | None, transposed: Array | None) -> Valuation:
        """The same numbers but for the plain or the transposed occurrences of one weight matrix."""
        one, two = list(self.weights), list(self.weights_transposed)
        if plain is not None:
            one[layer - 1] = plain
        if transposed is not None:
            two[layer - 1] = transposed
        return self._changed(weights=one, weights_transposed=two, level=self.level + 1)

    def _changed(self, **changes: Any) -> Valuation:
        fields = ("symbols", "widths", "seed", "provide", "weights", "weights_transposed", "level", "_drawn")
        return Valuation(**{name: changes.get(name, getattr(self, name)) for name in fields})


@singledispatch
def evaluate(expression: Any, valuation: Valuation) -> Any:
    """The exact value of an expression: an int or Fraction, or an array of them.

    Register a new kind of expression with ``evaluate.register``.

    Raises:
        TypeError: If the kind of expression is unknown.
    """
    raise TypeError(f"no value for {type(expression).__name__}: {expression}")


def filled(rows: int, cols: int, value: int = 0) -> Array:
    """A rows × cols array of Python integers."""
    return np.full((rows, cols), value, dtype=object)


def unit(size: int) -> Array:
    """The identity as an array of Python integers."""
    return np.array([[int(i == j) for j in range(size)] for i in range(size)], dtype=object).reshape(size, size)


def kronecker(one: Array, two: Array) -> Array:
    """one ⊗ two, entry [(i, j), (a, b)] = one[i, a]·two[j, b]."""
    blocks = one[:, None, :, None] * two[None, :, None, :]
    return np.asarray(blocks.reshape(one.shape[0] * two.shape[0], one.shape[1] * two.shape[1]), dtype=object)


@evaluate.register(M)
def _(expression: M, valuation: Valuation) -> int:
    layer = valuation.number(expression.args[0])
    if not 0 <= layer < len(valuation.widths):
        raise IndexError(f"no width M_{layer}")
    return valuation.widths[layer]


@evaluate.register(int)
@evaluate.register(Integer)
def _(expression: Integer, valuation: Valuation) -> int:
    return int(expression)


@evaluate.register(Rational)
def _(expression: Rational, valuation: Valuation) -> Fraction:
    return Fraction(int(expression.p), int(expression.q))


@evaluate.register(Symbol)
def _(expression: Symbol, valuation: Valuation) -> int:
    return valuation.symbols[expression]


@evaluate.register(Add)
def _(expression: Add, valuation: Valuation) -> Any:
    return sum(evaluate(argument, valuation) for argument in expression.args)


@evaluate.register(Mul)
def _(expression: Mul, valuation: Valuation) -> Any:
    result: Any = 1
    for argument in expression.args:
        result = result * evaluate(argument, valuation)
    return result


@evaluate.register(Pow)
def _(expression: Pow, valuation: Valuation) -> Any:
    base, power = (evaluate(argument, valuation) for argument in expression.args)
    return Fraction(base) ** power if power < 0 else base**power


@evaluate.register(Min)
def _(expression: Min, valuation: Valuation) -> Any:
    return min(evaluate(argument, valuation) for argument in expression.args)


@evaluate.register(Max)
def _(expression: Max, valuation: Valuation) -> Any:
    return max(evaluate(argument, valuation) for argument in expression.args)


@evaluate.register(Trace)
def _(expression: Trace, valuation: Valuation) -> Any:
    value = evaluate(expression.arg, valuation)
    if value.shape[0] != value.shape[1]:
        raise ValueError(f"trace of shape {value.shape}")
    return sum((value[i, i] for i in range(value.shape[0])), 0)


@evaluate.register(Identity)
def _(expression: Identity, valuation: Valuation) -> Array:
    return unit(valuation.number(expression.rows))


@evaluate.register(ZeroMatrix)
def _(expression: ZeroMatrix, valuation: Valuation) -> Array:
    return filled(valuation.number(expression.rows), valuation.number(expression.cols))


@evaluate.register(MatAdd)
def _(expression: MatAdd, valuation: Valuation) -> Array:
    result = evaluate(expression.args[0], valuation)
    for argument in expression.args[1:]:
        summand = evaluate(argument, valuation)
        if summand.shape != result.shape:
            raise ValueError(f"sum of shapes {result.shape} and {summand.shape}")
        result = result + summand
    return np.asarray(result, dtype=object)


@evaluate.register(MatMul)
def _(expression: MatMul, valuation: Valuation) -> Any:
    scalar, matrices = expression.as_coeff_matrices()
    result = evaluate(matrices[0], valuation)
    for matrix in matrices[1:]:
        result = result.dot(evaluate(matrix, valuation))
    return result * evaluate(scalar, valuation)


@evaluate.register(MatPow)
def _(expression: MatPow, valuation: Valuation) -> Array:
    base = evaluate(expression.args[0], valuation)
    result = unit(base.shape[0])
    for _count in range(valuation.number(expression.args[1])):
        result = result.dot(base)
    return result


@evaluate.register(Transpose)
def _(expression: Transpose, valuation: Valuation) -> Array:
    value: Array = evaluate(expression.arg, valuation).T
    return value


@evaluate.register(KroneckerProduct)
def _(expression: KroneckerProduct, valuation: Valuation) -> Array:
    result = unit(1)
    for argument in expression.args:
        result = kronecker(result, evaluate(argument, valuation))
    return result


@evaluate.register(BlockMatrix)
def _(expression: BlockMatrix, valuation: Valuation) -> Array:
    rows, cols = expression.blockshape
    parts = [[evaluate(expression.blocks[i, j], valuation) for j in range(cols)] for i in range(rows)]
    return np.concatenate([np.concatenate(part, axis=1) for part in parts], axis=0)


@evaluate.register(MatrixSymbol)
def _(expression: MatrixSymbol, valuation: Valuation) -> Array:
    shape = valuation.number(expression.rows), valuation.number(expression.cols)
    given = valuation.provide(expression, shape, valuation) if valuation.provide else None
    return valuation.draw(expression.name, shape) if given is None else given


@evaluate.register(words.Descending)
def _(expression: words.Descending, valuation: Valuation) -> Array:
    first, last = valuation.number(expression.first), valuation.number(expression.last)
    if first < last - 1:
        raise ValueError(f"meaningless chain W^{first}:{last}")
    result = unit(valuation.widths[first])
    for layer in range(first, last - 1, -1):
        result = result.dot(valuation.weights[layer - 1])
    return result


@evaluate.register(words.Transposed)
def _(expression: words.Transposed, valuation: Valuation) -> Array:
    first, last = valuation.number(expression.first), valuation.number(expression.last)
    if last < first - 1:
        raise ValueError(f"meaningless chain W^{first}:{last}, transposed")
    result = unit(valuation.widths[first - 1])
    for layer in range(first, last + 1):
        result = result.dot(valuation.weights_transposed[layer - 1])
    return result


@evaluate.register(words.Delta)
def _(expression: words.Delta, valuation: Valuation) -> Array:
    layer = valuation.number(expression.args[0])
    return valuation.draw(("D", layer), (valuation.widths[layer], valuation.widths[layer - 1]))


@evaluate.register(words.Input)
def _(expression: words.Input, valuation: Valuation) -> Array:
    return valuation.draw("x", (valuation.widths[0], 1))


@evaluate.register(words.Target)
def _(expression: words.Target, valuation: Valuation) -> Array:
    return valuation.draw("y", (valuation.widths[-1], 1))


@evaluate.register(words.Residual)
@evaluate.register(words.Omega)
def _(expression: words.Residual | words.Omega, valuation: Valuation) -> Any:
    return evaluate(expression.definition(), valuation)


@evaluate.register(words.Sigma)
def _(expression: words.Sigma, valuation: Valuation) -> Array:
    return np.asarray(sum(share * x.dot(x.T) for share, x, _ in valuation.samples()), dtype=object)


@evaluate.register(words.Syx)
def _(expression: words.Syx, valuation: Valuation) -> Array:
    return np.asarray(sum(share * y.dot(x.T) for share, x, y in valuation.samples()), dtype=object)


@evaluate.register(words.Syy)
def _(expression: words.Syy, valuation: Valuation) -> Array:
    return np.asarray(sum(share * y.dot(y.T) for share, _, y in valuation.samples()), dtype=object)


@evaluate.register(Sum)
def _(expression: Sum, valuation: Valuation) -> Any:
    (index, lower, upper), *others = expression.limits
    body = Sum(expression.function, *others) if others else expression.function
    total: Any = 0
    for value in range(valuation.number(lower), valuation.number(upper) + 1):
        total = total + evaluate(body, valuation.with_symbol(index, value))
    return total
