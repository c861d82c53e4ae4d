"""Inputs and class probabilities for ``hessproof bound``: drawn, a known data set, or a file of the user's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.landscape.protocol import centred_pixels
from hessproof.numeric.weights.files import finite_floats, read_arrays
from hessproof.proofs_check.spectra.networks import MOST_SAMPLES, data_arrays
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest, short_path

Array = npt.NDArray[np.float64]
INPUTS, LABELS = ("x", "X", "features", "inputs"), ("y", "labels", "targets")
"""Names under which a file may hold the inputs and the classes."""
_SUFFIXES = (".npz", ".safetensors")


def labelled_data(
    architecture: Architecture, data: str, samples: int | None, seed: int, *, signed: bool = False
) -> tuple[Array, Array]:
    """Inputs (N × d) and class probabilities (N × K).

    ``gaussian`` draws both, four samples for each input unless told otherwise; of a data set the first 2,000 are taken
    unless told otherwise. A file of the user's holds the inputs as ``x`` (or features), N × d, and as ``y`` (or
    labels) either N classes, numbered from 0, or N × K probabilities.

    Args:
        architecture: Its widths have to fit the data.
        data: ``gaussian``, ``digits``, the place of an image data set, or an ``.npz`` or ``.safetensors`` file.
        samples: N.
        seed: Of drawn data.
        signed: Map pixels to [−1, 1] instead of [0, 1].

    Raises:
        UnusableRequest: If the data are missing, empty, not finite, do not fit the widths, or a label is no class.

    Example:
        >>> inputs, classes = labelled_data(Architecture((64, 10)), "digits", 3, 0, signed=True)
        >>> inputs.shape, float(inputs.min()), classes.argmax(axis=1).tolist()
        ((3, 64), -1.0, [0, 1, 2])
    """
    place = Path(data).expanduser()
    own = place.is_file() or place.suffix in _SUFFIXES
    if signed and (own or data == "gaussian"):
        raise UnusableRequest(f"--signed with --data {data}", "images with pixels from 0 to 1", "scale the data before")
    if not own:
        wanted = Architecture(architecture.widths, loss="cross-entropy")
        inputs, targets = data_arrays(wanted, data, samples, seed)
        return (centred_pixels(inputs) if signed else inputs), targets
    inputs, targets = _from_file(architecture, data)
    count = min(len(inputs), MOST_SAMPLES) if samples is None else samples
    if count > len(inputs):
        raise UnusableRequest(
            f"{count} samples", f"1 to {len(inputs)}, the samples of {data}", f"give --samples {len(inputs)}"
        )
    return inputs[:count], targets[:count]


def _from_file(architecture: Architecture, path: str) -> tuple[Array, Array]:
    arrays = read_arrays(path, "data")
    inputs = finite_floats(_named(arrays, INPUTS, path), f"inputs in {short_path(path)}")
    d, k = architecture.inputs, architecture.outputs
    if inputs.ndim != 2 or not len(inputs) or inputs.shape[1] != d:
        raise UnusableRequest(
            f"inputs of shape {inputs.shape} in {short_path(path)}", f"N × {d} for the widths {architecture}, N ≥ 1",
            "store one row for each sample",
        )  # fmt: skip
    stored = _named(arrays, LABELS, path)
    rows = finite_floats(stored, f"labels in {short_path(path)}")
    if rows.ndim not in (1, 2) or len(rows) != len(inputs):
        raise UnusableRequest(
            f"labels of shape {rows.shape} in {short_path(path)}",
            f"{len(inputs)} of them, one for each row of the inputs", "store as many labels as inputs",
        )  # fmt: skip
    if rows.ndim == 1 or (rows.shape[1] == 1 and k > 1):
        return inputs, _one_hot(rows.reshape(-1), k, path)
    if rows.shape[1] != k:
        raise UnusableRequest(
            f"class probabilities of shape {rows.shape} in {short_path(path)}",
            f"N × {k} for the widths {architecture}", f"end the widths with {rows.shape[1]}",
        )  # fmt: skip
    if (rows < 0).any() or np.abs(rows.sum(axis=1) - 1).max() > 1e-6:
        raise UnusableRequest(
            f"class probabilities in {short_path(path)}",
            "rows of numbers ≥ 0 that sum to 1",
            "store one-hot rows, or N labels",
        )
    return inputs, rows / rows.sum(axis=1, keepdims=True)


def _named(arrays: dict[str, npt.NDArray[Any]], names: tuple[str, ...], path: str) -> npt.NDArray[Any]:
    found = [name for name in names if name in arrays]
    if len(found) != 1:
        given = ", ".join(list(arrays)[:4])
        raise UnusableRequest(
            f"data {short_path(path)!r} with {given}", f"one array called {', '.join(names[:-1])} or {names[-1]}",
            "write it with numpy.savez(path, x=x, y=y)",
        )  # fmt: skip
    return arrays[found[0]]


def _one_hot(labels: Array, classes: int, path: str) -> Array:
    wrong = np.flatnonzero((labels != np.floor(labels)) | (labels < 0) | (labels >= classes))
    if len(wrong):
        raise UnusableRequest(
            f"label {labels[wrong[0]]:g} of sample {wrong[0] + 1} in {short_path(path)}",
            f"a whole number from 0 to {classes - 1} for {classes} classes",
            "number the classes from 0, or end the widths with the number of classes",
        )
    return np.eye(classes)[labels.astype(np.int64)]
