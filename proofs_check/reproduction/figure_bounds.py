"""Bounds beside the true norm of the Hessian in trained networks, against depth and width (§4.1, and no figure there).

Networks are trained by the published protocol on the request's data, from several starts. For every one of them stand
the largest ‖H_i‖ of some objects, the published bounds at the measured M_W, M and M_x, the repaired ones from the norms
of the layers, and the one from the norms of the objects' own blocks, the largest over the same objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from statistics import fmean

import numpy as np
import numpy.typing as npt

from hessproof.numeric.curvature.bounds import BLOCKS, object_bounds
from hessproof.numeric.curvature.lanczos import measured_norms
from hessproof.numeric.curvature.objects import object_norms
from hessproof.numeric.landscape.adam import train
from hessproof.numeric.landscape.protocol import STEPS, centred_pixels, epochs_for, published_network
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store

Array = npt.NDArray[np.float64]
DEPTHS = {Profile.QUICK: (0, 1, 2), Profile.STANDARD: (0, 1, 3, 5), Profile.THOROUGH: (0, 1, 2, 3, 5, 7, 10)}
"""Layers in the words of the source: n for n + 2 linear maps."""
WIDTHS = {Profile.QUICK: (4, 8), Profile.STANDARD: (4, 8, 16, 32), Profile.THOROUGH: (4, 8, 16, 32, 64)}
AT_WIDTH = {Profile.QUICK: 8, Profile.STANDARD: 16, Profile.THOROUGH: 16}
AT_DEPTH = {Profile.QUICK: 1, Profile.STANDARD: 3, Profile.THOROUGH: 5}
INPUTS = {Profile.QUICK: 16, Profile.STANDARD: 64, Profile.THOROUGH: 64}
RUNS = {Profile.QUICK: 1, Profile.STANDARD: 3, Profile.THOROUGH: 5}
OBJECTS = {Profile.QUICK: 20, Profile.STANDARD: 50, Profile.THOROUGH: 200}
NAMES = {
    "lemma1": "published, Lemma 1 (hM)", "thm1": "published, Theorem 1 (M_W)",
    "hessian_common": "repaired, M_W and M_x", "hessian": "repaired, layer norms",
    "hessian_at": "repaired, layer norms, ‖A‖, ‖δ‖", BLOCKS: "norms of the object's blocks",
    "norm": "largest ‖H_i‖", "mean": "‖H‖ of the mean loss",
}  # fmt: skip
STATES = ("at the start", "trained")
Row = dict[str, float]


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Four panels: against depth and against width, at the start and after training."""
    profile = request.profile
    width, depth = AT_WIDTH[profile], AT_DEPTH[profile]
    panels = []
    for kind, networks in (
        ("depth", [(width, n) for n in DEPTHS[profile]]),
        ("width", [(h, depth) for h in WIDTHS[profile]]),
    ):
        found = [store.piece(f"h={h},n={n}", partial(_measured, request, h, n)) for h, n in networks]
        for state in STATES:
            panels.append(_panel(request, kind, networks, state, [each[state] for each in found]))
    return panels


def _measured(request: FigureRequest, hidden: int, layers: int) -> dict[str, list[Row]]:
    """Norm and bounds of every run, by state."""
    data = request.dataset(inputs=INPUTS[request.profile])
    x, y = (np.asarray(part) for part in data.floats())
    x = centred_pixels(x)
    architecture = published_network(x.shape[1], y.shape[1], hidden, layers)
    seeds = [request.seed_for(f"run {run}") % 2**32 for run in range(RUNS[request.profile])]
    start = train(architecture, x, y, seeds=seeds, epochs=0)
    end = train(architecture, x, y, seeds=seeds, epochs=epochs_for(STEPS, len(x)), earlier=start)
    chosen = np.random.default_rng(request.seed_for("objects")).permutation(len(x))[: OBJECTS[request.profile]]
    found: dict[str, list[Row]] = {}
    for state, networks in zip(STATES, (start, end), strict=True):
        rows: list[Row] = []
        for run in range(len(seeds)):
            weights = networks.parameters(run)
            bounds = object_bounds(architecture, weights, x[chosen], y[chosen])
            row: Row = {key: float(value.max()) for key, value in bounds.items()}
            row["norm"] = float(object_norms(architecture, weights, x[chosen], y[chosen]).loss.max())
            row["mean"] = measured_norms(architecture, weights, x[chosen], y[chosen], tolerance=1e-4).value
            row["loss"] = float(networks.losses[run, -1])
            rows.append(row)
        found[state] = rows
    return found


def _panel(
    request: FigureRequest, kind: str, networks: Sequence[tuple[int, int]], state: str, found: list[list[Row]]
) -> Figure:
    places = [float(layers + 2 if kind == "depth" else hidden) for hidden, layers in networks]
    keys = [key for key in NAMES if key in found[0][0]]
    averages = {key: [_centre([row[key] for row in rows]) for rows in found] for key in keys}
    shown = [
        Series(name=NAMES[key], x=places, y=list(averages[key]),
               style="measured" if key in ("norm", "mean") else "predicted")
        for key in keys
    ]  # fmt: skip
    measured = ("norm", "mean", BLOCKS)
    told = [*measured, *(key for key in keys if key not in measured)]
    columns = ["linear maps", "h", "run", "mean loss", *(NAMES[key] for key in told)]
    rows: list[list[Cell]] = [
        [layers + 2, hidden, run, row["loss"], *(row[key] for key in told)]
        for (hidden, layers), each in zip(networks, found, strict=True)
        for run, row in enumerate(each)
    ]
    fixed = f"h = {networks[0][0]}" if kind == "depth" else f"{networks[0][1] + 2} linear maps"
    least = min(row[BLOCKS] / row["norm"] for each in found for row in each)
    most = max(row[BLOCKS] / row["norm"] for each in found for row in each)
    runs = RUNS[request.profile]
    return Figure(
        id=f"kiselev2024-bounds-{kind}-{'start' if state == STATES[0] else 'trained'}", claim="hessproof.tightness",
        title=f"Bounds and ‖H‖ against {kind}, {state}",
        caption=(
            f"{request.dataset().name}, {fixed}, no bias, {OBJECTS[request.profile]} objects, "
            f"{'one run' if runs == 1 else f'geometric mean over {runs} runs'}. Circles are measured norms, lines are "
            f"bounds of the largest ‖H_i‖; the one from the blocks is {least:.3g} to {most:.3g} times as large. "
            "‖H‖ of the mean loss is that over these objects."
        ),
        alt=(
            "Lines of bounds far above the circles of the true norm, except the line from the norms of the object's "
            "blocks, which runs just above the circles."
        ),
        x_label="linear maps" if kind == "depth" else "hidden width h", y_label="spectral norm",
        y_scale="log", y_from_zero=False,
        series=shown, table=Table(columns=columns, rows=rows),
    )  # fmt: skip


def _centre(values: Sequence[float]) -> float | None:
    """The geometric mean; None if a value is zero."""
    return float(np.exp(fmean(np.log(value) for value in values))) if min(values) > 0 else None


FIGURE = FigureRecipe("kiselev2024-bounds", "Bounds of the Hessian's norm beside the truth", make)
