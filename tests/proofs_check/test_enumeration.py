"""The enumeration is complete, free of repetitions, and in the stated order."""

from __future__ import annotations

from itertools import product

import pytest

from hessproof.proofs_check import enumeration
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.slow
def test_the_published_range_has_exactly_3900_architectures() -> None:
    found = enumeration.architectures_within(4, 5)
    assert len(found) == 3900 == len(set(found)) == 5**2 + 5**3 + 5**4 + 5**5
    assert max(a.parameters for a in found) == 100
    assert {a.layers for a in found} == {1, 2, 3, 4}
    assert {width for a in found for width in a.widths} == {1, 2, 3, 4, 5}


def test_widths_up_to_three_are_360_architectures() -> None:
    assert len(enumeration.architectures_within(4, 3)) == 9 + 27 + 81 + 243


def test_both_enumerations_follow_the_stated_order() -> None:
    for found in (enumeration.architectures_within(3, 4), tuple(enumeration.architectures_by_parameters(9))):
        keys = [enumeration.order_key(a) for a in found]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)


@pytest.mark.long
@pytest.mark.parametrize("bound", [1, 2, 5, 6])
def test_all_architectures_up_to_a_number_of_parameters_are_found(bound: int) -> None:
    widths = range(1, bound + 1)
    expected = {
        choice
        for count in range(2, bound + 2)
        for choice in product(widths, repeat=count)
        if Architecture(choice).parameters <= bound
    }
    assert {a.widths for a in enumeration.architectures_by_parameters(bound)} == expected


def test_depth_and_start_restrict_the_enumeration() -> None:
    found = list(enumeration.architectures_by_parameters(8, layers=2, start=6))
    assert found
    assert all(a.layers <= 2 and 6 <= a.parameters <= 8 for a in found)
    everything = list(enumeration.architectures_by_parameters(8))
    assert found == [a for a in everything if a.layers <= 2 and a.parameters >= 6]


def test_the_enumeration_by_parameters_is_lazy() -> None:
    assert next(enumeration.architectures_by_parameters(10**6)).widths == (1, 1)


def test_every_rank_pair_is_listed_once_and_no_impossible_one() -> None:
    for a in enumeration.architectures_within(2, 3):
        found = list(enumeration.ranks(a))
        possible = {(r, s) for r in range(9) for s in range(9) if r <= a.inputs and s <= min(r, a.outputs)}
        assert len(found) == len(possible)
        assert set(found) == possible
        assert found == sorted(found)
        for r, s in found:
            a.check_ranks(r, s)


def test_cases_carry_the_ranks_in_order() -> None:
    found = list(enumeration.cases(Architecture((2, 3, 2))))
    assert [(case.data_rank, case.residual_rank) for case in found] == list(enumeration.ranks(Architecture((2, 3, 2))))
    keys = [enumeration.case_key(case) for case in found]
    assert keys == sorted(keys)


@pytest.mark.parametrize(("layers", "width"), [(0, 3), (3, 0), (-1, -1)])
def test_empty_ranges_are_refused(layers: int, width: int) -> None:
    with pytest.raises(UnusableRequest, match="expected an integer of at least 1"):
        enumeration.architectures_within(layers, width)


def test_no_parameters_are_refused() -> None:
    with pytest.raises(UnusableRequest, match="parameters 0"):
        enumeration.architectures_by_parameters(0)
