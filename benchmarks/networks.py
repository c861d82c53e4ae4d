"""The networks that every contender is given: the handwritten digits and integer weights, as one .npz file each."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

NETWORKS = ("4-6-10", "16-12-10", "64-10-10", "64-20-10", "64-30-20-10", "64-50-20-20-20-10")
SEED = 1
LARGEST_WEIGHT = 9
"""Weights are integers from -9 to 9: exact for one side, and harmless for the double precision of the other."""


def write(widths: str, path: Path) -> None:
    """Write weights W1 … WL, inputs X (N × d) and targets Y (N × K) of the network ``widths`` to ``path``.

    Args:
        widths: For instance ``64-30-20-10``.
        path: An .npz file.
    """
    from hessproof.numeric.datasets import digits

    sizes = [int(width) for width in widths.split("-")]
    data = digits(sizes[0])
    generator = np.random.default_rng(SEED)
    weights = {
        f"W{layer}": generator.integers(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1, (rows, columns))
        for layer, (columns, rows) in enumerate(pairwise(sizes), start=1)
    }
    np.savez(path, X=data.inputs.astype(np.int64), Y=data.targets.astype(np.int64), **weights)


def read(path: Path) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights, inputs and targets, as integers."""
    with np.load(path) as file:
        weights = [file[f"W{layer}"] for layer in range(1, len(file.files) - 1)]
        return weights, file["X"], file["Y"]
