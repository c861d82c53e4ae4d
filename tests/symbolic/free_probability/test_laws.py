"""The laws with their scales: refused parameters, masses, cubic and quadratic equations."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy as sp

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.laws import Law, marchenko_pastur, semicircle, symmetric_poisson
from hessproof.symbolic.free_probability.roots import vanishes
from hessproof.symbolic.free_probability.symbols import LAMBDA, SIGMA, TAU, G, Z

HALF = sp.Rational(1, 2)


@pytest.mark.parametrize("value", [0, -1, float("nan"), sp.oo, None, "x y", sp.Symbol("x"), [1]])
def test_parameters_that_are_not_positive_are_refused_in_one_line(value: Any) -> None:
    for make in (lambda: semicircle(value), lambda: marchenko_pastur(1, value), lambda: marchenko_pastur(value, 1),
                 lambda: symmetric_poisson(value, 1), lambda: symmetric_poisson(1, value)):  # fmt: skip
        with pytest.raises(UnusableRequest, match="expected a positive finite number") as caught:
            make()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "law", [semicircle(3), marchenko_pastur(3, HALF), marchenko_pastur(2, 4), marchenko_pastur(1, 1)]
)
def test_the_formula_solves_the_equation_and_r_is_its_inverse(law: Law) -> None:
    assert vanishes(law.equation.xreplace({G: law.g_transform}))
    solved = sp.cancel(law.r_transform.xreplace({Z: G}) + 1 / G - Z)
    assert sp.cancel(solved / law.equation).free_symbols <= {G, Z}
    assert sp.rem(sp.numer(solved), law.equation, Z) == 0


@pytest.mark.parametrize("rate", [HALF, sp.Integer(1), sp.Integer(3)])
def test_compound_poisson_has_its_mass_gap_and_cumulants(rate: sp.Rational) -> None:
    law = symmetric_poisson(rate, 2)
    density = sp.lambdify(LAMBDA, law.density, "mpmath")
    inner, outer = (mpmath.mpf(sp.N(end[1])) for end in (law.gap, law.support))
    width = mpmath.sqrt(outer - inner)
    # λ = inner + u² leaves no singularity at the inner edge but the one of |λ|^{-1/3} for rate 1
    mass, square, fourth = (
        4 * mpmath.quad(lambda u, k=k: u * (inner + u * u) ** k * density(inner + u * u), [0, width])
        for k in (0, 2, 4)
    )  # fmt: skip
    assert float(mass + law.atom[1]) == pytest.approx(1, abs=1e-6)
    assert float(square) == pytest.approx(float(4 * rate), rel=1e-6)
    assert float(fourth) == pytest.approx(float(16 * rate + 32 * rate**2), rel=1e-6)


def test_compound_poisson_density_is_the_jump_of_its_cubic() -> None:
    law = symmetric_poisson(sp.Rational(5, 4), 1)
    for place in (Fraction(1, 3), Fraction(-3, 2)):
        at = sp.Rational(place.numerator, place.denominator)
        roots = sp.Poly(law.equation.xreplace({Z: at}), G).nroots(n=30)
        density = sp.N(law.density.xreplace({LAMBDA: at}), 30)
        assert abs(min(sp.im(root) for root in roots) / sp.pi + density) < 1e-20


def test_the_lecture_scale_is_the_mean() -> None:
    law = marchenko_pastur(SIGMA, TAU)
    assert law.r_transform.subs(Z, 0) == SIGMA
    assert sp.diff(law.r_transform, Z).subs(Z, 0) == SIGMA**2 * TAU
    low, high = law.support
    printed = sp.sqrt((LAMBDA - low) * (high - LAMBDA)) / (2 * sp.pi * LAMBDA * SIGMA * TAU)
    assert vanishes(law.density - printed)
