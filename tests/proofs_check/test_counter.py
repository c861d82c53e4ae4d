"""Counting many instances of a case at once gives what counting them one by one gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.proofs_check.model.check import Counter
from hessproof.proofs_check.model.claim import Case, Part, Quantifier
from hessproof.symbolic.architecture import Architecture

PART = Part("main", "x = x", "x is x", Quantifier.EVERY, in_domain=lambda case: case.data_rank > 1)
FEW = st.integers(0, 3)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, 2), FEW, FEW, FEW, FEW), max_size=3))
def test_many_are_counted_like_one_by_one(groups: list[tuple[int, int, int, int, int]]) -> None:
    many, single = Counter(PART), Counter(PART)
    for rank, held, failed, undecided, unmet in groups:
        case = Case(Architecture((2, 2)), rank, 1)
        many.count_many(case, held, failed, undecided, unmet=unmet)
        for outcome, count in ((True, held), (False, failed), (None, undecided)):
            for _ in range(count):
                single.count(case, outcome)
        for _ in range(unmet):
            single.count(case, None, satisfied=False)
    assert many.tally == single.tally
    assert {name: tally for name, tally in many.regions.items() if tally.tried} == single.regions
