r"""What the attained ranks of H_f and H_o say about their parts: block columns, and the factor A_o of H_o.

rk H_f is at most the sum of the ranks of its block columns, each of which is at most the value of Theorem 5. These
values add up to the attained rank of H_f. So for almost all weights each block column attains its own, and the ranks
of the block columns add up. And rk A_o ≥ rk A_o B_o A_o⊤ = rk H_o.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Expr, Integer, Sum, Symbol

from hessproof.symbolic import flag_bound, formula, gauss_newton
from hessproof.symbolic.attainment import attained
from hessproof.symbolic.attainment.attained import NODE, QHAT, Q, S, renamed
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formulas import FORMULAS, FUNCTIONAL, OUTER
from hessproof.symbolic.functional_rank import Place
from hessproof.symbolic.kernel_proof import RANK
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, k, l

COLUMN = Symbol(r"\operatorname{rk} H_f^{\bullet l}", integer=True)
COLUMNS = Symbol(r"\sum_l \operatorname{rk} H_f^{\bullet l}", integer=True)
FACTOR = Symbol(r"\operatorname{rk} A_o", integer=True)
PLACES: tuple[Place, ...] = ("first", "middle", "last")


def value(place: Place) -> Expr:
    r"""The value of Theorem 5 for the first, a middle or the last block column, in widths.

    Example:
        >>> value("first")
        -\hat{q}**2 + \hat{q}*s + \hat{q}*M[1]
    """
    _, *branches = FORMULAS["column_bound"].expression.args
    order = {"first": 0, "last": 1, "middle": 2}
    found: Expr = branches[order[place]][0].xreplace({formula.l: l, formula.L: L})
    return found


def bounded(place: Place) -> Expr:
    """The same, after the derivation has been checked that no weights exceed it.

    Raises:
        RuleFailure: If it does not hold.
    """
    if why := proved(flag_bound.column_bound(place)):
        raise RuleFailure(why)
    return value(place)


def _middle(first: Expr, last: Expr) -> Expr:
    return Sum(bounded("middle").xreplace({l: k}), (k, first, last))


class AllColumns(Rule):
    """The ranks of all block columns are at most the values of Theorem 5."""

    name = "values of Theorem 5"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The first value, those between, and the last."""
        if ordering.nonnegative(L - 2) is not True:
            raise RuleFailure("the first and the last block column must differ")
        total = bounded("first") + _middle(Integer(2), L - 1) + bounded("last")
        return expression.xreplace({COLUMNS: total})


class OtherColumns(Rule):
    """rk H_f^{•l} ≥ rk H_f − Σ of the values of the other block columns; rk H_f is at least what is attained.

    Args:
        place: Which block column.
    """

    name = "the other block columns"
    relation = ">="
    statement = r"\operatorname{rk} H_f \le \sum_k \operatorname{rk} H_f^{\bullet k}"

    def __init__(self, place: Place) -> None:
        self.place = place

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The attained rank less all other values."""
        whole = attained.functional()
        if why := proved(whole):
            raise RuleFailure(why)
        if not ordering.implies(whole.ordering):
            raise RuleFailure("the rank of H_f is attained for other depths")
        others = {
            "first": _middle(Integer(2), L - 1) + bounded("last"),
            "middle": bounded("first") + _middle(Integer(2), l - 1) + _middle(l + 1, L - 1) + bounded("last"),
            "last": bounded("first") + _middle(Integer(2), L - 1),
        }
        return expression.xreplace({COLUMN: whole.final - others[self.place]})


@cache
def column(place: Place) -> Derivation:
    """For almost all weights a block column has at least the rank of Theorem 5.

    Example:
        >>> column("middle").check(0).ok
        True
    """
    order = Ordering(l >= 2, l + 1 <= L) if place == "middle" else Ordering(L >= 2)
    rule = OtherColumns(place)
    return Derivation(
        f"column_attained_{place}", f"the rank of a block column is attained, {place} layer", order, COLUMN,
        (Step(rule.apply(COLUMN, order), rule), Step(value(place), Algebra("telescoping"))), value(place),
        source="this project", same=same, valuations=_ranks,
    )  # fmt: skip


@cache
def independence() -> Derivation:
    """The ranks of the block columns add up to at most the attained rank of H_f, and so to it, L ≥ 2.

    Example:
        >>> independence().check(0).ok
        True
    """
    order, rule, final = Ordering(L >= 2), AllColumns(), renamed(FUNCTIONAL)
    return Derivation(
        "columns_add_up", "the ranks of the block columns add up", order, COLUMNS,
        (Step(rule.apply(COLUMNS, order), rule), Step(final, Algebra("telescoping"))), final,
        source="this project", same=same, valuations=_ranks,
    )  # fmt: skip


class OuterProduct(Rule):
    """rk A_o ≥ rk A_o B_o A_o⊤ = rk H_o, and for almost all weights rk H_o is at least what is attained."""

    name = "rank of a factor"
    relation = ">="
    statement = r"\operatorname{rk} A_o \ge \operatorname{rk} A_o B_o A_o^\top = \operatorname{rk} H_o"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The attained rank of H_o for the rank of A_o."""
        for derivation in (gauss_newton.prop2(), attained.outer()):
            if why := proved(derivation):
                raise RuleFailure(why)
        return expression.xreplace({FACTOR: attained.outer().final})


@cache
def factor() -> Derivation:
    """For almost all weights rk A_o ≥ q(r + K − q).

    Example:
        >>> factor().check(0).ok
        True
    """
    order, rule, final = Ordering(L >= 1), OuterProduct(), renamed(OUTER)
    return Derivation(
        "factor_attained", "the rank of A_o is at least that of H_o", order, FACTOR,
        (Step(rule.apply(FACTOR, order), rule),), final, source="this project", same=same, valuations=_ranks,
    )  # fmt: skip


def _ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Widths, and ranks as large as they can be."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (3, 4, 5, 3, 4):
        widths = tuple(stream.randint(1, 5) for _ in range(depth + 1))
        s = stream.randint(0, min(widths[0], widths[-1]))
        q, qhat, layer = min(widths), min(s, *widths), stream.randint(2, depth - 1)
        ends = [qhat * widths[1] + qhat * s - qhat**2, qhat * widths[-2] + qhat * s - qhat**2]
        inner = [qhat * (widths[x] + widths[x - 1]) - qhat**2 for x in range(1, depth + 1)]
        own = {"first": ends[0], "last": ends[1], "middle": inner[layer - 1]}
        total = sum(ends) + sum(inner[1:-1])
        numbers: dict[Any, Any] = {L: depth, l: layer, Q: q, QHAT: qhat, S: s, NODE: widths, COLUMNS: total}
        numbers.update({COLUMN: own[derivation.claim.rpartition("_")[2]]} if "column_" in derivation.claim else {})
        yield Valuation({**numbers, RANK: total, FACTOR: q * (widths[0] + widths[-1] - q)})
