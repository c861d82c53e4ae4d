"""Random networks and data, and networks by their definition in other arithmetics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from hessproof.numeric.network.parameters import flatten, matrix_shapes
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture

WIDTHS = ((3, 2), (3, 4, 2), (1, 1, 1), (3, 2, 3, 4, 2, 2))
PARTS: tuple[Any, ...] = ("outer", "functional", "loss")


@dataclass(frozen=True)
class Network:
    """An architecture with parameters and data, all multiples of 1/4096 so that every arithmetic gets the same.

    Between -3/2 and 3/2, they are fine enough that no neuron sits at a kink by chance.
    """

    architecture: Architecture
    parameters: list[Any]
    inputs: Any
    targets: Any

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the functions of ``hessproof.numeric.network`` take first."""
        return self.architecture, self.parameters, self.inputs, self.targets

    @property
    def vector(self) -> Any:
        """θ."""
        return flatten(self.parameters)


def network(architecture: Architecture, samples: int = 5, seed: int = 0) -> Network:
    """A random network; targets are positive but no distributions, to see that nothing relies on Σ y = 1."""
    rng = np.random.default_rng(seed)

    def draw(shape: tuple[int, ...]) -> Any:
        return rng.integers(-6144, 6145, shape) / 4096

    parameters = [draw(shape) for shape in matrix_shapes(architecture)]
    inputs, targets = draw((samples, architecture.inputs)), np.abs(draw((samples, architecture.outputs)))
    return Network(architecture, parameters, inputs, targets)


def every(widths: tuple[tuple[int, ...], ...] = WIDTHS) -> Iterator[Network]:
    """All activations, losses and both kinds of layers on some widths."""
    for number, (sizes, bias, activation, loss) in enumerate(product(widths, (False, True), ACTIVATIONS, LOSSES)):
        yield network(Architecture(sizes, bias=bias, activation=activation, loss=loss), seed=number)


def defined_loss(
    one: Network, vector: list[Any], number: Callable[[Any], Any], functions: dict[str, Callable[..., Any]]
) -> Any:
    """The mean loss by its definition, entry by entry, in any arithmetic.

    Args:
        one: Architecture and data.
        vector: θ in that arithmetic.
        number: Turns a float into that arithmetic.
        functions: "activation" and "loss" (of a list of outputs and a list of targets) in that arithmetic.
    """
    total: Any = number(0)
    for x, y in zip(one.inputs.tolist(), one.targets.tolist(), strict=True):
        outputs = defined_outputs(one, vector, [number(entry) for entry in x], number, functions["activation"])
        total += functions["loss"](outputs, [number(entry) for entry in y])
    return total / len(one.inputs)


def defined_outputs(
    one: Network, vector: list[Any], x: list[Any], number: Callable[[Any], Any], activate: Callable[[Any], Any]
) -> list[Any]:
    """F(x) by its definition."""
    architecture, current = one.architecture, x
    for layer, (piece, (rows, columns)) in enumerate(
        zip(architecture.slices, matrix_shapes(architecture), strict=True), start=1
    ):
        matrix = vector[piece]
        met = [*current, number(1)] if architecture.bias else current
        current = [
            sum((matrix[row * columns + column] * met[column] for column in range(columns)), number(0))
            for row in range(rows)
        ]
        if layer < architecture.layers:
            current = [activate(z) for z in current]
    return current
