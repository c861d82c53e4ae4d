"""Training by Adam: its gradients, its steps, its starts, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.landscape.adam import EPSILON, Trained, object_losses, train
from hessproof.numeric.landscape.protocol import (
    OBJECTS,
    STEPS,
    centred_pixels,
    epochs_for,
    published_network,
)
from hessproof.numeric.landscape.study import study
from hessproof.numeric.network.forward import network_gradient, network_loss
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

NETWORK = Architecture((3, 5, 4, 3), activation="relu", loss="cross-entropy")
BIASED = Architecture((3, 5, 4, 3), bias=True, activation="relu", loss="cross-entropy")


def data(samples: int = 20) -> tuple[np.ndarray, np.ndarray]:
    stream = np.random.default_rng(7)
    return stream.standard_normal((samples, 3)), np.eye(3)[stream.integers(0, 3, samples)]


@pytest.mark.parametrize("architecture", [NETWORK, BIASED], ids=["no bias", "bias"])
def test_a_first_step_moves_every_weight_by_the_rate_against_its_gradient(architecture: Architecture) -> None:
    inputs, targets = data()
    start = initial_parameters(architecture, "uniform", 5)
    found = train(architecture, inputs, targets, seeds=[5], epochs=1, batch=20, rate=0.01)
    gradient = network_gradient(architecture, start, inputs, targets)
    before = np.concatenate([matrix.ravel() for matrix in start])
    after = np.concatenate([matrix.ravel() for matrix in found.parameters()])
    np.testing.assert_allclose(after, before - 0.01 * gradient / (np.abs(gradient) + EPSILON), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("architecture", [NETWORK, BIASED], ids=["no bias", "bias"])
def test_losses_are_those_of_the_other_kernel(architecture: Architecture) -> None:
    inputs, targets = data()
    found = train(architecture, inputs, targets, seeds=[1, 2], epochs=3, batch=6, rate=0.01)
    for start in range(2):
        expected = network_loss(architecture, found.parameters(start), inputs, targets)
        assert found.losses[start, -1] == pytest.approx(expected, rel=1e-12)
    losses = object_losses(architecture, found.weights, inputs, targets)
    assert losses.mean(axis=1) == pytest.approx(found.losses[:, -1])


def test_adam_step_by_step_as_in_algorithm_1() -> None:
    inputs, targets = data(10)
    theta = [np.array(each) for each in initial_parameters(NETWORK, "uniform", 3)]
    mean, square = [0 * each for each in theta], [0 * each for each in theta]
    step = 0
    for epoch in range(2):
        order = np.random.default_rng([3, epoch, 1]).permutation(10)
        for chosen in (order[:4], order[4:8], order[8:]):
            step += 1
            flat = network_gradient(NETWORK, theta, inputs[chosen], targets[chosen])
            gradients = [flat[piece].reshape(each.shape) for piece, each in zip(NETWORK.slices, theta, strict=True)]
            mean = [0.9 * m + 0.1 * g for m, g in zip(mean, gradients, strict=True)]
            square = [0.999 * v + 0.001 * g * g for v, g in zip(square, gradients, strict=True)]
            theta = [
                w - 0.02 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
                for w, m, v in zip(theta, mean, square, strict=True)
            ]
    found = train(NETWORK, inputs, targets, seeds=[3], epochs=2, batch=4, rate=0.02)
    assert found.steps == step == 6
    for one, two in zip(found.parameters(), theta, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-12)


def test_a_start_does_not_depend_on_its_company_and_goes_on_where_it_ended() -> None:
    inputs, targets = data()
    together = train(NETWORK, inputs, targets, seeds=[1, 2, 3], epochs=4, batch=8)
    alone = train(NETWORK, inputs, targets, seeds=[2], epochs=4, batch=8)
    np.testing.assert_allclose(together.weights[0][1], alone.weights[0][0], rtol=1e-12)
    half = train(NETWORK, inputs, targets, seeds=[2], epochs=2, batch=8)
    stored = Trained.from_json(json.loads(json.dumps(half.to_json())))
    rest = train(NETWORK, inputs, targets, seeds=[2], epochs=4, batch=8, earlier=stored)
    for one, two in zip(rest.weights, alone.weights, strict=True):
        assert (one == two).all()
    assert (rest.losses == alone.losses).all()


def test_no_epochs_give_the_initial_weights() -> None:
    inputs, targets = data()
    found = train(NETWORK, inputs, targets, seeds=[4], epochs=0)
    for one, two in zip(found.parameters(), initial_parameters(NETWORK, "uniform", 4), strict=True):
        assert (one == two).all()
    assert found.losses.shape == (1, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inputs": np.zeros((0, 3)), "targets": np.zeros((0, 3))}, "at least one"),
        ({"inputs": np.zeros((5, 2))}, "N × 3"),
        ({"inputs": np.full((20, 3), np.nan)}, "finite"),
        ({"targets": np.ones((20, 3))}, "one-hot"),
        ({"seeds": []}, "at least one"),
        ({"seeds": [-1]}, "none negative"),
        ({"epochs": -1}, "0 or more"),
        ({"batch": 0}, "at least one"),
        ({"rate": 0.0}, "positive"),
        ({"rate": float("nan")}, "positive"),
        ({"initial": "zeros"}, "pytorch-uniform"),
        ({"architecture": Architecture((3, 3))}, "relu and cross-entropy"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(change: dict[str, Any], words: str) -> None:
    inputs, targets = data()
    given: dict[str, Any] = {"architecture": NETWORK, "inputs": inputs, "targets": targets, "seeds": [1], **change}
    with pytest.raises(UnusableRequest, match=words) as caught:
        train(given.pop("architecture"), given.pop("inputs"), given.pop("targets"), **given)
    assert "\n" not in str(caught.value)


def test_other_networks_and_damaged_ones_are_not_gone_on_from() -> None:
    inputs, targets = data()
    earlier = train(NETWORK, inputs, targets, seeds=[1], epochs=2)
    for seeds, epochs in (([2], 3), ([1], 1)):
        with pytest.raises(UnusableRequest, match="go on from"):
            train(NETWORK, inputs, targets, seeds=seeds, epochs=epochs, earlier=earlier)
    with pytest.raises(UnusableRequest, match="start the training again"):
        Trained.from_json({"widths": [1, 1]})


def test_weights_that_run_away_are_refused() -> None:
    inputs, targets = data()
    with pytest.raises(UnusableRequest, match="stay finite"):
        train(NETWORK, inputs, targets, seeds=[1], epochs=4, batch=4, rate=1e308)


def test_the_published_network_and_schedule() -> None:
    network = published_network(784, 10, 16, 5)
    assert network.widths == (784, *(16,) * 6, 10)
    assert (network.layers, network.bias, network.activation) == (7, False, "relu")
    assert STEPS == 1570
    assert epochs_for(STEPS, OBJECTS) == 10
    assert abs(epochs_for(STEPS, 1797) * 29 - STEPS) < 15
    with pytest.raises(UnusableRequest, match="at least one neuron"):
        published_network(4, 2, 0, 1)


def test_pixels_are_centred_and_other_ranges_mapped() -> None:
    assert centred_pixels(np.asarray([[0.0, 1.0, 0.25]])).tolist() == [[-1.0, 1.0, -0.5]]
    assert centred_pixels(np.asarray([[0.25, 0.75]])).tolist() == [[-0.5, 0.5]]
    assert centred_pixels(np.asarray([[0.0, 255.0]])).tolist() == [[-1.0, 1.0]]
    with pytest.raises(UnusableRequest, match="differ"):
        centred_pixels(np.full((2, 2), 7.0))


def test_a_dead_start_has_no_slope_and_no_height() -> None:
    inputs, targets = data(60)
    found = study(1, 8, -np.abs(inputs), targets, seeds=range(6), epochs=0, permutations=3)
    dead = [row for row, height in enumerate(found.heights) if height == 0.0]
    assert dead
    assert all(np.isnan(found.slopes[row]) for row in dead)
    assert all(found.losses[row] == pytest.approx(np.log(3)) for row in dead)
