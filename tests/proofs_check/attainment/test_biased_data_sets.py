"""Small data sets with bias: both routes measure the same ranks, and exceptions would be noticed."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import lambdify

from hessproof.proofs_check.checks.attainment import biased_data_sets
from hessproof.proofs_check.checks.attainment.biased_data_sets import ROUTES, SIGMA, STATED, measure, moments, right
from hessproof.proofs_check.checks.attainment.small_data import DataSet
from hessproof.proofs_check.model.check import Profile
from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.elimination import biased_labels
from hessproof.symbolic.elimination.labels import LABELS


def data_set(widths, inputs, labels):
    return DataSet(Architecture(widths), np.array(inputs, dtype=np.int64), np.array(labels, dtype=np.int64), "labels")


SETS = (
    data_set((1, 1, 2), [[1], [0]], [[1, 0], [0, 0]]), data_set((2, 1, 2), [[1, 1]], [[0, 0]]),
    data_set((2, 2), [[1, 0], [0, 1], [1, 1]], [[1, 2], [0, 1], [1, 1]]), data_set((1, 2, 3), [[0]], [[1, 1, 1]]),
    data_set((2, 3, 1, 3), [[1, 0], [0, 1], [0, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
)  # fmt: skip


@pytest.mark.parametrize("data", SETS, ids=lambda data: str(data.architecture))
def test_both_routes_measure_the_stated_ranks(data):
    one, two = (measure(data, ranks, np.random.default_rng(3)) for ranks in ROUTES.values())
    assert one.ranks == two.ranks
    assert all(right(one, key) for key in biased_data_sets.PARTS)


def test_moments_of_centred_data():
    found = moments(SETS[2])
    assert (found.data_rank, found.augmented_data_rank, found.label_rank) == (2, 3, 2)
    alone = moments(SETS[1])
    assert (alone.data_rank, alone.augmented_data_rank, alone.label_rank, alone.stated) == (1, 1, 0, 1)


def test_the_statement_is_that_of_the_derivation():
    assert STATED.xreplace({SIGMA: LABELS}) == biased_labels.STATED
    value = lambdify((formula.r_aug, formula.K, formula.q_centred, SIGMA), STATED, "math")
    for data in SETS:
        found = moments(data)
        inner = found.augmented_data_rank - 1
        q = min(inner, *data.architecture.widths[1:])
        assert value(found.augmented_data_rank, data.architecture.outputs, q, found.label_rank) == found.stated


def test_the_list_reaches_every_kind_of_data():
    found = [moments(one) for one in biased_data_sets.chosen_sets(Profile.STANDARD, np.random.default_rng(0))]
    kinds = {(one.architecture.layers, one.augmented_data_rank - one.data_rank, bool(one.label_rank)) for one in found}
    assert {(layers, more, labels) for layers in (2, 3, 4) for more in (0, 1) for labels in (False, True)} <= kinds
    assert any(one.architecture.layers == 1 for one in found)
    assert any(one.architecture.outputs > one.augmented_data_rank for one in found)
    assert any(not one.data.labels.any() for one in found)


def test_a_rank_that_is_too_small_is_an_exception():
    found = measure(SETS[0], ROUTES["blocks"], np.random.default_rng(3))
    found.ranks = {name: rank - 1 for name, rank in found.ranks.items()}
    assert not any(right(found, key) for key in biased_data_sets.PARTS)
