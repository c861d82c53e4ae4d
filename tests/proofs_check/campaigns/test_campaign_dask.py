"""A campaign on a Dask cluster of separate processes on loopback, one of which is killed while it works."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dask
import distributed
import pytest

from hessproof.proofs_check.campaigns import dask_run
from hessproof.proofs_check.campaigns.plan import Plan
from hessproof.proofs_check.campaigns.run import State, run_campaign
from hessproof.proofs_check.campaigns.work import Done
from hessproof.symbolic.errors import UnusableRequest

PLAN = Plan(layers=2, width=3, biases=(False, True), data_rank="all", residual_rank="all")

pytestmark = [
    pytest.mark.xdist_group("dask"),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]], subprocess.Popen[bytes]]]:
    """A scheduler and workers as processes of their own: the address, the workers, the scheduler."""
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    start = [sys.executable, "-m"]
    where = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    where += ["--idle-timeout", "600"]  # so that none stays behind if the tests are killed
    scheduler = subprocess.Popen([*start, "distributed.cli.dask_scheduler", *where], **quiet)  # type: ignore[call-overload]
    processes = [scheduler]
    try:
        wait_until(lambda: bool(address_in(file)))
        worker = ["--scheduler-file", str(file), "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        worker += ["--death-timeout", "60"]
        for _ in range(workers):
            processes.append(subprocess.Popen([*start, "distributed.cli.dask_worker", *worker], **quiet))  # type: ignore[call-overload]
        yield address_in(file), processes[1:], scheduler
    finally:
        for process in processes:
            process.kill()
            process.wait()


def address_in(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError):
        return ""


def wait_until(ready: Callable[[], bool], seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[:-1] for row in connection.execute("SELECT * FROM instances ORDER BY number")]


@pytest.mark.long
def test_a_killed_worker_and_a_lost_scheduler_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hessproof.proofs_check.campaigns.work.BATCH", 60_000)
    path, whole = tmp_path / "c.sqlite", tmp_path / "whole.sqlite"
    with cluster(tmp_path, 0) as (address, _, _), monkeypatch.context() as patched:
        patched.setattr(dask_run, "WORKERS", 0.2)
        with pytest.raises(UnusableRequest, match="at least one worker; start one with: dask worker tcp"):
            run_campaign(PLAN, path, scheduler=address)
    (tmp_path / "scheduler.json").unlink(missing_ok=True)
    with cluster(tmp_path, 2) as (address, workers, scheduler):
        with closing(distributed.Client(address, set_as_default=False)) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=300)
        alive = list(workers)

        def kill_one(state: State) -> None:
            if len(alive) == 2:
                alive.pop().kill()

        state = run_campaign(PLAN, path, scheduler=address, progress=kill_one)
        assert state.done == state.total == PLAN.count()
        assert len(alive) == 1

        def lose_scheduler(state: State) -> None:
            os.kill(scheduler.pid, signal.SIGKILL)

        with pytest.raises(UnusableRequest, match="the connection is lost; start it again; the same command goes on"):
            run_campaign(PLAN, tmp_path / "d.sqlite", scheduler=address, progress=lose_scheduler)
    assert 0 < len(rows(tmp_path / "d.sqlite")) < PLAN.count()
    run_campaign(PLAN, tmp_path / "d.sqlite", jobs=1)
    run_campaign(PLAN, whole, jobs=1)
    assert rows(path) == rows(whole) == rows(tmp_path / "d.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT sum(added), sum(repeated), max(scheduler) FROM runs").fetchone() == (
            PLAN.count(), 0, 1,
        )  # fmt: skip


class Answer:
    """A future that has ended."""

    status = "finished"

    def __init__(self, done: Done | None, error: BaseException | None = None, status: str = "finished") -> None:
        self._done, self._error, self.status = done, error, status

    def exception(self) -> BaseException | None:
        return self._error

    def result(self) -> Done | None:
        if self._done is None:
            raise OSError("closed")
        return self._done


class Client:
    """What the engine asks of a client."""

    status = "running"

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def nthreads(self) -> dict[str, int]:
        if self.answer.status == "gone":
            raise OSError("closed")
        return {} if self.answer.status == "alone" else {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(None, ModuleNotFoundError("No module named 'hessproof'")), "No module named 'hessproof'.; install"),
        (Answer(Done((), "0.0.0")), "with hessproof 0.0.0: expected version"),
        (Answer(None, status="cancelled"), "the connection is lost"),
        (Answer(None), "the connection is lost"),
    ],
)
def test_what_workers_can_do_wrong_is_one_line(answer: Answer, why: str) -> None:
    engine = dask_run.Cluster(Client(answer), "tcp://127.0.0.1:1")
    engine._finished.put(answer)
    engine._futures.add(answer)
    assert engine.processes() == 3
    with pytest.raises(UnusableRequest, match=why):
        engine.collect(0.1)


def test_a_scheduler_that_is_gone_is_noticed() -> None:
    client = Client(Answer(None, status="gone"))
    engine = dask_run.Cluster(client, "tcp://127.0.0.1:1")
    with pytest.raises(UnusableRequest, match="the connection is lost"):
        engine.room()
    client.status = "connecting"
    for use in (engine.processes, lambda: engine.collect(0.01)):
        with pytest.raises(UnusableRequest, match="the connection is lost"):
            use()


def test_a_cluster_without_workers_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = dask_run.Cluster(Client(Answer(None, status="alone")), "tcp://127.0.0.1:1")
    assert engine.room() == 3
    assert engine.collect(0.01) == []
    monkeypatch.setattr(dask_run, "WORKERS", 0.0)
    with pytest.raises(UnusableRequest, match="at least one worker"):
        engine.collect(0.01)


@pytest.mark.slow
def test_no_scheduler_and_no_worker_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_run, "CONNECT", 0.2)
    with pytest.raises(UnusableRequest, match="a Dask scheduler that answers"):
        run_campaign(PLAN, tmp_path / "c.sqlite", scheduler="tcp://127.0.0.1:9")
    assert dask.config.get("distributed.comm.timeouts.connect") != "0.2s"


def test_without_dask_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UnusableRequest, match=r"pip install 'hessproof\[dask\]'"):
        run_campaign(PLAN, tmp_path / "c.sqlite", scheduler="tcp://127.0.0.1:9")
