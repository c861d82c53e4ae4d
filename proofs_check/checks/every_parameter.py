"""Rank statements about every parameter (that meets an assumption): the smallest counterexample, and special points.

Two sweeps over exact points. The *search* takes networks and small integer weights in a stated order and stops at the
first failure. The *special points* are where products lose rank: zeros, rectangular identities, vanishing chains; they
are counted by region, so that a reader sees where a refuted statement still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hessproof.proofs_check.assumptions import PREDICATES, satisfied
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.measured import layers_of
from hessproof.proofs_check.enumeration import architectures_within, case_key
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Part
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.proofs_check.searches.point import Point
from hessproof.proofs_check.searches.search import (
    Outcome,
    as_counterexample,
    order_of,
    shrink,
    smallest,
    special_points,
)
from hessproof.proofs_check.statements import OUTER_QUANTITIES, Failure, Statement, agrees, predictions, uses_chains
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.outer_rank import broken_steps

IDEA = "exact ranks at small integer parameters in order of size and at special ones, where products lose rank"

PARTS: tuple[tuple[str, str], ...] = (
    ("singh2021.prop2", "bound"),
    ("singh2021.thm3", "first_equality"),
    ("singh2021.thm3", "second_equality"),
    ("singh2021.cor4", "every_A1"),
    ("singh2021.thm5", "first_every_A1"),
    ("singh2021.thm5", "middle_every_A1"),
    ("singh2021.thm5", "last_every_A1"),
    ("singh2021.cor6", "bound"),
    ("singh2021.cor6", "two_layers"),
    ("singh2021.independence", "two_layers"),
    ("singh2021.overall", "main"),
    ("hessproof.outer_rank", "a_o"),
    ("hessproof.outer_rank", "jacobian"),
    ("hessproof.narrow_products", "equality"),
    ("hessproof.narrow_products", "bound"),
    ("hessproof.column_rank", "every"),
    ("hessproof.column_rank", "maximal_products"),
    ("hessproof.column_rank", "bound"),
    ("hessproof.functional_bound", "bound"),
    ("hessproof.loss_bound", "data"),
    ("hessproof.loss_bound", "residual"),
)
"""Parts about every parameter whose ranks an exact point decides."""

RANGES = {Profile.QUICK: (3, 2, 3), Profile.STANDARD: (4, 2, 4), Profile.THOROUGH: (5, 3, 3)}
"""By profile: largest p that is searched completely; largest width and depth of the special points."""
ENTRIES = (0, 1)
REPRESENTATIVES = 80
"""Points on which variants of a formula are tried."""
DEPTH_OF_SEARCH = {Profile.QUICK: 8, Profile.STANDARD: 48, Profile.THOROUGH: 512}
"""Weight settings tried for one case and one Ω when the smallest counterexample is looked for."""


def statement_of(name: str, key: str, formula: RankFormula | None = None) -> Statement:
    """A part as a statement that a point can test.

    Args:
        name: Id of the claim.
        key: Key of the part.
        formula: Another formula in place of the part's own: a mutant.
    """
    part = claim(name).part(key)
    stated = formula or (FORMULAS[part.formula] if part.formula else None)
    named = frozenset(part.assumptions)

    def assumption(point: Point) -> bool:
        if "reduced data" in named and point.case.data_rank < point.case.architecture.inputs:
            return False
        wanted = sorted(named & set(PREDICATES) - {"reduced data"})
        return not wanted or satisfied(wanted, point.weights, point.sigma, point.omega)

    def failure(point: Point) -> Failure | None:
        if stated is None:
            total, found = sum(point.column_ranks()), point.rank("functional")
            return None if total == found else Failure(total, found, "functional")
        for quantity, predicted in _predictions(part, stated, point):
            measured = point.rank(quantity)
            if not agrees(measured, part.relation or "==", predicted):
                return Failure(predicted, measured, quantity)
        return None

    return Statement(
        f"{name}/{key}",
        part.text,
        failure,
        part.in_domain,
        assumption,
        uses_residual=(part.quantity or "") not in OUTER_QUANTITIES,
    )


def _predictions(part: Part, formula: RankFormula, point: Point) -> Iterator[tuple[str, int]]:
    """(quantity, predicted) at a point; of a formula about block columns, those of the part's own layers."""
    quantity = part.quantity or ""
    if not quantity.startswith("column"):
        for _, predicted in predictions(formula, point):
            yield quantity, predicted
        return
    layers = point.case.architecture.layers
    own = range(1, layers + 1) if part.key in ("every", "maximal_products", "bound") else layers_of(quantity, layers)
    wanted = {f"column:{layer}" for layer in own}
    yield from ((column, predicted) for column, predicted in predictions(formula, point) if column in wanted)


def pool(width: int, depth: int) -> Iterator[Point]:
    """The special points of all architectures with L ≤ depth and widths ≤ width."""
    for architecture in architectures_within(depth, width):
        yield from special_points(architecture)


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        largest, width, depth = RANGES[context.profile]
        part, statement = claim(name).part(key), statement_of(name, key)
        if "A1" in part.assumptions and part.quantity in OUTER_QUANTITIES:
            depth = max(depth, 4)
        counter = Counter(part)
        met, failing = [], []
        points = list(pool(width, depth))
        for point in points:
            holds = statement.assumption(point)
            outcome = holds and statement.failure(point) is None
            counter.count(point.case, outcome, satisfied=holds)
            if holds and part.in_domain(point.case):
                met.append(point)
                failing += [] if outcome else [point]
        search = _search(statement, name, largest, failing, DEPTH_OF_SEARCH[context.profile])
        tally = counter.tally
        tally.tried += search.tried
        tally.satisfied += search.satisfied
        tally.held += search.held
        tally.failed += search.satisfied - search.held
        found = search.counterexample or _from_special(failing, statement, name, search)
        return Finding(
            Strength.SAMPLE,
            f"{len(points)} special points of all architectures with L ≤ {depth} and widths ≤ {width}, every r and s; "
            f"{search.tried} points with weights in {{0, 1}} of {search.architectures} architectures in order of size, "
            f"every one up to p = {search.exhaustive_up_to}",
            tally,
            counter.regions,
            tuple(_controls(name, key, part, met, found is not None)),
            _reproducible(found, name),
            details={"order of the search": order_of(ENTRIES), **_broken_steps(name, found)},
        )

    return work


