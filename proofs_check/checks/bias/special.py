"""Statements with bias about every parameter at special exact points: zeros, identities, vanishing chains, small draws.

Every rank is over Q. The data are unit vectors with and without 0 among them and centred ones, for every r, r̃, s, s̃ and
E[δ] zero or not. Where a statement fails, the first point in the stated order is the counterexample.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from hessproof.numeric.kernels import Part as HessianPart
from hessproof.proofs_check.bias.cases import ORDER, named, value_at, with_bias
from hessproof.proofs_check.bias.points import BiasPoint, every_point
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.bias.measured import MUTANTS, variants
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case, Part
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.proofs_check.statements import agrees
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import L, RankFormula
from hessproof.symbolic.formulas import FORMULAS, above, below

IDEA = "exact ranks with bias at special parameters and small draws, on unit vectors as inputs, for every rank of data"
RANGES = {Profile.QUICK: (2, 2, 12), Profile.STANDARD: (3, 2, 8), Profile.THOROUGH: (3, 2, 1)}
"""By profile: depth and width of the architectures, and of how many points one is taken."""
REPRESENTATIVES = 100
"""Points on which variants of a formula about the weights are tried."""
PARTS: tuple[tuple[str, str], ...] = (
    ("singh2021.thm12", "main"),
    ("singh2021.thm12_remark", "bound"),
    ("hessproof.outer_bias", "every"),
    ("hessproof.outer_bias", "bound"),
    ("hessproof.functional_bias", "bound"),
    ("hessproof.loss_bias", "bound"),
    ("hessproof.centred_bias", "loss"),
    ("hessproof.centred_bias", "functional"),
)
"""Parts with bias about every parameter whose ranks an exact point decides."""


def points(profile: Profile) -> Iterator[BiasPoint]:
    """The points of a profile, in the order of the architectures and their cases."""
    depth, width, step = RANGES[profile]
    for architecture in architectures_within(depth, width):
        yield from islice(every_point(with_bias(architecture)), architecture.parameters % step, None, step)


def pool(context: Context) -> tuple[BiasPoint, ...]:
    """The points of the run's profile with all ranks, made once."""

    def make() -> tuple[BiasPoint, ...]:
        found = tuple(points(context.profile))
        for point in found:
            measure_all(point)
        return found

    return context.shared("bias-points", make)


def measure_all(point: BiasPoint) -> None:
    """Take every rank that the parts ask for."""
    parts: tuple[HessianPart, ...] = ("outer", "functional", "loss")
    for part in parts:
        point.rank(part)
        if not point.case.residual_mean:
            point.centred_rank(part)


def assumed(part: Part, point: BiasPoint) -> bool:
    """Whether a point meets the part's assumptions."""
    met = {"A1": lambda: point.a1, "A3": lambda: point.a3}
    return all(met[name]() for name in part.assumptions)


def predicted(part: Part, point: BiasPoint, formula: RankFormula | None, shift: int = 0) -> int:
    """What the part says of a point, with another formula in place of its own, or one shifted by a number."""
    outputs = point.case.architecture.outputs
    if part.formula is None:
        quantity: HessianPart = "loss" if part.key == "loss" else "functional"
        return point.centred_rank(quantity) + (outputs if part.key == "loss" else 0) + shift
    stated = formula or FORMULAS[part.formula]
    if part.formula == "jacobian_chain":
        up, down = point.chain_ranks()
        return stated.evaluate_at({above: up, below: down, L: len(up) - 1}) + outputs
    return value_at(stated, point.case)


def measured(part: Part, point: BiasPoint) -> int:
    """The rank that the part is about."""
    return point.rank(_quantity(part))


def _quantity(part: Part) -> HessianPart:
    """H_o has the rank of the Jacobian, whose Gram matrix it is."""
    name: HessianPart = "outer" if part.quantity == "jacobian" else part.quantity or part.key  # type: ignore[assignment]
    return name


def holds(part: Part, point: BiasPoint, formula: RankFormula | None = None, shift: int = 0) -> bool:
    """Whether a part holds at a point."""
    return agrees(measured(part, point), part.relation or "==", predicted(part, point, formula, shift))


