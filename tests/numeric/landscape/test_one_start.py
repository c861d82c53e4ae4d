"""The second code for the experiments against the first, where both do the same, and against exact values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.numeric.datasets import digits
from hessproof.numeric.landscape.adam import object_losses, train
from hessproof.numeric.landscape.differences import exact_spreads
from hessproof.numeric.landscape.one_start import drawn_distances, final_losses
from hessproof.numeric.landscape.protocol import published_network


@pytest.mark.parametrize(("hidden", "layers"), [(4, 1), (5, 3)])
def test_full_batches_take_the_same_steps(hidden: int, layers: int) -> None:
    inputs, targets = digits(16, 40).floats()
    net = published_network(16, 10, hidden, layers)
    first = train(net, inputs, targets, seeds=[5], epochs=12, batch=40, rate=0.01)
    expected = object_losses(net, first.weights, inputs, targets)[0]
    found = final_losses(net, inputs, targets, seed=5, epochs=12, batch=40, rate=0.01)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    other = final_losses(net, inputs, targets, seed=5, epochs=12, batch=40, rate=0.011)
    assert np.abs(other - expected).max() > 1e-4


@pytest.mark.long
def test_drawn_distances_tend_to_the_exact_ones() -> None:
    numbers = [Fraction(n) for n in (0, 1, 1, 4, 9, 16)]
    exact = [float(d) for d in exact_spreads(numbers)]
    counts, draws = [1, 2, 3, 4, 5], 20_000
    found = drawn_distances(np.asarray([float(n) for n in numbers]), counts, draws, seed=3)
    # a distance is at most 16, so that four standard errors of the mean are at most 4 · 8 / √draws
    np.testing.assert_allclose(found, exact, atol=4 * 8 / np.sqrt(draws))
    assert (drawn_distances(np.zeros(6), counts, 5, seed=3) == 0).all()
