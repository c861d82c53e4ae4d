"""Exact instances, each with its Hessian found from the definition, that the checks of block identities share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.instance import Instance, data_instance
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.surveys.plan import random_architecture
from hessproof.symbolic.architecture import Architecture

Array = NDArray[Any]

MAGNITUDE = 3
"""Largest |entry| of weights and data: small, so that zero and rank-deficient matrices are common."""

_SIZES = {Profile.QUICK: (1, 12), Profile.STANDARD: (2, 60), Profile.THOROUGH: (2, 600)}


@dataclass(frozen=True, eq=False)
class Sample:
    """An instance and its Hessian from the definition, all Python integers (sums over the samples, not means)."""

    instance: Instance
    outer: Array
    functional: Array
    loss: Array

    @property
    def case(self) -> Case:
        """(architecture, r, s) of the instance."""
        return Case(self.instance.architecture, self.instance.data_rank, self.instance.residual_rank)

    @property
    def weights(self) -> list[Array]:
        """W^1, …, W^L, stacked as batches of one."""
        return [np.asarray(weight)[None] for weight in self.instance.weights]


def make_sample(instance: Instance) -> Sample:
    """The Hessian of an instance, all three parts, by hyper-dual numbers."""
    return Sample(
        instance,
        reference_hessian(instance, "outer"),
        reference_hessian(instance, "functional"),
        reference_hessian(instance, "loss"),
    )


@cache
def tiny() -> Instance:
    """One instance with three layers and unequal widths: what a demonstration runs on."""
    return draw(Architecture((2, 1, 3, 2)), np.random.default_rng(0))


def draw(architecture: Architecture, rng: np.random.Generator) -> Instance:
    """Weights, inputs and targets with entries between −3 and 3; N below, at or above d."""
    count = int(rng.integers(1, architecture.inputs + 3))
    inputs = rng.integers(-MAGNITUDE, MAGNITUDE + 1, (count, architecture.inputs))
    targets = rng.integers(-MAGNITUDE, MAGNITUDE + 1, (count, architecture.outputs))
    return data_instance(architecture, inputs, targets, seed=int(rng.integers(2**31)), magnitude=MAGNITUDE)


def samples(context: Context) -> tuple[Sample, ...]:
    """All architectures with L ≤ 3 and widths up to a limit, one instance each, and random ones with p ≤ 40.

    Made once a run.
    """

    def make() -> tuple[Sample, ...]:
        width, count = _SIZES[context.profile]
        rng = np.random.default_rng(context.seed_for("samples"))
        architectures = [*architectures_within(3, width)]
        architectures += [random_architecture(rng, 2, 40, 5, 5) for _ in range(count)]
        return tuple(make_sample(draw(architecture, rng)) for architecture in architectures)

    return context.shared("exact-samples", make)


def scope(found: tuple[Sample, ...]) -> str:
    """What the samples cover, in words."""
    largest = max(sample.instance.architecture.parameters for sample in found)
    return (
        f"{len(found)} integer instances, entries up to {MAGNITUDE} in size, L ≤ 5, p ≤ {largest}, "
        "N below, at and above d"
    )
