"""Ranks at initialisation: A1, and the residual covariance on the digits. Criteria: ``criteria.training``.

Two routes each. One reads the float64 weights as the dyadic rationals that they are and finds ranks over Q; the other
computes singular values in floating point. A1 has a derivation besides: for every distribution with a density the
deficient matrices, of codimension at least one, have measure zero, and orthonormal rows or columns are independent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from hessproof.numeric.datasets import digits
from hessproof.numeric.exact import exact_rank
from hessproof.numeric.training.dyadic import as_dyadic, float_rank
from hessproof.numeric.training.initialisation import Parameters, initial_parameters
from hessproof.numeric.training.problem import chained
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.criteria import training as criteria
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flow import proofs

EXACT = "float64 weights read as dyadic rationals, ranks over Q by FLINT"
FLOAT = "singular values in floating point, with their smallest ratio"

Value = Callable[[int], tuple[float, list[Mutant]]]
"""A run's number and its controls, from its seed."""


def experiment(criterion: Criterion, value: Value, scope: str) -> Callable[[Context], Finding]:
    """Run all seeds of a criterion and judge each of them."""

    def work(context: Context) -> Finding:
        tally, values, controls = Tally(), [], list[Mutant]()
        for seed in criterion.seeds:
            found, caught = value(seed)
            values.append(found)
            controls += caught
            tally.count(criterion.met(found))
        return Finding(
            Strength.SAMPLE, scope, tally, {}, tuple(controls), details={"criterion": criterion.record(values)}
        )

    return work


def drawn(widths: Sequence[str], seed: int) -> Iterator[tuple[Architecture, str, Parameters]]:
    """Weights of every network by every scheme."""
    for text in widths:
        architecture = Architecture.parse(text)
        for scheme in criteria.SCHEMES:
            yield architecture, scheme, initial_parameters(architecture, scheme, seed)


def lowered(matrix: Any, column: int) -> Any:
    """The matrix with one column replaced by zero, or by another column: a control."""
    wrong = np.array(matrix)
    other = (column + 1) % wrong.shape[1]
    wrong[:, column] = wrong[:, other] if other != column else 0.0
    return wrong


def maximal_share(seed: int) -> tuple[float, list[Mutant]]:
    """The share of weight matrices of maximal exact rank."""
    maximal, controls = list[bool](), list[Mutant]()
    for architecture, scheme, weights in drawn(criteria.INITIAL_WIDTHS, seed):
        maximal += [float_rank(matrix) == min(matrix.shape) for matrix in weights]
        if seed == 0:
            controls += _deficient(architecture, scheme, weights, lambda m: float_rank(m) < min(m.shape))
    return sum(maximal) / len(maximal), controls


def smallest_ratio(seed: int) -> tuple[float, list[Mutant]]:
    """The smallest σ_min/σ_max."""
    ratios, controls = list[float](), list[Mutant]()
    for architecture, scheme, weights in drawn(criteria.INITIAL_WIDTHS, seed):
        ratios += [_ratio(matrix, min(matrix.shape)) for matrix in weights]
        if seed == 0:
            controls += _deficient(architecture, scheme, weights, _below)
    return min(ratios), controls


def _below(matrix: Any) -> bool:
    return _ratio(matrix, min(matrix.shape)) < criteria.A1_FLOAT.threshold


def _deficient(
    architecture: Architecture, scheme: str, weights: Parameters, notices: Callable[[Any], bool]
) -> Iterator[Mutant]:
    """Every square or tall weight with its first column made dependent."""
    for layer, matrix in enumerate(weights, start=1):
        if matrix.shape[0] >= matrix.shape[1]:
            caught = notices(lowered(matrix, 0))
            yield Mutant(
                description=f"W^{layer} of {architecture}, {scheme}, with a dependent column", caught=caught,
                by="its rank falls" if caught else "not noticed",
            )  # fmt: skip


def _ratio(matrix: Any, place: int) -> float:
    """σ_place/σ_1, zero for a zero matrix."""
    values = np.linalg.svd(matrix, compute_uv=False)
    return float(values[place - 1] / values[0]) if values[0] else 0.0


@cache
def _moments(inputs: int, samples: int | None = None) -> tuple[Any, Any, int]:
    """NΣ and NΣ_yx of the digits, integers, and r."""
    data = digits(inputs).first(samples)
    sigma = data.inputs.T.dot(data.inputs)
    return sigma, data.targets.T.dot(data.inputs), exact_rank(sigma, most_primes=10**6).value


