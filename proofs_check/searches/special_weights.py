"""Exact integer weights at which generic formulas may break: zeros, low ranks, and chains that vanish.

All functions return int64 arrays W^1, …, W^L of shapes M_l × M_{l-1}. A1 of Singh et al. 2021 says that every W^l has
maximal rank min(M_l, M_{l-1}); it does not bound the rank of products, as [0 1]·[1; 0] = 0 shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from hessproof.symbolic.architecture import Architecture

Weights = list[NDArray[np.int64]]
"""W^1, …, W^L."""


def integer_rank(matrix: NDArray[Any]) -> int:
    """The rank over Q of an integer matrix, exactly (FLINT).

    Example:
        >>> integer_rank(np.array([[1, 2], [2, 4]]))
        1
    """
    rows, columns = matrix.shape
    return int(fmpz_mat(rows, columns, [int(entry) for entry in matrix.ravel().tolist()]).rank())


def rectangular_identity(rows: int, columns: int, offset: int = 0) -> NDArray[np.int64]:
    """The rows × columns matrix of maximal rank with ones at (i, i), shifted by ``offset`` along its longer side.

    Example:
        >>> rectangular_identity(3, 2, 1).tolist(), rectangular_identity(2, 3, 1).tolist()
        ([[0, 0], [1, 0], [0, 1]], [[0, 1, 0], [0, 0, 1]])
    """
    shift = max(0, min(offset, abs(rows - columns)))
    return np.eye(rows, columns, k=shift if columns > rows else -shift, dtype=np.int64)


def satisfies_a1(weights: Sequence[NDArray[Any]], sigma: NDArray[Any] | None = None) -> bool:
    """A1: every W^l has maximal rank (Singh et al. 2021, §4).

    The paper reduces data of rank r < d to r dimensions first, so that W^1 is M_1 × r. With ``sigma`` the assumption is
    read that way: rk W^1Σ = min(M_1, r).

    Example:
        >>> satisfies_a1([np.array([[0, 1]]), np.array([[0], [0]])])
        False
        >>> satisfies_a1([np.array([[0, 1]])]), satisfies_a1([np.array([[0, 1]])], np.array([[1, 0], [0, 0]]))
        (True, False)
    """
    maximal = all(integer_rank(weight) == min(weight.shape) for weight in weights[1 if sigma is not None else 0 :])
    if sigma is None or not maximal:
        return maximal
    first = weights[0]
    return integer_rank(first @ sigma) == min(int(first.shape[0]), integer_rank(sigma))


def chain(weights: Sequence[NDArray[Any]], first: int, last: int) -> NDArray[Any]:
    """The descending chain W^first ⋯ W^last (1-based); the empty one, first = last − 1, is the identity.

    Example:
        >>> chain([np.array([[1], [0]]), np.array([[0, 1]])], 2, 1).tolist()
        [[0]]
    """
    if first < last:
        size = weights[0].shape[1] if first == 0 else weights[first - 1].shape[0]
        return np.eye(size, dtype=np.int64)
    result = weights[first - 1]
    for layer in range(first - 1, last - 1, -1):
        result = result @ weights[layer - 1]
    return result


def has_deficient_chain(weights: Sequence[NDArray[Any]]) -> bool:
    """Whether some chain W^{k:l} has a rank below the smallest of its widths M_{l-1}, …, M_k.

    Example:
        >>> has_deficient_chain([np.array([[1], [0]]), np.array([[0, 1]])])
        True
    """
    layers = range(1, len(weights) + 1)
    return any(
        integer_rank(chain(weights, k, l)) < min(weights[l - 1].shape[1], *(w.shape[0] for w in weights[l - 1 : k]))
        for l in layers
        for k in range(l, len(weights) + 1)
    )


def bulges(architecture: Architecture) -> tuple[int, ...]:
    """Hidden layers wider than both neighbours: there W^{l+1}W^l can lose rank although both have maximal rank.

    Example:
        >>> bulges(Architecture((1, 2, 1, 2, 2)))
        (1,)
    """
    widths = architecture.widths
    return tuple(l for l in range(1, architecture.layers) if widths[l] > max(widths[l - 1], widths[l + 1]))


def vanishing_chain(architecture: Architecture, layer: int) -> Weights:
    """Weights of maximal rank whose product W^{l+1}W^l has the lowest rank that the widths allow, l = ``layer``.

    W^l is the rectangular identity, W^{l+1} one that reads the last neurons of layer l; the others are rectangular
    identities. The product's rank is max(0, M_{l-1} + M_{l+1} − M_l), zero if the bulge is wide enough.

    Example:
        >>> [weight.tolist() for weight in vanishing_chain(Architecture((1, 2, 1)), 1)]
        [[[1], [0]], [[0, 1]]]
    """
    weights = [rectangular_identity(*shape) for shape in architecture.weight_shapes]
    weights[layer] = rectangular_identity(*architecture.weight_shapes[layer], offset=architecture.widths[layer])
    return weights


def by_total(architecture: Architecture, total: int, entries: tuple[int, ...] = (0, 1, -1)) -> Iterator[Weights]:
    """All weights with the given small entries and Σ|entries| = ``total``, in a fixed order.

    Example:
        >>> [[w.tolist() for w in weights] for weights in by_total(Architecture((1, 1, 1)), 1, (0, 1))]
        [[[[0]], [[1]]], [[[1]], [[0]]]]
    """
    for flat in vectors_by_total(architecture.parameters, total, entries):
        array = np.array(flat, dtype=np.int64)
        slices = zip(architecture.slices, architecture.weight_shapes, strict=True)
        yield [array[part].reshape(shape) for part, shape in slices]


def vectors_by_total(size: int, total: int, entries: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All vectors of ``size`` chosen entries whose absolute values add up to ``total``."""
    if size == 0:
        if total == 0:
            yield ()
        return
    for entry in entries:
        if abs(entry) <= total:
            for rest in vectors_by_total(size - 1, total - abs(entry), entries):
                yield (entry, *rest)


@cache
def small_matrices(rows: int, columns: int, rank: int, entries: tuple[int, ...] = (0, 1)) -> tuple[NDArray[Any], ...]:
    """All rows × columns matrices of exactly ``rank`` with the given entries, by Σ|entries|.

    Example:
        >>> [matrix.tolist() for matrix in small_matrices(1, 2, 1)]
        [[[0, 1]], [[1, 0]], [[1, 1]]]
    """
    if rank == 0:
        return (np.zeros((rows, columns), dtype=np.int64),)
    found = [np.array(flat, dtype=np.int64).reshape(rows, columns) for flat in product(entries, repeat=rows * columns)]
    return tuple(
        sorted((m for m in found if integer_rank(m) == rank), key=lambda m: (int(np.abs(m).sum()), m.ravel().tolist()))
    )
