"""Networks with any activation and loss in double precision, and rectified ones over the integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hessproof.numeric.arrays import namespace, namespace_of
from hessproof.numeric.datasets import Dataset
from hessproof.numeric.exact import exact_rank
from hessproof.numeric.floating import numerical_rank
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.network.hessians import network_forward, network_hessian
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.numeric.ranks import RATIONAL_SIDE
from hessproof.numeric.rectified.blocks import Part, rectified_hessian
from hessproof.numeric.rectified.forward import forward
from hessproof.numeric.rectified.modular import rectified_rank
from hessproof.numeric.rectified.network import SLOPES, Rectified, squared
from hessproof.numeric.result import Rank
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.proofs_check.ranking.compare import Ranks
from hessproof.proofs_check.ranking.request import DataRequest, drawn, stored
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

PARTS: tuple[Part, ...] = ("outer", "functional", "loss")
MOST_ENTRIES = 3 * 10**7
"""Largest N p² for which a rectified network is summed over Python integers, sample by sample; then modulo primes."""
MAGNITUDE = 2**10
SCHEME = "glorot-uniform"


def measured(
    architecture: Architecture, request: DataRequest, engine: Any, device: Any, seed: int
) -> tuple[dict[str, Rank], Ranks, dict[str, Any]]:
    """Ranks of H_o, H_f and H_L, those of the data, and what was drawn.

    Raises:
        UnusableRequest: If the data do not fit, or the engine cannot compute this network.
    """
    if engine == "multiprecision":
        raise UnusableRequest(
            f"engine multiprecision with --activation {architecture.activation} and --loss {architecture.loss}",
            "a linear network under mse",
            "give --engine float",
        )
    if engine == "exact":
        _refuse_inexact(architecture)
    data = drawn(request, architecture, seed) if request.name == "gaussian" else stored(request, architecture)
    return _exactly(architecture, data, seed) if engine == "exact" else _floating(architecture, data, device, seed)


def _refuse_inexact(architecture: Architecture) -> None:
    if architecture.activation not in SLOPES:
        raise UnusableRequest(
            f"engine exact with --activation {architecture.activation}",
            "relu or leaky-relu, whose Hessians are rational",
            "give --engine float",
        )
    if architecture.loss != "mse":
        raise UnusableRequest(
            f"engine exact with --activation {architecture.activation} and --loss {architecture.loss}",
            "mse for a network that is not linear",
            "give --engine float",
        )


def _exactly(architecture: Architecture, data: Dataset, seed: int) -> tuple[dict[str, Rank], Ranks, dict[str, Any]]:
    size = architecture.parameters
    refuse_if_too_large(
        matrix_bytes(size, copies=4), f"a {size} × {size} matrix for {architecture}", "choose narrower layers"
    )
    rng = np.random.default_rng([seed, *architecture.widths])
    shapes = ((rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes)
    weights = [rng.integers(-MAGNITUDE, MAGNITUDE, size=shape, endpoint=True).astype(object) for shape in shapes]
    network = squared(architecture, weights, data.inputs, data.targets)
    small = size <= RATIONAL_SIDE and data.samples * size**2 <= MOST_ENTRIES
    measure = _over_q if small else rectified_rank
    found: dict[str, Rank] = {part: measure(network, part) for part in PARTS}
    residuals = forward(network).residuals

    def rank(matrix: Any) -> int:
        return exact_rank(matrix).value

    origin = {**data.origin, "weights": f"integers between -{MAGNITUDE} and {MAGNITUDE}", "seed": seed}
    return found, _ranks(data.inputs, residuals, rank), {**origin, "samples": data.samples}


def _over_q(network: Rectified, part: Part) -> Rank:
    return exact_rank(rectified_hessian(network, part), quantity=part)


def _floating(
    architecture: Architecture, data: Dataset, device: Any, seed: int
) -> tuple[dict[str, Rank], Ranks, dict[str, Any]]:
    size = architecture.parameters
    refuse_if_too_large(
        matrix_bytes(size, copies=3), f"a {size} × {size} matrix for {architecture}", "choose narrower layers"
    )
    xp = namespace(device)
    inputs, targets = (xp.asarray(array) for array in data.floats())
    parameters = [xp.asarray(matrix) for matrix in initial_parameters(architecture, SCHEME, seed)]
    found: dict[str, Rank] = {}
    for part in PARTS:
        matrix = network_hessian(architecture, parameters, inputs, targets, part)
        numerical = numerical_rank(matrix, symmetric=True)
        why = "eigenvalues of the whole matrix in float64, above the rounding of the largest"
        found[part] = Rank(part, numerical.value, "float", "numerical", why, numerical.tolerance, numerical.gap)
    outputs = network_forward(architecture, parameters, inputs)
    residuals, _ = loss_derivatives(architecture.loss, outputs, targets)

    def rank(matrix: Any) -> int:
        return numerical_rank(matrix).value

    origin = {**data.origin, "weights": SCHEME, "seed": seed}
    return found, _ranks(inputs, residuals, rank), {**origin, "samples": data.samples}


def _ranks(inputs: Any, residuals: Any, rank: Callable[[Any], int]) -> Ranks:
    xp = np if inputs.dtype == object else namespace_of(inputs)
    augmented = xp.concat([inputs, 0 * inputs[:, :1] + 1], axis=1)
    mean = int(bool(xp.any(xp.sum(residuals, axis=0) != 0)))
    return Ranks(rank(inputs), rank(residuals.T @ inputs), rank(augmented), rank(residuals.T @ augmented), mean)
