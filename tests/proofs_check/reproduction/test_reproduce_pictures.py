"""The files of a reproduction: pictures of all panels, tables of all numbers; and how figures are drawn."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib import image, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from hessproof.proofs_check.report.drawing import STYLE, draw
from hessproof.proofs_check.report.figures import svg
from hessproof.proofs_check.report.model import Figure, Line, Series
from hessproof.proofs_check.reproduction.pictures import write_pictures, write_tables

SVG = "{http://www.w3.org/2000/svg}"
POINTS = 273


def spectrum(number: int = 1) -> Figure:
    """Two curves over twelve decades, with zeros at the end of one, and a predicted rank."""
    index = [float(i) for i in range(1, POINTS + 1)]
    linear = [10.0 ** (-i / 30) if i <= 150 else 0.0 for i in range(POINTS)]
    other = [10.0 ** (-i / 25) for i in range(POINTS)]
    return Figure(
        id=f"fig{number}",
        title=f"Spectrum of H_L, {number}",
        caption="",
        x_label="index of the eigenvalue",
        y_label="size",
        y_scale="log",
        series=[
            Series(name="linear", x=index, y=[*linear], style="curve"),
            Series(name="tanh", x=index, y=[*other], style="curve"),
        ],
        lines=[Line(axis="x", at=150, name="predicted rank of H_L"), Line(axis="y", at=1e-5, name="tolerance")],
    )


def drawn(figure: Figure) -> Canvas:
    with rc_context(STYLE):
        canvas = Canvas(layout="constrained", figsize=(5.6, 3.8))
        FigureCanvasAgg(canvas)
        draw(canvas.add_subplot(), figure)
        canvas.draw_without_rendering()
    return canvas


@pytest.mark.long
@pytest.mark.parametrize(("panels", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2))])
def test_one_picture_holds_all_panels(tmp_path: Path, panels: int, shape: tuple[int, int]) -> None:
    figures = [spectrum(number) for number in range(panels)]
    assert write_pictures(figures, tmp_path, "fig") == ["fig.svg", "fig.png"]
    root = ElementTree.parse(tmp_path / "fig.svg").getroot()
    assert sum("axes_" in (group.get("id") or "") for group in root.iter(f"{SVG}g")) == panels
    height, width, _ = image.imread(tmp_path / "fig.png").shape
    assert width / shape[1] / (height / shape[0]) == pytest.approx(5.6 / (4.25 if panels > 1 else 4), rel=0.01)


@pytest.mark.long
def test_pictures_are_on_white_and_the_same_again(tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write_pictures([spectrum()], folder, "fig")
    assert (tmp_path / "a/fig.svg").read_bytes() == (tmp_path / "b/fig.svg").read_bytes()
    assert (image.imread(tmp_path / "a/fig.png")[0, 0] == 1).all()
    text = (tmp_path / "a/fig.svg").read_text()
    assert "fill: #ffffff" in text
    assert "var(--" not in text


def test_tables_have_every_number(tmp_path: Path) -> None:
    assert write_tables([spectrum(1), spectrum(2)], tmp_path) == ["fig1.csv", "fig2.csv"]
    with (tmp_path / "fig2.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["index of the eigenvalue", "linear (curve)", "tanh (curve)"]
    assert len(rows) == POINTS + 1
    assert [float(cell) for cell in rows[1]] == [1.0, 1.0, 1.0]


def test_what_was_not_measured_is_an_empty_cell(tmp_path: Path) -> None:
    series = Series(name="a", x=[1, 2], y=[None, 3], style="measured")
    figure = Figure(id="gap", title="t", caption="", x_label="x", y_label="y", series=[series])
    write_tables([figure], tmp_path)
    assert (tmp_path / "gap.csv").read_text() == "x,a (measured)\n1.0,\n2.0,3.0\n"


def test_the_legend_covers_no_data() -> None:
    axes = drawn(spectrum()).axes[0]
    legend = axes.get_legend()
    assert legend is not None
    assert legend.get_window_extent().y0 >= axes.get_window_extent().y1 - 1
    assert legend.get_window_extent().x1 <= axes.get_figure().bbox.x1


@pytest.mark.slow
def test_curves_differ_without_colour() -> None:
    axes = drawn(spectrum()).axes[0]
    curves, dashed = axes.lines[:2], axes.lines[2:]
    assert len({str(curve.get_marker()) for curve in curves}) == 2
    assert len({str(line._dash_pattern) for line in dashed}) == 2


def test_a_logarithmic_axis_shows_what_it_can() -> None:
    axes = drawn(spectrum()).axes[0]
    heights = np.asarray(axes.lines[0].get_ydata(), dtype=float)
    assert np.isnan(heights).sum() == POINTS - 151
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert all(label == "1" or label.startswith("10") for label in labels)
    assert 3 <= len(labels) <= 12  # how many it places differs with the version of matplotlib


@pytest.mark.slow
def test_a_logarithmic_axis_without_anything_to_show_is_linear(tmp_path: Path) -> None:
    series = Series(name="a", x=[0.0, 1.0], y=[0.0, None], style="curve")
    scales = {"x_scale": "log", "y_scale": "log"}
    figure = Figure.model_validate(
        {"id": "f", "title": "t", "caption": "", "x_label": "x", "y_label": "y", "series": [series], **scales}
    )
    assert drawn(figure).axes[0].get_yscale() == "linear"
    assert write_pictures([figure], tmp_path, "fig")


@pytest.mark.slow
def test_subscripts_are_one_text_in_the_page_and_mathematics_in_a_picture(tmp_path: Path) -> None:
    page = svg(spectrum())
    assert 'predicted rank of <tspan font-style="italic">H</tspan><tspan dy=".25em" font-size="72%">L</tspan>' in page
    write_pictures([spectrum()], tmp_path, "fig")
    assert 'font-size="72%">L</tspan></text>' in (tmp_path / "fig.svg").read_text()


def test_negative_values_are_seen_although_the_axis_starts_at_zero() -> None:
    series = Series(name="a", x=[1, 2], y=[-3, 5], style="curve")
    axes = drawn(Figure(id="f", title="t", caption="", x_label="x", y_label="y", series=[series])).axes[0]
    assert axes.get_ylim()[0] <= -3


def test_what_belongs_together_has_one_colour() -> None:
    def colours(*series: tuple[str, str]) -> list[str]:
        drawings = [Series.model_validate({"name": name, "x": [1], "y": [1], "style": style}) for name, style in series]
        figure = Figure(id="f", title="t", caption="", x_label="x", y_label="y", series=drawings)
        return [str(line.get_color()) for line in drawn(figure).axes[0].lines]

    one, two, three = colours(("H_L, numerical", "curve"), ("H_L, exact", "measured"), ("H_o, exact", "measured"))
    assert one == two != three
    assert len({*colours(("run, 1", "curve"), ("run, 2", "curve"), ("H_o", "curve"))}) == 3
    first, second = colours(("H_L", "measured"), ("H_L", "predicted"))
    assert first == second
