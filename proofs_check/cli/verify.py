"""``hessproof verify``."""

from __future__ import annotations

import sys

import click
from rich.text import Text

from hessproof.numeric.arrays import cuda_remedy, missing_cuda
from hessproof.proofs_check.cli.device import take_device
from hessproof.proofs_check.cli.main import terminate_like_interrupt
from hessproof.proofs_check.cli.output import coloured, console, print_json, table, whole_number
from hessproof.proofs_check.cli.progress import progress_shown
from hessproof.proofs_check.formal.audit import CLOSED
from hessproof.proofs_check.ledger import Ledger
from hessproof.proofs_check.model.check import DEFAULT_SEED, Profile
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.report.model import ClaimResult, Report
from hessproof.proofs_check.verification import house_catalogue, updated_ledger, verify
from hessproof.proofs_check.versions import processors
from hessproof.symbolic.errors import UnusableRequest

FEW = 3
"""So many claims are shown with the reasons of their verdicts."""


@click.command("verify")
@click.argument("claims", nargs=-1, metavar="[CLAIM ...]")
@click.option("--paper", metavar="ID", help="Only the claims of this paper, for instance singh2021.")
@click.option("--engine", metavar="E", help="Only this one: symbolic, exact, ball, multiprecision, float, gpu, formal.")
@click.option(
    "--profile",
    default=Profile.STANDARD.value,
    metavar="P",
    show_default=True,
    help="How much work to do: quick, standard or thorough.",
)
@click.option("--out", metavar="DIR", help="Write the report there: HTML, Markdown, JSON and JUnit XML.")
@click.option("--jobs", callback=whole_number(1), metavar="N", help="Processes; one for each processor if not given.")
@click.option(
    "--seed",
    callback=whole_number(0),
    default=str(DEFAULT_SEED),
    metavar="N",
    show_default=True,
    help="Seed of all draws.",
)
@click.option("--device", metavar="D", help="cpu (default), cuda or auto, for array kernels; cuda with --engine gpu.")
@click.option("--features", metavar="FILE", help="Image features (.npz) for the claims about features of an encoder.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--update-ledger", is_flag=True, help="Make the verdicts found the expected ones, and show what changed.")
def command(
    claims: tuple[str, ...],
    paper: str | None,
    engine: str | None,
    profile: str,
    out: str | None,
    jobs: int | None,
    seed: int,
    device: str | None,
    features: str | None,
    as_json: bool,
    update_ledger: bool,
) -> int:
    """Check claims, all of them if none is named, and compare the verdicts with the ledger.

    The exit status is 1 if a verdict is weaker than the ledger's, contradicts it, or is not in the ledger. With
    --engine, a claim is compared with what that engine alone is known to give. The engine gpu needs a CUDA device; its
    checks are not part of a run on the processor. The engine formal compiles and audits the Coq proofs; where Coq is
    absent it checks nothing. Ctrl-C stops the run and leaves an earlier report as it was.
    """
    if update_ledger and features is not None:
        raise UnusableRequest(
            f"--update-ledger with --features {features}", "verdicts that others can repeat", "leave --features out"
        )
    if update_ledger and engine is not None:
        raise UnusableRequest(
            f"--update-ledger with --engine {engine}", "verdicts from all engines", "leave --engine out"
        )
    if engine == Engine.GPU and device != "cpu":
        _take_gpu()
    elif device is not None:
        take_device(device)
    terminate_like_interrupt()
    ledger = Ledger.load()
    with progress_shown() as progress:
        report = verify(
            claims,
            paper=paper,
            engine=engine,
            profile=profile,
            seed=seed,
            jobs=processors() if jobs is None else jobs,
            device=device,
            features=features,
            out=out,
            progress=progress,
            ledger=ledger,
        )
    if as_json:
        print_json(report.model_dump_json(indent=2))
    else:
        show(report)
        if out is not None:
            print(f"report: {out}")
    if update_ledger:
        new = updated_ledger(ledger, report, house_catalogue(), whole=not claims and paper is None)
        new.save()
        print(ledger.diff(new) or "the ledger stays as it is", file=sys.stderr)
        return 0
    return 0 if report.as_expected else 1


def _take_gpu() -> None:
    """Say which GPU it is; refuse a run that would check nothing."""
    why = missing_cuda()
    if why:
        raise UnusableRequest(f"engine {Engine.GPU.value!r}", f"CuPy with a CUDA device, but {why}", cuda_remedy(why))
    take_device("cuda")


def show(report: Report) -> None:
    """Print a report as a table, with what departs from the ledger below it."""
    out = console()
    few = len(report.results) <= FEW
    silent = [result for result in report.results if result.verdict == Verdict.NOT_CHECKED and not result.evidence]
    rows = table("claim", "verdict", "engines", "fails on", wrap=("fails on",))
    for result in report.results if few else [result for result in report.results if result not in silent]:
        engines = ", ".join(engine.value for engine in result.engines)
        rows.add_row(result.claim, coloured(result.verdict), engines, "; ".join(result.fails_on))
    out.print(rows)
    if few:
        for result in report.results:
            _show_reasons(result)
    elif silent:
        out.print(f"\nand {len(silent)} claims that no check of this release decides, all of them not checked")
    _show_theorems(report)
    counts = ", ".join(f"{count} {name}" for name, count in report.counts().items() if count)
    number = "1 claim" if len(report.results) == 1 else f"{len(report.results)} claims"
    out.print(f"\n{number}: {counts} ({report.profile}, {report.seconds:.0f} s)")
    for result in report.disagreements:
        out.print(Text(f"off the ledger: {result.claim}, {result.disagreement}", "bold red"))


def _show_theorems(report: Report) -> None:
    """The theorems of a run on the engine ``formal``, where each stands, and what it rests on."""
    if {found.engine for result in report.results for found in result.evidence} != {Engine.FORMAL}:
        return
    rows = table("theorem", "place", "rests on", wrap=("theorem",))
    seen = set()
    for result in report.results:
        for found in result.evidence:
            for theorem in found.details.get("theorems", []):
                if theorem["name"] not in seen:
                    seen.add(theorem["name"])
                    place = f"{theorem['file'].removeprefix('proofs_check/formal/')}:{theorem['line']}"
                    closed = theorem["assumptions"] == CLOSED
                    rows.add_row(theorem["name"], place, "no axiom" if closed else theorem["assumptions"])
    if seen:
        console().print()
        console().print(rows)


def _show_reasons(result: ClaimResult) -> None:
    out = console()
    out.print(f"\n{result.claim}: {result.summary}")
    for part in result.parts:
        out.print(f"  {part.key}: {part.verdict.value}. {part.why}")
        for found in part.evidence:
            for objection in found.details.get("objections", []):
                out.print(f"    {objection}", markup=False)
            example = found.counterexample
            if example is not None:
                ranks = f"r = {example.data_rank}, s = {example.residual_rank}"
                about = ranks if example.about == "rank" else example.about
                out.print(
                    f"    counterexample {example.place}, {about}: predicted "
                    f"{example.predicted}, measured {example.measured}; {example.reproduce}"
                )
