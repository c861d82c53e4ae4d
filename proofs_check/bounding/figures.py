"""Pictures of ``hessproof bound``: every object's measured norm below its bounds, and the change against k."""

from __future__ import annotations

import numpy as np

from hessproof.proofs_check.bounding.ladder import Rung
from hessproof.proofs_check.bounding.measured import PARTS, Array, Measured
from hessproof.proofs_check.bounding.record import BoundOutput, SampleSize
from hessproof.proofs_check.report.model import Cell, Figure, Line, Series, Table

POINTS = 60
"""Objects that are drawn of each panel; the table has all."""
FLOOR = 1e-300
_LINES = (
    "g_term", "g_term_common", "h_term", "h_term_common", "hessian", "hessian_common", "g_term_bias", "h_term_bias",
    "hessian_bias", "thm1", "thm1.bias",
)  # fmt: skip
_CURVES = ("blocks", "g_term_at", "h_term_at", "hessian_at", "g_term_bias_at", "h_term_bias_at", "hessian_bias_at")


def figures(made: BoundOutput, found: list[Rung], measured: Measured) -> list[Figure]:
    """A panel for each part that is not zero throughout, and one for the sample size if it was asked for."""
    panels = [_panel(part, made, found, measured) for part in PARTS if measured.objects[part].max() > 0]
    return panels if made.sample_size is None else [*panels, _changes(made.sample_size)]


def _panel(part: str, made: BoundOutput, found: list[Rung], measured: Measured) -> Figure:
    norms = measured.objects[part]
    order = np.argsort(norms, kind="stable")
    thin = np.unique(np.linspace(0, len(order) - 1, min(POINTS, len(order))).round().astype(int))
    own = [one for one in found if one.part == part]
    curves = {one.name: _own(one, measured)[order] for one in own if one.key in _CURVES}
    series = [Series(name="measured", x=(thin + 1.0).tolist(), y=_drawn(norms[order][thin]), style="measured")]
    series += [
        Series(name=name, x=(thin + 1.0).tolist(), y=_drawn(values[thin]), style="predicted")
        for name, values in curves.items()
    ]
    lines = [
        Line(axis="y", at=float(one.values.max()), name=one.name)
        for one in own
        if one.key in _LINES and FLOOR < one.values.max() < np.inf
    ]
    columns = [[_finite(value) for value in _own(one, measured)] for one in own]
    rows: list[list[Cell]] = [
        [int(measured.chosen[place]) + 1, float(norms[place]), *(column[place] for column in columns)]
        for place in order
    ]
    return Figure(
        id=f"bound-{part}",
        title=f"{PARTS[part][0].upper()}{PARTS[part][1:]} of each object: norm and bounds",
        caption=f"{'-'.join(map(str, made.architecture.widths))}, {made.architecture.activation}, weights "
        f"{made.weights}; {len(norms)} of {made.objects} objects of {made.data}, ordered by their measured norm. "
        "Dashed: bounds that know no more of an object than ‖x‖, the largest over all objects. Zeros are not drawn.",
        x_label="objects in order of their measured norm",
        y_label="spectral norm",
        y_scale="log",
        series=series,
        lines=lines,
        table=Table(columns=["object", "measured", *(one.name for one in own)], rows=rows),
    )


def _own(one: Rung, measured: Measured) -> Array:
    return one.values if one.key == "blocks" else one.values[measured.chosen]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _drawn(values: Array) -> list[float | None]:
    return [float(value) if np.isfinite(value) and value > FLOOR else None for value in values]


def _changes(found: SampleSize) -> Figure:
    ks = [float(one.k) for one in found.changes]
    lines = [] if found.tolerance is None else [Line(axis="y", at=found.tolerance, name=f"T = {found.tolerance:g}")]
    return Figure(
        id="bound-sample-size",
        title=f"Change by one more object, within radius {found.radius:g}",
        caption="Largest |𝓛_{k+1}(θ) − 𝓛_k(θ)| with ‖θ − θ*‖ ≤ R: what was found, which is a lower bound, and the "
        "proven bound C/(k + 1).",
        x_label="objects k before the new one",
        y_label="largest change of the mean loss",
        x_scale="log",
        y_scale="log",
        series=[
            Series(name="found within the radius", x=ks, y=_positive([one.found for one in found.changes]),
                   style="measured"),
            Series(name="at the weights themselves", x=ks, y=_positive([one.centre for one in found.changes]),
                   style="curve"),
            Series(name="proven bound", x=ks, y=_positive([one.proven for one in found.changes]), style="predicted"),
        ],
        lines=lines,
    )  # fmt: skip


def _positive(values: list[float]) -> list[float | None]:
    return [value if value > 0 else None for value in values]
