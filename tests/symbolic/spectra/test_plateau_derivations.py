"""The derivations of repeated eigenvalues: they hold, wrong ones are rejected without numbers."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Symbol

from hessproof.numeric.instance import special_instance
from hessproof.numeric.reference import reference_hessian
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.kronecker import VecR
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.spectra import orthogonal, plateaus
from hessproof.symbolic.words import Descending, L, Transposed, k, times

ALL = (*plateaus.every_depth(), plateaus.count(), *orthogonal.spectrum())


@pytest.mark.slow
@pytest.mark.parametrize("derivation", ALL, ids=lambda one: one.claim)
def test_it_holds_symbolically_and_on_numbers(derivation: Derivation) -> None:
    report = derivation.check(3, count=4)
    assert report.ok, report.why
    assert report.instances > 0


@pytest.mark.slow
@pytest.mark.parametrize("derivation", ALL, ids=lambda one: one.claim)
def test_wrong_variants_are_rejected_or_equal(derivation: Derivation) -> None:
    mutants = list(derivation.mutants())[::9]
    accepted = [mutant for mutant in mutants if not mutant.rejection()]
    assert all(not mutant.differs(derivation) for mutant in accepted)
    assert len(accepted) < len(mutants)


@pytest.mark.slow
def test_without_the_free_direction_the_rows_before_do_not_vanish() -> None:
    derivation = plateaus.functional_row("before")
    wrong = Derivation(**{**vars(derivation), "ordering": derivation.ordering, "valuations": plateaus._singular})
    assert not all(wrong.check(seed, symbolic=False).ok for seed in range(4))


def test_the_stated_eigenvectors_are_eigenvectors_of_a_network_with_three_layers() -> None:
    weights = [np.array([[2, 1], [1, 3], [0, 0]]), np.array([[1, 2, 0]]), np.array([[1], [2]])]
    omega = np.array([[0, 1], [0, 0]])
    instance = special_instance(Architecture((2, 3, 1, 2)), weights, np.eye(2, dtype=int), omega)
    free = np.array([0, 0, 1])
    seen = weights[2].T @ omega
    assert seen.tolist() == [[0, 1]]
    v, w, sigma = np.array([0, 1]), np.array([1]), 1
    for part in ("functional", "loss"):
        hessian = reference_hessian(instance, part)
        for sign in (1, -1):
            blocks = [np.outer(free, v).ravel(), sign * np.outer(w, free).ravel(), np.zeros(2, dtype=int)]
            direction = np.concatenate(blocks)
            assert (hessian @ direction == sign * sigma * direction).all()


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ((Transposed(k, L), Descending(L, 1)), Descending(k - 1, 1)),
        ((Transposed(1, L), Descending(L, k)), Transposed(1, k - 1)),
        ((Descending(k, 1), Transposed(1, L)), Transposed(k + 1, L)),
        ((Descending(L, 1), Transposed(1, k)), Descending(L, k + 1)),
    ],
)
def test_orthogonal_chains_cancel_where_they_meet(word: tuple[object, ...], left: object) -> None:
    found = orthogonal.OrthogonalWeights().apply(VecR(times(*word)), Ordering(k >= 1, k + 1 <= L))
    assert found == VecR(left)


def test_chains_of_unsettled_length_stay() -> None:
    m = Symbol("m", integer=True)
    order = Ordering(k >= 1, k <= L, m >= 1, m <= L)
    word = VecR(times(Transposed(k, L), Descending(L, m)))
    assert orthogonal.OrthogonalWeights().apply(word, order) == word
