r"""Bounds of every object's Hessian for given weights: published, repaired, and from the object's own blocks.

The published and repaired ones are those of ``hessproof.symbolic.norms.bounds``. The sharpest bound that needs no
eigenvalue of the Hessian takes the norms of its blocks: block (k, l) of the G-term has the norm
‖G^{k⊤}AG^l‖‖x^k‖‖x^l‖, block (k, l), k < l, of the H-term exactly ‖G^{l⊤}δ‖‖P^{lk}‖‖x^k‖, and a symmetric matrix of
blocks has no larger norm than the matrix of their norms. With bias W^l and b^l have blocks of their own: 1 stands for
‖x^l‖ at b^l, and the H-term's blocks have nothing at the later layer's b^l.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hessproof.numeric.curvature.chain import Array, Factors, factors, groups
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.norms.bounds import BOUNDS

PUBLISHED = ("thm1", "lemma1")
REPAIRED = ("hessian_common", "hessian", "hessian_at")
REPAIRED_WITH_BIAS = ("hessian_bias", "hessian_bias_at")
BLOCKS = "blocks"
"""Key of the bound from the object's own blocks."""


def object_bounds(
    architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array
) -> dict[str, Array]:
    """Every bound for every object, N numbers each, under the keys of ``BOUNDS`` and ``blocks``.

    M_W = max ‖W^l‖, M = max |w_ij| and M_x = max ‖x_i‖ are those of the given weights and objects, h is the largest
    hidden width. The published bounds are those of networks without bias; ``lemma1`` needs a hidden layer.

    Args:
        architecture: A ReLU network with cross-entropy.
        parameters: P^1, …, P^L, with P^l = [W^l b^l], or W^l without bias.
        inputs: x, N × d.
        targets: y, N × K.

    Raises:
        UnusableRequest: If activation, loss or a shape does not fit, or a number is not finite.

    Example:
        >>> relu = Architecture((1, 2), activation="relu", loss="cross-entropy")
        >>> found = object_bounds(relu, [np.zeros((2, 1))], np.asarray([[3.0]]), np.asarray([[1.0, 0.0]]))
        >>> {key: round(float(value[0]), 9) for key, value in found.items()}
        {'thm1': 0.0, 'hessian_common': 4.5, 'hessian': 4.5, 'hessian_at': 4.5, 'blocks': 4.5}
    """
    found = []
    for some in groups(architecture, len(inputs)):
        one = factors(architecture, parameters, inputs[some], targets[some])
        found.append((_largest(one.curvature), np.linalg.norm(one.residual, axis=1), block_bounds(architecture, one)))
    curvature, residual, blocks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    count, layers = len(inputs), architecture.layers
    values = {
        **weight_norms(architecture, parameters), "norm_x": np.linalg.norm(inputs, axis=1), "norm_A": curvature,
        "norm_delta": residual, "d": architecture.inputs, "K": architecture.outputs,
    }  # fmt: skip
    values["M_x"] = float(np.max(values["norm_x"]))
    if architecture.bias:
        keys: tuple[str, ...] = REPAIRED_WITH_BIAS
    else:
        keys = (*(PUBLISHED if architecture.hidden else PUBLISHED[:1]), *REPAIRED)
    result = {key: np.broadcast_to(BOUNDS[key].compiled(layers)(values), (count,)).astype(float) for key in keys}
    return {**result, BLOCKS: blocks}


def weight_norms(architecture: Architecture, parameters: Sequence[Array]) -> dict[str, object]:
    """‖W^l‖ and ‖b^l‖ of every layer (``m``, ``b``), M_W, the largest entry M, and h, as the bounds ask for them.

    Example:
        >>> found = weight_norms(Architecture((2, 1, 1)), [np.asarray([[3.0, -4.0]]), np.asarray([[2.0]])])
        >>> found["m"], found["M_W"], found["M"], found["h"]
        ((5.0, 2.0), 5.0, 4.0, 1)
    """
    weights = [matrix[:, :-1] if architecture.bias else matrix for matrix in parameters]
    sizes = tuple(float(np.linalg.norm(weight, 2)) for weight in weights)
    shifts = tuple(float(np.linalg.norm(matrix[:, -1])) for matrix in parameters) if architecture.bias else ()
    return {
        "m": sizes, "b": shifts, "M_W": max(sizes), "M": max(float(np.abs(weight).max()) for weight in weights),
        "h": max(architecture.hidden, default=0),
    }  # fmt: skip


def block_bounds(architecture: Architecture, given: Factors) -> Array:
    """λ_max of the matrix of the norms of every object's blocks, N numbers; W^l and b^l have blocks of their own.

    Args:
        architecture: A ReLU network with cross-entropy.
        given: The factors of its objects.
    """
    outer, functional = block_norms(architecture, given)
    return np.asarray(np.linalg.eigvalsh(outer + functional)[:, -1])


def block_norms(architecture: Architecture, given: Factors) -> tuple[Array, Array]:
    """The norms of the blocks of every object's G-term and H-term, N × L × L each, N × 2L × 2L with bias.

    Args:
        architecture: A ReLU network with cross-entropy.
        given: The factors of its objects.
    """
    layers, count = architecture.layers, len(given.residual)
    pieces = [_pieces(architecture, l, given.inputs[l - 1]) for l in range(1, layers + 1)]
    each = pieces[0].shape[1]
    outer = np.zeros((count, layers * each, layers * each))
    functional = np.zeros_like(outer)
    for l in range(1, layers + 1):
        bent = given.curvature @ given.jacobians[l - 1]
        columns = slice((l - 1) * each, l * each)
        for k in range(1, l + 1):
            rows = slice((k - 1) * each, k * each)
            size = _largest(np.swapaxes(given.jacobians[k - 1], 1, 2) @ bent)[:, None, None]
            block = size * pieces[k - 1][:, :, None] * pieces[l - 1][:, None, :]
            outer[:, rows, columns], outer[:, columns, rows] = block, np.swapaxes(block, 1, 2)
            if k < l:
                force = np.linalg.norm(given.pulled[l - 1], axis=1) * _largest(given.between[k, l])
                functional[:, rows, columns.start] = force[:, None] * pieces[k - 1]
                functional[:, columns.start, rows] = functional[:, rows, columns.start]
    return outer, functional


def _pieces(architecture: Architecture, layer: int, inputs: Array) -> Array:
    """‖x^l‖, and 1 for the bias if there is one: N × 1 or N × 2."""
    lengths = np.linalg.norm(inputs[:, : architecture.widths[layer - 1]], axis=1)[:, None]
    return np.hstack([lengths, np.ones_like(lengths)]) if architecture.bias else lengths


def _largest(matrices: Array) -> Array:
    """The spectral norm of every matrix; a Gram matrix would underflow where an object is saturated."""
    return np.asarray(np.linalg.svd(matrices, compute_uv=False)[:, 0])
