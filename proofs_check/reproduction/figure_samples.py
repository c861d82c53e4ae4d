r"""Figures 2 and 3 of Kiselev & Grabovoy 2024: the difference of losses against the number of objects.

The published protocol, on pixels (Fig. 2, and the appendix with the data sets that ``--data`` reaches) and on features
(Fig. 3), with several starts where the source has one. Data of fewer than 10,000 objects are seen for more epochs, so
that there are as many steps of Adam as published.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from hessproof.numeric.datasets import Dataset
from hessproof.numeric.landscape.adam import Array, Trained, object_losses, train
from hessproof.numeric.landscape.protocol import (
    BATCH,
    FIXED_LAYERS,
    FIXED_WIDTH,
    LAYERS,
    OBJECTS,
    PERMUTATIONS,
    STEPS,
    WIDTHS,
    centred_pixels,
    epochs_for,
    published_network,
)
from hessproof.numeric.landscape.study import Study, curves
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.reproduction.landscape_panels import heights_panel, published_panel, raw_panel
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store

MOST = {Profile.QUICK: 300, Profile.STANDARD: OBJECTS, Profile.THOROUGH: OBJECTS}
"""Objects that are used."""
STARTS = {Profile.QUICK: 3, Profile.STANDARD: 5, Profile.THOROUGH: 20}
TRAINING = {Profile.QUICK: 60, Profile.STANDARD: STEPS, Profile.THOROUGH: STEPS}
"""Steps of Adam, as nearly as whole epochs allow."""
PIECES = 4
"""Stretches of training that are kept by themselves."""
FEATURES = 768
"""Random features that stand in for an encoder's: as many as ViT-B has."""


def objects(request: FigureRequest) -> Dataset:
    """The data with all of their pixels."""
    from hessproof.numeric.loaders import load_data

    return load_data(request.data, None, MOST[request.profile])


def make_direct(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Six panels: by width and by depth, the curves as they are, as published, and their heights."""
    data = objects(request)
    pixels, targets = data.floats()
    return panels(request, store, centred_pixels(pixels), targets, f"{data.name}, pixels", "kiselev2024-2")


def make_features(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """The same on features: those of an ``.npz`` file, or random ones of the pixels, which no encoder has made."""
    data = objects(request)
    values, targets = data.floats()
    if request.data.endswith(".npz"):
        words = f"{data.name}, its inputs taken as features"
    else:
        values = random_features(centred_pixels(values), request.seed_for("features"))
        words = f"{data.name}, {FEATURES} random ReLU features of the pixels, which stand in for an encoder's"
    return panels(request, store, values, targets, words, "kiselev2024-3")


def random_features(pixels: Array, seed: int) -> Array:
    """ReLU of a Gaussian linear map of unit vectors, N × `FEATURES`: bounded features that nothing was trained for.

    Example:
        >>> found = random_features(np.asarray([[1.0, -1.0], [0.5, 0.0]]), 1)
        >>> found.shape, bool((found >= 0).all())
        ((2, 768), True)
    """
    matrix = np.random.default_rng(seed).standard_normal((pixels.shape[1], FEATURES))
    sizes = np.maximum(np.linalg.norm(pixels, axis=1, keepdims=True), 1e-12)
    found: Array = np.maximum(pixels / sizes @ matrix, 0.0)
    return found


def panels(
    request: FigureRequest, store: Store, inputs: Array, targets: Array, words: str, prefix: str
) -> list[Figure]:
    """The six panels of a figure."""
    epochs = epochs_for(TRAINING[request.profile], len(inputs))
    told = f"{words}, {len(inputs):,} objects, {epochs} epochs of {-(-len(inputs) // BATCH)} steps"
    wider = [_study(request, store, h, FIXED_LAYERS, inputs, targets, epochs) for h in WIDTHS]
    deeper = [_study(request, store, FIXED_WIDTH, n, inputs, targets, epochs) for n in LAYERS]
    found = []
    for by, studies in (("width", wider), ("depth", deeper)):
        claim = f"kiselev2024.exp_{by}"
        fixed = f"{FIXED_LAYERS} layers" if by == "width" else f"h = {FIXED_WIDTH}"
        for name, panel in (("as-it-is", raw_panel), ("as-published", published_panel), ("heights", heights_panel)):
            found.append(panel(f"{prefix} {by} {name}", claim, studies, by, f"{told}; {fixed}"))
    return found


def _study(
    request: FigureRequest, store: Store, hidden: int, layers: int, inputs: Array, targets: Array, epochs: int
) -> Study:
    """Train in stretches, each a piece of the store, and average the losses over orders."""
    seeds = [request.seed_for(f"start {start}") % 2**32 for start in range(STARTS[request.profile])]
    trained: Trained | None = None
    for stretch in range(1, PIECES + 1):
        until = epochs * stretch // PIECES
        make: Callable[[], dict[str, Any]] = partial(_further, trained, hidden, layers, inputs, targets, seeds, until)
        trained = Trained.from_json(store.piece(f"h={hidden},n={layers}-epoch-{until}-{stretch}", make))
    assert trained is not None
    losses = object_losses(trained.architecture, trained.weights, inputs, targets)
    return Study(hidden, layers, losses, curves(losses, seeds, PERMUTATIONS))


def _further(
    trained: Trained | None, hidden: int, layers: int, inputs: Array, targets: Array, seeds: list[int], epochs: int
) -> dict[str, Any]:
    network = published_network(inputs.shape[1], targets.shape[1], hidden, layers)
    return train(network, inputs, targets, seeds=seeds, epochs=epochs, earlier=trained).to_json()


FIGURE_2 = FigureRecipe("kiselev2024-2", "Difference of losses against objects, on pixels", make_direct, objects)
FIGURE_3 = FigureRecipe("kiselev2024-3", "Difference of losses against objects, on features", make_features, objects)
