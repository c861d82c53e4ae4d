r"""Hessians of many small networks at once in double precision, one sample each, to find candidates.

With Z^m = ∂z^m/∂θ and g^l = ∂ℓ/∂z^l for given δ = ∂ℓ/∂F,

    H_o = Z^{L⊤}ΛZ^L,
    H_f = Σ_{m<L} Z^{m⊤} diag(W^{m+1⊤}g^{m+1} ∘ σ″(z^m)) Z^m + Σ_l (g^l ⊗ ∂ã^{l-1}/∂θ + its transpose).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.network.activations import activate
from hessproof.symbolic.architecture import Architecture

Floats = NDArray[np.float64]
Part = Literal["outer", "functional", "loss"]


def many_hessians(
    architecture: Architecture, weights: Sequence[Floats], inputs: Floats, given: Any, part: Part = "loss"
) -> Floats:
    """The Hessian of one sample for each of B networks, (B, p, p).

    Args:
        architecture: Widths, bias, activation and loss.
        weights: [W^l b^l], each (B, M_l, M_{l-1} + bias).
        inputs: x, (B, d).
        given: Labels (B,) for cross-entropy; for other losses δ, (B, K): F − y, or tanh(F − y).
        part: outer, functional or loss.

    Example:
        >>> one = np.ones((1, 1, 1))
        >>> many_hessians(Architecture((1, 1, 1)), [2 * one, 3 * one], one[0], np.asarray([[5.0]])).tolist()
        [[[9.0, 11.0], [11.0, 4.0]]]
    """
    batch, size, widths = len(inputs), architecture.parameters, architecture.widths
    values, tangent = inputs, np.zeros((batch, widths[0], size))
    tangents, entering, passed, bends, slopes = [], [], [], [], []
    for layer, weight in enumerate(weights):
        reached, moved = values, tangent
        if architecture.bias:
            reached = np.concatenate([values, np.ones((batch, 1))], axis=1)
            moved = np.concatenate([tangent, np.zeros((batch, 1, size))], axis=1)
        passed.append(reached)
        entering.append(moved)
        z = (weight @ reached[..., None])[..., 0]
        change = weight @ moved
        piece, columns = architecture.slices[layer], weight.shape[2]
        for row in range(weight.shape[1]):
            change[:, row, piece.start + row * columns : piece.start + (row + 1) * columns] += reached
        tangents.append(change)
        if layer < len(weights) - 1:
            values, slope, bend = activate(architecture.activation, z)
            slopes.append(slope)
            bends.append(bend)
            tangent = slope[..., None] * change
    delta, curvature = _derivatives(architecture, z, given)
    total = np.zeros((batch, size, size))
    if part != "functional":
        total += tangents[-1].swapaxes(1, 2) @ (curvature @ tangents[-1])
    if part != "outer":
        total += _functional(architecture, weights, tangents, entering, slopes, bends, delta)
    return total


def spectral_norms(matrices: Floats) -> Floats:
    """‖·‖ of symmetric matrices, (B,).

    Example:
        >>> spectral_norms(np.asarray([[[0.0, 2.0], [2.0, 0.0]]])).tolist()
        [2.0]
    """
    values = np.linalg.eigvalsh(matrices)
    return np.asarray(np.maximum(-values[:, 0], values[:, -1]))


def _functional(
    architecture: Architecture,
    weights: Sequence[Floats],
    tangents: Sequence[Floats],
    entering: Sequence[Floats],
    slopes: Sequence[Floats],
    bends: Sequence[Floats],
    delta: Floats,
) -> Floats:
    batch, size = len(delta), architecture.parameters
    bent, below, back = np.zeros((batch, size, size)), np.zeros((batch, size, size)), delta
    for layer in range(len(weights) - 1, 0, -1):
        piece = architecture.slices[layer]
        block = back[:, :, None, None] * entering[layer][:, None]
        below[:, piece] += block.reshape(batch, -1, size)
        plain = weights[layer][:, :, : architecture.widths[layer]]
        pulled = (plain.swapaxes(1, 2) @ back[..., None])[..., 0]
        before = tangents[layer - 1]
        bent += before.swapaxes(1, 2) @ ((pulled * bends[layer - 1])[..., None] * before)
        back = pulled * slopes[layer - 1]
    return np.asarray(bent + below + below.swapaxes(1, 2))


def _derivatives(architecture: Architecture, outputs: Floats, given: Any) -> tuple[Floats, Floats]:
    """δ and Λ."""
    eye = np.eye(architecture.outputs)
    if architecture.loss == "mse":
        return np.asarray(given, dtype=np.float64), np.broadcast_to(eye, (len(outputs), *eye.shape))
    if architecture.loss == "cosh":
        delta = np.asarray(given, dtype=np.float64)
        return delta, (1 - delta**2)[..., None] * eye
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    return p - eye[np.asarray(given)], p[..., None] * eye - p[..., None] * p[:, None, :]
