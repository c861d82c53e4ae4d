"""Which assumptions of Lemma 8 are needed: balancedness for L ≥ 2, centred classes for L = 1, and square weights never.

Each removed assumption has an exact instance at which the rest of the lemma holds and the conclusion fails.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from hessproof.numeric.training.flow import gradient_flow
from hessproof.numeric.training.problem import LinearProblem
from hessproof.numeric.training.series import flow_series
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

EXACT = "the first Taylor coefficients of an exact instance"
FLOAT = "the instance integrated by an adaptive Runge-Kutta method"
Rows = list[list[int]]


@dataclass(frozen=True)
class Instance:
    """Two square weights and centred inputs.

    Args:
        name: What it is.
        first: W^1.
        second: W^2.
        samples: Half of the inputs; each stands for itself and its negative, both of the same class.
    """

    name: str
    first: Rows
    second: Rows
    samples: Rows

    @property
    def sigma(self) -> Rows:
        """NΣ, from the samples and their negatives."""
        return [[2 * sum(x[i] * x[j] for x in self.samples) for j in range(2)] for i in range(2)]


UNBALANCED = Instance("centred, not balanced", [[1, 0], [0, 0]], [[1, 1], [0, 1]], [[1, 0], [1, 1]])
"""Σ ∝ [2 1; 1 1]; W^{2⊤}W^2 = [1 1; 1 2]: d/dt det W^1 = −(W^{2⊤}W^2W^1Σ)_22 < 0."""


def variants() -> Iterator[Instance]:
    """Instances at which the rank does not rise: balanced, or with a diagonal product."""
    yield Instance("balanced", [[1, 0], [0, 0]], [[1, 0], [0, 0]], UNBALANCED.samples)
    yield Instance("W^2 orthogonal", UNBALANCED.first, [[0, 1], [1, 0]], UNBALANCED.samples)
    yield Instance("white inputs", UNBALANCED.first, UNBALANCED.second, [[1, 0], [0, 1]])


def determinant_rate(instance: Instance) -> tuple[Fraction, Fraction]:
    """det W^1 at t = 0 and its derivative there."""
    series = flow_series([instance.first, instance.second], instance.sigma, [[0, 0], [0, 0]], 1)[0]
    (a, b), (c, d) = ([series[0][i, j] for j in range(2)] for i in range(2))
    (p, q), (r, s) = ([series[1][i, j] for j in range(2)] for i in range(2))
    now, rate = a * d - b * c, p * d + a * s - q * c - b * r
    return Fraction(int(now.p), int(now.q)), Fraction(int(rate.p), int(rate.q))


def rank_rises(instance: Instance) -> bool:
    """Whether rk W^1 is 1 at t = 0 and 2 right after."""
    now, rate = determinant_rate(instance)
    return now == 0 != rate


def scalar_weights_stay(depth: int) -> bool:
    """1-1-…-1 with centred classes: whether a weight is zero for all t if and only if it is zero at t = 0.

    All starts with entries −1, 0, 1: every Taylor coefficient of a weight that starts at zero is zero. (The flow is
    ẇ_l = −ησ (Π_{j ≠ l} w_j)² w_l, which multiplies w_l by a number.)
    """
    for start in product((-1, 0, 1), repeat=depth):
        series = flow_series([[[w]] for w in start], [[1]], [[0]], 3)
        for one, w in zip(series, start, strict=True):
            if w == 0 and any(matrix[0, 0] != 0 for matrix in one):
                return False
    return True


def _balance(context: Context) -> Finding:
    counter = Counter(claim("hessproof.balanced_flow").part("balance_needed"))
    now, rate = determinant_rate(UNBALANCED)
    counter.count(Case(Architecture((2, 2, 2)), 2, 1), rank_rises(UNBALANCED))
    for depth in (2, 3, 4):
        counter.count(Case(Architecture((1,) * (depth + 1)), 1, 1), scalar_weights_stay(depth))
    controls = tuple(
        Mutant(description=one.name, caught=not rank_rises(one), by="the determinant stays zero to first order")
        for one in variants()
    )
    return Finding(
        Strength.CERTIFICATE, "2-2-2 at an exact instance; 1-…-1 with L ≤ 4 at all starts with entries −1, 0, 1",
        counter.tally, counter.regions, controls,
        details={
            "W^1": UNBALANCED.first, "W^2": UNBALANCED.second, "samples, with their negatives": UNBALANCED.samples,
            "det W^1 at t = 0": str(now), "d/dt det W^1": str(rate),
            "smaller square networks": "1-1 and 2-2 have L = 1, where balancedness is void; 1-…-1 keep their ranks",
        },
    )  # fmt: skip


def smallest_value(instance: Instance, time: float = 0.1) -> float:
    """σ_2(W^1) at a time, in floating point."""
    sigma = np.array(instance.sigma, dtype=np.float64) / (2 * len(instance.samples))
    problem = LinearProblem(Architecture((2, 2, 2)), sigma, np.zeros((2, 2)))
    start = [np.array(instance.first, dtype=np.float64), np.array(instance.second, dtype=np.float64)]
    path = gradient_flow(problem.gradient, start, [0.0, time])
    return float(np.linalg.svd(path.states[-1][0], compute_uv=False)[-1])


def _balance_float(context: Context) -> Finding:
    counter = Counter(claim("hessproof.balanced_flow").part("balance_needed"))
    value = smallest_value(UNBALANCED)
    counter.count(Case(Architecture((2, 2, 2)), 2, 1), value > 1e-3)
    controls = tuple(
        Mutant(description=one.name, caught=(small := smallest_value(one)) < 1e-9, by=f"σ_2(W^1) = {small:.1e}")
        for one in variants()
    )
    return Finding(
        Strength.SAMPLE, "the instance on 2-2-2, at t = 0.1", counter.tally, counter.regions, controls,
        details={"σ_2(W^1)": value},
    )  # fmt: skip


ORDER = 12


def follows_exponential(label: int) -> bool:
    """1-1, x = 1, y = label, W_0 = 1: whether the series is that of 2e^{-t} − 1, which is zero at t = ln 2."""
    series = flow_series([[[1]]], [[1]], [[label]], ORDER)[0]
    coefficients = [series[power][0, 0] for power in range(ORDER + 1)]
    wanted = [Fraction(1), *(Fraction(2 * (-1) ** power, math.factorial(power)) for power in range(1, ORDER + 1))]
    return [Fraction(int(c.p), int(c.q)) for c in coefficients] == wanted


def _centring(context: Context) -> Finding:
    counter = Counter(claim("hessproof.balanced_flow").part("centring_needed"))
    counter.count(Case(Architecture((1, 1)), 1, 1), follows_exponential(-1))
    controls = tuple(
        Mutant(description=f"y = {label}", caught=not follows_exponential(label), by="another series")
        for label in (-2, 0, 1, 2)
    )
    return Finding(
        Strength.CERTIFICATE, f"1-1 with x = 1, y = −1, W_0 = 1, up to t^{ORDER}; the equation is linear",
        counter.tally, counter.regions, controls,
    )  # fmt: skip


def weight_at(label: float, time: float) -> float:
    """W_t of 1-1 with x = 1, y = label, W_0 = 1, in floating point."""
    problem = LinearProblem(Architecture((1, 1)), np.eye(1), np.array([[label]]))
    return float(gradient_flow(problem.gradient, [np.eye(1)], [0.0, time]).states[-1][0][0, 0])


def _centring_float(context: Context) -> Finding:
    counter = Counter(claim("hessproof.balanced_flow").part("centring_needed"))
    at, after = weight_at(-1.0, math.log(2)), weight_at(-1.0, 1.0)
    counter.count(Case(Architecture((1, 1)), 1, 1), abs(at) < 1e-8 and after < -0.2)
    controls = tuple(
        Mutant(description=f"y = {label:g}", caught=(value := weight_at(label, 1.0)) > 0, by=f"W_1 = {value:.3f}")
        for label in (0.0, 1.0, 2.0)
    )
    return Finding(
        Strength.SAMPLE, "1-1 at t = ln 2 and t = 1", counter.tally, counter.regions, controls,
        details={"W at ln 2": at, "W at 1": after},
    )  # fmt: skip


def demonstrate_exact() -> None:
    """The series of both instances."""
    rank_rises(UNBALANCED)
    follows_exponential(-1)


def demonstrate_float() -> None:
    """Both instances, integrated."""
    smallest_value(UNBALANCED)
    weight_at(-1.0, 1.0)


_ID = "hessproof.balanced_flow"
CHECKS = (
    FunctionCheck(_ID, "balance_needed", "exact instance", Engine.EXACT, EXACT, _balance, demonstrate_exact),
    FunctionCheck(_ID, "balance_needed", "integrated", Engine.FLOAT, FLOAT, _balance_float, demonstrate_float),
    FunctionCheck(_ID, "centring_needed", "exact instance", Engine.EXACT, EXACT, _centring, demonstrate_exact),
    FunctionCheck(_ID, "centring_needed", "integrated", Engine.FLOAT, FLOAT, _centring_float, demonstrate_float),
)
