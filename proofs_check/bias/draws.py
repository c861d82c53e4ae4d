"""The exact instance of a case with bias, and the instance whose last bias is trained."""

from __future__ import annotations

from hessproof.numeric.draws import outputs_of
from hessproof.numeric.instance import MAGNITUDE, Instance, data_instance, generic_instance
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.errors import UnusableRequest


def draw_case(case: Case, seed: int, magnitude: int = MAGNITUDE) -> Instance:
    """An exact instance whose data have the ranks of a case."""
    return generic_instance(
        case.architecture,
        case.data_rank,
        case.residual_rank,
        seed,
        magnitude,
        augmented_data_rank=case.augmented_data_rank,
        augmented_residual_rank=case.augmented_residual_rank,
        residual_mean=case.residual_mean,
    )


def with_trained_bias(instance: Instance) -> Instance:
    """The same network with the last bias at its optimum, where E[δ] = 0; outputs and targets are multiplied by N.

    Raises:
        UnusableRequest: If the instance has no bias or no samples.

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> one = data_instance(Architecture((1, 1), bias=True), [[1], [2]], [[0], [5]], seed=1)
        >>> one.residual_mean, with_trained_bias(one).residual_mean
        (1, 0)
    """
    if not instance.architecture.bias or instance.inputs is None or instance.targets is None:
        raise UnusableRequest("an instance without bias or samples", "samples and a bias", "make it from data")
    count = len(instance.inputs)
    last = count * instance.weights[-1]
    last[:, -1] = 0
    weights = [*instance.weights[:-1], last]
    free = outputs_of(instance.architecture, weights, instance.inputs)
    targets = count * instance.targets
    last[:, -1] = (targets - free).sum(axis=0) // count
    return data_instance(instance.architecture, instance.inputs, targets, weights=weights)
