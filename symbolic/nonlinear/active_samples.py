r"""How many sign patterns of N samples leave a ReLU neuron active on at least one and fewer than r of them.

For fixed w and samples with w·x_n ≠ 0 the sets of active samples under x_n → ±x_n run through all subsets, each
once. In general position k of the samples, which together have rank r, have rank min(k, r). So A2 fails for
1 ≤ k ≤ r − 1 and for no other k.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from math import comb
from typing import Any

import sympy as sp
from sympy import Expr, Function, Sum, Symbol, binomial

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule
from hessproof.symbolic.valuation import Valuation

N, r, k = Symbol("N", integer=True, positive=True), Symbol("r", integer=True, positive=True), Symbol("k", integer=True)
"""Samples, their rank, and how many are active."""
MISSED, ALL, SILENT, ENOUGH = (Symbol(name, integer=True) for name in ("A", "B", "C", "D"))
"""Numbers of sign patterns: A2 fails; all; none active; at least r active."""
Below = Function("S")
"""S(c) = Σ_{k<c} C(N, k)."""


def missed(samples: int, rank: int) -> int:
    """Σ_{k=1}^{r-1} C(N, k).

    Example:
        >>> missed(5, 2), missed(17, 8) / 2**17
        (5, 0.31452178955078125)
    """
    return sum(comb(samples, active) for active in range(1, rank))


class Complement(Rule):
    """A2 fails for all patterns but those with no active sample and those with at least r."""

    name = "complement"
    statement = "A = B - C - D"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The difference."""
        return expression.xreplace({MISSED: ALL - SILENT - ENOUGH})


class EverySubsetOnce(Rule):
    """C(N, k) patterns have k active samples."""

    name = "every set of samples is active for one pattern"
    statement = r"\#\{\epsilon: k \text{ active}\} = \binom{N}{k}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Sums of binomial coefficients for the three numbers."""
        return expression.xreplace(
            {ALL: Sum(binomial(N, k), (k, 0, N)), SILENT: sp.S.One, ENOUGH: Sum(binomial(N, k), (k, r, N))}
        )


@cache
def count() -> Derivation:
    """The number of patterns for which A2 fails.

    Example:
        >>> count().check(0).ok
        True
    """
    final = Sum(binomial(N, k), (k, 1, r - 1))
    counted = Sum(binomial(N, k), (k, 0, N)) - 1 - Sum(binomial(N, k), (k, r, N))
    return Derivation(
        "active_samples", "sign patterns for which a neuron misses A2", Ordering(N >= r, r >= 1), MISSED,
        (Step(ALL - SILENT - ENOUGH, Complement()), Step(counted, EverySubsetOnce()),
         Step(final, Algebra("split the sum"))), final,
        source="this project", same=_same, evaluate=_value, valuations=_numbers,
    )  # fmt: skip


def _same(one: Any, two: Any, ordering: Ordering) -> bool:
    return bool(sp.expand(_normal(one) - _normal(two)) == 0)


def _normal(expression: Any) -> Expr:
    """Sums of binomial coefficients as differences of S, with S(0) = 0 and S(1) = 1."""
    changes = {}
    for total in sp.sympify(expression).atoms(Sum):
        (index, low, high), body = total.limits[0], total.function
        if body == binomial(N, index):
            changes[total] = _below(high + 1) - _below(low)
    return sp.sympify(expression).xreplace(changes)


def _below(limit: Expr) -> Expr:
    return sp.Integer(int(limit)) if limit in (0, 1) else Below(limit)


def _value(expression: Any, valuation: Valuation) -> Any:
    """The number, binomial sums term by term."""
    numbers = {symbol: sp.Integer(value) for symbol, value in valuation.symbols.items()}
    return int(sp.sympify(expression).xreplace(numbers).doit())


def _numbers(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(5):
        rank = stream.randint(1, 5)
        samples = rank + stream.randint(0, 4)
        enough = sum(comb(samples, active) for active in range(rank, samples + 1))
        numbers: dict[Any, Any] = {N: samples, r: rank, ALL: 2**samples, SILENT: 1, ENOUGH: enough}
        yield Valuation({**numbers, MISSED: missed(samples, rank)})
