"""Real data: rank against sample size and against width on the handwritten digits, exactly (Fig. 2a–c)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hessproof.numeric.datasets import digits
from hessproof.numeric.ranks import measure
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.figures_data import (
    Point,
    figure_2a,
    figure_2b,
    figure_2c,
    points_by_samples,
    points_by_width,
)
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case, Part
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.report.model import Figure
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

IDEA = "the exact rank of the Hessian on real data, the 8 × 8 handwritten digits, at random integer weights"


def samples_work(context: Context) -> Finding:
    """Fig. 2a: one network, the first N digits."""
    points = points_by_samples(context.profile, context.seed, context.progress)
    return _finding("singh2021.samples", "prediction", points, [figure_2a(points)], "sample sizes N")


def width_work(context: Context) -> Finding:
    """Fig. 2b and 2c: two hidden layers of one width, all digits."""
    points = points_by_width(context.profile, context.seed, context.progress)
    return _finding("hessproof.width", "main", points, [figure_2b(points), figure_2c(points)], "widths M*")


def demonstrate() -> None:
    """The rank of a small network on five digits, seen as four blocks of pixels."""
    measure(digits(4, 5).instance(Architecture((4, 3, 10)), seed=1), "exact", ("loss",))


def _finding(name: str, key: str, points: Sequence[Point], figures: Sequence[Figure], what: str) -> Finding:
    part = claim(name).part(key)
    formula = FORMULAS[part.formula or ""]
    measured = [point for point in points if point.measured]
    counter = Counter(part)
    for point in measured:
        counter.count(_case(point), point.measured["loss"] == _stated(formula, point))
    return Finding(
        Strength.SAMPLE,
        f"{len(measured)} {what} between {measured[0].x} and {measured[-1].x}, networks up to "
        f"p = {max(point.architecture.parameters for point in measured):,}",
        counter.tally,
        counter.regions,
        tuple(_mutants(part, formula, measured)),
        details={
            "data": "digits",
            "largest rank": max(point.measured["loss"] for point in measured),
            "figures": [figure.model_dump(mode="json") for figure in figures],
        },
    )


def _mutants(part: Part, formula: RankFormula, points: Sequence[Point]) -> Iterator[Mutant]:
    """Generated variants of the formula, each tried at the points of the published domain until one differs."""
    inside = [point for point in points if part.in_domain(_case(point))]
    for mutant in formula.mutants():
        point = next((one for one in inside if _stated(mutant, one) != one.measured["loss"]), None)
        by = "the same number at every point" if point is None else f"{point.architecture}, N = {point.samples}"
        yield Mutant(description=mutant.mutation, caught=point is not None, by=by)


def _stated(formula: RankFormula, point: Point) -> int:
    return formula.evaluate(point.architecture, point.data_rank, point.residual_rank)


def _case(point: Point) -> Case:
    return Case(point.architecture, point.data_rank, point.residual_rank)


_WORK: dict[tuple[str, str], Callable[[Context], Finding]] = {
    ("singh2021.samples", "prediction"): samples_work,
    ("hessproof.width", "main"): width_work,
}
CHECKS = tuple(
    FunctionCheck(name, key, "digits", Engine.EXACT, IDEA, work, demonstrate, None, preliminaries.shallow_blocks)
    for (name, key), work in _WORK.items()
)
