r"""Why the layer-local kernel is one, for symbolic L, cut m and layers k, l; and the rank that it leaves.

The Hessian is a symmetric bilinear form of two changes Δ = ΔW^k and Δ′ = ΔW^l:

    outer:               tr(W^{L:k+1}ΔW^{k-1:1} Σ (W^{L:l+1}Δ′W^{l-1:1})⊤),
    functional, k < l:   tr(Ω⊤W^{L:l+1}Δ′W^{l-1:k+1}ΔW^{k-1:1}),
    functional, k > l:   tr(Ω⊤W^{L:k+1}ΔW^{k-1:l+1}Δ′W^{l-1:1}).

In each case one of the conditions of :mod:`~hessproof.symbolic.layer_kernel` appears as a factor, after cutting a
chain at m and turning the trace round. Nothing is asked of the weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import sympy as sp
from sympy import Expr, Sum, Symbol, Trace, Transpose

from hessproof.symbolic import formula, words
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.kernel_conditions import (
    Annihilated,
    Case,
    CutOpen,
    Form,
    SymbolicCondition,
    drawn_change,
    kernel_changes,
    m,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Descending, L, Omega, Sigma, k, l, times

FREE = words.Delta(l)
"""Δ′, an arbitrary change of W^l."""
OMEGA_T = Transpose(Omega())


class KernelChange(words.Delta):
    """Δ, a change of W^k that meets the conditions of the kernel."""

    def _text(self, printer: Any) -> str:
        return rf"\Delta^{{{printer._print(self.args[0])}}}"


DELTA = KernelChange(k)
condition = partial(SymbolicCondition, DELTA)
"""left · Δ · right = 0."""


def bilinear(form: Form) -> Trace:
    """The Hessian's bilinear form of Δ and Δ′."""
    if form == "outer":
        one = times(Descending(L, k + 1), DELTA, Descending(k - 1, 1))
        return Trace(times(one, Sigma(), words.Transposed(1, l - 1), FREE.T, words.Transposed(l + 1, L)))
    if form == "functional_before":
        inner = times(FREE, Descending(l - 1, k + 1), DELTA, Descending(k - 1, 1))
        return Trace(times(OMEGA_T, Descending(L, l + 1), inner))
    inner = times(DELTA, Descending(k - 1, l + 1), FREE, Descending(l - 1, 1))
    return Trace(times(OMEGA_T, Descending(L, k + 1), inner))


def conditions_before() -> tuple[SymbolicCondition, SymbolicCondition]:
    """For k ≤ m: W^{m:k+1}Δ = 0 and ΔW^{k-1:1}Ω⊤W^{L:m+1} = 0."""
    right = times(Descending(k - 1, 1), OMEGA_T, Descending(L, m + 1))
    return condition(Descending(m, k + 1), None), condition(None, right)


def conditions_after() -> tuple[SymbolicCondition, SymbolicCondition]:
    """For k > m: ΔW^{k-1:m+1} = 0 and W^{m:1}Ω⊤W^{L:k+1}Δ = 0."""
    left = times(Descending(m, 1), OMEGA_T, Descending(L, k + 1))
    return condition(None, Descending(k - 1, m + 1)), condition(left, None)


