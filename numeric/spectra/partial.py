"""Nonzero eigenvalues of a large symmetric matrix, the multiplicity of zero, and how far off they may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

EPSILON = 2.0**-52


@dataclass(frozen=True, eq=False)
class StructuredSpectrum:
    """Eigenvalues of a p × p matrix that was not formed.

    Args:
        values: Eigenvalues of the matrix that stands for it, by falling modulus; all nonzero ones are among them.
        zeros: How many more eigenvalues there are, all of them zero by structure, for every value of the parameters.
        size: p.
        order: The order of the matrix whose eigenvalues were taken; ``zeros`` = p − order.
        cut: The layer at which the core was cut; None where no core was used.
        error: How far each value may be from the eigenvalue of H that it stands for, in the units of H. For a
            network that is not linear that is rounding of the eigenvalues alone, not of the matrix as it is formed.
        trace_residual: |tr H − Σλ| over Σ|λ|, where the trace is known from factors; else None.
        norm_residual: |‖H‖ − (Σλ²)^{1/2}| over ‖H‖, Frobenius norms, likewise.
        rest: A bound of the norm of what lies outside the core; None where nothing can.
        exact: Whether the dimensions that the order rests on are exact ranks.
        how: One sentence that says what was done.

    Example:
        >>> one = StructuredSpectrum(np.asarray([2.0, -1.0]), 3, 5, 2, None, 1e-15)
        >>> one.dense().tolist(), one.nonzero(1e-12)
        ([2.0, -1.0, 0.0, 0.0, 0.0], 2)
    """

    values: npt.NDArray[np.float64]
    zeros: int
    size: int
    order: int
    cut: int | None
    error: float
    trace_residual: float | None = None
    norm_residual: float | None = None
    rest: float | None = None
    exact: bool = True
    how: str = ""

    def dense(self) -> npt.NDArray[np.float64]:
        """All p eigenvalues by falling modulus, with the zeros."""
        return np.concatenate([self.values, np.zeros(self.zeros)])

    def nonzero(self, tolerance: float | None = None) -> int:
        """How many values exceed ``tolerance`` times the largest; by default those that exceed ``error``."""
        if not self.values.size:
            return 0
        limit = self.error if tolerance is None else tolerance * float(abs(self.values[0]))
        return int((np.abs(self.values) > limit).sum())


def by_modulus(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Numbers by falling modulus.

    Example:
        >>> by_modulus(np.asarray([1.0, -3.0, 2.0])).tolist()
        [-3.0, 2.0, 1.0]
    """
    array = np.asarray(values, dtype=np.float64)
    return array[np.argsort(-np.abs(array), kind="stable")]


def rounding(order: int, largest: float, epsilon: float = EPSILON) -> float:
    """What an eigenvalue may be off by from rounding: order · ε · ‖H‖, as LAPACK's Users' Guide (§4.7) states it.

    Example:
        >>> rounding(1024, 8.0) == 2.0**-39
        True
    """
    return max(order, 1) * epsilon * largest
