"""Derivations about networks in practice: scaling, overlaps of top spaces, the least loss."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.norms import block_norms, captured, least_loss, scaling
from hessproof.symbolic.norms.exactly import exact_value, expanded
from hessproof.symbolic.norms.scaling import S, functional_gain, outer_gain, span
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, Omega, k, l

MADE = (outer_gain, functional_gain, captured.overlap_bound, least_loss.least_odds, block_norms.block_bound)


@pytest.mark.slow
@pytest.mark.parametrize("make", MADE)
def test_every_line_holds_and_every_mutant_is_rejected(make: Callable[[], Derivation]) -> None:
    derivation = make()
    report = derivation.check(3)
    assert report.ok, report.why
    assert report.instances >= 4
    mutants = list(derivation.mutants())
    assert len(mutants) >= 15
    assert not [mutant.description for mutant in mutants if not mutant.rejection()]
    assert derivation.latex().count(r"\\") >= 3


@pytest.mark.long
@pytest.mark.parametrize("make", MADE)
def test_numbers_alone_notice_wrong_lines(make: Callable[[], Derivation]) -> None:
    """Most wrong lines have another value; an inequality may survive if it is only made weaker."""
    derivation = make()
    caught = [not mutant.derivation.check(5, symbolic=False).ok for mutant in list(derivation.mutants())[::8]]
    assert sum(caught) >= 0.5 * len(caught)


def test_the_relations() -> None:
    assert [make().relation for make in MADE] == ["=", "=", "<=", ">=", "<="]


def test_gains_join_only_where_ranges_meet() -> None:
    order = Ordering(1 <= k, k + 1 <= l, l <= L)
    assert scaling.same(span(1, k) * span(k + 1, L), span(1, L), order)
    assert not scaling.same(span(1, k) * span(k + 2, L), span(1, L), order)
    with pytest.raises(NotSettled):
        scaling.same(span(l, k), sp.Integer(1), order)
    with pytest.raises(RuleFailure):
        scaling.same(sp.sqrt(S[k]), S[k], order)
    with pytest.raises(RuleFailure):
        scaling.same(sp.Symbol("t"), S[k], order)


def test_unknown_words_have_no_gain() -> None:
    rule = scaling.Counted()
    with pytest.raises(RuleFailure, match="nothing is known"):
        rule.apply(scaling.Gain(Omega()), Ordering(1 <= L))
    with pytest.raises(RuleFailure, match="no gain"):
        rule.apply(S[k], Ordering(1 <= L))
    assert sp.latex(scaling.Gain(sp.Symbol("X")) ** 2) == r"\operatorname{gain}\left(X\right)^{2}"


def test_expansion_takes_sums_apart() -> None:
    i, n = sp.symbols("i n", integer=True)
    a = sp.IndexedBase("a")
    total = sp.Sum(2 * a[i] * (1 - a[i]), (i, 1, n))
    assert expanded(total) == 2 * sp.Sum(a[i], (i, 1, n)) - 2 * sp.Sum(a[i] ** 2, (i, 1, n))
    with pytest.raises(ValueError, match="no number"):
        exact_value(a[i], Valuation({i: 1, a: {}}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (captured.Ordered(), captured.trace("U", "G")),
        (captured.Missing(), captured.trace("U", "G")),
        (captured.InTheBasis(), captured.trace("U", "G")),
        (captured.KyFan(), captured.trace("U", "H")),
        (captured.Projections(), captured.trace("U", "N")),
        (captured.Exchange("e", "", captured.SINES, captured.SPREAD, "<="), -captured.SINES),
        (captured.Exchange("e", "", captured.SINES, captured.SPREAD), captured.SPREAD),
        (block_norms.Cut(), block_norms.LARGEST),
        (block_norms.Rayleigh(), block_norms.LARGEST),
        (block_norms.Unit(), block_norms.LARGEST),
        (least_loss.LargestLogit(), least_loss.LARGEST),
        (least_loss.Powers(), least_loss.LARGEST),
        (least_loss.Larger("l", "", least_loss.LARGEST, 1), least_loss.BASE**least_loss.LARGEST),
        (least_loss.Larger("l", "", least_loss.LARGEST, 1), least_loss.LARGEST),
    ],
)
def test_rules_refuse_what_they_are_not_made_for(rule, line) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleFailure):
        rule.apply(line, Ordering(1 <= L))


def test_extreme_weights() -> None:
    weights = least_loss.extreme([1, 2, 2, 3], [-1], 4)
    assert weights == [[[-4], [-4]], [[4, 4], [4, 4]], [[4, 4], [-4, -4], [-4, -4]]]
