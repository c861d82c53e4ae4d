"""The figures of Kiselev & Grabovoy 2024: panels, numbers behind them, and going on after a stop."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.reproduction import figure_samples, figure_surface
from hessproof.proofs_check.reproduction.reproduce import reproduce
from hessproof.proofs_check.reproduction.run import FigureRequest
from hessproof.proofs_check.reproduction.store import Store


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(figure_samples.MOST, Profile.QUICK, 80)
    monkeypatch.setitem(figure_samples.TRAINING, Profile.QUICK, 4)
    monkeypatch.setattr(figure_samples, "PERMUTATIONS", 5)


def made(request: FigureRequest, store: Store, name: str) -> list[Figure]:
    recipe = {"2": figure_samples.FIGURE_2, "3": figure_samples.FIGURE_3, "1": figure_surface.FIGURE}[name]
    return recipe.make(request, store.progress, store)


def test_the_surface_and_what_one_more_object_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)
    surface, differences = made(FigureRequest(profile=Profile.QUICK), Store(), "1")
    assert [series.name for series in surface.series] == ["k = 10", "k = 80"]
    for series in surface.series:
        assert min(series.x) == -1.0
        assert len(series.y) == 9
    highest = [series.y[0] for series in differences.series[:-1]]
    assert len(highest) == 4
    assert differences.series[-1].style == "predicted"


@pytest.mark.long
@pytest.mark.parametrize("name", ["2", "3"])
def test_six_panels_with_intervals(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    small(monkeypatch)
    panels = made(FigureRequest(profile=Profile.QUICK), Store(), name)
    assert [panel.claim for panel in panels] == ["kiselev2024.exp_width"] * 3 + ["kiselev2024.exp_depth"] * 3
    assert len({panel.id for panel in panels}) == 6
    raw, published, heights = panels[:3]
    assert (raw.x_scale, raw.y_scale, published.x_scale) == ("log", "log", "linear")
    assert [series.name for series in raw.series] == ["h = 4", "h = 8", "h = 16", "h = 32", "h = 64", "c/(k + 1)"]
    for row in heights.numbers().rows:
        size, height, low, high = (float(cell) for cell in row[:4])  # type: ignore[arg-type]
        assert size in (4, 8, 16, 32, 64)
        assert low <= height <= high
    assert ("stand in" in raw.caption) is (name == "3")


@pytest.mark.long
def test_a_stopped_figure_goes_on_with_the_same_numbers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small(monkeypatch)
    request = FigureRequest(profile=Profile.QUICK)
    whole = made(request, Store(), "2")
    stopped = Store(tmp_path)
    for path in (tmp_path,):
        made(request, stopped, "2")
        pieces = sorted(path.glob("*.json"))
        for piece in pieces[::2]:
            piece.unlink()
    again = Store(tmp_path)
    assert [panel.numbers() for panel in made(request, again, "2")] == [panel.numbers() for panel in whole]
    assert again.reused
    assert again.made


def test_a_file_of_features_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small(monkeypatch)
    stream, path = np.random.default_rng(0), tmp_path / "features.npz"
    np.savez(path, features=stream.standard_normal((40, 6)), labels=np.arange(40) % 3)
    panels = made(FigureRequest(str(path), profile=Profile.QUICK), Store(), "3")
    assert "taken as features" in panels[0].caption
    assert "40 objects" in panels[0].caption


@pytest.mark.long
def test_files_carry_the_name_of_the_paper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small(monkeypatch)
    found = reproduce("kiselev2024-1", profile="quick", out=tmp_path)
    assert found.files[:2] == ["kiselev2024-1.svg", "kiselev2024-1.png"]
    assert found.samples == 80
    assert json.loads((tmp_path / "kiselev2024-1.json").read_text())["figure"] == "kiselev2024-1"


def test_random_features_are_bounded_and_depend_on_the_seed() -> None:
    pixels = np.random.default_rng(0).uniform(-1, 1, (5, 9))
    one, two = figure_samples.random_features(pixels, 1), figure_samples.random_features(pixels, 2)
    assert one.shape == (5, 768)
    assert not np.allclose(one, two)
    np.testing.assert_allclose(figure_samples.random_features(3 * pixels, 1), one)
