"""The directions that rescale hidden neurons, how many of them are independent, and the graph that decides it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.rectified.network import Rectified

Array = npt.NDArray[Any]


def tangents(network: Rectified) -> Array:
    """(W^l_{i•}, b^l_i, −W^{l+1}_{•i}) for every hidden neuron, one a row, M × p integers.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 2, 1), activation="relu"), [[[3], [0]], [[5, 7]]], [[1]], [[0]])
        >>> tangents(net).tolist()
        [[3, 0, -5, 0], [0, 0, 0, -7]]
    """
    architecture, rows = network.architecture, []
    pieces = architecture.slices
    for layer, width in enumerate(architecture.hidden):
        for neuron in range(width):
            row = np.zeros(architecture.parameters, dtype=object)
            entering, leaving = np.zeros_like(network.weights[layer]), np.zeros_like(network.weights[layer + 1])
            entering[neuron] = network.weights[layer][neuron]
            leaving[:, neuron] = -network.weights[layer + 1][:, neuron]
            row[pieces[layer]], row[pieces[layer + 1]] = entering.ravel(), leaving.ravel()
            rows.append(row)
    return np.stack(rows)


def tangents_on_data(network: Rectified) -> Array:
    """The same with every change Δ of W^1 replaced by ΔX⊤: what the data see of it."""
    found, architecture = tangents(network), network.architecture
    inputs = network.inputs
    if architecture.bias:
        inputs = np.hstack([inputs, np.ones((network.samples, 1), dtype=object)])
    first = architecture.slices[0]
    shape = (len(found), architecture.widths[1], -1)
    seen = (found[:, first].reshape(shape) @ inputs.T).reshape(len(found), -1)
    return np.hstack([seen, found[:, first.stop :]])


def loose_components(network: Rectified) -> int:
    """Connected components of hidden neurons that touch no input on the data, no nonzero bias and no output.

    Neurons are joined by nonzero weights; an input counts if the neuron's row of [W^1 b^1] does not vanish on the data.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> relu = Architecture((1, 2, 1), activation="relu")
        >>> loose_components(squared(relu, [[[3], [0]], [[5, 0]]], [[1]], [[0]]))
        1
    """
    architecture, hidden = network.architecture, network.architecture.hidden
    starts = np.concatenate([[0], np.cumsum(hidden)]).tolist()
    group, ground = list(range(starts[-1] + 1)), starts[-1]

    def find(node: int) -> int:
        while group[node] != node:
            node = group[node]
        return node

    def join(one: int, other: int) -> None:
        group[find(one)] = find(other)

    last = len(hidden)
    for layer, weight in enumerate(network.weights):
        if layer == 0:
            inputs = network.inputs
            if architecture.bias:
                inputs = np.hstack([inputs, np.ones((network.samples, 1), dtype=object)])
            for neuron, sees in enumerate(np.any(inputs @ weight.T != 0, axis=0)):
                if sees:
                    join(neuron, ground)
            continue
        for row, entries in enumerate(weight):
            target = ground if layer == last else starts[layer] + row
            for column in np.flatnonzero(entries != 0).tolist():
                is_bias = architecture.bias and column == weight.shape[1] - 1
                join(ground if is_bias else starts[layer - 1] + column, target)
    return len({find(node) for node in range(ground)} - {find(ground)})
