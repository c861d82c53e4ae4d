r"""Gradient flow in exact arithmetic: the Taylor coefficients of W^l(t) at t = 0 as rational matrices.

From Ẇ^l = −η W^{l+1⊤} ⋯ W^{L⊤} (W^L ⋯ W^1 Σ − Σ_yx) W^{1⊤} ⋯ W^{l-1⊤} the coefficient of t^{j+1} in W^l is −η/(j + 1)
times that of t^j on the right, which needs no more than the coefficients known so far. The solution is analytic: an
identity along the flow holds if and only if it holds coefficient by coefficient.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

Series = list[flint.fmpq_mat]
"""Coefficients of t^0, t^1, … of a matrix."""


def rational(matrix: Any) -> flint.fmpq_mat:
    """A matrix of integers, fractions or floats (which are dyadic fractions) as an exact rational matrix.

    Example:
        >>> rational([[0.5, Fraction(1, 3)]])
        [1/2, 1/3]
    """
    rows = [[Fraction(entry) if isinstance(entry, int | Fraction) else Fraction(float(entry)) for entry in row]
            for row in matrix]  # fmt: skip
    columns = len(rows[0]) if rows else 0
    return flint.fmpq_mat(len(rows), columns, [flint.fmpq(x.numerator, x.denominator) for row in rows for x in row])


def product(*factors: Series) -> Series:
    """The product of matrix series, up to the order that all of them are known to.

    Example:
        >>> one = [rational([[1]]), rational([[2]])]
        >>> product(one, one)
        [[1], [4]]
    """
    result = factors[0]
    for factor in factors[1:]:
        order = min(len(result), len(factor))
        terms = []
        for total in range(order):
            term = result[0] * factor[total]
            for i in range(1, total + 1):
                term += result[i] * factor[total - i]
            terms.append(term)
        result = terms
    return result


def transposed(series: Series) -> Series:
    """The series of the transpose."""
    return [matrix.transpose() for matrix in series]


def difference(one: Series, two: Series) -> Series:
    """one − two, up to the order that both are known to."""
    return [a - b for a, b in zip(one, two, strict=False)]


def residual(weights: Sequence[Series], sigma: flint.fmpq_mat, cross: flint.fmpq_mat) -> Series:
    """The series of Ω = W^L ⋯ W^1 Σ − Σ_yx."""
    chain = product(*reversed(weights))
    omega = [matrix * sigma for matrix in chain]
    return [omega[0] - cross, *omega[1:]]


def flow_series(
    weights: Sequence[Any], sigma: Any, cross: Any, order: int, *, rate: Fraction = Fraction(1)
) -> list[Series]:
    """Taylor coefficients up to t^order of the weights under gradient flow.

    Args:
        weights: W^1, …, W^L at t = 0; entries integers, fractions or floats.
        sigma: Σ, d × d.
        cross: Σ_yx, K × d.
        order: Highest power of t.
        rate: η.

    Returns:
        For each layer the coefficients of t^0, …, t^order.

    Example:
        >>> flow_series([[[1]]], [[1]], [[0]], 3)[0]  # exp(-t)
        [[1], [-1], [1/2], [-1/6]]
    """
    start = [rational(matrix) for matrix in weights]
    covariance, labels = rational(sigma), rational(cross)
    series: list[Series] = [[matrix] for matrix in start]
    eta = flint.fmpq(rate.numerator, rate.denominator)
    for power in range(order):
        velocities = [_velocity(series, layer, covariance, labels)[power] for layer in range(len(series))]
        for one, velocity in zip(series, velocities, strict=True):
            one.append(velocity * (-eta / (power + 1)))
    return series


def _velocity(series: list[Series], layer: int, sigma: flint.fmpq_mat, cross: flint.fmpq_mat) -> Series:
    """∂𝓛/∂W of one layer, counted from 0."""
    above = [transposed(one) for one in series[layer + 1 :]]
    below = [transposed(one) for one in series[:layer]]
    return product(*above, residual(series, sigma, cross), *below)
