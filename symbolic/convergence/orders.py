r"""Means over all orders of N numbers, and the rules for them.

x_j is the number at place j of an order π of ℓ_1, …, ℓ_N, so x_j = ℓ_{π(j)}; ``OrderMean`` is the mean over all N!
orders, which is linear, monotone, and does not change when two places are exchanged. ``partial(n)`` is x_1 + … + x_n.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Relation, Rule, RuleFailure
from hessproof.symbolic.valuation import Valuation

I, J = sp.symbols("i j", integer=True)
LESS = sp.Symbol("n", integer=True, positive=True)
"""N − 1, the number of places at which one more number can be added."""
PLACED = sp.IndexedBase("x", real=True)
"""x_j, the number at place j."""
NUMBER = sp.IndexedBase(r"\ell", real=True)
"""ℓ_i, the number itself."""


class OrderMean(sp.Function):  # type: ignore[misc]
    r"""The mean over all orders of an expression in x_1, …, x_N.

    Example:
        >>> print(sp.latex(OrderMean(PLACED[2])))
        \operatorname{E}_{\pi}\left[{x}_{2}\right]
    """

    nargs = 1
    is_real = True

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{E}}_{{\pi}}\left[{printer.doprint(self.args[0])}\right]"


def partial(places: sp.Expr | int) -> sp.Expr:
    """x_1 + … + x_n."""
    return sp.Sum(PLACED[I], (I, 1, places))


def spread(size: sp.Expr | int) -> sp.Expr:
    """D_n = E|x_{n+1} − (x_1 + … + x_n)/n|: how far one more number lies from the mean of n others."""
    return OrderMean(sp.Abs(PLACED[sp.sympify(size) + 1] - partial(size) / size))


def mean() -> sp.Expr:
    """(ℓ_1 + … + ℓ_N)/N with N = n + 1."""
    return sp.Sum(NUMBER[I], (I, 1, LESS + 1)) / (LESS + 1)


class Within(Rule):
    """A rule for |·| applied to what a mean is taken of; the mean is linear and monotone.

    Args:
        rule: The rule.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule, self.relation = rule, rule.relation
        self.name, self.statement = f"{rule.name}, in the mean", rule.statement
        self.assumptions = rule.assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Apply it to the body of the one mean, whose factor must be positive."""
        factor, whole = expression.as_independent(OrderMean, as_Add=False)
        if not isinstance(whole, OrderMean) or not factor.is_positive:
            raise RuleFailure(f"{expression} is no positive multiple of a mean")
        return factor * OrderMean(self.rule.apply(whole.args[0], ordering))


class Exchange(Rule):
    """The mean stays as it is if the numbers at two places are exchanged.

    Args:
        one: A place.
        two: Another.
    """

    name = "exchange two places"
    statement = r"\operatorname{E}_{\pi}[f(x_a, x_b, \ldots)] = \operatorname{E}_{\pi}[f(x_b, x_a, \ldots)]"
    assumptions = ("all orders are equally likely",)

    def __init__(self, one: sp.Expr, two: sp.Expr) -> None:
        self.one, self.two = one, two

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Exchange them, after seeing that every partial sum has both places or neither."""
        means = list(expression.atoms(OrderMean))
        if not means:
            raise RuleFailure(f"no mean over orders in {expression}")
        return expression.xreplace({each: OrderMean(self._exchanged(each.args[0], ordering)) for each in means})

    def _exchanged(self, body: Any, ordering: Ordering) -> Any:
        for place in (self.one, self.two):
            if not (sp.sympify(place) - 1).is_nonnegative:
                ordering.require(place - 1, f"place {place}")
        for total in body.atoms(sp.Sum):
            end = total.limits[0][2]
            if total != partial(end):
                raise RuleFailure(f"{total} is no partial sum from the first place on")
            inside = all(ordering.nonnegative(end - place) for place in (self.one, self.two))
            outside = all(ordering.nonnegative(place - end - 1) for place in (self.one, self.two))
            if not (inside or outside):
                raise RuleFailure(f"places {self.one} and {self.two} are not both in or out of {total}")
        held = {total: sp.Dummy() for total in body.atoms(sp.Sum)}
        back = {dummy: total for total, dummy in held.items()}
        plain, changes = body.xreplace(held), {}
        for entry in plain.atoms(sp.Indexed):
            place = entry.indices[0]
            if entry.base != PLACED:
                continue
            if ordering.zero(place - self.one) is True:
                changes[entry] = PLACED[self.two]
            elif ordering.zero(place - self.two) is True:
                changes[entry] = PLACED[self.one]
            elif (ordering.zero(place - self.one), ordering.zero(place - self.two)) != (False, False):
                raise RuleFailure(f"place {place} may be {self.one} or {self.two}")
        return plain.xreplace(changes).xreplace(back)


