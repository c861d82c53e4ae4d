"""Rank per parameter as rational functions: the derivations, their rules, and values by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import K, L, d, q, r
from hessproof.symbolic.formulas import FORMULAS, best
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.spectra import ratio

ALL = (*ratio.width_law(), *ratio.two_layers(), *ratio.depth_law(), *ratio.bias_law())


@pytest.mark.parametrize("derivation", ALL, ids=lambda one: one.title)
def test_it_holds_symbolically_and_on_numbers(derivation: object) -> None:
    report = derivation.check(1)  # type: ignore[attr-defined]
    assert report.ok, report.why


@pytest.mark.long
@pytest.mark.parametrize("row", ["width", "depth", "bias"])
def test_another_rank_formula_is_rejected(row: str) -> None:
    found = list(ratio.controls(row, 12))
    assert found
    assert sum(caught for _, caught in found) >= len(found) // 3


@pytest.mark.parametrize(("inputs", "width", "layers", "outputs"), [(3, 2, 2, 1), (1, 4, 3, 2), (5, 3, 4, 3)])
def test_the_ratio_is_that_of_the_formula(inputs: int, width: int, layers: int, outputs: int) -> None:
    network = Architecture((inputs, *(width,) * (layers - 1), outputs))
    values = {d: inputs, r: inputs, K: outputs, L: layers, q: min(inputs, outputs), ratio.w: width}
    rank = best("loss").evaluate(network, inputs, min(inputs, outputs))
    assert Fraction(str(ratio.ratio().subs(values))) == Fraction(rank, network.parameters)


@pytest.mark.parametrize(("inputs", "width", "layers", "outputs"), [(3, 2, 2, 1), (1, 4, 3, 2), (5, 3, 4, 3)])
def test_the_ratio_with_bias_is_that_of_the_formula(inputs: int, width: int, layers: int, outputs: int) -> None:
    network = Architecture((inputs, *(width,) * (layers - 1), outputs), bias=True)
    values = {d: inputs, K: outputs, L: layers, ratio.w: width}
    both = {"augmented_data_rank": inputs + 1, "augmented_residual_rank": min(inputs + 1, outputs)}
    rank = best("loss", bias=True).evaluate(network, inputs, min(inputs, outputs), **both)
    found = ratio.ratio_with_bias(outputs > inputs).subs(values)
    assert Fraction(str(found)) == Fraction(rank, network.parameters)


def test_nonnegative_terms_refuse_what_may_be_negative() -> None:
    rule, order = ratio.NonnegativeTerms(), Ordering()
    a, free = ratio.narrow, sp.Symbol("x")
    assert rule.apply(a * (a + 2) / (1 + a) ** 2, order) == 0
    for wrong in (a - 1, -a, free, a / ratio.gap, a * free):
        with pytest.raises(RuleFailure):
            rule.apply(wrong, order)


def test_equality_of_rational_functions_is_not_a_comparison_of_forms() -> None:
    a, b = ratio.narrow, ratio.gap
    assert ratio.same((a**2 - b**2) / (a + b), a - b, Ordering())
    assert not ratio.same(a / (1 + b), a / (2 + b), Ordering())
    assert "width" in FORMULAS
