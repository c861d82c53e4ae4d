r"""From the squared loss to any loss: the same kernel above, a limit below.

*Above.* A direction that changes no output on the data is annihilated by Σ J_n⊤Λ_nJ_n whatever the Λ_n are, and the
kernels of :mod:`~hessproof.symbolic.kernel_proof` and :mod:`~hessproof.symbolic.residual_bound` are made of such
directions and of those that H_f annihilates for every Ω. So their bounds hold for every loss, with K − 1 for K where a
shift of the outputs changes nothing.

*In between.* Where all Λ_n are positive definite (on the differences of outputs), H_o has the kernel of the stacked
J_n.

*Below.* Scale the last layer by ε and prescribe residuals εδ_n. Up to a diagonal congruence the Hessian is
ε²(Σ J_n⊤Λ_n(εF)J_n + H_f(δ)), and Λ_n(εF) tends to a constant: to the identity for log-cosh, to (t/K)(I − 11⊤/K) for
cross-entropy, which is positive definite on the differences. With its square root put into the last layer the limit is
the Hessian of the squared loss. A rank does not rise in a limit, so the generic rank is at least the one of the squared
loss, for every r and s.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp
from sympy import Symbol, Trace

from hessproof.symbolic import formula, words
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.flag_bound import outer_bound
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.kernel_conditions import Annihilated, Case, CutOpen, kernel_changes, m
from hessproof.symbolic.kernel_proof import (
    DELTA,
    FREE,
    RANK,
    conditions_after,
    conditions_before,
    functional_bound,
    loss_bound,
)
from hessproof.symbolic.losses.congruence import Curvature, rank
from hessproof.symbolic.losses.expressions import A, B, F, K, loss
from hessproof.symbolic.losses.invariance import MASS, positive, squares
from hessproof.symbolic.losses.rank_rule import under
from hessproof.symbolic.losses.sums import same, valuations, value
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.residual_bound import deficient_residual_bound
from hessproof.symbolic.valuation import Array, Valuation, filled
from hessproof.symbolic.words import Descending, L, Transposed, k, l, times

JACOBIAN_RANK = Symbol(r"\operatorname{rk} (J_1; \ldots; J_N)", integer=True)
"""The rank of the derivatives of all outputs on all samples: rk H_o for the squared loss."""
SQUARED_RANK = Symbol(r"\operatorname{rk} H_{\text{squared}}", integer=True)
"""The generic rank of H_L for the squared loss, K − 1 outputs if a shift changes nothing."""
LIMIT_RANK = Symbol(r"\operatorname{rk} H_{\varepsilon \to 0}", integer=True)
"""The rank of the Hessian in the limit of small outputs."""


@cache
def outer_cases() -> tuple[Case, ...]:
    """The outer bilinear form tr(W^{L:k+1}ΔW^{k-1:1} xx⊤ (…)⊤ Λ) of one sample, for k ≤ m and for k > m."""
    layers = Ordering(k >= 1, l >= 1, k <= L, l <= L, m >= 0, m <= L)
    (push, _), (pull, _) = conditions_before(), conditions_after()
    x, w = words.Input(), Descending
    back = (x, x.T, Transposed(1, l - 1), FREE.T, Transposed(l + 1, L), Curvature())
    before = times(w(L, m + 1), w(m, k + 1), DELTA, w(k - 1, 1), *back)
    after = times(w(L, k + 1), DELTA, w(k - 1, m + 1), w(m, 1), *back)
    return (
        Case("outer part of any loss, k <= m", "outer", layers.where(k <= m), push, before),
        Case("outer part of any loss, k > m", "outer", layers.where(k >= m + 1), pull, after),
    )


@cache
def outer_vanishing() -> tuple[Derivation, ...]:
    """The outer form of any loss vanishes on the layer-local kernel, for every Λ.

    Example:
        >>> all(derivation.check(0, count=2).ok for derivation in outer_vanishing())
        True
    """
    x = words.Input()
    start = Trace(
        times(Descending(L, k + 1), DELTA, Descending(k - 1, 1), x, x.T, Transposed(1, l - 1), FREE.T,
              Transposed(l + 1, L), Curvature())
    )  # fmt: skip
    return tuple(
        Derivation(
            f"kernel: {case.name}", "the Hessian of any loss annihilates the layer-local kernel", case.order, start,
            (Step(Trace(case.cut_open), CutOpen()), Step(sp.S.Zero, Annihilated(case.condition))), sp.S.Zero,
            source="this project", valuations=partial(kernel_changes, case, 0),
        )
        for case in outer_cases()
    )  # fmt: skip


def _shifted(name: str, id: str) -> Any:
    """A formula under a loss, with M_L for the number of outputs that count: K, or K − 1."""
    node = formula.width
    effective = node[L] + int(loss(name).shift_invariant)
    ends = {formula.M: sp.Sum(node[k], (k, 1, L - 1)), formula.r: node[0], formula.K: effective, formula.L: L}
    return under(name, FORMULAS[id]).expression.xreplace(ends)


@cache
def upper_bounds(name: str) -> dict[str, tuple[Derivation, ...]]:
    """For H_o, H_f and H_L under a loss: derivations that bound the rank for every weights and data.

    Those for cross-entropy are about the network of differences of outputs; ``outer`` cites why it has the same ranks.

    Example:
        >>> sorted(upper_bounds("cosh")), upper_bounds("cosh")["loss"][0].check(0, count=2).ok
        (['functional', 'loss', 'outer'], True)
    """
    whole, deficient, part = loss_bound(), deficient_residual_bound(), functional_bound()
    if name == "mse":
        return {"outer": (outer_bound(),), "functional": (part,), "loss": (whole, deficient)}
    smaller = loss(name).shift_invariant
    text = "cross-entropy with K − 1 for K" if smaller else "log-cosh"
    kernel = tuple(lemma for lemma in whole.lemmas if "outer" not in lemma.claim)
    remark = "on data reduced to r inputs, and the network of differences of outputs, so that M_0 = r and M_L = K − 1"
    remarks = (remark,) if smaller else whole.remarks
    return {
        "outer": (outer(name), outer_bound()),
        "functional": (
            replace(part, claim=f"functional_bound_{name}", title=f"upper bound on the rank of H_f: {text}",
                    final=_shifted(name, "cor6"), remarks=remarks),
        ),
        "loss": (
            replace(whole, claim=f"loss_bound_{name}", title=f"upper bound on the rank of H_L: {text}",
                    final=_shifted(name, "fact7"), lemmas=(*outer_vanishing(), *kernel), remarks=remarks),
            replace(deficient, claim=f"deficient_bound_{name}", title=f"the same for s < q: {text}",
                    final=_shifted(name, "loss_deficient_residual"), lemmas=deficient.lemmas,
                    remarks=remarks),
        ),
    }  # fmt: skip


class DefiniteForm(Rule):
    """Σ J_n⊤Λ_nJ_n v = 0 if and only if all J_n v = 0, for positive definite Λ_n."""

    name = "sum of positive definite forms"
    statement = r"v^\top \textstyle\sum_n J_n^\top \Lambda_n J_n v = 0 \iff J_n v = 0 \ \forall n"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The rank of the stacked J_n for that of the sum."""
        if expression != RANK:
            raise RuleFailure(f"{expression} is not the rank of a sum of forms")
        return JACOBIAN_RANK


