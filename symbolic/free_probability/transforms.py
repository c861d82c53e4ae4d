r"""From a density to its Stieltjes transform, to the R-transform, and back, with the branch proved right.

Each chain is a `Derivation`. The first step is always Liouville's theorem (`liouville`), which identifies the integral
∫dμ(t)/(z − t) with one formula; the rest is algebra, so that R follows for all z and all parameters at once. The way
back starts from R alone: it solves R(G) + 1/G = z, chooses the root that behaves like 1/z at infinity after seeing
that the other one does not, and takes the jump across the cut.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import mpmath
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.free_probability.laws import Law
from hessproof.symbolic.free_probability.liouville import Branch, Liouville, branch, cauchy
from hessproof.symbolic.free_probability.roots import number, same, value, vanishes
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SCALE, SIGMA, TAU, VARIANCE, G, Z
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

_NEAR = mpmath.mpf(10) ** -26
"""Distance from the real line at which a boundary value is evaluated; its error is of that order off the edges."""


class RootAtInfinity(sp.Function):  # type: ignore[misc]
    """The root G of a polynomial in G and z with zG → 1 as z → ∞, continued from there."""

    @classmethod
    def eval(cls, polynomial: sp.Expr) -> None:
        """Never simplifies itself."""

    def at_numbers(self, letters: dict[Any, Any]) -> Any:
        """Follow the root from z + 1000i down, in steps that shrink with the height above z."""
        target = mpmath.mpmathify(letters[Z])
        rest = {key: given for key, given in letters.items() if key != Z}
        powers = sp.Poly(self.args[0], G).all_coeffs()
        coefficients = sp.lambdify([Z], [c.xreplace(rest) for c in powers], modules="mpmath")
        height, place = mpmath.mpf(1000), target + 1000j
        root = 1 / place
        while height > 0:
            height = height * mpmath.mpf("0.4") if height > _NEAR else mpmath.mpf(0)
            place = target + 1j * height
            found = mpmath.polyroots(coefficients(place), maxsteps=200, extraprec=60)
            root = min(found, key=lambda one, last=root: abs(one - last))  # type: ignore[misc]
        return root

    def _latex(self, printer: Any) -> str:
        return rf"G: \left[{printer.doprint(self.args[0])} = 0,\ zG \to 1\right]"


class Boundary(sp.Function):  # type: ignore[misc]
    """−(1/π) Im f(λ + i0), the density that belongs to a Stieltjes transform f."""

    @classmethod
    def eval(cls, formula: sp.Expr) -> None:
        """Never simplifies itself."""

    def at_numbers(self, letters: dict[Any, Any]) -> Any:
        """The imaginary part next to the real line."""
        place = mpmath.mpmathify(sp.N(letters[LAMBDA], 40)) + 1j * _NEAR
        return -mpmath.im(number(self.args[0], {**letters, Z: place})) / mpmath.pi

    def _latex(self, printer: Any) -> str:
        return (
            rf"-\frac{{1}}{{\pi}} \operatorname{{Im}} \left[{printer.doprint(self.args[0])}\right]_{{z = \lambda + i0}}"
        )


class QuadraticFormula(Rule):
    """The two roots of a quadratic equation for G, and the one that behaves like 1/z at infinity."""

    name = "quadratic formula, and zG → 1 at infinity"
    statement = r"G = \frac{-\beta \pm \sqrt{\beta^2 - 4\alpha}}{2\alpha}, \quad \beta^2 - 4\alpha \propto (z-a)(z-b)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the root in."""
        roots = expression.atoms(RootAtInfinity)
        if len(roots) != 1:
            raise RuleFailure("there is not exactly one root to write out")
        chosen = roots.pop()
        return expression.xreplace({chosen: root_at_infinity(chosen.args[0]).formula})


