"""A vanishing residual (§6): along exact paths with Ω → 0 the ranks of H_f and H_L stay where they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from hessproof.numeric.instance import special_instance
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.training.exact_points import (
    POINTS,
    RANGES,
    Found,
    again,
    counterexample,
    demonstrate_points,
    refuted,
    shrinking,
    state_points,
)
from hessproof.proofs_check.enumeration import architectures_within, case_key, cases
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.searches.confirmation import ROUTE
from hessproof.proofs_check.searches.point import Point, points
from hessproof.proofs_check.searches.search import sigma_of, special_points
from hessproof.symbolic.architecture import Architecture

WHY = {
    "why it does not end there": "H_f is linear in Ω, so that its rank is that of every nonzero multiple; by "
    "semicontinuity rk H_L ≥ rk H_o for all small Ω",
    "on the same data": "1-1-1, x = y = 1, w_1 = 1, w_2 = 1 − 1/n: Ω = −1/n and det H_L = (1 − w_2)(3w_2 − 1), not "
    "zero for n ≥ 2",
    "along gradient flow": "1-1-1, x = y = 1, w_1 = w_2 = 1/2 at t = 0: w_1w_2 = 1/(1 + 3 exp(−2ηt)), 1 at no finite "
    "t, so that rk H_f = 2 for all t",
}
"""Details of the refutations."""


def _vanishing(key: str, limit: Callable[[Point], int], quantity: str) -> Callable[[Context], Finding]:
    """Special points with Ω → 0: whether the rank ends where it is said to end."""

    def work(context: Context) -> Finding:
        name = "singh2021.training"
        counter, failing = Counter(claim(name).part(key)), list[Found]()
        depth, width = RANGES[context.profile]
        for architecture in architectures_within(depth, width):
            for point in special_points(architecture):
                if point.case.residual_rank == 0:
                    continue
                ranks = [each.rank(quantity) for each in shrinking(point)]
                wanted = limit(point)
                holds = ranks[-1] == wanted
                counter.count(point.case, holds)
                failing += [] if holds else [(point, wanted, ranks[-1])]
        example = None
        if failing:
            least = min(failing, key=lambda item: (case_key(item[0].case), not item[0].a1, item[0].size))
            point, stated, measured = least
            second = again(shrinking(point)[-1])
            same = second.rank(quantity) == measured
            example = counterexample(
                (point, f"{stated} in the limit Ω → 0", f"{measured} at Ω, Ω/2, Ω/4, Ω/8, …"),
                "p, then L, then widths, then r, then s, weights of maximal rank first, among special weights",
                name, f"{ROUTE}: {measured} at Ω/8" if same else None,
            )  # fmt: skip
        scope = f"special weights of all architectures with L ≤ {depth} and widths ≤ {width}, Ω halved three times"
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, refuted(example), example, details=WHY)

    return work


def _homogeneous(context: Context) -> Finding:
    counter, controls = Counter(claim("hessproof.vanishing_residual").part("at_zero")), list[Mutant]()
    depth, width = RANGES[Profile.QUICK]
    for architecture in architectures_within(depth, width):
        for point in special_points(architecture):
            scaled = [each.rank("functional") for each in shrinking(point)]
            none = next(
                points(replace(point.case, residual_rank=0), [list(point.weights)], point.sigma, point.omega * 0)
            )
            counter.count(point.case, len(set(scaled)) == 1 and none.rank("functional") == 0)
            if point.case.residual_rank and point.rank("functional"):
                other = [each.rank("loss") for each in (*shrinking(point), none)]
                caught = len(set(other)) > 1
                if caught:
                    controls.append(
                        Mutant(description=f"H_L in place of H_f at {architecture}", caught=True, by=f"ranks {other}")
                    )
    return Finding(
        Strength.SAMPLE, f"special weights of all architectures with L ≤ {depth} and widths ≤ {width}, four scales",
        counter.tally, counter.regions, tuple(controls),
    )  # fmt: skip


def _defined(context: Context) -> Finding:
    """The same from the definition: H_f of the multiples εΩ is ε H_f(Ω), entry by entry."""
    counter, controls = Counter(claim("hessproof.vanishing_residual").part("at_zero")), list[Mutant]()
    depth, width = RANGES[Profile.QUICK]
    for architecture in architectures_within(depth, width):
        for case in cases(architecture):
            for scale in (0, 2, -3):
                matrices = _scaled(architecture, case, scale)
                counter.count(case, bool((matrices[0] * scale == matrices[1]).all()))
                if (matrices[0] != 0).any():
                    caught = not (matrices[0] * (scale + 1) == matrices[1]).all()
                    controls.append(
                        Mutant(description=f"another multiple, {architecture}", caught=caught, by="entries")
                    )
    return Finding(
        Strength.SAMPLE, f"integer weights for all cases with L ≤ {depth} and widths ≤ {width}, multiples 0, 2, −3",
        counter.tally, counter.regions, tuple(controls),
    )  # fmt: skip


def _scaled(architecture: Architecture, case: Case, scale: int) -> tuple[Any, Any]:
    stream = np.random.default_rng([case.data_rank, case.residual_rank, *architecture.widths])
    weights = [stream.integers(-4, 5, shape) for shape in architecture.weight_shapes]
    omega = np.zeros((architecture.outputs, architecture.inputs), dtype=np.int64)
    omega[range(case.residual_rank), range(case.residual_rank)] = 1
    sigma = sigma_of(case)
    one, two = (special_instance(architecture, weights, sigma, omega * factor) for factor in (1, scale))
    return reference_hessian(one, "functional"), reference_hessian(two, "functional")


def demonstrate_definition() -> None:
    """The definition's Hessian at two multiples of a residual."""
    _scaled(Architecture((1, 1, 1)), Case(Architecture((1, 1, 1)), 1, 1), 2)


CHECKS = (
    FunctionCheck(
        "singh2021.training", "functional", "vanishing residuals", Engine.EXACT, POINTS,
        _vanishing("functional", lambda point: 0, "functional"), demonstrate_points, statement=state_points,
    ),
    FunctionCheck(
        "singh2021.training", "loss", "vanishing residuals", Engine.EXACT, POINTS,
        _vanishing("loss", lambda point: point.rank("outer"), "loss"), demonstrate_points, statement=state_points,
    ),
    FunctionCheck(
        "hessproof.vanishing_residual", "at_zero", "special points", Engine.EXACT, POINTS, _homogeneous,
        demonstrate_points, statement=state_points,
    ),
    FunctionCheck(
        "hessproof.vanishing_residual", "at_zero", "definition", Engine.EXACT,
        "the definition's Hessian of multiples of a residual, entry by entry", _defined, demonstrate_definition,
    ),
)  # fmt: skip
