"""Linear networks under cross-entropy and log-cosh, exactly and on actual networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hessproof.numeric.losses.assembly import modular_chains
from hessproof.numeric.losses.instance import LossInstance, labelled_instance, prescribed_instance
from hessproof.numeric.losses.pointwise import UnluckyPrimeError
from hessproof.numeric.losses.ranks import loss_primes, measure, residual_ranks, unit_modulo
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.result import Rank
from hessproof.proofs_check.ranking.compare import Ranks
from hessproof.proofs_check.ranking.prepared import Prepared, Settings
from hessproof.proofs_check.ranking.request import DataRequest, stored
from hessproof.proofs_check.ranking.squared import refuse_too_large
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def prepare(architecture: Architecture, request: DataRequest, settings: Settings) -> Prepared:
    """The network on its data.

    Raises:
        UnusableRequest: If the data do not fit, or structure is to be left out.
    """
    if not settings.structured:
        raise UnusableRequest(
            f"--dense with --engine exact and --loss {architecture.loss}",
            "mse, the only loss whose whole matrix is eliminated exactly",
            "leave --dense out or give --engine float",
        )
    instance = _instance(architecture, request, settings.seed)

    def measured(names: Sequence[Any]) -> dict[str, Rank]:
        return measure(instance, names)

    drawn = {**instance.origin, "samples": instance.samples}
    return Prepared(lambda: _ranks(instance), drawn, measured, (*instance.weights, instance.inputs, instance.given))


def _instance(architecture: Architecture, request: DataRequest, seed: int) -> LossInstance:
    if request.name == "gaussian":
        samples, data_rank, residual_rank = request.ranks(architecture)
        architecture.check_ranks(data_rank, residual_rank)
        refuse_too_large(architecture, data_rank, residual_rank, samples)
        return prescribed_instance(architecture, data_rank, residual_rank, seed, samples=samples)
    data = stored(request, architecture)
    return labelled_instance(architecture, data.inputs, data.targets, seed)


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
