"""Numerical rank in floating point: singular values, the tolerance that cuts them, and the gap at the cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, Namespace, namespace, namespace_of, to_numpy
from hessproof.numeric.balance import scaled
from hessproof.numeric.complement import orthonormal_rectangles
from hessproof.numeric.core import WordRanks, ordered_cuts
from hessproof.numeric.instance import Instance
from hessproof.numeric.kernels import Factors, Part, assemble
from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True, slots=True)
class NumericalRank:
    """Singular values and where they were cut.

    Args:
        singular_values: In falling order.
        tolerance: Relative to the largest.
        value: How many exceed ``tolerance`` times the largest.
        gap: Smallest one counted over largest one not counted; None if all or none are counted.
    """

    singular_values: npt.NDArray[np.float64]
    tolerance: float
    value: int
    gap: float | None


def cut_spectrum(singular_values: Sequence[float] | npt.NDArray[Any], tolerance: float) -> NumericalRank:
    """Count the singular values above ``tolerance`` times the largest, and measure the gap there.

    Raises:
        UnusableRequest: If the tolerance is not between 0 and 1.

    Example:
        >>> cut = cut_spectrum([2.0, 1.0, 1e-17], 1e-12)
        >>> cut.value, cut.gap
        (2, 1e+17)
    """
    check_tolerance(tolerance)
    values = np.sort(np.asarray(singular_values, dtype=np.float64))[::-1]
    if values.size == 0 or values[0] == 0.0:
        return NumericalRank(values, tolerance, 0, None)
    value = int(np.count_nonzero(values > tolerance * values[0]))
    if value == values.size:
        return NumericalRank(values, tolerance, value, None)
    following = float(values[value])
    return NumericalRank(values, tolerance, value, float(values[value - 1]) / following if following else float("inf"))


def check_tolerance(tolerance: float) -> None:
    """Refuse a relative tolerance that makes no sense.

    Raises:
        UnusableRequest: If it is not between 0 and 1.
    """
    if not 0.0 < tolerance < 1.0:
        raise UnusableRequest(f"tolerance {tolerance}", "a number between 0 and 1", "give for instance 1e-12")


def default_tolerance(rows: int, columns: int) -> float:
    """Relative rounding error of a dense decomposition: the larger side times 2^-52, with a factor 8 for assembly.

    Example:
        >>> default_tolerance(128, 64) == 2.0**-42
        True
    """
    return 8 * max(rows, columns, 1) * 2.0**-52


def singular_values(matrix: Array, *, symmetric: bool = False) -> npt.NDArray[np.float64]:
    """Singular values in falling order; for a symmetric matrix from its eigenvalues, which is faster."""
    if 0 in matrix.shape:
        return np.zeros(0)
    xp = namespace_of(matrix)
    values = xp.abs(xp.linalg.eigvalsh(matrix)) if symmetric else xp.linalg.svdvals(matrix)
    return np.sort(to_numpy(values))[::-1]


def numerical_rank(matrix: Array, tolerance: float | None = None, *, symmetric: bool = False) -> NumericalRank:
    """Numerical rank of a matrix.

    Example:
        >>> numerical_rank(np.diag([1.0, 0.5, 0.0])).value
        2
    """
    relative = default_tolerance(*matrix.shape) if tolerance is None else tolerance
    return cut_spectrum(singular_values(matrix, symmetric=symmetric), relative)


def scaled_factors(instance: Instance, xp: Namespace | None = None) -> Factors:
    """An instance's factors in float64, scaled as ``hessproof.numeric.balance`` says."""
    library = namespace("cpu") if xp is None else xp
    weights, sigma, omega = scaled(instance)
    return Factors(
        [library.asarray(weight) for weight in weights],
        library.asarray(sigma),
        library.asarray(omega),
        bias=instance.architecture.bias,
    )


def orthonormal_core(factors: Factors, ranks: WordRanks, part: Part) -> Array:
    """Q⊤HQ with an orthonormal basis Q of a complement of the layer-local kernel: it has all nonzero eigenvalues of H.

    As in ``hessproof.numeric.core``, with orthonormal bases of row and column spaces in place of pivots; their
    dimensions are the exact ranks over Q. The p × p matrix is not formed.
    """
    cut = 0 if part == "outer" else ordered_cuts(ranks.instance, part)[0]
    rectangles = orthonormal_rectangles(factors, ranks, part, cut)
    return assemble(factors, part, rectangles, rectangles)
