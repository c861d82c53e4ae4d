"""``hessproof claims``."""

from __future__ import annotations

import click

from hessproof.proofs_check.cli.output import coloured, console, print_json, table
from hessproof.proofs_check.ledger import Ledger
from hessproof.proofs_check.listing import list_claims
from hessproof.proofs_check.registry import CHECKS
from hessproof.proofs_check.verification import house_catalogue


@click.command("claims")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> int:
    """List all claims of all papers with the ledger's verdicts at the standard profile.

    Nothing is computed. A claim that no check can decide yet is shown as not checked.
    """
    catalogue = house_catalogue()
    listed = list_claims(catalogue, Ledger.load(), CHECKS.load())
    if as_json:
        print_json(listed.model_dump_json(indent=2))
        return 0
    rows = table("claim", "where", "verdict", "for", "summary", wrap=("where", "summary"))
    for row in listed.claims:
        where = catalogue[row.id].where
        rows.add_row(row.id, where, coloured(row.verdict), row.quantifier.value, catalogue[row.id].summary)
    out = console()
    out.print(rows)
    out.print(f"\n{len(listed.claims)} claims; hessproof explain CLAIM shows one of them.")
    return 0
