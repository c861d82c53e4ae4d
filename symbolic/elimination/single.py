r"""A single layer, L = 1: the Hessian is Σ ⊗ I, and its rank rK that of the formula."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import sympy as sp
from sympy import Integer

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.elimination.equations import SplitEvery
from hessproof.symbolic.elimination.letters import (
    QHAT,
)
from hessproof.symbolic.elimination.steps import at_witness
from hessproof.symbolic.elimination.witness import networks
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import Delta, L

SINGLE = Ordering(sp.Eq(L, 1))


@cache
def single_layer() -> Derivation:
    """With L = 1 the one equation is F_1 = ΔW^{1⊤} = 0 at Σ = I: the kernel is zero, and the rank is p = rK.

    Example:
        >>> single_layer().check(0, count=1).ok
        True
    """
    split, start, final = SplitEvery(1), at_witness(1), Delta(1).T
    return Derivation(
        "single layer", "one layer alone", SINGLE, start,
        (Step(split.apply(start, SINGLE), split), Step(final, Algebra("empty sums"))), final,
        source="this project", valuations=partial(networks, depths=(1, 1, 1)), lemmas=(single_count(),),
    )  # fmt: skip


node, q = formula.width, formula.q


class NarrowestEnd(Rule):
    """(r − q)(K − q) = 0 where L = 1, for then q is r or K."""

    name = "the narrowest layer is an end"
    statement = r"(r - q)(K - q) = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the product off."""
        ordering.require(1 - L, "no hidden layer")
        return expression - (node[0] - q) * (node[1] - q)


@cache
def single_count() -> Derivation:
    """rK is the value of the formula at L = 1, for every s.

    Example:
        >>> single_count().check(0, count=1).ok
        True
    """
    start, rule = node[0] * node[1], NarrowestEnd()
    ends = {formula.r: node[0], formula.K: node[1], formula.L: Integer(1), formula.M: Integer(0)}
    final = FORMULAS["loss_generic"].expression.xreplace(ends)
    return Derivation(
        "single count", "the value of the formula without hidden layers", SINGLE, start,
        (Step(rule.apply(start, SINGLE), rule), Step(final, Algebra("expand"))), final,
        source="this project", same=_same_counts, valuations=_pairs_of_widths,
    )  # fmt: skip


def _same_counts(one: Any, two: Any, ordering: Ordering) -> bool:
    return bool(sp.expand(one - two) == 0)


def _pairs_of_widths(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        widths = stream.randint(0, 5), stream.randint(1, 5)
        numbers: dict[Any, Any] = {node: list(widths), q: min(widths), QHAT: stream.randint(0, min(widths)), L: 1}
        yield Valuation(numbers)
