"""Figures of spectra: ordered eigenvalues, counts against the tolerance, what a truncation loses, density."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.proofs_check.report.model import Cell, Figure, Line, Series, Table
from hessproof.proofs_check.spectra.networks import SCHEME, Setting

FLOOR = 1e-18
"""Relative eigenvalues below it are left out of logarithmic plots."""
NAMES = {"loss": "H_L", "functional": "H_f", "outer": "H_o"}
TOLERANCES = tuple(10.0**-k for k in np.arange(0.5, 16.01, 0.25))
POINTS = 400


def identifier(text: str) -> str:
    """A figure's id from words: letters, digits and hyphens."""
    return "".join(letter if letter.isalnum() else "-" for letter in text.lower()).strip("-")


def claim_of(text: str) -> str | None:
    """The claim at the beginning of a figure's name, None if there is none.

    Example:
        >>> claim_of("singh2021.spectrum-relu-small"), claim_of("spectrum-counts")
        ('singh2021.spectrum', None)
    """
    first = text.partition("-")[0]
    return first if "." in first else None


def words(one: Setting) -> str:
    """The network and the data in words."""
    architecture = one.architecture
    bias = ", bias" if architecture.bias else ""
    return f"{architecture}, {architecture.activation}, {architecture.loss}{bias}, N = {len(one.inputs):,}"


def thinned(count: int, keep: Sequence[int] = (), most: int = POINTS) -> list[int]:
    """Indices 1 … count, evenly thinned, those near ``keep`` all kept.

    Example:
        >>> thinned(10, most=20)
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    """
    chosen = set(np.unique(np.linspace(1, count, min(count, most)).round().astype(int)).tolist())
    chosen |= {i for place in keep for i in range(place - 5, place + 7) if 1 <= i <= count}
    return sorted(chosen)


def ordered(spectrum: Spectrum, name: str, keep: Sequence[int] = ()) -> Series:
    """|λ_i| / |λ_1| against i, decreasing."""
    places = thinned(spectrum.size, keep)
    values = [spectrum.at(i) for i in places]
    return Series(name=name, x=list[float](places), y=[v if v >= FLOOR else None for v in values], style="curve")


def spectra_figure(
    id: str, claim: str | None, title: str, caption: str, spectra: Mapping[str, Spectrum], ranks: Mapping[str, int]
) -> Figure:
    """Ordered spectra with predicted ranks as dashed lines."""
    keep = list(ranks.values())
    return Figure(
        id=identifier(id), claim=claim, title=title, caption=caption, x_label="index i", y_label="|λᵢ| / |λ₁|",
        y_scale="log", series=[ordered(one, name, keep) for name, one in spectra.items()],
        lines=[
            Line(axis="x", at=rank, name=f"predicted rank {rank:,}{words_of(name)}") for name, rank in ranks.items()
        ],
        table=spectra_table(spectra, ranks),
    )  # fmt: skip


def words_of(name: str) -> str:
    """What a dashed line belongs to, if it has a name."""
    return f", {name}" if name else ""


def spectra_table(spectra: Mapping[str, Spectrum], ranks: Mapping[str, int]) -> Table:
    """Eigenvalues beside each predicted rank and a selection over the whole range."""
    size = max(one.size for one in spectra.values())
    places = thinned(size, list(ranks.values()), 60)
    rows: list[list[Cell]] = [[i, *(one.at(i) if i <= one.size else None for one in spectra.values())] for i in places]
    return Table(columns=["i", *(f"{name}: |λᵢ| / |λ₁|" for name in spectra)], rows=rows)


def spectrum_figure(one: Setting, spectrum: Spectrum, rank: int, id: str) -> Figure:
    """One spectrum with its predicted rank."""
    return spectra_figure(
        id, claim_of(id), f"Spectrum of H_L, {one.architecture.activation} {one.architecture}",
        f"{words(one)}; glorot-normal weights. |λ_ρ| / |λ_(ρ+1)| = {spectrum.gap(rank):.3g} at the dashed line.",
        {"H_L": spectrum}, {"": rank},
    )  # fmt: skip


def counts_figure(one: Setting, spectrum: Spectrum, rank: int, id: str, scheme: str = SCHEME) -> Figure:
    """How the numerical rank depends on the tolerance."""
    low, high = spectrum.tolerances(rank, 0.1)
    return Figure(
        id=identifier(id), claim=claim_of(id),
        title=f"Numerical rank against the tolerance, {one.architecture.activation} {one.architecture}",
        caption=f"{words(one)}; {scheme} weights. A rank within 10 % of the predicted one is counted for "
        f"tolerances between {max(low, 1e-16):.1e} and {high:.1e}. A rank that is a property of the matrix shows "
        f"as a flat "
        "stretch of the curve.",
        x_label="tolerance relative to the largest eigenvalue", y_label="eigenvalues above it", x_scale="log",
        series=[Series(name="H_L", x=list(TOLERANCES), y=[*spectrum.counts(TOLERANCES)], style="curve")],
        lines=[Line(axis="y", at=rank, name=f"predicted rank {rank:,}")],
    )  # fmt: skip


def truncation_figure(one: Setting, spectrum: Spectrum, rank: int, id: str) -> Figure:
    """What a cut-off loses, as a function of the rank kept."""
    places, errors = thinned(spectrum.size, [rank]), spectrum.truncations()
    five = int((errors > 0.05).sum())
    return Figure(
        id=identifier(id), claim=claim_of(id),
        title=f"Reconstruction error, {one.architecture.activation} {one.architecture}",
        caption=f"{words(one)}; glorot-normal weights. At the predicted rank {rank} a share {errors[rank]:.2e} of the "
        f"Frobenius norm is lost; rank {five} already loses no more than 5 %, so that the loss alone does not "
        f"single the "
        "predicted rank out.",
        x_label="rank of the approximation", y_label="relative error", y_scale="log",
        series=[
            Series(name="H_L", x=[*places], y=[float(errors[i]) if errors[i] >= FLOOR else None for i in places],
                   style="curve")
        ],
        lines=[Line(axis="x", at=rank, name=f"predicted rank {rank:,}"), Line(axis="y", at=0.05, name="5 %")],
    )  # fmt: skip


def density_figure(id: str, title: str, caption: str, spectra: Mapping[str, Spectrum]) -> Figure:
    """Eigenvalues per decade of |λ| / |λ_1|."""
    series = []
    for name, one in spectra.items():
        axis, heights = one.density()
        series.append(Series(name=name, x=(10.0**axis).tolist(), y=heights.tolist(), style="curve"))
    return Figure(
        id=identifier(id), title=title, caption=caption, x_label="|λ| / |λ₁| (what is below 1e-17 is put there)",
        y_label="eigenvalues per decade", x_scale="log", series=series,
    )  # fmt: skip
