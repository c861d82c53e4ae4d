"""Figures of a report: a `Figure` record in, one inline SVG out.

Measured values are circles and predictions are lines, so the two can be told apart without colour. Ink and series
colours are CSS variables of the page, so a figure follows its light and dark scheme; drawn elsewhere, it falls back
to the colours written behind the variables. The same record gives the same bytes.
"""

from __future__ import annotations

import html
import io
import re
from typing import Any

from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.report.text import clean

INK, FAINT = "#1a1d21", "#c9cdd3"
COLOURS = ("#0b62a8", "#c2410c", "#0f766e", "#7c3aed", "#a16207", "#be185d")
LINE_DASHES = ((5, 3), (1.5, 2), (7, 2, 1.5, 2))
"""Dashes of the lines of a figure, in turn, so that they can be told apart without colour."""
_VARIABLES = {
    INK: "var(--ink, #1a1d21)",
    FAINT: "var(--rule, #c9cdd3)",
    **{colour: f"var(--series-{i}, {colour})" for i, colour in enumerate(COLOURS, start=1)},
}
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["system-ui", "DejaVu Sans", "sans-serif"],
    "font.size": 10.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.parse_math": False,
}


def svg(figure: Figure) -> str:
    """Draw ``figure`` as an SVG element without fixed colours, links or metadata.

    Args:
        figure: The numbers and their labels.

    Returns:
        One ``<svg>`` element with a title and a description for those who do not see it.

    Example:
        >>> line = Series(name="hidden 5,5", x=[1, 2], y=[3, 4], style="predicted")
        >>> drawn = svg(
        ...     Figure(id="f", title="Rank", caption="", x_label="width", y_label="rank", series=[line])
        ... )
        >>> drawn.startswith("<svg"), "var(--series-1" in drawn
        (True, True)
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    style: Any = {**_STYLE, "svg.hashsalt": figure.id}
    with rc_context(style):
        canvas = Canvas(figsize=(5.6, 3.6), layout="constrained")
        FigureCanvasSVG(canvas)
        axes = canvas.add_subplot()
        _draw(axes, figure)
        buffer = io.StringIO()
        canvas.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return _adapted(buffer.getvalue(), figure)


def description(figure: Figure) -> str:
    """What the picture shows, in words: the record's own, or one made from its series."""
    if figure.alt:
        return figure.alt
    return f"{figure.y_label} against {figure.x_label}. " + " ".join(_in_words(series) for series in figure.series)


def _draw(axes: Any, figure: Figure) -> None:
    names = list(dict.fromkeys(series.name for series in figure.series))
    for series in figure.series:
        colour = COLOURS[names.index(series.name) % len(COLOURS)]
        y = [float("nan") if value is None else value for value in series.y]
        alone = sum(other.name == series.name for other in figure.series) == 1
        label = clean(series.name if alone else f"{series.name}, {series.style}").lstrip("_")
        if series.style in ("predicted", "curve"):
            axes.plot(series.x, y, color=colour, linewidth=1.6, label=label, zorder=2)
        else:
            circle = {"markersize": 5.5, "markerfacecolor": "none", "markeredgewidth": 1.4, "clip_on": False}
            axes.plot(series.x, y, "o", color=colour, label=label, **circle)
    for line in figure.lines:
        draw = axes.axvline if line.axis == "x" else axes.axhline
        dashes = LINE_DASHES[figure.lines.index(line) % len(LINE_DASHES)]
        draw(line.at, color=INK, linewidth=1.1, dashes=dashes, label=clean(line.name), zorder=1)
    if figure.x_scale == "log":
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, position: f"{value:g}")
    if figure.y_scale == "log":
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, position: f"{value:.0e}")
    else:
        axes.yaxis.set_major_formatter(lambda value, position: f"{value:,.10g}")
    axes.set_xlabel(clean(figure.x_label))
    axes.set_ylabel(clean(figure.y_label))
    if figure.y_scale == "linear" and figure.y_from_zero and axes.get_ylim()[1] > 0:
        axes.set_ylim(bottom=0)
    axes.margins(x=0.03)
    axes.tick_params(length=3, width=0.6)
    if figure.series or figure.lines:
        axes.legend(frameon=False, fontsize=9.5, handlelength=1.8)


def _adapted(text: str, figure: Figure) -> str:
    """The element alone, with the page's variables for colours and ids that no other figure has."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{figure.id}-\1"', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\1{figure.id}-", text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, variable)
    opening = re.match(r"<svg[^>]*viewBox=\"([^\"]*)\"[^>]*>", text)
    if opening is None:
        raise RuntimeError("matplotlib wrote an SVG without a viewBox")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{opening[1]}" '
        f'role="img" stroke-linejoin="round" aria-labelledby="{figure.id}-title {figure.id}-desc">'
        f'<title id="{figure.id}-title">{html.escape(clean(figure.title))}</title>'
        f'<desc id="{figure.id}-desc">{html.escape(clean(description(figure)))}</desc>'
    )
    return re.sub(r"\n\s*", "\n", head + text[opening.end() :]).strip()


def _in_words(series: Series) -> str:
    pairs = [(x, y) for x, y in zip(series.x, series.y, strict=True) if y is not None]
    if not pairs:
        return f"{series.name}, {series.style}: no value."
    (first, low), (last, high) = pairs[0], pairs[-1]
    return f"{series.name}, {series.style}: from {low:g} at {first:g} to {high:g} at {last:g}."
