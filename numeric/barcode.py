r"""A chain of weights modulo a prime in bases in which every weight matrix has entries 0 and 1: its bars.

Invertible matrices B_0, …, B_L exist with W^l B_{l-1} = B_l P^l, where P^l sends each basis vector of layer l − 1 to
one of layer l or to zero, and no two to the same. Followed through the layers, the basis vectors make *bars* [s, e]:
born in layer s, outside the range of W^s, and sent to zero by W^{e+1} (or alive at the output, e = L). This is the
interval decomposition of a representation of the quiver of type A (Gabriel 1972). The elder rule finds it: images are
taken in order of birth, leftmost ones that are independent live on, and one that depends on elder ones is replaced by
its difference from their combination, which is sent to zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import array_api_compat
import flint
import numpy as np

from hessproof.numeric.arrays import Array, to_numpy
from hessproof.numeric.modular import PrimeField, pivot_columns


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a chain, and what the bases at its ends do.

    Args:
        layers: L.
        inner: How many bars [s, e] there are with 1 ≤ s and e < L.
        ends: e of each basis vector of the input, in the order of B_0.
        births: s of each basis vector of the output, in the order of B_L.
        through: Pairs (place at the input, place at the output) of the bars [0, L].
        inverse: B_0^{-1}, d × d, as a NumPy array.
        outputs: B_L, K × K, likewise.
    """

    layers: int
    inner: dict[tuple[int, int], int]
    ends: tuple[int, ...]
    births: tuple[int, ...]
    through: tuple[tuple[int, int], ...]
    inverse: Array
    outputs: Array


def bars(weights: Sequence[Array], field: PrimeField) -> Bars:
    """The bars of W^1, …, W^L modulo a prime.

    Args:
        weights: Balanced residues, M_l × M_{l-1}.
        field: The prime.

    Example:
        >>> field = PrimeField(7)
        >>> found = bars([np.asarray([[1.0, 2.0]]), np.asarray([[1.0], [3.0]])], field)
        >>> found.ends, found.births, found.through
        ((2, 0), (0, 2), ((0, 0),))
    """
    xp, device = field.xp, array_api_compat.device(weights[0])
    width = int(weights[0].shape[1])
    basis = xp.eye(width, dtype=xp.float64, device=device)
    inverse = np.eye(width)
    # The bars alive in the current layer, eldest first: (birth, place at the input or −1).
    alive = [(0, place) for place in range(width)]
    ends = [0] * width
    inner: dict[tuple[int, int], int] = {}
    for layer, weight in enumerate(weights, start=1):
        height = int(weight.shape[0])
        images = field.matmul(weight, basis)
        kept = pivot_columns(images, field.prime)
        dead = sorted(set(range(len(alive))) - set(kept))
        inverse = _older(PrimeField(field.prime), to_numpy(images), alive, kept, dead, inverse)
        for place in dead:
            birth, start = alive[place]
            if start >= 0:
                ends[start] = layer - 1
            else:
                inner[birth, layer - 1] = inner.get((birth, layer - 1), 0) + 1
        images = _columns(field, images, kept)
        met = pivot_columns(images.T, field.prime)
        fresh = sorted(set(range(height)) - set(met))
        unit = xp.eye(height, dtype=xp.float64, device=device)
        basis = xp.concat([images, _columns(field, unit, fresh)], axis=1)
        alive = [alive[place] for place in kept] + [(layer, -1)] * len(fresh)
    through = []
    for place, (_, start) in enumerate(alive):
        if start >= 0:
            ends[start] = len(weights)
            through.append((start, place))
    births = tuple(birth for birth, _ in alive)
    return Bars(len(weights), inner, tuple(ends), births, tuple(through), inverse, to_numpy(basis))


def _columns(field: PrimeField, matrix: Array, places: Sequence[int]) -> Array:
    """Some columns of a matrix, on its device."""
    if not places:
        return matrix[:, :0]
    chosen = field.xp.asarray(list(places), dtype=field.xp.int64, device=array_api_compat.device(matrix))
    return field.xp.take(matrix, chosen, axis=1)


def _older(
    field: PrimeField,
    images: Array,
    alive: Sequence[tuple[int, int]],
    kept: Sequence[int],
    dead: Sequence[int],
    inverse: Array,
) -> Array:
    """B_0^{-1} after the vectors that die and were born at the input lost their elder parts.

    With c from W b_dead = W b_kept c the basis turns into B_0 E with b_dead − b_kept c, and its inverse into E^{-1}
    B_0^{-1}: rows of what is kept gain c times those of what dies.
    """
    first = [place for place in kept if alive[place][1] >= 0]
    last = [place for place in dead if alive[place][1] >= 0]
    if not first or not last:
        return inverse
    left, right = images[:, first], images[:, last]
    rows = pivot_columns(left.T, field.prime)
    change = solved(field, left[rows, :], right[rows, :])
    result = inverse.copy()
    older, younger = [alive[place][1] for place in first], [alive[place][1] for place in last]
    result[older, :] = field.reduce(inverse[older, :] + field.matmul(change, inverse[younger, :]))
    return result


def solved(field: PrimeField, left: Array, right: Array) -> Array:
    """left^{-1} · right modulo the prime, by FLINT: balanced residues.

    Example:
        >>> solved(PrimeField(7), np.asarray([[2.0]]), np.asarray([[1.0]])).tolist()
        [[-3.0]]
    """
    found = modular_matrix(left, field.prime).solve(modular_matrix(right, field.prime))
    entries = np.asarray([int(entry) for entry in found.entries()], dtype=np.float64)
    return field.reduce(entries.reshape(right.shape))


def modular_matrix(matrix: Array, prime: int) -> flint.nmod_mat:
    """A matrix of residues in FLINT."""
    entries = to_numpy(matrix).astype(np.int64) % prime
    rows, columns = entries.shape
    return flint.nmod_mat(rows, columns, entries.ravel().tolist(), prime)
