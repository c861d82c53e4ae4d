"""``hessproof explain``."""

from __future__ import annotations

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hessproof.proofs_check.assembly import repairs_of
from hessproof.proofs_check.cli.output import coloured, console
from hessproof.proofs_check.derivations import derivation_record
from hessproof.proofs_check.formal.settled import Settled
from hessproof.proofs_check.formal.sources import all_statements
from hessproof.proofs_check.formal.theorems import SETTLED
from hessproof.proofs_check.ledger import Ledger
from hessproof.proofs_check.model.check import Check, Profile
from hessproof.proofs_check.model.claim import ANYWHERE, OWN, Claim, Part
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.registry import CHECKS
from hessproof.proofs_check.report.model import DerivationRecord
from hessproof.proofs_check.selection import one_of
from hessproof.proofs_check.verification import house_catalogue

LABEL = 13
QUANTIFIERS = {
    "every": "every parameter",
    "generic": "almost all parameters",
    "distribution": "a distribution of parameters or data",
}


@click.command("explain")
@click.argument("claim", metavar="CLAIM")
def command(claim: str) -> int:
    """Show one claim: where it was published and in which words, what it says, and what decides it.

    The derivations are printed line by line as LaTeX, each with the rule that gives it. Nothing is measured.
    """
    catalogue = house_catalogue()
    chosen = catalogue[one_of("claim", claim, list(catalogue), "see hessproof claims")]
    checks = CHECKS.load().select([chosen.id])
    out = console()
    _show_claim(out, chosen, repairs_of(catalogue).get(chosen.id, []))
    for part in chosen.parts:
        _show_part(out, chosen, part, [check for check in checks if check.part == part.key])
    _show_ledger(out, chosen)
    return 0


def _show_claim(out: Console, claim: Claim, repaired_by: list[str]) -> None:
    out.print(claim.id, style="bold")
    _field(out, "source", f"{claim.paper}, {claim.where}")
    if claim.original:
        _field(out, "in words" if claim.paper == OWN else "original", claim.original)
    _field(out, "summary", claim.summary)
    _field(out, "statement", claim.statement)
    _field(out, "for", QUANTIFIERS[claim.quantifier.value])
    if claim.repairs:
        _field(out, "amends", claim.repairs)
    if repaired_by:
        _field(out, "amended by", ", ".join(repaired_by))
    for remark in claim.remarks:
        _field(out, "remark", remark)


def _show_part(out: Console, claim: Claim, part: Part, checks: list[Check]) -> None:
    out.print()
    out.print(f"part {part.key}", style="bold")
    _field(out, "says", part.text)
    _field(out, "statement", part.statement)
    _field(out, "for", QUANTIFIERS[part.quantifier.value])
    _field(out, "assumes", ", ".join(part.assumptions) or "nothing")
    _field(out, "stated for" if claim.paper == OWN else "published for", part.published_domain)
    if part.regions != (ANYWHERE,):
        _field(out, "counted by", "; ".join(region.name for region in part.regions))
    for check in checks:
        _field(out, "check", f"{check.name} ({check.engine.value}): {check.idea}")
    if not checks:
        _field(out, "check", "none yet")
    for settled in SETTLED:
        if (settled.claim, settled.part) == (claim.id, part.key):
            _show_theorems(out, settled)
    for check in checks:
        for derivation in check.derivations() if check.derivations is not None else ():
            _show_derivation(out, derivation_record(derivation))


def _show_theorems(out: Console, settled: Settled) -> None:
    for name in settled.names:
        statement = all_statements()[name]
        out.print()
        out.print(f"  theorem: {name}, {statement.file}:{statement.line}", style="italic")
        if statement.words:
            out.print(Padding(statement.words, (0, 0, 0, 4)), markup=False, highlight=False)
        out.print(Padding(Text(statement.text), (0, 0, 0, 8)))


def _show_derivation(out: Console, derivation: DerivationRecord) -> None:
    out.print()
    out.print(f"  derivation: {derivation.title}", style="italic")
    for number, step in enumerate(derivation.steps):
        sign = {"=": "", "<=": "≤ ", ">=": "≥ "}[step.relation]
        uses = f", uses {', '.join(step.assumptions)}" if step.assumptions else ""
        out.print(Padding(f"({number}) {sign}{step.rule}{uses}", (0, 0, 0, 4)))
        out.print(Padding(step.latex, (0, 0, 0, 8)))


def _show_ledger(out: Console, claim: Claim) -> None:
    out.print()
    out.print("ledger", style="bold")
    ledger = Ledger.load()
    for profile in Profile:
        entry = ledger.entry(claim.id, profile)
        verdict = coloured(Verdict.NOT_CHECKED if entry is None else entry.verdict)
        _field(out, profile.value, verdict)
        if entry is not None and entry.verdict != Verdict.NOT_CHECKED:
            for name, regions in (("holds on", entry.holds_on), ("fails on", entry.fails_on)):
                if regions:
                    _field(out, name, "; ".join(regions))


def _field(out: Console, name: str, text: str | Text) -> None:
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_column(width=LABEL)
    row.add_column(overflow="fold")
    row.add_row(name, text)
    out.print(Padding(row, (0, 0, 0, 2)))