@cache
def cases() -> tuple[Case, ...]:
    """All cases: loss and functional part, every order of k, l and the cut m, and the cut at Ω."""
    layers = Ordering(k >= 1, l >= 1, k <= L, l <= L, m >= 0, m <= L)
    before, after = layers.where(k <= m), layers.where(k >= m + 1)
    (push, pull), (pull_on, push_on) = conditions_before(), conditions_after()
    d, w = DELTA, Descending
    back = (Sigma(), words.Transposed(1, l - 1), FREE.T, words.Transposed(l + 1, L))
    ends = condition(None, times(w(k - 1, 1), OMEGA_T)), condition(times(OMEGA_T, w(L, k + 1)), None)
    first, last = condition(w(m, 2), OMEGA_T), condition(OMEGA_T, w(L - 1, m + 1))
    return (
        Case("outer, k <= m", "outer", before, push, times(w(L, m + 1), w(m, k + 1), d, w(k - 1, 1), *back)),
        Case("k <= m < l", "functional_before", before.where(l >= m + 1), push,
             times(OMEGA_T, w(L, l + 1), FREE, w(l - 1, m + 1), w(m, k + 1), d, w(k - 1, 1))),
        Case("k < l <= m", "functional_before", before.where(k + 1 <= l, l <= m), pull,
             times(d, w(k - 1, 1), OMEGA_T, w(L, m + 1), w(m, l + 1), FREE, w(l - 1, k + 1))),
        Case("l < k <= m", "functional_after", before.where(l + 1 <= k), push,
             times(OMEGA_T, w(L, m + 1), w(m, k + 1), d, w(k - 1, l + 1), FREE, w(l - 1, 1))),
        Case("outer, k > m", "outer", after, pull_on, times(w(L, k + 1), d, w(k - 1, m + 1), w(m, 1), *back)),
        Case("m < k < l", "functional_before", after.where(k + 1 <= l), pull_on,
             times(OMEGA_T, w(L, l + 1), FREE, w(l - 1, k + 1), d, w(k - 1, m + 1), w(m, 1))),
        Case("m < l < k", "functional_after", after.where(l >= m + 1, l + 1 <= k), push_on,
             times(w(m, 1), OMEGA_T, w(L, k + 1), d, w(k - 1, l + 1), FREE, w(l - 1, m + 1))),
        Case("l <= m < k", "functional_after", after.where(l <= m), pull_on,
             times(OMEGA_T, w(L, k + 1), d, w(k - 1, m + 1), w(m, l + 1), FREE, w(l - 1, 1))),
        Case("cut at the residual, k < l", "functional_before", layers.where(k + 1 <= l), ends[0],
             times(d, w(k - 1, 1), OMEGA_T, w(L, l + 1), FREE, w(l - 1, k + 1))),
        Case("cut at the residual, k > l", "functional_after", layers.where(l + 1 <= k), ends[1],
             times(OMEGA_T, w(L, k + 1), d, w(k - 1, l + 1), FREE, w(l - 1, 1))),
        Case("functional, k = 1 <= m < l", "functional_before", before.where(sp.Eq(k, 1), l >= m + 1), first,
             times(w(m, 2), d, OMEGA_T, w(L, l + 1), FREE, w(l - 1, m + 1)), sp.Integer(1)),
        Case("functional, l <= m < k = L", "functional_after", after.where(sp.Eq(k, L), l <= m), last,
             times(OMEGA_T, d, w(L - 1, m + 1), w(m, l + 1), FREE, w(l - 1, 1)), L),
    )  # fmt: skip


@cache
def vanishing() -> tuple[Derivation, ...]:
    """One derivation for each case: the bilinear form of Δ and Δ′ is zero.

    Example:
        >>> all(derivation.check(numbers=False).ok for derivation in vanishing())
        True
        >>> wrong = vanishing()[0].with_step(1, bilinear("outer"))
        >>> wrong.check(numbers=False).failing.rule
        'condition of the kernel'
    """
    return tuple(map(_vanishing, cases()))


def _vanishing(case: Case) -> Derivation:
    start, cut_open = (Trace(x).xreplace({k: case.layer}) for x in (bilinear(case.form).arg, case.cut_open))
    return Derivation(
        f"kernel: {case.name}", "the Hessian annihilates the layer-local kernel", case.order, start,
        (Step(cut_open, CutOpen()), Step(sp.S.Zero, Annihilated(case.condition, case.layer))), sp.S.Zero,
        source="this project", valuations=partial(kernel_changes, case, 0),
    )  # fmt: skip


@evaluate.register(KernelChange)
def _(expression: KernelChange, valuation: Valuation) -> Array:
    return drawn_change(valuation)


RANK = Symbol(r"\operatorname{rk} H", integer=True)
CODIMENSION = sp.IndexedBase("c", integer=True)
"""c_k, the codimension of the layer-local kernel among the changes of W^k."""


class RankNullity(Rule):
    """rk H ≤ p − dim ker H ≤ Σ_k c_k, the kernels of different layers being independent."""

    name = "rank and nullity"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The sum of codimensions for the rank."""
        return expression.xreplace({RANK: Sum(CODIMENSION[k], (k, 1, L))})


class TwoConditions(Rule):
    """c_k ≤ x(M_k + M_{k-1}) − x², for conditions (left, I) and (I, right) of rank at most x each.

    The conditions span row(left) ⊗ R^{M_{k-1}} + R^{M_k} ⊗ col(right), a tensor flag of dimension
    a M_{k-1} + b M_k − ab with a, b ≤ x ≤ M_k, M_{k-1}, which grows with a and with b.

    Args:
        bound: x.
        ends: Codimension at most this for k = 1 and for k = L, if the conditions differ there.
    """

    name = "two conditions of bounded rank in each layer"
    relation = "<="

    def __init__(self, bound: Expr, ends: tuple[Expr, Expr] | None = None) -> None:
        self.bound, self.ends = bound, ends

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The bound in place of every codimension."""
        x, node = self.bound, formula.width
        middle = x * (node[k] + node[k - 1]) - x**2
        if self.ends is None:
            return expression.xreplace({Sum(CODIMENSION[k], (k, 1, L)): Sum(middle, (k, 1, L))})
        if ordering.nonnegative(L - 2) is not True:
            raise RuleFailure("the first and the last layer must differ")
        total = self.ends[0] + Sum(middle, (k, 2, L - 1)) + self.ends[1]
        return expression.xreplace({Sum(CODIMENSION[k], (k, 1, L)): total})


