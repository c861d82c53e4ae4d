"""Whether the bulk of the mean Hessian's spectrum is the H-term's (§3.4).

P projects onto what is orthogonal to the K − 1 leading eigenvectors of H. Two assemblies of the mean Hessian that share
no code are projected, with eigenvectors by LAPACK or by subspace iteration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.curvature.dense import mean_parts
from hessproof.numeric.network.hessians import network_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.landscape.curved_networks import Curved, trained_from, untrained
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.curvature import TOP
from hessproof.proofs_check.criteria.curvature_bulk import SIZES, criterion
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

Array = npt.NDArray[np.float64]
FACTORS = "the mean Hessian assembled from the objects' factors, projected with LAPACK's eigenvectors"
PRODUCTS = "the mean Hessian from Khatri–Rao products, projected with the Ritz vectors of subspace iteration"
SIZES_AT = {Profile.QUICK: ("small",), Profile.STANDARD: ("small",), Profile.THOROUGH: ("small", "shallow")}
ROUNDS, EXTRA = 400, 12
"""Rounds of subspace iteration at most, and vectors beyond those that are wanted."""
Parts = Callable[[str, Curved], tuple[Array, Array]]
Leading = Callable[[Array, int], Array]


def from_factors(state: str, one: Curved) -> tuple[Array, Array]:
    """G-term and H-term of the mean loss, from the factors of the objects."""
    return mean_parts(one.architecture, one.weights[state], one.inputs, one.targets)


def from_products(state: str, one: Curved) -> tuple[Array, Array]:
    """The same from Khatri–Rao products."""
    given = (one.architecture, one.weights[state], one.inputs, one.targets)
    return network_hessian(*given, "outer"), network_hessian(*given, "functional")


def by_lapack(matrix: Array, count: int) -> Array:
    """The eigenvectors of the largest eigenvalues."""
    return np.linalg.eigh(matrix)[1][:, len(matrix) - count :]


def by_iteration(matrix: Array, count: int) -> Array:
    """The same by subspace iteration on H + ‖H‖_∞I, which is positive semidefinite, with Rayleigh–Ritz steps."""
    size = len(matrix)
    shift = float(np.abs(matrix).sum(axis=1).max())
    frame = np.linalg.qr(np.random.default_rng(0).standard_normal((size, min(size, count + EXTRA))))[0]
    before = np.zeros(count)
    for _ in range(ROUNDS):
        for _ in range(10):
            frame = np.linalg.qr(matrix @ frame + shift * frame)[0]
        values, turned = np.linalg.eigh(frame.T @ matrix @ frame)
        frame = frame @ turned
        if np.abs(values[-count:] - before).max() <= 1e-9 * np.abs(values).max():
            break
        before = values[-count:]
    return frame[:, -count:]


def share(outer: Array, whole: Array, leading: Leading, count: int) -> float:
    """‖PGP‖_F / ‖PHP‖_F, P orthogonal to the ``count`` leading eigenvectors of H."""
    frame = leading(whole, count)
    return _left(outer, frame) / _left(whole, frame)


def measured(state: str, one: Curved, parts: Parts, leading: Leading, count: int | None = None) -> float:
    """The share of the G-term in the bulk of a network's mean Hessian.

    Args:
        state: ``initial`` or ``trained``.
        one: The network.
        parts: Assembles the two parts.
        leading: Finds leading eigenvectors.
        count: How many of them are projected out; K − 1 unless given.
    """
    outer, functional = parts(state, one)
    return share(outer, outer + functional, leading, one.architecture.outputs - 1 if count is None else count)


def _left(matrix: Array, frame: Array) -> float:
    """‖PMP‖_F with P = I − VV⊤."""
    half = matrix - frame @ (frame.T @ matrix)
    return float(np.linalg.norm(half - (half @ frame) @ frame.T))


def controls(
    state: str, drawn: list[Curved], found: list[float], parts: Parts, leading: Leading, rule: Criterion
) -> Iterator[Mutant]:
    """The H-term in place of the G-term, network by network: the criterion has to say the opposite."""
    for one, value in zip(drawn, found, strict=True):
        outer, functional = parts(state, one)
        other = share(functional, outer + functional, leading, one.architecture.outputs - 1)
        yield Mutant(
            description="the H-term in place of the G-term", caught=rule.met(other) != rule.met(value),
            by=f"its share is {other:.3f}, that of the G-term {value:.3f}",
        )  # fmt: skip


def networks(context: Context, size: str) -> list[Curved]:
    """The networks of a size, trained once a run."""
    one = SIZES[size]
    make = partial(trained_from, one.inputs, one.hidden, one.layers, one.seeds)
    return context.shared(f"curvature-bulk-{size}", make)


def _work(state: str, parts: Parts, leading: Leading) -> Callable[[Context], Finding]:
    key = f"bulk_{state}"

    def work(context: Context) -> Finding:
        counter = Counter(claim(TOP).part(key))
        records: list[dict[str, Any]] = []
        mutants: list[Mutant] = []
        sizes = SIZES_AT[context.profile]
        for size in sizes:
            rule = criterion(key, size)
            drawn = networks(context, size)
            values = [measured(state, one, parts, leading) for one in drawn]
            for one, value in zip(drawn, values, strict=True):
                counter.count(one.case, rule.met(value))
            if size == sizes[0]:
                mutants += controls(state, drawn, values, parts, leading, rule)
            records.append({**rule.record(values), "losses": [one.losses[state] for one in drawn]})
        words = "; ".join(SIZES[size].words for size in sizes)
        return Finding(
            Strength.SAMPLE, f"the digits, {words}", counter.tally, counter.regions, tuple(mutants),
            details={"criteria": records},
        )  # fmt: skip

    return work


def demonstrate_factors() -> None:
    """A tiny network from its factors."""
    measured("trained", untrained((4, 3, 10), 0), from_factors, by_lapack, 2)


def demonstrate_products() -> None:
    """A tiny network from products."""
    measured("trained", untrained((4, 3, 10), 0), from_products, by_iteration, 2)


def prepare(context: Context) -> None:
    """Train the networks."""
    for size in SIZES_AT[context.profile]:
        networks(context, size)


CHECKS = tuple(
    FunctionCheck(
        TOP, f"bulk_{state}", name, Engine.FLOAT, idea, _work(state, parts, leading), demonstrate, prepare
    )
    for state in ("initial", "trained")
    for name, idea, parts, leading, demonstrate in (
        ("factors", FACTORS, from_factors, by_lapack, demonstrate_factors),
        ("products", PRODUCTS, from_products, by_iteration, demonstrate_products),
    )
)  # fmt: skip
