"""Who does the batches: this process, or processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol

from hessproof.proofs_check.campaigns.work import Batch, Done, work
from hessproof.proofs_check.processes import end_with_parent, submit
from hessproof.proofs_check.runner import THREADS
from hessproof.symbolic.errors import UnusableRequest

AHEAD = 3
"""Batches handed out for each process: one at work, the others so that it need not wait."""
ATTEMPTS = 3
"""Times that a batch is tried when the process that has it dies."""


class Engine(Protocol):
    """Does batches, in no fixed order."""

    def room(self) -> int:
        """How many more batches it takes now."""

    def waiting(self) -> int:
        """How many batches it has."""

    def submit(self, batch: Batch) -> None:
        """Hand it a batch."""

    def collect(self, seconds: float) -> list[Done]:
        """What has been finished; after so many seconds possibly nothing."""

    def processes(self) -> int:
        """How many processes are at work."""


class Here:
    """Does batches in this process."""

    def __init__(self) -> None:
        self._batches: deque[Batch] = deque()

    def room(self) -> int:
        """One batch at a time."""
        return 1 - len(self._batches)

    def waiting(self) -> int:
        """How many batches it has."""
        return len(self._batches)

    def submit(self, batch: Batch) -> None:
        """Take a batch."""
        self._batches.append(batch)

    def collect(self, seconds: float) -> list[Done]:
        """Do the next batch, however long that takes."""
        return [work(self._batches.popleft())] if self._batches else []

    def processes(self) -> int:
        """One."""
        return 1


class Processes:
    """Does batches in processes of their own; one that dies is replaced, and its batch tried again.

    Args:
        jobs: How many.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._others = set(multiprocessing.active_children())
        self._pool = self._start()
        self._batches: dict[Future[Done], tuple[Batch, int]] = {}

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_process
        )

    def room(self) -> int:
        """So many that no process has to wait."""
        return AHEAD * self.jobs - len(self._batches)

    def waiting(self) -> int:
        """How many batches it has."""
        return len(self._batches)

    def submit(self, batch: Batch, attempt: int = 1) -> None:
        """Hand a batch to the pool."""
        try:
            future = submit(self._pool, work, batch, self._batches)
        except BrokenProcessPool:
            self._replace()
            future = submit(self._pool, work, batch, self._batches)
        self._batches[future] = batch, attempt

    def collect(self, seconds: float) -> list[Done]:
        """What has been finished.

        Raises:
            UnusableRequest: If processes keep dying.
        """
        finished, _ = wait(self._batches, timeout=seconds, return_when=FIRST_COMPLETED)
        results = []
        for future in finished:
            if not isinstance(future.exception(), BrokenProcessPool):
                results.append(future.result())
                del self._batches[future]
        if len(results) < len(finished):
            self._replace()
        return results

    def _replace(self) -> None:
        """A new pool for the batches of the broken one. Which of them broke it is not known, so all count one try."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        kept = {future: entry for future, entry in self._batches.items() if _finished(future)}
        lost = [entry for future, entry in self._batches.items() if future not in kept]
        self._batches = kept
        if any(attempt >= ATTEMPTS for _, attempt in lost):
            first = min((batch for batch, attempt in lost if attempt >= ATTEMPTS), key=lambda b: b.items[0].number)
            raise UnusableRequest(
                f"the instances from {first.items[0].id!r} on", "processes that survive them; some were killed",
                "give --jobs 1 for more memory each, or a smaller range",
            )  # fmt: skip
        self._pool = self._start()
        for batch, attempt in lost:
            self.submit(batch, attempt + 1)

    def processes(self) -> int:
        """How many there are."""
        return self.jobs

    def close(self) -> None:
        """Stop the processes at once."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        children = set(multiprocessing.active_children()) - self._others
        for child in children:
            child.terminate()
        for child in children:
            child.join(5)


def _finished(future: Future[Done]) -> bool:
    """Whether a batch gave its rows."""
    return future.done() and not future.cancelled() and future.exception() is None


@contextmanager
def on_this_machine(jobs: int) -> Iterator[Engine]:
    """An engine of so many processes, gone when the block is left; with one, this process works itself."""
    if jobs == 1:
        yield Here()
        return
    before = {name: os.environ.get(name) for name in THREADS}
    # libraries read this when a process loads them, and every processor has a process already
    os.environ.update(dict.fromkeys(THREADS, "1"))
    engine = Processes(jobs)
    try:
        yield engine
    finally:
        engine.close()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin_process() -> None:
    """Leave Ctrl-C to the run, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
