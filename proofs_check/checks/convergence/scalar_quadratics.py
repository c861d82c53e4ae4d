r"""Every family of quadratics in one variable with small integer coefficients: inequalities about one more object.

ℓ_i(θ* + t) = c_i + g_i t + ½ a_i t² with c_i ∈ {0, 1, 2}, a_i, g_i ∈ {−1, 0, 1} and t ∈ {½, 1, 2}, k ≤ 3 objects and
one more. Both sides times 8k(k + 1) are integers. The controls shrink one term of the right side at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import numpy.typing as npt

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_convergence import QUADRATIC_LOSSES
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

IDEA = "all quadratics in one variable with small integer coefficients, both sides as integers"
Integers = npt.NDArray[np.int64]
LEVELS, SLOPES, CURVATURES, STEPS = (0, 1, 2), (-1, 0, 1), (-1, 0, 1), (1, 2, 4)
"""Values of c, of g, of a, and of 2t."""
WEIGHTS = (0, 1, 2)
"""Quarters of a term of the right side that the controls leave."""


@dataclass(frozen=True)
class Family:
    """Quadratics of one k: c, g and a with one row a family, the added object in the last column; and 2t."""

    levels: Integers
    slopes: Integers
    curvatures: Integers
    steps: Integers

    @property
    def count(self) -> int:
        """k."""
        return int(self.levels.shape[1]) - 1

    def excess(self, values: Integers) -> Integers:
        """k times the added value less the sum of the others."""
        found: Integers = self.count * values[:, -1] - values[:, :-1].sum(axis=1)
        return found


Side = Callable[[Family], Integers]


@dataclass(frozen=True)
class Inequality:
    """left ≤ the sum of the terms; both sides times the same positive integer.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        critical: Whether θ* is a common critical point, g = 0.
        left: The left side.
        terms: The terms of the right side.
    """

    claim: str
    part: str
    critical: bool
    left: Side
    terms: tuple[Side, ...]


def _change(one: Family) -> Integers:
    """8k(k + 1) |𝓛_{k+1} − 𝓛_k|."""
    terms = (
        8 * one.excess(one.levels),
        4 * one.steps * one.excess(one.slopes),
        one.steps**2 * one.excess(one.curvatures),
    )
    found: Integers = np.abs(terms[0] + terms[1] + terms[2])
    return found


def _levels(one: Family) -> Integers:
    return 8 * np.abs(one.excess(one.levels))


def _slopes(one: Family) -> Integers:
    found: Integers = 4 * one.steps * np.abs(one.excess(one.slopes))
    return found


def _curvatures(one: Family) -> Integers:
    found: Integers = one.steps**2 * np.abs(one.excess(one.curvatures))
    return found


def _twice_curvatures(one: Family) -> Integers:
    return 2 * _curvatures(one)


def _largest_level(one: Family) -> Integers:
    found: Integers = 8 * 2 * one.count * one.levels.max(axis=1)
    return found


def _largest_curvature(one: Family) -> Integers:
    found: Integers = one.steps**2 * 2 * one.count * np.abs(one.curvatures).max(axis=1)
    return found


TESTS = (
    Inequality("kiselev2024.triangle", "main", True, _change, (_levels, _twice_curvatures)),
    Inequality("kiselev2024.lemma2", "losses", True, _levels, (_largest_level,)),
    Inequality("kiselev2024.lemma2", "hessians", True, _curvatures, (_largest_curvature,)),
    Inequality("hessproof.taylor_difference", "bound", False, _change, (_levels, _slopes, _curvatures)),
)


def families(critical: bool, most: int = 3) -> Iterator[Family]:
    """All of them, by k; with slopes up to k = 2.

    Example:
        >>> [len(one.steps) for one in families(True)]
        [243, 2187, 19683]
    """
    for count in range(1, (most if critical else min(most, 2)) + 1):
        slopes = ((0,),) if critical else (SLOPES,)
        rows = [LEVELS, CURVATURES, *slopes]
        each = np.asarray(list(product(*(product(values, repeat=count + 1) for values in rows), STEPS)), dtype=object)
        levels, curvatures, gradients = (np.asarray(each[:, i].tolist(), dtype=np.int64) for i in range(3))
        yield Family(levels, gradients, curvatures, np.asarray(each[:, 3].tolist(), dtype=np.int64))


def holds(test: Inequality, one: Family, weights: tuple[int, ...] | None = None) -> npt.NDArray[np.bool_]:
    """Where left ≤ right, the terms of the right side in quarters given by ``weights``."""
    each = weights or (4,) * len(test.terms)
    right = sum(weight * term(one) for weight, term in zip(each, test.terms, strict=True))
    return np.asarray(4 * test.left(one) <= right)


def work(test: Inequality, context: Context) -> Finding:
    """Judge every family, and the right side with one term shrunk."""
    counter = Counter(claim(test.claim).part(test.part))
    case = Case(Architecture((1, 1)), 1, 1, traits=frozenset({QUADRATIC_LOSSES}))
    found = list(families(test.critical))
    for one in found:
        good = int(holds(test, one).sum())
        counter.count_many(case, good, len(one.steps) - good)
    controls = []
    for place, weight in product(range(len(test.terms)), WEIGHTS):
        weights = tuple(weight if i == place else 4 for i in range(len(test.terms)))
        fails = any(not holds(test, one, weights).all() for one in found)
        by = "some family" if fails else "it holds of all of them as well"
        controls.append(Mutant(description=f"term {place + 1} times {weight}/4", caught=fails, by=by))
    return Finding(
        Strength.SAMPLE,
        f"all {sum(len(one.steps) for one in found)} families of quadratics in one variable with small integers",
        counter.tally, counter.regions, tuple(controls),
    )  # fmt: skip


def demonstrate(test: Inequality) -> None:
    """The families of two objects."""
    for one in families(test.critical, 1):
        holds(test, one)


CHECKS = tuple(
    FunctionCheck(
        test.claim, test.part, "all small quadratics", Engine.EXACT, IDEA, partial(work, test),
        partial(demonstrate, test),
    )
    for test in TESTS
)  # fmt: skip
