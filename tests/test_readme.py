"""README.md and docs/ say what is so: commands are run, Python is executed, links lead somewhere."""

from __future__ import annotations

import doctest
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hessproof.proofs_check.catalogue import CLAIMS

pytestmark = pytest.mark.docs

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANY = "[...]"
"""In a shown output: on a line of its own, any lines; inside a line, any characters."""

NOT_RUN = {
    r"python3 -m venv .*": "sets up what this test already runs in",
    r".*pip install .*": "needs the network",
    r"(.* )?tox( -e \w+)?": "runs this test",
    r"python -m benchmarks.*": "needs PyTorch; the page is compared with the stored runs instead",
    r"python -m hessproof.proofs_check.mutants.*": "takes minutes; writes docs/mutants.md",
    r"hessproof verify( --profile \w+)?( --out \S+)?": "every claim takes minutes; `tox -e report` runs it",
}
"""Commands that are shown but not run here, and why."""


def blocks(page: Path, language: str) -> Iterator[str]:
    yield from (text for found, text in FENCE.findall(page.read_text(encoding="utf-8")) if found == language)


def commands(page: Path) -> Iterator[tuple[str, str]]:
    """Each ``$ command`` of the console blocks with the output shown below it."""
    for block in blocks(page, "console"):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            yield command.strip(), output.rstrip()


def runnable(command: str) -> bool:
    return not any(re.fullmatch(pattern, command) for pattern in NOT_RUN)


SHOWN = [(page.name, command, output) for page in PAGES for command, output in commands(page)]


def matches(shown: str, printed: str) -> bool:
    """Whether ``printed`` is what is ``shown``, up to spaces at line ends and the wildcard."""
    pattern = "".join(
        r"(.*\n)*" if line.strip() == ANY else re.escape(line.rstrip()).replace(re.escape(ANY), ".*") + r"\n"
        for line in shown.strip().splitlines()
    )
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed.strip().splitlines())) is not None


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder in which the shown commands find examples/ and may write."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


@pytest.mark.parametrize(
    ("page", "command", "output"),
    [pytest.param(*shown, id=f"{shown[0]}: {shown[1]}") for shown in SHOWN if runnable(shown[1])],
)
def test_a_shown_command_prints_what_is_shown(page: str, command: str, output: str, workplace: Path) -> None:
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}
    done = subprocess.run(command, shell=True, cwd=workplace, capture_output=True, text=True, env=environment)
    printed = done.stdout or done.stderr
    if output:
        assert matches(output, printed), f"{page} shows\n{output}\nbut `{command}` prints\n{printed}"
    else:
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_shows_the_two_commands_to_start_with() -> None:
    shown = [command for page, command, _ in SHOWN if page == "README.md"]
    assert any("pip install" in command and "hessproof verify" in command for command in shown)
    assert any(re.search(r"\btox$", command) for command in shown)


@pytest.mark.parametrize("page", [page for page in PAGES if any(blocks(page, "python"))], ids=lambda page: page.name)
def test_shown_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": page.stem}
    for number, text in enumerate(blocks(page, "python"), start=1):
        if ">>>" in text:
            example = doctest.DocTestParser().get_doctest(text, names, f"{page.name} block {number}", None, None)
            options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
            runner = doctest.DocTestRunner(optionflags=options, verbose=False)
            report: list[str] = []
            assert not runner.run(example, out=report.append, clear_globs=False).failed, "".join(report)
            names |= example.globs
        else:
            exec(compile(text, f"{page.name} block {number}", "exec"), names)


@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_an_example_runs(script: Path, tmp_path: Path) -> None:
    pytest_script = script.name.startswith("test_")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"] if pytest_script else [sys.executable]
    done = subprocess.run([*command, str(script)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_claims_that_a_page_names_exist(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    named = re.findall(r"`((?:singh2021|kiselev2024|pennington2017|hessproof)\.[a-z0-9_.]+)`", prose)
    packages = {"hessproof.symbolic", "hessproof.numeric", "hessproof.proofs_check"}
    assert not [one for one in named if one not in CLAIMS and not one.startswith(tuple(packages))]


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert not [
        page.name for page in PAGES if page.name not in ("README.md", "index.md") and f"({page.name})" not in index
    ]


def test_the_benchmark_page_is_made_of_the_stored_runs() -> None:
    record = json.loads((ROOT / "docs" / "benchmarks.json").read_text(encoding="utf-8"))
    render = runpy.run_path(str(ROOT / "benchmarks" / "table.py"))["render"]
    assert (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8") == render(record)
    for run in record["runs"]:
        run["seconds"] *= 1000
    assert (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8") != render(record)


def test_the_command_line_page_has_every_command() -> None:
    from hessproof.proofs_check.cli.main import COMMANDS

    shown = {command for page, command, _ in SHOWN if page == "command-line.md"}
    assert {"hessproof --help", *(f"hessproof {name} --help" for name in COMMANDS)} <= shown


def test_the_comparison_itself_tells_right_from_wrong() -> None:
    assert matches("rank 5\n[...]\nend", "rank 5\nmany\nlines\nend\n")
    assert matches("took [...] s", "took 1.25 s")
    assert not matches("rank 5", "rank 6")
    assert not matches("rank 5\nend", "rank 5\nmore\nend")
    assert not matches("took [...] s\nend", "took 1 s\nmore s\nend")
