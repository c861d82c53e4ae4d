"""Hessians of a network with any activation over any exact numbers, from its forward pass: blocks, sample by sample.

For one sample write ã^{l-1} for what P^l = [W^l b^l] multiplies, g^l = ∂(δ·F)/∂z^l and Z^m = ∂z^m/∂θ. Then

    ∂²(δ·F)/∂θ² = Σ_{m<L} Z^{m⊤} diag(W^{m+1⊤}g^{m+1} ∘ σ″(z^m)) Z^m + Σ_l (g^l ⊗ ∂ã^{l-1}/∂θ + its transpose),

where g^l ⊗ ∂ã^{l-1}/∂θ stands in the rows of layer l. Entries may be Python integers, fractions or balls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hessproof.numeric.rectified.forward import forward
from hessproof.numeric.rectified.network import Rectified
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[Any]
Part = Literal["outer", "functional", "loss"]
Reduce = Callable[[Any], Any]


def rectified_hessian(network: Rectified, part: Part = "loss") -> Array:
    """The Hessian of a rectified network, summed over its samples, p × p Python integers.

    At a kink it is what the slope chosen for σ′(0) makes of it, with σ″ = 0.

    Args:
        network: Weights, samples, residuals.
        part: outer, functional or loss.

    Raises:
        UnusableRequest: If the part is unknown.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
        >>> rectified_hessian(net).tolist()
        [[1, 2], [2, 1]]
    """
    if part not in ("outer", "functional", "loss"):
        raise UnusableRequest(f"part {part!r}", "outer, functional or loss", "give loss")
    size = network.architecture.parameters
    total = np.zeros((size, size), dtype=object)
    found = forward(network)
    for number in range(network.samples):
        passed, slopes = _at(found.passed, number), _at(found.slopes, number)
        tangents = sensitivities(network.weights, passed, slopes)
        if part != "functional":
            jacobian = tangents[-1]
            curved = jacobian if network.curvatures is None else network.curvatures[number] @ jacobian
            total += jacobian.T @ curved
        if part != "outer":
            total += functional(network.weights, passed, slopes, None, found.residuals[number], tangents)
    return total


def network_jacobian(network: Rectified) -> Array:
    """∂F(x_n)/∂θ for all samples, one below the other, NK × p."""
    found = forward(network)
    return np.concatenate(
        [
            sensitivities(network.weights, _at(found.passed, number), _at(found.slopes, number))[-1]
            for number in range(network.samples)
        ]
    )


def loss_gradient(network: Rectified) -> Array:
    """Σ_n J_n⊤ δ_n, p integers."""
    return np.asarray(network_jacobian(network).T @ forward(network).residuals.ravel())


def _at(layers: Sequence[Array], number: int) -> tuple[Array, ...]:
    return tuple(layer[number] for layer in layers)


def sensitivities(
    weights: Sequence[Array], passed: Sequence[Array], slopes: Sequence[Array], reduce: Reduce = lambda array: array
) -> list[Array]:
    """Z^1, …, Z^L: ∂z^m/∂θ, each M_m × p.

    Args:
        weights: P^1, …, P^L.
        passed: ã^0, …, ã^{L-1}, vectors.
        slopes: σ′(z^1), …, σ′(z^{L-1}), vectors.
        reduce: Applied to every result, for arithmetic modulo a prime.
    """
    size = sum(weight.size for weight in weights)
    found: list[Array] = []
    start = 0
    for depth, weight in enumerate(weights):
        rows, columns = weight.shape
        change = np.zeros((rows, size), dtype=object)
        if depth:
            before = slopes[depth - 1][:, None] * found[-1][:, :start]
            change[:, :start] = reduce(weight[:, : len(before)] @ before)
        for row in range(rows):
            change[row, start + row * columns : start + (row + 1) * columns] = passed[depth]
        found.append(change)
        start += rows * columns
    return found


def functional(
    weights: Sequence[Array],
    passed: Sequence[Array],
    slopes: Sequence[Array],
    bends: Sequence[Array] | None,
    delta: Array,
    tangents: Sequence[Array],
    reduce: Reduce = lambda array: array,
) -> Array:
    """∂²(δ·F)/∂θ² of one sample, p × p.

    Args:
        weights: P^1, …, P^L.
        passed: ã^0, …, ã^{L-1}.
        slopes: σ′(z^1), …, σ′(z^{L-1}).
        bends: σ″ there; None if it is zero.
        delta: δ.
        tangents: From `sensitivities`.
        reduce: Applied to every result.
    """
    size = tangents[0].shape[1]
    bent, below = np.zeros((size, size), dtype=object), np.zeros((size, size), dtype=object)
    stop, back = size, delta
    for depth in range(len(weights) - 1, 0, -1):
        weight, slope, change = weights[depth], slopes[depth - 1], tangents[depth - 1]
        rows, columns = weight.shape
        start = stop - rows * columns
        block = np.zeros((columns, start), dtype=object)
        block[: len(slope)] = slope[:, None] * change[:, :start]
        for row in range(rows):
            below[start + row * columns : start + (row + 1) * columns, :start] = reduce(back[row] * reduce(block))
        pulled = reduce(weight[:, : len(slope)].T @ back)
        if bends is not None:
            scaled = reduce((pulled * bends[depth - 1])[:, None] * change[:, :start])
            bent[:start, :start] += reduce(change[:, :start].T @ scaled)
        back, stop = reduce(pulled * slope), start
    return np.asarray(reduce(bent + below + below.T))
