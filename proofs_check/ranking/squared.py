"""Linear networks under the squared loss, with or without bias: every engine, on the core of the Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hessproof.numeric.datasets import Dataset
from hessproof.numeric.instance import Instance, data_instance, generic_instance
from hessproof.numeric.normal_cost import planned
from hessproof.numeric.planning import Cost
from hessproof.numeric.ranks import measure
from hessproof.numeric.result import Rank
from hessproof.numeric.weights import Weights
from hessproof.numeric.weights.whole import whole_network
from hessproof.proofs_check.ranking import costs
from hessproof.proofs_check.ranking.compare import Ranks
from hessproof.proofs_check.ranking.prepared import TAKEN_AS_THEY_ARE, Prepared, Settings
from hessproof.proofs_check.ranking.request import DataRequest, given_data, stored
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import best

INTEGER_BYTES = 40
PRIMES = 3
"""Primes that are tried before a rank below a core's order is believed."""


def prepare(
    architecture: Architecture, request: DataRequest, settings: Settings, weights: Weights | None = None
) -> Prepared:
    """The network on its data.

    Raises:
        UnusableRequest: If the data do not fit, or the network does not fit into memory.
    """
    if weights is None:
        instance = make_instance(architecture, request, settings.seed, dense=not settings.structured)
    else:
        data = given_data(request, architecture, settings.seed)
        refuse_for(architecture, data, dense=not settings.structured)
        instance = instance_of(weights, architecture, data, settings.seed)
    notes = () if weights is None else (TAKEN_AS_THEY_ARE,)

    def ranks_measured(names: Sequence[str]) -> dict[str, Rank]:
        return measure(
            instance, settings.engine, names, structured=settings.structured, device=settings.device,
            prime_count=settings.primes or PRIMES,
        )  # fmt: skip

    def costs_of(name: str) -> Sequence[Cost]:
        return _costs(instance, settings, name)

    content = (*instance.weights, instance.sigma, instance.omega)
    return Prepared(lambda: ranks_of(instance), instance.describe(), ranks_measured, content, costs_of, notes)


def make_instance(architecture: Architecture, request: DataRequest, seed: int, *, dense: bool = False) -> Instance:
    """An instance on the requested data, after a look at the memory that measuring it takes.

    Raises:
        UnusableRequest: See `prepare`.
    """
    if request.name == "gaussian":
        samples, data_rank, residual_rank = request.ranks(architecture)
        architecture.check_ranks(data_rank, residual_rank)
        refuse_too_large(architecture, data_rank, residual_rank, samples, dense=dense)
        return generic_instance(architecture, data_rank, residual_rank, seed, samples=samples, data="gaussian")
    dataset = stored(request, architecture)
    refuse_for(architecture, dataset, dense=dense)
    return dataset.instance(architecture, seed)


def instance_of(weights: Weights, architecture: Architecture, data: Dataset, seed: int) -> Instance:
    """The integer instance that shares its ranks with the network of a file, on data of any unit.

    Example:
        >>> import numpy as np
        >>> from hessproof.numeric.datasets import digits
        >>> linear = Architecture((4, 10))
        >>> one = instance_of(Weights((np.full((10, 4), 0.5),), False, ("W1",), "F"), linear, digits(4, 20), 0)
        >>> int(one.weights[0][0, 0]), one.data_rank, one.origin["factory"]
        (1, 4, 'file')
    """
    whole = whole_network(
        weights.parameters, weights.bias, data.inputs, data.targets, data.input_unit, data.target_unit
    )
    origin = {**data.origin, "factory": "file", "data": data.name, "weights": weights.path}
    return data_instance(architecture, whole.inputs, whole.targets, seed, weights=whole.weights, origin=origin)


def refuse_for(architecture: Architecture, data: Dataset, *, dense: bool = False) -> None:
    """Refuse a network that would not fit into memory on a data set."""
    data_rank = min(architecture.inputs, data.samples)
    refuse_too_large(architecture, data_rank, min(data_rank, architecture.outputs), data.samples, dense=dense)


def refuse_too_large(
    architecture: Architecture, data_rank: int, residual_rank: int, samples: int, *, dense: bool = False
) -> None:
    """Refuse, before anything is drawn, a network that would not fit into memory.

    What is counted is what ``hessproof.numeric.normal_cost`` plans, and the integers of weights and data.

    Raises:
        UnusableRequest: If it would not fit.
    """
    augmented, residual = data_rank + 1, min(residual_rank + 1, data_rank + 1)
    extra = {"augmented_data_rank": augmented, "augmented_residual_rank": residual} if architecture.bias else {}
    predicted = best("loss", bias=architecture.bias).evaluate(architecture, data_rank, residual_rank, **extra)
    integers = architecture.parameters + samples * (architecture.inputs + architecture.outputs)
    ranks = (augmented, residual) if architecture.bias else (data_rank, residual_rank)
    pieces = planned(architecture, *ranks, structured=not dense)
    what = f"a whole matrix of order {architecture.parameters}" if dense else f"a predicted rank of {predicted}"
    remedy = "choose narrower layers" if data_rank <= 1 else "choose narrower layers or data of lower rank"
    costs.refuse_bytes(
        max((piece.bytes for piece in pieces), default=0) + INTEGER_BYTES * (integers + architecture.inputs**2),
        f"{architecture} with {architecture.parameters} parameters and {what}",
        "leave --dense out" if dense else remedy,
    )


def _costs(instance: Instance, settings: Settings, name: Any) -> Sequence[Cost]:
    """Of the eliminations or eigenvalues; all else is small beside them."""
    moments = instance.moments
    return planned(
        instance.architecture, moments.whole_data_rank, moments.whole_residual_rank, engine=settings.engine,
        quantities=[name], structured=settings.structured,
    )  # fmt: skip


def ranks_of(instance: Instance) -> Ranks:
    """Ranks of data and residual, over Q."""
    return Ranks(
        instance.data_rank,
        instance.residual_rank,
        instance.augmented_data_rank,
        instance.augmented_residual_rank,
        instance.residual_mean,
    )
