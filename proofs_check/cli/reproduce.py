"""``hessproof reproduce``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate

import click

from hessproof.numeric.loaders.load import DATA_HELP
from hessproof.proofs_check.cli.main import INTERRUPTED, terminate_like_interrupt
from hessproof.proofs_check.cli.output import console, print_json, table, whole_number
from hessproof.proofs_check.model.check import DEFAULT_SEED, Profile
from hessproof.proofs_check.report.text import excerpt, number
from hessproof.proofs_check.reproduction.reproduce import Stopped, reproduce
from hessproof.proofs_check.reproduction.result import Reproduction
from hessproof.proofs_check.reproduction.run import DEFAULT_DATA

SECONDS_BETWEEN_LINES = 5.0
COLUMN_GAP = 2
MOST_ROWS = 24
"""So many rows of a table are printed; the files have all of them."""


@click.command("reproduce")
@click.argument("figure", metavar="FIGURE")
@click.option("--data", default=DEFAULT_DATA, metavar="D", show_default=True, help=f"{DATA_HELP}.")
@click.option("--out", default="reproduced", metavar="DIR", show_default=True, help="Folder for picture and numbers.")
@click.option(
    "--profile",
    default=Profile.STANDARD.value,
    metavar="P",
    show_default=True,
    help="How much work to do: quick, standard or thorough.",
)
@click.option(
    "--seed",
    callback=whole_number(0),
    default=str(DEFAULT_SEED),
    metavar="N",
    show_default=True,
    help="Seed of all draws.",
)
@click.option("--device", default="cpu", metavar="D", show_default=True, help="cpu, cuda or auto, for array kernels.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as one JSON object.")
def command(figure: str, data: str, out: str, profile: str, seed: int, device: str, as_json: bool) -> int:
    """Redo a figure of a paper on the digits or on your data.

    FIGURE is its number in Singh, Bachmann & Hofmann 2021: 1, 2a, 2b, 2c, 3, 4 or 5; or kiselev2024-1, kiselev2024-2,
    kiselev2024-3, kiselev2024-bounds or kiselev2024-space for Kiselev & Grabovoy 2024; or pennington2017-1,
    pennington2017-6a or pennington2017-6b for Pennington & Bahri 2017. The picture is written as SVG and PNG, the
    numbers behind it as CSV and JSON. Ctrl-C stops the run; the same command goes on from there.
    """
    terminate_like_interrupt()
    try:
        with _progress() as progress:
            made = reproduce(figure, data=data, out=out, profile=profile, seed=seed, device=device, progress=progress)
    except Stopped as stopped:
        print(f"hessproof: {stopped}; the same command goes on from there", file=sys.stderr)
        return INTERRUPTED
    if as_json:
        print_json(made.model_dump_json(indent=2))
    else:
        show(made, out)
    return 0


def show(made: Reproduction, out: str) -> None:
    """Print the numbers of every panel, as far as they fit on a screen, and where the files are."""
    printed = console()
    for panel in made.panels:
        numbers = panel.numbers()
        printed.print(panel.title, style="bold")
        printed.print(panel.caption, soft_wrap=False)
        printed.print()
        cells = [
            [number(cell) if isinstance(cell, int | float) else cell or "—" for cell in row]
            for row in excerpt(numbers.rows, MOST_ROWS)
        ]
        columns = _fitting(numbers.columns, cells, printed.width)
        rows = table(*numbers.columns[:columns])
        for row in cells:
            rows.add_row(*row[:columns])
        printed.print(rows)
        if (len(cells), columns) != (len(numbers.rows), len(numbers.columns)):
            whole = f"{len(numbers.rows):,} rows and {len(numbers.columns)} columns"
            printed.print(f"these are some of {whole}; {panel.id}.csv has all of them")
        printed.print()
    pieces = "1 piece" if made.reused == 1 else f"{made.reused} pieces"
    again = f", {pieces} from the run before" if made.reused else ""
    used = ""
    if made.data is not None:
        used = f"{made.samples:,} samples of {made.data}, {made.inputs} inputs, {made.outputs} outputs; "
    printed.print(f"{used}profile {made.profile}, seed {made.seed}, {made.seconds:.0f} s{again}")
    printed.print(f"written to {out}: {', '.join(made.files)}")


def _fitting(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int:
    """How many columns fit on a line, at least one."""
    widths = [max(map(len, column)) + COLUMN_GAP for column in zip(names, *rows, strict=True)]
    return max(1, sum(total <= width + COLUMN_GAP for total in accumulate(widths)))


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """What is called after every piece: a moving line on a terminal, otherwise a line now and then."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    with console(to_errors=True).status("starting") as status:
        done = 0

        def show_line(line: str) -> None:
            nonlocal done
            done += 1
            status.update(f"{done} done, the last was {line}")

        yield show_line


def _lines() -> Callable[[str], None]:
    last = 0.0

    def show_line(line: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES:
            last = now
            print(f"done: {line}", file=sys.stderr, flush=True)

    return show_line
