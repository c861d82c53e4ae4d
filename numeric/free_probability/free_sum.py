r"""The law of H_0 + H_1 for freely independent summands: density, distribution function, edges, atoms, moments.

G solves R(G) + 1/G = λ with the R-transform of a model; which root it is, is proved in `equation`. Everything starts
from the exact numbers that ε, τ and the scale are (a float is a rational number), so that nothing is lost before it is
computed. Double precision comes with a bound for every point, and where the bound is too large, balls take over.
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import pairwise
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from hessproof.numeric.free_probability import balls, moments, quadrature
from hessproof.numeric.free_probability.bands import Band, bands_of
from hessproof.numeric.free_probability.equation import Equation, Transformed, equation, rational
from hessproof.numeric.free_probability.fast_roots import root_by_balls
from hessproof.numeric.free_probability.negative import cuts, negative_integral
from hessproof.numeric.free_probability.requests import MOST_DIGITS, count_of, number, places, real, tolerance_of
from hessproof.numeric.free_probability.transform import distribution_at, inside_bands, to_float
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, SCALE, SIGMA, TAU

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

TOLERANCE = 1e-10
"""Error of a density that no picture or histogram shows, and that double precision reaches nearly everywhere."""
MOST_MOMENTS = 200
"""More moments than anybody needs; their exact fractions have thousands of digits by then."""


class FreeSum:
    """The law of a model at given numbers.

    Args:
        model: Whose R-transform is meant, in the letters of `hessproof.symbolic.free_probability.symbols`; rational.
        epsilon: ε ≥ 0, the energy.
        tau: τ > 0, parameters per data entry.
        scale: s > 0, the mean of H_0's Marchenko–Pastur law.

    Raises:
        UnusableRequest: If a number is out of range or not finite.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON
        >>> law = FreeSum(PENNINGTON, epsilon=0.5, tau=0.25)
        >>> [round(edge, 6) for edge in law.edges()]
        [-1.193895, 3.296261]
        >>> [round(value, 6) for value in law.density([-2.0, 0.0, 1.0]).tolist()]
        [0.0, 0.261324, 0.285756]
        >>> round(law.negative_fraction(), 6)
        0.225349
    """

    def __init__(self, model: Transformed, epsilon: Any, tau: Any, scale: Any = 1) -> None:
        self.model = model
        self.epsilon = number(epsilon, "ε", zero=True)
        self.tau = number(tau, "τ", zero=False)
        self.scale = number(scale, "scale", zero=False)

    @cached_property
    def equation(self) -> Equation:
        """F(G) = z at the exact numbers."""
        letters = {EPSILON: self.epsilon, TAU: self.tau, SIGMA: self.scale, SCALE: self.scale}
        return equation(self.model.r_transform, letters)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The intervals on which the density is positive, from left to right, with the mass of each, as balls."""
        return bands_of(self.equation)

    def edges(self) -> tuple[float, ...]:
        """Left and right ends of the bands in increasing order, correct to the last digit or so."""
        return tuple(float(end.mid()) for band in self.bands for end in (band.left, band.right))

    def atoms(self) -> tuple[tuple[float, float], ...]:
        """Place and mass of each atom; these models have at most one, at 0.

        Example:
            >>> from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
            >>> FreeSum(PENNINGTON, 0, 4).atoms(), FreeSum(PENNINGTON, 0.1, 4).atoms()
            (((0.0, 0.75),), ())
            >>> FreeSum(PENNINGTON_RELU, 0.1, 4).atoms()
            ((0.0, 0.5),)
        """
        found = balls.atom(self.equation)
        return () if found is None else ((to_float(found[0]), to_float(found[1])),)

    def density(self, points: Any, tolerance: float = TOLERANCE) -> Floats:
        """ρ(λ), the density of the part without atoms.

        Args:
            points: Places λ, an array of any shape that is not empty.
            tolerance: Largest absolute error, unless a float cannot say it better: each value is proved to be this
                good, by its own bound.

        Returns:
            Values ≥ 0 of the same shape; infinite where the density diverges, at a hard edge.

        Raises:
            UnusableRequest: If a point or the tolerance is not usable.
        """
        g = inside_bands(self.equation, self.bands, places(points), math.pi * tolerance_of(tolerance))
        infinite = np.inf if balls.order_at_infinity(self.equation) > 1 else 0.0  # an atom is no part of the density
        return np.where(np.isinf(g.real), infinite, 0.0 - g.imag / math.pi)

    def stieltjes(self, points: Any, tolerance: float = TOLERANCE) -> Complexes:
        """G(λ + i0): below the real line inside the bands, real outside, infinite at an atom or a hard edge.

        Args:
            points: Places λ, an array of any shape that is not empty.
            tolerance: Largest absolute error, unless a float cannot say it better.

        Raises:
            UnusableRequest: If a point or the tolerance is not usable.

        Example:
            >>> from hessproof.symbolic.free_probability.models import PENNINGTON
            >>> g = FreeSum(PENNINGTON, 0.5, 0.25).stieltjes([-3.0, 1.0])
            >>> bool(abs(1 / (1 - g / 4) + g + 1 / g - [-3.0, 1.0]).max() < 1e-12), g.imag.round(6).tolist()
            (True, [0.0, -0.897728])
        """
        where = places(points)
        found, error = inside_bands(self.equation, self.bands, where, tolerance_of(tolerance)), tolerance_of(tolerance)
        flat = found.reshape(-1)
        for index in np.flatnonzero(flat == 0):
            flat[index] = root_by_balls(self.equation, float(where.reshape(-1)[index]), error)[0]
        return found

    def density_ball(self, place: Any, digits: int = 30) -> Any:
        """ρ(λ) at one place as a ball with a relative radius below 10^−digits; exactly 0 where it is 0.

        Args:
            place: λ; a float, Fraction or text such as ``1/4``, taken as the exact number that it is.
            digits: Digits that are right.

        Raises:
            UnusableRequest: If the place or the number of digits is not usable.

        Example:
            >>> from hessproof.symbolic.free_probability.models import PENNINGTON
            >>> FreeSum(PENNINGTON, "1/2", "1/4").density_ball(1).str(15, radius=False)
            '0.285755656155492'
        """
        where, digits = rational(real(place, "λ")), count_of(digits, "digits", 1, MOST_DIGITS)
        return balls.refined(lambda: balls.density(self.equation, where), 10.0**-digits, 0.0)

    def root_ball(self, place: Any, digits: int = 30) -> Any:
        """G(λ + i0) at one place as a complex ball with a relative radius below 10^−digits.

        Args:
            place: λ, taken as the exact number that it is.
            digits: Digits that are right.

        Raises:
            UnusableRequest: If the place or the number of digits is not usable, or if G is infinite there.
        """
        where, digits = rational(real(place, "λ")), count_of(digits, "digits", 1, MOST_DIGITS)
        if balls.root(self.equation, where).value is None:
            raise UnusableRequest(f"λ = {place}", "a place where G is finite", "move away from the atom or hard edge")
        return balls.refined(lambda: balls.root(self.equation, where).value, 10.0**-digits, 0.0)

    def distribution(self, points: Any) -> Floats:
        """N(λ), the mass of (−∞, λ] with atoms, by the closed form at one root; no integral is taken.

        dΦ/dG = 0 at the root, so that an error of G changes N in second order only; what is left is the rounding of
        logarithms, below 1e-13.

        Args:
            points: Places λ, an array of any shape that is not empty.

        Raises:
            UnusableRequest: If a point is not usable.
        """
        where = places(points)
        found = np.zeros(where.shape)
        for band in self.bands:
            found[where >= float(band.right.mid())] += float(band.mass.mid())
        for place, mass in self.atoms():
            found[where >= place] += mass
        g = inside_bands(
            self.equation, self.bands, where, 1e-10 / self._width
        )  # G is of the order of 1/width, where it is smallest
        inside = g.imag < 0
        found[inside] = distribution_at(self.equation, g[inside], where[inside])
        return np.clip(found, 0.0, 1.0)

    def moments(self, count: int, method: str = "cumulants") -> tuple[float, ...]:
        """m_0, …, m_count, from the free cumulants, exactly, or by integrating the density.

        Args:
            count: The highest one, from 0 to 200.
            method: ``cumulants`` or ``quadrature``; the second is there to check the first, and good to about 1e-12
                of the largest |λ|^k.

        Raises:
            UnusableRequest: If the count or the method is not usable.

        Example:
            >>> from hessproof.symbolic.free_probability.models import PENNINGTON
            >>> FreeSum(PENNINGTON, "1/2", "1/4").moments(3)
            (1.0, 1.0, 2.25, 4.8125)
        """
        count = count_of(count, "the number of moments", 0, MOST_MOMENTS)
        if method == "cumulants":
            return tuple(float(each) for each in moments.moments(self.equation, count))
        if method != "quadrature":
            raise UnusableRequest(f"method {method}", "cumulants or quadrature", "leave it out")
        powers = np.arange(count + 1)
        return tuple(self.integral(lambda x: np.power.outer(x, powers).T).value.tolist())

    def integral(self, function: Any = None, lower: float = -math.inf, upper: float = math.inf) -> quadrature.Integral:
        """∫ f dμ over an interval with its ends, by quadrature of the density; atoms count.

        Args:
            function: f, of an array of places, or several functions as rows; 1 if None: the integral is then a mass.
            lower: Left end.
            upper: Right end.
        """
        weigh = self.density if function is None else lambda x: np.asarray(function(x)) * self.density(x)
        value: Any = 0.0
        error, nodes = 0.0, 0
        for low, high in self.pieces(lower, upper):
            found = quadrature.integral(weigh, low, high, 1e-13)
            value, error, nodes = value + found.value, error + found.error, nodes + found.nodes
        for place, mass in self.atoms():
            if lower <= place <= upper:
                value = value + mass * (1.0 if function is None else np.asarray(function(np.asarray(place))))
        return quadrature.Integral(value, error, nodes)

    def pieces(self, lower: float = -math.inf, upper: float = math.inf) -> list[tuple[float, float]]:
        """The bands within an interval, cut below branch points: between these ends the density is smooth."""
        found = []
        for band in self.bands:
            low, high = max(float(band.left.mid()), lower), min(float(band.right.mid()), upper)
            found += list(pairwise(cuts(self.equation, low, high)))
        return found

    def negative_fraction(self, method: str = "closed", digits: int = 12) -> float:
        """α, the mass of (−∞, 0), to a relative precision.

        Args:
            method: ``closed``, the distribution function at one root in balls, or ``quadrature`` of the density.
            digits: Digits that are right, however small α is; up to 15. `negative_ball` gives more.

        Raises:
            UnusableRequest: If the method or the number of digits is not usable.
        """
        digits = count_of(digits, "digits", 1, 15)
        if method == "closed":
            return float(self.negative_ball(digits + 2).mid())
        if method != "quadrature":
            raise UnusableRequest(f"method {method}", "closed or quadrature", "leave it out")
        return float(self.negative_integral(digits + 1).value)

    def has_negative(self) -> bool:
        """Whether some of the spectrum is negative, decided exactly: whether G(0 + i0) is real and N(0−) = 0.

        Example:
            >>> from hessproof.symbolic.free_probability.models import PENNINGTON
            >>> [FreeSum(PENNINGTON, energy, "5/32").has_negative() for energy in ("135/2048", "17/256")]
            [False, True]
        """
        with flint.ctx.workprec(balls.BITS):
            if balls.root(self.equation, flint.fmpq(0)).inside:
                return True
        return bool(self.negative_ball(1) != 0)

    def touches_zero(self) -> bool:
        """Whether an edge of the spectrum lies exactly at 0: a decision over the rational numbers.

        Example:
            >>> from hessproof.symbolic.free_probability.models import PENNINGTON
            >>> [FreeSum(PENNINGTON, energy, "5/32").touches_zero() for energy in ("135/2048", "17/256")]
            [True, False]
        """
        return balls.is_edge(self.equation, flint.fmpq(0))

    def negative_ball(self, digits: int = 30) -> Any:
        """α as a ball with a relative radius below 10^−digits; exactly 0 where nothing is negative.

        Raises:
            UnusableRequest: If the number of digits is not usable.

        Example:
            >>> from hessproof.symbolic.free_probability.models import PENNINGTON
            >>> FreeSum(PENNINGTON, "1/2", "1/4").negative_ball(20).str(15, radius=False)
            '0.225348711585248'
            >>> FreeSum(PENNINGTON, "1/100", "1/4").negative_ball() == 0
            True
        """
        digits = count_of(digits, "digits", 1, MOST_DIGITS)
        return balls.refined(lambda: balls.below(self.equation, flint.fmpq(0)), 10.0**-digits, 0.0)

    def negative_integral(self, digits: int = 15) -> quadrature.Integral:
        """α by quadrature of the density in balls, to a relative precision.

        Raises:
            UnusableRequest: If the number of digits is not usable.
        """
        digits = count_of(digits, "digits", 1, MOST_DIGITS)
        return negative_integral(self.equation, digits)

    @property
    def _width(self) -> float:
        return float((self.bands[-1].right - self.bands[0].left).mid()) if self.bands else 1.0
