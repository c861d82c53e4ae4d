"""What is measured of a network: norms of its layers, of every object's Hessian, and of the mean Hessian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Device, namespace
from hessproof.numeric.curvature.bounds import block_norms
from hessproof.numeric.curvature.chain import factors, groups
from hessproof.numeric.curvature.lanczos import Norm, measured_norms, top_space
from hessproof.numeric.curvature.objects import object_norms
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.network.forward import forward_pass
from hessproof.numeric.network.losses import softmax
from hessproof.numeric.network.operators import WORKSPACE
from hessproof.proofs_check.bounding.curvature import softmax_curvature
from hessproof.proofs_check.bounding.network import Network, spectral_norm

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
PARTS: dict[str, str] = {"outer": "G-term", "functional": "H-term", "loss": "full Hessian"}
"""The parts of a Hessian, as the kernels call them, and their names."""
WORK = 6e9
"""Objects times m³ that may be spent on decomposing the Hessians of single objects, m × m each."""
ONE_BY_ONE, FEWEST, WORST = 24, 8, 4
"""Objects measured by Lanczos, the least number that is measured, and how many of them have the largest bounds."""
TOLERANCE = 1e-4
"""Residual of Lanczos as a share of the norm."""


@dataclass(frozen=True, eq=False, slots=True)
class LayerNorms:
    """Norms of one layer.

    Args:
        norm: ‖W^l‖.
        frobenius: ‖W^l‖_F.
        entry: max |w_ij|.
        bias: ‖b^l‖; 0 without bias.
    """

    norm: float
    frobenius: float
    entry: float
    bias: float


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """Norms of the Hessians of some objects, and of the mean Hessian of all.

    Args:
        chosen: Which objects were measured.
        objects: For each part, the norms of their Hessians.
        mean: For each part, the norm of the mean Hessian of all objects.
        blocks: For each part, the sharpest bound of each chosen object; empty if the activation is not ReLU.
        top: The largest eigenvalue of the mean Hessian.
    """

    chosen: Places
    objects: dict[str, Array]
    mean: dict[str, Norm]
    blocks: dict[str, Array]
    top: float


def layer_norms(network: Network) -> list[LayerNorms]:
    """The norms of W^1, …, W^L and of the biases."""
    found = []
    for layer, matrix in enumerate(network.parameters):
        width = network.architecture.widths[layer]
        weight, bias = matrix[:, :width], matrix[:, width:]
        frobenius = spectral_norm(weight.reshape(1, -1))
        found.append(
            LayerNorms(
                spectral_norm(weight), frobenius, float(np.abs(weight).max()), spectral_norm(bias.reshape(1, -1))
            )
        )
    return found


def bound_values(network: Network, layers: list[LayerNorms]) -> dict[str, Any]:
    """A value, or one for each object, for every letter of the norm bounds."""
    architecture = network.architecture
    lengths = np.linalg.norm(network.inputs, axis=1)
    passed = forward_pass(architecture, network.parameters, network.inputs)
    probabilities = softmax(passed.outputs)
    met = [x[:, :width] for x, width in zip(passed.inputs, architecture.widths[:-1], strict=True)]
    return {
        "norm_x": lengths,
        "norm_A": softmax_curvature(probabilities),
        "norm_delta": np.linalg.norm(probabilities - network.targets, axis=1),
        "norm_layer": tuple(np.linalg.norm(x, axis=1) for x in met),
        "m": tuple(one.norm for one in layers),
        "b": tuple(one.bias for one in layers),
        "M_W": max(one.norm for one in layers),
        "M_x": float(lengths.max()),
        "M": max(one.entry for one in layers),
        "h": max(architecture.hidden, default=1),
        "d": architecture.inputs,
        "K": architecture.outputs,
        "widths": architecture.widths,
    }


def measure(
    network: Network, ranking: Array, progress: Callable[[str], None] = lambda line: None, device: Device = "cpu"
) -> Measured:
    """Measure the objects one by one, as many as take a few seconds, and the mean Hessian by Lanczos.

    The products with Hessians that Lanczos asks for are formed on the device. The small matrices that single objects
    of a ReLU network are reduced to are decomposed on the processor.

    Args:
        network: The network.
        ranking: An upper bound for every object; those with the largest are among the measured ones.
        progress: Told after each stage.
        device: Where products with Hessians are formed.

    Raises:
        UnusableRequest: If Lanczos does not converge, memory would not suffice, or the device is not there.
    """
    architecture, parameters = network.architecture, network.parameters
    xp = namespace(device)
    moved = tuple(xp.asarray(matrix) for matrix in parameters)
    every_input, every_target = xp.asarray(network.inputs), xp.asarray(network.targets)
    together = min(len(network.inputs), max(1, WORKSPACE // (4 * sum(architecture.widths))))
    refuse_if_too_large(
        matrix_bytes(architecture.outputs, together * architecture.outputs, copies=4),
        f"softmax Hessians of {together} objects with {architecture.outputs} classes",
        "give fewer --samples",
    )
    rectified = architecture.activation == "relu"
    chosen = chosen_objects(ranking, most_objects(network))
    inputs, targets = network.inputs[chosen], network.targets[chosen]
    if rectified:
        norms = object_norms(architecture, parameters, inputs, targets)
        objects = {"outer": norms.outer, "functional": norms.functional, "loss": norms.loss}
    else:
        objects = {
            part: np.asarray([
                measured_norms(
                    architecture, moved, every_input[i : i + 1, :], every_target[i : i + 1, :], part, TOLERANCE  # type: ignore[arg-type]
                ).value
                for i in map(int, chosen)
            ])
            for part in PARTS
        }  # fmt: skip
    progress("norms of single objects")
    blocks = block_bounds(network, chosen) if rectified else {}
    progress("bounds of single objects")
    mean = {
        part: measured_norms(architecture, moved, every_input, every_target, part, TOLERANCE)  # type: ignore[arg-type]
        for part in PARTS
    }
    top = mean["loss"].signed
    if top < 0:
        space = top_space(architecture, moved, every_input, every_target, 1, "loss", TOLERANCE)
        top = float(space.values[0])
    progress("norms of the mean Hessian")
    return Measured(chosen, objects, mean, blocks, top)


def most_objects(network: Network) -> int:
    """How many objects are measured one by one at most: as many as take a few seconds."""
    rectified = network.architecture.activation == "relu"
    return max(FEWEST, int(WORK / reduced_order(network) ** 3) if rectified else ONE_BY_ONE)


def reduced_order(network: Network) -> int:
    """The order of the matrix that one object's Hessian is reduced to.

    It is Σ_l M_l + Σ_{l≥2} (M_{l-1} + bias), see `hessproof.numeric.curvature.objects`.
    """
    widths, bias = network.architecture.widths, network.architecture.bias
    return sum(widths[1:]) + sum(width + bias for width in widths[1:-1])


def chosen_objects(ranking: Array, most: int) -> Places:
    """All objects if there are no more than ``most``; otherwise those that rank highest and others evenly spaced.

    Example:
        >>> chosen_objects(np.asarray([0.0, 5.0, 1.0, 2.0, 9.0, 3.0, 4.0, 8.0]), 6).tolist()
        [0, 1, 4, 7]
    """
    count = len(ranking)
    if count <= most:
        return np.arange(count)
    top = np.argsort(-ranking, kind="stable")[: min(WORST, most // 2)]
    spread = np.linspace(0, count - 1, most - len(top)).round().astype(np.int64)
    return np.unique(np.concatenate([top, spread]))


def block_bounds(network: Network, chosen: Places) -> dict[str, Array]:
    """The sharpest bounds: λ_max of the matrix of the norms of each object's own blocks, for each part.

    Args:
        network: A ReLU network.
        chosen: Which objects.

    Returns:
        For each part one number an object.
    """
    found: dict[str, list[Array]] = {part: [] for part in PARTS}
    for some in groups(network.architecture, len(chosen)):
        places = chosen[some]
        one = factors(network.architecture, network.parameters, network.inputs[places], network.targets[places])
        outer, functional = block_norms(network.architecture, one)
        for part, norms in zip(PARTS, (outer, functional, outer + functional), strict=True):
            found[part].append(np.asarray(np.linalg.eigvalsh(norms)[:, -1], dtype=np.float64))
    return {part: np.concatenate(values) for part, values in found.items()}
