"""What commands print: tables for people, one JSON object for programs."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hessproof.proofs_check.model.verdict import Verdict
from hessproof.symbolic.errors import UnusableRequest

STYLES = {
    Verdict.PROVED: "bold green",
    Verdict.CERTIFIED: "green",
    Verdict.CORROBORATED: "cyan",
    Verdict.REPRODUCED: "cyan",
    Verdict.REFUTED: "bold red",
    Verdict.NOT_REPRODUCED: "red",
    Verdict.UNDECIDED: "yellow",
    Verdict.VACUOUS: "yellow",
    Verdict.NOT_CHECKED: "dim",
}
WIDE = 160


def console(*, to_errors: bool = False) -> Console:
    """A console; where the output is no terminal, lines are 160 columns wide unless COLUMNS says otherwise."""
    stream = sys.stderr if to_errors else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def coloured(verdict: Verdict | None) -> Text:
    """A verdict in its colour; a dash if there is none."""
    return Text("—") if verdict is None else Text(verdict.value, STYLES[verdict])


def table(*columns: str, wrap: Sequence[str] = ()) -> Table:
    """An unframed table; only the columns in ``wrap`` are broken into several lines."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, no_wrap=column not in wrap, overflow="fold")
    return made


def print_json(text: str) -> None:
    """Print one JSON object."""
    print(text)


def whole_number(least: int | None = None) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """A callback for an option that takes an integer; anything else is refused in the words of this project.

    Args:
        least: The smallest number that makes sense; None if what the option is for decides that.
    """

    def read(ctx: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
        if value is None:
            return None
        try:
            number = int(value)
        except ValueError:
            number = None
        if number is None or (least is not None and number < least):
            option = parameter.opts[-1]
            shown = value if len(value) <= 40 else f"{value[:39]}…"
            expected = "a whole number" if least is None else f"a whole number of at least {least}"
            raise UnusableRequest(f"{option} {shown!r}", expected, f"give {option} {1 if least is None else least}")
        return number

    return read


def real_number(
    least: float, *, strictly: bool = False
) -> Callable[[click.Context, click.Parameter, str | None], float | None]:
    """A callback for an option that takes a finite number; anything else is refused in the words of this project.

    Args:
        least: The smallest number that makes sense.
        strictly: Whether the number itself does not.
    """

    def read(ctx: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < least or (strictly and number == least):
            option = parameter.opts[-1]
            shown = value if len(value) <= 40 else f"{value[:39]}…"
            kind = "finite number" if math.isinf(number) else "number"
            expected = f"a {kind} above {least:g}" if strictly else f"a {kind} of at least {least:g}"
            raise UnusableRequest(f"{option} {shown!r}", expected, f"give for instance {option} {least + 0.1:g}")
        return number + 0.0  # -0 is 0

    return read
