"""Rank formulas for almost all parameters against ranks that a GPU measured at networks far above the surveys' sizes.

Ranks at random instances are samples: a modular rank is a lower bound, and the generic rank is at least that. Where one
rank of the run differs between GPU and processor, every part is undecided.
"""

from __future__ import annotations

from collections.abc import Callable

from hessproof.numeric.arrays import namespace
from hessproof.proofs_check.bias.cases import named
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import generic_ranks
from hessproof.proofs_check.checks.bias import measured as with_bias
from hessproof.proofs_check.checks.gpu.survey import GpuSurvey, gathered, measured, prepare, survey
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case, Part
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

IDEA = "ranks of whole Hessians of large networks modulo primes near 2^22, assembled and eliminated on a GPU"
PLAIN: tuple[tuple[str, str], ...] = (
    ("singh2021.prop2", "control"),
    ("singh2021.cor4", "generic"),
    ("singh2021.thm5", "first_generic"),
    ("singh2021.thm5", "middle_generic"),
    ("singh2021.thm5", "last_generic"),
    ("singh2021.cor6", "any_depth"),
    ("singh2021.fact7", "main"),
    ("singh2021.overlap", "main"),
    ("singh2021.deficiency", "generic"),
    ("hessproof.functional_bound", "generic"),
    ("hessproof.any_residual", "main"),
    ("hessproof.overlap", "main"),
    ("hessproof.deficiency", "main"),
)
"""Parts about networks without bias. Where a published one is refuted, it is at widths that are not drawn here."""
BIASED: tuple[tuple[str, str], ...] = (
    ("hessproof.outer_bias", "generic"),
    ("hessproof.functional_bias", "generic"),
    ("hessproof.functional_bias", "centred"),
    ("hessproof.loss_bias", "generic"),
    ("hessproof.loss_bias", "centred"),
    ("hessproof.deficiency_bias", "generic"),
    ("hessproof.deficiency_bias", "centred"),
)
"""Parts about networks with bias."""


def counted(part: Part, found: GpuSurvey, outcomes: list[tuple[Case, bool | None]]) -> Counter:
    """The counts of a part; whatever held is undecided if a rank differed between GPU and processor."""
    counter = Counter(part)
    for case, outcome in outcomes:
        counter.count(case, None if outcome and found.differing else outcome)
    return counter


def _finding(found: GpuSurvey, counter: Counter, controls: tuple[Mutant, ...], failures: list[str]) -> Finding:
    cases = [*(one.case for one in found.records), *(one.case for one in found.biased)]
    largest = max((case.architecture.parameters for case in cases), default=0)
    draws = [*(one.draws for one in found.records), *(one.draws for one in found.biased)]
    return Finding(
        Strength.SAMPLE,
        f"{counter.tally.tried} of {len(cases)} networks with up to {largest:,} parameters, two instances each",
        counter.tally,
        counter.regions,
        controls,
        details={
            "device": found.where,
            "primes": sorted({draw.prime for both in draws for draw in both}),
            "ranks found on the processor too": found.compared,
            "ranks that differ there": list(found.differing),
            "too large for the device": list(found.left_out),
            "failures": failures,
        },
    )


def _plain_work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found, part = survey(context), claim(name).part(key)
        outcome = generic_ranks.outcome_of(name, key)
        judged = [(record, outcome(record)) for record in found.records]
        about = [(record, verdict) for record, verdict in judged if verdict is not None and part.in_domain(record.case)]
        counter = counted(part, found, [(record.case, verdict) for record, verdict in about])
        failures = [f"{one.architecture}, r = {one.data_rank}, s = {one.residual_rank}" for one, ok in about if not ok]
        return _finding(found, counter, generic_ranks.controls_of(name, key, found.records), failures)

    return work


def _biased_work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found, part = survey(context), claim(name).part(key)
        about = [record for record in found.biased if part.in_domain(record.case)]
        outcomes: list[tuple[Case, bool | None]] = [(record.case, with_bias.outcome(part, record)) for record in about]
        failures = [named(case) for case, outcome in outcomes if not outcome]
        controls = with_bias.controls(part, about, context.profile)
        return _finding(found, counted(part, found, outcomes), controls, failures)

    return work


TINY = (
    Case(Architecture((3, 2, 3)), 3, 2),
    Case(Architecture((2, 3, 2), bias=True), 2, 1, 3, 2, 1),
    Case(Architecture((2, 3, 2), bias=True), 2, 1, 3, 1, 0),
)
"""What the demonstration measures, on the processor: the device makes no difference to which modules run."""


def demonstrate() -> None:
    """Measure three tiny cases on NumPy and compare every part with them."""
    found = gathered(list(TINY), [measured(case, 1, namespace("cpu")) for case in TINY], (), "the processor")
    for name, key in PLAIN:
        for record in found.records:
            generic_ranks.outcome_of(name, key)(record)
    for name, key in BIASED:
        part = claim(name).part(key)
        for one in found.biased:
            if part.in_domain(one.case):
                with_bias.outcome(part, one)


CHECKS = tuple(
    FunctionCheck(name, key, "gpu", Engine.GPU, IDEA, _plain_work(name, key), demonstrate, prepare)
    for name, key in PLAIN
) + tuple(
    FunctionCheck(name, key, "gpu", Engine.GPU, IDEA, _biased_work(name, key), demonstrate, prepare)
    for name, key in BIASED
)
