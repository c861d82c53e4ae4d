r"""The rank of H_o with bias: exact for every weights, biases and data; Theorem 12 without A1 and A3.

The Jacobian on the data is the block row (W^{L:l+1} ⊗ X̃⊤T^{1:l-1})_l, X̃ the inputs as columns with a row of ones. Its
factors are nested as without bias, T^{1:l} = T^{1:l-1}T^{l⊤}, so that with u_l = rk W^{L:l+1} and v_l = rk T^{l-1:1}X̃

    rk H_o = Σ_{l=1}^{L} u_l v_l − Σ_{l=1}^{L-1} u_l v_{l+1}          for every weights.

The last row of T^{l-1:1}X̃ is 1⊤. The others are, up to multiples of it, those of W^{l-1:1}X_c with centred inputs X_c,
and orthogonal to it: v_l = 1 + rk W^{l-1:1}X_c. So

    rk H_o = K + the rank of H_o without bias on centred inputs, for every weights,

and at most K + q(r + K − q): Theorem 12 needs neither A1 nor A3.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr, MatrixExpr, MatrixSymbol, Sum
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import formula
from hessproof.symbolic.bias.letters import Affine, AffineTransposed
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.flag_rank import BlockRow, Link, RankOfFlag, RankOfGram, Segment, SideBySide
from hessproof.symbolic.formulas import CHAIN, FORMULAS, OUTER_BIAS, above, below
from hessproof.symbolic.generalised_inverse import RankOfKronecker, RankRule, Rk
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import CUT, DEEP, FIRST, LAST, NARROW, SAMPLES, interval_flag, weights_of_any_rank
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.tensor_flag import induction_step
from hessproof.symbolic.valuation import Array, Valuation, filled
from hessproof.symbolic.words import Descending, L, M, Transposed, identity, l, times, weight

DATA = MatrixSymbol(r"\tilde{X}", M(0) + 1, SAMPLES)
"""The inputs as columns, a row of ones below them; Σ̃ = X̃X̃⊤ up to the factor 1/N."""
CENTRED = MatrixSymbol("X_c", M(0), SAMPLES)
"""N times the inputs less their mean, as columns."""


def jacobian(data: MatrixExpr | None = None) -> BlockRow:
    """(W^{L:l+1} ⊗ X̃⊤T^{1:l-1})_{l=1..L}; without data (W^{L:l+1} ⊗ T^{1:l-1})_l."""
    right = AffineTransposed(1, l - 1) if data is None else times(data.T, AffineTransposed(1, l - 1))
    result: BlockRow = BlockRow(Segment(Descending(L, l + 1), right, l, 1, L))
    return result


class Homogeneous(RankRule):
    """rk(X̃⊤T^{1:b}) = 1 + rk(X_c⊤W^{1:b}).

    T^{b:1}X̃ has the rows of W^{b:1}X + c1⊤ and then 1⊤, c the constant part of T^{b:1}. Less multiples of the last
    row they are those of W^{b:1}X_c up to the factor N, and X_c1 = 0 makes them orthogonal to it.
    """

    name = "homogeneous coordinate"
    statement = r"\operatorname{rk}(T^{b:1}\tilde{X}) = 1 + \operatorname{rk}(W^{b:1}X_c)"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """One more than the rank on centred inputs."""
        if matrix == DATA.T:
            return 1 + Rk(CENTRED.T)
        if not isinstance(matrix, MatMul) or len(matrix.args) != 2:
            return None
        data, chain = matrix.args
        if data != DATA.T or not isinstance(chain, AffineTransposed):
            return None
        return 1 + Rk(times(CENTRED.T, Transposed(chain.first, chain.last))) if chain.first == 1 else None


def _chain(above_rank: Any, below_rank: Any) -> Expr:
    """Σ_{l=1}^{L} u_l v_{l-1} − Σ_{l=1}^{L-1} u_l v_l."""
    first = Sum(above_rank(l) * below_rank(l - 1), (l, 1, L))
    return first - Sum(above_rank(l) * below_rank(l), (l, 1, L - 1))


def _plain(layer: Expr) -> Expr:
    return Rk(Descending(L, layer + 1))


def _augmented(layer: Expr) -> Expr:
    return Rk(times(DATA.T, AffineTransposed(1, layer)))


def _centred(layer: Expr) -> Expr:
    return Rk(times(CENTRED.T, Transposed(1, layer)))


def _final() -> Expr:
    return M(L) + _chain(_plain, _centred)


@cache
def outer_rank() -> Derivation:
    """rk H_o with bias = K + Σ u_l v_l − Σ u_l v_{l+1}, v on centred inputs, for every weights, biases and data.

    Example:
        >>> outer_rank().check(0).ok
        True
    """
    row, on_data = jacobian(), kron(identity(M(L)), DATA.T)
    links = (Link(weight(l + 1), Affine(l, l).T),)
    one_more = _chain(_plain, lambda layer: 1 + _centred(layer))
    steps = (
        Step(Rk(times(jacobian(DATA).T, jacobian(DATA))), SideBySide(DATA.T)),
        Step(Rk(jacobian(DATA)), RankOfGram()),
        Step(_chain(_plain, _augmented), RankOfFlag(links)),
        Step(one_more, Homogeneous()),
        Step(Rk(identity(M(L))) + _chain(_plain, _centred), Algebra("telescoping")),
        Step(_final(), RankOfKronecker()),
    )
    return Derivation(
        "thm12_exact", "rank of H_o with bias for every weights and data", DEEP,
        Rk(times(row.T, kron(identity(M(L)), DATA), on_data, row)), steps, _final(),
        source="this project; Singh et al. 2021, Thm 12, bounds the same rank", same=same,
        remarks=("the samples are numbers of an ordered field; Σ̃ = X̃X̃⊤/N",), valuations=_networks,
        lemmas=(induction_step(),),
    )  # fmt: skip


def _networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Weights of any rank, inputs of any rank, centred or not."""
    for valuation in weights_of_any_rank(derivation, seed):
        valuation.provide = _data
        yield valuation


