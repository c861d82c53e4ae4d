r"""The inversion of the Stieltjes transform: at points of continuity, at jumps and at atoms.

For a density ρ, the substitution t = λ + εu gives

    −(1/π) Im G(λ + iε) = ∫ ρ(λ + εu) du / (π(1 + u²)),                                       (Poisson's kernel)

and if |ρ(λ ± d) − ρ_±| ≤ ω for 0 < d < δ, that is close to the mean of the two sides:

    |−(1/π) Im G(λ + iε) − ½(ρ_− + ρ_+)| ≤ ω + (ρ_− + ρ_+)(½ − arctan(δ/ε)/π) + ε/(πδ²).      (error)

With ε → 0 at fixed δ only ω is left, and ω → 0 as δ → 0. Where ρ is continuous the limit is ρ(λ); the density need not
be bounded. An atom of mass m adds m/(πε) at its place, which does not converge, and iεG(λ + iε) → m there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.free_probability.roots import same, value
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

HEIGHT = sp.Symbol("epsilon", positive=True)
"""ε, the height above the real line."""
NEAR = sp.Symbol("delta", positive=True)
"""δ, how far the neighbourhood of λ reaches."""
WIGGLE = sp.Symbol("omega", nonnegative=True)
"""ω, a bound of |ρ(λ ± d) − ρ_±| for 0 < d < δ."""
LEFT, RIGHT = sp.Symbol("rho_-", nonnegative=True), sp.Symbol("rho_+", nonnegative=True)
"""The density left and right of λ."""
MASS = sp.Symbol("m", nonnegative=True)
PLACE, T = sp.symbols("lambda t", real=True)
D = sp.Symbol("d", real=True)
"""A distance from λ, or a place relative to it."""
DENSITY = sp.Function("rho", nonnegative=True)
"""ρ, any probability density with limits ρ_−, ρ_+ at λ."""


def kernel(distance: Any) -> sp.Expr:
    """ε/(π(d² + ε²)), which integrates to 1."""
    return HEIGHT / (sp.pi * (distance**2 + HEIGHT**2))


@cache
def imaginary_part() -> Derivation:
    """−(1/π) Im 1/(λ + iε − t) = ε/(π((λ − t)² + ε²)), positive: the sign of Im G is that of −ε.

    Example:
        >>> imaginary_part().check(0).ok
        True
    """
    start = -(1 / (PLACE + sp.I * HEIGHT - T) - 1 / (PLACE - sp.I * HEIGHT - T)) / (2 * sp.I * sp.pi)
    final = kernel(PLACE - T)
    return _derived(
        "the imaginary part of 1/(z − t)", start, (Step(final, Algebra("z and its conjugate")),), final,
        remarks=("Im x = (x − x̄)/(2i); the integral over t keeps sign and total mass",),
    )  # fmt: skip


class DropSquare(Rule):
    """|z − t|² = (x − t)² + y² ≥ y²."""

    name = "the real part dropped"
    statement = r"(\lambda - t)^2 \ge 0"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The value with (λ − t)² = 0, after seeing that the line falls with it."""
        square = sp.Symbol("q", nonnegative=True)
        line = expression.xreplace({(PLACE - T) ** 2: square})
        if line.has(T) or not sp.cancel(sp.diff(line, square)).is_nonpositive:
            raise RuleFailure("the line does not fall with (λ − t)²")
        return sp.cancel(line.subs(square, 0))


@cache
def size() -> Derivation:
    """1/|z − t|² ≤ 1/ε²: the integral exists, and |G(λ + iε)| ≤ 1/ε.

    Example:
        >>> size().check(0).ok, size().relation
        (True, '<=')
    """
    start = 1 / (PLACE + sp.I * HEIGHT - T) / (PLACE - sp.I * HEIGHT - T)
    plain, final = 1 / ((PLACE - T) ** 2 + HEIGHT**2), 1 / HEIGHT**2
    return _derived(
        "the size of 1/(z − t)", start,
        (Step(plain, Algebra("a number times its conjugate")), Step(final, DropSquare())), final,
        remarks=("|∫ f dμ| ≤ ∫ |f| dμ ≤ sup |f| for a probability law μ",),
    )  # fmt: skip


def deviation() -> sp.Expr:
    """ρ(λ + d) + ρ(λ − d) − ρ_+ − ρ_−: twice what the density's mean at distance d differs from its limit."""
    return DENSITY(PLACE + D) + DENSITY(PLACE - D) - LEFT - RIGHT


