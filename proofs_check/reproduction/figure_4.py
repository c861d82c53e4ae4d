"""Figure 4: what is lost when the Hessian of a ReLU network under cross-entropy is cut off at a rank."""

from __future__ import annotations

import numpy as np

from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.proofs_check.report.model import Cell, Figure, Line, Series, Table
from hessproof.proofs_check.reproduction.initial import RUNS, mean_over, network, values
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store
from hessproof.proofs_check.spectra.figures import FLOOR, thinned
from hessproof.symbolic.errors import UnusableRequest

MACHINE = float(np.finfo(np.float64).eps)


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """The relative error against the rank, mean over the runs, with predicted and measured ranks.

    Raises:
        UnusableRequest: If the targets are no probabilities.
    """
    refuse_other_targets(request)
    runs = [values(request, store, "relu", "cross-entropy", "loss", run) for run in range(RUNS[request.profile])]
    one = network(request, "relu", "cross-entropy", 0)
    rank = one.predicted()
    measured = sorted({machine_rank(spectrum) for spectrum in runs})
    errors = np.mean([spectrum.truncations() for spectrum in runs], axis=0)
    marks = {0.1: int((errors > 0.1).sum()), 0.05: int((errors > 0.05).sum()), 0.01: int((errors > 0.01).sum())}
    places = thinned(len(errors) - 1, [rank, *measured])
    rows: list[list[Cell]] = [[i, float(errors[i])] for i in thinned(len(errors) - 1, [rank, *measured], 60)]
    return [
        Figure(
            id="fig4",
            claim="singh2021.reconstruction",
            title="Reconstruction error of H_L against the rank (Fig. 4)",
            caption=f"{one.architecture}, ReLU, cross-entropy, N = {len(one.inputs):,}, {mean_over(len(runs))}. "
            f"At the predicted rank {rank:,} (K − 1 outputs in place of K) the relative Frobenius error is "
            f"{errors[rank]:.1e}. But rank {marks[0.1]} loses no more than 10 %, {marks[0.05]} no more than 5 %, "
            f"{marks[0.01]} no more than 1 %: the error is small there, and nothing happens at the predicted rank. "
            "The rank at machine precision is shown for the run with the least and the one with the largest.",
            x_label="rank of the approximation",
            y_label="relative Frobenius error",
            y_scale="log",
            series=[
                Series(
                    name="ReLU",
                    x=list[float](places),
                    y=[float(errors[i]) if errors[i] >= FLOOR else None for i in places],
                    style="curve",
                )
            ],
            lines=[
                Line(axis="x", at=rank, name=f"predicted rank {rank:,}"),
                *(
                    Line(axis="x", at=found, name=f"rank at machine precision: {found:,}")
                    for found in dict.fromkeys((measured[0], measured[-1]))
                ),
            ],
            table=Table(columns=["rank", "relative Frobenius error"], rows=rows),
        )
    ]


def refuse_other_targets(request: FigureRequest) -> None:
    """Refuse targets of which there is no cross-entropy.

    Raises:
        UnusableRequest: If rows of y are no probabilities of at least two classes.
    """
    data = request.dataset()
    targets = data.floats()[1]
    if targets.shape[1] < 2 or (targets < 0).any() or not np.allclose(targets.sum(axis=1), 1):
        raise UnusableRequest(
            f"targets of {data.name}",
            "probabilities of at least two classes, since the loss is cross-entropy",
            "store one-hot rows as y",
        )


def machine_rank(spectrum: Spectrum) -> int:
    """Eigenvalues above p times the machine epsilon, relative to the largest."""
    return spectrum.count(spectrum.size * MACHINE)


FIGURE = FigureRecipe(id="4", title="Reconstruction error of a ReLU network's Hessian", make=make)
