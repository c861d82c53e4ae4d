r"""Negative eigenvalues that the Hessian of a network without activation has at every energy, counted exactly.

Let W¹ be invertible. H_0 vanishes on the n²-dimensional space of (U, V) = (KW¹, −W²K), and there

    ½ (U, V) H (U, V) = ⟨B, VU⟩ = −tr(M K²),        M = W¹B^⊤W²,  B = EX^⊤/m.

K ↦ tr(MK²) is the quadratic form of K ↦ (MK + KM)^⊤/2. In a basis of eigenvectors of M it is
Σ_i μ_i K_ii² + Σ_{i<j} (μ_i + μ_j) K_ij K_ji, so that for real μ every pair i < j gives one eigenvalue of each sign and
every i one of the sign of μ_i; a pair μ, μ̄ has K_21 = conj K_12, which gives two of the sign of Re μ for its K_12 and
one of each sign for its K_11. Hence, if no two eigenvalues of M add up to 0, −tr(MK²) has exactly

    n(n − 1)/2 + #{i: Re μ_i > 0}

negative eigenvalues, and H has at least as many, however small the energy: α ≥ (n − 1)/(4n) → ¼. It has at most n²
negative ones, α ≤ ½, because H_1 has.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Rationals = npt.NDArray[Any]


def characteristic(matrix: Rationals) -> list[Any]:
    """Coefficients of det(xI − A), the constant one first, as rational numbers.

    Example:
        >>> [str(each) for each in characteristic(np.array([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(1)]]))]
        ['-3', '-2', '1']
    """
    size = len(matrix)
    entries = [flint.fmpq(*Fraction(entry).as_integer_ratio()) for entry in matrix.ravel()]
    return list(flint.fmpq_mat(size, size, entries).charpoly().coeffs())


def negative_count(matrix: Rationals) -> int:
    """How many eigenvalues of a symmetric rational matrix are negative, by Descartes' rule, exact for real roots.

    Example:
        >>> negative_count(np.array([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)]]))
        1
    """
    signs = [(-1) ** power * (1 if each > 0 else -1) for power, each in enumerate(characteristic(matrix)) if each != 0]
    return sum(one != two for one, two in pairwise(signs))


def right_half_plane(matrix: Rationals) -> int | None:
    """How many eigenvalues have a positive real part, from enclosures; None if two of them add up to 0 or might.

    Raises:
        UnusableRequest: If the matrix is not square.

    Example:
        >>> right_half_plane(np.array([[Fraction(0), Fraction(-2)], [Fraction(1), Fraction(1)]]))
        2
    """
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise UnusableRequest(f"a matrix of shape {matrix.shape}", "a square matrix", "give M = W¹B⊤W²")
    coefficients = characteristic(matrix)
    scale = lcm(*(int(each.q) for each in coefficients))
    whole = flint.fmpz_poly([int(each.p) * (scale // int(each.q)) for each in coefficients])
    found: Any = whole.complex_roots()
    roots = [root for root, times in found for _ in range(times)]
    for i, one in enumerate(roots):
        for two in roots[i:]:
            if (one + two).contains(0):
                return None
    return sum(bool(root.real > 0) for root in roots)


def form(matrix: Rationals) -> Rationals:
    """The symmetric matrix of K ↦ −tr(MK²), n² × n², K row by row.

    Example:
        >>> form(np.array([[Fraction(3)]])).tolist()
        [[Fraction(-3, 1)]]
    """
    n = len(matrix)
    found = np.full((n, n, n, n), Fraction(0), dtype=object)
    for i in range(n):
        for j in range(n):
            for k in range(n):
                found[i, j, j, k] -= Fraction(matrix[k, i]) / 2
                found[j, k, i, j] -= Fraction(matrix[k, i]) / 2
    return found.reshape(n * n, n * n)


__all__ = ["characteristic", "form", "negative_count", "right_half_plane"]
