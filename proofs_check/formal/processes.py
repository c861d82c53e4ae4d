"""Runs the programs of Coq: none waits for ever, and none outlives the run that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

PATIENCE = 900.0
"""Seconds without a word after which a program is taken to hang. The longest file takes half a minute on two cores."""
TURN = 0.2
"""Seconds between two looks at a program that runs."""
REMEDY = (
    "install Coq 8.16 with MathComp; on Debian apt-get install coq libcoq-mathcomp-algebra "
    "libcoq-mathcomp-real-closed libcoq-mathcomp-multinomials make"
)
NOT_OURS = ("COQ", "MAKE", "GNUMAKE")
"""Variables with these beginnings would change what is compiled; those that say where Coq lies are kept."""
KEPT = frozenset({"COQLIB", "COQCORELIB"})
OPTIONS = frozenset({"VERBOSE", "TIMED", "TIMING", "OPT", "PROFILE", "MFLAGS"})
"""Variables of Coq's makefile that change what it does or prints."""

REQUESTS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask a process to end; a closed terminal sends the second."""

_running: set[subprocess.Popen[bytes]] = set()


class Missing(Exception):
    """Coq cannot be used here.

    Args:
        why: What is absent or wrong.
        remedy: What to do about it.
    """

    def __init__(self, why: str, remedy: str = REMEDY) -> None:
        super().__init__(" ".join(why.split()))
        self.remedy = remedy


class Unanswered(Missing):
    """A program ended without a word on any source, or did not end."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended: its exit status and what it printed."""

    status: int
    output: str
    errors: str


def run(
    command: Sequence[str],
    folder: Path | None = None,
    *,
    told: Callable[[str], None] = lambda line: None,
    patience: float | None = None,
) -> Done:
    """Run a program to its end.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        told: Called with each line that it prints.
        patience: Seconds without a word after which it is ended; ``PATIENCE`` if None.

    Raises:
        Missing: If it cannot be started.
        Unanswered: If it was ended for want of patience.
    """
    with ended_with_this_process(), tempfile.TemporaryFile() as errors, ExitStack() as ended:
        with _undisturbed():
            process = _started(command, folder, errors)
            ended.callback(_closed, process)
        lines = []
        with _watched(process, PATIENCE if patience is None else patience) as watch:
            assert process.stdout is not None
            for raw in process.stdout:
                watch.heard = time.monotonic()
                line = raw.decode(errors="replace")
                lines.append(line)
                told(line.rstrip())
            process.wait()
        if watch.late:
            raise Unanswered(
                f"{command[0]} gave no answer within {watch.patience:g} seconds",
                "try again when the machine has less to do",
            )
        errors.seek(0)
        return Done(process.returncode, "".join(lines), errors.read().decode(errors="replace"))


def _started(command: Sequence[str], folder: Path | None, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise Missing(f"{command[0]} cannot be run ({error.strerror or error})") from None


def _closed(process: subprocess.Popen[bytes]) -> None:
    """End the program if it runs, and let go of it."""
    with process:
        _end(process)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off signals to the end of the block: one that came while a program starts would lose sight of the program."""
    came: list[int] = []
    handlers = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, *REQUESTS):
            if callable(signal.getsignal(number)):
                handlers[number] = signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


def end_all() -> None:
    """End every program that runs, with all that it started."""
    for process in tuple(_running):
        _end(process)


@contextmanager
def ended_with_this_process() -> Iterator[None]:
    """Let a request to end this process unwind the block, so that what it started ends and its folders go.

    Nothing changes where such a request is handled already, and outside the main thread, which alone may handle it.
    """
    ours = threading.current_thread() is threading.main_thread()
    chosen = [number for number in REQUESTS if ours and signal.getsignal(number) is signal.SIG_DFL]

    def stop(number: int, frame: FrameType | None) -> None:
        for other in chosen:
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in chosen:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in chosen:
            signal.signal(number, signal.SIG_DFL)


@dataclass(slots=True)
class _Watch:
    """When a program was last heard of, and whether that was too long ago."""

    patience: float
    heard: float
    late: bool = False


@contextmanager
def _watched(process: subprocess.Popen[bytes], patience: float) -> Iterator[_Watch]:
    """Ends the program if it is silent for too long."""
    watch = _Watch(patience, time.monotonic())
    over = threading.Event()

    def look() -> None:
        while not over.wait(min(TURN, patience)):
            if time.monotonic() - watch.heard > patience:
                watch.late = True
                _end(process)
                return

    watcher = threading.Thread(target=look, daemon=True)
    _running.add(process)
    try:
        watcher.start()
        yield watch
    finally:
        over.set()
        _running.discard(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started, which is the process group that it leads."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (AttributeError, OSError):
            process.kill()


def _environment() -> dict[str, str]:
    return {
        key: value
        for key, value in os.environ.items()
        if key in KEPT or not (key.startswith(NOT_OURS) or key in OPTIONS)
    }