@cache
def outer(name: str) -> Derivation:
    """rk H_o = rk of the stacked J_n, of the differences of outputs where a shift changes nothing: every parameter.

    Example:
        >>> outer("cosh").check(0).ok, outer("cross-entropy").check(0, count=2).ok
        (True, True)
    """
    lemmas = (replace(rank(), lemmas=()), squares()) if loss(name).shift_invariant else (positive(),)
    return Derivation(
        f"outer_{name}", "the loss does not enter the rank of H_o", Ordering(L >= 1), RANK,
        (Step(JACOBIAN_RANK, DefiniteForm()),), JACOBIAN_RANK, source="this project", valuations=_definite_sums,
        remarks=("cross-entropy: t = Σ y_c > 0, and J_n of the differences of outputs",) if len(lemmas) > 1 else (),
        lemmas=lemmas,
    )  # fmt: skip


@cache
def at_zero(name: str) -> Derivation:
    """Λ where all outputs (all errors, for log-cosh) are zero: a constant that is positive definite.

    Example:
        >>> print(at_zero("cosh").final, "|", at_zero("cross-entropy").final.subs(MASS, 1))
        KroneckerDelta(a, b) | KroneckerDelta(a, b)/K - 1/K**2
    """
    same_index = sp.KroneckerDelta(A, B)
    final = MASS * same_index / K - MASS / K**2 if loss(name).shift_invariant else same_index
    return Derivation(
        f"at_zero_{name}", "the curvature of small outputs", Ordering(), _at_zero(name),
        (Step(final, Algebra("exp 0 = 1, tanh 0 = 0")),), final, source="this project", same=same, evaluate=value,
        valuations=valuations,
    )  # fmt: skip