class EveryNumber(Rule):
    """The mean of a function of one place is its mean over the numbers; of two places, over the ordered pairs."""

    name = "every number stands at every place equally often"
    statement = (
        r"\operatorname{E}_{\pi}[f(x_a)] = \tfrac{1}{N} \textstyle\sum_i f(\ell_i), \quad "
        r"\operatorname{E}_{\pi}[f(x_a, x_b)] = \tfrac{1}{N(N-1)} \sum_{i \ne j} f(\ell_i, \ell_j)"
    )
    assumptions = ("all orders are equally likely",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every mean; a function of two places must vanish where both have the same number."""
        means = list(expression.atoms(OrderMean))
        if not means:
            raise RuleFailure(f"no mean over orders in {expression}")
        return expression.xreplace({each: self._over_numbers(each.args[0], ordering) for each in means})

    def _over_numbers(self, body: Any, ordering: Ordering) -> Any:
        if any(total.has(PLACED) for total in body.atoms(sp.Sum)):
            raise RuleFailure(f"{body} has a partial sum")
        places = sorted((e for e in body.atoms(sp.Indexed) if e.base == PLACED), key=str)
        whole = LESS + 1
        if len(places) == 1:
            return sp.Sum(body.xreplace({places[0]: NUMBER[J]}), (J, 1, whole)) / whole
        if len(places) == 2:
            gap = places[0].indices[0] - places[1].indices[0]
            if gap.is_zero is not False and ordering.zero(gap) is not False:
                raise RuleFailure(f"{places[0]} and {places[1]} may be at one place")
        if len(places) == 2 and body.xreplace({places[0]: places[1]}) == 0:
            named = body.xreplace({places[0]: NUMBER[I], places[1]: NUMBER[J]})
            return sp.Sum(sp.Sum(named, (I, 1, whole)), (J, 1, whole)) / (whole * LESS)
        raise RuleFailure(f"{body} depends on {len(places)} places, or does not vanish for equal numbers")


class WholeSample(Rule):
    """The sum over all places is the sum of the numbers, whatever the order."""

    name = "the whole sample"
    statement = r"x_1 + \ldots + x_N = \ell_1 + \ldots + \ell_N"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace it."""
        changed = expression.xreplace({partial(LESS + 1): sp.Sum(NUMBER[I], (I, 1, LESS + 1))})
        if changed == expression:
            raise RuleFailure(f"no sum over all places in {expression}")
        return changed


class Falls(Rule):
    """D_k lies between D_b for b ≥ k and D_a for a ≤ k, by the lemma that D falls.

    Args:
        size: k.
        other: a or b.
        relation: ``<=`` for a, ``>=`` for b.
    """

    name = "D falls"
    statement = r"D_1 \ge D_2 \ge \ldots \ge D_{N-1}"

    def __init__(self, size: sp.Expr, other: sp.Expr, relation: Relation) -> None:
        self.size, self.other, self.relation = size, sp.sympify(other), relation

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the other one in, after seeing on which side its index lies; the factor in front must be positive."""
        gap = self.size - self.other if self.relation == "<=" else self.other - self.size
        ordering.require(gap, self.name)
        factor, whole = expression.as_independent(OrderMean, as_Add=False)
        if not factor.is_positive or not same(whole, spread(self.size), ordering):
            raise RuleFailure(f"{expression} is no positive multiple of D_{self.size}")
        return factor * spread(self.other)


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two lines are equal: linear forms in the x, sums and means collected, their coefficients as fractions.

    Example:
        >>> k = sp.Symbol("k", integer=True, positive=True)
        >>> left = OrderMean(sp.Abs(PLACED[k + 1] / (k + 1) - partial(k) / (k * (k + 1))))
        >>> same(left, spread(k) / (k + 1), Ordering()), same(left, spread(k) / k, Ordering())
        (True, False)
    """
    return _collected(sp.sympify(one)) == _collected(sp.sympify(two))


Collected = tuple[tuple[Any, Any], ...]


def _collected(expression: Any) -> Collected:
    """An expression as coefficients of letters: entries, sums of a letter, absolute values and means of a letter."""
    found: dict[Any, Any] = {}
    for term in sp.Add.make_args(sp.expand_mul(sp.expand(expression))):
        factor, rest = term.as_independent(sp.Indexed, sp.Sum, sp.Abs, OrderMean, as_Add=False)
        for letter, coefficient in _letter(rest):
            found[letter] = found.get(letter, sp.S.Zero) + factor * coefficient
    kept = {letter: sp.factor(sp.cancel(sp.together(value))) for letter, value in found.items()}
    return tuple(sorted(((k, v) for k, v in kept.items() if v != 0), key=lambda pair: sp.default_sort_key(pair[0])))


@lru_cache(maxsize=4096)
def _letter(rest: Any) -> Collected:
    if isinstance(rest, OrderMean):
        return tuple((_averaged(letter), factor) for letter, factor in _collected(rest.args[0]))
    if isinstance(rest, sp.Abs):
        inner = _collected(rest.args[0])
        if not inner:
            return ()
        lead = inner[0][1]
        return (
            (sp.Abs(sp.Add(*(a * sp.factor(sp.cancel(b / lead)) for a, b in inner)), evaluate=False), sp.Abs(lead)),
        )
    if isinstance(rest, sp.Sum) and len(rest.limits) == 1:
        (index, start, end), body = rest.limits[0], _collected(rest.function)
        pairs = []
        for letter, factor in body:
            if factor.has(index) or start != 1:
                return ((rest, sp.S.One),)
            pairs.append(
                (sp.Sum(_renamed(letter, index), (I, 1, end)), factor) if letter.has(index) else (letter, factor * end)
            )
        return tuple(pairs)
    return ((rest, sp.S.One),)


def _averaged(letter: Any) -> Any:
    """The mean of one letter: constants are their own mean, and the mean of a sum is the sum of the means."""
    if not letter.has(PLACED):
        return letter
    if isinstance(letter, sp.Sum):
        return sp.Sum(_averaged(letter.function), *letter.limits)
    return OrderMean(letter)


def _renamed(letter: Any, index: sp.Symbol) -> Any:
    """Sums inside a sum keep an index of their own."""
    if index == I:
        return letter
    inner = {each: each.xreplace({I: J}) for each in letter.atoms(sp.Sum) if each.has(index)}
    return letter.xreplace(inner).xreplace({index: I}) if inner else letter.xreplace({index: I})


def value(expression: Any, valuation: Valuation) -> Any:
    """The exact value of a line, read off its tree: means by running through all orders of the numbers.

    Symbols stand for integers, and ``NUMBER`` for the list ℓ_0, ℓ_1, …, ℓ_N, whose first entry is not used.
    """
    numbers: dict[Any, Any] = dict(valuation.symbols)
    row = [_fraction(sp.Rational(entry)) for entry in numbers.pop(NUMBER)][1:]
    known = {key: Fraction(int(number)) for key, number in numbers.items() if isinstance(key, sp.Symbol)}
    found = _read(sp.sympify(expression), known, row, None)
    return sp.Rational(found.numerator, found.denominator)


def _read(node: Any, known: dict[Any, Fraction], row: list[Fraction], order: tuple[Fraction, ...] | None) -> Fraction:
    """The value of a node where the numbers stand in ``order``, which only a mean knows."""
    if node.is_Rational:
        return _fraction(node)
    if isinstance(node, sp.Symbol):
        return known[node]
    if isinstance(node, sp.Indexed):
        places = row if node.base == NUMBER else order
        at = int(_read(node.indices[0], known, row, order))
        if places is None or not 1 <= at <= len(places):
            raise IndexError(f"{node} at place {at}")
        return places[at - 1]
    if isinstance(node, OrderMean):
        each = [_read(node.args[0], known, row, one) for one in itertools.permutations(row)]
        return sum(each, Fraction(0)) / len(each)
    if isinstance(node, sp.Sum):
        (index, start, end), rest = node.limits[-1], node.limits[:-1]
        inner = sp.Sum(node.function, *rest) if rest else node.function
        ends = range(int(_read(start, known, row, order)), int(_read(end, known, row, order)) + 1)
        return sum((_read(inner, {**known, index: Fraction(i)}, row, order) for i in ends), Fraction(0))
    parts = [_read(each, known, row, order) for each in node.args]
    if isinstance(node, sp.Add):
        return sum(parts, Fraction(0))
    if isinstance(node, sp.Mul):
        return math.prod(parts, start=Fraction(1))
    if isinstance(node, sp.Abs):
        return abs(parts[0])
    if isinstance(node, sp.Pow) and parts[1].denominator == 1:
        return Fraction(parts[0] ** int(parts[1]))
    raise TypeError(f"no value for {node}")


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))
