"""Real roots counted against NumPy's and against roots that are put in."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
from hessproof.symbolic.free_probability.sturm import (
    double_roots,
    free_sum,
    linear_model,
    real_roots,
    relu_model,
    times,
)
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, Z

small = st.fractions(min_value=-5, max_value=5, max_denominator=6)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(small, min_size=1, max_size=4), st.booleans())
def test_counts_the_roots_that_are_put_in(roots: list[Fraction], pair: bool) -> None:
    polynomial = times(*([-root, 1] for root in roots), *([[1, 0, 1]] if pair else []))
    different = set(roots)
    assert real_roots(polynomial) == len(different)
    assert double_roots(polynomial) == len(roots) - len(different)
    assert real_roots(polynomial, None, Fraction(0)) == sum(root <= 0 for root in different)


def test_polynomials_are_those_of_the_models() -> None:
    numbers = Fraction(1, 3), Fraction(2, 5), Fraction(3, 2)
    point = dict(zip((EPSILON, TAU, SIGMA), map(str, numbers), strict=True)) | {Z: "7/4"}
    for model, made in ((PENNINGTON, linear_model), (PENNINGTON_RELU, relu_model)):
        expected = [Fraction(str(c.subs(point))) for c in model.coefficients]
        assert made(*numbers, Fraction(7, 4)) == expected


@pytest.mark.slow
@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.fractions(min_value="1/5", max_value=9), small.filter(bool)),
        min_size=1, max_size=3, unique_by=lambda pair: pair[1],
    ),
    st.fractions(min_value=0, max_value=4),
    small.filter(bool),
)  # fmt: skip
def test_never_two_pairs_of_complex_roots(
    jumps: list[tuple[Fraction, Fraction]], variance: Fraction, place: Fraction
) -> None:
    found = free_sum(jumps, variance, place)
    assert len(found) - 1 - real_roots(found) - double_roots(found) <= 2


def test_a_negative_rate_has_two_pairs() -> None:
    """The generator reaches what the theorem excludes: with a rate below 0 the roots are free."""
    found = free_sum([(Fraction(-3), Fraction(1)), (Fraction(2), Fraction(-1))], Fraction(2), Fraction(1, 2))
    counted = len(found) - 1 - real_roots(found)
    roots = np.roots([float(c) for c in found[::-1]])
    assert counted == int((abs(roots.imag) > 1e-9).sum())
