"""A missing interpreter is named, and a run on none fails: the script behind tox's last environment."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest


@pytest.fixture
def script(root: Path) -> dict[str, object]:
    return runpy.run_path(str(root / ".ci" / "matrix.py"))


def test_what_ran_and_what_is_missing_is_named(script, tmp_path, capsys) -> None:
    script["WANTED"].update(py312="no-such-python3.12")
    script["note"]("py311", tmp_path)
    assert script["check"](tmp_path) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert lines["py311"].startswith("passed on Python 3.")
    assert lines["py312"] == "MISSING: no-such-python3.12"
    assert lines["1"] == "of 3 interpreters ran the suite"


@pytest.mark.long
def test_it_fails_if_no_interpreter_ran(script, tmp_path) -> None:
    assert script["check"](tmp_path) == 1
    script["note"]("lowest", tmp_path)
    assert script["check"](tmp_path) == 1


@pytest.mark.slow
def test_a_note_of_an_earlier_run_does_not_count(script, tmp_path) -> None:
    script["note"]("py311", tmp_path)
    note = tmp_path / "ran" / "py311"
    note.write_text("1" + note.read_text(encoding="utf-8"), encoding="utf-8")
    assert script["check"](tmp_path) == 1
