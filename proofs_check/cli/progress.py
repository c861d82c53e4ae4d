"""How far a run is: a bar on a terminal, otherwise a line now and then; always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hessproof.proofs_check.cli.output import console
from hessproof.proofs_check.runner import Progress

STAGES = {"prepare": "preparing", "check": "checking", "trace": "tracing routes"}
SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress_shown(*, quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """What a run calls after every step.

    Args:
        quiet: Show nothing.
    """
    if quiet:
        yield lambda state: None
    elif sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _lines()


@contextmanager
def stages_shown() -> Iterator[Callable[[str], None]]:
    """What a computation of a few stages calls after each: a moving line on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda line: None
        return
    with console(to_errors=True).status("starting") as status:
        yield lambda line: status.update(f"done: {line}")


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[label]}"),
    )
    with Bar(*columns, console=console(to_errors=True), transient=True) as bar:
        task = bar.add_task("starting", total=None, label="")

        def show(state: Progress) -> None:
            stage = STAGES[state.stage]
            bar.update(task, description=stage, completed=state.finished, total=state.total, label=state.label)

        yield show


def _lines() -> Callable[[Progress], None]:
    last_stage, last_time = "", 0.0

    def show(state: Progress) -> None:
        nonlocal last_stage, last_time
        now = time.monotonic()
        more_to_come = state.stage == last_stage and state.finished < state.total
        if more_to_come and now - last_time < SECONDS_BETWEEN_LINES:
            return
        last_stage, last_time = state.stage, now
        print(f"{STAGES[state.stage]}: {state.finished} of {state.total} ({state.label})", file=sys.stderr, flush=True)

    return show
