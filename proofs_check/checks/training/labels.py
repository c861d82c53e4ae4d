"""The rank of the residual for almost all weights: s = min(r, K, q + rk E[yx⊤]).

From above rk(W^{L:1}Σ − Σ_yx) ≤ rk W^{L:1} + rk Σ_yx, and Ω has K rows and lives on the data's r dimensions. From below
a witness: rectangular identities, cut off behind q places and set beside the labels. The other route draws weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.modular import residue_rank
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flow import proofs

CLAIM = "hessproof.residual_rank"
DRAWN = "drawn integer weights and labels, ranks over Q"
WITNESS = "an upper bound by the ranks of both terms, and a witness of zeros and ones that attains it"
RANGES = {Profile.QUICK: (2, 3), Profile.STANDARD: (3, 3), Profile.THOROUGH: (4, 3)}
DRAWS = 3


def stated(architecture: Architecture, data_rank: int, labels: int) -> int:
    """min(r, K, q + rk Σ_yx)."""
    return min(data_rank, architecture.outputs, architecture.narrowest(data_rank) + labels)


def variants(architecture: Architecture, data_rank: int, labels: int) -> dict[str, int]:
    """Other formulas: an argument of the minimum left out, or a number changed."""
    q = architecture.narrowest(data_rank)
    r, outputs = data_rank, architecture.outputs
    return {
        "min(r, K)": min(r, outputs),
        "min(r, q + σ)": min(r, q + labels),
        "min(K, q + σ)": min(outputs, q + labels),
        "min(r, K, q)": min(r, outputs, q),
        "min(r, K, σ)": min(r, outputs, labels),
        "min(r, K, q + σ + 1)": min(r, outputs, q + labels + 1),
        "min(r, K, q + σ − 1)": min(r, outputs, q + labels - 1),
    }


def instances(context: Context) -> Iterator[tuple[Architecture, int, int]]:
    """Architectures with every r ≥ 1 and every rank of the labels."""
    depth, width = RANGES[context.profile]
    for architecture in architectures_within(depth, width):
        for data_rank in range(1, architecture.inputs + 1):
            for labels in range(min(data_rank, architecture.outputs) + 1):
                yield architecture, data_rank, labels


def drawn_rank(architecture: Architecture, data_rank: int, labels: int) -> int:
    """The largest rank of Ω among a few draws of weights, for data of rank r and labels of the given rank."""
    stream = np.random.default_rng([data_rank, labels, *architecture.widths])
    inputs, outputs = architecture.inputs, architecture.outputs

    def draw(rows: int, columns: int) -> Any:
        return stream.integers(-99, 100, (rows, columns)).astype(object)

    best = 0
    for _ in range(DRAWS):
        samples = draw(inputs, data_rank)
        sigma = samples.dot(samples.T)
        cross = (
            draw(outputs, labels).dot(draw(labels, data_rank)).dot(samples.T) if labels else draw(outputs, inputs) * 0
        )
        omega = sigma
        for rows, columns in architecture.weight_shapes:
            omega = draw(rows, columns).dot(omega)
        best = max(best, exact_rank(omega - cross, most_primes=10**6).value)
    return best


def witness_rank(architecture: Architecture, data_rank: int, labels: int) -> int:
    """A lower bound of the generic rank: that of one matrix of zeros and ones.

    Σ = diag(1, …, 1, 0, …, 0), Σ_yx = −diag with σ ones in front, and W^{L:1} of rank min(q, min(r, K) − σ) with ones
    behind them. Every K × d matrix of rank ≤ q on the data's r dimensions is a product of weights.
    """
    inputs, outputs = architecture.inputs, architecture.outputs
    q, largest = architecture.narrowest(data_rank), min(data_rank, outputs)
    omega = np.zeros((outputs, inputs), dtype=np.int64)
    places = range(labels + min(q, largest - labels))
    omega[places, places] = 1
    return int(residue_rank(omega % 101, 101))


def _work(rank: Any, strength: Strength, scope: str) -> Any:
    def work(context: Context) -> Finding:
        counter = Counter(claim(CLAIM).part("main"))
        caught: dict[str, str] = {}
        names: set[str] = set()
        for architecture, data_rank, labels in instances(context):
            found, wanted = rank(architecture, data_rank, labels), stated(architecture, data_rank, labels)
            counter.count(Case(architecture, data_rank, wanted), found == wanted)
            for name, value in variants(architecture, data_rank, labels).items():
                names.add(name)
                if value != found:
                    caught.setdefault(name, f"rank {found} at {architecture}, r = {data_rank}, rk Σ_yx = {labels}")
        depth, width = RANGES[context.profile]
        controls = tuple(
            Mutant(description=name, caught=name in caught, by=caught.get(name, "no instance tells it apart"))
            for name in sorted(names)
        )
        return Finding(
            strength, f"{scope}, all architectures with L ≤ {depth} and widths ≤ {width}, every r ≥ 1 and rk Σ_yx",
            counter.tally, counter.regions, controls,
        )  # fmt: skip

    return work


def demonstrate_drawn() -> None:
    """One network."""
    drawn_rank(Architecture((2, 1, 2)), 2, 0)


def demonstrate_witness() -> None:
    """One witness."""
    witness_rank(Architecture((2, 1, 2)), 2, 1)


def demonstrate_derivations() -> None:
    """Both bounds, derived."""
    for derivation in proofs.residual_rank():
        derivation.check(0, count=1)


CHECKS = (
    FunctionCheck(
        CLAIM, "main", "derivation", Engine.SYMBOLIC, DERIVED,
        lambda context: examine(proofs.residual_rank(), context), demonstrate_derivations,
        derivations=proofs.residual_rank,
    ),
    FunctionCheck(
        CLAIM, "main", "drawn weights", Engine.EXACT, DRAWN, _work(drawn_rank, Strength.SAMPLE, "three draws"),
        demonstrate_drawn,
    ),
    FunctionCheck(
        CLAIM, "main", "witness", Engine.EXACT, WITNESS,
        _work(witness_rank, Strength.CERTIFICATE, "one witness and an upper bound"), demonstrate_witness,
    ),
)  # fmt: skip
