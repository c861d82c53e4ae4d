r"""G, the distribution function and the edges in ball arithmetic: every digit that is given is right.

Roots of polynomials with rational coefficients are isolated with certainty (FLINT), real ones are known to be real,
and multiplicities are exact. So it is *decided*, not estimated, whether a number lies in the spectrum.

With Φ(G, λ) = λG − ∫F dG and F(G) = λ one has dΦ/dλ = G; as ρ = −Im G/π, the distribution function needs no
integral but the value of Φ at one root:

    N(λ) = 1 − Im Φ(G(λ + i0), λ)/π,   Φ = λG − ln G − aG − bG²/2 + Σ_j c_j ln(1 − G/p_j).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import flint

from hessproof.numeric.free_probability.equation import Equation, at_ball

BITS = 106
"""Working precision to begin with: twice that of a float."""
MOST_BITS = 1 << 14
"""Precision at which a search for digits ends; the numbers here need a few hundred bits at most."""


FOLLOWED = 16
"""Most steps of Newton's method: five double the digits from 10 to 300, the others come near."""


@dataclass(frozen=True, slots=True)
class Root:
    """G(λ + i0).

    Args:
        value: A complex ball; a real one outside the spectrum; None if G is infinite.
        inside: Whether it is not real: λ lies inside the spectrum, and the density is positive.
    """

    value: Any
    inside: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the spectrum, or a point inside it where the density vanishes.

    Args:
        place: λ = F(G), a ball.
        root: G, a ball; None if it is infinite.
        crossing: Whether the density is positive on one side only.
    """

    place: Any
    root: Any
    crossing: bool


def root(equation: Equation, place: Any) -> Root:
    """G(λ + i0) at a rational λ, at the working precision.

    Example:
        >>> from fractions import Fraction
        >>> from hessproof.numeric.free_probability.equation import EPSILON, TAU, Z, equation
        >>> one = equation(2 * EPSILON * Z, {EPSILON: Fraction(1, 2)})
        >>> found = root(one, flint.fmpq(0))
        >>> found.inside, bool(found.value.imag.contains(-1))
        (True, True)
        >>> root(one, flint.fmpq(2)).inside, bool(root(one, flint.fmpq(5, 2)).value.real.contains(flint.fmpq(1, 2)))
        (False, True)
    """
    roots = equation.at(place).complex_roots()
    for value, _ in roots:
        if value.imag != 0 and value.imag < 0:
            return Root(value, True)
    slope = equation.slope
    for value, multiplicity in roots:
        if value.imag == 0 and (multiplicity > 1 or at_ball(slope, value.real) < 0):
            return Root(flint.acb(value.real), False)
    return Root(None, False)


def followed(equation: Equation, place: Any, guess: Any) -> Any | None:
    """G(λ + i0) inside the spectrum by Newton's method from a guess, proved by its values; None if it does not work.

    The disc of radius d|p/p′| about the last step holds a root (see `fast_roots`); below the real line it is the root.

    Args:
        equation: F(G) = λ.
        place: λ, a rational number.
        guess: A complex ball, for instance G at a place nearby.
    """
    polynomial = flint.acb_poly(equation.at(place))
    slope, x = polynomial.derivative(), guess
    for _ in range(FOLLOWED):
        x = (x - polynomial(x) / slope(x)).mid()
        radius = equation.degree * (polynomial(x) / slope(x)).abs_upper()
        if not radius.is_finite():
            return None
        if radius < abs(x) * flint.arb(2) ** (8 - flint.ctx.prec):
            break
    found = flint.acb(flint.arb(x.real, radius), flint.arb(x.imag, radius))
    return found if radius < -x.imag / 1024 else None


def density(equation: Equation, place: Any) -> Any:
    """ρ(λ) at a rational λ that is no hard edge, as a ball at the working precision; exactly 0 outside the spectrum."""
    found = root(equation, place)
    return -found.value.imag / flint.arb.pi() if found.inside else flint.arb(0)


def distribution(equation: Equation, place: Any) -> Any:
    """N(λ), the mass of (−∞, λ], at a rational λ, as a ball at the working precision."""
    mass = atom(equation)
    return below(equation, place) + (mass[1] if mass is not None and mass[0] == place else 0)


def below(equation: Equation, place: Any) -> Any:
    """N(λ−), the mass of (−∞, λ), at a rational λ, as a ball at the working precision."""
    found = root(equation, place)
    return potential(equation, found.value, place, found.inside)


def potential(equation: Equation, g: Any, place: Any, inside: bool) -> Any:
    """1 − Im Φ/π at a root G; at G = ∞ the limit G → −∞ from below, so that the mass of λ itself does not count."""
    pi, poles = flint.arb.pi(), equation.poles()
    if g is None:
        return sum((pole.residue for pole in poles if pole.place < 0), flint.arb(0))
    if not inside:
        x = g.real
        total = flint.arb(1) if not x < 0 else flint.arb(0)
        for pole in poles:
            beyond = x > pole.place if pole.place > 0 else x < pole.place
            if beyond:
                total += pole.residue if pole.place < 0 else -pole.residue
        return total
    tail = equation.entire()
    smooth = (place * g - tail[0] * g - tail[1] * g * g / 2).imag
    angles = (-g).log().imag - pi  # arg G, in (−π, 0); log(−G) has its cut elsewhere
    sums = sum((pole.residue * (1 - g / pole.place).log().imag for pole in poles), flint.arb(0))
    return 1 - (smooth - angles + sums) / pi


def edges(equation: Equation) -> tuple[Edge, ...]:
    """All edges from left to right, and points inside where the density vanishes, at the working precision.

    Example:
        >>> from fractions import Fraction
        >>> from hessproof.numeric.free_probability.equation import EPSILON, TAU, Z, equation
        >>> semicircle = equation(2 * EPSILON * Z, {EPSILON: Fraction(1, 2)})
        >>> [round(float(edge.place), 12) for edge in edges(semicircle)]
        [-2.0, 2.0]
    """
    found = [
        Edge(equation.value(value.real), value.real, multiplicity % 2 == 1)
        for value, multiplicity in equation.slope.complex_roots()
        if value.imag == 0
    ]
    if order_at_infinity(equation) > 1:
        found.append(Edge(flint.arb(value_at_infinity(equation)), None, order_at_infinity(equation) % 2 == 0))
    return tuple(sorted(found, key=lambda edge: float(edge.place.mid())))


def is_edge(equation: Equation, place: Any) -> bool:
    """Whether two real roots of F(G) = λ meet at a rational λ, decided exactly; three that meet make no edge.

    Example:
        >>> from fractions import Fraction
        >>> from hessproof.numeric.free_probability.equation import EPSILON, TAU, Z, equation
        >>> semicircle = equation(2 * EPSILON * Z, {EPSILON: Fraction(1, 2)})
        >>> is_edge(semicircle, flint.fmpq(2)), is_edge(semicircle, flint.fmpq(2001, 1000))
        (True, False)
    """
    roots = equation.at(place).complex_roots()
    at_infinity = order_at_infinity(equation) == 2 and value_at_infinity(equation) == place
    return at_infinity or any(value.imag == 0 and multiplicity == 2 for value, multiplicity in roots)


def branch_points(equation: Equation) -> tuple[complex, ...]:
    """Places z = F(G), off the real line, where F′(G) = 0: two roots meet there, and G(z), continued, has its kinks.

    They say where a density changes quickly: near Re z, on the scale Im z.

    Example:
        >>> from fractions import Fraction
        >>> from hessproof.numeric.free_probability.equation import EPSILON, TAU, Z, equation
        >>> model = equation(1 / (1 - TAU * Z) + 2 * EPSILON * Z, {EPSILON: Fraction(1), TAU: Fraction(4)})
        >>> [round(each.real, 3) for each in branch_points(model)]
        [2.114, 2.114]
    """
    roots = [value for value, _ in equation.slope.complex_roots() if value.imag != 0]
    found = [complex(equation.value(value).mid()) for value in roots]
    return tuple(sorted(found, key=lambda z: (z.real, z.imag)))


def value_at_infinity(equation: Equation) -> Any:
    """F(∞), if it is finite."""
    p, q = equation.numerator, equation.denominator
    return p[q.degree()] / q[q.degree()]


def order_at_infinity(equation: Equation) -> int:
    """k, where F(G) − F(∞) falls like G^{-k}; 0 if F(∞) is infinite."""
    if equation.numerator.degree() > equation.denominator.degree():
        return 0
    return int(equation.denominator.degree() - equation.at(value_at_infinity(equation)).degree())


def atom(equation: Equation) -> tuple[Any, Any] | None:
    """Place and mass of the one atom that the law may have, rational numbers, or None.

    G has a pole of residue c at λ exactly where F(G) = λ + c/G + … near G = ∞ with c > 0.
    """
    if order_at_infinity(equation) != 1:
        return None
    place, q = value_at_infinity(equation), equation.denominator
    mass = equation.at(place)[q.degree() - 1] / q[q.degree()]
    return (place, mass) if mass > 0 else None


def refined(compute: Callable[[], Any], relative: float, absolute: float) -> Any:
    """The ball that ``compute`` returns at a precision at which its radius is small enough.

    Args:
        compute: Returns a ball at the working precision.
        relative: The radius may be this times the value.
        absolute: Or this.
    """
    for bits in precisions():
        with flint.ctx.workprec(bits):
            found = compute()
            if found.is_finite() and (found.rad() <= abs(found) * relative or found.rad() <= absolute):
                return found
    return found


def precisions() -> Iterator[int]:
    """106, 212, 424, … bits."""
    bits = BITS
    while bits <= MOST_BITS:
        yield bits
        bits *= 2
