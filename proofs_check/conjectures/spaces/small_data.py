"""Small explicit samples whose ranks are as asked for, so that a reader can redo a counterexample by hand.

The inputs are unit vectors e_1, …, e_r, and 0 too where r̃ = r + 1; the first one repeats where N asks for more. With
the residuals R_i of the different inputs, the columns of N·E[δx⊤] are R_1, …, R_r, and N·E[δ] is their sum, R_0
included; repeated samples have residual 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.draws import outputs_of
from hessproof.numeric.instance import Instance, data_instance
from hessproof.numeric.integers import integers
from hessproof.proofs_check.conjectures.order import DataCase
from hessproof.proofs_check.searches.special_weights import integer_rank
from hessproof.symbolic.architecture import Architecture

Integers = NDArray[Any]


def small_inputs(one: DataCase) -> Integers:
    """The inputs as rows, N × d.

    Example:
        >>> from hessproof.proofs_check.model.claim import Case
        >>> from hessproof.symbolic.architecture import Architecture
        >>> small_inputs(DataCase(Case(Architecture((2, 1)), 1, 0, 2, 0, 0), 3)).tolist()
        [[1, 0], [0, 0], [1, 0]]
    """
    case = one.case
    distinct = np.eye(case.data_rank, case.architecture.inputs, dtype=np.int64)
    if case.augmented_data_rank != case.data_rank:
        distinct = np.vstack([distinct, np.zeros((1, case.architecture.inputs), dtype=np.int64)])
    return np.vstack([distinct, np.repeat(distinct[:1], one.samples - len(distinct), axis=0)])


def small_residuals(one: DataCase, rng: np.random.Generator, bound: int) -> Integers | None:
    """Residuals as rows, N × K, with entries drawn up to a bound; None where this draw misses the ranks.

    For almost all draws E[δx⊤] and E[δ] are general among those of the ranks s, s̃ and e.
    """
    case = one.case
    r, s, outputs = case.data_rank, case.residual_rank, case.architecture.outputs
    right = rng.integers(-bound, bound + 1, size=(s, r))
    centred = case.augmented_data_rank == r and not case.residual_mean
    if centred and r:
        right[:, -1] = -right[:, :-1].sum(axis=1)
    omega = rng.integers(-bound, bound + 1, size=(outputs, s)) @ right
    if case.augmented_data_rank == r:
        mean = omega.sum(axis=1)
    elif not case.residual_mean:
        mean = np.zeros(outputs, dtype=np.int64)
    elif case.augmented_residual_rank == s:
        mean = omega @ rng.integers(-bound, bound + 1, size=r)
    else:
        mean = rng.integers(-bound, bound + 1, size=outputs)
    whole = np.hstack([omega, mean[:, None]])
    if integer_rank(omega) != s or integer_rank(whole) != case.augmented_residual_rank:
        return None
    if int(mean.any()) != case.residual_mean:
        return None
    residuals = np.zeros((one.samples, outputs), dtype=np.int64)
    residuals[:r] = omega.T
    if case.augmented_data_rank != r:
        residuals[r] = mean - omega.sum(axis=1)
    return residuals


def small_instance(one: DataCase, weights: list[Integers], residuals: Integers) -> Instance:
    """The instance with these parameters ([W^l b^l] with bias) and residuals on the small inputs."""
    inputs = small_inputs(one)
    architecture, exact = one.case.architecture, tuple(integers(weight) for weight in weights)
    targets = outputs_of(architecture, exact, integers(inputs)) - residuals
    return data_instance(architecture, inputs, targets, weights=exact)


def drawn_weights(architecture: Architecture, rng: np.random.Generator, bound: int) -> list[Integers]:
    """Parameters, [W^l b^l] with bias, with entries up to a bound."""
    shapes = [(rows, columns + architecture.bias) for rows, columns in architecture.weight_shapes]
    return [rng.integers(-bound, bound + 1, size=shape) for shape in shapes]
