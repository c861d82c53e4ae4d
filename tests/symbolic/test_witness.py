"""The witness attains the generic ranks, for every architecture tried and for networks too large to assemble."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy as sp
from dense_hessian import Network, rank

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS, best
from hessproof.symbolic.witness import Kind, attained_rank, block_matrix, loss_count, regular_determinant

CASES = [
    (Architecture(widths), r, s)
    for depth in (1, 2, 3, 4)
    for widths in itertools.product((1, 2, 3), repeat=depth + 1)
    for r in {widths[0], widths[0] - 1}
    for s in range(min(r, widths[-1]) + 1)
]


@pytest.mark.parametrize("part", ["outer", "functional", "loss"])
def test_witness_attains_the_generic_rank(part):
    for architecture, r, s in CASES:
        assert attained_rank(architecture, r, s, part) == best(part).evaluate(architecture, r, s)


@pytest.mark.parametrize("widths", [(2, 2), (3, 2, 3), (2, 3, 1, 2), (3, 2, 3, 2)])
def test_blocks_are_those_of_the_dense_hessian(widths):
    for s in range(min(widths[0], widths[-1]) + 1):
        network = Network(widths, widths[0], s)
        shapes = zip(widths[1:], widths, strict=False)
        network.weights = [np.eye(*shape, dtype=int).astype(object) for shape in shapes]
        network.sigma = np.eye(widths[0], dtype=int).astype(object)
        entries = [1] * min(s, *widths) + [3] * (s - min(s, *widths)) + [0] * 9
        network.omega = np.diag(entries)[: widths[-1], : widths[0]].astype(object)
        for part in ("outer", "functional", "loss"):
            assert network.rank_of(part) == attained_rank(Architecture(widths), widths[0], s, part)


def test_regular_blocks():
    for depth in range(1, 7):
        kind = Kind((True,) * (depth + 1), 1, 1)
        diagonal, pair = (sp.Matrix(block_matrix(kind, kind, same, "loss")) for same in (True, False))
        assert diagonal.det() == regular_determinant(depth)
        assert abs(pair.det()) == abs(regular_determinant(depth))
        assert rank(block_matrix(kind, kind, False, "outer")) == 2


def test_count_for_symbolic_depth():
    assert loss_count().check(0).ok
    for mutant in list(loss_count().mutants())[::9]:
        assert not mutant.derivation.check(numbers=False).ok, mutant.description


@pytest.mark.long
def test_wrong_formulas_are_not_attained():
    measured = [attained_rank(*case) for case in CASES]
    missed = [m for m in FORMULAS["loss_generic"].mutants() if [m.evaluate(*case) for case in CASES] == measured]
    assert all(mutant.mutation.startswith(r"\hat{q} defined with") for mutant in missed)


def test_ranks_that_the_widths_do_not_allow():
    with pytest.raises(UnusableRequest):
        attained_rank(Architecture.parse("2-2"), 3, 0)
