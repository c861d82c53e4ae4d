"""Reports: one `Report` record, written as a page, as Markdown, as JSON and as JUnit XML.

The page, the Markdown and the JUnit file are made from the record and nothing else; so the JSON alone is enough to
make the others again::

    python -m hessproof.proofs_check.report report/report.json --out elsewhere
"""

from __future__ import annotations

from pathlib import Path

from hessproof.proofs_check.report.model import Report

__all__ = ["FILES", "Report", "render", "write_report"]

FILES = ("index.html", "report.md", "report.json", "junit.xml")
"""The files of a report."""


def render(report: Report) -> dict[str, str]:
    """The text of each of `FILES`, by its name."""
    from hessproof.proofs_check.report.html import render_html
    from hessproof.proofs_check.report.junit import render_junit
    from hessproof.proofs_check.report.markdown import render_markdown

    texts = (render_html(report), render_markdown(report), render_json(report), render_junit(report))
    return dict(zip(FILES, texts, strict=True))


def render_json(report: Report) -> str:
    """The record as JSON: what its schema in ``docs/schemas`` describes."""
    return report.model_dump_json(indent=2) + "\n"


def write_report(report: Report, folder: Path) -> None:
    """Write the files of a report into a folder that exists.

    Everything is rendered before the first byte is written. For a folder that may hold an earlier report, hand in a
    `hessproof.proofs_check.staging.staged` one.
    """
    for name, text in render(report).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
