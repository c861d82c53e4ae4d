r"""Rules and a normal form for sums over indices: differentiate inside, let a Kronecker delta choose a summand.

`plain` merges nested sums, distributes them over sums of terms, and pulls out what does not depend on the indices.
It renames nothing; two expressions that it makes equal are equal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy as sp

from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule, RuleFailure
from hessproof.symbolic.two_layer.letters import RANGES, SCALE, Output, S, T


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two expressions have the same normal form.

    Example:
        >>> from hessproof.symbolic.two_layer.letters import D, J, X, MU
        >>> total = sp.Sum(2 * X[J, MU], (J, 1, D))
        >>> same(total, 2 * sp.Sum(X[J, MU], (J, 1, D)), Ordering()), same(total, 2 * X[J, MU], Ordering())
        (True, False)
    """
    return bool(sp.expand(plain(one) - plain(two)) == 0)


@lru_cache(maxsize=4096)
def plain(expression: Any) -> Any:
    """The normal form.

    Raises:
        RuleFailure: If the range of an index depends on another index.
    """
    expression = sp.sympify(expression)
    if not expression.args or isinstance(expression, sp.Indexed):
        return expression
    if isinstance(expression, sp.Derivative):
        return _plain_derivative(expression)
    if isinstance(expression, sp.Sum):
        body = sp.expand(plain(expression.function))
        return sp.Add(*(_summed(term, expression.limits) for term in sp.Add.make_args(body)))
    if isinstance(expression, sp.Abs):
        return sp.Mul(*(sp.Abs(factor) for factor in sp.Mul.make_args(plain(expression.args[0]))))
    found = sp.expand(expression.func(*map(plain, expression.args)))
    return sp.Add(*map(_joined, sp.Add.make_args(found)))


def _joined(term: Any) -> Any:
    """A product of several sums as one sum over all their indices; unchanged if two of them share an index."""
    sums = [factor for factor in sp.Mul.make_args(term) if isinstance(factor, sp.Sum)]
    indices = [index for one in sums for index in one.variables]
    shared = len(set(indices)) < len(indices) or set(indices) & _free(sp.Mul.make_args(term))
    return _summed(term, ()) if len(sums) > 1 and not shared else term


def _plain_derivative(node: Any) -> Any:
    """Linear in what is differentiated: sums apart, numbers and sizes pulled out."""
    if isinstance(node.expr, Output):
        return node
    total = sp.S.Zero
    for term in sp.Add.make_args(plain(node.expr)):
        factors = sp.Mul.make_args(term)
        fixed = [one for one in factors if not one.atoms(sp.Indexed, sp.Function) and not _free([one]) & {S, T, SCALE}]
        rest = sp.Mul(*(one for one in factors if one not in fixed))
        total += sp.Mul(*fixed) * sp.Derivative(rest, *node.variables, evaluate=False)
    return total


def _summed(term: Any, limits: Any) -> Any:
    """Σ of one product: inner sums merged if their indices are their own, constants pulled out."""
    factors = list(sp.Mul.make_args(term))
    every = list(limits)
    for chosen in [factor for factor in factors if isinstance(factor, sp.Sum)]:
        rest = [factor for factor in factors if factor is not chosen]
        if not set(chosen.variables) & ({limit[0] for limit in every} | _free(rest)):
            factors = [*rest, *sp.Mul.make_args(chosen.function)]
            every = [*chosen.limits, *every]
    if sp.S.Zero in factors:
        return sp.S.Zero
    if any(_free(limit[1:]) & {other[0] for other in every} for limit in every):
        raise RuleFailure("a range that depends on another index")
    used = _free(factors)
    size = sp.Mul(*(limit[2] - limit[1] + 1 for limit in every if limit[0] not in used))
    kept = sorted((limit for limit in every if limit[0] in used), key=str)
    bound = {limit[0] for limit in kept}
    outside = sp.Mul(*(factor for factor in factors if not _free([factor]) & bound))
    inside = sp.Mul(*(factor for factor in factors if _free([factor]) & bound))
    return outside * size * (sp.Sum(inside, *kept) if kept else 1)


