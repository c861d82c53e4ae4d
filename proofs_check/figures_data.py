"""The numbers behind the figures of rank against sample size and width (Singh et al. 2021, §5.1, Fig. 2a–c).

Ranks are measured exactly on images, the handwritten digits unless others are given, at random integer weights, and
predicted by the formulas that the project stands behind. In the paper's figure the lines are measured and the circles
predicted; here it is the other way round, because a formula has a value everywhere and a measurement does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hessproof.numeric.datasets import Dataset, digits
from hessproof.numeric.ranks import measure
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import best

HIDDEN = (50, 20, 20, 20)
"""Hidden widths of Fig. 2a."""

ALL = 1797
"""All digits; all samples of another data set."""

SAMPLE_SIZES: dict[Profile, tuple[int, ...]] = {
    Profile.QUICK: (1, 3, 5, 10),
    Profile.STANDARD: (1, 2, 4, 6, 10, 25, 100, ALL),
    Profile.THOROUGH: (*range(1, 11), 15, 20, 25, 30, 40, 50, 64, 100, 200, 400, ALL),
}
"""Sample sizes N at which ranks are measured. N = 10 is the first at which the residual has full rank."""

WIDTHS: dict[Profile, tuple[int, ...]] = {
    Profile.QUICK: (1, 4, 8, 10, 12, 16),
    Profile.STANDARD: (1, 2, 4, 6, 8, 9, 10, 11, 12, 15, 20, 25, 30),
    Profile.THOROUGH: (*range(1, 21), 25, 30, 35, 40, 45, 50),
}
"""Common widths M* of the two hidden layers of Fig. 2b and 2c. The smallest width stops growing at M* = K = 10."""

_QUANTITIES: dict[Profile, tuple[str, ...]] = {
    Profile.QUICK: ("loss", "outer"),
    Profile.STANDARD: ("loss", "outer"),
    Profile.THOROUGH: ("loss", "functional", "outer"),
}
_NAMES = {"loss": "H_L", "functional": "H_f", "outer": "H_o"}
_LINE = (*range(1, 13), 15, 18, 22, 26, 30, 40, 50, 64, 80, 100, 130, 200, 400, 800, ALL)

Keep = Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]
"""Hands back the piece of that name, made by the function if it is not there yet."""


def made_now(name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A `Keep` that keeps nothing."""
    return make()


@dataclass(frozen=True, slots=True)
class Point:
    """What is known at one sample size or width.

    Args:
        x: The sample size N or the width M*.
        architecture: Widths of the network.
        samples: N.
        data_rank: r of the first N samples.
        residual_rank: s at the weights that were drawn.
        predicted: Rank by quantity, from the formulas.
        measured: Rank by quantity, exact; empty where only the prediction was computed.
        seconds: Time of the measurements.
    """

    x: int
    architecture: Architecture
    samples: int
    data_rank: int
    residual_rank: int
    predicted: dict[str, int]
    measured: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def agrees(self) -> bool:
        """Whether every measured rank is the predicted one."""
        return all(self.predicted[name] == value for name, value in self.measured.items())


def points_by_samples(
    profile: Profile,
    seed: int,
    progress: Callable[[str], None] = lambda line: None,
    data: Dataset | None = None,
    keep: Keep = made_now,
) -> tuple[Point, ...]:
    """Ranks of 64-50-20-20-20-10 on the first N samples, for several N (Fig. 2a).

    Args:
        profile: How many sample sizes.
        seed: Seed of the weights.
        progress: Called with a line for each measurement.
        data: The samples; all digits if None. Widths M_0 and K are theirs.
        keep: Keeps each point, so that a stopped run can be resumed.
    """
    data = digits() if data is None else data
    architecture = _network(data, HIDDEN)
    measured = _up_to(SAMPLE_SIZES[profile], data.samples)
    line = {*measured, *(n for n in _up_to(_LINE, data.samples) if n <= max(measured))}
    return tuple(
        _kept(f"N={n}", n, architecture, data, n, profile, seed, n in measured, progress, keep) for n in sorted(line)
    )


def points_by_width(
    profile: Profile,
    seed: int,
    progress: Callable[[str], None] = lambda line: None,
    data: Dataset | None = None,
    keep: Keep = made_now,
) -> tuple[Point, ...]:
    """Ranks of 64-M*-M*-10 on all samples, for several widths M* (Fig. 2b and 2c); see `points_by_samples`."""
    data = digits() if data is None else data
    return tuple(
        _kept(f"M={w}", w, _network(data, (w, w)), data, data.samples, profile, seed, True, progress, keep)
        for w in WIDTHS[profile]
    )


def figure_2a(points: Sequence[Point], data: str = "digits") -> Figure:
    """Rank against sample size, from `points_by_samples`."""
    network = points[0].architecture
    full = next((point.samples for point in points if point.residual_rank == points[-1].residual_rank), 1)
    return Figure(
        id="fig2a",
        claim="singh2021.samples",
        title="Rank against sample size (Fig. 2a)",
        caption=f"Network {network}, p = {network.parameters:,}, on the first N samples of the data set "
        f"{data}. Lines are predictions, circles are exact ranks at random integer weights; the paper draws them the "
        "other way round. The number of samples enters through the ranks r of the data and s of the residual alone: "
        f"s = {points[-1].residual_rank} from N = {full} on, r = {points[-1].data_rank} at N = {points[-1].samples:,}.",
        x_label="samples N",
        y_label="rank",
        x_scale="log",
        series=_series(points),
        table=_table("N", points),
        seconds=_time(points),
    )


