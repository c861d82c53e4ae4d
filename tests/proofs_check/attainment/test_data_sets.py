"""Small data sets: what is listed, how the ranks are measured, and that a wrong statement would be noticed."""

from __future__ import annotations

import numpy as np
import pytest

from hessproof.numeric.kernels import hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.attainment import data_sets, elimination
from hessproof.proofs_check.checks.attainment.small_data import PRIME, DataSet, inputs_of, labels_of, measure
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.elimination.labels import LABELS, RESIDUAL_RANK
from hessproof.symbolic.formulas import FORMULAS


def measured(architecture, inputs, labels, mode="labels"):
    data = DataSet(architecture, np.array(inputs, dtype=np.int64), np.array(labels, dtype=np.int64), mode)
    return measure([data], np.random.default_rng(1), data_sets.is_right)[0]


def test_the_list_reaches_every_corner():
    rng = np.random.default_rng(0)
    found = [one for limits in data_sets.RANGES[Profile.STANDARD] for one in data_sets.data_sets(*limits, rng)]
    cases = {(one.architecture.layers, np.linalg.matrix_rank(one.sigma), one.mode) for one in found}
    assert {
        (layers, rank, mode) for layers in (1, 2, 3) for rank in (0, 1, 2) for mode in ("labels", "residual")
    } <= cases
    assert any(one.architecture.outputs > np.linalg.matrix_rank(one.sigma) > 0 for one in found)
    assert any(not one.labels.any() and len(one.inputs) for one in found)
    assert any(
        one.architecture.layers == 3 and 1 in one.architecture.hidden and min(one.architecture.widths[::3]) > 1
        for one in found
    )
    regions = {region.name for region in claim(data_sets.CLAIM).part("labels").regions}
    reached = {
        claim(data_sets.CLAIM).part("labels").region_of(one.case)
        for one in measure(found[::37], rng, data_sets.is_right)
    }
    assert reached == regions


def test_inputs_are_listed_once():
    listed = [tuple(map(tuple, rows)) for rows in inputs_of(2)]
    assert len(set(listed)) == len(listed)
    assert () in listed
    assert ((1, 1), (1, -1)) in listed or ((1, -1), (1, 1)) in listed
    assert sum(1 for _ in labels_of(2, 2, np.random.default_rng(0))) == 17


@pytest.mark.parametrize(("widths", "inputs", "labels", "mode"), [
    ((2, 2, 1), [[1, 0], [1, 1]], [[0], [0]], "labels"),
    ((2, 1, 2), [[1, 1]], [[1, 0]], "residual"),
    ((1, 2, 3), [[2]], [[1, 2, 3]], "labels"),
    ((2, 2), [[0, 0]], [[5, 5]], "labels"),
    ((2, 2, 2, 2), [[1, 0], [0, 1]], [[1, 0], [0, 1]], "residual"),
])  # fmt: skip
def test_ranks_are_those_of_the_hessian(widths, inputs, labels, mode):
    architecture = Architecture(widths)
    found = measured(architecture, inputs, labels, mode)
    rng = np.random.default_rng(7)
    weights = [rng.integers(-50, 50, shape).astype(object) for shape in architecture.weight_shapes]
    chain = weights[0]
    for weight in weights[1:]:
        chain = weight @ chain
    sigma, cross = found.data.sigma.astype(object), found.data.cross.astype(object)
    omega = cross if mode == "residual" else chain @ sigma - cross
    for part in ("loss", "functional"):
        dense = np.array(hessian(weights, sigma, omega, part), dtype=float)
        assert np.linalg.matrix_rank(dense / max(1.0, abs(dense).max())) == found.ranks[part]
    assert data_sets.is_right(found)


def test_labels_that_the_weights_fit_are_an_exception():
    control = data_sets._fitted("labels")
    assert control.caught


def test_one_residual_per_label_rank():
    architecture = Architecture((2, 1, 2))
    for labels, rank in (([[0, 0], [0, 0]], 1), ([[1, 0], [0, 0]], 2), ([[1, 0], [0, 1]], 2)):
        found = measured(architecture, [[1, 0], [0, 1]], labels)
        assert found.ranks["residual"] == rank == data_sets.residual_rank(found)
        assert found.ranks["functional"] == FORMULAS["functional_generic"].evaluate(architecture, 2, rank)
    assert PRIME < 2**28


def test_both_routes_state_the_same_rank_of_the_residual():
    assert data_sets.STATED.xreplace({data_sets.SIGMA: LABELS}) == RESIDUAL_RANK


def test_lemmas_are_listed_once():
    found = elimination.with_lemmas(elimination._fact7())
    assert len({one.claim for one in found}) == len(found) > 15


@pytest.mark.long
def test_checks_hold_and_are_seen_to_fail():
    context = Context(Profile.QUICK)
    for check in (*data_sets.CHECKS, *elimination.CHECKS):
        evidence = check.run(context)
        assert evidence.tally.failed == evidence.tally.undecided == 0
        assert evidence.tally.held > 0
        assert any(control.caught for control in evidence.controls)
        assert all(control.caught for control in evidence.controls) or check.name == "data sets"
