"""The bounds that no weights exceed: their derivations hold, and none of their wrong variants does."""

from __future__ import annotations

import pytest

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.flag_bound import column_bound, interval_flag_bound, outer_bound
from hessproof.symbolic.functional_rank import ORDERS


@pytest.mark.parametrize("derivation", [outer_bound(), *map(column_bound, ORDERS)], ids=lambda one: one.claim)
def test_bound_is_derived(derivation: Derivation) -> None:
    report = derivation.check(5)
    assert report.ok, report.why
    assert derivation.relation == "<="
    assert derivation.assumptions == ()


@pytest.mark.long
def test_every_wrong_variant_is_rejected_without_numbers() -> None:
    original = interval_flag_bound()
    survivors = [one.description for one in original.mutants() if not one.rejection() and one.differs(original)]
    assert survivors == []
    assert sum(bool(one.rejection()) for one in original.mutants()) > 20
