"""Images with their classes, as the readers hand them on, and the data set that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.datasets import Dataset
from hessproof.numeric.integers import integers
from hessproof.numeric.loaders.scaling import down_scaled, side_of
from hessproof.numeric.memory import refuse_if_too_large
from hessproof.symbolic.errors import UnusableRequest

INTEGER_BYTES = 40
"""Bytes that a Python integer takes in an array."""

LABELS = ("one-hot", "signs")
"""How a class c becomes a target: e_c, or 2 e_c − 1 with entries ±1."""


@dataclass(frozen=True, eq=False)
class Images:
    """Grey images as integers, and their classes.

    Args:
        name: For reports and messages.
        pixels: N × h × w, integers from 0 to ``white``.
        labels: N classes, 0, …, K − 1.
        classes: K.
        white: The value of a white pixel.
        origin: Where they come from, in JSON values.
    """

    name: str
    pixels: npt.NDArray[np.integer]
    labels: npt.NDArray[np.uint8]
    classes: int
    white: int = 255
    origin: Mapping[str, Any] = field(default_factory=dict)

    def first(self, samples: int | None) -> Images:
        """The first N of them, or all if there are not so many."""
        return Images(self.name, self.pixels[:samples], self.labels[:samples], self.classes, self.white, self.origin)

    def dataset(self, inputs: int | None = 64, labels: str = "one-hot") -> Dataset:
        """The data set: down-scaled pixels and targets, both integers.

        Args:
            inputs: d, a square number; all pixels if None.
            labels: One of `LABELS`.

        Raises:
            UnusableRequest: If the images cannot be scaled to d pixels, or ``labels`` is none of `LABELS`.

        Example:
            >>> pixels = np.arange(32, dtype=np.uint8).reshape(2, 4, 4)
            >>> small = Images("two", pixels, np.asarray([1, 0], dtype=np.uint8), 2).dataset(4, "signs")
            >>> small.inputs.tolist(), small.targets.tolist(), small.input_unit
            ([[10, 18, 42, 50], [74, 82, 106, 114]], [[-1, 1], [1, -1]], 1020)
        """
        count, height, width = self.pixels.shape
        columns = (height * width if inputs is None else inputs) + self.classes
        refuse_if_too_large(
            INTEGER_BYTES * count * max(columns, 1),
            f"{count} images of {self.name} with {columns - self.classes} inputs",
            "ask for fewer inputs or samples",
        )
        origin = {**self.origin, "labels": labels}
        if inputs is None or inputs == height * width:
            scaled, factor = self.pixels.reshape(count, -1).astype(np.int64), 1
        else:
            side = side_of(inputs, height, width, self.name)
            scaled, factor = down_scaled(self.pixels, side)
            origin["pixels"] = f"{factor} times the averages over {side} × {side} equal areas of {height} × {width}"
        targets = encoded(np.eye(self.classes, dtype=np.int64)[self.labels], labels)
        return Dataset(self.name, integers(scaled), integers(targets), origin, self.white * factor)


def encoded(units: npt.NDArray[Any], labels: str) -> npt.NDArray[Any]:
    """Targets from unit vectors: as they are, or 2 e_c − 1.

    Raises:
        UnusableRequest: If ``labels`` is none of `LABELS`.
    """
    if labels not in LABELS:
        raise UnusableRequest(f"labels {labels!r}", " or ".join(LABELS), "choose one-hot")
    return 2 * units - 1 if labels == "signs" else units


def refuse_bad_labels(labels: npt.NDArray[np.uint8], classes: int, file: str) -> None:
    """Refuse classes above K − 1.

    Raises:
        UnusableRequest: With the first of them.
    """
    bad = np.flatnonzero(labels >= classes)
    if bad.size:
        place = int(bad[0])
        raise UnusableRequest(
            f"label {int(labels[place])} of sample {place} in {file!r}",
            f"0 to {classes - 1}",
            "fetch the file again, or store the data as an .npz file with arrays x and y",
        )
