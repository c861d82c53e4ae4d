"""Figure 6a of Pennington & Bahri 2017: the index of critical points against their energy, for several φ.

The thorough profile makes the 800 runs of the criteria's seeds (about 40 minutes on one core), the standard profile a
tenth of them, the quick profile a few of a smaller network. Filled circles are certified critical points, hollow ones
are critical for targets near the drawn ones only; what is discarded is counted in the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from statistics import fmean
from typing import Any

import numpy as np

from hessproof.numeric.critical_points.experiment import run
from hessproof.numeric.critical_points.fits import Fit, fit_law
from hessproof.proofs_check.checks.critical_points.laws import counted, named, of, points
from hessproof.proofs_check.criteria.critical_points import RATIOS, SMALL
from hessproof.proofs_check.criteria.critical_points_third import FEWEST, SEEDS
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store

Record = dict[str, Any]
RUNS = {Profile.QUICK: 8, Profile.STANDARD: 20, Profile.THOROUGH: 200}
"""Runs for each φ."""
WIDTH = {Profile.QUICK: 4, Profile.STANDARD: 16, Profile.THOROUGH: 16}
"""n: 32 parameters at the quick profile, 512 as published otherwise."""
TOGETHER = 4
"""Runs that are kept as one piece: a few seconds."""
KINDS = {"certified": "certified", "nearby": "nearby targets"}
"""Kinds of points that are shown, and their names."""
BINS = 16
"""Ranges of α whose energies are averaged, up to the largest α found."""


def records(request: FigureRequest, store: Store, ratio: float) -> list[Record]:
    """All runs for one φ, a few at a time."""
    seeds = SEEDS[Profile.THOROUGH][: RUNS[request.profile]]
    width = WIDTH[request.profile]
    found: list[Record] = []
    for start in range(0, len(seeds), TOGETHER):
        some = seeds[start : start + TOGETHER]
        found += store.piece(f"n={width},{ratio:.4f},{some[0]}", partial(_runs, ratio, some, width))
    return found


def _runs(ratio: float, seeds: Sequence[int], width: int) -> list[Record]:
    return [run(ratio, seed, width) for seed in seeds]


def fitted(found: Sequence[Record], ratio: float, exponent: float | None = 1.5) -> Fit | None:
    """The law fitted to the certified points of small α; None if there are too few."""
    shares, energies = points(found, ratio)
    return fit_law(shares, energies, exponent) if len(shares) >= FEWEST else None


def averaged(found: Sequence[Record], kind: str) -> list[tuple[float, float, int]]:
    """(ε, α, points): mean energies of ranges of α, of the points of a kind."""
    kept = [each for each in found if each["kind"] == kind]
    if not kept:
        return []
    edges = np.linspace(0, max(each["index"] / each["parameters"] for each in kept) + 1e-9, BINS + 1)
    result = []
    for low, high in pairwise(edges):
        some = [each for each in kept if low <= each["index"] / each["parameters"] < high]
        if some:
            energy = fmean(each["energy"] / each["scale"] for each in some)
            result.append((energy, fmean(each["index"] / each["parameters"] for each in some), len(some)))
    return result


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """α against ε, and the same for small α."""
    everything = {ratio: records(request, store, ratio) for ratio in RATIOS}
    return [_panel(request, everything, small) for small in (False, True)]


def _panel(request: FigureRequest, everything: dict[float, list[Record]], small: bool) -> Figure:
    series, rows = list[Series](), list[list[Cell]]()
    for ratio, found in everything.items():
        law, counts = fitted(found, ratio), counted(of(found, ratio), ratio)
        for kind, name in KINDS.items():
            shown = [each for each in averaged(found, kind) if not small or each[1] <= SMALL]
            if shown:
                x, y = [each[0] for each in shown], [each[1] for each in shown]
                series.append(
                    Series(name=f"{named(ratio)}, {name}", x=x, y=list(y), style="measured", filled=kind == "certified")
                )
            for energy, share, number in shown:
                rows.append(
                    [named(ratio), name, energy, share, number, law.critical if law else None, *_counts(counts)]
                )
        if law is not None:
            shares = np.linspace(0, SMALL, 40)
            x = [law.energy(float(share)) for share in shares]
            series.append(Series(name=f"{named(ratio)}, 3/2 law", x=x, y=[*map(float, shares)], style="predicted"))
    columns = [
        "φ",
        "kind",
        "mean energy ε",
        "index α",
        "points",
        "fitted ε_c",
        "certified",
        "nearby targets",
        "discarded",
    ]
    width = WIDTH[request.profile]
    title = "Index of critical points against energy" + (", small α" if small else "")
    return Figure(
        id="pennington2017-6a-small" if small else "pennington2017-6a", claim="pennington2017.exp_index", title=title,
        caption=f"Mean energy (per mean square of the targets) by index, tanh networks of n = {width}, "
        f"{RUNS[request.profile]} runs for each φ. Filled: certified critical points; hollow: points that are critical "
        f"for targets within a tenth of the drawn ones; lines: α = α_0 (ε − ε_c)^(3/2), fitted to certified points "
        f"with 0 < α ≤ {SMALL:g} where there are at least {FEWEST}.",
        alt="For each φ the index rises with the energy; the smaller φ, the larger the energies.",
        x_label="energy ε", y_label="share of negative eigenvalues α", series=series,
        table=Table(columns=columns, rows=rows),
    )  # fmt: skip


def _counts(counts: dict[str, int]) -> list[Cell]:
    rest = sum(counts[name] for name in ("unclear", "flat", "discarded"))
    return [counts["certified"], counts["nearby"], rest]


FIGURE = FigureRecipe("pennington2017-6a", "Index of critical points against energy", make, without_data=True)
