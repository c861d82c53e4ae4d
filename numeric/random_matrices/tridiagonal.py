r"""Spectra of GOE and of normal Wishart matrices in O(n²), exactly in law (Dumitriu & Edelman 2002).

Householder reflections turn a GOE matrix into a tridiagonal one with independent entries, and a normal J into a
bidiagonal one. With entries of variance v/n off the diagonal and 2v/n on it,

    GOE ~ √(v/n) tridiag(N(0, 2); χ_{n-1}, …, χ_1),    JJ⊤ ~ (s/p) LL⊤,  L = bidiag(χ_p, …, χ_{p-n+1}; χ_{n-1}, …, χ_1).

It shares no code with the dense matrices of `hessproof.numeric.random_matrices.matrices`.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigvalsh_tridiagonal

from hessproof.numeric.random_matrices.requests import counted, positive, seeded

Floats = npt.NDArray[np.float64]


def goe_spectrum(size: int, variance: float = 1.0, *, seed: int = 0) -> Floats:
    """Eigenvalues of a GOE matrix with entries of variance v/n (2v/n on the diagonal), in increasing order.

    Args:
        size: n.
        variance: v, the variance of the limit law.
        seed: Seed of the draw.

    Raises:
        UnusableRequest: If an argument is out of range.

    Example:
        >>> found = goe_spectrum(1000, 4.0, seed=1)
        >>> bool(abs(found[-1] - 4) < 0.2), round(float((found**2).mean()), 1)
        (True, 4.0)
    """
    generator = np.random.default_rng([seeded(seed), 5])
    diagonal = generator.standard_normal(counted(size, "size")) * math.sqrt(2)
    beside = np.sqrt(generator.chisquare(np.arange(size - 1, 0, -1)))
    return _eigenvalues(diagonal, beside) * math.sqrt(positive(variance, "variance", zero=True) / size)


def wishart_spectrum(size: int, columns: int, scale: float = 1.0, *, seed: int = 0) -> Floats:
    """Eigenvalues of JJ⊤ for normal J ∈ R^{n×p} with entries of variance s/p, in increasing order.

    For n > p the spectrum is that of J⊤J and n − p zeros.

    Args:
        size: n.
        columns: p.
        scale: s, the mean of the limit law.
        seed: Seed of the draw.

    Raises:
        UnusableRequest: If an argument is out of range.

    Example:
        >>> found = wishart_spectrum(4, 2, seed=1)
        >>> found.tolist()[:2], bool(found[2] > 0)
        ([0.0, 0.0], True)
    """
    counted(size, "size"), counted(columns, "columns")
    short, long = min(size, columns), max(size, columns)
    generator = np.random.default_rng([seeded(seed), 6])
    diagonal = np.sqrt(generator.chisquare(np.arange(long, long - short, -1)))
    beside = np.sqrt(generator.chisquare(np.arange(short - 1, 0, -1)))
    squares = diagonal**2
    squares[1:] += beside**2
    found = np.maximum(_eigenvalues(squares, diagonal[:-1] * beside), 0.0) * (positive(scale, "scale") / columns)
    return np.concatenate([np.zeros(size - short), found])


def _eigenvalues(diagonal: Floats, beside: Floats) -> Floats:
    """Eigenvalues of a symmetric tridiagonal matrix, in increasing order."""
    if len(diagonal) == 1:
        return np.asarray(diagonal, dtype=np.float64)
    return np.sort(np.asarray(eigvalsh_tridiagonal(diagonal, beside), dtype=np.float64))
