"""Figure 1: spectra of linear and ReLU networks at initialisation, and their density."""

from __future__ import annotations

from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.reproduction.initial import RUNS, averaged, network, setting
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store
from hessproof.proofs_check.spectra.figures import density_figure, spectra_figure

NAMES = {"linear": "linear", "relu": "ReLU"}


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Ordered spectra with the predicted rank, and the density of eigenvalues."""
    spectra = {name: averaged(request, store, kind, "mse", "loss") for kind, name in NAMES.items()}
    one = network(request, "linear", "mse", 0)
    rank = one.predicted()
    gaps = ", ".join(f"{spectrum.gap(rank):.2g} for {name}" for name, spectrum in spectra.items())
    where = setting(one, RUNS[request.profile])
    return [
        spectra_figure(
            "fig1-spectrum", "singh2021.spectrum", "Spectrum of H_L at initialisation (Fig. 1)",
            f"{where}, squared error, Glorot-normal weights. |λ_ρ| / |λ_(ρ+1)| at the predicted rank ρ = {rank:,}: "
            f"{gaps}. "
            "The linear network's spectrum ends there; the ReLU network's goes on without a break.",
            spectra, {"": rank},
        ),
        density_figure(
            "fig1-density", "Density of the eigenvalues of H_L (Fig. 1)",
            f"{where}. Eigenvalues that are zero stand at the level of rounding, many powers of ten to the left of all "
            "others: all beyond the rank in the linear network, those of dead neurons and of pixels that are always "
            "zero in the ReLU network.",
            spectra,
        ),
    ]  # fmt: skip


FIGURE = FigureRecipe(id="1", title="Spectra of linear and ReLU networks at initialisation", make=make)
