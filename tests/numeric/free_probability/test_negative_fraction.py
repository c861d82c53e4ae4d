"""α to many digits near ε_c, by the closed form and by quadrature; thresholds decided exactly; powers measured."""

from __future__ import annotations

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest

from hessproof.numeric.free_probability.exponent import limit, power_law, reach
from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.free_probability.quadrature import ball_integral, integral
from hessproof.numeric.free_probability.subordination import subordinated, wishart_nodes
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU

CRITICAL = {
    PENNINGTON.key: (Fraction(5, 32), Fraction(135, 2048)),
    PENNINGTON_RELU.key: (Fraction(1, 3), Fraction(5, 16)),
}
"""τ and ε_c, both rational: s = 3/2, and √ξ = 7/3."""


@pytest.mark.parametrize("model", [PENNINGTON, PENNINGTON_RELU])
def test_thresholds_are_exact(model: object) -> None:
    tau, energy = CRITICAL[model.key]  # type: ignore[attr-defined]
    at = FreeSum(model, energy, tau)  # type: ignore[arg-type]
    tiny = Fraction(1, 10**40)
    below, above = (FreeSum(model, energy * (1 + sign * tiny), tau) for sign in (-1, 1))  # type: ignore[arg-type]
    assert at.touches_zero()
    assert not at.has_negative()
    assert at.negative_ball() == 0
    assert not below.has_negative()
    assert not below.touches_zero()
    assert above.has_negative()
    assert 0 < float(above.negative_ball(10).mid()) < 1e-60


@pytest.mark.parametrize("model", [PENNINGTON, PENNINGTON_RELU])
@pytest.mark.parametrize("above", ["1/100000000", "1/10", "100"])
def test_closed_form_and_quadrature_agree_to_25_digits(model: object, above: str) -> None:
    tau, energy = CRITICAL[model.key]  # type: ignore[attr-defined]
    law = FreeSum(model, energy * (1 + Fraction(above)), tau)  # type: ignore[arg-type]
    one, two = law.negative_ball(28), law.negative_integral(28).value
    assert abs(float((one / two - 1).mid())) < 1e-25


def test_digits_are_relative_however_small() -> None:
    tau, energy = CRITICAL[PENNINGTON.key]
    law = FreeSum(PENNINGTON, energy * (1 + Fraction(1, 10**30)), tau)
    found = law.negative_ball(20)
    assert float(found.rad()) < 1e-19 * float(found.mid()) < 1e-60
    assert law.negative_fraction() == pytest.approx(law.negative_fraction("quadrature"), rel=1e-12)


def test_a_power_and_a_factor_are_read_off() -> None:
    with mpmath.workdps(50):
        found = power_law(
            lambda x: (
                3
                * mpmath.mpf(x.numerator) ** 1.5
                / mpmath.mpf(x.denominator) ** 1.5
                * (1 - 5 * x.numerator / mpmath.mpf(x.denominator))
            )
        )
        assert found.power.admits(1.5, 1e-15)
        assert found.factor.admits(3.0, 1e-15)
        assert float(found.slope.value) == pytest.approx(-5)
        other = power_law(lambda x: (mpmath.mpf(x.numerator) / x.denominator) ** mpmath.mpf("1.4"))
        assert not other.power.admits(1.5, 1e-6)


def test_limits_report_what_is_left() -> None:
    found = limit([mpmath.mpf(1) + mpmath.exp(mpmath.mpf(2) ** -k) for k in range(3, 9)])
    assert abs(found.value - 2) <= found.error < 1e-6


def test_errors_of_the_values_are_in_the_error_of_the_law() -> None:
    """Values that are wrong in the twentieth digit give a power whose error says so."""
    with mpmath.workdps(50):
        found = power_law(
            lambda x: (mpmath.mpf(x.numerator) / x.denominator) ** mpmath.mpf("1.5")
            * (1 + (-1) ** x.denominator.bit_length() * mpmath.mpf("1e-20")),
            known=1e-20,
        )  # fmt: skip
        assert 1e-21 < abs(found.power.value - mpmath.mpf("1.5")) <= found.power.error < 1e-17
        assert abs(found.factor.value - 1) <= found.factor.error


def test_reach_of_a_law_that_is_exact_is_without_end() -> None:
    assert reach(lambda x: x**1.5, 1.0) >= 2.0**19


def test_slope_of_the_law_at_a_quarter() -> None:
    """c_1 = −3(s⁴ + 24s³ + 18s² + 16s + 5)/(160s³) with s = √(1 + 8τ) = 2 at τ = 3/8."""
    tau, energy = Fraction(3, 8), Fraction(3, 128)

    def alpha(x: Fraction) -> mpmath.mpf:
        with flint.ctx.workprec(200):
            return mpmath.mpf(FreeSum(PENNINGTON, energy * (1 + x), tau).negative_ball(40).mid().str(45, radius=False))

    assert float(power_law(alpha).slope.value) == pytest.approx(-951 / 1280, rel=1e-15)


def test_subordination_finds_the_same_density() -> None:
    points = np.linspace(-0.5, 2.5, 13)
    for tau in (0.25, 1.0, 1.5):
        law = FreeSum(PENNINGTON, 0.4, tau, 1.5)
        found = -subordinated(points, 0.4, tau, 1.5).imag / np.pi
        assert found == pytest.approx(law.density(points), abs=1e-11)


def test_subordination_says_where_it_does_not_settle() -> None:
    assert np.isnan(subordinated(np.array([50.0]), 0.4, 0.25)).all()


def test_wishart_nodes_carry_the_atom() -> None:
    places, weights = wishart_nodes(4.0, 1.0)
    assert places[-1] == 0.0
    assert weights[-1] == 0.75
    assert float(weights.sum()) == pytest.approx(1)


def test_rules_meet_roots_and_inverse_roots() -> None:
    assert integral(lambda x: 1 / np.sqrt(x), 0.0, 4.0, 1e-12).value == pytest.approx(4, rel=1e-11)
    both = integral(lambda x: np.stack([x, x**2]), 0.0, 3.0, 1e-12)
    assert both.value.tolist() == pytest.approx([4.5, 9.0])
    cut = integral(lambda x: np.where(x < 1 / np.pi, 1.0, 0.0), 0.0, 1.0, 1e-12, levels=6)
    assert abs(cut.value - 1 / np.pi) < cut.error * 10
    assert cut.error > 1e-6
    found = ball_integral(lambda x: 1 / x.sqrt(), flint.fmpq(0), flint.fmpq(1), 25)
    assert abs(float((found.value - 2).mid())) < 1e-24
