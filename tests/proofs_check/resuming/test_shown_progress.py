"""Plans and progress go to standard error; on no terminal a line now and then, with the time that is left."""

from __future__ import annotations

import sys

import pytest

from hessproof.numeric.planning import Cost, Plan, Speed
from hessproof.proofs_check.cli import progress
from hessproof.proofs_check.cli.progress import plan_shown, work_shown


def test_a_plan_that_takes_more_than_a_moment_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    cost = Cost("core of order 16,410", 2.28e12, 21 * 2**27, share=0.75)
    plan_shown(Plan((cost,), Speed(76.0, 2, "measured")))
    plan_shown(Plan((cost,), None))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "plan: core of order 16,410, 2.6 GiB, about 40 s at 76 Gflop/s on 2 threads\n"


def test_lines_with_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([100.0, 104.0, 110.0, 112.0, 120.0, 130.0, 140.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with work_shown() as show:
        show("core", 0.2)  # resumed here
        show("core", 0.3)  # less than five seconds later
        show("core", 0.4)  # 0.2 in ten seconds
        show("core", 0.45)
        show("core", 0.6)
        show("probes", 0.0)
        show("probes", 0.0)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == ["core: 40%, about 30 s left", "core: 60%, about 20 s left", "probes: 0%"]


def test_quiet_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    with work_shown(quiet=True) as show:
        show("core", 0.2)
        show("core", 0.9)
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with work_shown() as show:
        show("core of order 12", 0.25)
        show("core of order 12", 0.5)
        show("core of order 15", 0.75)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "core of order" in shown.err
