"""Derivations about one more object: all lines hold, and wrong lines are rejected without the help of numbers."""

from __future__ import annotations

from itertools import islice

import pytest
import sympy as sp

from hessproof.symbolic.convergence import expansion, local, minimum, one_layer, peano, ranges, samples
from hessproof.symbolic.convergence.statement import statement
from hessproof.symbolic.convergence.steps import AtLeast, AtMost, Triangle, same, value
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

MADE = (
    samples.difference, samples.new_gradient, samples.approximate_gradient, samples.losses_apart,
    samples.losses_spread, expansion.any_point, expansion.common_critical, expansion.triangle,
    expansion.corrected_triangle, expansion.with_slopes, expansion.definite, expansion.smooth,
    expansion.hessians_apart, peano.peano, ranges.largest, ranges.smallest, ranges.loss_range, ranges.logits,
    ranges.critical, ranges.critical_change, local.lipschitz, local.moved_logits, local.equal_radii,
    local.local_change, minimum.frobenius, minimum.never_fitted, minimum.dead_loss, minimum.nearly_fitted,
    minimum.dead_network, one_layer.one_layer_curvature, one_layer.one_layer_change,
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_every_line_holds_and_its_mutants_are_rejected(make: object) -> None:
    derivation: Derivation = make()  # type: ignore[operator]
    report = derivation.check(1)
    assert report.ok, report.why
    everything = list(derivation.mutants())
    assert everything
    for mutant in islice(everything, 0, None, max(1, len(everything) // 6)):
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


def test_the_printed_difference_is_rejected_and_the_step_is_named() -> None:
    report = expansion.common_critical().with_final(expansion.published()).check(0, numbers=False)
    assert not report.ok
    assert report.failing is not None
    assert report.failing.rule == "published formula"


def test_numbers_alone_also_see_the_lost_half() -> None:
    report = expansion.common_critical().with_final(expansion.published()).check(0, symbolic=False)
    assert not report.ok


def test_a_bound_is_put_in_only_where_the_expression_grows() -> None:
    x, y = sp.symbols("x y", nonnegative=True)
    for falling in (1 - x, 1 / (1 + x), -(x**2)):
        with pytest.raises(RuleFailure):
            AtMost("larger", x, y).apply(falling, Ordering())
    assert AtMost("larger", x, y).apply(x**2 + 3 * x, Ordering()) == y**2 + 3 * y
    assert AtLeast("smaller", x, y).apply(sp.sqrt(1 + x), Ordering()) == sp.sqrt(1 + y)


def test_the_triangle_inequality_needs_the_sum_to_be_there() -> None:
    x, y = sp.symbols("x y", real=True)
    assert Triangle(x, -y).apply(abs(y - x) / 2, Ordering()) == (abs(x) + abs(y)) / 2
    with pytest.raises(RuleFailure):
        Triangle(x, y).apply(abs(x - y), Ordering())


def test_sums_are_compared_term_by_term_and_evaluated_from_their_definition() -> None:
    i, n = sp.Symbol("i", integer=True), sp.Symbol("n", integer=True, positive=True)
    a, b = sp.IndexedBase("a", real=True), sp.IndexedBase("b", real=True)
    double = sp.Sum(a[i] * b[sp.Symbol("j", integer=True)], (sp.Symbol("j", integer=True), 1, n), (i, 1, n))
    product = sp.Sum(a[i], (i, 1, n)) * sp.Sum(b[i], (i, 1, n))
    j = sp.Symbol("j", integer=True)
    assert same(double, sp.Sum(a[i], (i, 1, n)) * sp.Sum(b[j], (j, 1, n)), Ordering())
    assert not same(double, product + 1, Ordering())
    numbers = Valuation({n: 2, a: [0, 1, 2], b: [0, 3, 5]})  # type: ignore[dict-item]
    assert value(double, numbers) == 24 == value(product, numbers)


def test_statements_have_plain_letters_and_variants() -> None:
    for key in ("difference", "corrected", "definite", "range", "local", "smooth", "fitted"):
        stated = statement(key)
        assert stated.mutants
        assert not stated.expression.atoms(sp.Sum, sp.Indexed)
