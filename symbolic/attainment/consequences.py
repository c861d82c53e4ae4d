r"""What follows from the attained ranks: the dimension of the kernel, the image of J, and E[δ] = 0 with bias.

- The kernel of H_L has dimension M_1(d − r) + Σ (m_i − q)(m_{i+1} − q) + 2(q − q̂)M − (L − 1)(q² − q̂²), m_0 = r.
- At rectangular identities the derivative J of the prediction map takes e_a e_b⊤ in W^1 to e_a e_b⊤ if a ≤ q. So
  Z ↦ U⊤ZV maps im J onto all s × s matrices, U and V being the first s ≤ q unit vectors, which the bound for a residual
  of rank s < q rests on (:mod:`~hessproof.symbolic.residual_bound`).
- With bias and E[δ] = 0 the Hessian is one without bias on centred inputs, beside a Gram matrix of rank K or zeros
  (:mod:`~hessproof.symbolic.bias.zero_mean`); what is attained without bias is attained there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Expr, Integer, KroneckerDelta, Sum, Trace, Transpose

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.attainment import attained, couplings
from hessproof.symbolic.attainment.attained import NODE, QHAT, Q, S, renamed
from hessproof.symbolic.attainment.couplings import Joined, Orthonormal, Straight
from hessproof.symbolic.attainment.units import Alive, Unit, rectangular_identities
from hessproof.symbolic.bias import zero_mean
from hessproof.symbolic.bias.zero_mean import PLAIN, DirectSum
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formulas import ANY_RESIDUAL, FUNCTIONAL_BIAS, LOSS_BIAS
from hessproof.symbolic.kernel_proof import RANK
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.witness import Part, attained_rank
from hessproof.symbolic.words import Descending, L, k, times

INPUTS = formula.d


@cache
def deficiency() -> Derivation:
    """p − [q(r + K − q) + 2q̂M − (L − 1)q̂²], with p = M_1(d − r) + Σ m_k m_{k-1} and m_0 = r.

    Example:
        >>> deficiency().check(0).ok
        True
    """
    i, unseen = formula.i, NODE[1] * (INPUTS - NODE[0])
    start = unseen + Sum(NODE[k] * NODE[k - 1], (k, 1, L)) - renamed(ANY_RESIDUAL)
    hidden = Sum(NODE[k], (k, 1, L - 1))
    final = unseen + Sum((NODE[i] - Q) * (NODE[i + 1] - Q), (i, 0, L - 1))
    final += 2 * (Q - QHAT) * hidden - (L - 1) * (Q**2 - QHAT**2)
    return Derivation(
        "deficiency_any_residual", "the kernel where data or residual lack rank", Ordering(L >= 1), start,
        (Step(final, Algebra("telescoping")),), final, source="this project", same=same, valuations=_widths,
        remarks=("M_0 stands for r", "M_1(d − r) changes of W^1 are invisible on the data"),
    )  # fmt: skip


@cache
def image() -> Derivation:
    """The entry (c, d) of the change of all outputs, W^{L:2}e_a e_b⊤, that a change of W^1 at (a, b) makes.

    Example:
        >>> image().check(0).ok
        True
    """
    a, b, c, d = couplings.A, couplings.B, couplings.C, couplings.D
    output = Transpose(Unit(L, c)), Descending(L, 2), Unit(1, a)
    start = Trace(times(*output, Transpose(Unit(0, b)), Unit(0, d)))
    order = Ordering(L >= 1)
    straight = Straight().apply(start, order)
    contracted = Orthonormal().apply(straight, order)
    final = KroneckerDelta(a, c) * KroneckerDelta(b, d) * Alive(a, 1, L) * Alive(b, 0, 0)
    return Derivation(
        "image", "what a change of the first weights does to the outputs of rectangular identities", order, start,
        (Step(straight, Straight()), Step(contracted, Orthonormal()), Step(final, Joined())), final,
        source="this project", same=couplings.same, valuations=_entries,
    )  # fmt: skip


class AttainedWithoutBias(Rule):
    """What is attained without bias is attained by the part in the ΔW, on r̃ − 1 centred inputs.

    Args:
        derivation: That the rank without bias is attained.
    """

    name = "attained without bias"
    relation = ">="

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The attained rank for the rank without bias; q, q̂ and s are those of the centred inputs."""
        if why := proved(self.derivation):
            raise RuleFailure(why)
        if self.derivation.relation != ">=" or self.derivation.start != RANK:
            raise RuleFailure(f"{self.derivation.title}: no lower bound of a rank")
        if not ordering.implies(self.derivation.ordering):
            raise RuleFailure(f"{self.derivation.title}: for other depths")
        names = {Q: zero_mean.Q, QHAT: zero_mean.QHAT, S: formula.s_aug}
        return expression.xreplace({PLAIN: self.derivation.final.xreplace(names)})


