"""Spectral norms compared exactly with rationals, and enclosed to as many digits as asked for.

‖X‖ ≤ c for a symmetric X exactly if cI − X and cI + X are positive semidefinite. For rational X and c fraction-free
elimination decides that: all pivots are positive, or zero with nothing but zeros in their rows. ‖X‖² is compared with
rationals through the definiteness of cI − XX⊤, so that norms can be compared with square roots, and X need not be
symmetric.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
import numpy as np

from hessproof.numeric.norms.matrices import BITS, Numbers, precision, rationals
from hessproof.symbolic.errors import UnusableRequest

_STEPS = 40
"""Most steps of inverse iteration; five or six are usual, more where eigenvalues nearly coincide."""


def positive_semidefinite(matrix: Any) -> bool:
    """Whether a symmetric rational matrix is positive semidefinite; exact.

    Fraction-free elimination (Bareiss 1968) without exchange of rows: a positive semidefinite matrix with a zero on the
    diagonal has a zero row there, and Schur complements of positive semidefinite matrices are positive semidefinite.

    Args:
        matrix: n × n, integers, fractions or FLINT rationals.

    Raises:
        UnusableRequest: If the matrix is not symmetric.

    Example:
        >>> positive_semidefinite([[1, 1], [1, 1]]), positive_semidefinite([[0, 1], [1, 5]])
        (True, False)
    """
    rest = _integral(matrix)
    if not np.array_equal(rest, rest.T):
        raise UnusableRequest("a matrix that is not symmetric", "a symmetric one", "give XX⊤ for ‖X‖²")
    before = flint.fmpz(1)
    while len(rest):
        pivot = rest[0, 0]
        if pivot < 0:
            return False
        if pivot == 0:
            if any(entry != 0 for entry in rest[0]):
                return False
            rest = rest[1:, 1:]
            continue
        rest = (pivot * rest[1:, 1:] - np.multiply.outer(rest[1:, 0], rest[0, 1:])) // before
        before = pivot
    return True


def norm_at_most(matrix: Any, bound: Fraction | int) -> bool:
    """Whether ‖X‖ ≤ c for a symmetric rational X; exact.

    Example:
        >>> norm_at_most([[0, 2], [2, 0]], 2), norm_at_most([[0, 2], [2, 0]], Fraction(199, 100))
        (True, False)
    """
    exact, shift = _numbers(matrix), _diagonal(len(matrix), bound)
    return positive_semidefinite(shift - exact) and positive_semidefinite(shift + exact)


def squared_norm_at_most(matrix: Any, bound: Fraction | int) -> bool:
    """Whether ‖X‖² ≤ c for a rational X of any shape; exact.

    Example:
        >>> squared_norm_at_most([[1, 1]], 2), squared_norm_at_most([[1, 1]], Fraction(19, 10))
        (True, False)
    """
    exact = _numbers(matrix)
    gram = exact @ exact.T if exact.shape[0] <= exact.shape[1] else exact.T @ exact
    return positive_semidefinite(_diagonal(len(gram), bound) - gram)


def compare_norm(matrix: Any, bound: Fraction | int) -> int:
    """The sign of ‖X‖ − c for a symmetric rational X: −1, 0 or 1; exact.

    Example:
        >>> [compare_norm([[0, 2], [2, 0]], c) for c in (1, 2, 3)]
        [1, 0, -1]
    """
    if not norm_at_most(matrix, bound):
        return 1
    exact, shift = _numbers(matrix), _diagonal(len(matrix), bound)
    return 0 if any(_determinant(shift + sign * exact) == 0 for sign in (-1, 1)) else -1


def compare_squared_norm(matrix: Any, bound: Fraction | int) -> int:
    """The sign of ‖X‖² − c for a rational X of any shape: −1, 0 or 1; exact.

    Example:
        >>> compare_squared_norm([[1, 1], [0, 0]], 2)
        0
    """
    if not squared_norm_at_most(matrix, bound):
        return 1
    exact = _numbers(matrix)
    gram = exact @ exact.T if exact.shape[0] <= exact.shape[1] else exact.T @ exact
    return 0 if _determinant(_diagonal(len(gram), bound) - gram) == 0 else -1


def ball_norm(matrix: Any, bits: int = BITS) -> Any:
    """‖X‖ of a symmetric matrix of rationals or balls, as a ball with about bits/2 correct binary digits.

    Above, cI ∓ X have positive pivots in ball arithmetic; below, ‖X‖ ≥ |v⊤Xv|/v⊤v for a v from inverse iteration.

    Args:
        matrix: n × n, symmetric.
        bits: Working precision.

    Returns:
        A ``flint.arb`` that contains the norm.

    Example:
        >>> found = ball_norm([[1, 1], [1, 1]])
        >>> found.contains(2), bool(found.rad() < 1e-35)
        (True, True)
    """
    with precision(bits):
        full = _balls(matrix)
        used = [row for row in range(len(full)) if not all(entry == 0 for entry in full[row])]  # 0 ± r counts
        if not used:
            return flint.arb(0)
        exact = full[np.ix_(used, used)]
        values = np.linalg.eigvalsh(np.asarray([[float(x.mid()) for x in row] for row in exact]))
        sign = -1 if -values[0] > values[-1] else 1
        vector = _top_vector(sign * exact, float(max(-values[0], values[-1])))
        lower = abs(_quotient(exact, vector)).abs_lower()
        slack = lower.mid() * flint.arb(2) ** (-bits // 2) + flint.arb(2) ** (-4 * bits)
        for _ in range(bits // 16 + 4):
            upper = (lower + slack).abs_upper()
            if _positive_definite(upper, exact) and _positive_definite(upper, -exact):
                return lower.union(upper)
            slack = slack * 2**16
        return lower.union(_row_sums(exact))


def ball_operator_norm(matrix: Any, bits: int = BITS) -> Any:
    """‖A‖ of a matrix of rationals or balls of any shape, as a ball: √‖AA⊤‖ with the smaller Gram matrix.

    Example:
        >>> found = ball_operator_norm([[1, 1]])
        >>> (found**2).contains(2), bool(found.rad() < 1e-35)
        (True, True)
    """
    with precision(bits):
        exact = _balls(matrix)
        gram = exact @ exact.T if exact.shape[0] <= exact.shape[1] else exact.T @ exact
        found = ball_norm(gram, bits)
        return found.nonnegative_part().sqrt() if found.contains(0) else found.sqrt()


def digits_of(ball: Any) -> float:
    """How many decimal digits of a ball are known: −log10 of its relative radius; infinite for an exact number.

    Example:
        >>> digits_of(flint.arb(2))
        inf
    """
    radius, size = ball.rad(), ball.abs_lower()
    if radius == 0:
        return float("inf")
    return -float((radius / size).log() / flint.arb(10).log()) if size > 0 else float("-inf")


def _top_vector(matrix: Numbers, guess: float) -> Numbers:
    """A vector near the eigenvector of the largest eigenvalue, by inverse iteration with a moving shift."""
    size = len(matrix)
    vector = np.asarray([flint.arb(1) + flint.arb(n + 2).sqrt() / 8 for n in range(size)], dtype=object)
    shift = flint.arb(guess) * (1 + flint.arb(2) ** -30) + flint.arb(2) ** -1000
    least = abs(flint.arb(guess)) * flint.arb(2) ** (-flint.ctx.prec // 2)
    for _ in range(_STEPS):
        system = flint.arb_mat(size, size, list((_arb_diagonal(size, shift) - matrix).ravel()))
        try:
            found = system.solve(flint.arb_mat(size, 1, list(vector)))
        except ZeroDivisionError:
            break
        entries = [flint.arb(found[row, 0].mid()) for row in range(size)]
        largest = max((abs(entry) for entry in entries), default=flint.arb(1))
        vector = np.asarray([(entry / largest).mid() for entry in entries], dtype=object)
        value = _quotient(matrix, vector).mid()
        rest = matrix @ vector - value * vector
        residual = sum((entry * entry for entry in rest), flint.arb(0)).sqrt().abs_upper()
        shift = (value + 2 * residual + least).mid()
        if residual <= least:
            break
    return vector


def _quotient(matrix: Numbers, vector: Numbers) -> Any:
    return (vector @ (matrix @ vector)) / (vector @ vector)


def _positive_definite(bound: Any, matrix: Numbers) -> bool:
    """Whether elimination proves bound·I − X positive definite for every matrix in the balls."""
    rest = _arb_diagonal(len(matrix), bound) - matrix
    while len(rest):
        pivot = rest[0, 0]
        if not pivot > 0:
            return False
        rest = rest[1:, 1:] - np.multiply.outer(rest[1:, 0], rest[0, 1:]) / pivot
    return True


def _row_sums(matrix: Numbers) -> Any:
    return max(sum((abs(entry) for entry in row), flint.arb(0)).abs_upper() for row in matrix)


def _arb_diagonal(size: int, value: Any) -> Numbers:
    result = np.full((size, size), flint.arb(0), dtype=object)
    result[np.arange(size), np.arange(size)] = value
    return result


def _diagonal(size: int, value: Fraction | int) -> Numbers:
    return rationals(np.asarray([[Fraction(value) if i == j else 0 for j in range(size)] for i in range(size)]))


def _determinant(matrix: Numbers) -> Any:
    return flint.fmpq_mat(len(matrix), len(matrix), list(matrix.ravel())).det()


def _numbers(matrix: Any) -> Numbers:
    source = np.asarray(matrix, dtype=object)
    known = source.size and all(isinstance(entry, flint.fmpq) for entry in source.flat)
    if not known and any(isinstance(entry, flint.arb) for entry in source.flat):
        raise UnusableRequest("a matrix of balls", "rational entries", "use ball_norm")
    return source if known else rationals(_as_fractions(source))


def _as_fractions(source: Numbers) -> Numbers:
    found = [Fraction(int(x.p), int(x.q)) if isinstance(x, flint.fmpq) else Fraction(x) for x in source.flat]
    result = np.empty(source.size, dtype=object)
    result[:] = found
    return result.reshape(source.shape)


def _integral(matrix: Any) -> Numbers:
    """A matrix times its common denominator, as FLINT integers."""
    exact = _numbers(matrix)
    common, _ = flint.fmpq_mat(exact.shape[0], exact.shape[1], list(exact.ravel())).numer_denom()
    result = np.empty(exact.size, dtype=object)
    result[:] = common.entries()
    return result.reshape(exact.shape)


def _balls(matrix: Any) -> Numbers:
    source = np.asarray(matrix, dtype=object)
    result = np.empty(source.shape, dtype=object)
    for place, entry in np.ndenumerate(source):
        if isinstance(entry, (flint.arb, flint.fmpq)):
            result[place] = flint.arb(entry)
        else:
            numerator, denominator = Fraction(entry).as_integer_ratio()
            result[place] = flint.arb(flint.fmpq(numerator, denominator))
    return result
