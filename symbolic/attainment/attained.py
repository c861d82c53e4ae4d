r"""The generic ranks of H_o, H_f and H_L are attained, for all sizes: the blocks of the witness, counted.

The Hessian at the witness is a direct sum over the unordered pairs {i, j} of indices, because each coupling contains
δ_ac δ_bd or δ_ad δ_bc. Entries (i, j) of W^k with min(i, j) ≤ q̂ are M_k M_{k-1} − (M_k − q̂)(M_{k-1} − q̂) in number.
Of those a pair loses what its block's rank lacks. What j can be beside an i ≤ q̂, with r and K at least max(q, s):

    j ≤ q̂      q̂ < j ≤ q   q < j ≤ s    j > max(q, s), alive at the input: r − max(q, s); at the output: K − max(q, s)
    whole      through     both ends    input; output; and inner intervals, any number of them

One of q − q̂ and s − q̂ is zero, so that max(q, s) = q + s − q̂. Where q̂ < min(i, j) ≤ q, so that s < q, the outer
part alone gives rank 1 to each of (i, j) and (j, i) that reaches both ends of the network.

A rank at one point bounds the generic rank from below: minors are polynomials, and matrices Ω of rank at most s the
image of an affine space. Data of rank r are reduced to r inputs with Σ = I by a change of coordinates of the inputs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from sympy import Expr, Integer, KroneckerDelta, Mul, Rational, Sum, Symbol, expand

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.attainment import couplings
from hessproof.symbolic.attainment.block import Block, Couplings
from hessproof.symbolic.attainment.blocks import all_apart, kinds, unused
from hessproof.symbolic.attainment.patterns import Part
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formulas import ANY_RESIDUAL, FUNCTIONAL, OUTER
from hessproof.symbolic.kernel_proof import RANK
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.witness import attained_rank
from hessproof.symbolic.words import L, k

Q, QHAT, S, NODE = formula.q, formula.qhat, formula.s, formula.width
REDUCED = "on data reduced to r inputs with Σ = I, so that M_0 = r"
CITED = (
    "cited: a minor that is not zero at one point is not zero at almost every one; matrices of bounded rank are the \
image of an affine space"
)
Derived = Mapping[str, Derivation]


def within_pairs() -> None:
    """Check that entries couple only at the same place or at the transposed one.

    Raises:
        RuleFailure: If a coupling has no such pair of δ, or does not hold.
    """
    a, b, c, d = couplings.A, couplings.B, couplings.C, couplings.D
    pairs = [{KroneckerDelta(a, c), KroneckerDelta(b, d)}, {KroneckerDelta(a, d), KroneckerDelta(b, c)}]
    for derivation in (couplings.outer(), couplings.functional()):
        if why := proved(derivation):
            raise RuleFailure(why)
        if not any(pair <= set(Mul.make_args(derivation.final)) for pair in pairs):
            raise RuleFailure(f"{derivation.title}: different pairs may couple")


def entries(bound: Expr) -> Sum:
    """How many entries (i, j) of all weights have min(i, j) ≤ bound, which no width is below."""
    return Sum(NODE[k] * NODE[k - 1] - (NODE[k] - bound) * (NODE[k - 1] - bound), (k, 1, L))


def block_of(derivation: Derivation) -> Block:
    """The block whose rank a derivation is about.

    Raises:
        RuleFailure: If the derivation fails, or is not about the rank of a block.
    """
    if why := proved(derivation):
        raise RuleFailure(f"a block's rank does not hold: {why}")
    rule = derivation.steps[0].rule
    if not isinstance(rule, Couplings) or expand(rule.block.rank - derivation.final) != 0:
        raise RuleFailure(f"{derivation.claim} is not about the rank of a block")
    return rule.block


def pairs(q: Expr, qhat: Expr, s: Expr) -> dict[str, Expr]:
    """How often each kind of block occurs beside i ≤ q̂; as intervals, input and output are counted apart.

    Example:
        >>> pairs(Integer(2), Integer(1), Integer(1))["through"]
        1
    """
    largest = q + s - qhat
    return {
        "diagonal": qhat,
        "pair": Rational(1, 2) * qhat * (qhat - 1),
        "through": qhat * (q - qhat),
        "both ends": qhat * (s - qhat),
        "input": qhat * (NODE[0] - largest),
        "output": qhat * (NODE[L] - largest),
    }


def beside(found: Derived, apart: tuple[Derivation, ...], q: Expr, qhat: Expr, s: Expr) -> Expr:
    """The ranks of the blocks of all pairs with i ≤ q̂: their entries, less what blocks lose.

    Args:
        found: The derivations of the blocks.
        apart: Derivations that intervals do not couple.
        q: q.
        qhat: q̂.
        s: s.

    Raises:
        RuleFailure: If a derivation fails, or does not say how much is lost.
    """
    if len(apart) != 4 or any(block_of(one).rank != 0 for one in apart):
        raise RuleFailure("intervals may couple")
    lost = {name: block_of(one).lost for name, one in found.items()}
    if depending := [name for name, number in lost.items() if not number.is_Integer]:
        raise RuleFailure(f"what is lost by {', '.join(depending)} depends on the layers")
    if lost.pop("inner interval") != 0:
        raise RuleFailure("inner intervals lose entries, and there may be any number of them")
    times = {name: number for name, number in pairs(q, qhat, s).items() if expand(number) != 0}
    if missing := set(times) - set(lost):
        raise RuleFailure(f"no derivation of {', '.join(sorted(missing))}")
    return entries(qhat) - sum(number * lost[name] for name, number in times.items())


def beyond(found: Derived, q: Expr, above: Expr) -> Expr:
    """The ranks of the blocks of all pairs with above < min(i, j) ≤ q, of which only the outer part is left.

    Args:
        found: The derivations of the blocks.
        q: q.
        above: A number that no width is below.

    Raises:
        RuleFailure: If a derivation fails.
    """
    rank = {name: block_of(one).rank for name, one in found.items()}
    n = q - above
    total = n * rank["diagonal, ω = 0"] + Rational(1, 2) * n * (n - 1) * rank["pair, ω = 0"]
    return total + n * (NODE[0] - q) * rank["input, ω = 0"] + n * (NODE[L] - q) * rank["output, ω = 0"]


class SumOfBlocks(Rule):
    """The Hessian of the witness is a direct sum over pairs {i, j}: its rank is at least that of some of its blocks.

    Args:
        count: Adds up the ranks of blocks, after it has checked the derivations that they come from.
        about: What stands for the rank.
    """

    name = "blocks of the witness"
    relation = ">="
    statement = r"\operatorname{rk} H \ge \sum_{\{i, j\}} \operatorname{rk} H_{\{i, j\}}"

    def __init__(self, count: Callable[[], Expr], about: Symbol = RANK) -> None:
        self.count, self.about = count, about

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The sum for the rank."""
        within_pairs()
        return expression.xreplace({self.about: self.count()})


