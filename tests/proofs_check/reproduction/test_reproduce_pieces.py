"""Pieces: whole or absent, resumed when they belong to the same request, gone when the figure is finished."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.reproduction import reproduce as module
from hessproof.proofs_check.reproduction.reproduce import PIECES, Stopped, reproduce
from hessproof.proofs_check.reproduction.run import (
    MOST_SAMPLES,
    FigureRecipe,
    FigureRequest,
    Progress,
    figure_ids,
    recipe,
)
from hessproof.proofs_check.reproduction.store import Store
from hessproof.symbolic.errors import UnusableRequest


class Calls:
    """A figure of three pieces that notes which it makes, and stops at one of them on request."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.stop_at: int | None = None

    def make(self, request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
        values = [store.piece(f"n={n}", partial(self.piece, request, n)) for n in range(3)]
        line = Series(name="value", x=[0, 1, 2], y=[value["value"] for value in values], style="measured")
        return [Figure(id="fig9", title="Nine", caption="", x_label="n", y_label="value", series=[line])]

    def piece(self, request: FigureRequest, n: int) -> dict[str, Any]:
        if n == self.stop_at:
            raise KeyboardInterrupt
        self.made.append(n)
        return {"value": request.seed_for(str(n)) % 1000, "pair": (n, n)}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    made = Calls()
    monkeypatch.setattr(module, "recipe", lambda number: FigureRecipe(number, "Nine", made.make))
    return made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.long
def test_a_stopped_figure_goes_on_from_its_pieces(calls: Calls, tmp_path: Path) -> None:
    calls.stop_at = 2
    with pytest.raises(Stopped, match="stopped with 2 finished pieces") as stopped:
        reproduce("9", out=tmp_path / "out")
    assert stopped.value.kept == 2
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == [PIECES]
    calls.stop_at = None
    resumed = reproduce("9", out=tmp_path / "out")
    assert calls.made == [0, 1, 2]
    assert resumed.reused == 2
    assert names(tmp_path / "out") == ["fig9.csv", "fig9.json", "fig9.png", "fig9.svg"]
    undisturbed = reproduce("9", out=tmp_path / "other")
    assert undisturbed.panels == resumed.panels
    for name in ("fig9.csv", "fig9.svg"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("change", [{"seed": 5}, {"profile": "quick"}, {"data": "data.npz"}])
def test_pieces_of_another_request_are_left_alone(
    calls: Calls, tmp_path: Path, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    monkeypatch.chdir(tmp_path)
    np.savez("data.npz", x=np.ones((2, 3)), y=np.ones((2, 1)))
    calls.stop_at = 1
    with pytest.raises(Stopped):
        reproduce("9", out="out")
    calls.stop_at = None
    assert reproduce("9", **{"out": "out", **change}).reused == 0
    assert PIECES in names(tmp_path / "out")
    assert reproduce("9", out="out").reused == 1
    assert PIECES not in names(tmp_path / "out")


def test_other_numbers_in_the_same_file_are_other_data(
    calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    monkeypatch.chdir(tmp_path)
    for entry, reused in ((1, 0), (2, 0), (2, 1)):
        np.savez("data.npz", x=np.full((2, 3), entry), y=np.ones((2, 1)))
        calls.stop_at = 2 if reused else 1
        calls.made.clear()
        with pytest.raises(Stopped):
            reproduce("9", data="data.npz", out="out")
        assert calls.made == [0, 1][reused:][:1]


def test_without_a_folder_nothing_is_written(calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert reproduce("9").files == []
    assert names(tmp_path) == []


def test_an_earlier_picture_stays_when_a_run_is_stopped(calls: Calls, tmp_path: Path) -> None:
    reproduce("9", out=tmp_path)
    before = (tmp_path / "fig9.svg").read_bytes()
    calls.stop_at = 1
    with pytest.raises(Stopped):
        reproduce("9", out=tmp_path, seed=3)
    assert (tmp_path / "fig9.svg").read_bytes() == before


def test_a_damaged_piece_is_made_again(tmp_path: Path) -> None:
    store = Store(tmp_path, key={"a": 1})
    assert store.piece("one", lambda: [1]) == [1]
    (path,) = tmp_path.rglob("one.json")
    path.write_text('[1, {"tor')
    again = Store(tmp_path, key={"a": 1})
    assert again.piece("one", lambda: [2]) == [2]
    assert (again.made, again.reused) == (1, 0)
    assert json.loads(path.read_text()) == [2]


def test_a_piece_is_made_once(tmp_path: Path) -> None:
    lines: list[str] = []
    store = Store(tmp_path, lines.append)
    assert [store.piece("one", lambda: {1: (2, 3)}) for _ in range(2)] == [{"1": [2, 3]}] * 2
    assert Store(tmp_path, lines.append).piece("one", dict) == {"1": [2, 3]}
    assert lines == ["one", "one (from the run before)"]
    store.forget()
    assert not tmp_path.exists() or not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 101])
def test_names_that_would_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name for a piece"):
        Store(tmp_path).piece(name, dict)


def test_what_json_cannot_say_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        Store(tmp_path).piece("one", lambda: float("nan"))
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableRequest, match="a folder that can be written"):
        Store(tmp_path / "file").piece("one", dict)


def test_bad_requests_are_refused_before_anything_is_computed(calls: Calls, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for options in (
        {"data": "gaussian"},
        {"profile": "quik"},
        {"seed": -1},
        {"device": "gpu"},
        {"out": tmp_path / "file"},
        {"out": ""},
    ):
        with pytest.raises(UnusableRequest):
            reproduce("9", **options)
    assert calls.made == []


def test_every_figure_of_the_table_is_there() -> None:
    assert figure_ids() == (
        *("1", "2a", "2b", "2c", "3", "4", "5"),
        *("kiselev2024-1", "kiselev2024-2", "kiselev2024-3", "kiselev2024-bounds", "kiselev2024-space"),
        *("pennington2017-1", "pennington2017-6a", "pennington2017-6b"),
    )
    for number in figure_ids():
        found = recipe(number)
        assert found.id == number
        assert found.title
    with pytest.raises(UnusableRequest, match=r"figure '6': expected one of 15 names; give 1, 2a, 2b, 2c, 3, 4, 5, k"):
        recipe("6")


def test_large_data_sets_are_cut(tmp_path: Path) -> None:
    import numpy as np

    np.savez(tmp_path / "many.npz", x=np.ones((3000, 1)), y=np.ones((3000, 1)))
    request = FigureRequest(str(tmp_path / "many.npz"), Profile.QUICK)
    assert request.dataset().samples == MOST_SAMPLES
    assert request.dataset(samples=2500).samples == 2500
    with pytest.raises(UnusableRequest, match="3001 samples"):
        request.dataset(samples=3001)
