"""``hessproof conjecture`` end to end: its JSON, its words, and files and functions that are no use."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.conjectures.loading import chosen, readable, run_file, split
from hessproof.proofs_check.conjectures.result import examine_file
from hessproof.proofs_check.conjectures.sandbox import Sandbox
from hessproof.symbolic.errors import UnusableRequest

HEAD = "from hessproof.proofs_check import conjecture\n\n"
FACT_7 = """
@conjecture(rank_of="loss")
def my_rank(a):
    print("a line that must not get into the JSON")
    q = min(a.data_rank, *a.hidden, a.outputs)
    return 2 * q * sum(a.hidden) - a.layers * q**2 + q * (a.data_rank + a.outputs)
"""
BOUND = """
@conjecture(rank_of="outer", relation="<=", bias=True)
def bound(a):
    return a.outputs * a.augmented_data_rank
"""


def written(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def formula(body: str, options: str = 'rank_of="loss"') -> str:
    return f"@conjecture({options})\ndef f(a):\n    {body}\n"


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["conjecture", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = [line for line in captured.err.splitlines() if line.startswith("hessproof: ")]
    assert len(lines) == 1
    assert "Traceback" not in captured.err
    return lines[0]


@pytest.mark.long
def test_the_json_of_a_refuted_formula(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path, out = written(tmp_path, FACT_7 + BOUND), tmp_path / "certificate.json"
    assert run(["conjecture", f"{path}:my_rank", "--json", "--out", str(out)]) == 1
    captured = capfd.readouterr()
    found: dict[str, Any] = json.loads(captured.out)
    assert found["schema"] == "hessproof/conjecture/1"
    assert (found["name"], found["verdict"]) == ("my_rank", "refuted")
    assert {"instances", "architectures", "exhaustive_up_to"} <= set(found)
    one = found["counterexample"]
    assert (one["widths"], one["data_rank"], one["residual_rank"]) == ([1, 1, 1], 1, 0)
    assert (one["predicted"], one["measured"], one["minimal"]) == (2, 1, True)
    assert one["reproduce"] == f"hessproof conjecture {path}:my_rank --max-parameters 2 --seed 0"
    assert one["certificate"]["file"] == str(out)
    assert json.loads(out.read_text())["claim"] == {"quantity": "loss", "rank": 1}
    assert "a line that must not get into the JSON" in captured.err
    assert run(one["reproduce"].split()[1:]) == 1
    shown = capfd.readouterr().out
    assert "REFUTED" in shown
    assert "my_rank says 2, generic rk H_L is 1" in shown
    assert "certified" in shown


@pytest.mark.long
def test_a_formula_that_survives(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, BOUND)
    assert run(["conjecture", str(path), "--max-parameters", "5"]) == 0
    assert "SURVIVES" in capfd.readouterr().out
    assert run(["conjecture", str(path), "--max-parameters", "4", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert (found["verdict"], found["counterexample"], found["exhaustive_up_to"]) == ("survives", None, 4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("return 1 // a.residual_rank", "raised ZeroDivisionError: integer division or modulo by zero (line 5)"),
        ("return a.parameters / 2", "returned a float, 0.5"),
        ("return None", "returned None"),
        ("return -1", "returned the negative number -1"),
        ("return a.layers == 1", "returned a truth value, True"),
        ("return str(a)", "returned a value of type str"),
        ("return a.width", "has no attribute 'width'"),
        ("raise SystemExit(0)", "raised SystemExit: 0"),
        ("import os; os._exit(3)", "ended its process (exit code 3)"),
        ("import random; return random.randrange(10**9)", "expected the same number each time"),
    ],
)
def test_functions_that_give_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, what: str
) -> None:
    line = refusal(capsys, str(written(tmp_path, formula(body))), "--max-parameters", "3")
    assert what in line
    assert "1-1, r = 0" in line


@pytest.mark.long
def test_a_function_that_never_returns_is_stopped(tmp_path: Path) -> None:
    path = written(tmp_path, formula("\n    while a.residual_rank: pass\n    return a.data_rank"))
    with Sandbox(path, call_seconds=1.0) as sandbox:
        from hessproof.proofs_check.conjectures.search import search
        from hessproof.proofs_check.conjectures.spaces.choose import space_of

        space = space_of(sandbox.statement)
        sandbox.use(space.reader)
        with pytest.raises(UnusableRequest, match=r"f at 1-1, r = 1, .* s = 1, .*: it did not return within 1 s"):
            search(space, sandbox, "==", max_parameters=2)
    assert not sandbox._process.is_alive()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import nothing_of_this_name\n", "ModuleNotFoundError: No module named 'nothing_of_this_name' in line 3"),
        ("x = 1\n", "without a conjecture"),
        (FACT_7 + BOUND, "add :my_rank or :bound to the file"),
        (formula("return 1", 'rank_of="los"'), "rank_of 'los': expected loss, outer or functional; did you mean loss?"),
        (formula("return 1", 'rank_of="loss", where=lambda a: False'), "lets none of"),
        (formula("return 1", 'rank_of="loss", where=lambda a: 2'), "got 2 from where=: expected True or False"),
    ],
)
def test_files_that_are_no_use(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, what: str) -> None:
    assert what in refusal(capsys, str(written(tmp_path, text)), "--max-parameters", "2")


def test_names_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "which is nothing" in refusal(capsys, str(tmp_path / "absent.py"))
    assert "which is a directory" in refusal(capsys, str(tmp_path))
    bad = written(tmp_path, "def f(:\n")
    assert "invalid syntax in line 3" in refusal(capsys, f"{bad}:f")
    (tmp_path / "binary.py").write_bytes(b"\x00\xff\xfe")
    refusal(capsys, str(tmp_path / "binary.py"))
    assert "--seconds" in refusal(capsys, str(bad), "--seconds", "0")
    good = written(tmp_path, FACT_7, "good.py")
    assert "which is a directory" in refusal(capsys, str(good), "--out", str(tmp_path))
    assert "make" in refusal(capsys, str(good), "--out", str(tmp_path / "no" / "c.json"))


def test_file_and_name_are_split_at_the_last_colon(tmp_path: Path) -> None:
    assert split("a/b.py:f") == (Path("a/b.py"), "f")
    assert split("a/b.py") == (Path("a/b.py"), None)
    assert split("a:b/c.py") == (Path("a:b/c.py"), None)
    odd = tmp_path / "with:colon"
    odd.write_text("")
    assert split(str(odd)) == (odd, None)


def test_a_file_may_have_any_name_and_an_unknown_function_is_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, FACT_7, "without ending")
    found = run_file(path)
    assert list(found) == ["my_rank"]
    assert chosen(found, None, path) is found["my_rank"]
    with pytest.raises(UnusableRequest, match=r"write .*:my_rank"):
        chosen(found, "my_rnk", path)


def test_an_unreadable_file(tmp_path: Path) -> None:
    path = written(tmp_path, FACT_7)
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        with pytest.raises(UnusableRequest, match="can be read"):
            readable(path)
    finally:
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)


@pytest.mark.slow
def test_from_python(tmp_path: Path) -> None:
    result = examine_file(written(tmp_path, FACT_7), max_parameters=2)
    assert result.counterexample is not None
    assert result.counterexample.certificate is not None
    assert result.counterexample.certificate.file is None
