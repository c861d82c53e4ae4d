r"""The rank of the block columns of Ĥ_f, for every weights, and Theorem 5 and Corollary 6 with what they need.

Take the row blocks k of block column l in the cyclic order l+1, …, L, 1, …, l−1. The row space of block (k, l) is
U_k ⊗ V_k with (Singh et al. 2021, Eqs. (4) and (5), transposed)

    k > l:  U_k = col W^{l-1:1}Ω⊤W^{L:k+1},  V_k = col W^{l+1:k-1};
    k < l:  U_k = col W^{l-1:k+1},           V_k = col W^{l+1:L}ΩW^{1:k-1}.

Along that order the U_k grow and the V_k shrink: around the corner from L to 1, W^{l-1:1}Ω⊤ = W^{l-1:2}·W^1Ω⊤ and
W^{l+1:L}Ω = W^{l+1:L-1}·W^{L⊤}Ω. So a block column is *one* tensor flag, and its rank is a staircase count for every
weights. It is an interval flag of the cyclic chain W^L ⋯ W^1 Ω⊤ cut open at W^l, whose nodes have the sizes
M_l, …, M_{L-1}, s, M_1, …, M_{l-1}. Theorem 5 follows from one assumption: W^{l-1:1}Ω⊤W^{L:l+1} has rank q̂.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import numpy as np
import sympy as sp
from sympy import Expr, MatrixExpr, Sum, Transpose

from hessproof.symbolic import formula, normal
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.flag_rank import BlockRow, Link, RankOfFlag, RankOfTranspose, Segment
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.generalised_inverse import RankOfKronecker, RankRule, Rk
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import FIRST, LAST, NARROW, interval_flag, weights_of_any_rank
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.tensor_flag import induction_step
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Descending, L, M, Omega, Transposed, identity, k, l, times, weight

Place = Literal["first", "middle", "last"]
ORDERS: dict[Place, Ordering] = {
    "first": Ordering(sp.Eq(l, 1), L >= 2),
    "middle": Ordering(l >= 2, l <= L - 1),
    "last": Ordering(sp.Eq(l, L), L >= 2),
}
"""Where a block column lies. With a single layer there is no block off the diagonal: the column is zero."""

OMEGA, RESIDUAL = Omega(), Transpose(Omega())
BEHIND = times(Descending(l - 1, 1), RESIDUAL)
"""W^{l-1:1}Ω⊤."""
AHEAD = times(Transposed(l + 1, L), OMEGA)
"""W^{l+1:L}Ω."""


def _after() -> Segment:
    """Blocks k > l."""
    return Segment(times(BEHIND, Descending(L, k + 1)), Transposed(l + 1, k - 1), k, l + 1, L)


def _before() -> Segment:
    """Blocks k < l."""
    return Segment(Descending(l - 1, k + 1), times(AHEAD, Transposed(1, k - 1)), k, 1, l - 1)


_LINK = Link(weight(k + 1), weight(k).T)
_JOINT = Link(times(weight(1), RESIDUAL), times(weight(L).T, OMEGA))


def column(place: Place) -> BlockRow:
    """The transpose of block column l of Ĥ_f, row blocks in cyclic order: (U-factor ⊗ V-factor)_k."""
    parts = {"first": (_after(),), "middle": (_after(), _before()), "last": (_before(),)}
    result: BlockRow = BlockRow(*parts[place])
    return result


def _staircase(place: Place, turned: bool) -> Expr:
    """The staircase count; with ``turned`` every rank is that of a descending chain."""
    total: Expr = sp.S.Zero
    segments = column(place).segments

    def rank(matrix: MatrixExpr) -> Expr:
        return RankOfTranspose().apply(Rk(matrix), Ordering()) if turned else Rk(matrix)

    for part in segments:
        following = part.at(k + 1)[1]
        total += Sum(rank(part.left) * rank(part.right), (k, part.lower, part.upper))
        total -= Sum(rank(part.left) * rank(following), (k, part.lower, part.upper - 1))
    for one, two in itertools.pairwise(segments):
        corner = one.at(one.upper)[0], two.at(two.lower)[1]
        total -= sp.prod(rank(normal.canonical(matrix, ORDERS[place])) for matrix in corner)
    return total


@cache
def column_rank(place: Place) -> Derivation:
    """rk Ĥ_f^{•l} for every weights and data.

    Example:
        >>> all(column_rank(place).check(0).ok for place in ORDERS)
        True
    """
    links = (_LINK,) * (2 if place == "middle" else 1)
    joints = (_JOINT,) if place == "middle" else ()
    return Derivation(
        f"thm5_{place}", f"rank of a block column of the functional Hessian, {place} layer", ORDERS[place],
        Rk(column(place)), (Step(_staircase(place, False), RankOfFlag(links, joints)),
                            Step(_staircase(place, True), RankOfTranspose())),
        _staircase(place, True), source="this project", same=same, valuations=weights_of_any_rank,
        remarks=("transposing and permuting the rows and columns of a block column does not change its rank",),
        lemmas=(induction_step(),),
    )  # fmt: skip


@cache
def thm5(place: Place) -> Derivation:
    """Theorem 5's closed form where W^{l-1:1}Ω⊤W^{L:l+1} has rank q̂: the interval flag of the cyclic chain.

    The first node of the interval is M_l (s for the last layer), the last one M_{l-1} (s for the first layer).

    Example:
        >>> all(thm5(place).check(0).ok for place in ORDERS)
        True
    """
    node = formula.width
    first, last, middle = (value for value, _ in FORMULAS["thm5"].expression.args)
    chosen = {
        "first": (first, {formula.s: LAST, node[1]: FIRST}),
        "middle": (middle, {node[formula.l]: FIRST, node[formula.l - 1]: LAST}),
        "last": (last, {formula.s: FIRST, node[formula.L - 1]: LAST}),
    }
    published, nodes = chosen[place]
    return replace(
        interval_flag(), claim=f"thm5_closed_{place}", title=f"Theorem 5, {place} layer",
        final=published.xreplace({**nodes, formula.qhat: NARROW}), source="Singh et al. 2021, Thm 5",
        assumptions=(r"rk W^{l-1:1}\Omega^\top W^{L:l+1} = \hat{q}",), lemmas=(column_rank(place),),
    )  # fmt: skip


class ColumnsBound(Rule):
    """The rank of a matrix is at most the sum of the ranks of its block columns."""

    name = "subadditivity over block columns"
    statement = r"\operatorname{rk}(B_1 \cdots B_L) \le \sum_l \operatorname{rk} B_l"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The sum of the columns' ranks for the rank of the whole."""
        return expression.xreplace({WHOLE: Sum(COLUMN_RANKS[l], (l, 1, L))})


