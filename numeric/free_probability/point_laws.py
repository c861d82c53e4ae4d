r"""Laws with finitely many atoms, where G is a rational function: how often it takes a value, with certainty.

G(z) = Σ m_i/(z − t_i) takes the value G(z_0) at the zeros of N(z)D(z_0) − N(z_0)D(z), of which z_0 is one. The others
are isolated in balls (FLINT); one of them outside the circle is a second solution of R(G(z)) + 1/G(z) = z that R cannot
serve.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

BITS = 200
"""Precision of the roots; polynomials have degree 5 at most, so that isolated roots are good to fifty digits."""


@dataclass(frozen=True)
class PointLaw:
    """Σ m_i δ_{t_i} with rational places and masses.

    Example:
        >>> law = PointLaw((Fraction(-1), Fraction(1)), (Fraction(1, 2), Fraction(1, 2)))
        >>> law.radius, law.value((Fraction(0), Fraction(2)))
        (Fraction(1, 1), (Fraction(0, 1), Fraction(-2, 5)))
    """

    places: tuple[Fraction, ...]
    masses: tuple[Fraction, ...]

    @property
    def centre(self) -> Fraction:
        """The middle of the hull of the support."""
        return (max(self.places) + min(self.places)) / 2

    @property
    def radius(self) -> Fraction:
        """ρ, half the length of that hull."""
        return (max(self.places) - min(self.places)) / 2

    def value(self, z: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        """G(x + iy) as real and imaginary part, exactly."""
        x, y = z
        squares = [(x - t) ** 2 + y**2 for t in self.places]
        real = sum(m * (x - t) / q for m, t, q in zip(self.masses, self.places, squares, strict=True))
        return Fraction(real), -y * sum(m / q for m, q in zip(self.masses, squares, strict=True))

    def partners(self, z: tuple[Fraction, Fraction]) -> list[Any]:
        """The other solutions of G(w) = G(z), as balls.

        Example:
            >>> law = PointLaw((Fraction(-1), Fraction(1)), (Fraction(1, 2), Fraction(1, 2)))
            >>> [w.imag.contains(flint.arb(1) / 2) for w in law.partners((Fraction(0), Fraction(2)))]
            [True]
        """
        with flint.ctx.workprec(BITS):
            real, imaginary = self.value(z)
            value = flint.acb(_exact(real), _exact(imaginary))
            whole, parts = flint.acb_poly([1]), flint.acb_poly([0])
            for place, mass in zip(self.places, self.masses, strict=True):
                factor = flint.acb_poly([-flint.acb(_exact(place)), 1])
                parts = parts * factor + whole * flint.acb(_exact(mass))
                whole = whole * factor
            polynomial = whole * value - parts
            coefficients = [polynomial[k] for k in range(polynomial.degree() + 1)]
            root = flint.acb(_exact(z[0]), _exact(z[1]))
            quotient = [coefficients[-1]]
            for coefficient in reversed(coefficients[1:-1]):
                quotient.append(coefficient + root * quotient[-1])
            divided = flint.acb_poly(quotient[::-1])
            return list(divided.roots()) if divided.degree() > 0 else []

    def outside(self, z: tuple[Fraction, Fraction], stretch: Fraction = Fraction(1)) -> bool | None:
        """Whether another solution lies outside the circle of radius ``stretch`` ρ; None if the balls do not tell.

        Example:
            >>> law = PointLaw((Fraction(-1), Fraction(1)), (Fraction(1, 2), Fraction(1, 2)))
            >>> law.outside((Fraction(0), Fraction(2))), law.outside((Fraction(0), Fraction(2)), Fraction(1, 3))
            (False, True)
        """
        with flint.ctx.workprec(BITS):
            limit = flint.arb(_exact(stretch * self.radius))
            sizes = [abs(w - _exact(self.centre)) for w in self.partners(z)]
            if any(size > limit for size in sizes):
                return True
            return False if all(size < limit for size in sizes) else None


def _exact(value: Fraction) -> Any:
    return flint.fmpq(value.numerator, value.denominator)


def drawn(count: int, seed: int) -> Iterator[tuple[PointLaw, tuple[Fraction, Fraction]]]:
    """Laws with two to five atoms and a point outside their circle, every second one close to it, in all directions.

    Example:
        >>> all((z[0] - law.centre) ** 2 + z[1] ** 2 > law.radius**2 for law, z in drawn(20, 0))
        True
    """
    stream = random.Random(seed)
    for number in range(count):
        atoms = stream.randint(2, 5)
        places = sorted(Fraction(k, 3) for k in stream.sample(range(-9, 10), atoms))
        weights = [stream.randint(1, 9) for _ in range(atoms)]
        if number % 4 == 0:
            # two equal masses: the circle is sharp for these alone
            places, weights = [places[0], places[-1]], [1, 1]
        law = PointLaw(tuple(places), tuple(Fraction(w, sum(weights)) for w in weights))
        # a rational direction by the tangent of the half angle
        tangent = Fraction(stream.randint(1, 12), stream.randint(1, 12))
        cosine, sine = (1 - tangent**2) / (1 + tangent**2), 2 * tangent / (1 + tangent**2)
        if number % 4 == 0 and number % 8 == 0:
            cosine, sine = Fraction(0), Fraction(1)
        distance = law.radius * (1 + (Fraction(1, 1000) if number % 2 == 0 else Fraction(stream.randint(1, 40), 10)))
        side = stream.choice((-1, 1))
        yield law, (law.centre + distance * cosine, side * distance * sine)
