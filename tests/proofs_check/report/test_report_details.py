"""Details of a check: one line, a list or a table, and never a record as JSON."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.report.details import Grid, compact, grid, short_details, tables
from hessproof.proofs_check.report.html import render_html
from hessproof.proofs_check.report.model import Report

CRITERIA = [
    {"configuration": "n = 4", "criterion": "<= 1", "seeds": [7, 8], "values": [0.5, None], "interval": None},
    {"configuration": "n = 8", "criterion": "<= 1", "seeds": [7, 8], "values": [0.25, 2], "largest": 2.0},
]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (True, "yes"),
        ([2, 3], "2; 3"),
        ([], "—"),
        ({}, "—"),
        ("<= 0.05", "≤ 0.05"),
        ({"a": 1, "b": [1, 2]}, "a: 1, b: (1; 2)"),
        ([[1, 2], [3]], "(1; 2); 3"),
        ([{"n": 1, "m": None}, 2], "(n: 1, m: —); 2"),
        ("x" * 1000, "x" * 399 + "…"),
    ],
)
def test_details_fit_on_a_line(value: object, shown: str) -> None:
    assert compact(value) == shown


def test_records_become_a_table_with_what_they_share_above_it() -> None:
    assert grid(CRITERIA) == Grid(
        ("configuration", "values", "largest"),
        (("n = 4", "0.5; —", "—"), ("n = 8", "0.25; 2", "2")),
        (("criterion", "≤ 1"), ("seeds", "7; 8")),
    )
    named = grid({"1/4": {"power": 1.5}, "3/8": {"power": 1.25, "α": 0.5}})
    assert named == Grid(("", "power", "α"), (("1/4", "1.5", "—"), ("3/8", "1.25", "0.5")), ())


@pytest.mark.parametrize("value", [[], [1], {}, {"a": 1}, {"a": {}}, [{}], "text", None, [{"a": 1}, 2]])
def test_anything_else_is_no_table(value: object) -> None:
    assert grid(value) is None


@pytest.mark.slow
def test_a_page_shows_tables_and_no_record_as_json(report: Report) -> None:
    evidence = next(item for result in report.results for item in result.evidence if item.missing is None)
    evidence.details = {"criteria": CRITERIA, "margin": {"smallest": 0.5}, "figures": []}
    assert [name for name, _ in tables(evidence)] == ["criteria"]
    assert [name for name, _ in short_details(evidence)] == ["margin"]
    page = render_html(report)
    assert f"<summary>{evidence.check}: criteria, 2 rows</summary>" in page
    assert "<td>0.5; —</td>" in page
    assert "&#34;configuration" not in page
    assert "'configuration" not in page


@pytest.mark.slow
def test_numbers_may_be_the_keys_of_a_detail(report: Report) -> None:
    evidence = next(item for result in report.results for item in result.evidence if item.missing is None)
    evidence.details = {"largest order": {2: 11, 3: 7}, "figures": []}
    assert "<li>2: 11</li><li>3: 7</li>" in render_html(report)
