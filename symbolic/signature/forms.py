r"""Forms of small explicit networks, from their definition: numbers for the derivations about inertia.

The form of H_f is Δ ↦ 2 Σ_{k<l} tr(X W^{L:l+1} Δ^l W^{l−1:k+1} Δ^k W^{k−1:1}) with X = Ω^⊤, polarised; its restriction
is to the changes that move no output, Σ_k W^{L:k+1} Δ^k W^{k−1:1} = 0. Inertia by elimination over the rationals.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import atan2, pi

import numpy as np

from hessproof.symbolic.generalised_inverse import null_space
from hessproof.symbolic.valuation import Array


def signs(matrix: Array) -> tuple[int, int]:
    """Numbers of positive and negative eigenvalues of a symmetric rational matrix.

    A diagonal pivot is eliminated; where the diagonal vanishes, a row is added to another to make one.

    Example:
        >>> signs(np.array([[0, 1], [1, 0]], dtype=object)), signs(np.array([[0]], dtype=object))
        ((1, 1), (0, 0))
    """
    rows = [[Fraction(entry) for entry in row] for row in np.asarray(matrix, dtype=object)]
    found = [0, 0]
    while rows:
        place = next((i for i in range(len(rows)) if rows[i][i]), None)
        if place is None:
            pair = next(((i, j) for i in range(len(rows)) for j in range(i) if rows[i][j]), None)
            if pair is None:
                break
            i, j = pair
            rows[i] = [one + two for one, two in zip(rows[i], rows[j], strict=True)]
            for row in rows:
                row[i] += row[j]
            place = i
        pivot = rows[place]
        found[pivot[place] < 0] += 1
        rows = [
            [entry - row[place] * pivot[column] / pivot[place] for column, entry in enumerate(row) if column != place]
            for number, row in enumerate(rows)
            if number != place
        ]
    return found[0], found[1]


def chain(weights: Sequence[Array], last: int, first: int, size: int) -> Array:
    """W^last ⋯ W^first, or the identity of a size if it is empty."""
    product = np.eye(size, dtype=int).astype(object)
    for number in range(first, last + 1):
        product = weights[number - 1].dot(product)
    return product


def changes(weights: Sequence[Array]) -> list[tuple[int, int, int]]:
    """(layer, row, column) of every entry that can change."""
    return [
        (k, i, j)
        for k, weight in enumerate(weights, start=1)
        for i in range(weight.shape[0])
        for j in range(weight.shape[1])
    ]


def functional_form(weights: Sequence[Array], back: Array) -> Array:
    """H_f, p × p, for X = ``back``, d × K.

    Example:
        >>> one = np.array([[1]], dtype=object)
        >>> functional_form([one, one], one).tolist()
        [[0, 1], [1, 0]]
    """
    depth, entries = len(weights), changes(weights)
    widths = [weights[0].shape[1], *(weight.shape[0] for weight in weights)]
    form = np.zeros((len(entries), len(entries)), dtype=object)
    around, between = {}, {}
    for k, m in combinations(range(1, depth + 1), 2):
        above = chain(weights, depth, m + 1, widths[m])
        around[k, m] = chain(weights, k - 1, 1, widths[0]).dot(back).dot(above)
        between[k, m] = chain(weights, m - 1, k + 1, widths[k])
    for one, (k, i, j) in enumerate(entries):
        for two, (m, a, b) in enumerate(entries):
            if k < m:
                form[one, two] = form[two, one] = around[k, m][j, a] * between[k, m][b, i]
    return form


def output_changes(weights: Sequence[Array]) -> Array:
    """vec of the change of W^{L:1}, one column for each entry that changes."""
    depth = len(weights)
    widths = [weights[0].shape[1], *(weight.shape[0] for weight in weights)]
    columns = [
        np.outer(chain(weights, depth, k + 1, widths[k])[:, i], chain(weights, k - 1, 1, widths[0])[j, :]).ravel()
        for k, i, j in changes(weights)
    ]
    return np.array(columns, dtype=object).T


def on_kernel(form: Array, conditions: Array) -> Array:
    """Z⊤ form Z for a basis Z of the null space of the conditions."""
    basis = null_space(conditions)
    return np.asarray(basis.T.dot(form).dot(basis))


def ordered_form(real: int, imaginary: int, depth: int) -> Array:
    """The Hermitian form Σ_{k<l} λ a_l ā_k + c.c. as a real symmetric one in (Re a, Im a): 2L × 2L.

    Example:
        >>> ordered_form(1, 2, 1).tolist()
        [[0, 0], [0, 0]]
    """
    upper = np.array([[int(k < m) for m in range(depth)] for k in range(depth)], dtype=object)
    symmetric, skew = real * (upper + upper.T), imaginary * (upper - upper.T)
    return np.vstack([np.hstack([symmetric, skew]), np.hstack([-skew, symmetric])])


def weight(real: int, imaginary: int, parts: int) -> int:
    """#{0 < j < n : jπ/n > |arg λ|} − #{0 < j < n : jπ/n < |arg λ|} for λ = real + i imaginary.

    Of Gaussian integers only those on the axes and diagonals have an argument jπ/n; off them floating point decides.

    Example:
        >>> weight(1, 0, 4), weight(-1, 0, 4), weight(1, 2, 4)
        (3, -3, 1)
    """
    share = 0.0 if imaginary == 0 and real > 0 else parts * abs(atan2(imaginary, real)) / pi
    return sum((j > share) - (j < share) for j in range(1, parts))


@dataclass(frozen=True)
class Cycle:
    """W^1, …, W^L and X with known structure: the eigenvalues of X W^{L:1}, and forms of its parts.

    Args:
        weights: Of the whole network, in mixed coordinates.
        back: X.
        eigenvalues: (Re, Im) of the nonzero eigenvalues of X W^{L:1}, all simple.
        regular: Weights and X of the part on which the cycle is invertible.
        nilpotent: Weights and X of the part on which it is nilpotent.
    """

    weights: list[Array]
    back: Array
    eigenvalues: tuple[tuple[int, int], ...]
    regular: tuple[list[Array], Array]
    nilpotent: tuple[list[Array], Array]


POOL = (((2, 0),), ((-1, 0),), ((1, 2), (1, -2)), ((-1, 2), (-1, -2)), ((3, 0), (-2, 0)), ())
"""Sets of simple eigenvalues; those that are not real lie off the axes and diagonals."""


def draw_cycle(stream: random.Random, depth: int) -> Cycle:
    """A direct sum of an invertible and a nilpotent cycle, mixed by unimodular changes of every layer's coordinates."""
    eigenvalues = stream.choice(POOL)
    size = len(eigenvalues)
    widths = [stream.randint(0 if size else 1, 1) for _ in range(depth + 1)]
    closed = stream.randrange(depth + 1)
    """The place where the nilpotent part is cut: W^closed, or X if 0."""
    small = [
        np.array([[int(m != closed)]] * widths[m], dtype=object).reshape(widths[m], 1)[:, : widths[m - 1]]
        for m in range(1, depth + 1)
    ]
    small = [each.reshape(widths[m], widths[m - 1]) for m, each in enumerate(small, start=1)]
    small_back = np.full((widths[0], widths[depth]), int(closed != 0), dtype=object)
    one = np.eye(size, dtype=int).astype(object)
    block = _block(eigenvalues)
    whole = [_direct(one, each) for each in small]
    mixed = [_unimodular(stream, size + width) for width in widths]
    weights = [
        mixed[m][0].dot(each).dot(mixed[m - 1][1]) for m, each in enumerate(whole, start=1)
    ]  # fmt: skip
    back = mixed[0][0].dot(_direct(block, small_back)).dot(mixed[depth][1])
    return Cycle(weights, back, eigenvalues, ([one] * depth, block), (small, small_back))


