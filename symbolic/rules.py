"""Rules of derivations: named, sound ways to get from one line to the next."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

from sympy import latex

from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import shown

Relation = Literal["=", "<=", ">="]


class RuleFailure(ArithmeticError):
    """A rule does not apply, or does not give the stated line."""


def printed(expression: Any) -> str:
    """An expression in LaTeX, transposes written with ⊤ as in the papers."""
    text = str(latex(expression)).replace("^{T}", r"^{\top}")
    return re.sub(r"\\left\((\\?\w+)\\right\)\^\{\\top\}", r"\1^{\\top}", text)


class Rule:
    """A named, sound way to get from one expression to another.

    A subclass overrides :meth:`apply`, or :meth:`check` if the new line cannot be computed from the old one alone.

    Args:
        name: What the rule is called in a derivation.
        statement: The identity that it uses, in LaTeX.
        relation: What holds between the old line and the new one.
        assumptions: What the rule takes for granted, by name or in words.
    """

    name: str = "normal form"
    statement: str = ""
    relation: Relation = "="
    assumptions: tuple[str, ...] = ()

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The expression that the rule makes of ``expression``; the identity unless overridden.

        Raises:
            RuleFailure: If a precondition is not met.
        """
        return expression

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept the line ``after``, or say why not.

        Raises:
            RuleFailure: If the rule does not give ``after``.
            NotSettled: If the ordering does not settle a precondition.
        """
        result = self.apply(before, ordering)
        if not same(result, after, ordering):
            raise RuleFailure(f"rule '{self.name}' gives {shown(result)}, not {shown(after)}")


class Algebra(Rule):
    """The normal form alone: both lines have the same one.

    Args:
        name: What the step does, such as ``distribute`` or ``cyclic trace``.
        statement: The identity that it uses, in LaTeX.
    """

    def __init__(self, name: str = "algebra", statement: str = "") -> None:
        self.name, self.statement = name, statement


class Backwards(Rule):
    """Another rule, read from right to left: it must give the old line from the new one.

    Args:
        rule: The rule to read backwards; it must be an equality.
        name: What the step is called; the name of ``rule`` if not given.
    """

    def __init__(self, rule: Rule, name: str | None = None) -> None:
        if rule.relation != "=":
            raise RuleFailure(f"rule '{rule.name}' is no equality and cannot be read backwards")
        self.rule, self.name, self.statement = rule, name or rule.name, rule.statement
        self.assumptions = rule.assumptions

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept ``after`` if the rule makes ``before`` of it."""
        self.rule.check(after, before, ordering, same)
