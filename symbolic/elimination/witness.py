r"""The network at which the kernel's equations are solved, as letters, and how they multiply.

Data of rank r are reduced to r inputs with Σ = I, so that M_0 = r. Every W^l is the rectangular identity, and Ω has
the diagonal ω_1, …, ω_s and zeros elsewhere. With q = min(M_0, …, M_L) and q̂ = min(q, s) write

- i_l for the first q̂ columns of the identity of size M_l, p_l for their transpose, c_l = I − i_l p_l;
- T = N² for the diagonal matrix of ω_1, …, ω_q̂, all positive.

Chains keep these apart: W^{a:b}i_{b-1} = i_a, p_aW^{a:b} = p_{b-1}, W^{a:b}c_{b-1} = c_aW^{a:b}; and Ω⊤i_L = i_0T,
p_0Ω⊤ = Tp_L, Ω⊤c_L = c_0Ω⊤. A chain that passes every layer and Ω is i T p: no index above q̂ is alive everywhere
and has ω ≠ 0.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from sympy import Expr, Integer, Transpose

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Derivation, Rule
from hessproof.symbolic.elimination.letters import (
    QHAT,
    RESIDUAL_T,
    VANISHES,
    Diagonal,
    Inject,
    Project,
    Rest,
    Root,
    T,
    rewritten,
)
from hessproof.symbolic.normal import Word
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import Delta, Descending, L, Transposed, k

DEPTHS = (2, 3, 4, 2, 3, 4)
"""Depths of the networks that the lines of a derivation are evaluated on; L = 2 is where both ends meet."""


def _equal(one: Expr, two: Expr, ordering: Ordering) -> bool:
    return one == two or ordering.zero(one - two) is True


def _merged(word: Word, place: int, ordering: Ordering) -> Word | None:
    """Two adjacent letters of the witness, multiplied."""
    if place + 1 >= len(word):
        return None
    one, two, after = word[place], word[place + 1], word[place + 2 :]

    def at(first: Expr, second: Expr) -> bool:
        return _equal(first, second, ordering)

    match one, two:
        case Project(args=(a,)), Inject(args=(b,)) if at(a, b):
            return after
        case (Project(args=(a,)), Rest(args=(b,))) | (Rest(args=(a,)), Inject(args=(b,))) if at(a, b):
            return VANISHES
        case Rest(args=(a,)), Rest(args=(b,)) if at(a, b):
            return (one, *after)
        case Descending(args=(a, b)), Inject(args=(c,)) if at(c, b - 1):
            return (Inject(a), *after)
        case Transposed(args=(a, b)), Inject(args=(c,)) if at(c, b):
            return (Inject(a - 1), *after)
        case Project(args=(c,)), Descending(args=(a, b)) if at(c, a):
            return (Project(b - 1), *after)
        case Project(args=(c,)), Transposed(args=(a, b)) if at(c, a - 1):
            return (Project(b), *after)
        case Root(args=(a,)), Root(args=(b,)):
            return after if at(a, -b) else (Root(a + b), *after)
        case Transpose(arg=Diagonal()), Inject(args=(a,)) if at(a, L):
            return (Inject(0), T, *after)
        case Project(args=(a,)), Transpose(arg=Diagonal()) if at(a, 0):
            return (T, Project(L), *after)
        case Diagonal(), Inject(args=(a,)) if at(a, 0):
            return (Inject(L), T, *after)
        case Project(args=(a,)), Diagonal() if at(a, L):
            return (T, Project(0), *after)
    return None


def _passed(word: Word, place: int, ordering: Ordering) -> Word | None:
    """c moves past chains and Ω towards the change in the word: right if the change is there, otherwise left."""
    if place + 1 >= len(word):
        return None
    one, two, after = word[place], word[place + 1], word[place + 2 :]
    ahead = any(isinstance(letter, Delta) or isinstance(letter.T, Delta) for letter in after)

    def at(first: Expr, second: Expr) -> bool:
        return _equal(first, second, ordering)

    if isinstance(one, Rest) and ahead:
        match two:
            case Descending(args=(a, b)) if at(one.args[0], a):
                return (two, Rest(b - 1), *after)
            case Transposed(args=(a, b)) if at(one.args[0], a - 1):
                return (two, Rest(b), *after)
            case Diagonal() if at(one.args[0], L):
                return (two, Rest(0), *after)
            case Transpose(arg=Diagonal()) if at(one.args[0], 0):
                return (two, Rest(L), *after)
    if isinstance(two, Rest) and not ahead:
        match one:
            case Descending(args=(a, b)) if at(two.args[0], b - 1):
                return (Rest(a), one, *after)
            case Transposed(args=(a, b)) if at(two.args[0], b):
                return (Rest(a - 1), one, *after)
            case Diagonal() if at(two.args[0], 0):
                return (Rest(L), one, *after)
            case Transpose(arg=Diagonal()) if at(two.args[0], L):
                return (Rest(0), one, *after)
    return None


class Idempotents(Rule):
    """The products of i, p, c with each other, with chains and with Ω."""

    name = "idempotents"
    statement = r"p_l i_l = I,\ p_l c_l = 0,\ c_l i_l = 0,\ W^{a:b} i_{b-1} = i_a,\ W^{a:b} c_{b-1} = c_a W^{a:b}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Multiply out, as far as it goes."""
        return rewritten(expression, ordering, self.pattern)

    @staticmethod
    def pattern(word: Word, place: int, ordering: Ordering) -> Word | None:
        """Merge two letters, or move a c."""
        found = _merged(word, place, ordering)
        return _passed(word, place, ordering) if found is None else found


