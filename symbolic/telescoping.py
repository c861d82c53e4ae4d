r"""Sums over layers with symbolic limits, compared exactly: Σ_{x=a}^{b} f(x) = S_f(b) − S_f(a − 1).

Every sum is taken apart into the discrete antiderivatives S_f of its monomials, S_f(c) = Σ_{x=1}^{c} f(x). Then
S_f(e + n) = S_f(e) + f(e + 1) + … + f(e + n) for an integer n moves all limits to integer-free expressions, and a
common shift of x puts each monomial into one form. Two combinations of sums with the same result are equal for all
limits a ≤ b + 1; empty sums are zero. (The antiderivative extends to negative arguments by the same recursion, so that
nothing depends on where 1 lies.)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from hessproof.symbolic import normal
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.valuation import Valuation, evaluate

_X = sp.Dummy("x", integer=True)


class Antiderivative(sp.Expr):  # type: ignore[misc]
    """S_f(c), f being given as an expression in one fixed dummy."""

    is_commutative = True

    def __new__(cls, body: sp.Expr, limit: sp.Expr) -> Any:
        """Take f, in the dummy, and c."""
        return super().__new__(cls, body, limit)


def collapsed(expression: sp.Expr) -> sp.Expr:
    """The normal form of a combination of sums over integer-linear limits.

    Example:
        >>> i, n = sp.symbols("i n", integer=True)
        >>> f = sp.IndexedBase("f")
        >>> collapsed(sp.Sum(f[i + 1] - f[i], (i, 1, n)))
        -f[1] + f[n + 1]
    """
    sums = sorted(expression.atoms(sp.Sum), key=sp.default_sort_key)
    return sp.expand(expression.xreplace({total: _taken_apart(total) for total in sums}))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal by the normal form of matrices inside them and the one of sums."""
    return bool(_flat(one, ordering) == _flat(two, ordering))


def _flat(expression: Any, ordering: Ordering) -> Any:
    return collapsed(_canonical(collapsed(expression), ordering))


def _canonical(expression: Any, ordering: Ordering) -> Any:
    """The matrix normal form outside of antiderivatives, whose body has a bound index.

    A summand beyond the limits, which only the recursion of S_f brings in, may name a meaningless chain. It stays as it
    is: it must cancel as a formal term.
    """
    if isinstance(expression, Antiderivative):
        return expression
    if not any(True for _ in expression.atoms(sp.MatrixExpr)):
        return expression
    if isinstance(expression, sp.Add | sp.Mul | sp.Pow):
        return sp.expand(expression.func(*(_canonical(argument, ordering) for argument in expression.args)))
    try:
        return normal.canonical(expression, ordering)
    except NotSettled:
        return expression


def _taken_apart(total: sp.Sum) -> sp.Expr:
    index, first, last = total.limits[0]
    result = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(total.function)):
        factor, body = term.as_independent(index, as_Add=False)
        if not body.has(index):
            result += factor * body * (last - first + 1)
            continue
        body = body.xreplace({index: _X})
        shift = _shift(body)
        body = body.xreplace({_X: _X - shift}).replace(lambda x: isinstance(x, sp.Add), sp.expand)
        result += factor * (_antiderivative(body, last + shift) - _antiderivative(body, first - 1 + shift))
    return result


def _shift(body: sp.Expr) -> sp.Expr:
    """The smallest e for which x + e occurs as an index in the body."""
    found = [part - _X for part in _indices(body)]
    smallest = found[0]
    for offset in found[1:]:
        gap = sp.expand(offset - smallest)
        earlier = gap < 0 if gap.is_Integer else sp.default_sort_key(offset) < sp.default_sort_key(smallest)
        if earlier:
            smallest = offset
    return smallest


def _indices(expression: Any) -> list[sp.Expr]:
    """Expressions x + e at the places where they occur, outermost first."""
    if isinstance(expression, sp.Expr) and not expression.is_Matrix and not (sp.expand(expression - _X)).has(_X):
        return [expression]
    return [part for argument in expression.args if argument.has(_X) for part in _indices(argument)]


def _antiderivative(body: sp.Expr, limit: sp.Expr) -> sp.Expr:
    limit = sp.expand(limit)
    constant, rest = limit.as_coeff_Add()
    steps = int(constant)
    result = Antiderivative(body, rest) if rest != 0 else sp.S.Zero
    for n in range(1, steps + 1):
        result += _at(body, rest + n)
    for n in range(0, steps, -1):
        result -= _at(body, rest + n)
    return result


def _at(body: sp.Expr, value: sp.Expr) -> sp.Expr:
    return body.xreplace({_X: value}).replace(lambda x: isinstance(x, sp.Add), sp.expand)


@evaluate.register(sp.Indexed)
def _(expression: sp.Indexed, valuation: Valuation) -> Any:
    table: Any = valuation.symbols[expression.base]
    return table[valuation.number(expression.indices[0])]
