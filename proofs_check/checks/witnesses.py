"""Generic ranks by kernel and witness: no parameter exceeds the formula, and one explicit network attains it.

The kernel is a checked derivation for all sizes. The witness has rectangular identities for weights; its Hessian falls
apart into blocks of size at most 2L whose ranks are computed exactly, so that widths in the tens of thousands cost no
more than small ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.generic_ranks import about, controls_of, outcome_of
from hessproof.proofs_check.checks.upper_bounds import bounded
from hessproof.proofs_check.enumeration import architectures_within, ranks
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Strength
from hessproof.proofs_check.surveys.record import Draw, Record
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.witness import attained_rank

IDEA = (
    "rectangular identities as weights, whose Hessian is a sum of small blocks ranked exactly, under the kernel's bound"
)
RANGES = {Profile.QUICK: (3, 2, 40), Profile.STANDARD: (4, 3, 200), Profile.THOROUGH: (4, 5, 1000)}
"""By profile: depth and width up to which every case is taken, and the number of large random architectures."""
LARGEST = 50_000

PARTS = (
    ("singh2021.cor4", "generic"),
    ("singh2021.prop2", "control"),
    ("singh2021.cor6", "any_depth"),
    ("singh2021.fact7", "main"),
    ("singh2021.overlap", "main"),
    ("singh2021.deficiency", "generic"),
    ("hessproof.functional_bound", "generic"),
    ("hessproof.any_residual", "main"),
    ("hessproof.overlap", "main"),
    ("hessproof.deficiency", "main"),
    ("hessproof.width", "main"),
)
"""Parts about almost all parameters that the ranks of H_o, H_f and H_L decide."""


def witnessed(architecture: Architecture, data_rank: int, residual_rank: int) -> Record:
    """The ranks that the witness attains, as a record."""
    found = {
        part: attained_rank(architecture, data_rank, residual_rank, part)
        for part in ("outer", "functional", "loss")
    }  # fmt: skip
    return Record(architecture.widths, data_rank, residual_rank, found, (Draw(0, 0, 1),))


def records(context: Context) -> tuple[Record, ...]:
    """Every small case and large random ones. Made once a run."""

    def make() -> tuple[Record, ...]:
        depth, width, large = RANGES[context.profile]
        small = [
            witnessed(architecture, r, s) for architecture in architectures_within(depth, width)
            for r, s in ranks(architecture)
        ]  # fmt: skip
        return (*small, *_large(np.random.default_rng(context.seed_for("witness")), large))

    return context.shared("witness", make)


def _large(rng: np.random.Generator, count: int) -> Iterator[Record]:
    """Depth 1 to 6, widths up to fifty thousand, log-uniform; r and s full in half of the cases."""
    for _ in range(count):
        widths = np.exp(rng.uniform(0, np.log(LARGEST), int(rng.integers(2, 8)))).astype(int) + 1
        architecture = Architecture(tuple(int(width) for width in widths))
        r = architecture.inputs if rng.random() < 0.5 else int(rng.integers(0, architecture.inputs + 1))
        most = min(r, architecture.outputs)
        s = most if rng.random() < 0.5 else int(rng.integers(0, most + 1))
        yield witnessed(architecture, r, s)


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        depth, width, large = RANGES[context.profile]
        found, outcome = about(name, key, records(context)), outcome_of(name, key)
        counter = Counter(claim(name).part(key))
        for record in found:
            counter.count(record.case, outcome(record))
        strength = Strength.CERTIFICATE if bounded(name, key) else Strength.SAMPLE
        return Finding(
            strength,
            f"all architectures with L ≤ {depth} and widths ≤ {width}, every r and s, and {large} random ones with "
            f"L ≤ 6 and widths up to {LARGEST}; {len(found)} cases",
            counter.tally,
            counter.regions,
            controls_of(name, key, found),
            details={"largest p": max(record.architecture.parameters for record in found)},
        )

    return work


def demonstrate() -> None:
    """The witness of one tiny case."""
    record = witnessed(Architecture((3, 2, 3, 2)), 2, 1)
    for name, key in PARTS:
        outcome_of(name, key)(record)


CHECKS = tuple(
    FunctionCheck(name, key, "witness", Engine.EXACT, IDEA, _work(name, key), demonstrate, records)
    for name, key in PARTS
)
