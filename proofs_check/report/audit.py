"""Recompute a report's verdicts from its evidence. A report whose JSON was edited by hand does not pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hessproof.proofs_check.model.claim import Claim
from hessproof.proofs_check.model.verdict import Judgement, Verdict, judge_claim, judge_part
from hessproof.proofs_check.report.model import ClaimResult, PartResult, Report


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that a report says and its evidence does not.

    Args:
        claim: Id of the claim.
        part: Key of the part, None for the claim as a whole.
        what: What differs: ``verdict``, ``holds_on``, ``fails_on``, ``counts``, ``evidence``, or ``claim`` or
            ``part`` if the catalogue knows none of that name.
        written: What the report says.
        computed: What follows from the evidence.
    """

    claim: str
    part: str | None
    what: str
    written: str
    computed: str

    def __str__(self) -> str:
        place = self.claim if self.part is None else f"{self.claim}, part {self.part}"
        return f"{place}: {self.what} {self.written!r} is written, {self.computed!r} follows from the evidence"


def audit(report: Report, claims: Mapping[str, Claim] | None = None) -> list[Discrepancy]:
    """What in ``report`` does not follow from the evidence that it holds.

    Args:
        report: The report.
        claims: The claims by id, whose parts carry the domains; the catalogue if not given.

    Returns:
        Discrepancies in the order of the report; none if every verdict, every list of regions and every count is
        what the rules of `hessproof.proofs_check.model.verdict` give.
    """
    if claims is None:
        from hessproof.proofs_check.catalogue import CLAIMS

        claims = CLAIMS
    found: list[Discrepancy] = []
    for result in report.results:
        claim = claims.get(result.claim)
        if claim is None:
            found.append(Discrepancy(result.claim, None, "claim", result.claim, "no such claim"))
        else:
            found.extend(_claim(result, claim))
    return found


def _claim(result: ClaimResult, claim: Claim) -> Iterator[Discrepancy]:
    judgements: dict[str, Judgement] = {}
    known = {part.key: part for part in claim.parts}
    for written in result.parts:
        if written.key not in known or written.key in judgements:
            yield Discrepancy(result.claim, written.key, "part", written.key, "no such part, or twice the same")
            continue
        judgements[written.key] = judge_part(known[written.key], written.evidence)
        yield from _records(result, written)
        yield from _compare(result.claim, written.key, written, judgements[written.key])
    yield from _compare(result.claim, None, result, judge_claim(claim, judgements))
    if result.agrees and not _as_expected(result.expected, result.verdict):
        yield Discrepancy(result.claim, None, "agrees", "yes", f"expected {result.expected or 'nothing'}")


def _records(result: ClaimResult, part: PartResult) -> Iterator[Discrepancy]:
    for evidence in part.evidence:
        if (evidence.claim, evidence.part) != (result.claim, part.key):
            about = f"{evidence.claim}/{evidence.part}"
            yield Discrepancy(result.claim, part.key, "evidence", about, f"{result.claim}/{part.key}")
        for tally in (evidence.tally, *evidence.regions.values()):
            rule = "held + failed + undecided = satisfied ≤ tried"
            decided = tally.held + tally.failed + tally.undecided
            if decided != tally.satisfied or tally.satisfied > tally.tried or min(vars(tally).values()) < 0:
                shown = f"{evidence.check}: {tally}"
                yield Discrepancy(result.claim, part.key, "counts", shown, rule)


def _compare(
    claim: str, part: str | None, written: ClaimResult | PartResult, computed: Judgement
) -> Iterator[Discrepancy]:
    pairs: Sequence[tuple[str, str, str]] = (
        ("verdict", written.verdict.value, computed.verdict.value),
        ("holds_on", "; ".join(written.holds_on), "; ".join(computed.holds_on)),
        ("fails_on", "; ".join(written.fails_on), "; ".join(computed.fails_on)),
    )
    for what, said, follows in pairs:
        if said != follows:
            yield Discrepancy(claim, part, what, said, follows)


def _as_expected(expected: Verdict | None, verdict: Verdict) -> bool:
    from hessproof.proofs_check.ledger import compare

    return compare(expected, verdict).agrees
