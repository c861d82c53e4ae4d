r"""What a linear last layer says about every critical point, whatever the activation.

𝓛 is a convex quadratic function of W^{(2)}. Along W^{(2)} → tW^{(2)} it is (t²P − 2tS + Q)/(2m) with P = Σŷ², S = Σŷy
and Q = Σy², so that ∂𝓛/∂W^{(2)} = 0 gives S = P: at a critical point 2mn ε = Q − P ≤ Q. No critical point has more
energy than the silent network. And d²𝓛/dt² = |Vh|²/m ≥ 0 along W^{(2)} + tV: H is positive semidefinite on n²
of the 2n² dimensions, so that at most n² eigenvalues are negative (Courant–Fischer): α ≤ ½ at every point.
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

OUTPUTS, MIXED, TARGETS = sp.symbols("P S Q", real=True)
"""Σŷ², Σŷy and Σy²."""
SCALE = sp.Symbol("t", real=True)
INDEX, WIDTH = sp.symbols("i n", integer=True, nonnegative=True)
ERROR, STEP = sp.symbols("e v", real=True)


class Stationary(Rule):
    """S = P where the derivative along W² → tW² vanishes at t = 1."""

    name = "stationary along the last layer"
    statement = r"\frac{d}{dt}\Big|_{t=1} \frac{1}{2}(t^2 P - 2 t S + Q) = 0 \Rightarrow S = P"
    assumptions = ("∂𝓛/∂W² = 0",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Solve for S and put it in."""
        if not expression.has(MIXED):
            raise RuleFailure(f"{expression} has no S in it")
        slope = sp.diff(SCALE**2 * OUTPUTS - 2 * SCALE * MIXED + TARGETS, SCALE).subs(SCALE, 1)
        (solved,) = sp.solve(slope, MIXED)
        return sp.expand(expression.subs(MIXED, solved))


class NoNegativeSquare(Rule):
    """−P ≤ 0."""

    name = "a sum of squares"
    statement = r"P \ge 0"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Leave −P out, after seeing that P comes with a negative factor."""
        if not sp.diff(expression, OUTPUTS).is_negative:
            raise RuleFailure(f"{expression} does not fall with P")
        return expression.subs(OUTPUTS, 0)


class SemidefiniteSubspace(Rule):
    """At most as many negative eigenvalues as there are dimensions beside a subspace where H ⪰ 0 (Courant–Fischer)."""

    name = "semidefinite on the last layer"
    statement = r"\frac{d^2}{dt^2} \frac{1}{2}(e + t v)^2 = v^2 \ge 0, \quad v = Vh"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """2n² parameters less the n² of the last layer, after seeing that the form is a square there."""
        if expression != INDEX:
            raise RuleFailure(f"{expression} is not a number of negative eigenvalues")
        bend = sp.diff((ERROR + SCALE * STEP) ** 2 / 2, SCALE, 2)
        if not bend.is_nonnegative:
            raise RuleFailure("the form is not a square on the last layer")
        return 2 * WIDTH**2 - WIDTH**2


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two polynomials are equal."""
    return bool(sp.expand(one - two) == 0)


def value(expression: Any, valuation: Valuation) -> Any:
    """The exact value."""
    numbers: dict[Any, Any] = valuation.symbols
    return expression.subs(numbers)


@cache
def energy() -> Derivation:
    """2mn ε = P − 2S + Q = Q − P ≤ Q at a critical point.

    Example:
        >>> energy().check(0).ok
        True
    """
    return Derivation(
        "critical_energy", "the energy of a critical point", Ordering(), OUTPUTS - 2 * MIXED + TARGETS,
        (Step(TARGETS - OUTPUTS, Stationary()), Step(TARGETS, NoNegativeSquare())), TARGETS,
        source="this project", same=same, evaluate=value, valuations=_energies,
    )  # fmt: skip


@cache
def half() -> Derivation:
    """At most n² of 2n² eigenvalues are negative.

    Example:
        >>> half().check(0).ok
        True
    """
    return Derivation(
        "index_half", "at most half of the eigenvalues are negative", Ordering(), INDEX,
        (Step(WIDTH**2, SemidefiniteSubspace()),), WIDTH**2,
        source="this project", same=same, evaluate=value, valuations=_indices,
    )  # fmt: skip


def _energies(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Outputs, and targets that differ from them by something orthogonal."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(6):
        outputs = [sp.Integer(stream.randint(-5, 5)) for _ in range(4)]
        error = [-outputs[1], outputs[0], -outputs[3], outputs[2]]
        targets = [one - two for one, two in zip(outputs, error, strict=True)]
        pairs = zip(outputs, targets, strict=True)
        numbers: dict[Any, Any] = {
            OUTPUTS: sum(one**2 for one in outputs), TARGETS: sum(one**2 for one in targets),
            MIXED: sum(one * two for one, two in pairs),
        }  # fmt: skip
        yield Valuation(numbers)


def _indices(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """n = 1 without activation: 𝓛 = ½q(ab)² − r ab has the Hessian [[qb², 2qab − r], [2qab − r, qa²]]."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(6):
        a, b, q, r = (stream.randint(-4, 4) for _ in range(4))
        q = q**2
        negative = int(q**2 * a**2 * b**2 < (2 * q * a * b - r) ** 2)
        numbers: dict[Any, Any] = {INDEX: sp.Integer(negative), WIDTH: sp.Integer(1)}
        yield Valuation(numbers)
