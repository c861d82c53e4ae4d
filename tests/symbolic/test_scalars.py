"""Scalar symbols on tiny networks against the derived blocks and the rank formulas."""

from __future__ import annotations

import pytest

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS, best
from hessproof.symbolic.scalars import RANK_SHAPES, SHAPES, ScalarNetwork


@pytest.mark.parametrize("shape", SHAPES)
def test_every_entry_of_the_blocks(shape):
    network = ScalarNetwork(Architecture.parse(shape))
    for part in ("outer", "functional", "loss"):
        comparison = network.compare(part)
        assert comparison.ok
        assert comparison.entries == network.architecture.parameters**2


def test_a_wrong_block_is_located():
    network = ScalarNetwork(Architecture.parse("1-2-1"))
    wrong = network.assembled("loss").copy()
    wrong[1, 2] = wrong[1, 2] + network.omega[0, 0]
    assert network.compare("loss", wrong).differing == ((1, 2),)
    assert not network.compare("loss", network.assembled("outer")).ok


def test_hessian_is_symmetric_and_splits():
    network = ScalarNetwork(Architecture.parse("2-2-2"))
    whole = network.hessian("loss")
    assert (whole == whole.T).all()
    assert (whole == network.hessian("outer") + network.hessian("functional")).all()


@pytest.mark.parametrize("shape", RANK_SHAPES)
def test_generic_rank_over_rational_functions(shape):
    architecture = Architecture.parse(shape)
    network = ScalarNetwork(architecture)
    r, s = architecture.inputs, min(architecture.inputs, architecture.outputs)
    for part in ("outer", "functional", "loss"):
        assert network.generic_rank(part) == best(part).evaluate(architecture, r, s)
    assert network.generic_rank("loss") == FORMULAS["fact7"].evaluate(architecture, r, s)


@pytest.mark.slow
def test_wrong_rank_formulas_disagree_somewhere():
    networks = [ScalarNetwork(Architecture.parse(shape)) for shape in RANK_SHAPES]
    known = [network.architecture for network in networks]
    sizes = [(a, a.inputs, min(a.inputs, a.outputs)) for a in known]
    measured = [network.generic_rank("loss") for network in networks]
    caught = [m for m in FORMULAS["fact7"].mutants() if [m.evaluate(*case) for case in sizes] != measured]
    assert len(caught) >= 30


def test_networks_with_too_many_symbols_are_refused():
    with pytest.raises(UnusableRequest, match="at most 16"):
        ScalarNetwork(Architecture.parse("5-5"))
