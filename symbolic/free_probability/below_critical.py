r"""No negative eigenvalue below the critical energy: F(−g_c; ε) > 0 at the place g_c of the maximum, for all ε < ε_c.

The edge is the maximum of F(−g) over 0 < g < g_∞ (`hessproof.symbolic.free_probability.edges`), so g_c must be such a
g. Without activation g_∞ = ∞. With ReLU g_∞ = √(2/ε)/τ grows as ε falls, and at ε_c

    2 − ε_c τ² g_c² = 3(t² + 8)/((t + 1)(t + 4)) > 0,    τ = 2(8 − t)/(8 + t²),  2 < t < 8.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability.critical_energy import DEPTH, ENERGY, EXCESS, level
from hessproof.symbolic.free_probability.fractions_field import fraction
from hessproof.symbolic.free_probability.models import PENNINGTON, Model
from hessproof.symbolic.free_probability.radicals import Parameter, parameter, value
from hessproof.symbolic.free_probability.symbols import TAU
from hessproof.symbolic.ordering import Ordering


class PositiveOver(Rule):
    """The line is larger than the next for all 0 < τ < 1: no factor of the difference has a root in between.

    Args:
        over: The parameter.
    """

    name = "no root over 0 < τ < 1"
    relation = ">="

    def __init__(self, over: Parameter) -> None:
        self.over = over

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Accept it after factoring the difference."""
        if not self.over.positive(before - after):
            raise RuleFailure(f"{before} − {after} is not positive over 0 < τ < 1")


@cache
def before_pole(model: Model) -> Derivation:
    """2 − ετ²g_c² > 0 for ε = ε_c/(1 + ρ), ρ > 0, with ReLU: g_c < g_∞ = √(2/ε)/τ.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON_RELU
        >>> before_pole(PENNINGTON_RELU).check(0, numbers=False).ok
        True
    """
    over = parameter(model)
    squared = model.critical_energy * TAU**2 * model.critical_root**2
    written = sp.factor(fraction(2 - over.rational(squared)).as_expr())
    return Derivation(
        f"before_pole_{model.key}", f"the place of the maximum is before the pole: {model.title}", Ordering(),
        2 - squared / (1 + EXCESS),
        (
            Step(2 - squared, PositiveOver(over)), Step(written, Algebra("in the parameter")),
            Step(sp.S.Zero, PositiveOver(over)),
        ),
        sp.S.Zero, source="this project", same=over.same, evaluate=value, valuations=_with_excess(over),
        assumptions=("0 < τ < 1", "ε < ε_c"),
    )  # fmt: skip


@cache
def nothing_below(model: Model) -> Derivation:
    """F(−g_c; ε) > 0 for ε = ε_c/(1 + ρ), ρ > 0: the edge lies right of zero, and no eigenvalue is negative.

    Example:
        >>> nothing_below(PENNINGTON).check(0, numbers=False).ok
        True
    """
    over = parameter(model)
    start = level(model).xreplace({DEPTH: -model.critical_root, ENERGY: model.critical_energy / (1 + EXCESS)})
    written = sp.factor(fraction(level(model), {
        DEPTH: over.rational(-model.critical_root), TAU: over.tau,
        ENERGY: over.rational(model.critical_energy) / (1 + EXCESS),
    }).as_expr())  # fmt: skip
    return Derivation(
        f"nothing_below_{model.key}", f"no negative eigenvalue below the critical energy: {model.title}", Ordering(),
        start,
        (Step(written, Algebra("in the parameter")), Step(sp.S.Zero, PositiveOver(over))), sp.S.Zero,
        source="this project", same=over.same, evaluate=value, valuations=_with_excess(over),
        assumptions=("0 < τ < 1", "ε < ε_c"),
        remarks=("E_− = max F(−g) ≥ F(−g_c) > 0",),
        lemmas=() if model is PENNINGTON else (before_pole(model),),
    )  # fmt: skip


def _with_excess(over: Parameter) -> Any:
    def valuations(derivation: Derivation, seed: int) -> Any:
        for place, valuation in enumerate(over.valuations(derivation, seed), start=1):
            yield type(valuation)({**valuation.symbols, EXCESS: sp.Rational(place, 3)})

    return valuations
