"""The commands as a person or a script meets them."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.cli.main import COMMANDS, cli, run
from hessproof.proofs_check.derivations import derivation_record
from hessproof.proofs_check.ledger import Ledger
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.outputs import ClaimList
from hessproof.proofs_check.registry import Registry
from hessproof.proofs_check.report.model import Report
from hessproof.symbolic.blocks import derivations
from hessproof.symbolic.derivation import printed

PROGRAM = Path(sys.executable).with_name("hessproof")

DRIVER = '''
"""hessproof with three checks of its own, the second of which takes for ever."""
import functools
import sys
import time

from hessproof.proofs_check.ledger import Ledger
from hessproof.proofs_check.model.check import Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Claim, Part, Quantifier
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.proofs_check.registry import Registry

PARTS = tuple(Part(key, "x", "x", Quantifier.EVERY) for key in ("a", "b", "c"))
CATALOGUE = {"test.slow": Claim("test.slow", "test", "", "", "x", "x", PARTS)}


def work(seconds, context):
    time.sleep(seconds)
    tally = Tally(tried=1, satisfied=1, held=1)
    return Finding(Strength.SAMPLE, "one", tally, controls=(Mutant(description="x", caught=True, by="y"),))


CHECKS = tuple(
    FunctionCheck("test.slow", part, "sleep", Engine.EXACT, "sleeps", functools.partial(work, seconds), dict)
    for part, seconds in (("a", 0), ("b", 0 if "--fast" in sys.argv else 600), ("c", 0))
)

if __name__ == "__main__":
    from hessproof.proofs_check.cli import main, verify

    fast = "--fast" in sys.argv
    verify.verify = functools.partial(
        verify.verify, catalogue=CATALOGUE, registry=Registry("__main__" if fast else "driver"), ledger=Ledger()
    )
    sys.exit(main.run([word for word in sys.argv[1:] if word != "--fast"]))
'''


def test_help_names_every_command() -> None:
    done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, encoding="utf-8", check=True)
    assert all(re.search(rf"^  {name} +{re.escape(text[:20])}", done.stdout, re.M) for name, text in COMMANDS.items())
    module = subprocess.run(
        [sys.executable, "-m", "hessproof.proofs_check", "--help"], capture_output=True, encoding="utf-8", check=True
    )
    assert module.stdout == done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_claims_lists_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    jsonschema.validate(listed, ClaimList.model_json_schema(mode="serialization", by_alias=True))
    assert listed["schema"] == "hessproof/claims/1"
    assert [row["id"] for row in listed["claims"]] == list(CLAIMS)
    fields = [
        "id",
        "paper",
        "where",
        "statement",
        "quantifier",
        "verdict",
        "holds_on",
        "fails_on",
        "repaired_by",
        "engines",
    ]
    assert all(list(row) == fields for row in listed["claims"])
    assert {row["id"] for row in listed["claims"] if row["repaired_by"]} == {
        claim.repairs for claim in CLAIMS.values() if claim.repairs
    }
    assert run(["claims"]) == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^{re.escape(name)} ", text, re.M) for name in CLAIMS)


@pytest.mark.parametrize(
    "name", ["singh2021.thm3", "kiselev2024.thm1", "pennington2017.semicircle", "hessproof.any_residual"]
)
def test_explain_shows_source_statement_parts_and_ledger(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", name]) == 0
    text = " ".join(capsys.readouterr().out.split())
    claim = CLAIMS[name]
    for expected in (claim.id, claim.where, claim.original, claim.statement, claim.summary, *claim.remarks):
        assert " ".join(expected.split()) in text
    for part in claim.parts:
        assert f"part {part.key}" in text
        assert " ".join(part.text.split()) in text
    assert "ledger quick" in text


def test_explain_prints_the_derivations_of_the_checks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    derivation = derivations()["eq4"]
    registry = Registry()
    registry.register(
        FunctionCheck(
            "singh2021.eq4",
            "main",
            "made",
            Engine.SYMBOLIC,
            "derives",
            _no_work,
            dict,
            derivations=lambda: [derivation],
        )
    )
    monkeypatch.setattr("hessproof.proofs_check.cli.explain.CHECKS", registry)
    assert run(["explain", "singh2021.eq4"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "made (symbolic): derives" in text
    for step in derivation.steps:
        assert step.rule.name in text
        assert " ".join(printed(step.expression).split()) in text


def _no_work(context: Context) -> Finding:
    raise AssertionError("nothing is measured to explain a claim")


def test_a_derivation_is_recorded_with_what_its_check_said() -> None:
    derivation = derivations()["eq4"]
    unchecked = derivation_record(derivation)
    assert {step.symbolic for step in unchecked.steps} == {None}
    checked = derivation_record(derivation, derivation.check(0))
    assert len(checked.steps) == len(derivation.steps) + 2
    assert {(step.symbolic, step.numeric) for step in checked.steps[1:]} == {(True, True)}
    wrong = derivation.with_final(derivation.start)
    last = derivation_record(wrong, wrong.check(0, numbers=False)).steps[-1]
    assert (last.rule, last.symbolic, last.numeric) == ("published formula", False, None)
    assert last.why


@pytest.mark.long
def test_output_that_nobody_reads_is_no_error() -> None:
    command = f"'{PROGRAM}' claims --json | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.returncode == 141


@pytest.mark.long
def test_a_terminal_without_unicode_gets_escapes() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([PROGRAM, "explain", "singh2021.vec"], capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()


@pytest.fixture
def driver(tmp_path: Path) -> Path:
    path = tmp_path / "code" / "driver.py"
    path.parent.mkdir()
    path.write_text(DRIVER)
    return path


def environment(driver: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(driver.parent), "PYTHONUNBUFFERED": "1"}


def wait_for(path: Path, text: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if text in path.read_text():
            return
        assert process.poll() is None, path.read_text()
        time.sleep(0.1)
    pytest.fail(f"{text!r} never came: {path.read_text()!r}")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="process groups and signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_says_so_and_leaves_nothing_behind(
    number: signal.Signals, jobs: str, driver: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    out.mkdir()
    (out / "report.json").write_text("an earlier report")
    said = tmp_path / "said.txt"
    words = [sys.executable, str(driver), "verify", "--jobs", jobs, "--profile", "quick", "--out", str(out)]
    with said.open("wb") as stream:
        process = subprocess.Popen(words, stdout=stream, stderr=stream, env=environment(driver), start_new_session=True)
        wait_for(said, "checking: 1 of 3", process)
        if jobs == "2":
            time.sleep(1)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        status = process.wait(30)
    assert status == 130, said.read_text()
    lines = said.read_text().splitlines()
    assert re.fullmatch(r"hessproof: stopped after [12] of 3 checks; nothing was written", lines[-1])
    assert "Traceback" not in said.read_text()
    assert [path.name for path in out.iterdir()] == ["report.json"]
    assert (out / "report.json").read_text() == "an earlier report"
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a process of the run is still there")


def driven(driver: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(driver), "--fast", "verify", *words],
        capture_output=True,
        encoding="utf-8",
        env=environment(driver),
    )


@pytest.mark.long
def test_verify_prints_writes_and_fails_off_the_ledger(driver: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    done = driven(driver, "--profile", "quick", "--jobs", "1", "--out", str(out))
    assert done.returncode == 1, done.stderr
    assert "off the ledger: test.slow, new: the ledger expects nothing, found corroborated" in done.stdout
    assert re.search(r"^test.slow +corroborated +exact", done.stdout, re.M)
    assert "checking: 3 of 3" in done.stderr
    report = Report.model_validate_json((out / "report.json").read_text())
    assert [part.verdict.value for part in report.results[0].parts] == ["corroborated"] * 3
    assert {path.name for path in out.iterdir()} == {"index.html", "report.md", "report.json", "junit.xml"}


@pytest.mark.long
def test_verify_json_is_the_report(driver: Path) -> None:
    done = driven(driver, "--profile", "quick", "--jobs", "1", "--json")
    report = Report.model_validate_json(done.stdout)
    assert report.results[0].claim == "test.slow"
    assert not report.as_expected
    assert done.returncode == 1


@pytest.fixture
def own(driver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``hessproof verify`` in this process with the driver's checks and a ledger of its own."""
    import functools

    from hessproof.proofs_check.cli import verify as command

    monkeypatch.syspath_prepend(str(driver.parent))
    monkeypatch.setattr(sys, "argv", ["hessproof", "--fast"])
    spec = importlib.util.spec_from_file_location("driver", driver)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "driver", module)
    spec.loader.exec_module(module)
    chosen = functools.partial(command.verify, catalogue=module.CATALOGUE, registry=Registry("driver"))
    monkeypatch.setattr(command, "verify", chosen)
    monkeypatch.setattr(command, "house_catalogue", lambda: module.CATALOGUE)
    path = tmp_path / "ledger.json"
    monkeypatch.setattr("hessproof.proofs_check.ledger.PATH", path)
    return path


def test_the_ledger_is_rewritten_as_a_diff_and_then_agrees(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quick = ["verify", "--profile", "quick", "--jobs", "1"]
    assert run(quick) == 1
    assert not own.exists()
    capsys.readouterr()
    assert run([*quick, "--update-ledger"]) == 0
    assert '+        "verdict": "corroborated",' in capsys.readouterr().err
    assert run(quick) == 0
    assert run([*quick, "--engine", "exact"]) == 0
    before = own.read_text()
    assert run([*quick, "--update-ledger"]) == 0
    assert "the ledger stays as it is" in capsys.readouterr().err
    assert own.read_text() == before
    own.write_text(before.replace("corroborated", "certified"))
    assert run(quick) == 1
    assert "weaker: the ledger expects certified, found corroborated" in capsys.readouterr().out
    assert run(["verify", "--profile", "standard", "--jobs", "1"]) == 1


def test_the_committed_ledger_knows_every_claim() -> None:
    ledger = Ledger.load()
    rows = json.loads(ledger.dumps())["claims"]
    assert set(rows) <= set(CLAIMS)