def root_at_infinity(polynomial: sp.Expr) -> Branch:
    """The root of a quadratic polynomial in G with zG → 1.

    Raises:
        RuleFailure: If the polynomial is not quadratic, its discriminant has not two real zeros, or not exactly one of
            the two roots behaves like 1/z.

    Example:
        >>> root_at_infinity(G**2 - Z * G + 1)
        Branch(rational=z/2, factor=-1/2, low=-2, high=2)
    """
    coefficients = sp.Poly(polynomial, G).all_coeffs()
    if len(coefficients) != 3:
        raise RuleFailure(f"{polynomial} is not quadratic in G")
    square, linear, constant = coefficients
    discriminant = sp.Poly(sp.expand(linear**2 - 4 * square * constant), Z)
    edges = list(sp.roots(discriminant))
    if discriminant.degree() != 2 or len(edges) != 2:
        raise RuleFailure(f"the discriminant {discriminant.as_expr()} has not two simple zeros")
    low, high = edges if sp.expand(edges[1] - edges[0]).is_positive else edges[::-1]
    found = Branch(sp.factor(-linear / (2 * square)), sp.factor(sp.sqrt(discriminant.LC()) / (2 * square)), low, high)
    right = [one for one in (found, found.other()) if _like_inverse(one)]
    if len(right) != 1:
        raise RuleFailure(f"{len(right)} of the two roots behave like 1/z at infinity")
    if not vanishes(polynomial.xreplace({G: right[0].formula})):
        raise RuleFailure("the formula does not solve the equation")
    return right[0]


def _like_inverse(found: Branch) -> bool:
    try:
        zeroth, first = found.coefficients(1)
    except RuleFailure:
        return False
    return vanishes(zeroth) and vanishes(first - 1)


