"""Who waits for a long call hears how far it should be, can be interrupted, and gets what it returns or raises."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from hessproof.numeric.modular import residue_rank
from hessproof.numeric.planning import Watch, current_watch, watched_by
from hessproof.numeric.planning import watch as module


def test_the_share_told_rises_and_stays_below_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GLANCE", 0.001)
    told: list[tuple[str, float]] = []
    enough = threading.Event()

    def progress(what: str, share: float) -> None:
        told.append((what, share))
        if share == 0.99:
            enough.set()

    assert Watch(progress).wait("eigenvalues", enough.wait, 0.005) is True
    shares = [share for _, share in told]
    assert {what for what, _ in told} == {"eigenvalues"}
    assert shares == sorted(shares)
    assert shares[-1] == 0.99


def test_nothing_is_told_where_no_time_is_known() -> None:
    told: list[float] = []
    assert Watch(lambda what, share: told.append(share)).wait("a product", lambda: 6 * 7) == 42
    assert told == []


def test_what_the_call_raises_comes_back() -> None:
    def fail() -> None:
        raise ArithmeticError("no convergence")

    with pytest.raises(ArithmeticError, match="no convergence"):
        Watch().wait("eigenvalues", fail)


def test_a_waiting_call_is_interrupted_at_once() -> None:
    release = threading.Event()
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        Watch().wait("eigenvalues", release.wait)
    release.set()
    timer.join()


def test_checkpoints_lie_where_scratch_says(tmp_path: Path) -> None:
    watch = Watch(scratch=lambda name: tmp_path / name, seconds=5.0)
    assert watch.checkpoint("loss-7", 1e6) is None, "too little work to keep"
    kept = watch.checkpoint("loss-7")
    assert kept is not None
    assert (kept.path, kept.seconds) == (tmp_path / "loss-7", 5.0)
    assert Watch().checkpoint("loss-7") is None


def test_eliminations_of_the_block_report_to_its_watch_and_to_no_other() -> None:
    told: list[tuple[str, float]] = []
    matrix = np.eye(200)
    with watched_by(Watch(lambda what, share: told.append((what, share)))):
        assert residue_rank(matrix, 101) == 200
        assert told[-1] == ("elimination of order 200 modulo 101", 1.0)
        told.clear()
        other = threading.Thread(target=residue_rank, args=(matrix, 101))
        other.start()
        other.join()
        own: list[float] = []
        residue_rank(matrix, 101, progress=own.append)
        assert own[-1] == 1.0
    residue_rank(matrix[:, :190], 101)
    assert told == []
    assert current_watch() == Watch()


def test_an_elimination_that_is_not_square_is_named_by_both_sides() -> None:
    told: list[str] = []
    progress, _ = Watch(lambda what, share: told.append(what)).elimination(np.ones((1200, 300)), 7, 1e6)
    progress(0.5)
    assert told == ["elimination of 1,200 × 300 modulo 7"]


def test_eliminations_of_one_shape_are_kept_in_files_of_their_own(tmp_path: Path) -> None:
    watch = Watch(scratch=lambda name: tmp_path / name)
    matrices = (np.eye(5), np.triu(np.ones((5, 5))), np.eye(5))
    kept = [watch.elimination(matrix, 7, 1e12)[1] for matrix in matrices]
    first, second, third = (one.path for one in kept if one is not None)
    assert first == third != second
    assert watch.elimination(np.eye(5), 11, 1e12)[1] != kept[0]
    assert watch.elimination(np.eye(5), 7, 1e6)[1] is None
