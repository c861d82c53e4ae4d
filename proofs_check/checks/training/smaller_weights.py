"""Smaller weights, greater rank (§6, consequence): the same data, weights of lower rank, a Hessian of higher rank.

Refuted already at 1-1-1: with x = y = 1 the weights (1, 1) fit the label, H_L has rank 1; at (0, 1) they do not, and
the functional part has rank 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.training.exact_points import (
    POINTS,
    RANGES,
    again,
    counterexample,
    demonstrate_points,
    refuted,
    state_points,
)
from hessproof.proofs_check.enumeration import architectures_within, case_key
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Strength
from hessproof.proofs_check.searches.confirmation import ROUTE
from hessproof.proofs_check.searches.point import Point, points
from hessproof.proofs_check.searches.search import sigma_of
from hessproof.proofs_check.searches.special_weights import integer_rank
from hessproof.symbolic.architecture import Architecture

SMALL = 8
"""Largest p of the networks that are compared pair by pair."""


def settings(architecture: Architecture) -> Iterator[list[Any]]:
    """All weights with entries 0 and 1."""
    for entries in product((0, 1), repeat=architecture.parameters):
        row = np.array(entries, dtype=np.int64)
        yield [
            row[part].reshape(shape)
            for part, shape in zip(architecture.slices, architecture.weight_shapes, strict=True)
        ]


def on_data(architecture: Architecture) -> Iterator[list[Point]]:
    """Points of all weights with entries 0 and 1, by data sets: Σ = I, Σ_yx a diagonal of zeros and ones."""
    inputs, outputs = architecture.inputs, architecture.outputs
    weights = list(settings(architecture))
    for diagonal in product((0, 1), repeat=min(inputs, outputs)):
        cross = np.zeros((outputs, inputs), dtype=np.int64)
        cross[range(len(diagonal)), range(len(diagonal))] = diagonal
        found = []
        for setting in weights:
            map_ = setting[0]
            for matrix in setting[1:]:
                map_ = matrix @ map_
            omega = map_ - cross
            case = Case(architecture, inputs, integer_rank(omega))
            found += list(points(case, [setting], sigma_of(Case(architecture, inputs, 0)), omega))
        yield found


def no_greater(one: Point, two: Point) -> bool:
    """Whether every weight of ``two`` has at most the rank of that of ``one``, and some has less."""
    pairs = [(integer_rank(a), integer_rank(b)) for a, b in zip(one.weights, two.weights, strict=True)]
    return all(b <= a for a, b in pairs) and any(b < a for a, b in pairs)


def _decrease(context: Context) -> Finding:
    name = "singh2021.rank_decrease"
    counter, found = Counter(claim(name).part("decrease")), list[tuple[Point, Point]]()
    depth, width = RANGES[Profile.QUICK]
    for architecture in architectures_within(depth, width):
        if architecture.parameters > SMALL:
            continue
        for batch in on_data(architecture):
            for one, two in product(batch[:: max(1, len(batch) // 16)], repeat=2):
                if no_greater(one, two):
                    holds = two.rank("loss") <= one.rank("loss")
                    counter.count(two.case, holds)
                    found += [] if holds else [(one, two)]
    first = min(found, key=lambda pair: (case_key(pair[1].case)[0], pair[1].size, pair[0].size), default=None)
    example = None
    if first is not None:
        one, two = first
        other, other_two = again(one), again(two)
        before, after = one.rank("loss"), two.rank("loss")
        same = (other.rank("loss"), other_two.rank("loss")) == (before, after)
        start = ", ".join(str(matrix.tolist()) for matrix in one.weights)
        example = counterexample(
            (two, f"≤ {before}, the rank at W = {start} on the same data", after),
            "p, then L, then widths, then the sum of the entries, among pairs of weights with entries 0 and 1 on the "
            "same data",
            name, f"{ROUTE}: {before} before, {after} after" if same else None,
        )  # fmt: skip
    return Finding(
        Strength.SAMPLE, f"pairs of weights with entries 0 and 1 for architectures with p ≤ {SMALL}", counter.tally,
        counter.regions, refuted(example), example,
    )  # fmt: skip


CHECKS = (
    FunctionCheck(
        "singh2021.rank_decrease", "decrease", "pairs of weights", Engine.EXACT, POINTS, _decrease, demonstrate_points,
        statement=state_points,
    ),
)  # fmt: skip
