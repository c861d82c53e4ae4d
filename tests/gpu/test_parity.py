"""The kernels give NumPy's numbers on a second device, here and on CUDA, and a wrong number is noticed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from second_device import moved

from hessproof.numeric.arrays import namespace
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.parity import SMOOTH, UNIT, Kernel, compare, gamma, roundings
from hessproof.numeric.parity_kernels import kernels, modular_kernels, spectral_kernels
from hessproof.symbolic.architecture import Architecture

SMALL = tuple(kernels(4))
LARGE = tuple(kernels(32, seed=1))


def named(kernel: Kernel) -> str:
    return kernel.name.replace(" ", "-")


@pytest.mark.parametrize("kernel", SMALL, ids=named)
def test_a_kernel_runs_on_a_second_device(kernel: Kernel) -> None:
    found = compare(kernel, moved)
    assert found.holds, found
    assert found.exact == (kernel.bound is None)


@pytest.mark.gpu
@pytest.mark.parametrize("kernel", [*SMALL, *LARGE], ids=named)
def test_a_kernel_gives_the_same_numbers_on_cuda(kernel: Kernel) -> None:
    found = compare(kernel, namespace("cuda").asarray)
    assert found.holds, found


@pytest.mark.gpu
def test_large_eliminations_and_decompositions_agree_on_cuda() -> None:
    for kernel in (*modular_kernels(200), *spectral_kernels(1_500)):
        found = compare(kernel, namespace("cuda").asarray)
        assert found.holds, found


def corrupted(value: Any) -> Any:
    """The numbers with the one of largest modulus changed: by 2, which is much for every kernel."""
    wrong = np.array(value)
    place = np.unravel_index(np.argmax(np.abs(wrong)), wrong.shape)
    wrong[place] -= 2.0 * np.sign(wrong[place])
    return wrong


@pytest.mark.parametrize("kernel", SMALL, ids=named)
def test_a_changed_entry_is_noticed(kernel: Kernel) -> None:
    if kernel.name.startswith(("rank", "pivots")):  # of full rank, most of them: one entry need not change that
        one = np.zeros_like(kernel.values[0])
        one[0, 0] = 1.0
        found = compare(kernel, lambda value: one)
    else:
        found = compare(kernel, corrupted)
    assert not found.holds, found


def test_wrong_shapes_and_numbers_are_noticed() -> None:
    kernel = Kernel("none", "2", (np.ones(2),), lambda array: array, lambda array: 1.0)
    assert compare(kernel, lambda array: array + 0.5).holds
    assert not compare(kernel, lambda array: array + 2.0).holds
    assert not compare(kernel, lambda array: np.ones(3)).holds
    assert not compare(kernel, lambda array: array * np.nan).holds
    empty = Kernel("none", "0", (np.ones(0),), lambda array: array)
    assert compare(empty, np.asarray).holds


def test_the_bound_of_sums_covers_every_order_of_summation() -> None:
    """Products in single pieces, backwards and in halves stay within the bound, and well above a hundredth of it."""
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(20, 60)), rng.normal(size=(60, 20))
    bound = 2 * gamma(60) * (np.abs(left) @ np.abs(right))
    wanted = left @ right
    for order in (np.arange(60), np.arange(60)[::-1], rng.permutation(60)):
        found = np.zeros((20, 20))
        for k in order:
            found += left[:, k, None] * right[None, k, :]
        share = (np.abs(found - wanted) / bound).max()
        assert share <= 1.0
        assert share > 0.005


def test_smooth_networks_keep_a_tenth_of_their_bound_in_extended_precision() -> None:
    widths = (16, 9, 16, 16)
    for bias, activation, loss in ((True, "tanh", "cross-entropy"), (False, "sigmoid", "cosh"), (True, "elu", "mse")):
        architecture = Architecture(widths, bias=bias, activation=activation, loss=loss)
        rng = np.random.default_rng(5)
        parameters = [rng.normal(size=(rows, columns + bias)) / 4 for columns, rows in pairwise(widths)]
        x, y = rng.normal(size=(20, 16)), np.eye(16)[rng.integers(0, 16, 20)]
        vectors = rng.normal(size=(architecture.parameters, 2))
        rough = NetworkOperator(architecture, parameters, x, y).apply(vectors)
        fine = [np.asarray(array, dtype=np.longdouble) for array in (*parameters, x, y, vectors)]
        exact = NetworkOperator(architecture, fine[:-3], fine[-3], fine[-2]).apply(fine[-1])
        assert exact.dtype == np.longdouble
        share = float(np.abs(rough - exact).max() / (SMOOTH * roundings(widths) * UNIT * np.abs(exact).max()))
        assert share < 0.1