def residual_share(seed: int) -> tuple[float, list[Mutant]]:
    """The share of draws with rk Ω = min(r, K), exactly."""
    reached, controls = list[bool](), list[Mutant]()
    for architecture, scheme, weights in drawn(criteria.RESIDUAL_WIDTHS, seed):
        sigma, cross, data_rank = _moments(architecture.inputs)
        largest = min(data_rank, architecture.outputs)
        reached.append(_exact_residual(weights, sigma, cross) == largest)
        narrow = min(architecture.widths)
        if seed == 0 and narrow < largest:
            found = _exact_residual(weights, sigma, cross * 0)
            controls.append(_without_labels(architecture, scheme, found, largest))
    return sum(reached) / len(reached), controls


def _exact_residual(weights: Parameters, sigma: Any, cross: Any) -> int:
    """rk Ω for float weights and integer data."""
    product, scale = None, 1
    for matrix in weights:
        integer, factor = as_dyadic(matrix)
        product, scale = (integer if product is None else integer.dot(product)), scale * factor
    assert product is not None
    return exact_rank(product.dot(sigma) - scale * cross, most_primes=10**6).value


def _without_labels(architecture: Architecture, scheme: str, found: int, largest: int) -> Mutant:
    return Mutant(
        description=f"labels zero, {architecture}, {scheme}", caught=found < largest,
        by=f"rank {found} in place of {largest}: the bottleneck shows",
    )  # fmt: skip


def residual_ratio(seed: int) -> tuple[float, list[Mutant]]:
    """The smallest σ_min(r,K)(Ω)/σ_1(Ω)."""
    ratios, controls = list[float](), list[Mutant]()
    for architecture, scheme, weights in drawn(criteria.RESIDUAL_WIDTHS, seed):
        data = digits(architecture.inputs)
        inputs, targets = data.inputs.astype(np.float64), data.targets.astype(np.float64)
        sigma, cross = inputs.T @ inputs / len(inputs), targets.T @ inputs / len(inputs)
        largest = min(int(np.linalg.matrix_rank(inputs)), architecture.outputs)
        ratios.append(_ratio(chained(weights) @ sigma - cross, largest))
        if seed == 0 and min(architecture.widths) < largest:
            bare = _ratio(chained(weights) @ sigma, largest)
            caught = bare < criteria.RESIDUAL_FLOAT.threshold
            controls.append(
                Mutant(description=f"labels zero, {architecture}, {scheme}", caught=caught, by=f"ratio {bare:.1e}")
            )
    return min(ratios), controls


def demonstrate_exact() -> None:
    """Exact ranks at one seed of a small network."""
    weights = initial_parameters(Architecture((16, 3, 10)), "glorot-normal", 0)
    float_rank(weights[0])
    _exact_residual(weights, *_moments(16, 20)[:2])


def demonstrate_float() -> None:
    """Singular values of a small network."""
    from hessproof.numeric.training.initialisation import orthogonal

    _ratio(chained([orthogonal(3, 16, np.random.default_rng(0)), orthogonal(10, 3, np.random.default_rng(1))]), 3)


def demonstrate_derivation() -> None:
    """Why deficient matrices have measure zero."""
    for derivation in proofs.maximal_rank():
        derivation.check(0, count=1)


_SCOPE = "the networks, schemes and seeds of the criterion"
CHECKS = (
    FunctionCheck(
        "singh2021.a1", "main", "derivation", Engine.SYMBOLIC, DERIVED,
        lambda context: examine(proofs.maximal_rank(), context), demonstrate_derivation,
        derivations=proofs.maximal_rank,
    ),
    FunctionCheck(
        "singh2021.a1", "main", "exact ranks of drawn weights", Engine.EXACT, EXACT,
        experiment(criteria.A1_EXACT, maximal_share, _SCOPE), demonstrate_exact,
    ),
    FunctionCheck(
        "singh2021.a1", "main", "singular values of drawn weights", Engine.FLOAT, FLOAT,
        experiment(criteria.A1_FLOAT, smallest_ratio, _SCOPE), demonstrate_float,
    ),
    FunctionCheck(
        "singh2021.residual_rank", "main", "exact rank of Ω on the digits", Engine.EXACT, EXACT,
        experiment(criteria.RESIDUAL_EXACT, residual_share, _SCOPE), demonstrate_exact,
    ),
    FunctionCheck(
        "singh2021.residual_rank", "main", "singular values of Ω on the digits", Engine.FLOAT, FLOAT,
        experiment(criteria.RESIDUAL_FLOAT, residual_ratio, _SCOPE), demonstrate_float,
    ),
)  # fmt: skip
