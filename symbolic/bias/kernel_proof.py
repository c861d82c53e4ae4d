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

from functools import cache, partial

import sympy as sp
from sympy import Trace, Transpose

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
from hessproof.symbolic.derivation import Backwards, Derivation, Step
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
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Descending, L, k, l, times

FREE = AugmentedDelta(l)
"""Δ′, an arbitrary change of [W^l b^l]."""
SIGMA, OMEGA_T = AugmentedSigma(), Transpose(AugmentedOmega())


class KernelChange(AugmentedDelta):
    """Δ, a change of [W^k b^k] that meets the conditions of the kernel."""


DELTA = KernelChange(k)
condition = partial(SymbolicCondition, DELTA)
"""left · Δ · right = 0."""


def bilinear(form: Form) -> Trace:
    """The Hessian's bilinear form of Δ and Δ′."""
    d, w, t = DELTA, Descending, Affine
    if form == "outer":
        back = (SIGMA, AffineTransposed(1, l - 1), FREE.T, words.Transposed(l + 1, L))
        return Trace(times(w(L, k + 1), d, t(k - 1, 1), *back))
    if form == "functional_before":
        return Trace(times(OMEGA_T, w(L, l + 1), FREE, Embed(l - 1), w(l - 1, k + 1), d, t(k - 1, 1)))
    return Trace(times(OMEGA_T, w(L, k + 1), d, Embed(k - 1), w(k - 1, l + 1), FREE, t(l - 1, 1)))


def conditions_before() -> tuple[SymbolicCondition, SymbolicCondition]:
    """For k ≤ m: W^{m:k+1}Δ = 0 and ΔT^{k-1:1}Ω̃⊤W^{L:m+1} = 0."""
    right = times(Affine(k - 1, 1), OMEGA_T, Descending(L, m + 1))
    return condition(Descending(m, k + 1), None), condition(None, right)


def conditions_after() -> tuple[SymbolicCondition, SymbolicCondition]:
    """For k > m: ΔT^{k-1:m+1} = 0 and T^{m:1}Ω̃⊤W^{L:k+1}Δ = 0."""
    left = times(Affine(m, 1), OMEGA_T, Descending(L, k + 1))
    return condition(None, Affine(k - 1, m + 1)), condition(left, None)


def conditions_at_residual() -> tuple[SymbolicCondition, SymbolicCondition]:
    """ΔT^{k-1:1}Ω̃⊤ = 0 and Ω̃⊤W^{L:k+1}ΔW^k = 0."""
    right, left = times(Affine(k - 1, 1), OMEGA_T), times(OMEGA_T, Descending(L, k + 1))
    return condition(None, right), condition(left, Embed(k - 1))


@cache
def cases() -> tuple[Case, ...]:
    """All cases: loss and functional part, every order of k, l and the cut m, and the cut at Ω̃."""
    layers = Ordering(k >= 1, l >= 1, k <= L, l <= L, m >= 0, m <= L)
    before, after = layers.where(k <= m), layers.where(k >= m + 1)
    (push, pull), (pull_on, push_on) = conditions_before(), conditions_after()
    d, w, t, e = DELTA, Descending, Affine, Embed
    back = (SIGMA, AffineTransposed(1, l - 1), FREE.T, words.Transposed(l + 1, L))
    ends = conditions_at_residual()
    first, last = condition(w(m, 2), OMEGA_T), condition(OMEGA_T, times(e(L - 1), w(L - 1, m + 1)))
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
        tuple(steps), sp.S.Zero, source="this project", valuations=partial(kernel_changes, case, 1),
        lemmas=() if case.moved is None else (intertwining(),),
    )  # fmt: skip


@evaluate.register(KernelChange)
def _(expression: KernelChange, valuation: Valuation) -> Array:
    return drawn_change(valuation)
