"""Rational functions in a derivation: equality, values at rational points, and rules on signs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Relation, Rule, RuleFailure
from hessproof.symbolic.free_probability.fractions_field import vanishes
from hessproof.symbolic.free_probability.signs import positive
from hessproof.symbolic.valuation import Valuation


def same(one: Any, two: Any, ordering: Any) -> bool:
    """Whether two rational functions of the letters are equal; a point where they differ settles it at once."""
    difference = sp.sympify(one) - sp.sympify(two)
    if difference.has(sp.Derivative):
        difference = difference.doit()
    letters = sorted(difference.free_symbols, key=str)
    found = difference.xreplace({letter: sp.Rational(3 * place + 2, 11) for place, letter in enumerate(letters)})
    if found.is_Rational and found != 0:
        return False
    return vanishes(difference)


def value(expression: Any, valuation: Valuation) -> Any:
    """A formula at exact numbers.

    Raises:
        ValueError: If there is no finite value.
    """
    expression = sp.sympify(expression)
    expression = expression.doit() if expression.has(sp.Derivative) else expression
    found = sp.cancel(expression.xreplace(dict(valuation.symbols)))
    if not found.is_finite:
        raise ValueError(f"{expression} has no finite value")
    return found


def drawn(*letters: sp.Symbol) -> Callable[[Derivation, int], Iterator[Valuation]]:
    """Valuations that give every letter a positive rational number."""

    def valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
        stream = random.Random(f"{derivation.claim}|{seed}")
        for _ in range(3):
            yield Valuation({letter: sp.Rational(stream.randint(1, 40), stream.randint(7, 13)) for letter in letters})

    return valuations


class Known(Rule):
    """Replace letters or objects by what they are known to be.

    Args:
        name: What the step is called.
        known: What each stands for.
        statement: The same in LaTeX.
        assumptions: What is taken for granted.
    """

    def __init__(
        self, name: str, known: Mapping[Any, Any], statement: str = "", assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.known, self.statement, self.assumptions = name, dict(known), statement, assumptions

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Replace all of them; one at least must occur."""
        changed = sp.sympify(expression).xreplace(self.known)
        if changed == expression:
            raise RuleFailure(f"nothing of {', '.join(map(str, self.known))} occurs")
        return changed


class Exceeds(Rule):
    """The next line is larger: the difference is visibly positive, in a chart of the region where that is needed.

    Args:
        chart: Letters written in positive letters, so that their region is all positive numbers.
        statement: Why the difference is positive, in LaTeX.
    """

    name = "visibly positive difference"
    relation: Relation = "<="

    def __init__(self, chart: Mapping[sp.Symbol, sp.Expr] | None = None, statement: str = "") -> None:
        self.chart, self.statement = dict(chart or {}), statement

    def gap(self, before: Any, after: Any) -> sp.Expr:
        """after − before, in the chart."""
        return sp.sympify(after - before).doit().xreplace(self.chart)

    def check(self, before: Any, after: Any, ordering: Any, same: Any) -> None:
        """Accept a line whose difference to the last is positive."""
        gap = self.gap(before, after)
        if not positive(gap):
            raise RuleFailure(f"{gap} is not visibly positive")


class Below(Exceeds):
    """The next line is smaller: the difference is visibly positive."""

    relation: Relation = ">="

    def gap(self, before: Any, after: Any) -> sp.Expr:
        """before − after, in the chart."""
        return super().gap(after, before)