def renamed(expression: Expr) -> Expr:
    """A formula in widths, with M_0 = r and M_L = K."""
    ends = {formula.r: NODE[0], formula.K: NODE[L], formula.L: L}
    return expression.xreplace({formula.M: Sum(NODE[k], (k, 1, L - 1)), **ends})


def _derivation(
    claim: str, title: str, order: Ordering, rule: Rule, final: Expr, lemmas: tuple[Derivation, ...],
    remarks: tuple[str, ...], numbers: Callable[[Derivation, int], Iterator[Valuation]],
) -> Derivation:  # fmt: skip
    steps = Step(rule.apply(RANK, order), rule), Step(renamed(final), Algebra("telescoping"))
    return Derivation(
        claim, title, order, RANK, steps, renamed(final), source="this project", same=same, valuations=numbers,
        lemmas=lemmas, remarks=remarks,
    )  # fmt: skip


@cache
def outer() -> Derivation:
    """The generic rank of H_o is at least q(r + K − q), L ≥ 1.

    Example:
        >>> outer().check(0).ok
        True
    """
    found = unused("outer")
    rule = SumOfBlocks(lambda: beyond(found, Q, Integer(0)))
    return _derivation(
        "outer_attained", "the rank of H_o is attained", Ordering(L >= 1), rule, OUTER,
        tuple(found.values()), (REDUCED, CITED), _witnesses("outer"),
    )  # fmt: skip


@cache
def functional() -> Derivation:
    """The generic rank of H_f is at least 2q̂M + 2q̂s − Lq̂², L ≥ 2, for every s.

    Example:
        >>> functional().check(0).ok
        True
    """
    found, apart = kinds("functional"), all_apart("functional")
    return _derivation(
        "functional_attained", "the rank of H_f is attained", Ordering(L >= 2),
        SumOfBlocks(lambda: beside(found, apart, Q, QHAT, S)), FUNCTIONAL, (*found.values(), *apart),
        (REDUCED, CITED), _witnesses("functional"),
    )  # fmt: skip


@cache
def loss() -> Derivation:
    """The generic rank of H_L is at least q(r + K − q) + 2q̂M − (L − 1)q̂², L ≥ 1, for every s.

    Example:
        >>> loss().check(0).ok
        True
    """
    found, apart, rest = kinds("loss"), all_apart("loss"), unused("loss")
    return _derivation(
        "loss_attained", "the rank of H_L is attained", Ordering(L >= 1),
        SumOfBlocks(lambda: beside(found, apart, Q, QHAT, S) + beyond(rest, Q, QHAT)), ANY_RESIDUAL,
        (*found.values(), *apart, *rest.values()), (REDUCED, CITED), _witnesses("loss"),
    )  # fmt: skip


def _witnesses(part: Part) -> Callable[[Derivation, int], Iterator[Valuation]]:
    """Small networks with the rank of the witness's Hessian in place of the generic one."""

    def draw(derivation: Derivation, seed: int) -> Iterator[Valuation]:
        stream = random.Random(f"{derivation.claim}|{seed}")
        for depth in (1, 2, 3, 4, 2, 3, 5):
            if depth == 1 and part == "functional":
                continue
            widths = tuple(stream.randint(1, 5) for _ in range(depth + 1))
            s = stream.randint(0, min(widths[0], widths[-1]))
            rank = attained_rank(Architecture(widths), widths[0], s, part)
            numbers: dict[Any, Any] = {L: depth, Q: min(widths), QHAT: min(s, *widths), S: s, NODE: widths, RANK: rank}
            yield Valuation(numbers)

    return draw
