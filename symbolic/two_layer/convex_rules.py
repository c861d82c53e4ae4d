r"""Rules about functions along a line: g(t) = f(x + t(y − x)), whose second derivative is v^⊤Hv with v = y − x.

Each rule checks what it needs: that an integrand is not negative, that a factor is positive, that an expression grows.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Rule
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.two_layer.index_sums import everywhere

T, STEP = sp.Symbol("t", real=True), sp.Symbol("h", positive=True)
CURVED, RADIUS = sp.Symbol("c", positive=True), sp.Symbol("r", positive=True)
SLOPE = sp.Symbol("b", nonnegative=True)
"""c: a lower bound of the curvature; r: a distance; b = ‖∇f(x)‖."""
SHARE = sp.Symbol("s", nonnegative=True)
OTHER = sp.Symbol("sbar", nonnegative=True)
"""Two weights, s + s̄ = 1."""
FX, FY, FZ, ALONG = sp.symbols("f_x f_y f_z d", real=True)
"""f at x, y and z = s̄x + sy, and d = ∇f(z)·(y − x)."""
CONTINUOUS = "f is twice continuously differentiable"


class G(sp.Function):  # type: ignore[misc]
    """g(t) = f(x + t(y − x)), twice continuously differentiable."""

    nargs = 1
    is_real = True

    def fdiff(self, argindex: int = 1) -> Any:
        """g′."""
        return GSlope(self.args[0])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"g({printer.doprint(self.args[0])})"


class GSlope(sp.Function):  # type: ignore[misc]
    """g′(t)."""

    nargs = 1
    is_real = True

    def fdiff(self, argindex: int = 1) -> Any:
        """g″."""
        return GBend(self.args[0])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"g'({printer.doprint(self.args[0])})"


class GBend(sp.Function):  # type: ignore[misc]
    """g″(t) = v^⊤H(x + tv)v with v = y − x."""

    nargs = 1
    is_real = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"g''({printer.doprint(self.args[0])})"


def unit_integral(body: Any) -> Any:
    """∫_0^1 of a function of t."""
    return sp.Integral(body, (T, 0, 1))


class ByParts(Rule):
    """∫_0^1 u w′ dt = [u w]_0^1 − ∫_0^1 u′ w dt, with w′ = g″ or g′; ∫_0^1 g′ dt = g(1) − g(0)."""

    name = "integration by parts"
    statement = r"\textstyle\int_0^1 u w' = [u w]_0^1 - \int_0^1 u' w"
    assumptions = (CONTINUOUS,)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Integrate every integral over [0, 1] once by parts."""
        found = everywhere(expression, _parted)
        if found == expression:
            raise RuleFailure(f"no integral over [0, 1] in {expression}")
        return found


def _parted(node: Any) -> Any:
    if not isinstance(node, sp.Integral):
        return None
    if len(node.limits) != 1 or tuple(node.limits[0]) != (T, 0, 1):
        raise RuleFailure(f"{node} is no integral over [0, 1]")
    factors = sp.Mul.make_args(node.function)
    higher = [one for one in factors if isinstance(one, GBend | GSlope) and one.args[0] == T]
    if len(higher) != 1:
        raise RuleFailure(f"{node.function} has no factor g″ or g′")
    primitive = GSlope(T) if isinstance(higher[0], GBend) else G(T)
    u = sp.Mul(*(one for one in factors if one is not higher[0]))
    if u.has(G, GSlope, GBend):
        raise RuleFailure(f"{u} holds g")
    edge = (u * primitive).subs(T, 1) - (u * primitive).subs(T, 0)
    rest = sp.expand(-sp.diff(u, T) * primitive)
    return edge + (sp.Integral(rest, (T, 0, 1)) if rest != 0 else 0)


class AtLeast(Rule):
    """g″ ≥ c on [0, 1], so that ∫ (1 − t) g″ dt ≥ c ∫ (1 − t) dt = c/2.

    Args:
        bound: 0 or c.
        assumptions: Why.
    """

    name = "the curvature is bounded below"
    statement = r"g'' \ge c \Rightarrow \textstyle\int_0^1 (1-t) g'' \ge c \int_0^1 (1-t)"
    relation = ">="

    def __init__(self, bound: Any, assumptions: tuple[str, ...]) -> None:
        self.bound, self.assumptions = bound, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the bound in, after seeing that what multiplies g″ is nowhere negative on [0, 1]."""

        def bounded(node: Any) -> Any:
            if not isinstance(node, sp.Integral):
                return None
            weight = sp.cancel(node.function / GBend(T))
            if weight.has(G, GSlope, GBend) or tuple(node.limits[0]) != (T, 0, 1):
                raise RuleFailure(f"{node} is no integral of g″ over [0, 1]")
            if not _not_negative(weight):
                raise RuleFailure(f"{weight} may be negative on [0, 1]")
            return self.bound * sp.integrate(weight, (T, 0, 1))

        if expression.coeff(_only_integral(expression), 1) != 1:
            raise RuleFailure("the integral has another factor than 1")
        return everywhere(expression, bounded)


def _only_integral(expression: Any) -> Any:
    found = list(expression.atoms(sp.Integral))
    if len(found) != 1:
        raise RuleFailure(f"{len(found)} integrals in {expression}")
    return found[0]


def _not_negative(weight: Any) -> bool:
    """A polynomial in t of degree at most 1 with both ends of [0, 1] not negative."""
    if not weight.is_polynomial(T) or sp.degree(weight, T) > 1:
        return False
    return bool(weight.subs(T, 0) >= 0 and weight.subs(T, 1) >= 0)


def lines_same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal as rational functions of their letters, g and integrals of it among them."""
    return bool(sp.cancel(sp.together(_settled(one) - _settled(two))) == 0)


