r"""Eigenvalues at the ends of a spectrum, by SciPy's Lanczos method (ARPACK) or by its LOBPCG, with residuals.

For orthonormal approximate eigenvectors V with the values Θ and R = AV − VΘ,

* some eigenvalue lies within ‖r_i‖ of θ_i, for each i;
* as many eigenvalues as there are values, each counted with its multiplicity, lie within ‖R‖ of them in order (Kahan
  1967; Parlett 1998, Theorem 11.5.1): that is ``together``.

Neither says that the values found are the outermost ones. A single starting vector sees one direction of a repeated
eigenvalue, and the others only by rounding; LOBPCG holds a block of them, which makes it the second route.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, eigsh, lobpcg

from hessproof.numeric.stochastic.probes import START
from hessproof.numeric.stochastic.symmetric import Floats, Symmetric
from hessproof.symbolic.errors import UnusableRequest

End = Literal["modulus", "largest", "smallest"]
ENDS: dict[End, str] = {"modulus": "LM", "largest": "LA", "smallest": "SA"}
"""Eigenvalues of largest modulus, the largest or the smallest ones, and ARPACK's words for them."""
Method = Literal["lanczos", "lobpcg"]
RESTARTS = 300
"""Restarts (or LOBPCG steps) after which the search is given up."""
FEWEST_VECTORS = 32
"""Lanczos vectors that are held, unless three times the number of values is more."""


@dataclass(frozen=True, eq=False, slots=True)
class Extremes:
    """Eigenvalues at an end of the spectrum.

    Args:
        values: Outermost first.
        vectors: p × n with orthonormal columns, in the same order.
        residuals: ‖Av − θv‖ of each.
        together: ‖AV − VΘ‖: as many eigenvalues, counted with multiplicity, lie within it of the values in order.
        products: Products with A that were formed.
        method: ``lanczos``, ``lobpcg`` or ``dense``.
    """

    values: Floats
    vectors: Floats
    residuals: Floats
    together: float
    products: int
    method: str


def extreme_eigenvalues(
    operator: object, count: int, end: End = "modulus", *, method: Method = "lanczos", tolerance: float = 1e-8,
    seed: int = 0,
) -> Extremes:  # fmt: skip
    """The ``count`` outermost eigenvalues of a symmetric operator.

    Args:
        operator: What `Symmetric.of` takes.
        count: n, from 1 to p.
        end: ``modulus``, ``largest`` or ``smallest``.
        method: ``lanczos`` (restarted Lanczos of ARPACK) or ``lobpcg`` (Knyazev 2001; not for ``modulus``).
        tolerance: Residuals that are asked for, as a share of the values; between 0 and 1.
        seed: Of the starting vectors, not negative.

    Raises:
        UnusableRequest: If an option is out of range, numbers are not finite, or the method does not reach the
            tolerance.

    Example:
        >>> found = extreme_eigenvalues(np.diag(np.arange(1.0, 101.0)), 2)
        >>> found.values.round(6).tolist(), bool(found.together < 1e-4)
        ([100.0, 99.0], True)
    """
    one = Symmetric.of(operator)
    before = one.products
    _check(one.size, count, end, method, tolerance, seed)
    starts = np.random.default_rng([seed, 0, START]).standard_normal((one.size, count))
    small = one.size <= max(FEWEST_VECTORS, 3 * count)
    if small:
        image = one.apply_numpy(np.eye(one.size))
        values, vectors = np.linalg.eigh((image + image.T) / 2)
    elif not one.apply_numpy(starts[:, 0]).any():
        values, vectors = np.zeros(count), np.linalg.qr(starts)[0]
    elif method == "lanczos":
        values, vectors = ritz_pairs(one, count, ENDS[end], tolerance, starts[:, 0], max(FEWEST_VECTORS, 3 * count))
    else:
        values, vectors = _blocks(one, starts, end, tolerance)
    keys = {"modulus": -np.abs(values), "largest": -values, "smallest": values}
    order = np.argsort(keys[end], kind="stable")[:count]
    values, vectors = values[order], vectors[:, order]
    rest = one.apply_numpy(vectors) - values * vectors
    together = float(np.linalg.norm(rest, 2))
    how = "dense" if small else method
    return Extremes(values, vectors, np.linalg.norm(rest, axis=0), together, one.products - before, how)


def ritz_pairs(
    operator: Symmetric, count: int, which: str, tolerance: float, start: Floats, basis: int, restarts: int = RESTARTS
) -> tuple[Floats, Floats]:
    """Values and orthonormal vectors by ARPACK's restarted Lanczos method, in no particular order.

    Args:
        operator: A.
        count: How many.
        which: ARPACK's word for the end of the spectrum: LM, LA or SA.
        tolerance: Residuals as a share of the values.
        start: The starting vector.
        basis: Lanczos vectors that are held between restarts.
        restarts: How many of them are allowed.

    Raises:
        UnusableRequest: If they do not converge.
    """
    try:
        values, vectors = eigsh(
            operator.as_linear(), k=count, which=which, v0=start, ncv=basis, tol=tolerance, maxiter=restarts
        )
    except ArpackNoConvergence as error:
        raise UnusableRequest(
            f"a tolerance of {tolerance:g}",
            f"one that Lanczos reaches in {restarts} restarts; {len(error.eigenvalues)} of {count} converged",
            "give a larger tolerance",
        ) from None
    return np.asarray(values), np.asarray(vectors)


def _blocks(operator: Symmetric, starts: Floats, end: End, tolerance: float) -> tuple[Floats, Floats]:
    """By LOBPCG, which stops at an absolute residual and warns where it does not reach it."""
    scale = float(np.linalg.norm(operator.apply_numpy(starts[:, 0])) / np.linalg.norm(starts[:, 0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        values, vectors = lobpcg(
            operator.as_linear(), starts, tol=tolerance * scale, maxiter=RESTARTS, largest=end == "largest"
        )
    vectors = np.linalg.qr(vectors)[0]
    values = np.einsum("ij,ij->j", vectors, operator.apply_numpy(vectors))
    rest = np.linalg.norm(operator.apply_numpy(vectors) - values * vectors, axis=0)
    limit = np.sqrt(tolerance) * max(scale, float(np.abs(values).max()))
    if float(rest.max()) > limit:
        raise UnusableRequest(
            f"a tolerance of {tolerance:g}", f"one that LOBPCG reaches in {RESTARTS} steps", "give --extremes fewer"
        )
    return np.asarray(values), np.asarray(vectors)


def _check(size: int, count: int, end: str, method: str, tolerance: float, seed: int) -> None:
    if end not in ENDS:
        raise UnusableRequest(f"end {end!r}", f"one of {', '.join(ENDS)}", "give modulus")
    if method not in ("lanczos", "lobpcg"):
        raise UnusableRequest(f"method {method!r}", "lanczos or lobpcg", "give lanczos")
    if method == "lobpcg" and end == "modulus":
        raise UnusableRequest("end 'modulus' with lobpcg", "largest or smallest", "ask for each end by itself")
    if not 1 <= count <= size:
        raise UnusableRequest(f"{count} eigenvalues", f"1 to {size}, the order of the matrix", "give at least 1")
    if not 0 < tolerance < 1:
        raise UnusableRequest(f"tolerance {tolerance}", "a number between 0 and 1", "give for instance 1e-6")
    if seed < 0:
        raise UnusableRequest(f"seed {seed}", "an integer ≥ 0", "give another seed")
