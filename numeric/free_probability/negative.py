r"""α = ∫_{−∞}^0 ρ dλ by quadrature in balls, to as many digits as asked for, however small α is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import flint

from hessproof.numeric.free_probability import balls
from hessproof.numeric.free_probability.equation import Equation
from hessproof.numeric.free_probability.quadrature import Integral, ball_integral
from hessproof.numeric.free_probability.transform import to_float

NOTHING = 2.0**-1000
"""An edge that is closer to 0 than this is taken to be 0: what it leaves out is below every number in use here."""


def negative_integral(equation: Equation, digits: int) -> Integral:
    """The mass of (−∞, 0) without an atom at 0, to a relative precision.

    Args:
        equation: F(G) = λ.
        digits: Digits wanted.
    """
    value, error, nodes = flint.arb(0), 0.0, 0
    for left, right in _bands(equation, digits):
        inner = cuts(equation, to_float(left), to_float(right))[1:-1]
        ends = [flint.fmpq(*each.as_integer_ratio()) for each in inner]
        for low, high in pairwise([left, *ends, right]):
            found = ball_integral(_density(equation), low, high, digits)
            value, error, nodes = value + found.value, error + found.error, nodes + found.nodes
    return Integral(value, error, nodes)


def cuts(equation: Equation, lower: float, upper: float) -> list[float]:
    """The ends of an interval and, between them, the places below branch points: the rule is good at ends."""
    inner = {z.real for z in balls.branch_points(equation) if lower < z.real < upper}
    return [lower, *sorted(inner), upper] if lower < upper else []


def _density(equation: Equation) -> Callable[[Any], Any]:
    """The density in balls at exact places, each root found from that of the last place where this works."""
    last: list[Any] = []

    def density(place: Any) -> Any:
        where = place.fmpq()
        g = balls.followed(equation, where, last[-1]) if last else None
        if g is None:
            found = balls.root(equation, where)
            if not found.inside:
                return flint.arb(0)
            g = found.value
        last[:] = [g]
        return -g.imag / flint.arb.pi()

    return density


def _bands(equation: Equation, digits: int) -> list[tuple[Any, Any]]:
    """The parts of bands below 0, with ends that are sharp enough for so many digits."""
    for bits in balls.precisions():
        with flint.ctx.workprec(max(bits, 4 * digits + 64)):
            ends = [edge.place for edge in balls.edges(equation) if edge.crossing]
            sharp = [end.rad() <= abs(end) * flint.arb(10) ** -(digits + 5) or end.rad() < NOTHING for end in ends]
            if all(sharp):
                exact = [end.mid().fmpq() if abs(end) > NOTHING else flint.fmpq(0) for end in ends]
                pairs = zip(exact[::2], exact[1::2], strict=True)
                return [(left, min(right, flint.fmpq(0))) for left, right in pairs if left < 0]
    raise ArithmeticError("edges that no precision separates")  # real roots of a polynomial are always separated
