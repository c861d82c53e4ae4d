r"""The distribution function in closed form, and why the index grows with the energy.

With Φ(G, λ) = λG − ∫F dG and F(G(λ)) = λ, dΦ/dλ = G: so N(λ) = 1 − Im Φ(G(λ + i0), λ)/π has N' = −Im G/π = ρ, and
N = 1 right of the spectrum, where G > 0 and all logarithms are real. No integral is left, only one root. At λ = 0

    dα/dε = Im ∂_ε(∫F dG)/π,  which is Im G²/π without activation and τ Im G²/(π |2 − ετ²G²|²) with ReLU,

and Im G² = 2 Re G Im G > 0, since the polynomial at λ = 0 is positive at the sum of its roots: its one real root lies
beyond the sum, so that Re G < 0.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability import rational
from hessproof.symbolic.free_probability.models import PENNINGTON, Model
from hessproof.symbolic.free_probability.selection import Imaginary, ImaginaryPart, X, Y
from hessproof.symbolic.free_probability.signs import positive
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SIGMA, TAU, G, Z
from hessproof.symbolic.ordering import Ordering

PLACE, SLOPE = sp.Symbol("Gamma"), sp.Symbol(r"\dot G")
"""G(λ) and its derivative."""


class ChainRule(Rule):
    """dΦ(G(λ), λ)/dλ = ∂_λΦ + ∂_GΦ dG/dλ."""

    name = "chain rule"
    statement = r"\frac{\mathrm{d}\Phi}{\mathrm{d}\lambda} = \partial_\lambda \Phi + \partial_G \Phi\, \dot G"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Differentiate a potential along a curve."""
        if not isinstance(expression, Along):
            raise RuleFailure(f"{expression} is no derivative along the spectrum")
        return expression.value()


class Along(sp.Expr):  # type: ignore[misc]
    """The derivative by λ of an expression in G and λ, where G moves with λ at the speed ``SLOPE``."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """Written out."""
        return sp.diff(self.args[0], LAMBDA) + sp.diff(self.args[0], G) * SLOPE

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}\lambda}} \left[{printer._print(self.args[0])}\right]"


@cache
def potential(model: Model) -> Derivation:
    """dΦ/dλ = G.

    Example:
        >>> potential(PENNINGTON).check(0).ok
        True
    """
    return Derivation(
        f"potential_{model.key}", f"the distribution function: {model.title}", Ordering(), Along(model.potential),
        (
            Step(G + (LAMBDA - model.inverse) * SLOPE, ChainRule()),
            Step(G, rational.Known("on the curve", {LAMBDA: model.inverse}, r"F(G(\lambda)) = \lambda")),
        ),
        G, source="this project", same=rational.same, evaluate=_on_curve(model),
        valuations=rational.drawn(G, EPSILON, TAU, SIGMA, SLOPE),
        remarks=("N = 1 to the right: G > 0 is small and all logarithms are real",),
    )  # fmt: skip


def _on_curve(model: Model) -> Any:
    def evaluate(expression: Any, valuation: Any) -> Any:
        plain = expression.value() if isinstance(expression, Along) else sp.sympify(expression)
        return rational.value(plain.xreplace({LAMBDA: model.inverse}), valuation)

    return evaluate


@cache
def growth(model: Model) -> Derivation:
    """Im ∂_ε(∫F dG)/y at G = x − iy, as a positive multiple of −2x = Im G²/y.

    Example:
        >>> growth(PENNINGTON).check(0).ok
        True
    """
    moved = sp.diff(model.primitive, EPSILON).xreplace({G: X - sp.I * Y})
    if model is PENNINGTON:
        final = -2 * X
    else:
        modulus = (2 - EPSILON * TAU**2 * (X**2 - Y**2)) ** 2 + (2 * EPSILON * TAU**2 * X * Y) ** 2
        final = -2 * X * TAU / modulus
    return Derivation(
        f"growth_{model.key}", f"how the index moves with the energy: {model.title}", Ordering(), Imaginary(moved),
        (Step(final, ImaginaryPart()),), final, source="this project", same=rational.same, evaluate=_number,
        valuations=rational.drawn(X, Y, EPSILON, TAU), lemmas=(real_part(model),),
        remarks=("x < 0, so that it is positive",),
    )  # fmt: skip


def _number(expression: Any, valuation: Any) -> Any:
    if isinstance(expression, Imaginary):
        numbers = dict(valuation.symbols)
        return sp.im(sp.nsimplify(sp.expand_complex(expression.args[0].xreplace(numbers)))) / numbers[Y]
    return rational.value(expression, valuation)


@cache
def real_part(model: Model) -> Derivation:
    """The polynomial at λ = 0 is positive at the sum of its roots (0 < τ < 1, for the first model every τ).

    Its leading coefficient is negative, so that its only real root is larger than the sum r + 2 Re G: Re G < 0.

    Example:
        >>> real_part(PENNINGTON).final
        1/tau
    """
    polynomial = sp.Poly(model.polynomial.as_expr().xreplace({Z: sp.S.Zero}), G)
    leading, second = polynomial.all_coeffs()[:2]
    total = sp.cancel(-second / leading)
    final = 1 / TAU if model is PENNINGTON else 2 / (TAU * (2 - TAU))
    return Derivation(
        f"real_part_{model.key}", f"where the real root lies: {model.title}", Ordering(), AtSum(polynomial.as_expr()),
        (Step(polynomial.as_expr().xreplace({G: total}), SumOfRoots()), Step(final, Algebra())), final,
        source="this project", same=rational.same, evaluate=_at_sum, valuations=_small_tau,
        remarks=("positive, with a negative leading coefficient" + ("" if model is PENNINGTON else " for τ < 2"),),
    )  # fmt: skip


class AtSum(sp.Expr):  # type: ignore[misc]
    """A polynomial in G at the sum of its roots."""

    is_commutative = True
    opaque = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\left.{printer._print(self.args[0])}\right|_{{G = r + 2 \operatorname{{Re}} G}}"


class SumOfRoots(Rule):
    """Vieta: the sum of the roots is minus the second coefficient over the first, which must be negative."""

    name = "Vieta"
    statement = r"r + 2 \operatorname{Re} G = -c_{d-1}/c_d"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Insert that sum."""
        if not isinstance(expression, AtSum):
            raise RuleFailure(f"{expression} is no value at the sum of roots")
        leading, second = sp.Poly(expression.args[0], G).all_coeffs()[:2]
        share = sp.Symbol("omega", positive=True)
        if not positive(-leading.xreplace({TAU: 2 / (1 + share)})):
            raise RuleFailure(f"the leading coefficient {leading} is not negative for τ < 2")
        return expression.args[0].xreplace({G: sp.cancel(-second / leading)})


def _at_sum(expression: Any, valuation: Any) -> Any:
    """By the roots themselves where the line is a value at their sum."""
    if isinstance(expression, AtSum):
        polynomial = sp.Poly(expression.args[0].xreplace(dict(valuation.symbols)), G)
        companion = sp.Matrix.companion(polynomial.monic())
        return polynomial.eval(companion.trace())
    return rational.value(expression, valuation)


def _small_tau(derivation: Derivation, seed: int) -> Any:
    for valuation in rational.drawn(EPSILON, TAU, SIGMA)(derivation, seed):
        numbers = dict(valuation.symbols)
        yield type(valuation)({**numbers, TAU: numbers[TAU] / 6})
