r"""Given inputs and labels: the rank of the residual, and that of H_f, at almost all weights.

In white inputs and orthogonal coordinates S' = E[yx⊤] has the σ = rk S' nonzero entries of its diagonal at the last σ
of the n = min(r, K) places. Rectangular identities, times t, have t^L at the first q places of their end-to-end matrix.
So Ω, that matrix less S', is diagonal with min(n, q + σ) nonzero entries for large t, of which the first q are
positive: T. No Ω of this data set has a larger rank, as W^{L:1} has rank q at most. At this Ω the elimination for H_f
applies.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp
from sympy import Abs, Max, Min, Symbol

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.elimination import functional
from hessproof.symbolic.elimination.data import fewer_inputs
from hessproof.symbolic.elimination.every import LARGE, drawn_rank, drawn_setting, residual_at
from hessproof.symbolic.elimination.letters import QHAT
from hessproof.symbolic.elimination.resting import Resting
from hessproof.symbolic.elimination.steps import DEEP, chained
from hessproof.symbolic.elimination.theorem import at_sizes, node
from hessproof.symbolic.elimination.turning import turned
from hessproof.symbolic.formulas import FUNCTIONAL
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Array, Valuation, filled
from hessproof.symbolic.words import L

OMEGA_RANK = Symbol(r"\operatorname{rk} \boldsymbol{\Omega}", integer=True)
LABELS = Symbol(r"\sigma", integer=True, nonnegative=True)
"""σ = rk E[yx⊤]."""
ENDS = Min(formula.r, formula.K)
RESIDUAL_RANK = Min(formula.r, formula.K, formula.q + LABELS)
"""min(r, K, q + σ), the rank of Ω for almost all weights."""
ANY = Ordering(L >= 1)


class Subadditive(Rule):
    """rk(W^{L:1}Σ − S) ≤ min(r, K, rk W^{L:1}Σ + rk S), and rk W^{L:1}Σ ≤ q."""

    name = "ranks add up at most"
    relation = "<="
    statement = r"\operatorname{rk} (A - B) \le \operatorname{rk} A + \operatorname{rk} B"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The bound for the rank of Ω."""
        return expression.xreplace({OMEGA_RANK: Min(formula.r, formula.K, formula.q + LABELS)})


class TwoEnds(Resting):
    """t^L at the first q of n places and the labels at the last σ: all but n − q − σ entries are nonzero, if positive.

    Where both stand the entry is t^L less a number, which is not zero for large t.
    """

    wanted = ("white data", "turned")
    name = "from both ends of the diagonal"
    relation = ">="
    statement = r"\operatorname{rk} \boldsymbol{\Omega} = n - \max(0, n - q - \sigma)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Count the nonzero entries."""
        self.look_up([ordering])
        return expression.xreplace({OMEGA_RANK: ENDS - Max(0, ENDS - formula.q - LABELS)})


