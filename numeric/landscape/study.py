"""One network of the experiments of Kiselev & Grabovoy 2024, §5: trained from several starts, then its curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hessproof.numeric.landscape.adam import Array, Trained, object_losses, train
from hessproof.numeric.landscape.differences import decay_slope, end_spreads, level, mean_differences
from hessproof.numeric.landscape.protocol import BATCH, PERMUTATIONS, RATE, published_network


@dataclass(frozen=True, eq=False)
class Study:
    """What the starts of one network gave.

    Args:
        hidden: Neurons of a hidden layer.
        layers: "Number of layers" in the words of the source, two less than linear maps.
        losses: ℓ_i at the trained parameters, S × N.
        curves: The mean over orders of |𝓛_{k+1} − 𝓛_k| for k = 1, …, N − 1, S × (N − 1).
    """

    hidden: int
    layers: int
    losses: Array
    curves: Array

    @property
    def heights(self) -> list[float]:
        """The height of each start's curve; see `hessproof.numeric.landscape.differences.level`."""
        return [level(curve) for curve in self.curves]

    @property
    def slopes(self) -> list[float]:
        """The slope of each start's curve; NaN if all losses of the start are equal."""
        return [decay_slope(curve) for curve in self.curves]

    @property
    def spreads(self) -> list[tuple[float, float]]:
        """D_1 and D_{N-1} of each start, by their formulas."""
        return [end_spreads(row) for row in self.losses]

    @property
    def mean_losses(self) -> list[float]:
        """The mean loss of each start."""
        return [float(row.mean()) for row in self.losses]


def study(
    hidden: int,
    layers: int,
    inputs: Array,
    targets: Array,
    *,
    seeds: Sequence[int],
    epochs: int,
    permutations: int = PERMUTATIONS,
    earlier: Trained | None = None,
) -> Study:
    """Train the published network from every seed, and average its loss over growing samples in random orders.

    Args:
        hidden: Neurons of a hidden layer.
        layers: "Number of layers", two less than linear maps.
        inputs: N × d, as the network is to see them.
        targets: N × K.
        seeds: Of the starts; each one's orders of the objects come from its own seed.
        epochs: Epochs of training; 0 for the initial weights.
        permutations: Orders of the objects for each start.
        earlier: The same networks, trained already; see `hessproof.numeric.landscape.adam.train`.

    Raises:
        UnusableRequest: If something does not fit.

    Example:
        >>> from hessproof.numeric.datasets import digits
        >>> x, y = digits(16, 100).floats()
        >>> found = study(4, 1, x, y, seeds=[1, 2], epochs=1, permutations=3)
        >>> found.curves.shape, len(found.heights), len(found.slopes)
        ((2, 99), 2, 2)
    """
    architecture = published_network(inputs.shape[1], targets.shape[1], hidden, layers)
    trained = train(
        architecture, inputs, targets, seeds=seeds, epochs=epochs, batch=BATCH, rate=RATE, earlier=earlier
    )  # fmt: skip
    losses = object_losses(architecture, trained.weights, inputs, targets)
    return Study(hidden, layers, losses, curves(losses, seeds, permutations))


def curves(losses: Array, seeds: Sequence[int], permutations: int = PERMUTATIONS) -> Array:
    """The curve of each row of losses, in orders of its own.

    Args:
        losses: S × N.
        seeds: S seeds.
        permutations: Orders for each.
    """
    rows = [mean_differences(row, permutations, seed) for row, seed in zip(losses, seeds, strict=True)]
    return np.stack(rows)
