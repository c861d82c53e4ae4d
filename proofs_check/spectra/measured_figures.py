"""Figures of a network's spectra, of eigenvalues where they are known and with error bands where they are not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from hessproof.numeric.stochastic.density import normal_bumps
from hessproof.numeric.stochastic.symmetric import Floats
from hessproof.proofs_check.report.model import Figure, Line, Series
from hessproof.proofs_check.spectra.figures import (
    FLOOR,
    NAMES,
    counts_figure,
    density_figure,
    identifier,
    spectra_figure,
    words,
)
from hessproof.proofs_check.spectra.networks import Setting
from hessproof.proofs_check.spectra.parts import Measured

TOLERANCES = tuple(10.0 ** np.linspace(-4.0, 0.0, 21)[:-1])
"""Below 10⁻⁴ a few hundred Lanczos steps say nothing."""
DRAWN = 16
"""Probes from which the curve of counts is drawn: each takes two decompositions a point, 50 ms in all."""
KNOWN = 0.1
"""Share of p that the quadrature may leave open on both sides of a drawn estimate; beyond it only the band is drawn."""
POINTS = 201
FAINTEST = 0.01
"""Densities below this share of one eigenvalue's peak are not drawn."""


def figures(one: Setting, found: Mapping[str, Measured], ranks: Mapping[str, int], scheme: str) -> list[Figure]:
    """Ordered spectra, counts against the tolerance, and density.

    Args:
        one: Network and data.
        found: The parts.
        ranks: Their predicted ranks.
        scheme: How the weights were drawn, in a word.
    """
    known = {NAMES[part]: spectrum for part, each in found.items() if (spectrum := each.spectrum) is not None}
    if len(known) < len(found):
        return _with_probes(one, found, ranks, scheme)
    where = f"{words(one)}; {scheme} weights."
    first = "loss" if "loss" in found else next(iter(found))
    return [
        spectra_figure(
            "spectrum-ordered", None, "Ordered spectra",
            f"{where} Dashed: the ranks of the linear network with these widths.", known,
            {NAMES[part]: ranks[part] for part in found},
        ),
        counts_figure(one, known[NAMES[first]], ranks[first], "spectrum-counts", scheme),
        density_figure("spectrum-density", "Density of eigenvalues", where, known),
    ]  # fmt: skip


def _with_probes(one: Setting, found: Mapping[str, Measured], ranks: Mapping[str, int], scheme: str) -> list[Figure]:
    where = f"{words(one)}; {scheme} weights."
    return [_ends(where, found), _counts(where, found, ranks), _density(where, found)]


def _ends(where: str, found: Mapping[str, Measured]) -> Figure:
    """|λ_i| / |λ_1| of what is known from the outside inwards."""
    most = max(len(each.products.extremes) for each in found.values() if each.products is not None)
    series = []
    for part, each in found.items():
        values = each.products.extremes if each.products is not None else _values(each)
        if values.any():
            shares = (np.abs(values[:most]) / abs(values[0])).tolist()
            places = [float(i) for i in range(1, len(shares) + 1)]
            shown = [share if share >= FLOOR else None for share in shares]
            series.append(Series(name=NAMES[part], x=places, y=shown, style="measured"))
    return Figure(
        id="spectrum-ordered", title="Outermost eigenvalues",
        caption=f"{where} The first {most}, by Lanczos where products alone are known: each has an eigenvalue within "
        "its residual.",
        x_label="index i", y_label="|λᵢ| / |λ₁|", y_scale="log", series=series,
    )  # fmt: skip


def _values(one: Measured) -> Floats:
    return np.zeros(1) if one.found is None else one.found.values


def _counts(where: str, found: Mapping[str, Measured], ranks: Mapping[str, int]) -> Figure:
    """Eigenvalues above a tolerance, with the interval at each point."""
    series = []
    for part, each in found.items():
        if each.spectrum is not None:
            y: list[float | None] = [*each.spectrum.counts(TOLERANCES)]
            series.append(Series(name=NAMES[part], x=list(TOLERANCES), y=y, style="curve"))
        elif each.products is not None and each.products.density is not None:
            density, scale = each.products.density, each.products.scale
            counts = [density.count(tolerance * scale, 0.05, DRAWN) for tolerance in TOLERANCES]
            limit = KNOWN * density.size
            series.append(
                Series(
                    name=NAMES[part],
                    x=list(TOLERANCES),
                    y=[count.estimate if count.quadrature <= limit else None for count in counts],
                    style="curve",
                    low=[float(count.low) for count in counts],
                    high=[float(count.high) for count in counts],
                )
            )
    return Figure(
        id=identifier("spectrum-counts"), title="Eigenvalues above a tolerance",
        caption=f"{where} Pale: at each point the interval that holds with 95 % for every matrix; its length has two "
        "parts, what the probes bring and what so few Lanczos steps leave open.",
        x_label="tolerance relative to the largest eigenvalue", y_label="eigenvalues above it", x_scale="log",
        series=series,
        lines=[Line(axis="y", at=ranks[part], name=f"predicted rank {ranks[part]:,}, {NAMES[part]}") for part in found],
    )  # fmt: skip


def _density(where: str, found: Mapping[str, Measured]) -> Figure:
    """Eigenvalues per 0.01 |λ_1|, smoothed to what the steps resolve, with Student's t band over the probes."""
    steps = [each.products.density.steps for each in found.values() if each.products and each.products.density]
    width = max(3.0 / min(steps, default=3), 0.005)
    places = np.linspace(-1.0 - 3 * width, 1.0 + 3 * width, POINTS)
    series = []
    for part, each in found.items():
        if each.spectrum is not None and each.found is not None:
            scale = float(abs(each.found.values[0])) or 1.0
            bumps = normal_bumps(places, np.append(each.found.values / scale, 0.0), width)
            heights = 0.01 * bumps @ np.append(np.ones(len(each.found.values)), float(each.found.zeros))
            series.append(_faint(NAMES[part], places, [heights], width))
        elif each.products is not None and each.products.density is not None:
            scale = each.products.scale
            curves = each.products.density.smoothed(places * scale, width * scale)
            series.append(_faint(NAMES[part], places, [0.01 * scale * curve for curve in curves], width))
    return Figure(
        id=identifier("spectrum-density"), title="Density of eigenvalues",
        caption=f"{where} Smoothed by a normal density of standard deviation {width:.2g}, which the Lanczos steps "
        "resolve. Pale: 95 % at each point, by Student's t over the probes.",
        x_label="λ / |λ₁|", y_label="eigenvalues per 0.01 |λ₁|", y_scale="log", series=series,
    )  # fmt: skip


def _faint(name: str, places: Floats, curves: Sequence[Floats], width: float) -> Series:
    """A curve, with a band if there are three; what is far below one eigenvalue is left out."""
    least = FAINTEST * 0.01 / (width * math.sqrt(2 * math.pi))
    edges = [np.maximum(curve, least).tolist() for curve in curves[1:]] or [None, None]
    y = [value if value >= least else None for value in curves[0].tolist()]
    return Series(name=name, x=places.tolist(), y=y, style="curve", low=edges[0], high=edges[1])
