"""Runs: resumed from what is committed, stopped at any moment, and none the worse for a process that dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import runpy
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from hessproof.proofs_check.campaigns import engines, run
from hessproof.proofs_check.campaigns.engines import Processes, on_this_machine
from hessproof.proofs_check.campaigns.plan import Plan
from hessproof.proofs_check.campaigns.run import Interrupted, State, run_campaign
from hessproof.proofs_check.campaigns.store import Store
from hessproof.proofs_check.campaigns.work import Batch, batches
from hessproof.proofs_check.cli.main import run as hessproof
from hessproof.symbolic.errors import UnusableRequest

PLAN = Plan("certify", parameters=9)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hessproof.proofs_check.campaigns.work.BATCH", 20_000)


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[:-1] for row in connection.execute("SELECT * FROM instances ORDER BY number")]


@pytest.fixture(scope="module")
def kills(root: Path) -> SimpleNamespace:
    """The script that documents what kill -9 does."""
    return SimpleNamespace(**runpy.run_path(str(root / "benchmarks" / "campaign_kills.py")))


@pytest.mark.usefixtures("small_batches")
def test_a_run_that_is_out_of_time_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.sqlite"
    states: list[State] = []
    first = run_campaign(PLAN, path, jobs=1, seconds=1e-6, progress=states.append)
    assert (first.done, first.stopped) == (0, "1e-06 seconds are over")
    clock = iter(range(10**6))
    monkeypatch.setattr(run.time, "monotonic", lambda: next(clock))
    second = run_campaign(PLAN, path, jobs=1, seconds=9, progress=states.append)
    assert 0 < second.done == second.added < second.total
    monkeypatch.undo()
    third = run_campaign(PLAN, path, jobs=1, progress=states.append)
    assert third.done == third.total == PLAN.count() == second.added + third.added
    assert [state.done for state in states] == sorted(state.done for state in states)
    with Store.for_reading(path) as store:
        found = store.rows("SELECT added, repeated, ended FROM runs ORDER BY run")
    assert [(one, two) for one, two, _ in found] == [(0, 0), (second.added, 0), (third.added, 0)]
    assert [ended for *_, ended in found] == ["1e-06 seconds are over", "9 seconds are over", "finished"]


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
def test_ctrl_c_keeps_what_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"

    def stop(state: State) -> None:
        if state.done >= 30:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=rf"stopped with \d+ of {PLAN.count()} rows") as stopped:
        run_campaign(PLAN, path, jobs=1, progress=stop)
    assert stopped.value.state.done == len(rows(path)) >= 30
    assert [one.name for one in tmp_path.iterdir()] == ["c.sqlite"]
    run_campaign(PLAN, path, jobs=1)
    whole = tmp_path / "whole.sqlite"
    run_campaign(PLAN, whole, jobs=1)
    assert rows(path) == rows(whole)


def test_jobs_are_checked(tmp_path: Path) -> None:
    with pytest.raises(UnusableRequest, match="jobs 0"):
        run_campaign(PLAN, tmp_path / "c.sqlite", jobs=0)
    with pytest.raises(UnusableRequest, match="one of them"):
        run_campaign(PLAN, tmp_path / "c.sqlite", jobs=2, scheduler="tcp://127.0.0.1:1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.usefixtures("small_batches")
def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    killed: list[int] = []

    def kill_one(state: State) -> None:
        if not killed:
            (child, *_) = multiprocessing.active_children()
            killed.append(child.pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    state = run_campaign(PLAN, path, jobs=2, progress=kill_one)
    assert killed
    assert state.done == state.total
    assert multiprocessing.active_children() == []


def test_a_batch_that_keeps_killing_processes_is_named() -> None:
    engine = Processes(2)
    batch = next(batches(PLAN, PLAN.items()))
    engine._batches[Future()] = batch, engines.ATTEMPTS
    with pytest.raises(UnusableRequest, match="the instances from '1-1 r=1 s=1' on: expected processes that survive"):
        engine._replace()
    engine.close()


@pytest.mark.long
def test_processes_end_with_the_engine() -> None:
    before = {name: os.environ.get(name) for name in engines.THREADS}
    with on_this_machine(2) as engine:
        assert isinstance(engine, Processes)
        assert all(os.environ[name] == "1" for name in engines.THREADS)
        engine.submit(next(batches(PLAN, PLAN.items())))
        assert engine.waiting() == 1
        while not (found := engine.collect(1.0)):
            assert engine.processes() == 2
    assert isinstance(found[0].rows, tuple)
    assert multiprocessing.active_children() == []
    assert {name: os.environ.get(name) for name in engines.THREADS} == before


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_kill_9_loses_no_row_and_repeats_none(tmp_path: Path, kills: SimpleNamespace) -> None:
    outcome = kills.kill_and_resume(tmp_path, kills=2, layers=2, width=3, jobs=2, seed=3, longest=0.3)
    assert outcome.good, outcome


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="processes get signals in another way")
def test_a_request_to_terminate_stops_the_command(tmp_path: Path, kills: SimpleNamespace) -> None:
    path = tmp_path / "c.sqlite"
    process = subprocess.Popen(kills.command(path, 3, 4, 2), stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_until(lambda: path.exists() and bool(rows_or_none(path)))
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 130
    assert told.splitlines()[-1].startswith("hessproof: stopped with ")
    assert told.splitlines()[-1].endswith("; the same command goes on")
    assert kills.gone(process.pid)
    assert [one.name for one in tmp_path.iterdir()] == ["c.sqlite"]


def rows_or_none(path: Path) -> list[tuple[object, ...]]:
    try:
        return rows(path)
    except sqlite3.OperationalError:
        return []


def wait_until(ready: Callable[[], bool], seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "c.sqlite")
    words = ["campaign", "run", "--out", out, "--kind", "certify", "--parameters", "4", "--both", "--jobs", "1"]
    assert hessproof(words) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == Plan("certify", parameters=4, biases=(False, True)).text
    assert printed[1].startswith(f"24 of 24 instances in {out}; 24 added in ")
    assert hessproof(["campaign", "report", out, "--csv", str(tmp_path / "c.csv")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[1] == "instances  24 of 24, complete"
    assert printed[-1] == f"24 rows: {tmp_path / 'c.csv'}"
    assert hessproof(["campaign", "report", out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "hessproof/campaign/1"


def test_a_disagreement_is_exit_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hessproof.proofs_check.campaigns.proving.predicted_rank", lambda item, quantity: 7)
    out = str(tmp_path / "c.sqlite")
    words = ["campaign", "run", "--out", out, "--kind", "certify", "--parameters", "1", "--jobs", "1"]
    assert hessproof(words) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"1 DISAGREE; see hessproof campaign report {out}"
    assert hessproof(["campaign", "report", out]) == 1
    *_, told, again = capsys.readouterr().out.splitlines()
    assert told.startswith("1-1 r=1 s=1: disagrees; outer: proved to lie between 1 and 1, not 7")
    assert again == "  hessproof certify 1-1 --quantity outer --data-rank 1 --residual-rank 1 -o FILE"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Missing command"),
        ("rnu", "did you mean run?"),
        ("run", "no file: expected --out FILE"),
        ("run mesured", "did you mean measured?"),
        ("run certified --width 3", "plan 'certified' with --width"),
        ("run --out c.sqlite", "an unlimited range (no limit)"),
        ("run --out c.sqlite --parameters 0", "--parameters '0'"),
        ("run --out c.sqlite --parameters 3 --data-rank most", "--data-rank 'most'"),
        ("run --out c.sqlite --parameters 3 --data-rank 99999999999", "--data-rank '99999999999'"),
        ("run --out c.sqlite --parameters 3 --seconds 0", "--seconds '0'"),
        ("run --out c.sqlite --parameters 3 --scheduler nowhere", "--scheduler 'nowhere'"),
        ("run --out c.sqlite --parameters 3 --scheduler tcp://127.0.0.1:99999", "127.0.0.1:99999"),
        ("report", "Missing argument 'FILE'"),
        ("report nothing.sqlite", "check the name"),
    ],
)
def test_unusable_requests_are_one_line(
    words: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert hessproof(["campaign", *words.split()]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert why in printed.err
    assert not list(tmp_path.glob("*.sqlite-*"))


def test_the_help_says_what_resumes(capsys: pytest.CaptureFixture[str]) -> None:
    assert hessproof(["campaign", "--help"]) == 0
    assert "the same command goes on" in " ".join(capsys.readouterr().out.split())


def test_a_batch_can_be_sent() -> None:
    batch = next(batches(PLAN, PLAN.items()))
    assert isinstance(pickle.loads(pickle.dumps(batch)), Batch)
