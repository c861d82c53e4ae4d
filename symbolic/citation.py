"""Using one derivation inside another: its start may be replaced by its published formula, at other layer numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Expr, Symbol

from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure
from hessproof.symbolic.normal import canonical
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite


@lru_cache(maxsize=256)
def proved(derivation: Derivation) -> str:
    """Why the derivation fails symbolically; empty if it does not."""
    return derivation.check(numbers=False).why


class Cite(Rule):
    """Replace the start of a derivation by its published formula.

    The derivation is checked symbolically first, and its assumptions, at the given layer numbers, must follow.

    Args:
        derivation: What is cited; its steps must be equalities.
        at: Other expressions for its layer numbers.

    Raises:
        RuleFailure: When used, if the cited derivation does not hold.
    """

    def __init__(self, derivation: Derivation, at: dict[Symbol, Expr] | None = None) -> None:
        self.derivation, self.at = derivation, dict(at or {})
        self.name = derivation.title
        self.statement = ""

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every occurrence whose surroundings satisfy the assumptions."""
        if why := proved(self.derivation):
            raise RuleFailure(f"the cited derivation fails: {why}")
        if self.derivation.relation != "=":
            raise RuleFailure(f"the cited {self.derivation.claim} is no equality")
        start = self.derivation.start.subs(self.at, simultaneous=True)
        final = self.derivation.final.subs(self.at, simultaneous=True)
        needed = self.derivation.ordering.subs(dict(self.at))

        def local(node: Any, inner: Ordering) -> Any:
            if type(node) is not type(start) or not inner.implies(needed):
                return None
            return final if node == start or canonical(node, inner) == canonical(start, inner) else None

        return rewrite(expression, ordering, local)
