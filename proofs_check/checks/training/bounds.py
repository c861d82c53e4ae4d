"""The bound of §4.4 while training: it needs no assumption on the ranks of the weights and holds at every time.

A derivation, and exact gradient descent from rational starts of every rank, measured by the definition of the Hessian.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.reference import reference_hessian
from hessproof.numeric.training.dyadic import dyadic_instance
from hessproof.numeric.training.exact_balanced import rational_balanced
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.checks.training.exact_points import (
    RANGES,
)
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flow import proofs
from hessproof.symbolic.formulas import FORMULAS

DESCENT = "exact gradient descent from rational starts of every rank, ranks over Q of the definition's Hessian"


def stepped(architecture: Architecture, rank: int, steps: int) -> tuple[list[Any], Any, Any]:
    """Exact gradient descent from rational balanced weights of a rank, with drawn data; its rate is 1/8."""
    stream = np.random.default_rng([rank, *architecture.widths])
    x = stream.integers(-2, 3, (architecture.inputs, architecture.inputs + 1))
    y = stream.integers(-2, 3, (architecture.outputs, architecture.inputs + 1))
    sigma, cross = _fractions(x.dot(x.T)), _fractions(y.dot(x.T))
    weights = [np.array(matrix, dtype=object) for matrix in rational_balanced(architecture, rank, 1)]
    for _ in range(steps):
        weights = _step(weights, sigma, cross)
    return weights, sigma, cross


def _fractions(matrix: Any) -> Any:
    return np.array([[Fraction(int(entry)) for entry in row] for row in matrix], dtype=object)


def _step(weights: list[Any], sigma: Any, cross: Any) -> list[Any]:
    before = [_fractions(np.eye(len(sigma), dtype=np.int64))]
    for matrix in weights:
        before.append(matrix.dot(before[-1]))
    back = before.pop().dot(sigma) - cross
    found = []
    for matrix, activation in zip(reversed(weights), reversed(before), strict=True):
        found.append(matrix - Fraction(1, 8) * back.dot(activation.T))
        back = matrix.T.dot(back)
    return found[::-1]


@cache
def measured_bounds(depth: int, width: int) -> list[tuple[Case, int]]:
    """rk H_L at the start and after one step of exact gradient descent, for starts of every rank."""
    found = []
    for architecture in architectures_within(depth, width):
        for rank in range(min(architecture.widths) + 1):
            for steps in (0, 1):
                found.append(_measured(architecture, rank, steps))
    return found


def _measured(architecture: Architecture, rank: int, steps: int) -> tuple[Case, int]:
    instance = dyadic_instance(architecture, *stepped(architecture, rank, steps))
    case = Case(architecture, instance.data_rank, instance.residual_rank)
    return case, exact_rank(reference_hessian(instance, "loss"), most_primes=10**6).value


def _bounds(name: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, formula = Counter(claim(name).part("bounds")), FORMULAS["overall"]
        found = measured_bounds(*RANGES[context.profile])
        met = []
        for case, rank in found:
            stated = formula.evaluate(case.architecture, case.data_rank, case.residual_rank)
            counter.count(case, rank <= stated)
            met += [(case, rank, stated)] if counter.part.in_domain(case) else []
        depth, width = RANGES[context.profile]
        return Finding(
            Strength.SAMPLE,
            f"balanced rational starts of every rank for all architectures with L ≤ {depth} and widths ≤ {width}, and "
            "one step of exact gradient descent",
            counter.tally, counter.regions, tuple(_weakened(met)),
        )  # fmt: skip

    return work


def _weakened(met: list[tuple[Case, int, int]]) -> Iterator[Mutant]:
    """Variants of the bound; those that are nowhere below it follow from it and are left out."""
    for mutant in FORMULAS["overall"].mutants():
        values = [
            (case, rank, stated, mutant.evaluate(case.architecture, case.data_rank, case.residual_rank))
            for case, rank, stated in met
            if mutant.in_domain(case.architecture, case.data_rank, case.residual_rank)
        ]
        broken = next((item for item in values if item[1] > item[3]), None)
        if broken is not None:
            yield Mutant(description=mutant.mutation, caught=True, by=f"rank {broken[1]} at {broken[0].architecture}")
        elif any(item[3] < item[2] for item in values):
            yield Mutant(description=mutant.mutation, caught=False, by="no rank that was met exceeds it")


def demonstrate_descent() -> None:
    """One exact step, measured."""
    _measured(Architecture((1, 2, 1)), 1, 1)


def demonstrate_bound() -> None:
    """The bound, derived."""
    for derivation in proofs.bounds_without_a1():
        derivation.check(0, count=1)


_BOUNDED = ("singh2021.rank_decrease", "singh2021.training")
CHECKS = (
    *(
        FunctionCheck(
            name, "bounds", "derivation", Engine.SYMBOLIC, DERIVED,
            lambda context: examine(proofs.bounds_without_a1(), context), demonstrate_bound,
            derivations=proofs.bounds_without_a1,
        )
        for name in _BOUNDED
    ),
    *(
        FunctionCheck(name, "bounds", "exact descent", Engine.EXACT, DESCENT, _bounds(name), demonstrate_descent)
        for name in _BOUNDED
    ),
)  # fmt: skip
