"""The derivations about gradient flow hold line by line, and no wrong variant of them passes."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.flow import proofs
from hessproof.symbolic.flow.balanced import balanced_weights, rational_isometry
from hessproof.symbolic.flow.centred import Outside, gram_power
from hessproof.symbolic.flow.conservation import conservation
from hessproof.symbolic.flow.hidden_space import BothWays, balance_projects, rank_bound, rank_constant, stays_inside
from hessproof.symbolic.flow.letters import ETA, Absorb, Projector, TimeDerivative, Velocity
from hessproof.symbolic.flow.linear_solution import SolveLinearFlow
from hessproof.symbolic.flow.norms import SquaredNorm, functional_norm
from hessproof.symbolic.flow.polar import determinant, linear_flow
from hessproof.symbolic.flow.stratum import codimension, swept_dimension
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation, evaluate, unit
from hessproof.symbolic.words import Descending, L, M, Transposed, l, times, weight

EVERY: dict[str, Derivation] = {
    f"{name}/{number}": derivation
    for name in (
        "lemma8",
        "kept_almost_surely",
        "maximal_rank",
        "bounds_without_a1",
        "effective_parameters",
        "vanishing",
        "never_in_finite_time",
    )
    for number, derivation in enumerate(getattr(proofs, name)())
}


@pytest.mark.parametrize("derivation", EVERY.values(), ids=EVERY.keys())
def test_every_line_holds(derivation: Derivation) -> None:
    report = derivation.check(1)
    assert report.ok, report.why
    assert report.instances > 0


@pytest.mark.slow
@pytest.mark.parametrize("derivation", EVERY.values(), ids=EVERY.keys())
def test_no_wrong_variant_passes(derivation: Derivation) -> None:
    survivors = [mutant for mutant in derivation.mutants() if not mutant.rejection()]
    assert not [mutant.description for mutant in survivors if mutant.differs(derivation)]


def test_every_final_formula_is_pinned_down_by_its_steps() -> None:
    for derivation in (conservation(), determinant(), gram_power(), swept_dimension(), functional_norm()):
        wrong = derivation.with_final(derivation.start)
        assert not wrong.check(numbers=False).ok


def test_a_velocity_is_the_derivative_along_the_flow() -> None:
    numbers = Valuation({L: 2, l: 1, ETA: 3}, (2, 3, 2), seed=8)
    moved = evaluate(TimeDerivative(weight(l)), numbers)
    assert (moved == evaluate(Velocity(l), numbers)).all()
    first, second = numbers.weights
    sigma = sum(share * x.dot(x.T) for share, x, _ in numbers.samples())
    cross = sum(share * y.dot(x.T) for share, x, y in numbers.samples())
    by_hand = -3 * second.T.dot(second.dot(first).dot(sigma) - cross)
    assert (moved == by_hand).all()


def test_projectors_are_absorbed_only_beside_their_own_layer() -> None:
    order = Ordering(l >= 1, l + 1 <= L)
    one = times(Projector(l), Descending(l, 1))
    assert Absorb().apply(one, order) == Descending(l, 1)
    assert Absorb(before=False).apply(one, order) == one
    other = times(Projector(l), Transposed(l + 1, L))
    assert Absorb().apply(other, order) == Transposed(l + 1, L)
    assert Absorb(after=False).apply(other, order) == other
    last = Ordering(l >= 1, l <= L)
    unsettled = times(Projector(l), Transposed(l + 1, L))
    assert Absorb().apply(unsettled, last) == unsettled


def test_without_the_row_space_the_velocity_is_not_shown_to_stay() -> None:
    inside = stays_inside()[0]
    with pytest.raises(RuleFailure):
        Absorb(after=False).check(inside.steps[1].expression, inside.final, inside.ordering, inside.same)


def test_both_bounds_are_needed_for_an_equality() -> None:
    up, same = rank_bound(), rank_constant().same
    start, final = rank_constant().start, rank_constant().final
    with pytest.raises(RuleFailure):
        BothWays(up, up).check(start, final, up.ordering, same)
    with pytest.raises(NotSettled):
        BothWays(up, rank_bound(True), L).check(start, final, up.ordering, same)


def test_a_flow_that_multiplies_from_the_left_is_no_linear_flow() -> None:
    with pytest.raises(RuleFailure):
        SolveLinearFlow(conservation_like())
    SolveLinearFlow(linear_flow())


def conservation_like() -> Derivation:
    return linear_flow().with_final(times(Outside(l, 1), weight(l)))


@pytest.mark.parametrize("widths", [(1, 1), (2, 3, 1), (3, 2, 2, 3)])
def test_balanced_weights_are_balanced(widths: tuple[int, ...]) -> None:
    stream = random.Random(4)
    for rank in range(min(widths) + 1):
        weights, bases, inverses = balanced_weights(widths, rank, stream)
        for lower, upper in pairwise(weights):
            assert (upper.T.dot(upper) == lower.dot(lower.T)).all()
        for matrix, inverse in zip(weights, inverses, strict=True):
            assert (matrix.dot(inverse).dot(matrix) == matrix).all()
            assert (inverse.dot(matrix) == inverse.dot(matrix).T).all()
        assert all((basis.T.dot(basis) == unit(rank)).all() for basis in bases)


def test_isometries_are_isometries() -> None:
    for seed in range(5):
        matrix = rational_isometry(4, 3, random.Random(seed))
        assert (matrix.T.dot(matrix) == unit(3)).all()


def test_squared_norms_are_sums_of_squares() -> None:
    numbers = Valuation({L: 1, l: 1}, (3, 2), seed=5)
    assert evaluate(SquaredNorm(weight(l)), numbers) == sum(int(x) ** 2 for x in np.asarray(numbers.weights[0]).flat)


def test_projected_rows_leave_a_gram_matrix_of_zero() -> None:
    assert balance_projects().final.shape == (M(l), M(l))
    assert codimension().lemmas
