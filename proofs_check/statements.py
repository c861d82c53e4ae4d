"""Rank statements as tests of one exact point: what is claimed there, and what is measured.

A :class:`Statement` is about every parameter that satisfies its assumption. It is made from a rank formula, or by hand
for statements that are not about one formula, such as the independence of block columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.searches.point import Point
from hessproof.proofs_check.searches.special_weights import integer_rank
from hessproof.proofs_check.surveys.block_batches import derived_terms
from hessproof.symbolic import formula as symbols
from hessproof.symbolic import formulas
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

OUTER_QUANTITIES = ("outer", "jacobian", "a_o")
"""Quantities that Ω does not enter."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a statement claims at a point, what is there instead, and of which quantity."""

    predicted: int
    measured: int
    quantity: str


@dataclass(frozen=True)
class Statement:
    """A claim about every parameter (that satisfies the assumption) of every case in the domain.

    Args:
        name: Short name, the formula's id if there is one.
        text: The statement in words.
        failure: What is wrong at a point, None if the statement holds there.
        in_domain: Whether a case lies in the domain.
        assumption: Whether a point meets the assumption.
        uses_residual: Whether Ω matters; otherwise a search takes Ω = 0.
        generic: Whether the claim is only about almost all parameters; a failure at a point then refutes nothing.
    """

    name: str
    text: str
    failure: Callable[[Point], Failure | None]
    in_domain: Callable[[Case], bool] = lambda case: True
    assumption: Callable[[Point], bool] = lambda point: True
    uses_residual: bool = True
    generic: bool = False


def under_a1(point: Point) -> bool:
    """Assumption A1 of Singh et al. 2021: all W^l have maximal rank."""
    return point.a1


def of_formula(formula: RankFormula) -> Statement:
    """A rank formula read as a statement about every parameter, under A1 if that is its assumption.

    Example:
        >>> of_formula(FORMULAS["cor4"]).text, of_formula(FORMULAS["cor4"]).uses_residual
        ('rk outer == q*(K - q + r)', False)
    """

    def failure(point: Point) -> Failure | None:
        for quantity, predicted in predictions(formula, point):
            measured = point.rank(quantity)
            if not agrees(measured, formula.relation, predicted):
                return Failure(predicted, measured, quantity)
        return None

    def in_domain(case: Case) -> bool:
        return formula.in_domain(case.architecture, case.data_rank, case.residual_rank)

    assumed = under_a1 if "A1" in formula.assumptions else (lambda point: True)
    text = f"rk {formula.quantity} {formula.relation} {formula.expression}"
    uses_residual = formula.quantity not in OUTER_QUANTITIES
    return Statement(formula.id, text, failure, in_domain, assumed, uses_residual, formula.quantifier == "generic")


def independence() -> Statement:
    """The ranks of the block columns of H_f add up to its rank (Singh et al. 2021, §4.3), read at every parameter."""

    def failure(point: Point) -> Failure | None:
        total, measured = sum(point.column_ranks()), point.rank("functional")
        return None if total == measured else Failure(total, measured, "functional")

    text = "rk H_f = sum of the ranks of its block columns"
    return Statement("independence", text, failure, generic=True)


def overlap() -> Statement:
    """§4.4, by ranks alone: rk H_o + rk H_f exceeds rk H_L by 2q̂s − q̂², read at every parameter."""
    formula = FORMULAS["overlap_generic"]

    def failure(point: Point) -> Failure | None:
        predicted = formula.evaluate(point.case.architecture, point.case.data_rank, point.case.residual_rank)
        measured = point.rank("outer") + point.rank("functional") - point.rank("loss")
        return None if measured == predicted else Failure(predicted, measured, "loss")

    def in_domain(case: Case) -> bool:
        return formula.in_domain(case.architecture, case.data_rank, case.residual_rank)

    text = "rk H_o + rk H_f - rk H_L = 2 qhat s - qhat^2"
    return Statement("overlap", text, failure, in_domain, generic=True)


def statements() -> dict[str, Statement]:
    """Every statement that a point can test, by name."""
    found = {name: of_formula(formula) for name, formula in FORMULAS.items() if is_about_points(formula)}
    found |= {"independence": independence(), "overlap": overlap()}
    return found | {f"{name}_deep": deeper(found[name]) for name in ("thm5", "cor6_equality", "cor6")}


