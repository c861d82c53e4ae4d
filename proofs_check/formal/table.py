"""The table of docs/formal-theorems.md: statements of the claims beside the theorems that settle them."""

from __future__ import annotations

from collections.abc import Iterator

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.formal.settled import Settled
from hessproof.proofs_check.formal.sources import all_statements
from hessproof.proofs_check.formal.theorems import SETTLED
from hessproof.proofs_check.model.claim import OWN

COMMAND = "python -m hessproof.proofs_check.formal --out docs/formal-theorems.md"
PLACE = "../proofs_check/formal/theories"
HEAD = """# Theorems in Coq

What is proved or refuted in Coq, beside the claim that it settles. Every theorem here compiles and rests on no axiom;
`hessproof verify --engine formal` sees to it again. Made by
`{command}`; [Machine-checked proofs](formal.md) tells what the words mean.

{theorems} theorems settle {parts} parts of {claims} claims.
"""


def render() -> str:
    """The page.

    Example:
        >>> render().startswith("# Theorems in Coq")
        True
    """
    theorems = {name for settled in SETTLED for name in settled.names}
    claims = {settled.claim for settled in SETTLED}
    head = HEAD.format(command=COMMAND, theorems=len(theorems), parts=len(SETTLED), claims=len(claims))
    return "\n".join([head, *_table(), "", *_statements()]) + "\n"


def _order(settled: Settled) -> int:
    return list(CLAIMS).index(settled.claim)


def _table() -> Iterator[str]:
    yield "| statement | claim | part | | for | theorems |"
    yield "|---|---|---|---|---|---|"
    for settled in sorted(SETTLED, key=_order):
        claim = CLAIMS[settled.claim]
        where = f"amends {claim.where.removeprefix('amends ')}" if claim.paper == OWN else claim.where
        verdict = "proved" if settled.refuted_at is None else "refuted"
        scope = settled.scope + (f" (only: {'; '.join(settled.regions)})" if settled.regions else "")
        links = ", ".join(_link(name) for name in settled.names)
        yield f"| {where} | `{settled.claim}` | `{settled.part}` | {verdict} | {_cell(scope)} | {links} |"


def _link(name: str) -> str:
    one = all_statements()[name]
    return f"[`{name.removeprefix('Hessproof.paper.')}`]({PLACE}/{one.file}#L{one.line})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _statements() -> Iterator[str]:
    """Every theorem in words and as Coq has it, by file."""
    shown = sorted({name for settled in SETTLED for name in settled.names}, key=_place)
    file = ""
    for name in shown:
        one = all_statements()[name]
        if one.file != file:
            file = one.file
            yield f"## {file.removeprefix('paper/').removesuffix('.v')}"
            yield ""
        yield one.words
        yield ""
        yield "```coq"
        yield one.text
        yield "```"
        yield ""


def _place(name: str) -> tuple[str, int]:
    one = all_statements()[name]
    return one.file, one.line
