"""Lines that are false although a rule seems to fit: each of them must be refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from hessproof.symbolic.convergence import local, orders, peano, steps
from hessproof.symbolic.derivation import Derivation, Step
from hessproof.symbolic.losses.expressions import A
from hessproof.symbolic.norms import (
    attained,
    captured,
    entries,
    exact,
    exactly,
    h_term,
    least_loss,
    published,
    scalars,
    two_classes,
)
from hessproof.symbolic.norms.draws import networks
from hessproof.symbolic.norms.hypotheses import Cited, EqualEntries, PullOut
from hessproof.symbolic.norms.letters import Norm
from hessproof.symbolic.norms.rules import LocalRule
from hessproof.symbolic.norms.symbols import (
    M_W,
    K,
    L,
    LargestEigenvalue,
    M_x,
    factor,
    layer,
    m,
    norm_A,
    other,
    width,
)
from hessproof.symbolic.norms.words import State
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.softmax import sums
from hessproof.symbolic.valuation import Valuation

DEPTH, LAYER = Ordering(L >= 1), Ordering(1 <= layer, layer <= L)
I, J, N = sp.symbols("i j N", integer=True)
ENTRY, TABLE = sp.IndexedBase("a", real=True), sp.IndexedBase("t", real=True)
PLACED, PLACE = orders.PLACED, sp.Symbol("k", integer=True)


class Halved(LocalRule):
    """M_W ≥ M_W/2."""

    relation = ">="

    def local(self, node: Any, ordering: Ordering) -> Any:
        return node / 2 if node == M_W else None


def halved() -> Derivation:
    """A derivation of M_W ≥ M_W/2."""
    return Derivation("half", "half", DEPTH, M_W, (Step(M_W / 2, Halved()),), M_W / 2, same=scalars.same)


def eigenvalue(off: Any, on: Any) -> Any:
    return LargestEigenvalue(sp.Matrix([[off]]), sp.Matrix([[on]]))


def pulled(common: Any) -> None:
    minus = eigenvalue(common * m[layer] * m[other], common * M_W)
    PullOut(common).check(minus, common * eigenvalue(m[layer] * m[other], M_W), DEPTH, scalars.same)


def smaller_than_maximum() -> None:
    gap = sums.Gap("no difference", 0)
    gap.check(sums.Largest(sums.P[A]), sums.P[A], Ordering(), sums.same)


def joined() -> Any:
    start = local.moved_logits().lines[-2]
    return local.JoinBoth().apply(start + local.M_X, Ordering())


def averaged(body: Any) -> Any:
    return orders.OrderMean(body)


FALSE: dict[str, Callable[[], Any]] = {
    "growth for >=": lambda: Halved().apply(1 / M_W, DEPTH),
    "growth for a cited >=": lambda: Cited(halved()).apply(M_x - M_W, DEPTH),
    "growth for a restriction": lambda: attained.Restricted(False, True, False).apply(
        -Norm(attained.whole(False, True, False)), DEPTH
    ),
    "negative factor of λ_max": lambda: pulled(sp.Integer(-1)),
    "negative entries off the diagonal": lambda: EqualEntries(scalars.same, -M_W, sp.S.Zero).apply(
        eigenvalue(-M_W, 0), DEPTH
    ),
    "negative entries on the diagonal": lambda: EqualEntries(scalars.same, sp.S.Zero, -M_W).apply(
        eigenvalue(0, -M_W), DEPTH
    ),
    "a summand with L": lambda: published.Telescoping(L**2).apply(sp.Sum(2 * L - 1, (factor, 1, L)), DEPTH),
    "a sum that starts later": lambda: orders.Exchange(sp.Integer(1), sp.Integer(2)).apply(
        averaged(sp.Sum(PLACED[orders.I], (orders.I, 2, PLACE + 1)) * PLACED[1]), Ordering(PLACE >= 1)
    ),
    "a place before the first": lambda: orders.Exchange(sp.Integer(0), sp.Integer(1)).apply(
        averaged(orders.partial(PLACE) * PLACED[1]), Ordering(PLACE >= 1)
    ),
    "two names for one place": lambda: orders.EveryNumber().apply(
        averaged(sp.Abs(PLACED[I] - PLACED[J])), Ordering(I >= 1, J >= 1)
    ),
    "a bound of the maximum for one a": smaller_than_maximum,
    "an undecided empty range": lambda: entries.EqualWidths().apply(
        sp.Product(width[factor], (factor, 1, layer - 1)), LAYER
    ),
    "a term without a product": joined,
    "no absolute value": lambda: peano.MeanValue().apply(
        sp.exp(peano.VALUE(1) - peano.VALUE(0) - peano.FORM / 2), Ordering()
    ),
    "balanced signs in three layers": lambda: two_classes.AlongEntries(two_classes.BALANCED).apply(
        Norm(State(layer)), Ordering(1 <= layer, layer <= L)
    ),
    "an unknown relation": lambda: captured.Exchange("larger", "", captured.SINES, captured.SPREAD, ">="),
    "a factor before a sum of two terms": lambda: steps.SumTriangle().apply(
        sp.Abs(2 + sp.Sum(ENTRY[I], (I, 1, PLACE))), Ordering()
    ),
}


@pytest.mark.parametrize("name", sorted(FALSE))
def test_a_false_line_is_refused(name: str) -> None:
    with pytest.raises((RuleFailure, NotSettled)):
        FALSE[name]()


def test_a_chain_that_goes_up_and_down_is_refused() -> None:
    up = Step(M_W, steps.AtMost("up", M_x, M_W))
    down = Step(norm_A, steps.AtLeast("down", M_W, norm_A))
    mixed = Derivation("mixed", "mixed", Ordering(), M_x, (up, down), norm_A, same=steps.same)
    report = mixed.check(0, numbers=False)
    assert not report.ok
    assert "mixes" in report.why
    assert replace(mixed, steps=(up,), final=M_W).check(0, numbers=False).ok


def test_ranges_that_may_be_shorter_than_empty_are_kept() -> None:
    short = sp.Product(M_W, (factor, 1, layer - 2))
    assert not scalars.same(short, M_W ** (layer - 2), LAYER)
    assert scalars.same(short, M_W ** (layer - 2), Ordering(2 <= layer, layer <= L))
    assert not scalars.same(sp.Sum(M_W, (factor, 1, layer - 2)), (layer - 2) * M_W, LAYER)
    assert not steps.same(sp.Sum(ENTRY[0], (I, 1, N - 2)), (N - 2) * ENTRY[0], Ordering(N >= 0))
    assert steps.same(sp.Sum(ENTRY[0], (I, 1, N)), N * ENTRY[0], Ordering(N >= 0))
    kept = sp.Sum(1, (I, 1, N))
    assert exactly.expanded(kept) == kept
    assert exactly.expanded(kept, Ordering(N >= 0)) == N


def test_a_double_sum_is_taken_apart_index_by_index() -> None:
    double = sp.Sum(ENTRY[J], (I, 1, N), (J, 1, 3))
    assert exactly.expanded(double, Ordering(N >= 0)) == N * sp.Sum(ENTRY[J], (J, 1, 3))
    body = TABLE[I] * ENTRY[J]
    numbers: dict[Any, Any] = {TABLE: {1: sp.Integer(2), 2: sp.Integer(3)}, ENTRY: {1: sp.Integer(5), 2: sp.Integer(7)}}
    twice = sp.Sum(body, (I, 1, 2), (J, 1, 2))
    assert exactly.exact_value(exactly.expanded(twice), Valuation(numbers)) == 60


def test_a_power_with_a_norm_as_exponent_grows_for_bases_of_at_least_one() -> None:
    assert not scalars.grows(sp.Rational(1, 2) ** M_W, DEPTH)
    assert not scalars.grows(sp.Integer(2) ** (1 / (1 + M_W)), DEPTH)
    assert scalars.grows(sp.Integer(2) ** M_W, DEPTH)
    assert scalars.grows(M_W**L, DEPTH)


def test_a_larger_exponent_keeps_the_coefficient() -> None:
    rule = least_loss.Larger("larger", "", least_loss.LARGEST, least_loss.INPUT)
    line = 3 * least_loss.BASE ** (-least_loss.LARGEST)
    assert rule.apply(line, Ordering(K >= 1)) == 3 * least_loss.BASE ** (-least_loss.INPUT)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_numbers_alone_see_a_wrong_factor(seed: int) -> None:
    block, bound = exact.functional_block_norm(), h_term.at_object()
    for derivation, wrong in ((block, 2), (bound, sp.Rational(1, 2))):
        changed = replace(derivation.with_final(derivation.final * wrong), lemmas=())
        assert not changed.check(seed, symbolic=False).ok
        assert list(networks(derivation, seed))[-1].widths[-1] >= 2


def test_sums_over_several_numbers_are_refused() -> None:
    entry = sp.IndexedBase("m", positive=True)[sp.Symbol("l", integer=True)]
    one, two = sp.symbols("l s", integer=True)
    double, single = sp.Sum(entry, (one, 1, 3), (two, 1, 3)), sp.Sum(entry, (one, 1, 3))
    with pytest.raises(RuleFailure, match="several numbers"):
        scalars.same(double, single, Ordering())
