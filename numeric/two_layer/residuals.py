r"""Exact means of energies and gradients over random residuals, by running through all signs, and by the χ² law.

The squared gradient is of degree two at most in every residual, weight and input, so that its mean is the same for
normal numbers and for random signs of the same variance. The energy of mK normal residuals of variance 2ε is
ε χ²/(mK) with mK degrees of freedom.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy as sp

from hessproof.numeric.two_layer.exact import ExactNet, Rationals
from hessproof.symbolic.errors import UnusableRequest

MOST_SIGNS = 20
"""Signs that are run through, 2^20 combinations at most."""


def squared_gradient(net: ExactNet) -> Rationals:
    """E[(∂_α𝓛)²] for every parameter, over all signs of residuals ±1 (ε = 1/2), the Jacobian held fixed.

    Raises:
        UnusableRequest: If there are too many residuals.

    Example:
        >>> from hessproof.numeric.two_layer.exact import exact_net
        >>> squared_gradient(exact_net([[2]], [[3]], [[1]], [[0]])).tolist()
        [Fraction(9, 1), Fraction(4, 1)]
    """
    jacobian = net.jacobian()
    signs = _signs(len(jacobian))
    slopes = signs.astype(object).dot(jacobian) / net.samples
    return np.asarray((slopes**2).sum(axis=0) / len(signs))


def model_gradient(width: int, samples: int) -> Fraction:
    """E‖∇𝓛‖² at ε = 1/2 for weights of variance 1/n, inputs of variance 1 and independent residuals, all of them signs.

    The outputs are those without activation; weights and inputs are run through as well.

    Args:
        width: n.
        samples: m.

    Raises:
        UnusableRequest: If n or m is not positive, or there are too many signs.

    Example:
        >>> model_gradient(1, 1)
        Fraction(2, 1)
    """
    if width < 1 or samples < 1:
        raise UnusableRequest(f"n = {width}, m = {samples}", "positive numbers", "give for instance 1 and 2")
    square, data = width**2, width * samples
    signs = _signs(2 * square + 2 * data)
    w1, w2, x, e = np.split(signs, np.cumsum([square, square, data]), axis=1)
    first, second = (each.reshape(-1, width, width) for each in (w1, w2))
    inputs, errors = (each.reshape(-1, samples, width) for each in (x, e))
    by_first = np.einsum("sia,smi,smj->saj", second, errors, inputs)
    by_second = np.einsum("smi,saj,smj->sia", errors, first, inputs)
    total = int((by_first**2).sum()) + int((by_second**2).sum())
    return Fraction(total, len(signs) * width * samples**2)


def energy_moment(count: int, order: int) -> Fraction:
    """E[(χ²/k)^r] for k degrees of freedom, from the integral of its density: 2^r Γ(k/2 + r) / (k^r Γ(k/2)).

    With r = 1 this is E[𝓛/K]/ε, with r = 2 it is E[(𝓛/K)²]/ε², for k = mK.

    Args:
        count: k.
        order: r.

    Raises:
        UnusableRequest: If k is not positive or r negative.

    Example:
        >>> energy_moment(3, 1), energy_moment(3, 2)
        (Fraction(1, 1), Fraction(5, 3))
    """
    if count < 1 or order < 0:
        raise UnusableRequest(f"k = {count}, r = {order}", "k ≥ 1 and r ≥ 0", "give for instance 4 and 1")
    half = sp.Rational(count, 2)
    value = sp.simplify(sp.gamma(half + order) / sp.gamma(half)) * sp.Rational(2**order, count**order)
    return Fraction(int(value.p), int(value.q))


def _signs(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """All rows of ``count`` signs."""
    if count > MOST_SIGNS:
        raise UnusableRequest(f"{count} random signs", f"{MOST_SIGNS} at most", "give a smaller network")
    numbers = np.arange(1 << count, dtype=np.int64)[:, None] >> np.arange(count)
    found: np.ndarray[tuple[int, int], np.dtype[np.int64]] = 1 - 2 * (numbers & 1)
    return found
