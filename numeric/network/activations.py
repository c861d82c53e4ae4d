"""Activations and their derivatives on arrays, compiled from ``hessproof.symbolic.nonlinear.activations``.

Every branch that is not linear sees its own side of zero only, so that e^z in the ELU, say, never meets a large z.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

import array_api_compat
import numpy as np
import sympy

from hessproof.numeric.arrays import Array, namespace_of, to_numpy
from hessproof.symbolic.nonlinear.activations import Activation, Z, activation


def activate(name: str, z: Array, orders: tuple[int, ...] = (0, 1, 2)) -> list[Array]:
    """σ, σ′ and σ″ (or those of them that are asked for) of every entry.

    Args:
        name: Name of the activation.
        z: A real floating-point array of any shape.
        orders: Which derivatives.

    Returns:
        One array of the shape of ``z`` for each order.

    Raises:
        UnusableRequest: If there is no such activation.

    Example:
        >>> [array.tolist() for array in activate("leaky-relu", np.asarray([-2.0, 3.0]), (0, 1))]
        [[-0.02, 3.0], [0.01, 1.0]]
    """
    xp, found = namespace_of(z), activation(name)
    if found.smooth:
        values = _compiled(name, True, orders)(z, *_special(xp))
        return [xp.full_like(z, value) if _is_constant(value, z) else value for value in values]
    low = high = z
    if not found.piecewise_linear:
        zero = xp.zeros_like(z)
        low, high = xp.minimum(z, zero), xp.maximum(z, zero)
    below, above = (
        [_single(xp, value, z) if _is_constant(value, z) else value for value in function(side, *_special(xp))]
        for function, side in ((_compiled(name, False, orders), low), (_compiled(name, True, orders), high))
    )
    positive = z > 0
    return [xp.where(positive, right, left) for right, left in zip(above, below, strict=True)]


def _is_constant(value: Any, z: Array) -> bool:
    return not hasattr(value, "shape") or value.shape != z.shape


def _single(xp: Any, value: Any, z: Array) -> Array:
    """A constant as an array without axes, which takes no room and no time beside ``z``."""
    return xp.asarray(value, dtype=z.dtype, device=array_api_compat.device(z))


@cache
def _compiled(name: str, above: bool, orders: tuple[int, ...]) -> Callable[..., list[Any]]:
    """A function of z and of the special functions, in the order of ``_NAMES``."""
    found = activation(name)
    stages: list[Activation] = [found, found.first, found.second]
    expressions = [stages[order].above if above else stages[order].below for order in orders]
    arguments = [Z, *(sympy.Symbol(each) for each in _NAMES)]
    modules = [{each: each for each in _NAMES}, "math"]
    return sympy.lambdify(arguments, expressions, modules=modules, cse=True)  # type: ignore[no-any-return]


_NAMES = ("exp", "tanh", "erf", "Logistic", "Softplus")


def _special(xp: Any) -> tuple[Callable[[Array], Array], ...]:
    return xp.exp, xp.tanh, erf, logistic, softplus


def logistic(z: Array) -> Array:
    """1/(1 + e^(−z)) without overflow, and with small relative error on both sides.

    Example:
        >>> logistic(np.asarray([-800.0, 0.0, 800.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    xp = namespace_of(z)
    small = xp.exp(-xp.abs(z))
    return xp.where(z > 0, 1.0 / (1.0 + small), small / (1.0 + small))


def softplus(z: Array) -> Array:
    """log(1 + e^z) without overflow.

    Example:
        >>> softplus(np.asarray([-800.0, 800.0])).tolist()
        [0.0, 800.0]
    """
    xp = namespace_of(z)
    return xp.maximum(z, xp.zeros_like(z)) + xp.log1p(xp.exp(-xp.abs(z)))


def erf(z: Array) -> Array:
    """The error function; the array API has none, so each library's own companion is asked, or else SciPy.

    Example:
        >>> erf(np.asarray([0.0, 10.0])).tolist()
        [0.0, 1.0]
    """
    if array_api_compat.is_cupy_array(z):
        return importlib.import_module("cupyx.scipy.special").erf(z)
    from scipy import special

    values = special.erf(to_numpy(z))
    if isinstance(z, np.ndarray):
        return values
    return namespace_of(z).asarray(values, dtype=z.dtype, device=array_api_compat.device(z))
