"""How far a run is: a bar on a terminal, otherwise a line now and then; always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hessproof.numeric.planning.plan import Plan, seconds_in_words
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


def plan_shown(plan: Plan) -> None:
    """Print the plan of what takes more than a moment, on standard error like all progress.

    What a command prints on standard output is the same on every machine; how long it takes is not.
    """
    if plan.seconds is not None:
        for line in plan.lines:
            print(line, file=sys.stderr, flush=True)


@contextmanager
def work_shown(*, quiet: bool = False) -> Iterator[Callable[[str, float], None]]:
    """What a long computation calls with the name of its piece and the share of it that is done, in [0, 1].

    On a terminal a bar with the time that is left; elsewhere a line every few seconds, and none for pieces that are
    done sooner.

    Args:
        quiet: Show nothing.
    """
    if quiet:
        yield lambda what, share: None
    elif sys.stderr.isatty():
        with _share_bar() as show:
            yield show
    else:
        yield _share_lines()


@contextmanager
def _share_bar() -> Iterator[Callable[[str, float], None]]:
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(24),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console(to_errors=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        shown = ""

        def show(what: str, share: float) -> None:
            nonlocal shown
            if what != shown:  # times count from the start of a piece
                bar.reset(task, description=what)
                shown = what
            bar.update(task, completed=share)

        yield show


def _share_lines() -> Callable[[str, float], None]:
    what_before, begun, share_then, last = "", 0.0, 0.0, 0.0

    def show(what: str, share: float) -> None:
        nonlocal what_before, begun, share_then, last
        now = time.monotonic()
        if what != what_before:
            what_before, begun, share_then, last = what, now, share, now
            return
        if now - last < SECONDS_BETWEEN_LINES:
            return
        last = now
        done = share - share_then
        left = f", {seconds_in_words((1 - share) * (now - begun) / done)} left" if done > 0 else ""
        print(f"{what}: {share:.0%}{left}", file=sys.stderr, flush=True)

    return show


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
