"""The full Hessian by automatic differentiation and its numerical rank: PyTorch and JAX, in float64.

What the libraries load or start on their first call is done before the clock starts; JAX's compilation for the size at
hand is part of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale.networks import read
from benchmarks.scale.timing import Found, Work, timed

CHUNK = 256
"""Directions that are differentiated at a time. Without chunks the directional derivatives of all hidden layers, for
all p directions and N samples, would have to fit into memory."""


def torch_svd(path: Path) -> Work:
    """torch.func, forward over reverse in chunks, then torch.linalg.matrix_rank by singular values."""
    import torch
    from torch.func import grad, jvp, vmap

    weights, inputs, targets = read(path)
    x, y = torch.tensor(inputs, dtype=torch.float64), torch.tensor(targets, dtype=torch.float64)
    shapes, sizes = [weight.shape for weight in weights], [weight.size for weight in weights]
    theta = torch.tensor(np.concatenate([weight.ravel() for weight in weights]), dtype=torch.float64)

    def loss(vector: Any) -> Any:
        outputs = x
        for piece, shape in zip(torch.split(vector, sizes), shapes, strict=True):
            outputs = outputs @ piece.reshape(shape).T
        return 0.5 * ((outputs - y) ** 2).sum()

    def derive() -> Any:
        directions = torch.eye(theta.numel(), dtype=theta.dtype)
        return vmap(lambda one: jvp(grad(loss), (theta,), (one,))[1], chunk_size=CHUNK)(directions)

    def rank(matrix: Any) -> Any:
        return torch.linalg.matrix_rank(matrix)

    jvp(grad(loss), (theta,), (theta,))
    rank(torch.eye(2))
    return lambda: _found(derive, rank)


def jax_svd(path: Path) -> Work:
    """jax.hessian, compiled, then jax.numpy.linalg.matrix_rank by singular values."""
    return _jax(path, chunked=False)


def jax_chunks_svd(path: Path) -> Work:
    """The same derivatives in chunks, by jax.lax.map over the directions."""
    return _jax(path, chunked=True)


def _jax(path: Path, *, chunked: bool) -> Work:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    weights, inputs, targets = read(path)
    x, y = jnp.asarray(inputs, dtype=jnp.float64), jnp.asarray(targets, dtype=jnp.float64)
    shapes = [weight.shape for weight in weights]
    places = np.cumsum([weight.size for weight in weights])[:-1]
    theta = jnp.asarray(np.concatenate([weight.ravel() for weight in weights]), dtype=jnp.float64)

    def loss(vector: Any) -> Any:
        outputs = x
        for piece, shape in zip(jnp.split(vector, places), shapes, strict=True):
            outputs = outputs @ piece.reshape(shape).T
        return 0.5 * ((outputs - y) ** 2).sum()

    def column(direction: Any) -> Any:
        return jax.jvp(jax.grad(loss), (theta,), (direction,))[1]

    def derive() -> Any:
        if not chunked:
            return jax.jit(jax.hessian(loss))(theta).block_until_ready()
        directions = jnp.eye(theta.size)
        return jax.jit(lambda rows: jax.lax.map(column, rows, batch_size=CHUNK))(directions).block_until_ready()

    def rank(matrix: Any) -> Any:
        return jnp.linalg.matrix_rank(matrix).block_until_ready()

    rank(jnp.eye(2))
    return lambda: _found(derive, rank)


def _found(derive: Callable[[], Any], rank: Callable[[Any], Any]) -> Found:
    matrix, derivative = timed(derive)
    value, decomposition = timed(lambda: int(rank(matrix)))
    return {
        "rank": value,
        "seconds": derivative + decomposition,
        "seconds_derivative": derivative,
        "seconds_decomposition": decomposition,
    }
