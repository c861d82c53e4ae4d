r"""Rank divided by parameters (Singh et al. 2021, §8 (iii)): how it changes with width, depth and bias, derived.

The families have one common hidden width w, inputs of full rank (r = d) and a residual of rank s ≥ q; q = min(d, K).
For w ≤ q the rank is p, at every depth. For w ≥ q, with t = w − q and D = |d − K|,

- wider by one: the ratio falls, except for two layers and d = K, where it stays at 1;
- deeper by one layer: ratio(L) − ratio(L + 1) has the sign of t(2w − d − K): the ratio *rises* for q < w < (d + K)/2;
- with bias, K ≤ d: the difference has the sign of t((L² − 2L + 2)w + (L − 1)K − d);
- with bias, K > d and w > d: the ratio always *rises*.

Each is a chain of rational functions in nonnegative integers; what is built from
nonnegative numbers by sums, products and quotients is nonnegative.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyRing

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.formula import K, L, RankFormula, d, q, r
from hessproof.symbolic.formulas import FORMULAS, equal_width
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Relation
from hessproof.symbolic.valuation import Valuation

narrow, excess, gap, more, lost = (
    sp.Symbol(name, integer=True, nonnegative=True) for name in ("a", "t", "D", "n", "e")
)
"""q = 1 + a, w = q + t, |d − K| = D (|r − K| where r < d), L = 2 + n, and d = r + e."""
w = equal_width
SOURCE = "this project; the claim is Singh et al. 2021, §8 (iii)"
Ends = dict[Any, Any]
MORE_INPUTS: Ends = {d: 1 + narrow + gap, r: 1 + narrow + gap, K: 1 + narrow, q: 1 + narrow}
MORE_OUTPUTS: Ends = {d: 1 + narrow, r: 1 + narrow, K: 1 + narrow + gap, q: 1 + narrow}
ENDS: dict[str, Ends] = {"K ≤ d": MORE_INPUTS, "K ≥ d": MORE_OUTPUTS}


class NonnegativeTerms(Rule):
    """What is built from nonnegative symbols and numbers by sums, products and quotients is at least 0.

    A divisor must have a positive summand, so that it never vanishes.

    Example:
        >>> rule = NonnegativeTerms()
        >>> rule.apply(gap / (1 + excess), Ordering())
        0
        >>> rule.apply((gap - 1) / (1 + excess), Ordering())
        Traceback (most recent call last):
        ...
        hessproof.symbolic.rules.RuleFailure: -1 may be negative
    """

    name = "nonnegative terms"
    statement = r"f, g \ge 0 \Rightarrow f + g,\ f g,\ f / (1 + g) \ge 0"
    relation: Relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """0, if no part may be negative."""
        self._require(expression)
        return sp.Integer(0)

    def _require(self, part: sp.Expr) -> None:
        if isinstance(part, sp.Add | sp.Mul):
            for argument in part.args:
                self._require(argument)
        elif isinstance(part, sp.Pow) and part.exp.is_Integer:
            self._require(part.base)
            if part.exp < 0 and not _positive(part.base):
                raise RuleFailure(f"{part.base} may vanish")
        elif not part.is_nonnegative:
            raise RuleFailure(f"{part} may be negative")


def _positive(part: sp.Expr) -> bool:
    """Whether one summand, every factor, or the number itself is positive, given that nothing is negative."""
    if isinstance(part, sp.Add):
        return any(_positive(argument) for argument in part.args)
    if isinstance(part, sp.Mul | sp.Pow):
        return all(_positive(argument) for argument in part.args[: 1 if isinstance(part, sp.Pow) else None])
    return bool(part.is_positive)


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two rational functions are equal. A point at which they differ decides against it at once."""
    symbols = sorted(one.free_symbols | two.free_symbols, key=str)
    for point in _POINTS:
        values = dict(zip(symbols, map(sp.Integer, point), strict=False))
        if one.xreplace(values) != two.xreplace(values):
            return False
    ring = PolyRing(symbols, sp.QQ, sp.lex)
    (first, below), (second, under) = (_quotient(expression, ring) for expression in (one, two))
    return bool(first * under == second * below)


def _quotient(expression: sp.Expr, ring: PolyRing) -> tuple[Any, Any]:
    """Numerator and denominator as polynomials."""
    if isinstance(expression, sp.Add | sp.Mul):
        above, below = ring(int(isinstance(expression, sp.Mul))), ring(1)
        for argument in expression.args:
            top, bottom = _quotient(argument, ring)
            above = above * top if isinstance(expression, sp.Mul) else above * bottom + top * below
            below = below * bottom
        return above, below
    if isinstance(expression, sp.Pow):
        base, power = _quotient(expression.base, ring), int(expression.exp)
        top, bottom = base if power >= 0 else base[::-1]
        return top ** abs(power), bottom ** abs(power)
    return ring.from_expr(expression), ring(1)


_POINTS = ((2, 3, 5, 7, 11, 13, 17, 19), (11, 2, 3, 1, 5, 4, 6, 9))


