"""Laws in balls, laws with atoms, and matrices listed one by one."""

from __future__ import annotations

from fractions import Fraction

import flint
import pytest
import sympy as sp

from hessproof.numeric.free_probability.law_balls import (
    BITS,
    ball,
    formula,
    marchenko_pastur_in_balls,
    piecewise_transform,
    semicircle_in_balls,
)
from hessproof.numeric.free_probability.point_laws import PointLaw, drawn
from hessproof.numeric.free_probability.three_points import wigner_square, wishart_moment
from hessproof.symbolic.free_probability.piecewise import Piece, PiecewiseDensity
from hessproof.symbolic.free_probability.symbols import Z


@pytest.mark.parametrize("root", [Fraction(1, 3), Fraction(1), Fraction(3)])
def test_masses_means_and_transforms_of_marchenko_pastur(root: Fraction) -> None:
    law = marchenko_pastur_in_balls(Fraction(2), root)
    with flint.ctx.workprec(BITS):
        assert law.integral(lambda x: flint.acb(1)).real.contains(1)
        assert law.integral(lambda x: x).real.contains(2)
        for z in (flint.acb(-1, 0.5), flint.acb(3, -0.25)):
            found = law.transform(z)
            assert found.overlaps(formula(law.law.g_transform, {Z: z}))
            assert bool(found.rad() < 1e-30)
    assert all(law.same_density(Fraction(k, 5)) for k in range(1, 5))


def test_the_semicircle_below_the_line_is_the_conjugate() -> None:
    law = semicircle_in_balls(Fraction(1))
    above, below = law.transform(flint.acb(0.5, 0.5)), law.transform(flint.acb(0.5, -0.5))
    assert above.overlaps(below.conjugate())
    assert bool(above.imag < 0)


def test_formulas_that_are_not_known_are_refused() -> None:
    with pytest.raises(TypeError, match="no ball"):
        formula(sp.sin(Z), {Z: 1})
    with pytest.raises(TypeError, match="power"):
        formula(sp.cbrt(Z), {Z: 2})
    assert ball(Fraction(-3, 4)).real.contains(flint.fmpq(-3, 4))
    assert formula(sp.Max(Z, 2) + abs(-Z) + sp.I * sp.pi, {Z: 3}).real.contains(6)


def test_a_uniform_law_next_to_the_line() -> None:
    uniform = PiecewiseDensity((Piece(Fraction(0), Fraction(1), (Fraction(1),)),))
    with flint.ctx.workprec(BITS):
        value = -piecewise_transform(uniform, flint.acb(flint.arb(1) / 2, flint.arb(2) ** -50)).imag / flint.arb.pi()
        assert bool(abs(value - 1) < flint.arb(10) ** -12)


def test_points_lie_outside_their_circles_in_all_directions_and_close_to_them() -> None:
    found = list(drawn(400, 1))
    close = 0
    for law, z in found:
        distance = (z[0] - law.centre) ** 2 + z[1] ** 2
        assert distance > law.radius**2
        close += distance < law.radius**2 * Fraction(102, 100)
    assert close > 100
    assert {len(law.places) for law, _ in found} == {2, 3, 4, 5}
    assert any(z[1] < 0 for _, z in found)
    assert any(z[0] == law.centre for law, z in found)


def test_two_equal_atoms_reach_the_circle_from_both_sides() -> None:
    law = PointLaw((Fraction(-2), Fraction(2)), (Fraction(1, 2), Fraction(1, 2)))
    outside = (Fraction(0), Fraction(21, 10))
    assert law.outside(outside) is False
    assert law.outside(outside, Fraction(9, 10)) is True
    (partner,) = law.partners(outside)
    assert partner.imag.contains(flint.arb(40) / 21)


def test_one_atom_has_no_partner() -> None:
    law = PointLaw((Fraction(1),), (Fraction(1),))
    assert law.partners((Fraction(0), Fraction(1))) == []
    assert law.outside((Fraction(0), Fraction(1))) is False


def test_listed_matrices_have_the_moments_of_normal_ones() -> None:
    # E x⁴ = 3v² for one entry, and E (x² + y²)² = 8v² for a row of two
    assert wishart_moment(1, 1, Fraction(2), 2) == 12
    assert wishart_moment(1, 2, Fraction(1), 2) == 8
    assert wishart_moment(2, 1, Fraction(1), 2) == 4
    assert wigner_square(3, Fraction(1, 3)) == 1
