"""The networks whose curvature is looked at: their weights at the start and after training, and the chosen objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from hessproof.numeric.datasets import digits
from hessproof.numeric.landscape.adam import train
from hessproof.numeric.landscape.protocol import STEPS, centred_pixels, epochs_for, published_network
from hessproof.proofs_check.criteria.curvature import AVERAGED, OBJECTS, SIZES
from hessproof.proofs_check.model.check import Context
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture

Array = npt.NDArray[np.float64]
Weights = tuple[Array, ...]
STATES = ("initial", "trained")


@dataclass(frozen=True, eq=False, slots=True)
class Curved:
    """A network of one size and seed.

    Args:
        architecture: Widths.
        weights: W^1, …, W^L by state.
        losses: Mean loss over all objects by state.
        inputs: x of the objects over which Hessians are averaged; the first of them are looked at one by one.
        targets: y of these.
    """

    architecture: Architecture
    weights: dict[str, Weights]
    losses: dict[str, float]
    inputs: Array
    targets: Array

    def objects(self, count: int = OBJECTS) -> tuple[Array, Array]:
        """The first objects."""
        return self.inputs[:count], self.targets[:count]

    @property
    def case(self) -> Case:
        """(architecture, r, s), s as large as it can be."""
        rank = int(np.linalg.matrix_rank(self.inputs))
        return Case(self.architecture, rank, min(rank, self.architecture.outputs))


def networks(context: Context, size: str) -> list[Curved]:
    """The networks of a size, one for each seed of the criteria, trained once a run."""
    return context.shared(f"curvature-{size}", partial(trained, size))


def trained(size: str) -> list[Curved]:
    """Train the networks of a size."""
    one = SIZES[size]
    return trained_from(one.inputs, one.hidden, one.layers, one.seeds)


def trained_from(pixels: int, hidden: int, layers: int, seeds: tuple[int, ...], steps: int = STEPS) -> list[Curved]:
    """Networks on the digits by the published protocol, from several seeds."""
    x, y = digits(pixels).floats()
    x = centred_pixels(x)
    architecture = published_network(pixels, y.shape[1], hidden, layers)
    start = train(architecture, x, y, seeds=seeds, epochs=0)
    end = train(architecture, x, y, seeds=seeds, epochs=epochs_for(steps, len(x)), earlier=start)
    found = []
    for place, seed in enumerate(seeds):
        chosen = np.random.default_rng([seed, 2]).permutation(len(x))[:AVERAGED]
        weights = {"initial": start.parameters(place), "trained": end.parameters(place)}
        losses = {"initial": float(start.losses[place, -1]), "trained": float(end.losses[place, -1])}
        found.append(Curved(architecture, weights, losses, x[chosen], y[chosen]))
    return found


def untrained(widths: tuple[int, ...], seed: int) -> Curved:
    """A tiny network at its initial weights in both states, for demonstrations."""
    x, y = digits(widths[0], 12).floats()
    architecture = Architecture(widths, activation="relu", loss="cross-entropy")
    weights = tuple(np.random.default_rng(seed).uniform(-1.0, 1.0, shape) for shape in architecture.weight_shapes)
    return Curved(architecture, dict.fromkeys(STATES, weights), dict.fromkeys(STATES, 0.0), 2.0 * x - 1.0, y)
