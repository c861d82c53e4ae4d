r"""Expected traces of H_0 and H_1 for tiny networks, entry by entry: no formula for a block, no formula of Wick.

The outputs of a network without activation are polynomials in the entries of W¹, W² and X. They are differentiated,
H_0 and H_1 are put together from their definitions, a product of them is multiplied out, and every monomial is replaced
by its expectation, E g^{2k} = (2k − 1)!! s^{2k} for a normal entry of standard deviation s.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import prod
from typing import Any

import sympy as sp
from sympy.polys.rings import ring

from hessproof.symbolic.errors import UnusableRequest

Matrix = list[list[Any]]
LARGEST = 16
"""Entries of W¹, W², X and E together: the products of more have millions of terms."""


@cache
def parts(n: int, m: int) -> tuple[Matrix, Matrix, tuple[Fraction, ...]]:
    """H_0 and H_1 as matrices of polynomials, and the variances of the letters, for 2ε = 1.

    Raises:
        UnusableRequest: If a size is not positive, or there are too many letters.

    Example:
        >>> outer, error, _ = parts(1, 1)
        >>> outer[0][0], error[0][1]
        (w2_0_0**2*x_0_0**2, x_0_0*e_0_0)
    """
    if min(n, m) < 1 or 2 * n * n + 2 * n * m > LARGEST:
        raise UnusableRequest(f"n = {n}, m = {m}", f"positive sizes with 2n² + 2nm ≤ {LARGEST}", "give n = 1, m = 2")
    names = [f"{letter}_{i}_{j}" for letter, columns in (("w1", n), ("w2", n), ("x", m), ("e", m))
             for i in range(n) for j in range(columns)]  # fmt: skip
    _, *letters = ring(names, sp.QQ)
    first, second = (_block(letters, k * n * n, n, n) for k in (0, 1))
    x, e = (_block(letters, 2 * n * n + k * n * m, n, m) for k in (0, 1))
    parameters = letters[: 2 * n * n]
    size = len(parameters)
    zero = letters[0] - letters[0]
    outer, error = ([[zero] * size for _ in range(size)] for _ in range(2))
    for sample in range(m):
        hidden = [sum((first[a][j] * x[j][sample] for j in range(n)), zero) for a in range(n)]
        for i in range(n):
            output = sum((second[i][a] * hidden[a] for a in range(n)), zero)
            slopes = [output.diff(each) for each in parameters]
            for one in range(size):
                for two in range(size):
                    outer[one][two] += slopes[one] * slopes[two] / m
                    error[one][two] += e[i][sample] * slopes[one].diff(parameters[two]) / m
    variances = (Fraction(1, n),) * size + (Fraction(1),) * (2 * n * m)
    return outer, error, variances


def _block(letters: list[Any], start: int, rows: int, columns: int) -> Matrix:
    return [letters[start + i * columns : start + (i + 1) * columns] for i in range(rows)]


@cache
def entrywise_moment(factors: str, n: int, m: int) -> Fraction:
    """φ of a word in 0 and 1, for H_0 and H_1, at ε = ½ and weights of variance 1/n.

    Example:
        >>> entrywise_moment("0", 1, 1), entrywise_moment("11", 1, 2)
        (Fraction(1, 1), Fraction(1, 2))
    """
    outer, error, variances = parts(n, m)
    if not factors or set(factors) - {"0", "1"}:
        raise UnusableRequest(f"moment {factors!r}", "a word in 0 and 1", "give for instance 011")
    size = len(outer)
    matrices = [error if each == "1" else outer for each in factors]
    middle = (len(matrices) + 1) // 2
    one, two = _product(matrices[:middle]), _product(matrices[middle:])
    total = Fraction(0)
    for i in range(size):
        for j in range(size):
            entry = one[i][j] * two[j][i] if two else (one[i][j] if i == j else None)
            if entry is not None:
                total += expectation(entry, variances)
    return total / size


def _product(matrices: list[Matrix]) -> Matrix:
    if not matrices:
        return []
    found = matrices[0]
    for other in matrices[1:]:
        size = range(len(other))
        found = [[sum((found[i][k] * other[k][j] for k in size[1:]), found[i][0] * other[0][j]) for j in size]
                 for i in size]  # fmt: skip
    return found


def expectation(polynomial: Any, variances: tuple[Fraction, ...]) -> Fraction:
    """E of a polynomial in independent normal letters of mean 0.

    Example:
        >>> _, t = ring("t", sp.QQ)
        >>> expectation(t**4 + t, (Fraction(2),))
        Fraction(12, 1)
    """
    total = Fraction(0)
    for powers, coefficient in polynomial.terms():
        if not any(power % 2 for power in powers):
            value = prod((_gaussian(power) * variances[i] ** (power // 2) for i, power in enumerate(powers)),
                         start=Fraction(1))  # fmt: skip
            total += Fraction(int(coefficient.numerator), int(coefficient.denominator)) * value
    return total


def _gaussian(power: int) -> int:
    return prod(range(1, power, 2))


__all__ = ["entrywise_moment", "expectation", "parts"]
