"""Panels about the loss of a growing sample: curves as they are, curves as published, and their heights.

They are made from the losses at trained parameters alone, of several starts of every network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

import numpy as np

from hessproof.numeric.landscape.adam import Array
from hessproof.numeric.landscape.differences import pieces, smoothed
from hessproof.numeric.landscape.protocol import FACTOR
from hessproof.numeric.landscape.study import Study
from hessproof.proofs_check.criteria.landscape import interval
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table

POINTS = 240
"""Points of a curve on a linear axis."""
Y_LABEL = "mean |L(k+1) − L(k)|"


def named(study: Study, by: str) -> str:
    """A network among others that differ in ``width`` or ``depth``.

    Example:
        >>> named(Study(4, 5, np.zeros((1, 2)), np.zeros((1, 1))), "width")
        'h = 4'
    """
    return f"h = {study.hidden}" if by == "width" else f"{study.layers} layer{'s' * (study.layers != 1)}"


def raw_panel(id: str, claim: str | None, studies: Sequence[Study], by: str, words: str) -> Figure:
    """The curves on doubly logarithmic axes, averaged over starts, with c/k through the highest of them.

    Args:
        id: Of the figure.
        claim: To which the figure belongs.
        studies: The networks, all on the same objects.
        by: In what they differ, ``width`` or ``depth``.
        words: What was trained on what, for the caption.
    """
    series = []
    for study in studies:
        x, y = _in_pieces(study.curves.mean(axis=0))
        series.append(Series(name=named(study, by), x=x, y=[value or None for value in y], style="curve"))
    highest = max(fmean(study.heights) for study in studies)
    x = series[0].x
    series.append(Series(name="c/(k + 1)", x=x, y=[highest / (k + 1) for k in x], style="predicted"))
    starts = len(studies[0].losses)
    rows: list[list[Cell]] = [
        [named(study, by), *_mean_and_interval(study.slopes), *_mean_and_interval(study.heights),
         fmean(study.mean_losses), *(fmean(pair) for pair in zip(*study.spreads, strict=True)), _dead(study)]
        for study in studies
    ]  # fmt: skip
    columns = [
        "network", "slope", "95 % from", "to", "height", "95 % from", "to", "mean loss", "D_1", "D_(N-1)",
        "dead starts",
    ]  # fmt: skip
    return Figure(
        id=identifier(id), claim=claim, title=f"The difference as it is, by {by}",
        caption=(
            f"{words}; mean over {starts} starts and 100 orders of the objects each. For any losses whatever the mean "
            "over all orders lies between c/(k + 1) and 2c/(k + 1); networks differ in height alone, by the spread of "
            "their losses. Slopes and heights with 95 % intervals are in the table."
        ),
        alt="Parallel falling lines, one for each network.",
        x_label="objects k", y_label=Y_LABEL, x_scale="log", y_scale="log", series=series,
        table=Table(columns=columns, rows=rows),
    )  # fmt: skip


def published_panel(id: str, claim: str | None, studies: Sequence[Study], by: str, words: str) -> Figure:
    """The curves as the source draws them: smoothed by a factor 0.99, on a linear axis of k."""
    size = studies[0].curves.shape[1]
    places = np.unique(np.linspace(1, size, min(POINTS, size)).round().astype(int))
    series = []
    for study in studies:
        values = smoothed(study.curves.mean(axis=0), FACTOR)[places - 1]
        series.append(
            Series(
                name=named(study, by), x=places.tolist(), y=[float(value) or None for value in values], style="curve"
            )
        )
    highest = max(fmean(study.heights) for study in studies)
    series.append(Series(name="c/(k + 1)", x=places.tolist(), y=(highest / (places + 1)).tolist(), style="predicted"))
    return Figure(
        id=identifier(id), claim=claim, title=f"The difference as published, by {by}",
        caption=(
            f"{words}; the same curves after the exponential moving average of factor {FACTOR} that the source draws. "
            "It starts at the first value and forgets it like 0.99^k, so that what is seen falling up to k ≈ 600 is "
            "the average's memory, not the loss."
        ),
        alt="Curves that fall slowly at first, lie far above c/(k + 1), and meet it after about a thousand objects.",
        x_label="objects k", y_label=f"{Y_LABEL}, smoothed", y_scale="log", series=series,
    )  # fmt: skip


def heights_panel(id: str, claim: str | None, studies: Sequence[Study], by: str, words: str) -> Figure:
    """Heights of the curves against width or depth, with the 95 % interval of the mean over starts."""
    x = [float(study.hidden if by == "width" else study.layers) for study in studies]
    means: list[float | None] = [fmean(study.heights) for study in studies]
    ends = [interval(study.heights) for study in studies]
    spreads = np.asarray([np.mean(study.spreads, axis=0) for study in studies])
    starts = len(studies[0].losses)
    series = [
        Series(name=f"mean over {starts} starts", x=x, y=means, style="measured"),
        Series(name="95 % interval, lower end", x=x, y=[low for low, _ in ends], style="curve"),
        Series(name="95 % interval, upper end", x=x, y=[high for _, high in ends], style="curve"),
        Series(name="D_1, the mean difference of two losses", x=x, y=spreads[:, 0].tolist(), style="predicted"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one, mean, low, high, fmean(study.mean_losses), float(pair[0]), float(pair[1])]
        for one, mean, (low, high), study, pair in zip(x, means, ends, studies, spreads, strict=True)
    ]
    label = "hidden size h" if by == "width" else "number of layers"
    return Figure(
        id=identifier(id), claim=claim, title=f"Heights of the curves, by {by}",
        caption=(
            f"{words}; the mean of (k + 1)|L(k+1) − L(k)| over k from 10 on. It lies between the two ends of D_k, "
            "which are properties of the training losses alone."
        ),
        alt="The height of the curves with its interval against the size of the network.",
        x_label=label, y_label="height of the curve", series=series,
        table=Table(
            columns=[label, "height", "95 % from", "to", "mean loss", "D_1", "D_(N-1)"], rows=rows
        ),
    )  # fmt: skip


def identifier(text: str) -> str:
    """A figure's id from words.

    Example:
        >>> identifier("kiselev2024.exp_width ten epochs")
        'kiselev2024-exp-width-ten-epochs'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _in_pieces(curve: Array) -> tuple[list[float], list[float]]:
    counts = np.arange(1.0, len(curve) + 1)
    kept = [slice(k, k + 1) for k in range(min(9, len(curve)))] + pieces(len(curve))
    return [float(counts[each].mean()) for each in kept], [float(curve[each].mean()) for each in kept]


def _mean_and_interval(values: Sequence[float]) -> list[Cell]:
    """Mean and ends of the interval of the values that are numbers; empty cells for fewer than two."""
    finite = [value for value in values if np.isfinite(value)]
    return [fmean(finite), *interval(finite)] if len(finite) > 1 else [None, None, None]


def _dead(study: Study) -> int:
    """How many starts have no slope, all of their losses being equal."""
    return sum(not np.isfinite(slope) for slope in study.slopes)
