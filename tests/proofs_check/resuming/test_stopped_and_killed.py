"""A run that is stopped or killed at any moment goes on later, with the same result and nothing done twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hessproof.proofs_check.resuming import Interrupted, Store, resumable

PIECES = 30

WORK = f"""
import hashlib, sys, time
from pathlib import Path
from hessproof.proofs_check.resuming import resumable

folder, log = sys.argv[1], open(sys.argv[2], "a", buffering=1)
print("begun", flush=True)
try:
    with resumable(folder) as store:
        results = []
        for number in range({PIECES}):
            def compute():
                log.write(f"computed {{number}}\\n")
                time.sleep(0.01)
                return {{"hash": hashlib.sha256(bytes([number])).hexdigest(), "root": number**0.5}}
            results.append(store.piece({{"number": number}}, compute))
            log.write(f"kept {{number}}\\n")
    print(results)
except KeyboardInterrupt as stopped:
    print(stopped)
    sys.exit(130)
"""


def _start(tmp_path: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WORK, str(tmp_path / "work"), str(tmp_path / "log")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def _undisturbed(tmp_path: Path) -> str:
    process = _start(tmp_path)
    said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    return said


@pytest.mark.long
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_stopped_at_random_moments_and_run_again(tmp_path: Path, kind: signal.Signals) -> None:
    moments = random.Random(kind.value)
    (tmp_path / "once").mkdir()
    expected = _undisturbed(tmp_path / "once")
    stopped = 0
    for _ in range(3):
        process = _start(tmp_path)
        try:
            process.wait(moments.uniform(0.0, 0.2))
        except subprocess.TimeoutExpired:
            stopped += 1
        process.send_signal(kind)
        said, errors = process.communicate(timeout=60)
        assert "Traceback" not in errors
        if kind != signal.SIGKILL and process.returncode:
            assert process.returncode == 130
            assert "the same command goes on from there" in said
    assert stopped, "no run was stopped, so this has tested nothing"
    assert _undisturbed(tmp_path) == expected
    assert not list((tmp_path / "work").rglob(".piece-*"))
    kept: set[str] = set()
    for word, number in (line.split() for line in (tmp_path / "log").read_text().splitlines()):
        assert word == "kept" or number not in kept, f"piece {number} was kept and computed again"
        if word == "kept":
            kept.add(number)
    assert len(kept) == PIECES


def _stopped_after_a_piece(work: Path | None) -> None:
    with resumable(work) as store:
        if store is not None:
            store.put({"n": 1}, {"rank": 1})
        raise KeyboardInterrupt


def test_what_is_said_with_and_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as caught:
        _stopped_after_a_piece(tmp_path / "work")
    assert str(caught.value) == (
        f"stopped; 1 finished piece of this run is kept in '{tmp_path / 'work'}': the same command goes on from there"
    )
    Store(tmp_path / "work").close()
    with pytest.raises(Interrupted, match="nothing was kept: with --work DIR the same command goes on later"):
        _stopped_after_a_piece(None)


def test_other_errors_pass_and_let_other_runs_in(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), resumable(tmp_path):
        raise ZeroDivisionError
    Store(tmp_path).close()


def test_a_request_to_terminate_is_heard_inside_the_block_only() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted), resumable(None):
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_thread_that_is_not_the_main_one_leaves_signals_alone(tmp_path: Path) -> None:
    done: list[str] = []

    def work() -> None:
        with resumable(tmp_path) as store:
            assert store is not None
            store.put({"n": 1}, {})
            done.append(store.state)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["1 finished piece of this run is kept"]
