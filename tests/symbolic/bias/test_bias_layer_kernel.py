"""The layer-local kernel and the blocks with bias, as plain data, against dense Hessians."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from dense_bias_hessian import BiasedNetwork, cases
from dense_hessian import rank
from flint import fmpq_mat, fmpz_mat

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.blocks import hessian_block
from hessproof.symbolic.bias.layer_kernel import kernel_conditions
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import bound
from hessproof.symbolic.layer_kernel import cuts


def pivots(matrix):
    """Pivot columns of the row echelon form."""
    reduced = fmpq_mat(fmpz_mat(*matrix.shape, [int(x) for x in matrix.ravel()])).rref()[0]
    rows = range(matrix.shape[0])
    firsts = [next((j for j in range(matrix.shape[1]) if reduced[i, j] != 0), None) for i in rows]
    return [j for j in firsts if j is not None]


def coordinates(network, part, cut, centred):
    """Coordinates that span a complement of the kernel."""
    chosen, offset = [], 0
    shapes = zip(network.plain_widths[1:], network.widths, strict=False)
    for layer, (rows, cols) in enumerate(shapes, start=1):
        inside = np.zeros((rows, cols), dtype=bool)
        for condition in kernel_conditions(part, network.layers, cut, layer, centred=centred):
            left = pivots(network.word(condition.left)) if condition.left else range(rows)
            right = pivots(network.word(condition.right).T) if condition.right else range(cols)
            for a, b in itertools.product(left, right):
                inside[a, b] = True
        chosen += [offset + int(i) for i in np.flatnonzero(inside)]
        offset += rows * cols
    return chosen


SHAPES = [(1, 1), (2, 3), (2, 1, 2), (1, 3, 1), (2, 2, 1, 2), (2, 1, 2, 1, 2)]


@pytest.mark.parametrize("widths", SHAPES, ids=lambda w: "-".join(map(str, w)))
def test_core_with_bias_has_the_rank_of_the_whole(widths):
    for case, deficient in itertools.product(cases(widths), (False, True)):
        network = BiasedNetwork(widths, *case, deficient=deficient)
        arguments = {"augmented_data_rank": case[0], "augmented_residual_rank": case[1], "residual_mean": case[2]}
        for part in ("outer", "functional", "loss"):
            whole = network.hessian(part)
            sizes = []
            for cut in cuts(part, network.layers):
                core = coordinates(network, part, cut, centred=not case[2])
                sizes.append(len(core))
                assert rank(whole[np.ix_(core, core)]) == rank(whole)
            if part == "functional":
                limit = bound(part, bias=True).evaluate(
                    Architecture(widths, bias=True), case[0] - 1, case[1] - case[2], **arguments
                )
                assert min(sizes) <= limit


@pytest.mark.parametrize("widths", [(2, 3), (2, 1, 2), (1, 2, 1, 2), (2, 1, 2, 1, 1)], ids=str)
def test_blocks_with_bias_are_those_of_the_dense_hessian(widths):
    network = BiasedNetwork(widths, widths[0] + 1, 1)
    slices = Architecture(widths, bias=True).slices
    for part in ("outer", "functional"):
        whole = network.hessian(part)
        for one, two in itertools.product(range(1, network.layers + 1), repeat=2):
            dense = whole[slices[one - 1], slices[two - 1]]
            value = np.zeros(dense.shape, dtype=object)
            for term in hessian_block(part, network.layers, one, two):
                product = np.kron(network.word(term.left), network.word(term.right))
                rows, cols = widths[two], widths[two - 1] + 1
                if term.transposed:
                    product = product.reshape(-1, cols, rows).transpose(0, 2, 1).reshape(dense.shape)
                value = value + product
            assert (value == dense).all()


@pytest.mark.parametrize(
    "action",
    [
        lambda: kernel_conditions("loss", 2, 3, 1),
        lambda: kernel_conditions("functional", 2, 2, 1),
        lambda: kernel_conditions("loss", 2, 1, 3),
        lambda: hessian_block("outer", 2, 0, 1),
        lambda: hessian_block("loss", 2, 1, 1),
    ],
)
def test_unusable_requests_about_layers(action):
    with pytest.raises(UnusableRequest):
        action()
