r"""The generic rank of H_L is attained, for all sizes and residuals of any rank: what elimination leaves, counted.

By :mod:`~hessproof.symbolic.elimination.steps` the kernel at the witness lies in V, the changes ΔW^l = c_lΔW^lc_{l-1},
of dimension Σ_l (M_l − q̂)(M_{l-1} − q̂).

- Where s ≥ q, that is q̂ = q, the kernel of every point of parameter space has at least this dimension.
- Where s < q, so that q̂ = s and Ω⊤c_L = 0, the form of H_L on V is tr DD⊤. So the kernel lies in V ∩ {D = 0}, and D
  takes all values EX + X′E′ with X = c_LXc_0 and the diagonal projections E = W^{L:2}W^{L:2⊤} and E′ =
  W^{L-1:1⊤}W^{L-1:1} of rank at least q: a space of dimension at least (K − s)(r − s) − (K − q)(r − q).

The second count is 0 for q̂ = q. With M_0 = r the sum of both is that of the formula. Where L = 1 the kernel is zero.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr, Integer, Sum, Symbol, Transpose

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.elimination import steps
from hessproof.symbolic.elimination.equations import SplitEvery, before, behind, end_to_end
from hessproof.symbolic.elimination.letters import (
    QHAT,
    RESIDUAL_T,
    VANISHES,
    Diagonal,
    T,
    rewritten,
)
from hessproof.symbolic.elimination.one_core import A, no_core
from hessproof.symbolic.elimination.resting import MINORS, NO_SQUARE, REGULAR, Resting
from hessproof.symbolic.elimination.single import single_layer
from hessproof.symbolic.elimination.steps import DEEP, at_witness, chained
from hessproof.symbolic.elimination.witness import networks
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.normal import Word
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Delta, Descending, L, Letter, M, Transposed, add, k, shown, times

RANK = Symbol(r"\operatorname{rk} \mathbf{H}_{\mathcal{L}}", integer=True)
REACHED = Symbol(r"\dim D(V)", integer=True)
node, q = formula.width, formula.q


class Value(Letter):
    """X = c_LXc_0, a value that D is to take, of shape M_L × M_0."""

    def _rows(self) -> Expr:
        return M(L)

    def _cols(self) -> Expr:
        return M(0)

    def _text(self, printer: Any) -> str:
        return "X" + "'" * int(self.args[0])


class OnTheRest(Rule):
    """Ω⊤W^{L:l+1}ΔW^l = 0 and ΔW^lW^{l-1:1}Ω⊤ = 0 for ΔW^l = c_lΔW^lc_{l-1}, where q̂ = s.

    For W^{L:l+1}c_l = c_LW^{L:l+1} and c_{l-1}W^{l-1:1} = W^{l-1:1}c_0, and Ω⊤c_L = 0 = c_0Ω⊤ if q̂ = s.
    """

    name = "changes in V, where s < q"
    statement = r"\Omega^\top W^{L:l+1} c_l = \Omega^\top c_L W^{L:l+1} = 0,\quad c_{l-1} W^{l-1:1} \Omega^\top = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Drop each word in which Ω meets a change."""
        return rewritten(expression, ordering, self._cancelled)

    @staticmethod
    def _cancelled(word: Word, place: int, ordering: Ordering) -> Word | None:
        match word[place : place + 3]:
            case Transpose(arg=Diagonal()), Descending(args=(a, b)), Delta(args=(l,)):
                return VANISHES if (a, b - 1) == (L, l) else None
            case Delta(args=(l,)), Descending(args=(a, b)), Transpose(arg=Diagonal()):
                return VANISHES if (a + 1, b) == (l, 1) else None
        return None


class Chosen(Rule):
    """ΔW^1 = W^{L:2⊤}X, ΔW^L = X′W^{L-1:1⊤}, and zero in between."""

    name = "changes of the first and of the last layer"
    statement = r"\Delta W^1 = W^{L:2\top} X,\ \Delta W^L = X' W^{L-1:1\top}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put them in."""
        return rewritten(expression, ordering, self._chosen)

    @staticmethod
    def _chosen(word: Word, place: int, ordering: Ordering) -> Word | None:
        match word[place]:
            case Delta(args=(l,)) if l == 1:
                return (Transposed(2, L), Value(0), *word[place + 1 :])
            case Delta(args=(l,)) if l == L:
                return (Value(1), Transposed(1, L - 1), *word[place + 1 :])
            case Delta(args=(l,)) if ordering.nonnegative(l - 2) is True and ordering.nonnegative(L - 1 - l) is True:
                return VANISHES
        return None


