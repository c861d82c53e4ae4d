"""Ranks and spectra that are stopped at any moment come out the same later, and no finished piece is done again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hessproof.numeric.planning import watch
from hessproof.proofs_check.ranking import rank_network
from hessproof.proofs_check.resuming import Interrupted, Store, resumable
from hessproof.proofs_check.spectra.methods import Options
from hessproof.proofs_check.spectra.output import spectrum_of_network
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

NETWORK = Architecture((20, 14, 12, 8))
CURVED = Architecture((5, 4, 3), activation="tanh", loss="cross-entropy")


class Watcher:
    """Records what is told and stops at the n-th telling of a word, as Ctrl-C would."""

    def __init__(self, word: str = "", stop: int = 10**9) -> None:
        self.word, self.stop = word, stop
        self.told: list[tuple[str, float]] = []

    def __call__(self, what: str, share: float) -> None:
        self.told.append((what, share))
        if what.startswith(self.word):
            self.stop -= 1
            if self.stop == 0:
                raise KeyboardInterrupt

    def shares(self, word: str) -> list[float]:
        return [share for what, share in self.told if what.startswith(word)]


def _rank(work: Path, watcher: Watcher, seed: int = 0) -> dict[str, Any]:
    with resumable(work) as store:
        found = rank_network(NETWORK, seed=seed, store=store, progress=watcher)
    return {name: one.model_dump() for name, one in found.quantities.items()}


@pytest.fixture
def every_elimination_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "WORTH_KEEPING", 0.0)
    monkeypatch.setattr("hessproof.numeric.modular.rank.CROSSOVER", 100)  # the cores, not what leads to them


@pytest.mark.long
@pytest.mark.usefixtures("every_elimination_is_kept")
def test_a_rank_stopped_inside_its_eliminations(tmp_path: Path) -> None:
    whole = Watcher()
    expected = _rank(tmp_path / "whole", whole)
    tellings = len(whole.shares("elimination"))
    assert tellings >= 4
    for stop in range(1, tellings + 1, 2):
        work = tmp_path / str(stop)
        first, second, third = Watcher("elimination", stop), Watcher(), Watcher()
        with pytest.raises(Interrupted, match="the same command goes on from there"):
            _rank(work, first)
        assert _rank(work, second) == expected
        what, share = first.told[-1]
        again = second.shares(what)
        # between the end of an elimination and the writing of its rank nothing can be kept
        assert share == 1.0 or not again or max(again[0], share) == again[0], "work that was kept was done again"
        ranks = [name for name, _ in first.told if name.startswith("rank of ")]
        own = second.told[[name for name, _ in second.told].index(ranks[-1]) :]
        assert not [name for name, _ in second.told[: -len(own)] if name.startswith("elimination")]
        assert not list((work / "scratch").glob("*"))
        assert _rank(work, third) == expected
        assert not third.shares("elimination")


@pytest.mark.usefixtures("every_elimination_is_kept")
def test_requests_that_share_a_folder_do_not_meet(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        _rank(tmp_path, Watcher("elimination", 2), seed=1)
    kept = [path.read_bytes() for path in (tmp_path / "scratch").iterdir()]
    assert len(kept) == 1
    other = _rank(tmp_path, Watcher(), seed=2)
    assert [path.read_bytes() for path in (tmp_path / "scratch").iterdir()] == kept
    assert {name: one["measured"] for name, one in other.items()} == {
        name: one["measured"] for name, one in _rank(tmp_path, Watcher(), seed=1).items()
    }


@pytest.mark.slow
@pytest.mark.usefixtures("every_elimination_is_kept")
def test_a_damaged_elimination_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        _rank(tmp_path, Watcher("elimination", 2))
    (kept,) = (tmp_path / "scratch").iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    with pytest.raises(UnusableRequest, match="remove the file to start anew") as caught:
        _rank(tmp_path, Watcher())
    assert "\n" not in str(caught.value)


def _spectrum(work: Path | None, watcher: Watcher) -> tuple[dict[str, Any], int, int]:
    options = Options(method="matrix-free", probes=3, steps=12, extremes=2, parts=("loss", "outer"))
    with resumable(work) as store:
        found = spectrum_of_network(CURVED, samples=20, options=options, store=store, tell=watcher)
        counts = (0, 0) if store is None else (store.found, store.added)
    return {part: one.model_dump() for part, one in found.parts.items()}, *counts


@pytest.mark.long
def test_a_spectrum_stopped_between_its_products(tmp_path: Path) -> None:
    whole = Watcher()
    expected, _, pieces = _spectrum(tmp_path / "whole", whole)
    assert _spectrum(None, Watcher())[0] == expected
    assert pieces >= 2 * (2 + 3)
    for stop in range(1, len(whole.told), 3):
        work = tmp_path / str(stop)
        with pytest.raises(Interrupted):
            _spectrum(work, Watcher("", stop))
        with Store(work) as store:
            kept = len(list((store.folder / "pieces").iterdir()))
        found, before, added = _spectrum(work, Watcher())
        assert found == expected
        assert (before, added) == (kept, pieces - kept)


def _command(work: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "hessproof.proofs_check", "rank", "30-24-20-10", "--work", str(work), "--json"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_the_command_itself(tmp_path: Path, kind: signal.Signals) -> None:
    work = tmp_path / "work"
    process = _command(work)
    while process.poll() is None and not any((work / "pieces").glob("*.json")):
        time.sleep(0.01)
    process.send_signal(kind)
    said, errors = process.communicate(timeout=60)
    if process.returncode:
        assert process.returncode == (130 if kind == signal.SIGINT else -signal.SIGKILL)
        assert said == ""
        if kind == signal.SIGINT:
            assert errors.count("\n") == 1
            assert errors.startswith("hessproof: stopped; ")
            assert errors.endswith(f" in '{work}': the same command goes on from there\n")
    before = {path: path.stat().st_mtime_ns for path in (work / "pieces").iterdir()}
    assert before
    process = _command(work)
    said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert '"measured"' in said
    assert all(os.stat(path).st_mtime_ns == then for path, then in before.items())
