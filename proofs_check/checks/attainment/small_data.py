"""Small data sets, listed, and the ranks at weights that are drawn for each of them, modulo a prime.

All X with entries in {−1, 0, 1} (up to order and signs of the samples; {0, 1} for three inputs or more) and, where they
are few, all Y with entries in {0, 1}; else chosen ones: zero, equal, one-hot, random. The same pairs serve as given
moments, Σ = X⊤X and Ω = Y⊤X. Weights are drawn uniformly below a prime, so that a rank that is too small by accident
has a chance below 10^-6. A rank modulo a prime is a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.primes import primes
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.surveys.block_batches import LARGEST_MODULUS, BlockBatch
from hessproof.symbolic.architecture import Architecture

Matrix = NDArray[np.int64]
Mode = Literal["labels", "residual"]

PRIME = primes(1, below=LARGEST_MODULUS)[0]
DRAWS = 4
"""Weights tried for a data set before its rank counts as too small."""
FEW = 4
"""Up to N·K = 4 labels all 2^(NK) settings of zeros and ones are tried."""


@dataclass(frozen=True)
class DataSet:
    """Inputs and labels as rows; ``labels`` are residuals where moments are given."""

    architecture: Architecture
    inputs: Matrix
    labels: Matrix
    mode: Mode

    @property
    def sigma(self) -> Matrix:
        """Σ, N times."""
        return self.inputs.T @ self.inputs

    @property
    def cross(self) -> Matrix:
        """E[yx⊤], or Ω, N times."""
        return self.labels.T @ self.inputs


@dataclass
class Measured:
    """The largest ranks found for one data set: r and σ over Q, the others modulo a prime."""

    data: DataSet
    data_rank: int
    label_rank: int
    ranks: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """All that a formula sees: data sets with one key are right or wrong together."""
        return self.data.architecture, self.data.mode, self.data_rank, self.label_rank, *self.ranks.values()

    @property
    def case(self) -> Case:
        """The architecture with r and s."""
        return Case(self.data.architecture, self.data_rank, self.ranks["residual"])

    def __str__(self) -> str:
        x, y = self.data.inputs.tolist(), self.data.labels.tolist()
        return f"{self.data.architecture}, X = {x}, {'Y' if self.data.mode == 'labels' else 'δ'} = {y}"


def inputs_of(width: int) -> Iterator[Matrix]:
    """All X of up to d samples with small entries, up to the order and the signs of the samples.

    Example:
        >>> sum(1 for _ in inputs_of(1)), sum(1 for _ in inputs_of(2))
        (2, 15)
    """
    entries = (0, 1, -1) if width <= 2 else (0, 1)
    rows = [row for row in product(entries, repeat=width) if next((entry for entry in row if entry), 0) > 0]
    for samples in range(width + 1):
        for chosen in combinations_with_replacement(rows, samples):
            yield np.array(chosen, dtype=np.int64).reshape(samples, width)


def labels_of(samples: int, outputs: int, rng: np.random.Generator) -> Iterator[Matrix]:
    """All Y of zeros and ones where they are few; otherwise zero, equal, one-hot; and random ones in each case."""
    shape = samples, outputs
    if samples * outputs <= FEW:
        for entries in product((0, 1), repeat=samples * outputs):
            yield np.array(entries, dtype=np.int64).reshape(shape)
    else:
        yield np.zeros(shape, dtype=np.int64)
        yield np.ones(shape, dtype=np.int64)
        yield np.eye(samples, outputs, dtype=np.int64)
    yield rng.integers(-9, 10, shape)


def data_sets(depth: int, width: int, step: int, rng: np.random.Generator) -> Iterator[DataSet]:
    """Data sets of all architectures with L ≤ depth and widths ≤ width, one of ``step``, as labels and as residuals."""
    count = 0
    for architecture in architectures_within(depth, width):
        for inputs in inputs_of(architecture.inputs):
            for labels in labels_of(len(inputs), architecture.outputs, rng):
                count += 1
                if count % step == 0:
                    yield DataSet(architecture, inputs, labels, "labels")
                    yield DataSet(architecture, inputs, labels, "residual")


def measure(found: Sequence[DataSet], rng: np.random.Generator, enough: Callable[[Measured], bool]) -> list[Measured]:
    """The ranks of Ω, H_f and H_L for each data set, at one draw of weights, or more until they are ``enough``."""
    measured = [Measured(data, _rank(data.sigma), _rank(data.cross)) for data in found]
    waiting = list(measured)
    for _ in range(DRAWS):
        by_network: dict[Architecture, list[Measured]] = {}
        for one in waiting:
            by_network.setdefault(one.data.architecture, []).append(one)
        for architecture, alike in by_network.items():
            _draw(architecture, alike, rng)
        waiting = [one for one in waiting if not enough(one)]
        if not waiting:
            break
    return measured


def _rank(matrix: Matrix) -> int:
    return exact_rank(matrix).value if matrix.any() else 0


def _draw(architecture: Architecture, found: Sequence[Measured], rng: np.random.Generator) -> None:
    """One draw of weights for each data set of one architecture; the larger rank is kept."""
    shapes = architecture.weight_shapes
    weights = [rng.integers(0, PRIME, (len(found), *shape)) for shape in shapes]
    sigma = np.stack([one.data.sigma for one in found]) % PRIME
    cross = np.stack([one.data.cross for one in found])
    chain = weights[0]
    for weight in weights[1:]:
        chain = _product(weight, chain)
    given = np.array([one.data.mode == "residual" for one in found]).reshape(-1, 1, 1)
    omega = np.where(given, cross, _product(chain, sigma) - cross) % PRIME
    batch = BlockBatch(architecture, weights, sigma, omega, np.full(len(found), PRIME))
    for quantity, matrices in (
        ("residual", omega), ("functional", batch.assemble("functional")), ("loss", batch.assemble("loss")),
    ):  # fmt: skip
        for one, matrix in zip(found, matrices, strict=True):
            one.ranks[quantity] = max(one.ranks.get(quantity, 0), flint_rank(matrix, PRIME))


def _product(one: Matrix, two: Matrix) -> Matrix:
    """The product modulo the prime; inner sizes are small, so that sums of residues below 2^56 fit."""
    result: Matrix = (one @ two) % PRIME
    return result
