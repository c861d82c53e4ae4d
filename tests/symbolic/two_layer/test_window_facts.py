"""The inequalities between indices that make the windowed network's Jacobian surjective for every width."""

from __future__ import annotations

import pytest

from hessproof.symbolic.two_layer.windows import FACTS, Fact, counterexamples


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.text)
def test_a_fact_follows_for_all_n_and_by_no_more_than_stated(fact: Fact) -> None:
    assert fact.follows()
    assert next(counterexamples(fact, 0), None) is None
    if fact.tight:
        assert not fact.follows(less=1)
        assert next(counterexamples(fact, 1), None) is not None
