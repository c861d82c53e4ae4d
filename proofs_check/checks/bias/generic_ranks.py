"""Rank formulas with bias for almost all parameters: two surveys modulo primes, real data, and floating point.

The *survey* draws exact instances of every small case and assembles the blocks of the augmented chain. The
*definition* draws its own samples and expands the loss to second order. *Digits* takes the handwritten digits, whose
pixels are integers. *Float* and *multiprecision* rank the core, with tolerance and gap. Where a checked derivation says
that no parameter exceeds the formula, a record that meets it decides its case: the evidence is a certificate.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from hessproof.numeric.datasets import digits
from hessproof.numeric.instance import Instance
from hessproof.numeric.ranks import measure as measure_ranks
from hessproof.numeric.result import EngineName
from hessproof.proofs_check.bias.cases import biased_cases, named
from hessproof.proofs_check.bias.definition import measure_by_definition
from hessproof.proofs_check.bias.draws import draw_case, with_trained_bias
from hessproof.proofs_check.bias.record import BiasRecord, BiasSurvey
from hessproof.proofs_check.bias.survey import measure, planned
from hessproof.proofs_check.bias.survey import survey as run_survey
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.bias.bounds import bounded, examined
from hessproof.proofs_check.checks.bias.counterexamples import generic_counterexample
from hessproof.proofs_check.checks.bias.measured import GENERIC, SHOWN, controls, counted, parts
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Strength
from hessproof.proofs_check.surveys.record import Draw
from hessproof.symbolic.architecture import Architecture

DEFINED = {Profile.QUICK: 40, Profile.STANDARD: 200, Profile.THOROUGH: 1200}
"""Cases of the survey that are measured again from the definition of the loss."""
NUMBERED = {Profile.QUICK: 12, Profile.STANDARD: 60, Profile.THOROUGH: 300}
"""Cases of the survey that are measured again in floating point and in arbitrary precision."""
NETWORKS = {
    Profile.QUICK: ("4-12-10", "4-3-5-4-10"),
    Profile.STANDARD: ("64-8-10", "64-12-6-10", "16-12-12-10", "4-12-10", "4-3-5-4-10"),
    Profile.THOROUGH: ("64-8-10", "64-12-6-10", "64-20-20-20-10", "16-12-12-10", "4-12-10", "4-3-5-4-10"),
}
"""Networks for the digits, whose inputs are 64 pixels, or 16 or 4 sums over blocks of pixels."""
SAMPLES = (1, 7, 40)
_FIXED = (
    Case(Architecture((1, 1, 1), bias=True), 1, 1, 2, 1, 1),
    Case(Architecture((2, 3, 2), bias=True), 2, 2, 3, 2, 1),
    Case(Architecture((2, 2, 2, 1), bias=True), 2, 1, 3, 1, 1),
    Case(Architecture((2, 2, 2), bias=True), 2, 1, 3, 1, 0),
)
"""Cases inside every published domain, which the numerical engines measure at every profile."""


def survey(context: Context) -> BiasSurvey:
    """The survey of the run's profile and seed, made once."""

    def make() -> BiasSurvey:
        shown = -1

        def told(done: int, total: int) -> None:
            nonlocal shown
            if 10 * done // total > shown:
                shown = 10 * done // total
                context.progress(f"{done} of {total} cases with bias")

        return run_survey(context.profile, context.seed, told)

    examined(context)
    return context.shared("bias-survey", make)


