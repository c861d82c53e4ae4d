r"""The bound of §4.4 without A1: rk H_L ≤ 2qM − Lq² + q(r + K) ≤ 2qM − Lq² + 2qs + q(r + K − q) for s ≥ q.

So it holds at every time of every training run, whatever becomes of the ranks of the weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Sum, Symbol

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.kernel_proof import RANK, loss_bound
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, k

SURPLUS = Symbol("s_q", integer=True, nonnegative=True)
"""s − q ≥ 0, by which the residual's rank exceeds q."""


class Proved(Rule):
    """rk H_L ≤ what another derivation says.

    Args:
        derivation: It starts at the rank and proves a bound.
    """

    relation = "<="

    def __init__(self, derivation: Derivation) -> None:
        if derivation.relation != "<=":
            raise RuleFailure(f"{derivation.claim} is no bound")
        self.derivation, self.name = derivation, derivation.title

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The bound for the rank."""
        return expression.xreplace({self.derivation.start: self.derivation.final})


class Enlarge(Rule):
    """x ≤ x + y for a y ≥ 0: here q² + 2q(s − q), a sum of products of numbers that are not negative."""

    name = "a summand that is not negative"
    statement = r"2qs - q^2 = q^2 + 2q(s - q) \ge 0"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Add it."""
        return expression + formula.q**2 + 2 * formula.q * SURPLUS


@cache
def bound_without_a1() -> Derivation:
    """The bound of §4.4 for every weights and s ≥ q; no assumption on the ranks of the weights.

    Example:
        >>> bound_without_a1().check(0).ok
        True
    """
    node = formula.width
    ends = {formula.M: Sum(node[k], (k, 1, L - 1)), formula.r: node[0], formula.K: node[L], formula.L: L}
    proved = loss_bound().final
    larger = proved + formula.q**2 + 2 * formula.q * SURPLUS
    final = FORMULAS["overall"].expression.xreplace({**ends, formula.s: formula.q + SURPLUS})
    return Derivation(
        "bound_without_a1", "the bound of §4.4 at every parameter", Ordering(L >= 1), RANK,
        (Step(proved, Proved(loss_bound())), Step(larger, Enlarge()), Step(final, Algebra("collect"))), final,
        source="this project; Singh et al. 2021, §§4.4 and 6", same=same, valuations=_bounded,
        remarks=("on data reduced to r inputs, so that M_0 = r; s = q + s_q",), lemmas=(loss_bound(),),
    )  # fmt: skip


def _bounded(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Widths, q, s − q and a rank that obeys the proved bound."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(1, 7):
        widths = [stream.randint(1, 6) for _ in range(depth + 1)]
        q = min(widths)
        most = 2 * q * sum(widths[1:-1]) - depth * q**2 + q * (widths[0] + widths[-1])
        numbers: dict[Any, Any] = {L: depth, formula.q: q, SURPLUS: stream.randint(0, 3)}
        tables: dict[Any, Any] = {formula.width: widths, RANK: stream.randint(0, most)}
        yield Valuation({**numbers, **tables})
