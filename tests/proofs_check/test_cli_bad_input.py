"""Whatever is wrong with a request: one line on standard error, exit status 2, nothing written, no traceback."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.cli.main import COMMANDS, run

SEE = "see hessproof"
KNOWN = f"one of {len(COMMANDS)} names"
NPZ = "expected an .npz file with the arrays x (N × d) and y (N × K); write it with numpy.savez(path, x=x, y=y)"

LINES = {
    "": f"Missing command; {SEE} --help",
    "verfy": f"command 'verfy': expected {KNOWN}; did you mean verify or certify?",
    "certfy 3-2": f"command 'certfy': expected {KNOWN}; did you mean certify or verify?",
    "xyz": f"command 'xyz': expected {KNOWN}; {SEE} --help",
    "--fast": f"option '--fast': expected an option of hessproof; {SEE} --help",
    # widths
    "rank": f"Missing argument 'WIDTHS'; {SEE} rank --help",
    "rank ''": "widths '': expected positive integers joined by '-'; write for instance 64-30-20-10",
    "rank 64": "widths '64': expected at least two widths, inputs and outputs; write for instance 64-10",
    "rank 64-0-10": "width 0 at position 1 of '64-0-10': expected 1 to 1000000; leave the layer out or give it at "
    "least "
    "one neuron",
    "rank 64--3-10": "widths '64--3-10': expected positive integers joined by '-'; write for instance 64-30-20-10",
    "rank 4-two-1": "widths '4-two-1': expected positive integers joined by '-'; write for instance 64-30-20-10",
    "rank 4,2,1": "widths '4,2,1': expected positive integers joined by '-'; write for instance 64-30-20-10",
    "rank 4-2.5-1": "widths '4-2.5-1': expected positive integers joined by '-'; write for instance 64-30-20-10",
    "rank 4-9999999-1": "width 9999999 at position 1 of '4-9999999-1': expected 1 to 1000000; give it fewer neurons",
    "rank -4-3": f"option '-4': expected an option of hessproof rank; {SEE} rank --help",
    "rank 4-3 2": f"Got unexpected extra argument (2); {SEE} rank --help",
    # names
    "rank 4-3-2 --activation rleu": "activation 'rleu': expected one of 9 names; did you mean relu?",
    "rank 4-3-2 --activation tanh": "engine exact with --activation tanh: expected relu or leaky-relu, whose Hessians "
    "are rational; give --engine float",
    "rank 4-3-2 --activation relu --loss cosh": "engine exact with --activation relu and --loss cosh: expected mse for "
    "a network that is not linear; give --engine float",
    "rank 4-3-2 --activation tanh --engine multiprecision": "engine multiprecision with --activation tanh and --loss "
    "mse: expected a linear network under mse; give --engine float",
    "rank 4-3-2 --activation relu --residual-rank 1": "--residual-rank 1 with relu, mse, exact: expected a linear "
    "network under mse or in exact arithmetic, whose residuals can be drawn to order; leave --residual-rank out",
    "rank 4-3-2 --loss mes": "loss 'mes': expected mse, cross-entropy or cosh; did you mean mse?",
    "rank 4-3-2 --engine exat": "engine 'exat': expected exact, multiprecision or float; did you mean exact?",
    "rank 4-3-2 --engine symbolic": "engine 'symbolic': expected exact, multiprecision or float; give --engine exact",
    "rank 4-3-2 --device tpu": "device 'tpu': expected cpu, cuda or auto; did you mean cpu?",
    "rank 4-3-2 --sample 3": "option '--sample': expected an option of hessproof rank; did you mean --samples?",
    # numbers
    "rank 4-3-2 --seed -1": "--seed '-1': expected a whole number of at least 0; give --seed 0",
    "rank 4-3-2 --seed pi": "--seed 'pi': expected a whole number of at least 0; give --seed 0",
    "rank 4-3-2 --samples 0": "--samples '0': expected a whole number of at least 1; give --samples 1",
    "rank 4-3-2 --samples 1e3": "--samples '1e3': expected a whole number of at least 1; give --samples 1",
    "rank 4-3-2 --samples": f"Option '--samples' requires an argument; {SEE} rank --help",
    # ranks
    "rank 4-3-2 --data-rank 9": "data rank 9: expected 0 to 4, the inputs of 4-3-2; give --data-rank 4",
    "rank 4-3-2 --data-rank -1": "data rank -1: expected 0 to 4, the inputs of 4-3-2; give --data-rank 0",
    "rank 4-3-2 --data-rank two": "--data-rank 'two': expected a whole number; give --data-rank 1",
    "rank 4-3-2 --residual-rank 3": "residual rank 3: expected 0 to 2, the smaller of data rank 4 and 2 outputs of "
    "4-3-2; "
    "give --residual-rank 2",
    "rank 4-3-2 --data-rank 1 --residual-rank 2": "residual rank 2: expected 0 to 1, the smaller of data rank 1 and 2 "
    "outputs of 4-3-2; give --residual-rank 1",
    "rank 4-3-2 --samples 2 --data-rank 3": "2 samples: expected at least 3, the data rank; give more samples or a "
    "lower "
    "data rank",
    # data
    "rank 4-3-2 --data digits": "widths 4-3-2: expected 4 inputs and 10 outputs for the data digits; begin the widths "
    "with 4 and end them with 10",
    "rank 5-3-10 --data digits": "5 inputs for the digits: expected 64 pixels, or 16 or 4 blocks of them; begin the "
    "widths "
    "with 64, 16 or 4",
    "rank 4-3-10 --data digits --data-rank 3": "--data-rank 3 with --data digits: expected data drawn to order; "
    "digits has "
    "the rank that it has; leave --data-rank out or give --data gaussian",
    "rank 2-3-1 --data good.npz --residual-rank 1": "--residual-rank 1 with --data good.npz: expected data drawn to "
    "order; "
    "good.npz has the rank that it has; leave --residual-rank out or give --data gaussian",
    "rank 4-3-10 --data digits --samples 1798": "1798 samples: expected 1 to 1797, the samples of digits; give "
    "--samples "
    "1797",
    "rank 4-3-10 --data digit": "data 'digit': expected gaussian, digits, an .npz file or a folder; did you mean "
    "digits?",
    "rank 3-3-1 --data good.npz": "widths 3-3-1: expected 2 inputs and 1 outputs for the data good.npz; begin the "
    "widths "
    "with 2 and end them with 1",
    "rank 2-1 --data absent.npz": "data 'absent.npz': expected a file that exists; write it with numpy.savez(path, "
    "x=x, "
    "y=y)",
    "rank 2-1 --data folder": "data folder 'folder': expected the files of mnist, fashion-mnist, cifar-10, "
    "cifar-100; give the folder in which these files lie, under their published names",
    "rank 2-1 --data empty.npz": f"data 'empty.npz' (EOFError): {NPZ}",
    "rank 2-1 --data text.npz": f"data 'text.npz' (ValueError): {NPZ}",
    "rank 2-1 --data cut.npz": f"data 'cut.npz' (BadZipFile): {NPZ}",
    "rank 2-1 --data array.npy": f"data 'array.npy': {NPZ}",
    "rank 2-1 --data no_y.npz": "data 'no_y.npz' with x: expected the array y; write it with numpy.savez(path, x=x, "
    "y=y)",
    "rank 2-1 --data nan.npz": "x in nan.npz with NaN or infinite entries: expected finite numbers; leave such "
    "samples out",
    "rank 2-1 --data inf.npz": "y in inf.npz with NaN or infinite entries: expected finite numbers; leave such "
    "samples out",
    "rank 2-1 --data flat.npz": "x in flat.npz of shape (12,): expected two dimensions, one row a sample; reshape it, "
    "or "
    "use one-hot rows for classes",
    "rank 2-1 --data short.npz": "6 rows of x and 3 of y in short.npz: expected as many rows of y as of x; store one "
    "row "
    "for each sample",
    "rank 2-1 --data rows.npz": "x in rows.npz of shape (0, 2): expected at least one sample and one column; store "
    "some "
    "data",
    "rank 2-1 --data words.npz": "x in words.npz of type <U32: expected integers or real floating-point numbers; "
    "convert "
    "it",
    "rank 2-1 --data objects.npz": "data 'objects.npz' (ValueError): expected arrays of numbers, intact and not "
    "pickled; "
    "write it with numpy.savez(path, x=x, y=y)",
    # claims
    "verify singh2021.thm99": f"claim 'singh2021.thm99': expected one of {len(CLAIMS)} names; did you mean "
    "singh2021.thm9, singh2021.thm5 or singh2021.thm3?",
    "verify thm5": f"claim 'thm5': expected one of {len(CLAIMS)} names; did you mean singh2021.thm5?",
    "verify --paper sing2021": "paper 'sing2021': expected singh2021, kiselev2024, pennington2017 or hessproof; did "
    "you "
    "mean singh2021?",
    "verify singh2021.thm5 --paper kiselev2024": "claim 'singh2021.thm5' with --paper kiselev2024: expected a claim of "
    "kiselev2024; leave --paper or the claim out",
    "verify --profile fast": "profile 'fast': expected quick, standard or thorough; give --profile standard",
    "verify --engine exac": "engine 'exac': expected symbolic, exact, ball, multiprecision, float, gpu or formal; did "
    "you "
    "mean exact?",
    "verify --device gpu": "device 'gpu': expected cpu, cuda or auto; did you mean cpu?",
    "verify --jobs 0": "--jobs '0': expected a whole number of at least 1; give --jobs 1",
    "verify --jobs many": "--jobs 'many': expected a whole number of at least 1; give --jobs 1",
    "verify --update-ledger --engine exact": "--update-ledger with --engine exact: expected verdicts from all engines; "
    "leave --engine out",
    "verify --out good.npz": "output folder 'HERE/good.npz': expected a folder that can be written (Not a directory); "
    "give "
    "another, for instance --out report",
    "verify --out ''": "output folder '': expected the name of a folder; give for instance --out report",
    "explain": f"Missing argument 'CLAIM'; {SEE} explain --help",
    "explain nothing": f"claim 'nothing': expected one of {len(CLAIMS)} names; see hessproof claims",
    "claims singh2021": f"Got unexpected extra argument (singh2021); {SEE} claims --help",
}

THROUGH_THE_DOOR = (
    "verfy",
    "rank 64-0-10",
    "rank 4-3-2 --residual-rank 3",
    "rank 2-1 --data nan.npz",
    "verify singh2021.thm99",
    "verify --out good.npz",
)
"""Requests that are also made to the installed program, in a process of its own."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with good and bad data, and an earlier report."""
    x, y = np.arange(12.0).reshape(6, 2), np.arange(6.0).reshape(6, 1)
    arrays = {
        "good": {"x": x, "y": y},
        "no_y": {"x": x},
        "nan": {"x": np.where(x == 3, np.nan, x), "y": y},
        "inf": {"x": x, "y": np.where(y == 3, np.inf, y)},
        "flat": {"x": x.ravel(), "y": y},
        "short": {"x": x, "y": y[:3]},
        "rows": {"x": x[:0], "y": y[:0]},
        "words": {"x": x.astype(str), "y": y},
        "objects": {"x": x.astype(object), "y": y},
    }
    for name, content in arrays.items():
        np.savez(tmp_path / f"{name}.npz", **content)  # type: ignore[arg-type]
    np.save(tmp_path / "array.npy", x)
    whole = (tmp_path / "good.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "text.npz").write_text("x,y\n1,2\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "report.json").write_text("an earlier report")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("words", "line"), LINES.items(), ids=[words or "(nothing)" for words in LINES])
