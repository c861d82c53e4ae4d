"""The smallest counterexample: enumerate tiny networks and small integer parameters in order, stop at a failure.

For claims about every parameter. Ranks are over Q. The architectures come by p, then L, then widths; then r and s; then
the weights by Σ|entries|, with Σ = diag(1, …, 1, 0, …, 0) and Ω a matrix of zeros and ones, smaller ones first. Nothing
is drawn at random, so the command that a counterexample names finds it again::

    python -m hessproof.proofs_check.searches.search cor4 --max-parameters 6
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.proofs_check.enumeration import architectures_by_parameters, cases
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.proofs_check.searches.confirmation import confirm
from hessproof.proofs_check.searches.point import Point, as_text, points
from hessproof.proofs_check.searches.special_weights import (
    Weights,
    bulges,
    by_total,
    rectangular_identity,
    small_matrices,
    vanishing_chain,
)
from hessproof.proofs_check.statements import Statement, statements
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

ORDER = (
    "p, then L, then widths, then r, then s, then the sum of |weights| over {entries}, with Σ = diag(1, …, 1, 0, …, 0) "
    "and Ω of zeros and ones"
)
_BATCH = 256
_RESIDUALS = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search did.

    Args:
        statement: Name of the statement.
        counterexample: The smallest failure, None if there is none in the range.
        point: The same as a point.
        tried: Points looked at.
        satisfied: Points that met the assumption.
        held: Points at which the statement held.
        architectures: Number of architectures looked at.
        exhaustive_up_to: Largest p such that every architecture with at most p parameters was searched completely.
        seconds: Wall-clock time.
    """

    statement: str
    counterexample: Counterexample | None
    point: Point | None
    tried: int
    satisfied: int
    held: int
    architectures: int
    exhaustive_up_to: int
    seconds: float


def smallest(
    statement: Statement,
    max_parameters: int = 6,
    *,
    entries: tuple[int, ...] = (0, 1, -1),
    layers: int | None = None,
    max_points: int = 3**8,
    claim: str | None = None,
    seconds: float | None = None,
    check_again: bool = True,
) -> Outcome:
    """Search all cases with p ≤ ``max_parameters`` in the stated order and stop at the first failure.

    A failure is confirmed by a second route (:func:`hessproof.proofs_check.searches.confirmation.confirm`).

    Args:
        statement: What is claimed about every parameter.
        max_parameters: Largest p.
        entries: The values that a weight may take.
        layers: Largest L, any if None.
        max_points: Weight settings tried for one case and one Ω; if a case has more, only the smallest are tried, and
            the search is no longer exhaustive from there on.
        claim: Name for the reproducing command, the statement's own if not given.
        seconds: Stop after this time.
        check_again: Whether to make a confirmed counterexample of a failure, not only its point.

    Example:
        >>> from hessproof.proofs_check.statements import statements
        >>> outcome = smallest(statements()["cor6_equality"], max_parameters=2)
        >>> outcome.counterexample.widths, outcome.counterexample.predicted, outcome.counterexample.measured
        ([1, 1], 1, 0)
    """
    started = time.perf_counter()
    tried = satisfied = held = seen = 0
    complete, exhaustive = True, 0
    found: Point | None = None
    for architecture in architectures_by_parameters(max_parameters, layers):
        if seconds is not None and time.perf_counter() - started > seconds:
            break
        if complete:
            exhaustive = architecture.parameters - 1
        complete = complete and len(entries) ** architecture.parameters <= max_points
        seen += 1
        for point in _points(statement, architecture, entries, max_points):
            tried += 1
            if not statement.assumption(point):
                continue
            satisfied += 1
            if statement.failure(point) is not None:
                found = point
                break
            held += 1
        if found is not None:
            break
    else:
        exhaustive = max_parameters if complete else exhaustive
    counterexample = None
    if found is not None and check_again:
        counterexample = as_counterexample(found, statement, order_of(entries), claim)
    return Outcome(statement.name, counterexample, found, tried, satisfied, held, seen, exhaustive,
                   time.perf_counter() - started)  # fmt: skip


def special_points(architecture: Architecture) -> Iterator[Point]:
    """Every case of an architecture at its structured special weights: zeros, identities, vanishing chains.

    For architectures that are too large for a grid of small entries.
    """
    identity = [rectangular_identity(*shape) for shape in architecture.weight_shapes]
    shifted = [rectangular_identity(*shape, offset=max(shape)) for shape in architecture.weight_shapes]
    settings = [identity, shifted, *(vanishing_chain(architecture, layer) for layer in bulges(architecture))]
    alternating = [shifted[l] if l % 2 else identity[l] for l in range(architecture.layers)]
    settings += [alternating, [np.zeros_like(weight) for weight in identity]]
    for layer in range(architecture.layers):
        settings.append([np.zeros_like(w) if l == layer else w for l, w in enumerate(identity)])
        cut = [weight.copy() for weight in identity]
        cut[layer][0, :] = 0
        settings.append(cut)
    for case in cases(architecture):
        yield from points(case, settings, sigma_of(case), _partial_identity(case))


