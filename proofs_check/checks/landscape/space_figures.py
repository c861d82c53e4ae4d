"""Pictures of the mean Hessian's leading eigenvalues beside those of its two parts."""

from __future__ import annotations

import numpy as np

from hessproof.numeric.curvature.dense import mean_parts
from hessproof.proofs_check.checks.landscape.curved_networks import Curved
from hessproof.proofs_check.report.model import Figure, Line, Series

SHOWN = 40


def spectrum_figure(one: Curved, state: str, claim: str) -> Figure:
    """The largest eigenvalues of H, of its G-term and of its H-term, in one state of a network.

    Args:
        one: The network.
        state: ``initial`` or ``trained``.
        claim: Id of the claim that the figure belongs to.
    """
    outer, functional = mean_parts(one.architecture, one.weights[state], one.inputs, one.targets)
    count = min(SHOWN, one.architecture.parameters)
    ranks = [float(rank) for rank in range(1, count + 1)]
    named = (
        ("H", outer + functional, "measured"), ("G-term", outer, "curve"), ("H-term", functional, "curve")
    )  # fmt: skip
    series = []
    for name, matrix, style in named:
        values = np.linalg.eigvalsh(matrix)[::-1][:count]
        positive = [float(value) if value > 0 else None for value in values]
        series.append(Series(name=name, x=ranks, y=positive, style=style))  # type: ignore[arg-type]
    words = "at the start" if state == "initial" else "after training"
    return Figure(
        id=f"curvature-spectrum-{state}", claim=claim, title=f"Leading eigenvalues {words}",
        caption=(
            f"{one.architecture} on the digits, mean over {len(one.inputs)} objects, mean loss "
            f"{one.losses[state]:.3g} over all of them. The G-term of one object has rank at most K − 1."
        ),
        alt=(
            "The circles of the Hessian follow the curve of the G-term." if state == "trained"
            else "The circles of the Hessian lie near the curve of the H-term, above that of the G-term."
        ),
        x_label="rank", y_label="eigenvalue", y_scale="log", y_from_zero=False, series=series,
        lines=[Line(axis="x", at=float(one.architecture.outputs - 1), name="K − 1")],
    )  # fmt: skip
