"""Run a campaign: hand out what has no row yet, commit what comes back, stop at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from hessproof.proofs_check.campaigns.engines import Engine, on_this_machine
from hessproof.proofs_check.campaigns.plan import Plan
from hessproof.proofs_check.campaigns.store import Store
from hessproof.proofs_check.campaigns.work import batches
from hessproof.proofs_check.runner import MOST_JOBS
from hessproof.proofs_check.versions import library_versions, processors
from hessproof.symbolic.errors import UnusableRequest

TURN = 0.5
"""Seconds to wait for results at a time, so that an interruption is noticed on every system."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a campaign is.

    Args:
        total: Instances of the plan.
        done: Those with a row.
        added: Rows of this run.
        disagreements: Rows that contradict a prediction.
        seconds: Time of this run.
        stopped: Why the run ended early; empty if it did not.
    """

    total: int
    done: int
    added: int
    disagreements: int
    seconds: float
    stopped: str = ""


class Interrupted(KeyboardInterrupt):
    """A run was stopped by Ctrl-C or a request to terminate.

    Args:
        state: What is committed.
    """

    def __init__(self, state: State) -> None:
        super().__init__(f"stopped with {state.done} of {state.total} rows")
        self.state = state


def run_campaign(
    plan: Plan,
    out: str | Path,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    seconds: float | None = None,
    progress: Callable[[State], None] = lambda state: None,
) -> State:
    """Run a plan, or go on with it, until every instance has its row.

    Rows are committed batch by batch as they come. A run that ends early, in whatever way, is resumed by the same call;
    no instance with a row is done again.

    Args:
        plan: What to do.
        out: The SQLite file.
        jobs: Processes on this machine; one for each processor if None.
        scheduler: Address of a Dask scheduler, to use its workers in their place.
        seconds: Hand out nothing more after this time.
        progress: Called after every commit.

    Raises:
        UnusableRequest: If the file belongs to something else or cannot be written, or workers fail.
        Interrupted: On Ctrl-C.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     first = run_campaign(Plan("certify", parameters=4), Path(folder, "c.sqlite"), jobs=1)
        ...     again = run_campaign(Plan("certify", parameters=4), Path(folder, "c.sqlite"), jobs=1)
        >>> first.done, first.added, again.done, again.added, again.disagreements
        (19, 19, 19, 0, 0)
    """
    if jobs is not None and not 1 <= jobs <= MOST_JOBS:
        raise UnusableRequest(f"jobs {jobs}", f"1 to {MOST_JOBS}", f"give --jobs {processors()}")
    if jobs is not None and scheduler is not None:
        raise UnusableRequest(f"--jobs {jobs} with --scheduler", "one of them", "leave --jobs out")
    if next(plan.items(), None) is None:
        raise UnusableRequest(f"{plan.text}: no instance", "a range that has some", "choose ranks that data can have")
    with Store.for_run(Path(out), plan) as store:
        campaign = _Campaign(store, seconds, progress)
        try:
            if store.count() < store.total:
                with _engine(jobs, scheduler) as engine:
                    store.begin(engine.processes(), scheduler is not None, library_versions())
                    campaign.work(engine)
        except KeyboardInterrupt:
            store.end("interrupted")
            raise Interrupted(campaign.state("interrupted")) from None
        except UnusableRequest:
            store.discard_if_unused()
            raise
        return campaign.state()


def _engine(jobs: int | None, scheduler: str | None) -> AbstractContextManager[Engine]:
    if scheduler is None:
        return on_this_machine(processors() if jobs is None else jobs)
    from hessproof.proofs_check.campaigns.dask_run import on_cluster

    return on_cluster(scheduler)


class _Campaign:
    """The loop of one run."""

    def __init__(self, store: Store, seconds: float | None, progress: Callable[[State], None]) -> None:
        self.store, self.seconds, self.progress = store, seconds, progress
        self.started = time.monotonic()
        self.done, self.disagreements = store.count(), store.disagreements()
        self.added = 0
        self.stopped = ""

    def work(self, engine: Engine) -> None:
        """Hand out and commit until nothing is left or the time is up."""
        plan = self.store.plan
        pending = batches(plan, self.store.missing(plan.items()))
        exhausted = False
        while True:
            if self.seconds is not None and time.monotonic() - self.started >= self.seconds and not exhausted:
                self.stopped, exhausted = f"{self.seconds:g} seconds are over", True
            if not exhausted:
                room = engine.room()
                found = list(islice(pending, max(0, room)))
                exhausted = len(found) < room
                for batch in found:
                    engine.submit(batch)
            if exhausted and not engine.waiting():
                break
            for done in engine.collect(TURN):
                self.added += self.store.add(done.rows)
                self.disagreements += sum(row.verdict == "disagrees" for row in done.rows)
                self.progress(self.state())
        self.store.end(self.stopped or "finished")

    def state(self, stopped: str = "") -> State:
        """How far it is."""
        spent = time.monotonic() - self.started
        done = self.done + self.added
        return State(self.store.total, done, self.added, self.disagreements, spent, stopped or self.stopped)