@cache
def only_outer() -> Derivation:
    """On V the terms with Ω vanish from every F_k, where s < q: there the form of H_L is tr DD⊤.

    Example:
        >>> only_outer().check(0, count=1).ok
        True
    """
    start = add(times(Descending(k - 1, 1), RESIDUAL_T, behind(k)), times(before(k), RESIDUAL_T, Descending(L, k + 1)))
    final = sp.ZeroMatrix(M(k - 1), M(k))
    return Derivation(
        "on the rest", "what is left of the kernel's equations beside the core", Ordering(1 <= k, k <= L), start,
        (Step(final, OnTheRest()),), final, source="this project",
        valuations=partial(networks, prepare=inside, low=True),
    )  # fmt: skip


@cache
def reached() -> Derivation:
    """D takes the values W^{L:2}W^{L:2⊤}X + X′W^{L-1:1⊤}W^{L-1:1}.

    Example:
        >>> reached().check(0, count=1).ok
        True
    """
    rules = (SplitEvery(1), SplitEvery(L), Chosen())
    final = add(
        times(Descending(L, 2), Transposed(2, L), Value(0)), times(Value(1), Transposed(1, L - 1), Descending(L - 1, 1))
    )
    return Derivation(
        "values of D", "what changes of the first and of the last layer reach", DEEP, end_to_end(),
        chained(end_to_end(), DEEP, *rules), final, source="this project",
        valuations=partial(networks, prepare=chosen),
    )  # fmt: skip


def solved() -> tuple[Derivation, ...]:
    """What confines the kernel: no core, nothing into it or out of it in any layer."""
    return no_core(), steps.nothing_into(), steps.nothing_out(), steps.ends_meet()


class Settles(Rule):
    """rk H = p − dim ker H, and ker H ⊂ V ∩ {D = 0}, so that dim ker H ≤ dim V − dim D(V).

    V has dimension Σ_l (M_l − q̂)(M_{l-1} − q̂), because a_l, x_l and y_l vanish in every layer. The rule looks up that
    the equations leave no layer out: x_l for l = k + 1 with 1 ≤ k < L and for l = 1, y_l for l = k and for l = L.

    Args:
        found: What the equations say, solved.
    """

    name = "rank and nullity"
    relation = ">="
    statement = r"\ker \mathbf{H}_{\mathcal{L}} \subset V \cap \{D = 0\}"

    def __init__(self, found: tuple[Derivation, ...]) -> None:
        self.found = found

    @property
    def core(self) -> Any:
        """What shows that the core vanishes: an odd multiple of a."""
        return times(2 * L - 1, A)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Count the parameters, less those of V, and what D reaches on V."""
        core, entering, leaving, ends = self.found
        wanted = (
            (core.final, self.core),
            (entering.final, times(T, steps.into(k + 1))),
            (leaving.final, times(-1, steps.out_of(k), T)),
            (ends.final, steps.left_of_ends()),
        )
        for line, form in wanted:
            if line != form:
                raise RuleFailure(f"{shown(line)} is not {shown(form)}")
        if ordering.nonnegative(L - 2) is not True:
            raise RuleFailure("the first and the last layer must differ")
        rest = Sum((node[k] - QHAT) * (node[k - 1] - QHAT), (k, 1, L))
        return expression.xreplace({RANK: Sum(node[k] * node[k - 1], (k, 1, L)) - rest + REACHED})


class Reaches(Resting):
    """dim D(V) ≥ (K − q̂)(r − q̂) − (K − q)(r − q).

    The matrices EX + X′E′ with c_L and c_0 around them: all but those entries where neither E nor E′ is 1, which are
    the last K − rk E rows and the last r − rk E′ columns; E and E′ have rank q at least. For q̂ = q the bound is 0.
    """

    wanted = ("on the rest", "values of D")
    name = "dimension of the values"
    relation = ">="
    statement = r"\dim \{EX + X'E'\} = (K - \hat q)(r - \hat q) - (K - \operatorname{rk} E)(r - \operatorname{rk} E')"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The bound for the dimension."""
        self.look_up([ordering])
        outputs, inputs = node[L], node[0]
        return expression.xreplace({REACHED: (outputs - QHAT) * (inputs - QHAT) - (outputs - q) * (inputs - q)})


