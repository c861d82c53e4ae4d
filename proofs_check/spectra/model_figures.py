"""Figures of the random model: density of H_0 + H_1, and the fraction of negative eigenvalues against the energy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.report.model import Cell, Figure, Line, Series, Table
from hessproof.proofs_check.spectra.model_values import (
    bands,
    critical_energy,
    index_coefficient,
    negative_fraction,
    power_law,
    rounded,
    share_below,
    smallest_share,
)
from hessproof.symbolic.free_probability.models import Model

Array = npt.NDArray[np.float64]
POINTS = 201
"""Points of a density on each band: neighbours differ by less than a line's width in the picture."""
ENERGIES = 60
"""Energies of the index panel; as many as the eye can tell apart on a curve that bends once."""
STEEP = 30.0
"""A density whose peak exceeds its median so many times is drawn on a logarithmic axis, or its body is not seen."""


def grid(intervals: Sequence[tuple[float, float]], points: int = POINTS) -> list[Array]:
    """Points on each band, dense near its ends, where a density rises like a square root.

    Example:
        >>> grid([(0.0, 2.0)], 3)[0].round(12).tolist()
        [0.0, 1.0, 2.0]
    """
    angles = np.linspace(0.0, math.pi, points)
    unit = (1 - np.cos(angles)) / 2
    return [np.clip(low + (high - low) * unit, low, high) for low, high in intervals]


def curve(law: FreeSum, name: str) -> Series:
    """The density of the continuous part on all bands, with a break between two of them."""
    xs: list[float] = []
    ys: list[float | None] = []
    for points in grid(bands(law)):
        if xs:
            xs.append((xs[-1] + float(points[0])) / 2)
            ys.append(None)
        heights = law.density(points)
        xs += points.tolist()
        ys += [float(height) if math.isfinite(height) else None for height in heights]
    return Series(name=name, x=xs, y=ys, style="predicted")


def histogram(law: FreeSum, values: Array, name: str) -> Series:
    """Eigenvalues as heights of a density at the middles of bins, equal ones on each band.

    2.5 n^{1/3} bins balance the bias of wide bins against the noise of narrow ones. Eigenvalues of an atom at zero are
    left out; those that lie a little beside a band are counted at its end.
    """
    kept = rounded(values)
    kept = kept[kept != 0] if law.atoms() else kept
    intervals = bands(law)
    bins = max(8, min(80, round(2.5 * len(values) ** (1 / 3))))
    total = sum(high - low for low, high in intervals)
    between = [-math.inf, *((one[1] + two[0]) / 2 for one, two in pairwise(intervals)), math.inf]
    xs: list[float] = []
    ys: list[float | None] = []
    for (low, high), (start, stop) in zip(intervals, pairwise(between), strict=True):
        own = np.clip(kept[(kept >= start) & (kept < stop)], low, high)
        counts, ends = np.histogram(own, max(3, round(bins * (high - low) / total)), (low, high))
        xs += ((ends[1:] + ends[:-1]) / 2).tolist()
        ys += (counts / (len(values) * np.diff(ends))).tolist()
    return Series(name=name, x=xs, y=ys, style="measured")


def density_panel(law: FreeSum, values: Array | None) -> Figure:
    """The density of H_0 + H_1, with the histogram of a random matrix if there is one."""
    series = [curve(law, "limit law")]
    if values is not None:
        series.append(histogram(law, values, f"{len(values):,} eigenvalues drawn"))
    heights = [y for y in series[0].y if y]
    steep = bool(heights) and max(heights) > STEEP * float(np.median(heights))
    lines = [Line(axis="x", at=place, name=f"atom of mass {mass:.4g} at {place:g}") for place, mass in law.atoms()]
    if not lines and any(low < 0 < high for low, high in bands(law)):
        lines = [Line(axis="x", at=0.0, name="zero")]
    where = " and ".join(f"[{low:.6g}, {high:.6g}]" for low, high in bands(law))
    return Figure(
        id="model-spectrum-density",
        title=f"Eigenvalues of H_0 + H_1, {words(law)}",
        caption=f"The density is positive on {where}; a share {negative_fraction(law):.4g} lies below zero.",
        x_label="eigenvalue λ", y_label="density", y_scale="log" if steep else "linear", y_from_zero=not steep,
        series=series, lines=lines,
    )  # fmt: skip


def index_panel(model: Model, law: FreeSum, values: Array | None) -> Figure:
    """The share of negative eigenvalues against the energy, with the power law and the critical energy.

    Args:
        model: Whose law it is.
        law: At the energy asked for; the panel reaches beyond it and beyond the critical one.
        values: Eigenvalues of a random matrix at that energy, or None.
    """
    epsilon, tau, scale = float(law.epsilon), float(law.tau), float(law.scale)
    critical, coefficient = critical_energy(model, tau, scale), index_coefficient(model, tau)
    top = max(2.5 * (critical or 0.0), 1.5 * epsilon) or 1.0
    near = [] if critical is not None else [top * 10.0**-k for k in range(2, 7)]
    energies = np.unique([*np.linspace(0.0, top, ENERGIES), *near, epsilon, critical or 0.0]).tolist()
    shares = [negative_fraction(FreeSum(model, energy, tau, scale)) for energy in energies]
    expected = [power_law(energy, critical, coefficient) for energy in energies]
    highest = 1.1 * max(shares)
    series = [Series(name="limit law", x=energies, y=[*shares], style="curve")]
    if critical is not None:
        shown = [value if value is not None and value <= highest else None for value in expected]
        series.append(Series(name="power law", x=energies, y=shown, style="predicted"))
    if values is not None:
        series.append(Series(name="drawn", x=[epsilon], y=[share_below(values)], style="measured"))
    lines = [Line(axis="x", at=epsilon, name=f"ε = {epsilon:g}")]
    if critical is not None:
        lines.append(Line(axis="x", at=critical, name=f"ε_c = {critical:.5g}"))
    rows: list[list[Cell]] = [list(row) for row in zip(energies, shares, expected, strict=True)]
    return Figure(
        id="model-spectrum-index",
        title=f"Share of negative eigenvalues, τ = {tau:g}",
        caption="α is zero up to ε_c and grows from there like the power 3/2." if critical is not None
        else f"There is no critical energy: for ε → 0 the share tends to {smallest_share(model, tau):.4g}.",
        x_label="energy ε", y_label="share α below zero", series=series, lines=lines,
        table=Table(columns=["ε", "α", "α_0 ((ε − ε_c)/ε_c)^(3/2)"], rows=rows),
    )  # fmt: skip


def words(law: FreeSum) -> str:
    """Parameters in words."""
    scale = "" if law.scale == 1 else f", σ = {float(law.scale):g}"
    return f"τ = {float(law.tau):g}, ε = {float(law.epsilon):g}{scale}"
