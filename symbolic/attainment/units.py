r"""Letters for a network of rectangular identities: unit vectors, a diagonal residual, and indices that are alive.

Every W^l is the rectangular identity (ones on the diagonal), Σ = I and Ω = diag(ω). An index i is *alive* at layer l if
i ≤ M_l. The unit vector e_i^{(l)} has M_l entries and is zero if i is not alive at l.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol

from hessproof.symbolic import words
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import L, Letter, M

DIAGONAL = Symbol("omega")
"""The name under which a valuation keeps ω_1, ω_2, …"""


class Alive(Function):  # type: ignore[misc]
    """Alive(i, a, b) is 1 if i ≤ M_a, …, M_b, and 0 otherwise; a ≤ b.

    Example:
        >>> from hessproof.symbolic.words import k
        >>> evaluate(Alive(2, k, L), Valuation({k: 1, L: 3}, (1, 2, 3, 2)))
        1
    """

    is_integer = True
    nargs = 3

    @classmethod
    def eval(cls, index: Expr, first: Expr, last: Expr) -> None:
        """Nothing is evaluated."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        index, first, last = (printer._print(argument) for argument in self.args)
        return rf"[{index} \le M_{{{first}}}, \ldots, M_{{{last}}}]"


class Entry(Function):  # type: ignore[misc]
    """Entry(i) is ω_i, the i-th entry on the diagonal of Ω."""

    nargs = 1

    @classmethod
    def eval(cls, index: Expr) -> None:
        """Nothing is evaluated."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\omega_{{{printer._print(self.args[0])}}}"


class Unit(Letter):
    """e_i^{(l)}, of shape M_l × 1: Unit(l, i)."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return Integer(1)

    def _text(self, printer: Any) -> str:
        layer, index = (printer._print(argument) for argument in self.args)
        return rf"e^{{({layer})}}_{{{index}}}"


class DiagonalOmega(Letter):
    """Ω = diag(ω_1, ω_2, …), of shape M_L × M_0."""

    def _rows(self) -> Expr:
        return M(L)

    def _text(self, printer: Any) -> str:
        return r"\operatorname{diag}(\omega)"


def rectangular_identities(widths: tuple[int, ...]) -> list[Array]:
    """W^1, …, W^L with ones on the diagonal.

    Example:
        >>> rectangular_identities((2, 3))[0].tolist()
        [[1, 0], [0, 1], [0, 0]]
    """
    result = []
    for rows, cols in zip(widths[1:], widths, strict=False):
        matrix = filled(rows, cols)
        for place in range(min(rows, cols)):
            matrix[place, place] = 1
        result.append(matrix)
    return result


@evaluate.register(Alive)
def _(expression: Alive, valuation: Valuation) -> int:
    index, first, last = (valuation.number(argument) for argument in expression.args)
    if not 0 <= first <= last < len(valuation.widths):
        raise ValueError(f"no layers {first}, …, {last}")
    return int(all(index <= width for width in valuation.widths[first : last + 1]))


@evaluate.register(Entry)
def _(expression: Entry, valuation: Valuation) -> int:
    table: Any = valuation.symbols[DIAGONAL]
    return int(table[valuation.number(expression.args[0]) - 1])


@evaluate.register(KroneckerDelta)
def _(expression: KroneckerDelta, valuation: Valuation) -> int:
    one, two = (valuation.number(argument) for argument in expression.args)
    return int(one == two)


@evaluate.register(Unit)
def _(expression: Unit, valuation: Valuation) -> Array:
    layer, index = (valuation.number(argument) for argument in expression.args)
    result = filled(valuation.widths[layer], 1)
    if index <= len(result):
        result[index - 1, 0] = 1
    return result


@evaluate.register(DiagonalOmega)
def _(expression: DiagonalOmega, valuation: Valuation) -> Array:
    result = filled(valuation.widths[-1], valuation.widths[0])
    table: Any = valuation.symbols[DIAGONAL]
    for place in range(min(result.shape)):
        result[place, place] = int(table[place])
    return result


def changed(layer: Expr, row: Expr, column: Expr) -> tuple[words.Node, ...]:
    """The change of entry (row, column) of W^layer, as a word e_row e_column⊤."""
    return Unit(layer, row), Unit(layer - 1, column).T