class AcrossCut(Rule):
    """−(1/π) Im [p + k√(z − a)√(z − b)] at λ + i0 is −k(λ)√((λ − a)(b − λ))/π for a < λ < b."""

    name = "boundary value"
    statement = r"\sqrt{\lambda + i0 - a}\sqrt{\lambda + i0 - b} = i\sqrt{(\lambda - a)(b - \lambda)}"
    assumptions = ("a < λ < b",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The imaginary part; p and k are real there."""
        if not isinstance(expression, Boundary):
            raise RuleFailure("the line is no boundary value")
        found = branch(expression.args[0])
        under = sp.expand((LAMBDA - found.low) * (found.high - LAMBDA))
        return -found.factor.xreplace({Z: LAMBDA}) * sp.sqrt(under) / sp.pi


class AtInfinity(Rule):
    """∫t^k dμ is the coefficient of 1/z^{k+1} of the Stieltjes transform at infinity.

    Args:
        law: The law.
    """

    name = "expansion at infinity"
    statement = r"\int t^k\, d\mu(t) = [z^{-k-1}]\, G(z)"

    def __init__(self, law: Law) -> None:
        self.law = law

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The coefficient, computed from the formula that Liouville's theorem gives."""
        for order in range(3):
            if expression == moment(self.law, order):
                formula = Liouville(self.law).apply(cauchy(self.law), ordering)
                return branch(formula).coefficients(order + 1)[order + 1]
        raise RuleFailure("the line is no moment of the law of order 0, 1 or 2")


def moment(law: Law, order: int) -> sp.Expr:
    """∫λ^k ρ dλ, and the atom's part.

    Example:
        >>> from hessproof.symbolic.free_probability.laws import semicircle
        >>> moment(semicircle(1), 2)
        Integral(lambda**2*sqrt(4 - lambda**2)/(2*pi), (lambda, -2, 2))
    """
    part = sp.Integral(LAMBDA**order * law.density, (LAMBDA, *law.support))
    return part if law.atom is None else part + law.atom[1] * law.atom[0] ** order


def _derived(
    law: Law, title: str, start: Any, steps: list[tuple[Any, Rule]], final: Any, *, source: str = "this project",
    remarks: tuple[str, ...] = (),
) -> Derivation:  # fmt: skip
    return Derivation(
        title, title, Ordering(), start, tuple(Step(line, rule) for line, rule in steps), final, source, remarks,
        same=same, evaluate=value, valuations=partial(draws, law),
    )  # fmt: skip


@cache
def stieltjes(law: Law) -> Derivation:
    """∫dμ(t)/(z − t) is the law's formula with principal square roots, for every z off the support.

    Example:
        >>> from hessproof.symbolic.free_probability.laws import semicircle
        >>> stieltjes(semicircle(VARIANCE)).check(0).ok
        True
    """
    return _derived(
        law, f"the Stieltjes transform of the {law.name} law", cauchy(law), [(law.g_transform, Liouville(law))],
        law.g_transform,
        remarks=("the other branch, with +, grows at infinity or tends to another limit than 0 there",),
    )  # fmt: skip


@cache
def r_from_density(law: Law) -> Derivation:
    """z − 1/G(z) = R(G(z)): the R-transform from the density.

    Example:
        >>> from hessproof.symbolic.free_probability.laws import marchenko_pastur
        >>> r_from_density(marchenko_pastur(1, TAU)).check(0).ok
        True
    """
    formula, final = sp.sympify(law.g_transform), law.r_transform.xreplace({Z: law.g_transform})
    return _derived(
        law, f"the R-transform of the {law.name} law from its density", Z - 1 / cauchy(law),
        [(Z - 1 / formula, Liouville(law)), (final, Algebra("the equation of G", sp.latex(law.equation) + " = 0"))],
        final, source="slide “Recall the Hessian for two layer net”",
        remarks=("the values of G for large |z| fill a neighbourhood of 0, so that R is this function there",),
    )  # fmt: skip


@cache
def density_from_r(law: Law) -> Derivation:
    """−(1/π) Im G(λ + i0) = ρ(λ), where G solves R(G) + 1/G = z: the density from the R-transform.

    Example:
        >>> from hessproof.symbolic.free_probability.laws import semicircle
        >>> density_from_r(semicircle(VARIANCE)).check(0).ok
        True
    """
    equation = sp.numer(sp.together(law.r_transform.xreplace({Z: G}) + 1 / G - Z))
    return _derived(
        law, f"the density of the {law.name} law from its R-transform", Boundary(RootAtInfinity(equation)),
        [(Boundary(root_at_infinity(equation).formula), QuadraticFormula()), (law.density, AcrossCut())], law.density,
    )  # fmt: skip


@cache
def moments(law: Law) -> tuple[Derivation, ...]:
    """Mass 1, the mean and the second moment, from the expansion at infinity.

    Example:
        >>> from hessproof.symbolic.free_probability.laws import semicircle
        >>> [one.final for one in moments(semicircle(VARIANCE))]
        [1, 0, v]
    """
    mean = law.r_transform.subs(Z, 0)
    finals = (sp.Integer(1), mean, sp.expand(mean**2 + sp.diff(law.r_transform, Z).subs(Z, 0)))
    words = ("mass", "mean", "second moment")
    return tuple(
        _derived(law, f"the {word} of the {law.name} law", moment(law, order), [(final, AtInfinity(law))], final)
        for order, (word, final) in enumerate(zip(words, finals, strict=True))
    )


def draws(law: Law, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Scales and ratios below, at and above 1, z in both half planes, and λ inside the support."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for ratio in (sp.Rational(1, 4), sp.Integer(1), sp.Rational(5, 2)):
        scale = sp.Rational(stream.randint(1, 9), stream.randint(1, 4))
        # at a height comparable to the width of the support, where quadrature converges fast
        height = (1 if ratio < 2 else -1) * stream.randint(4, 9)
        place = mpmath.mpf(int(scale.p)) / int(scale.q) * mpmath.mpc(stream.randint(-9, 9), height) / 4
        numbers: dict[Any, Any] = {TAU: ratio, SCALE: scale, SIGMA: scale, VARIANCE: scale, EPSILON: scale}
        low, high = (edge.xreplace(numbers) for edge in law.support)
        numbers[LAMBDA] = sp.N(low + (high - low) * sp.Rational(stream.randint(2, 8), 10), 40)
        yield Valuation({**numbers, Z: place})