def _spread(context: Context, count: int, largest: int) -> list[Case]:
    """Cases of the survey with few parameters, evenly spread."""
    cases, _ = planned(context.profile, context.seed)
    small = [case for case in cases if case.architecture.parameters <= largest]
    return small[:: max(1, len(small) // count)]


def definition(context: Context) -> BiasSurvey:
    """Cases of the survey from the definition of the loss."""

    def make() -> BiasSurvey:
        cases = _spread(context, DEFINED[context.profile], 40)
        found = tuple(measure_by_definition(case, context.seed) for case in cases)
        return BiasSurvey(found, f"{len(found)} cases with p ≤ 40, spread evenly over those of the survey")

    return context.shared("bias-definition", make)


def record_of(instance: Instance, engine: EngineName, seed: int) -> tuple[BiasRecord, float]:
    """The ranks of an instance by an engine, and the smallest gap of its spectra (infinite on the exact one)."""
    found = measure_ranks(instance, engine)
    case = Case(
        instance.architecture,
        instance.data_rank,
        instance.residual_rank,
        instance.augmented_data_rank,
        instance.augmented_residual_rank,
        instance.residual_mean,
    )
    gaps = [rank.gap for rank in found.values() if rank.gap is not None]
    ranks = {name: rank.value for name, rank in found.items()}
    return BiasRecord(case, ranks, (Draw(seed, 0),), seed), min(gaps, default=math.inf)


def handwritten(context: Context) -> BiasSurvey:
    """Networks with bias on the first N digits, exactly."""

    def make() -> BiasSurvey:
        records = []
        for number, text in enumerate(NETWORKS[context.profile]):
            architecture = Architecture.parse(text, bias=True)
            for samples in SAMPLES:
                seed = context.seed % 1000 + number
                instance = digits(architecture.inputs, samples).instance(architecture, seed)
                chosen = [instance] if samples == 1 else [instance, with_trained_bias(instance)]
                records += [record_of(one, "exact", seed)[0] for one in chosen]
        text = (
            f"{', '.join(NETWORKS[context.profile])} on the first N digits, N = {', '.join(map(str, SAMPLES))}, with "
            "the last bias drawn and at its optimum"
        )
        return BiasSurvey(tuple(records), text)

    return context.shared("bias-digits", make)


def numerical(context: Context, engine: EngineName) -> tuple[BiasSurvey, float]:
    """Cases of the survey on a numerical engine, with the smallest gap."""

    def make() -> tuple[BiasSurvey, float]:
        largest, count = (24, 4) if engine == "multiprecision" else (100, 1)
        cases = [*_FIXED, *_spread(context, NUMBERED[context.profile] // count, largest)]
        found = [record_of(draw_case(case, context.seed % 1000), engine, context.seed % 1000) for case in cases]
        survey = BiasSurvey(tuple(record for record, _ in found), f"{len(found)} cases, most of them of the survey")
        return survey, min(gap for _, gap in found)

    return context.shared(f"bias-{engine}", make)


def floating(context: Context) -> tuple[BiasSurvey, float]:
    """The cases of `numerical` in double precision."""
    return numerical(context, "float")


def multiprecision(context: Context) -> tuple[BiasSurvey, float]:
    """The cases of `numerical` in arbitrary precision."""
    return numerical(context, "multiprecision")


def _finding(name: str, key: str, context: Context, found: BiasSurvey, *, exact: bool, all_small: bool) -> Finding:
    part = claim(name).part(key)
    counter, failing = counted(part, found.records)
    strength = Strength.CERTIFICATE if exact and bounded(part, context) else Strength.SAMPLE
    shown = [f"{named(record.case)}: {record.reproduce}" for record in failing[:SHOWN]]
    return Finding(
        strength,
        found.scope,
        counter.tally,
        counter.regions,
        controls(part, found.records, context.profile),
        generic_counterexample(part, failing) if all_small else None,
        details={
            "cases": len(found),
            "largest p": max((record.case.architecture.parameters for record in found), default=0),
            "primes": sorted({draw.prime for record in found for draw in record.draws if draw.prime}),
            **({"first failures": shown} if shown else {}),
        },
    )


def _exact(name: str, key: str, source: Callable[[Context], BiasSurvey]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        return _finding(name, key, context, source(context), exact=True, all_small=source is survey)

    return work


def _numerical(
    name: str, key: str, source: Callable[[Context], tuple[BiasSurvey, float]]
) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found, gap = source(context)
        finding = _finding(name, key, context, found, exact=False, all_small=False)
        finding.details["smallest gap"] = gap if math.isfinite(gap) else None
        return finding

    return work


def _tiny() -> list[Case]:
    return [case for case in biased_cases(Architecture((1, 1, 2), bias=True)) if case.residual_rank][::4]


def state() -> None:
    """Write the blocks and the formulas down."""
    preliminaries.shallow_blocks()
    counted_all([])


def counted_all(records: list[BiasRecord]) -> None:
    """Compare every part with some records."""
    for _, _, part in parts():
        counted(part, records)


def demonstrate_survey() -> None:
    """Measure tiny cases by blocks and compare every part with them."""
    counted_all([measure(case) for case in _tiny()])


def demonstrate_definition() -> None:
    """Measure tiny cases by the definition of the loss and compare every part with them."""
    counted_all([measure_by_definition(case) for case in _tiny()])


def demonstrate_exact() -> None:
    """Measure tiny cases on the exact engine."""
    counted_all([record_of(draw_case(case, 0), "exact", 0)[0] for case in _tiny()])


def demonstrate_float() -> None:
    """Measure tiny cases on the float engine."""
    counted_all([record_of(draw_case(case, 0), "float", 0)[0] for case in _tiny()])


def demonstrate_multiprecision() -> None:
    """Measure a tiny case in arbitrary precision."""
    counted_all([record_of(draw_case(_tiny()[-1], 0), "multiprecision", 0)[0]])


_SURVEY = "the largest rank modulo several primes over random integer instances with bias, from the augmented chain"
_DEFINITION = "ranks with bias modulo other primes, the Hessian from the second-order coefficients of the loss"
_DIGITS = "exact ranks over Q with bias on handwritten digits, whose number of samples sets every rank of the data"
_FLOAT = "singular values of the Hessian with bias on its core, with tolerance and gap"
_PRECISE = "pivoted QR of the Hessian with bias on its core in sixty digits"

CHECKS = tuple(
    check
    for name, key in GENERIC
    for check in (
        FunctionCheck(
            name, key, "survey", Engine.EXACT, _SURVEY, _exact(name, key, survey), demonstrate_survey, survey, state
        ),
        FunctionCheck(
            name, key, "definition", Engine.EXACT, _DEFINITION, _exact(name, key, definition), demonstrate_definition,
            definition, state,
        ),
        FunctionCheck(
            name, key, "digits", Engine.EXACT, _DIGITS, _exact(name, key, handwritten), demonstrate_exact, handwritten,
            state,
        ),
        FunctionCheck(
            name, key, "float", Engine.FLOAT, _FLOAT, _numerical(name, key, floating), demonstrate_float, floating,
            state,
        ),
        FunctionCheck(
            name, key, "multiprecision", Engine.MULTIPRECISION, _PRECISE, _numerical(name, key, multiprecision),
            demonstrate_multiprecision, multiprecision, state,
        ),
    )
)  # fmt: skip
