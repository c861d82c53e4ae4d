"""Rank formulas for almost all parameters, against the survey of measured generic ranks.

A rank modulo a prime is a lower bound of the rank over Q, and the rank at one point of the generic rank. Where a
checked derivation says that no parameter exceeds the formula, a record that meets it decides its case for good: the
evidence is a certificate. Without such a bound it is a sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.measured import comparisons
from hessproof.proofs_check.checks.upper_bounds import bounded
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Part
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.searches.generic import generic_counterexample
from hessproof.proofs_check.statements import agrees
from hessproof.proofs_check.surveys.plan import plan
from hessproof.proofs_check.surveys.record import Record, Request, Survey
from hessproof.proofs_check.surveys.survey import measure, run
from hessproof.symbolic.formulas import FORMULAS

IDEA = "the largest rank modulo several primes over random integer instances of every architecture, r and s"
SHOWN = 12

PARTS: tuple[tuple[str, str], ...] = (
    ("singh2021.prop2", "minimum"),
    ("singh2021.prop2", "control"),
    ("singh2021.cor4", "generic"),
    ("singh2021.thm5", "first_generic"),
    ("singh2021.thm5", "middle_generic"),
    ("singh2021.thm5", "last_generic"),
    ("singh2021.cor6", "any_depth"),
    ("singh2021.independence", "any_depth"),
    ("singh2021.fact7", "main"),
    ("singh2021.overlap", "main"),
    ("singh2021.deficiency", "generic"),
    ("singh2021.samples", "prediction"),
    ("hessproof.functional_bound", "generic"),
    ("hessproof.any_residual", "main"),
    ("hessproof.overlap", "main"),
    ("hessproof.deficiency", "main"),
    ("hessproof.width", "main"),
)
"""Parts about almost all parameters that a survey record decides."""


def survey(context: Context) -> Survey:
    """The survey of the run's profile and seed, made once."""

    def make() -> Survey:
        shown = -1

        def told(done: int, total: int) -> None:
            nonlocal shown
            if 20 * done // total > shown:
                shown = 20 * done // total
                context.progress(f"{done} of {total} cases")

        return run(plan(context.profile.value, context.seed), context.jobs, told)

    return context.shared("survey", make)


Outcome = Callable[[Record], bool | None]


def outcome_of(name: str, key: str) -> Outcome:
    """Whether a record agrees with a part; None if the part says nothing about it."""
    part = claim(name).part(key)
    if (name, key) == ("singh2021.independence", "any_depth"):
        return _columns_add_up
    if (name, key) == ("singh2021.prop2", "minimum"):
        return lambda record: record.ranks["a_o"] >= record.architecture.outputs * record.data_rank
    return lambda record: _formula_agrees(part, record)


def _columns_add_up(record: Record) -> bool | None:
    """Whether the ranks add up; None if rk H_f stays below what no parameter exceeds, for then its draw was unlucky."""
    columns = sum(rank for quantity, rank in record.ranks.items() if quantity.startswith("column:"))
    generic = FORMULAS["functional_bound"].evaluate(record.architecture, record.data_rank, record.residual_rank)
    found = record.ranks["functional"]
    return None if columns == found < generic else columns == found


def _formula_agrees(part: Part, record: Record) -> bool | None:
    pairs = list(comparisons(part, record))
    return all(agrees(found, part.relation or "==", stated) for found, stated in pairs) if pairs else None


def records_for(name: str, key: str, found: Survey) -> Sequence[Record]:
    """The records that a part is about: data first for statements about samples, equal widths for growth with one."""
    if name == "singh2021.samples":
        return found.data_first()
    return about(name, key, found.records)


def about(name: str, key: str, records: Sequence[Record]) -> Sequence[Record]:
    """Those records on which a part makes sense: networks with one common hidden width for growth with the width."""
    if name != "hessproof.width":
        return records
    part = claim(name).part(key)
    return [record for record in records if part.in_domain(record.case)]


