r"""Taylor's formula with Peano's remainder: all that a loss needs is to be twice differentiable at the one point.

Along the segment θ* + sh, 0 ≤ s ≤ 1, let φ(s) = f(θ* + sh) and Q = h⊤H(θ*)h. The gradient exists near θ* and is
differentiable there: D(s) = ‖∇f(θ* + sh) − ∇f(θ*) − sHh‖ ≤ ε s‖h‖ for all ‖h‖ ≤ r(ε). So f(θ) − f(θ*) − ½Q is at most
ε‖h‖², for every ε > 0, near θ*.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.steps import AtMost, same, value
from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

VALUE, SPEED, DEFECT = (sp.Function(name, real=True) for name in (r"\varphi", r"\dot\varphi", "D"))
"""φ(s), φ′(s) and D(s)."""
FORM = sp.Symbol("Q", real=True)
LENGTH, EPSILON = sp.Symbol(r"\lVert h \rVert", positive=True), sp.Symbol("varepsilon", positive=True)
XI = sp.Symbol("xi", positive=True)
"""A point of (0, 1)."""


class MeanValue(Rule):
    """φ(1) − φ(0) − ½Q = φ′(ξ) − Qξ for some ξ in (0, 1): the mean value theorem for φ(s) − ½Qs²."""

    name = "mean value theorem"
    statement = r"\varphi(1) - \varphi(0) - \tfrac12 Q = \dot\varphi(\xi) - Q\xi, \quad 0 < \xi < 1"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The slope of F(s) = φ(s) − ½Qs² at ξ, after seeing that the line is F(1) − F(0)."""
        s = sp.Symbol("s")
        path = VALUE(s) - FORM * s**2 / 2
        rise = path.subs(s, 1) - path.subs(s, 0)
        if not isinstance(expression, sp.Abs):
            raise RuleFailure(f"{expression} is no absolute value")
        if 0 not in (sp.expand(expression.args[0] - rise), sp.expand(expression.args[0] + rise)):
            raise RuleFailure(f"{expression} is not a difference of φ(s) − ½Qs²")
        return sp.Abs(sp.diff(path, s).subs(sp.Derivative(VALUE(s), s), SPEED(s)).subs(s, XI))


@cache
def peano() -> Derivation:
    """|f(θ) − f(θ*) − ½h⊤Hh| ≤ ε‖h‖² for ‖h‖ ≤ r(ε) at a critical point.

    Example:
        >>> peano().check(0).ok
        True
    """
    start = sp.Abs(VALUE(1) - VALUE(0) - FORM / 2)
    middle = sp.Abs(SPEED(XI) - FORM * XI)
    final = EPSILON * LENGTH**2
    critical, smooth = ("θ* is critical",), ("twice differentiable at θ*", "‖h‖ ≤ r(ε)")
    return Derivation(
        "peano", "the expansion to second order", Ordering(), start,
        (
            Step(middle, MeanValue()),
            Step(LENGTH * DEFECT(XI),
                 AtMost("Cauchy–Schwarz", middle, LENGTH * DEFECT(XI),
                        r"\dot\varphi(\xi) - Q\xi = h \cdot (\nabla f(\theta^* + \xi h) - \xi\mathbf{H}h)", critical)),
            Step(LENGTH * EPSILON * XI * LENGTH,
                 AtMost("definition of the second derivative", DEFECT(XI), EPSILON * XI * LENGTH,
                        r"D(\xi) \le \varepsilon\, \xi \lVert h \rVert", smooth)),
            Step(final, AtMost("on the segment", XI, sp.S.One, r"\xi \le 1")),
        ),
        final, source="Kiselev & Grabovoy 2024, Eq. (2)", same=same, evaluate=value, valuations=_cubics,
        assumptions=(*critical, "twice differentiable at θ*"),
    )  # fmt: skip


def _cubics(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """f(x) = a + bx²/2 + cx³ in one dimension: ξ = 1/√3, D(s) = 3|c|s²h², and ε = 3|c|·|h|."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(3):
        a, b, c = (sp.Rational(stream.randint(-9, 9), 2) for _ in range(3))
        h, c = sp.Rational(stream.randint(1, 5), 3), c or sp.S.One
        s = sp.Symbol("s")
        path = a + b * (s * h) ** 2 / 2 + c * (s * h) ** 3
        numbers: dict[Any, Any] = {
            FORM: b * h**2, LENGTH: h, EPSILON: 3 * abs(c) * h, XI: 1 / sp.sqrt(3), VALUE: sp.Lambda(s, path),
            SPEED: sp.Lambda(s, sp.diff(path, s)), DEFECT: sp.Lambda(s, 3 * abs(c) * s**2 * h**2),
        }  # fmt: skip
        yield Valuation(numbers)
