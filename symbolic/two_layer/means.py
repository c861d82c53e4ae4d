r"""Means over independent normal entries: linearity, and Isserlis's theorem.

Entries of different letters are independent of each other, those of one letter too, all with mean zero. A product of
2r entries of one letter has the mean Σ over pairings of Π v δδ; of an odd number, zero.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule, RuleFailure
from hessproof.symbolic.two_layer.index_sums import everywhere, plain
from hessproof.symbolic.two_layer.letters import EPSILON, VARIANCE, W1, W2, E, Mean, X

VARIANCES: dict[sp.IndexedBase, Any] = {E: 2 * EPSILON, W1: VARIANCE, W2: VARIANCE, X: sp.Integer(1)}
"""The variance of the entries of each random letter."""
NORMAL = "the entries are independent and normal with mean zero"


class MeanOfSum(Rule):
    """The mean of a sum is the sum of the means; numbers that are not random come out."""

    name = "the mean is linear"
    statement = r"\operatorname{E} \textstyle\sum c f = \sum c \operatorname{E} f"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take it inside every sum."""
        return everywhere(expression, lambda node: _inside(plain(node.args[0])) if isinstance(node, Mean) else None)


def _inside(body: Any) -> Any:
    total = sp.S.Zero
    for term in sp.Add.make_args(body):
        factors = sp.Mul.make_args(term)
        fixed = [one for one in factors if not _random(one)]
        moving = [one for one in factors if _random(one)]
        if len(moving) == 1 and isinstance(moving[0], sp.Sum):
            inner = sp.Sum(_inside(sp.expand(moving[0].function)), *moving[0].limits)
        elif any(isinstance(one, sp.Sum) for one in moving):
            raise RuleFailure("a product of random sums")
        else:
            inner = Mean(sp.Mul(*moving)) if moving else sp.S.One
        total += sp.Mul(*fixed) * inner
    return total


def _random(expression: Any) -> bool:
    return any(entry.base in VARIANCES for entry in expression.atoms(sp.Indexed))


class Isserlis(Rule):
    """E of a product of entries: over all pairings, the product of v δδ."""

    name = "Isserlis’s theorem"
    statement = r"\operatorname{E}[e_1 \cdots e_{2r}] = \textstyle\sum_{\text{pairings}} \prod \operatorname{E}[e e']"
    assumptions = (NORMAL,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every mean of a product of entries."""
        found = everywhere(expression, _moments)
        if found == expression:
            raise RuleFailure(f"no mean of a product of entries in {expression}")
        return found


def _moments(node: Any) -> Any:
    if not isinstance(node, Mean):
        return None
    letters: dict[Any, list[Any]] = {}
    for factor in sp.Mul.make_args(node.args[0]):
        base, power = factor.as_base_exp()
        if not isinstance(base, sp.Indexed) or base.base not in VARIANCES or not (power.is_Integer and power > 0):
            raise RuleFailure(f"{factor} is no power of an entry")
        letters.setdefault(base.base, []).extend([base] * int(power))
    return sp.expand(sp.Mul(*(_pairings(entries, VARIANCES[base]) for base, entries in letters.items())))


def _pairings(entries: list[Any], variance: Any) -> Any:
    """Σ over pairings of Π v δδ."""
    if len(entries) % 2:
        return sp.S.Zero
    if not entries:
        return sp.S.One
    first, *others = entries
    total = sp.S.Zero
    for place, other in enumerate(others):
        deltas = [sp.KroneckerDelta(one, two) for one, two in zip(first.indices, other.indices, strict=True)]
        rest = others[:place] + others[place + 1 :]
        total += variance * sp.Mul(*deltas) * _pairings(rest, variance)
    return total
