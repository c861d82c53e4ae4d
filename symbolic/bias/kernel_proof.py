r"""Why the layer-local kernel with bias is one, for symbolic L, cut m and layers k, l, all weights, biases and data.

The Hessian is a symmetric bilinear form of two changes Δ = [ΔW^k Δb^k] and Δ′ = [ΔW^l Δb^l]:

    outer:               tr(W^{L:k+1}ΔT^{k-1:1} Σ̃ (W^{L:l+1}Δ′T^{l-1:1})⊤),
    functional, k < l:   tr(Ω̃⊤W^{L:l+1} ΔW^l W^{l-1:k+1}ΔT^{k-1:1}),   ΔW^l = Δ′E_{l-1},
    functional, k > l:   tr(Ω̃⊤W^{L:k+1} ΔW^k W^{k-1:l+1}Δ′T^{l-1:1}),  ΔW^k = ΔE_{k-1}.

In each case one of the conditions of :mod:`~hessproof.symbolic.bias.layer_kernel` appears as a factor, after cutting
a chain at m. A plain chain in front of which stands E is an augmented one that E follows, which is what lets
ΔT^{k-1:m+1} = 0 reach changes in front of the cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

import sympy as sp
from sympy import Expr, MatrixExpr, Trace, Transpose

from hessproof.symbolic import words
from hessproof.symbolic.bias.letters import (
    Affine,
    AffineTransposed,
    AugmentedDelta,
    AugmentedOmega,
    AugmentedSigma,
    Embed,
    Intertwine,
    intertwining,
)
from hessproof.symbolic.derivation import Backwards, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.generalised_inverse import null_space
from hessproof.symbolic.kernel_proof import CutOpen, m
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import weights_of_any_rank
from hessproof.symbolic.valuation import Array, Valuation, evaluate, kronecker, unit
from hessproof.symbolic.words import Descending, L, k, l, times

FREE = AugmentedDelta(l)
"""Δ′, an arbitrary change of [W^l b^l]."""
SIGMA, OMEGA_T = AugmentedSigma(), Transpose(AugmentedOmega())
Form = Literal["outer", "functional_before", "functional_after"]


class KernelChange(AugmentedDelta):
    """Δ, a change of [W^k b^k] that meets the conditions of the kernel."""


DELTA = KernelChange(k)


def bilinear(form: Form) -> Trace:
    """The Hessian's bilinear form of Δ and Δ′."""
    d, w, t = DELTA, Descending, Affine
    if form == "outer":
        back = (SIGMA, AffineTransposed(1, l - 1), FREE.T, words.Transposed(l + 1, L))
        return Trace(times(w(L, k + 1), d, t(k - 1, 1), *back))
    if form == "functional_before":
        return Trace(times(OMEGA_T, w(L, l + 1), FREE, Embed(l - 1), w(l - 1, k + 1), d, t(k - 1, 1)))
    return Trace(times(OMEGA_T, w(L, k + 1), d, Embed(k - 1), w(k - 1, l + 1), FREE, t(l - 1, 1)))


@dataclass(frozen=True)
class SymbolicCondition:
    """left · Δ · right = 0 for symbolic layers; ``None`` stands for an identity."""

    left: MatrixExpr | None
    right: MatrixExpr | None

    def letters(self) -> list[MatrixExpr]:
        """The factors of left · Δ · right, one by one."""
        factors = [x for x in (self.left, DELTA, self.right) if x is not None]
        return [x for factor in factors for x in (factor.args if factor.is_MatMul else (factor,))]


