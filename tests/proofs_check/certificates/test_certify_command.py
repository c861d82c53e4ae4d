"""``hessproof certify`` as a person or a script meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hessproof.proofs_check as package
from hessproof.proofs_check.certificates.format import INSTANCE
from hessproof.proofs_check.certificates.record import CertifyOutput
from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.report.schemas import MODELS


def certified(tmp_path: Path, *words: str) -> dict[str, object]:
    """Run the command and read its file."""
    target = tmp_path / "c.json"
    assert run(["certify", *words, "-o", str(target)]) == 0
    document: dict[str, object] = json.loads(target.read_text(encoding="utf-8"))
    kind = "instance" if document["schema"] == INSTANCE else "architecture"
    MODELS[f"certificate-{kind}"].model_validate(document)
    return document


@pytest.mark.parametrize(
    ("words", "rank"),
    [
        (("4096-16384-16384-4096",), 251658240),
        (("3-2-4",), 14),
        (("3-2-4", "--quantity", "outer", "--data-rank", "2"), 8),
        (("3-3-3-3", "--residual-rank", "1"), 19),
        (("1-1-2", "--bias"), 6),
        (("1-1-2", "--bias", "--zero-mean"), 5),
        (("3-2-4", "--bias", "--quantity", "functional", "--augmented-residual-rank", "1"), 4),
        (("3-2-4", "--bias", "--augmented-data-rank", "1"), 8),
    ],
)
def test_an_architecture(tmp_path: Path, words: tuple[str, ...], rank: int) -> None:
    assert certified(tmp_path, *words)["claim"]["rank"] == rank  # type: ignore[index]


@pytest.mark.parametrize(
    "words",
    [
        ("3-2-4", "--instance"),
        ("3-2-4", "--instance", "--bias", "--residual-rank", "1", "--quantity", "functional", "--seed", "5"),
        ("3-3-2", "--instance", "--activation", "relu", "--samples", "4"),
        ("3-3-2", "--instance", "--activation", "leaky-relu", "--bias"),
        ("4-2-10", "--instance", "--data", "digits", "--samples", "10"),
    ],
)
def test_an_instance_is_the_same_for_the_same_seed(
    tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    first = certified(tmp_path, *words)
    assert capsys.readouterr().out.startswith(str(first["statement"]))
    assert certified(tmp_path, *words) == first


def test_json_says_what_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = certified(tmp_path, "3-2-4", "--bias", "--json")
    printed = json.loads(capsys.readouterr().out)
    record = CertifyOutput.model_validate(printed)
    assert (record.sha256, record.statement) == (document["sha256"], document["statement"])
    assert (record.rank, record.parameters, record.kind) == (20, 20, "architecture")
    assert record.size == (tmp_path / "c.json").stat().st_size


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing argument"),
        (("3-2",), "no output file"),
        (("3-2", "-o", " "), "no output file"),
        (("3-x", "-o", "c.json"), "widths"),
        (("3-2", "-o", "c.json", "--quantity", "hessian"), "quantity"),
        (("3-2", "-o", "c.json", "--data-rank", "4"), "0 to 3"),
        (("3-2", "-o", "c.json", "--zero-mean"), "without bias"),
        (("3-2", "-o", "c.json", "--samples", "4"), "add --instance"),
        (("3-2", "-o", "c.json", "--activation", "relu"), "certify an instance"),
        (("3-2", "-o", "c.json", "--instance", "--activation", "gelu"), "linear, relu or leaky-relu"),
        (("4096-4096", "-o", "c.json", "--instance"), "certify the architecture"),
        (("3-2", "-o", "absent/c.json"), "output file"),
        (("3-2", "-o", "c.json", "--instance", "--data", "digits"), "inputs"),
    ],
)
def test_unusable_requests_end_in_one_line_and_no_file(
    tmp_path: Path,
    words: tuple[str, ...],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["certify", *words]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.err.count("\n") == 1
    assert not shown.out
    assert not list(tmp_path.iterdir())


def test_the_package_offers_certify() -> None:
    assert package.certify.__module__ == "hessproof.proofs_check.certificates.certify"
    assert package.Certificate is package.certify(package.certificates.certify.Architecture((2, 2))).__class__