@cache
def loss() -> Derivation:
    """rk H_L at the witness is at least the generic rank of the formula, for L ≥ 2, all widths, every r and s.

    Example:
        >>> loss().check(0, count=1).ok
        True
    """
    rules = Settles(solved()), Reaches(only_outer(), reached())
    lines = chained(RANK, DEEP, *rules)
    final = at_sizes(FORMULAS["loss_generic"].expression)
    return Derivation(
        "loss_eliminated", "the rank of H_L is attained", DEEP, RANK,
        (*lines, Step(final, Algebra("telescoping"))), final, source="this project", same=same, valuations=_ranks,
        remarks=("on data reduced to r inputs, so that M_0 = r", MINORS, REGULAR, NO_SQUARE),
        lemmas=(no_core(), steps.nothing_into(), steps.nothing_out(), steps.ends_meet(), only_outer(), reached(),
                single_layer()),
    )  # fmt: skip


def at_sizes(expression: Expr) -> Expr:
    """A formula with r = M_0, K = M_L and M = M_1 + … + M_{L-1}."""
    return expression.xreplace(
        {formula.M: Sum(node[k], (k, 1, L - 1)), formula.r: node[0], formula.K: node[L], formula.L: L}
    )


def inside(valuation: Valuation, stream: random.Random) -> None:
    """Changes in V."""
    size = valuation.symbols[QHAT]
    for layer in range(1, len(valuation.widths)):
        change = evaluate(Delta(layer), valuation).copy()
        change[:size] = 0
        change[:, :size] = 0
        valuation._drawn["D", layer] = change


def chosen(valuation: Valuation, stream: random.Random) -> None:
    """The changes of :class:`Chosen`."""
    depth = len(valuation.widths) - 1
    for layer in range(2, depth):
        valuation._drawn["D", layer] = filled(valuation.widths[layer], valuation.widths[layer - 1])
    valuation._drawn["D", 1] = evaluate(times(Transposed(2, L), Value(0)), valuation)
    valuation._drawn["D", depth] = evaluate(times(Value(1), Transposed(1, L - 1)), valuation)


def _ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small networks with the rank of the Hessian at the witness, and the dimension of what D reaches on V."""
    for point in networks(derivation, seed, simple=True, depths=(2, 3, 2, 3), width=3):
        symbols: dict[Any, Any] = {**point.symbols, node: list(point.widths)}
        valuation = Valuation(symbols, point.widths)
        valuation.symbols[RANK] = exact_rank(linear_map(point, lambda layer: at_witness(layer)))
        size = point.symbols[QHAT]
        valuation.symbols[REACHED] = exact_rank(linear_map(point, lambda layer: end_to_end(), size, (1,)))
        yield valuation


def linear_map(point: Valuation, form: Any, start: int = 0, layers: Sequence[int] | None = None) -> Array:
    """What ``form(layer)`` makes of every unit change whose indices are above ``start``, a row for each."""
    depth, rows = len(point.widths) - 1, []
    wanted = range(1, depth + 1) if layers is None else layers
    for layer in range(1, depth + 1):
        for i in range(start, point.widths[layer]):
            for j in range(start, point.widths[layer - 1]):
                for other in range(1, depth + 1):
                    point._drawn["D", other] = filled(point.widths[other], point.widths[other - 1])
                point._drawn["D", layer][i, j] = 1
                rows.append(np.concatenate([evaluate(form(Integer(other)), point).ravel() for other in wanted]))
    return np.array(rows, dtype=object) if rows else filled(0, 0)


@evaluate.register(Value)
def _(expression: Value, valuation: Valuation) -> Array:
    outputs, inputs = valuation.widths[-1], valuation.widths[0]
    value = valuation.draw(("X", int(expression.args[0])), (outputs, inputs)).copy()
    value[: valuation.symbols[QHAT]] = 0
    value[:, : valuation.symbols[QHAT]] = 0
    return value
