"""JSON, schemas, JUnit, Markdown: the same record in every format."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from pydantic import ValidationError

from hessproof.proofs_check.ledger import Entry, Ledger
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.report import FILES, Report, render, render_json, write_report
from hessproof.proofs_check.report.__main__ import main as make_again
from hessproof.proofs_check.report.junit import SILENT, render_junit
from hessproof.proofs_check.report.markdown import plain, render_markdown
from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.report.schemas import MODELS, main, schema, stale, texts

HOSTILE = "a|b *c* `d` <script>alert(1)</script> [x](javascript:y) \x00\n# head\n```"


def test_json_round_trip(report: Report) -> None:
    assert Report.model_validate_json(render_json(report)) == report
    assert json.loads(render_json(report))["schema"] == "hessproof/report/1"


def test_json_validates_against_the_published_schema(report: Report, root: Path) -> None:
    published = json.loads((root / "docs" / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(published)
    validator.check_schema(published)
    data = json.loads(render_json(report))
    validator.validate(data)
    data["results"][0]["verdict"] = "true"
    assert not validator.is_valid(data)
    data = json.loads(render_json(report))
    del data["results"][0]["parts"][0]["evidence"][0]["engine"]
    assert not validator.is_valid(data)
    data = json.loads(render_json(report)) | {"schema": "hessproof/report/2"}
    assert not validator.is_valid(data)


def test_record_refuses_what_its_schema_refuses(report: Report) -> None:
    data = json.loads(render_json(report))
    for change in ({"surprise": 1}, {"seconds": "x"}, {"profile": "fast"}, {"schema": "hessproof/report/2"}):
        with pytest.raises(ValidationError):
            Report.model_validate(data | change)
    with pytest.raises(ValidationError):
        Series(name="a", x=[1.0], y=[1.0, 2.0], style="measured")
    with pytest.raises(ValidationError):
        Series(name="a", x=[float("nan")], y=[1.0], style="measured")


def test_published_schemas_are_not_stale(root: Path) -> None:
    assert stale(root / "docs" / "schemas") == [], "run python -m hessproof.proofs_check.report.schemas docs/schemas"


@pytest.mark.slow
def test_stale_schemas_are_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--check"]) == 1
    assert main([str(tmp_path)]) == 0
    assert main([str(tmp_path), "--check"]) == 0
    (tmp_path / "rank.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "other.schema.json").write_text("{}", encoding="utf-8")
    assert main([str(tmp_path), "--check"]) == 1
    assert "other.schema.json, rank.schema.json" in capsys.readouterr().err
    assert (tmp_path / "rank.schema.json").read_text(encoding="utf-8") == "{}"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODELS))
def test_schemas_name_themselves_and_are_schemas(name: str) -> None:
    assert schema(name)["properties"]["schema"]["const"] == f"hessproof/{name}/1"
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert json.loads(texts()[f"{name}.schema.json"]) == schema(name)


def test_ledger_file_has_its_schema() -> None:
    entry = Entry(Verdict.REFUTED, ("L = 1",), ("L ≥ 2",))
    validator = jsonschema.Draft202012Validator(schema("ledger"))
    data = json.loads(Ledger({("a.b", Profile.QUICK): entry}).dumps())
    validator.validate(data)
    data["claims"]["a.b"]["quick"]["verdict"] = "surely"
    assert not validator.is_valid(data)


def test_junit_fails_exactly_where_the_ledger_departs(report: Report) -> None:
    cases = {case.name: case for suite in JUnitXml.fromstring(render_junit(report)) for case in suite}
    assert list(cases) == [result.claim for result in report.results]
    for result in report.results:
        case = cases[result.claim]
        assert case.is_failure == (result.agrees is False)
        assert case.is_skipped == (result.agrees is not False and result.verdict in SILENT)
        assert case.is_passed == (result.agrees is not False and result.verdict not in SILENT)
    assert cases["kiselev2024.thm1"].result[0].message == "not checked: No check ran."
    assert cases["singh2021.samples"].result[0].message == "corroborated is weaker than the ledger's certified"


def test_junit_fails_for_a_silent_claim_that_should_have_spoken(report: Report) -> None:
    unchecked = next(result for result in report.results if result.verdict == Verdict.NOT_CHECKED)
    unchecked.expected, unchecked.agrees = Verdict.PROVED, False
    cases = {case.name: case for suite in JUnitXml.fromstring(render_junit(report)) for case in suite}
    assert cases[unchecked.claim].is_failure
    assert cases[unchecked.claim].result[0].message == "expected proved, found not checked"


def test_junit_counts(report: Report) -> None:
    xml = JUnitXml.fromstring(render_junit(report))
    assert (xml.tests, xml.failures, xml.skipped, xml.errors) == (8, 1, 3, 0)


def test_junit_survives_hostile_text(report: Report) -> None:
    result = report.results[0]
    result.claim = result.paper = result.why = result.disagreement = report.command = HOSTILE
    result.agrees = False
    cases = [case for suite in JUnitXml.fromstring(render_junit(report)) for case in suite]
    assert len(cases) == len(report.results)
    assert "<script>alert(1)</script>" in cases[0].name


def test_markdown_table_is_complete(report: Report) -> None:
    lines = render_markdown(report).split("## All claims")[1].split("\n\n")[1].splitlines()
    assert len(lines) == 2 + len(report.results)
    columns = lines[0].count("|")
    for line, result in zip(lines[2:], report.results, strict=True):
        assert len(re.findall(r"(?<!\\)\|", line)) == columns
        assert plain(result.claim) in line
        assert f"**{result.verdict}**" in line
        assert plain(result.where) in line


def test_markdown_says_what_the_page_says(report: Report) -> None:
    text = render_markdown(report)
    assert "**1 of 8 verdicts depart from the ledger:**" in text
    for result in report.results:
        assert f"\n## {plain(result.claim)}\n" in text
        assert f"```math\n{result.statement}\n```" in text
        for evidence in result.evidence:
            assert f"| {plain(evidence.check)} | {evidence.engine} |" in text
    assert "W^2 = [0, 1; -1/2, 0]" in text
    assert "$ hessproof verify singh2021.thm3 --profile quick --seed 2021" in text
    assert "derivation missed: Ω → −Ω twice" in text
    assert "not checked: no CUDA device; install hessproof\\[cuda12\\]" in text
    assert "| 100 | 3,700 | — | 610 | 610 |" in text


def test_markdown_survives_hostile_text(report: Report) -> None:
    before = MarkdownIt("commonmark", {"html": True}).enable("table").parse(render_markdown(report))
    result = report.results[0]
    result.summary = result.original = result.where = result.disagreement = HOSTILE
    result.parts[0].text = result.parts[0].evidence[0].idea = HOSTILE
    after = MarkdownIt("commonmark", {"html": True}).enable("table").parse(render_markdown(report))
    assert [token.type for token in after] == [token.type for token in before]
    assert [token for token in after if token.type == "html_block"] == []
    inline = [child.type for token in after for child in token.children or []]
    assert "html_inline" not in inline
    assert "em" not in inline


@pytest.mark.long
def test_all_files_are_written_and_made_again_from_the_json(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    again = tmp_path / "again"
    assert make_again([str(tmp_path / "report.json"), "--out", str(again)]) == 0
    for name, text in render(report).items():
        assert (again / name).read_bytes() == (tmp_path / name).read_bytes() == text.encode("utf-8")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "hessproof: file '{}': expected one that can be read (No such file or directory); give a report.json"),
        ("", "hessproof: file '{}': expected a report (the file: Invalid JSON"),
        ('{"schema": "hessproof/report/1"}', "hessproof: file '{}': expected a report (generated: Field required)"),
        ("[1]", "hessproof: file '{}': expected a report (the file: Input should be an object)"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(
    content: str | None, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert make_again([str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.startswith(line.format(path))
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_figure_numbers_leave_gaps_where_nothing_was_measured() -> None:
    series = [
        Series(name="a", x=[1, 2], y=[3, 4], style="predicted"),
        Series(name="a", x=[2], y=[4], style="measured"),
    ]
    table = Figure(id="f", title="t", caption="", x_label="x", y_label="y", series=series).numbers()
    assert table.columns == ["x", "a (predicted)", "a (measured)"]
    assert table.rows == [[1, 3, None], [2, 4, 4]]
