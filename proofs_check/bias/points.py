"""Exact points of networks with bias: small integer parameters and data, with every rank over Q on demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from hessproof.numeric.bias.centred import centred
from hessproof.numeric.instance import Instance, special_instance
from hessproof.numeric.kernels import Part, hessian
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.bias.cases import biased_cases
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches.point import as_text
from hessproof.proofs_check.searches.special_weights import (
    Weights,
    bulges,
    integer_rank,
    rectangular_identity,
    satisfies_a1,
    vanishing_chain,
)
from hessproof.symbolic.architecture import Architecture


@dataclass(frozen=True, eq=False)
class BiasPoint:
    """Parameters [W^l b^l], Σ̃ and Ω̃ of one case with bias, all integers.

    Args:
        case: Architecture, r, r̃, s, s̃ and e.
        parameters: [W^1 b^1], …, [W^L b^L].
        sigma: Σ̃, (d + 1) × (d + 1), summed over samples.
        omega: Ω̃, K × (d + 1).

    Example:
        >>> point = next(points(next(biased_cases(Architecture((1, 1), bias=True)))))
        >>> point.rank("outer"), point.again("outer"), point.centred_rank("outer")
        (1, 1, 0)
    """

    case: Case
    parameters: Weights
    sigma: NDArray[np.int64]
    omega: NDArray[np.int64]

    @cached_property
    def instance(self) -> Instance:
        """The point as an instance for the engines of :mod:`hessproof.numeric`."""
        return special_instance(self.case.architecture, self.parameters, self.sigma, self.omega)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {}

    def rank(self, part: Part) -> int:
        """rk H_o, rk H_f or rk H_L over Q, from the blocks of the augmented chain."""
        if part not in self._ranks:
            matrix = hessian(self.parameters, self.sigma, self.omega, part, bias=True)
            self._ranks[part] = integer_rank(matrix)
        return self._ranks[part]

    def again(self, part: Part) -> int:
        """The same by a second route: the loss expanded to second order, ranks over Q by SymPy."""
        matrix = reference_hessian(self.instance, part)
        entries = [[QQ(int(entry)) for entry in row] for row in matrix]
        return int(DomainMatrix(entries, matrix.shape, QQ).rank())

    def centred_rank(self, part: Part) -> int:
        """The rank of a part of the Hessian without bias at Cov(x) and E[δ(x − E[x])⊤]."""
        if f"centred {part}" not in self._ranks:
            moved = centred(self.instance)
            weights = [weight.astype(object) for weight in moved.weights]
            self._ranks[f"centred {part}"] = integer_rank(hessian(weights, moved.sigma, moved.omega, part))
        return self._ranks[f"centred {part}"]

    def chain_ranks(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """rk W^{L:l+1} and rk W^{l:1}Cov(x), for l = 0, …, L."""
        weights = [parameters[:, :-1] for parameters in self.parameters]
        count, total = self.sigma[-1, -1], self.sigma[:-1, -1]
        below = [count * self.sigma[:-1, :-1] - np.outer(total, total)]
        for weight in weights:
            below.append(weight @ below[-1])
        above = [np.eye(self.case.architecture.outputs, dtype=np.int64)]
        for weight in reversed(weights):
            above.insert(0, above[0] @ weight)
        return tuple(map(integer_rank, above)), tuple(map(integer_rank, below))

    @property
    def a1(self) -> bool:
        """Assumption A1: every W^l has maximal rank, W^1 after the reduction of the data to r dimensions."""
        return satisfies_a1([parameters[:, :-1] for parameters in self.parameters], self.sigma[:-1, :-1])

    @property
    def a3(self) -> bool:
        """Assumption A3: E[x] = 0."""
        return not self.sigma[:-1, -1].any()

    @property
    def as_fields(self) -> dict[str, Any]:
        """What a counterexample's record says of the point."""
        case = self.case
        return {
            "widths": list(case.architecture.widths),
            "bias": True,
            "data_rank": case.data_rank,
            "augmented_data_rank": case.augmented_data_rank,
            "residual_rank": case.residual_rank,
            "augmented_residual_rank": case.augmented_residual_rank,
            "residual_mean": case.residual_mean,
            "weights": [as_text(matrix) for matrix in self.parameters],
            "sigma": as_text(self.sigma),
            "omega": as_text(self.omega),
        }


