r"""Vectors of the kernel that change two layers, or whatever it takes.

*Changes of coordinates.* Put (I + tA) between layers k and k + 1 of a linear network and (I + tA)^{-1} behind it: the
output stays, so ΔW^k = −AT^k, ΔW^{k+1} = W^{k+1}A is in the kernel of the Jacobian (with bias A maps the augmented
state, so that it has M_k + 1 columns). With H_f it meets all layers but these two in terms that cancel, and these in
AT^{k:1}Ω⊤W^{L:k+2} and T^{k-1:1}Ω⊤W^{L:k+1}AE. Where both vanish, H_L annihilates it. With A = ab⊤ entries are small.

*The rest.* Where such directions do not fill the kernel, null vectors over the rationals do: in each connected part of
the matrix by itself, so that they are short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd

import flint
import numpy as np

from hessproof.proofs_check.certificates.branch import Branch
from hessproof.proofs_check.certificates.rational import (
    Entries,
    Vectors,
    as_integers,
    beside,
    integer_null_vectors,
    null_vectors,
    over_the_integers,
    unit_vectors,
)

Change = dict[int, Entries]
"""A change of some layers, by layer, of integers."""


def coordinate_changes(branch: Branch) -> Iterator[Change]:
    """Changes of coordinates of a hidden layer of a linear network that its loss Hessian annihilates."""
    for k in range(1, branch.layers):
        first = null_vectors(branch.through_residual(k - 1, k))
        ahead = branch.through_residual(k, k + 1)
        yield from _products(branch, k, first, null_vectors(ahead.transpose()))
        if branch.bias:
            constant = null_vectors(beside(ahead, branch.embed(k)).transpose())
            yield from _products(branch, k, unit_vectors(branch.widths[k]), constant)


def _products(branch: Branch, k: int, left: Vectors, right: Vectors) -> Iterator[Change]:
    step, onward = branch.step(k), branch.plain(k + 1)
    scales = [matrix.numer_denom()[1] for matrix in (step, onward)]
    common = int(flint.fmpz(scales[0]).lcm(scales[1]))
    steps = over_the_integers(step) * (common // int(scales[0]))
    onwards = over_the_integers(onward) * (common // int(scales[1]))
    for a in left:
        column = np.array(a, dtype=object)
        ahead = onwards @ column
        for b in right:
            row = np.array(b, dtype=object)
            before, after = -np.outer(column, row @ steps), np.outer(ahead, row)
            divisor = gcd(*before.flat, *after.flat)
            if divisor:
                yield {k: before // divisor, k + 1: after // divisor}


def null_changes(
    matrix: Entries, places: Sequence[tuple[int, int, int]], shapes: Sequence[tuple[int, int]]
) -> list[Change]:
    """A basis of the null vectors of a symmetric matrix, as changes.

    Args:
        matrix: Integers or fractions, one row a coordinate.
        places: The layer (from 1), row and column of each coordinate.
        shapes: Of the layers' matrices.

    Example:
        >>> found = null_changes(np.array([[0, 0], [0, 2]], dtype=object), [(1, 0, 0), (2, 0, 0)], [(1, 1), (1, 1)])
        >>> [{layer: change.tolist() for layer, change in one.items()} for one in found]
        [{1: [[1]]}]
    """
    found = []
    for part in _connected(matrix):
        for vector in integer_null_vectors(as_integers(matrix[np.ix_(part, part)])):
            change: Change = {}
            for number, entry in zip(part, vector, strict=True):
                layer, row, column = places[number]
                if entry:
                    if layer not in change:
                        change[layer] = np.full(shapes[layer - 1], 0, dtype=object)
                    change[layer][row, column] = entry
            found.append(change)
    return found


def _connected(matrix: Entries) -> Iterator[list[int]]:
    """Sets of coordinates that meet only one another."""
    size, seen = len(matrix), set[int]()
    for start in range(size):
        if start in seen:
            continue
        group, queue = [start], [start]
        seen.add(start)
        while queue:
            fresh = [int(place) for place in np.nonzero(matrix[queue.pop()])[0] if place not in seen]
            seen.update(fresh)
            group += fresh
            queue += fresh
        yield sorted(group)
