"""Derivations about losses: every line holds, and every generated change of one is rejected or changes nothing."""

from __future__ import annotations

import pytest
import sympy as sp

from hessproof.symbolic.architecture import LOSSES, Architecture
from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS, best
from hessproof.symbolic.losses import bounds, congruence, invariance
from hessproof.symbolic.losses.expressions import A, F, K, loss, total
from hessproof.symbolic.losses.outputs import SHIFT_INVARIANT, effective_outputs, narrowest
from hessproof.symbolic.losses.rank_rule import generic, loss_rank, under, upper_bound
from hessproof.symbolic.losses.sums import settled
from hessproof.symbolic.ordering import Ordering

SCALAR = (
    invariance.shift,
    invariance.residual_total,
    invariance.curvature_total,
    invariance.squares,
    invariance.positive,
)


def every() -> list[Derivation]:
    found = [make() for make in SCALAR] + [congruence.rank(), *congruence.blocks(), *bounds.outer_vanishing()]
    for name in ("cross-entropy", "cosh"):
        found += [bounds.transfer(name), bounds.at_zero(name)]
        found += [one for several in bounds.upper_bounds(name).values() for one in several]
    return list(dict.fromkeys(found))


@pytest.mark.slow
@pytest.mark.parametrize("derivation", every(), ids=lambda one: one.claim)
def test_derivation_holds_and_its_variants_do_not(derivation: Derivation) -> None:
    assert derivation.check(1, count=1).ok
    for mutant in list(derivation.mutants())[::7]:
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


def test_a_wrong_published_formula_is_rejected_without_numbers() -> None:
    wrong = invariance.squares().with_final(2 * invariance.squares().final)
    assert not wrong.check(0, numbers=False).ok


def test_the_chain_rule_needs_a_derivative_of_the_loss() -> None:
    start = congruence.blocks()[0].lines[-1]
    with pytest.raises(RuleFailure, match="no derivative"):
        congruence.ChainRule().apply(start, Ordering())
    with pytest.raises(RuleFailure, match="not the rank"):
        congruence.Onto().apply(congruence.REDUCED_RANK, Ordering())
    with pytest.raises(RuleFailure, match="not the rank"):
        bounds.DefiniteForm().apply(bounds.JACOBIAN_RANK, Ordering())


def test_sums_with_other_limits_are_left_alone() -> None:
    odd = sp.Sum(F[A], (A, 2, K))
    assert settled(odd) == odd
    assert settled(total(sp.S.One)) == K


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("quantity", ["outer", "functional", "loss"])
def test_the_rule_is_the_formula_of_a_network_with_one_output_less(quantity: str, bias: bool) -> None:
    ranks = {"augmented_data_rank": 4, "augmented_residual_rank": 2} if bias else {}
    softmax = Architecture((5, 4, 3, 4), bias=bias, loss="cross-entropy")
    smaller = Architecture((5, 4, 3, 3), bias=bias)
    expected = best(quantity, bias=bias).evaluate(smaller, 3, 2, **ranks)
    assert loss_rank(quantity, softmax, 3, 2, **ranks) == expected
    assert loss_rank(quantity, Architecture((5, 4, 3, 3), bias=bias, loss="cosh"), 3, 2, **ranks) == expected
    assert upper_bound(quantity, softmax).evaluate(softmax, 3, 2, **ranks) == expected


def test_one_output_under_cross_entropy_has_rank_zero() -> None:
    for widths in ((3, 1), (3, 2, 1), (3, 2, 2, 1)):
        single = Architecture(widths, loss="cross-entropy")
        assert effective_outputs(single) == narrowest(single, 3) == 0
        assert [loss_rank(quantity, single, 3, 0) for quantity in ("outer", "functional", "loss")] == [0, 0, 0]


def test_formulas_of_other_losses_stay_as_they_are() -> None:
    for name in LOSSES:
        assert (under(name, FORMULAS["fact7"]) is FORMULAS["fact7"]) == (name != "cross-entropy")


def test_an_unknown_quantity_is_refused() -> None:
    with pytest.raises(UnusableRequest, match="jacobian"):
        generic("jacobian", Architecture((2, 2)))


def test_the_losses_that_a_shift_leaves_unchanged_are_the_ones_whose_expressions_say_so() -> None:
    assert tuple(name for name in LOSSES if loss(name).shift_invariant) == SHIFT_INVARIANT