class Annihilated(Rule):
    """tr(P · left Δ right · Q) = 0, left Δ right = 0 being a condition of the kernel.

    Args:
        condition: The condition.
        layer: The layer that changes: k, or a number that stands for it.
    """

    name = "condition of the kernel"
    statement = r"\operatorname{tr}(P \cdot 0 \cdot Q) = 0"

    def __init__(self, condition: SymbolicCondition, layer: Expr = k) -> None:
        self.condition, self.layer = condition, layer

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero, if the condition stands in the trace as consecutive factors (cyclically) as written."""
        letters = list(expression.arg.args) if isinstance(expression, Trace) else []
        wanted = [letter.xreplace({k: self.layer}) for letter in self.condition.letters()]
        doubled = letters + letters
        if not any(doubled[start : start + len(wanted)] == wanted for start in range(len(letters))):
            raise RuleFailure(f"{self.condition} does not appear in {expression}")
        return sp.S.Zero


@dataclass(frozen=True)
class Case:
    """One case: which form, in which order of the layers, which condition, and the lines up to where it appears."""

    name: str
    form: Form
    order: Ordering
    condition: SymbolicCondition
    cut_open: MatrixExpr
    layer: Expr = k
    moved: MatrixExpr | None = None


def conditions_before() -> tuple[SymbolicCondition, SymbolicCondition]:
    """For k ≤ m: W^{m:k+1}Δ = 0 and ΔT^{k-1:1}Ω̃⊤W^{L:m+1} = 0."""
    right = times(Affine(k - 1, 1), OMEGA_T, Descending(L, m + 1))
    return SymbolicCondition(Descending(m, k + 1), None), SymbolicCondition(None, right)


def conditions_after() -> tuple[SymbolicCondition, SymbolicCondition]:
    """For k > m: ΔT^{k-1:m+1} = 0 and T^{m:1}Ω̃⊤W^{L:k+1}Δ = 0."""
    left = times(Affine(m, 1), OMEGA_T, Descending(L, k + 1))
    return SymbolicCondition(None, Affine(k - 1, m + 1)), SymbolicCondition(left, None)


def conditions_at_residual() -> tuple[SymbolicCondition, SymbolicCondition]:
    """ΔT^{k-1:1}Ω̃⊤ = 0 and Ω̃⊤W^{L:k+1}ΔW^k = 0."""
    right, left = times(Affine(k - 1, 1), OMEGA_T), times(OMEGA_T, Descending(L, k + 1))
    return SymbolicCondition(None, right), SymbolicCondition(left, Embed(k - 1))


@cache
def cases() -> tuple[Case, ...]:
    """All cases: loss and functional part, every order of k, l and the cut m, and the cut at Ω̃."""
    layers = Ordering(k >= 1, l >= 1, k <= L, l <= L, m >= 0, m <= L)
    before, after = layers.where(k <= m), layers.where(k >= m + 1)
    (push, pull), (pull_on, push_on) = conditions_before(), conditions_after()
    d, w, t, e = DELTA, Descending, Affine, Embed
    back = (SIGMA, AffineTransposed(1, l - 1), FREE.T, words.Transposed(l + 1, L))
    ends = conditions_at_residual()
    first, last = SymbolicCondition(w(m, 2), OMEGA_T), SymbolicCondition(OMEGA_T, times(e(L - 1), w(L - 1, m + 1)))
    later = (FREE, e(l - 1))
    return (
        Case("outer, k <= m", "outer", before, push, times(w(L, m + 1), w(m, k + 1), d, t(k - 1, 1), *back)),
        Case("k <= m < l", "functional_before", before.where(l >= m + 1), push,
             times(OMEGA_T, w(L, l + 1), *later, w(l - 1, m + 1), w(m, k + 1), d, t(k - 1, 1))),
        Case("k < l <= m", "functional_before", before.where(k + 1 <= l, l <= m), pull,
             times(d, t(k - 1, 1), OMEGA_T, w(L, m + 1), w(m, l + 1), *later, w(l - 1, k + 1))),
        Case("l < k <= m", "functional_after", before.where(l + 1 <= k), push,
             times(OMEGA_T, w(L, m + 1), w(m, k + 1), d, e(k - 1), w(k - 1, l + 1), FREE, t(l - 1, 1))),
        Case("outer, k > m", "outer", after, pull_on, times(w(L, k + 1), d, t(k - 1, m + 1), t(m, 1), *back)),
        Case("m < k < l", "functional_before", after.where(k + 1 <= l), pull_on,
             times(OMEGA_T, w(L, l + 1), *later, w(l - 1, k + 1), d, t(k - 1, m + 1), t(m, 1))),
        Case("m < l < k", "functional_after", after.where(l >= m + 1, l + 1 <= k), push_on,
             times(t(m, 1), OMEGA_T, w(L, k + 1), d, e(k - 1), w(k - 1, l + 1), FREE, t(l - 1, m + 1))),
        Case("l <= m < k", "functional_after", after.where(l <= m), pull_on,
             times(OMEGA_T, w(L, k + 1), d, t(k - 1, m + 1), t(m, l + 1), e(l), FREE, t(l - 1, 1)),
             moved=times(OMEGA_T, w(L, k + 1), d, t(k - 1, l + 1), e(l), FREE, t(l - 1, 1))),
        Case("cut at the residual, k < l", "functional_before", layers.where(k + 1 <= l), ends[0],
             times(d, t(k - 1, 1), OMEGA_T, w(L, l + 1), *later, w(l - 1, k + 1))),
        Case("cut at the residual, k > l", "functional_after", layers.where(l + 1 <= k), ends[1],
             times(OMEGA_T, w(L, k + 1), d, e(k - 1), w(k - 1, l + 1), FREE, t(l - 1, 1))),
        Case("functional, k = 1 <= m < l", "functional_before", before.where(sp.Eq(k, 1), l >= m + 1), first,
             times(w(m, 2), d, OMEGA_T, w(L, l + 1), *later, w(l - 1, m + 1)), sp.Integer(1)),
        Case("functional, l <= m < k = L", "functional_after", after.where(sp.Eq(k, L), l <= m), last,
             times(OMEGA_T, d, e(L - 1), w(L - 1, m + 1), w(m, l + 1), FREE, t(l - 1, 1)), L),
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
    steps = [Step(cut_open, CutOpen()), Step(sp.S.Zero, Annihilated(case.condition, case.layer))]
    if case.moved is not None:
        steps.insert(0, Step(Trace(case.moved), Backwards(Intertwine())))
    return Derivation(
        f"kernel with bias: {case.name}", "the Hessian annihilates the layer-local kernel", case.order, start,
        tuple(steps), sp.S.Zero, source="this project", valuations=partial(_kernel_changes, case),
        lemmas=() if case.moved is None else (intertwining(),),
    )  # fmt: skip


def _kernel_changes(case: Case, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Weights of any rank, and a random change of one layer that meets the condition which the case uses."""
    for valuation in weights_of_any_rank(derivation, seed):
        layer = valuation.number(case.layer)
        rows, cols = valuation.widths[layer], valuation.widths[layer - 1] + 1
        left, right = (
            unit(size) if word is None else evaluate(word.xreplace({k: case.layer}), valuation)
            for word, size in ((case.condition.left, rows), (case.condition.right, cols))
        )
        basis = null_space(kronecker(left, right.T))
        weights = valuation.draw("change", (basis.shape[1], 1))
        valuation._drawn["kernel change"] = basis.dot(weights).reshape(rows, cols)
        yield valuation


@evaluate.register(KernelChange)
def _(expression: KernelChange, valuation: Valuation) -> Array:
    return valuation._drawn["kernel change"]
