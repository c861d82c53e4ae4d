"""``hessproof spectrum`` and figures 1, 3 and 4."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.reproduction import initial
from hessproof.proofs_check.reproduction.run import FigureRequest, recipe
from hessproof.proofs_check.reproduction.store import Store
from hessproof.proofs_check.spectra.output import SpectrumOutput, spectrum_of_network
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def test_json_has_all_eigenvalues_and_the_predicted_rank(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spectrum", "3-4-2", "--bias", "--activation", "tanh", "--loss", "cross-entropy", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "hessproof/spectrum/1"
    assert SpectrumOutput.model_validate(found).parameters == 26
    for part in found["parts"].values():
        assert len(part["eigenvalues"]) == 26
        assert 0 < part["predicted"] <= 26
    assert {figure["id"] for figure in found["figures"]} == {"spectrum-ordered", "spectrum-counts", "spectrum-density"}


@pytest.mark.parametrize("scheme", ["glorot-normal", "orthogonal", "he-uniform"])
def test_a_linear_network_has_the_predicted_ranks(scheme: str) -> None:
    found = spectrum_of_network(Architecture((4, 5, 3)), scheme=scheme, seed=2)
    for part in found.parts.values():
        assert part.counts["1e-09"] == part.predicted
        assert part.gap is None or part.gap > 1e6
    assert [count for _, count in found.parts["functional"].plateaus] == [5] * 6


def test_a_linear_network_with_bias_and_cross_entropy_has_the_predicted_rank() -> None:
    found = spectrum_of_network(Architecture((4, 5, 3), bias=True, loss="cross-entropy"), seed=2)
    assert found.parts["loss"].counts["1e-09"] == found.parts["loss"].predicted


@pytest.mark.long
def test_files_are_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spectrum", "3-2-2", "--out", str(tmp_path / "new")]) == 0
    assert "predicted" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {"spectrum.svg", "spectrum.png", "eigenvalues.csv", "spectrum.json"}
    lines = (tmp_path / "new" / "eigenvalues.csv").read_text().splitlines()
    assert len(lines) == 1 + 10
    assert set(json.loads((tmp_path / "new" / "spectrum.json").read_text())["files"]) == names


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["5-2-3", "--data", "digits"], "64 pixels"),
        (["3-2-2", "--init", "glorot"], "glorot-normal"),
        (["3-2-2", "--activation", "step"], "linear"),
        (["3-2-2", "--samples", "0"], "--samples"),
        (["3-2-2", "--device", "abacus"], "cpu"),
        (["64-2-10", "--data", "digits", "--samples", "5000"], "1797"),
        (["60000-60000-10"], "memory"),
    ],
)
def test_unusable_requests_get_one_line(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spectrum", *words]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert says in error


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableRequest, match="folder"):
        spectrum_of_network(Architecture((2, 2)), out=tmp_path / "file")


@pytest.mark.parametrize("number", ["1", "3", "4"])
def test_figures_resume_and_state_the_predicted_rank(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initial, "HIDDEN", (6, 5))
    monkeypatch.setitem(initial.INPUTS, Profile.QUICK, 4)
    store = Store()
    request = FigureRequest(profile=Profile.QUICK)
    panels = recipe(number).make(request, lambda line: None, store)
    made = store.made
    again = recipe(number).make(request, lambda line: None, store)
    assert store.made == made > 0
    assert panels == again
    assert all(isinstance(panel, Figure) and panel.caption for panel in panels)
    assert any(line.name.startswith("predicted rank") for panel in panels for line in panel.lines)
