"""The spectrum of a symmetric matrix: eigenvalues, the gap at a rank, counts against tolerances, density, plateaus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]
FLOOR = 1e-300
"""What stands for zero on a logarithmic axis."""


def eigenvalues(matrix: npt.NDArray[Any]) -> Array:
    """The eigenvalues of a symmetric matrix, by decreasing absolute value (LAPACK, float64).

    Args:
        matrix: n × n, symmetric; the lower triangle is read.

    Raises:
        UnusableRequest: If it is not square, or has entries that are NaN or infinite.

    Example:
        >>> eigenvalues(np.asarray([[0.0, 2.0], [2.0, 3.0]])).round(12).tolist()
        [4.0, -1.0]
    """
    array = np.asarray(matrix, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise UnusableRequest(f"a matrix of shape {array.shape}", "a square one", "give a Hessian")
    if not np.isfinite(array).all():
        raise UnusableRequest("a matrix with NaN or infinite entries", "finite numbers", "scale the data down")
    found = np.linalg.eigvalsh(array)
    return np.asarray(found[np.argsort(-np.abs(found), kind="stable")])


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues by decreasing absolute value, and what is read off them.

    Example:
        >>> one = Spectrum(np.asarray([4.0, -2.0, 1e-9, 0.0]))
        >>> one.count(1e-3), one.count(1e-12), round(one.truncation(1), 3), one.gap(2) > 1e9
        (2, 3, 0.447, True)
        >>> one.tolerances(2)[0] < 1e-9 < 0.4 < one.tolerances(2)[1]
        True
    """

    values: Array

    @classmethod
    def of(cls, matrix: npt.NDArray[Any]) -> Spectrum:
        """The spectrum of a symmetric matrix.

        Raises:
            UnusableRequest: See `eigenvalues`.
        """
        return cls(eigenvalues(matrix))

    @property
    def size(self) -> int:
        """p, the number of eigenvalues."""
        return len(self.values)

    @property
    def relative(self) -> Array:
        """|λ_i| / |λ_1|, decreasing; all zero if the matrix is."""
        largest = abs(self.values[0])
        return np.abs(self.values) / largest if largest else np.zeros_like(self.values)

    def at(self, index: int) -> float:
        """|λ_index| / |λ_1|, counted from 1; 0 beyond the last."""
        return float(self.relative[index - 1]) if 1 <= index <= self.size else 0.0

    def count(self, tolerance: float) -> int:
        """The numerical rank: how many |λ_i| exceed tolerance · |λ_1|."""
        return int((self.relative > tolerance).sum())

    def counts(self, tolerances: Sequence[float]) -> list[int]:
        """The numerical rank at several tolerances."""
        return [self.count(tolerance) for tolerance in tolerances]

    def gap(self, rank: int) -> float:
        """|λ_rank| / |λ_{rank+1}|: infinite if the second vanishes, 1 if both do or the rank is 0 or p."""
        if not 0 < rank < self.size:
            return 1.0
        above, below = self.at(rank), self.at(rank + 1)
        return above / below if below else (math.inf if above else 1.0)

    def tolerances(self, rank: int, share: float = 0.0) -> tuple[float, float]:
        """The tolerances ε (low ≤ ε < high) for which the numerical rank lies within ``share`` of ``rank``."""
        low_rank, high_rank = math.ceil(rank * (1 - share)), math.floor(rank * (1 + share))
        return self.at(high_rank + 1), self.at(max(low_rank, 1))

    def decades(self, rank: int, share: float = 0.0, floor: float = 1e-16) -> float:
        """How many powers of ten those tolerances span; what is below ``floor`` is not counted."""
        low, high = (max(one, floor) for one in self.tolerances(rank, share))
        return math.log10(high / low)

    def truncation(self, rank: int) -> float:
        """‖H − H_ρ‖ / ‖H‖ in the Frobenius norm, H_ρ being the best approximation of rank ρ; 0 for H = 0."""
        squares = self.relative**2
        total = float(squares.sum())
        return math.sqrt(float(squares[max(rank, 0) :].sum()) / total) if total else 0.0

    def truncations(self) -> Array:
        """`truncation` at every rank 0, …, p."""
        tails = np.append(np.cumsum((self.relative**2)[::-1])[::-1], 0.0)
        return np.sqrt(tails / tails[0]) if tails[0] else tails

    def density(self, points: int = 200, width: float = 0.15, floor: float = -17.0) -> tuple[Array, Array]:
        """Eigenvalues per decade of |λ| / |λ_1|, smoothed by a Gaussian of ``width`` decades.

        Returns:
            log10(|λ| / |λ_1|), from ``floor`` to 0, and the density; its integral is p. What is smaller than the
            floor is put there.
        """
        places = np.maximum(np.log10(np.maximum(self.relative, FLOOR)), floor)
        axis = np.linspace(floor - 3 * width, 3 * width, points)
        kernel = np.exp(-0.5 * ((axis[:, None] - places[None, :]) / width) ** 2)
        return axis, kernel.sum(axis=1) / (width * math.sqrt(2 * math.pi))

    def plateaus(self, tolerance: float = 1e-10, least: int = 2) -> list[tuple[float, int]]:
        """Nonzero eigenvalues that are repeated: (value, multiplicity), the value being the mean of a run.

        Eigenvalues of one sign that differ from their neighbour by no more than rounding, p times the machine epsilon
        of |λ_1|, make a run; those below ``tolerance`` · |λ_1| count as zero.

        Example:
            >>> Spectrum(np.asarray([2.0, 2.0, -2.0, -2.0, 1.0, 0.0, 0.0])).plateaus()
            [(2.0, 2), (-2.0, 2)]
        """
        limit = tolerance * float(abs(self.values[0]))
        rounding = max(self.size, 10) * float(np.finfo(np.float64).eps * abs(self.values[0]))
        kept = np.sort(self.values[np.abs(self.values) > limit])[::-1]
        runs: list[list[float]] = []
        for value in kept.tolist():
            if runs and runs[-1][-1] - value <= rounding and (runs[-1][-1] > 0) == (value > 0):
                runs[-1].append(value)
            else:
                runs.append([value])
        found = [(sum(run) / len(run), len(run)) for run in runs if len(run) >= least]
        return sorted(found, key=lambda one: -abs(one[0]))
