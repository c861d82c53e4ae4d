"""Piecewise polynomial densities: the inversion at ends, jumps and gaps, and their refusal."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.piecewise import Piece, PiecewiseDensity, normalised


def test_a_hat_is_inverted_everywhere_and_a_step_to_the_mean_of_its_sides() -> None:
    hat = normalised(
        [Piece(Fraction(-1), Fraction(0), (Fraction(1), Fraction(1))),
         Piece(Fraction(0), Fraction(1), (Fraction(1), Fraction(-1)))]
    )  # fmt: skip
    for place in (Fraction(-2), Fraction(-1), Fraction(-1, 3), Fraction(0), Fraction(1, 2), Fraction(1)):
        left, right = hat.sides(place)
        assert left == right == hat.inverted(place)
    steps = normalised(
        [Piece(Fraction(0), Fraction(1), (Fraction(1),)), Piece(Fraction(1), Fraction(2), (Fraction(3),))]
    )
    assert steps.sides(Fraction(1)) == (Fraction(1, 4), Fraction(3, 4))
    assert steps.inverted(Fraction(1)) == Fraction(1, 2)


def test_the_closed_form_is_the_integral() -> None:
    piece = Piece(Fraction(-1), Fraction(2), (Fraction(2), Fraction(-1), Fraction(1, 2)))
    z = mpmath.mpc(0.3, 0.7)
    polynomial = sum(float(c) * z**k for k, c in enumerate(piece.coefficients))
    rest = sum(float(c) * z**k for k, c in enumerate(piece.quotient))
    closed = polynomial * mpmath.log((z + 1) / (z - 2)) - rest
    direct = mpmath.quad(
        lambda t: sum(float(c) * t**k for k, c in enumerate(piece.coefficients)) / (z - t), [-1, 0.3, 2]
    )
    assert abs(closed - direct) < 1e-12


def test_overlaps_and_wrong_masses_are_refused() -> None:
    one = Piece(Fraction(0), Fraction(1), (Fraction(1),))
    for pieces in ((one, one), (one, Piece(Fraction(2), Fraction(3), (Fraction(1),))), ()):
        with pytest.raises(UnusableRequest, match="total mass 1"):
            PiecewiseDensity(pieces)
    with pytest.raises(UnusableRequest, match="positive mass"):
        normalised([Piece(Fraction(0), Fraction(1), (Fraction(0),))])
