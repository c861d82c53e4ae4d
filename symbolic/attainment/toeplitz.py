r"""Matrices of symbolic size whose entries depend on the order of row and column: ones, triangles of ones, identities.

J is a matrix of ones, uu⊤ with columns u of ones, and F the lower triangle of ones, F_{ab} = 1 if b ≤ a and 0
otherwise. A block of a Hessian at rectangular identities is a combination αJ + βF + γF⊤ + δI, and is read back as its
four coefficients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sympy import Expr, MatrixExpr, Transpose, sympify

from hessproof.symbolic.normal import terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Letter, add, identity, times, zero


class Ones(Letter):
    """J, a matrix of ones: Ones(rows, columns).

    Example:
        >>> evaluate(Ones(2, 1), Valuation({})).tolist()
        [[1], [1]]
    """

    def _rows(self) -> Expr:
        return self.args[0]

    def _cols(self) -> Expr:
        return self.args[1]

    def _eval_transpose(self) -> Ones:
        return Ones(*reversed(self.args))

    def _text(self, printer: Any) -> str:
        rows, cols = (printer._print(size) for size in self.args)
        return f"J_{{{rows}}}" if rows == cols else rf"J_{{{rows} \times {cols}}}"


class Lower(Letter):
    """F, the n × n lower triangle of ones, diagonal included.

    Example:
        >>> evaluate(Lower(2), Valuation({})).tolist()
        [[1, 0], [1, 1]]
    """

    def _rows(self) -> Expr:
        return self.args[0]

    _cols = _rows

    def _text(self, printer: Any) -> str:
        return f"F_{{{printer._print(self.args[0])}}}"


class Coefficients(NamedTuple):
    """α, β, γ, δ of αJ + βF + γF⊤ + δI."""

    ones: Expr
    lower: Expr
    upper: Expr
    unit: Expr

    @property
    def constant(self) -> bool:
        """Whether all entries are α."""
        return bool(self.lower == self.upper == self.unit == 0)

    @property
    def transposed(self) -> Coefficients:
        """The coefficients of the transpose."""
        return self._replace(lower=self.upper, upper=self.lower)

    @property
    def zero(self) -> bool:
        """Whether the block vanishes."""
        return bool(self.constant and self.ones == 0)


ZERO = sympify(0)


def combined(rows: Expr, cols: Expr, found: Coefficients) -> MatrixExpr:
    """αJ + βF + γF⊤ + δI of shape rows × cols.

    Raises:
        RuleFailure: If it is not square but for α.
    """
    if not found.constant and rows != cols:
        raise RuleFailure(f"a block of shape {rows} × {cols} has no triangle")
    parts = [
        (found.ones, Ones(rows, cols)), (found.lower, Lower(rows)), (found.upper, Lower(rows).T),
        (found.unit, identity(rows)),
    ]  # fmt: skip
    terms = [times(factor, letter) for factor, letter in parts if factor != 0]
    return add(*terms) if terms else zero(rows, cols)


def read(block: MatrixExpr, ordering: Ordering) -> Coefficients:
    """The coefficients of a block.

    Raises:
        RuleFailure: If it is no such combination.

    Example:
        >>> from hessproof.symbolic.words import k
        >>> read(add(times(2, Lower(k)), identity(k)), Ordering())
        Coefficients(ones=0, lower=2, upper=0, unit=1)
    """
    values = dict.fromkeys(Coefficients._fields, ZERO)
    for word, factor in terms_of(block, ordering).items():
        match word:
            case ():
                name = "unit"
            case (Lower(),):
                name = "lower"
            case (Transpose() as letter,) if isinstance(letter.arg, Lower):
                name = "upper"
            case (Ones(),):
                name = "ones"
            case _:
                raise RuleFailure(f"{block} is no combination of J, F, F⊤ and I")
        values[name] += factor
    return Coefficients(**values)


@evaluate.register(Ones)
def _(expression: Ones, valuation: Valuation) -> Array:
    rows, cols = (valuation.number(size) for size in expression.args)
    return filled(rows, cols, 1)


@evaluate.register(Lower)
def _(expression: Lower, valuation: Valuation) -> Array:
    size = valuation.number(expression.args[0])
    result = filled(size, size)
    for row in range(size):
        result[row, : row + 1] = 1
    return result
