"""Linear assumptions on layer numbers, and what follows from them.

A chain W^{a:b} may be cut or joined only if the cut lies inside it, for every value that the layer numbers can take.
An :class:`Ordering` answers such questions for symbolic layer numbers. It answers *yes*, *no* or *not settled*; it
never guesses.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import gcd

from sympy import Expr, Integer, Symbol, latex, sympify
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Relational

from hessproof.symbolic.errors import UnusableRequest

_Row = tuple[tuple[int, ...], int]


class NotSettled(ArithmeticError):
    """The assumptions decide neither a statement nor its negation, or decide against it."""


class Ordering:
    """A set of linear inequalities between integer symbols, closed under consequence.

    A statement e ≥ 0 follows if −e − 1 ≥ 0 contradicts the assumptions over the rationals, which Fourier–Motzkin
    elimination decides. The method is sound for integers; a statement that needs divisibility stays unsettled.

    Args:
        relations: SymPy relations (``Le``, ``Lt``, ``Ge``, ``Gt``, ``Eq``) between integer-linear expressions.

    Raises:
        UnusableRequest: If a relation is not linear over the integers, or if the relations contradict each other.

    Example:
        >>> from sympy import symbols
        >>> k, l, L = symbols("k l L", integer=True)
        >>> order = Ordering(1 <= k, k < l, l <= L)
        >>> order.nonnegative(L - k - 1), order.nonnegative(k - l), order.nonnegative(L - l - 1)
        (True, False, None)
    """

    def __init__(self, *relations: Relational | bool) -> None:
        self.relations: tuple[Relational, ...] = tuple(r for r in map(sympify, relations) if r != True)  # noqa: E712
        gaps = [gap for relation in self.relations for gap in _gaps(relation)]
        self.symbols: tuple[Symbol, ...] = tuple(
            sorted({s for gap in gaps for s in gap.free_symbols}, key=lambda symbol: symbol.name)
        )
        rows = [_row(gap, self.symbols) for gap in gaps]
        if any(row is None for row in rows):
            raise UnusableRequest(
                f"assumptions {self}", "relations linear over the integers", "use sums of layer numbers"
            )
        self._rows: tuple[_Row, ...] = tuple(row for row in rows if row is not None)
        self._decided: dict[Expr | int, bool | None] = {}
        if _contradictory(self._rows):
            raise UnusableRequest(f"assumptions {self}", "at least one solution", "remove a relation")

    def nonnegative(self, expression: Expr | int) -> bool | None:
        """True if expression ≥ 0 follows, False if expression < 0 follows, None if neither does."""
        if expression not in self._decided:
            self._decided[expression] = self._decide(sympify(expression))
        return self._decided[expression]

    def _decide(self, expression: Expr) -> bool | None:
        row = _row(expression, self.symbols)
        if row is None:
            row = _row_over_free(expression)
            return None if row is None or any(row[0]) else row[1] >= 0
        coefficients, constant = row
        if not any(coefficients):
            return constant >= 0
        negated = (tuple(-c for c in coefficients), -constant - 1)
        if _contradictory((*self._rows, negated)):
            return True
        return False if _contradictory((*self._rows, row)) else None

    def zero(self, expression: Expr | int) -> bool | None:
        """True if expression = 0 follows, False if expression ≠ 0 follows, None if neither does."""
        expression = sympify(expression)
        signs = self.nonnegative(expression), self.nonnegative(-expression)
        if signs == (True, True):
            return True
        return False if False in signs else None

    def require(self, expression: Expr | int, purpose: str) -> None:
        """Demand expression ≥ 0.

        Raises:
            NotSettled: If it does not follow; the message gives ``purpose`` and the assumptions.
        """
        if self.nonnegative(expression) is not True:
            raise NotSettled(f"{purpose} needs {expression} >= 0, which does not follow from {self}")

    def implies(self, other: Ordering) -> bool:
        """Whether every relation of ``other`` follows."""
        return all(self.nonnegative(gap) is True for relation in other.relations for gap in _gaps(relation))

    def where(self, *relations: Relational | bool) -> Ordering:
        """These assumptions and more.

        Example:
            >>> from sympy import symbols
            >>> k, l = symbols("k l", integer=True)
            >>> Ordering(k <= l).where(l <= k).zero(k - l)
            True
        """
        return Ordering(*self.relations, *relations)

    def subs(self, values: dict[Symbol, Expr]) -> Ordering:
        """The same assumptions on other expressions."""
        return Ordering(*(relation.subs(values, simultaneous=True) for relation in self.relations))

    def solutions(self, lowest: int, highest: int) -> Iterator[dict[Symbol, int]]:
        """All integer solutions with every symbol between the two limits, in lexicographic order.

        Example:
            >>> from sympy import symbols
            >>> k, l = symbols("k l", integer=True)
            >>> [tuple(values.values()) for values in Ordering(1 <= k, k < l).solutions(1, 3)]
            [(1, 2), (1, 3), (2, 3)]
        """
        for values in product(range(lowest, highest + 1), repeat=len(self.symbols)):
            if all(sum(map(int.__mul__, row, values)) + constant >= 0 for row, constant in self._rows):
                yield dict(zip(self.symbols, values, strict=True))

    def latex(self) -> str:
        """The assumptions in LaTeX, separated by commas."""
        return r",\ ".join(latex(relation) for relation in self.relations)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ordering) and self.relations == other.relations

    def __hash__(self) -> int:
        return hash(self.relations)

    def __str__(self) -> str:
        return ", ".join(map(str, self.relations)) or "no assumptions"

    __repr__ = __str__


def count_of(first: Expr | int, last: Expr | int, ordering: Ordering) -> Expr | None:
    """last − first + 1, how many numbers a range has; None where that may be negative.

    Example:
        >>> from sympy import symbols
        >>> l, L = symbols("l L", integer=True)
        >>> count_of(1, l - 1, Ordering(1 <= l, l <= L)), count_of(1, l - 2, Ordering(1 <= l, l <= L))
        (l - 1, None)
    """
    count = sympify(last - first + 1).expand()
    return count if count.is_nonnegative or ordering.nonnegative(count) is True else None


def _gaps(relation: Relational) -> list[Expr]:
    """The expressions that are ≥ 0 exactly if the relation between integers holds."""
    left, right = relation.args if isinstance(relation, Relational) else (None, None)
    if left is None:
        raise UnusableRequest(f"assumption {relation}", "a relation that can hold", "remove it")
    match relation:
        case Le():
            return [right - left]
        case Lt():
            return [right - left - 1]
        case Ge():
            return [left - right]
        case Gt():
            return [left - right - 1]
        case Eq():
            return [left - right, right - left]
    raise UnusableRequest(f"assumption {relation}", "one of <=, <, >=, >, Eq", "rewrite the relation")


def _row(expression: Expr, symbols: tuple[Symbol, ...]) -> _Row | None:
    """Coefficients and constant of an integer-linear expression in ``symbols``, or None."""
    constant, coefficients = 0, dict.fromkeys(symbols, 0)
    for term, factor in expression.expand().as_coefficients_dict().items():
        if not isinstance(factor, Integer):
            return None
        if term == 1:
            constant += int(factor)
        elif term in coefficients:
            coefficients[term] += int(factor)
        else:
            return None
    return tuple(coefficients.values()), constant


def _row_over_free(expression: Expr) -> _Row | None:
    return _row(expression, tuple(expression.free_symbols))


@lru_cache(maxsize=4096)
def _contradictory(rows: tuple[_Row, ...]) -> bool:
    """Whether Σ c_i x_i + c ≥ 0 for all rows has no rational solution, by Fourier–Motzkin elimination."""
    current = set(rows)
    for position in range(len(rows[0][0]) if rows else 0):
        lower = [row for row in current if row[0][position] > 0]
        upper = [row for row in current if row[0][position] < 0]
        current = {row for row in current if row[0][position] == 0}
        for one in lower:
            for two in upper:
                current.add(_combined(one, two, position))
    return any(constant < 0 for _, constant in current)


def _combined(one: _Row, two: _Row, position: int) -> _Row:
    """The positive combination of two rows in which one variable cancels."""
    first, second = -two[0][position], one[0][position]
    row = tuple(first * a + second * b for a, b in zip(one[0], two[0], strict=True))
    constant = first * one[1] + second * two[1]
    divisor = gcd(*row, constant) or 1
    return tuple(c // divisor for c in row), constant // divisor
