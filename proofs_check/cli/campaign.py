"""``hessproof campaign``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from hessproof.proofs_check.campaigns.export import write_csv
from hessproof.proofs_check.campaigns.items import Wanted
from hessproof.proofs_check.campaigns.plan import PLANS, Plan
from hessproof.proofs_check.campaigns.report import CampaignOutput, counted, report
from hessproof.proofs_check.campaigns.run import Interrupted, State, run_campaign
from hessproof.proofs_check.campaigns.store import Store
from hessproof.proofs_check.cli.main import INTERRUPTED, terminate_like_interrupt
from hessproof.proofs_check.cli.output import console, print_json, real_number, table, whole_number
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.errors import UnusableRequest

SECONDS_BETWEEN_LINES = 5.0
BIASES = {"without": (False,), "with": (True,), "both": (False, True)}


class _Commands(click.Group):
    """A group that names its commands where an unknown one is asked for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names."""
        if not args[0].startswith("-"):
            one_of("command", args[0], self.list_commands(ctx), "see hessproof campaign --help")
        return super().resolve_command(ctx, args)


@click.group("campaign", cls=_Commands, no_args_is_help=False)
def command() -> None:
    """Certify or measure whole ranges of architectures, one row an instance in an SQLite file.

    A run can be stopped, or killed, at any moment; the same command goes on from what is committed.
    """


def _rank(context: click.Context, parameter: click.Parameter, value: str | None) -> Wanted | None:
    if value is None or value in ("all", "full"):
        return value
    if value.isascii() and value.isdecimal() and len(value) <= 9:
        return int(value)
    shown = value if len(value) <= 40 else f"{value[:39]}…"
    raise UnusableRequest(f"{parameter.opts[-1]} {shown!r}", "all, full or a whole number", "give all or full")


@command.command("run")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--out", metavar="FILE", help="The SQLite file; NAME.sqlite if not given.")
@click.option("--kind", metavar="K", help="measure exact instances, or certify architectures.  [default: measure]")
@click.option("--layers", callback=whole_number(1), metavar="L", help="At most so many layers.")
@click.option("--parameters", callback=whole_number(1), metavar="P", help="At most so many parameters.")
@click.option("--width", callback=whole_number(1), metavar="W", help="No width above this.")
@click.option("--bias", "bias", flag_value="with", help="Networks with bias.")
@click.option("--no-bias", "bias", flag_value="without", help="Networks without bias; so if nothing is said.")
@click.option("--both", "bias", flag_value="both", help="Networks without and with bias.")
@click.option("--data-rank", callback=_rank, metavar="R", help="all, full or one number.  [default: full]")
@click.option("--residual-rank", callback=_rank, metavar="S", help="all, full or one number.  [default: full]")
@click.option("--activation", metavar="A", help="Activation of hidden layers.  [default: linear]")
@click.option("--loss", metavar="L", help="mse, cross-entropy or cosh.  [default: mse]")
@click.option(
    "--quantity", "quantities", multiple=True, metavar="Q", help="outer, functional or loss; may be repeated."
)
@click.option("--seed", callback=whole_number(0), metavar="N", help="Seed of all draws.  [default: 0]")
@click.option("--jobs", callback=whole_number(1), metavar="N", help="Processes; one for each processor if not given.")
@click.option("--scheduler", metavar="ADDRESS", help="Use the workers of a Dask scheduler, such as tcp://host:8786.")
@click.option(
    "--seconds", callback=real_number(0, strictly=True), metavar="S", help="Hand out nothing after this time."
)
def run(
    name: str | None,
    out: str | None,
    kind: str | None,
    layers: int | None,
    parameters: int | None,
    width: int | None,
    bias: str | None,
    data_rank: Wanted | None,
    residual_rank: Wanted | None,
    activation: str | None,
    loss: str | None,
    quantities: tuple[str, ...],
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    seconds: float | None,
) -> int:
    """Run a campaign, or go on with one.

    NAME is a plan that comes with the program, certified or measured; otherwise the options say what to cover: a limit
    on p, or limits on L and the widths. Each instance is compared with what the project predicts; the exit status is
    1 if a row disagrees.
    """
    given: dict[str, Any] = {
        "kind": kind,
        "layers": layers,
        "parameters": parameters,
        "width": width,
        "biases": None if bias is None else BIASES[bias],
        "data_rank": data_rank,
        "residual_rank": residual_rank,
        "activation": activation,
        "loss": loss,
        "quantities": quantities or None,
        "seed": seed,
    }
    chosen = {key: value for key, value in given.items() if value is not None}
    if name is not None:
        one_of("plan", name, list(PLANS), "leave it out and say what to cover: --layers, --parameters, …")
        if chosen:
            raise UnusableRequest(
                f"plan {name!r} with --{next(iter(chosen)).replace('_', '-')}", "a plan as it is, or options alone",
                "leave one of them out",
            )  # fmt: skip
    if out is None and name is None:
        raise UnusableRequest("no file", "--out FILE, to which the rows go", "give for instance --out ranks.sqlite")
    if out is not None and not out.strip():
        raise UnusableRequest(f"file {out!r}", "the name of a file", "give for instance --out ranks.sqlite")
    plan = PLANS[name] if name is not None else Plan(**chosen)
    path = Path(f"{name}.sqlite" if out is None else out)
    terminate_like_interrupt()
    try:
        with _progress() as progress:
            state = run_campaign(plan, path, jobs=jobs, scheduler=scheduler, seconds=seconds, progress=progress)
    except Interrupted as stopped:
        print(f"hessproof: {stopped} in {path}; the same command goes on", file=sys.stderr)
        return INTERRUPTED
    with Store.for_reading(path) as store:
        verdicts = counted(store)
    _show_state(state, verdicts, plan, path)
    return 1 if state.disagreements else 0


def _show_state(state: State, verdicts: dict[str, int], plan: Plan, path: Path) -> None:
    print(plan.text)
    rate = f", {state.added / state.seconds:.0f} a second" if state.added and state.seconds >= 1 else ""
    print(f"{state.done} of {state.total} instances in {path}; {state.added} added in {state.seconds:.1f} s{rate}")
    print(", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()) or "nothing yet")
    if state.stopped:
        print(f"stopped: {state.stopped}; the same command goes on")
    if state.disagreements:
        print(f"{state.disagreements} DISAGREE; see hessproof campaign report {path}")


@contextmanager
def _progress() -> Iterator[Callable[[State], None]]:
    """A moving line on a terminal, otherwise a line now and then; always on standard error."""

    def line(state: State) -> str:
        rate = state.added / state.seconds if state.seconds else 0.0
        left = (state.total - state.done) / rate if rate else 0.0
        wrong = f", {state.disagreements} DISAGREE" if state.disagreements else ""
        return f"{state.done} of {state.total} instances{wrong}, {rate:.0f} a second, {left / 60:.0f} min left"

    if sys.stderr.isatty():
        with console(to_errors=True).status("starting") as status:
            yield lambda state: status.update(line(state))
        return
    last = time.monotonic()

    def show(state: State) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(line(state), file=sys.stderr, flush=True)

    yield show


@command.command("report", short_help="Summarise what a campaign has found so far.")
@click.argument("file", metavar="FILE")
@click.option("--csv", "csv_file", metavar="OUT", help="Write all rows to this CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(file: str, csv_file: str | None, as_json: bool) -> int:
    """Summarise what a campaign has found so far; a run may be at work on it.

    The exit status is 1 if a row disagrees with what the project predicts.
    """
    with Store.for_reading(Path(file)) as store:
        found = report(store)
        written = None if csv_file is None else write_csv(store, csv_file)
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        _show_report(found)
        if csv_file is not None:
            print(f"\n{written} rows: {csv_file}")
    return 1 if found.disagreements else 0


def _show_report(found: CampaignOutput) -> None:
    out = console()
    out.print(f"plan       {found.text}")
    left = found.total - found.done
    out.print(f"instances  {found.done} of {found.total}, {'complete' if not left else f'{left} to do'}")
    out.print(f"exact      {found.exact} of {found.done}: every rank known, lower and upper bound meet")
    rate = "" if found.throughput is None else f", {found.throughput:g} instances a second"
    out.print(f"time       {found.seconds:.1f} s in {len(found.runs)} run{'s' * (len(found.runs) != 1)}{rate}")
    out.print()
    verdicts = list(found.verdicts)
    rows = table("layers", "bias", "architectures", "instances", "largest p", *verdicts)
    for group in found.groups:
        numbers = [str(group.verdicts.get(verdict, 0)) for verdict in verdicts]
        bias = "yes" if group.bias else "no"
        rows.add_row(
            str(group.layers), bias, str(group.architectures), str(group.instances), str(group.largest), *numbers
        )
    if found.groups:
        numbers = [str(count) for count in found.verdicts.values()]
        largest = max(group.largest for group in found.groups)
        rows.add_row("all", "", str(found.architectures), str(found.done), str(largest), *numbers)
        out.print(rows)
    for one in [case for case in found.others if case.verdict != "unpredicted"]:
        print(f"\n{one.id}: {one.verdict}; {one.note}\n  {one.reproduce}")