def test_one_line_and_status_two(words: str, line: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(here)
    assert run(shlex.split(words)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"hessproof: {line.replace('HERE', str(here))}\n"
    assert content(here) == before


@pytest.mark.long
@pytest.mark.parametrize("words", THROUGH_THE_DOOR)
def test_the_installed_program_says_the_same(words: str, here: Path) -> None:
    before = content(here)
    program = Path(sys.executable).with_name("hessproof")
    done = subprocess.run([program, *shlex.split(words)], cwd=here, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"hessproof: {LINES[words].replace('HERE', str(here))}\n"
    assert content(here) == before


@pytest.mark.parametrize(
    ("widths", "parameters", "rank"),
    [("3000-4000-4000-3000", 40000000, 39000000), ("1000000-1000000", 10**12, 10**12)],
)
def test_a_network_too_large_is_refused_before_anything_is_drawn(
    widths: str, parameters: int, rank: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rank", widths]) == 2
    line = capsys.readouterr().err
    assert line.startswith(f"hessproof: {widths} with {parameters} parameters and a predicted rank of {rank} (")
    assert " would fit: " in line
    assert line.endswith("choose narrower layers or data of lower rank\n")


def test_a_request_with_line_breaks_still_gives_one_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["rank", "4\n-3"], ["explain", "a\nb"], ["rank", "2-1", "--data", "a\nb"], ["ra\nnk"]):
        assert run(words) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_an_internal_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("a mistake in the program")

    monkeypatch.setattr("hessproof.proofs_check.cli.rank.rank_network", broken)
    with pytest.raises(ArithmeticError, match="a mistake in the program"):
        run(["rank", "3-2"])
