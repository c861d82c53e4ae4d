"""H_0 and H_1 of two-layer networks: floats, fractions and definitions agree, the blocks are right."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from hessproof.numeric.network.hessians import network_gradient
from hessproof.numeric.rectified.jets import definition_hessian
from hessproof.numeric.rectified.network import squared
from hessproof.numeric.two_layer.exact import exact_net, exact_parts, rationals
from hessproof.numeric.two_layer.parts import (
    bent_blocks,
    cross_blocks,
    functional_eigenvalues,
    hessian_parts,
    two_layers,
    unit_blocks,
    unit_order,
)
from hessproof.symbolic.errors import UnusableRequest

SIZES = ((1, 1, 1, 1), (2, 3, 2, 4), (3, 3, 3, 5), (2, 2, 1, 1))


def _drawn(sizes: tuple[int, int, int, int], seed: int = 0) -> tuple[np.ndarray, ...]:
    d, h, k, m = sizes
    rng = np.random.default_rng(seed)
    return tuple(rng.integers(-3, 4, shape) for shape in ((h, d), (k, h), (m, d), (m, k)))


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "gelu"])
@pytest.mark.parametrize("sizes", SIZES)
def test_the_functional_part_is_the_direct_sum_of_its_blocks(sizes: tuple[int, int, int, int], activation: str) -> None:
    point = [array + 0.25 for array in _drawn(sizes)]
    _, functional = hessian_parts(*point, activation)
    order = unit_order(*sizes[:3])
    assert sorted(order.tolist()) == list(range(len(functional)))
    assert np.allclose(functional[np.ix_(order, order)], block_diag(*unit_blocks(*point, activation)), atol=1e-12)
    values = functional_eigenvalues(*point, activation)
    assert np.allclose(values, np.linalg.eigvalsh(functional), atol=1e-12)
    assert activation not in ("linear", "relu") or np.allclose(values, -values[::-1], atol=1e-12)
    assert bool(bent_blocks(*point, activation).any()) == (activation in ("tanh", "gelu"))


@pytest.mark.parametrize("activation", ["tanh", "softplus"])
def test_the_sum_of_both_parts_is_the_derivative_of_the_gradient(activation: str) -> None:
    w1, w2, x, y = (array + 0.25 for array in _drawn((2, 3, 2, 4), 3))
    architecture, h = two_layers(w1, w2, activation), 1e-5
    outer, functional = hessian_parts(w1, w2, x, y, activation)
    for place in range(w1.size):
        step = np.zeros(w1.size)
        step[place] = h
        ends = [network_gradient(architecture, [w1 + sign * step.reshape(w1.shape), w2], x, y) for sign in (1, -1)]
        # central differences of step 1e-5 are right to about 1e-8 here
        assert np.allclose((ends[0] - ends[1]) / (2 * h), (outer + functional)[place], atol=1e-6)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.sampled_from(SIZES), st.integers(0, 10**6), st.sampled_from(["linear", "relu"]))
def test_fractions_floats_and_the_definition_agree(
    sizes: tuple[int, int, int, int], seed: int, activation: str
) -> None:
    w1, w2, x, y = _drawn(sizes, seed)
    exact = exact_parts(w1, w2, x, y, activation)
    floats = hessian_parts(*(array.astype(float) for array in (w1, w2, x, y)), activation)
    net = squared(two_layers(w1, w2, activation), [w1, w2], x, y)
    for one, two, part in zip(exact, floats, ("outer", "functional"), strict=True):
        assert np.allclose(one.astype(float), two, atol=1e-12)
        assert (one * sizes[3] == definition_hessian(net, part)).all()  # type: ignore[arg-type]


def test_gradient_blocks_and_energy_by_hand() -> None:
    net = exact_net([[1]], [[1]], [[1], [1]], [[0], [2]])
    assert net.errors.ravel().tolist() == [1, -1]
    assert net.energy == Fraction(1, 2)
    assert not net.gradient().any()
    assert not net.cross_blocks().any()
    assert cross_blocks(*(array.astype(float) for array in (net.w1, net.w2, net.x, net.y))).tolist() == [[[0.0]]]


def test_a_critical_rectified_unit_of_width_one_has_no_functional_part() -> None:
    net = exact_net([[2]], [[3]], [[1], [1], [-1]], [[5], [7], [4]], "relu")
    assert not net.gradient().any()
    assert net.errors.any()
    assert not net.hessian_parts()[1].any()


def test_at_a_kink_the_loss_has_two_slopes() -> None:
    def loss(w: Fraction) -> Fraction:
        return exact_net([[w]], [[1]], [[1]], [[-1]], "relu").energy

    h = Fraction(1, 1000)
    assert exact_net([[0]], [[1]], [[1]], [[-1]], "relu").kinks == 1
    assert (loss(h) - loss(Fraction(0))) / h == 1 + h / 2
    assert loss(-h) == loss(Fraction(0))


@pytest.mark.parametrize(
    ("w1", "w2", "x", "y", "activation"),
    [
        ([[1]], [[1, 2]], [[1]], [[1]], "linear"),
        ([[1]], [[1]], [[1], [2]], [[1]], "linear"),
        ([[1]], [[1]], [[1]], [[1]], "tanh"),
        ([1], [[1]], [[1]], [[1]], "linear"),
        ([["nan"]], [[1]], [[1]], [[1]], "linear"),
        ([[float("inf")]], [[1]], [[1]], [[1]], "linear"),
        ([["1/0"]], [[1]], [[1]], [[1]], "linear"),
    ],
)
def test_unusable_networks_are_refused_in_one_line(
    w1: object, w2: object, x: object, y: object, activation: str
) -> None:
    with pytest.raises(UnusableRequest) as refusal:
        exact_net(w1, w2, x, y, activation)
    assert "\n" not in str(refusal.value)


def test_unusable_floats_are_refused() -> None:
    one = np.ones((1, 1))
    for bad in (
        lambda: hessian_parts(one, np.ones((1, 2)), one, one),
        lambda: cross_blocks(one, one, one, one, "cubic"),
        lambda: unit_blocks(one, one, np.ones((2, 1)), one),
        lambda: unit_order(0, 1, 1),
        lambda: hessian_parts(np.nan * one, one, one, one),
        lambda: hessian_parts(one, one, one, np.inf * one),
        lambda: hessian_parts(1j * one, one, one, one),
        lambda: hessian_parts([[1.0]], one, one, one),
        lambda: hessian_parts(one, one, np.ones((0, 1)), np.ones((0, 1))),
        lambda: functional_eigenvalues(np.nan * one, one, one, one),
    ):
        with pytest.raises(UnusableRequest):
            bad()
    assert rationals([0.5])[0] == Fraction(1, 2)
