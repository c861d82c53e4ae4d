"""Moments, free cumulants, noncrossing partitions and freeness: four ways to the same numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import cycle, islice

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.symbolic.free_probability import fock, noncrossing
from hessproof.symbolic.free_probability.cumulants import cumulants_from_moments, moments_from_cumulants
from hessproof.symbolic.free_probability.freeness import FreePair, commuting_sum
from hessproof.symbolic.free_probability.moments import catalan, narayana
from hessproof.symbolic.free_probability.scaling import affine

numbers = st.lists(st.fractions(-5, 5, max_denominator=6), min_size=5, max_size=5)


@given(numbers)
@settings(max_examples=6, deadline=None)
def test_cumulants_and_moments_are_inverse_and_agree_with_partitions(cumulants: list[Fraction]) -> None:
    found = moments_from_cumulants(cumulants)
    assert cumulants_from_moments(found) == cumulants
    assert found == [noncrossing.moment(order, cumulants) for order in range(1, 6)]


@pytest.mark.slow
@given(numbers, numbers)
@settings(max_examples=6, deadline=None)
def test_cumulants_of_free_elements_add(first: list[Fraction], second: list[Fraction]) -> None:
    pair = FreePair(first, second)
    whole = cumulants_from_moments([pair.of_sum(order) for order in range(1, 6)])
    parts = zip(cumulants_from_moments(first), cumulants_from_moments(second), strict=True)
    assert whole == [one + two for one, two in parts]


def test_freeness_differs_from_independence_first_at_the_fourth_moment() -> None:
    ring = sp.ring([f"{letter}{k}" for letter in "ab" for k in range(1, 5)], sp.QQ)
    letters = ring[1:]
    first, second = letters[:4], letters[4:]
    pair = FreePair(first, second)
    for order in (1, 2, 3):
        assert pair.of_sum(order) == commuting_sum(first, second, order)
    assert pair.of_sum(4) != commuting_sum(first, second, 4)
    # φ(abab) = φ(a²)φ(b)² + φ(a)²φ(b²) − φ(a)²φ(b)²
    assert pair.mixed("abab") == first[1] * second[0] ** 2 + first[0] ** 2 * second[1] - first[0] ** 2 * second[0] ** 2


def test_mixed_moments_have_the_symmetry_of_a_trace() -> None:
    pair = FreePair([Fraction(k, 3) for k in range(1, 9)], [Fraction(2 * k + 1, 5) for k in range(1, 9)])
    for word in ("abab", "aabab", "abbaab", "abaabb"):
        values = {pair.mixed(word[k:] + word[:k]) for k in range(len(word))}
        assert len(values) == 1
        assert pair.mixed(word) == pair.mixed(word[::-1])


def test_noncrossing_partitions_are_counted_by_catalan_and_narayana() -> None:
    for size in range(1, 8):
        found = list(noncrossing.noncrossing(size))
        assert len(set(found)) == len(found) == catalan(size)
        for blocks in range(1, size + 1):
            assert sum(len(one) == blocks for one in found) == narayana(size, blocks)
        assert all(sorted(point for block in one for point in block) == list(range(1, size + 1)) for one in found)


@pytest.mark.parametrize("letters", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_canonical_elements_have_their_series_as_r_transform(letters: int) -> None:
    report = fock.eigenvector(letters).check(0)
    assert report.ok, report.why
    assert not [one.description for one in fock.eigenvector(letters).mutants() if not one.rejection()]


def test_alternating_products_are_centred_and_others_are_not() -> None:
    for length in range(1, 7):
        for pair in ((1, 2), (2, 1)):
            assert fock.alternating(tuple(islice(cycle(pair), length)))
    assert not fock.alternating((1, 1, 2))
    assert not fock.alternating((1, 2, 1), allow_unit=True)


def test_the_canonical_element_on_words_has_the_stated_moments() -> None:
    """⟨Ω, (ℓ + f(ℓ*))^n Ω⟩ computed word by word, against the moments that belong to f = R."""
    cumulants = [Fraction(1, 2), Fraction(3), Fraction(-1), Fraction(2, 3)]
    vector, found = {0: Fraction(1)}, []
    for _ in range(4):
        after: dict[int, Fraction] = {}
        for length, value in vector.items():
            after[length + 1] = after.get(length + 1, Fraction(0)) + value
            for power, cumulant in enumerate(cumulants):
                if power <= length:
                    after[length - power] = after.get(length - power, Fraction(0)) + cumulant * value
        vector = after
        found.append(vector.get(0, Fraction(0)))
    assert found == moments_from_cumulants(cumulants)


def test_scale_and_shift_of_the_r_transform() -> None:
    assert affine().check(3).ok
    assert not affine().with_final(2 * affine().final).check(3, numbers=False).ok
