r"""The exponential moving average s_1 = v_1, s_{k+1} = f s_k + (1 − f) v_{k+1} in closed form, and what it remembers.

    s_k = f^{k-1} v_1 + (1 − f) Σ_{j=2}^{k} f^{k-j} v_j ≥ f^{k-1} v_1    for v_j ≥ 0, 0 < f < 1.

So whatever is smoothed, the curve keeps f^{k-1} times its first value: with f = 0.99 that alone exceeds v_1/k for
2 ≤ k ≤ 644.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.steps import AtLeast, Given, SplitLast, same, value
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

J = sp.Symbol("j", integer=True)
K_SIZE = sp.Symbol("k", integer=True, positive=True)
FACTOR, REST = sp.Symbol("f", positive=True), sp.Symbol("g", positive=True)
"""f, and g = 1 − f."""
TERM = sp.IndexedBase("v", nonnegative=True)
"""v_j ≥ 0, what is smoothed."""
AVERAGE = sp.IndexedBase("s", nonnegative=True)
"""s_k."""


def closed(k: sp.Expr) -> sp.Expr:
    """f^{k-1} v_1 + g Σ_{j=2}^{k} f^{k-j} v_j."""
    return FACTOR ** (k - 1) * TERM[1] + REST * sp.Sum(FACTOR ** (k - J) * TERM[J], (J, 2, k))


@cache
def closed_form() -> Derivation:
    """If s_k has the closed form, so has s_{k+1} = f s_k + g v_{k+1}; s_1 = v_1 has it.

    Example:
        >>> closed_form().check(0).ok
        True
    """
    k = K_SIZE
    start = FACTOR * closed(k) + REST * TERM[k + 1]
    inside = FACTOR**k * TERM[1] + REST * (sp.Sum(FACTOR ** (k + 1 - J) * TERM[J], (J, 2, k)) + TERM[k + 1])
    return Derivation(
        "moving_average", "the moving average in closed form, by induction", Ordering(), start,
        (
            Step(inside, Algebra("f into the sum")),
            Step(closed(k + 1), _Joined(k)),
        ),
        closed(k + 1), source="this project", same=same, evaluate=value, valuations=sequences,
    )  # fmt: skip


@cache
def memory() -> Derivation:
    """s_k ≥ f^{k-1} v_1.

    Example:
        >>> memory().check(0).ok
        True
    """
    k = K_SIZE
    rest = sp.Sum(FACTOR ** (k - J) * TERM[J], (J, 2, k))
    final = FACTOR ** (k - 1) * TERM[1]
    known = Given("closed form", {AVERAGE[k]: closed(k)}, r"s_k = f^{k-1} v_1 + g \textstyle\sum_j f^{k-j} v_j")
    return Derivation(
        "moving_memory", "the moving average never forgets its start faster than f^k", Ordering(), AVERAGE[k],
        (
            Step(closed(k), known),
            Step(final, AtLeast("no term is negative", rest, sp.S.Zero, r"v_j \ge 0", ("v_j ≥ 0",))),
        ),
        final, source="this project", same=same, evaluate=value, valuations=sequences, lemmas=(closed_form(),),
        assumptions=("v_j ≥ 0",),
    )  # fmt: skip


class _Joined(SplitLast):
    """The last summand joined to the sum: `SplitLast` read backwards."""

    name = "last summand joined"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Accept the longer sum if taking its last summand apart gives the line before."""
        super().check(after, before, ordering, same)


def sequences(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Short sequences of numbers that are not negative, smoothed by rational factors."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 3, 5):
        factor = sp.Rational(stream.randint(1, 9), 10)
        row = [sp.Rational(stream.randint(0, 9), stream.randint(1, 3)) for _ in range(size + 2)]
        averages = [sp.S.Zero, row[1]]
        for each in row[2:]:
            averages.append(factor * averages[-1] + (1 - factor) * each)
        numbers: dict[Any, Any] = {
            K_SIZE: size, FACTOR: factor, REST: 1 - factor, TERM: row, AVERAGE: averages,
        }  # fmt: skip
        yield Valuation(numbers)
