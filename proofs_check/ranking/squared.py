"""Linear networks under the squared loss, with or without bias: every engine, on the core of the Hessian."""

from __future__ import annotations

from typing import Any

from hessproof.numeric.instance import Instance, generic_instance
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.ranks import QUANTITIES, measure
from hessproof.numeric.result import Rank
from hessproof.proofs_check.ranking.compare import Ranks
from hessproof.proofs_check.ranking.request import DataRequest, stored
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import best

INTEGER_BYTES = 40
MEASURED_COPIES = 3


def measured(
    architecture: Architecture, request: DataRequest, engine: Any, device: Any, seed: int
) -> tuple[dict[str, Rank], Ranks, dict[str, Any]]:
    """Ranks of H_o, H_f and H_L, those of the data, and what was drawn.

    Raises:
        UnusableRequest: If the data do not fit, or the network does not fit into memory.
    """
    instance = make_instance(architecture, request, seed)
    return measure(instance, engine, QUANTITIES, device=device), ranks_of(instance), instance.describe()


def make_instance(architecture: Architecture, request: DataRequest, seed: int) -> Instance:
    """An instance on the requested data, after a look at the memory that measuring it takes.

    Raises:
        UnusableRequest: See `measured`.
    """
    if request.name == "gaussian":
        samples, data_rank, residual_rank = request.ranks(architecture)
        architecture.check_ranks(data_rank, residual_rank)
        refuse_too_large(architecture, data_rank, residual_rank, samples)
        return generic_instance(architecture, data_rank, residual_rank, seed, samples=samples, data="gaussian")
    dataset = stored(request, architecture)
    data_rank = min(architecture.inputs, dataset.samples)
    refuse_too_large(architecture, data_rank, min(data_rank, architecture.outputs), dataset.samples)
    return dataset.instance(architecture, seed)


def refuse_too_large(architecture: Architecture, data_rank: int, residual_rank: int, samples: int) -> None:
    """Refuse, before anything is drawn, a network that would not fit into memory.

    What is counted is the square matrix of order rk H_L that the measurement eliminates, and the integers of weights
    and data.

    Raises:
        UnusableRequest: If it would not fit.
    """
    extra = {"augmented_data_rank": data_rank + 1, "augmented_residual_rank": min(residual_rank + 1, data_rank + 1)}
    predicted = best("loss", bias=architecture.bias).evaluate(
        architecture, data_rank, residual_rank, **(extra if architecture.bias else {})
    )
    integers = architecture.parameters + samples * (architecture.inputs + architecture.outputs)
    needed = matrix_bytes(predicted, copies=MEASURED_COPIES) + INTEGER_BYTES * (integers + architecture.inputs**2)
    refuse_if_too_large(
        needed,
        f"{architecture} with {architecture.parameters} parameters and a predicted rank of {predicted}",
        "choose narrower layers" if data_rank <= 1 else "choose narrower layers or data of lower rank",
    )


def ranks_of(instance: Instance) -> Ranks:
    """Ranks of data and residual, over Q."""
    return Ranks(
        instance.data_rank,
        instance.residual_rank,
        instance.augmented_data_rank,
        instance.augmented_residual_rank,
        instance.residual_mean,
    )
