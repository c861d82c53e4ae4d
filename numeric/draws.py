"""Random integers for parameters and samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hessproof.numeric.bias.data import BiasedRanks, draw_samples
from hessproof.numeric.integers import IntegerMatrix, integers, product, size_exponent
from hessproof.numeric.moments import Moments
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MAGNITUDE = 2**20
"""Weights are drawn uniformly from the integers between -MAGNITUDE and MAGNITUDE unless another range is given."""


def draw_weights(architecture: Architecture, rng: np.random.Generator, magnitude: int) -> tuple[IntegerMatrix, ...]:
    """W^1, …, W^L (with bias [W^l b^l]) with entries uniform between -magnitude and magnitude."""
    bias = architecture.bias
    return tuple(_uniform(rng, (rows, columns + bias), magnitude) for rows, columns in architecture.weight_shapes)


def _uniform(rng: np.random.Generator, shape: tuple[int, int], magnitude: int) -> IntegerMatrix:
    return rng.integers(-magnitude, magnitude, size=shape, endpoint=True).astype(object)


def _factor(rng: np.random.Generator, shape: tuple[int, int], data: str) -> IntegerMatrix:
    if data == "uniform":
        return _uniform(rng, shape, 100)
    return np.rint(rng.standard_normal(shape) * 2**10).astype(np.int64).astype(object)


def outputs_of(architecture: Architecture, weights: Sequence[IntegerMatrix], inputs: IntegerMatrix) -> IntegerMatrix:
    """F(x) = W^{L:1} x + c of a linear network for samples as rows, N × K, with c = Σ_l W^{L:l+1} b^l.

    The chain is multiplied out from the outputs on, so that the samples meet one K × d matrix only.
    """
    chain, constant = weights[-1], integers([0] * architecture.outputs)
    for weight in reversed(weights[:-1]):
        if architecture.bias:
            chain, constant = chain[:, :-1], constant + chain[:, -1]
        chain = product([chain, weight])
    if architecture.bias:
        chain, constant = chain[:, :-1], constant + chain[:, -1]
    return np.asarray(product([inputs, chain.T]) + constant)


def samples_of(
    architecture: Architecture,
    ranks: BiasedRanks | tuple[int, int],
    count: int,
    rng: np.random.Generator,
    data: str,
) -> tuple[IntegerMatrix, IntegerMatrix]:
    """Inputs, N × d, and residuals, N × K."""

    def draw(rng: np.random.Generator, shape: tuple[int, int]) -> IntegerMatrix:
        return _factor(rng, shape, data)

    d, outputs = architecture.inputs, architecture.outputs
    if isinstance(ranks, BiasedRanks):
        return draw_samples(ranks, count, (d, outputs), rng, draw)
    r, s = ranks
    inputs = product([draw(rng, (count, r)), draw(rng, (r, d))])
    return inputs, product([draw(rng, (count, s)), draw(rng, (s, outputs))])


def has_ranks(made: Moments, ranks: BiasedRanks | tuple[int, int]) -> bool:
    """Whether moments have the ranks asked for, over Q."""
    if not isinstance(ranks, BiasedRanks):
        return (made.data_rank, made.residual_rank) == ranks
    mean = int(made.omega[:, -1].any())
    found = BiasedRanks(made.data_rank, made.whole_data_rank, made.residual_rank, made.whole_residual_rank, mean)
    return found == ranks


def levelled(
    architecture: Architecture, weights: tuple[IntegerMatrix, ...], inputs: IntegerMatrix
) -> tuple[IntegerMatrix, ...]:
    """Every b^l times the power of two that brings it to the size of W^l a^{l-1}."""
    values, result = inputs, []
    for weight in weights:
        fed = product([values, weight[:, :-1].T])
        levelled = weight.copy()
        difference = size_exponent(fed) - size_exponent(weight[:, -1:]) - len(inputs).bit_length() // 2
        levelled[:, -1] = levelled[:, -1] * 2 ** max(0, difference)
        values = fed + levelled[:, -1]
        result.append(levelled)
    return tuple(result)


def with_constant_row(parameters: IntegerMatrix) -> IntegerMatrix:
    """[W b] with the row (0, …, 0, 1) below."""
    row = integers(np.zeros((1, parameters.shape[1]), dtype=np.int64))
    row[0, -1] = 1
    return np.vstack([parameters, row])


def refuse_nonlinear(architecture: Architecture) -> None:
    """Refuse a network that is not linear or a loss that is not the squared one.

    Raises:
        UnusableRequest: If so.
    """
    if (architecture.activation, architecture.loss) != ("linear", "mse"):
        raise UnusableRequest(
            f"{architecture} with {architecture.activation} and {architecture.loss}",
            "a linear network under the squared loss",
            "leave both out",
        )


def check_magnitude(magnitude: int) -> None:
    """Refuse a range of weights that is empty or too large for the generator.

    Raises:
        UnusableRequest: If so.
    """
    if not 1 <= magnitude < 2**62:
        raise UnusableRequest(f"magnitude {magnitude}", "1 to 2^62 - 1", f"give {MAGNITUDE}")
