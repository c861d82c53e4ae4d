r"""Exact ranks at a state of a training run: a float is a dyadic rational, so nothing has to be rounded.

Let V^l = 2^{e_l} W^l be integral and c = 2^{e_1 + … + e_L}. In the coordinates V the loss is ½E‖V^{L:1}x/c − y‖², whose
Hessian is c^{-2} times that of integer weights V with the moments Σ and Ω′ = V^{L:1}Σ − cΣ_yx = cΩ. A change of
coordinates by a diagonal matrix leaves every rank as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.instance import Instance, special_instance
from hessproof.numeric.integers import IntegerMatrix, integers
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

_MANTISSA = 53
"""Bits of a float64's significand."""


def as_dyadic(matrix: Any) -> tuple[IntegerMatrix, int]:
    """Integers V and a scale c with matrix = V/c; c is a power of two for floats, the common denominator of fractions.

    Raises:
        UnusableRequest: If an entry is not finite.

    Example:
        >>> as_dyadic(np.array([[0.5, 3.0]]))
        (array([[1, 6]], dtype=object), 2)
    """
    array = np.asarray(matrix)
    if array.dtype == object:
        fractions = [[Fraction(x) for x in row] for row in array.tolist()]
        scale = lcm(*(x.denominator for row in fractions for x in row))
        return integers([[int(x * scale) for x in row] for row in fractions]).reshape(array.shape), scale
    floats = array.astype(np.float64)
    if not np.isfinite(floats).all():
        raise UnusableRequest("weights that are not finite", "finite numbers", "stop the training earlier")
    fractional, exponents = np.frexp(floats)
    mantissas = np.ldexp(fractional, _MANTISSA).astype(np.int64)
    zeros = _trailing_zeros(mantissas)
    lowest = int(min(0, (exponents - _MANTISSA + zeros)[mantissas != 0].min(initial=0)))
    shifts = exponents.astype(np.int64) - _MANTISSA - lowest
    entries = [
        int(m) << int(s) if s >= 0 else int(m) >> int(-s)
        for m, s in zip(mantissas.ravel(), shifts.ravel(), strict=True)
    ]
    result = np.empty(array.size, dtype=object)
    result[:] = entries
    return result.reshape(array.shape), 1 << -lowest


def _trailing_zeros(mantissas: Any) -> Any:
    """How often two divides each integer; of zero nothing is said."""
    lowest_bit = mantissas & -mantissas
    return np.log2(np.where(mantissas == 0, 1, lowest_bit)).astype(np.int64)


def float_rank(matrix: Any) -> int:
    """The exact rank over Q of a matrix of floats, read as dyadic rationals.

    Example:
        >>> float_rank(np.array([[0.1, 0.2], [0.2, 0.4]])), float_rank(np.array([[0.1, 0.3], [0.3, 0.9]]))
        (1, 2)
    """
    return exact_rank(as_dyadic(matrix)[0], most_primes=10**6).value


def dyadic_instance(architecture: Architecture, weights: Sequence[Any], sigma: Any, cross: Any) -> Instance:
    """The integer instance whose Hessians have the ranks of those at float weights, floats taken as they are.

    Args:
        architecture: A linear network without bias under mse.
        weights: W^1, …, W^L, floats.
        sigma: Σ, d × d, floats.
        cross: Σ_yx, K × d, floats.

    Example:
        >>> half = np.array([[0.5]])
        >>> one = dyadic_instance(Architecture((1, 1, 1)), [half, half], np.eye(1), np.array([[0.25]]))
        >>> one.residual_rank
        0
    """
    scaled = [as_dyadic(matrix) for matrix in weights]
    both, _ = as_dyadic(np.vstack([np.asarray(sigma, dtype=object), np.asarray(cross, dtype=object)]))
    inputs = architecture.inputs
    covariance, labels = both[:inputs], both[inputs:]
    factor = 1
    product: Any = None
    for matrix, scale in scaled:
        factor *= scale
        product = matrix if product is None else matrix.dot(product)
    omega = product.dot(covariance) - factor * labels
    return special_instance(architecture, [matrix for matrix, _ in scaled], covariance, omega)
