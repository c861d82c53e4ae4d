r"""Why the spectrum turns semicircular: the free cumulants of the standardised law fade.

The law of H has κ_2 = σ²τ + 2ε, and for k ≥ 3 it keeps κ_k = σ^k τ^{k−1} of H_0. Standardised to variance 1, c_k =
κ_k/κ_2^{k/2} falls with ε and tends to 0, for every k ≥ 3; the semicircle law is the one with c_k = 0 for all k ≥ 3,
and every moment about the mean is a polynomial in c_3, c_4, … with coefficients ≥ 0, so that all of them fall to those
of the semicircle.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

ORDER = sp.Symbol("k", integer=True, positive=True)
"""k ≥ 3."""
MEAN_SQUARE = SIGMA**2 * TAU + 2 * EPSILON
"""κ_2."""


def standardised_squared() -> sp.Expr:
    """c_k² = κ_k²/κ_2^k for k ≥ 3."""
    return (SIGMA**ORDER * TAU ** (ORDER - 1)) ** 2 / MEAN_SQUARE**ORDER


def same(one: Any, two: Any, ordering: Any) -> bool:
    """Whether two formulas with symbolic powers agree: their quotient simplifies to 1."""
    one, two = (sp.sympify(side).doit() for side in (one, two))
    if one == two:
        return True
    if one == 0 or two == 0:
        return False
    point = {EPSILON: sp.Rational(3, 7), TAU: sp.Rational(2, 5), SIGMA: sp.Rational(5, 3), ORDER: sp.Integer(4)}
    if (one - two).xreplace(point) != 0:
        return False
    return bool(sp.simplify(sp.powsimp(sp.expand_power_base(one / two), force=True)) == 1)


class TendsTo(Rule):
    """The limit for ε → ∞ of a constant over a power of a linear function with positive coefficients."""

    name = "limit for large energies"
    statement = r"\kappa_2 = \sigma^2\tau + 2\varepsilon \to \infty"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """0, if nothing but a power of κ_2 with a negative exponent depends on ε."""
        if not isinstance(expression, LargeEnergies):
            raise RuleFailure(f"{expression} is no limit")
        constant, depending = expression.args[0].as_independent(EPSILON)
        base, power = depending.as_base_exp()
        if constant.has(EPSILON) or base != MEAN_SQUARE or not power.is_negative:
            raise RuleFailure(f"{depending} is no negative power of the variance")
        return sp.S.Zero


class LargeEnergies(sp.Expr):  # type: ignore[misc]
    """The limit of an expression for ε → ∞."""

    is_commutative = True

    def doit(self, **hints: Any) -> sp.Expr:
        """Left as it is."""
        return self

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\lim_{{\varepsilon \to \infty}} {printer._print(self.args[0])}"


@cache
def falls() -> Derivation:
    """d(c_k²)/dε = −2k c_k²/κ_2, negative.

    Example:
        >>> falls().check(0).ok
        True
    """
    squared = standardised_squared()
    final = -2 * ORDER * squared / MEAN_SQUARE
    return Derivation(
        "standardised_falls", "standardised free cumulants fall with the energy", Ordering(),
        sp.Derivative(squared, EPSILON), (Step(final, Algebra("differentiate")),), final, source="this project",
        same=same, evaluate=_value, valuations=_drawn,
    )  # fmt: skip


@cache
def fades() -> Derivation:
    """c_k² → 0 for ε → ∞.

    Example:
        >>> fades().check(0).ok
        True
    """
    return Derivation(
        "standardised_fades", "standardised free cumulants tend to zero", Ordering(),
        LargeEnergies(standardised_squared()), (Step(sp.S.Zero, TendsTo()),), sp.S.Zero, source="this project",
        same=same, evaluate=_value, valuations=_drawn,
    )  # fmt: skip


def _value(expression: Any, valuation: Valuation) -> Any:
    numbers = dict(valuation.symbols)
    if isinstance(expression, LargeEnergies):
        point = {key: number for key, number in numbers.items() if key != EPSILON}
        return sp.limit(expression.args[0].xreplace(point), EPSILON, sp.oo)
    return sp.sympify(expression).doit().xreplace(numbers)


def _drawn(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for order in (3, 4, 5, 8):
        numbers = {letter: sp.Rational(stream.randint(1, 20), 7) for letter in (EPSILON, TAU, SIGMA)}
        yield Valuation({**numbers, ORDER: sp.Integer(order)})
