r"""The networks and the inputs of the experiments of Kiselev & Grabovoy 2024, §5 and appendix A.1.

A network "with n layers and hidden size h" has n + 2 linear maps, d → h → … → h → K, without bias, and ReLU after each
of them but the last; pixels are mapped from [0, 1] to [−1, 1].
"""

from __future__ import annotations

import numpy as np

from hessproof.numeric.landscape.adam import Array
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

EPOCHS, BATCH, RATE = 10, 64, 1e-3
"""Epochs, samples of a batch and learning rate of the published runs."""
OBJECTS = 10_000
"""Objects of the published runs."""
STEPS = EPOCHS * -(-OBJECTS // BATCH)
"""Steps of Adam in a published run: 157 batches in each of 10 epochs."""
PERMUTATIONS, FACTOR = 100, 0.99
"""Orders of the objects that are averaged, and the factor of the exponential moving average."""
WIDTHS, LAYERS = (4, 8, 16, 32, 64), (1, 3, 5, 7, 10)
"""Hidden sizes, at `FIXED_LAYERS`, and numbers of layers, at `FIXED_WIDTH`, that are compared."""
FIXED_LAYERS, FIXED_WIDTH = 5, 16


def published_network(inputs: int, outputs: int, hidden: int, layers: int) -> Architecture:
    """The network with ``layers`` layers of ``hidden`` neurons in the words of the source.

    Raises:
        UnusableRequest: If a number is not positive, or ``layers`` is negative.

    Example:
        >>> str(published_network(64, 10, 16, 3)), published_network(64, 10, 16, 3).layers
        ('64-16-16-16-16-10', 5)
    """
    if layers < 0 or hidden < 1:
        raise UnusableRequest(
            f"{layers} layers of {hidden} neurons", "0 layers or more of at least one neuron", "give for instance 3, 16"
        )
    return Architecture((inputs, *(hidden,) * (layers + 1), outputs), activation="relu", loss="cross-entropy")


def epochs_for(steps: int, samples: int, batch: int = BATCH) -> int:
    """The number of epochs on ``samples`` objects whose steps come nearest to ``steps``, at least one.

    Example:
        >>> epochs_for(STEPS, 1797), epochs_for(STEPS, OBJECTS)
        (54, 10)
    """
    return max(1, round(steps / -(-samples // batch)))


def centred_pixels(inputs: Array) -> Array:
    """2x − 1 for values between 0 and 1; other values are mapped so that their range becomes [−1, 1].

    Args:
        inputs: N × d.

    Raises:
        UnusableRequest: If all values are the same number outside [0, 1].

    Example:
        >>> centred_pixels(np.asarray([[0.0, 0.5]])).tolist(), centred_pixels(np.asarray([[-3.0, 5.0]])).tolist()
        ([[-1.0, 0.0]], [[-1.0, 1.0]])
    """
    low, high = float(np.min(inputs)), float(np.max(inputs))
    if 0.0 <= low and high <= 1.0:
        low, high = 0.0, 1.0
    if high == low:
        raise UnusableRequest(f"inputs that are all {low:g}", "inputs that differ", "give other data")
    found: Array = (2.0 * inputs - (low + high)) / (high - low)
    return found
