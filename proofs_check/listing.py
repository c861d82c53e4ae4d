"""The catalogue with the ledger's verdicts: what ``hessproof claims`` lists."""

from __future__ import annotations

from collections.abc import Mapping

from hessproof.proofs_check.assembly import repairs_of
from hessproof.proofs_check.ledger import Entry, Ledger
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.claim import Claim
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.outputs import ClaimList, ClaimRow
from hessproof.proofs_check.registry import Registry


def list_claims(catalogue: Mapping[str, Claim], ledger: Ledger, registry: Registry) -> ClaimList:
    """All claims in the order of the catalogue; one without an entry in the ledger is *not checked*."""
    repaired_by = repairs_of(catalogue)
    rows = []
    for claim in catalogue.values():
        entry = ledger.entry(claim.id, Profile.STANDARD) or Entry(Verdict.NOT_CHECKED)
        engines = {check.engine for check in registry.select([claim.id])}
        rows.append(
            ClaimRow(
                id=claim.id,
                paper=claim.paper,
                where=claim.where,
                statement=claim.statement,
                quantifier=claim.quantifier,
                verdict=entry.verdict,
                holds_on=list(entry.holds_on),
                fails_on=list(entry.fails_on),
                repaired_by=repaired_by.get(claim.id, []),
                engines=[engine for engine in Engine if engine in engines],
            )
        )
    return ClaimList(claims=rows)
