"""Exact expected moments: three ways that share nothing give the same polynomials."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.random_matrices import expected, loop_equations, pairings
from hessproof.numeric.random_matrices.density_moments import density_moment
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.models import PENNINGTON, PUBLISHED_RELU_R
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SCALE, SIGMA, TAU, VARIANCE, Z


def powers(polynomial: object) -> dict[tuple[int, int, int], int]:
    return {tuple(map(int, key)): int(value) for key, value in polynomial.terms()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", range(1, 9))
def test_pairings_count_what_loop_equations_give_for_goe(order):
    found = powers(loop_equations.moment("m", order))
    assert {a: count for (a, _, _), count in found.items()} == pairings.goe_moment(order)


@pytest.mark.parametrize("order", range(1, 5))
def test_pairings_count_what_loop_equations_give_for_wishart(order):
    found = powers(loop_equations.moment("w", order))
    assert {(a, b): count for (a, b, _), count in found.items()} == pairings.wishart_moment(order)


@pytest.mark.parametrize("order", range(1, 4))
def test_pairings_count_what_loop_equations_give_for_blocks(order):
    merged: dict[tuple[int, int], int] = {}
    for (q, n, other), count in powers(loop_equations.expected_traces("wv" * order)).items():
        merged[n + other, q] = merged.get((n + other, q), 0) + count
    assert merged == pairings.block_moment(order)


def signs_average(size: int, words: tuple[str, ...]) -> Fraction:
    """E of a product of traces of powers of M for size 1 or 2, from the moments of single normal numbers."""
    entries = [(i, j) for i in range(size) for j in range(i, size)]
    symbols = {place: sp.Symbol(f"x{place[0]}{place[1]}") for place in entries}
    matrix = sp.Matrix(size, size, lambda i, j: symbols[min(i, j), max(i, j)])
    product = sp.expand(sp.prod([(matrix ** len(word)).trace() for word in words]))
    total = Fraction(0)
    for degrees, coefficient in sp.Poly(product, *symbols.values()).terms():
        value = Fraction(int(coefficient))
        for (i, j), degree in zip(symbols, degrees, strict=True):
            variance = 2 if i == j else 1
            value *= 0 if degree % 2 else int(sp.factorial2(degree - 1)) * variance ** (degree // 2)
        total += value
    return total


@pytest.mark.parametrize(("size", "lengths"), [(1, (2, 4)), (2, (2,)), (2, (1, 3)), (2, (2, 2)), (2, (6,))])
def test_small_goe_matrices_by_hand(size, lengths):
    words = tuple("m" * length for length in lengths)
    found = loop_equations.expected_traces(*words)
    assert int(found(size, 0, 0)) == signs_average(size, words)


@settings(max_examples=50)
@given(st.text("mwv", min_size=1, max_size=6), st.integers(0, 5))
def test_traces_do_not_change_when_a_word_is_turned_or_read_backwards(word, turn):
    found = loop_equations.expected_traces(word)
    cut = turn % len(word)
    assert loop_equations.expected_traces(word[cut:] + word[:cut]) == found
    assert loop_equations.expected_traces(word[::-1]) == found


@settings(max_examples=50)
@given(st.text("mw", min_size=1, max_size=6))
def test_a_matrix_of_size_one_is_a_number(word):
    m, w = word.count("m"), word.count("w")
    normal = 0 if m % 2 else int(sp.factorial2(m - 1)) * 2 ** (m // 2)
    square = [sp.prod(range(p, p + 2 * w, 2)) for p in (1, 3)]
    found = loop_equations.expected_traces(word)
    assert [int(found(1, p, 0)) for p in (1, 3)] == [normal * int(s) for s in square]


def test_limits_are_catalan_and_narayana_numbers():
    for k in range(1, 6):
        assert expected.wigner(2 * k)[0] == sp.catalan(k) * VARIANCE**k
        assert 0 not in expected.wigner(2 * k - 1)
        narayana = sum(sp.binomial(k, i) * sp.binomial(k, i + 1) / k * TAU**i for i in range(k))
        assert sp.expand(expected.wishart(k)[0] / SCALE**k - narayana) == 0


def test_no_expected_moment_grows_with_the_size():
    for moments, orders in ((expected.wigner, 8), (expected.wishart, 5), (expected.block, 8), (expected.sum_moment, 5)):
        assert all(min(moments(order), default=0) >= 0 for order in range(1, orders + 1))


def test_variances_fall_like_the_square_of_the_size():
    assert all(
        expected.covariance_order(letters, j, k) >= 2
        for letters, top in (("m", 4), ("w", 3), ("wv", 2))
        for j, k in itertools.product(range(1, top + 1), repeat=2)
    )


@pytest.mark.parametrize(
    ("transform", "moments", "orders"),
    [(PENNINGTON.r_transform.subs(SIGMA, SCALE), expected.sum_moment, 6), (PUBLISHED_RELU_R, expected.block, 8)],
)
def test_limits_are_the_moments_of_the_published_transforms(transform, moments, orders):
    exact = expected.moments_from_cumulants(expected.cumulants_of(transform, Z, orders))
    assert [sp.expand(moments(k).get(0, 0) - exact[k]) for k in range(1, orders + 1)] == [0] * orders


def test_entries_of_the_published_variance_have_another_mean_eigenvalue():
    """N(0, σ²/p) has the mean σ², the published law σ: they differ for every σ ≠ 1."""
    assert expected.wishart(1)[0].subs(SCALE, SIGMA**2) == SIGMA**2 != SIGMA


def test_moments_of_densities_are_exact():
    law = semicircle(SIGMA**2)
    assert [density_moment(law.density, *law.support, k) for k in (0, 2, 4)] == [1, SIGMA**2, 2 * SIGMA**4]
    root = sp.Symbol("t", positive=True)
    law = marchenko_pastur(SIGMA, root**2)
    assert sp.expand(density_moment(law.density, *law.support, 2) - SIGMA**2 * (1 + root**2)) == 0


def test_densities_of_another_form_are_refused():
    with pytest.raises(UnusableRequest, match="one square root"):
        density_moment(LAMBDA, sp.Integer(0), sp.Integer(1), 1)
    with pytest.raises(UnusableRequest, match="vanishes at the edges"):
        density_moment(sp.sqrt(5 - LAMBDA**2), sp.Integer(-2), sp.Integer(2), 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: loop_equations.expected_traces("mx"), "letters among"),
        (lambda: loop_equations.expected_traces("m" * 30), "at most 24"),
        (lambda: expected.wigner(0), "at least 1"),
        (lambda: expected.block(1.5), "at least 1"),
        (lambda: expected.cumulants_of(1 / Z, Z, 2), "power series at 0"),
    ],
)
def test_unusable_requests_get_one_line(call, message):
    with pytest.raises(UnusableRequest, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_epsilon_enters_the_block_matrix_through_its_variance_only():
    assert all(sp.expand(value / EPSILON**2).has(EPSILON) is False for value in expected.block(4).values())
