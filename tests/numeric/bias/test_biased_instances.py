"""Instances with bias: every rank that data can have is drawn as asked for, and what is impossible is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric import draws
from hessproof.numeric.balance import scaled
from hessproof.numeric.bias.centred import centred
from hessproof.numeric.bias.data import BiasedRanks, chosen_ranks
from hessproof.numeric.instance import (
    Instance,
    data_instance,
    from_description,
    generic_instance,
    special_instance,
)
from hessproof.numeric.integers import integers, rational_rank
from hessproof.numeric.moments import augmented
from hessproof.proofs_check.bias.cases import biased_cases
from hessproof.proofs_check.bias.draws import draw_case
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def ranks_of(one: Instance) -> tuple[int, ...]:
    return (
        one.data_rank,
        one.augmented_data_rank,
        one.residual_rank,
        one.augmented_residual_rank,
        one.residual_mean,
    )


def wanted(case: Case) -> tuple[int | None, ...]:
    return (
        case.data_rank,
        case.augmented_data_rank,
        case.residual_rank,
        case.augmented_residual_rank,
        case.residual_mean,
    )


@pytest.mark.parametrize("widths", [(1, 1), (3, 2), (2, 3), (3, 1, 2), (2, 2, 3)])
def test_every_case_is_drawn_with_its_ranks(widths: tuple[int, ...]) -> None:
    for case in biased_cases(Architecture(widths, bias=True)):
        one = draw_case(case, seed=4)
        assert ranks_of(one) == wanted(case)
        assert one.inputs is not None
        assert one.targets is not None
        rows = augmented(one.inputs)
        outputs = one.inputs
        for matrix in one.weights:
            outputs = outputs.dot(matrix[:, :-1].T) + matrix[:, -1]
        assert (one.sigma == rows.T.dot(rows)).all()
        assert (one.omega == (outputs - one.targets).T.dot(rows)).all()
        assert (one.cross == one.targets.T.dot(rows)).all()


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.integers(0, 2**20), st.data())
def test_described_instances_are_made_again(widths: list[int], seed: int, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(list(biased_cases(Architecture(tuple(widths), bias=True)))))
    one = draw_case(case, seed)
    again = from_description(one.describe())
    assert again.describe() == one.describe()
    assert all((a == b).all() for a, b in zip(one.weights, again.weights, strict=True))
    assert (one.omega == again.omega).all()
    special = special_instance(one.architecture, one.weights, one.sigma, one.omega)
    assert ranks_of(from_description(special.describe())) == wanted(case)


def test_what_is_left_open_is_as_large_as_it_can_be() -> None:
    architecture = Architecture((3, 4, 3), bias=True)
    assert ranks_of(generic_instance(architecture, 3, 3)) == (3, 4, 3, 3, 1)
    assert ranks_of(generic_instance(architecture, 2, 1)) == (2, 3, 1, 2, 1)
    assert ranks_of(generic_instance(architecture, 2, 2, samples=2)) == (2, 2, 2, 2, 1)
    assert ranks_of(generic_instance(architecture, 2, 0)) == (2, 3, 0, 1, 1)
    assert ranks_of(generic_instance(architecture, 2, 1, residual_mean=0)) == (2, 3, 1, 1, 0)
    assert ranks_of(generic_instance(architecture, 2, 0, augmented_residual_rank=0)) == (2, 3, 0, 0, 0)


def test_given_data_keep_their_ranks() -> None:
    one = data_instance(Architecture((2, 2), bias=True), [[1, 0], [0, 1]], [[0, 0], [0, 0]], seed=3)
    assert (one.data_rank, one.augmented_data_rank) == (2, 2)
    plain = data_instance(Architecture((2, 2)), [[1, 0], [0, 1], [0, 0]], [[0, 0], [0, 0], [1, 1]], seed=3)
    assert (plain.data_rank, plain.augmented_data_rank) == (2, 3)
    assert plain.residual_mean == 1
    moments = special_instance(Architecture((1, 1)), [[[1]]], [[1]], [[1]])
    with pytest.raises(UnusableRequest, match="without samples"):
        _ = moments.augmented_data_rank


def test_biases_are_as_large_as_what_they_are_added_to() -> None:
    one = generic_instance(Architecture((3, 3, 3, 3), bias=True), 3, 3, samples=8)
    weights, _, _ = scaled(one)
    assert all(0.01 < np.abs(matrix[:, -1]).max() < 100 for matrix in weights)


def test_the_centred_network_has_the_covariance() -> None:
    inputs, targets = integers([[1, 2], [3, 0], [5, 1]]), integers([[0], [1], [5]])
    one = data_instance(Architecture((2, 1), bias=True), inputs, targets, weights=[[[1, 2, 3]]])
    moved = centred(one)
    count = len(inputs)
    shifted = count * inputs - inputs.sum(axis=0)
    assert (moved.sigma * count == shifted.T.dot(shifted)).all()
    residuals = inputs.dot(one.weights[0][:, :2].T) + 3 - targets
    assert (moved.omega == residuals.T.dot(shifted)).all()
    assert rational_rank(moved.sigma) == one.augmented_data_rank - 1
    with pytest.raises(UnusableRequest, match="expected a network with bias"):
        centred(moved)


_ONE = Architecture((3, 2), bias=True)
IMPOSSIBLE: list[tuple[Any, str]] = [
    (lambda: generic_instance(_ONE, 2, 1, augmented_data_rank=4), "augmented data rank 4: expected 2 to 3"),
    (lambda: generic_instance(_ONE, 0, 0, augmented_data_rank=0), "augmented data rank 0: expected 1 to 1"),
    (lambda: generic_instance(_ONE, 2, 2, augmented_residual_rank=3), "augmented residual rank 3: expected 2 to 2"),
    (lambda: generic_instance(_ONE, 2, 0, augmented_residual_rank=0, residual_mean=1), "rank 0: expected 1 to 1"),
    (
        lambda: generic_instance(_ONE, 2, 1, augmented_data_rank=2, augmented_residual_rank=2),
        "augmented residual rank 2: expected 1 to 1",
    ),
    (lambda: generic_instance(_ONE, 1, 1, augmented_data_rank=1, residual_mean=0), "rank 1: expected 1 to 0"),
    (lambda: generic_instance(_ONE, 2, 1, residual_mean=2), "rank 2 of E[δ]: expected 0 or 1"),
    (lambda: generic_instance(_ONE, 2, 1, samples=1), "1 samples: expected at least 3"),
    (lambda: generic_instance(Architecture((3, 2)), 2, 1, residual_mean=0), "without bias: expected a network with"),
    (lambda: special_instance(_ONE, [[[1, 1, 1], [1, 1, 1]]], [[1]], [[1]]), "give [W^l b^l] as M_l × (M_{l-1} + 1)"),
    (lambda: special_instance(Architecture((1, 1), bias=True), [[[1, 1]]], [[0, 0], [0, 0]], [[0, 0]]), "a positive"),
]


@pytest.mark.parametrize(("make", "message"), IMPOSSIBLE, ids=[message for _, message in IMPOSSIBLE])
def test_impossible_data_are_refused_in_one_line(make: Any, message: str) -> None:
    with pytest.raises(UnusableRequest) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_control_a_draw_of_lower_rank_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "_factor", lambda rng, shape, data: np.ones(shape, dtype=object))
    with pytest.raises(UnusableRequest, match="ranks that turn up in 20 draws"):
        generic_instance(Architecture((3, 2), bias=True), 3, 2)


def test_chosen_ranks_are_checked() -> None:
    assert chosen_ranks(_ONE, 2, 1, 2) == BiasedRanks(2, 2, 1, 1, 1)
    with pytest.raises(UnusableRequest, match="data rank 4"):
        chosen_ranks(_ONE, 4, 1)
