r"""Exact inertia of integer matrices, and eigenvalues counted by their arguments.

A symmetric matrix has real eigenvalues, so Descartes' rule counts the positive ones exactly: they are as many as the
changes of sign in the coefficients of the characteristic polynomial. Eigenvalues of other matrices are enclosed in
balls that contain one root each; an argument is compared with jπ/n only where the balls decide it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import flint
import numpy as np

from hessproof.numeric.integers import IntegerMatrix, to_flint

BITS = 120
"""Working precision of the balls: arguments that differ by more than about 10^-30 are told apart."""


def exact_inertia(matrix: Any) -> tuple[int, int, int]:
    """Numbers of positive, negative and zero eigenvalues of a symmetric integer matrix, over Q.

    Args:
        matrix: n × n, symmetric, Python integers.

    Example:
        >>> exact_inertia([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
        (1, 1, 1)
    """
    array = np.asarray(matrix, dtype=object)
    if not array.size:
        return 0, 0, 0
    coefficients = [int(each) for each in to_flint(array).charpoly().coeffs()]
    signs = [each > 0 for each in coefficients if each]
    positive = sum(one != two for one, two in pairwise(signs))
    zero = next(place for place, each in enumerate(coefficients) if each)
    return positive, len(array) - positive - zero, zero


def restricted(matrix: IntegerMatrix, conditions: IntegerMatrix) -> IntegerMatrix:
    """A form on the null space of another matrix: Z⊤ H Z for an integer basis Z of it.

    Args:
        matrix: n × n, symmetric.
        conditions: m × n.

    Example:
        >>> restricted(np.asarray([[1, 0], [0, -1]], dtype=object), np.asarray([[1, 0]], dtype=object)).tolist()
        [[-1]]
    """
    whole, rank = to_flint(conditions).nullspace()
    size = conditions.shape[1]
    basis = np.asarray([[int(whole[row, column]) for column in range(rank)] for row in range(size)], dtype=object)
    basis = basis.reshape(size, rank)
    return np.asarray(basis.T.dot(matrix).dot(basis))


def weighed_arguments(matrix: IntegerMatrix, parts: int) -> int | None:
    r"""Σ_λ #{0 < j < n : jπ/n > |arg λ|} − #{0 < j < n : jπ/n < |arg λ|} over the nonzero eigenvalues λ.

    Args:
        matrix: Square, Python integers.
        parts: n.

    Returns:
        The sum, eigenvalues counted with their algebraic multiplicities; None if the argument of a nonreal eigenvalue
        is not told apart from some jπ/n.

    Example:
        >>> weighed_arguments(np.asarray([[1, 0], [0, -2]], dtype=object), 3)
        0
        >>> weighed_arguments(np.asarray([[1, -1], [1, 1]], dtype=object), 3), weighed_arguments(
        ...     np.asarray([[0, -1], [1, 0]], dtype=object), 2)
        (4, None)
    """
    total = 0
    before, flint.ctx.prec = flint.ctx.prec, BITS
    try:
        roots: Any = to_flint(matrix).charpoly().complex_roots()
        for root, multiplicity in roots:
            weight = _weight(flint.acb(root), parts)
            if weight is None:
                return None
            total += weight * int(multiplicity)
    finally:
        flint.ctx.prec = before
    return total


def _weight(root: Any, parts: int) -> int | None:
    """What one eigenvalue adds; real ones are recognised by their exact imaginary part 0."""
    if root.imag == 0:
        return 0 if root.real == 0 else (parts - 1 if root.real > 0 else 1 - parts)
    share = abs(flint.arb.atan2(root.imag, root.real)) * parts / flint.arb.pi()
    found = 0
    for j in range(1, parts):
        if share < j:
            found += 1
        elif share > j:
            found -= 1
        else:
            return None
    return found
