"""Rank formulas for almost all parameters by routes that share no code with the survey.

*Taylor*: Hessians from the second-order coefficients of the loss, another elimination, other primes. *Multiprecision*
and *float*: the cores of the Hessians, ranked by pivots in sixty digits and by singular values in double precision,
with tolerance and gap. *Digits*: the handwritten digits, whose pixels are integers, so that their ranks are exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hessproof.numeric.datasets import digits
from hessproof.numeric.instance import Instance, data_instance, generic_instance
from hessproof.numeric.ranks import measure
from hessproof.numeric.result import EngineName, Rank
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.generic_ranks import PARTS, about, controls_of, outcome_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Strength
from hessproof.proofs_check.surveys.plan import plan
from hessproof.proofs_check.surveys.record import Draw, Record, Request, Targets
from hessproof.proofs_check.surveys.taylor import measure_by_taylor
from hessproof.symbolic.architecture import Architecture

QUANTITIES = ("outer", "functional", "loss", "a_o", "jacobian")
COUNTS = {Profile.QUICK: 40, Profile.STANDARD: 150, Profile.THOROUGH: 500}
NETWORKS = {
    Profile.QUICK: ("64-8-10", "16-12-12-10", "4-3-5-4-10"),
    Profile.STANDARD: ("64-8-10", "64-12-6-10", "64-20-20-20-10", "16-12-12-10", "4-3-5-4-10"),
    Profile.THOROUGH: ("64-8-10", "64-12-6-10", "64-20-20-20-10", "16-12-12-10", "4-3-5-4-10", "64-50-20-20-20-10"),
}
"""Networks for the digits, whose inputs are 64 pixels, or 16 or 4 sums over blocks of pixels."""
SAMPLES = (7, 40, 300)


@dataclass(frozen=True)
class Measured:
    """Records of a route, and what its engine said about tolerance and gap."""

    records: tuple[Record, ...]
    details: dict[str, Any]


def _quantities(architecture: Architecture) -> tuple[str, ...]:
    return (*QUANTITIES, *(f"column:{layer}" for layer in range(1, architecture.layers + 1)))


def _record(instance: Instance, engine: EngineName, seed: int) -> tuple[Record, dict[str, Rank]]:
    found = measure(instance, engine, _quantities(instance.architecture))
    ranks = {name: rank.value for name, rank in found.items()}
    targets: Targets | None = None if instance.samples is None else "free"
    record = Record(
        instance.architecture.widths, instance.data_rank, instance.residual_rank, ranks, (Draw(seed, 0),),
        targets=targets, samples=instance.samples,
    )  # fmt: skip
    return record, found


def _requests(context: Context, count: int, largest: int) -> list[Request]:
    """A seeded choice of the survey's small cases: the first of every stretch, moments first."""
    small = [
        request
        for request in plan(context.profile.value, context.seed).requests
        if request.targets is None and Architecture(request.widths).parameters <= largest
    ]
    return small[:: max(1, len(small) // count)][:count]


def taylor(context: Context) -> Measured:
    """Cases of the survey, measured again from the Taylor coefficients of the loss."""

    def make() -> Measured:
        requests = _requests(context, 4 * COUNTS[context.profile], 40)
        found = tuple(measure_by_taylor(requests))
        return Measured(found, {"primes": sorted({draw.prime for one in found for draw in one.draws})})

    return context.shared("taylor", make)


def numerical(context: Context, engine: EngineName) -> Measured:
    """Cases of the survey, measured again on a numerical engine."""

    def make() -> Measured:
        largest, count = (30, COUNTS[context.profile]) if engine == "multiprecision" else (80, COUNTS[context.profile])
        records, ranks = [], []
        for request in _requests(context, count, largest):
            instance = generic_instance(
                Architecture(request.widths), request.data_rank, request.residual_rank, request.seed
            )
            record, found = _record(instance, engine, request.seed)
            records.append(record)
            ranks += list(found.values())
        return Measured(tuple(records), _gaps(ranks))

    return context.shared(engine, make)


def multiprecision(context: Context) -> Measured:
    """The cases of `numerical` in arbitrary precision."""
    return numerical(context, "multiprecision")


def floating(context: Context) -> Measured:
    """The cases of `numerical` in double precision."""
    return numerical(context, "float")


def handwritten(context: Context) -> Measured:
    """Networks on the first N handwritten digits, for several N, exactly."""

    def make() -> Measured:
        records, ranks = [], []
        for number, text in enumerate(NETWORKS[context.profile]):
            architecture = Architecture.parse(text)
            for samples in SAMPLES:
                data = digits(architecture.inputs, samples)
                seed = context.seed_for(f"digits-{text}-{samples}") % 2**31
                instance = data_instance(architecture, data.inputs, data.targets, seed + number)
                record, found = _record(instance, "exact", seed + number)
                records.append(record)
                ranks += list(found.values())
        exact = sum(rank.bound == "exact" for rank in ranks)
        return Measured(tuple(records), {"ranks": len(ranks), "of which proved exact": exact})

    return context.shared("digit-networks", make)


def _gaps(ranks: Sequence[Rank]) -> dict[str, Any]:
    """Tolerances and the smallest gap between what was counted and what was not."""
    gaps = [rank.gap for rank in ranks if rank.gap is not None and math.isfinite(rank.gap)]
    tolerances = [rank.tolerance for rank in ranks if rank.tolerance is not None]
    return {
        "ranks": len(ranks),
        "smallest gap": min(gaps, default=None),
        "tolerances": [min(tolerances, default=None), max(tolerances, default=None)],
    }


Route = Callable[[Context], Measured]

IDEAS: dict[str, tuple[Engine, str, Route]] = {
    "taylor": (Engine.EXACT, "Taylor coefficients of the loss, ranked by blocked elimination modulo a prime", taylor),
    "digit networks": (Engine.EXACT, "exact ranks of the Hessian's core on the first N digits", handwritten),
    "multiprecision": (
        Engine.MULTIPRECISION, "pivots of the Hessian's core in sixty digits, with the gap below", multiprecision,
    ),
    "float": (Engine.FLOAT, "singular values of the Hessian's core in double precision, with their gap", floating),
}  # fmt: skip


def _knows(record: Record, name: str, key: str) -> bool | None:
    """The outcome, None where a route did not measure what the part is about."""
    try:
        return outcome_of(name, key)(record)
    except KeyError:
        return None


def _work(route: Route, name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = route(context)
        part = claim(name).part(key)
        counter = Counter(part)
        records = []
        for record in about(name, key, found.records):
            outcome = _knows(record, name, key)
            if outcome is not None:
                records.append(record)
                counter.count(record.case, outcome)
        largest = max((record.architecture.parameters for record in records), default=0)
        widths = len({record.widths for record in records})
        return Finding(
            Strength.SAMPLE,
            f"{len(records)} instances of {widths} architectures, p ≤ {largest}",
            counter.tally,
            counter.regions,
            controls_of(name, key, records),
            details=found.details,
        )

    return work


TINY = (Request((2, 1, 2), 2, 1, draws=1), Request((2, 2, 1, 2), 1, 1, draws=1))


def _compare(records: Sequence[Record]) -> None:
    for name, key in PARTS:
        for record in records:
            _knows(record, name, key)


def demonstrate_taylor() -> None:
    """Two tiny cases from the Taylor coefficients."""
    _compare(measure_by_taylor(TINY))


def _demonstrate(engine: EngineName) -> None:
    for request in TINY:
        instance = generic_instance(Architecture(request.widths), request.data_rank, request.residual_rank, 0)
        _compare([_record(instance, engine, 0)[0]])


def demonstrate_digits() -> None:
    """One tiny network on four pixels."""
    data = digits(4, 5)
    _compare([_record(data_instance(Architecture((4, 2, 10)), data.inputs, data.targets, 0), "exact", 0)[0]])


def demonstrate_multiprecision() -> None:
    """Two tiny cases in sixty digits."""
    _demonstrate("multiprecision")


def demonstrate_float() -> None:
    """Two tiny cases in double precision."""
    _demonstrate("float")


_DEMONSTRATIONS = {
    "taylor": demonstrate_taylor,
    "digit networks": demonstrate_digits,
    "multiprecision": demonstrate_multiprecision,
    "float": demonstrate_float,
}
_ABOUT_SAMPLES = ("singh2021.samples",)
_NOT_MEASURED = (("taylor", "singh2021.prop2", "minimum"),)
"""The loss has no A_o, so its Taylor coefficients cannot rank it."""

CHECKS = tuple(
    FunctionCheck(
        name, key, route, engine, idea, _work(shared, name, key), _DEMONSTRATIONS[route], shared,
        preliminaries.shallow_blocks,
    )
    for route, (engine, idea, shared) in IDEAS.items()
    for name, key in PARTS
    if name not in _ABOUT_SAMPLES and (route, name, key) not in _NOT_MEASURED
)  # fmt: skip
