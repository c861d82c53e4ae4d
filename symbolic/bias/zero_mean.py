r"""Ranks where E[δ] = 0, as at every point where the derivative by the last bias vanishes.

In the variables of :mod:`~hessproof.symbolic.bias.decoupling` nothing couples weights and biases then: H_L is a
Hessian without bias, on centred inputs (r̃ − 1 of them, residual of rank s̃), beside a Gram matrix of rank K; H_f is
the one without bias beside zeros. So every bound without bias carries over, and so does every point that reaches it:
those of :mod:`hessproof.symbolic.witness`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Expr, Integer, Sum, Symbol

from hessproof.symbolic import formula, kernel_proof, residual_bound, witness
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias import decoupling
from hessproof.symbolic.bias.bounds import NODE
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.formulas import ANY_RESIDUAL, FUNCTIONAL, FUNCTIONAL_BIAS, LOSS_BIAS
from hessproof.symbolic.kernel_proof import RANK
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, k

PLAIN = Symbol(r"\operatorname{rk} H^{W}", integer=True)
"""The rank of the Hessian without bias on centred inputs."""
Q, QHAT = formula.q_centred, formula.s_cut
"""q̄ = min(r̃ − 1, M_1, …, M_{L-1}, K) and ŝ = min(s̃, M_1, …, M_{L-1}) = min(q̄, s̃)."""


class DirectSum(Rule):
    """The rank of a direct sum is the sum of the ranks: of the part in the ΔW and of that in the β.

    Args:
        means: The rank of the part in the β.
    """

    name = "weights and biases decoupled"
    statement = r"\operatorname{rk} H = \operatorname{rk} H^{W} + \operatorname{rk} H^{\beta}"

    def __init__(self, means: Expr) -> None:
        self.means = means

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Both ranks for the one."""
        return expression.xreplace({RANK: PLAIN + self.means})


class WithoutBias(Rule):
    """The bound without bias for the part in the ΔW.

    Args:
        bound: The bound.
    """

    name = "bound without bias"
    relation = "<="

    def __init__(self, bound: Expr) -> None:
        self.bound = bound

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The bound for the rank without bias."""
        return expression.xreplace({PLAIN: self.bound})


class WitnessBlocks(Rule):
    """The witness without bias has at least as many entries in nonsingular blocks as counted.

    Args:
        count: Their number.
    """

    name = "blocks of the witness"
    relation = ">="

    def __init__(self, count: Expr) -> None:
        self.count = count

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The count for the rank without bias."""
        return expression.xreplace({PLAIN: self.count})


def _renamed(expression: Expr) -> Expr:
    """A formula without bias on centred inputs, or one with bias at E[δ] = 0, in widths with M_0 = r̃ − 1."""
    ranks = {formula.r: NODE[0], formula.r_aug: NODE[0] + 1, formula.s: formula.s_aug}
    names = {formula.q: Q, formula.qhat: QHAT, formula.mean: Integer(0)}
    ends = {formula.K: NODE[L], formula.L: L, formula.M: Sum(NODE[k], (k, 1, L - 1))}
    return expression.xreplace({**ranks, **names, **ends})


def _derivation(
    claim: str, title: str, order: Ordering, means: Expr, parts: tuple[Expr, Expr], lemmas: tuple[Derivation, ...]
) -> Derivation:
    bound, final = map(_renamed, parts)
    return Derivation(
        claim, title, order, RANK,
        (Step(PLAIN + means, DirectSum(means)), Step(bound + means, WithoutBias(bound)),
         Step(final, Algebra("the same formula"))), final,
        source="this project", same=same, valuations=_ranks, lemmas=lemmas,
        remarks=("on data reduced to r̃ − 1 centred inputs, so that M_0 = r̃ − 1", "E[δ] = 0"),
    )  # fmt: skip


@cache
def loss() -> Derivation:
    """rk H_L = K + the rank without bias on centred inputs ≤ q̄(r̃ − 1 + K − q̄) + K + 2ŝM − (L − 1)ŝ² if E[δ] = 0.

    Example:
        >>> loss().check(0).ok
        True
    """
    lemmas = (
        decoupling.outer(), decoupling.functional(), decoupling.mean_rank(), kernel_proof.loss_bound(),
        residual_bound.deficient_residual_bound(),
    )  # fmt: skip
    parts = ANY_RESIDUAL, LOSS_BIAS
    return _derivation(
        "loss_bias_zero_mean", "loss Hessian with bias, E[δ] = 0", Ordering(L >= 1), NODE[L], parts, lemmas
    )


