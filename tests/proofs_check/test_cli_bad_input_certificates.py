"""Bad requests of ``certify``, ``check``, ``conjecture`` and ``campaign``: one line, status 2, nothing half-written."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hessproof.proofs_check.cli.main import run

HEAD = "from hessproof.proofs_check import conjecture\n\n"
FORMULA = '@conjecture(rank_of="loss")\ndef f(a):\n    return 10**6\n'
FOREIGN = "expected a file that hessproof campaign run has written; give another file"
ABOVE = "expected a number above 0; give for instance --seconds 0.1"
COUNT = "expected a whole number of at least 1"
WRITE = "write for instance conjecture mine.py"
LIMIT = "give --parameters P, or --layers L and --width W"
ONE = "campaign run --out x.sqlite --layers 1 --width 1"

LINES = {
    # certify: where to
    "certify": "Missing argument 'WIDTHS'; see hessproof certify --help",
    "certify 3-2": "no output file: expected where to write the certificate; give -o certificate.json",
    "certify 3-2 -o ''": "no output file: expected where to write the certificate; give -o certificate.json",
    "certify 3-2 -o folder": "output file 'folder': expected the name of a file; it is a folder; add a name",
    "certify 3-2 -o no/c.json": "output file 'no/c.json': expected a place to write to (No such file or directory); "
    "give another",
    "certify 3-2 -o pipe": "output file 'pipe': expected a regular file; give the name of a new one",
    # certify: what
    "certify 3 -o c.json": "widths '3': expected at least two widths, inputs and outputs; write for instance 64-10",
    "certify 3-0-2 -o c.json": "width 0 at position 1 of '3-0-2': expected 1 to 1000000; leave the layer out or give "
    "it at least one neuron",
    "certify 3-2 -o c.json --quantity los": "quantity 'los': expected loss, outer or functional; did you mean loss?",
    "certify 3-2-2 -o c.json --data-rank 4": "data rank 4: expected 0 to 3, the inputs of 3-2-2; give --data-rank 3",
    "certify 3-2-2 -o c.json --data-rank 1 --residual-rank 2": "residual rank 2: expected 0 to 1, the smaller of data "
    "rank 1 and 2 outputs of 3-2-2; give --residual-rank 1",
    "certify 3-2-2 -o c.json --residual-rank 3": "residual rank 3: expected 0 to 2, the smaller of data rank 3 and 2 "
    "outputs of 3-2-2; give --residual-rank 2",
    "certify 3-2-2 -o c.json --zero-mean": "ranks of augmented data without bias: expected a network with bias; give "
    "--bias",
    "certify 3-2-2 -o c.json --bias --augmented-data-rank 5": "augmented data rank 5: expected 1 to 4, the inputs of "
    "3-2-2 and one; give 4",
    "certify 3-2-2 -o c.json --seed 1": "--seed 1: expected it to go with --instance; add --instance or leave it out",
    "certify 3-2-2 -o c.json --activation relu": "a certificate for all parameters of a relu network under mse: "
    "expected a linear network under mse; leave the options out, or certify an instance",
    "certify 300-200-200 -o c.json --instance": "an instance with 100000 parameters: expected at most 20000; choose a "
    "smaller network, or certify the architecture, whose size does not matter",
    # conjecture: the file
    "conjecture": "Missing argument 'FILE[:NAME]'; see hessproof conjecture --help",
    "conjecture ''": f"file '': expected the name of a file; {WRITE}",
    "conjecture absent.py": f"'absent.py', which is nothing: expected a Python file; {WRITE}",
    "conjecture folder": f"'folder', which is a directory: expected a Python file; {WRITE}",
    "conjecture pipe": f"'pipe', which is no regular file: expected a Python file; {WRITE}",
    "conjecture good.py:": f"'good.py:', which is nothing: expected a Python file; {WRITE}",
    "conjecture huge.json": "'huge.json' of 3221225472 bytes: expected at most 10000000; name another",
    "conjecture syntax.py": "'syntax.py' (invalid syntax in line 3): expected a Python file; mend the syntax",
    # conjecture: the search
    "conjecture good.py --seconds 0": f"--seconds '0': {ABOVE}",
    "conjecture good.py --seconds -1": f"--seconds '-1': {ABOVE}",
    "conjecture good.py --seconds nan": f"--seconds 'nan': {ABOVE}",
    "conjecture good.py --max-parameters 0": f"--max-parameters '0': {COUNT}; give --max-parameters 1",
    "conjecture good.py --seed -1": "--seed '-1': expected a whole number of at least 0; give --seed 0",
    "conjecture good.py --out folder": "--out 'folder', which is a directory: expected a file; add a name to it",
    "conjecture good.py --out ''": "file '': expected the name of a file; give --out certificate.json",
    "conjecture good.py --out pipe": "--out 'pipe': expected a regular file; give the name of a new one",
    "conjecture good.py --out no/c.json": "--out 'no/c.json': expected a file in a directory that exists; make 'no' "
    "first",
    # check
    "check": "Missing argument 'FILE...'; see hessproof check --help",
    # campaign
    "campaign": "Missing command; see hessproof campaign --help",
    "campaign rnu": "command 'rnu': expected report or run; did you mean run?",
    "campaign run": "no file: expected --out FILE, to which the rows go; give for instance --out ranks.sqlite",
    "campaign run certifed": "plan 'certifed': expected certified or measured; did you mean certified?",
    "campaign run --out x.sqlite --layers 2": "an unlimited range (--layers 2): expected a limit on p, or on both L "
    f"and the widths; {LIMIT}",
    "campaign run --out '' --layers 1 --width 1": "file '': expected the name of a file; give for instance --out "
    "ranks.sqlite",
    "campaign run --out folder --layers 1 --width 1": "--out folder: expected the name of a file, not of a folder; "
    "give folder.sqlite",
    "campaign run --out no/x.sqlite --layers 1 --width 1": "--out no/x.sqlite: expected a file in a folder that is "
    "there; make no first",
    "campaign run --out pipe --layers 1 --width 1": "--out pipe: expected a regular file; give the name of a new one",
    "campaign run --out other.sqlite --layers 1 --width 1": f"'other.sqlite': {FOREIGN}",
    "campaign run --out text.json --layers 1 --width 1": f"'text.json': {FOREIGN}",
    f"{ONE} --data-rank 9": "measure outer, functional, loss of linear networks without bias, L ≤ 1, widths ≤ 1, "
    "r = 9, s full: no instance: expected a range that has some; choose ranks that data can have",
    f"{ONE} --data-rank some": "--data-rank 'some': expected all, full or a whole number; give all or full",
    f"{ONE} --quantity los": "quantity 'los': expected outer, functional or loss; did you mean loss?",
    f"{ONE} --seconds 0": f"--seconds '0': {ABOVE}",
    f"{ONE} --seconds nan": f"--seconds 'nan': {ABOVE}",
    f"{ONE} --jobs 0": f"--jobs '0': {COUNT}; give --jobs 1",
    f"{ONE} --scheduler nowhere": "--scheduler 'nowhere': expected the address of a Dask scheduler; give for instance "
    "tcp://127.0.0.1:8786",
    "campaign report absent.sqlite": "campaign file 'absent.sqlite': expected a file that hessproof campaign run has "
    "written; check the name",
    "campaign report other.sqlite": f"'other.sqlite': {FOREIGN}",
    "campaign report good.json": f"'good.json': {FOREIGN}",
}

CHECKED = {
    "absent.json": "cannot be read: No such file or directory",
    "folder": "cannot be read: Is a directory",
    "pipe": "not a regular file of at most 16777216 bytes",
    "huge.json": "not a regular file of at most 16777216 bytes",
    "empty.json": "not JSON in UTF-8: Expecting value: line 1 column 1 (char 0)",
    "text.json": "not JSON in UTF-8: Expecting value: line 1 column 1 (char 0)",
    "list.json": "no certificate: expected an object with schema hessproof/certificate-architecture/1 or "
    "hessproof/certificate-instance/1",
    "gigabytes.json": "rejected: weights.0 (line 1): expected 1000000 rows of 1000000 numbers",
}

FILES = {
    "without.py": ("x = 1\n", "'without.py' without a conjecture: expected a function under @conjecture(…); see "
                   "hessproof conjecture --help"),
    "several.py": (FORMULA + FORMULA.replace("def f", "def g"), "'several.py' with 2 conjectures: expected one of "
                   "them; add :f or :g to the file"),
    "several.py:h": (FORMULA + FORMULA.replace("def f", "def g"), "conjecture 'h' in 'several.py': expected a function "
                     "under @conjecture(…), f or g; write several.py:f"),
    "exits.py": ("raise SystemExit(0)\n", "'exits.py', which raises SystemExit: 0 in line 3: expected a file that can "
                 "be imported; run it with python first"),
    "killed.py": ("import os\nos.kill(os.getpid(), 9)\n", "'killed.py', which ended its process (exit code -9): "
                  "expected a file that can be imported; run it with python first"),
    "stopped.py": ("raise KeyboardInterrupt\n", "'stopped.py', which raises KeyboardInterrupt: in line 3: expected a "
                   "file that can be imported; run it with python first"),
    "bare.py": (FORMULA.replace('(rank_of="loss")', ""), "'bare.py', which raises TypeError: conjecture() takes 0 "
                "positional arguments but 1 was given in line 3: expected a file that can be imported; run it with "
                "python first"),
    "long.py": (FORMULA.replace("10**6", "10**6000"), "f at 1-1, r = 0, r̃ = 1, s = 0, s̃ = 0, E[δ] = 0, N = 1: it "
                "returned a number of 19932 bits: expected a whole number that is not negative; return a rank, which "
                "is at most p"),
    "never.py": (FORMULA.replace("return 10**6", "while True: pass"), "f at 1-1, r = 0, r̃ = 1, s = 0, s̃ = 0, "
                 "E[δ] = 0, N = 1: it did not return within 2 s: expected an answer at once; look for a loop that does "
                 "not end"),
}  # fmt: skip
"""Files that are run, and what is said about them; the text follows the import in lines 1 and 2."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of all kinds; the current one."""
    (tmp_path / "good.py").write_text(HEAD + FORMULA)
    (tmp_path / "syntax.py").write_text(HEAD + "def f(:\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.json").write_text("no JSON, no database\n" * 50)
    (tmp_path / "empty.json").touch()
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "good.json").write_text("{}")
    corpus = Path(__file__).parent / "checker" / "corpus" / "instance-not-in-the-kernel.json"
    claim = json.loads(corpus.read_text(encoding="utf-8"))
    claim["architecture"]["widths"] = [1000000] * len(claim["architecture"]["widths"])
    (tmp_path / "gigabytes.json").write_text(json.dumps(claim))
    with open(tmp_path / "huge.json", "wb") as stream:
        stream.truncate(3 * 2**30)  # a hole: it takes no room on the disk
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every name with its size, time of change and beginning."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and status.st_size < 10**6 else b""
        found[str(path.relative_to(folder))] = (status.st_size, status.st_mtime_ns, content)
    return found


