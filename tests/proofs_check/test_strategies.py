"""What the strategies promise holds for every example; what they refuse, they refuse with a remedy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from hessproof.proofs_check import strategies as some
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches import special_weights
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

FEW = settings(max_examples=60, database=None)


@FEW
@given(some.architectures(min_layers=2, max_layers=3, max_width=4, max_parameters=12))
def test_architectures_stay_within_their_bounds(architecture: Architecture) -> None:
    assert 1 <= architecture.layers <= 3
    assert max(architecture.widths) <= 4
    assert architecture.parameters <= 12


@FEW
@given(some.bulged_architectures())
def test_bulged_architectures_have_a_bulge(architecture: Architecture) -> None:
    assert special_weights.bulges(architecture)


@FEW
@given(some.cases())
def test_cases_are_possible(case: Case) -> None:
    case.architecture.check_ranks(case.data_rank, case.residual_rank)


@FEW
@given(st.data())
def test_matrices_have_the_requested_rank(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    rank = data.draw(st.integers(0, min(rows, columns)))
    assert special_weights.integer_rank(data.draw(some.matrices_of_rank(rows, columns, rank))) == rank


@FEW
@given(st.data())
def test_weights_have_the_shapes_of_the_architecture(data: st.DataObject) -> None:
    architecture = data.draw(some.architectures())
    weights = data.draw(some.weights(architecture))
    assert tuple(weight.shape for weight in weights) == architecture.weight_shapes


@FEW
@given(some.vanishing_weights())
def test_vanishing_weights_satisfy_a1_and_lose_rank_in_a_chain(weights: special_weights.Weights) -> None:
    assert special_weights.satisfies_a1(weights)
    assert special_weights.has_deficient_chain(weights)


@pytest.mark.slow
@FEW
@given(st.data())
def test_moments_have_ranks_r_and_s_and_are_those_of_some_data(data: st.DataObject) -> None:
    case = data.draw(some.cases())
    sigma, omega = data.draw(some.moments(case))
    assert special_weights.integer_rank(sigma) == case.data_rank
    assert special_weights.integer_rank(omega) == case.residual_rank
    assert special_weights.integer_rank(np.concatenate([sigma, omega])) == case.data_rank
    assert (sigma == sigma.T).all()


@pytest.mark.slow
@FEW
@given(st.data())
def test_data_keep_their_promises(data: st.DataObject) -> None:
    architecture = data.draw(some.architectures())
    centred = data.draw(st.sampled_from([None, True, False]))
    drawn = data.draw(some.data(architecture, centred=centred))
    assert drawn.inputs.shape == (drawn.samples, architecture.inputs)
    assert drawn.targets.shape == (drawn.samples, architecture.outputs)
    assert drawn.centred or centred is not True
    if drawn.kind == "one-hot":
        assert (drawn.targets.sum(axis=1) == 1).all()
    if drawn.kind == "teacher":
        stacked = np.concatenate([drawn.inputs, drawn.targets], axis=1)
        assert special_weights.integer_rank(stacked) == special_weights.integer_rank(drawn.inputs)


@pytest.mark.slow
def test_examples_shrink_to_the_smallest_network() -> None:
    found = find(some.cases(), lambda case: True, settings=settings(database=None, derandomize=True))
    assert (found.architecture.widths, found.data_rank, found.residual_rank) == ((1, 1), 0, 0)
    deep = find(some.architectures(), lambda a: a.layers >= 3, settings=settings(database=None, derandomize=True))
    assert deep.widths == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        (some.architectures(min_layers=3, max_layers=2), "1 ≤ least ≤ most"),
        (some.architectures(max_width=0), "at least 1"),
        (some.architectures(min_layers=3, max_parameters=2), "allow more parameters"),
        (some.bulged_architectures(max_width=1), "both at least 2"),
        (some.matrices_of_rank(2, 3, 3), "give a lower rank"),
        (some.vanishing_weights(Architecture((2, 1, 2))), "try 1-2-1"),
        (some.data(Architecture((2, 1)), max_samples=0), "allow more samples"),
    ],
)
def test_impossible_bounds_are_refused(strategy: st.SearchStrategy[object], message: str) -> None:
    with pytest.raises(UnusableRequest, match=message):
        find(strategy, lambda example: True, settings=settings(database=None, derandomize=True))
