"""Figures 2a, 2b and 2c: exact rank against sample size and against width."""

from __future__ import annotations

from hessproof.proofs_check.figures_data import (
    figure_2a,
    figure_2b,
    figure_2c,
    points_by_samples,
    points_by_width,
)
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store


def rank_by_samples(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Fig. 2a: 64-50-20-20-20-10 on the first N samples."""
    data = request.dataset()
    return [figure_2a(points_by_samples(request.profile, request.seed, data=data, keep=store.piece), data.name)]


def rank_by_width(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Fig. 2b: 64-M*-M*-10 for several widths M*."""
    data = request.dataset()
    return [figure_2b(points_by_width(request.profile, request.seed, data=data, keep=store.piece), data.name)]


def share_by_width(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Fig. 2c: the same ranks divided by the number of parameters."""
    data = request.dataset()
    return [figure_2c(points_by_width(request.profile, request.seed, data=data, keep=store.piece), data.name)]


FIGURE_2A = FigureRecipe("2a", "Rank against sample size", rank_by_samples)
FIGURE_2B = FigureRecipe("2b", "Rank against width", rank_by_width)
FIGURE_2C = FigureRecipe("2c", "Rank as a share of the parameters, against width", share_by_width)
