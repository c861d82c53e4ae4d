r"""Lines about averages of scalars, and the rules that lead from one to the next.

Losses, gradients along a direction and quadratic forms are numbers a_i, g_i, q_i, one for each object, so that
statements about samples of any size k are statements about sums with a symbolic end. Two lines are the same if they
agree as rational functions after sums are taken apart; inequality steps put a bound where an expression grows.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from hessproof.symbolic.ordering import Ordering, count_of
from hessproof.symbolic.rules import Relation, Rule, RuleFailure
from hessproof.symbolic.valuation import Valuation

DIGITS = 25
"""Decimal digits to which values that are not rational are compared."""


class Given(Rule):
    """Something is replaced by what it equals, by definition or by an assumption.

    Args:
        name: What the step is called.
        changes: What stands for what.
        statement: The identity, in LaTeX.
        assumptions: What it takes for granted.
    """

    def __init__(
        self, name: str, changes: dict[Any, Any], statement: str = "", assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.changes, self.statement, self.assumptions = name, changes, statement, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put it in; refused if there is nothing to replace."""
        changed = expression.xreplace(self.changes)
        if changed == expression:
            raise RuleFailure(f"nothing in {expression} to replace")
        return changed


class SplitLast(Rule):
    """Σ_{i=1}^{n+1} f(i) = Σ_{i=1}^{n} f(i) + f(n + 1).

    Args:
        end: n.
    """

    name = "last summand apart"
    statement = r"\sum_{i=1}^{k+1} a_i = \sum_{i=1}^{k} a_i + a_{k+1}"

    def __init__(self, end: sp.Expr) -> None:
        self.end = end

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the last summand out of every sum that ends at n + 1."""
        changes = {}
        for total in expression.atoms(sp.Sum):
            index, start, end = total.limits[0]
            if end == self.end + 1:
                changes[total] = sp.Sum(total.function, (index, start, self.end)) + total.function.xreplace(
                    {index: end}
                )
        if not changes:
            raise RuleFailure(f"no sum up to {self.end + 1} in {expression}")
        return expression.xreplace(changes)


class Triangle(Rule):
    """|a + b| ≤ |a| + |b|, for two terms or for a sum."""

    name = "triangle inequality"
    statement = r"\lvert a + b \rvert \le \lvert a \rvert + \lvert b \rvert"
    relation: Relation = "<="

    def __init__(self, *groups: sp.Expr) -> None:
        self.groups = groups

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The absolute values of the groups in place of that of their sum."""
        whole = sp.Abs(sp.Add(*self.groups))
        signs = (whole.args[0], -whole.args[0])
        found = [x for x in expression.atoms(sp.Abs) if any(same(x.args[0], each, ordering) for each in signs)]
        if not found:
            raise RuleFailure(f"no {whole} in {expression}")
        return _increased(expression, found[0], sp.Add(*map(sp.Abs, self.groups)))


