r"""Sums over K probabilities for symbolic K: a normal form that knows Σ p_c = 1, gaps that are visibly ≥ 0, and values.

An inequality X ≤ Y is proved here by writing Y − X as an expression that anyone sees to be nonnegative: sums and
products of probabilities, of symbols that stand for nonnegative numbers, and of even powers, with nonnegative
coefficients. The machine checks that the difference is that expression, and that the expression has that form.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure
from hessproof.symbolic.losses.expressions import A, B, C, K, total
from hessproof.symbolic.losses.sums import settled
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

P, V = sp.IndexedBase("p", real=True), sp.IndexedBase("v", real=True)
"""Probabilities p_1, …, p_K and a vector of K numbers."""
MASS = total(P[C])
SQUARES, CUBES = total(P[C] ** 2), total(P[C] ** 3)
"""s = Σ p_c² and Σ p_c³."""
_DIGITS, _SHOWN = 60, 30


def curvature(row: Any, column: Any) -> sp.Expr:
    """A_ab = 1[a = b] p_a − p_a p_b."""
    return sp.KroneckerDelta(row, column) * P[row] - P[row] * P[column]


def over(index: sp.Symbol, body: Any) -> sp.Sum:
    """Σ_{index=1}^{K}."""
    return sp.Sum(body, (index, 1, K))


class Norm(sp.Expr):  # type: ignore[misc]
    """A norm of A = diag(p) − pp⊤; its argument says which: 0 for ‖A‖, 2 for ‖A‖², 1 for ‖A‖_F²."""

    is_commutative = True
    is_nonnegative = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = (r"\lVert A \rVert", r"\lVert A \rVert_F^2", r"\lVert A \rVert^2")[int(self.args[0])]
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class Largest(sp.Expr):  # type: ignore[misc]
    """max over a = 1, …, K of an expression in a."""

    is_commutative = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\max_a \left({printer._print(self.args[0])}\right)"


NORM, FROBENIUS, SPECTRAL = (Norm(sp.Integer(number)) for number in range(3))


def normal(expression: Any) -> Any:
    """The normal form: linear, index by index, with Σ p_c = 1.

    Example:
        >>> normal(over(A, over(B, P[A] * P[B] * (P[A] - P[B]) ** 2)) / 2) == CUBES - SQUARES**2
        True
    """
    expression = sp.sympify(expression)
    if isinstance(expression, Largest):
        return Largest(normal(expression.args[0]))
    return sp.expand(settled(expression).xreplace({MASS: sp.S.One}))


def same(one: Any, two: Any, ordering: Any) -> bool:
    """Whether two expressions have the same normal form."""
    return bool(normal(one) == normal(two))


def visibly_nonnegative(expression: Any) -> bool:
    """Whether an expression is made of sums and products of probabilities, nonnegative symbols and even powers.

    A factor 1 − 1[a = b], which restricts a sum to a ≠ b, counts too.

    Example:
        >>> visibly_nonnegative(over(A, P[A] * (V[A] - 1) ** 2) / 2), visibly_nonnegative(P[A] - P[B])
        (True, False)
    """
    match expression:
        case sp.Number():
            return bool(expression >= 0)
        case sp.Indexed():
            return bool(expression.base == P)
        case sp.Symbol():
            return bool(expression.is_nonnegative)
        case sp.Pow(base=base, exp=power):
            return bool(power.is_Integer and power % 2 == 0) or (visibly_nonnegative(base) and bool(power.is_real))
        case sp.Sum():
            return visibly_nonnegative(expression.function)
        case sp.Add() if isinstance(1 - expression, sp.KroneckerDelta):
            return True
        case sp.Add() | sp.Mul():
            return all(visibly_nonnegative(part) for part in expression.args)
    return False


class Gap(Rule):
    """X ≤ Y (or X ≥ Y), because Y − X (or X − Y) is a visibly nonnegative expression.

    Args:
        name: What the step is called.
        gap: The difference.
        where: What is put for symbols before the difference is compared, for instance p_a = t − g with g ≥ 0.
        assumptions: What makes it nonnegative.
        relation: "<=" or ">=".
    """

    def __init__(
        self, name: str, gap: Any, *, where: dict[Any, Any] | None = None, assumptions: tuple[str, ...] = (),
        relation: Any = "<=",
    ) -> None:  # fmt: skip
        self.name, self.gap, self.where = name, sp.sympify(gap), dict(where or {})
        self.statement = rf"Y - X = {sp.latex(self.gap)} \ge 0"
        self.assumptions = ("p_c ≥ 0 and Σ p_c = 1", *assumptions)
        self.relation = relation

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept ``after`` if the difference is the gap and the gap is visibly nonnegative."""
        if not visibly_nonnegative(self.gap):
            raise RuleFailure(f"{self.gap} is not visibly nonnegative")
        small, large = (before, after) if self.relation == "<=" else (after, before)
        if isinstance(small, Largest) and not isinstance(large, Largest) and A in sp.sympify(large).free_symbols:
            raise RuleFailure(f"{large} depends on {A}, over which the maximum is taken")
        difference = _inside(large) - _inside(small)
        if normal(sp.sympify(difference).xreplace(self.where)) != normal(self.gap):
            raise RuleFailure(f"the difference {normal(difference)} is not {self.gap}")