def _free(expressions: Any) -> set[sp.Symbol]:
    return {symbol for one in expressions for symbol in _letters(sp.sympify(one))}


@lru_cache(maxsize=4096)
def _letters(expression: Any) -> frozenset[sp.Symbol]:
    return frozenset(symbol for symbol in expression.free_symbols if isinstance(symbol, sp.Symbol))


class Differentiate(Rule):
    """Linearity, the chain rule and the product rule, applied to the first derivative of every node."""

    name = "differentiate inside the sums"
    statement = r"\partial \textstyle\sum f = \sum \partial f"

    def __init__(self, name: str = "", assumptions: tuple[str, ...] = ()) -> None:
        self.name, self.assumptions = name or self.name, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take one derivative; what is left to differentiate is written as a derivative again."""
        found = everywhere(expression, _differentiated)
        if found == expression:
            raise RuleFailure(f"nothing to differentiate in {expression}")
        return found


def _differentiated(node: Any) -> Any:
    if not isinstance(node, sp.Derivative) or isinstance(node.expr, Output):
        return None
    first, *rest = node.variables
    if isinstance(node.expr, sp.Derivative):
        return None
    inner = sp.diff(node.expr, first)
    return sp.Derivative(inner, *rest, evaluate=False) if rest else inner


_LATER = list(RANGES)
"""Of two indices that a delta makes equal, the later one in this list is replaced."""


class Sift(Rule):
    """Σ_v δ_{vw} f(v) = f(w) for w in the range of v."""

    name = "one summand is left"
    statement = r"\textstyle\sum_v \delta_{vw} f(v) = f(w)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace until no sum holds a delta of its own index."""
        previous, current = None, expression
        while current != previous:
            previous, current = current, everywhere(current, _sifted)
        return current


def _sifted(node: Any) -> Any:
    if not isinstance(node, sp.Sum):
        return None
    body = sp.expand(everywhere(node.function, _sifted))
    return sp.Add(*(_sift_one(term, list(node.limits)) for term in sp.Add.make_args(body)))


def _sift_one(term: Any, limits: list[Any]) -> Any:
    factors = sp.Mul.make_args(term)
    for place, limit in sorted(enumerate(limits), key=lambda pair: -_LATER.index(pair[1][0])):
        for delta in (one for one in factors if isinstance(one, sp.KroneckerDelta) and limit[0] in one.args):
            other = next(index for index in delta.args if index != limit[0])
            if (limit[1], limit[2]) != (1, RANGES.get(other)):
                continue
            rest = sp.Mul(*(factor for factor in factors if factor != delta)).subs(limit[0], other)
            return _sift_one(rest, limits[:place] + limits[place + 1 :])
    return sp.Sum(term, *limits) if limits else term


class Put(Rule):
    """A definition put in: each node of one kind replaced.

    Args:
        name: What is put in.
        statement: The definition, in LaTeX.
        replace: The node's replacement, or None to leave it.
        assumptions: What is taken for granted.
    """

    def __init__(
        self, name: str, statement: str, replace: Callable[[Any], Any], assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.statement, self.replace, self.assumptions = name, statement, replace, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace wherever it occurs; it must occur."""
        found = everywhere(expression, self.replace)
        if found == expression:
            raise RuleFailure(f"nothing to replace in {expression}")
        return found


def everywhere(expression: Any, replace: Callable[[Any], Any]) -> Any:
    """The expression with every node replaced for which ``replace`` gives something, outermost first."""
    changed = replace(expression)
    if changed is not None:
        return changed
    if not getattr(expression, "args", ()) or isinstance(expression, sp.Indexed):
        return expression
    if isinstance(expression, sp.Sum):
        return sp.Sum(everywhere(expression.function, replace), *expression.limits)
    if isinstance(expression, sp.Derivative):
        inner = everywhere(expression.expr, replace)
        return expression if inner == expression.expr else sp.Derivative(inner, *expression.variables, evaluate=False)
    return expression.func(*(everywhere(argument, replace) for argument in expression.args))
