"""What is measured. Each contender is one function from a network file to what it found; it runs in its own process."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.networks import read

CHUNK = 256
"""Directions that torch.func differentiates at a time; all at once would not fit into memory at p = 5,200."""

TURNS = 7
"""How often assembly and writing take turns in one process; the median counts."""

Found = dict[str, Any]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def hessproof_rank(path: Path) -> Found:
    """Exact rank of the loss Hessian, by the core and several primes."""
    from hessproof.numeric.instance import data_instance
    from hessproof.numeric.ranks import measure
    from hessproof.symbolic.architecture import Architecture

    weights, inputs, targets = read(path)
    architecture = Architecture((weights[0].shape[1], *(weight.shape[0] for weight in weights)))

    def work() -> int:
        instance = data_instance(architecture, inputs, targets, weights=weights)
        return int(measure(instance, "exact", ["loss"])["loss"].value)

    rank, seconds = _timed(work)
    return {"rank": rank, "seconds": seconds}


def assembly(path: Path) -> Found:
    """The loss Hessian in double precision from Kronecker factors, in turn with writing p² doubles to fresh memory.

    The first call also derives which Kronecker factors make up each block; its time is kept apart.
    """
    from hessproof.numeric.kernels import hessian

    weights, inputs, targets = read(path)
    matrices = [weight.astype(np.float64) for weight in weights]
    sigma = inputs.T.astype(np.float64) @ inputs
    outputs = inputs.astype(np.float64)
    for matrix in matrices:
        outputs = outputs @ matrix.T
    omega = (outputs - targets).T @ inputs
    size = sum(weight.size for weight in weights)

    def write() -> np.ndarray:
        result = np.empty((size, size))
        result.fill(1.0)
        return result

    def assemble() -> np.ndarray:
        return hessian(matrices, sigma, omega, part="loss")

    _, first = _timed(assemble)
    pairs = [(_timed(write)[1], _timed(assemble)[1]) for _ in range(TURNS)]
    written, assembled = (median(column) for column in zip(*pairs, strict=True))
    return {"parameters": size, "seconds": assembled, "seconds_first": first, "seconds_write": written}


def _torch_loss(path: Path) -> tuple[Any, Any]:
    """The loss as a function of the parameter vector, and the parameter vector, in double precision."""
    import torch

    weights, inputs, targets = read(path)
    x, y = torch.tensor(inputs, dtype=torch.float64), torch.tensor(targets, dtype=torch.float64)
    shapes = [weight.shape for weight in weights]
    sizes = [weight.size for weight in weights]
    theta = torch.tensor(np.concatenate([weight.ravel() for weight in weights]), dtype=torch.float64)

    def loss(parameters: Any) -> Any:
        out = x
        for piece, shape in zip(torch.split(parameters, sizes), shapes, strict=True):
            out = out @ piece.reshape(shape).T
        return 0.5 * ((out - y) ** 2).sum()

    return loss, theta


def _torch(path: Path, derive: Callable[[Any, Any], Any]) -> Found:
    import torch

    loss, theta = _torch_loss(path)
    matrix, derivative_seconds = _timed(lambda: derive(loss, theta))
    rank, svd_seconds = _timed(lambda: int(torch.linalg.matrix_rank(matrix)))
    hermitian, eigen_seconds = _timed(lambda: int(torch.linalg.matrix_rank(matrix, hermitian=True)))
    return {
        "rank": rank,
        "rank_hermitian": hermitian,
        "seconds": derivative_seconds + svd_seconds,
        "seconds_hermitian": derivative_seconds + eigen_seconds,
        "seconds_derivative": derivative_seconds,
    }


def torch_func(path: Path) -> Found:
    """PyTorch: torch.func (forward over reverse, in chunks), then matrix_rank by singular values and by eigenvalues."""
    import torch
    from torch.func import grad, jvp, vmap

    def derive(loss: Any, theta: Any) -> Any:
        directions = torch.eye(theta.numel(), dtype=theta.dtype)
        return vmap(lambda direction: jvp(grad(loss), (theta,), (direction,))[1], chunk_size=CHUNK)(directions)

    return _torch(path, derive)


def torch_autograd(path: Path) -> Found:
    """PyTorch: torch.autograd.functional.hessian, row by row, then matrix_rank both ways."""
    from torch.autograd.functional import hessian

    return _torch(path, lambda loss, theta: hessian(loss, theta))


CONTENDERS: dict[str, Callable[[Path], Found]] = {
    "hessproof_rank": hessproof_rank,
    "torch_func": torch_func,
    "torch_autograd": torch_autograd,
    "assembly": assembly,
}
