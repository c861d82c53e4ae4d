"""Between which numbers the index of H_L lies for almost all weights: block by block, and at exact points.

By the statement about every parameter the two ends are (rk H_f|ker H_o + Σ ς_L)/2, if rk H_L = rk H_o + rk H_f|ker H_o,
and (rk H_f + Σ ς_{L−1})/2. The blocks give the generic ranks in them; the points count negative eigenvalues.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sympy as sp

from hessproof.numeric.signature.points import FormPoint, draw_point
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.enumeration import architectures_within, ranks
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.deficient.blocks import block_rank
from hessproof.symbolic.deficient.formula import L, M, Quantity, Ranks, evaluate, maximal, q1, s
from hessproof.symbolic.mutation import mutations

CLAIM, PART = "hessproof.inertia", "generic"
BLOCKS = "one block for each pair of summands of the cycle; corners decide the generic ranks of all sizes"
POINTS = "negative eigenvalues at random integer points by Descartes' rule, with a small, a middle and a large residual"
ENDS: dict[Quantity, sp.Expr] = {"inside": 2 * q1 * M - (L - 1) * q1**2, "functional": 2 * q1 * (M + s) - L * q1**2}
"""Generic ranks of H_f on the kernel of H_o, and of H_f, for weights of maximal ranks; q₁ = q̂."""
DEPTHS = {Profile.QUICK: (2,), Profile.STANDARD: (2, 3), Profile.THOROUGH: (2, 3, 4)}
"""By profile: depths whose corners are all tried."""
RANGES = {Profile.QUICK: (3, 2, 7), Profile.STANDARD: (3, 3, 14), Profile.THOROUGH: (4, 3, 16)}
"""By profile: depth, width and largest p of the points."""
MAGNITUDE = 1000
"""A zero entry, after which a tiny network is not generic any more, has the probability 1/2001."""
FAR = 10**60
"""Makes a residual small or large. The index never falls with the residual, so an end met here is met beyond it too."""
DRAWS = 3


def _sizes(found: Ranks) -> Case:
    return Case(Architecture(tuple(max(1, width) for width in found.widths)), found.widths[0], found.residual)


def _blocks(context: Context) -> Finding:
    """The ranks of both ends, and rk H_L = rk H_o + rk H_f|ker H_o; controls: variants of both formulas."""
    counter, known = Counter(claim(CLAIM).part(PART)), list[tuple[Ranks, dict[Quantity, int]]]()
    for depth in DEPTHS[context.profile]:
        for found in maximal(depth):
            rank = {name: block_rank(found, name) for name in (*ENDS, "outer", "loss")}
            known.append((found, rank))
            stated = all(evaluate(formula, found) == rank[name] for name, formula in ENDS.items())
            counter.count(_sizes(found), stated and rank["loss"] == rank["outer"] + rank["inside"])
    controls = []
    for name, original in ENDS.items():
        for description, formula in mutations(original):
            wrong = next((str(found) for found, rank in known if evaluate(formula, found) != rank[name]), "")
            controls.append(Mutant(description=f"{name}: {description}", caught=bool(wrong), by=wrong))
    scope = f"all widths, r and s with L in {DEPTHS[context.profile]}, by {len(known)} networks that decide them"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, tuple(controls))


def _cases(context: Context) -> Iterator[Case]:
    depth, width, largest = RANGES[context.profile]
    for architecture in architectures_within(depth, width):
        if architecture.layers >= 2 and architecture.parameters <= largest:
            for r, s in ranks(architecture):
                yield Case(architecture, r, s)


def ends(case: Case, point: FormPoint, formulas: tuple[Any, Any]) -> tuple[sp.Rational, sp.Rational] | None:
    """The two ends that the formulas state at a point; None at a resonance."""
    depth, widths = case.architecture.layers, (case.data_rank, *case.architecture.widths[1:])
    found = Ranks(widths, tuple(map(min, pairwise(widths))), case.residual_rank)
    sums = point.weighed(depth), point.weighed(depth - 1)
    totals = [total for total in sums if total is not None]
    if len(totals) < len(sums):
        return None
    low, high = (
        sp.Rational(evaluate(formula, found) + total, 2) for formula, total in zip(formulas, totals, strict=True)
    )
    return low, high


def holds(case: Case, point: FormPoint, formulas: tuple[Any, Any]) -> bool | None:
    """Whether small and large residuals attain the ends and the residual at hand lies between them."""
    stated = ends(case, point, formulas)
    if stated is None:
        return None
    return (point.index(FAR, 1), point.index(1, FAR)) == stated and stated[0] <= point.index() <= stated[1]


def _points(context: Context) -> Finding:
    """Every architecture, r and s of the range; controls: variants of both formulas."""
    seed, counter = context.seed_for("index") % 2**31, Counter(claim(CLAIM).part(PART))
    formulas = (ENDS["inside"], ENDS["functional"])
    seen = []
    for case in _cases(context):
        for draw in range(DRAWS):
            point = draw_point(case.architecture, case.data_rank, case.residual_rank, seed + draw, MAGNITUDE)
            outcome = holds(case, point, formulas)
            if outcome:
                break
        counter.count(case, outcome, satisfied=outcome is not None)
        if outcome:
            seen.append((case, point))
    controls = []
    for place, name in enumerate(ENDS):
        for description, formula in mutations(formulas[place]):
            changed = (formula, formulas[1]) if place == 0 else (formulas[0], formula)
            wrong = next(
                (str(case.architecture) for case, point in seen if _differs(case, point, formulas, changed)), ""
            )
            controls.append(Mutant(description=f"{name}: {description}", caught=bool(wrong), by=wrong))
    scope = (
        f"{counter.tally.satisfied} random points with L, width and p up to {RANGES[context.profile]}, every r and s"
    )
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls))


def _differs(case: Case, point: FormPoint, formulas: tuple[Any, Any], changed: tuple[Any, Any]) -> bool:
    """Whether the changed ends are not those that the index attains here."""
    return ends(case, point, formulas) != ends(case, point, changed)


def demonstrate_blocks() -> None:
    """One network, block by block."""
    block_rank(Ranks((2, 3, 2), (2, 2), 2), "inside")


def demonstrate_points() -> None:
    """One point."""
    point = draw_point(Architecture((1, 2, 1)), 1, 1, 0, MAGNITUDE)
    point.weighed(2)
    point.index()


CHECKS = (
    FunctionCheck(CLAIM, PART, "blocks", Engine.EXACT, BLOCKS, _blocks, demonstrate_blocks),
    FunctionCheck(
        CLAIM,
        PART,
        "exact points",
        Engine.EXACT,
        POINTS,
        _points,
        demonstrate_points,
        None,
        preliminaries.shallow_blocks,
    ),
)
