"""Figures of a report: a `Figure` record in, one inline SVG out.

Ink and series colours are CSS variables of the page, so a figure follows its light and dark scheme; drawn elsewhere,
it falls back to the colours written behind the variables. The same record gives the same bytes.
"""

from __future__ import annotations

import html
import io
import re
from typing import Any

from hessproof.proofs_check.report.drawing import COLOURS, FAINT, INK, STYLE, draw, with_subscripts
from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.report.text import clean

_VARIABLES = {
    INK: "var(--ink, #1a1d21)",
    FAINT: "var(--rule, #c9cdd3)",
    **{colour: f"var(--series-{i}, {colour})" for i, colour in enumerate(COLOURS, start=1)},
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

    style: Any = {**STYLE, "svg.fonttype": "none", "svg.hashsalt": figure.id}
    with rc_context(style):
        canvas = Canvas(figsize=(5.6, 3.8), layout="constrained")
        FigureCanvasSVG(canvas)
        draw(canvas.add_subplot(), figure)
        buffer = io.StringIO()
        canvas.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return _adapted(buffer.getvalue(), figure)


def description(figure: Figure) -> str:
    """What the picture shows, in words: the record's own, or one made from its series."""
    if figure.alt:
        return figure.alt
    return f"{figure.y_label} against {figure.x_label}. " + " ".join(_in_words(series) for series in figure.series)


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
    return re.sub(r"\n\s*", "\n", head + with_subscripts(text[opening.end() :])).strip()


def _in_words(series: Series) -> str:
    pairs = [(x, y) for x, y in zip(series.x, series.y, strict=True) if y is not None]
    if not pairs:
        return f"{series.name}, {series.style}: no value."
    (first, low), (last, high) = pairs[0], pairs[-1]
    return f"{series.name}, {series.style}: from {low:g} at {first:g} to {high:g} at {last:g}."
