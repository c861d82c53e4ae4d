"""How much of the top eigenspace is the G-term's while a network is trained, and when its weights are rescaled (§3.4).

Networks are trained by the published protocol on the request's data. Overlaps are mean squared cosines between the
spaces of the K − 1 largest eigenvalues of the Hessian and of its G-term, for the mean over some objects and for these
objects one by one. The second panel multiplies all trained weights by one number: the G-term gains one more factor of
the outputs' scale than the H-term.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from statistics import fmean

import numpy as np
import numpy.typing as npt

from hessproof.numeric.curvature.angles import overlap
from hessproof.numeric.curvature.lanczos import measured_norms, top_space
from hessproof.numeric.curvature.objects import object_spaces
from hessproof.numeric.landscape.adam import Trained, train
from hessproof.numeric.landscape.protocol import STEPS, centred_pixels, epochs_for, published_network
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store
from hessproof.symbolic.architecture import Architecture

Array = npt.NDArray[np.float64]
DEPTHS = {Profile.QUICK: (1,), Profile.STANDARD: (0, 1, 5), Profile.THOROUGH: (0, 1, 3, 5)}
"""Layers in the words of the source: n for n + 2 linear maps."""
HIDDEN = {Profile.QUICK: 8, Profile.STANDARD: 16, Profile.THOROUGH: 16}
INPUTS = {Profile.QUICK: 16, Profile.STANDARD: 64, Profile.THOROUGH: 64}
RUNS = {Profile.QUICK: 1, Profile.STANDARD: 2, Profile.THOROUGH: 5}
OBJECTS, SINGLE = 200, 10
SHARES = (0.0, 1 / 54, 2 / 54, 3 / 54, 5 / 54, 10 / 54, 20 / 54, 1.0)
"""Parts of the training after which spaces are looked at."""
SCALES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5)
Row = dict[str, float]


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Two panels: against the steps of training, and against a factor of all trained weights."""
    depths = DEPTHS[request.profile]
    found = [store.piece(f"n={depth}", partial(_measured, request, depth)) for depth in depths]
    steps = _panel(
        request, depths, [each["steps"] for each in found], "steps", "steps of Adam",
        "Overlap of the top spaces while training",
        "Overlap of the top (K − 1)-spaces of the Hessian and of its G-term",
        "The circles of the mean Hessian rise to one within a few hundred steps; the lines of single objects stay near "
        "one half.",
    )  # fmt: skip
    scales = _panel(
        request, depths, [each["scale"] for each in found], "scale", "factor of all trained weights",
        "The same after training, weights rescaled",
        "Trained weights multiplied by one number: with small outputs the H-term has the top space back",
        "Circles and lines fall as the factor falls below one, the sooner the more layers there are.",
    )  # fmt: skip
    return [steps, scales]


def _measured(request: FigureRequest, depth: int) -> dict[str, list[Row]]:
    """Overlaps and norms of every run, by steps and by scale."""
    data = request.dataset(inputs=INPUTS[request.profile])
    x, y = (np.asarray(part) for part in data.floats())
    x = centred_pixels(x)
    architecture = published_network(x.shape[1], y.shape[1], HIDDEN[request.profile], depth)
    seeds = [request.seed_for(f"run {run}") % 2**32 for run in range(RUNS[request.profile])]
    chosen = np.random.default_rng(request.seed_for("objects")).permutation(len(x))[:OBJECTS]
    whole = epochs_for(STEPS, len(x))
    rows: dict[str, list[Row]] = {"steps": [], "scale": []}
    now: Trained | None = None
    for epochs in sorted({round(share * whole) for share in SHARES}):
        now = train(architecture, x, y, seeds=seeds, epochs=epochs, earlier=now)
        for run in range(len(seeds)):
            one = _spaces(architecture, now.parameters(run), x[chosen], y[chosen])
            rows["steps"].append({"x": float(now.steps), "run": run, "loss": float(now.losses[run, -1]), **one})
    assert now is not None
    for scale in SCALES:
        for run in range(len(seeds)):
            weights = tuple(scale * matrix for matrix in now.parameters(run))
            rows["scale"].append({"x": scale, "run": run, **_spaces(architecture, weights, x[chosen], y[chosen])})
    return rows


def _spaces(architecture: Architecture, weights: Sequence[Array], x: Array, y: Array) -> Row:
    count = max(1, architecture.outputs - 1)
    whole, part = (top_space(architecture, weights, x, y, count, name, tolerance=1e-4) for name in ("loss", "outer"))
    rest = measured_norms(architecture, weights, x, y, "functional", tolerance=1e-3)
    single = object_spaces(architecture, weights, x[:SINGLE], y[:SINGLE])
    return {
        "mean": overlap(whole.vectors, part.vectors), "object": float(single.overlap.mean()),
        "leading": float(single.leading.mean()), "outer": float(part.values[0]), "last": float(part.values[-1]),
        "functional": rest.value,
    }  # fmt: skip


def _panel(
    request: FigureRequest,
    depths: Sequence[int],
    found: list[list[Row]],
    key: str,
    label: str,
    title: str,
    words: str,
    alt: str,
) -> Figure:
    series = []
    for depth, rows in zip(depths, found, strict=True):
        places = sorted({row["x"] for row in rows})
        for name, kind in (("mean", "mean Hessian"), ("object", "single objects")):
            values: list[float | None] = [fmean(row[name] for row in rows if row["x"] == place) for place in places]
            series.append(
                Series(name=f"{depth + 2} linear maps, {kind}", x=places, y=values,
                       style="measured" if name == "mean" else "curve")
            )  # fmt: skip
    columns = ["linear maps", label, "run", "mean loss", "overlap, mean Hessian", "overlap, single objects",
               "overlap of the leading eigenvectors, single objects", "largest eigenvalue of the G-term",
               "its eigenvalue K − 1", "‖H-term‖"]  # fmt: skip
    names = ("loss", "mean", "object", "leading", "outer", "last", "functional")
    rows_shown: list[list[Cell]] = [
        [depth + 2, row["x"], int(row["run"]), *(row.get(name) for name in names)]
        for depth, rows in zip(depths, found, strict=True)
        for row in rows
    ]
    runs = RUNS[request.profile]
    return Figure(
        id=f"kiselev2024-space-{key}", claim="kiselev2024.top_space", title=title,
        caption=(
            f"{words}. {request.dataset().name}, h = {HIDDEN[request.profile]}, no bias, mean over {OBJECTS} objects "
            f"(circles) and over {SINGLE} single objects (lines), {'one run' if runs == 1 else f'{runs} runs'}."
        ),
        alt=alt, x_label=label, y_label="overlap", y_from_zero=True, series=series,
        table=Table(columns=columns, rows=rows_shown),
    )  # fmt: skip


FIGURE = FigureRecipe("kiselev2024-space", "Overlap of the top spaces of the Hessian and of its G-term", make)