class ColumnByColumn(Rule):
    """Theorem 5's three cases put into the sum over l, the first and the last layer split off (L ≥ 2)."""

    name = "Theorem 5 for every block column"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The three cases for the sum over all columns."""
        if ordering.nonnegative(L - 2) is not True:
            raise RuleFailure("a single layer is the first and the last at once")
        first, last, middle = (value for value, _ in FORMULAS["thm5"].expression.args)
        total = first + Sum(middle, (formula.l, 2, formula.L - 1)) + last
        return expression.xreplace({Sum(COLUMN_RANKS[l], (l, 1, L)): total.subs(formula.L, L)})


COLUMN_RANKS = sp.IndexedBase("rk_column", integer=True)
WHOLE = sp.Symbol(r"\operatorname{rk} H_f", integer=True)


@cache
def cor6() -> Derivation:
    """Corollary 6: rk H_f ≤ 2q̂M + 2q̂s − Lq̂², by adding up Theorem 5 over a symbolic number of layers.

    Every column obeys Theorem 5's value as an upper bound for every weights (it is attained by almost all weights, and
    a rank cannot exceed its generic value), so the sum bounds rk H_f for every weights, A1 or not.

    Example:
        >>> cor6().check(0).ok, cor6().relation
        (True, '<=')
    """
    q, s, node = formula.qhat, formula.s, formula.width
    steps = (
        Step(Sum(COLUMN_RANKS[l], (l, 1, L)), ColumnsBound()),
        Step(
            q * node[1] + q * s - q**2 + Sum(q * node[l - 1] + q * node[l] - q**2, (l, 2, L - 1))
            + q * node[L - 1] + q * s - q**2,
            ColumnByColumn(),
        ),
        Step(2 * q * Sum(node[l], (l, 1, L - 1)) + 2 * q * s - L * q**2, Algebra("telescoping")),
    )  # fmt: skip
    final = FORMULAS["cor6"].expression.xreplace({formula.M: Sum(node[l], (l, 1, L - 1)), formula.L: L})
    return Derivation(
        "cor6", "upper bound on the rank of the functional Hessian", Ordering(L >= 2), WHOLE, steps, final,
        source="Singh et al. 2021, Cor. 6", same=same, valuations=_column_ranks,
        lemmas=tuple(thm5(place) for place in ORDERS),
    )  # fmt: skip


def _column_ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Numbers under which each column's rank is at most Theorem 5's value, and the whole at most their sum."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(2, 7):
        widths = [stream.randint(1, 6) for _ in range(depth + 1)]
        s = stream.randint(0, min(widths[0], widths[-1]))
        q = min(s, *widths)
        nodes = [s, *widths[1:-1], s]
        ranks = [0] + [stream.randint(0, q * (nodes[j] + nodes[j - 1] - q)) for j in range(1, depth + 1)]
        whole = stream.randint(0, sum(ranks))
        numbers: dict[Any, Any] = {L: depth, formula.qhat: q, formula.s: s, formula.width: widths}
        numbers.update({COLUMN_RANKS: ranks, WHOLE: whole})
        yield Valuation(numbers)


class AntiDiagonal(MatrixExpr):  # type: ignore[misc]
    """[0, X; Y, 0]."""

    def __new__(cls, upper: MatrixExpr, lower: MatrixExpr) -> Any:
        """Take X and Y."""
        return super().__new__(cls, upper, lower)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The sizes of both blocks added up."""
        upper, lower = self.args
        return upper.rows + lower.rows, upper.cols + lower.cols

    def doit(self, **hints: Any) -> AntiDiagonal:
        """The expression itself."""
        return self

    def _latex(self, printer: Any) -> str:
        upper, lower = map(printer._print, self.args)
        return rf"\begin{{pmatrix}} 0 & {upper} \\ {lower} & 0 \end{{pmatrix}}"