@dataclass
class _Report:
    """Numbers that a reader wants beside the counts."""

    failures: list[str] = field(default_factory=list)

    def note(self, part: Part, record: Record) -> None:
        if len(self.failures) < SHOWN:
            where = f"{record.architecture}, r = {record.data_rank}, s = {record.residual_rank}"
            inside = "inside" if part.in_domain(record.case) else "outside"
            self.failures.append(f"{where} ({inside} the published domain): {record.reproduce}")


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = survey(context)
        part = claim(name).part(key)
        outcome, counter, report = outcome_of(name, key), Counter(part), _Report()
        records = records_for(name, key, found)
        for record in records:
            verdict = outcome(record)
            if verdict is None:
                continue
            counter.count(record.case, verdict)
            if verdict is False:
                report.note(part, record)
        strength = Strength.CERTIFICATE if bounded(name, key) else Strength.SAMPLE
        failed = [record for record in records if part.in_domain(record.case) and outcome(record) is False]
        return Finding(
            strength,
            "; ".join(found.scope),
            counter.tally,
            counter.regions,
            controls_of(name, key, records),
            generic_counterexample(FORMULAS[part.formula], failed) if part.formula else None,
            details=_details(found, records, report),
        )

    return work


def _details(found: Survey, records: Sequence[Record], report: _Report) -> dict[str, object]:
    disagreeing = sum(bool(record.lowest) for record in records)
    return {
        "architectures": found.architectures,
        "cases": len(records),
        "largest p": found.largest,
        "draws a case": max((len(record.draws) for record in records), default=0),
        "primes": sorted({draw.prime for record in records for draw in record.draws}),
        "weights drawn from": f"integers up to {records[0].draws[0].magnitude} in size" if records else "nothing",
        "cases whose draws differed": disagreeing,
        "first failures": report.failures,
    }


def controls_of(name: str, key: str, records: Sequence[Record]) -> tuple[Mutant, ...]:
    """Generated variants of the formula, each tried on the records of the published domain until one differs."""
    part = claim(name).part(key)
    inside = [record for record in records if part.in_domain(record.case)]
    if part.formula is None:
        wrong = "one more than the published number"
        caught = any(_one_more_fails(name, record) for record in inside)
        return (Mutant(description=wrong, caught=caught, by="a record differs"),)
    return tuple(_mutants(part, inside))


def _one_more_fails(name: str, record: Record) -> bool:
    if name == "singh2021.prop2":
        return record.ranks["a_o"] < record.architecture.outputs * record.data_rank + 1
    columns = sum(rank for quantity, rank in record.ranks.items() if quantity.startswith("column:"))
    return columns + 1 != record.ranks["functional"]


def _mutants(part: Part, inside: Sequence[Record]) -> Iterator[Mutant]:
    original = FORMULAS[part.formula or ""]
    for mutant in original.mutants():
        differing = next(
            (
                record
                for record in inside
                if any(found != stated for found, stated in comparisons(part, record, mutant))
            ),
            None,
        )
        by = f"{differing.architecture}, r = {differing.data_rank}, s = {differing.residual_rank}" if differing else ""
        yield Mutant(
            description=mutant.mutation,
            caught=differing is not None,
            by=by or "the same number at every record of the domain",
        )


@cache
def _tiny() -> tuple[Request, ...]:
    return (Request((2, 1, 2), 2, 1, draws=1), Request((2, 2, 2, 1), 2, 1, draws=1))


def _compare_all(records: Sequence[Record]) -> None:
    for name, key in PARTS:
        for record in islice(records, 2):
            outcome_of(name, key)(record)


def demonstrate() -> None:
    """Measure two tiny cases and compare every part with them."""
    _compare_all(measure(_tiny()))


CHECKS = tuple(
    FunctionCheck(
        name, key, "survey", Engine.EXACT, IDEA, _work(name, key), demonstrate, survey, preliminaries.shallow_blocks
    )
    for name, key in PARTS
)
