"""The second route of the survey with bias: Hessians from the definition of the loss, another draw, other primes.

It shares no code with :mod:`hessproof.proofs_check.bias.survey` beyond the case and the record: samples of its own with
the asked ranks by construction, verified modulo the prime; the loss expanded to second order layer by layer with
W^l a + b^l (:mod:`hessproof.numeric.reference`); ranks by elimination in float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.instance import Instance, data_instance
from hessproof.numeric.modular import blocked_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.bias.record import BiasRecord
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.surveys.record import Draw

PRIMES = primes(8)[4:]
SPREAD = 10_000
"""Weights and biases are uniform between −SPREAD and SPREAD."""


def measure_by_definition(case: Case, seed: int = 0, draws: int = 1) -> BiasRecord:
    """The record of a case by the second-order coefficients of the loss.

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> dict(measure_by_definition(Case(Architecture((1, 1, 2), bias=True), 1, 1, 2, 2, 1)).ranks)
        {'outer': 4, 'functional': 4, 'loss': 6}
    """
    found: dict[str, int] = {}
    drawn = []
    for number in range(draws):
        prime = PRIMES[number % len(PRIMES)]
        instance = draw_samples(case, seed + number, prime)
        drawn.append(Draw(seed + number, prime, SPREAD))
        outer = reference_hessian(instance, "outer", prime)
        functional = reference_hessian(instance, "functional", prime)
        loss = reference_hessian(instance, "loss", prime)
        for name, matrix in (("outer", outer), ("functional", functional), ("loss", loss)):
            found[name] = max(found.get(name, 0), _rank(matrix, prime))
    return BiasRecord(case, found, tuple(drawn), seed)


def draw_samples(case: Case, seed: int, prime: int) -> Instance:
    """An instance with the ranks of a case, verified modulo a prime, from samples in three groups.

    The first group are r independent inputs (if r̃ = r with a last coordinate of their factors fixed, so that 1 is a
    linear function of x), the second repeats the first ones with the opposite sign (if r̃ > r, which makes 1
    independent), the third is x = 0 if r = 0. Residuals are a product with s̃ columns; E[δ] = 0 by repeating each sample
    with its own x and opposite residuals of different size, E[δ] outside the range of E[δx⊤] by a residual that is
    equal on x and −x.
    """
    architecture, r, s = case.architecture, case.data_rank, case.residual_rank
    d, outputs = architecture.inputs, architecture.outputs
    rng = np.random.default_rng([prime, seed, *architecture.widths, *_numbers(case)])
    wanted = _numbers(case)
    for _ in range(50):
        left = _uniform(rng, max(r, 1), r, 50)
        if case.augmented_data_rank == r:
            left[:, 0] = 1
        left = left if case.augmented_data_rank == r else np.concatenate([left, -left])
        x = left @ _uniform(rng, r, d, 50)
        delta = _uniform(rng, len(x), s, 50) @ _uniform(rng, s, outputs, 50)
        if not case.residual_mean:
            count = len(x)
            delta = count * delta - delta.sum(axis=0)
        elif case.augmented_residual_rank != s:
            half = _uniform(rng, len(x) // 2, 1, 50) @ _uniform(rng, 1, outputs, 50)
            delta = delta + np.concatenate([half, half])
        if _ranks_of(x, delta, prime) == wanted:
            break
    else:
        raise ArithmeticError(f"no samples with the ranks {wanted} in 50 draws")
    weights = [_uniform(rng, rows, columns + 1, SPREAD) for rows, columns in architecture.weight_shapes]
    value = x.T
    for weight in weights:
        value = weight[:, :-1] @ value + weight[:, -1:]
    return data_instance(architecture, x, value.T - delta, seed, weights=weights)


def _numbers(case: Case) -> tuple[int, ...]:
    found = (case.data_rank, case.augmented_data_rank, case.residual_rank, case.augmented_residual_rank,
             case.residual_mean)  # fmt: skip
    return tuple(number or 0 for number in found)


def _ranks_of(x: NDArray[Any], delta: NDArray[Any], prime: int) -> tuple[int, ...]:
    larger = np.concatenate([x, np.ones((len(x), 1), dtype=object)], axis=1)
    moments = (x, larger, delta.T @ x, delta.T @ larger)
    return (*(_rank(moment, prime) for moment in moments), int(any(delta.sum(axis=0))))


def _uniform(rng: np.random.Generator, rows: int, columns: int, bound: int) -> NDArray[Any]:
    return rng.integers(-bound, bound, size=(rows, columns), endpoint=True).astype(object)


def _rank(matrix: NDArray[Any], prime: int) -> int:
    if 0 in matrix.shape:
        return 0
    return blocked_rank(np.asarray(matrix % prime, dtype=np.float64), prime)
