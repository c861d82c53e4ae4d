"""Squared norms of logits over the rationals, against products of weight norms that are known exactly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import prod

from hessproof.numeric.landscape.ball_losses import forward
from hessproof.numeric.landscape.ball_networks import Point, drawn
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.convergence.minimum import case_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

IDEA = "exact squared norms of the logits of rational networks whose weight norms are known"
COUNT = {Profile.QUICK: 40, Profile.STANDARD: 150, Profile.THOROUGH: 2000}


def pairs(point: Point) -> Iterator[tuple[Fraction, Fraction]]:
    """‖z‖² and ‖x‖² for every object."""
    for x in point.sample.inputs:
        yield sum((z * z for z in forward(point.weights, x)[1]), Fraction(0)), sum((v * v for v in x), Fraction(0))


def holds(point: Point, exponent: int, left_out: frozenset[int], factor: Fraction) -> bool:
    """Whether ‖z‖² ≤ factor · ‖x‖² Π m_s^exponent for all objects, some layers left out of the product."""
    product = Fraction(prod(m**exponent for s, m in enumerate(point.norms) if s not in left_out))
    return all(z <= factor * x * product for z, x in pairs(point))


def work(context: Context) -> Finding:
    """Judge drawn networks; products with a layer missing, another exponent or a smaller factor must fail."""
    counter, seed = Counter(claim("hessproof.loss_range").part("logits")), context.seed_for("logit-norms")
    points = [drawn(seed, number) for number in range(COUNT[context.profile])]
    attained = 0
    for point in points:
        counter.count(case_of(point.widths), holds(point, 2, frozenset(), Fraction(1)))
        attained += any(z == x * prod(m**2 for m in point.norms) > 0 for z, x in pairs(point))
    return Finding(
        Strength.SAMPLE, f"{len(points)} ReLU networks without bias, L ≤ 4", counter.tally, counter.regions,
        tuple(_controls(points[:60])), details={"attained exactly": f"by {attained} of them"},
    )  # fmt: skip


def _controls(points: list[Point]) -> Iterator[Mutant]:
    wrong = [("exponent", exponent, frozenset[int](), Fraction(1)) for exponent in (0, 1, 3)]
    wrong += [("factor", 2, frozenset[int](), factor) for factor in (Fraction(1, 2), Fraction(99, 100))]
    wrong += [("layers left out", 2, frozenset(left), Fraction(1)) for left in combinations(range(2), 1)]
    for text, exponent, left_out, factor in wrong:
        caught = any(not holds(point, exponent, left_out, factor) for point in points)
        shown = {"exponent": str(exponent), "factor": str(factor)}.get(text, f"{min(left_out, default=0) + 1}")
        yield Mutant(description=f"{text} {shown}", caught=caught, by="a drawn network")


def demonstrate() -> None:
    """Three networks."""
    for number in range(3):
        holds(drawn(0, number), 2, frozenset(), Fraction(1))


CHECKS = (
    FunctionCheck(
        "hessproof.loss_range", "logits", "exact squares", Engine.EXACT, IDEA, work, demonstrate
    ),
)  # fmt: skip