def data_of(case: Case) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Σ̃ and Ω̃ with small entries: unit vectors (and 0) as inputs; centred ones ±e_i too where r̃ = r + 1.

    Example:
        >>> [sigma.tolist() for sigma, _ in data_of(Case(Architecture((1, 1), bias=True), 1, 0, 2, 0, 0))]
        [[[1, 1], [1, 2]], [[2, 0], [0, 2]]]
    """
    d, r, s = case.architecture.inputs, case.data_rank, case.residual_rank
    units = np.eye(d, dtype=np.int64)[:r]
    free = case.augmented_data_rank == r + 1
    choices = [np.vstack([units, np.zeros((1, d), dtype=np.int64)]) if free else units]
    if free and r:
        choices.append(np.vstack([units, -units]))
    omega = np.zeros((case.architecture.outputs, d + 1), dtype=np.int64)
    omega[range(s), range(s)] = 1
    if not free:
        if case.residual_mean:
            omega[range(s), d] = 1
        else:
            omega[range(s), range(1, s + 1)] = -1
    elif case.residual_mean:
        omega[0 if case.augmented_residual_rank == s else s, d] = 1
    for inputs in choices:
        rows = np.hstack([inputs, np.ones((len(inputs), 1), dtype=np.int64)])
        yield rows.T @ rows, omega


def settings(architecture: Architecture) -> Iterator[Weights]:
    """Special parameters [W^l b^l]: identities, vanishing chains and zeros, and a few draws from small integers.

    The biases are all 0, all 1, or all but one are 1.
    """
    shapes = architecture.weight_shapes
    plain = Architecture(architecture.widths)
    identity = [rectangular_identity(*shape) for shape in shapes]
    shifted = [rectangular_identity(*shape, offset=max(shape)) for shape in shapes]
    chains = [identity, shifted, *(vanishing_chain(plain, layer) for layer in bulges(plain))]
    chains.append([np.zeros_like(weight) for weight in identity])
    chains += [[0 * w if l == layer else w for l, w in enumerate(identity)] for layer in range(len(shapes))]
    for weights in chains:
        for bias in (0, 1):
            yield _joined(weights, [np.full(len(weight), bias) for weight in weights])
    ones = [np.ones(len(weight), dtype=np.int64) for weight in identity]
    for layer in range(len(shapes)):
        yield _joined(identity, [0 * b if l == layer else b for l, b in enumerate(ones)])
    rng = np.random.default_rng(architecture.widths)
    for bound in (1, 1, 3):
        yield [rng.integers(-bound, bound + 1, size=(rows, columns + 1)) for rows, columns in shapes]


def _joined(weights: Sequence[NDArray[Any]], biases: Sequence[NDArray[Any]]) -> Weights:
    return [np.hstack([w, b[:, None]]).astype(np.int64) for w, b in zip(weights, biases, strict=True)]


def points(case: Case) -> Iterator[BiasPoint]:
    """The special points of one case."""
    for sigma, omega in data_of(case):
        for parameters in settings(case.architecture):
            yield BiasPoint(case, parameters, sigma, omega)


def every_point(architecture: Architecture) -> Iterator[BiasPoint]:
    """The special points of all cases of an architecture with bias."""
    for case in biased_cases(architecture):
        yield from points(case)


def witness(case: Case, ranks: dict[Part, int], attempts: int = 200) -> BiasPoint | None:
    """Small integer parameters at which the given ranks are attained, on the small data of the case."""
    rng = np.random.default_rng([*case.architecture.widths, case.data_rank, case.residual_rank])
    data = list(data_of(case))
    for attempt in range(attempts):
        bound = 1 + attempt // 20
        shapes = case.architecture.weight_shapes
        parameters = [rng.integers(-bound, bound + 1, size=(rows, columns + 1)) for rows, columns in shapes]
        sigma, omega = data[attempt % len(data)]
        point = BiasPoint(case, parameters, sigma, omega * bound)
        if all(point.rank(part) == rank for part, rank in ranks.items()):
            return point
    return None
