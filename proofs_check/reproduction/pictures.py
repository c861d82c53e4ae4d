"""What a reproduction leaves behind: one picture of all panels (SVG and PNG), and the numbers (CSV and JSON)."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hessproof.proofs_check.report.drawing import STYLE, draw, with_subscripts
from hessproof.proofs_check.report.figures import description
from hessproof.proofs_check.report.model import Figure

PAPER = "#ffffff"
DOTS_PER_INCH = 160
_WIDTH, _HEIGHT = 5.6, 4.0
_PANELS_IN_A_ROW = 3
_TITLED_HEIGHT = 0.25


def write_pictures(panels: Sequence[Figure], folder: Path, stem: str) -> list[str]:
    """Write ``stem.svg`` and ``stem.png``, all panels in one picture, on white.

    Args:
        panels: The panels in reading order, three in a row.
        folder: Where the files go.
        stem: Their name without its end.

    Returns:
        The names of the files. The same panels give the same SVG, byte by byte.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    words = " ".join(f"{panel.title}. {description(panel)}" for panel in panels)
    heading = {"Title": panels[0].title}
    style: Any = {**STYLE, "svg.fonttype": "none", "svg.hashsalt": stem}
    with rc_context(style):
        text = io.StringIO()
        metadata = {**heading, "Date": None, "Creator": "hessproof", "Description": words}
        _canvas(panels, FigureCanvasSVG).savefig(text, format="svg", metadata=metadata)
        drawn = with_subscripts(_with_fonts(text.getvalue()))
        (folder / f"{stem}.svg").write_text(drawn, encoding="utf-8", newline="\n")
    with rc_context({**style, "text.parse_math": True}):
        metadata = {**heading, "Software": None}
        _canvas(panels, FigureCanvasAgg).savefig(folder / f"{stem}.png", dpi=DOTS_PER_INCH, metadata=metadata)
    return [f"{stem}.svg", f"{stem}.png"]


def _canvas(panels: Sequence[Figure], surface: Any) -> Any:
    """All panels on one sheet."""
    from matplotlib.figure import Figure as Canvas

    columns = _columns(len(panels))
    rows = math.ceil(len(panels) / columns)
    size = (columns * _WIDTH, rows * (_HEIGHT + _TITLED_HEIGHT * (len(panels) > 1)))
    canvas: Any = Canvas(figsize=size, layout="constrained", facecolor=PAPER)
    surface(canvas)
    canvas.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    places = canvas.subplots(rows, columns, squeeze=False).ravel()
    for axes, panel in zip(places, panels, strict=False):
        draw(axes, panel, title=panel.title if len(panels) > 1 else "")
    for axes in places[len(panels) :]:
        axes.remove()
    return canvas


def write_tables(panels: Sequence[Figure], folder: Path) -> list[str]:
    """Write the numbers of each panel to ``ID.csv``, with a header line; what was not measured is empty."""
    names = []
    for panel in panels:
        table = panel.numbers()
        with (folder / f"{panel.id}.csv").open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream, lineterminator="\n")
            rows.writerow(table.columns)
            rows.writerows(["" if cell is None else cell for cell in row] for row in table.rows)
        names.append(f"{panel.id}.csv")
    return names


def _columns(panels: int) -> int:
    """Panels in a row: no more than three, and rows as full as can be."""
    rows = math.ceil(panels / _PANELS_IN_A_ROW)
    return math.ceil(panels / rows)


def _with_fonts(text: str) -> str:
    """Other sans-serif fonts for readers who lack the one that was used for measuring."""
    return re.sub(r"'DejaVu Sans', sans-serif", "system-ui, 'DejaVu Sans', Verdana, sans-serif", text)
