"""Losses of a network's outputs on arrays: value, residual δ = ∂ℓ/∂F and curvature Λ = ∂²ℓ/∂F².

δ and Λ are compiled from ``hessproof.symbolic.losses.expressions``, in the numbers F_c, y_c, p_c = softmax_c(F) and
t = Σ y_c; the values are written so that large outputs neither overflow nor cancel.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import array_api_compat
import sympy

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.symbolic.losses.expressions import MASS, OUTPUT, PROBABILITY, TARGET, loss


def loss_values(name: str, outputs: Array, targets: Array) -> Array:
    """ℓ(F, y) for every sample.

    Args:
        name: mse, cross-entropy or cosh.
        outputs: F, N × K.
        targets: y, N × K.

    Returns:
        N numbers.

    Raises:
        UnusableRequest: If the loss is unknown.

    Example:
        >>> import numpy as np
        >>> loss_values("cosh", np.asarray([[1000.0]]), np.asarray([[0.0]])).tolist()
        [999.3068528194401]
    """
    return _VALUES[loss(name).name](outputs, targets)


def loss_derivatives(name: str, outputs: Array, targets: Array) -> tuple[Array, Array]:
    """δ and Λ for every sample.

    Args:
        name: mse, cross-entropy or cosh.
        outputs: F, N × K.
        targets: y, N × K.

    Returns:
        δ (N × K) and Λ (N × K × K).

    Raises:
        UnusableRequest: If the loss is unknown.

    Example:
        >>> import numpy as np
        >>> slope, curvature = loss_derivatives("cross-entropy", np.asarray([[2.0, 2.0]]), np.asarray([[1.0, 0.0]]))
        >>> slope.tolist(), curvature.tolist()
        ([[-0.5, 0.5]], [[[0.25, -0.25], [-0.25, 0.25]]])
    """
    xp = namespace_of(outputs)
    slope, weight, coupling = loss_factors(name, outputs, targets)
    eye = xp.eye(outputs.shape[1], dtype=outputs.dtype, device=array_api_compat.device(outputs))
    diagonal = weight[:, :, None] * eye[None, :, :]
    return slope, diagonal if coupling is None else diagonal - coupling[0][:, :, None] * coupling[1][:, None, :]


def loss_factors(name: str, outputs: Array, targets: Array) -> tuple[Array, Array, tuple[Array, Array] | None]:
    """δ, and Λ = diag(w) − (tv) v⊤ by its factors, which take 3K numbers a sample in place of K².

    Args:
        name: mse, cross-entropy or cosh.
        outputs: F, N × K.
        targets: y, N × K.

    Returns:
        δ, w and (tv, v), N × K each; None in place of the pair if the outputs do not couple (v = 0).

    Raises:
        UnusableRequest: If the loss is unknown.

    Example:
        >>> import numpy as np
        >>> _, weight, pair = loss_factors("cross-entropy", np.asarray([[2.0, 2.0]]), np.asarray([[3.0, 1.0]]))
        >>> weight.tolist(), pair[0].tolist(), pair[1].tolist()
        ([[2.0, 2.0]], [[2.0, 2.0]], [[0.5, 0.5]])
    """
    xp = namespace_of(outputs)
    mass = xp.broadcast_to(xp.sum(targets, axis=1, keepdims=True), outputs.shape)
    found = _compiled(name)(outputs, targets, softmax(outputs), mass, xp.tanh)
    slope, weight, along = (value if hasattr(value, "shape") else xp.full_like(outputs, value) for value in found)
    return slope, weight, None if loss(name).coupling == 0 else (mass * along, along)


def softmax(outputs: Array) -> Array:
    """exp F_c / Σ exp F, without overflow.

    Example:
        >>> import numpy as np
        >>> softmax(np.asarray([[1000.0, 1000.0]])).tolist()
        [[0.5, 0.5]]
    """
    xp = namespace_of(outputs)
    powers = xp.exp(outputs - xp.max(outputs, axis=1, keepdims=True))
    return powers / xp.sum(powers, axis=1, keepdims=True)


@cache
def _compiled(name: str) -> Callable[..., list[Any]]:
    """δ_c, w_c and v_c of Λ = diag(w) − t vv⊤ as functions of F_c, y_c, p_c, t and tanh."""
    found = loss(name)
    arguments = [OUTPUT, TARGET, PROBABILITY, MASS, sympy.Symbol("tanh")]
    modules = [{"tanh": "tanh"}, "math"]
    return sympy.lambdify(  # type: ignore[no-any-return]
        arguments, [found.slope, found.weight, found.coupling], modules=modules, cse=True
    )


def _mse(outputs: Array, targets: Array) -> Array:
    xp = namespace_of(outputs)
    return xp.sum((outputs - targets) ** 2, axis=1) / 2


def _cross_entropy(outputs: Array, targets: Array) -> Array:
    xp = namespace_of(outputs)
    shifted = outputs - xp.max(outputs, axis=1, keepdims=True)
    return xp.sum(targets * (xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True)) - shifted), axis=1)


def _cosh(outputs: Array, targets: Array) -> Array:
    xp = namespace_of(outputs)
    size = xp.abs(outputs - targets)
    return xp.sum(size + xp.log1p(xp.exp(-2.0 * size)) - math.log(2.0), axis=1)


_VALUES: dict[str, Callable[[Array, Array], Array]] = {
    "mse": _mse,
    "cross-entropy": _cross_entropy,
    "cosh": _cosh,
}
