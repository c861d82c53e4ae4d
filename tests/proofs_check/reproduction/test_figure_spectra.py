"""Figure 1 of Pennington & Bahri: a figure without data, in pieces, whose circles lie on its lines."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.reproduction import figure_spectra
from hessproof.proofs_check.reproduction.result import Reproduction
from hessproof.proofs_check.reproduction.run import FigureRequest, figure_ids, recipe
from hessproof.proofs_check.reproduction.store import Store


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small matrices, at few energies."""
    monkeypatch.setitem(figure_spectra.SIZES, Profile.QUICK, 120)
    monkeypatch.setattr(figure_spectra, "ENERGIES", (0.0, 0.5))


def test_panels_resume_and_agree_with_the_law() -> None:
    store = Store()
    request = FigureRequest(profile=Profile.QUICK)
    panels = recipe("pennington2017-1").make(request, lambda line: None, store)
    made = store.made
    assert recipe("pennington2017-1").make(request, lambda line: None, store) == panels
    assert store.made == made == len(figure_spectra.RATIOS) * 2
    for panel in panels:
        for _, low, high, share, drawn, distance, runs in panel.numbers().rows:
            assert isinstance(distance, float)
            assert distance < 0.05
            assert low < high
            assert abs(share - drawn) < 0.05
            assert runs == 1


def test_other_seeds_draw_other_matrices() -> None:
    first, second = (
        recipe("pennington2017-1").make(FigureRequest(profile=Profile.QUICK, seed=seed), lambda line: None, Store())
        for seed in (1, 2)
    )
    assert first[0].series[0] == second[0].series[0]
    assert first[0].series[1] != second[0].series[1]


def test_it_takes_no_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reproduce", "pennington2017-1", "--data", "mnist:somewhere", "--profile", "quick"]) == 2
    error = capsys.readouterr().err
    assert error == (
        "hessproof: data 'mnist:somewhere' for figure pennington2017-1: expected none, since it draws its own numbers; "
        "leave --data out\n"
    )


@pytest.mark.long
def test_json_and_text_do_without_data(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["reproduce", "pennington2017-1", "--profile", "quick", "--out", f"{tmp_path}/made"]
    assert run([*words, "--json"]) == 0
    made = Reproduction.model_validate_json(capsys.readouterr().out)
    assert (made.data, made.samples, made.inputs, made.outputs) == (None, None, None, None)
    assert "--data" not in made.command
    assert run(words) == 0
    printed = capsys.readouterr().out
    assert "\nprofile quick, seed 2021" in printed
    assert "samples" not in printed


def test_the_lectures_figures_are_known() -> None:
    assert {"pennington2017-1", "pennington2017-6a", "pennington2017-6b"} <= set(figure_ids())
