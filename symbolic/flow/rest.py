r"""Where the residual vanishes the flow rests, so that it never gets there in finite time.

If Ω = 0 all velocities −η W^{l+1:L} Ω W^{1:l-1} are zero, and the constant path is a solution. Solutions are unique:
one that has Ω_t = 0 at a finite t is that constant path, and had Ω_0 = 0.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.flow.centred import ANY_LAYER
from hessproof.symbolic.flow.letters import (
    ETA,
    FlowEquation,
    ProductRuleInTime,
    TimeDerivative,
    Velocity,
    gradient_word,
)
from hessproof.symbolic.normal import Terms, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import Descending, L, M, Omega, l, times, weight, zero


class NoResidual(Rule):
    """Ω = 0: every word with it vanishes."""

    name = "no residual"
    statement = r"\Omega = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Drop the words with Ω."""
        kept: Terms = {
            word: factor
            for word, factor in terms_of(expression, ordering).items()
            if not any(x.has(Omega) for x in word)
        }
        return normal.rebuilt(kept, expression.shape)


@cache
def rest() -> Derivation:
    """Ẇ^l = 0 for every l where Ω = 0.

    Example:
        >>> rest().check(0).ok
        True
    """
    nothing = zero(M(l), M(l - 1))
    return Derivation(
        "rest", "where the residual vanishes nothing moves", ANY_LAYER, TimeDerivative(weight(l)),
        (
            Step(Velocity(l), ProductRuleInTime()),
            Step(times(-ETA, gradient_word(l)), FlowEquation()),
            Step(nothing, NoResidual()),
        ),
        nothing, source="this project", valuations=_fitted,
    )  # fmt: skip


def _fitted(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Drawn weights and samples whose labels are the network's own outputs."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 2, 3):
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        numbers = {L: depth, l: stream.randint(1, depth), ETA: stream.randint(1, 3)}
        valuation = Valuation(numbers, widths, seed=stream.randrange(2**32))
        drawn = dict(valuation._drawn)
        for place, (_, x, _) in enumerate(valuation.samples()):
            drawn["x", place], drawn["y", place] = x, evaluate(times(Descending(L, 1)), valuation).dot(x)
        yield replace(valuation, _drawn=drawn)
