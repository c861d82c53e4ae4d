r"""Spectral norms and top eigenspaces of a network's mean Hessian by Lanczos, from Hessian-vector products alone.

SciPy's ``eigsh`` (ARPACK's implicitly restarted Lanczos method) is given the products of
``hessproof.numeric.network.operators``. What it returns is a Ritz pair (θ, v) with ‖v‖ = 1 and residual
r = ‖Hv − θv‖, and that says, up to rounding,

* |θ| = |v⊤Hv| ≤ ‖H‖: the value is a lower bound of the norm;
* some eigenvalue of H lies within r of θ;
* from above only with high probability. The first q steps started at a direction drawn uniformly at random, and q
  Lanczos steps on p × p matrices miss λ_max by more than ε(λ_max − λ_min) with probability at most
  1.648 √p exp(−√ε(2q − 1)) (Kuczyński & Woźniakowski 1992, Theorem 4.2). Restarts keep the largest Ritz value, so that
  ‖H‖ ≤ |θ|/(1 − 2ε) but for twice that probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array
from hessproof.numeric.kernels import Part
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.network.parameters import Parameters
from hessproof.numeric.stochastic.extremes import ritz_pairs
from hessproof.numeric.stochastic.symmetric import Symmetric
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Vector = npt.NDArray[np.float64]
BASIS, LEAST = 64, 8
"""Lanczos vectors that are held between restarts, and the smallest number of them that is allowed."""
FEWER = 32
"""Lanczos vectors for eigenvectors, unless three times their number is more."""
FAILURE = 1e-6
"""Probability with which ``Norm.upper`` may be wrong."""
RESTARTS = 300
"""Restarts after which the search is given up."""


@dataclass(frozen=True, slots=True)
class Norm:
    """A measured spectral norm.

    Args:
        value: |θ|, a lower bound of ‖H‖ up to rounding.
        residual: ‖Hv − θv‖: an eigenvalue lies within it of θ.
        iterations: Products with H that were formed.
        upper: ‖H‖ is at most this, but for a probability of ``FAILURE`` over the starting vector (and up to rounding).
        signed: θ with its sign.
    """

    value: float
    residual: float
    iterations: int
    upper: float
    signed: float


@dataclass(frozen=True, eq=False, slots=True)
class Space:
    """Leading eigenvalues and eigenvectors.

    Args:
        values: Eigenvalues, largest first.
        vectors: p × n with orthonormal columns, in the same order.
        residuals: ‖Hv − θv‖ of each.
    """

    values: Vector
    vectors: npt.NDArray[np.float64]
    residuals: Vector


def measured_norms(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Array,
    targets: Array,
    part: Part = "loss",
    tolerance: float = 1e-6,
    seed: int = 0,
    basis: int = BASIS,
) -> Norm:
    """‖H‖, ‖G-term‖ or ‖H-term‖ of the mean loss over some objects; give one object for its own Hessian.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L, with P^l = [W^l b^l], or W^l without bias.
        inputs: x, N × d.
        targets: y, N × K.
        part: ``loss`` for the Hessian, ``outer`` for its G-term, ``functional`` for its H-term.
        tolerance: The residual that is asked for, as a share of the norm; between 0 and 1.
        seed: Of the starting vector, not negative.
        basis: q, the Lanczos vectors held between restarts, at least 8. More of them make ``upper`` smaller; up to so
            many parameters the matrix itself is decomposed.

    Raises:
        UnusableRequest: If a shape does not fit, an option is out of range, numbers are not finite, or the method does
            not reach the tolerance.

    Example:
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> one = np.asarray([[1.0]])
        >>> norm = measured_norms(Architecture((1, 1, 1)), weights, one, one, "outer")
        >>> round(norm.value, 9), norm.residual < 1e-9
        (13.0, True)
    """
    _check_options(tolerance, seed)
    if basis < LEAST:
        raise UnusableRequest(f"{basis} Lanczos vectors", f"at least {LEAST}", f"give {BASIS}")
    counted = Symmetric.of(NetworkOperator(architecture, parameters, inputs, targets, part))
    size = counted.size
    start = np.random.default_rng(seed).standard_normal(size)
    if not counted.apply_numpy(start).any():
        return Norm(0.0, 0.0, counted.products, 0.0, 0.0)
    if size <= basis:
        found = np.linalg.eigh(_symmetric(counted.apply_numpy(np.eye(size))))
        best = int(np.argmax(np.abs(found.eigenvalues)))
        value, vector, slack = float(found.eigenvalues[best]), found.eigenvectors[:, best], 0.0
    else:
        value, vector = _leading(counted, tolerance, start, basis)
        slack = 2.0 * missed_share(size, basis, FAILURE / 2)
    residual = float(np.linalg.norm(counted.apply_numpy(vector) - value * vector))
    upper = abs(value) / (1.0 - slack) if slack < 1.0 else math.inf
    return Norm(abs(value), residual, counted.products, max(upper, abs(value) + residual), value)


def top_space(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Array,
    targets: Array,
    count: int,
    part: Part = "loss",
    tolerance: float = 1e-6,
    seed: int = 0,
) -> Space:
    """The eigenvectors of the ``count`` largest eigenvalues (not moduli) of the mean Hessian or of one of its parts.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.
        count: n, from 1 to p.
        part: ``loss``, ``outer`` or ``functional``.
        tolerance: Residuals that are asked for, as a share of the eigenvalues; between 0 and 1.
        seed: Of the starting vector, not negative.

    Raises:
        UnusableRequest: If a shape does not fit, an option is out of range, numbers are not finite, or the method does
            not reach the tolerance.

    Example:
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> one = np.asarray([[1.0]])
        >>> top_space(Architecture((1, 1, 1)), weights, one, one, 2, "outer").values.round(9).tolist()
        [13.0, 0.0]
    """
    _check_options(tolerance, seed)
    counted = Symmetric.of(NetworkOperator(architecture, parameters, inputs, targets, part))
    size = counted.size
    if not 1 <= count <= size:
        raise UnusableRequest(f"{count} eigenvectors", f"1 to {size}, the parameters", "give at least 1")
    start = np.random.default_rng(seed).standard_normal(size)
    if not counted.apply_numpy(start).any():
        return Space(np.zeros(count), np.eye(size)[:, :count], np.zeros(count))
    if size <= max(FEWER, 3 * count):
        values, vectors = np.linalg.eigh(_symmetric(counted.apply_numpy(np.eye(size))))
    else:
        values, vectors = _converged(counted, count, "LA", tolerance, start, max(FEWER, 3 * count))
    order = np.argsort(-values, kind="stable")[:count]
    values, vectors = values[order], vectors[:, order]
    residuals = np.linalg.norm(counted.apply_numpy(vectors) - values * vectors, axis=0)
    return Space(values, vectors, residuals)


def missed_share(size: int, steps: int, failure: float) -> float:
    """ε such that q Lanczos steps miss λ_max by more than ε(λ_max − λ_min) with probability at most ``failure``.

    From 1.648 √p exp(−√ε(2q − 1)) = failure (Kuczyński & Woźniakowski 1992, Theorem 4.2); 0 for q ≥ p.

    Args:
        size: p.
        steps: q, at least 1.
        failure: The probability.

    Example:
        >>> round(missed_share(1440, 64, 1e-6), 4), missed_share(10, 10, 1e-6)
        (0.02, 0.0)
    """
    if steps >= size:
        return 0.0
    return (math.log(1.648 * math.sqrt(size) / failure) / (2 * steps - 1)) ** 2


def _leading(counted: Symmetric, tolerance: float, start: Vector, basis: int) -> tuple[float, Vector]:
    """The Ritz pair of largest modulus; the two largest are asked for, since ±θ may be as good as equal."""
    values, vectors = _converged(counted, 2, "LM", tolerance, start, basis)
    best = int(np.argmax(np.abs(values)))
    return float(values[best]), vectors[:, best]


def _converged(
    counted: Symmetric, count: int, which: str, tolerance: float, start: Vector, basis: int
) -> tuple[Vector, npt.NDArray[np.float64]]:
    return ritz_pairs(counted, count, which, tolerance, start, basis, RESTARTS)


def _symmetric(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (matrix + matrix.T) / 2


def _check_options(tolerance: float, seed: int) -> None:
    if not 0 < tolerance < 1:
        raise UnusableRequest(f"tolerance {tolerance}", "a number between 0 and 1", "give for instance 1e-6")
    if seed < 0:
        raise UnusableRequest(f"seed {seed}", "an integer ≥ 0", "give another seed")
