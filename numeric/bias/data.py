"""Samples for a network with bias: inputs and residuals whose ranks are as asked for, with and without a 1 appended.

With x̃ = (x, 1): r = rk E[xx⊤], r̃ = rk E[x̃x̃⊤], s = rk E[δx⊤] and s̃ = rk E[δx̃⊤]. A column more raises a rank by at most
one, so r̃ is r or r + 1 and s̃ is s or s + 1. Where r̃ = r, the 1 is a linear function of x on the data, and s̃ = s.
Where s̃ = s + 1, E[δ] lies outside the range of E[δx⊤]; where s̃ = s, it lies inside, and may vanish.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hessproof.numeric.integers import IntegerMatrix, integers, product
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Draw = Callable[[np.random.Generator, tuple[int, int]], IntegerMatrix]
"""Draws a matrix of integers of a shape."""


@dataclass(frozen=True, slots=True)
class BiasedRanks:
    """The ranks of the data of a network with bias.

    Args:
        data: r.
        augmented_data: r̃.
        residual: s.
        augmented_residual: s̃.
        residual_mean: e = rk E[δ], 0 or 1.
    """

    data: int
    augmented_data: int
    residual: int
    augmented_residual: int
    residual_mean: int = 1

    def check(self, architecture: Architecture) -> None:
        """Refuse ranks that no data can have.

        Raises:
            UnusableRequest: If so.
        """
        architecture.check_ranks(self.data, self.residual)
        low, high = max(1, self.data), self.data + 1
        if not low <= self.augmented_data <= high:
            raise UnusableRequest(
                f"augmented data rank {self.augmented_data}",
                f"{low} to {high}, for data rank {self.data}",
                f"give an augmented data rank of {high}",
            )
        if self.residual_mean not in (0, 1):
            raise UnusableRequest(f"rank {self.residual_mean} of E[δ]", "0 or 1", "give 0 for a residual of mean zero")
        if not self.residual_mean:
            largest = min(self.residual, self.augmented_data - 1)
            smallest = self.residual
        else:
            room = self.augmented_data > self.data and self.residual < architecture.outputs
            largest = self.residual + room
            smallest = max(1, self.residual)
        if not smallest <= self.augmented_residual <= largest:
            mean = "E[δ] ≠ 0" if self.residual_mean else "E[δ] = 0"
            raise UnusableRequest(
                f"augmented residual rank {self.augmented_residual}",
                f"{smallest} to {largest}, for r = {self.data}, augmented {self.augmented_data}, s = {self.residual}, "
                f"{mean}",
                "choose ranks that data can have",
            )


def chosen_ranks(
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    augmented_data_rank: int | None = None,
    augmented_residual_rank: int | None = None,
    residual_mean: int | None = None,
) -> BiasedRanks:
    """The ranks asked for; what is left open is as large as it can be.

    Raises:
        UnusableRequest: If no data have these ranks.

    Example:
        >>> chosen = chosen_ranks(Architecture((3, 2), bias=True), 2, 1)
        >>> chosen.augmented_data, chosen.augmented_residual
        (3, 2)
    """
    data = data_rank + 1 if augmented_data_rank is None else augmented_data_rank
    if augmented_residual_rank is not None:
        residual = augmented_residual_rank
    elif residual_mean == 0:
        residual = residual_rank
    else:
        residual = min(residual_rank + (data > data_rank), architecture.outputs)
    mean = min(1, residual) if residual_mean is None else residual_mean
    chosen = BiasedRanks(data_rank, data, residual_rank, residual, mean)
    chosen.check(architecture)
    return chosen


def draw_samples(
    ranks: BiasedRanks,
    count: int,
    widths: tuple[int, int],
    rng: np.random.Generator,
    draw: Draw,
) -> tuple[IntegerMatrix, IntegerMatrix]:
    """Inputs, N × d, and residuals, N × K, that have the ranks for almost all draws (the caller verifies them).

    Args:
        ranks: Ranks that :meth:`BiasedRanks.check` accepts.
        count: N, at least r̃.
        widths: (d, K).
        rng: Where the numbers come from.
        draw: Draws an integer matrix of a shape.
    """
    inputs, outputs = widths
    left = draw(rng, (count, ranks.data))
    outside: IntegerMatrix | None = None
    if ranks.augmented_data == ranks.data:
        left[:, 0] = 1
    elif ranks.augmented_residual > ranks.residual and ranks.residual < ranks.data:
        # the last sample is a combination of the others, so that w⊤X = 0 for a known w with sum other than 0
        outside = integers(rng.integers(0, 2, size=(count, 1)))
        outside[-1, 0] = 1
        left[-1, :] = -product([outside[:-1].T, left[:-1]])[0] if count > 1 else 0
    x = product([left, draw(rng, (ranks.data, inputs))])
    if not ranks.residual_mean:
        factor = draw(rng, (count, ranks.residual))
        factor = count * factor - factor.sum(axis=0, keepdims=True)
    elif outside is not None:
        factor = np.hstack([draw(rng, (count, ranks.residual)), outside])
    else:
        factor = draw(rng, (count, ranks.augmented_residual))
    return x, product([factor, draw(rng, (factor.shape[1], outputs))])
