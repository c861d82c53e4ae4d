"""The enumerated quadratics: both sides against the definition in fractions, and weakened right sides fail."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.proofs_check.checks.convergence.scalar_quadratics import TESTS, Inequality, families, holds, work
from hessproof.proofs_check.model.check import Context


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def test_the_change_is_that_of_two_averages() -> None:
    change = TESTS[0].left
    stream = np.random.default_rng(0)
    for one in families(False):
        k = one.count
        for i in stream.integers(len(one.steps), size=20):
            t = Fraction(int(one.steps[i]), 2)
            losses = [
                Fraction(int(c)) + int(g) * t + Fraction(int(a), 2) * t**2
                for c, g, a in zip(one.levels[i], one.slopes[i], one.curvatures[i], strict=True)
            ]
            expected = 8 * k * (k + 1) * abs(mean(losses) - mean(losses[:-1]))
            assert change(one)[i] == expected


@pytest.mark.parametrize("test", TESTS, ids=lambda test: f"{test.claim}-{test.part}")
def test_every_inequality_holds_and_can_fail(test: Inequality) -> None:
    found = work(test, Context())
    assert found.tally.held == found.tally.tried > 20_000
    nothing = (0,) * len(test.terms)
    assert not all(holds(test, one, nothing).all() for one in families(test.critical))
    assert sum(control.caught for control in found.controls) >= 2 * len(test.terms)


@pytest.mark.slow
def test_every_family_is_met_once() -> None:
    for one in families(False):
        rows = np.hstack([one.levels, one.slopes, one.curvatures, one.steps[:, None]])
        assert len(np.unique(rows, axis=0)) == len(rows)
    assert [len(one.steps) for one in families(True)] == [3 ** (2 * (k + 1) + 1) for k in (1, 2, 3)]
