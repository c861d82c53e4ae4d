"""``hessproof conjecture``."""

from __future__ import annotations

from pathlib import Path

import click

from hessproof.proofs_check.cli.output import console, print_json, real_number, whole_number
from hessproof.proofs_check.conjectures.api import NORMS
from hessproof.proofs_check.conjectures.loading import split
from hessproof.proofs_check.conjectures.result import SECONDS, examine_file
from hessproof.proofs_check.outputs import ConjectureCounterexample, ConjectureOutput
from hessproof.symbolic.errors import UnusableRequest


@click.command("conjecture")
@click.argument("file", metavar="FILE[:NAME]")
@click.option("--max-parameters", callback=whole_number(1), metavar="N", help="Look at no networks with larger p.")
@click.option(
    "--seconds",
    callback=real_number(0.0, strictly=True),
    default=str(SECONDS),
    metavar="S",
    show_default=True,
    help="How long to look.",
)
@click.option(
    "--seed", callback=whole_number(0), default="0", metavar="N", show_default=True, help="Seed of the random part."
)
@click.option("-o", "--out", metavar="PATH", help="Write the counterexample's certificate here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(file: str, max_parameters: int | None, seconds: float, seed: int, out: str | None, as_json: bool) -> int:
    """Look for the smallest counterexample to a formula of your own.

    FILE is a Python file with a function under @conjecture(...), from hessproof.proofs_check; NAME says which one, if
    it has several. Small networks are all compared, in order, then those at the corners, then random and larger ones.
    The exit status is 1 if the formula is refuted.
    """
    for given, remedy in ((file, "write for instance conjecture mine.py"), (out, "give --out certificate.json")):
        if given is not None and not given.strip():
            raise UnusableRequest(f"file {given!r}", "the name of a file", remedy)
    path, name = split(file)
    found = examine_file(
        path,
        name,
        max_parameters=max_parameters,
        seconds=seconds,
        seed=seed,
        out=None if out is None else Path(out),
    )
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        show(found)
    return 1 if found.counterexample is not None else 0


def show(found: ConjectureOutput) -> None:
    """Print the result in words."""
    out = console()
    out.print(f"conjecture {found.statement}")
    up_to = "nothing completely" if found.exhaustive_up_to is None else f"all with p ≤ {found.exhaustive_up_to}"
    out.print(
        f"compared   {found.instances} instances of {found.architectures} architectures ({up_to}, largest p "
        f"{found.largest}) in {found.seconds:.1f} s"
    )
    out.print(f"the truth  {found.drawn}")
    if found.excluded:
        out.print(f"left out   {found.excluded} instances, by where=")
    if found.undecided:
        out.print(f"undecided  {found.undecided} instances")
    if found.caveat is not None:
        out.print(f"caveat     {found.caveat}")
    out.print()
    if found.counterexample is None:
        out.print("SURVIVES: no counterexample found.")
        return
    _show_counterexample(found, found.counterexample)


def _show_counterexample(found: ConjectureOutput, one: ConjectureCounterexample) -> None:
    out = console()
    out.print("REFUTED")
    mean = "≠" if one.residual_mean else "="
    kind = " with bias" if one.bias else ""
    out.print(
        f"at         {'-'.join(map(str, one.widths))}{kind}, p = {one.parameters}, r = {one.data_rank}, "
        f"r̃ = {one.augmented_data_rank}, s = {one.residual_rank}, s̃ = {one.augmented_residual_rank}, "
        f"E[δ] {mean} 0, N = {one.samples}" + (f", active {one.active}" if one.active != one.widths[1:-1] else "")
    )
    for trait in one.traits if found.quantity in NORMS else ():
        out.print(f"           {trait}")
    out.print(f"           {found.name} says {one.predicted}, {one.about} is {one.measured}")
    smallest = "the smallest"
    if not one.minimal:
        among = f"the smallest of {one.minimal_among}" if one.minimal_among else "the smallest found"
        smallest = f"{among}, though not everything before it was compared,"
    out.print(f"           {smallest} in the order: {one.order}")
    for layer, weight in enumerate(one.weights, start=1):
        letter = f"[W^{layer} b^{layer}]" if one.bias else f"W^{layer}"
        out.print(f"{letter:<10} {_rows(weight)}")
    data = (("x", one.inputs), ("y", one.targets)) if one.inputs else (("Σ", one.sigma), ("Ω", one.omega))
    for letter, matrix in data:
        if matrix:
            rows = ", one sample a row" if one.inputs else ""
            out.print(f"{letter:<10} {_rows(matrix)}{rows}")
    for letter, value in one.values.items():
        if letter != "N":  # which stands above
            out.print(f"{letter:<10} {value}")
    out.print(f"confirmed  {one.confirmed_by or 'by no second route'}")
    if one.certificate is not None:
        where = f", in {one.certificate.file}" if one.certificate.file else "; write it with --out FILE"
        out.print(f"certified  {one.certificate.statement.rstrip('.')}{where}")
    else:
        out.print("certified  no: there is no certificate for such a statement")
    out.print(f"again      {one.reproduce}")


def _rows(matrix: list[list[str]]) -> str:
    return "[" + "; ".join(" ".join(row) for row in matrix) + "]"