class AtMost(Rule):
    """A larger number in a place where the expression grows.

    Args:
        name: What the step is called.
        target: What is replaced.
        bound: What is known to be at least as large.
        statement: The inequality, in LaTeX.
        assumptions: What it takes for granted.
    """

    relation: Relation = "<="

    def __init__(
        self, name: str, target: Any, bound: Any, statement: str = "", assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.target, self.bound = name, target, bound
        self.statement, self.assumptions = statement, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the bound in, after seeing that the expression grows there."""
        return _increased(expression, self.target, self.bound)


class AtLeast(AtMost):
    """A smaller number in a place where the expression grows; arguments as for `AtMost`."""

    relation: Relation = ">="


class SumTriangle(Rule):
    """|Σ a_i| ≤ Σ |a_i|."""

    name = "triangle inequality for a sum"
    statement = r"\left| \sum_i a_i \right| \le \sum_i \lvert a_i \rvert"
    relation: Relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Absolute values inside."""
        changes: dict[Any, Any] = {}
        for absolute in expression.atoms(sp.Abs):
            factor, total = absolute.args[0].as_independent(sp.Sum, as_Add=False)
            if isinstance(total, sp.Sum):
                changes[absolute] = sp.Abs(factor) * sp.Sum(sp.Abs(total.function), *total.limits)
        if not changes:
            raise RuleFailure(f"no absolute value of a sum in {expression}")
        return _monotone_replaced(expression, changes)


def _increased(expression: Any, target: Any, bound: Any) -> Any:
    """``bound`` for ``target``, after seeing that the expression does not fall there."""
    if not expression.has(target):
        raise RuleFailure(f"no {target} in {expression}")
    return _monotone_replaced(expression, {target: bound})


def _monotone_replaced(expression: Any, changes: dict[Any, Any]) -> Any:
    names = {target: _stand_in(target) for target in changes}
    plain = expression.xreplace(names)
    for target, name in names.items():
        if not _grows(plain, name):
            raise RuleFailure(f"{expression} does not grow with {target}")
    return plain.xreplace({names[target]: bound for target, bound in changes.items()})


def _stand_in(target: Any) -> sp.Dummy:
    inner = target.function if isinstance(target, sp.Sum) else target
    return sp.Dummy("x", nonnegative=True) if inner.is_nonnegative else sp.Dummy("x", real=True)


def _grows(expression: Any, name: sp.Dummy) -> bool:
    """Whether the slope is not negative where all that is not negative is positive; at zero it grows by continuity."""
    letters = [letter for letter in expression.free_symbols if letter.is_nonnegative and not letter.is_positive]
    inside = {letter: sp.Dummy(str(letter), positive=True) for letter in letters if not letter.is_integer}
    slope = sp.diff(expression.xreplace(inside), inside.get(name, name))
    return bool(slope.is_nonnegative or sp.simplify(slope).is_nonnegative)


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal, sums taken apart into sums of single terms.

    Example:
        >>> i, k, a = sp.Symbol("i", integer=True), sp.Symbol("k", integer=True, positive=True), sp.IndexedBase("a")
        >>> same(sp.Sum(2 * a[i] + 1, (i, 1, k)), 2 * sp.Sum(a[i], (i, 1, k)) + k, Ordering())
        True
    """
    one, two = sp.sympify(one), sp.sympify(two)
    gap = sp.S.Zero if one == two else _plain(one, ordering) - _plain(two, ordering)
    if gap == 0 or _apart(gap):
        return bool(gap == 0)
    return bool(sp.expand(sp.numer(sp.together(gap))) == 0 or sp.simplify(gap) == 0)


def _apart(gap: Any) -> bool:
    """Whether a difference is seen not to vanish, at one choice of numbers for its letters and sums."""
    letters = sorted(gap.atoms(sp.Sum, sp.Product, AppliedUndef), key=str)
    plain = gap.xreplace({letter: sp.Dummy(positive=True) for letter in letters})
    plain = plain.xreplace({entry: sp.Dummy(positive=True) for entry in plain.atoms(sp.Indexed)})
    names = sorted(plain.free_symbols, key=str)
    found = sp.N(plain.xreplace({name: sp.Rational(1009 + 37 * i, 997) for i, name in enumerate(names)}), DIGITS)
    return bool(found.is_number and found.is_finite and abs(found) > sp.Float(10) ** -(DIGITS // 2))


def _plain(expression: Any, ordering: Ordering) -> Any:
    """Sums of single terms, constants in front, inside absolute values, logarithms and powers too."""
    if not expression.args or isinstance(expression, sp.Indexed):
        return expression
    if isinstance(expression, sp.Sum):
        total = _plain(expression.function, ordering)
        for index, start, end in expression.limits:
            terms = sp.Add.make_args(sp.expand(total))
            total = sp.Add(*(_summed(term, index, start, end, ordering) for term in terms))
        return total
    inner = expression.func(*(_plain(part, ordering) for part in expression.args))
    return sp.expand(inner) if isinstance(inner, sp.Add | sp.Mul | sp.Pow) else inner


def _summed(term: Any, index: Any, start: Any, end: Any, ordering: Ordering) -> Any:
    """Σ of one term, what does not depend on the index in front; Σ 1 is a count where the range cannot be negative."""
    factor, rest = term.as_independent(index, as_Add=False)
    count = count_of(start, end, ordering) if rest == 1 else None
    return factor * (sp.Sum(rest, (index, start, end)) if count is None else count)


def value(expression: Any, valuation: Valuation) -> Any:
    """The exact value of a line, or DIGITS decimal digits of it if it is not rational.

    Symbols stand for numbers, indexed bases for lists whose first entry is a_0, functions for functions of Python.
    """
    return _number(sp.sympify(_valued(sp.sympify(expression), dict(valuation.symbols))))


def _valued(node: Any, known: dict[Any, Any]) -> Any:
    if node in known:
        return sp.sympify(known[node])
    if isinstance(node, sp.Indexed):
        return sp.sympify(known[node.base][int(_valued(node.indices[0], known))])
    if isinstance(node, sp.Sum | sp.Product):
        return _repeated(node.function, list(node.limits), type(node), known)
    arguments = [_valued(each, known) for each in node.args]
    if isinstance(node, AppliedUndef):
        return known[node.func](*arguments)
    return node.func(*arguments) if arguments else node


def _repeated(body: Any, limits: list[Any], kind: type, known: dict[Any, Any]) -> Any:
    """A sum or product over the last limit, those before it inside."""
    if not limits:
        return _valued(body, known)
    index, start, end = limits[-1]
    first, last = int(_valued(start, known)), int(_valued(end, known))
    terms = [_repeated(body, limits[:-1], kind, {**known, index: number}) for number in range(first, last + 1)]
    return sp.Add(*terms) if kind is sp.Sum else sp.Mul(*terms)


def _number(found: Any) -> Any:
    if found.is_Rational:
        return found
    return sp.Rational(int(sp.floor(sp.N(found, 2 * DIGITS) * 10**DIGITS + sp.Rational(1, 2))), 10**DIGITS)
