r"""The matrix A = diag(p) − pp⊤ at rational probabilities, exactly: is its norm at most a given rational number?

p = m/n with integers m_1, …, m_K ≥ 0, Σ m_c = n. For c > 0 the leading minors of cI − A are, by the matrix determinant
lemma,

    D_j = Π_{i≤j} (c − p_i) + Σ_{i≤j} p_i² Π_{l≤j, l≠i} (c − p_l),

and ‖A‖ < c if and only if all of them are positive. In integers, with c = C/(2n²) and numbers over 2n², this runs over
whole arrays at once. Where some D_j is zero, the polynomial χ_A(x + c) decides: ‖A‖ ≤ c for a symmetric positive
semidefinite A if and only if none of its coefficients is negative. Nothing is rounded.
"""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
from numpy.typing import NDArray

from hessproof.symbolic.errors import UnusableRequest

Integers = NDArray[np.int64]
LIMIT = {1: 1000, 2: 1000, 3: 400, 4: 100, 5: 40, 6: 20}
"""The largest n for each K at which the minors fit into 63 bits."""


def parts(rng: np.random.Generator, outputs: int, total: int, count: int) -> Integers:
    """``count`` random vectors of ``outputs`` nonnegative integers with the given total, zeros among them.

    Raises:
        UnusableRequest: If the minors of such vectors might overflow.

    Example:
        >>> parts(np.random.default_rng(0), 3, 5, 2).sum(axis=1).tolist()
        [5, 5]
    """
    if total > LIMIT.get(outputs, 0):
        raise UnusableRequest(f"total {total} for {outputs} outputs", f"at most {LIMIT}", "take a smaller total")
    shares = rng.dirichlet(np.full(outputs, 0.6), size=count)
    found = rng.multinomial(total, shares)
    return np.asarray(found, dtype=np.int64)


def bounded(numbers: Integers, twice: Integers) -> NDArray[np.bool_]:
    """Whether ‖A‖ ≤ C/(2n²) for each row m of ``numbers``, C the entry of ``twice``.

    Example:
        >>> bounded(np.array([[1, 1], [1, 1]]), np.array([4, 3]))
        array([ True, False])
    """
    total = numbers.sum(axis=1)
    gaps = twice[:, None] - 2 * total[:, None] * numbers
    squares = 2 * numbers**2
    strict = np.ones(len(numbers), dtype=bool)
    zero = np.zeros(len(numbers), dtype=bool)
    product = np.ones(len(numbers), dtype=np.int64)
    mixed = np.zeros(len(numbers), dtype=np.int64)
    for place in range(numbers.shape[1]):
        mixed = mixed * gaps[:, place] + squares[:, place] * product
        product = product * gaps[:, place]
        minor = product + mixed
        strict &= minor > 0
        zero |= minor == 0
    for row in np.flatnonzero(zero & ~strict):
        size = Fraction(int(twice[row]), 2 * int(total[row]) ** 2)
        strict[row] = norm_at_most([Fraction(int(m), int(total[row])) for m in numbers[row]], size)
    return strict


def norm_at_most(probabilities: list[Fraction], bound: Fraction) -> bool:
    """Whether ‖A‖ ≤ bound, exactly, for probabilities of any size.

    Example:
        >>> half = Fraction(1, 2)
        >>> norm_at_most([half, half], half), norm_at_most([half, half], Fraction(49, 100))
        (True, False)
    """
    size = len(probabilities)
    entries = [
        [(one if i == j else Fraction(0)) - one * two for j, two in enumerate(probabilities)]
        for i, one in enumerate(probabilities)
    ]
    flat = [flint.fmpq(entry.numerator, entry.denominator) for row in entries for entry in row]
    polynomial = flint.fmpq_mat(size, size, flat).charpoly()
    shifted = polynomial(flint.fmpq_poly([flint.fmpq(bound.numerator, bound.denominator), 1]))
    return all(shifted[degree] >= 0 for degree in range(size + 1))


def frobenius_squared(probabilities: list[Fraction]) -> Fraction:
    """Σ_ab A_ab², from the entries.

    Example:
        >>> frobenius_squared([Fraction(1, 2), Fraction(1, 2)])
        Fraction(1, 4)
    """
    return sum(
        (
            ((one if i == j else Fraction(0)) - one * two) ** 2
            for i, one in enumerate(probabilities)
            for j, two in enumerate(probabilities)
        ),
        Fraction(0),
    )
