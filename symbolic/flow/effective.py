r"""The measure of Gull and MacKay against the rank: rk H − γ(α) = Σ_{λ ≠ 0} α/(λ + α).

For H ⪰ 0 of rank ρ with smallest nonzero eigenvalue μ and α > 0, every summand lies in (0, α/(μ + α)], so that

    0 < rk H − γ(α) ≤ ρα/(μ + α)    (ρ ≥ 1).

So γ(α) is never the rank, it tends to it as α → 0, it rounds to it (to the nearest integer) if α < μ/(2ρ − 1), and
rounds *up* to it if α(ρ − 1) < μ. Both thresholds are attained: all nonzero eigenvalues equal.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

ALPHA, MU = sp.symbols("alpha mu", positive=True)
RHO = sp.Symbol("rho", integer=True, positive=True)
INDEX = sp.Symbol("i", integer=True)
EIGENVALUE = sp.IndexedBase("lambda", positive=True)


def measure() -> sp.Expr:
    """γ(α) = Σ_{i=1}^{ρ} λ_i/(λ_i + α) over the nonzero eigenvalues; zero eigenvalues add nothing."""
    return sp.Sum(EIGENVALUE[INDEX] / (EIGENVALUE[INDEX] + ALPHA), (INDEX, 1, RHO))


def shortfall() -> sp.Expr:
    """Σ_{i=1}^{ρ} α/(λ_i + α)."""
    return sp.Sum(ALPHA / (EIGENVALUE[INDEX] + ALPHA), (INDEX, 1, RHO))


class Complement(Rule):
    """ρ − Σ λ/(λ + α) = Σ α/(λ + α), summand by summand."""

    name = "summand by summand"
    statement = r"1 - \frac{\lambda}{\lambda + \alpha} = \frac{\alpha}{\lambda + \alpha}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take ρ into the sum."""
        sums = list(expression.atoms(sp.Sum))
        if len(sums) != 1 or sp.expand(expression + sums[0] - RHO) != 0:
            raise RuleFailure(f"{expression} is not ρ minus a sum")
        body, limits = sums[0].function, sums[0].limits
        return sp.Sum(sp.cancel(sp.together(1 - body)), *limits)


class SmallestEigenvalue(Rule):
    """Σ α/(λ_i + α) ≤ ρ α/(μ + α), as λ_i ≥ μ and the summand falls with λ."""

    name = "smallest nonzero eigenvalue"
    statement = r"\lambda_i \ge \mu \Rightarrow \frac{\alpha}{\lambda_i + \alpha} \le \frac{\alpha}{\mu + \alpha}"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put μ in, after seeing that the summand falls: its derivative is negative."""
        if not isinstance(expression, sp.Sum):
            raise RuleFailure(f"{expression} is no sum")
        eigenvalue = sp.Symbol("x", positive=True)
        body = expression.function.xreplace({EIGENVALUE[INDEX]: eigenvalue})
        if not sp.simplify(sp.diff(body, eigenvalue)).is_negative:
            raise RuleFailure(f"{body} does not fall with the eigenvalue")
        return RHO * body.xreplace({eigenvalue: MU})


class Threshold(Rule):
    """ρα/(μ + α) at the largest α that is allowed.

    Args:
        alpha: That α; the bound grows with α.
    """

    name = "largest prior constant"
    statement = r"\alpha \mapsto \frac{\rho\alpha}{\mu + \alpha} \text{ grows}"
    relation = "<="

    def __init__(self, alpha: sp.Expr) -> None:
        self.alpha = alpha

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put it in, after seeing that the bound grows."""
        if not sp.simplify(sp.diff(expression, ALPHA)).is_positive:
            raise RuleFailure(f"{expression} does not grow with α")
        return sp.simplify(expression.xreplace({ALPHA: self.alpha}))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal: as rational functions, outside and inside of sums."""
    return bool(_plain(one) == _plain(two))


def _plain(expression: Any) -> Any:
    if isinstance(expression, sp.Sum):
        return sp.Sum(sp.cancel(sp.together(expression.function)), *expression.limits)
    sums = {total: sp.Dummy(str(i)) for i, total in enumerate(sorted(expression.atoms(sp.Sum), key=str))}
    back = {dummy: _plain(total) for total, dummy in sums.items()}
    return sp.cancel(sp.together(expression.xreplace(sums))).xreplace(back)


@cache
def effective_bound() -> Derivation:
    """rk H − γ(α) = Σ α/(λ_i + α) ≤ ρα/(μ + α).

    Example:
        >>> effective_bound().check(0).ok
        True
    """
    final = RHO * ALPHA / (MU + ALPHA)
    return Derivation(
        "effective_parameters", "the rank less the measure of Gull and MacKay", Ordering(), RHO - measure(),
        (Step(shortfall(), Complement()), Step(final, SmallestEigenvalue())), final,
        source="this project; MacKay 1992", same=same, valuations=_spectra,
        remarks=("each summand is positive, so that γ(α) is below the rank for every α > 0",),
    )  # fmt: skip


@cache
def rounding() -> Derivation:
    """At α ≤ μ/(2ρ − 1) the difference is at most 1/2; below it, less, and γ(α) rounds to the rank.

    Example:
        >>> rounding().check(0).ok
        True
    """
    half = sp.Rational(1, 2)
    return Derivation(
        "effective_rounding", "when the measure rounds to the rank", Ordering(), RHO * ALPHA / (MU + ALPHA),
        (Step(half, Threshold(MU / (2 * RHO - 1))),), half, source="this project", same=same, valuations=_spectra,
        lemmas=(effective_bound(),),
    )  # fmt: skip


def _spectra(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Ranks, eigenvalues not below μ, and an α not above μ/(2ρ − 1)."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 3, 5):
        smallest = sp.Rational(stream.randint(1, 9), stream.randint(1, 9))
        values = [sp.Integer(0), *(smallest + sp.Rational(stream.randint(0, 9), 4) for _ in range(size))]
        alpha = smallest / (2 * size - 1) / stream.randint(1, 4)
        numbers: dict[Any, Any] = {RHO: size, MU: smallest, ALPHA: alpha, EIGENVALUE: values}
        yield Valuation(numbers)