@evaluate.register(AntiDiagonal)
def _(expression: AntiDiagonal, valuation: Valuation) -> Array:
    upper, lower = (evaluate(part, valuation) for part in expression.args)
    top = np.concatenate([filled(upper.shape[0], lower.shape[1]), upper], axis=1)
    return np.concatenate([top, np.concatenate([lower, filled(lower.shape[0], upper.shape[1])], axis=1)], axis=0)


class RankOfAntiDiagonal(RankRule):
    """rk [0, X; Y, 0] = rk X + rk Y."""

    name = "rank of an anti-diagonal block matrix"
    statement = (
        r"\operatorname{rk}\begin{pmatrix} 0 & X \\ Y & 0 \end{pmatrix}"
        r" = \operatorname{rk} X + \operatorname{rk} Y"
    )

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The sum of both ranks."""
        return Rk(matrix.args[0]) + Rk(matrix.args[1]) if isinstance(matrix, AntiDiagonal) else None


class EitherIsSmaller(Rule):
    """A polynomial identity that holds for q̂ = x and for q̂ = y holds for q̂ = min(x, y).

    Args:
        one: x.
        two: y.
    """

    name = "the smaller of two"

    def __init__(self, one: Expr, two: Expr) -> None:
        self.one, self.two = one, two

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Compare both lines with either argument in place of the minimum."""
        smaller = sp.Min(self.one, self.two)
        for value in (self.one, self.two):
            if not same(before.xreplace({smaller: value}), after.xreplace({smaller: value}), ordering):
                raise RuleFailure(f"{before} and {after} differ where the minimum is {value}")


@cache
def two_layers() -> Derivation:
    """For two layers rk H_f = 2 M_1 s = 2q̂M_1 + 2q̂s − 2q̂² with q̂ = min(M_1, s), for every weights and data.

    Example:
        >>> two_layers().check(0).ok
        True
    """
    hidden, omega = M(l), Omega(L)
    s = Rk(omega)
    blocks = kron(identity(hidden), Transpose(omega)), kron(omega, identity(hidden))
    steps = (
        Step(Rk(blocks[0]) + Rk(blocks[1]), RankOfAntiDiagonal()),
        Step(hidden * Rk(Transpose(omega)) + s * hidden, RankOfKronecker()),
        Step(2 * hidden * s, RankOfTranspose()),
        Step(FORMULAS["cor6_two_layers"].expression.xreplace(_two(hidden, s)), EitherIsSmaller(hidden, s)),
    )
    final = FORMULAS["cor6_two_layers"].expression.xreplace(_two(hidden, s))
    return Derivation(
        "cor6_two_layers", "rank of the functional Hessian of two layers", Ordering(sp.Eq(L, 2), sp.Eq(l, 1)),
        Rk(AntiDiagonal(*blocks)), steps, final, source="Singh et al. 2021, Cor. 6",
        remarks=("s <= min(r, K), so min(r, M_1, K, s) = min(M_1, s)",), valuations=weights_of_any_rank,
    )  # fmt: skip


def _two(hidden: Expr, s: Expr) -> dict[Expr, Expr]:
    return {formula.M: hidden, formula.L: sp.Integer(2), formula.s: s, formula.qhat: sp.Min(hidden, s)}