def _work(name: str, key: str, context: Context) -> Finding:
    part = claim(name).part(key)
    counter, failing, met = Counter(part), list[BiasPoint](), list[BiasPoint]()
    found = pool(context)
    for point in found:
        if part.formula is None and point.case.residual_mean:
            continue
        satisfied = assumed(part, point)
        outcome = satisfied and holds(part, point)
        counter.count(point.case, outcome, satisfied=satisfied)
        if satisfied and part.in_domain(point.case):
            met.append(point)
            failing += [] if outcome else [point]
    depth, width, step = RANGES[context.profile]
    return Finding(
        Strength.SAMPLE,
        f"one of {step} special points of all architectures with bias, L ≤ {depth} and widths ≤ {width}, for every r, "
        f"r̃, s, s̃ and E[δ]; {len(found)} points",
        counter.tally,
        counter.regions,
        tuple(_controls(part, met, context.profile)),
        _counterexample(name, part, failing),
    )


def _counterexample(name: str, part: Part, failing: list[BiasPoint]) -> Counterexample | None:
    if not failing:
        return None
    point = failing[0]
    quantity = _quantity(part)
    again = point.again(quantity)
    confirmed = again == point.rank(quantity)
    return Counterexample(
        **point.as_fields,
        predicted=predicted(part, point, None),
        measured=point.rank(quantity),
        order=ORDER,
        confirmed_by=f"second-order coefficients of the loss, over Q: {again}" if confirmed else None,
        reproduce=f"hessproof verify {name} --engine exact",
    )


def _controls(part: Part, met: list[BiasPoint], profile: Profile) -> Iterator[Mutant]:
    if part.formula is None:
        for shift in (-1, 1):
            other = next((point for point in met if not holds(part, point, shift=shift)), None)
            by = "no point tells it apart" if other is None else named(other.case)
            yield Mutant(description=f"the number of dimensions changed by {shift}", caught=other is not None, by=by)
        return
    telling = _representatives(part, met)
    for mutant in variants(part.formula, MUTANTS[profile]):
        control = _control(part, mutant, telling)
        if control is not None:
            yield control


def _representatives(part: Part, met: list[BiasPoint]) -> list[BiasPoint]:
    """The point with the largest rank of each case; of a formula that sees the weights, some of all points."""
    if part.formula == "jacobian_chain":
        return met[:: max(1, len(met) // REPRESENTATIVES)]
    largest: dict[Case, BiasPoint] = {}
    for point in met:
        best = largest.setdefault(point.case, point)
        if measured(part, point) > measured(part, best):
            largest[point.case] = point
    return list(largest.values())


def _control(part: Part, mutant: RankFormula, met: list[BiasPoint]) -> Mutant | None:
    """A variant at the points; one of a bound that is nowhere below it follows from it and is left out."""
    weaker = True
    for point in met:
        try:
            wrong = predicted(part, point, mutant)
        except (IndexError, KeyError):
            return Mutant(description=mutant.mutation, caught=True, by="it asks for a rank that no network has")
        if not agrees(measured(part, point), part.relation or "==", wrong):
            return Mutant(description=mutant.mutation, caught=True, by=named(point.case))
        weaker = weaker and wrong >= predicted(part, point, None)
    if part.relation == "<=" and weaker:
        return None
    return Mutant(description=mutant.mutation, caught=False, by="no special point tells it apart")


def state() -> None:
    """Write the blocks and formulas down."""
    preliminaries.blocks(1, 2)
    for name, key in PARTS:
        formula = claim(name).part(key).formula
        if formula is not None:
            for point in _demonstrated()[:1]:
                predicted(claim(name).part(key), point, FORMULAS[formula])


def _demonstrated() -> list[BiasPoint]:
    return list(islice(every_point(Architecture((1, 1, 2), bias=True)), 0, None, 40))


def demonstrate() -> None:
    """Every part at some points of one tiny architecture."""
    for point in _demonstrated():
        measure_all(point)
        for name, key in PARTS:
            part = claim(name).part(key)
            if part.in_domain(point.case) and assumed(part, point):
                holds(part, point)


CHECKS = tuple(
    FunctionCheck(
        name, key, "special parameters", Engine.EXACT, IDEA, partial(_work, name, key), demonstrate, pool, state
    )
    for name, key in PARTS
)