@cache
def loss_bound() -> Derivation:
    """rk H_L ≤ 2qM − Lq² + q(r + K) for every weights and every residual: the upper half of Fact 7, without A1.

    Example:
        >>> loss_bound().check(0).ok
        True
    """
    q, node = formula.q, formula.width
    counted = Sum(q * (node[k] + node[k - 1]) - q**2, (k, 1, L))
    final = FORMULAS["fact7"].expression.xreplace(
        {formula.M: Sum(node[k], (k, 1, L - 1)), formula.r: node[0], formula.K: node[L], formula.L: L}
    )
    return Derivation(
        "fact7_bound", "upper half of Fact 7", Ordering(L >= 1), RANK,
        (Step(Sum(CODIMENSION[k], (k, 1, L)), RankNullity()), Step(counted, TwoConditions(q)),
         Step(final, Algebra("telescoping"))), final,
        source="this project", same=same, valuations=_codimensions,
        remarks=("on data reduced to r inputs, so that M_0 = r",), lemmas=_annihilating(range(8)),
    )  # fmt: skip


@cache
def functional_bound() -> Derivation:
    """rk H_f ≤ 2q̂M + 2q̂s − Lq̂² for L ≥ 2 and every weights: Corollary 6 from the kernel, without A1.

    At both cuts, a hidden layer of width q̂ or the residual of rank s = q̂, the first layer has the codimension
    q̂M_1 + q̂s − q̂² and the last q̂M_{L-1} + q̂s − q̂²: there Ω takes the place of the outer identity.

    Example:
        >>> functional_bound().check(0).ok
        True
    """
    q, s, node = formula.qhat, formula.s, formula.width
    ends = q * (node[1] + s) - q**2, q * (node[L - 1] + s) - q**2
    counted = ends[0] + Sum(q * (node[k] + node[k - 1]) - q**2, (k, 2, L - 1)) + ends[1]
    final = FORMULAS["cor6"].expression.xreplace({formula.M: Sum(node[k], (k, 1, L - 1)), formula.L: L})
    return Derivation(
        "cor6_bound", "Corollary 6 for every weights", Ordering(L >= 2), RANK,
        (Step(Sum(CODIMENSION[k], (k, 1, L)), RankNullity()), Step(counted, TwoConditions(q, ends)),
         Step(final, Algebra("telescoping"))), final,
        source="this project; Singh et al. 2021, Cor. 6", same=same, valuations=_codimensions,
        lemmas=_annihilating((1, 2, 3, 5, 6, 7, 8, 9, 10, 11)),
    )  # fmt: skip


@cache
def deficiency() -> Derivation:
    """p − [2qM − Lq² + q(r + K)] = Σ_{i=0}^{L-1} (M_i − q)(M_{i+1} − q) with M_0 = r (Singh et al. 2021, §4.4).

    Example:
        >>> deficiency().check(0).ok
        True
    """
    node, i = formula.width, formula.i
    ends = {formula.M: Sum(node[k], (k, 1, L - 1)), formula.r: node[0], formula.K: node[L], formula.L: L}
    start = Sum(node[k] * node[k - 1], (k, 1, L)) - FORMULAS["fact7"].expression.xreplace(ends)
    final = FORMULAS["deficiency"].expression.xreplace({formula.L: L})
    return Derivation(
        "deficiency", "rank deficiency as a network with narrower layers", Ordering(L >= 1), start,
        (Step(Sum((node[i] - formula.q) * (node[i + 1] - formula.q), (i, 0, L - 1)), Algebra("telescoping")),), final,
        source="Singh et al. 2021, §4.4", same=same, valuations=_codimensions,
    )  # fmt: skip


def _annihilating(chosen: Any) -> tuple[Derivation, ...]:
    return tuple(vanishing()[number] for number in chosen)


def _codimensions(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Widths, ranks and codimensions that obey the bounds layer by layer."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(2, 7):
        widths = [stream.randint(1, 6) for _ in range(depth + 1)]
        s = stream.randint(0, min(widths[0], widths[-1]))
        q, qhat = min(widths), min(s, *widths)
        nodes = [s, *widths[1:-1], s]
        largest = [qhat * (nodes[j] + nodes[j - 1]) - qhat**2 for j in range(1, depth + 1)]
        sizes = [0, *(stream.randint(0, bound) for bound in largest)]
        numbers: dict[Any, Any] = {L: depth, formula.q: q, formula.qhat: qhat, formula.s: s}
        tables: dict[Any, Any] = {formula.width: widths, CODIMENSION: sizes, RANK: stream.randint(0, sum(sizes))}
        yield Valuation({**numbers, **tables})
