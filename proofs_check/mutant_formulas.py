"""Wrong variants of the rank formulas against measured ranks: what catches each, or why nothing can.

A formula about generic ranks meets the records of a survey; one about ranks of chains meets every exact point of the
tiniest networks; Lemma 1 and the tensor flag meet explicit matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from hessproof.proofs_check.enumeration import architectures_within, ranks
from hessproof.proofs_check.model.evidence import Mutant
from hessproof.proofs_check.searches.generic import comparisons, holds, is_surveyed
from hessproof.proofs_check.searches.point import Point
from hessproof.proofs_check.searches.search import smallest, special_points
from hessproof.proofs_check.searches.special_weights import integer_rank
from hessproof.proofs_check.statements import agrees, of_formula, uses_chains
from hessproof.proofs_check.surveys.block_batches import quantities
from hessproof.proofs_check.surveys.record import Record
from hessproof.symbolic import formula as symbols
from hessproof.symbolic import formulas
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula

POINT_PARAMETERS = 3
"""Chain formulas are tried at every point of weights 0, ±1 up to this p."""
POINT_NETWORKS = tuple(
    map(Architecture, ((2, 2), (1, 2, 2), (2, 2, 1), (2, 2, 2), (2, 2, 2, 2), (3, 2, 3), (2, 3, 2, 2)))
)

RANGE = "L ≤ 4 and widths ≤ 3"
NOT_CAUGHT = "NOT CAUGHT: differs from the original on its domain, and no record contradicts it"
ILL_FORMED = "no value: asks for a layer or a number that the statement does not have"
_NO_VALUE = (ArithmeticError, TypeError, ValueError, LookupError)
_KNOWN = ((symbols.s, symbols.r), (symbols.s, symbols.K), (symbols.r, symbols.d), (symbols.s, symbols.d))
"""Pairs (smaller, larger) that hold for all data: s ≤ r, s ≤ K, r ≤ d."""


def formula_mutants(formula: RankFormula, records: Sequence[Record]) -> Iterator[Mutant]:
    """Judge every generated variant of a formula.

    Example:
        >>> from hessproof.proofs_check.surveys.survey import measure
        >>> from hessproof.proofs_check.surveys.record import Request
        >>> records = measure([Request((2, 3, 2), 2, 2), Request((3, 2, 3), 3, 1)])
        >>> found = list(formula_mutants(formulas.FORMULAS["cor4"], records))
        >>> found[0].description, found[0].caught
        ('q*(K - q + r) negated', True)
    """
    records = [record for record in records if formula.in_domain(*_arguments(record))]
    for mutant in formula.mutants():
        by = caught_by(formula, mutant, records)
        caught = by is not None
        yield Mutant(description=mutant.mutation, caught=caught, by=by if by is not None else survival(formula, mutant))


def caught_by(formula: RankFormula, mutant: RankFormula, records: Sequence[Record]) -> str | None:
    """What shows that a variant is wrong, None if nothing does."""
    if formula.quantity == "z_matrix":
        return _by_kronecker_matrices(mutant)
    if formula.quantity == "flag":
        return _by_flags(mutant)
    if uses_chains(formula) or uses_chains(mutant):
        return _by_points(formula, mutant)
    if is_surveyed(formula):
        return _by_survey(formula, mutant, records)
    return None


def survival(formula: RankFormula, mutant: RankFormula) -> str:
    """Why a variant cannot be told apart: equal by a known inequality, equal in value, or a weaker bound."""
    if _redundant_removed(formula) == _redundant_removed(mutant):
        return "equal on the domain: the min-argument is never the smallest, since s ≤ r, s ≤ K and r ≤ d"
    if formula.quantity == "flag":
        return "equal in value for all flags with n ≤ 3 and dimensions ≤ 3: what is added counts as zero"
    if uses_chains(formula) or not is_surveyed(formula):
        return "equal in value at every exact point tried: what is added or changed counts as zero or one there"
    values = list(_values(formula, mutant))
    if all(one == two for one, two, _ in values):
        return f"equal in value in every case of the domain with {RANGE}"
    if formula.relation == "<=" and all(two >= rank for _, two, rank in values):
        return f"still an upper bound: never below the generic rank in any case with {RANGE}"
    if all(one == two for one, two, rank in values if one == rank):
        return f"equal in value wherever the original is right, in every case with {RANGE}"
    return NOT_CAUGHT


def _by_survey(formula: RankFormula, mutant: RankFormula, records: Sequence[Record]) -> str | None:
    tight = formula.relation == "<=" and all(
        predicted == measured for record in records for predicted, measured in comparisons(formula, record)
    )
    for record in records:
        if holds(formula, record) is not True:
            continue
        try:
            pairs = list(comparisons(mutant, record))
        except _NO_VALUE:
            return f"{ILL_FORMED}, at {_place(record)}"
        for predicted, measured in pairs:
            if not agrees(measured, formula.relation, predicted):
                return f"survey: {predicted} claimed, {measured} measured at {_place(record)}"
            if tight and predicted != measured:
                return f"survey: bound {predicted} not attained, {measured} measured at {_place(record)}"
    return None


def _by_points(formula: RankFormula, mutant: RankFormula) -> str | None:
    statement, original = of_formula(mutant), of_formula(formula)
    try:
        for point in _special_points():
            if not (original.in_domain(point.case) and original.assumption(point)) or original.failure(point):
                continue
            if failure := statement.failure(point):
                return (
                    f"special point: {failure.predicted} claimed, {failure.measured} found at {point.case.architecture}"
                )
        found = smallest(statement, POINT_PARAMETERS, check_again=False).point
    except _NO_VALUE:
        return ILL_FORMED
    failure = None if found is None else statement.failure(found)
    if found is None or failure is None:
        return None
    return f"exact point: {failure.predicted} claimed, {failure.measured} found at {found.case.architecture}"


@cache
def _special_points() -> tuple[Point, ...]:
    return tuple(point for architecture in POINT_NETWORKS for point in special_points(architecture))


def _by_kronecker_matrices(mutant: RankFormula) -> str | None:
    """Lemma 1: [I_q ⊗ C ; D ⊗ I_n] for C and D of all ranks and small sizes."""
    for n, q in product(range(1, 4), repeat=2):
        for rank_c, rank_d in product(range(n + 1), range(q + 1)):
            c, d = np.eye(n, dtype=int) * (np.arange(n) < rank_c), np.eye(q, dtype=int) * (np.arange(q) < rank_d)
            z = np.concatenate([np.kron(np.eye(q, dtype=int), c), np.kron(d, np.eye(n, dtype=int))])
            names = (formulas.rank_c, formulas.rank_d, formulas.copies_c, formulas.copies_d)
            claimed = _claimed(mutant, dict(zip(names, (rank_c, rank_d, q, n), strict=True)))
            if claimed is None:
                return ILL_FORMED
            if claimed != integer_rank(z):
                where = f"rk C = {rank_c}, rk D = {rank_d}, n = {n}, q = {q}"
                return f"matrices: {claimed} claimed, {integer_rank(z)} found for {where}"
    return None


def _by_flags(mutant: RankFormula) -> str | None:
    """The tensor flag: coordinate subspaces U_1 ⊂ … ⊂ U_n and V_1 ⊃ … ⊃ V_n, counted."""
    for steps in (1, 2, 3):
        for u, v in product(product(range(4), repeat=steps), repeat=2):
            if list(u) != sorted(u) or list(v) != sorted(v, reverse=True):
                continue
            there = {(a, b) for i in range(steps) for a in range(u[i]) for b in range(v[i])}
            values = {formulas.left: (0, *u, 0), formulas.right: (0, *v, 0), formulas.n: steps}
            claimed = _claimed(mutant, values)
            if claimed is None:
                return ILL_FORMED
            if claimed != len(there):
                return f"coordinate flags: {claimed} claimed, {len(there)} counted for u = {u}, v = {v}"
    return None


def _claimed(mutant: RankFormula, values: Mapping[Any, Any]) -> int | None:
    try:
        return mutant.evaluate_at(values)
    except _NO_VALUE:
        return None


def _values(formula: RankFormula, mutant: RankFormula) -> Iterator[tuple[int, int, int]]:
    """(original's value, variant's, the generic value) in every case of the domain."""
    for record in _stated():
        if not formula.in_domain(*_arguments(record)):
            continue
        try:
            changed = list(comparisons(mutant, record))
        except _NO_VALUE:
            changed = []
        for place, (one, rank) in enumerate(comparisons(formula, record)):
            yield one, changed[place][0] if changed else one - 1, rank


@cache
def _stated() -> tuple[Record, ...]:
    """Records with the generic ranks that the project states, for every case of :data:`RANGE`."""
    return tuple(_as_stated(a, r, s) for a in architectures_within(4, 3) for r, s in ranks(a))


def _as_stated(architecture: Architecture, data_rank: int, residual_rank: int) -> Record:
    stated = {}
    for name in quantities(architecture.layers):
        layer = int(name[7:]) if name.startswith("column:") else None
        stated[name] = formulas.best(name).evaluate(architecture, data_rank, residual_rank, layer)
    return Record(architecture.widths, data_rank, residual_rank, stated, ())


def _redundant_removed(formula: RankFormula) -> sp.Expr:
    """The full expression, with arguments of min removed that another argument never exceeds."""

    def smaller(*arguments: sp.Expr) -> sp.Expr:
        there = set(arguments)
        return sp.Min(*(there - {large for small, large in _KNOWN if small in there}))

    return sp.expand(formula.full.replace(sp.Min, smaller))


def _arguments(record: Record) -> tuple[Architecture, int, int]:
    return record.architecture, record.data_rank, record.residual_rank


def _place(record: Record) -> str:
    return f"{record.architecture}, r = {record.data_rank}, s = {record.residual_rank}"
