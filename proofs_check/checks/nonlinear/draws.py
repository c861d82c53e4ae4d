"""Rectified networks to try a statement on: generic and sparse ones, dead and isolated neurons, kinks, any loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix, integers
from hessproof.numeric.rectified.network import Rectified, squared, with_loss
from hessproof.proofs_check.catalogue.regions_rectified import RECTIFIED
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture

SIZES = {Profile.QUICK: (2, 30), Profile.STANDARD: (2, 160), Profile.THOROUGH: (3, 1200)}
"""By profile: widths enumerated at the least depth, and networks drawn at random."""
KINDS = ("generic", "sparse", "kinks")
_SHARE = 12
"""Common denominator of the probabilities in the relaxation of cross-entropy."""


@dataclass(frozen=True)
class Wanted:
    """Which networks a statement is tried on.

    Args:
        depths: Least and largest L.
        bias: With bias.
        losses: Names of losses, taken in turn.
        kinks: Whether zeros of z are wanted; both values of σ′(0) are then taken in turn.
        width: Largest width at random.
        parameters: Largest p.
    """

    depths: tuple[int, int] = (2, 2)
    bias: bool = False
    losses: tuple[str, ...] = ("mse",)
    kinks: bool = True
    width: int = 4
    parameters: int = 40


def networks(wanted: Wanted, profile: Profile, seed: int) -> Iterator[Rectified]:
    """Every small architecture of the least depth, then random ones: activations, losses and kinds in turn."""
    width, count = SIZES[profile]
    rng = np.random.default_rng(seed)
    least, most = wanted.depths
    small = list(product(range(1, width + 1), repeat=least + 1))
    turns = product(RECTIFIED, KINDS if wanted.kinks else ("generic", "sparse"))
    cycle = list(turns)
    for number in range(len(small) + count):
        if number < len(small):
            widths = small[number]
        else:
            nodes = int(rng.integers(least, most + 1)) + 1
            widths = tuple(int(entry) for entry in rng.integers(1, wanted.width + 1, nodes))
        for activation, kind in cycle if number < len(small) else [cycle[number % len(cycle)]]:
            loss = wanted.losses[number % len(wanted.losses)]
            architecture = Architecture(widths, bias=wanted.bias, activation=activation, loss=loss)
            if architecture.parameters <= wanted.parameters:
                yield _network(architecture, kind, rng)


def case_of(network: Rectified, deltas: IntegerMatrix | None = None) -> Case:
    """The architecture with r and, if residuals are given, s; with bias also r̃ and s̃."""
    architecture, inputs = network.architecture, network.inputs
    ones = np.ones((network.samples, 1), dtype=object)
    augmented = np.hstack([inputs, ones])
    found = network.deltas if deltas is None else deltas
    residual = 0 if found is None else exact_rank(found.T @ inputs).value
    if not architecture.bias:
        return Case(architecture, exact_rank(inputs).value, residual)
    lifted = residual if found is None else exact_rank(found.T @ augmented).value
    return Case(architecture, exact_rank(inputs).value, residual, exact_rank(augmented).value, lifted)


def _network(architecture: Architecture, kind: str, rng: np.random.Generator) -> Rectified:
    bias, samples = architecture.bias, int(rng.integers(1, 3 * architecture.inputs + 4))
    bound = {"generic": 9, "sparse": 3, "kinks": 1}[kind]
    weights = [rng.integers(-bound, bound + 1, (rows, columns + bias)) for rows, columns in architecture.weight_shapes]
    if kind == "sparse":
        weights = [np.where(rng.random(weight.shape) < 0.5, 0, weight) for weight in weights]
    inputs = rng.integers(-bound, bound + 1, (samples, architecture.inputs))
    if rng.random() < 0.2:
        inputs = np.outer(rng.integers(-3, 4, samples), inputs[0])
    side = "above" if kind == "kinks" and rng.random() < 0.5 else "below"
    if architecture.loss == "mse":
        targets = rng.integers(-bound, bound + 1, (samples, architecture.outputs))
        return squared(architecture, weights, inputs, targets, side)
    deltas, curvatures = relaxed(architecture.loss, samples, architecture.outputs, rng)
    return with_loss(architecture, weights, inputs, deltas, curvatures)


def relaxed(loss: str, samples: int, outputs: int, rng: np.random.Generator) -> tuple[IntegerMatrix, IntegerMatrix]:
    """δ and Λ of a loss at arbitrary rational values: p − y and diag(p) − pp⊤, or tanh and 1 − tanh²."""
    if loss == "cosh":
        tanh = rng.integers(-_SHARE + 1, _SHARE, (samples, outputs)).astype(object)
        return _SHARE * tanh, np.stack([np.diag(_SHARE**2 - row**2) for row in tanh])
    shares = np.stack([_composition(outputs, rng) for _ in range(samples)])
    labels = rng.integers(0, outputs, samples)
    target = integers(np.eye(outputs, dtype=int)[labels]) * _SHARE
    curvatures = np.stack([_SHARE * np.diag(row) - np.outer(row, row) for row in shares])
    return _SHARE * (shares - target), curvatures


def _composition(outputs: int, rng: np.random.Generator) -> IntegerMatrix:
    """Positive integers that add up to the common denominator."""
    cuts = np.sort(rng.choice(np.arange(1, _SHARE), outputs - 1, replace=False))
    return integers(np.diff(np.concatenate([[0], cuts, [_SHARE]])))
