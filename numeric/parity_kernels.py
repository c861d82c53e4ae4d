"""The kernels that run on a device, with numbers to compare them on, see ``hessproof.numeric.parity``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import Factors, Rectangle, assemble, hessian
from hessproof.numeric.modular import PrimeField, blocked_rank, pivot_columns
from hessproof.numeric.network.hessians import network_hessian, network_jacobian
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.operators import HessianOperator
from hessproof.numeric.parity import SMOOTH, UNIT, Floats, Kernel, backward, largest, moduli, roundings
from hessproof.numeric.primes import primes
from hessproof.symbolic.architecture import Architecture

PRIME = primes(1)[0]
INTEGERS = 3
"""Largest |entry| where nothing may be rounded: with widths up to 64 and two layers every sum stays below 2^53."""


def kernels(width: int, seed: int = 0) -> Iterator[Kernel]:
    """All kernels, on numbers drawn from a seed.

    Args:
        width: Of the hidden layers, at most 64; matrices have orders of up to 8 times as much.
        seed: Of the numbers.

    Example:
        >>> len(list(kernels(4)))
        22
    """
    yield from modular_kernels(width, seed)
    yield from exact_kernels(width, seed)
    yield from rounded_kernels(width, seed)
    yield from spectral_kernels(8 * width, seed)


def modular_kernels(width: int, seed: int = 0) -> Iterator[Kernel]:
    """Elimination, products and assembly modulo a prime near 2^22."""
    rng, order = np.random.default_rng([seed, 1]), 8 * width

    def residues(*shape: int) -> Floats:
        return rng.integers(-(PRIME // 2), PRIME // 2 + 1, shape).astype(np.float64)

    field = PrimeField(PRIME)
    low = field.matmul(residues(order, order // 2), residues(order // 2, order))
    shapes = {
        "full rank": residues(order, order),
        "half the rank": low,
        "tall": residues(order, width),
        "wide with zero columns": residues(width, order) * (np.arange(order) % 3 > 0),
        "zero blocks": np.block([[np.zeros((order, order)), residues(order, order)], [low, np.zeros((order, order))]]),
    }
    for name, matrix in shapes.items():
        size = f"{matrix.shape[0]} × {matrix.shape[1]}"
        yield Kernel(f"rank modulo a prime, {name}", size, (matrix,), _rank)
        yield Kernel(f"pivots modulo a prime, {name}", size, (matrix,), _pivots)
    inner = max(order, 3 * field.inner + 1)  # long enough to be reduced on the way
    yield Kernel("product modulo a prime", f"inner {inner:,}", (residues(8, inner), residues(inner, 8)), _product)
    widths = (width, width, width // 2 + 1, width)
    drawn = [residues(rows, columns) for columns, rows in pairwise(widths)]
    sigma, omega = residues(width, width), residues(width, width)
    yield Kernel("Hessian modulo a prime", _named(widths), (*drawn, sigma + sigma.T, omega), _modular_hessian)


def exact_kernels(width: int, seed: int = 0) -> Iterator[Kernel]:
    """Kernels in floating point on small integers and powers of two, where nothing is rounded."""
    rng = np.random.default_rng([seed, 2])
    widths = (width, width // 2 + 1, width)

    def drawn(*shape: int) -> Floats:
        return rng.integers(-INTEGERS, INTEGERS + 1, shape).astype(np.float64)

    matrices = [drawn(rows, columns) for columns, rows in pairwise(widths)]
    sigma, omega = drawn(width, width), drawn(width, width)
    yield Kernel("Hessian of integers", _named(widths), (*matrices, sigma + sigma.T, omega), _hessian)
    relu = Architecture(widths, bias=True, activation="relu")
    parameters = [drawn(rows, columns + 1) for columns, rows in pairwise(widths)]
    data = drawn(8, width), drawn(8, width)  # eight objects: the mean divides by a power of two
    vectors = drawn(relu.parameters, 3)
    yield Kernel("ReLU Hessian of integers", str(relu), (*parameters, *data), _network_hessian(relu))
    yield Kernel("ReLU Jacobian of integers", str(relu), (*parameters, data[0]), _network_jacobian(relu))
    yield Kernel("ReLU products of integers", str(relu), (*parameters, *data, vectors), _network_products(relu))


def rounded_kernels(width: int, seed: int = 0) -> Iterator[Kernel]:
    """Hessians of linear networks, products with them, and products with those of a smooth network."""
    rng = np.random.default_rng([seed, 3])
    widths = (width, width // 2 + 1, width, width)
    matrices = [rng.normal(size=(rows, columns)) for columns, rows in pairwise(widths)]
    root, omega = rng.normal(size=(width, width)), rng.normal(size=(width, width))
    values = (*matrices, root @ root.T, omega)
    vectors = rng.normal(size=(Architecture(widths).parameters, 3))
    k = roundings(widths)
    yield Kernel("Hessian", _named(widths), values, _hessian, moduli(_hessian, k))
    yield Kernel("products with a Hessian", _named(widths), (*values, vectors), _products, moduli(_products, k))
    smooth = Architecture(widths, bias=True, activation="tanh", loss="cross-entropy")
    parameters = [rng.normal(size=(rows, columns + 1)) / np.sqrt(columns + 1) for columns, rows in pairwise(widths)]
    labels = np.eye(width)[rng.integers(0, width, 20)]
    network = (*parameters, rng.normal(size=(20, width)), labels, rng.normal(size=(smooth.parameters, 3)))
    run = _network_products(smooth)
    yield Kernel("products of a smooth network", str(smooth), network, run, largest(run, SMOOTH * k * UNIT))


def spectral_kernels(order: int, seed: int = 0) -> Iterator[Kernel]:
    """Eigenvalues and singular values."""
    rng = np.random.default_rng([seed, 4])
    matrix, block = rng.normal(size=(order, order)), rng.normal(size=(order, order // 2 + 1))
    size = f"order {order:,}"
    yield Kernel("eigenvalues", size, (matrix + matrix.T,), _eigenvalues, backward)
    yield Kernel("singular values", size, (block,), _singular_values, backward)
    product = (rng.normal(size=(order, order)), rng.normal(size=(order, order)))
    yield Kernel("matrix product", size, product, _matmul, moduli(_matmul, order))


def _rank(matrix: Array) -> Array:
    return np.asarray([float(blocked_rank(matrix, PRIME))])


def _pivots(matrix: Array) -> Array:
    return np.asarray(pivot_columns(matrix, PRIME), dtype=np.float64)


def _product(left: Array, right: Array) -> Array:
    return PrimeField(PRIME, namespace_of(left)).matmul(left, right)


def _modular_hessian(*values: Array) -> Array:
    *weights, sigma, omega = values
    field = PrimeField(PRIME, namespace_of(sigma))
    factors = Factors(weights, field.reduce(sigma), omega, field.matmul, field.reduce)
    every = [Rectangle(layer) for layer in range(1, len(weights) + 1)]
    return assemble(factors, "loss", every, every)


def _hessian(*values: Array) -> Array:
    *weights, sigma, omega = values
    return hessian(weights, sigma, omega)


def _products(*values: Array) -> Array:
    *weights, sigma, omega, vectors = values
    return HessianOperator(weights, sigma, omega).apply(vectors)


def _network_hessian(architecture: Architecture) -> Callable[..., Array]:
    return lambda *values: network_hessian(architecture, values[:-2], *values[-2:])


def _network_jacobian(architecture: Architecture) -> Callable[..., Array]:
    return lambda *values: network_jacobian(architecture, values[:-1], values[-1])


def _network_products(architecture: Architecture) -> Callable[..., Array]:
    return lambda *values: NetworkOperator(architecture, values[:-3], *values[-3:-1]).apply(values[-1])


def _eigenvalues(matrix: Array) -> Array:
    return namespace_of(matrix).linalg.eigvalsh(matrix)


def _singular_values(matrix: Array) -> Array:
    return namespace_of(matrix).linalg.svdvals(matrix)


def _matmul(left: Array, right: Array) -> Array:
    return left @ right


def _named(widths: tuple[int, ...]) -> str:
    return "-".join(map(str, widths))
