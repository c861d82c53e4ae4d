"""Networks with any activation and loss in double precision, and rectified ones over the integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from hessproof.numeric.arrays import namespace, namespace_of
from hessproof.numeric.datasets import Dataset
from hessproof.numeric.exact import exact_rank
from hessproof.numeric.floating import numerical_rank
from hessproof.numeric.network.gram import gram_order, outer_gram
from hessproof.numeric.network.hessians import network_forward, network_hessian
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.numeric.planning import Cost
from hessproof.numeric.ranks import RATIONAL_SIDE
from hessproof.numeric.rectified.blocks import rectified_hessian
from hessproof.numeric.rectified.expected import expected_order
from hessproof.numeric.rectified.forward import kinks
from hessproof.numeric.rectified.modular import RectifiedRanks
from hessproof.numeric.rectified.network import SLOPES, Rectified, squared
from hessproof.numeric.result import Rank
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.numeric.weights import Weights
from hessproof.numeric.weights.whole import whole_network
from hessproof.proofs_check.ranking import costs
from hessproof.proofs_check.ranking.compare import Ranks
from hessproof.proofs_check.ranking.costs import SYMBOLS
from hessproof.proofs_check.ranking.prepared import TAKEN_AS_THEY_ARE, Prepared, Settings
from hessproof.proofs_check.ranking.request import DataRequest, drawn, given_data, stored
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MOST_ENTRIES = 3 * 10**7
"""Largest N p² for which a rectified network is summed over Python integers, sample by sample; then modulo primes."""
MOST_LONG_ENTRIES = MOST_ENTRIES // 30
"""The same for weights of a file: integers of some hundred bits take thirty times as long to sum and to prove."""
MAGNITUDE = 2**10
SCHEME = "glorot-uniform"
WORTH_A_LINE = 5e10
"""Operations from which on the exact forward pass is a piece of the plan: about a second of one core."""
MODULAR_PRIMES = 2
"""A rank drops modulo a random prime near 2^22 with a chance of about 1 in 2^22; a second one settles the rest."""


def prepare(
    architecture: Architecture, request: DataRequest, settings: Settings, weights: Weights | None = None
) -> Prepared:
    """The network on its data.

    Raises:
        UnusableRequest: If the data do not fit, or the engine cannot compute this network.
    """
    if settings.engine == "multiprecision":
        raise UnusableRequest(
            f"engine multiprecision with --activation {architecture.activation} and --loss {architecture.loss}",
            "a linear network under mse",
            "give --engine float",
        )
    if settings.engine == "exact":
        _refuse_inexact(architecture, weights)
        if request.name == "gaussian":
            costs.refuse_samples(architecture, request.ranks(architecture)[0])
    if weights is not None:
        data = given_data(request, architecture, settings.seed)
    elif request.name == "gaussian":
        data = drawn(request, architecture, settings.seed)
    else:
        data = stored(request, architecture)
    if settings.engine == "exact":
        return _exactly(architecture, data, settings, weights)
    return _floating(architecture, data, settings, weights)


def _refuse_inexact(architecture: Architecture, weights: Weights | None) -> None:
    if architecture.activation not in SLOPES:
        raise UnusableRequest(
            f"engine exact with --activation {architecture.activation}",
            "relu or leaky-relu, whose Hessians are rational",
            "give --engine float",
        )
    if architecture.loss != "mse":
        rest = "a network that is not linear" if weights is None else "weights of a file"
        raise UnusableRequest(
            f"engine exact with --activation {architecture.activation} and --loss {architecture.loss}",
            f"mse for {rest}",
            "give --engine float",
        )


def _exactly(architecture: Architecture, data: Dataset, settings: Settings, weights: Weights | None) -> Prepared:
    size = architecture.parameters
    tried = settings.primes or MODULAR_PRIMES
    most = MOST_ENTRIES if weights is None else MOST_LONG_ENTRIES
    small = size <= RATIONAL_SIDE and data.samples * size**2 <= most
    given = _drawn_weights(architecture, settings.seed) if weights is None else weights.parameters
    unit = 1 if weights is None else data.input_unit
    planned = {} if small else _planned(architecture, given, data, unit, settings, tried)
    network = squared(architecture, given, data.inputs, data.targets) if weights is None else _given(
        architecture, data, weights
    )  # fmt: skip

    @cache
    def ranks() -> RectifiedRanks:
        """The exact forward pass, which takes its time with many samples."""
        return RectifiedRanks(network, structured=settings.structured, xp=namespace(settings.device))

    def measured(name: Any) -> Rank:
        found = ranks().rank(name, count=tried)
        if found.bound == "exact" or not small:
            return found
        return exact_rank(rectified_hessian(network, name), quantity=name)

    def measure(names: Sequence[Any]) -> dict[str, Rank]:
        return {name: measured(name) for name in names}

    def rank(matrix: Any) -> int:
        return exact_rank(matrix, most_primes=10**6).value

    @cache
    def later() -> tuple[dict[str, Any], tuple[str, ...]]:
        hit = kinks(network, ranks().forward)
        return {"kinks": hit}, _kink_notes(hit)

    made = f"integers between -{MAGNITUDE} and {MAGNITUDE}" if weights is None else weights.path
    origin = {**data.origin, "weights": made, "seed": settings.seed, "samples": data.samples}
    return Prepared(
        cache(lambda: _ranks(data.inputs, ranks().forward.residuals, rank)),
        {**origin, **({"data": data.name} if weights is not None else {})},
        measure,
        (*network.weights, network.inputs, network.targets),
        lambda name: planned.get(name, ()),
        _notes(architecture, weights),
        later,
    )


def _planned(
    architecture: Architecture, parameters: Sequence[Any], data: Dataset, unit: int, settings: Settings, tried: int
) -> dict[str, tuple[Cost, ...]]:
    """What each quantity costs, from signs in double precision, before anything is computed over the integers.

    Raises:
        UnusableRequest: If it would not fit into memory.
    """
    samples, outputs = data.samples, architecture.outputs
    through = costs.exact_forward(architecture, samples)
    costs.refuse_samples(architecture, samples)
    order = architecture.parameters
    if settings.structured:
        order = expected_order(architecture, parameters, data.inputs, unit)
    found = {name: costs.rectified(name, order, samples, outputs, tried) for name in settings.quantities}
    largest = max(found, key=lambda name: found[name].bytes)
    costs.refuse_cost(found[largest], f"{architecture} with {found[largest].what}", [
        ("order {size:,}", lambda size: costs.rectified(largest, size, samples, outputs, tried),
         "narrower layers or fewer samples"),
    ])  # fmt: skip
    first = settings.quantities[0]
    takes_time = through.flops >= WORTH_A_LINE
    return {name: (through, cost) if name == first and takes_time else (cost,) for name, cost in found.items()}


def _drawn_weights(architecture: Architecture, seed: int) -> list[Any]:
    rng = np.random.default_rng([seed, *architecture.widths])
    shapes = ((rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes)
    return [rng.integers(-MAGNITUDE, MAGNITUDE, size=shape, endpoint=True) for shape in shapes]


def _given(architecture: Architecture, data: Dataset, weights: Weights) -> Rectified:
    whole = whole_network(
        weights.parameters, weights.bias, data.inputs, data.targets, data.input_unit, data.target_unit
    )
    return squared(architecture, whole.weights, whole.inputs, whole.targets)


def _notes(architecture: Architecture, weights: Weights | None) -> tuple[str, ...]:
    found = [] if weights is None else [TAKEN_AS_THEY_ARE]
    if architecture.activation == "leaky-relu":
        found.append("the slope below zero is 1/100, not the floating-point number next to it")
    return tuple(found)


def _kink_notes(hit: int) -> tuple[str, ...]:
    if not hit:
        return ()
    neurons = "one pre-activation is" if hit == 1 else f"{hit} pre-activations are"
    return (f"{neurons} exactly zero: there the Hessian need not exist, and the slope below zero is taken",)


def _floating(architecture: Architecture, data: Dataset, settings: Settings, weights: Weights | None) -> Prepared:
    orders = {name: _float_order(name, architecture, data.samples, settings.structured) for name in SYMBOLS}
    largest = max(orders[name] for name in settings.quantities)
    costs.refuse_order(largest, f"a {largest} × {largest} matrix for {architecture}", "choose narrower layers")
    xp = namespace(settings.device)
    inputs, targets = (xp.asarray(array) for array in data.floats())
    given = initial_parameters(architecture, SCHEME, settings.seed) if weights is None else weights.parameters
    parameters = [xp.asarray(matrix) for matrix in given]

    def matrix_of(part: Any) -> tuple[Any, str]:
        if orders[part] == architecture.parameters:
            return network_hessian(architecture, parameters, inputs, targets, part), "the whole matrix"
        gram = outer_gram(architecture, parameters, inputs, targets, "samples")
        return gram.matrix, f"AA⊤ of order {gram.order}, H_o = A⊤A"

    def measure(names: Sequence[Any]) -> dict[str, Rank]:
        found: dict[str, Rank] = {}
        for part in names:
            matrix, what = matrix_of(part)
            numerical = numerical_rank(matrix, symmetric=True)
            why = f"eigenvalues of {what} in float64, above the rounding of the largest"
            found[part] = Rank(part, numerical.value, "float", "numerical", why, numerical.tolerance, numerical.gap)
        return found

    def rank(matrix: Any) -> int:
        return numerical_rank(matrix).value

    def ranks() -> Ranks:
        outputs = network_forward(architecture, parameters, inputs)
        residuals, _ = loss_derivatives(architecture.loss, outputs, targets)
        return _ranks(inputs, residuals, rank)

    made = SCHEME if weights is None else weights.path
    origin = {**data.origin, "weights": made, "seed": settings.seed, "samples": data.samples}
    return Prepared(
        cache(ranks),
        {**origin, **({"data": data.name} if weights is not None else {})},
        measure,
        (*given, data.inputs, data.targets, data.input_unit, data.target_unit),
        lambda name: (costs.eigenvalues(SYMBOLS[name], orders[name]),),
    )


def _float_order(name: str, architecture: Architecture, samples: int, structured: bool) -> int:
    """The order of the matrix whose eigenvalues are counted: p, or for H_o the smaller one of AA⊤ over the samples."""
    gram = gram_order(architecture, samples) if structured and name == "outer" else architecture.parameters
    return min(gram, architecture.parameters)


def _ranks(inputs: Any, residuals: Any, rank: Callable[[Any], int]) -> Ranks:
    xp = np if inputs.dtype == object else namespace_of(inputs)
    augmented = xp.concat([inputs, 0 * inputs[:, :1] + 1], axis=1)
    mean = int(bool(xp.any(xp.sum(residuals, axis=0) != 0)))
    return Ranks(rank(inputs), rank(residuals.T @ inputs), rank(augmented), rank(residuals.T @ augmented), mean)
