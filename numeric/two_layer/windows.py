"""The rectified network with windows of active samples, in fractions: its Jacobian has the rank n(2n − 1)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from hessproof.numeric.two_layer.exact import ExactNet, exact_net
from hessproof.symbolic.errors import UnusableRequest


def window_network(width: int) -> ExactNet:
    """n-n-n with ReLU and 2n − 1 samples x_μ = (1, μ, …, μ^{n−1}), unit a active on samples a, …, a + n − 1 alone.

    Args:
        width: n.

    Raises:
        UnusableRequest: If n is not positive.

    Example:
        >>> net = window_network(2)
        >>> net.slopes.T.astype(int).tolist(), net.jacobian().shape
        ([[1, 1, 0], [0, 1, 1]], (6, 8))
    """
    if width < 1:
        raise UnusableRequest(f"width {width}", "a positive width", "give for instance 3")
    inputs = [[Fraction(mu) ** power for power in range(width)] for mu in range(1, 2 * width)]
    rows = [_window(width, unit) for unit in range(1, width + 1)]
    targets = np.zeros((2 * width - 1, width), dtype=int)
    return exact_net(rows, np.eye(width, dtype=int), inputs, targets, "relu")


def _window(width: int, unit: int) -> list[Fraction]:
    """Coefficients of a polynomial that is positive at a, …, a + n − 1 and negative at the other samples."""
    low, high = Fraction(2 * unit - 1, 2), Fraction(2 * unit + 2 * width - 1, 2)
    if width == 1:
        return [Fraction(1)]
    if unit == 1:
        found = [high, Fraction(-1)]
    elif unit == width:
        found = [-low, Fraction(1)]
    else:
        found = [-low * high, low + high, Fraction(-1)]
    return found + [Fraction(0)] * (width - len(found))