def deeper(statement: Statement) -> Statement:
    """The same statement for two layers or more, where H_f does not vanish identically.

    Example:
        >>> case = Case(Architecture((2, 2)), 2, 1)
        >>> of_formula(FORMULAS["thm5"]).in_domain(case), deeper(of_formula(FORMULAS["thm5"])).in_domain(case)
        (True, False)
    """

    def in_domain(case: Case) -> bool:
        return case.architecture.layers > 1 and statement.in_domain(case)

    return replace(statement, name=f"{statement.name}_deep", text=f"{statement.text}, L > 1", in_domain=in_domain)


def is_about_points(formula: RankFormula) -> bool:
    """Whether the formula's quantity is a rank that a point has."""
    return formula.quantity in (*OUTER_QUANTITIES, "functional", "loss", "column")


def agrees(measured: int, relation: str, predicted: int) -> bool:
    """Whether ``measured relation predicted``.

    Example:
        >>> agrees(3, "<=", 4), agrees(3, "==", 4)
        (True, False)
    """
    return measured <= predicted if relation == "<=" else measured == predicted


def predictions(formula: RankFormula, point: Point) -> Iterator[tuple[str, int]]:
    """(quantity, predicted rank) of a formula at a point, one for each layer if the formula is about block columns."""
    case = point.case
    if formula.quantity == "column":
        for layer in range(1, case.architecture.layers + 1):
            yield f"column:{layer}", _column(formula, point, layer)
    elif uses_chains(formula):
        yield formula.quantity, _from_chains(formula, point)
    else:
        yield formula.quantity, formula.evaluate(case.architecture, case.data_rank, case.residual_rank)


def uses_chains(formula: RankFormula) -> bool:
    """Whether the formula needs ranks of products of weights, which only a point has."""
    loose = formula.full.free_symbols
    return bool(loose & {formulas.rank_left, formulas.rank_right}) or any(
        base.label in loose for base in (formulas.above, formulas.below, formulas.left, formulas.right)
    )


def _column(formula: RankFormula, point: Point, layer: int) -> int:
    case = point.case
    if not uses_chains(formula):
        return formula.evaluate(case.architecture, case.data_rank, case.residual_rank, layer)
    layers = case.architecture.layers
    others = [(layer + step - 1) % layers + 1 for step in range(1, layers)]
    pairs = [point.batch.factors(derived_terms("functional", layers, k, layer)[0]) for k in others]
    ranks = [[integer_rank(f[point.place if len(f) > 1 else 0]) for f in pair] for pair in pairs]
    return _flag(formula, tuple(left for left, _ in ranks), tuple(right for _, right in ranks))


def _from_chains(formula: RankFormula, point: Point) -> int:
    layers, on_data = point.case.architecture.layers, formula.quantity == "jacobian"
    if formulas.rank_left in formula.full.free_symbols or formulas.rank_right in formula.full.free_symbols:
        ends = point.chain_rank(layers, 2), point.chain_rank(layers - 1, 1)
        return _end_chains(formula, point.case.architecture, point.case.data_rank, *ends)
    above = tuple(point.chain_rank(layers, l + 1) for l in range(layers + 1))
    below = tuple(point.chain_rank(l, 1, with_data=on_data) for l in range(layers + 1))
    return _all_chains(formula, above, below)


@cache
def _end_chains(formula: RankFormula, architecture: Architecture, data_rank: int, left: int, right: int) -> int:
    values = {
        formulas.rank_left: left,
        formulas.rank_right: right,
        symbols.r: data_rank,
        symbols.K: architecture.outputs,
    }
    return formula.evaluate_at(values)


@cache
def _all_chains(formula: RankFormula, above: tuple[int, ...], below: tuple[int, ...]) -> int:
    values = {formulas.above: above, formulas.below: below, symbols.L: len(above) - 1}
    return formula.evaluate_at(values)


@cache
def _flag(formula: RankFormula, left: tuple[int, ...], right: tuple[int, ...]) -> int:
    values = {formulas.left: (0, *left), formulas.right: (0, *right), formulas.n: len(left)}
    return formula.evaluate_at(values)
