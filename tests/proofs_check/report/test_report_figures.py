"""Figures: what is drawn are the numbers, in the page's colours, with words for those who do not see them."""

from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree

import pytest

from hessproof.numeric.datasets import digits
from hessproof.proofs_check import figures_data
from hessproof.proofs_check.checks.figures import samples_work
from hessproof.proofs_check.figures_data import (
    Point,
    figure_2a,
    figure_2b,
    figure_2c,
    points_by_samples,
    points_by_width,
)
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.report.drawing import COLOURS, INK
from hessproof.proofs_check.report.figures import description, svg
from hessproof.proofs_check.report.html import render_html
from hessproof.proofs_check.report.markdown import render_markdown
from hessproof.proofs_check.report.model import Figure, Report, Series
from hessproof.proofs_check.report.text import MOST_ROWS
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def figure(report: Report) -> Figure:
    return report.figures[0]


def test_is_xml_with_words(figure: Figure) -> None:
    root = ElementTree.fromstring(svg(figure))
    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == figure.title
    assert words is not None
    assert words.text == description(figure)
    assert "loss, measured: from 120 at 1 to 3600 at 60." in description(figure)
    assert description(figure.model_copy(update={"alt": "A curve."})) == "A curve."


@pytest.mark.slow
def test_draws_every_measured_value_and_no_other(figure: Figure) -> None:
    def circles(drawn: str) -> int:
        return drawn.count("<use ") - ticks

    empty = figure.model_copy(update={"series": [s for s in figure.series if s.style == "predicted"]})
    measured = sum(y is not None for s in figure.series if s.style == "measured" for y in s.y)
    ticks, legend = svg(empty).count("<use "), 2
    assert circles(svg(figure)) == measured + legend == 9 + legend


def test_colours_follow_the_page(figure: Figure) -> None:
    drawn = svg(figure)
    for colour in (INK, *COLOURS):
        bare = re.sub(r"var\(--[a-z0-9-]+, #[0-9a-f]{6}\)", "", drawn)
        assert colour not in bare
    assert "var(--ink, #1a1d21)" in drawn
    assert "var(--series-2, #c2410c)" in drawn


def test_leaks_nothing_into_the_page(figure: Figure) -> None:
    drawn = svg(figure)
    assert "<style" not in drawn
    assert "<metadata" not in drawn
    assert {name.split("-")[0] for name in re.findall(r'\bid="([^"]+)"', drawn)} == {figure.id}
    assert all(target.startswith(f"#{figure.id}-") for target in re.findall(r'href="([^"]+)"', drawn))
    other = svg(figure.model_copy(update={"id": "other"}))
    assert not set(re.findall(r'\bid="([^"]+)"', drawn)) & set(re.findall(r'\bid="([^"]+)"', other))


def test_same_numbers_give_the_same_bytes(figure: Figure) -> None:
    assert svg(figure) == svg(figure.model_copy(deep=True))


@pytest.mark.parametrize("series", [[], [Series(name="_a", x=[], y=[], style="measured")]])
def test_nothing_to_draw_is_drawn(series: list[Series]) -> None:
    empty = Figure(id="f", title="t", caption="", x_label="x", y_label="y", series=series)
    ElementTree.fromstring(svg(empty))


def test_ranks_on_the_digits_are_the_predicted_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_data, "HIDDEN", (12, 11))
    points = points_by_samples(Profile.QUICK, seed=1)
    measured = [point for point in points if point.measured]
    assert [point.x for point in measured] == [1, 3, 5, 10]
    assert all(point.agrees for point in points)
    assert [point.data_rank for point in measured] == [1, 3, 5, 10]
    drawn = figure_2a(points)
    assert drawn.x_scale == "log"
    lines = {series.name: series for series in drawn.series if series.style == "predicted"}
    circles = {series.name: series for series in drawn.series if series.style == "measured"}
    for name, series in circles.items():
        on_line = dict(zip(lines[name].x, lines[name].y, strict=True))
        assert [on_line[x] for x in series.x] == series.y
    assert drawn.numbers().columns[:4] == ["N", "p", "r", "s"]


@pytest.mark.long
def test_checks_on_real_data_hold_and_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_data, "HIDDEN", (12, 11))
    context = Context(Profile.QUICK, seed=1)
    found = samples_work(context)
    assert (found.tally.tried, found.tally.held) == (4, 4)
    assert sum(control.caught for control in found.controls) > len(found.controls) / 2
    assert [Figure.model_validate(record).id for record in found.details["figures"]] == ["fig2a"]
    wrong = dataclasses.replace(FORMULAS["fact7"], expression=FORMULAS["fact7"].expression + 1)
    monkeypatch.setitem(FORMULAS, "fact7", wrong)
    assert samples_work(context).tally.failed == 4


def test_a_wrong_prediction_is_seen_in_the_point() -> None:
    point = Point(1, Architecture((2, 2)), 1, 1, 1, {"loss": 2}, {"loss": 3})
    assert not point.agrees


@pytest.mark.long
def test_rank_against_width_bends_where_the_outputs_become_narrowest() -> None:
    points = points_by_width(Profile.QUICK, seed=1)
    assert all(point.agrees and point.samples == digits().samples for point in points)
    rank = {point.x: point.measured["loss"] for point in points}
    assert (rank[12] - rank[10]) / 2 == (rank[16] - rank[12]) / 4 == 40
    assert (rank[10] - rank[8]) / 2 > 40
    drawn = figure_2b(points)
    assert [series.name for series in drawn.series][-1] == "parameters p"
    share = figure_2c(points)
    shares = next(series for series in share.series if (series.name, series.style) == ("H_L", "measured"))
    assert shares.y[-1] == rank[16] / points[-1].architecture.parameters


def test_a_spectrum_does_not_fill_the_page_with_numbers(report: Report) -> None:
    points = [float(i) for i in range(1, 1001)]
    series = [Series(name="s", x=points, y=[*points], style="curve")]
    long = Figure(id="long", title="Long", caption="", x_label="i", y_label="size", series=series)
    changed = report.model_copy(update={"figures": [long]})
    page, text = render_html(changed), render_markdown(changed)
    figure = page[page.index('<figure id="figure-long">') : page.index("</figure>")]
    assert figure.count("<tr>") == MOST_ROWS + 1
    assert "<td>1,000</td>" in figure
    for shown in (figure, text):
        assert f"{MOST_ROWS} of 1,000 rows; report.json has all of them" in shown
    assert "of 1,000 rows" not in render_html(report)
