r"""G and the distribution function at many places in double precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.free_probability.bands import Band
from hessproof.numeric.free_probability.equation import Equation
from hessproof.numeric.free_probability.fast_roots import lower_roots

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]


def inside_bands(equation: Equation, bands: Sequence[Band], where: Floats, tolerance: float) -> Complexes:
    """G(λ + i0) inside the bands, infinite at a hard edge, and 0 outside, where nobody has looked.

    Args:
        equation: F(G) = λ.
        bands: Those of the spectrum.
        where: λ, of any shape.
        tolerance: Largest error of G.
    """
    found = np.zeros(where.shape, dtype=np.complex128)
    for band in bands:
        low, high = band.outer
        chosen = (where >= low) & (where <= high)
        if chosen.any():
            inner = where[chosen]
            start = _semicircle(inner, float(band.left.mid()), float(band.right.mid()))
            found[chosen] = lower_roots(equation, inner, start, tolerance)[0]
    return found


def distribution_at(equation: Equation, g: Complexes, where: Floats) -> Floats:
    """1 − Im Φ/π at roots below the real line, as in `balls.potential`."""
    tail = [to_float(equation.entire()[k]) for k in range(2)]
    total = ((where - tail[0]) * g - tail[1] * g * g / 2).imag - np.angle(g)
    for pole in equation.sharp_poles():
        total += float(pole.residue.mid()) * np.angle(1 - g / float(pole.place.mid()))
    return np.asarray(1 - total / math.pi)


def to_float(exact: Any) -> float:
    """The float next to a FLINT rational.

    Example:
        >>> import flint
        >>> to_float(flint.fmpq(1, 3)) == 1 / 3
        True
    """
    return int(exact.p) / int(exact.q)


def _semicircle(points: Floats, left: float, right: float) -> Complexes:
    """G of the semicircle law with these edges, kept off the real line: the guess that the search starts from."""
    half = (right - left) / 2
    place = np.clip((points - (left + right) / 2) / half, -0.999, 0.999)
    return np.asarray(2 / half * (place - 1j * np.sqrt(1 - place * place)))