def figure_2b(points: Sequence[Point], data: str = "digits") -> Figure:
    """Rank and number of parameters against width, from `points_by_width`."""
    last = points[-1]
    parameters = Series(
        name="parameters p",
        x=[point.x for point in points],
        y=[point.architecture.parameters for point in points],
        style="predicted",
    )
    bend = min(last.architecture.outputs, last.data_rank)
    return Figure(
        id="fig2b",
        claim="singh2021.width",
        title="Rank against width (Fig. 2b)",
        caption=f"Networks {_family(points)} on {last.samples:,} samples of the data set {data}, r = {last.data_rank}. "
        f"From M* = {bend} on, where the hidden layers are no longer the narrowest, the rank is linear in the width "
        "while the number of parameters is quadratic. Lines are predictions, circles are exact ranks.",
        x_label="width M* of both hidden layers",
        y_label="rank, parameters",
        series=[*_series(points), parameters],
        table=_table("M*", points),
        seconds=_time(points),
    )


def figure_2c(points: Sequence[Point], data: str = "digits") -> Figure:
    """Rank divided by the number of parameters against width, from `points_by_width`."""
    parameters = {float(point.x): point.architecture.parameters for point in points}
    series = [
        Series(
            name=one.name,
            x=one.x,
            y=[None if y is None else y / parameters[x] for x, y in zip(one.x, one.y, strict=True)],
            style=one.style,
        )
        for one in _series(points)
    ]
    share, width = max((point.predicted["loss"] / point.architecture.parameters, point.x) for point in points)
    return Figure(
        id="fig2c",
        claim="singh2021.width",
        title="Rank as a share of the parameters (Fig. 2c)",
        caption=f"Networks {_family(points)} on {points[-1].samples:,} samples of the data set {data}. The share of "
        f"H_L is largest, {share:.3f}, at M* = {width}, and falls from there on. Lines are predictions, circles are "
        "exact ranks.",
        x_label="width M* of both hidden layers",
        y_label="rank / p",
        series=series,
        seconds=_time(points),
    )


def _network(data: Dataset, hidden: Sequence[int]) -> Architecture:
    return Architecture((data.inputs.shape[1], *hidden, data.targets.shape[1]))


def _up_to(sizes: Sequence[int], samples: int) -> tuple[int, ...]:
    """The sizes that the data have, with all samples in place of `ALL` and of what is beyond."""
    return tuple(sorted({samples if size == ALL else min(size, samples) for size in sizes}))


def _family(points: Sequence[Point]) -> str:
    widths = points[0].architecture.widths
    return f"{widths[0]}-M*-M*-{widths[-1]}"


def _time(points: Sequence[Point]) -> float:
    return round(sum(point.seconds for point in points), 2)


def _kept(
    name: str,
    x: int,
    architecture: Architecture,
    data: Dataset,
    samples: int,
    profile: Profile,
    seed: int,
    measured: bool,
    progress: Callable[[str], None],
    keep: Keep,
) -> Point:
    """One point, from `keep` if it is there."""
    found = keep(name, partial(_point, architecture, data, samples, profile, seed, measured))
    if found["measured"]:
        progress(f"{architecture}, N = {samples}: rank {found['measured']['loss']}")
    return Point(x, architecture, samples, **found)


def _point(
    architecture: Architecture, data: Dataset, samples: int, profile: Profile, seed: int, measured: bool
) -> dict[str, Any]:
    start = time.perf_counter()
    instance = data.first(samples).instance(architecture, seed)
    names, r, s = _QUANTITIES[profile], instance.data_rank, instance.residual_rank
    ranks = measure(instance, "exact", names) if measured else {}
    return {
        "data_rank": r,
        "residual_rank": s,
        "predicted": {name: best(name).evaluate(architecture, r, s) for name in names},
        "measured": {name: rank.value for name, rank in ranks.items()},
        "seconds": time.perf_counter() - start,
    }


def _series(points: Sequence[Point]) -> list[Series]:
    """A line of predictions and circles of measurements for each quantity."""
    result = []
    for name in points[0].predicted:
        circles = [point for point in points if name in point.measured]
        result.append(_one(name, "predicted", points, (point.predicted[name] for point in points)))
        result.append(_one(name, "measured", circles, (point.measured[name] for point in circles)))
    return result


def _one(name: str, style: str, points: Sequence[Point], values: Iterable[int]) -> Series:
    return Series.model_validate(
        {"name": _NAMES[name], "x": [point.x for point in points], "y": list(values), "style": style}
    )


def _table(label: str, points: Sequence[Point]) -> Table:
    """All numbers of a figure: ranks of data and residual beside predicted and measured ranks."""
    names = list(points[0].predicted)
    columns = [label, "p", "r", "s"]
    columns += [f"{_NAMES[name]} {kind}" for name in names for kind in ("predicted", "measured")]
    rows: list[list[Cell]] = []
    for point in points:
        row: list[Cell] = [point.x, point.architecture.parameters, point.data_rank, point.residual_rank]
        for name in names:
            row += [point.predicted[name], point.measured.get(name)]
        rows.append(row)
    return Table(columns=columns, rows=rows)