@cache
def functional() -> Derivation:
    """rk H_f = the rank without bias on centred inputs ≤ 2ŝM + 2ŝs̃ − Lŝ² if E[δ] = 0 and L ≥ 2.

    Example:
        >>> functional().check(0).ok
        True
    """
    lemmas = decoupling.functional(), kernel_proof.functional_bound()
    title, parts = "functional Hessian with bias, E[δ] = 0", (FUNCTIONAL, FUNCTIONAL_BIAS)
    return _derivation("functional_bias_zero_mean", title, Ordering(L >= 2), Integer(0), parts, lemmas)


def _entries() -> Expr:
    """Entries (i, j) of all layers with min(i, j) ≤ ŝ."""
    return Sum(NODE[k] * NODE[k - 1] - (NODE[k] - QHAT) * (NODE[k - 1] - QHAT), (k, 1, L))


def _attained(
    claim: str, title: str, order: Ordering, means: Expr, count: Expr, formula_at: Expr, lemmas: tuple[Derivation, ...]
) -> Derivation:
    blocks, final = WitnessBlocks(count), _renamed(formula_at)
    return Derivation(
        claim, title, order, RANK,
        (Step(PLAIN + means, DirectSum(means)), Step(count + means, blocks), Step(final, Algebra("telescoping"))),
        final, source="this project", same=same, valuations=_witnesses, lemmas=lemmas,
        remarks=("on data reduced to r̃ − 1 centred inputs, so that M_0 = r̃ − 1", "E[δ] = 0"),
    )  # fmt: skip


@cache
def loss_attained() -> Derivation:
    """The generic rank of H_L is at least q̄(r̃ − 1 + K − q̄) + K + 2ŝM − (L − 1)ŝ² if E[δ] = 0.

    Entries with min(i, j) ≤ ŝ lie in nonsingular blocks; of the others those pairs with ŝ < min(i, j) ≤ q̄ that reach
    the input or the output have rank 1 by the outer part.

    Example:
        >>> loss_attained().check(0).ok
        True
    """
    count = _entries() + (Q - QHAT) * (NODE[0] + NODE[L] - Q - QHAT)
    lemmas = decoupling.outer(), decoupling.functional(), decoupling.mean_rank(), witness.loss_count()
    title = "the rank of H_L with bias is attained, E[δ] = 0"
    return _attained("loss_bias_zero_mean_attained", title, Ordering(L >= 1), NODE[L], count, LOSS_BIAS, lemmas)


@cache
def functional_attained() -> Derivation:
    """The generic rank of H_f is at least 2ŝM + 2ŝs̃ − Lŝ² if E[δ] = 0 and L ≥ 2.

    Of the entries with min(i, j) ≤ ŝ one is lost for each i ≤ ŝ and each j > s̃ at the input, and one at the output,
    where the triangle of functional couplings is not square.

    Example:
        >>> functional_attained().check(0).ok
        True
    """
    count = _entries() - QHAT * (NODE[0] - formula.s_aug) - QHAT * (NODE[L] - formula.s_aug)
    title = "the rank of H_f with bias is attained, E[δ] = 0"
    claim, lemmas = "functional_bias_zero_mean_attained", (decoupling.functional(),)
    return _attained(claim, title, Ordering(L >= 2), Integer(0), count, FUNCTIONAL_BIAS, lemmas)


def _witnesses(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small networks with the ranks of the witness without bias in place of the generic ones."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 4, 2, 3, 5):
        widths = tuple(stream.randint(1, 4) for _ in range(depth + 1))
        s = stream.randint(0, min(widths[0], widths[-1]))
        part: witness.Part = "functional" if "functional" in derivation.claim else "loss"
        plain = witness.attained_rank(Architecture(widths), widths[0], s, part)
        numbers: dict[Any, Any] = {L: depth, Q: min(widths), QHAT: min(s, *widths), formula.s_aug: s}
        numbers.update({PLAIN: plain, RANK: plain + (widths[-1] if part == "loss" else 0), formula.width: widths})
        yield Valuation(numbers)


def _ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Widths and ranks, the rank without bias within its bound."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(2, 8):
        widths = [stream.randint(1, 6) for _ in range(depth + 1)]
        q, s = min(widths), stream.randint(0, min(widths[0], widths[-1]))
        qhat, hidden = min(q, s), sum(widths[1:-1])
        functional_part = 2 * qhat * hidden + 2 * qhat * s - depth * qhat**2
        loss_part = q * (widths[0] + widths[-1] - q) + 2 * qhat * hidden - (depth - 1) * qhat**2
        plain = stream.randint(0, functional_part if "functional" in derivation.claim else loss_part)
        means = 0 if "functional" in derivation.claim else widths[-1]
        numbers: dict[Any, Any] = {L: depth, Q: q, QHAT: qhat, formula.s_aug: s, formula.width: widths}
        yield Valuation({**numbers, PLAIN: plain, RANK: plain + means})
