"""The entries on which rectified Hessians keep their ranks, their assembly, and the bounds of the ranks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.rectified.assembly import Reduced
from hessproof.numeric.rectified.blocks import network_jacobian, rectified_hessian
from hessproof.numeric.rectified.forward import forward, kinks, on_kink
from hessproof.numeric.rectified.live import every, independent, limits, live
from hessproof.numeric.rectified.modular import RectifiedRanks
from hessproof.numeric.rectified.network import Rectified, squared, with_loss
from hessproof.symbolic.architecture import Architecture

PRIME = 4194301
PARTS = ("outer", "functional", "loss")


@st.composite
def networks(draw: st.DrawFn) -> Rectified:
    """Small networks with small integers: dead neurons, zero inputs, kinks and few samples are frequent."""
    widths = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)))
    kind = draw(st.sampled_from(["relu", "leaky-relu"]))
    architecture = Architecture(widths, bias=draw(st.booleans()), activation=kind)
    stream = np.random.default_rng(draw(st.integers(0, 10**6)))
    samples, size = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    shapes = [(rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes]
    weights = [stream.integers(-size, size + 1, size=shape) for shape in shapes]
    x = stream.integers(-2, 3, size=(samples, widths[0]))
    return squared(architecture, weights, x, stream.integers(-5, 6, size=(samples, widths[-1])))


def drops(network: Rectified) -> int:
    """How many entries are left out."""
    return network.architecture.parameters - live(network, forward(network)).size


@settings(max_examples=40, deadline=None)
@given(network=networks())
def test_the_assembly_is_the_hessian_modulo_the_prime(network: Rectified) -> None:
    field, found = PrimeField(PRIME), forward(network)
    for part in PARTS:
        made = Reduced(network, found, every(network), field).hessian(part)
        assert np.array_equal(made, field.balanced(rectified_hessian(network, part)))
    jacobian = Reduced(network, found, every(network), field).jacobian()
    assert np.array_equal(jacobian, field.balanced(network_jacobian(network)))


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(network=networks())
def test_the_kept_entries_have_every_rank_and_bound_it(network: Rectified) -> None:
    found = forward(network)
    kept = live(network, found)
    bounds = limits(network, kept)
    reduced = Reduced(network, found, kept, PrimeField(PRIME))
    for part in PARTS:
        rank = exact_rank(rectified_hessian(network, part)).value
        matrix = reduced.hessian(part)
        assert matrix.shape == (kept.size, kept.size)
        assert flint_rank(matrix, PRIME) == rank <= bounds[part]
        measured = RectifiedRanks(network, found).rank(part)
        assert measured.value == rank
        assert measured.bound == ("exact" if rank == bounds[part] else "lower")
        assert RectifiedRanks(network, found, structured=False).rank(part).value == rank


@pytest.mark.long
def test_the_generator_reaches_what_matters() -> None:
    find(networks(), lambda network: drops(network) > 4)
    find(networks(), lambda network: drops(network) == 0 and network.architecture.layers == 3)
    find(networks(), lambda network: on_kink(network) and kinks(network) > 1)
    find(networks(), lambda network: network.architecture.bias and not all(forward(network).active))
    find(networks(), lambda network: all(RectifiedRanks(network).rank(part).bound == "exact" for part in PARTS))


def test_an_entry_too_few_is_noticed() -> None:
    """Where the bound is met, the rank falls with any entry that is left out."""
    relu = Architecture((2, 3, 2), activation="relu")
    net = squared(relu, [[[1, 2], [2, -1], [3, 1]], [[1, 2, 3], [2, 1, 5]]], np.eye(2, dtype=int), [[1, 0], [3, 7]])
    found = forward(net)
    kept = live(net, found)
    field = PrimeField(PRIME)
    full = flint_rank(Reduced(net, found, kept, field).hessian("loss"), PRIME)
    assert full == exact_rank(rectified_hessian(net)).value
    ranks = []
    for place in range(kept.size):
        fewer = replace(kept, entries=np.delete(kept.entries, place))
        ranks.append(flint_rank(Reduced(net, found, fewer, field).hessian("loss"), PRIME))
    assert min(ranks) < full


def test_a_wrong_sign_of_the_residual_is_noticed() -> None:
    relu = Architecture((2, 3, 2), activation="relu")
    net = squared(relu, [[[1, 2], [2, -1], [3, 1]], [[1, 2, 3], [2, 1, 5]]], [[1, 2], [3, 1]], [[1, 0], [3, 7]])
    found = forward(net)
    turned = replace(found, residuals=-found.residuals)
    field = PrimeField(PRIME)
    exact = field.balanced(rectified_hessian(net))
    assert np.array_equal(Reduced(net, found, every(net), field).hessian("loss"), exact)
    assert not np.array_equal(Reduced(net, turned, every(net), field).hessian("loss"), exact)


def test_other_losses_have_their_curvatures() -> None:
    relu = Architecture((2, 3, 2), bias=True, activation="relu")
    stream = np.random.default_rng(3)
    weights = [stream.integers(-3, 4, size=shape) for shape in ((3, 3), (2, 4))]
    half = stream.integers(-3, 4, size=(4, 2, 2))
    net = with_loss(
        relu,
        weights,
        stream.integers(-3, 4, size=(4, 2)),
        stream.integers(-3, 4, size=(4, 2)),
        half + half.swapaxes(1, 2),
    )
    made = Reduced(net, forward(net), every(net), PrimeField(PRIME)).hessian("outer")
    assert np.array_equal(made, PrimeField(PRIME).balanced(rectified_hessian(net, "outer")))


def test_small_pieces_give_the_same_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    leaky = Architecture((3, 4, 3, 2), bias=True, activation="leaky-relu")
    stream = np.random.default_rng(4)
    shapes = [(rows, columns + 1) for rows, columns in leaky.weight_shapes]
    net = squared(
        leaky, [stream.integers(-9, 10, size=shape) for shape in shapes],
        stream.integers(-9, 10, size=(7, 3)), stream.integers(-9, 10, size=(7, 2)),
    )  # fmt: skip
    field, found = PrimeField(PRIME), forward(net)
    whole = [Reduced(net, found, every(net), field).hessian(part) for part in PARTS]
    monkeypatch.setattr("hessproof.numeric.rectified.assembly._CHUNK", 20)
    pieces = [Reduced(net, found, every(net), field).hessian(part) for part in PARTS]
    assert all(np.array_equal(one, other) for one, other in zip(whole, pieces, strict=True))


def test_few_samples_go_through_the_jacobian() -> None:
    relu = Architecture((6, 7, 2), activation="relu")
    stream = np.random.default_rng(5)
    net = squared(
        relu, [stream.integers(-9, 10, size=(7, 6)), stream.integers(-9, 10, size=(2, 7))],
        stream.integers(-9, 10, size=(3, 6)), stream.integers(-9, 10, size=(3, 2)),
    )  # fmt: skip
    found = RectifiedRanks(net).rank("outer")
    assert (found.value, found.bound) == (6, "exact")
    assert exact_rank(rectified_hessian(net, "outer")).value == 6


def test_a_basis_is_found_over_the_rational_numbers() -> None:
    stream = np.random.default_rng(6)
    left, right = stream.integers(-5, 6, size=(9, 3)), stream.integers(-5, 6, size=(3, 6))
    matrix = (left @ right).astype(object)
    found = independent(matrix)
    assert len(found) == 3
    assert exact_rank(matrix[:, found]).value == 3
    assert independent(matrix * PRIME) == found
    assert independent(matrix[:0]) == []
