"""Figure 1 of Pennington & Bahri 2017: the density of Wishart + Wigner for three ratios and growing energies.

Lines are the limit law, circles the histograms of random matrices. The lecture shows the figure without its numbers, so
ratios and energies are this project's.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.random_matrices.sums import sum_spectrum
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Cell, Figure, Line, Series, Table
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store
from hessproof.proofs_check.spectra.model_figures import curve, histogram
from hessproof.proofs_check.spectra.model_values import (
    bands,
    critical_energy,
    largest_distance,
    negative_fraction,
    share_below,
)
from hessproof.symbolic.free_probability.models import PENNINGTON

RATIOS = (0.25, 0.5, 0.75)
ENERGIES = (0.0, 0.1, 0.5, 1.0)
SIZES = {Profile.QUICK: 300, Profile.STANDARD: 1000, Profile.THOROUGH: 4000}
"""Eigenvalues of a matrix: from 300 on a histogram follows the law by eye; 4,000 take half a minute."""
RUNS = {Profile.QUICK: 1, Profile.STANDARD: 3, Profile.THOROUGH: 3}
DIGITS = 8
"""Eigenvalues are stored to so many decimals, far below the width of a bin."""
COLUMNS = ["ε", "from", "to", "share below zero", "share drawn", "largest distance", "runs"]


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """One panel for each ratio of parameters to data."""
    return [_panel(request, store, ratio) for ratio in RATIOS]


def _panel(request: FigureRequest, store: Store, ratio: float) -> Figure:
    size, runs = SIZES[request.profile], RUNS[request.profile]
    series: list[Series] = []
    rows: list[list[Cell]] = []
    furthest = 0.0
    for energy in ENERGIES:
        law = FreeSum(PENNINGTON, energy, ratio)
        draws = [_drawn(request, store, size, energy, ratio, run) for run in range(runs)]
        pooled = np.sort(np.concatenate(draws))
        series += [curve(law, f"ε = {energy:g}, law"), histogram(law, pooled, f"ε = {energy:g}, drawn")]
        distance = max(largest_distance(values, law) for values in draws)
        furthest = max(furthest, distance)
        low, high = bands(law)[0]
        rows.append([energy, low, high, negative_fraction(law), share_below(pooled), distance, runs])
    critical = critical_energy(PENNINGTON, ratio)
    return Figure(
        id=f"pennington2017-1-phi-{round(100 * ratio)}", claim="pennington2017.density",
        title=f"Eigenvalues of Wishart + Wigner, φ = {ratio:g}",
        caption=(
            f"Lines: the limit law; circles: {'a matrix' if runs == 1 else f'{runs} matrices'} with {size:,} "
            f"eigenvalues for each energy, whose distribution functions are within {furthest:.2g} of the limit. "
            f"Negative eigenvalues appear from ε_c = {critical:.4g} on."
        ),
        alt="A skew bump right of zero for ε = 0 widens with ε into a half circle that reaches below zero.",
        x_label="eigenvalue λ", y_label="density", series=series,
        lines=[Line(axis="x", at=0.0, name="zero")], table=Table(columns=COLUMNS, rows=rows),
    )  # fmt: skip


def _drawn(
    request: FigureRequest, store: Store, size: int, energy: float, ratio: float, run: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Eigenvalues of one random matrix of the model."""
    name = f"phi={ratio:g},epsilon={energy:g},run={run}"
    return np.asarray(store.piece(name, partial(_eigenvalues, size, energy, ratio, request.seed_for(name))))


def _eigenvalues(size: int, energy: float, ratio: float, seed: int) -> list[float]:
    found = sum_spectrum(size, energy, ratio, seed=seed % 2**32)
    return [round(value, DIGITS) for value in found.eigenvalues.tolist()]


FIGURE = FigureRecipe("pennington2017-1", "Spectra of Wishart + Wigner", make, without_data=True)