def _data(symbol: MatrixSymbol, shape: tuple[int, int], valuation: Valuation) -> Array | None:
    count = valuation.number(SAMPLES)
    inputs = valuation.draw("inputs", (valuation.widths[0], count))
    if symbol == DATA:
        return np.concatenate([inputs, filled(1, count, 1)], axis=0)
    if symbol == CENTRED:
        return np.asarray(count * inputs - inputs.dot(filled(count, count, 1)), dtype=object)
    return None


class Growing(Rule):
    """a_l ≤ a_m for l ≤ m where b_{l-1} − b_l ≥ 0, and b_{l-1} ≤ b_m for l > m where a_l − a_{l-1} ≥ 0.

    a_l = rk W^{L:l+1} grows with l and b_l = rk W^{l:1}X shrinks, since longer products have smaller ranks.
    """

    name = "longer products have smaller ranks"
    relation = "<="
    statement = r"a_l \le a_m \ (l \le m),\quad b_{l-1} \le b_m \ (l > m)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The bounds in the two sums."""
        a, b = above, below
        front, back = (l, 1, CUT), (l, CUT + 1, L)
        return expression.xreplace({
            Sum(a[l] * (b[l - 1] - b[l]), front): Sum(a[CUT] * (b[l - 1] - b[l]), front),
            Sum((a[l] - a[l - 1]) * b[l - 1], back): Sum((a[l] - a[l - 1]) * b[CUT], back),
        })  # fmt: skip


