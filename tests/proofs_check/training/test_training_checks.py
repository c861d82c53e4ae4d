"""The checks about training find what is there, and their controls notice what is not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.training import balanced, bounds, effective, labels, needed, vanishing, weights
from hessproof.proofs_check.checks.training.exact_points import again, shrinking
from hessproof.proofs_check.checks.training.smaller_weights import no_greater, on_data
from hessproof.proofs_check.criteria import training as criteria
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import held
from hessproof.proofs_check.searches.search import special_points
from hessproof.symbolic.architecture import Architecture

FAST = [
    check
    for module in (balanced, bounds, effective, labels, needed)
    for check in module.CHECKS
    if check.engine == Engine.EXACT
]
INTEGRATED = [check for check in balanced.CHECKS if check.engine == Engine.FLOAT]


@pytest.mark.slow
@pytest.mark.parametrize("check", FAST, ids=lambda check: f"{check.claim}/{check.part}/{check.name}")
def test_repairs_hold_and_published_statements_are_as_found(check: object) -> None:
    evidence = check.run(Context(Profile.QUICK))  # type: ignore[attr-defined]
    assert any(control.caught for control in evidence.controls)
    if evidence.claim == "singh2021.effective_parameters":
        assert evidence.counterexample is not None
        assert evidence.counterexample.confirmed_by
    else:
        assert held(evidence), evidence.tally


@pytest.mark.long
@pytest.mark.parametrize("check", INTEGRATED, ids=lambda check: f"{check.claim}/{check.part}")
def test_integrated_trajectories_keep_their_ranks(check: object) -> None:
    assert held(check.run(Context(Profile.QUICK)))  # type: ignore[attr-defined]


def test_criteria_name_parts_that_exist() -> None:
    for criterion in criteria.CRITERIA:
        assert claim(criterion.claim).part(criterion.part)
        assert criterion.seeds
        assert criterion.why


def test_rank_rises_where_weights_shrink_on_one_to_one_networks() -> None:
    found = []
    for batch in on_data(Architecture((1, 1, 1))):
        found += [
            (one, two) for one in batch for two in batch if no_greater(one, two) and two.rank("loss") > one.rank("loss")
        ]
    assert found
    one, two = found[0]
    assert (again(one).rank("loss"), again(two).rank("loss")) == (one.rank("loss"), two.rank("loss"))


def test_the_functional_rank_does_not_see_the_size_of_the_residual() -> None:
    for point in special_points(Architecture((2, 2, 1))):
        assert len({each.rank("functional") for each in shrinking(point)}) == 1


def test_the_resolvent_knows_the_eigenvalues() -> None:
    matrix = np.diag([2, 3, 0])
    alpha = Fraction(1, 7)
    assert effective.resolvent(matrix, alpha) == effective.known([Fraction(2), Fraction(3)], alpha)
    assert 0 < effective.smallest_eigenvalue_bound(matrix, 2) <= 2


def test_the_bound_on_the_functional_hessian_is_attained_by_one_hidden_neuron() -> None:
    assert all(value == bound for _, _, value, bound in vanishing.norms((1, 1, 1), 1, 1))


def test_an_unbalanced_start_changes_the_rank_and_a_balanced_one_does_not() -> None:
    assert needed.rank_rises(needed.UNBALANCED)
    assert not any(needed.rank_rises(one) for one in needed.variants())


def test_conserved_quantities_force_a_sign_change_only_below_the_diagonal() -> None:
    assert weights.crossing(1, 2)
    assert not weights.crossing(2, 1)
    assert weights.signs(0.5)[1] < 0 < weights.signs(1.5)[1]


def test_starts_of_every_rank_are_tried() -> None:
    ranks = {start.rank for start in balanced.starts(Context(Profile.QUICK), centred=True, keep=lambda a: True)}
    assert ranks == {0, 1, 2}


@pytest.mark.parametrize("widths", [(2, 1, 2), (3, 1, 3)])
def test_without_labels_a_bottleneck_limits_the_residual(widths: tuple[int, ...]) -> None:
    architecture = Architecture(widths)
    assert labels.drawn_rank(architecture, widths[0], 0) == 1
    assert labels.drawn_rank(architecture, widths[0], 1) == 2


def test_the_blocks_of_the_functional_hessian_hold_the_residual_once() -> None:
    assert vanishing.words_with_residual() == {"H_f, k < l": 1, "H_f, k > l": 1, "H_o": 0}
