r"""Derivatives of a rectified network and of a loss of its outputs, as symbols with exact values from the definition.

The parameters of layer l are V^l: the weights W^l, the biases b^l, or both, [W^l b^l]; rows stacked. Values come from
infinitesimals (:mod:`hessproof.symbolic.jets`) in the recursion z^l = W^l x^l + b^l, x^{l+1} = D^l z^l with the gates
held fixed, as they are away from the kinks. A loss enters a second derivative through its gradient δ and its Hessian A
at z only, so that ℓ(z + η) = δ⊤η + ½η⊤Aη with any δ and any symmetric A stands for every loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Expr, Integer
from sympy.core.symbol import Str

from hessproof.symbolic.jets import Jet, coefficient, finite
from hessproof.symbolic.norms.words import Curvature, Slope, bias_of, run
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import M, Node

WEIGHTS, SHIFTS, BOTH = Str("W"), Str("b"), Str("V")
"""The parameters of a layer: W^l, b^l, or [W^l b^l]."""
_NAMES = {WEIGHTS: "W^{{{0}}}", SHIFTS: "b^{{{0}}}", BOTH: "[W^{{{0}}}\\ b^{{{0}}}]"}


def size(layer: Any, kind: Str) -> Expr:
    """How many parameters: M_l M_{l-1}, M_l, or M_l (M_{l-1} + 1).

    Example:
        >>> from hessproof.symbolic.words import l
        >>> size(l, WEIGHTS), size(l, SHIFTS)
        (M(l)*M(l - 1), M(l))
    """
    columns = {WEIGHTS: M(layer - 1), SHIFTS: Integer(1), BOTH: M(layer - 1) + 1}
    return M(layer) * columns[kind]


def _name(kind: Str, layer: str) -> str:
    return _NAMES[kind].format(layer)


class StateBy(Node):
    """∂x^m/∂z^l, M_{m-1} × M_l, for l < m: how what enters layer m moves with the pre-activations of layer l."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """M_{m-1} by M_l."""
        return M(self.args[0] - 1), M(self.args[1])

    def _latex(self, printer: Any) -> str:
        later, layer = map(printer._print, self.args)
        return rf"\frac{{\partial x^{{{later}}}}}{{\partial z^{{{layer}}}}}"


class PreJacobian(Node):
    """∂z^l/∂vec_r(V^l), M_l by the number of parameters."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """M_l by the number of parameters of layer l."""
        return M(self.args[0]), size(*self.args)

    def _latex(self, printer: Any) -> str:
        layer = printer._print(self.args[0])
        return rf"\frac{{\partial z^{{{layer}}}}}{{\partial {_name(self.args[1], layer)}}}"


class ParameterJacobian(Node):
    """∂z/∂vec_r(V^l), K by the number of parameters: what the source calls the columns of F."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """M_L by the number of parameters of layer l."""
        return Curvature().rows, size(*self.args)

    def _latex(self, printer: Any) -> str:
        return rf"\frac{{\partial z}}{{\partial {_name(self.args[1], printer._print(self.args[0]))}}}"


class SlopeJacobian(ParameterJacobian):
    """∂δ/∂vec_r(V^l), where δ = ∂ℓ/∂z is taken at the outputs z."""

    def _latex(self, printer: Any) -> str:
        return rf"\frac{{\partial \delta}}{{\partial {_name(self.args[1], printer._print(self.args[0]))}}}"


class _TwoLayers(Node):
    """A block of second derivatives; arguments k, l and the kind of parameters."""

    mark = ""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The numbers of parameters of layers k and l."""
        first, second, kind = self.args
        return size(first, kind), size(second, kind)

    def _latex(self, printer: Any) -> str:
        first, second = (_name(self.args[2], printer._print(layer)) for layer in self.args[:2])
        return rf"\frac{{\partial^2 {self.mark}}}{{\partial {first}\, \partial {second}}}"


class LossHessian(_TwoLayers):
    """∂²ℓ/∂vec_r(V^k)∂vec_r(V^l): block (k, l) of H_i."""

    mark = r"\ell"


class OutputHessian(_TwoLayers):
    """Σ_c δ_c ∂²z_c/∂vec_r(V^k)∂vec_r(V^l) with δ held fixed: block (k, l) of the H-term, by definition."""

    mark = r"(\delta \cdot z)"


class GradientBy(_TwoLayers):
    """∂/∂vec_r(V^l) of (∂z/∂vec_r(V^k))⊤ δ, where both factors move."""

    def _latex(self, printer: Any) -> str:
        first, second = (_name(self.args[2], printer._print(layer)) for layer in self.args[:2])
        moved = rf"\frac{{\partial z}}{{\partial {first}}}^\top \delta"
        return rf"\frac{{\partial}}{{\partial {second}}} \left[{moved}\right]"