def rank_of(statement: RankFormula | None = None) -> sp.Expr:
    """rk H_L of equal hidden widths w ≥ q without bias, from the project's formula (or another one, as a control)."""
    found = (statement or FORMULAS["width"]).expression
    return sp.expand(found.xreplace({formula.width[1]: w}))


def rank_with_bias(more_outputs: bool, statement: RankFormula | None = None) -> sp.Expr:
    """rk H_L of equal hidden widths with bias, r̃ = d + 1, s̃ = min(d + 1, K), E[δ] ≠ 0, w ≥ min(d + 1, K).

    Example:
        >>> sp.expand(rank_with_bias(False).subs({L: 2, d: 3, K: 1, w: 2}))
        8
    """
    narrowest = d if more_outputs else K
    residual = d + 1 if more_outputs else K
    found = (statement or FORMULAS["loss_bias_generic"]).expression.xreplace({formula.M: (L - 1) * w, formula.m: L - 1})
    values = {
        formula.r_aug: d + 1,
        formula.s_aug: residual,
        formula.mean: sp.Integer(1),
        formula.q_centred: narrowest,
        formula.s_cut: residual,
        formula.s_next: residual,
        formula.narrowest_hidden: w,
    }
    return sp.expand(found.xreplace(values).doit())


def parameters(bias: bool = False) -> sp.Expr:
    """p of equal hidden widths.

    Example:
        >>> parameters(bias=True).subs({d: 3, w: 2, K: 1, L: 2})
        11
    """
    one = int(bias)
    return w * (d + one) + (L - 2) * w * (w + one) + K * (w + one)


def ratio(statement: RankFormula | None = None) -> sp.Expr:
    """rk H_L / p without bias, w ≥ q."""
    return rank_of(statement) / parameters()


def ratio_with_bias(more_outputs: bool, statement: RankFormula | None = None) -> sp.Expr:
    """rk H_L / p with bias, w ≥ min(d + 1, K)."""
    return rank_with_bias(more_outputs, statement) / parameters(bias=True)


def _placed(expression: sp.Expr, ends: Ends, *, wider: int = 0, deeper: int = 0) -> sp.Expr:
    shift: Ends = {L: 2 + more + deeper, w: 1 + narrow + excess + wider}
    return expression.xreplace({**ends, **shift})


def _derivation(claim: str, title: str, start: sp.Expr, steps: list[tuple[sp.Expr, Rule]]) -> Derivation:
    lines = tuple(Step(expression, rule) for expression, rule in steps)
    return Derivation(claim, title, Ordering(), start, lines, steps[-1][0], SOURCE, same=same,
                      valuations=_valuations)  # fmt: skip


def _signed(claim: str, title: str, start: sp.Expr, factor: sp.Expr, expected: sp.Expr) -> Derivation:
    """start = expected = factor × (what is left), and the lemma that what is left is nonnegative."""
    rest = expected / factor
    lemma = _derivation(f"{claim}_sign", f"{title}: the other factor", rest, [(sp.Integer(0), NonnegativeTerms())])
    whole = _derivation(claim, title, start, [(expected, Algebra("common denominator"))])
    return Derivation(**{**{name: getattr(whole, name) for name in _FIELDS}, "lemmas": (lemma,)})


_FIELDS = ("claim", "title", "ordering", "start", "steps", "final", "source", "same", "valuations")


def _valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small nonnegative integers for all symbols."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(6):
        yield Valuation({symbol: stream.randint(0, 5) for symbol in (narrow, excess, gap, more, lost)})


@cache
def width_falls(case: str, statement: RankFormula | None = None) -> Derivation:
    """ratio(w) − ratio(w + 1) ≥ 0 for equal hidden widths w ≥ q, r = d.

    Example:
        >>> all(width_falls(case).check(0).ok for case in ENDS)
        True
    """
    ends, one = ENDS[case], ratio(statement)
    start = _placed(one, ends) - _placed(one, ends, wider=1)
    layer = d + (L - 2) * w + K
    here, next_one = _placed(layer, ends), _placed(layer, ends, wider=1)
    width, narrowest = 1 + narrow + excess, 1 + narrow
    first = narrowest * (gap + more * (excess + 1)) / (width * (width + 1) * next_one)
    second = excess * narrowest * (2 + more) * more / (width * here * next_one)
    return _derivation(
        "ratio_width", f"rank per parameter when equal hidden layers get wider, {case}", start,
        [(first + second, Algebra("common denominator")), (sp.Integer(0), NonnegativeTerms())],
    )  # fmt: skip


