"""Rules that rest on other derivations: they look up that these are the ones they need, and that they hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure
from hessproof.symbolic.ordering import Ordering

MINORS = "cited: a minor that is not zero at one point is not zero at almost every one"
FACTORS = "cited: every positive semidefinite Σ of rank r is CC⊤ for a C with r independent columns"
REGULAR = "cited: I − ZZ⊤ is invertible, because no ω_j beyond the first q̂ is 1 or −1"
NO_SQUARE = "cited: ‖D‖² = 0 only for D = 0"


class Resting(Rule):
    """A rule that rests on derivations.

    Args:
        found: The derivations, which are also lemmas of the one that uses the rule, in the order of ``wanted``.
    """

    wanted: ClassVar[tuple[str, ...]]
    """The claims that it needs."""

    def __init__(self, *found: Derivation) -> None:
        self.found = found

    def look_up(self, cases: Iterable[Ordering]) -> None:
        """Demand what is wanted, proved, and that each case satisfies the assumptions of one of them.

        Raises:
            RuleFailure: If something else was found, if it fails, or if a case is left out.
        """
        claims = tuple(derivation.claim for derivation in self.found)
        if claims != self.wanted:
            raise RuleFailure(f"{self.name} rests on {self.wanted}, not on {claims}")
        for derivation in self.found:
            if why := proved(derivation):
                raise RuleFailure(f"{self.name}: {why}")
        for case in cases:
            if not any(case.implies(derivation.ordering) for derivation in self.found):
                raise RuleFailure(f"{self.name}: nothing is found for {case}")