def _block(eigenvalues: Sequence[tuple[int, int]]) -> Array:
    size = len(eigenvalues)
    matrix = np.zeros((size, size), dtype=object)
    for place, (real, imaginary) in enumerate(eigenvalues):
        matrix[place, place] = real
        if imaginary > 0:
            matrix[place, place + 1], matrix[place + 1, place] = imaginary, -imaginary
    return matrix


def _direct(one: Array, two: Array) -> Array:
    result = np.zeros((one.shape[0] + two.shape[0], one.shape[1] + two.shape[1]), dtype=object)
    result[: one.shape[0], : one.shape[1]] = one
    result[one.shape[0] :, one.shape[1] :] = two
    return result


def _unimodular(stream: random.Random, size: int) -> tuple[Array, Array]:
    """An integer matrix of determinant 1 and its inverse: a product of additions of rows."""
    forward, backward = (np.eye(size, dtype=int).astype(object) for _ in range(2))
    for _ in range(2 * size if size > 1 else 0):
        i, j = stream.sample(range(size), 2)
        step = np.eye(size, dtype=int).astype(object)
        step[i, j] = stream.choice((-1, 1))
        undo = step.copy()
        undo[i, j] = -step[i, j]
        forward, backward = step.dot(forward), backward.dot(undo)
    return forward, backward
