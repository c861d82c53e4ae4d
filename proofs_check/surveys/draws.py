"""The exact instance of a surveyed case: moments of given ranks, or data fixed before the weights."""

from __future__ import annotations

import numpy as np

from hessproof.numeric import instance as instances
from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import IntegerMatrix, integers, rational_rank
from hessproof.proofs_check.surveys.record import Request, Targets
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def draw_instance(request: Request, seed: int) -> Instance:
    """The exact instance that ``seed`` gives for a case.

    With data first, X and Y come from the request's own seed, so that all its draws have them in common, and only the
    weights from ``seed``. X is an N × r times an r × d matrix with entries between −9 and 9, drawn again until
    rk X = r.

    Raises:
        UnusableRequest: If the widths do not allow the ranks, or N is below r.
    """
    architecture = Architecture(request.widths)
    if request.targets is None:
        return instances.generic_instance(architecture, request.data_rank, request.residual_rank, seed)
    samples = request.samples or 1
    architecture.check_ranks(request.data_rank, 0)
    if samples < request.data_rank:
        raise UnusableRequest(f"{samples} samples", f"at least r = {request.data_rank}", "give more samples")
    rng = np.random.default_rng([request.seed, samples, request.data_rank, *request.widths])
    inputs = _of_rank(rng, samples, architecture.inputs, request.data_rank)
    targets = _targets(rng, request.targets, inputs, architecture.outputs)
    origin = {"targets": request.targets, "data_seed": request.seed}
    return instances.data_instance(architecture, inputs, targets, seed, origin=origin)


def _of_rank(rng: np.random.Generator, samples: int, inputs: int, rank: int) -> IntegerMatrix:
    while True:
        left, right = rng.integers(-9, 10, size=(samples, rank)), rng.integers(-9, 10, size=(rank, inputs))
        found: IntegerMatrix = left @ right
        if rational_rank(integers(found)) == rank:
            return found


def _targets(rng: np.random.Generator, kind: Targets, inputs: IntegerMatrix, outputs: int) -> IntegerMatrix:
    samples = inputs.shape[0]
    if kind == "zero":
        return np.zeros((samples, outputs), dtype=np.int64)
    if kind == "one-hot":
        return np.asarray(np.eye(outputs, dtype=np.int64)[rng.integers(outputs, size=samples)])
    if kind == "teacher":
        taught: IntegerMatrix = inputs @ rng.integers(-9, 10, size=(inputs.shape[1], outputs))
        return taught
    return rng.integers(-9, 10, size=(samples, outputs))
