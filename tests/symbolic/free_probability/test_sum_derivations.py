"""Derivations about sums: each holds, wrong formulas and wrong preconditions are rejected without numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import sympy as sp

from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.free_probability import (
    below_critical,
    critical_energy,
    distribution,
    edges,
    index_law,
    interpolation,
    polynomial,
    rational,
    relu_blocks,
    selection,
    semicircular,
)
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU, Model
from hessproof.symbolic.free_probability.radicals import LINEAR, RELU
from hessproof.symbolic.free_probability.symbols import SIGMA, TAU
from hessproof.symbolic.ordering import Ordering

LIGHT = (
    partial(polynomial.equation, PENNINGTON), selection.quotient, partial(edges.falls, PENNINGTON),
    partial(edges.falls, PENNINGTON_RELU), partial(below_critical.nothing_below, PENNINGTON),
    partial(below_critical.before_pole, PENNINGTON_RELU), partial(edges.last_end, True),
    partial(edges.last_end, False), partial(edges.overparameterised, PENNINGTON),
    partial(distribution.potential, PENNINGTON), partial(distribution.potential, PENNINGTON_RELU),
    partial(distribution.growth, PENNINGTON), semicircular.falls, semicircular.fades,
)  # fmt: skip
HEAVY = (
    edges.one_maximum, edges.first_end, relu_blocks.relu_r, partial(index_law.following, PENNINGTON),
    partial(index_law.following, PENNINGTON_RELU), partial(polynomial.equation, PENNINGTON_RELU), selection.apart,
    partial(edges.overparameterised, PENNINGTON_RELU), partial(critical_energy.published, PENNINGTON),
    partial(critical_energy.published, PENNINGTON_RELU), partial(below_critical.nothing_below, PENNINGTON_RELU),
    partial(index_law.leading, PENNINGTON), partial(index_law.leading, PENNINGTON_RELU),
    partial(distribution.growth, PENNINGTON_RELU), partial(interpolation.one_third, PENNINGTON),
    partial(interpolation.one_third, PENNINGTON_RELU),
)  # fmt: skip


def _name(made: Callable[[], Derivation]) -> str:
    """Without making it: that takes seconds, and not every run needs it."""
    if not isinstance(made, partial):
        return made.__name__
    return f"{made.func.__name__}-{'-'.join(str(getattr(one, 'key', one)) for one in made.args)}"


def _judge(derivation: Derivation) -> None:
    report = derivation.check(0)
    assert report.ok, report.why
    mutants = list(derivation.mutants())
    for mutant in mutants[:: max(1, len(mutants) // 4)]:
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


@pytest.mark.slow
@pytest.mark.parametrize("made", LIGHT, ids=_name)
def test_derivation(made: Callable[[], Derivation]) -> None:
    _judge(made())


@pytest.mark.long
@pytest.mark.parametrize("made", HEAVY, ids=_name)
def test_heavy_derivation(made: Callable[[], Derivation]) -> None:
    _judge(made())


def test_the_other_root_of_the_quadratic_is_no_maximum() -> None:
    wrong = -(3 - LINEAR.symbol) / ((1 - LINEAR.symbol) * (1 - TAU))
    rule = critical_energy.StationaryPoint(-wrong, LINEAR)
    with pytest.raises(RuleFailure, match="no positive zero"):
        rule.apply(
            critical_energy.Largest(critical_energy.energy_at(PENNINGTON).xreplace({SIGMA: sp.S.One})), Ordering()
        )


def test_an_equation_that_rises_with_the_energy_has_no_onset() -> None:
    level = critical_energy.level(PENNINGTON)
    flipped = level.xreplace({critical_energy.ENERGY: -critical_energy.ENERGY})
    with pytest.raises(RuleFailure, match="does not fall"):
        critical_energy.SolveForEnergy().apply(critical_energy.Onset(flipped), Ordering())


def test_an_energy_beyond_the_pole_is_no_onset() -> None:
    # from τ = 1 on, h is negative before the pole and positive only beyond it
    start = critical_energy.Onset(critical_energy.level(PENNINGTON_RELU).xreplace({TAU: sp.Rational(3, 2)}))
    with pytest.raises(RuleFailure, match="not visibly before the pole"):
        critical_energy.SolveForEnergy().apply(start, Ordering())


def test_no_energy_is_critical_at_one_but_not_below() -> None:
    derivation = edges.overparameterised(PENNINGTON_RELU)
    assert next(edges._large_tau(True)(derivation, 0)).symbols[TAU] == 1
    final = derivation.steps[1]
    below = sp.sympify(derivation.lines[1]).xreplace({TAU: TAU / (1 + TAU)})
    with pytest.raises(RuleFailure, match="not visibly positive"):
        final.rule.check(below, final.expression, Ordering(), derivation.same)


def test_without_activation_every_depth_is_covered() -> None:
    first = edges.overparameterised(PENNINGTON).steps[0].rule
    assert isinstance(first, rational.Exceeds)
    assert not first.chart
    assert edges.overparameterised(PENNINGTON).assumptions == ("τ ≥ 1", "g > 0")


def test_place_of_the_maximum_against_the_pole() -> None:
    third = {TAU: sp.Rational(1, 3), SIGMA: sp.Integer(2)}
    place, energy = -PENNINGTON_RELU.critical_root.xreplace(third), PENNINGTON_RELU.critical_energy.xreplace(third)
    assert sp.simplify(2 - energy * place**2 / 9) == sp.Rational(9, 5)
    # a pole at a quarter of the way would not do
    squared = 16 * PENNINGTON_RELU.critical_energy * TAU**2 * PENNINGTON_RELU.critical_root**2
    with pytest.raises(RuleFailure, match="not positive over"):
        below_critical.PositiveOver(RELU).check(2 - squared, sp.S.Zero, Ordering(), RELU.same)


def test_cauchy_schwarz_needs_its_own_squares() -> None:
    p, q = selection.P1, selection.Q1
    rule = selection.CauchySchwarz((p, q), (selection.P2, selection.Q2))
    with pytest.raises(RuleFailure, match="not the sum of squares"):
        rule.check(p * q, p**2 * q**2, Ordering(), critical_energy.parameter(PENNINGTON).same)


@pytest.mark.parametrize("model", [PENNINGTON, PENNINGTON_RELU], ids=lambda one: one.key)
def test_three_halves_law_against_the_closed_distribution(model: Model) -> None:
    tau, x, made = 0.3, 1e-4, model.compiled()
    energy = made.critical_energy(tau, 1.0) * (1 + x)
    coefficients = [float(c) for c in made.coefficients(0.0, energy, tau, 1.0)][::-1]
    below = [root for root in np.roots(np.trim_zeros(coefficients, "f")) if root.imag < 0]
    assert len(below) == 1
    alpha = 1 - made.potential(below[0], 0.0, energy, tau, 1.0).imag / math.pi
    # the next term is below 6/5 x, and the difference of two numbers near 1 is good to about 1e-9 of α here
    assert alpha / (made.index_coefficient(tau) * x**1.5) == pytest.approx(1, abs=2 * x)


@pytest.mark.slow
def test_next_coefficient_as_the_catalogue_prints_it() -> None:
    for model in (PENNINGTON, PENNINGTON_RELU):
        assert sp.limit(model.next_coefficient, TAU, 0) == sp.Rational(-6, 5)
        assert sp.nsimplify(model.next_coefficient.subs(TAU, 1)) == sp.Rational(-59, 90)
    s = LINEAR.symbol
    printed = -3 * (s**4 + 24 * s**3 + 18 * s**2 + 16 * s + 5) / (160 * s**3)
    assert LINEAR.equal(index_law.next_coefficient(PENNINGTON), printed)


def test_s_transform_needs_one_inverse() -> None:
    assert relu_blocks.s_transform(PENNINGTON.r_wishart.xreplace({SIGMA: sp.S.One})).subs(relu_blocks.MASS, 0) == 1
    with pytest.raises(RuleFailure, match="no single inverse"):
        relu_blocks.s_transform(PENNINGTON_RELU.r_wigner)
