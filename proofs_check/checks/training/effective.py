"""The measure of Gull and MacKay, γ(α) = Σ λ_i/(λ_i + α), against the rank.

The published sentence reads it as equal to the rank for small α. It never is, unless H = 0. Two exact ways to γ(α), and
a derivation of how far it lies below.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.instance import Instance, special_instance
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.enumeration import architectures_within, cases
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flow import proofs

RESOLVENT = "γ(α) as the trace of H(H + αI)^{-1} over the rationals, for H_o of integer networks"
DIAGONAL = "γ(α) from eigenvalues that are known: diagonal H_o of linear networks with one layer"
RANGES = {Profile.QUICK: (2, 2), Profile.STANDARD: (3, 2), Profile.THOROUGH: (3, 3)}
CONSTANTS = (Fraction(1), Fraction(1, 10), Fraction(1, 1000))


def resolvent(matrix: Any, alpha: Fraction) -> Fraction:
    """tr H(H + αI)^{-1}, exactly, for a positive semidefinite H and α > 0.

    Example:
        >>> resolvent(np.array([[1, 1], [1, 1]]), Fraction(1))
        Fraction(2, 3)
    """
    size = len(matrix)
    entries = [flint.fmpq(int(entry)) for entry in np.asarray(matrix).flat]
    whole = flint.fmpq_mat(size, size, entries)
    shift = flint.fmpq(alpha.numerator, alpha.denominator)
    unit = flint.fmpq_mat(size, size, [shift if i == j else flint.fmpq(0) for i in range(size) for j in range(size)])
    found = whole * (whole + unit).inv()
    total = sum((found[i, i] for i in range(size)), flint.fmpq(0))
    return Fraction(int(total.p), int(total.q))


def smallest_eigenvalue_bound(matrix: Any, rank: int) -> Fraction:
    """A positive lower bound of the smallest nonzero eigenvalue of a positive semidefinite integer matrix.

    With characteristic polynomial x^{n-ρ}g(x), ∏λ = |g(0)| and Σ1/λ = |g′(0)/g(0)| ≥ 1/λ_min.
    """
    size = len(matrix)
    polynomial = flint.fmpz_mat(size, size, [int(entry) for entry in np.asarray(matrix).flat]).charpoly()
    coefficients = [int(polynomial[size - rank + i]) for i in range(2)]
    return Fraction(abs(coefficients[0]), abs(coefficients[1]))


def network(architecture: Architecture, case: Case) -> Instance:
    """Drawn integer weights with Σ = diag(1, …, 1, 0, …, 0)."""
    stream = np.random.default_rng([case.data_rank, *architecture.widths])
    weights = [stream.integers(-3, 4, shape) for shape in architecture.weight_shapes]
    sigma = np.diag([int(i < case.data_rank) for i in range(architecture.inputs)])
    return special_instance(architecture, weights, sigma, np.zeros((architecture.outputs, architecture.inputs), int))


def outer_hessians(context: Context) -> Iterator[tuple[Case, Any, int]]:
    """H_o of drawn networks, with its rank."""
    depth, width = RANGES[context.profile]
    for architecture in architectures_within(depth, width):
        for case in cases(architecture):
            if case.residual_rank == 0:
                matrix = reference_hessian(network(architecture, case), "outer")
                yield case, matrix, exact_rank(matrix, most_primes=10**6).value


def _published(context: Context) -> Finding:
    counter = Counter(claim("singh2021.effective_parameters").part("main"))
    for case, matrix, rank in outer_hessians(context):
        counter.count(case, all(resolvent(matrix, alpha) == rank for alpha in CONSTANTS))
    alpha = Fraction(1, 1000)
    value, again = resolvent(np.array([[1]]), alpha), known([Fraction(1)], alpha)
    example = Counterexample(
        widths=[1, 1], data_rank=1, residual_rank=0, predicted="1, the rank, for small α",
        measured=f"1/(1 + α), such as {value} at α = {alpha}", weights=[[["1"]]], sigma=[["1"]], omega=[["0"]],
        order="p, then L, then widths, then r, then s",
        confirmed_by=f"the eigenvalue λ = 1 itself: λ/(λ + α) = {again}" if again == value else None,
        reproduce="hessproof verify singh2021.effective_parameters --engine exact",
    )  # fmt: skip
    depth, width = RANGES[context.profile]
    return Finding(
        Strength.SAMPLE, f"H_o of drawn networks with L ≤ {depth} and widths ≤ {width}, α = 1, 1/10, 1/1000",
        counter.tally, counter.regions,
        (Mutant(description="the published statement itself", caught=value != 1, by="the counterexample"),), example,
        details={"when it agrees": "rounded to the nearest integer, for α < λ/(2 rk H − 1), λ the smallest nonzero "
                 "eigenvalue (hessproof.effective_parameters)"},
    )  # fmt: skip


def known(eigenvalues: list[Fraction], alpha: Fraction) -> Fraction:
    """Σ λ/(λ + α)."""
    return sum((value / (value + alpha) for value in eigenvalues), Fraction(0))


def _exact(key: str) -> Any:
    """The repaired statement at H_o of drawn networks, through the resolvent."""

    def work(context: Context) -> Finding:
        counter, controls = Counter(claim("hessproof.effective_parameters").part(key)), list[Mutant]()
        for case, matrix, rank in outer_hessians(context):
            if not rank:
                continue
            smallest = smallest_eigenvalue_bound(matrix, rank)
            for alpha in (*CONSTANTS, smallest / (2 * rank - 1) * Fraction(99, 100)):
                value = resolvent(matrix, alpha)
                outcome, satisfied = _judged(key, rank, value, alpha, smallest)
                counter.count(case, outcome, satisfied=satisfied)
            large = resolvent(matrix, 10**6 * Fraction(int(np.trace(matrix))))
            controls.append(
                Mutant(description=f"a large α at {case.architecture}", caught=_rounded(large) != rank, by="γ is small")
            )
        depth, width = RANGES[context.profile]
        return Finding(
            Strength.SAMPLE, f"H_o of drawn networks with L ≤ {depth} and widths ≤ {width}", counter.tally,
            counter.regions, tuple(controls),
        )  # fmt: skip

    return work


def _judged(key: str, rank: int, value: Fraction, alpha: Fraction, smallest: Fraction) -> tuple[bool, bool]:
    """Whether the statement holds, and whether its hypothesis does; ``smallest`` is at most the least eigenvalue."""
    if key == "bound":
        return 0 < rank - value <= rank * alpha / (smallest + alpha), True
    return _rounded(value) == rank, alpha < smallest / (2 * rank - 1)


def _rounded(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def _diagonal(key: str) -> Any:
    """The same with eigenvalues that are known, and the thresholds attained."""

    def work(context: Context) -> Finding:
        counter, controls = Counter(claim("hessproof.effective_parameters").part(key)), list[Mutant]()
        for inputs in range(1, 4):
            for outputs in range(1, 4):
                case = Case(Architecture((inputs, outputs)), inputs, 0)
                for values in ([Fraction(1)] * inputs, [Fraction(i + 1, 3) for i in range(inputs)]):
                    spectrum, rank, smallest = values * outputs, inputs * outputs, min(values)
                    threshold = smallest / (2 * rank - 1)
                    for alpha in (threshold / 2, threshold * Fraction(99, 100), Fraction(1)):
                        outcome, satisfied = _judged(key, rank, known(spectrum, alpha), alpha, smallest)
                        counter.count(case, outcome, satisfied=satisfied)
                    beyond = known([smallest] * rank, threshold * Fraction(101, 100))
                    controls.append(
                        Mutant(description=f"α beyond the threshold, rank {rank}, equal eigenvalues",
                               caught=_rounded(beyond) != rank, by="γ rounds to less than the rank")
                    )  # fmt: skip
        return Finding(
            Strength.SAMPLE, "H_o = I ⊗ Σ of networks with one layer, Σ diagonal", counter.tally, counter.regions,
            tuple(controls), details={"the threshold is sharp": all(control.caught for control in controls)},
        )  # fmt: skip

    return work


def demonstrate_resolvent() -> None:
    """The resolvent of one Hessian."""
    architecture = Architecture((1, 1, 1))
    matrix = reference_hessian(network(architecture, Case(architecture, 1, 0)), "outer")
    resolvent(matrix, Fraction(1))


def demonstrate_diagonal() -> None:
    """Known eigenvalues."""
    known([Fraction(1)], Fraction(1))


def demonstrate_derivation() -> None:
    """The bound, derived."""
    for derivation in proofs.effective_parameters():
        derivation.check(0, count=1)


_ID = "hessproof.effective_parameters"
CHECKS = (
    FunctionCheck(
        "singh2021.effective_parameters", "main", "exact resolvent", Engine.EXACT, RESOLVENT, _published,
        demonstrate_resolvent,
    ),
    *(
        FunctionCheck(
            _ID, key, "derivation", Engine.SYMBOLIC, DERIVED,
            lambda context: examine(proofs.effective_parameters(), context), demonstrate_derivation,
            derivations=proofs.effective_parameters,
        )
        for key in ("bound", "rounding")
    ),
    *(
        FunctionCheck(_ID, key, "exact resolvent", Engine.EXACT, RESOLVENT, _exact(key), demonstrate_resolvent)
        for key in ("bound", "rounding")
    ),
    *(
        FunctionCheck(_ID, key, "known eigenvalues", Engine.EXACT, DIAGONAL, _diagonal(key), demonstrate_diagonal)
        for key in ("bound", "rounding")
    ),
)  # fmt: skip
