r"""Lemma 8 without centred classes and without square weights: balanced gradient flow keeps all ranks if L ≥ 2.

Write V_l for the range of W^l_0, l < L, and P_l for the orthogonal projector on it.

1. Balancedness makes V_l the row space of W^{l+1}_0 as well: W^{l+1}P_l = W^{l+1}.
2. Where W^l = P_lW^l and W^{l+1} = W^{l+1}P_l for every hidden l, the velocities obey the same equations. The vector
   field is polynomial, so solutions are unique, and one that starts in this linear space stays in it, forwards and
   backwards in time. So rk W^l_t ≤ dim V_l = rk W^l_0.
3. The conservation law keeps the weights balanced, so that 1 and 2 hold from time t backwards: rk W^l_0 ≤ rk W^l_t.
4. For the last layer rk W^L = rk W^{L⊤}W^L = rk W^{L-1}W^{L-1⊤} = rk W^{L-1}.

So for l < L not only the rank but the range of W^l stays, and for l > 1 the row space. No analysis is used but the
uniqueness of solutions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from sympy import Expr, Integer, MatrixExpr, Symbol

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.flow.balanced import balanced_valuations, balanced_weights
from hessproof.symbolic.flow.conservation import HIDDEN, conservation
from hessproof.symbolic.flow.letters import (
    ETA,
    Absorb,
    FlowEquation,
    ProductRuleInTime,
    Projector,
    TimeDerivative,
    Velocity,
    gradient_word,
)
from hessproof.symbolic.generalised_inverse import RankRule, Rk
from hessproof.symbolic.normal import Terms, Word, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.product_bound import RankOfFactor
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Descending, L, Letter, M, Transposed, add, identity, l, times, weight, zero

START, LATER = Integer(0), Symbol("t")


class WeightAt(Letter):
    """W^l at a time."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return M(self.args[0] - 1)

    def _text(self, printer: Any) -> str:
        return rf"W^{{{printer._print(self.args[0])}}}_{{{printer._print(self.args[1])}}}"


class ProjectorAt(Projector):
    """The orthogonal projector on the range of W^l at a time."""

    def _text(self, printer: Any) -> str:
        return rf"P_{{{printer._print(self.args[0])},{printer._print(self.args[1])}}}"


class Balance(Rule):
    """W^{j+1⊤}W^{j+1} = W^jW^{j⊤} for a hidden layer j."""

    name = "balancedness"
    statement = r"W^{j+1\top} W^{j+1} = W^j W^{j\top}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace products of a single weight with its transpose."""
        result: Terms = {}
        for word, factor in terms_of(expression, ordering).items():
            result = normal.summed(result, {normal.joined(_balanced(word, ordering), ordering): factor})
        return normal.rebuilt(result, expression.shape)


def _balanced(word: Word, ordering: Ordering) -> Word:
    for place, (one, two) in enumerate(pairwise(word)):
        if isinstance(one, Transposed) and isinstance(two, Descending) and one.T == two:
            layer = one.first
            single = ordering.zero(one.length - 1)
            if single and ordering.nonnegative(layer - 2) is True:
                lower = weight(layer - 1)
                return (*word[:place], lower, lower.T, *word[place + 2 :])
    return word


class RankOfGram(RankRule):
    """rk(X⊤X) = rk X over the reals."""

    name = "rank of a Gram matrix"
    statement = r"\operatorname{rk}(X^\top X) = \operatorname{rk} X = \operatorname{rk}(X X^\top)"

    def __init__(self, factor: MatrixExpr) -> None:
        self.factor = factor

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of X for that of X⊤X or XX⊤."""
        grams = (times(self.factor.T, self.factor), times(self.factor, self.factor.T))
        return Rk(self.factor) if matrix in grams else None


class BalanceAt(RankRule):
    """W^{L⊤}_tW^L_t = W^{L-1}_tW^{L-1⊤}_t: balanced at the start, hence at t by the conservation law."""

    name = "balancedness, conserved"
    statement = r"W^{l+1\top}_t W^{l+1}_t = W^l_t W^{l\top}_t"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The lower product for the upper one."""
        letters: tuple[Any, ...] = matrix.args if matrix.is_MatMul else ()
        if len(letters) != 2 or not isinstance(letters[1], WeightAt) or letters[0] != letters[1].T:
            return None
        layer, time = letters[1].args
        ordering.require(layer - 2, f"a layer below W^{layer}")
        lower = WeightAt(layer - 1, time)
        return Rk(times(lower, lower.T))


