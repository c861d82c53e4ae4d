"""Products of the Hessian and of the Gauss–Newton matrix with vectors, for a ReLU network with cross-entropy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale.networks import read
from benchmarks.scale.timing import Found, Work, timed, usual

BATCH = 16
"""Vectors of the larger of the two products that are timed."""
PIXEL = 16.0
PRECISIONS = ("float64", "float32")


def relu_network(path: Path, precision: str) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights, inputs between 0 and 1, and one-hot targets in one precision."""
    weights, inputs, targets = read(path, "F")
    matrices = [weight.astype(precision) for weight in weights]
    return matrices, (inputs / PIXEL).astype(precision), targets.astype(precision)


def vectors(size: int, precision: str) -> np.ndarray:
    """The same vectors for everybody, p × ``BATCH``."""
    return np.random.default_rng(1).standard_normal((size, BATCH)).astype(precision)


def needed(widths: list[int], samples: int, part: str = "loss") -> float:
    """Floating-point operations of one product, the forward and backward pass of the gradient being known.

    A layer of the Hessian has six matrix products of 2 N M_l M_{l-1} operations: ΔW a and W ȧ forward, W⊤ġ and ΔW⊤g
    backward, ġ a⊤ and g ȧ⊤ for the block. The first layer has only ΔW a and ġ a⊤. That is 12 N p without 8 N p_1. In
    the Gauss–Newton matrix g does not occur: 8 N p without 4 N p_1.

    Example:
        >>> needed([2, 3, 4], samples=5), needed([2, 3, 4], samples=5, part="outer")
        (840.0, 600.0)
    """
    sizes = [rows * columns for columns, rows in pairwise(widths)]
    every, less = (8, 4) if part == "outer" else (12, 8)
    return float(samples * (every * sum(sizes) - less * sizes[0]))


def matmul_speed(precision: str, size: int = 1536, turns: int = 5) -> float:
    """Operations a second of NumPy's matrix product, which a product could reach at best; the best of some turns."""
    left = np.random.default_rng(0).standard_normal((size, size)).astype(precision)
    return 2 * size**3 / min(timed(lambda: left @ left)[1] for _ in range(turns))


def hessian(path: Path) -> Work:
    """hessproof's NetworkOperator for the Hessian."""
    return _own(path, "loss")


def gauss_newton(path: Path) -> Work:
    """hessproof's NetworkOperator for H_o, the Gauss–Newton matrix."""
    return _own(path, "outer")


def curvlinops_hessian(path: Path) -> Work:
    """curvlinops' HessianLinearOperator."""
    from curvlinops import HessianLinearOperator

    return _curvlinops(path, HessianLinearOperator)


def curvlinops_gauss_newton(path: Path) -> Work:
    """curvlinops' GGNLinearOperator."""
    from curvlinops import GGNLinearOperator

    return _curvlinops(path, GGNLinearOperator)


def _own(path: Path, part: Any) -> Work:
    from hessproof.numeric.network.operators import NetworkOperator
    from hessproof.symbolic.architecture import Architecture

    def work() -> Found:
        found: Found = {}
        for precision in PRECISIONS:
            weights, inputs, targets = relu_network(path, precision)
            widths = [inputs.shape[1], *(len(weight) for weight in weights)]
            architecture = Architecture(tuple(widths), activation="relu", loss="cross-entropy")
            operator = NetworkOperator(architecture, weights, inputs, targets, part)
            found |= _measured(operator.apply, vectors(operator.shape[0], precision), precision)
            found[f"{precision}_operations"] = needed(widths, len(inputs), part)
            found[f"{precision}_speed"] = matmul_speed(precision)
        return found

    return work


def _curvlinops(path: Path, operator: Callable[..., Any]) -> Work:
    import torch

    def work() -> Found:
        found: Found = {}
        for precision in PRECISIONS:
            made, theta = torch_operator(path, precision, operator)
            columns = torch.from_numpy(vectors(theta, precision))
            found |= _measured(lambda given, made=made: made @ given, columns, precision)
        return found

    return work


def torch_operator(path: Path, precision: str, operator: Callable[..., Any]) -> tuple[Any, int]:
    """A curvlinops operator of the same network on one batch of all samples, and p."""
    import torch

    weights, inputs, targets = relu_network(path, precision)
    layers: list[Any] = []
    for weight in weights:
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False, dtype=getattr(torch, precision))
        layer.weight.data = torch.from_numpy(weight)
        layers += [layer, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    data = [(torch.from_numpy(inputs), torch.from_numpy(targets.argmax(axis=1)))]
    chosen = [parameter for parameter in model.parameters() if parameter.requires_grad]
    made = operator(model, torch.nn.CrossEntropyLoss(), chosen, data, check_deterministic=False)
    return made, sum(weight.size for weight in weights)


def _measured(apply: Callable[[Any], Any], columns: Any, precision: str) -> Found:
    """Seconds of one product and of a batch of them, and v⊤Hv for the first vector, by which they are compared."""
    single = columns[:, 0]
    one, seconds = usual(lambda: apply(single))
    _, many = usual(lambda: apply(columns))
    return {
        f"{precision}_one": seconds,
        f"{precision}_batch": many,
        f"{precision}_form": float(np.dot(np.asarray(single, dtype=np.float64), np.asarray(one, dtype=np.float64))),
    }
