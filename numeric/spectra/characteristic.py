"""Characteristic polynomials of integer matrices, exactly, and those that repeated singular values predict."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import flint
import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix, product, to_flint


def characteristic(matrix: IntegerMatrix) -> flint.fmpz_poly:
    """det(λI − H) over the integers.

    Example:
        >>> from hessproof.numeric.integers import integers
        >>> characteristic(integers([[0, 2], [2, 3]]))
        x^2 + (-3)*x + (-4)
    """
    return to_flint(matrix).charpoly()


def power(polynomial: flint.fmpz_poly, exponent: int) -> flint.fmpz_poly:
    """The polynomial to a power ≥ 0."""
    return polynomial**exponent if exponent else flint.fmpz_poly([1])


def singular_polynomial(matrix: IntegerMatrix, rank: int) -> flint.fmpz_poly:
    """∏_{i ≤ rank} (λ² − σ_i²) from the squared minors of the matrix (Cauchy–Binet): no eigenvalue is computed.

    The coefficient of (−1)^j λ^{2(rank−j)} is the sum of the squares of all minors of order j.

    Example:
        >>> from hessproof.numeric.integers import integers
        >>> singular_polynomial(integers([[3, 0], [0, 2]]), 2)
        x^4 + (-13)*x^2 + 36
    """
    rows, columns = matrix.shape
    coefficients = [0] * (2 * rank + 1)
    for order in range(rank + 1):
        total = 0
        for chosen in combinations(range(rows), order):
            for taken in combinations(range(columns), order):
                total += int(to_flint(matrix[np.ix_(chosen, taken)]).det()) ** 2 if order else 1
        coefficients[2 * (rank - order)] = (-1) ** order * total
    return flint.fmpz_poly(coefficients)


def one_layer_polynomial(omega: IntegerMatrix, hidden: int) -> flint.fmpz_poly:
    """λ^{(d+K−2s)M_1} ∏ (λ² − σ_i(Ω)²)^{M_1}: what two layers with M_1 hidden neurons must have.

    Example:
        >>> from hessproof.numeric.integers import integers
        >>> one_layer_polynomial(integers([[3]]), 2)
        x^4 + (-18)*x^2 + 81
    """
    rank = exact_rank(omega, most_primes=10**6).value
    kernel = (sum(omega.shape) - 2 * rank) * hidden
    return power(flint.fmpz_poly([0, 1]), kernel) * power(singular_polynomial(omega, rank), hidden)


def seen_residual(weights: Sequence[IntegerMatrix], omega: IntegerMatrix, layer: int) -> IntegerMatrix:
    """Ω_l = W^{l+2:L} Ω W^{1:l-1}, the residual between the neighbours of hidden layer l; M_{l+1} × M_{l-1}."""
    above = [weight.T for weight in weights[layer + 1 :]]
    below = [weight.T for weight in weights[: layer - 1]]
    return np.asarray(product([*above, omega, *below]))


def free_directions(weights: Sequence[IntegerMatrix], layer: int) -> int:
    """m_l = M_l − rk [W^l, W^{l+1⊤}], how many directions of hidden layer l are free.

    Example:
        >>> from hessproof.numeric.integers import integers
        >>> free_directions([integers([[1], [0], [0]]), integers([[0, 1, 0]])], 1)
        1
    """
    both = np.hstack([weights[layer - 1], weights[layer].T])
    return int(both.shape[0] - exact_rank(both, most_primes=10**6).value)


def plateau_divides(whole: flint.fmpz_poly, residual: IntegerMatrix, copies: int) -> bool:
    """Whether the characteristic polynomial has that of [[0, Ω_l⊤], [Ω_l, 0]] as a factor, ``copies`` times."""
    factor: Any = power(one_layer_polynomial(residual, 1), copies)
    if factor.degree() > whole.degree():
        return False
    return bool(divmod(whole, factor)[1] == 0)
