r"""The equations of the kernel at the witness, solved by multiplying them with i, p and c.

With x_l = p_lΔW^lc_{l-1}, y_l = c_lΔW^li_{l-1} and a_l = p_lΔW^li_{l-1} the law of balance gives, for k = 1, …, L − 1,

    Ta_{k+1} = a_kT,   Tx_{k+1} = 0,   y_kT = 0.

With these, F_1 and F_L give x_1⊤ + Zy_L = 0 and y_L⊤ + x_1Z = 0, where Z = c_0Ω⊤c_L, hence (I − ZZ⊤)x_1⊤ = 0; and
p_0F_1i_1 = 0 says (Σ_l a_l)⊤ + TΣ_{l≥2}a_l = 0. If T = I all a_l are one matrix a, so that La⊤ + (L − 1)a = 0 and,
taken with its transpose, (2L − 1)a = 0. So nothing of U is left but ΔW^l = c_lΔW^lc_{l-1}.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from sympy import Expr, MatrixExpr, Transpose

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.elimination.equations import (
    Part,
    SplitEvery,
    balance,
    equation,
    kernel_equation,
    law_of_balance,
)
from hessproof.symbolic.elimination.letters import (
    QHAT,
    RESIDUAL,
    RESIDUAL_T,
    VANISHES,
    Inject,
    Project,
    Rest,
    T,
    rewritten,
)
from hessproof.symbolic.elimination.witness import ClosedChain, Idempotents, networks
from hessproof.symbolic.normal import Word
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import INDEX, LayerSum
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import Delta, L, add, identity, k, times

BETWEEN = Ordering(1 <= k, k + 1 <= L)
DEEP = Ordering(L >= 2)
Prepared = Callable[[Valuation, random.Random], None]


def core(layer: Expr | int) -> MatrixExpr:
    """a_l = p_lΔW^li_{l-1}."""
    return times(Project(layer), Delta(layer), Inject(layer - 1))


def into(layer: Expr | int) -> MatrixExpr:
    """x_l = p_lΔW^lc_{l-1}."""
    return times(Project(layer), Delta(layer), Rest(layer - 1))


def out_of(layer: Expr | int) -> MatrixExpr:
    """y_l = c_lΔW^li_{l-1}."""
    return times(Rest(layer), Delta(layer), Inject(layer - 1))


def at_witness(layer: Expr | int, part: Part = "loss") -> MatrixExpr:
    """F_l at the witness: Σ = I, and its Ω."""
    return equation(layer, identity(Inject(0).rows), RESIDUAL, part)


class Settled(Rule):
    """x_l = 0 for l ≥ 2 and y_l = 0 for l ≤ L − 1, their transposes too: what the law of balance has shown."""

    name = "what the balance settles"
    statement = r"p_l \Delta W^l c_{l-1} = 0\ (l \ge 2),\quad c_l \Delta W^l i_{l-1} = 0\ (l \le L - 1)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Drop each word that contains one of them."""
        return rewritten(expression, ordering, self._settled)

    @staticmethod
    def _settled(word: Word, place: int, ordering: Ordering) -> Word | None:
        if place + 2 >= len(word):
            return None
        one, two, three = word[place : place + 3]
        match one, two, three:
            case Project(), Delta(args=(l,)), Rest():
                return VANISHES if ordering.nonnegative(l - 2) is True else None
            case Rest(), Delta(args=(l,)), Inject():
                return VANISHES if ordering.nonnegative(L - 1 - l) is True else None
            case Rest(), Transpose(arg=Delta(args=(l,))), Inject():
                return VANISHES if ordering.nonnegative(l - 2) is True else None
            case Project(), Transpose(arg=Delta(args=(l,))), Rest():
                return VANISHES if ordering.nonnegative(L - 1 - l) is True else None
        return None


def chained(start: Any, ordering: Ordering, *rules: Rule) -> tuple[Step, ...]:
    """The lines that rules give one after another."""
    steps = []
    for rule in rules:
        start = rule.apply(start, ordering)
        steps.append(Step(start, rule))
    return tuple(steps)


def solved_by(
    claim: str, title: str, ordering: Ordering, start: Any, rules: tuple[Rule, ...], final: Any,
    *, prepare: Prepared | None = None, simple: bool = False, lemmas: tuple[Derivation, ...] = (),
) -> Derivation:  # fmt: skip
    """A derivation whose lines are what the rules give, one after another."""
    steps = chained(start, ordering, *rules)
    return Derivation(
        claim, title, ordering, start, steps, final, source="this project",
        valuations=partial(networks, prepare=prepare, simple=simple), lemmas=lemmas,
    )  # fmt: skip


@cache
def neighbouring_cores() -> Derivation:
    """p_k(balance)i_k: Ta_{k+1} = a_kT.

    Example:
        >>> neighbouring_cores().check(0, count=1).ok
        True
    """
    start = times(Project(k), balance(k, RESIDUAL), Inject(k))
    final = add(times(T, core(k + 1)), times(-1, core(k), T))
    return solved_by(
        "neighbouring cores", "the cores of neighbouring layers", BETWEEN, start, (ClosedChain(), Idempotents()), final,
        lemmas=(kernel_equation(), law_of_balance()),
    )  # fmt: skip


