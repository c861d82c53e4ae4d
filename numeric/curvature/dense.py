r"""The mean Hessian of a ReLU network with cross-entropy as a matrix, assembled from the objects' factors.

Block (k, l) of the G-term is the mean of (G^{k⊤}AG^l) ⊗ x^k x^{l⊤}; block (k, l), k < l, of the H-term has the entries
E[g^l_{i′} P^{lk}_{j′i} x^k_j] in row (i, j) and column (i′, j′), and no diagonal blocks. The sums over objects are
matrix products of what has one row an object. For networks small enough to decompose; it shares no code with the
operators that Lanczos uses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hessproof.numeric.curvature.chain import Array, Factors, factors, groups
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.symbolic.architecture import Architecture


def mean_parts(
    architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array
) -> tuple[Array, Array]:
    """G-term and H-term of the mean loss, p × p each, parameters in the order of ``Architecture.slices``.

    Args:
        architecture: A ReLU network with cross-entropy.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If activation, loss or a shape does not fit, a number is not finite, or memory would not do.

    Example:
        >>> relu = Architecture((1, 1, 2), activation="relu", loss="cross-entropy")
        >>> weights = [np.asarray([[2.0]]), np.asarray([[1.0], [1.0]])]
        >>> outer, functional = mean_parts(relu, weights, np.asarray([[3.0]]), np.asarray([[1.0, 0.0]]))
        >>> outer.tolist(), functional[0].tolist()
        ([[0.0, 0.0, 0.0], [0.0, 9.0, -9.0], [0.0, -9.0, 9.0]], [0.0, -1.5, 1.5])
    """
    size = architecture.parameters
    refuse_if_too_large(matrix_bytes(size, size, copies=3), f"{size} × {size} entries", "multiply by vectors instead")
    outer, functional = np.zeros((size, size)), np.zeros((size, size))
    for some in groups(architecture, len(inputs)):
        one = factors(architecture, parameters, inputs[some], targets[some])
        _add(architecture, one, outer, functional)
    return outer / len(inputs), functional / len(inputs)


def _add(architecture: Architecture, given: Factors, outer: Array, functional: Array) -> None:
    places, layers, count = architecture.slices, architecture.layers, len(given.residual)
    for l in range(1, layers + 1):
        bent = given.curvature @ given.jacobians[l - 1]
        for k in range(1, l + 1):
            both = np.swapaxes(given.jacobians[k - 1], 1, 2) @ bent
            above, below = given.inputs[k - 1], given.inputs[l - 1]
            block = _summed(both.reshape(count, -1), _pairs(above, below))
            block = block.reshape(both.shape[1], both.shape[2], above.shape[1], below.shape[1])
            _put(outer, places[k - 1], places[l - 1], block.transpose(0, 2, 1, 3))
        for k in range(1, l):
            slopes, above = given.between[k, l], given.inputs[k - 1]
            hidden, wide = slopes.shape[1], given.inputs[l - 1].shape[1]
            block = _summed(_pairs(given.pulled[l - 1], above), slopes.reshape(count, -1))
            block = block.reshape(given.pulled[l - 1].shape[1], above.shape[1], hidden, slopes.shape[2])
            full = np.zeros((slopes.shape[2], above.shape[1], block.shape[0], wide))
            full[:, :, :, :hidden] = block.transpose(3, 1, 0, 2)
            _put(functional, places[k - 1], places[l - 1], full)


def _summed(one: Array, other: Array) -> Array:
    return one.T @ other


def _pairs(one: Array, other: Array) -> Array:
    return (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)


def _put(whole: Array, rows: slice, columns: slice, block: Array) -> None:
    """Add a block, indexed (i, j, i′, j′), and its mirror image."""
    height, width = rows.stop - rows.start, columns.stop - columns.start
    flat = block.reshape(height, width)
    whole[rows, columns] += flat
    if rows != columns:
        whole[columns, rows] += flat.T
