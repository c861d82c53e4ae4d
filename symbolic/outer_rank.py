r"""The rank of A_o, of the network Jacobian and of H_o: exact for every weights, and Theorem 3 with what it needs.

The column spaces of W^{L:l+1} grow with l and those of W^{1:l-1} shrink, since W^{L:l+1} = W^{L:l+2}W^{l+1} and
W^{1:l} = W^{1:l-1}W^{l⊤}. So A_o⊤ is a tensor flag, and with a_l = rk W^{L:l+1}, b_l = rk W^{l:1}

    rk A_o = Σ_{l=1}^{L} a_l b_{l-1} − Σ_{l=1}^{L-1} a_l b_l          for every weights.

Theorem 3 follows if rk W^{L:1} = q: then a_l = q for l ≤ m and b_l = q for l ≥ m, m being a layer of width q. Maximal
rank of each W^l (A1) does not give that: see :func:`broken_steps`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr, MatrixSymbol, Sum, Symbol

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.flag_rank import BlockRow, Link, RankOfFlag, RankOfGram, RankOfTranspose, Segment, SideBySide
from hessproof.symbolic.formulas import CHAIN, FORMULAS, above, below, rank_left, rank_right
from hessproof.symbolic.generalised_inverse import Rk
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.tensor_flag import induction_step
from hessproof.symbolic.valuation import Valuation, filled
from hessproof.symbolic.words import Descending, L, M, Transposed, identity, l, times, weight

DEEP = Ordering(L >= 1)
SAMPLES = Symbol("N", integer=True, positive=True)
DATA = MatrixSymbol("X", M(0), SAMPLES)
"""The inputs as columns; Σ = XX⊤ up to the factor 1/N, which no rank depends on."""

CUT, NARROW, FIRST, LAST = sp.symbols("m q c_0 c_n", integer=True)
"""A narrowest node, its size, and the sizes of the first and the last node of an interval flag."""


def a_o_transposed() -> BlockRow:
    """A_o⊤ = (W^{L:l+1} ⊗ W^{1:l-1})_{l=1..L} (Singh et al. 2021, Prop. 2)."""
    result: BlockRow = BlockRow(Segment(Descending(L, l + 1), Transposed(1, l - 1), l, 1, L))
    return result


def jacobian() -> BlockRow:
    """(W^{L:l+1} ⊗ X⊤W^{1:l-1})_{l=1..L}: derivatives of all outputs on all samples."""
    result: BlockRow = BlockRow(Segment(Descending(L, l + 1), times(DATA.T, Transposed(1, l - 1)), l, 1, L))
    return result


_LINKS = (Link(weight(l + 1), weight(l).T),)


def _chain_formula(on_data: bool) -> Expr:
    """The exact formula with a_l and b_l written as ranks of chains."""

    def meaning(entry: sp.Indexed) -> Expr:
        index = entry.indices[0]
        if entry.base == above:
            return Rk(Descending(L, index + 1))
        return Rk(times(DATA.T, Transposed(1, index))) if on_data else Rk(Descending(index, 1))

    name = "jacobian_chain" if on_data else "a_o_chain"
    expression = FORMULAS[name].expression.subs({formula.L: L, formula.l: l})
    return expression.replace(lambda x: isinstance(x, sp.Indexed), meaning)


def weights_of_any_rank(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks that the derivation's assumptions allow, up to four layers, weights of every rank from 0 to maximal."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    solutions = list(derivation.ordering.where(L >= 1).solutions(0, 4))
    for solution in (stream.choice(solutions) for _ in range(6)):
        widths = tuple(stream.randint(1, 3) for _ in range(solution[L] + 1))
        weights = []
        for rows, cols in zip(widths[1:], widths, strict=False):
            target = stream.randint(0, min(rows, cols))
            one, two = (
                np.array([[stream.randint(-9, 9) for _ in range(n)] for _ in range(m)], dtype=object).reshape(m, n)
                for m, n in ((rows, target), (target, cols))
            )
            weights.append(np.array(one.dot(two), dtype=object).reshape(rows, cols) if target else filled(rows, cols))
        yield Valuation(
            {SAMPLES: stream.randint(1, 3), **solution}, widths, seed=stream.randrange(2**32), weights=weights,
            weights_transposed=[matrix.T for matrix in weights],
        )  # fmt: skip


@cache
def a_o_rank() -> Derivation:
    """rk A_o for every weights.

    Example:
        >>> a_o_rank().check(0).ok
        True
    """
    left, right, following = Rk(Descending(L, l + 1)), Transposed(1, l - 1), Transposed(1, l)
    spread = Sum(left * Rk(right), (l, 1, L)) - Sum(left * Rk(following), (l, 1, L - 1))
    return Derivation(
        "thm3", "rank of A_o for every weights", DEEP, Rk(a_o_transposed()),
        (Step(spread, RankOfFlag(_LINKS)), Step(_chain_formula(False), RankOfTranspose())), _chain_formula(False),
        source="this project; Singh et al. 2021, Thm 3, is about the same matrix", same=same,
        valuations=weights_of_any_rank, lemmas=(induction_step(),),
    )  # fmt: skip


@cache
def outer_rank() -> Derivation:
    """rk H_o, H_o = A_o (I ⊗ XX⊤) A_o⊤, for every weights and data: that of the network Jacobian (Cor. 4).

    Example:
        >>> outer_rank().check(0).ok
        True
    """
    row, on_data = a_o_transposed(), kron(identity(M(L)), DATA.T)
    steps = (
        Step(Rk(times(jacobian().T, jacobian())), SideBySide(DATA.T)),
        Step(Rk(jacobian()), RankOfGram()),
        Step(_chain_formula(True), RankOfFlag(_LINKS)),
    )
    start = Rk(times(row.T, kron(identity(M(L)), DATA), on_data, row))
    return Derivation(
        "cor4", "rank of H_o for every weights and data", DEEP, start, steps, _chain_formula(True),
        source="this project; Singh et al. 2021, Prop. 2 and Cor. 4, for the factorisation", same=same,
        remarks=("the samples are numbers of an ordered field; Σ = XX⊤/N",), valuations=weights_of_any_rank,
        lemmas=(induction_step(),),
    )  # fmt: skip


@cache
def kernel_matrix_rank() -> Derivation:
    """rk of the neural tangent kernel JJ⊤, for every weights and data: that of the Jacobian J.

    The Fisher information of a Gaussian output model is J⊤J = H_o up to a factor: see :func:`outer_rank`.
    """
    return Derivation(
        "ntk", "rank of the neural tangent kernel", DEEP, Rk(times(jacobian(), jacobian().T)),
        (Step(Rk(jacobian()), RankOfGram()), Step(_chain_formula(True), RankOfFlag(_LINKS))), _chain_formula(True),
        source="this project; Singh et al. 2021, remark after Cor. 4", same=same, valuations=weights_of_any_rank,
        lemmas=(induction_step(),),
    )  # fmt: skip


class Pinned(Rule):
    """a_l = q for 0 ≤ l ≤ m and b_l = q for m ≤ l ≤ n, where node m has size q and a_0 = b_n = q.

    a_0 ≤ a_1 ≤ … ≤ a_m, because X_l = X_{l+1}P_l gives rk X_l ≤ rk X_{l+1}; and a_m ≤ q, because X has as many columns
    as node m. So q = a_0 ≤ a_l ≤ q. The same for b from the other side.
    """

    name = "pinned between the whole chain and its narrowest node"
    statement = r"q = a_0 \le a_l \le a_m \le q \ (l \le m),\quad q = b_n \le b_l \le b_m \le q \ (l \ge m)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace pinned entries, inside sums only where the whole range of the sum is pinned."""
        changes = {}
        for total in expression.atoms(Sum):
            index, first, last = total.limits[0]
            inner = ordering.where(first <= index, index <= last)
            changes[total] = Sum(self._pin(total.function, inner), total.limits[0])
        return self._pin(expression.xreplace(changes), ordering)

    def _pin(self, expression: Expr, ordering: Ordering) -> Expr:
        changes = {}
        for entry in expression.atoms(sp.Indexed):
            index = entry.indices[0]
            gaps = (index, CUT - index) if entry.base == above else (index - CUT, L - index)
            if all(ordering.nonnegative(gap) is True for gap in gaps):
                changes[entry] = NARROW
        return expression.xreplace(changes)


