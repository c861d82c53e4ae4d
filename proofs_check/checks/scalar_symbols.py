"""Tiny networks whose every weight and moment is a symbol: SymPy differentiates, and ranks over rational functions.

For the networks listed nothing is sampled: an identity of polynomials holds at all parameters, and the rank over the
field of rational functions *is* the generic rank.
"""

from __future__ import annotations

from collections.abc import Callable

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.generic_ranks import controls_of, outcome_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.surveys.record import Draw, Record
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.scalars import RANK_SHAPES, SHAPES, Part, ScalarNetwork

ENTRIES = "second derivatives by SymPy of a loss written in scalar symbols, compared with the blocks entry by entry"
RANKS = "the rank over the field of rational functions of the Hessian of a loss written in scalar symbols"

IDENTITIES: dict[tuple[str, str], tuple[Part, Callable[[int, int], bool]]] = {
    ("diag", "block"): ("outer", lambda k, l: k == l),
    ("eq3", "main"): ("outer", lambda k, l: k != l),
    ("eq4", "main"): ("functional", lambda k, l: k < l),
    ("eq5", "main"): ("functional", lambda k, l: k > l),
    ("split", "outer"): ("outer", lambda k, l: True),
    ("split", "functional"): ("functional", lambda k, l: True),
    ("split", "sum"): ("loss", lambda k, l: True),
}
"""By row and part: the part of the Hessian, and the blocks (k, l) that the statement is about."""

RANKED = (
    ("singh2021.cor4", "generic"),
    ("singh2021.cor6", "any_depth"),
    ("singh2021.fact7", "main"),
    ("singh2021.overlap", "main"),
    ("singh2021.deficiency", "generic"),
    ("hessproof.any_residual", "main"),
    ("hessproof.functional_bound", "generic"),
    ("hessproof.overlap", "main"),
    ("hessproof.deficiency", "main"),
)
"""Parts about almost all parameters that the three ranks decide."""


def shapes(context: Context) -> tuple[str, ...]:
    """The networks compared: the first seven, or all."""
    return SHAPES[:7] if context.profile == Profile.QUICK else SHAPES


def full_case(architecture: Architecture) -> Case:
    """The case of arbitrary symbols: r = d and s = min(r, K)."""
    return Case(architecture, architecture.inputs, min(architecture.inputs, architecture.outputs))


def differing_blocks(network: ScalarNetwork, part: Part) -> set[tuple[int, int]]:
    """Blocks (k, l) in which the derivatives and the assembled blocks differ somewhere."""
    slices = network.architecture.slices
    layer = [number for number, place in enumerate(slices, start=1) for _ in range(place.stop - place.start)]
    return {(layer[row], layer[column]) for row, column in network.compare(part).differing}


def _identity_work(row: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        part, wanted = IDENTITIES[row, key]
        counter = Counter(claim(f"singh2021.{row}").part(key))
        entries = 0
        for text in shapes(context):
            network = ScalarNetwork(Architecture.parse(text))
            entries += network.compare(part).entries
            wrong = any(wanted(k, l) for k, l in differing_blocks(network, part))
            counter.count(full_case(network.architecture), not wrong)
        return Finding(
            Strength.CERTIFICATE,
            f"all parameters and moments of {', '.join(shapes(context))}",
            counter.tally,
            counter.regions,
            (_control(part),),
            details={"entries compared": entries},
        )

    return work


def _control(part: Part) -> Mutant:
    """The blocks of a network with two weights exchanged are not its second derivatives."""
    network = ScalarNetwork(Architecture.parse("1-1-1-1"))
    network.weights[0], network.weights[1] = network.weights[1], network.weights[0]
    caught = bool(network.compare(part).differing)
    return Mutant(description="W^1 and W^2 exchanged in the blocks", caught=caught, by="entries differ at 1-1-1-1")


def symbolic_records(context: Context) -> tuple[Record, ...]:
    """The generic ranks of the smallest networks, exactly. Made once a run."""

    def make() -> tuple[Record, ...]:
        few = RANK_SHAPES[:8] if context.profile == Profile.QUICK else RANK_SHAPES
        return tuple(_record(Architecture.parse(text)) for text in few)

    return context.shared("rational-functions", make)


def _record(architecture: Architecture) -> Record:
    network, case = ScalarNetwork(architecture), full_case(architecture)
    parts: tuple[Part, ...] = ("outer", "functional", "loss")
    found = {str(part): network.generic_rank(part) for part in parts}
    return Record(architecture.widths, case.data_rank, case.residual_rank, found, (Draw(0, 0, 0),))


def _rank_work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found, outcome = symbolic_records(context), outcome_of(name, key)
        counter = Counter(claim(name).part(key))
        for record in found:
            counter.count(record.case, outcome(record))
        return Finding(
            Strength.CERTIFICATE,
            f"almost all parameters of {', '.join(str(record.architecture) for record in found)}, r = d, s = min(r, K)",
            counter.tally,
            counter.regions,
            controls_of(name, key, found),
        )

    return work


def demonstrate_entries() -> None:
    """All entries of one tiny network."""
    network = ScalarNetwork(Architecture.parse("1-1-1"))
    differing_blocks(network, "outer")
    differing_blocks(network, "functional")


def demonstrate_ranks() -> None:
    """The generic ranks of one tiny network."""
    record = _record(Architecture.parse("1-1-1"))
    for name, key in RANKED:
        outcome_of(name, key)(record)


CHECKS = (
    *(
        FunctionCheck(
            f"singh2021.{row}", key, "scalar symbols", Engine.SYMBOLIC, ENTRIES, _identity_work(row, key),
            demonstrate_entries, None, preliminaries.shallow_blocks,
        )
        for row, key in IDENTITIES
    ),
    *(
        FunctionCheck(
            name, key, "rational functions", Engine.SYMBOLIC, RANKS, _rank_work(name, key), demonstrate_ranks,
            symbolic_records, preliminaries.shallow_blocks,
        )
        for name, key in RANKED
    ),
)  # fmt: skip
