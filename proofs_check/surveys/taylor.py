"""The survey's second route: Hessians from the Taylor coefficients of the loss, ranks by elimination in float64.

It shares no code with the survey beyond the request and the record: its own draws, the loss differentiated from its
definition (:mod:`hessproof.numeric.reference`), another elimination, other primes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.instance import Instance, data_instance
from hessproof.numeric.modular import blocked_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.surveys.record import Draw, Record, Request
from hessproof.symbolic.architecture import Architecture

PRIMES = primes(4, below=2**22)
SPREAD = 10_000
"""Weights are uniform between −SPREAD and SPREAD."""


def measure_by_taylor(requests: Sequence[Request]) -> list[Record]:
    """Records of outer, functional, loss and the block columns, one for each request (moments first only).

    Example:
        >>> measure_by_taylor([Request((2, 2, 2), 2, 2)])[0].ranks["loss"]
        8
    """
    return [_measured(request) for request in requests]


def draw_samples(request: Request, seed: int, prime: int) -> Instance:
    """An instance with N = r + 1 samples, rk Σ = r and rk Ω = s by construction, verified modulo the prime.

    X is an N × r times an r × d matrix, the residuals δ an N × s times an s × K one, y = W^{L:1}x − δ. Products bound
    both ranks from above, the rank modulo a prime from below.
    """
    architecture = Architecture(request.widths)
    architecture.check_ranks(request.data_rank, request.residual_rank)
    rng = np.random.default_rng([prime, seed, *request.widths, request.data_rank, request.residual_rank])
    samples, inputs, outputs = request.data_rank + 1, architecture.inputs, architecture.outputs
    while True:
        x = _uniform(rng, samples, request.data_rank, 50) @ _uniform(rng, request.data_rank, inputs, 50)
        delta = _uniform(rng, samples, request.residual_rank, 50) @ _uniform(rng, request.residual_rank, outputs, 50)
        found = (_rank(x.T @ x, prime), _rank(delta.T @ x, prime))
        if found == (request.data_rank, request.residual_rank):
            break
    weights = [_uniform(rng, *shape, SPREAD) for shape in architecture.weight_shapes]
    value = x.T
    for weight in weights:
        value = weight @ value
    return data_instance(architecture, x, value.T - delta, seed, weights=weights)


def _measured(request: Request) -> Record:
    slices = Architecture(request.widths).slices
    found: dict[str, list[int]] = {}
    draws = []
    for i in range(request.draws):
        prime = PRIMES[i % len(PRIMES)]
        one = draw_samples(request, request.seed + i, prime)
        draws.append(Draw(request.seed + i, prime, SPREAD))
        functional = reference_hessian(one, "functional", prime)
        matrices = {"outer": reference_hessian(one, "outer", prime), "functional": functional}
        matrices["loss"] = reference_hessian(one, "loss", prime)
        matrices |= {f"column:{layer}": functional[:, own] for layer, own in enumerate(slices, start=1)}
        for name, matrix in matrices.items():
            found.setdefault(name, []).append(_rank(matrix, prime))
    return Record(
        widths=request.widths,
        data_rank=request.data_rank,
        residual_rank=request.residual_rank,
        ranks={name: max(values) for name, values in found.items()},
        draws=tuple(draws),
        lowest={name: min(values) for name, values in found.items() if min(values) < max(values)},
    )


def _uniform(rng: np.random.Generator, rows: int, columns: int, bound: int) -> NDArray[Any]:
    return rng.integers(-bound, bound, size=(rows, columns), endpoint=True).astype(object)


def _rank(matrix: NDArray[Any], prime: int) -> int:
    if 0 in matrix.shape:
        return 0
    return blocked_rank(np.asarray(matrix % prime, dtype=np.float64), prime)
