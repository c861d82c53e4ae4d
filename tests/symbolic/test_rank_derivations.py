"""The registry of rank derivations."""

from __future__ import annotations

import pytest

from hessproof.symbolic.rank_derivations import rank_derivations


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(rank_derivations()))
def test_every_derivation_passes_and_prints(name):
    derivation = rank_derivations()[name]
    report = derivation.check(7)
    assert report.ok, report.why
    assert report.instances > 0
    assert r"\begin{aligned}" in derivation.latex()
