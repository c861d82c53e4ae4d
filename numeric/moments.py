"""Second moments of data and residuals, with and without the constant input of a bias."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix, integers, product


@dataclass(frozen=True, eq=False)
class Moments:
    """Second moments of the data: Σ = E[xx⊤] (d × d) and Ω = E[δx⊤] (K × d), δ = F(x) − y.

    With bias they are those of x̃ = (x, 1): Σ̃ = E[x̃x̃⊤] and Ω̃ = E[δx̃⊤], a column (and row) larger. Exact integers.
    For N samples they are kept as sums, N·E[…]; that multiplies the Hessian by N and leaves every rank as it is.

    Args:
        sigma: Σ, or Σ̃.
        omega: Ω, or Ω̃.
        bias: Whether they are those of x̃.
    """

    sigma: IntegerMatrix
    omega: IntegerMatrix
    bias: bool = False

    @cached_property
    def data_rank(self) -> int:
        """r = rk E[xx⊤], over Q."""
        return rank_over_q(self.sigma[: self.inputs, : self.inputs])

    @cached_property
    def residual_rank(self) -> int:
        """s = rk E[δx⊤], over Q."""
        return rank_over_q(self.omega[:, : self.inputs])

    @cached_property
    def whole_data_rank(self) -> int:
        """The rank of ``sigma`` as it is: r, with bias r̃."""
        return rank_over_q(self.sigma) if self.bias else self.data_rank

    @cached_property
    def whole_residual_rank(self) -> int:
        """The rank of ``omega`` as it is: s, with bias s̃."""
        return rank_over_q(self.omega) if self.bias else self.residual_rank

    @property
    def inputs(self) -> int:
        """d."""
        return int(self.sigma.shape[0]) - self.bias


def moments_of(inputs: IntegerMatrix, residuals: IntegerMatrix, *, bias: bool) -> Moments:
    """The moments of samples x and residuals δ (rows), as sums; with bias those of x̃ = (x, 1).

    Example:
        >>> made = moments_of(integers([[1], [2]]), integers([[1], [-1]]), bias=True)
        >>> made.sigma.tolist(), made.omega.tolist(), made.data_rank, made.whole_data_rank
        ([[5, 3], [3, 2]], [[-1, 0]], 1, 2)
    """
    rows = augmented(inputs) if bias else inputs
    return Moments(product([rows.T, rows]), product([residuals.T, rows]), bias)


def augmented(inputs: IntegerMatrix) -> IntegerMatrix:
    """The samples x̃ = (x, 1) as rows, N × (d + 1).

    Example:
        >>> augmented(integers([[5], [7]])).tolist()
        [[5, 1], [7, 1]]
    """
    return np.hstack([inputs, integers(np.ones((inputs.shape[0], 1), dtype=np.int64))])


def rank_over_q(matrix: IntegerMatrix) -> int:
    """The rank over Q, proved."""
    return int(exact_rank(matrix, most_primes=10**6).value)