def _with_means(
    claim: str, title: str, order: Ordering, means: Expr, plain: Derivation, formula_at: Expr
) -> Derivation:
    parted, rule = PLAIN + means, AttainedWithoutBias(plain)
    ranks = {formula.mean: Integer(0), formula.r_aug: NODE[0] + 1}
    final = renamed(formula_at.xreplace(ranks))
    return Derivation(
        claim, title, order, RANK,
        (Step(parted, DirectSum(means)), Step(rule.apply(parted, order), rule),
         Step(final, Algebra("the same formula"))), final,
        source="this project", same=same, valuations=_centred,
        remarks=("on data reduced to r̃ − 1 centred inputs, so that M_0 = r̃ − 1", "E[δ] = 0",
                 "weights and biases are decoupled as in the bound for E[δ] = 0"),
    )  # fmt: skip


@cache
def centred_loss() -> Derivation:
    """The generic rank of H_L with bias is at least q̄(r̃ − 1 + K − q̄) + K + 2ŝM − (L − 1)ŝ² if E[δ] = 0.

    Example:
        >>> centred_loss().check(0).ok
        True
    """
    title = "the rank of H_L with bias is attained where E[δ] = 0"
    return _with_means("loss_bias_centred", title, Ordering(L >= 1), NODE[L], attained.loss(), LOSS_BIAS)


@cache
def centred_functional() -> Derivation:
    """The generic rank of H_f with bias is at least 2ŝM + 2ŝs̃ − Lŝ² if E[δ] = 0 and L ≥ 2.

    Example:
        >>> centred_functional().check(0).ok
        True
    """
    title, plain = "the rank of H_f with bias is attained where E[δ] = 0", attained.functional()
    return _with_means("functional_bias_centred", title, Ordering(L >= 2), Integer(0), plain, FUNCTIONAL_BIAS)


def _widths(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 4):
        widths = tuple(stream.randint(1, 6) for _ in range(depth + 1))
        numbers: dict[Any, Any] = {L: depth, Q: min(widths), QHAT: stream.randint(0, min(widths)), NODE: widths}
        yield Valuation({**numbers, INPUTS: widths[0] + stream.randint(0, 3)})


def _entries(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 2, 3, 4):
        widths = tuple(stream.randint(1, 4) for _ in range(depth + 1))
        a, b = stream.randint(1, widths[1]), stream.randint(1, widths[0])
        c, d = stream.choice([(a, b), (stream.randint(1, 4), stream.randint(1, 4))])
        numbers: dict[Any, Any] = {L: depth, couplings.A: a, couplings.B: b, couplings.C: c, couplings.D: d}
        yield Valuation(numbers, widths, weights=rectangular_identities(widths))


def _centred(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small networks with the ranks of the witness without bias in place of the generic ones."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    part: Part = "functional" if "functional" in derivation.claim else "loss"
    for depth in (2, 3, 4, 2, 3, 5):
        widths = tuple(stream.randint(1, 4) for _ in range(depth + 1))
        s = stream.randint(0, min(widths[0], widths[-1]))
        plain = attained_rank(Architecture(widths), widths[0], s, part)
        numbers: dict[Any, Any] = {L: depth, zero_mean.Q: min(widths), zero_mean.QHAT: min(s, *widths), NODE: widths}
        means = widths[-1] if part == "loss" else 0
        yield Valuation({**numbers, formula.s_aug: s, PLAIN: plain, RANK: plain + means})
