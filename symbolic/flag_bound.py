r"""No weights exceed the closed form of an interval flag: the bounds of rk H_o and of the block columns of H_f.

With a_l growing to a_n = c_n, b_l falling from b_0 = c_0, and a_m, b_m ≤ q at a narrowest node m, summation by parts
gives Σ_l a_l (b_{l-1} − b_l) + a_n b_n for the staircase count. All differences are nonnegative, a_l ≤ q up to m and
a_l ≤ c_n beyond, so the count is at most q c_0 + (c_n − q) b_m ≤ q(c_0 + c_n − q). Nothing is assumed of the weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import sympy as sp
from sympy import Expr, Sum

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formulas import CHAIN, FORMULAS, above, below
from hessproof.symbolic.functional_rank import Place, column_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import CUT, FIRST, LAST, NARROW, Ends, SplitAt, outer_rank
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, l


class Staircase(Rule):
    """a_l ≤ q for l ≤ m and a_l ≤ a_n beyond, each times a difference b_{l-1} − b_l ≥ 0."""

    name = "heights of the staircase"
    statement = r"a_l (b_{l-1} - b_l) \le q\,(b_{l-1} - b_l) \ (l \le m), \quad \le a_n (b_{l-1} - b_l)"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace a_l in every sum of a_l (b_{l-1} − b_l)."""
        changes = {}
        for total in expression.atoms(Sum):
            index, first, last = total.limits[0]
            step = below[index - 1] - below[index]
            if total.function != above[index] * step:
                raise RuleFailure(f"{total.function} is not a height times a difference")
            inner = ordering.where(first <= index, index <= last)
            height = NARROW if inner.nonnegative(CUT - index) is True else above[L]
            changes[total] = Sum(height * step, total.limits[0])
        return expression.xreplace(changes)


class NarrowNode(Rule):
    """b_m ≤ q, where its factor a_n − q is nonnegative."""

    name = "size of the narrowest node"
    statement = r"(a_n - q)\, b_m \le (a_n - q)\, q"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put q in place of b_m."""
        factor = sp.expand(expression).coeff(below[CUT])
        if sp.expand(factor - above[L] + NARROW) != 0:
            raise RuleFailure(f"b_m has the factor {factor}")
        return expression.xreplace({below[CUT]: NARROW})


@cache
def interval_flag_bound() -> Derivation:
    """The staircase count of an interval flag is at most q(c_0 + c_n − q), q being the size of a narrowest node.

    Example:
        >>> interval_flag_bound().check(0).ok, interval_flag_bound().relation
        (True, '<=')
    """
    a, b, q = above, below, NARROW
    before, after = (l, 1, CUT), (l, CUT + 1, L)
    fall = b[l - 1] - b[l]
    steps = (
        Step(Sum(a[l] * fall, before) + Sum(a[l] * fall, after) + a[L] * b[L], SplitAt()),
        Step(Sum(q * fall, before) + Sum(a[L] * fall, after) + a[L] * b[L], Staircase()),
        Step(q * b[0] + (a[L] - q) * b[CUT], Algebra("telescoping")),
        Step(q * b[0] + (a[L] - q) * q, NarrowNode()),
        Step(q * FIRST + (LAST - q) * q, Ends()),
    )
    return Derivation(
        "interval_flag_bound", "largest value of an interval flag", Ordering(CUT >= 0, CUT <= L, L >= 1),
        CHAIN.subs({formula.L: L, formula.l: l}), steps, q * (FIRST + LAST - q), same=same, valuations=_ranks,
    )  # fmt: skip


def _ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Ranks of any weights: a grows and b falls, and neither exceeds q at the narrowest node."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(1, 5):
        for cut in range(depth + 1):
            q = stream.randint(0, 4)
            low = sorted(stream.randint(0, q) for _ in range(cut + 1))
            a = low + sorted(stream.randint(low[-1], 6) for _ in range(depth - cut))
            tail = sorted((stream.randint(0, q) for _ in range(depth - cut + 1)), reverse=True)
            b = sorted((stream.randint(tail[0], 6) for _ in range(cut)), reverse=True) + tail
            a[-1], b[0] = max(a[-1], q), max(b[0], q)
            numbers: dict[Any, Any] = {L: depth, CUT: cut, NARROW: q, FIRST: b[0], LAST: a[-1], above: a, below: b}
            yield Valuation(numbers)


@cache
def outer_bound() -> Derivation:
    """rk H_o ≤ q(r + K − q) for every weights and data.

    Example:
        >>> outer_bound().check(0).ok
        True
    """
    published = FORMULAS["outer_bound"].expression.subs({formula.q: NARROW, formula.r: FIRST, formula.K: LAST})
    return replace(
        interval_flag_bound(), claim="outer_bound", title="upper bound on the rank of H_o", final=published,
        source="this project; Singh et al. 2021, Cor. 4, for almost all weights", lemmas=(outer_rank(),),
    )  # fmt: skip


@cache
def column_bound(place: Place) -> Derivation:
    """The value of Theorem 5 bounds the rank of block column l of H_f, for every weights and data, L ≥ 2.

    Example:
        >>> column_bound("middle").check(0).ok
        True
    """
    node = formula.width
    _, first, last, middle = (value for value, _ in FORMULAS["column_bound"].expression.args)
    chosen: dict[Place, tuple[Expr, dict[Expr, Expr]]] = {
        "first": (first, {formula.s: LAST, node[1]: FIRST}),
        "middle": (middle, {node[formula.l]: FIRST, node[formula.l - 1]: LAST}),
        "last": (last, {formula.s: FIRST, node[formula.L - 1]: LAST}),
    }
    published, nodes = chosen[place]
    return replace(
        interval_flag_bound(), claim=f"column_bound_{place}", title=f"upper bound on a block column, {place} layer",
        final=published.xreplace({**nodes, formula.qhat: NARROW}), source="this project; Singh et al. 2021, Thm 5",
        lemmas=(column_rank(place),),
    )  # fmt: skip
