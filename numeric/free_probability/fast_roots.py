r"""G at many points in double precision, each with an error bound that follows from the polynomial's own values.

For a polynomial p of degree d every disc of radius d|p(x)/p′(x)| about x holds a root (p′/p = Σ 1/(x − x_i)). Where
such a disc lies below the real line it holds *the* root (see `equation`), and its radius bounds the error. Where it
does not, or where the radius is too large, the point is left to ball arithmetic: near edges, where two roots meet.
"""

from __future__ import annotations

import flint
import numpy as np
import numpy.typing as npt

from hessproof.numeric.free_probability import balls
from hessproof.numeric.free_probability.equation import Equation, rational_of

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

UNIT = 2.0**-53
"""Unit roundoff."""
STEPS = 20
"""Most steps of Laguerre's method; from the semicircle it needs five or so, and what is not found is left to others."""
LAST_STEP = 1e-6
"""A relative step after which nothing is left: convergence is cubic."""


def lower_roots(equation: Equation, places: Floats, start: Complexes, tolerance: float) -> tuple[Complexes, Floats]:
    """G(λ + i0) at many λ inside the spectrum.

    Args:
        equation: F(G) = λ.
        places: λ, of any shape.
        start: Guesses of G, not real.
        tolerance: Largest error that is wanted.

    Returns:
        G and bounds of |error|, both of the shape of ``places``; G is real where λ turns out to lie outside, and
        infinite at an edge where it is.
    """
    flat = places.ravel()
    p, q = _floats(equation.numerator, equation.degree), _floats(equation.denominator, equation.degree)
    g, radius = _polished(p, q, flat, start.ravel())
    again = np.flatnonzero(~(radius <= tolerance))
    if again.size:  # the search may have ended in a real root
        g[again], radius[again] = _polished(p, q, flat[again], _guesses(p, q, flat[again]))
    for index in np.flatnonzero(~(radius <= tolerance)):
        g[index], radius[index] = root_by_balls(equation, float(flat[index]), tolerance)
    return g.reshape(places.shape), radius.reshape(places.shape)


def _floats(polynomial: object, degree: int) -> Floats:
    """Coefficients from the constant one on, correctly rounded."""
    numbers = [polynomial[k] for k in range(degree + 1)]  # type: ignore[index]
    return np.array([int(number.p) / int(number.q) for number in numbers])


def _polished(p: Floats, q: Floats, places: Floats, start: Complexes) -> tuple[Complexes, Floats]:
    """Laguerre's method at all points at once, then the error bound."""
    degree = len(p) - 1
    g = start.astype(np.complex128)
    active = np.arange(len(g))
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            x, lam = g[active], places[active]
            value, slope, bend = _horner(p, q, lam, x)
            ratio = slope / value
            spread = (degree - 1) * ((degree - 1) * ratio**2 - degree * 2 * bend / value)
            turn = np.sqrt(spread)
            turn = np.where((ratio.conj() * turn).real < 0, -turn, turn)
            step = degree / (ratio + turn)
            step = np.where(value == 0, 0.0, step)
            g[active] = x - step
            going = np.abs(step) > LAST_STEP * np.abs(x)
            active = active[going & np.isfinite(step)]
            if not active.size:
                break
        g = np.where(g.imag > 0, g.conj(), g)
        return g, _bound(p, q, places, g)


def _guesses(p: Floats, q: Floats, places: Floats) -> Complexes:
    """The lower root to a few digits, 1/x for the eigenvalue x of a companion matrix that lies highest.

    The matrix belongs to the polynomial in x = 1/G, whose leading coefficient P(0) is never 0.
    """
    degree = len(p) - 1
    matrices = np.zeros((len(places), degree, degree))
    matrices[:, np.arange(1, degree), np.arange(degree - 1)] = 1.0
    with np.errstate(all="ignore"):
        matrices[:, 0, :] = -(p[1:] - places[:, None] * q[1:]) / p[0]
    matrices[~np.isfinite(matrices).all(axis=(1, 2))] = 0.0  # its guess is of no use, and balls will find the root
    values = np.linalg.eigvals(matrices)
    highest = np.take_along_axis(values, np.argmax(values.imag, axis=1)[:, None], axis=1)[:, 0]
    return np.asarray(1 / np.where(highest.imag > 0, highest, 1j))


def _horner(p: Floats, q: Floats, places: Floats, x: Complexes) -> tuple[Complexes, Complexes, Complexes]:
    """p, p′ and p″/2 of the polynomial P − λQ."""
    value = np.full(x.shape, 0j)
    slope, bend = value.copy(), value.copy()
    for above, below in zip(p[::-1], q[::-1], strict=True):
        bend = bend * x + slope
        slope = slope * x + value
        value = value * x + (above - places * below)
    return value, slope, bend


def _bound(p: Floats, q: Floats, places: Floats, g: Complexes) -> Floats:
    """d(|p| + rounding)/(|p′| − rounding), infinite where the disc of this radius meets the real line.

    A coefficient of P − λQ has three roundings of its own and meets at most 2d operations of complex numbers, each of
    which errs by less than 3u of its result; 8(d + 1)u of the sum of absolute values covers both, for p and for p′.
    """
    degree = len(p) - 1
    value, slope, _ = _horner(p, q, places, g)
    size, total, steep = np.abs(g), np.zeros(g.shape), np.zeros(g.shape)
    for above, below in zip(p[::-1], q[::-1], strict=True):
        steep = steep * size + total
        total = total * size + (abs(above) + np.abs(places) * abs(below))
    rounding = 8 * (degree + 1) * UNIT
    least = np.abs(slope) - rounding * steep
    radius = degree * (np.abs(value) + rounding * total) / least
    return np.where((least > 0) & (g.imag + radius < 0), radius, np.inf)


def root_by_balls(equation: Equation, place: float, tolerance: float) -> tuple[complex, float]:
    """The same for one point, with certainty; real where the point is outside, infinite where G is."""
    exact = rational_of(place)
    for bits in balls.precisions():
        with flint.ctx.workprec(bits):
            found = balls.root(equation, exact)
            if found.value is None:
                return complex(np.inf), 0.0
            middle = complex(found.value.mid())
            radius = float(found.value.rad()) + 2 * UNIT * abs(middle)
            if radius <= max(tolerance, 4 * UNIT * abs(middle)):
                break
    return middle, radius
