r"""R of H_1 with ReLU, from S-transforms: H_1 = [[0, B], [B⊤, 0]], B = (1/m) E X⊤ over the k = m/2 active samples.

E ∈ R^{n×k} has entries N(0, 2ε), X entries N(0, 1). The k × k matrix W = (1/m²)(E⊤E)(X⊤X) has the nonzero eigenvalues
of BB⊤. With τ = 2n/m the two Wishart factors E⊤E/n and X⊤X/n have the ratio k/n = 1/τ and the means 2ε and 1, they are
freely independent, S-transforms multiply, and (n/m)² = τ²/4. With ψ(z) = Σ_{j≥1} m_j z^j, χ its inverse and
S(y) = χ(y)(1 + y)/y:

    ψ_W(z) = y,  ψ_{BB⊤}(z) = y/τ =: x  at  z = y S_W(y)/(1 + y).

H_1 is symmetric, ζG(ζ) = 1 + ψ_{BB⊤}(ζ^{-2}) = 1 + x, and ζG = 1 + G R(G): so G² = (1 + x)² z and R(G) = x/G.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability import rational
from hessproof.symbolic.free_probability.laws import marchenko_pastur
from hessproof.symbolic.free_probability.models import PUBLISHED_RELU_R
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU, G, Z
from hessproof.symbolic.ordering import Ordering

ORDER_SUM = sp.Symbol("x", positive=True)
"""x = ψ of BB⊤, which is G R(G)."""
MASS = sp.Symbol("y", positive=True)
"""y = ψ of W."""


def s_transform(r_transform: sp.Expr) -> sp.Expr:
    """S(y) from R: u = y S(y) solves u R(u) = y.

    Example:
        >>> s_transform(marchenko_pastur(3, TAU).r_transform)
        1/(3*(tau*y + 1))
    """
    root = sp.Symbol("u")
    solutions = sp.solve(sp.numer(sp.together(root * r_transform.xreplace({Z: root}) - MASS)), root)
    if len(solutions) != 1:
        raise RuleFailure(f"{r_transform} has no single inverse")
    return sp.factor(solutions[0] / MASS)


class SProduct(sp.Expr):  # type: ignore[misc]
    """(1 + x)² χ_W(τx), where W is a number times the product of two free matrices with given R; it is G².

    Arguments: the number, the two R-transforms in ``Z``.
    """

    is_commutative = True
    opaque = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return r"(1 + x)^2\, \chi_W(\tau x)"


class Multiply(Rule):
    """S_W = S_1 S_2/c for W = c A_1 A_2 with free factors; χ(y) = y S(y)/(1 + y) at y = τx."""

    name = "S-transforms multiply"
    statement = r"S_{cA_1A_2} = \tfrac1c S_{A_1} S_{A_2}, \quad \chi(y) = \frac{y}{1 + y} S(y)"
    assumptions = ("the two Wishart factors are freely independent for n → ∞",)

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Write the product out."""
        if not isinstance(expression, SProduct):
            raise RuleFailure(f"{expression} is no product of free factors")
        number, first, second = expression.args
        chi = MASS / (1 + MASS) * s_transform(first) * s_transform(second) / number
        return (1 + ORDER_SUM) ** 2 * chi.xreplace({MASS: TAU * ORDER_SUM})


class Solved(sp.Expr):  # type: ignore[misc]
    """x/G where G² equals the argument, an expression in x."""

    is_commutative = True
    opaque = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\left.\frac{{x}}{{G}}\right|_{{G^2 = {printer._print(self.args[0])}}}"


class InSolved(Rule):
    """A rule for G², used inside x/G."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.name, self.statement, self.assumptions = rule, rule.name, rule.statement, rule.assumptions

    def check(self, before: Any, after: Any, ordering: Any, same: Any) -> None:
        """Accept the line if the rule accepts its argument."""
        if not (isinstance(before, Solved) and isinstance(after, Solved)):
            raise RuleFailure("both lines must be x/G for a given G²")
        self.rule.check(before.args[0], after.args[0], ordering, same)


class SolveForX(Rule):
    """x from G² = …, linear in x, and R(G) = x/G."""

    name = "solve for x"
    statement = r"\zeta G = 1 + x = 1 + G R(G)"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """The one solution, over G."""
        if not isinstance(expression, Solved):
            raise RuleFailure(f"{expression} is not solved for")
        equation = sp.Poly(sp.numer(sp.together(G**2 - expression.args[0])), ORDER_SUM)
        if equation.degree() != 1:
            raise RuleFailure(f"{equation.as_expr()} is not linear in x")
        leading, rest = equation.all_coeffs()
        return sp.cancel(-rest / leading / G)


@cache
def relu_r() -> Derivation:
    """R of H_1 as published.

    Example:
        >>> relu_r().check(0).ok
        True
    """
    factors = (marchenko_pastur(mean, 1 / TAU).r_transform for mean in (2 * EPSILON, sp.S.One))
    squared = 2 * ORDER_SUM / (EPSILON * TAU * (1 + TAU * ORDER_SUM))
    final = PUBLISHED_RELU_R.xreplace({Z: G})
    return Derivation(
        "relu_r", "the R-transform of H_1 with ReLU", Ordering(), Solved(SProduct(TAU**2 / 4, *factors)),
        (
            Step(Solved(squared), InSolved(Multiply())),
            Step(final, SolveForX()),
        ),
        final, source="Pennington & Bahri 2017", same=_same, evaluate=_value, valuations=_on_curve,
        assumptions=("e ∼ N(0, 2ε) and x ∼ N(0, 1) independent", "half of the samples are active", "n → ∞, 2n/m = τ"),
    )  # fmt: skip


def _same(one: Any, two: Any, ordering: Any) -> bool:
    one, two = sp.sympify(one), sp.sympify(two)
    if isinstance(one, Solved) or isinstance(two, Solved):
        return type(one) is type(two) and _same(one.args[0], two.args[0], ordering)
    if isinstance(one, SProduct) or isinstance(two, SProduct):
        return bool(one == two)
    return rational.same(one, two, ordering)


def _on_curve(derivation: Derivation, seed: int) -> Any:
    """x and τ drawn, G too, and ε such that G² is what the two factors make of x: from ψ-series of Wishart squares."""
    for valuation in rational.drawn(ORDER_SUM, TAU, G)(derivation, seed):
        numbers = dict(valuation.symbols)
        mass = numbers[TAU] * numbers[ORDER_SUM]
        ratio = 1 / numbers[TAU]
        chi = mass / (1 + mass) / (1 + ratio * mass) ** 2 * 4 / numbers[TAU] ** 2 / 2
        numbers[EPSILON] = (1 + numbers[ORDER_SUM]) ** 2 * chi / numbers[G] ** 2
        yield type(valuation)(numbers)


def _value(expression: Any, valuation: Any) -> Any:
    """x/G where the line is solved for, after seeing that its G² is right; the formula otherwise."""
    if isinstance(expression, Solved):
        numbers = dict(valuation.symbols)
        inner = expression.args[0]
        squared = Multiply().apply(inner, None) if isinstance(inner, SProduct) else inner
        if rational.value(squared, valuation) != numbers[G] ** 2:
            raise ValueError("G² is not what x makes of it")
        return numbers[ORDER_SUM] / numbers[G]
    return rational.value(expression, valuation)
