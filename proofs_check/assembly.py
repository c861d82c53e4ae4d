"""From evidence to a report: verdicts are computed here, and compared with the ledger, and nothing is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hessproof.proofs_check.ledger import Entry, Ledger, compare
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.claim import Claim, Part
from hessproof.proofs_check.model.evidence import Engine, Evidence
from hessproof.proofs_check.model.verdict import DEFINITIONS, Judgement, Verdict, judge_claim, judge_part
from hessproof.proofs_check.report.model import (
    ClaimResult,
    DerivationRecord,
    Environment,
    Figure,
    PartResult,
    Report,
)
from hessproof.proofs_check.versions import library_versions, machine, processors


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked of a run, as far as its report says it."""

    command: str
    profile: Profile
    seed: int
    jobs: int
    engine: Engine | None = None


def environment() -> Environment:
    """What this process computes with."""
    libraries = library_versions()
    return Environment(
        hessproof=libraries.pop("hessproof"),
        python=libraries.pop("python"),
        platform=machine(),
        processors=processors(),
        libraries=libraries,
    )


def repairs_of(catalogue: Mapping[str, Claim]) -> dict[str, list[str]]:
    """For each claim, the ids of those that amend it, in the order of the catalogue."""
    found: dict[str, list[str]] = {}
    for claim in catalogue.values():
        if claim.repairs is not None:
            found.setdefault(claim.repairs, []).append(claim.id)
    return found


def assemble(
    claims: Sequence[Claim],
    evidence: Sequence[Evidence],
    run: Run,
    ledger: Ledger,
    *,
    seconds: float = 0.0,
    repaired_by: Mapping[str, list[str]] | None = None,
) -> Report:
    """The report of a run.

    Args:
        claims: The claims that were asked for.
        evidence: All evidence about them, traced.
        run: What was asked.
        ledger: What is expected.
        seconds: Wall time.
        repaired_by: Ids of repairs by claim.
    """
    figures: list[Figure] = []
    results = []
    for claim in claims:
        about = [found for found in evidence if found.claim == claim.id]
        parts, judgements = [], {}
        for part in claim.parts:
            routes = [found for found in about if found.part == part.key]
            if run.engine is not None and not routes:
                continue
            judgements[part.key] = judge_part(part, routes)
            parts.append(_part_result(part, routes, judgements[part.key], figures))
        judgement = judge_claim(claim, judgements)
        results.append(_claim_result(claim, judgement, parts, run, ledger, (repaired_by or {}).get(claim.id, [])))
    return Report(
        generated=datetime.now(UTC).replace(microsecond=0),
        command=run.command,
        profile=run.profile,
        seed=run.seed,
        jobs=run.jobs,
        seconds=round(seconds, 3),
        environment=environment(),
        results=results,
        figures=figures,
        definitions={verdict.value: text for verdict, text in DEFINITIONS.items()},
    )


def entry_of(claim: Claim, evidence: Sequence[Evidence]) -> Entry:
    """What the ledger records about a claim, given all evidence about it.

    Evidence from a GPU is left out, and Coq's counts for its own engine only, so that the verdict is the same wherever
    the ledger is written.
    """
    evidence = [found for found in evidence if found.engine is not Engine.GPU]
    everywhere = [found for found in evidence if found.engine is not Engine.FORMAL]
    judgement = _judged(claim, everywhere, skip_silent=False)
    ran = [engine for engine in Engine if any(e.engine == engine and not e.missing for e in evidence)]
    engines = {
        engine: _judged(claim, [found for found in evidence if found.engine == engine], skip_silent=True).verdict
        for engine in ran
    }
    return Entry(judgement.verdict, judgement.holds_on, judgement.fails_on, engines)


def _judged(claim: Claim, evidence: Sequence[Evidence], *, skip_silent: bool) -> Judgement:
    judgements = {}
    for part in claim.parts:
        routes = [found for found in evidence if found.part == part.key]
        if routes or not skip_silent:
            judgements[part.key] = judge_part(part, routes)
    return judge_claim(claim, judgements)


def _part_result(part: Part, evidence: Sequence[Evidence], judgement: Judgement, figures: list[Figure]) -> PartResult:
    derivations: list[DerivationRecord] = []
    kept = []
    for found in evidence:
        details = dict(found.details)
        derivations.extend(DerivationRecord.model_validate(record) for record in details.pop("derivations", []))
        figures.extend(Figure.model_validate(record) for record in details.pop("figures", []))
        kept.append(found.model_copy(update={"details": details}))
    return PartResult(
        key=part.key,
        statement=part.statement,
        text=part.text,
        quantifier=part.quantifier,
        assumptions=list(part.assumptions),
        published_domain=part.published_domain,
        verdict=judgement.verdict,
        why=judgement.why,
        routes=list(judgement.routes),
        holds_on=list(judgement.holds_on),
        fails_on=list(judgement.fails_on),
        evidence=kept,
        derivations=derivations,
    )


def _expected(entry: Entry, engine: Engine | None, found: Verdict) -> Verdict | None:
    """The verdict that the ledger expects.

    It knows none of a GPU alone, whose samples of large instances are more than what it rests on: they agree if they
    hold, and depart from it if they do not.
    """
    if engine is not Engine.GPU:
        return entry.expected(engine)
    if found is Verdict.NOT_CHECKED:
        return None
    return found if found.positive else entry.verdict


def _claim_result(
    claim: Claim, judgement: Judgement, parts: list[PartResult], run: Run, ledger: Ledger, repaired_by: list[str]
) -> ClaimResult:
    entry = ledger.entry(claim.id, run.profile)
    expected = None if entry is None else _expected(entry, run.engine, judgement.verdict)
    agreement = compare(expected, judgement.verdict)
    # Coq that was asked for and is absent is never taken for agreement.
    lenient = run.engine is not None and run.engine is not Engine.FORMAL
    nothing_ran = expected is None and lenient and judgement.verdict == Verdict.NOT_CHECKED
    disagreement = ""
    if not agreement.agrees and not nothing_ran:
        known = "nothing" if expected is None else expected.value
        disagreement = f"{agreement.value}: the ledger expects {known}, found {judgement.verdict.value}"
    return ClaimResult(
        claim=claim.id,
        paper=claim.paper,
        where=claim.where,
        original=claim.original,
        statement=claim.statement,
        summary=claim.summary,
        quantifier=claim.quantifier,
        verdict=judgement.verdict,
        why=judgement.why,
        holds_on=list(judgement.holds_on),
        fails_on=list(judgement.fails_on),
        repairs=claim.repairs,
        repaired_by=repaired_by,
        remarks=list(claim.remarks),
        expected=expected,
        agrees=None if nothing_ran else agreement.agrees,
        disagreement=disagreement,
        parts=parts,
    )
