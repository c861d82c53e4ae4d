r"""The equation F(G) = z of a Stieltjes transform, F(G) = R(G) + 1/G, for a rational R at exact numbers.

A rational R-transform of a freely infinitely divisible law is a + bG + Σ_j c_j/(p_j − G) up to a constant, with b ≥ 0,
c_j > 0 and real p_j (its imaginary part has the sign of that of G). For such R the right root is *known*:

    for every z with Im z > 0 the equation F(G) = z has exactly one root with Im G < 0, and this is G(z).

Proof. Write F = P/Q in lowest terms and d for the larger degree; the equation is P − zQ = 0, with d roots. No root is
real, for F is real on the real line, so the number of roots below the line does not change with z in the upper half
plane. For z → ∞ each root goes to a pole of F. Near G = 0, G ≈ 1/z is below; near p_j, G ≈ p_j − c_j/z is above; and
at infinity, if b > 0, G ≈ z/b is above. So one root is below for every z, and G(z) is one that is. ∎

At a real λ roots are limits of roots: at most one pair is not real, and then the lower one is G(λ + i0). Otherwise
all roots are real and G(λ + i0) is the one that moves down when λ moves up into the half plane, the one with
F′(G) ≤ 0. Simple real zeros of F′ are the edges of the spectrum, and there are no others except perhaps G = ∞.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

import flint
import sympy as sp

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, SCALE, SIGMA, TAU, Z

RELATIVE = 2.0**-64
"""Relative radius of a number that is as good as exact for floats."""
LETTERS = (EPSILON, TAU, SIGMA, SCALE)
"""What an R-transform may depend on, besides its argument."""


class Transformed(Protocol):
    """What has an R-transform: a model, or a law."""

    @property
    def r_transform(self) -> sp.Expr:
        """R in ``Z`` and the letters, rational."""


@dataclass(frozen=True, slots=True)
class Pole:
    """A term c/(p − G) of R; ``place`` is exact where it is rational, and a ball otherwise.

    Args:
        place: p as a ball.
        residue: c > 0 as a ball.
    """

    place: Any
    residue: Any


@dataclass(frozen=True, eq=False)
class Equation:
    """F = P/Q in lowest terms, with rational coefficients.

    Args:
        numerator: P, an ``fmpq_poly`` in G.
        denominator: Q.
    """

    numerator: Any
    denominator: Any

    @property
    def degree(self) -> int:
        """Number of roots of F(G) = z, counted with multiplicity, for every z that is not real."""
        return int(max(self.numerator.degree(), self.denominator.degree()))

    @property
    def slope(self) -> Any:
        """P′Q − PQ′, which has the sign and the zeros of F′."""
        p, q = self.numerator, self.denominator
        return p.derivative() * q - p * q.derivative()

    def at(self, place: Any) -> Any:
        """P − λQ for a rational λ."""
        return self.numerator - place * self.denominator

    def value(self, g: Any) -> Any:
        """F(G) for a ball G."""
        return at_ball(self.numerator, g) / at_ball(self.denominator, g)

    def entire(self) -> Any:
        """The polynomial part of F, a + bG."""
        return self.numerator // self.denominator

    def poles(self) -> tuple[Pole, ...]:
        """The terms c_j/(p_j − G) of R, at the working precision of ``flint.ctx``."""
        bottom = self.denominator // flint.fmpq_poly([0, 1])
        slope = self.denominator.derivative()
        found = []
        for root, _ in bottom.complex_roots():
            place = root.real
            found.append(Pole(place, -at_ball(self.numerator, place) / at_ball(slope, place)))
        return tuple(found)

    def sharp_poles(self) -> tuple[Pole, ...]:
        """The same at a precision at which every number of them has 19 digits: P(p_j) may lose any number of them."""
        for bits in (1 << k for k in range(6, 15)):
            with flint.ctx.workprec(bits):
                found = self.poles()
                if all(x.rad() <= abs(x) * RELATIVE for pole in found for x in (pole.place, pole.residue)):
                    break
        return found

    def check(self) -> None:
        """Whether R is of the form for which the root is known.

        Raises:
            UnusableRequest: If it is not.
        """
        bottom = self.denominator // flint.fmpq_poly([0, 1])
        roots = bottom.complex_roots()
        tail = self.entire()
        good = (
            self.denominator[0] == 0
            and self.numerator[0] == bottom[0] != 0
            and all(multiplicity == 1 and root.imag == 0 and root.real != 0 for root, multiplicity in roots)
            and tail.degree() <= 1
            and (tail.degree() < 1 or tail[1] > 0)
            and all(pole.residue > 0 for pole in self.sharp_poles())
        )
        if not good:
            raise UnusableRequest(
                "this R-transform", "one of a freely infinitely divisible law, a + bz + Σ c/(p − z) with b ≥ 0, c > 0",
                "the root of F(G) = z is known for these only",
            )  # fmt: skip


@lru_cache(maxsize=64)
def _terms(expression: sp.Expr, argument: sp.Symbol) -> tuple[tuple[tuple[tuple[int, ...], Fraction], ...], ...]:
    """Numerator and denominator of R as polynomials in the argument and the letters."""
    found = []
    for side in sp.fraction(sp.together(expression)):
        poly = sp.Poly(side, argument, *LETTERS)
        found.append(tuple((powers, Fraction(int(c.p), int(c.q))) for powers, c in poly.terms()))
    return tuple(found)


def equation(r_transform: sp.Expr, values: Mapping[sp.Symbol, Fraction], argument: sp.Symbol = Z) -> Equation:
    """F(G) = R(G) + 1/G at exact numbers, in lowest terms.

    Args:
        r_transform: R, rational in ``argument`` and in ε, τ, σ and s.
        values: The numbers; letters that are absent are 1.
        argument: The letter that R is a function of.

    Raises:
        UnusableRequest: If R is not that of a freely infinitely divisible law.

    Example:
        >>> found = equation(1 / (1 - TAU * Z) + 2 * EPSILON * Z, {EPSILON: Fraction(1, 8), TAU: Fraction(1, 2)})
        >>> found.degree, bool(found.value(flint.arb(-1)).overlaps(flint.arb(flint.fmpq(-7, 12))))
        (3, True)
    """
    numbers = [values.get(letter, Fraction(1)) for letter in LETTERS]
    top, bottom = (_polynomial(terms, numbers) for terms in _terms(r_transform, argument))
    letter = flint.fmpq_poly([0, 1])
    p, q = top * letter + bottom, bottom * letter
    common = p.gcd(q)
    found = Equation(p // common, q // common)
    found.check()
    return found


def _polynomial(terms: tuple[tuple[tuple[int, ...], Fraction], ...], numbers: list[Fraction]) -> Any:
    sums: dict[int, Fraction] = {}
    for (power, *rest), coefficient in terms:
        for number, exponent in zip(numbers, rest, strict=True):
            coefficient *= number**exponent
        sums[power] = sums.get(power, Fraction(0)) + coefficient
    return flint.fmpq_poly([rational(sums.get(power, Fraction(0))) for power in range(max(sums) + 1)])


def at_ball(polynomial: Any, place: Any) -> Any:
    """The value of an ``fmpq_poly`` at a real or complex ball, at the working precision.

    Example:
        >>> bool(at_ball(flint.fmpq_poly([1, 2]), flint.arb(3)) == 7)
        True
    """
    kind = flint.acb_poly if isinstance(place, flint.acb) else flint.arb_poly
    return kind(polynomial)(place)


def rational(number: Fraction) -> Any:
    """The same number for FLINT.

    Example:
        >>> rational(Fraction(-3, 6))
        -1/2
    """
    return flint.fmpq(number.numerator, number.denominator)


def rational_of(number: float) -> Any:
    """A float as the exact rational number that it is.

    Example:
        >>> rational_of(0.75)
        3/4
    """
    return rational(Fraction(number))