class Triangle(Rule):
    """|∫_0^∞ K f| ≤ ∫_0^δ K|f| + ∫_δ^∞ K(ρ(λ + d) + ρ(λ − d)) + (ρ_− + ρ_+) ∫_δ^∞ K, as K and the density are ≥ 0."""

    name = "triangle inequality, cut at δ"
    statement = r"|f| \le \rho(\lambda + d) + \rho(\lambda - d) + \rho_- + \rho_+ \text{ for } d \ge \delta"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The three parts, after seeing that the line is Poisson's kernel against the deviation."""
        whole = expression.args[0] if isinstance(expression, sp.Abs) else None
        if not isinstance(whole, sp.Integral) or whole.limits != (sp.Tuple(D, 0, sp.oo),):
            raise RuleFailure("the line is not the size of an integral over d ≥ 0")
        if sp.expand(whole.function - kernel(D) * deviation()) != 0:
            raise RuleFailure("the integrand is not the kernel times the deviation")
        return _near_part() + _far_part() + (LEFT + RIGHT) * sp.Integral(kernel(D), (D, NEAR, sp.oo))


def _near_part() -> sp.Expr:
    return sp.Integral(kernel(D) * sp.Abs(deviation()), (D, 0, NEAR))


def _far_part() -> sp.Expr:
    return sp.Integral(kernel(D) * (DENSITY(PLACE + D) + DENSITY(PLACE - D)), (D, NEAR, sp.oo))


