"""The derived blocks at numbers against second differences of the loss, which are exact for polynomials."""

from __future__ import annotations

import random
from functools import reduce
from itertools import pairwise

import numpy as np
import pytest

from hessproof.symbolic.blocks import hessian_block, jacobian_block
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.terms import Chain, Moment

SHAPES = [(2, 3), (1, 1, 1), (2, 1, 3), (3, 2, 2), (1, 2, 1, 2), (2, 2, 1, 2), (2, 1, 2, 1, 2)]
SAMPLES = 3


class Network:
    """Integer weights and data; moments are sums over the samples, not means."""

    def __init__(self, widths, seed=0):
        stream = random.Random(f"{widths}|{seed}")

        def draw(rows, cols):
            return np.array([[stream.randint(-5, 5) for _ in range(cols)] for _ in range(rows)], dtype=object)

        self.widths, self.layers = widths, len(widths) - 1
        self.weights = [draw(rows, cols) for cols, rows in pairwise(widths)]
        self.x, self.y = draw(widths[0], SAMPLES), draw(widths[-1], SAMPLES)
        residual = reduce(lambda right, left: left.dot(right), self.weights, self.x) - self.y
        self.moments = {"Sigma": self.x.dot(self.x.T), "Omega": residual.dot(self.x.T)}

    def twice_the_loss(self, weights):
        """Σ ‖W^L ⋯ W^1 x − y‖² over the samples."""
        residual = reduce(lambda right, left: left.dot(right), weights, self.x) - self.y
        return (residual * residual).sum()

    def hessian(self):
        """8 times the Hessian, by central differences with step 1, exact since the loss is quadratic in each layer."""
        positions = [(n, *at) for n, weight in enumerate(self.weights) for at in np.ndindex(weight.shape)]

        def moved(*steps):
            weights = [weight.copy() for weight in self.weights]
            for (n, row, col), step in steps:
                weights[n][row, col] += step
            return self.twice_the_loss(weights)

        return np.array([
            [sum(a * b * moved((one, a), (two, b)) for a in (1, -1) for b in (1, -1)) for two in positions]
            for one in positions
        ], dtype=object)  # fmt: skip

    def value(self, factor):
        if isinstance(factor, Moment):
            matrix = self.moments[factor.name]
            return matrix.T if factor.transposed else matrix
        if factor.descending:
            numbers, size = range(factor.first, factor.last - 1, -1), self.widths[factor.first]
        else:
            numbers, size = range(factor.first, factor.last + 1), self.widths[factor.first - 1]
        result = np.array([[int(i == j) for j in range(size)] for i in range(size)], dtype=object)
        for n in numbers:
            weight = self.weights[n - 1]
            result = result.dot(weight if factor.descending else weight.T)
        return result

    def term(self, term, column):
        """The matrix of a Kronecker term; columns are moved from vec_r(W⊤) to vec_r(W) if it is transposed."""
        left, right = (reduce(np.dot, map(self.value, word)) for word in (term.left, term.right))
        matrix = np.kron(left, right)
        if term.transposed:
            rows, cols = self.widths[column], self.widths[column - 1]
            matrix = matrix[:, [j * rows + i for i in range(rows) for j in range(cols)]]
        return matrix

    def assembled(self, parts):
        """The sum of the given parts, block by block."""
        sizes = [rows * cols for cols, rows in pairwise(self.widths)]
        blocks = []
        for k in range(1, self.layers + 1):
            row = []
            for l in range(1, self.layers + 1):
                block = np.zeros((sizes[k - 1], sizes[l - 1]), dtype=object)
                for part in parts:
                    for term in hessian_block(part, self.layers, k, l):
                        block = block + self.term(term, l)
                row.append(block)
            blocks.append(np.concatenate(row, axis=1))
        return np.concatenate(blocks, axis=0)


@pytest.mark.parametrize("widths", SHAPES, ids=str)
def test_the_blocks_are_the_second_derivatives(widths):
    network = Network(widths)
    assert (8 * network.assembled(["outer", "functional"]) == network.hessian()).all()


def test_neither_part_alone_is_the_hessian():
    network = Network((2, 1, 3))
    for part in ("outer", "functional"):
        assert (8 * network.assembled([part]) != network.hessian()).any()


@pytest.mark.parametrize("widths", SHAPES, ids=str)
def test_the_outer_part_is_the_gram_matrix_of_the_jacobian(widths):
    network = Network(widths)
    rows = np.concatenate([network.term(jacobian_block(network.layers, k), k) for k in range(1, network.layers + 1)], 1)
    middle = np.kron(np.array(np.eye(widths[-1], dtype=int), dtype=object), network.moments["Sigma"])
    assert (rows.T.dot(middle).dot(rows) == network.assembled(["outer"])).all()


@pytest.mark.parametrize("widths", SHAPES, ids=str)
def test_the_parts_are_symmetric(widths):
    network = Network(widths, seed=1)
    for part in ("outer", "functional"):
        matrix = network.assembled([part])
        assert (matrix == matrix.T).all()


def test_empty_chains_stay_in_the_terms_as_identities():
    [term] = hessian_block("functional", 2, 1, 2)
    assert term.left == (Chain(False, 2, 1),)
    assert term.right == (Chain(True, 0, 1), Moment("Omega", True), Chain(True, 2, 3))


def test_one_layer_has_no_functional_part():
    assert hessian_block("functional", 1, 1, 1) == ()


@pytest.mark.parametrize(("part", "layers", "k", "l"), [("outer", 2, 0, 1), ("outer", 2, 1, 3), ("sum", 2, 1, 1)])
def test_bad_requests_are_refused(part, layers, k, l):
    with pytest.raises(UnusableRequest, match="expected"):
        hessian_block(part, layers, k, l)
    if part == "outer":
        with pytest.raises(UnusableRequest, match="1 to 2"):
            jacobian_block(layers, 0 if k == 0 else l)
