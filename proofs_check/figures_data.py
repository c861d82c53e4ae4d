"""The numbers behind the figures of rank against sample size and width (Singh et al. 2021, §5.1, Fig. 2a–c).

Ranks are measured exactly on the handwritten digits, at random integer weights, and predicted by the formulas that the
project stands behind. In the paper's figure the lines are measured and the circles predicted; here it is the other way
round, because a formula has a value everywhere and a measurement does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hessproof.numeric.datasets import digits
from hessproof.numeric.ranks import measure
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import best

HIDDEN = (50, 20, 20, 20)
"""Hidden widths of Fig. 2a."""

SAMPLE_SIZES: dict[Profile, tuple[int, ...]] = {
    Profile.QUICK: (1, 3, 5, 10),
    Profile.STANDARD: (1, 2, 4, 6, 10, 25, 100, 1797),
    Profile.THOROUGH: (*range(1, 11), 15, 20, 25, 30, 40, 50, 64, 100, 200, 400, 1797),
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
_LINE = (*range(1, 13), 15, 18, 22, 26, 30, 40, 50, 64, 80, 100, 130, 200, 400, 800, 1797)


@dataclass(frozen=True, slots=True)
class Point:
    """What is known at one sample size or width.

    Args:
        x: The sample size N or the width M*.
        architecture: Widths of the network.
        samples: N.
        data_rank: r of the first N digits.
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
    profile: Profile, seed: int, progress: Callable[[str], None] = lambda line: None
) -> tuple[Point, ...]:
    """Ranks of 64-50-20-20-20-10 on the first N digits, for several N (Fig. 2a)."""
    architecture = Architecture((64, *HIDDEN, 10))
    measured = SAMPLE_SIZES[profile]
    line = {*measured, *(n for n in _LINE if n <= max(measured))}
    return tuple(_point(n, architecture, n, profile, seed, n in measured, progress) for n in sorted(line))


def points_by_width(
    profile: Profile, seed: int, progress: Callable[[str], None] = lambda line: None
) -> tuple[Point, ...]:
    """Ranks of 64-M*-M*-10 on all digits, for several widths M* (Fig. 2b and 2c)."""
    samples = digits().samples
    networks = [Architecture((64, width, width, 10)) for width in WIDTHS[profile]]
    return tuple(_point(one.widths[1], one, samples, profile, seed, True, progress) for one in networks)


def figure_2a(points: Sequence[Point]) -> Figure:
    """Rank against sample size, from `points_by_samples`."""
    shown = "-".join(map(str, points[0].architecture.widths))
    return Figure(
        id="fig2a",
        claim="singh2021.samples",
        title="Rank against sample size (Fig. 2a)",
        caption=f"Network {shown}, p = {points[0].architecture.parameters:,}, on the first N of the 8 × 8 digits. "
        "Lines are predictions, circles are exact ranks at random integer weights; the paper draws them the other way "
        "round. The number of samples enters through the ranks r of the data and s of the residual: both grow with N "
        "up to N = 10, then only r does, until it reaches the rank of all digits.",
        x_label="samples N",
        y_label="rank",
        x_scale="log",
        series=_series(points),
        table=_table("N", points),
        seconds=round(sum(point.seconds for point in points), 2),
    )


def figure_2b(points: Sequence[Point]) -> Figure:
    """Rank and number of parameters against width, from `points_by_width`."""
    parameters = Series(
        name="parameters p",
        x=[point.x for point in points],
        y=[point.architecture.parameters for point in points],
        style="predicted",
    )
    return Figure(
        id="fig2b",
        claim="singh2021.width",
        title="Rank against width (Fig. 2b)",
        caption=f"Networks 64-M*-M*-10 on {points[0].samples:,} digits, r = {points[0].data_rank}. From M* = 10 on, "
        "where the outputs are the narrowest layer, the rank is linear in the width while the number of parameters is "
        "quadratic. Lines are predictions, circles are exact ranks.",
        x_label="width M* of both hidden layers",
        y_label="rank, parameters",
        series=[*_series(points), parameters],
        table=_table("M*", points),
        seconds=round(sum(point.seconds for point in points), 2),
    )


def figure_2c(points: Sequence[Point]) -> Figure:
    """Rank divided by the number of parameters against width, from `points_by_width`."""
    series = [
        Series(
            name=one.name,
            x=one.x,
            y=[None if y is None else y / parameters[x] for x, y in zip(one.x, one.y, strict=True)],
            style=one.style,
        )
        for parameters in [{float(point.x): point.architecture.parameters for point in points}]
        for one in _series(points)
    ]
    return Figure(
        id="fig2c",
        claim="singh2021.width",
        title="Rank as a share of the parameters (Fig. 2c)",
        caption="The same networks: rank / p falls with the width. Lines are predictions, circles are exact ranks.",
        x_label="width M* of both hidden layers",
        y_label="rank / p",
        series=series,
    )


def _point(
    x: int,
    architecture: Architecture,
    samples: int,
    profile: Profile,
    seed: int,
    measured: bool,
    progress: Callable[[str], None],
) -> Point:
    start = time.perf_counter()
    instance = digits().first(samples).instance(architecture, seed)
    names, r, s = _QUANTITIES[profile], instance.data_rank, instance.residual_rank
    predicted = {name: best(name).evaluate(architecture, r, s) for name in names}
    found = {name: rank.value for name, rank in measure(instance, "exact", names).items()} if measured else {}
    if measured:
        progress(f"{architecture}, N = {samples}: rank {found['loss']}")
    return Point(x, architecture, samples, r, s, predicted, found, time.perf_counter() - start)


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