def _settled(expression: Any) -> Any:
    return everywhere(sp.sympify(expression), _linear_integral)


def _linear_integral(node: Any) -> Any:
    """An integral of a sum as a sum of integrals, numbers pulled out."""
    if not isinstance(node, sp.Integral):
        return None
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(node.function)):
        fixed, moving = term.as_independent(T)
        total += fixed * (sp.Integral(moving, *node.limits) if moving != 1 else sp.integrate(1, *node.limits))
    return total


class Tangents(Rule):
    """f(x) ≥ f(z) + ∇f(z)·(x − z) and the same for y, with x − z = −s(y − x), y − z = s̄(y − x)."""

    name = "both tangents"
    statement = r"f(x) \ge f(z) - s\, d,\quad f(y) \ge f(z) + \bar s\, d"
    relation = ">="
    assumptions = ("f lies above its tangents",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put them in, after seeing that f(x) and f(y) have factors that are not negative."""
        plainly = sp.expand(expression)
        for letter in (FX, FY):
            if not plainly.coeff(letter, 1).is_nonnegative:
                raise RuleFailure(f"the factor of {letter} may be negative")
        return expression.subs({FX: FZ - SHARE * ALONG, FY: FZ + OTHER * ALONG}, simultaneous=True)


class Weights(Rule):
    """s̄ = 1 − s."""

    name = "the weights add up to one"
    statement = r"s + \bar s = 1"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put it in."""
        return sp.expand(expression.subs(OTHER, 1 - SHARE))


class FarOut(Rule):
    """−b r + c r²/2 grows from r = b/c on, so that at r ≥ 2b/c it is at least its value there."""

    name = "far from x"
    statement = r"r \ge 2b/c \Rightarrow -b r + \tfrac12 c r^2 \ge 0"
    relation = ">="
    assumptions = ("r ≥ 2b/c",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The value at 2b/c, after seeing that it grows from there on."""
        slope = sp.diff(expression, RADIUS)
        least = sp.expand(slope.subs(RADIUS, 2 * SLOPE / CURVED + sp.Symbol("k", nonnegative=True)))
        if not least.is_nonnegative:
            raise RuleFailure(f"{expression} is not known to grow from 2b/c on")
        return sp.expand(expression.subs(RADIUS, 2 * SLOPE / CURVED))


class SecondDifference(Rule):
    """lim (g(h) + g(−h) − 2g(0))/h² = g″(0), by Taylor’s polynomial with a remainder of smaller order than h²."""

    name = "second difference"
    statement = r"g''(0) = \lim_{h \to 0} h^{-2} (g(h) + g(-h) - 2 g(0))"
    assumptions = (CONTINUOUS,)

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Expand the new line; it must have the limit that the old one is."""
        if not isinstance(after, sp.Limit) or after.args[1] != STEP or after.args[2] != 0:
            raise RuleFailure(f"{after} is no limit h → 0")
        expanded = everywhere(after.args[0], _expanded)
        small = sp.expand(sp.cancel(expanded))
        if not same(small.subs(_REST, 0), before, ordering) or small.subs(_REST, 0).has(STEP):
            raise RuleFailure(f"the limit is {small}, not {before}")


_REST = sp.Symbol("o", real=True)
"""What vanishes with h: the remainder is o h²."""


def _expanded(node: Any) -> Any:
    if not isinstance(node, G):
        return None
    place = node.args[0]
    if sp.cancel(place / STEP).has(STEP):
        raise RuleFailure(f"g({place}) is not near zero")
    zero = sp.Integer(0)
    rest = _REST * place**2
    return G(zero) + GSlope(zero) * place + GBend(zero) * place**2 / 2 + rest


class Midpoint(Rule):
    """g(h) + g(−h) ≥ 2g(0) for a convex g; a limit of numbers that are not negative is not negative."""

    name = "convexity at the midpoint"
    statement = r"g(0) \le \tfrac12 g(h) + \tfrac12 g(-h)"
    relation = ">="
    assumptions = ("f is convex",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero, if what has the limit is a positive multiple of g(h) + g(−h) − 2g(0)."""
        if not isinstance(expression, sp.Limit):
            raise RuleFailure(f"{expression} is no limit")
        gap = G(STEP) + G(-STEP) - 2 * G(sp.Integer(0))
        factor = sp.cancel(expression.args[0] / gap)
        if factor.has(G) or not factor.is_positive:
            raise RuleFailure(f"{expression.args[0]} is no positive multiple of a second difference")
        return sp.Integer(0)