@cache
def nothing_into() -> Derivation:
    """p_k(balance)c_k: Tx_{k+1} = 0.

    Example:
        >>> nothing_into().check(0, count=1).ok
        True
    """
    start = times(Project(k), balance(k, RESIDUAL), Rest(k))
    return solved_by(
        "into the core", "nothing leads into the core behind the first layer", BETWEEN, start,
        (ClosedChain(), Idempotents()), times(T, into(k + 1)), lemmas=(law_of_balance(),),
    )  # fmt: skip


@cache
def nothing_out() -> Derivation:
    """c_k(balance)i_k: y_kT = 0.

    Example:
        >>> nothing_out().check(0, count=1).ok
        True
    """
    start = times(Rest(k), balance(k, RESIDUAL), Inject(k))
    return solved_by(
        "out of the core", "nothing leads out of the core before the last layer", BETWEEN, start,
        (ClosedChain(), Idempotents()), times(-1, out_of(k), T), lemmas=(law_of_balance(),),
    )  # fmt: skip


def across() -> MatrixExpr:
    """Z = c_0Ω⊤c_L, what the core leaves of Ω⊤."""
    return times(Rest(0), RESIDUAL_T, Rest(L))


def first_solved() -> MatrixExpr:
    """x_1⊤ + Zy_L."""
    return add(into(1).T, times(across(), out_of(L)))


def last_solved() -> MatrixExpr:
    """y_L⊤ + x_1Z."""
    return add(out_of(L).T, times(into(1), across()))


@cache
def first_layer() -> Derivation:
    """c_0F_1i_1 = x_1⊤ + Zy_L, Z = c_0Ω⊤c_L.

    Example:
        >>> first_layer().check(0, count=1).ok
        True
    """
    start = times(Rest(0), at_witness(1), Inject(1))
    return at_end("first layer", "what the first layer's equation leaves", start, first_solved())


@cache
def last_layer() -> Derivation:
    """p_{L-1}F_Lc_L = y_L⊤ + x_1Z.

    Example:
        >>> last_layer().check(0, count=1).ok
        True
    """
    start = times(Project(L - 1), at_witness(L), Rest(L))
    return at_end("last layer", "what the last layer's equation leaves", start, last_solved())


def at_end(claim: str, title: str, start: Any, final: Any) -> Derivation:
    """A derivation that solves the equation of the first or of the last layer with what the balance settles."""
    rules = (Idempotents(), SplitEvery(1), SplitEvery(L), Idempotents(), Settled())
    return Derivation(
        claim, title, DEEP, start, chained(start, DEEP, *rules), final, source="this project", same=same_products,
        valuations=partial(networks, prepare=balanced), lemmas=(nothing_into(), nothing_out()),
    )  # fmt: skip


def same_products(one: Any, two: Any, ordering: Ordering) -> bool:
    """Equality after the products of idempotents have been multiplied out on both sides."""
    if one.shape != two.shape:
        return False
    products = Idempotents()
    return bool(products.apply(one, ordering) == products.apply(two, ordering))


def left_of_ends() -> MatrixExpr:
    """x_1⊤ − ZZ⊤x_1⊤."""
    return add(into(1).T, times(-1, across(), across().T, into(1).T))


@cache
def ends_meet() -> Derivation:
    """(x_1⊤ + Zy_L) − Z(y_L⊤ + x_1Z)⊤ = (I − ZZ⊤)x_1⊤.

    Z is diagonal with the entries ω_j, j > q̂, which are not ±1; so x_1 = 0, and then y_L = 0.

    Example:
        >>> ends_meet().check(0, count=1).ok
        True
    """
    start, final = add(first_solved(), times(-1, across(), last_solved().T)), left_of_ends()
    return Derivation(
        "both ends", "what the two ends leave of each other", DEEP, start, (Step(final, Idempotents()),), final,
        source="this project", same=same_products, valuations=partial(networks, prepare=balanced),
        lemmas=(first_layer(), last_layer()),
    )  # fmt: skip


def cores_added() -> MatrixExpr:
    """(Σ_l a_l)⊤ + TΣ_{l≥2}a_l."""
    return add(LayerSum(core(INDEX).T, INDEX, 1, L), times(T, LayerSum(core(INDEX), INDEX, 2, L)))


@cache
def sum_of_cores() -> Derivation:
    """p_0F_1i_1 = (Σ_l a_l)⊤ + TΣ_{l≥2}a_l.

    Example:
        >>> sum_of_cores().check(0, count=1).ok
        True
    """
    start = times(Project(0), at_witness(1), Inject(1))
    return solved_by(
        "sum of the cores", "what the first layer's equation says about the cores", DEEP, start, (Idempotents(),),
        cores_added(), lemmas=(kernel_equation(),),
    )  # fmt: skip


def balanced(valuation: Valuation, stream: random.Random) -> None:
    """Changes that meet what the law of balance settles, and are free otherwise."""
    depth, size = len(valuation.widths) - 1, valuation.symbols[QHAT]
    for layer in range(1, depth + 1):
        change = evaluate(Delta(layer), valuation).copy()
        if layer >= 2:
            change[:size, size:] = 0
        if layer <= depth - 1:
            change[size:, :size] = 0
        valuation._drawn["D", layer] = change
