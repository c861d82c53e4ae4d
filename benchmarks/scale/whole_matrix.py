"""Ranks of the whole p × p matrix by programs for exact or precise linear algebra, which are handed the matrix.

Making the matrix is not timed: these programs have no means of their own to make it. Turning it into their own kind of
matrix is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.scale.networks import exact_matrix
from benchmarks.scale.timing import Found, Work, timed

DIGITS, NOTHING = 50, 35
"""For mpmath: decimal digits, and how many decimal places below the largest an eigenvalue counts as zero. The entries
have up to 16 digits, so that computed zeros lie near 10^-48 of the largest eigenvalue, far below the line."""
PRIME = 2**62 - 57
"""For FLINT modulo a prime, the largest below 2^62."""


def _work(path: Path, rank: Callable[[Any], int], bound: str) -> Work:
    def work() -> Found:
        matrix = exact_matrix(path)
        value, seconds = timed(lambda: int(rank(matrix)))
        return {"rank": value, "bound": bound, "seconds": seconds}

    return work


def sympy_rank(path: Path) -> Work:
    """SymPy's DomainMatrix.rank over ZZ, the faster of its two; Matrix.rank takes the same steps on expressions."""
    from sympy import ZZ
    from sympy.polys.matrices import DomainMatrix

    def rank(matrix: Any) -> int:
        rows = [[ZZ(entry) for entry in row] for row in matrix.tolist()]
        return int(DomainMatrix(rows, matrix.shape, ZZ).rank())

    return _work(path, rank, "exact")


def mpmath_rank(path: Path) -> Work:
    """Eigenvalues by mpmath.eigsy in 50 digits, and a count of those that are not zero to 35 places."""
    import mpmath

    def rank(matrix: Any) -> int:
        with mpmath.workdps(DIGITS):
            values = mpmath.eigsy(mpmath.matrix(matrix.tolist()), eigvals_only=True)
            moduli = [abs(value) for value in values]
            line = max(moduli) * mpmath.mpf(10) ** -NOTHING
            return sum(modulus > line for modulus in moduli)

    return _work(path, rank, "numerical")


def flint_modular_rank(path: Path) -> Work:
    """FLINT's nmod_mat.rank modulo one prime of 62 bits, a lower bound."""
    import flint

    def rank(matrix: Any) -> int:
        return int(flint.nmod_mat(*matrix.shape, (matrix % PRIME).ravel().tolist(), PRIME).rank())

    return _work(path, rank, "lower")


def flint_integer_rank(path: Path) -> Work:
    """FLINT's fmpz_mat.rank, over the integers."""
    import flint

    return _work(path, lambda matrix: int(flint.fmpz_mat(*matrix.shape, matrix.ravel().tolist()).rank()), "exact")
