r"""Rules that use what is known: derivations that are cited, bounds that are assumed, and matrices of known λ_max."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Relation, Rule, RuleFailure
from hessproof.symbolic.norms.rules import LocalRule
from hessproof.symbolic.norms.scalars import nonnegative, within
from hessproof.symbolic.norms.symbols import L, LargestEigenvalue, layer, other
from hessproof.symbolic.ordering import Ordering


class Cited(LocalRule):
    """A derivation's outcome, put in where its first line stands, for l and, inside λ_max, for j.

    Args:
        lemma: The derivation; its first line is one norm or letter.
        numbers: The layer numbers for which it is used in place of l.
    """

    def __init__(self, lemma: Derivation, *numbers: Any) -> None:
        self.lemma, self.numbers = lemma, numbers or (layer,)
        self.name = lemma.title
        self.relation = lemma.relation
        self.assumptions = lemma.assumptions

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The lemma's last line, under its assumptions on the layer numbers."""
        for at in self.numbers:
            moved = {layer: at}
            if node == self.lemma.start.xreplace(moved):
                if not ordering.implies(self.lemma.ordering.subs(moved)):
                    raise RuleFailure(f"{self.lemma.claim} needs {self.lemma.ordering}, here {ordering}")
                return self.lemma.final.xreplace(moved)
        return None


class AtMost(LocalRule):
    """A hypothesis: letters are at most what is given.

    Args:
        name: What is assumed, in words.
        limits: For each letter its bound; for a table, a function of the index.
        equal: Whether the letters equal their bounds.
    """

    relation: Relation = "<="

    def __init__(self, name: str, limits: dict[Any, Any], *, equal: bool = False) -> None:
        self.name, self.limits = name, limits
        self.assumptions = (name,)
        self.relation = "=" if equal else "<="
        self.statement = r",\ ".join(
            rf"{sp.latex(letter[layer] if callable(most) else letter)} {'=' if equal else chr(92) + 'le'} "
            rf"{sp.latex(most(layer) if callable(most) else most)}"
            for letter, most in limits.items()
        )

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The bound for the letter."""
        if isinstance(node, sp.Indexed) and node.base in self.limits:
            return self.limits[node.base](node.indices[0])
        return self.limits.get(node)


class PullOut(Rule):
    """λ_max(cX) = cλ_max(X) for c ≥ 0.

    Args:
        common: c, free of l and j.
    """

    name = "common factor"
    statement = r"\lambda_{\max}(cX) = c\,\lambda_{\max}(X)"

    def __init__(self, common: Any) -> None:
        self.common = common

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept ``after`` = c·λ_max(X) if ``before`` = λ_max(cX)."""
        if not nonnegative(sp.sympify(self.common), ordering):
            raise RuleFailure(f"{self.common} may be negative")
        found = list(after.atoms(LargestEigenvalue))
        if len(found) != 1 or not same(after, self.common * found[0], ordering) or self.common.has(layer, other):
            raise RuleFailure(f"{after} is not {self.common} times λ_max")
        taken = LargestEigenvalue(*(self.common * block for block in found[0].args))
        if not same(before, taken, ordering):
            raise RuleFailure(f"{before} is not λ_max of {self.common} times that matrix")


class EqualEntries(LocalRule):
    """λ_max = a + (L − 1)c of the L × L matrix with a on and c off the diagonal, for a, c ≥ 0."""

    name = "equal entries"
    statement = r"\lambda_{\max}(a I + c(11^\top - I)) = a + (L-1) c"

    def __init__(self, same: Callable[[Any, Any, Ordering], bool], off: Any, on: Any) -> None:
        self.same, self.off, self.on = same, off, on

    def local(self, node: Any, ordering: Ordering) -> Any:
        """a + (L − 1)c, where the entries are seen to be c and a."""
        if not isinstance(node, LargestEigenvalue):
            return None
        inner = within(ordering)
        if node.diagonal.shape != (1, 1) or (self.off + self.on).has(layer, other):
            raise RuleFailure(f"{node} is no matrix with equal entries")
        if not self.same(node.below[0, 0], self.off, inner) or not self.same(node.diagonal[0, 0], self.on, inner):
            raise RuleFailure(f"the entries of {node} are not {self.off} and {self.on}")
        if not all(nonnegative(sp.sympify(entry), ordering) for entry in (self.off, self.on)):
            raise RuleFailure(f"{self.off} or {self.on} may be negative")
        return self.on + (L - 1) * self.off
