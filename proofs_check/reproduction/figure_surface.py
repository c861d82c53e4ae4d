r"""Figure 1 of Kiselev & Grabovoy 2024: the loss surface settles as objects are added.

One network is trained by the published protocol. Its mean loss over k objects is drawn along a random direction, in
which every weight matrix has the norm that the trained one has; and the difference that one more object makes, against
k, at several distances from the trained parameters. At each of them it falls like 1/k, as for any numbers.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from hessproof.numeric.landscape.adam import Array, Trained, object_losses, train
from hessproof.numeric.landscape.differences import mean_differences, pieces
from hessproof.numeric.landscape.protocol import (
    FIXED_WIDTH,
    PERMUTATIONS,
    centred_pixels,
    epochs_for,
    published_network,
)
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.reproduction.figure_samples import TRAINING, objects
from hessproof.proofs_check.reproduction.landscape_panels import Y_LABEL
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store

LAYERS = 3
PLACES = {Profile.QUICK: 9, Profile.STANDARD: 41, Profile.THOROUGH: 81}
"""Points along the direction, from −1 to 1."""
SIZES = (10, 100, 1000, 10_000)
"""Numbers of objects whose loss is drawn, as far as there are so many."""
DISTANCES = (0.0, 0.25, 0.5, 1.0)
"""Distances at which the difference is drawn, in units of the weights' own norms."""


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Two panels: the loss along the direction, and the difference against k."""
    data = objects(request)
    pixels, targets = data.floats()
    inputs = centred_pixels(pixels)
    trained = Trained.from_json(store.piece("trained", partial(_trained, request, inputs, targets)))
    direction = _direction(trained, request.seed_for("direction"))
    points = np.linspace(-1.0, 1.0, PLACES[request.profile])
    orders = np.random.default_rng(request.seed_for("order")).permutation(len(inputs))
    name = f"{data.name}, {trained.architecture}, {trained.epochs} epochs"
    slices = store.piece("slices", partial(_slices, trained, direction, points, inputs[orders], targets[orders]))
    seed = request.seed_for("orders") % 2**32
    falls = store.piece("differences", partial(_differences, trained, direction, inputs, targets, seed))
    return [_slice_panel(points, slices, name), _difference_panel(falls, name)]


def _trained(request: FigureRequest, inputs: Array, targets: Array) -> dict[str, Any]:
    network = published_network(inputs.shape[1], targets.shape[1], FIXED_WIDTH, LAYERS)
    epochs = epochs_for(TRAINING[request.profile], len(inputs))
    return train(network, inputs, targets, seeds=[request.seed_for("start") % 2**32], epochs=epochs).to_json()


def _direction(trained: Trained, seed: int) -> list[Array]:
    stream, found = np.random.default_rng(seed), []
    for matrices in trained.weights:
        drawn = stream.standard_normal(matrices.shape[1:])
        found.append(drawn * np.linalg.norm(matrices[0]) / np.linalg.norm(drawn))
    return found


def _losses(trained: Trained, direction: list[Array], points: Array, inputs: Array, targets: Array) -> Array:
    """ℓ_i at every point of the direction, a point a row."""
    weights = [
        matrices[:1] + points[:, None, None] * each for matrices, each in zip(trained.weights, direction, strict=True)
    ]
    return object_losses(trained.architecture, weights, inputs, targets)


def _slices(
    trained: Trained, direction: list[Array], points: Array, inputs: Array, targets: Array
) -> dict[str, list[float]]:
    losses = _losses(trained, direction, points, inputs, targets)
    sizes = sorted({min(size, len(inputs)) for size in SIZES})
    return {str(size): losses[:, :size].mean(axis=1).tolist() for size in sizes}


def _differences(
    trained: Trained, direction: list[Array], inputs: Array, targets: Array, seed: int
) -> dict[str, list[float]]:
    losses = _losses(trained, direction, np.asarray(DISTANCES), inputs, targets)
    found = mean_differences(losses, PERMUTATIONS, seed)
    counts = np.arange(1.0, found.shape[1] + 1)
    kept = [slice(k, k + 1) for k in range(min(9, found.shape[1]))] + pieces(found.shape[1])
    rows = {
        f"{distance:g}": [float(row[each].mean()) for each in kept]
        for distance, row in zip(DISTANCES, found, strict=True)
    }
    return {"k": [float(counts[each].mean()) for each in kept], **rows}


def _slice_panel(points: Array, slices: dict[str, list[float]], name: str) -> Figure:
    return Figure(
        id="kiselev2024-1-surface", claim="kiselev2024.exp_decay", title="The loss along a random direction",
        caption=(
            f"{name}. Mean loss over the first k objects at θ̂ + tv, v random with the norms of the trained weight "
            "matrices. The more objects there are, the less the curve still changes."
        ),
        alt="A curve for each number of objects; those of many have a valley near t = 0 and lie close together.",
        x_label="t", y_label="mean loss of k objects", y_scale="log",
        series=[
            Series(name=f"k = {int(size):,}", x=points.tolist(), y=list(values), style="curve")
            for size, values in slices.items()
        ],
    )  # fmt: skip


def _difference_panel(falls: dict[str, list[float]], name: str) -> Figure:
    counts = falls["k"]
    series = [
        Series(name=f"t = {distance:g}", x=counts, y=[value or None for value in falls[f"{distance:g}"]], style="curve")
        for distance in DISTANCES
    ]
    top = max(value * (k + 1) for value, k in zip(falls[f"{DISTANCES[-1]:g}"], counts, strict=True))
    series.append(Series(name="c/(k + 1)", x=counts, y=[top / (k + 1) for k in counts], style="predicted"))
    return Figure(
        id="kiselev2024-1-differences", claim="kiselev2024.exp_decay",
        title="What one more object changes, at distance t",
        caption=(
            f"{name}. Mean over {PERMUTATIONS} orders of the objects. At every distance the difference falls like 1/k; "
            "its height grows with the spread of the losses there."
        ),
        alt="Parallel falling lines, the higher the farther from the trained parameters.",
        x_label="objects k", y_label=Y_LABEL, x_scale="log", y_scale="log", series=series,
    )  # fmt: skip


FIGURE = FigureRecipe("kiselev2024-1", "The loss surface as objects are added", make, objects)
