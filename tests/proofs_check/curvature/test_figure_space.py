"""The figure of overlaps, and the pictures of spectra."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.checks.landscape.curved_networks import trained_from
from hessproof.proofs_check.checks.landscape.space_figures import SHOWN, spectrum_figure
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.reproduction import figure_space
from hessproof.proofs_check.reproduction.run import FigureRequest
from hessproof.proofs_check.reproduction.store import Store


def test_the_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_space, "STEPS", 150)
    monkeypatch.setattr(figure_space, "SHARES", (0.0, 1.0))
    monkeypatch.setattr(figure_space, "SCALES", (0.1, 1.0))
    monkeypatch.setattr(figure_space, "HIDDEN", {Profile.QUICK: 4})
    store = Store()
    panels = figure_space.FIGURE.make(FigureRequest(profile=Profile.QUICK), lambda line: None, store)
    assert [panel.id for panel in panels] == ["kiselev2024-space-steps", "kiselev2024-space-scale"]
    for panel in panels:
        assert len(panel.series) == 2
        assert all(0 <= value <= 1 for series in panel.series for value in series.y if value is not None)
        assert panel.table is not None
        assert len(panel.table.rows) == 2
    assert panels[1].series[0].x == [0.1, 1.0]


def test_the_pictures_of_the_spectra() -> None:
    one = trained_from(16, 4, 1, (3,), steps=600)[0]
    for state in ("initial", "trained"):
        figure = spectrum_figure(one, state, "kiselev2024.top_space")
        assert [series.name for series in figure.series] == ["H", "G-term", "H-term"]
        assert all(len(series.x) == SHOWN for series in figure.series)
        whole, outer, functional = (series.y for series in figure.series)
        assert whole[0] is not None
        assert outer[0] is not None
        assert functional[0] is not None
        assert whole[0] <= outer[0] + functional[0] + 1e-12
    assert one.losses["trained"] < one.losses["initial"]
