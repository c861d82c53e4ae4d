"""Wick's formula against expectations entry by entry, and the limits that follow."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU
from hessproof.symbolic.two_layer import block_elimination, mixed_derivatives
from hessproof.symbolic.two_layer.entrywise import entrywise_moment, parts
from hessproof.symbolic.two_layer.expected_moments import (
    V1,
    V2,
    M,
    N,
    binomial_moment,
    expected_block_moment,
    expected_moment,
    free_moment,
    limit,
)
from hessproof.symbolic.two_layer.gaussian_words import expected_traces, pairings, transposed, word

ROWS, COLUMNS = sp.symbols("rows columns")


def listed(letters: tuple[tuple[str, bool], ...], size: int) -> int:
    """E tr of a word in square matrices, by listing all indices; E g^{2k} = (2k − 1)!!."""
    total = 0
    for indices in product(range(size), repeat=len(letters)):
        powers: dict[tuple[str, int, int], int] = {}
        for place, (name, flipped) in enumerate(letters):
            ends = indices[place], indices[(place + 1) % len(letters)]
            entry = (name, *(ends[::-1] if flipped else ends))
            powers[entry] = powers.get(entry, 0) + 1
        if not any(power % 2 for power in powers.values()):
            total += prod(prod(range(1, power, 2)) for power in powers.values())
    return total


LETTER = st.tuples(st.sampled_from("AB"), st.booleans())


@settings(deadline=None, max_examples=30)
@given(st.lists(LETTER, min_size=1, max_size=6), st.sampled_from([1, 2]))
def test_pairings_agree_with_listed_indices(letters: list[tuple[str, bool]], size: int) -> None:
    text = "".join(name + "'" * flipped for name, flipped in letters)
    shapes = {"A": (ROWS, ROWS), "B": (ROWS, ROWS)}
    assert expected_traces([word(text)], shapes).subs(ROWS, size) == listed(tuple(letters), size)


def test_moments_of_wishart_matrices_are_the_known_ones() -> None:
    shapes = {"X": (ROWS, COLUMNS)}
    third = expected_traces([word("XX'XX'XX'")], shapes)
    n, m = ROWS, COLUMNS
    assert sp.expand(third - n * m * (n**2 + m**2 + 3 * n * m + 3 * n + 3 * m + 4)) == 0
    assert [len(pairings(count)) for count in (0, 1, 2, 8)] == [1, 0, 1, 105]


def test_products_of_traces_are_not_products_of_expectations() -> None:
    both = expected_traces([word("XX'"), word("XX'")], {"X": (ROWS, COLUMNS)})
    assert sp.expand(both - (ROWS * COLUMNS) ** 2 - 2 * ROWS * COLUMNS) == 0


def test_transposing_twice_is_nothing() -> None:
    assert transposed(transposed(word("AB'C"))) == word("AB'C")
    assert word("A''") == word("A")


@pytest.mark.parametrize("text", ["", "XX", "XY"])
def test_words_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(UnusableRequest):
        expected_traces([word(text)], {"X": (ROWS, COLUMNS)})


@pytest.mark.parametrize("factors", ["0", "00", "11", "011", "0101", "0011", "1111"])
@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1)])
def test_moments_are_those_of_single_entries(factors: str, size: tuple[int, int]) -> None:
    numbers = {V1: 1, V2: 1, EPSILON: sp.Rational(1, 2), N: size[0], M: size[1]}
    assert entrywise_moment(factors, *size) == Fraction(str(expected_moment(factors).subs(numbers)))


def test_odd_moments_of_the_error_part_vanish() -> None:
    assert expected_moment("1") == expected_moment("111") == expected_moment("01") == 0


def test_the_parts_are_not_free() -> None:
    assert sp.factor(limit(expected_moment("011")) - free_moment("011")) == EPSILON * TAU**2 * V2 / 4
    with pytest.raises(UnusableRequest):
        free_moment("10")


@pytest.mark.parametrize(("activation", "rate"), [("linear", 2 / TAU), ("relu", 1 / TAU)])
def test_block_moments_are_those_of_the_compound_law(activation: str, rate: sp.Expr) -> None:
    square = EPSILON * TAU**2 / 2
    assert sp.cancel(limit(expected_block_moment(2, activation)) - rate * square) == 0
    fourth = 2 * (rate * square) ** 2 + rate * square**2
    assert sp.cancel(limit(expected_block_moment(4, activation)) - fourth) == 0


def test_the_linear_blocks_are_the_error_part() -> None:
    assert sp.expand(expected_block_moment(4) - expected_moment("1111")) == 0


def test_binomial_moments_are_sums_over_all_gates() -> None:
    for power, m in product(range(4), (1, 2, 5)):
        whole = sum(sp.binomial(m, k) * sp.Integer(k) ** power for k in range(m + 1)) / 2**m
        assert binomial_moment(power).subs(M, m) == whole


@pytest.mark.parametrize("factors", ["", "2", "01a"])
def test_other_words_are_refused(factors: str) -> None:
    with pytest.raises(UnusableRequest):
        expected_moment(factors)
    with pytest.raises(UnusableRequest):
        entrywise_moment(factors, 1, 1)


def test_sizes_that_are_too_large_are_refused() -> None:
    with pytest.raises(UnusableRequest):
        parts(3, 1)
    with pytest.raises(UnusableRequest):
        expected_block_moment(0)
    with pytest.raises(UnusableRequest):
        limit(N + M)


def test_elimination_gives_the_compound_law_and_no_other() -> None:
    found = block_elimination.eliminated()
    assert sp.expand(found - block_elimination.compound_equation()) == 0
    wrong = block_elimination.compound_r() * 2
    assert sp.expand(found - block_elimination.compound_equation(wrong)) != 0


def test_signals_to_another_power_have_diagonal_blocks() -> None:
    assert mixed_derivatives.second_derivative("11") == 0
    assert mixed_derivatives.second_derivative("11", 2) != 0
    assert sp.expand(mixed_derivatives.second_derivative("12") - mixed_derivatives.cross_term()) == 0
