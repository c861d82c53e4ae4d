"""The signature of −tr(MK²): derivations, their mutants, and the squares that they end in."""

from __future__ import annotations

from itertools import islice

import pytest
import sympy as sp

from hessproof.symbolic.derivation import Derivation, Ordering, RuleFailure
from hessproof.symbolic.two_layer import kernel_form
from hessproof.symbolic.two_layer.kernel_form import A, B, Coordinates, Square, U, W

MADE = (kernel_form.kernel, kernel_form.along, kernel_form.complex_pair, kernel_form.real_pair, kernel_form.counted)


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_derivations_stand_and_their_mutants_fall(make: object) -> None:
    derivation: Derivation = make()  # type: ignore[operator]
    assert derivation.check(1).ok
    assert all(mutant.rejection() for mutant in islice(derivation.mutants(), 0, None, 13))


def test_coordinates_that_cannot_be_undone_are_refused() -> None:
    with pytest.raises(RuleFailure):
        Coordinates((A, B), (U + W, U + W), (U, W)).apply(A * B, Ordering())


def test_only_a_square_is_completed() -> None:
    with pytest.raises(RuleFailure):
        Square().apply(B * U + W, Ordering())
    done = Square().apply(A * U**2 + B * U * W, Ordering())
    assert sp.expand(done - A * U**2 - B * U * W) == 0


def test_signs_of_the_squares_are_the_signature_of_the_matrix() -> None:
    p, q, r, s = kernel_form.ENTRIES
    hessian = sp.hessian(kernel_form.pair_form(), (p, q, r, s))
    for a, b in ((2, 1), (1, 5), (-1, 3), (-4, 1)):
        values = hessian.subs({A: a, B: b}).eigenvals()
        negative = sum(times for value, times in values.items() if sp.re(value.evalf()) < 0)
        assert negative == kernel_form.negative_signs(a > 0)
