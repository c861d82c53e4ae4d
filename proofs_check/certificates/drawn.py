"""Instances drawn from small integers, so that a certificate's file is short and can be redone by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hessproof.numeric.instance import data_instance, generic_instance
from hessproof.proofs_check.certificates.point import Point, point_of, point_of_instance, refuse_too_large
from hessproof.proofs_check.ranking.request import DataRequest, stored
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MAGNITUDE = 5
"""Weights between -5 and 5: eleven values, so that ranks are the generic ones in most draws and numbers stay short."""
SPREAD = 3
"""Inputs of rectified networks are sums of products of numbers between -3 and 3."""
DRAWS = 50
"""Draws until no neuron is at its kink: with integers a neuron is there in perhaps one of ten samples."""


@dataclass(frozen=True)
class DrawnRanks:
    """Ranks asked for with bias, beside those of a :class:`DataRequest`; None for as large as they can be."""

    augmented_data: int | None = None
    augmented_residual: int | None = None
    residual_mean: int | None = None

    @property
    def asked(self) -> bool:
        """Whether there is any."""
        return (self.augmented_data, self.augmented_residual, self.residual_mean) != (None, None, None)


def drawn_point(
    architecture: Architecture, request: DataRequest, seed: int = 0, ranks: DrawnRanks | None = None
) -> Point:
    """A point for a request: weights drawn, and data drawn with the ranks asked for, or a data set.

    Args:
        architecture: linear, relu or leaky-relu (slope 1/4), with squared error.
        request: gaussian for data drawn to order, or the name of a data set.
        seed: Of all draws.
        ranks: Further ranks for networks with bias, with drawn data.

    Raises:
        UnusableRequest: If no data have these ranks, the data do not fit, or the network is of another kind.

    Example:
        >>> one = drawn_point(Architecture((2, 2, 1), activation="relu"), DataRequest(samples=3), seed=1)
        >>> one.activation, one.samples[0].nrows()
        ('relu', 3)
    """
    extra = ranks or DrawnRanks()
    if architecture.loss != "mse" or architecture.activation not in ("linear", "relu", "leaky-relu"):
        raise UnusableRequest(
            f"a certificate for {architecture.activation} under {architecture.loss}",
            "linear, relu or leaky-relu under mse, whose Hessians are rational",
            "leave the options out",
        )
    request.check(architecture)
    refuse_too_large(architecture.widths, architecture.bias)
    linear = architecture.activation == "linear"
    if extra.asked and (request.name != "gaussian" or not linear):
        raise UnusableRequest("ranks of augmented data", "data drawn to order for a linear network", "leave them out")
    if request.name != "gaussian":
        data = stored(request, architecture)
        if linear:
            return point_of_instance(data_instance(architecture, data.inputs, data.targets, seed, MAGNITUDE))
        return _smooth(architecture, seed, data.inputs, data.targets, request)
    if not linear:
        return _smooth(architecture, seed, None, None, request)
    data_rank = architecture.inputs if request.data_rank is None else request.data_rank
    if request.samples is not None and request.data_rank is None:
        data_rank = min(data_rank, request.samples)
    residual_rank = request.residual_rank
    if residual_rank is None:
        residual_rank = max(0, min(data_rank, architecture.outputs))
    instance = generic_instance(
        architecture,
        data_rank,
        residual_rank,
        seed,
        MAGNITUDE,
        request.samples,
        augmented_data_rank=extra.augmented_data,
        augmented_residual_rank=extra.augmented_residual,
        residual_mean=extra.residual_mean,
    )
    return point_of_instance(instance)


def _smooth(architecture: Architecture, seed: int, inputs: object, targets: object, request: DataRequest) -> Point:
    """Weights (and data, where none are given) with no neuron at its kink."""
    rng = np.random.default_rng([seed, *architecture.widths])
    count = architecture.inputs + 2 if request.samples is None else request.samples
    data_rank = min(architecture.inputs, count) if request.data_rank is None else request.data_rank
    architecture.check_ranks(data_rank, 0)
    if data_rank > count:
        raise UnusableRequest(
            f"data rank {data_rank} of {count} samples", f"0 to {count}", "give more samples or a lower data rank"
        )
    last: UnusableRequest | None = None
    for _ in range(DRAWS):
        weights = [
            rng.integers(-MAGNITUDE, MAGNITUDE, size=(rows, columns + architecture.bias), endpoint=True).tolist()
            for rows, columns in architecture.weight_shapes
        ]
        x, y = inputs, targets
        if x is None:
            left = rng.integers(-SPREAD, SPREAD, size=(count, data_rank), endpoint=True)
            x = (left @ rng.integers(-SPREAD, SPREAD, size=(data_rank, architecture.inputs), endpoint=True)).tolist()
            y = rng.integers(-SPREAD, SPREAD, size=(count, architecture.outputs), endpoint=True).tolist()
        point = point_of(
            architecture.widths,
            weights,
            bias=architecture.bias,
            inputs=x,
            targets=y,
            activation=architecture.activation,
        )
        try:
            point.branches  # noqa: B018 - forming them finds kinks
        except UnusableRequest as kink:
            last = kink
            continue
        return point
    assert last is not None
    raise last
