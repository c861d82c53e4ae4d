"""Figure 6b of Pennington & Bahri 2017: fitted ε_c and energies of minimisers against φ, and the published curves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import fmean

import numpy as np

from hessproof.numeric.critical_points.experiment import minimiser
from hessproof.proofs_check.checks.critical_points.laws import minimal, named
from hessproof.proofs_check.criteria.critical_points import RATIOS
from hessproof.proofs_check.criteria.critical_points_third import MINIMISER_SEEDS
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table
from hessproof.proofs_check.reproduction.figure_index import WIDTH, Record, fitted, records
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store

MINIMISERS = {Profile.QUICK: 2, Profile.STANDARD: 3, Profile.THOROUGH: 10}
"""Long descents for each φ."""
STEPS = {Profile.QUICK: 200, Profile.STANDARD: 2000, Profile.THOROUGH: 2000}
"""Their lengths."""
CURVES: dict[str, Callable[[float], float]] = {
    "tanh, published: ½(1 − φ)²": lambda ratio: 0.5 * (1 - ratio) ** 2,
    "linear, published: ½(1 − φ)": lambda ratio: 0.5 * (1 - ratio),
    "linear, exact mean: ½(1 − φ/2)": lambda ratio: 0.5 * (1 - ratio / 2),
}


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """One panel."""
    ends = {ratio: _minimisers(request, store, ratio) for ratio in (*RATIOS, 1.0)}
    least = {ratio: fmean(each["energy"] / each["scale"] for each in found) for ratio, found in ends.items()}
    certified = {
        ratio: fmean(each["energy"] / each["scale"] for each in found if minimal(each))
        for ratio, found in ends.items()
        if any(map(minimal, found))
    }
    laws = {ratio: fitted(records(request, store, ratio), ratio) for ratio in RATIOS}
    critical = [(ratio, law.critical) for ratio, law in laws.items() if law is not None]
    places = np.linspace(0, 1, 41)
    series = [Series(name="tanh, end of a long descent", x=list(least), y=[*least.values()], style="measured")]
    if certified:
        x, y = list(certified), [*certified.values()]
        series.append(Series(name="tanh, certified minimisers", x=x, y=[*y], style="measured", filled=True))
    if critical:
        x, y = [each[0] for each in critical], [each[1] for each in critical]
        series.append(Series(name="tanh, ε_c of the fitted 3/2 law", x=x, y=[*y], style="measured", filled=True))
    series += [
        Series(name=name, x=[*map(float, places)], y=[float(curve(each)) for each in places], style="predicted")
        for name, curve in CURVES.items()
    ]
    rows: list[list[Cell]] = []
    for ratio, energy in least.items():
        law = laws.get(ratio)
        interval: list[Cell] = [None] * 3 if law is None else [law.critical, *law.critical_interval]
        rows.append(
            [ratio, named(ratio) if ratio < 1 else "φ = 1", energy, *interval, *(c(ratio) for c in CURVES.values())]
        )
    columns = ["φ", "name", "mean energy after descent", "ε_c", "ε_c from", "ε_c to", *CURVES]
    return [
        Figure(
            id="pennington2017-6b", claim="pennington2017.exp_minimisers", title="Energy of minimisers against φ",
            caption=f"Tanh networks of n = {WIDTH[request.profile]}: energies (per mean square of the targets) after "
            "long descents (hollow: upper bounds of the infimum), certified minimisers and ε_c of the law fitted to "
            "certified critical points of small index (filled, where there are any); lines: the published curves, and "
            "the exact mean of the minimisers of linear networks.",
            alt="The circles fall with φ near the published curve for tanh; the exact line for linear ones is above.",
            x_label="parameters per data entry φ", y_label="energy ε", series=series,
            table=Table(columns=columns, rows=rows),
        )
    ]  # fmt: skip


def _minimisers(request: FigureRequest, store: Store, ratio: float) -> list[Record]:
    width, steps = WIDTH[request.profile], STEPS[request.profile]
    return [
        store.piece(f"minimiser,n={width},{ratio:.4f},{seed}", partial(minimiser, ratio, seed, width, steps))
        for seed in MINIMISER_SEEDS[: MINIMISERS[request.profile]]
    ]


FIGURE = FigureRecipe(
    "pennington2017-6b", "Energy of minimisers against parameters per data entry", make, without_data=True
)
