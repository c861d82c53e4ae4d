"""Figure 3: spectra of H_L, H_f and H_o for linear and tanh networks, and the numerical rank against the tolerance."""

from __future__ import annotations

from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.proofs_check.report.model import Figure, Line, Series
from hessproof.proofs_check.reproduction.initial import RUNS, averaged, network, setting
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store
from hessproof.proofs_check.spectra.figures import NAMES, TOLERANCES, spectra_figure
from hessproof.proofs_check.spectra.networks import PARTS

LETTERS = dict(zip(PARTS, "abc", strict=True))
ACTIVATIONS = ("linear", "tanh")


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Three panels of ordered spectra and one of counts."""
    one = network(request, "linear", "mse", 0)
    where = f"{setting(one, RUNS[request.profile])}, squared error"
    figures, whole = [], dict[str, Spectrum]()
    for part in PARTS:
        spectra = {name: averaged(request, store, name, "mse", part) for name in ACTIVATIONS}
        rank = one.predicted(part)
        whole = spectra if part == "loss" else whole
        figures.append(
            spectra_figure(
                f"fig3-{part}",
                "singh2021.nonlinear_numrank",
                f"Spectrum of {NAMES[part]}, linear and tanh (Fig. 3{LETTERS[part]})",
                f"{where}. Predicted rank ρ = {rank:,}: |λ_(ρ+1)| / |λ₁| is {spectra['tanh'].at(rank + 1):.1e} for "
                f"tanh and "
                f"{spectra['linear'].at(rank + 1):.0e}, rounding, for the linear network.",
                spectra,
                {"": rank},
            )
        )
    return [*figures, _counts(where, whole, one.predicted())]


def _counts(where: str, spectra: dict[str, Spectrum], rank: int) -> Figure:
    return Figure(
        id="fig3-counts",
        claim="singh2021.nonlinear_numrank",
        title="Numerical rank of H_L against the tolerance (Fig. 3)",
        caption=f"{where}. The linear network has the same rank over many powers of ten of the tolerance. The tanh "
        "network's count passes the predicted rank without a flat stretch: whatever the tolerance, it is one of many.",
        x_label="tolerance relative to the largest eigenvalue",
        y_label="eigenvalues above it",
        x_scale="log",
        series=[
            Series(name=name, x=list(TOLERANCES), y=list[float | None](one.counts(TOLERANCES)), style="curve")
            for name, one in spectra.items()
        ],
        lines=[Line(axis="y", at=rank, name=f"predicted rank {rank:,}")],
    )


FIGURE = FigureRecipe(id="3", title="Spectra of H_L, H_f and H_o for linear and tanh networks", make=make)
