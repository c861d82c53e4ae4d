"""Derivations about inertia and about rectified networks: they hold, and wrong ones are refused without numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp

from hessproof.symbolic.derivation import Derivation, Step
from hessproof.symbolic.nonlinear import scalar_output
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.signature import index, inertia, toeplitz, tridiagonal, words
from hessproof.symbolic.words import L

MADE: dict[str, Callable[[], Derivation]] = {
    "partial sums": tridiagonal.partial_sums,
    "last pair": tridiagonal.last_pair,
    "Toeplitz": toeplitz.toeplitz,
    "resonance": toeplitz.resonance,
    "coordinates": words.invariance,
    "opposite": words.opposite,
    "between": words.between,
    "stationary": words.stationary,
    "large residual": index.large_residual,
    "small residual": index.small_residual,
    "rank": index.total_rank,
    "component": scalar_output.orthogonality,
    "count": scalar_output.counted,
}


@pytest.mark.parametrize("name", MADE)
def test_it_holds_and_a_spread_of_its_mutants_is_refused(name: str) -> None:
    derivation = MADE[name]()
    symbolic = derivation.check(0, numbers=False)
    assert symbolic.ok, symbolic.why
    mutants = list(derivation.mutants())
    for mutant in mutants[:: max(1, len(mutants) // 8)]:
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


@pytest.mark.slow
@pytest.mark.parametrize("form", ["functional", "kernel"])
def test_signatures_hold_on_cycles_of_known_structure(form: inertia.Form) -> None:
    derivation = inertia.signature(form)
    for seed in range(2):
        report = derivation.check(seed)
        assert report.ok, report.why
    for mutant in derivation.mutants():
        assert mutant.rejection(), mutant.description


def test_one_layer_has_no_last_pair() -> None:
    form = tridiagonal.tridiagonal(L)
    split = tridiagonal.last_pair()
    short = Derivation("x", "x", Ordering(L >= 1), form, split.steps[:1], split.steps[0].expression,
                       same=tridiagonal.same)  # fmt: skip
    assert "may have fewer than 2 terms" in short.check(0, numbers=False).why


def test_a_change_of_coordinates_that_cannot_be_undone_is_refused() -> None:
    s = tridiagonal.SUMS
    rule = tridiagonal.Coordinates({s[L]: s[L - 1]})
    step = Derivation("x", "x", Ordering(L >= 1), s[L], (Step(s[L - 1], rule),), s[L - 1], same=tridiagonal.same)
    assert "cannot be undone" in step.check(0, numbers=False).why


def test_a_product_that_does_not_stand_there_is_not_exchanged() -> None:
    rule = words.Exchange("none", ((words.B * words.A, sp.S.Zero),))
    word = words.A * words.B
    step = Derivation("x", "x", Ordering(), word, (Step(sp.S.Zero, rule),), sp.S.Zero)
    assert "does not stand in" in step.check(0, numbers=False).why


def test_the_second_equation_needs_its_sum() -> None:
    rule = scalar_output.SecondEquation()
    step = Derivation("x", "x", Ordering(), scalar_output.BETA, (Step(scalar_output.BETA, rule),), scalar_output.BETA)
    assert "does not occur" in step.check(0, numbers=False).why