def _inside(expression: Any) -> Any:
    """The argument of a maximum over a: what bounds it for every a bounds the maximum."""
    return expression.args[0] if isinstance(expression, Largest) else expression


class Replace(Rule):
    """A rule that knows one line and what it gives: a named fact about A.

    Args:
        name: What the step is called.
        statement: The fact.
        before: The line that it is about.
        after: What the fact makes of it.
        relation: How the two are related.
        assumptions: What the fact needs.
    """

    def __init__(
        self, name: str, statement: str, before: Any, after: Any, relation: Any = "=", assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.statement, self.relation, self.assumptions = name, statement, relation, assumptions
        self._before, self._after = before, after

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """What the fact gives."""
        if not same(expression, self._before, ordering):
            raise RuleFailure(f"{expression} is not {self._before}")
        return self._after


def value(expression: Any, valuation: Valuation) -> int:
    """The value in fixed point: 30 decimal places of 60 computed ones."""
    with mpmath.workdps(_DIGITS):
        return int(mpmath.floor(number(sp.sympify(expression), valuation.symbols) * 10**_SHOWN + 0.5))


Special = Callable[[Any, dict[Any, Any]], Any]


def number(expression: Any, numbers: dict[Any, Any], special: Special = lambda node, numbers: None) -> Any:
    """The value from the definition, term by term; ``special`` may know more kinds of expressions."""

    def of(node: Any) -> Any:
        return number(node, numbers, special)

    if (known := special(expression, numbers)) is not None:
        return known
    match expression:
        case Norm():
            return _norm(numbers[P], int(expression.args[0]))
        case Largest():
            return max(number(expression.args[0], {**numbers, A: place}, special) for place in range(1, numbers[K] + 1))
        case sp.Sum():
            body, (index, _, _), *others = expression.args
            inner = sp.Sum(body, *others) if others else body
            places = range(1, numbers[K] + 1)
            return mpmath.fsum(number(inner, {**numbers, index: place}, special) for place in places)
        case sp.Rational():
            return mpmath.mpf(int(expression.p)) / int(expression.q)
        case sp.Symbol():
            return of(sp.sympify(numbers[expression]))
        case sp.Indexed():
            return of(sp.sympify(numbers[expression.base][int(of(expression.indices[0])) - 1]))
        case sp.KroneckerDelta():
            return mpmath.mpf(of(expression.args[0]) == of(expression.args[1]))
        case sp.Add():
            return mpmath.fsum(map(of, expression.args))
        case sp.Mul():
            return mpmath.fprod(map(of, expression.args))
        case sp.Pow():
            return mpmath.power(*map(of, expression.args))
        case sp.exp() | sp.log() | sp.Abs():
            known_functions = {"exp": mpmath.exp, "log": mpmath.log, "Abs": abs}
            return known_functions[expression.func.__name__](of(expression.args[0]))
    raise TypeError(f"no value for {expression}")


def _norm(probabilities: list[Any], which: int) -> Any:
    numbers = [mpmath.mpf(sp.Rational(p).p) / sp.Rational(p).q for p in probabilities]
    matrix = mpmath.matrix(len(numbers))
    for row, one in enumerate(numbers):
        for column, two in enumerate(numbers):
            matrix[row, column] = (one if row == column else 0) - one * two
    if which == 1:
        return mpmath.fsum(entry**2 for entry in matrix)
    largest = max(abs(one) for one in mpmath.eigsy(matrix, eigvals_only=True))
    return largest**which if which else largest


def probabilities(stream: random.Random, outputs: int) -> list[sp.Rational]:
    """K random rational probabilities; one time in three one of them is zero."""
    parts = [stream.randint(1, 12) for _ in range(outputs)]
    if outputs > 1 and stream.randrange(3) == 0:
        parts[stream.randrange(outputs)] = 0
    return [sp.Rational(part, sum(parts)) for part in parts]


def valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """K from 1 to 4, rational probabilities and vectors; indices between 1 and K."""
    stream = random.Random(f"{derivation.title}|{seed}")
    for outputs in (1, 2, 3, 4):
        numbers: dict[Any, Any] = {K: outputs, P: probabilities(stream, outputs)}
        numbers[V] = [sp.Rational(stream.randint(-9, 9), stream.randint(1, 5)) for _ in range(outputs)]
        numbers[A], numbers[B] = stream.randint(1, outputs), stream.randint(1, outputs)
        yield Valuation(numbers)
