"""The figure of bounds beside the truth."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.reproduction import figure_bounds
from hessproof.proofs_check.reproduction.run import FigureRequest
from hessproof.proofs_check.reproduction.store import Store


@pytest.mark.slow
def test_the_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_bounds, "DEPTHS", {Profile.QUICK: (0, 1)})
    monkeypatch.setattr(figure_bounds, "STEPS", 40)
    request = FigureRequest(profile=Profile.QUICK)
    panels = figure_bounds.FIGURE.make(request, lambda line: None, Store())
    assert [panel.id for panel in panels] == [
        f"kiselev2024-bounds-{kind}-{state}" for kind in ("depth", "width") for state in ("start", "trained")
    ]
    for panel in panels:
        by_name = {series.name: series.y for series in panel.series}
        names = figure_bounds.NAMES
        for place, norm in enumerate(by_name[names["norm"]]):
            assert norm is not None
            mean = by_name[names["mean"]][place]
            assert mean is not None
            assert mean <= norm
            for key in (figure_bounds.BLOCKS, "hessian_at", "hessian", "hessian_common"):
                bound = by_name[names[key]][place]
                assert bound is not None
                assert bound >= norm * (1 - 1e-9)
        assert panel.table is not None
        assert len(panel.table.rows) == len(panel.series[0].x)


def test_a_bound_that_vanishes_is_left_out() -> None:
    assert figure_bounds._centre([0.0, 1.0]) is None
    assert figure_bounds._centre([1.0, 4.0]) == pytest.approx(2.0)