def shrink(point: Point, statement: Statement) -> Point:
    """A failure with smaller entries at the same case: entries go to zero, then halve, as long as it fails.

    Example:
        >>> from hessproof.proofs_check.statements import statements
        >>> case = Case(Architecture((1, 2, 1, 2)), 1, 0)
        >>> big = [np.array([[7], [0]]), np.array([[0, 9]]), np.array([[3], [5]])]
        >>> start = next(points(case, [big], np.eye(1), np.zeros((2, 1))))
        >>> [w.tolist() for w in shrink(start, statements()["cor4"]).weights]
        [[[1], [0]], [[0, 1]], [[0], [1]]]
    """
    improved = True
    while improved:
        improved = False
        for candidate in _smaller(point):
            if statement.assumption(candidate) and statement.failure(candidate) is not None:
                point, improved = candidate, True
                break
    return point


def as_counterexample(point: Point, statement: Statement, order: str, claim: str | None = None) -> Counterexample:
    """The evidence record of a failure, with a second route's confirmation.

    Raises:
        ValueError: If the statement holds at the point.
    """
    failure = statement.failure(point)
    if failure is None:
        raise ValueError(f"{statement.name} holds at this point")
    return Counterexample(
        widths=list(point.case.architecture.widths),
        data_rank=point.case.data_rank,
        residual_rank=point.case.residual_rank,
        predicted=failure.predicted,
        measured=failure.measured,
        weights=[as_text(weight) for weight in point.weights],
        sigma=as_text(point.sigma),
        omega=as_text(point.omega),
        order=order,
        confirmed_by=confirm(point, statement),
        reproduce=f"python -m hessproof.proofs_check.searches.search {claim or statement.name} "
        f"--max-parameters {point.case.architecture.parameters}",
    )


def order_of(entries: Sequence[int]) -> str:
    """The stated order, in words, for weights with the given entries."""
    return ORDER.format(entries="{" + ", ".join(map(str, entries)) + "}")


def sigma_of(case: Case) -> NDArray[np.int64]:
    """Σ = diag(1, …, 1, 0, …, 0) of rank r."""
    return np.diag([1] * case.data_rank + [0] * (case.architecture.inputs - case.data_rank)).astype(np.int64)


def omegas(case: Case) -> Iterator[NDArray[np.int64]]:
    """Matrices Ω of zeros and ones, of rank s, with rows in the range of :func:`sigma_of`, smaller ones first."""
    outputs, inputs = case.architecture.outputs, case.architecture.inputs
    if outputs * case.data_rank > _RESIDUALS:
        yield _partial_identity(case)
        return
    for matrix in small_matrices(outputs, case.data_rank, case.residual_rank):
        omega = np.zeros((outputs, inputs), dtype=np.int64)
        omega[:, : case.data_rank] = matrix
        yield omega


def _partial_identity(case: Case) -> NDArray[np.int64]:
    omega = np.zeros((case.architecture.outputs, case.architecture.inputs), dtype=np.int64)
    omega[range(case.residual_rank), range(case.residual_rank)] = 1
    return omega


def _points(
    statement: Statement, architecture: Architecture, entries: tuple[int, ...], max_points: int
) -> Iterator[Point]:
    """Points of an architecture: cases in order; for each, weights by Σ|entries| and, for each of these, every Ω."""
    largest = max(map(abs, entries)) * architecture.parameters
    for case in cases(architecture):
        if not statement.in_domain(case) or (case.residual_rank and not statement.uses_residual):
            continue
        left = max_points
        for total in range(largest + 1):
            settings = islice(by_total(architecture, total, entries), left)
            while batch := list(islice(settings, _BATCH)):
                left -= len(batch)
                for omega in omegas(case):
                    yield from points(case, batch, sigma_of(case), omega)
            if left <= 0:
                break


def _smaller(point: Point) -> Iterator[Point]:
    """Points with one entry nearer to zero: to 0 first, then to half, then by one."""
    for layer, weight in enumerate(point.weights):
        for place in np.ndindex(weight.shape):
            entry = int(weight[place])
            for value in dict.fromkeys((0, int(entry / 2), entry - int(np.sign(entry)))):
                if abs(value) < abs(entry):
                    changed: Weights = [other.copy() for other in point.weights]
                    changed[layer][place] = value
                    yield from points(point.case, [changed], point.sigma, point.omega)


def main(arguments: Sequence[str] | None = None) -> int:
    """Search and print the outcome as JSON: 1 if there is a counterexample, 0 if not, 2 if the request was unusable."""
    known = statements()
    parser = argparse.ArgumentParser(prog="python -m hessproof.proofs_check.searches.search", description=__doc__)
    parser.add_argument("statement", help=", ".join(known))
    parser.add_argument("--max-parameters", type=int, default=6)
    parser.add_argument("--layers", type=int, default=None)
    given = parser.parse_args(arguments)
    try:
        if given.statement not in known:
            raise UnusableRequest(f"statement {given.statement!r}", f"one of {', '.join(known)}", "name one of them")
        outcome = smallest(known[given.statement], given.max_parameters, layers=given.layers)
    except UnusableRequest as problem:
        print(problem, file=sys.stderr)
        return 2
    shown: dict[str, Any] = {
        "statement": known[given.statement].text,
        "counterexample": outcome.counterexample and outcome.counterexample.model_dump(),
        "tried": outcome.tried,
        "satisfied": outcome.satisfied,
        "held": outcome.held,
        "architectures": outcome.architectures,
        "exhaustive_up_to": outcome.exhaustive_up_to,
    }
    print(json.dumps(shown, indent=2, ensure_ascii=False))
    return int(outcome.counterexample is not None)


if __name__ == "__main__":
    sys.exit(main())
