"""Hessians of small networks straight from the definition, in Python integers, for the tests of the rank theorems."""

from __future__ import annotations

import random

import numpy as np
from flint import fmpz_mat


def rank(matrix):
    """Exact rank over the rationals."""
    rows, cols = matrix.shape
    return fmpz_mat(rows, cols, [int(x) for x in matrix.ravel()]).rank() if rows and cols else 0


def random_matrix(stream, rows, cols, largest=9):
    """Random integers between −largest and largest."""
    entries = [stream.randint(-largest, largest) for _ in range(rows * cols)]
    return np.array(entries, dtype=object).reshape(rows, cols)


def matrix_of_rank(stream, rows, cols, target, largest=9):
    """A random integer matrix of exactly the given rank."""
    while True:
        product = random_matrix(stream, rows, target, largest).dot(random_matrix(stream, target, cols, largest))
        if not target:
            return np.zeros((rows, cols), dtype=object)
        product = np.asarray(product, dtype=object).reshape(rows, cols)
        if rank(product) == target:
            return product


class Network:
    """Weights W^1 … W^L, Σ of rank r and Ω of rank s with rows in the range of Σ."""

    def __init__(self, widths, data_rank, residual_rank, seed=0, deficient=False):
        stream = random.Random(f"{widths}|{data_rank}|{residual_rank}|{seed}|{deficient}")
        self.widths, self.layers = widths, len(widths) - 1
        x = matrix_of_rank(stream, widths[0], data_rank, data_rank)
        self.sigma = x.dot(x.T)
        self.omega = matrix_of_rank(stream, widths[-1], data_rank, residual_rank).dot(x.T)
        shapes = list(zip(widths[1:], widths, strict=False))
        ranks = [stream.randint(0, min(shape)) if deficient else min(shape) for shape in shapes]
        self.weights = [matrix_of_rank(stream, *shape, target) for shape, target in zip(shapes, ranks, strict=True)]

    def chain(self, first, last):
        """W^first ⋯ W^last, the identity if last = first + 1."""
        result = np.array(np.eye(self.widths[first], dtype=int), dtype=object)
        for layer in range(first, last - 1, -1):
            result = result.dot(self.weights[layer - 1])
        return result

    def word(self, word):
        """The value of a word of plain-data factors."""
        result = None
        for factor in word:
            if hasattr(factor, "descending"):
                assert factor.descending
                value = self.chain(factor.first, factor.last)
            else:
                value = self.sigma if factor.name == "Sigma" else self.omega
                value = value.T if factor.transposed else value
            result = value if result is None else result.dot(value)
        return result

    def directions(self):
        """(layer, matrix unit) for every parameter, in the order of vec_r(W^1), …, vec_r(W^L)."""
        for layer, matrix in enumerate(self.weights, start=1):
            for a in range(matrix.shape[0]):
                for b in range(matrix.shape[1]):
                    unit = np.zeros(matrix.shape, dtype=object)
                    unit[a, b] = 1
                    yield layer, unit

    def jacobian(self, on_data=True):
        """Rows vec_r(dF) for every direction, times Σ if ``on_data``."""
        rows = []
        for layer, unit in self.directions():
            change = self.chain(self.layers, layer + 1).dot(unit).dot(self.chain(layer - 1, 1))
            rows.append((change.dot(self.sigma) if on_data else change).ravel())
        return np.array(rows, dtype=object)

    def hessian(self, part):
        """The p × p matrix of second derivatives of the loss or of one of its two parts."""
        plain, on_data = self.jacobian(on_data=False), self.jacobian()
        outer = plain.dot(on_data.T)
        if part == "outer":
            return outer
        steps = list(self.directions())
        functional = np.zeros(outer.shape, dtype=object)
        for one, (k, u) in enumerate(steps):
            for two, (layer, v) in enumerate(steps):
                if k < layer:
                    inner = v.dot(self.chain(layer - 1, k + 1)).dot(u)
                    second = self.chain(self.layers, layer + 1).dot(inner).dot(self.chain(k - 1, 1))
                    functional[one, two] = functional[two, one] = int((self.omega * second).sum())
        return functional if part == "functional" else outer + functional

    def rank_of(self, part):
        """Exact rank of H_o, H_f or H_L."""
        return rank(self.hessian(part))

    def column_rank(self, layer):
        """Exact rank of block column ``layer`` of H_f."""
        positions = [i for i, (k, _) in enumerate(self.directions()) if k == layer]
        return rank(self.hessian("functional")[:, positions])