def _at_zero(name: str) -> Any:
    """Λ_ab with every F_c − y_c (log-cosh), or every F_c (cross-entropy), replaced by 0."""
    curvature = loss(name).curvature
    if not loss(name).shift_invariant:
        return curvature.replace(sp.tanh, lambda argument: sp.tanh(0))
    return curvature.replace(lambda node: isinstance(node, sp.Indexed) and node.base == F, lambda node: sp.S.Zero)


class SmallOutputs(Rule):
    """The rank of a continuous family does not rise in the limit ε → 0."""

    name = "limit of small outputs and residuals"
    statement = r"\operatorname{rk} H_\varepsilon \ge \operatorname{rk} \lim_{\varepsilon \to 0} \varepsilon^{-2}"
    statement += r" D_\varepsilon H_\varepsilon D_\varepsilon"
    relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The rank in the limit for the generic rank."""
        return expression.xreplace({RANK: LIMIT_RANK})


class SquareRoot(Rule):
    """Λ = C⊤C with invertible C: W^L → CW^L turns the Hessian of ½F⊤ΛF into that of the squared loss, a congruence."""

    name = "square root of the curvature in the last layer"
    statement = r"\Lambda = C^\top C:\ W^L \mapsto C W^L"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The rank for the squared loss for that in the limit."""
        return expression.xreplace({LIMIT_RANK: SQUARED_RANK})


@cache
def transfer(name: str) -> Derivation:
    """The generic rank under a loss is at least that of the squared loss, for every r and s.

    Example:
        >>> transfer("cross-entropy").relation, transfer("cross-entropy").check(0, count=2).ok
        ('>=', True)
    """
    lemmas = (at_zero(name), squares() if loss(name).shift_invariant else positive())
    return Derivation(
        f"transfer_{name}", "small outputs turn the loss into the squared one", Ordering(L >= 1), RANK,
        (Step(LIMIT_RANK, SmallOutputs()), Step(SQUARED_RANK, SquareRoot())), SQUARED_RANK, source="this project",
        valuations=_falling_ranks, lemmas=lemmas,
        remarks=("targets y = p(εF) − εδ are distributions for small ε; y = εF − artanh(εδ) for log-cosh",),
    )  # fmt: skip


def _definite_sums(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Random J_n of every rank and positive definite Λ_n = BB⊤ + I; the ranks of the sum and of the stack."""
    stream = random.Random(f"{derivation.claim}|{seed}")

    def drawn(rows: int, cols: int) -> Array:
        entries = [[stream.randint(-4, 4) for _ in range(cols)] for _ in range(rows)]
        return np.array(entries, dtype=object).reshape(rows, cols)

    for samples in (1, 2, 3):
        outputs, parameters, inner = stream.randint(1, 3), stream.randint(1, 6), stream.randint(1, 4)
        shared = drawn(inner, parameters)
        stack = [drawn(outputs, inner).dot(shared) for _ in range(samples)]
        total = filled(parameters, parameters)
        for one in stack:
            root = drawn(outputs, outputs)
            total = total + one.T.dot(root.dot(root.T) + np.eye(outputs, dtype=int).astype(object)).dot(one)
        yield Valuation({L: 1, RANK: exact_rank(total), JACOBIAN_RANK: exact_rank(np.vstack(stack))})


def _falling_ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Ranks of A + εB at a nonzero ε and at ε = 0, for random symmetric A of every rank."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 3, 4):
        inner = stream.randint(0, size)
        entries = [[stream.randint(-4, 4) for _ in range(inner)] for _ in range(size)]
        factor = np.array(entries, dtype=object).reshape(size, inner)
        limit = factor.dot(factor.T) if inner else filled(size, size)
        moved = np.array([[stream.randint(-4, 4) for _ in range(size)] for _ in range(size)], dtype=object)
        near = limit * 10**9 + moved + moved.T
        low = exact_rank(limit)
        yield Valuation({L: 1, RANK: exact_rank(near), LIMIT_RANK: low, SQUARED_RANK: low})
