"""One exact point of parameter space: small integer weights and moments, with every rank over Q on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.instance import Instance, special_instance
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches.special_weights import Weights, chain, integer_rank, satisfies_a1
from hessproof.proofs_check.surveys.block_batches import BlockBatch


@dataclass(frozen=True, eq=False)
class Point:
    """Weights, Σ and Ω of one case, all integers.

    Args:
        case: Architecture, r = rk Σ and s = rk Ω.
        weights: W^1, …, W^L.
        sigma: Σ, d × d.
        omega: Ω, K × d, rows in the row space of Σ.
        batch: Where its Hessians are assembled together with those of other points.
        place: Its place in the batch.

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> case = Case(Architecture((1, 2, 1)), 1, 0)
        >>> weights = [np.array([[1], [0]]), np.array([[0, 1]])]
        >>> one = next(points(case, [weights], np.eye(1), np.zeros((1, 1))))
        >>> one.a1, one.chain_rank(2, 1), one.rank("a_o")
        (True, 0, 1)
    """

    case: Case
    weights: Weights
    sigma: NDArray[Any]
    omega: NDArray[Any]
    batch: BlockBatch
    place: int

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {}

    @cached_property
    def a1(self) -> bool:
        """Assumption A1: every W^l has maximal rank, W^1 after the reduction of the data to r dimensions."""
        return satisfies_a1(self.weights, self.sigma)

    def rank(self, quantity: str) -> int:
        """The rank over Q of one of :func:`hessproof.proofs_check.surveys.block_batches.quantities`."""
        if quantity not in self._ranks:
            self._ranks[quantity] = integer_rank(self.batch.assemble(quantity)[self.place])
        return self._ranks[quantity]

    def column_ranks(self) -> list[int]:
        """Ranks of the block columns 1, …, L of H_f."""
        return [self.rank(f"column:{layer}") for layer in range(1, self.case.architecture.layers + 1)]

    def chain_rank(self, first: int, last: int, *, with_data: bool = False) -> int:
        """rk W^{first:last}, a descending chain (empty for first = last − 1), times Σ if ``with_data``."""
        product = chain(self.weights, first, last)
        return integer_rank(product @ self.sigma if with_data else product)

    @property
    def size(self) -> int:
        """Σ|entries| of the weights and of Ω: what shrinking makes smaller."""
        return sum(int(np.abs(array).sum()) for array in (*self.weights, self.omega))

    @property
    def instance(self) -> Instance:
        """The same point as an instance for the engines of :mod:`hessproof.numeric`."""
        return special_instance(self.case.architecture, self.weights, self.sigma, self.omega)


def points(case: Case, weights: Sequence[Weights], sigma: NDArray[Any], omega: NDArray[Any]) -> Iterator[Point]:
    """One point for each setting of the weights, with Σ and Ω in common, assembled together when asked for."""
    if not weights:
        return
    count = len(weights)
    stacked = [np.stack([setting[layer] for setting in weights]) for layer in range(case.architecture.layers)]
    sigma, omega = sigma.astype(np.int64), omega.astype(np.int64)
    every_sigma, every_omega = (np.broadcast_to(moment, (count, *moment.shape)) for moment in (sigma, omega))
    batch = BlockBatch(case.architecture, stacked, every_sigma, every_omega)
    for place, setting in enumerate(weights):
        yield Point(case, setting, sigma, omega, batch, place)


def as_text(matrix: Iterable[Iterable[Any]]) -> list[list[str]]:
    """A matrix as nested lists of rationals, for a counterexample that a reader can redo by hand."""
    return [[str(int(entry)) for entry in row] for row in matrix]