@pytest.mark.parametrize(("words", "line"), LINES.items(), ids=list(LINES))
def test_one_line_and_status_two(words: str, line: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = listing(here)
    assert run(shlex.split(words)) == 2
    assert capsys.readouterr() == ("", f"hessproof: {line}\n")
    assert listing(here) == before


@pytest.mark.parametrize(("name", "line"), CHECKED.items(), ids=list(CHECKED))
def test_what_check_says(name: str, line: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = listing(here)
    assert run(["check", name]) == (1 if line.startswith("rejected") else 2)
    assert capsys.readouterr() == (f"{name}: {line}\n", "")
    assert listing(here) == before


@pytest.mark.long
@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_run(file: str, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text, line = FILES[file]
    (here / file.partition(":")[0]).write_text(HEAD + text)
    before = listing(here)
    assert run(["conjecture", file, "--max-parameters", "2", "--out", "c.json"]) == 2
    assert capfd.readouterr() == ("", f"hessproof: {line}\n")
    assert listing(here) == before


@pytest.mark.slow
@pytest.mark.parametrize("where", ["on import", "in the function"])
def test_what_a_file_forks_neither_answers_nor_stays(where: str, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The copy that goes on as the file, and one that would sleep on."""
    fork = "import os, time\nfirst = os.fork()\nif first == 0:\n    open('copy', 'w').write(str(os.getpid()))\n"
    fork += "    time.sleep(600)\nos.fork()\n"
    if where == "on import":
        text = fork + FORMULA
    else:
        text = FORMULA.replace("    return", "".join(f"    {line}\n" for line in fork.splitlines()) + "    return")
    (here / "forks.py").write_text(HEAD + text)
    assert run(["conjecture", "forks.py", "--max-parameters", "1", "--json"]) == 1
    assert json.loads(capfd.readouterr().out)["verdict"] == "refuted"
    if (here / "copy").exists() and (pid := (here / "copy").read_text()):
        for _ in range(100):
            state = Path(f"/proc/{pid}/stat")
            if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
                break
            time.sleep(0.05)
        else:
            pytest.fail("a forked process is still there")


@pytest.mark.slow
def test_the_file_of_another_plan_stays_as_it_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*shlex.split(ONE), "--jobs", "1"]) == 0
    before = listing(here)
    assert run(["campaign", "run", "--out", "x.sqlite", "--layers", "1", "--width", "2", "--jobs", "1"]) == 2
    assert "x.sqlite with another plan" in capsys.readouterr().err
    assert listing(here) == before


@pytest.mark.long
@pytest.mark.parametrize("words", ["campaign report other.sqlite"])
def test_the_installed_program_says_the_same(words: str, here: Path) -> None:
    program = Path(sys.executable).with_name("hessproof")
    done = subprocess.run([program, *shlex.split(words)], capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"hessproof: {LINES[words]}\n")


def test_an_earlier_certificate_stays_and_a_link_leads_to_its_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "c.json").write_text("earlier")
    assert run(["certify", "3-2-2", "--data-rank", "9", "-o", "c.json"]) == 2
    assert (here / "c.json").read_text() == "earlier"
    (here / "link.json").symlink_to("c.json")
    assert run(["certify", "3-2-2", "-o", "link.json"]) == 0
    assert (here / "link.json").is_symlink()
    assert run(["check", "c.json"]) == 0
    assert "Traceback" not in capsys.readouterr().err
