r"""At τ = 1, where the critical energy is zero, the power of the index is 1/3 and not 3/2.

H_0 has then a density ∝ λ^{−1/2} at 0, and any energy pushes some of it below. With G = u/δ, δ³ = 2ε (ε/2 with ReLU)
and σ = 1 the polynomial at λ = 0 becomes 1 − u³ + δu² (1 − u³ with ReLU), so that u → e^{−2πi/3}, the cube root of 1 in
the lower half plane, and dα/dε = Im ∂_ε(∫F dG)/π (`distribution`) gives α/δ → 3√3/(4π) in both models.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability.models import PENNINGTON, Model
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, G, Z
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

SMALL = sp.Symbol("delta", positive=True)
"""δ."""
SCALED = sp.Symbol("u", complex=True)
"""u = δG."""
LIMIT = 3 * sp.sqrt(3) / (4 * sp.pi)
"""lim α/δ."""


def energy(model: Model) -> sp.Expr:
    """ε in δ: δ³/2 without activation, 2δ³ with ReLU."""
    return SMALL**3 / 2 if model is PENNINGTON else 2 * SMALL**3


class Onset(sp.Expr):  # type: ignore[misc]
    """lim α/δ for δ ↓ 0; arguments: the polynomial at λ = 0 in u and δ, and dα/dδ times π/Im in u and δ."""

    is_commutative = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return r"\lim_{\delta \downarrow 0} \alpha / \delta"


class CubeRoot(Rule):
    """The one root in the lower half plane at δ = 0 is simple, so that it moves analytically with δ."""

    name = "root at δ = 0"
    statement = r"\alpha / \delta \to \tfrac1\pi \operatorname{Im} g(u_0, 0), \quad p(u_0, 0) = 0"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Insert it."""
        if not isinstance(expression, Onset):
            raise RuleFailure(f"{expression} is no limit of the index")
        polynomial, growth = (sp.cancel(one) for one in expression.args)
        start = sp.Poly(polynomial.xreplace({SMALL: sp.S.Zero}), SCALED)
        below = [root for root, count in sp.roots(start).items() if sp.im(root) < 0 and count == 1]
        if len(below) != 1 or sp.degree(polynomial, SCALED) != start.degree():
            raise RuleFailure(f"{start.as_expr()} has not one simple root in the lower half plane")
        return sp.im(sp.expand_complex(growth.xreplace({SMALL: sp.S.Zero, SCALED: below[0]}))) / sp.pi


def onset(model: Model) -> Onset:
    """The limit, unevaluated, from the model's formulas at τ = σ = 1."""
    point = {TAU: sp.S.One, SIGMA: sp.S.One, EPSILON: energy(model), G: SCALED / SMALL}
    polynomial = sp.cancel(model.polynomial.as_expr().xreplace({Z: sp.S.Zero}).xreplace(point))
    growth = sp.diff(model.primitive, EPSILON).xreplace(point) * sp.diff(energy(model), SMALL)
    return Onset(polynomial, sp.cancel(growth))


@cache
def one_third(model: Model) -> Derivation:
    """α/δ → 3√3/(4π) for τ = 1.

    Example:
        >>> one_third(PENNINGTON).check(0).ok
        True
    """
    return Derivation(
        f"one_third_{model.key}", f"the index at τ = 1: {model.title}", Ordering(), onset(model),
        (Step(sp.Rational(3, 2) * sp.sin(sp.pi / 3) / sp.pi, CubeRoot()), Step(LIMIT, Algebra("sine of a third"))),
        LIMIT, source="this project", same=_same, evaluate=_value, valuations=_once, assumptions=("τ = 1", "σ = 1"),
        remarks=("δ = (2ε)^{1/3} without activation and (ε/2)^{1/3} with ReLU; for another scale ε/σ² stands for ε",),
    )  # fmt: skip


def _same(one: Any, two: Any, ordering: Any) -> bool:
    return bool(one == two or (not any(isinstance(x, Onset) for x in (one, two)) and sp.simplify(one - two) == 0))


def _value(expression: Any, valuation: Valuation) -> Any:
    """Four digits; of a limit by Newton's method at a small δ, from the cube root of 1 on."""
    if not isinstance(expression, Onset):
        return round(float(expression), 4)
    polynomial, growth = expression.args
    small = {SMALL: valuation.symbols[SMALL]}
    root = sp.nsolve(polynomial.xreplace(small), SCALED, sp.exp(-2 * sp.pi * sp.I / 3).evalf(30), prec=30)
    return round(float(sp.im(growth.xreplace(small | {SCALED: root}).evalf(30))) / float(sp.pi), 4)


def _once(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    numbers: dict[Any, Any] = {SMALL: sp.Rational(1, 10**6)}
    yield Valuation(numbers)
