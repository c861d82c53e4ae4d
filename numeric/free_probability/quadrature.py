r"""Integrals of densities by the double exponential rule, in double precision and in balls.

λ = a + (b − a)q, q = 1/(1 + e^{−π sinh t}): the trapezoidal rule in t converges like e^{−cn/log n} whatever power of
the distance the density has at the edges, √ at soft ones and 1/√ at hard ones. The step is halved until two rules
agree; the error that is reported is the difference of the last two, which is above the error of the last once the rule
converges. This is control, not proof: proof comes from the closed form of the distribution function in `balls`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

REACH = 4.0
"""Largest |t| in double precision: there q < 1e-37, and even 1/√q leaves 1e-18 out."""
LEVELS = 12
"""Most halvings of the step 1/2: 32,000 nodes, enough for branch points 1e-6 of the width away."""


@dataclass(frozen=True, slots=True)
class Integral:
    """A number, how far it may be off, and what it cost.

    Args:
        value: The integral.
        error: Difference of the last two rules, plus what the rounding of places does where a band is narrow and far
            from 0.
        nodes: Number of values of the density.
    """

    value: Any
    error: float
    nodes: int


def integral(
    function: Callable[[Floats], Floats], lower: float, upper: float, tolerance: float, levels: int = LEVELS
) -> Integral:
    """∫ f between two edges in double precision; of several functions at once if f has several rows.

    Args:
        function: f at an array of n places, n numbers or k × n; what is not finite counts as 0, since a node that
            rounds to a hard edge weighs nothing.
        lower: Left end.
        upper: Right end.
        tolerance: Largest difference of two rules at which it ends, relative where the integral is above 1.
        levels: Most steps; after the last one it ends with the error that is left.

    Example:
        >>> found = integral(lambda x: np.sqrt(1 - x * x) * 2 / np.pi, -1.0, 1.0, 1e-12)
        >>> abs(found.value - 1) < 1e-14, found.error < 1e-12
        (True, True)
    """
    width, step, before, nodes = upper - lower, 0.5, np.asarray(np.inf), 0
    total = np.asarray(0.0)
    for level in range(levels):
        start = 0.0 if level == 0 else step
        pace = step if level == 0 else 2 * step
        t = np.arange(start, REACH + pace / 2, pace)
        t = np.concatenate([-t[t > 0][::-1], t])
        near = 1 / (1 + np.exp(np.pi * np.sinh(np.abs(t))))
        weight = np.pi * np.cosh(t) * near * (1 - near)
        places = np.where(t < 0, lower + width * near, upper - width * near)
        between = (places > lower) & (places < upper)  # the others round to an edge, and weigh less than rounding
        values = np.asarray(function(places[between]))
        nodes += values.shape[-1]
        total = total + np.where(np.isfinite(values), values, 0.0) @ weight[between]
        now = width * step * total
        difference = float(np.max(np.abs(now - before)))
        if level > 2 and np.all(np.abs(now - before) <= tolerance * np.maximum(1.0, np.abs(now))):
            break
        before, step = now, step / 2
    blurred = 2.0**-52 * max(abs(lower), abs(upper)) / width * float(np.max(np.abs(now)))  # places are rounded
    return Integral(now if now.ndim else float(now), difference + blurred, nodes)


def ball_integral(function: Callable[[Any], Any], lower: Any, upper: Any, digits: int) -> Integral:
    """∫ f between two exact places to a relative precision, for a nonnegative f.

    Args:
        function: f at an exact place (an ``arb`` of radius 0), a ball.
        lower: Left end, a rational number.
        upper: Right end.
        digits: Digits wanted.

    Example:
        >>> found = ball_integral(lambda x: x.sqrt(), flint.fmpq(0), flint.fmpq(1), 30)
        >>> bool(abs(found.value * 3 / 2 - 1) < 1e-15), found.error < 1e-30
        (True, True)
    """
    with flint.ctx.workprec(int(3.33 * digits) + 64):
        pi, tolerance = flint.arb.pi(), flint.arb(10) ** -digits
        width = flint.arb(upper) - flint.arb(lower)
        reach = float((flint.arb(digits + 10) * flint.arb(10).log() * 2 / pi).asinh())
        step, before, total, nodes = flint.arb(0.5), None, flint.arb(0), 0
        for level in range(LEVELS):
            size = int(reach / float(step)) + 1
            for k in range(-size, size + 1):
                if level and k % 2 == 0:
                    continue
                t = k * step
                near = 1 / (1 + (pi * abs(t).sinh()).exp())
                place = (flint.arb(lower) + width * near if k < 0 else flint.arb(upper) - width * near).mid()
                total += function(place) * pi * t.cosh() * near * (1 - near)
                nodes += 1
            now = width * step * total
            difference = flint.arb(1) if before is None else abs(now - before)
            if level > 2 and difference.mid() <= tolerance * abs(now.mid()):
                break
            before, step = now, step / 2
        return Integral(now.mid(), float(difference.upper()) + float(now.rad()), nodes)
