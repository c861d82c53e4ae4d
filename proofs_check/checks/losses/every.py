"""Statements about losses for every parameter: derivations for all sizes, and small integer points of every rank.

The points have weights, inputs and residuals between −1 and 1, so that zero and rank-deficient ones are common. Their
Hessians come from the definition, modulo a prime.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.losses.instance import LossInstance
from hessproof.numeric.losses.taylor import Part, modular_rank, taylor_hessians, taylor_ranks
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVATION
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.checks.losses.survey import LOSSES, PARTS
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.losses import bounds, congruence, invariance
from hessproof.symbolic.losses.rank_rule import upper_bound

Array = NDArray[Any]
POINTS = "Taylor coefficients of the loss at small integer weights and data of every rank, modulo a prime"
COUNT = {Profile.QUICK: 24, Profile.STANDARD: 150, Profile.THOROUGH: 1500}
PRIME, UNIT = 33554393, 7654321
"""A prime P ≡ 2 mod 3 below 2^25, and a value of u."""


def derivations_of(name: str, key: str) -> tuple[Derivation, ...]:
    """The derivations of a part for every parameter."""
    if key == "shift":
        return invariance.shift(), invariance.residual_total(), invariance.curvature_total()
    if key == "congruence":
        return replace(congruence.rank(), lemmas=()), *congruence.blocks()
    if name == "hessproof.losses_outer":
        softmax, cosh = (bounds.outer(loss) for loss in ("cross-entropy", "cosh"))
        return replace(softmax, lemmas=()), replace(cosh, lemmas=()), invariance.squares(), invariance.positive()
    if key == "transfer":
        found = [make(loss) for loss in ("cross-entropy", "cosh") for make in (bounds.transfer, bounds.at_zero)]
        return tuple(found)
    return tuple(dict.fromkeys(one for loss in LOSSES for one in bounds.upper_bounds(loss)[key]))


DERIVED = (
    ("hessproof.softmax_differences", "shift"),
    ("hessproof.softmax_differences", "congruence"),
    ("hessproof.losses_outer", "main"),
    *(("hessproof.losses_bound", key) for key in PARTS),
    ("hessproof.losses_generic", "transfer"),
)


@dataclass(frozen=True)
class Point:
    """An instance and the Hessian's parts from the definition, modulo ``PRIME``."""

    instance: LossInstance
    hessian: dict[Part, Array]

    @property
    def case(self) -> Case:
        """(architecture, r, s) with r̃ and s̃ if there is a bias."""
        one = self.instance
        augmented = (one.augmented_data_rank, one.augmented_residual_rank) if one.architecture.bias else (None, None)
        return Case(one.architecture, one.data_rank, one.residual_rank or 0, *augmented)

    def rank(self, part: Part) -> int:
        """Rank modulo the prime."""
        return modular_rank(self.hessian[part], PRIME)


def small_instance(rng: np.random.Generator, loss: str, bias: bool) -> LossInstance:
    """A network with L ≤ 3, widths ≤ 3 and entries −1, 0, 1; residuals of cross-entropy add up to zero."""
    widths = tuple(int(width) for width in rng.integers(1, 4, size=int(rng.integers(2, 5))))
    architecture = Architecture(widths, bias=bias, loss=loss)
    samples = int(rng.integers(1, 4))

    def drawn(rows: int, cols: int) -> Array:
        return rng.integers(-1, 2, size=(rows, cols)).astype(object)

    weights = tuple(drawn(rows, cols + bias) for rows, cols in architecture.weight_shapes)
    residuals = drawn(samples, architecture.outputs)
    if loss == "cross-entropy":
        residuals[:, -1] = -residuals[:, :-1].sum(axis=1)
    return LossInstance(architecture, weights, drawn(samples, architecture.inputs), residuals=residuals)


def point(instance: LossInstance) -> Point:
    """The Hessian's parts at an instance."""
    return Point(instance, taylor_hessians(instance, PRIME, UNIT))


def points(context: Context) -> tuple[Point, ...]:
    """Points under every loss, half of them with bias. Made once a run."""

    def make() -> tuple[Point, ...]:
        rng = np.random.default_rng(context.seed_for("losses-points"))
        count = COUNT[context.profile]
        return tuple(point(small_instance(rng, LOSSES[n % 3], n % 2 == 1)) for n in range(count))

    return context.shared("losses-points", make)


def shift_columns(instance: LossInstance, direction: Array) -> Array:
    """The changes ΔW^L (and Δb^L) = direction ⊗ e_j as columns, p × (M_{L-1} + bias)."""
    rows, cols = instance.weights[-1].shape
    result = np.zeros((instance.architecture.parameters, cols), dtype=object)
    result[-rows * cols :] = np.kron(direction.reshape(-1, 1), np.eye(cols, dtype=int)).astype(object)
    return result


def annihilated(one: Point, direction: Array) -> bool:
    """Whether all parts of the Hessian annihilate the change of the last layer along a direction of the outputs."""
    columns = shift_columns(one.instance, direction)
    return not any((matrix.astype(object).dot(columns) % PRIME).any() for matrix in one.hessian.values())


def without_last_output(one: Point, part: Part) -> int:
    """The rank of the block without the weights of output K: coordinates on which D is the identity."""
    cols = one.instance.weights[-1].shape[1]
    matrix = one.hessian[part]
    kept = matrix.shape[0] - cols
    return modular_rank(matrix[:kept, :kept], PRIME)