@cache
def two_layers_fall(case: str, statement: RankFormula | None = None) -> Derivation:
    """ratio(w) − ratio(w + 1) = qD / (w(w + 1)(d + K)) for one hidden layer w ≥ q and data of any rank r, D = |r − K|.

    Example:
        >>> all(two_layers_fall(case).check(0).ok for case in ENDS)
        True
    """
    ends = {**ENDS[case], d: ENDS[case][r] + lost}
    one = ratio(statement).xreplace({L: sp.Integer(2)})
    start = _placed(one, ends) - _placed(one, ends, wider=1)
    width = 1 + narrow + excess
    final = (1 + narrow) * gap / (width * (width + 1) * (ends[d] + ends[K]))
    return _derivation(
        "ratio_two_layers", f"rank per parameter when one hidden layer gets wider, {case}", start,
        [(final, Algebra("common denominator")), (sp.Integer(0), NonnegativeTerms())],
    )  # fmt: skip


@cache
def depth_sign(case: str, statement: RankFormula | None = None) -> Derivation:
    """ratio(L) − ratio(L + 1) has the sign of t(2w − d − K) = t(2t − D): equal hidden widths w = q + t, r = d.

    Example:
        >>> all(depth_sign(case).check(0).ok for case in ENDS)
        True
    """
    ends, one = ENDS[case], ratio(statement)
    start = _placed(one, ends) - _placed(one, ends, deeper=1)
    factor = 2 * excess - gap
    width = 1 + narrow + excess
    below = _placed(parameters(), ends), _placed(parameters(), ends, deeper=1)
    expected = factor * excess * (1 + narrow) * width / (below[0] * below[1])
    title = f"rank per parameter when a hidden layer of the same width is added, {case}"
    return _signed("ratio_depth", title, start, factor, expected)


@cache
def bias_sign(statement: RankFormula | None = None) -> Derivation:
    """Without minus with bias, K ≤ d, w ≥ K: the sign of t((L² − 2L + 2)w + (L − 1)K − d).

    Example:
        >>> bias_sign().check(0).ok
        True
    """
    ends = MORE_INPUTS
    start = _placed(ratio(), ends) - _placed(ratio_with_bias(False, statement), ends)
    factor = _placed((L**2 - 2 * L + 2) * w + (L - 1) * K - d, ends)
    below = _placed(parameters(), ends) * _placed(parameters(bias=True), ends)
    expected = factor * excess * (1 + narrow) / below
    return _signed("ratio_bias", "rank per parameter when biases are added, K ≤ d", start, factor, expected)


@cache
def bias_rises(statement: RankFormula | None = None) -> Derivation:
    """With minus without bias, K = d + 1 + D, w = d + 1 + t: positive, so a bias raises the ratio.

    Example:
        >>> bias_rises().check(0).ok
        True
    """
    ends = {d: 1 + narrow, r: 1 + narrow, K: 2 + narrow + gap, q: 1 + narrow}

    def placed(expression: sp.Expr) -> sp.Expr:
        return expression.xreplace({**ends, L: 2 + more, w: 2 + narrow + excess})

    start = placed(ratio_with_bias(True, statement)) - placed(ratio())
    plain, biased = (placed(parameters(bias)) for bias in (False, True))
    above = 1 + excess
    missing = above * (more * above + 1 + gap)
    added = (1 + more) * (2 + narrow + excess) + 2 + narrow + gap
    middle = (missing * added + above * (1 + more) * plain) / (plain * biased)
    return _derivation(
        "ratio_bias_rises", "rank per parameter when biases are added, K > d and w > d", start,
        [(middle, Algebra("common denominator")), (sp.Integer(0), NonnegativeTerms())],
    )  # fmt: skip


def width_law() -> tuple[Derivation, ...]:
    """The derivations about width."""
    return tuple(width_falls(case) for case in ENDS)


def two_layers() -> tuple[Derivation, ...]:
    """The derivations about the width of one hidden layer, data of any rank."""
    return tuple(two_layers_fall(case) for case in ENDS)


def depth_law() -> tuple[Derivation, ...]:
    """The derivations about depth."""
    return tuple(depth_sign(case) for case in ENDS)


def bias_law() -> tuple[Derivation, ...]:
    """The derivations about biases."""
    return bias_sign(), bias_rises()


def controls(row: str, most: int = 1000) -> Iterator[tuple[str, bool]]:
    """Wrong rank formulas put into the derivations of a row: a description, and whether the derivation is rejected.

    The formula's generated variants, ``most`` of them taken evenly, but for those of its shorthands.

    Example:
        >>> all(caught for _, caught in controls("depth"))
        True
    """
    makers: dict[str, list[Any]] = {
        "width": [lambda f, c=c: width_falls.__wrapped__(c, f) for c in ENDS],
        "two_layers": [lambda f, c=c: two_layers_fall.__wrapped__(c, f) for c in ENDS],
        "depth": [lambda f, c=c: depth_sign.__wrapped__(c, f) for c in ENDS],
        "bias": [lambda f: bias_sign.__wrapped__(f), lambda f: bias_rises.__wrapped__(f)],
    }
    source = FORMULAS["loss_bias_generic" if row == "bias" else "width"]
    wrong = [mutant for mutant in source.mutants() if mutant.expression != source.expression]
    for mutant in wrong[:: max(1, len(wrong) // most)]:
        caught = any(not make(mutant).check(numbers=False).ok for make in makers[row])
        yield mutant.mutation, caught
