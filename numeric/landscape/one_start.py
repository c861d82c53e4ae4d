r"""One start of the published experiments by other code: Adam on the gradients of ``hessproof.numeric.network``.

Adam (Kingma & Ba 2015, Algorithm 1), with m and v the moving averages of g and g²:

    θ ← θ − η (m/(1 − β_1^t)) / (√(v/(1 − β_2^t)) + ε).

The change of the mean loss is drawn directly: D_k is the mean of |ℓ_j − mean of k other losses| over random choices.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hessproof.numeric.network.forward import network_forward, network_gradient
from hessproof.numeric.network.losses import loss_values
from hessproof.numeric.network.parameters import flatten, unflatten
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.symbolic.architecture import Architecture

Array = npt.NDArray[np.float64]
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def final_losses(
    architecture: Architecture,
    inputs: Array,
    targets: Array,
    *,
    seed: int,
    epochs: int,
    batch: int = 64,
    rate: float = 1e-3,
) -> Array:
    """The loss of every object after training from one start, N numbers.

    Args:
        architecture: The network.
        inputs: x, N × d.
        targets: y, N × K.
        seed: Of the initial weights and of the batches.
        epochs: Passes through the data.
        batch: Objects in a batch.
        rate: η.

    Example:
        >>> net = Architecture((1, 3, 2), activation="relu", loss="cross-entropy")
        >>> x, y = np.asarray([[1.0], [-1.0]]), np.eye(2)
        >>> before, after = (final_losses(net, x, y, seed=3, epochs=n, rate=0.01).mean() for n in (0, 200))
        >>> bool(after < before / 2)
        True
    """
    theta = np.asarray(flatten(initial_parameters(architecture, "uniform", seed)))
    first, second, step = np.zeros_like(theta), np.zeros_like(theta), 0
    stream = np.random.default_rng([seed, 77])
    for _ in range(epochs):
        order = stream.permutation(len(inputs))
        for place in range(0, len(inputs), batch):
            some, step = order[place : place + batch], step + 1
            slope = network_gradient(architecture, unflatten(architecture, theta), inputs[some], targets[some])
            first = BETA_1 * first + (1 - BETA_1) * slope
            second = BETA_2 * second + (1 - BETA_2) * slope**2
            theta = theta - rate * (first / (1 - BETA_1**step)) / (np.sqrt(second / (1 - BETA_2**step)) + EPSILON)
    outputs = network_forward(architecture, unflatten(architecture, theta), inputs)
    return np.asarray(loss_values(architecture.loss, outputs, targets))


def drawn_distances(losses: Array, counts: Sequence[int], draws: int, seed: int) -> Array:
    """D_k for each k: the mean over random choices of |ℓ_j − mean of k other losses|.

    Args:
        losses: ℓ, N numbers.
        counts: The numbers k, below N.
        draws: Choices for each k.
        seed: Seed of the choices.

    Example:
        >>> drawn_distances(np.asarray([0.0, 1.0]), [1], 5, 0).tolist()
        [1.0]
    """
    stream = np.random.default_rng([seed, 78])
    found = []
    for k in counts:
        chosen = [stream.choice(losses, k + 1, replace=False, shuffle=True) for _ in range(draws)]
        found.append(np.mean([abs(one[0] - one[1:].mean()) for one in chosen]))
    return np.asarray(found)