def _shift_outcome(one: Point) -> bool:
    return annihilated(one, np.ones(one.instance.architecture.outputs, dtype=int))


def _congruence_outcome(one: Point) -> bool:
    return all(one.rank(part) == without_last_output(one, part) for part in one.hessian)


def _softmax_work(outcome: Callable[[Point], bool], key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = [one for one in points(context) if one.instance.architecture.loss == "cross-entropy"]
        others = [one for one in points(context) if one.instance.architecture.loss != "cross-entropy"]
        counter = Counter(claim("hessproof.softmax_differences").part(key))
        for one in found:
            counter.count(one.case, outcome(one))
        unit = [np.eye(1, one.instance.architecture.outputs, dtype=int)[0] for one in found]
        wide = [place for place, one in enumerate(found) if one.instance.architecture.outputs > 1]
        single = any(not annihilated(found[place], unit[place]) for place in wide)
        controls = (
            Mutant(description="another loss", caught=any(not outcome(one) for one in others), by="log-cosh or mse"),
            Mutant(description="a change of one output alone", caught=single, by="the Hessian does not annihilate it"),
        )
        return Finding(Strength.SAMPLE, _scope(found), counter.tally, counter.regions, controls)

    return work


def squared_instance(instance: LossInstance) -> LossInstance | None:
    """The same network under the squared loss, with DW^L for W^L under cross-entropy; None if K = 1 there."""
    architecture, weights = instance.architecture, instance.weights
    if architecture.loss == "cross-entropy":
        if architecture.outputs == 1:
            return None
        weights = (*weights[:-1], weights[-1][:-1] - weights[-1][-1:])
    widths = (*architecture.widths[:-1], weights[-1].shape[0])
    zero = np.zeros((instance.samples, widths[-1]), dtype=int).astype(object)
    return LossInstance(replace(architecture, widths=widths, loss="mse"), weights, instance.inputs, residuals=zero)


def _outer_work(context: Context) -> Finding:
    """rk H_o under a loss against rk H_o under the squared loss."""
    counter = Counter(claim("hessproof.losses_outer").part("main"))
    found, more = points(context), False
    for one in found:
        plain = squared_instance(one.instance)
        expected = taylor_ranks(plain)["outer"] if plain else 0
        counter.count(one.case, one.rank("outer") == expected)
        if one.instance.architecture.loss == "cross-entropy":
            whole = replace(one.instance, architecture=replace(one.instance.architecture, loss="mse"))
            more = more or taylor_ranks(whole)["outer"] != one.rank("outer")
    control = Mutant(description="all K outputs under cross-entropy", caught=more, by="the rank is larger")
    return Finding(Strength.SAMPLE, _scope(found), counter.tally, counter.regions, (control,))


def _bound_work(key: Part) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim("hessproof.losses_bound").part(key))
        found = [one for one in points(context) if not one.instance.architecture.bias]
        attained = False
        for one in found:
            case = one.case
            stated = upper_bound(key, case.architecture).evaluate(case.architecture, case.data_rank, case.residual_rank)
            measured = one.rank(key)
            counter.count(case, measured <= stated)
            attained = attained or measured == stated > 0
        control = Mutant(description="one less than the bound", caught=attained, by="a point that attains the bound")
        return Finding(Strength.SAMPLE, _scope(found), counter.tally, counter.regions, (control,))

    return work


def _scope(found: Sequence[Point]) -> str:
    largest = max(one.instance.architecture.parameters for one in found)
    return f"{len(found)} points with entries −1, 0, 1, L ≤ 3, widths ≤ 3, p ≤ {largest}, with and without bias"


@cache
def _shown() -> LossInstance:
    return small_instance(np.random.default_rng(3), "cross-entropy", True)


def demonstrate_points() -> None:
    """One point of each loss."""
    for loss in LOSSES:
        point(replace(_shown(), architecture=replace(_shown().architecture, loss=loss)))
    plain = squared_instance(_shown())
    if plain is not None:
        taylor_ranks(plain)["outer"]


def demonstrate_derivations() -> None:
    """The derivations, checked with few numbers."""
    for name, key in DERIVED:
        for derivation in derivations_of(name, key):
            derivation.check(0, count=1)


def _derivation_check(name: str, key: str) -> FunctionCheck:
    return FunctionCheck(
        name,
        key,
        "derivation",
        Engine.SYMBOLIC,
        DERIVATION,
        lambda context: examine(derivations_of(name, key), context),
        demonstrate_derivations,
        derivations=lambda: derivations_of(name, key),
    )


def _points_check(name: str, key: str, work: Callable[[Context], Finding]) -> FunctionCheck:
    return FunctionCheck(name, key, "points", Engine.EXACT, POINTS, work, demonstrate_points, points)


CHECKS = (
    *(_derivation_check(name, key) for name, key in DERIVED),
    _points_check("hessproof.softmax_differences", "shift", _softmax_work(_shift_outcome, "shift")),
    _points_check("hessproof.softmax_differences", "congruence", _softmax_work(_congruence_outcome, "congruence")),
    _points_check("hessproof.losses_outer", "main", _outer_work),
    *(_points_check("hessproof.losses_bound", key, _bound_work(key)) for key in ("outer", "functional", "loss")),
)
