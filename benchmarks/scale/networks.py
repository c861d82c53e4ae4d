"""The networks of the comparison: one family of growing width, the same weights and digits for every contender."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

NETWORKS = (
    "4-6-6-10",
    "16-8-8-10",
    "64-10-10-10",
    "64-24-24-10",
    "64-50-50-10",
    "64-100-100-10",
    "64-200-200-10",
    "64-400-400-10",
    "64-600-600-10",
    "64-1000-1000-10",
)
"""Three weight matrices each, p from 120 to 1,074,000. With 4 and 16 inputs blocks of pixels are averaged."""
SEED = 7
LEVELS = 16
"""Pixels are integers from 0 to this."""
LARGEST_WEIGHT = 3
"""Integer weights from -3 to 3. They are exact for those who count modulo a prime, and so small that every entry of the
Hessian is an integer below 2^53 up to p = 1,074,000: float64 holds the same matrix (``exact_matrix`` makes sure)."""


def sizes(network: str) -> list[int]:
    """M_0, …, M_L.

    Example:
        >>> sizes("64-200-170-10@2000")
        [64, 200, 170, 10]
    """
    return [int(width) for width in network.partition("@")[0].split("-")]


def parameters(network: str) -> int:
    """p of a network without bias.

    Example:
        >>> parameters("64-400-400-10")
        189600
    """
    return sum(rows * columns for columns, rows in pairwise(sizes(network)))


def write(network: str, path: Path) -> None:
    """Write integer weights W1 …, float64 weights F1 …, inputs X (N × d) and targets Y (N × K) to an .npz file.

    The integer weights belong to a linear network. The others are Glorot's normal ones for ReLU, and the ReLU networks
    take X / 16, so that pixels lie between 0 and 1.

    Args:
        network: Widths, for the handwritten digits; with ``@N`` behind them, for N samples of independent pixels from 0
            to 16, which have full rank, and random classes.
        path: The file.
    """
    widths = sizes(network)
    generator = np.random.default_rng(SEED)
    samples = network.partition("@")[2]
    inputs, targets = _drawn(generator, widths, int(samples)) if samples else _digits(widths[0])
    arrays: dict[str, Any] = {"X": inputs, "Y": targets}
    for layer, (columns, rows) in enumerate(pairwise(widths), start=1):
        arrays[f"W{layer}"] = generator.integers(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1, (rows, columns))
        arrays[f"F{layer}"] = generator.standard_normal((rows, columns)) * np.sqrt(2 / (rows + columns))
    np.savez(path, **arrays)


def _digits(inputs: int) -> tuple[np.ndarray, np.ndarray]:
    from hessproof.numeric.datasets import digits

    data = digits(inputs)
    return data.inputs.astype(np.int64), data.targets.astype(np.int64)


def _drawn(generator: np.random.Generator, widths: list[int], samples: int) -> tuple[np.ndarray, np.ndarray]:
    pixels = generator.integers(0, LEVELS + 1, (samples, widths[0]))
    return pixels, np.eye(widths[-1], dtype=np.int64)[generator.integers(0, widths[-1], samples)]


def read(path: Path, kind: str = "W") -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights of one kind (W: integers, F: floats), inputs and targets."""
    with np.load(path) as file:
        layers = sum(name.startswith(kind) for name in file.files)
        return [file[f"{kind}{layer}"] for layer in range(1, layers + 1)], file["X"], file["Y"]


def moments(weights: list[np.ndarray], inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Σ = Σ_n x x⊤ and Ω = Σ_n (F(x) − y) x⊤, in float64."""
    outputs = inputs = inputs.astype(np.float64)
    for weight in weights:
        outputs = outputs @ weight.T.astype(np.float64)
    return inputs.T @ inputs, (outputs - targets).T @ inputs


def exact_matrix(path: Path) -> np.ndarray:
    """The Hessian of the loss as int64, for the contenders that are handed the whole matrix.

    Float64 sums of integers are exact while the sum of absolute values stays below 2^53; that sum is computed too.

    Raises:
        OverflowError: If it does not.
    """
    from hessproof.numeric.kernels import hessian

    weights, inputs, targets = read(path)
    matrices = [weight.astype(np.float64) for weight in weights]
    sigma, omega = moments(weights, inputs, targets)
    bound = hessian([abs(matrix) for matrix in matrices], abs(sigma), abs(omega), part="loss").max()
    if not bound < 2**53:
        raise OverflowError(f"entries of up to {bound:.1e} do not fit into float64 exactly")
    return hessian(matrices, sigma, omega, part="loss").astype(np.int64)
