r"""The laws in balls: rigorous integrals of their densities, and formulas evaluated with error bounds.

An integral over the support is taken in an angle in which the integrand is entire or has its poles off the line, so
that ball arithmetic bounds it from the density alone:

    semicircle:         λ = 2√v sin φ,                    ρ dλ = (2/π) cos²φ dφ,                |φ| ≤ π/2,
    Marchenko–Pastur:   λ = s(1 + τ + 2√τ cos φ),         ρ dλ = (2/π) s sin²φ / λ dφ,          0 ≤ φ ≤ π.

That these are the densities is checked in balls as well, point by point (`same_density`). Formulas are SymPy
expressions, walked through once; a ball that contains both signs of a root would be wide, and is refused by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from hessproof.symbolic.free_probability.laws import Law, marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.piecewise import PiecewiseDensity
from hessproof.symbolic.free_probability.symbols import LAMBDA

BITS = 160
"""Working precision: fifty digits, of which integrals and cancellation between roots leave forty."""
Ball = Any
"""flint.acb."""
Function = Callable[[Ball], Ball]


def ball(value: Any) -> Ball:
    """A rational number, a Gaussian rational number or a ball as a complex ball.

    Example:
        >>> ball(Fraction(1, 4)).real.mid() == flint.arb(1) / 4
        True
    """
    if isinstance(value, flint.acb | flint.arb):
        return flint.acb(value)
    if isinstance(value, Fraction):
        return flint.acb(flint.fmpq(value.numerator, value.denominator))
    return formula(sp.sympify(value), {})


def formula(expression: sp.Expr, values: Mapping[sp.Symbol, Any]) -> Ball:
    """The value of a formula as a ball, with principal roots.

    Args:
        expression: Sums, products, powers, absolute values and maxima of letters and numbers.
        values: What the letters are.

    Raises:
        TypeError: If the formula contains anything else.

    Example:
        >>> x = sp.Symbol("x")
        >>> formula(sp.sqrt(x), {x: -4}).imag.contains(2)
        True
    """
    if expression in values:
        return ball(values[expression])
    if expression.is_Rational:
        return flint.acb(flint.fmpq(int(expression.p), int(expression.q)))
    if expression == sp.pi:
        return flint.acb(flint.arb.pi())
    if expression == sp.I:
        return flint.acb(0, 1)
    parts = [formula(part, values) for part in expression.args]
    if expression.is_Add:
        return sum(parts[1:], parts[0])
    if expression.is_Mul:
        whole = parts[0]
        for part in parts[1:]:
            whole = whole * part
        return whole
    if expression.is_Pow:
        return _power(parts[0], expression.exp)
    if isinstance(expression, sp.Max):
        real = [part.real for part in parts]
        return flint.acb(max(real[1:], key=lambda x: x.mid()) if real[0] < real[-1] else real[0])
    if isinstance(expression, sp.Abs):
        return flint.acb(abs(parts[0]))
    raise TypeError(f"no ball for {expression}")


def _power(base: Ball, exponent: sp.Expr) -> Ball:
    if exponent.is_Integer:
        return base ** int(exponent)
    if exponent.is_Rational and exponent.q == 2:
        return base.sqrt() ** int(exponent.p)
    raise TypeError(f"no ball for the power {exponent}")


@dataclass(frozen=True)
class LawInBalls:
    """A law with an angle in which its density can be integrated with certainty.

    Args:
        law: The law.
        place: λ(φ).
        weight: ρ dλ/dφ.
        range: Where φ runs, in multiples of π.
        atom: Mass at 0.
    """

    law: Law
    place: Function
    weight: Function
    range: tuple[Fraction, Fraction]
    atom: Fraction

    def integral(self, function: Function) -> Ball:
        """∫ f dμ as a ball; f analytic near the support.

        Example:
            >>> law = marchenko_pastur_in_balls(Fraction(3), Fraction(2))
            >>> law.integral(lambda x: x).real.contains(3), law.integral(lambda x: flint.acb(1)).real.contains(1)
            (True, True)
        """
        with flint.ctx.workprec(BITS):
            low, high = (ball(end) * flint.arb.pi() for end in self.range)
            found = flint.acb.integral(lambda phi, _: self.weight(phi) * function(self.place(phi)), low, high)
            return found + ball(self.atom) * function(flint.acb(0)) if self.atom else found

    def transform(self, z: Ball) -> Ball:
        """G(z) = ∫dμ(t)/(z − t), straight from the density."""
        return self.integral(lambda x: 1 / (z - x))

    def same_density(self, share: Fraction) -> bool:
        """Whether weight and law's density agree at a point of the range, up to the balls.

        Example:
            >>> semicircle_in_balls(Fraction(2)).same_density(Fraction(1, 3))
            True
        """
        with flint.ctx.workprec(BITS):
            low, high = self.range
            phi = ball(low + (high - low) * share) * flint.arb.pi()
            step = flint.acb(flint.arb(2) ** -60)
            # λ is a trigonometric polynomial of degree 1: the central difference is its derivative times sin h / h
            slope = (self.place(phi + step) - self.place(phi - step)) / (2 * step.sin())
            direct = formula(self.law.density, {LAMBDA: self.place(phi).real}) * abs(slope)
            return bool(direct.overlaps(self.weight(phi)) and direct.rad() < NARROW)


NARROW = flint.arb(2) ** -40
"""A ball that is to decide must be narrower than this, about 10^-12: mutants move a value by far more."""


def semicircle_in_balls(root: Fraction) -> LawInBalls:
    """The semicircle law of variance v = root².

    Args:
        root: √v.
    """

    def place(phi: Ball) -> Ball:
        return 2 * ball(root) * phi.sin()

    def weight(phi: Ball) -> Ball:
        return 2 * phi.cos() ** 2 / flint.arb.pi()

    law = semicircle(sp.Rational(root.numerator, root.denominator) ** 2)
    return LawInBalls(law, place, weight, (Fraction(-1, 2), Fraction(1, 2)), Fraction(0))


def marchenko_pastur_in_balls(scale: Fraction, root: Fraction) -> LawInBalls:
    """The Marchenko–Pastur law of scale s and ratio τ = root².

    Args:
        scale: s.
        root: √τ.
    """
    tau = root**2

    def circle(phi: Ball) -> Ball:
        return ball(1 + tau) + 2 * ball(root) * phi.cos()

    def weight(phi: Ball) -> Ball:
        # for τ = 1 the denominator 2(1 + cos φ) divides sin²φ
        share = (1 - phi.cos()) / 2 if tau == 1 else phi.sin() ** 2 / circle(phi)
        return 2 * share / flint.arb.pi()

    law = marchenko_pastur(
        sp.Rational(scale.numerator, scale.denominator), sp.Rational(root.numerator, root.denominator) ** 2
    )  # fmt: skip
    atom = max(Fraction(0), 1 - 1 / tau)
    return LawInBalls(law, lambda phi: ball(scale) * circle(phi), weight, (Fraction(0), Fraction(1)), atom)


def piecewise_transform(density: PiecewiseDensity, z: Ball) -> Ball:
    """G(z) of a piecewise polynomial density by rigorous integration, z off the real line.

    Example:
        >>> from hessproof.symbolic.free_probability.piecewise import Piece
        >>> uniform = PiecewiseDensity((Piece(Fraction(0), Fraction(1), (Fraction(1),)),))
        >>> found = piecewise_transform(uniform, flint.acb(0, 1))
        >>> found.overlaps((flint.acb(0, 1) / flint.acb(-1, 1)).log())
        True
    """
    total = flint.acb(0)
    with flint.ctx.workprec(BITS):
        for piece in density.pieces:
            coefficients = [ball(c) for c in piece.coefficients]

            def integrand(t: Ball, _: bool, chosen: list[Ball] = coefficients) -> Ball:
                value = flint.acb(0)
                for c in reversed(chosen):
                    value = value * t + c
                return value / (z - t)

            total = total + flint.acb.integral(integrand, ball(piece.low), ball(piece.high))
    return total
