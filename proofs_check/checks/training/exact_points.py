"""Exact points at which statements about training are attacked: shared by the checks of this room."""

from __future__ import annotations

from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.evidence import Counterexample, Mutant
from hessproof.proofs_check.searches.confirmation import ReferencePoint
from hessproof.proofs_check.searches.point import Point, as_text, points
from hessproof.proofs_check.searches.search import special_points
from hessproof.symbolic.architecture import Architecture

POINTS = "ranks over Q at small integer parameters, from the blocks"
RANGES = {Profile.QUICK: (2, 2), Profile.STANDARD: (3, 2), Profile.THOROUGH: (3, 3)}
"""Largest L and width."""

Found = tuple[Point, int | str, int | str]


def counterexample(found: Found, order: str, name: str, confirmed: str | None) -> Counterexample:
    """A point, what was predicted there and what was measured, as evidence."""
    point, predicted, measured = found
    architecture = point.case.architecture
    return Counterexample(
        widths=list(architecture.widths), data_rank=point.case.data_rank, residual_rank=point.case.residual_rank,
        predicted=predicted, measured=measured, weights=[as_text(matrix) for matrix in point.weights],
        sigma=as_text(point.sigma), omega=as_text(point.omega), order=order, confirmed_by=confirmed,
        reproduce=f"hessproof verify {name} --engine exact",
    )  # fmt: skip


def again(point: Point) -> ReferencePoint:
    """The same point with ranks from the definition of the Hessian."""
    return ReferencePoint(point.case, point.weights, point.sigma, point.omega, point.batch, point.place)


def refuted(example: Counterexample | None) -> tuple[Mutant, ...]:
    """A refuted statement has been seen to fail: it is its own control."""
    return (
        Mutant(description="the published statement itself", caught=example is not None,
               by="the counterexample of this check"),
    )  # fmt: skip


def shrinking(point: Point) -> list[Point]:
    """The same weights with the residuals Ω, Ω/2, Ω/4, …: Σ is scaled instead, which leaves all ranks as they are."""
    found = []
    for power in range(4):
        found += list(points(point.case, [list(point.weights)], point.sigma * 2**power, point.omega))
    return found


def demonstrate_points() -> None:
    """Ranks at special points of one tiny network."""
    for point in special_points(Architecture((1, 1, 1))):
        for each in shrinking(point):
            each.rank("functional")
            each.rank("loss")


def state_points() -> None:
    """Write the blocks down."""
    preliminaries.blocks(1, 2, 3)
    demonstrate_points()
