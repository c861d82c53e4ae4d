"""What is compared with random matrices: the published laws and transforms, written down once.

Everything here is kept after its first use, so that stating a law is not counted as a part of the route that tests it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.random_matrices.fit import edge_curvature
from hessproof.symbolic.free_probability.laws import Law, marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU, PUBLISHED_RELU_R
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, Z

Floats = npt.NDArray[np.float64]
ROOT = sp.Symbol("t", positive=True)
"""√τ: with it the edges of the Marchenko–Pastur law are polynomials."""
NODES = 800
"""Places in each band, equally spaced in the angle; linear interpolation there is right to about (π/800)²/8 = 2e-6."""


@cache
def semicircle_law() -> Law:
    """ρ_SC(λ; σ)."""
    return semicircle(SIGMA**2)


@cache
def pastur_law() -> Law:
    """ρ_MP(λ; σ, τ), with τ written as t²."""
    return marchenko_pastur(SIGMA, ROOT**2)


@cache
def block_transform() -> sp.Expr:
    """R of the block matrix of ReLU, in ``Z``, ε and τ."""
    return PUBLISHED_RELU_R


@cache
def sum_transform(relu: bool) -> sp.Expr:
    """R of H_0 + H_1 for σ = 1, in ``Z``, ε and τ."""
    return (PENNINGTON_RELU if relu else PENNINGTON).r_transform.xreplace({SIGMA: sp.Integer(1)})


def function_of(expression: sp.Expr, epsilon: Fraction, tau: Fraction) -> Callable[[complex], complex]:
    """An R-transform as a function of a complex number."""
    values = {EPSILON: sp.Rational(epsilon), TAU: sp.Rational(tau)}
    found: Callable[[complex], complex] = sp.lambdify(Z, expression.xreplace(values), modules="math")
    return found


@dataclass(frozen=True)
class Table:
    """The distribution function of a law at its nodes, with its atom, edges and share of negative eigenvalues.

    Args:
        bands: Left and right end of each band.
        values: N(λ) at the nodes of each band, from its left to its right end, the atom included.
        atom: (place, mass).
        negative: α.
        curvatures: |F''| at the first and at the last edge.
    """

    bands: tuple[tuple[float, float], ...]
    values: tuple[Floats, ...]
    atom: tuple[float, float]
    negative: float
    curvatures: tuple[float, float]

    def at(self, points: Floats) -> Floats:
        """Mass of (−∞, λ]."""
        place, mass = self.atom
        found = np.where(points >= place, mass, 0.0)
        for (left, right), values in zip(self.bands, self.values, strict=True):
            angle = np.arccos(np.clip((left + right - 2 * points) / (right - left), -1.0, 1.0))
            found = found + np.interp(angle, np.linspace(0, np.pi, len(values)), values - values[0])
        return np.asarray(found)

    def below(self, points: Floats) -> Floats:
        """Mass of (−∞, λ)."""
        place, mass = self.atom
        return np.asarray(self.at(points) - np.where(points == place, mass, 0.0))


@cache
def sum_table(epsilon: Fraction, tau: Fraction, relu: bool, scale: Fraction = Fraction(1)) -> Table:
    """The law of H_0 + H_1 at some numbers.

    Example:
        >>> law = sum_table(Fraction(1, 2), Fraction(1, 4), False)
        >>> [round(float(value), 4) for value in law.at(np.array([-2.0, 0.0, 4.0]))]
        [0.0, 0.2253, 1.0]
    """
    law = FreeSum(PENNINGTON_RELU if relu else PENNINGTON, epsilon, tau, scale)
    edges = law.edges()
    bands = tuple(zip(edges[::2], edges[1::2], strict=True))
    angle = np.linspace(0, np.pi, NODES)
    values = []
    for left, right in bands:
        inner = (left + right) / 2 - (right - left) / 2 * np.cos(angle)
        found = law.distribution(np.clip(inner, left, right))
        found[0] = min(found[0], found[1])
        values.append(found)
    atoms = law.atoms()
    first = edge_curvature(law.density, edges[0], edges[1] - edges[0])
    last = edge_curvature(law.density, edges[-1], edges[-2] - edges[-1])
    return Table(
        bands, _without(atoms, bands, values), atoms[0] if atoms else (0.0, 0.0), law.negative_fraction(), (first, last)
    )


def _without(
    atoms: tuple[tuple[float, float], ...], bands: tuple[tuple[float, float], ...], values: list[Floats]
) -> tuple[Floats, ...]:
    """The values of each band without the atom; it lies in no band, so that it shifts whole bands only."""
    shifted = []
    for (left, _), found in zip(bands, values, strict=True):
        shifted.append(found - sum(mass for place, mass in atoms if place <= left))
    return tuple(shifted)
