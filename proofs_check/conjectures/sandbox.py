"""The user's function in a process of its own, with limits of time and memory.

The process keeps a mistake from stopping the search: an endless loop, a crash, a print into the output. It is no
shelter from hostile code, which runs with the user's own rights. What it prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from hessproof.proofs_check.conjectures.api import Statement
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.evaluator import Answer, Fault, answer_of
from hessproof.proofs_check.conjectures.loading import chosen, readable, run_file
from hessproof.proofs_check.processes import end_with_parent
from hessproof.symbolic.errors import UnusableRequest

CALL_SECONDS = 2.0
"""How long one call may take: a formula takes microseconds, so this is no limit to an honest one."""
LOADING_SECONDS = 30.0
"""How long the file may take to be imported, with whatever libraries it needs, and instances and answers to travel."""
MEMORY = 8 * 2**30
"""Bytes of address space, where the system has such a limit: libraries reserve a few GiB that they never use."""
_TICK = 0.1
"""Seconds between two looks at how far the process is."""
_ENDING = 10.0
"""Seconds for a process whose pipe is closed to be gone, so that its exit code can be told."""


class Sandbox:
    """A conjecture of a file, evaluated in a process of its own; a context manager, which ends the process.

    Args:
        path: The user's file.
        name: Which conjecture of it; the only one if None.
        call_seconds: Time limit of one call.
        loading_seconds: Time limit of importing the file.

    Raises:
        UnusableRequest: On entering, if the file or the name is unusable.
    """

    def __init__(
        self,
        path: Path,
        name: str | None = None,
        *,
        call_seconds: float = CALL_SECONDS,
        loading_seconds: float = LOADING_SECONDS,
    ) -> None:
        self.path, self.name = path, name
        self.call_seconds, self.loading_seconds = call_seconds, loading_seconds
        self.shown = readable(path)
        self.statement: Statement
        self.key: str

    def __enter__(self) -> Sandbox:
        context = get_context("spawn")
        self._place = context.RawValue("q", -1)
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._place, str(self.path), self.name), daemon=True
        )
        self._process.start()
        theirs.close()
        try:
            found = self._receive(f"{self.shown}, which is still being imported", [])
            if isinstance(found, UnusableRequest):
                raise found
            self.statement, self.key = found
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        if self._process.pid and hasattr(os, "killpg"):  # what the user's code has forked is of the same group
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def use(self, reader: Callable[[object], Any]) -> None:
        """Read the function's values by a module-level function from now on."""
        self._pipe.send(reader)

    def ask(self, described: Sequence[Description]) -> list[Answer]:
        """One answer for each description."""
        if not described:
            return []
        self._place.value = -1
        self._pipe.send(list(described))
        found = self._receive("", described)
        if len(found) and isinstance(found[-1], Fault):
            raise found[-1].at(self.statement.name, described[len(found) - 1])
        answers: list[Answer] = found
        return answers

    def _receive(self, waiting: str, described: Sequence[Description]) -> Any:
        """What the process sends; it may take its time, but not too much of it in one call, or before or after them."""
        place, since = -2, time.monotonic()
        while True:
            try:
                if self._pipe.poll(_TICK):
                    return self._pipe.recv()
            except (EOFError, OSError):
                raise self._ended(described) from None
            now = self._place.value
            if now != place:
                place, since = now, time.monotonic()
                seconds = self.call_seconds if 0 <= now < len(described) else self.loading_seconds
            elif time.monotonic() - since > seconds:
                limit = f"within {seconds:g} s"
                if not described:
                    raise UnusableRequest(waiting, f"to be imported {limit}", "move work into the function")
                fault = Fault(f"did not return {limit}", "an answer at once", "look for a loop that does not end")
                raise fault.at(self.statement.name, described[max(0, min(place, len(described) - 1))])

    def _ended(self, described: Sequence[Description]) -> UnusableRequest:
        self._process.join(_ENDING)
        how = f"ended its process (exit code {self._process.exitcode})"
        if not described:
            return UnusableRequest(
                f"{self.shown}, which {how}", "a file that can be imported", "run it with python first"
            )
        place = max(0, min(int(self._place.value), len(described) - 1))
        fault = Fault(how, "a value", "take out what ends it, such as os._exit or too much memory")
        return fault.at(self.statement.name, described[place])


def _serve(pipe: Connection, place: Any, path: str, name: str | None) -> None:
    """The process: run the file, send the statement, then answer until nobody asks any more."""
    _limit()
    end_with_parent()
    process = os.getpid()
    try:
        found = run_file(Path(path))
        conjecture = chosen(found, name, Path(path))
    except UnusableRequest as problem:
        _only_in(process)
        pipe.send(problem)
        return
    _only_in(process)
    pipe.send((conjecture.statement, next(key for key, value in found.items() if value is conjecture)))
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        reader = pipe.recv()
        while True:
            described = pipe.recv()
            if callable(described):
                reader = described
                continue
            answers: list[Answer | Fault] = []
            for number, one in enumerate(described):
                place.value = number
                answers.append(answer_of(conjecture, reader, one))
                _only_in(process)
                if isinstance(answers[-1], Fault):
                    break
            place.value = len(described)
            pipe.send(answers)


def _only_in(process: int) -> None:
    """End a copy of the process that the user's code has forked: only the first one answers."""
    if os.getpid() != process:
        os._exit(0)


def _limit() -> None:
    """A process group of its own, standard output to standard error, no input, no more memory than `MEMORY`.

    Ctrl-C is the parent's to handle.
    """
    with contextlib.suppress(AttributeError, OSError):
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.flush()
    with contextlib.suppress(OSError, ValueError):
        os.dup2(2, 1)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # the process may be killed
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
