r"""Many small networks at once: losses of k + 1 objects at θ* and at θ, and the norms that bounds are made of.

All networks of a batch have the same widths. Norms are spread from far below one to above; a third of the networks are
chains of rank one in which logits are as large, and move as far, as norms allow; of networks with one layer another
third stands where nothing but the curvature is left, or where two losses move against each other as fast as they can.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Batch:
    """What was found for B networks of one shape with k + 1 objects.

    Args:
        widths: M_0, …, M_L.
        k: Objects before the last one.
        change: |𝓛_{k+1} − 𝓛_k| at θ.
        centre: |ℓ_{k+1} − 𝓛_k| at θ*.
        slopes: ‖∇ℓ_{k+1} − ∇𝓛_k‖ at θ* in the last layer: the whole gradient if there is one layer.
        weight_norm: Largest ‖W^l‖ at θ*.
        moved_norm: Largest ‖W^l‖ at θ.
        input_norm: Largest ‖x_i‖.
        radius: ‖θ − θ*‖.
    """

    widths: tuple[int, ...]
    k: int
    change: Floats
    centre: Floats
    slopes: Floats
    weight_norm: Floats
    moved_norm: Floats
    input_norm: Floats
    radius: Floats


def drawn(rng: np.random.Generator, widths: tuple[int, ...], k: int, count: int) -> Batch:
    """A batch of that shape.

    Example:
        >>> found = drawn(np.random.default_rng(0), (2, 2, 3), 2, 9)
        >>> found.change.shape, bool(np.all(found.change >= 0))
        ((9,), True)
    """
    aligned = np.arange(count) % 3 == 0
    inputs = rng.standard_normal((count, k + 1, widths[0])) * np.exp(rng.uniform(-1, 1, (count, 1, 1)))
    ahead = _unit(rng.standard_normal((count, widths[0])))
    length = np.linalg.norm(inputs[:, 0], axis=1)
    inputs[aligned] = (ahead * length[:, None])[aligned][:, None, :]
    size, step = np.exp(rng.uniform(-2, 0.7, count)), np.exp(rng.uniform(-3, 0.5, count))
    weights, moves = [], []
    for layer, (columns, rows) in enumerate(pairwise(widths)):
        weight, move = (rng.standard_normal((count, rows, columns)) for _ in range(2))
        onto = np.abs(rng.standard_normal((count, rows)))
        if layer == len(widths) - 2:
            onto = np.zeros((count, rows))
            onto[:, 0], onto[:, -1] = 1, -1
        onto = _unit(onto)
        chain = onto[:, :, None] * ahead[:, None, :]
        weight = np.where(aligned[:, None, None], chain, weight / np.linalg.norm(weight, axis=(1, 2), keepdims=True))
        move = np.where(aligned[:, None, None], chain, move / np.linalg.norm(move, axis=(1, 2), keepdims=True))
        weights.append(weight * size[:, None, None])
        moves.append(move * step[:, None, None])
        ahead = onto
    labels = rng.integers(0, widths[-1], (count, k + 1))
    labels[aligned, :-1], labels[aligned, -1] = 0, widths[-1] - 1
    if len(widths) == 2 and k == 2:
        _balance(np.arange(count) % 3 == 1, inputs, labels, weights, moves)
    if len(widths) == 2 and k == 1 and widths[0] > 1:
        _oppose(np.arange(count) % 3 == 1, inputs, labels, weights, moves)
    there = [weight + move for weight, move in zip(weights, moves, strict=True)]
    here_losses, slopes = _losses(weights, inputs, labels)
    losses, _ = _losses(there, inputs, labels)
    return Batch(
        widths, k, abs(losses.mean(axis=1) - losses[:, :-1].mean(axis=1)),
        abs(here_losses[:, -1] - here_losses[:, :-1].mean(axis=1)), slopes, _largest(weights), _largest(there),
        np.linalg.norm(inputs, axis=2).max(axis=1),
        np.sqrt(sum((np.square(move).sum(axis=(1, 2)) for move in moves), np.zeros(count))),
    )  # fmt: skip


def _balance(
    some: npt.NDArray[np.bool_],
    inputs: Floats,
    labels: npt.NDArray[np.int64],
    weights: list[Floats],
    moves: list[Floats],
) -> None:
    """Some networks of one layer at W = 0: two objects with one input and two labels, then one with x = 0.

    There the losses are equal, all gradients of averages vanish, and only the curvature is left.
    """
    inputs[some, 1], inputs[some, 2] = inputs[some, 0], 0
    labels[some, 0], labels[some, 1] = 0, 1
    weights[0][some] = 0
    step = np.linalg.norm(moves[0], axis=(1, 2))[:, None, None] * np.exp(3 * labels[:, 2] - 2)[:, None, None]
    across = np.zeros_like(moves[0])
    ahead = _unit(inputs[:, 0])
    across[:, 0], across[:, 1] = ahead / np.sqrt(2), -ahead / np.sqrt(2)
    moves[0][some] = (across * step)[some]


def _oppose(
    some: npt.NDArray[np.bool_],
    inputs: Floats,
    labels: npt.NDArray[np.int64],
    weights: list[Floats],
    moves: list[Floats],
) -> None:
    """Some networks of one layer with two misclassified objects, x_1 near −x_2, that one step pushes apart."""
    cosine, lead = 0.995, 20.0
    sine = np.sqrt(1 - cosine**2)
    axes = np.zeros((2, inputs.shape[2]))
    axes[0, 0] = axes[1, 1] = 1
    inputs[some, 0], inputs[some, 1] = -cosine * axes[0] + sine * axes[1], axes[0]
    labels[some] = weights[0].shape[1] - 1
    across = np.zeros(weights[0].shape[1])
    across[0], across[-1] = 1, -1
    weights[0][some] = lead * np.outer(across, axes[0] + (1 + cosine) / sine * axes[1])
    step = np.linalg.norm(moves[0], axis=(1, 2))[:, None, None]
    moves[0][some] = (step * np.outer(across, axes[0]) / np.sqrt(2))[some]


def _losses(weights: list[Floats], inputs: Floats, labels: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """ℓ_i of every object, and ‖(p − y)x^{L⊤}‖_F of the last one less the average of the others."""
    values = inputs
    for weight in weights[:-1]:
        values = np.maximum(np.einsum("brc,bkc->bkr", weight, values), 0)
    logits = np.einsum("brc,bkc->bkr", weights[-1], values)
    top = logits.max(axis=2, keepdims=True)
    powers = np.exp(logits - top)
    total = powers.sum(axis=2, keepdims=True)
    chosen = np.take_along_axis(logits - top, labels[:, :, None], axis=2)
    losses = (np.log(total) - chosen)[:, :, 0]
    residual = powers / total
    np.put_along_axis(residual, labels[:, :, None], np.take_along_axis(residual, labels[:, :, None], 2) - 1, 2)
    gradients = residual[:, :, :, None] * values[:, :, None, :]
    apart = gradients[:, -1] - gradients[:, :-1].mean(axis=1)
    return losses, np.asarray(np.linalg.norm(apart, axis=(1, 2)))


def _largest(weights: list[Floats]) -> Floats:
    return np.asarray(np.max([np.linalg.norm(weight, 2, axis=(1, 2)) for weight in weights], axis=0))


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
