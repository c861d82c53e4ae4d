"""The network at which a theorem refutes a published statement, tried again by the exact engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.kernels import Part as HessianPart
from hessproof.proofs_check.bias.cases import value_at
from hessproof.proofs_check.bias.points import BiasPoint
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.every_parameter import statement_of
from hessproof.proofs_check.formal.settled import Instance, Settled
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.proofs_check.searches.point import points
from hessproof.proofs_check.searches.search import as_counterexample
from hessproof.proofs_check.searches.special_weights import integer_rank
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS

ORDER = "of one, which the proof of the theorem names; that none is smaller is not part of the theorem"


def counterexample(settled: Settled, instance: Instance) -> Counterexample:
    """The record of a refutation: the theorem's instance, with ranks over Q from two routes of the exact engine.

    Raises:
        ValueError: If the exact engine finds that the statement holds there.
    """
    found = _with_bias(settled, instance) if instance.bias else _without_bias(settled, instance)
    return found.model_copy(update={"reproduce": f"hessproof verify {settled.claim} --engine formal"})


def _matrix(rows: tuple[tuple[int, ...], ...]) -> NDArray[np.int64]:
    return np.array(rows, dtype=np.int64)


def _without_bias(settled: Settled, instance: Instance) -> Counterexample:
    weights = [_matrix(rows) for rows in instance.weights]
    inputs, targets = _matrix(instance.inputs), _matrix(instance.targets)
    output = inputs
    for weight in weights:
        output = weight @ output
    sigma, omega = inputs @ inputs.T, (output - targets) @ inputs.T
    case = Case(Architecture(instance.widths), integer_rank(sigma), integer_rank(omega))
    [point] = points(case, [weights], sigma, omega)
    return as_counterexample(point, statement_of(settled.claim, settled.part), ORDER, settled.claim)


def _with_bias(settled: Settled, instance: Instance) -> Counterexample:
    parameters = [_matrix(rows) for rows in instance.weights]
    ones = np.ones((1, len(instance.inputs[0])), dtype=np.int64)
    inputs, output = np.vstack([_matrix(instance.inputs), ones]), _matrix(instance.inputs)
    for layer in parameters:
        output = layer @ np.vstack([output, ones])
    residual = output - _matrix(instance.targets)
    sigma, omega = inputs @ inputs.T, residual @ inputs.T
    case = Case(
        Architecture(instance.widths, bias=True),
        integer_rank(sigma[:-1, :-1]),
        integer_rank(omega[:, :-1]),
        integer_rank(sigma),
        integer_rank(omega),
        integer_rank(omega[:, -1:]),
    )
    part = claim(settled.claim).part(settled.part)
    deficient = part.quantity == "deficiency"
    quantity: HessianPart = "outer" if part.quantity == "outer" else "loss"
    point = BiasPoint(case, parameters, sigma, omega)
    rank, again = point.rank(quantity), point.again(quantity)
    measured = case.architecture.parameters - rank if deficient else rank
    predicted = value_at(FORMULAS[part.formula or ""], case)
    if measured == predicted:
        raise ValueError(f"{settled.claim}/{settled.part} holds at the theorem's instance")
    confirmed = f"rank {again} over Q there, from the loss expanded to second order (numeric.reference)"
    return Counterexample(
        **point.as_fields,
        predicted=predicted,
        measured=measured,
        order=ORDER,
        confirmed_by=confirmed if again == rank else None,
        reproduce="",
    )
