"""The two models: formulas against the lecture's, against each other and against numbers."""

from __future__ import annotations

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.formal import moments
from hessproof.symbolic.free_probability.models import (
    MODELS,
    PENNINGTON,
    PENNINGTON_RELU,
    PUBLISHED_CRITICAL_ENERGY,
    PUBLISHED_RELU_CRITICAL_ENERGY,
    Model,
)
from hessproof.symbolic.free_probability.planar import block_moment, exact_block_moment, moment, pairings
from hessproof.symbolic.free_probability.radicals import LINEAR, RELU, parameter
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, G, Z

BOTH = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@BOTH
def test_jumps_make_the_r_transform(model: Model) -> None:
    terms = sum((rate * jump / (1 - jump * Z) for rate, jump in model.jumps), model.variance * Z)
    assert sp.simplify(terms - model.r_transform) == 0


@pytest.mark.slow
@BOTH
def test_cumulants_are_the_series_of_r(model: Model) -> None:
    series = sp.series(model.r_transform, Z, 0, 5).removeO()
    for order in range(1, 6):
        assert sp.expand(series.coeff(Z, order - 1) - model.cumulant(order)) == 0


@BOTH
def test_primitive_is_the_integral_of_f(model: Model) -> None:
    assert sp.simplify(sp.diff(model.primitive, G) - model.inverse) == 0


@BOTH
@pytest.mark.parametrize("namespace", ["numpy", "mpmath", "flint"])
def test_compiled_agrees_with_the_formulas(model: Model, namespace: str) -> None:
    made = model.compiled(namespace)
    number = {"numpy": float, "mpmath": mpmath.mpf, "flint": flint.arb}[namespace]
    x = tuple(map(number, (0.5, 0.25, 2.0)))
    point = {EPSILON: sp.Rational(1, 2), TAU: sp.Rational(1, 4), SIGMA: sp.Integer(2)}
    pairs = [
        (made.critical_energy(*x[1:]), model.critical_energy),
        (made.index_coefficient(x[1]), model.index_coefficient),
        (made.critical_root(*x[1:]), model.critical_root),
        (made.inverse(number(-1), *x), model.inverse.subs(G, -1)),
        (made.slope(number(-1), *x), sp.diff(model.inverse, G).subs(G, -1)),
        (made.curvature(number(-1), *x), sp.diff(model.inverse, G, 2).subs(G, -1)),
        (made.r_transform(number(-1), *x), model.r_transform.subs(Z, -1)),
        *zip(made.coefficients(number(3), *x), (c.subs(Z, 3) for c in model.coefficients), strict=True),
    ]
    for found, formula in pairs:
        assert float(found) == pytest.approx(float(formula.subs(point)), rel=1e-12)


def test_compiled_takes_arrays() -> None:
    tau = np.array([0.25, 0.5])
    assert PENNINGTON.compiled().critical_energy(tau, 1.0).shape == (2,)


def test_unknown_namespace_and_order_are_refused() -> None:
    with pytest.raises(UnusableRequest, match="namespace 'cupy'"):
        PENNINGTON.compiled("cupy")
    with pytest.raises(UnusableRequest, match="order 0"):
        PENNINGTON.cumulant(0)


@pytest.mark.parametrize(
    ("model", "published"),
    [(PENNINGTON, PUBLISHED_CRITICAL_ENERGY * SIGMA**2), (PENNINGTON_RELU, PUBLISHED_RELU_CRITICAL_ENERGY)],
)
def test_critical_energy_is_the_published_one_in_another_form(model: Model, published: sp.Expr) -> None:
    assert parameter(model).equal(model.critical_energy, published)
    wrong = published + TAU**3 / 1000
    assert not parameter(model).equal(model.critical_energy, wrong)


def test_stable_form_keeps_its_digits_near_one() -> None:
    energy = PENNINGTON.compiled().critical_energy(1 - 1e-6, 1.0)
    assert energy == pytest.approx(2 / 27 * 1e-18, rel=1e-5)


def test_limits_of_the_closed_forms() -> None:
    for model, at_zero, at_one in ((PENNINGTON, "1/8", "2/27"), (PENNINGTON_RELU, "1/2", "8/27")):
        energy = model.critical_energy.subs(SIGMA, 1) * (TAU if model is PENNINGTON_RELU else 1)
        assert sp.simplify(energy.subs(TAU, 0)) == sp.Rational(at_zero)
        assert sp.simplify(sp.cancel(energy / (1 - TAU) ** 3).subs(TAU, 1)) == sp.Rational(at_one)
        assert sp.simplify(model.index_coefficient.subs(TAU, 0)) == 2 / (3 * sp.pi)


@settings(max_examples=15)
@given(st.fractions(min_value=Fraction(1, 50), max_value=Fraction(49, 50)))
def test_parameters_cover_every_ratio(share: Fraction) -> None:
    for curve in (LINEAR, RELU):
        place = {curve.symbol: curve.low + (curve.high - curve.low) * sp.Rational(share.numerator, share.denominator)}
        tau, root = curve.tau.subs(place), curve.root.subs(place)
        assert 0 < tau < 1
        assert 1 < root < 3
        assert root**2 == curve.radicand.subs(TAU, tau)


def test_signs_over_the_interval() -> None:
    s = LINEAR.symbol
    assert LINEAR.positive((3 - s) * (s - 1) * SIGMA)
    assert not LINEAR.positive(s - 2)
    assert not LINEAR.positive(s - 4)
    assert LINEAR.positive((s - 2) ** 2 + 1)
    assert not LINEAR.positive((s - 2) ** 2)
    assert not LINEAR.positive(SIGMA - 1)


@pytest.mark.parametrize("order", range(6))
def test_planar_moments_are_those_of_the_cubic(order: int) -> None:
    assert sp.expand(moment(order) - moments(PENNINGTON.polynomial.as_expr(), order)[order]) == 0


def test_catalan_and_narayana_numbers() -> None:
    assert [len(list(pairings("s" * (2 * k)))) for k in range(5)] == [1, 1, 2, 5, 14]
    third = sp.Poly(moment(3).subs({EPSILON: 0, SIGMA: 1}), TAU)
    assert third.all_coeffs() == [1, 3, 1]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_block_moments_are_limits_of_exact_ones(order: int) -> None:
    width, ratio = 10**9, sp.Rational(1, 2)
    samples = int(width / ratio)  # m = 2n/τ, m/2 active
    exact = exact_block_moment(order, width, samples).subs(EPSILON, 1)
    limit = block_moment(order).subs({EPSILON: 1, TAU: ratio})
    assert abs(exact / limit - 1) < sp.Rational(1, 10**8)


def test_an_equation_without_a_law_has_no_moments() -> None:
    with pytest.raises(ValueError, match="no solution"):
        moments(G**2 + Z * G + 1, 3)
