"""The structured witness with bias: its blocks against dense Hessians, and the generic ranks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from dense_bias_hessian import BiasedNetwork, cases

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.witness import Witness, attained_rank
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import best

PARTS = ("outer", "functional", "loss")


@pytest.mark.parametrize("widths", [(2, 3), (1, 1, 2), (3, 2, 3), (2, 1, 2, 2), (3, 2, 1, 3, 2)], ids=str)
def test_blocks_of_the_witness_have_the_rank_of_its_hessian(widths):
    for case in cases(widths):
        point = Witness(Architecture(widths, bias=True), *case)
        network = BiasedNetwork(widths, *case)
        network.sigma, network.augmented_omega = point.sigma, point.omega
        network.omega = np.concatenate([point.omega, np.full((1, widths[0] + 1), 0)])
        for layer, matrix in enumerate(point.parameters):
            network.weights[layer][:-1] = matrix
        for part in PARTS:
            assert point.rank(part) == network.rank_of(part)


@pytest.mark.slow
def test_the_witness_attains_the_generic_ranks():
    for depth in (1, 2, 3, 4):
        for widths in itertools.islice(
            itertools.product((1, 2, 4, 3), repeat=depth + 1), 0, None, (1, 1, 3, 40)[depth - 1]
        ):
            architecture = Architecture(widths, bias=True)
            for data_rank, residual_rank, mean in list(cases(widths))[:: 1 + 2 * (depth > 2)]:
                for part in PARTS:
                    predicted = best(part, bias=True).evaluate(
                        architecture, data_rank - 1, residual_rank - mean, augmented_data_rank=data_rank,
                        augmented_residual_rank=residual_rank, residual_mean=mean,
                    )  # fmt: skip
                    assert attained_rank(architecture, data_rank, residual_rank, mean, part) == predicted


@pytest.mark.parametrize("widths", [(1, 1, 2), (3, 2, 3), (2, 1, 2, 2), (3, 3, 2, 4, 3)], ids=str)
def test_the_outer_part_and_its_kernel_add_up(widths):
    architecture = Architecture(widths, bias=True)
    for data_rank, residual_rank, mean in cases(widths):
        if mean:
            point = Witness(architecture, data_rank, residual_rank)
            assert point.rank("outer") + point.functional_on_kernel() == point.rank("loss")


@pytest.mark.parametrize("case", [(0, 0, 0), (4, 1, 1), (2, 3, 1), (2, 2, 0), (2, 0, 1), (2, 1, 2)], ids=str)
def test_unusable_ranks_of_a_witness(case):
    with pytest.raises(UnusableRequest):
        Witness(Architecture((2, 2, 3), bias=True), *case)