class StaysInside(RankRule):
    """W^l_t = P_l W^l_t, P_l projecting on the range of W^l at another time: the linear space is invariant."""

    name = "invariant hidden spaces, uniqueness of solutions"
    statement = r"W^l_t = P_{l} W^l_t"

    def __init__(self, other: Expr) -> None:
        self.other = other

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of P W for that of W, for hidden layers."""
        if not isinstance(matrix, WeightAt):
            return None
        layer = matrix.args[0]
        ordering.require(layer - 1, f"a weight W^{layer}")
        ordering.require(L - layer - 1, f"a layer above W^{layer}")
        return Rk(times(ProjectorAt(layer, self.other), matrix))


class RankOfRange(RankRule):
    """rk P = rk W for the projector P on the range of W."""

    name = "projector on the range"
    statement = r"\operatorname{rk} P_{l} = \operatorname{rk} W^l"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of the weight."""
        return Rk(WeightAt(*matrix.args)) if isinstance(matrix, ProjectorAt) else None


class BothWays(Rule):
    """x = y from x ≤ y and y ≤ x, each of them derived; for l the layer of the ranks at hand.

    Args:
        up: The derivation of x ≤ y for the layer l.
        down: That of y ≤ x.
        layer: The layer in place of l.
    """

    name = "both bounds"
    statement = r"x \le y, \; y \le x \Rightarrow x = y"

    def __init__(self, up: Derivation, down: Derivation, layer: Expr = l) -> None:
        self.up, self.down, self.layer = up, down, layer

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept y after x if the two derivations say so, and the layer is a hidden one."""
        ordering.require(self.layer - 1, f"a weight W^{self.layer}")
        ordering.require(L - self.layer - 1, f"a layer above W^{self.layer}")
        wanted = {(self.up.start, self.up.final), (self.down.final, self.down.start)}
        put_in = {tuple(side.xreplace({l: self.layer}) for side in pair) for pair in wanted}
        if {self.up.relation, self.down.relation} != {"<="} or put_in != {(before, after)}:
            raise RuleFailure(f"the two bounds are not those of {before} and {after}")


def _complement() -> MatrixExpr:
    return add(identity(M(l)), times(-1, Projector(l)))


@cache
def balance_projects() -> Derivation:
    """W^{l+1}(I − P_l) = 0 for balanced weights, P_l projecting on the range of W^l: its Gram matrix vanishes.

    Example:
        >>> balance_projects().check(0).ok
        True
    """
    outside, up = _complement(), weight(l + 1)
    nothing = zero(M(l), M(l))
    return Derivation(
        "lemma8_row_space", "the row space of W^{l+1} is the range of W^l", HIDDEN,
        times(times(up, outside).T, up, outside),
        (
            Step(times(outside, up.T, up, outside), Algebra("transpose", r"(XY)^\top = Y^\top X^\top")),
            Step(times(outside, weight(l), weight(l).T, outside), Balance()),
            Step(nothing, Absorb(after=False)),
        ),
        nothing, source="this project", valuations=balanced_valuations,
    )  # fmt: skip


@cache
def stays_inside() -> tuple[Derivation, Derivation]:
    """(I − P_l)Ẇ^l = 0 and Ẇ^{l+1}(I − P_l) = 0 where W^l = P_lW^l and W^{l+1} = W^{l+1}P_l.

    Example:
        >>> [derivation.check(0).ok for derivation in stays_inside()]
        [True, True]
    """
    outside = _complement()
    found = []
    for layer, left, right in ((l, (outside,), ()), (l + 1, (), (outside,))):
        nothing = zero(M(layer), M(layer - 1))
        found.append(
            Derivation(
                "lemma8_invariant", f"the velocity of W^{layer} stays in the hidden spaces", HIDDEN,
                times(*left, TimeDerivative(weight(layer)), *right),
                (
                    Step(times(*left, Velocity(layer), *right), ProductRuleInTime()),
                    Step(times(-ETA, *left, gradient_word(layer), *right), FlowEquation()),
                    Step(nothing, Absorb()),
                ),
                nothing, source="this project", valuations=balanced_valuations,
            )
        )  # fmt: skip
    return found[0], found[1]


@cache
def rank_bound(backwards: bool = False) -> Derivation:
    """rk W^l_t ≤ rk W^l_0 for hidden l; backwards in time, rk W^l_0 ≤ rk W^l_t.

    Example:
        >>> rank_bound().check(0).ok, rank_bound(True).relation
        (True, '<=')
    """
    here, there = (START, LATER) if backwards else (LATER, START)
    one, other, projector = WeightAt(l, here), WeightAt(l, there), ProjectorAt(l, there)
    return Derivation(
        "lemma8_bound", "no rank grows" + (", backwards in time" if backwards else ""), HIDDEN, Rk(one),
        (
            Step(Rk(times(projector, one)), StaysInside(there)),
            Step(Rk(projector), RankOfFactor(0)),
            Step(Rk(other), RankOfRange()),
        ),
        Rk(other), source="this project", valuations=_two_times, assumptions=("balanced",),
        lemmas=() if backwards else (conservation(), balance_projects(), *stays_inside()),
    )  # fmt: skip


@cache
def rank_constant() -> Derivation:
    """rk W^l_t = rk W^l_0 for l < L, under balancedness alone.

    Example:
        >>> rank_constant().check(0).ok
        True
    """
    up, down = rank_bound(), rank_bound(True)
    final = Rk(WeightAt(l, START))
    return Derivation(
        "lemma8", "balanced flow keeps the ranks of W^1, …, W^{L-1}", HIDDEN, Rk(WeightAt(l, LATER)),
        (Step(final, BothWays(up, down)),), final, source="this project; Singh et al. 2021, Lemma 8",
        valuations=_two_times, assumptions=("balanced",), lemmas=(up, down),
    )  # fmt: skip


@cache
def last_rank_constant() -> Derivation:
    """rk W^L_t = rk W^L_0 for L ≥ 2, under balancedness alone.

    Example:
        >>> last_rank_constant().check(0).ok
        True
    """
    up, down = rank_bound(), rank_bound(True)
    last, first = WeightAt(L, LATER), WeightAt(L, START)
    lower, lowest = WeightAt(L - 1, LATER), WeightAt(L - 1, START)
    final = Rk(first)
    return Derivation(
        "lemma8_last", "balanced flow keeps the rank of W^L", Ordering(L >= 2), Rk(last),
        (
            Step(Rk(times(last.T, last)), Backwards(RankOfGram(last))),
            Step(Rk(times(lower, lower.T)), BalanceAt()),
            Step(Rk(lower), RankOfGram(lower)),
            Step(Rk(lowest), BothWays(up, down, L - 1)),
            Step(Rk(times(lowest, lowest.T)), Backwards(RankOfGram(lowest))),
            Step(Rk(times(first.T, first)), Backwards(BalanceAt())),
            Step(final, RankOfGram(first)),
        ),
        final, source="this project; Singh et al. 2021, Lemma 8", valuations=_two_times, assumptions=("balanced",),
        remarks=("with the ranks below the last layer derived before",),
    )  # fmt: skip


def _two_times(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Balanced weights at two times with the same hidden spaces: all that the steps use of the flow."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 2, 3, 3, 4):
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        rank = stream.randint(0, min(widths))
        weights, bases, _ = balanced_weights(widths, rank, stream)
        others, moved, _ = balanced_weights(widths, rank, stream)
        drawn: dict[object, Array] = {}
        for layer in range(1, depth + 1):
            inner = (bases[layer] if layer < depth else moved[layer], bases[layer - 1] if layer > 1 else moved[0])
            core = moved[layer].T.dot(others[layer - 1]).dot(moved[layer - 1])
            later = inner[0].dot(core).dot(inner[1].T) if rank else weights[layer - 1]
            drawn["at", layer, "0"], drawn["at", layer, "t"] = weights[layer - 1], later
        for layer in range(1, depth):
            square = bases[layer].dot(bases[layer].T) if rank else np.full((widths[layer],) * 2, 0, object)
            drawn["projector", layer] = square
        for layer in range(1, depth):
            numbers = {L: depth, l: layer, ETA: 1}
            yield Valuation(numbers, widths, seed=stream.randrange(2**32), _drawn=dict(drawn))


@evaluate.register(WeightAt)
def _(expression: WeightAt, valuation: Valuation) -> Array:
    return valuation._drawn["at", valuation.number(expression.args[0]), str(expression.args[1])]