class Near(Rule):
    """|f| ≤ 2ω for 0 < d < δ, and all integrals of the kernel alone are written out."""

    name = "the neighbourhood of λ"
    statement = (
        r"\int_0^\delta \frac{\varepsilon\, dd}{\pi(d^2 + \varepsilon^2)} = \tfrac1\pi \arctan(\delta/\varepsilon)"
    )
    relation = "<="
    assumptions = ("|ρ(λ ± d) − ρ_±| ≤ ω for 0 < d < δ",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """2ω ∫_0^δ K for the part near λ, which must stand there once; then the integrals of K."""
        if expression.coeff(_near_part()) != 1:
            raise RuleFailure("the part near λ does not stand there once")
        line = expression - _near_part() + 2 * WIGGLE * sp.Integral(kernel(D), (D, 0, NEAR))
        bare = [x for x in line.atoms(sp.Integral) if not x.has(DENSITY)]
        return line.xreplace({integral: self._arc(integral) for integral in bare})

    def _arc(self, integral: sp.Integral) -> sp.Expr:
        """The difference of arctan(d/ε)/π at the limits, after seeing that its derivative is what is integrated."""
        variable, low, high = integral.limits[0]
        found = sp.atan(variable / HEIGHT) / sp.pi
        if sp.cancel(sp.diff(found, variable) - integral.function) != 0:
            raise RuleFailure(f"{integral.function} is not Poisson's kernel")
        top = sp.Rational(1, 2) if high == sp.oo else found.subs(variable, high)
        return top - found.subs(variable, low)


class Far(Rule):
    """Beyond δ the kernel is at most ε/(πδ²), and the density has at most the mass 1 there."""

    name = "the rest of the line"
    statement = (
        r"d \ge \delta \Rightarrow \frac{\varepsilon}{\pi(d^2 + \varepsilon^2)} \le \frac{\varepsilon}{\pi\delta^2}"
    )
    relation = "<="
    assumptions = ("∫ρ ≤ 1",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put ε/(πδ²) for the far part, after seeing that the kernel falls and lies below it."""
        falls = sp.cancel(sp.diff(kernel(NEAR), NEAR)).is_negative
        bound = HEIGHT / (sp.pi * NEAR**2)
        below = sp.cancel(bound - kernel(NEAR)).is_positive
        if not (falls and below) or expression.coeff(_far_part()) != 1:
            raise RuleFailure("the kernel does not fall, or the far part does not stand there once")
        return expression - _far_part() + bound


class MassBelowOne(Rule):
    """2ω ∫_0^δ K ≤ ω, as the kernel has total mass 1."""

    name = "the kernel has mass one"
    statement = r"\tfrac{2}{\pi}\arctan(\delta/\varepsilon) \le 1"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put ω for 2ω arctan(δ/ε)/π."""
        expression = sp.expand(expression)
        coefficient = expression.coeff(WIGGLE)
        if sp.expand(coefficient - 2 * sp.atan(NEAR / HEIGHT) / sp.pi) != 0:
            raise RuleFailure("ω does not stand before the mass of the neighbourhood")
        return expression - sp.expand(WIGGLE * coefficient) + WIGGLE


@cache
def error() -> Derivation:
    """|−(1/π) Im G(λ + iε) − ½(ρ_− + ρ_+)| ≤ ω + (ρ_− + ρ_+)(½ − arctan(δ/ε)/π) + ε/(πδ²).

    The start is that difference, with ∫_0^∞ K = ½ for the kernel K.

    Example:
        >>> error().check(0).ok, error().relation
        (True, '<=')
    """
    start = sp.Abs(sp.Integral(kernel(D) * deviation(), (D, 0, sp.oo)))
    parts = _near_part() + _far_part() + (LEFT + RIGHT) * sp.Integral(kernel(D), (D, NEAR, sp.oo))
    arcs = sp.atan(NEAR / HEIGHT) / sp.pi
    rest = (LEFT + RIGHT) * (sp.Rational(1, 2) - arcs)
    bound = HEIGHT / (sp.pi * NEAR**2)
    return _derived(
        "the error of the inversion", start,
        (
            Step(parts, Triangle()), Step(2 * WIGGLE * arcs + rest + _far_part(), Near()),
            Step(2 * WIGGLE * arcs + rest + bound, Far()), Step(WIGGLE + rest + bound, MassBelowOne()),
        ),
        WIGGLE + rest + bound, lemmas=(imaginary_part(),),
    )  # fmt: skip


class ToZero(Rule):
    """The limit ε → 0+, which SymPy computes."""

    name = "limit"
    statement = r"\varepsilon \to 0^+"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The limit of what stands under `sympy.Limit`."""
        if not isinstance(expression, sp.Limit) or expression.args[1:3] != (HEIGHT, sp.Integer(0)):
            raise RuleFailure("the line is no limit ε → 0")
        return sp.limit(expression.args[0], HEIGHT, 0, "+")


@cache
def limit_of_error() -> Derivation:
    """As ε → 0 at fixed δ the bound of :func:`error` tends to ω, which is as small as wished.

    Example:
        >>> limit_of_error().check(0, numbers=False).ok
        True
    """
    start = sp.Limit(error().final, HEIGHT, 0, "+")
    return _derived(
        "the error vanishes", start, (Step(WIGGLE, ToZero()),), WIGGLE, lemmas=(error(),),
        remarks=("ω → 0 as δ → 0 where the density has limits on both sides",),
    )  # fmt: skip


@cache
def atom() -> Derivation:
    """iε · m/(iε) = m, and the rest of the law adds iεG → 0 by dominated convergence: |ε/(λ + iε − t)| ≤ 1.

    Example:
        >>> atom().check(0).ok
        True
    """
    start = sp.Limit(sp.I * HEIGHT * (MASS / (sp.I * HEIGHT) + (1 - MASS) / (sp.I * HEIGHT + D)), HEIGHT, 0, "+")
    return _derived(
        "an atom from the transform", start, (Step(MASS, ToZero()),), MASS,
        remarks=("mass at a distance d ≠ 0 is lost in the limit",),
    )  # fmt: skip


@cache
def poles() -> Derivation:
    """An atom of mass m at λ adds m/(πε) to −(1/π) Im G(λ + iε).

    Example:
        >>> poles().check(0).ok
        True
    """
    start = -MASS * (1 / (sp.I * HEIGHT) - 1 / (-sp.I * HEIGHT)) / (2 * sp.I * sp.pi)
    final = MASS / (sp.pi * HEIGHT)
    return _derived("an atom under the inversion", start, (Step(final, Algebra("1/i = −i")),), final)


def _derived(
    title: str, start: Any, steps: tuple[Step, ...], final: Any, lemmas: tuple[Derivation, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Derivation:  # fmt: skip
    return Derivation(
        title, title, Ordering(), start, steps, final, "this project", remarks, same=same, evaluate=_value,
        valuations=_numbers, lemmas=lemmas,
    )  # fmt: skip


def _value(expression: Any, valuation: Valuation) -> Any:
    """Limits at a height that leaves an error below the tolerance, everything else as usual."""
    if isinstance(expression, sp.Limit):
        tiny = {**valuation.symbols, HEIGHT: sp.Rational(1, 10**26)}
        return value(expression.args[0], Valuation(tiny))
    return value(expression.replace(DENSITY, _exponential), valuation)


def _exponential(x: sp.Expr) -> sp.Expr:
    """¾e^{−t} for t > λ and ¼e^{t} for t < λ = 0: a jump from ¼ to ¾, and |ρ(±d) − ρ_±| ≤ ¾d."""
    return sp.Piecewise((sp.Rational(3, 4) * sp.exp(-x), x > 0), (sp.exp(x) / 4, True))


def _numbers(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Heights and neighbourhoods of all relative sizes; where a density is meant, the one with a jump at λ = 0."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for height in (sp.Rational(1, 10), sp.Rational(1, 3), sp.Integer(4)):
        near = sp.Rational(stream.randint(1, 9), 4)
        numbers: dict[Any, Any] = {HEIGHT: height, NEAR: near, WIGGLE: sp.Rational(3, 4) * near}
        numbers |= {LEFT: sp.Rational(1, 4), RIGHT: sp.Rational(3, 4), PLACE: sp.Integer(0)}
        numbers |= {MASS: sp.Rational(stream.randint(1, 8), 9), D: sp.Rational(stream.choice((-7, 3, 5)), 3)}
        yield Valuation({**numbers, T: sp.Rational(stream.randint(-9, 9), 5)})
