"""Data and first weights of the experiment on critical points: Gaussian data, or the digits with 16 inputs."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from hessproof.numeric.datasets import digits
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]
Source = Literal["gaussian", "digits"]

FIRST_WEIGHTS = 0.3
"""Standard deviation of W^(1)x for a unit x: units start in the bent but not in the flat part of tanh."""


def samples_for(width: int, ratio: float) -> int:
    """m = 2n/φ, rounded to the nearest integer.

    Raises:
        UnusableRequest: If n < 1 or φ is not a positive finite number.

    Example:
        >>> samples_for(16, 0.25), samples_for(16, 1.0)
        (128, 32)
    """
    if width < 1:
        raise UnusableRequest(f"width {width}", "n ≥ 1", "give a positive width")
    if not (np.isfinite(ratio) and ratio > 0):
        raise UnusableRequest(f"φ = {ratio}", "a positive number", "give parameters per data entry, such as 0.5")
    return max(1, round(2 * width / ratio))


def drawn_data(width: int, samples: int, seed: int, source: Source = "gaussian") -> tuple[Array, Array]:
    """Inputs (m × n, whitened in the limit) and targets (m × n, independent N(0, 1)).

    With ``digits`` the inputs are m different digits averaged down to 4 × 4 pixels, centred and whitened over all
    digits; targets stay N(0, 1), for which ε = ½ where the network is silent.

    Raises:
        UnusableRequest: If digits are asked for with a width other than 16, or more of them than there are.

    Example:
        >>> x, y = drawn_data(16, 40, 1)
        >>> x.shape, y.shape
        ((40, 16), (40, 16))
    """
    rng = np.random.default_rng(seed)
    if source == "gaussian":
        inputs = rng.standard_normal((samples, width))
    else:
        inputs = _whitened_digits(width, samples, rng)
    return inputs, rng.standard_normal((samples, width))


def first_weights(width: int, inputs: int, seed: int, scale: float = FIRST_WEIGHTS) -> Array:
    """W^(1), width × inputs, with independent entries N(0, scale²/inputs).

    Example:
        >>> first_weights(16, 16, 1).shape
        (16, 16)
    """
    draws = np.random.default_rng((seed, 1)).standard_normal((width, inputs))
    return np.asarray(scale / np.sqrt(inputs) * draws)


def _whitened_digits(width: int, samples: int, rng: np.random.Generator) -> Array:
    if width != 16:
        raise UnusableRequest(f"digits with {width} inputs", "16 inputs: 4 × 4 pixels", "give width 16")
    pixels, _ = digits(16).floats()
    if samples > len(pixels):
        raise UnusableRequest(f"{samples} digits", f"at most {len(pixels)}", "give a larger φ")
    centred = pixels - pixels.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    white: Array = centred @ vectors / np.sqrt(values)
    return np.asarray(white[rng.permutation(len(white))[:samples]])