class WordBy(Node):
    """∂vec_r(X)/∂vec_r(V^l) of a word X in chains and states, with δ and the gates held fixed; arguments X, l, kind."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """rows·cols of X by the number of parameters of layer l."""
        matrix, layer, kind = self.args
        return matrix.rows * matrix.cols, size(layer, kind)

    def _latex(self, printer: Any) -> str:
        matrix, layer, kind = self.args
        below = _name(kind, printer._print(layer))
        return rf"\frac{{\partial}}{{\partial {below}}} \left[{printer._print(matrix)}\right]"


def nudged(valuation: Valuation, layer: int, kind: Str, mask: int) -> Iterator[Valuation]:
    """The valuation with an infinitesimal added to each parameter of a layer in turn, in the order of vec_r."""
    rows, cols = valuation.widths[layer], valuation.widths[layer - 1]
    shape = {WEIGHTS: (rows, cols), SHIFTS: (rows, 1), BOTH: (rows, cols + 1)}[kind]
    bias = bias_of(layer, valuation)
    for row, col in np.ndindex(shape):
        if kind == SHIFTS or col == cols:
            changed = bias.copy()
            changed[row, 0] = changed[row, 0] + Jet({mask: 1})
            yield replace(valuation, _drawn={**valuation._drawn, ("shift", layer): changed})
        else:
            weight = valuation.weights[layer - 1].copy()
            weight[row, col] = weight[row, col] + Jet({mask: 1})
            weights = [*valuation.weights[: layer - 1], weight, *valuation.weights[layer:]]
            yield replace(valuation, weights=weights, weights_transposed=[one.T for one in weights])


def outputs(valuation: Valuation) -> Array:
    """z, K × 1."""
    return run(valuation)[0][-1]


def _columns(columns: list[Array]) -> Array:
    result = np.empty((columns[0].size, len(columns)), dtype=object)
    for position, column in enumerate(columns):
        result[:, position] = column.reshape(-1)
    return result


def _slope_at(valuation: Valuation) -> Array:
    """δ + A(z − z_0), the gradient of the loss at outputs z that carry infinitesimals."""
    moved = outputs(valuation)
    away = moved - finite(moved)
    return np.asarray(evaluate(Slope(), valuation) + evaluate(Curvature(), valuation).dot(away), dtype=object)


def _loss_at(valuation: Valuation) -> Any:
    """δ⊤η + ½η⊤Aη with η = z − z_0."""
    moved = outputs(valuation)
    away = moved - finite(moved)
    curved = away.T.dot(evaluate(Curvature(), valuation)).dot(away)[0, 0]
    return evaluate(Slope(), valuation).T.dot(away)[0, 0] + curved * Fraction(1, 2)


def _seconds(expression: _TwoLayers, valuation: Valuation, value: Any) -> Array:
    """The mixed derivatives of a number, entry by entry."""
    first, second = (valuation.number(layer) for layer in expression.args[:2])
    kind = expression.args[2]
    rows = []
    for one in nudged(valuation, first, kind, 1):
        row = [coefficient(coefficient(value(two), 1), 2) for two in nudged(one, second, kind, 2)]
        rows.append(row)
    return np.array(rows, dtype=object)


@evaluate.register(StateBy)
def _(expression: StateBy, valuation: Valuation) -> Array:
    later, layer = (valuation.number(argument) for argument in expression.args)
    states = [run(one)[0][later - 1] for one in nudged(valuation, layer, SHIFTS, 1)]
    if layer >= later:
        raise ValueError(f"x^{later} does not depend on z^{layer}")
    return _columns([coefficient(state, 1) for state in states])


@evaluate.register(PreJacobian)
def _(expression: PreJacobian, valuation: Valuation) -> Array:
    layer, kind = valuation.number(expression.args[0]), expression.args[1]
    columns = []
    for one in nudged(valuation, layer, kind, 1):
        moved = one.weights[layer - 1].dot(run(one)[0][layer - 1]) + bias_of(layer, one)
        columns.append(coefficient(moved, 1))
    return _columns(columns)


@evaluate.register(ParameterJacobian)
def _(expression: ParameterJacobian, valuation: Valuation) -> Array:
    layer, kind = valuation.number(expression.args[0]), expression.args[1]
    return _columns([coefficient(outputs(one), 1) for one in nudged(valuation, layer, kind, 1)])


@evaluate.register(SlopeJacobian)
def _(expression: SlopeJacobian, valuation: Valuation) -> Array:
    layer, kind = valuation.number(expression.args[0]), expression.args[1]
    return _columns([coefficient(_slope_at(one), 1) for one in nudged(valuation, layer, kind, 1)])


@evaluate.register(LossHessian)
def _(expression: LossHessian, valuation: Valuation) -> Array:
    return _seconds(expression, valuation, _loss_at)


@evaluate.register(OutputHessian)
def _(expression: OutputHessian, valuation: Valuation) -> Array:
    slope = evaluate(Slope(), valuation)
    return _seconds(expression, valuation, lambda one: slope.T.dot(outputs(one))[0, 0])


@evaluate.register(GradientBy)
def _(expression: GradientBy, valuation: Valuation) -> Array:
    first, second = (valuation.number(layer) for layer in expression.args[:2])
    kind = expression.args[2]
    columns = []
    for one in nudged(valuation, second, kind, 2):
        slope = _slope_at(one)
        rows = [coefficient(outputs(two), 1).T.dot(slope) for two in nudged(one, first, kind, 1)]
        columns.append(coefficient(np.concatenate(rows), 2))
    return _columns(columns)


@evaluate.register(WordBy)
def _(expression: WordBy, valuation: Valuation) -> Array:
    matrix, layer, kind = expression.args
    nudges = nudged(valuation, valuation.number(layer), kind, 1)
    return _columns([coefficient(evaluate(matrix, one), 1) for one in nudges])
