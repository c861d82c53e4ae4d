"""``hessproof reproduce`` as a person or a script meets it."""

from __future__ import annotations

import csv
import json
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.cli.reproduce import show
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Environment, Figure, Table
from hessproof.proofs_check.report.schemas import schema
from hessproof.proofs_check.reproduction.result import Reproduction

PROGRAM = Path(sys.executable).with_name("hessproof")

DRIVER = '''
"""hessproof with a figure of two pieces, the second of which takes for ever unless a file says otherwise."""
import sys
import time
from pathlib import Path

from hessproof.proofs_check.cli import main
from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.reproduction import reproduce
from hessproof.proofs_check.reproduction.run import FigureRecipe


def slow():
    Path("reached").write_text("")
    if not Path("fast").exists():
        time.sleep(600)
    return 2


def make(request, progress, store):
    y = [store.piece("first", lambda: 1), store.piece("second", slow)]
    series = Series(name="y", x=[1, 2], y=y, style="measured")
    return [Figure(id="fig9", title="Nine", caption="", x_label="x", y_label="y", series=[series])]


reproduce.recipe = lambda number: FigureRecipe(number, "Nine", make)
sys.exit(main.run())
'''


@pytest.mark.slow
def test_a_figure_is_written_as_picture_and_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    np.savez("own.npz", x=rng.integers(0, 9, (20, 4)), y=np.eye(3)[rng.integers(0, 3, 20)])
    assert run(["reproduce", "2c", "--profile", "quick", "--data", "own.npz"]) == 0
    folder = tmp_path / "reproduced"
    assert sorted(path.name for path in folder.iterdir()) == ["fig2c.csv", "fig2c.json", "fig2c.png", "fig2c.svg"]
    printed = capsys.readouterr().out
    assert "Rank as a share of the parameters (Fig. 2c)" in printed
    assert "written to reproduced: fig2c.svg, fig2c.png, fig2c.csv, fig2c.json" in printed
    written = json.loads((folder / "fig2c.json").read_text())
    jsonschema.validate(written, schema("reproduce"))
    assert (written["data"], written["samples"], written["inputs"], written["outputs"]) == ("own.npz", 20, 4, 3)
    assert written["command"].startswith("hessproof reproduce 2c --data own.npz --profile quick --seed 2021")
    with (folder / "fig2c.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    panel = Reproduction.model_validate(written).panels[0]
    measured = next(each for each in panel.series if (each.name, each.style) == ("H_L", "measured"))
    assert [float(row["H_L (measured)"]) for row in rows] == measured.y


@pytest.mark.long
def test_a_figure_on_a_data_set_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for name, array in (
        ("t10k-images-idx3-ubyte", rng.integers(0, 256, (30, 28, 28), dtype=np.uint8)),
        ("t10k-labels-idx1-ubyte", rng.integers(0, 10, 30, dtype=np.uint8)),
    ):
        head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        (tmp_path / name).write_bytes(head + array.tobytes())
    assert run(["reproduce", "2b", "--data", "mnist-test:.", "--profile", "quick", "--json", "--out", "made"]) == 0
    made = Reproduction.model_validate_json(capsys.readouterr().out)
    assert (made.data, made.samples, made.inputs, made.outputs) == ("mnist (test)", 30, 64, 10)
    table = made.panels[0].numbers()
    by_name = {name: [row[i] for row in table.rows] for i, name in enumerate(table.columns)}
    assert by_name["H_L measured"] == by_name["H_L predicted"]
    assert set(by_name["r"]) == {30}
    assert (tmp_path / "made/fig2b.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["7"], "figure '7': expected one of 15 names; give 1, 2a, 2b, 2c, 3, 4, 5, kiselev2024-1"),
        (["2"], "figure '2': expected one of 15 names; did you mean"),
        ([], "FIGURE"),
        (["2a", "--data", "gaussian"], "data 'gaussian': expected digits, an .npz file, or a folder with MNIST"),
        (["2a", "--data", "mnist:nowhere"], "data folder 'nowhere': expected a folder that exists"),
        (["2a", "--profile", "slow"], "profile 'slow': expected quick, standard or thorough"),
        (["2a", "--seed", "x"], "--seed 'x': expected a whole number of at least 0"),
        (["2a", "--device", "tpu"], "device 'tpu'"),
        (["2a", "--out", ""], "output folder ''"),
    ],
)
def test_bad_requests_give_one_line_and_leave_nothing(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["reproduce", *words]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_run_that_is_stopped_goes_on_from_there(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "driver.py").write_text(DRIVER)
    command = [sys.executable, "driver.py", "reproduce", "9", "--out", "made"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    started = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "reached").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    started.send_signal(number)
    _, errors = started.communicate(timeout=30)
    assert started.returncode == 130
    assert errors.splitlines()[-1] == "hessproof: stopped with 1 finished piece; the same command goes on from there"
    assert [path.name for path in (tmp_path / "made").iterdir()] == [".pieces"]
    (tmp_path / "fast").write_text("")
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "1 piece from the run before" in done.stdout
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "fig9.csv", "fig9.json", "fig9.png", "fig9.svg"
    ]  # fmt: skip


def test_targets_without_a_cross_entropy_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for targets in (np.ones((4, 1)), np.asarray([[2.0, -1.0]] * 4), np.ones((4, 3))):
        np.savez("own.npz", x=np.arange(8).reshape(4, 2), y=targets)
        assert run(["reproduce", "4", "--data", "own.npz"]) == 2
        message = capsys.readouterr().err
        assert "targets of own.npz: expected probabilities of at least two classes" in message


def test_a_wide_table_is_cut_at_the_edge_of_the_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    panel = Figure(id="fig9", title="Nine", caption="", x_label="x", y_label="y", series=[])
    numbers = Table(columns=[f"column {i}" for i in range(30)], rows=[[n] * 30 for n in range(40)])
    wide = Reproduction(
        figure="9",
        title="Nine",
        command="",
        data="digits",
        samples=1,
        inputs=1,
        outputs=1,
        profile=Profile.QUICK,
        seed=0,
        seconds=0.0,
        reused=0,
        environment=Environment(hessproof="0", python="3", platform="any"),
        panels=[panel.model_copy(update={"table": numbers})],
        files=["fig9.csv"],
    )
    monkeypatch.setenv("COLUMNS", "60")
    show(wide, "out")
    printed = capsys.readouterr().out
    assert "column 4" in printed
    assert "column 6" not in printed
    assert "these are some of 40 rows and 30 columns; fig9.csv has all of them" in " ".join(printed.split())
    assert all(len(line) <= 60 for line in printed.splitlines())


@pytest.mark.slow
def test_help_says_what_a_data_set_may_be() -> None:
    done = subprocess.run(
        [PROGRAM, "reproduce", "--help"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert "mnist:DIR" in done.stdout
    assert "2a, 2b, 2c" in done.stdout