def _broken_steps(name: str, found: Counterexample | None) -> dict[str, str]:
    """Which step of the published proof fails at the counterexample, for the theorems whose proofs are derived."""
    if name not in ("singh2021.thm3", "singh2021.cor4") or found is None:
        return {}
    broken = [step.statement for step in broken_steps() if list(step.widths) == found.widths]
    return {"the step of the proof that breaks": broken[0]} if broken else {}


def _search(statement: Statement, name: str, largest: int, failing: list[Point], settings: int) -> Outcome:
    """Small parameters in order: up to ``largest``, or up to the smallest special point that fails."""
    if not failing:
        return smallest(statement, largest, entries=ENTRIES, claim=name)
    limit = min(point.case.architecture.parameters for point in failing)
    return smallest(statement, limit, entries=ENTRIES, max_points=settings, claim=name)


def _from_special(failing: list[Point], statement: Statement, name: str, search: Outcome) -> Counterexample | None:
    """The smallest failing special point, its entries shrunk, where the search in order found none."""
    if not failing:
        return None
    first = min(failing, key=lambda point: (case_key(point.case), point.size))
    order = (
        f"the smallest of the failing special points (p, then L, then widths, r, s), entries shrunk; {search.tried} "
        f"points with weights in {{0, 1}} and no more parameters did not fail"
    )
    return as_counterexample(shrink(first, statement), statement, order, name)


def _reproducible(found: Counterexample | None, name: str) -> Counterexample | None:
    """The counterexample with the command that a reader of the report has at hand."""
    if found is None:
        return None
    return found.model_copy(update={"reproduce": f"hessproof verify {name} --engine exact"})


def _controls(name: str, key: str, part: Part, met: list[Point], refuted: bool) -> Iterator[Mutant]:
    """Variants of the formula at the points that meet the assumption.

    A refuted statement has been seen to fail itself. A variant of a bound that is nowhere below it follows from it and
    is left out.
    """
    if refuted:
        yield Mutant(description="the published statement itself", caught=True, by="the counterexample of this check")
    if part.formula is None:
        caught = any(_one_more(point) is not None for point in met)
        yield Mutant(description="rank of H_f plus one", caught=caught, by="a special point differs")
        return
    original = FORMULAS[part.formula]
    first_of = _representatives(part, original, met)
    for mutant in original.mutants():
        control = _control(part, original, mutant, first_of)
        if control is not None:
            yield control


def _representatives(part: Part, formula: RankFormula, met: list[Point]) -> list[Point]:
    """One point for each case and set of measured ranks, if the formula sees no more; otherwise forty of them."""
    if uses_chains(formula):
        return met[:: max(1, len(met) // 40)]
    names = {quantity for point in met for quantity, _ in _predictions(part, formula, point)}
    seen: dict[object, Point] = {}
    for point in met:
        known = tuple(point.rank(name) for name in sorted(names) if _has(point, name))
        seen.setdefault((point.case, known), point)
    found = list(seen.values())
    return found[:: max(1, len(found) // REPRESENTATIVES)]


def _has(point: Point, quantity: str) -> bool:
    kind, _, layer = quantity.partition(":")
    return kind != "column" or int(layer) <= point.case.architecture.layers


def _control(part: Part, original: RankFormula, mutant: RankFormula, met: list[Point]) -> Mutant | None:
    weaker = True
    for point in met:
        where = (
            f"a special point of {point.case.architecture}, r = {point.case.data_rank}, s = {point.case.residual_rank}"
        )
        try:
            wrong = list(_predictions(part, mutant, point))
        except (IndexError, KeyError):
            return Mutant(description=mutant.mutation, caught=True, by="it asks for a rank that no network has")
        for (quantity, predicted), (_, stated) in zip(wrong, _predictions(part, original, point), strict=True):
            if not agrees(point.rank(quantity), part.relation or "==", predicted):
                return Mutant(description=mutant.mutation, caught=True, by=where)
            weaker = weaker and predicted >= stated
    if part.relation == "<=" and weaker:
        return None
    return Mutant(description=mutant.mutation, caught=False, by="no special point tells it apart")


def _one_more(point: Point) -> Failure | None:
    total, found = sum(point.column_ranks()) + 1, point.rank("functional")
    return None if total == found else Failure(total, found, "functional")


def state() -> None:
    """Write the statements down."""
    for name, key in PARTS:
        statement_of(name, key)
    for point in special_points(Architecture((1, 2, 1))):
        for quantity in ("outer", "functional", "a_o", "jacobian"):
            point.batch.assemble(quantity)


def demonstrate() -> None:
    """Every statement at the special points of one tiny architecture."""
    for point in special_points(Architecture((1, 2, 1))):
        for name, key in PARTS:
            statement = statement_of(name, key)
            if statement.in_domain(point.case) and statement.assumption(point):
                statement.failure(point)


CHECKS = tuple(
    FunctionCheck(name, key, "special parameters", Engine.EXACT, IDEA, _work(name, key), demonstrate, None, state)
    for name, key in PARTS
)
