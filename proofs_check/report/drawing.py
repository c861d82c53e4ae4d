"""Drawing one figure record into matplotlib axes: style, scales, series, dashed lines, legend.

Measured values are circles and predictions are lines, so the two can be told apart without colour. Curves of many
points carry a few marks of a shape of their own, and dashed lines differ in their dashes, for the same reason. The
legend stands above the axes, where it covers nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.report.text import clean

INK, FAINT = "#1a1d21", "#c9cdd3"
COLOURS = ("#0b62a8", "#c2410c", "#0f766e", "#7c3aed", "#a16207", "#be185d")
LINE_DASHES = ((5, 3), (1.5, 2), (7, 2, 1.5, 2), (12, 3), (7, 2, 1.5, 2, 1.5, 2), (2.5, 5))
"""Dashes of the lines of a figure, in turn, so that they can be told apart without colour."""
MARKS = ("o", "s", "^", "D", "v", "P")
"""Marks on curves, in turn, for the same reason; a single curve has none."""

STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "sans-serif"],
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
    "xtick.minor.size": 0.0,
    "ytick.minor.size": 0.0,
    "text.parse_math": False,
    "mathtext.fontset": "dejavusans",
}
"""Settings under which figures are drawn."""

_SUBSCRIPT = re.compile(r"(?<!\w)([^\W\d_])_([A-Za-z0-9]{1,3})(?!\w)")
_TEXT = re.compile(r"(<text[^>]*>)([^<]*)(</text>)")
_MARKUP = re.compile(r"[${}]")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEGEND_WIDTH = 70
_MARKS_ON_A_CURVE = 9
_BAND = 0.2
_MOST_DECADES = 7
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e5


def draw(axes: Any, figure: Figure, *, title: str = "") -> None:
    """Draw a record.

    Args:
        axes: Empty axes of a matplotlib figure with a constrained layout.
        figure: The numbers and their labels.
        title: A heading above the legend; for panels of a larger picture.
    """
    hues = _hues(figure.series)
    curves = [series for series in figure.series if series.style == "curve"]
    for series in figure.series:
        colour = COLOURS[hues[series.name] % len(COLOURS)]
        y = [_shown(value, figure.y_scale) for value in series.y]
        x = [_shown(value, figure.x_scale) for value in series.x]
        label = _label(series, figure.series)
        if series.style == "measured":
            face = colour if series.filled else "none"
            circle = {"markersize": 5.5, "markerfacecolor": face, "markeredgewidth": 1.4, "clip_on": False}
            axes.plot(x, y, "o", color=colour, label=label, **circle)
        else:
            marks = _marks(curves, series) if series.style == "curve" else {}
            axes.plot(x, y, color=colour, linewidth=1.6, label=label, zorder=2, clip_on=False, **marks)
        if series.low is not None and series.high is not None:
            edges = [[_shown(value, figure.y_scale) for value in edge] for edge in (series.low, series.high)]
            axes.fill_between(x, *edges, color=colour, alpha=_BAND, linewidth=0, zorder=1)
    for number, line in enumerate(figure.lines):
        across = axes.axvline if line.axis == "x" else axes.axhline
        dashes = LINE_DASHES[number % len(LINE_DASHES)]
        across(line.at, color=INK, linewidth=1.1, dashes=dashes, label=typeset(line.name), zorder=2.5)
    _scales(axes, figure)
    axes.set_xlabel(typeset(figure.x_label))
    axes.set_ylabel(typeset(figure.y_label))
    axes.tick_params(length=3, width=0.6)
    _legend(axes, typeset(title, bold=True))


def typeset(text: str, *, bold: bool = False) -> str:
    r"""Text for matplotlib. Where it is set to read mathematics, a letter with a subscript becomes such.

    Example:
        >>> from matplotlib import rc_context
        >>> with rc_context({"text.parse_math": True}):
        ...     typeset("rank of H_L, 5 $ each"), typeset("part_1"), typeset("|λ_1|, σ_min")
        ('rank of $H_{L}$, 5 \\$ each', 'part_1', '|$λ_{1}$|, $σ_{min}$')
    """
    from matplotlib import rcParams

    if not rcParams["text.parse_math"]:
        return clean(text)
    mathematics = r"$\\mathbf{\1_{\2}}$" if bold else r"$\1_{\2}$"
    return _SUBSCRIPT.sub(mathematics, clean(text).replace("$", r"\$"))


def with_subscripts(drawn: str) -> str:
    """The same for an SVG whose texts were written as they are: one text still, of which a letter stands lower.

    Example:
        >>> print(with_subscripts("<text>of H_L</text>"))
        <text>of <tspan font-style="italic">H</tspan><tspan dy=".25em" font-size="72%">L</tspan></text>
    """
    return _TEXT.sub(lambda text: text[1] + _lowered(text[2]) + text[3], drawn)


def _lowered(text: str) -> str:
    """Letter, subscript and what follows, each in a piece of its own; .18 em is .25 em of the smaller size."""
    first, *others = _SUBSCRIPT.split(text)
    pieces = [first]
    for letter, subscript, after in zip(others[::3], others[1::3], others[2::3], strict=True):
        pieces.append(f'<tspan font-style="italic">{letter}</tspan>')
        pieces.append(f'<tspan dy=".25em" font-size="72%">{subscript}</tspan>')
        pieces.append(f'<tspan dy="-.18em">{after}</tspan>' if after else "")
    return "".join(pieces)


def decade(value: float, *, powers: bool) -> str:
    """A label of a logarithmic axis: a power of ten as such on an axis of many decades, otherwise the number.

    Example:
        >>> decade(1e-9, powers=True), decade(100.0, powers=True), decade(1000.0, powers=False)
        ('10⁻⁹', '10²', '1,000')
    """
    exponent = round(math.log10(value)) if value > 0 and math.isfinite(value) else 0
    if not powers or not math.isclose(value, 10.0**exponent, rel_tol=1e-9):
        return f"{value:,.10g}"
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}" if exponent else "1"


def _hues(series: Sequence[Series]) -> dict[str, int]:
    """Number of the colour of each name.

    Names that agree up to their first comma share one, such as ``H_L, exact`` and ``H_L, numerical``, unless two of
    them are drawn in the same style.
    """
    styles: dict[str, dict[str, tuple[str, bool]]] = {}
    for one in series:
        styles.setdefault(one.name.partition(",")[0], {})[one.name] = one.style, one.filled
    colours: dict[str, int] = {}
    used = 0
    for members in styles.values():
        shared = len(set(members.values())) == len(members)
        for name in members:
            colours[name] = used
            used += not shared
        used += shared
    return colours


def _shown(value: float | None, scale: str) -> float:
    """A coordinate; nothing is drawn where there is no value, or none that a logarithmic axis has."""
    return float("nan") if value is None or (scale == "log" and value <= 0) else value


def _label(series: Series, among: Sequence[Series]) -> str:
    alone = sum(other.name == series.name for other in among) == 1
    return typeset(series.name if alone else f"{series.name}, {series.style}").lstrip("_")


def _marks(curves: Sequence[Series], series: Series) -> dict[str, Any]:
    """A few marks along a curve, at other places than those of its neighbours."""
    if len(curves) < 2:
        return {}
    number, spacing = curves.index(series), max(1, len(series.x) // _MARKS_ON_A_CURVE)
    return {
        "marker": MARKS[number % len(MARKS)],
        "markersize": 4.5,
        "markevery": (number * spacing // len(curves), spacing),
    }


def _scales(axes: Any, figure: Figure) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

    for scale, axis, select, values in (
        (figure.x_scale, axes.xaxis, axes.set_xscale, [value for series in figure.series for value in series.x]),
        (figure.y_scale, axes.yaxis, axes.set_yscale, _values(figure)),
    ):
        if scale == "log" and any(value > 0 for value in values):
            select("log")
            low, high = sorted(axis.get_view_interval())
            decades = math.floor(math.log10(high)) - math.ceil(math.log10(low)) + 1
            if decades > 1:
                axis.set_major_locator(LogLocator(numticks=_MOST_DECADES))
            elif high > 10 * low:
                axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            else:
                axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
                axis.set_minor_locator(NullLocator())
            axis.set_minor_formatter(NullFormatter())
            axis.set_major_formatter(FuncFormatter(partial(_decade_of, axis)))
        else:
            axis.set_major_formatter(FuncFormatter(lambda value, position: f"{value:,.10g}"))
            if values and all(float(value).is_integer() for value in values if math.isfinite(value)):
                axis.set_major_locator(MaxNLocator(nbins="auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.margins(x=0.03)
    if figure.y_scale == "linear" and figure.y_from_zero and axes.get_ylim()[1] > 0:
        axes.set_ylim(bottom=min(0.0, *_values(figure)) if _values(figure) else 0.0)


def _decade_of(axis: Any, value: float, position: int | None = None) -> str:
    low, high = axis.get_view_interval()
    return decade(value, powers=bool(low < _SMALLEST_PLAIN or high > _LARGEST_PLAIN))


def _values(figure: Figure) -> list[float]:
    return [value for series in figure.series for value in series.y if value is not None]


def _legend(axes: Any, title: str) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if not handles:
        axes.set_title(title, loc="left", fontsize=10.5, fontweight="bold")
        return
    widest = max(len(_MARKUP.sub("", label)) for label in labels) + 6
    width = axes.get_figure().get_figwidth() / axes.get_subplotspec().get_gridspec().ncols
    fitting = max(1, min(len(handles), int(_LEGEND_WIDTH * width / 5.6) // widest))
    columns = math.ceil(len(handles) / math.ceil(len(handles) / fitting))
    legend = axes.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=9.5,
        handlelength=1.8,
        columnspacing=1.4,
        borderaxespad=0.2,
        borderpad=0.0,
        alignment="left",
        title=title or None,
        title_fontproperties={"size": 10.5, "weight": "bold"},
    )
    legend.set_zorder(1)