def _same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Equality of minima and maxima, written with absolute values."""
    return bool(sp.expand((_flat(one) - _flat(two)).rewrite(Abs)) == 0)


def _flat(expression: Any) -> Any:
    """min(r, K) as one letter."""
    n = Symbol("n", real=True)
    nested = expression.replace(
        lambda x: isinstance(x, Min) and {formula.r, formula.K} < set(x.args),
        lambda x: Min(n, *(set(x.args) - {formula.r, formula.K})),
    )
    return nested.xreplace({ENDS: n, formula.q: Symbol("q", real=True), LABELS: Symbol("x", real=True)})


@cache
def residual_bound() -> Derivation:
    """rk Ω ≤ min(r, K, q + σ) for all weights.

    Example:
        >>> residual_bound().check(0, count=1).ok
        True
    """
    rule = Subadditive()
    return Derivation(
        "residual bound", "the rank of the residual of a data set is bounded", ANY, OMEGA_RANK,
        chained(OMEGA_RANK, ANY, rule), RESIDUAL_RANK, source="this project", same=_same, valuations=_residuals,
    )  # fmt: skip


@cache
def residual_attained() -> Derivation:
    """rk Ω ≥ min(r, K, q + σ) for almost all weights.

    Example:
        >>> residual_attained().check(0, count=1).ok
        True
    """
    found = fewer_inputs(), turned()
    rule = TwoEnds(*found)
    return Derivation(
        "residual attained", "the rank of the residual of a data set is attained", ANY, OMEGA_RANK,
        (*chained(OMEGA_RANK, ANY, rule), Step(RESIDUAL_RANK, Algebra("minimum and maximum"))), RESIDUAL_RANK,
        source="this project", same=_same, valuations=_residuals, lemmas=found,
    )  # fmt: skip


class AtLabels(Resting):
    """At PtW^L, …, W^1R⊤C^+ the residual is diagonal in white coordinates, T positive, of the rank that it can have."""

    wanted = ("residual bound", "residual attained", "functional_eliminated")
    name = "labels on the diagonal"
    relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """What the elimination for H_f gives at this residual, q̂ being q."""
        self.look_up([ordering])
        eliminated = self.found[-1]
        if not ordering.implies(eliminated.ordering):
            raise RuleFailure(f"{eliminated.claim} does not cover {ordering}")
        return expression.xreplace({functional.RANK: eliminated.final.xreplace({QHAT: formula.q})})


@cache
def every_labels() -> Derivation:
    """For every data set almost all weights have rk H_f = 2qM + 2qs − Lq², s = min(r, K, q + σ), L ≥ 2.

    Example:
        >>> every_labels().check(0, numbers=False).ok
        True
    """
    final = at_sizes(FUNCTIONAL).xreplace({QHAT: formula.q})
    found = residual_bound(), residual_attained(), functional.functional()
    return Derivation(
        "every_labels", "the rank of H_f is attained for every data set", DEEP, functional.RANK,
        chained(functional.RANK, DEEP, AtLabels(*found)), final, source="this project", same=same,
        valuations=_functionals, lemmas=found,
        remarks=("on data reduced to r inputs, so that M_0 = r in the formula; s is the rank of Ω at these weights",),
    )  # fmt: skip


def _labels(stream: random.Random, outputs: int, rank: int) -> tuple[Array, int]:
    """S', K × r, with σ entries at the end of its diagonal, and σ."""
    places = min(rank, outputs)
    count = stream.randint(0, places)
    result = filled(outputs, rank)
    for place in range(places - count, places):
        result[place, place] = stream.choice((-2, -1, 1, 2))
    return result, count


def _points(stream: random.Random, depth: int) -> tuple[dict[Any, Any], list[Array], Array, Array]:
    """Numbers, weights, Σ and Ω of one data set at large weights."""
    setting = drawn_setting(stream, depth)
    rank, widths = setting.factor.shape[1], setting.widths
    core, count = _labels(stream, widths[-1], rank)
    sigma = setting.factor.dot(setting.factor.T)
    labels = setting.left.dot(core).dot(setting.right.T).dot(setting.factor.T)
    weights = setting.weights(LARGE)
    omega = residual_at(weights, sigma, labels)
    numbers = {
        L: depth, formula.r: rank, formula.K: widths[-1], formula.q: min(rank, *widths[1:]), LABELS: count,
        node: [rank, *widths[1:]], OMEGA_RANK: exact_rank(omega),
    }  # fmt: skip
    return numbers, weights, sigma, omega


def _residuals(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 2, 1):
        numbers, *_ = _points(stream, depth)
        yield Valuation(numbers)


def _functionals(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 2):
        numbers, weights, sigma, omega = _points(stream, depth)
        numbers[formula.s] = numbers[OMEGA_RANK]
        numbers[functional.RANK] = drawn_rank(weights, sigma, omega, "functional")
        yield Valuation(numbers)
