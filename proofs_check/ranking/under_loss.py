"""Linear networks under cross-entropy and log-cosh, exactly and on actual networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hessproof.numeric.losses.assembly import modular_chains
from hessproof.numeric.losses.cost import core_order, loss_cost
from hessproof.numeric.losses.instance import LossInstance, labelled_instance, prescribed_instance
from hessproof.numeric.losses.pointwise import UnluckyPrimeError
from hessproof.numeric.losses.ranks import loss_primes, measure, residual_ranks, unit_modulo
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.planning import Cost
from hessproof.numeric.result import Rank
from hessproof.proofs_check.ranking import costs
from hessproof.proofs_check.ranking.compare import Ranks
from hessproof.proofs_check.ranking.prepared import Prepared, Settings
from hessproof.proofs_check.ranking.request import DataRequest, stored
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.losses.outputs import effective_outputs


def prepare(architecture: Architecture, request: DataRequest, settings: Settings) -> Prepared:
    """The network on its data.

    Raises:
        UnusableRequest: If the data do not fit, structure is to be left out, or the network does not fit into memory.
    """
    if not settings.structured:
        raise UnusableRequest(
            f"--dense with --engine exact and --loss {architecture.loss}",
            "mse, the only loss whose whole matrix is eliminated exactly",
            "leave --dense out or give --engine float",
        )
    instance = _instance(architecture, request, settings)

    def measured(names: Sequence[Any]) -> dict[str, Rank]:
        return measure(instance, names)

    def costs_of(name: str) -> Sequence[Cost]:
        return (_cost(name, architecture, instance.data_rank, instance.residual_rank, instance.samples),)

    drawn = {**instance.origin, "samples": instance.samples}
    content = (*instance.weights, instance.inputs, instance.given)
    return Prepared(lambda: _ranks(instance), drawn, measured, content, costs_of)


def _instance(architecture: Architecture, request: DataRequest, settings: Settings) -> LossInstance:
    """Weights and data, drawn after a look at the memory that measuring the ranks takes."""
    if request.name == "gaussian":
        samples, data_rank, residual_rank = request.ranks(architecture)
        architecture.check_ranks(data_rank, residual_rank)
        _refuse_too_large(settings.quantities, architecture, data_rank, residual_rank, samples)
        return prescribed_instance(architecture, data_rank, residual_rank, settings.seed, samples=samples)
    data = stored(request, architecture)
    _refuse_too_large(settings.quantities, architecture, min(data.samples, architecture.inputs), None, data.samples)
    return labelled_instance(architecture, data.inputs, data.targets, settings.seed)


def _cost(name: str, architecture: Architecture, data_rank: int, residual_rank: int | None, samples: int) -> Cost:
    """Of the rank of one part; with bias the constant may add one to each rank."""
    most, bias = effective_outputs(architecture), architecture.bias
    residual = most if residual_rank is None else residual_rank + bias
    whole = min(data_rank + bias, samples)
    return loss_cost(name, architecture, core_order(architecture, whole, min(residual, whole, most)), samples)


def _refuse_too_large(
    names: Sequence[str], architecture: Architecture, data_rank: int, residual_rank: int | None, samples: int
) -> None:
    """Refuse, before anything is drawn, a network that would not fit into memory, with the size that would.

    Raises:
        UnusableRequest: If it would not fit.
    """
    rank = data_rank
    found = [_cost(name, architecture, rank, residual_rank, samples) for name in names]
    name, cost = max(zip(names, found, strict=True), key=lambda pair: pair[1].bytes)

    def of_order(order: int) -> Cost:
        return loss_cost(name, architecture, order, samples)

    def of_samples(count: int) -> Cost:
        return _cost(name, architecture, min(rank, count), residual_rank, count)

    costs.refuse_cost(
        cost, f"{architecture} under {architecture.loss}: {cost.what}",
        [("a core of order {size:,}", of_order, "narrower layers"), ("--samples {size}", of_samples, "fewer samples")],
    )  # fmt: skip


def _ranks(instance: LossInstance) -> Ranks:
    """Ranks of the data over Q, and those of the residual modulo a prime, at a random value of u."""
    architecture = replace(instance.architecture, bias=True)
    weights = instance.weights
    if not instance.architecture.bias:
        weights = tuple(np.hstack([weight, 0 * weight[:, :1]]) for weight in weights)
    augmented = replace(instance, architecture=architecture, weights=weights)
    for prime in loss_primes():
        try:
            chains = modular_chains(augmented, PrimeField(prime), unit_modulo(prime, architecture.loss))
        except UnluckyPrimeError:
            continue
        residual, whole = residual_ranks(chains, prime)
        mean = int(bool(chains.residual[:, -1].any()))
        return Ranks(instance.data_rank, residual, instance.augmented_data_rank, whole, mean)
    raise AssertionError("there is no last prime")