class Ends(Rule):
    """a_n is the size of the last node and b_0 that of the first: the chains there are empty (or the data alone)."""

    name = "ranks at the two ends"
    statement = r"a_n = c_n,\quad b_0 = c_0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put in the sizes."""
        return expression.xreplace({above[L]: LAST, below[0]: FIRST})


class SplitAt(Rule):
    """Sums over 1..L are split at the narrowest node; Σ_{1}^{L-1} is Σ_{1}^{L} less its last summand."""

    name = "split the sums at the narrowest node"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Accept any other way of writing the same sums."""
        if not same(before, after, ordering):
            raise RuleFailure(f"{after} is not {before} with its sums split")


@cache
def interval_flag() -> Derivation:
    """The staircase count of an interval flag whose whole chain has rank q: q(c_0 + c_n − q).

    Nodes 0, …, n of sizes c_0, …, c_n, among them node m of the smallest size q; a_l and b_l are the ranks of the
    products from node l to node n and from node 0 to node l; n is written L. The one assumption is a_0 = b_n = q.

    Example:
        >>> interval_flag().check(0).ok
        True
    """
    a, b, q = above, below, NARROW
    chain = CHAIN.subs({formula.L: L, formula.l: l})
    first, last = (l, 1, CUT), (l, CUT + 1, L)
    product, corner = a[l] * b[l - 1], a[l] * b[l]
    split = Sum(product, first) + Sum(product, last) - Sum(corner, first) - Sum(corner, last) + a[L] * b[L]
    pinned = Sum(q * b[l - 1], first) + Sum(a[l] * q, last) - Sum(q * b[l], first) - Sum(a[l] * q, last) + a[L] * q
    steps = (
        Step(split, SplitAt()),
        Step(pinned, Pinned()),
        Step(q * b[0] - q * b[CUT] + q * a[L], Algebra("telescoping")),
        Step(q * b[0] - q**2 + q * a[L], Pinned()),
        Step(q * FIRST - q**2 + q * LAST, Ends()),
    )
    return Derivation(
        "interval_flag", "closed form of an interval flag", Ordering(CUT >= 0, CUT <= L, L >= 1), chain, steps,
        q * (FIRST + LAST - q), assumptions=("rank of the whole chain = q",), same=same, valuations=_interval_ranks,
    )  # fmt: skip


def _interval_ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Ranks that meet the assumption: a is q up to m and rises to c_n, b falls from c_0 and is q from m on."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(1, 5):
        for cut in range(depth + 1):
            q = stream.randint(0, 3)
            rise = sorted(stream.randint(q, 5) for _ in range(depth - cut))
            fall = sorted((stream.randint(q, 5) for _ in range(cut)), reverse=True)
            a, b = [q] * (cut + 1) + rise, fall + [q] * (depth - cut + 1)
            numbers: dict[Any, Any] = {L: depth, CUT: cut, NARROW: q, FIRST: b[0], LAST: a[-1], above: a, below: b}
            yield Valuation(numbers)


@cache
def thm3_closed() -> Derivation:
    """Theorem 3, second equality, from the one assumption rk W^{L:1} = q: the interval flag with c_0 = r, c_n = K.

    Example:
        >>> thm3_closed().check(0).ok
        True
    """
    published = FORMULAS["thm3"].expression.subs({formula.q: NARROW, formula.r: FIRST, formula.K: LAST})
    return _renamed(interval_flag(), "thm3_closed", "Theorem 3 where the whole product has rank q", published)


def _renamed(derivation: Derivation, claim: str, title: str, final: Expr) -> Derivation:
    return Derivation(
        claim, title, derivation.ordering, derivation.start, derivation.steps, final,
        source="Singh et al. 2021, Thm 3", same=derivation.same, valuations=_interval_ranks,
        assumptions=("rk W^{L:1} = q",), lemmas=(a_o_rank(),),
    )  # fmt: skip


@cache
def thm3_gap() -> Derivation:
    """What the first equality of Theorem 3 leaves out: Σ_{l=2}^{L-1} (a_l − a_{l-1})(b_{l-1} − b_{L-1}).

    The published two-term formula counts only the end blocks l = 1 and l = L. It is exact if and only if every summand
    of the gap, none of which is negative, vanishes: the middle blocks lie in the span of the two end blocks.

    Example:
        >>> thm3_gap().check(0).ok
        True
    """
    a, b = above, below
    ends = {formula.r: b[0], formula.K: a[L], rank_left: a[1], rank_right: b[L - 1]}
    gap = Sum((a[l] - a[l - 1]) * (b[l - 1] - b[L - 1]), (l, 2, L - 1))
    final = FORMULAS["thm3_chain"].expression.xreplace(ends) + gap
    return Derivation(
        "thm3_gap", "the first equality of Theorem 3 and what it leaves out", Ordering(L >= 2),
        CHAIN.subs({formula.L: L, formula.l: l}), (Step(final, Algebra("summation by parts")),), final,
        source="this project", same=same, valuations=_any_ranks,
    )  # fmt: skip


def _any_ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(2, 7):
        tables: Any = {base: [stream.randint(0, 9) for _ in range(depth + 1)] for base in (above, below)}
        yield Valuation({L: depth, **tables})


@dataclass(frozen=True)
class BrokenStep:
    """A step of a published proof, weights that meet its assumption, and what the step says and what is true there."""

    statement: str
    widths: tuple[int, ...]
    weights: tuple[tuple[tuple[int, ...], ...], ...]
    data_rank: int
    predicted: int
    true: int


def broken_steps() -> tuple[BrokenStep, ...]:
    r"""Where the proof of Theorem 3 from A1 alone breaks: products of maximal-rank weights may vanish.

    The first: A1 is used for rk W^{L:m+1} = rk W^{m:1} = q. At 1-2-1-2 with W^2W^1 = 0 that fails, and rk A_o = 1, not
    q(r + K − q) = 2. The second: at 1-1-2-1-1 with W^3W^2 = 0 the two end blocks vanish while the middle ones do not,
    so that already the first equality fails: it gives 0, and rk A_o = 1.

    Example:
        >>> [(step.predicted, step.true) for step in broken_steps()]
        [(2, 1), (0, 1)]
    """
    return (
        BrokenStep(
            "A1 is read as: the product W^{m:1} up to a narrowest layer m has rank q",
            (1, 2, 1, 2),
            (((1,), (0,)), ((0, 1),), ((1,), (0,))),
            1,
            2,
            1,
        ),
        BrokenStep(
            "the middle blocks of A_o lie in the span of its two end blocks",
            (1, 1, 2, 1, 1),
            (((1,),), ((1,), (0,)), ((0, 1),), ((1,),)),
            1,
            0,
            1,
        ),
    )
