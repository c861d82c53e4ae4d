"""Hessians of small networks with bias: sections of dense Hessians of networks one neuron wider."""

from __future__ import annotations

import random

import numpy as np
from dense_hessian import Network, matrix_of_rank, random_matrix, rank

from hessproof.symbolic.bias.terms import AffineChain, Embedding
from hessproof.symbolic.terms import Chain


def residuals(stream, outputs, samples, target, mean):
    """Residuals as columns, of the given rank; they add up to zero if ``mean`` is 0."""
    if mean:
        return matrix_of_rank(stream, outputs, samples, target)
    free = matrix_of_rank(stream, outputs, samples - 1, target)
    return np.concatenate([free, -free.sum(axis=1, keepdims=True)], axis=1)


class BiasedNetwork(Network):
    """[W^l b^l], Σ̃ of rank r̃ and Ω̃ of rank s̃ whose last column is zero exactly if ``mean`` is 0."""

    def __init__(self, widths, data_rank, residual_rank, mean=1, seed=0, deficient=False):
        stream = random.Random(f"{widths}|{data_rank}|{residual_rank}|{mean}|{seed}|{deficient}")
        self.plain_widths, self.layers = widths, len(widths) - 1
        self.widths = tuple(width + 1 for width in widths)
        while True:
            x = np.concatenate([random_matrix(stream, widths[0], data_rank), np.full((1, data_rank), 1)])
            delta = residuals(stream, widths[-1], data_rank, residual_rank, mean)
            self.sigma, self.augmented_omega = x.dot(x.T), delta.dot(x.T)
            found = rank(self.sigma), rank(self.augmented_omega), int(self.augmented_omega[:, -1].any())
            if found == (data_rank, residual_rank, mean):
                break
        self.omega = np.concatenate([self.augmented_omega, np.full((1, widths[0] + 1), 0)])
        shapes = list(zip(widths[1:], widths, strict=False))
        ranks = [stream.randint(0, min(shape)) if deficient else min(shape) for shape in shapes]
        self.plain = [matrix_of_rank(stream, *shape, target) for shape, target in zip(shapes, ranks, strict=True)]
        self.weights = []
        for matrix in self.plain:
            upper = np.concatenate([matrix, random_matrix(stream, matrix.shape[0], 1)], axis=1)
            self.weights.append(np.concatenate([upper, np.eye(1, upper.shape[1], upper.shape[1] - 1, dtype=int)]))

    def directions(self):
        """Changes of the first M_l rows of each augmented weight."""
        for layer, unit in super().directions():
            if not unit[-1].any():
                yield layer, unit

    def factor(self, factor):
        """The value of one factor of a word with bias."""
        if isinstance(factor, Embedding):
            size = self.plain_widths[factor.layer]
            return np.eye(size + 1, size, dtype=int).T if factor.transposed else np.eye(size + 1, size, dtype=int)
        if isinstance(factor, Chain | AffineChain):
            affine = isinstance(factor, AffineChain)
            weights, widths = (self.weights, self.widths) if affine else (self.plain, self.plain_widths)
            first, last = (factor.first, factor.last) if factor.descending else (factor.last, factor.first)
            result = np.array(np.eye(widths[first], dtype=int), dtype=object)
            for layer in range(first, last - 1, -1):
                result = result.dot(weights[layer - 1])
            return result if factor.descending else result.T
        value = self.sigma if factor.name == "Sigma" else self.augmented_omega
        return value.T if factor.transposed else value

    def word(self, word):
        """The value of a word with bias."""
        result = self.factor(word[0])
        for factor in word[1:]:
            result = result.dot(self.factor(factor))
        return result


def cases(widths):
    """(r̃, s̃, rk E[δ]) that data can have for these widths."""
    for data_rank in range(1, widths[0] + 2):
        for mean in (0, 1):
            for residual_rank in range(mean, min(data_rank - 1 + mean, widths[-1]) + 1):
                yield data_rank, residual_rank, mean