class ClosedChain(Rule):
    """W^{a:1}Ω⊤W^{L:b} = i_a T p_{b-1} if b − 1 ≤ a + 1: the chain passes every layer 0, …, a, b − 1, …, L.

    The product is diagonal, and its entry j is ω_j if j ≤ M_0, …, M_L, that is j ≤ q. Of these ω_j only the first q̂
    are not zero.
    """

    name = "a chain past every layer"
    statement = r"W^{a:1} \Omega^\top W^{L:a+2} = i_a T p_{a+1}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace each such chain; the empty one at an end is left out in words."""
        return rewritten(expression, ordering, self._closed)

    @staticmethod
    def _closed(word: Word, place: int, ordering: Ordering) -> Word | None:
        here, start = word[place], place
        last: Expr = Integer(0)
        if isinstance(here, Descending) and _equal(here.last, 1, ordering):
            last, start = here.first, place + 1
        if start >= len(word) or word[start] != RESIDUAL_T:
            return None
        end, first = start + 1, L
        if end < len(word) and isinstance(word[end], Descending) and _equal(word[end].first, L, ordering):
            first, end = word[end].last - 1, end + 1
        if ordering.nonnegative(last + 1 - first) is not True:
            return None
        return (Inject(last), T, Project(first), *word[end:])


def networks(
    derivation: Derivation,
    seed: int,
    prepare: Callable[[Valuation, random.Random], None] | None = None,
    *,
    simple: bool = False,
    low: bool = False,
    depths: tuple[int, ...] = DEPTHS,
    width: int = 4,
) -> Iterator[Valuation]:
    """Small networks with every rank s of Ω in turn, and a layer k where the derivation has one.

    Args:
        derivation: Whose lines are evaluated.
        seed: Of the draws.
        prepare: Fixes the changes ΔW^l, which are drawn freely otherwise.
        simple: Whether T = I.
        low: Whether s ≤ q.
        depths: The depth of each network.
        width: The largest width.
    """  # fmt: skip
    stream = random.Random(f"{derivation.claim}|{derivation.title}|{seed}")
    for depth in depths:
        widths = tuple(stream.randint(1, width) for _ in range(depth + 1))
        residual_rank = stream.randint(0, min(widths) if low else min(widths[0], widths[-1]))
        qhat = min(*widths, residual_rank)
        root = [1 if simple else stream.choice((1, 2, 3)) for _ in range(qhat)]
        beyond = [stream.choice((2, 3, 5)) for _ in range(residual_rank - qhat)]
        symbols = {L: depth, QHAT: qhat, formula.q: min(widths), k: stream.randint(1, max(depth - 1, 1))}
        weights = [np.eye(b, a, dtype=int).astype(object) for a, b in pairwise(widths)]
        valuation = Valuation(
            symbols, widths, seed=stream.randrange(2**32), weights=weights,
            weights_transposed=[weight.T for weight in weights],
        )  # fmt: skip
        valuation._drawn["root"] = np.array(root, dtype=object)
        valuation._drawn["omega"] = np.array([*(n**2 for n in root), *beyond], dtype=object)
        if prepare is not None:
            prepare(valuation, stream)
        yield valuation
