"""A failure in explicit small numbers: parameters and samples, confirmed from the definition of the Hessian.

The ranks of the search come from Kronecker blocks. Here the loss itself is expanded to second order
(:mod:`hessproof.numeric.reference`), and the rank over Q taken by SymPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from hessproof.numeric.instance import Instance
from hessproof.numeric.kernels import hessian
from hessproof.numeric.modular import blocked_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.conjectures.api import SYMBOLS, Statement
from hessproof.proofs_check.conjectures.order import DataCase
from hessproof.proofs_check.conjectures.spaces.protocol import Found
from hessproof.proofs_check.conjectures.spaces.small_data import drawn_weights, small_instance, small_residuals
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.proofs_check.searches.point import as_text
from hessproof.proofs_check.searches.special_weights import integer_rank

ATTEMPTS, WIDER_AFTER = 240, 20
"""Draws of small numbers, and how many are made before entries may be larger by one: entries stay at most 12."""
RATIONAL = 60
"""Largest p whose rank over Q SymPy takes in about a second; beyond it the second route is modulo a prime."""


def explicit(found: Found[DataCase], statement: Statement, order: str, about: str, seed: int) -> Counterexample:
    """The record of a failure of a statement about the generic rank."""
    made = witness(found.case, statement.quantity, found.measured, seed)
    if made is None:
        return record(found, statement, None, order, about, None)
    why = confirmation(made, statement.quantity, found.measured)
    if why is not None and found.predicted > found.measured:
        why += "; no draw of parameters and data has a larger rank"
    return record(found, statement, made, order, about, why)


def witness(one: DataCase, quantity: str, rank: int, seed: int) -> Instance | None:
    """Small integers at which a part of the Hessian has the given rank over Q; entries grow while none is found.

    Example:
        >>> from hessproof.proofs_check.model.claim import Case
        >>> from hessproof.symbolic.architecture import Architecture
        >>> made = witness(DataCase(Case(Architecture((1, 1, 1)), 1, 1, 1, 1, 1), 1), "loss", 2, 0)
        >>> made.data_rank, made.residual_rank, made.samples
        (1, 1, 1)
    """
    rng = np.random.default_rng([seed, one.samples, *one.case.architecture.widths])
    for attempt in range(ATTEMPTS):
        bound = 1 + attempt // WIDER_AFTER
        residuals = small_residuals(one, rng, bound)
        weights = drawn_weights(one.case.architecture, rng, bound)
        if residuals is None:
            continue
        made = small_instance(one, weights, residuals)
        if rank_at(made, quantity) == rank:
            return made
    return None


def rank_at(instance: Instance, quantity: str) -> int:
    """The rank over Q at an instance, from the Kronecker blocks."""
    part: Any = quantity
    matrix = hessian(list(instance.weights), instance.sigma, instance.omega, part, bias=instance.architecture.bias)
    return integer_rank(matrix)


def confirmation(instance: Instance, quantity: str, rank: int) -> str | None:
    """How the second route found the rank at an instance; None if it found another one."""
    part: Any = quantity
    symbol = SYMBOLS[quantity]
    if instance.architecture.parameters <= RATIONAL:
        matrix = reference_hessian(instance, part)
        entries = [[QQ(int(entry)) for entry in row] for row in matrix]
        again = int(DomainMatrix(entries, matrix.shape, QQ).rank())
        route = "over Q by SymPy"
    else:
        prime = primes(1)[0]
        again = blocked_rank(reference_hessian(instance, part, prime).astype(np.float64), prime)
        route = f"modulo {prime}"
    if again != rank:
        return None
    return f"at these parameters {symbol} = {rank} by the Taylor coefficients of the loss (numeric.reference), {route}"


def record(
    found: Found[Any], statement: Statement, made: Instance | None, order: str, about: str, confirmed_by: str | None
) -> Counterexample:
    """The record of a failure at explicit numbers; without numbers if none were found."""
    described: DataCase = found.case if isinstance(found.case, DataCase) else found.case.data
    case = described.case
    numbers: dict[str, Any] = {}
    if made is not None:
        numbers = {
            "weights": [as_text(weight) for weight in made.weights],
            "sigma": as_text(made.sigma),
            "omega": as_text(made.omega),
            "inputs": as_text(made.inputs) if made.inputs is not None else [],
            "targets": as_text(made.targets) if made.targets is not None else [],
        }
    bias = case.architecture.bias
    return Counterexample(
        widths=list(case.architecture.widths),
        bias=bias,
        data_rank=case.data_rank,
        residual_rank=case.residual_rank,
        augmented_data_rank=case.augmented_data_rank,
        augmented_residual_rank=case.augmented_residual_rank,
        residual_mean=case.residual_mean,
        predicted=found.predicted,
        measured=found.measured,
        values={"N": str(described.samples)},
        about=about,
        order=order,
        confirmed_by=confirmed_by,
        reproduce=found.reproduce,
        **numbers,
    )
