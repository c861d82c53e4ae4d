"""``hessproof check`` and the checker as a script: lines, exit status, and the same answers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hessproof.proofs_check as package
from hessproof.proofs_check import checker
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.cli.main import run
from hessproof.symbolic.architecture import Architecture


@pytest.fixture
def files(tmp_path):
    made = certify(Architecture((3, 2, 4)))
    made.write(tmp_path / "good.json")
    (tmp_path / "bad.json").write_text(made.to_json().replace('"rank": 14', '"rank": 15', 1), "utf-8")
    (tmp_path / "other.json").write_text("[]", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (["good.json"], 0),
        (["good.json", "good.json"], 0),
        (["good.json", "bad.json"], 1),
        (["bad.json", "other.json", "good.json"], 2),
        (["absent.json"], 2),
        (["."], 2),
    ],
)
def test_one_line_a_file_and_the_worst_status(files, names, status, capsys):
    assert run(["check", *(str(files / name) for name in names)]) == status
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(names)
    for name, line in zip(names, lines, strict=True):
        assert line.startswith(f"{files / name}: ")
        expected = {"good.json": "proves: For all", "bad.json": "rejected: claim.rank (line 6): at most 14 is proved"}
        assert expected.get(name, "") in line


def test_it_runs_as_a_script_without_the_project(files):
    command = [sys.executable, "-I", "-S", checker.__file__, *(str(files / name) for name in ("good.json", "bad.json"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (1, "")
    assert [line.split(": ")[1] for line in done.stdout.splitlines()] == ["proves", "rejected"]


def test_without_files_the_command_says_what_it_needs(capsys):
    assert run(["check"]) == 2
    assert "FILE" in capsys.readouterr().err


def test_from_python(files):
    found = package.check(files / "good.json")
    assert found.ok
    assert found == package.CheckResult(True, found.statement)