class NoMoreThanNodes(Rule):
    """xb_0 + ya_L − xy ≤ q(c_0 + c_n − q) for x = a_m, y = b_m ≤ q ≤ c_0, c_n, b_0 ≤ c_0 and a_L ≤ c_n.

    The left-hand side grows with b_0, a_L, and then with x ≤ c_n and y ≤ c_0.
    """

    name = "ranks are at most the sizes of nodes"
    relation = "<="
    statement = r"a_m, b_m \le q,\quad b_0 \le c_0,\quad a_L \le c_n"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The sizes for the ranks."""
        ends = {below[0]: FIRST, above[L]: LAST}
        return expression.xreplace({above[CUT]: NARROW, below[CUT]: NARROW, **ends})


@cache
def flag_bound() -> Derivation:
    """Σ a_l b_{l-1} − Σ a_l b_l ≤ q(c_0 + c_n − q) for every weights, q the size of a narrowest node m.

    Example:
        >>> flag_bound().check(0).ok
        True
    """
    return _bound("flag_bound", "what no weights exceed", sp.S.Zero, NARROW * (FIRST + LAST - NARROW))


@cache
def thm12() -> Derivation:
    """rk H_o ≤ q(r + K − q) + K for every weights, biases and data: Theorem 12 without A1 and A3.

    Any c_0 from r̃ − 1 on will do: r is one (r̃ ≤ r + 1), and r̃ − 1 itself gives the rank that is attained.

    Example:
        >>> thm12().check(0).ok
        True
    """
    published = FORMULAS["thm12"].expression.subs({formula.q: NARROW, formula.r: FIRST, formula.K: LAST})
    return _bound("thm12_bound", "Theorem 12 for every weights", LAST, published, (outer_rank(),))


@cache
def attained() -> Derivation:
    """rk H_o = q̄(r̃ − 1 + K − q̄) + K where W^{L:1}X_c has rank q̄ = min(r̃ − 1, M_1, …, K): for almost all weights.

    So the remark after Theorem 12 is true if r̃ = r + 1, and false if r̃ = r: then r − 1 stands in place of r.

    Example:
        >>> attained().check(0).ok
        True
    """
    closed, ends = interval_flag(), {formula.r_aug: FIRST + 1, formula.K: LAST, formula.q_centred: NARROW}
    return Derivation(
        "thm12_attained", "rank of H_o with bias where the whole product has rank q̄", closed.ordering,
        closed.start + LAST, tuple(Step(step.expression + LAST, step.rule) for step in closed.steps),
        OUTER_BIAS.xreplace(ends), source="this project; Singh et al. 2021, §7.2", same=same,
        valuations=closed.valuations, assumptions=("rk W^{L:1}X_c = q̄",), lemmas=(outer_rank(),),
    )  # fmt: skip


def _bound(claim: str, title: str, more: Expr, final: Expr, lemmas: tuple[Derivation, ...] = ()) -> Derivation:
    a, b, q = above, below, NARROW
    front, back = (l, 1, CUT), (l, CUT + 1, L)
    parts = Sum(a[l] * (b[l - 1] - b[l]), front) + Sum((a[l] - a[l - 1]) * b[l - 1], back) + a[CUT] * b[CUT]
    grown = Growing().apply(parts, DEEP)
    steps = (
        Step(parts + more, Algebra("summation by parts")),
        Step(grown + more, Growing()),
        Step(a[CUT] * b[0] + a[L] * b[CUT] - a[CUT] * b[CUT] + more, Algebra("telescoping")),
        Step(q * FIRST + q * LAST - q**2 + more, NoMoreThanNodes()),
    )
    return Derivation(
        claim, title, Ordering(CUT >= 0, CUT <= L, L >= 1), CHAIN.subs({formula.L: L, formula.l: l}) + more, steps,
        final, source="this project", same=same, valuations=_ranks, lemmas=lemmas,
    )  # fmt: skip


def _ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Ranks of products: a rises, b falls, both at most q at m."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(1, 6):
        for cut in range(depth + 1):
            q = stream.randint(0, 3)
            first, last = stream.randint(q, 5), stream.randint(q, 5)
            x, y = stream.randint(0, q), stream.randint(0, q)
            a = [*sorted(stream.randint(0, x) for _ in range(cut)), x,
                 *sorted(stream.randint(x, last) for _ in range(depth - cut))]  # fmt: skip
            b = [*sorted((stream.randint(y, first) for _ in range(cut)), reverse=True), y,
                 *sorted((stream.randint(0, y) for _ in range(depth - cut)), reverse=True)]  # fmt: skip
            numbers: dict[Any, Any] = {L: depth, CUT: cut, NARROW: q, FIRST: first, LAST: last, above: a, below: b}
            yield Valuation(numbers)
