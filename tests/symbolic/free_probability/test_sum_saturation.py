"""Where the index with ReLU ends, and derivatives by truncated series."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.free_probability import plateau, sylvester
from hessproof.symbolic.free_probability.critical_energy import DEPTH, ENERGY, energy_at, level
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU, RELU_SATURATION
from hessproof.symbolic.free_probability.symbols import SIGMA, TAU, G
from hessproof.symbolic.free_probability.taylor import derivatives
from hessproof.symbolic.ordering import Ordering

DERIVATIONS = (plateau.share(), sylvester.negative_index())
HEAVY = (plateau.arrival(), plateau.at_once(True), plateau.at_once(False))


def _judge(derivation: Derivation) -> None:
    report = derivation.check(0)
    assert report.ok, report.why
    mutants = list(derivation.mutants())
    for mutant in mutants[:: max(1, len(mutants) // 6)]:
        assert mutant.rejection() or not mutant.differs(derivation), mutant.description


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda one: one.claim)
def test_derivation(derivation: Derivation) -> None:
    _judge(derivation)


@pytest.mark.slow
@pytest.mark.parametrize("derivation", HEAVY, ids=lambda one: one.claim)
def test_heavy_derivation(derivation: Derivation) -> None:
    _judge(derivation)


def test_energy_of_arrival_at_its_ends() -> None:
    at = RELU_SATURATION.subs(SIGMA, 1)
    assert at.subs(TAU, 2) == 0
    assert sp.limit(at * (TAU - 1) ** 3, TAU, 1) == sp.Rational(27, 2)
    assert at.subs(TAU, sp.Rational(14, 9)) == sp.Rational(125, 4)


def test_between_one_and_two_the_index_does_not_arrive_at_once() -> None:
    start = plateau.Arrival(level(PENNINGTON_RELU), TAU)
    with pytest.raises(RuleFailure, match="not visibly beyond"):
        plateau.SolveBeyondPole(plateau.BETWEEN, None).apply(start, Ordering())
    with pytest.raises(RuleFailure, match="not positive with the limit 0"):
        plateau.ToInfinity(plateau.BETWEEN).apply(plateau.Least(energy_at(PENNINGTON_RELU)), Ordering())


def test_without_activation_no_logarithm_counts_beyond_a_pole() -> None:
    counted = plateau.Arguments().apply(plateau.Counted(PENNINGTON.potential), Ordering())
    assert counted == 0


def test_columns_that_do_not_fit_are_refused() -> None:
    wide = sp.MatrixSymbol("J", sylvester.ROWS, 2 * sylvester.COLUMNS)
    curved = sylvester.U * sylvester.MIDDLE * sylvester.U.T
    with pytest.raises(RuleFailure, match="cannot be linearly independent"):
        sylvester.Sylvester().apply(sylvester.Index(wide * wide.T + curved), Ordering())
    with pytest.raises(RuleFailure, match="cannot be linearly independent"):
        sylvester.Sylvester().apply(sylvester.Index(sylvester.U * sylvester.U.T + curved), Ordering())


def test_negative_eigenvalues_against_a_library() -> None:
    matrix = np.random.default_rng(3).integers(-4, 5, (7, 7))
    matrix = matrix + matrix.T
    assert sylvester.negative_eigenvalues(matrix.astype(object)) == int((np.linalg.eigvalsh(matrix) < 0).sum())
    with pytest.raises(ValueError, match="not symmetric"):
        sylvester.negative_eigenvalues(np.array([[0, 1], [2, 0]], dtype=object))


@pytest.mark.parametrize("key", [(0, 0), (1, 0), (2, 0), (4, 0), (0, 1), (1, 1), (2, 1), (0, 2)])
def test_series_have_the_derivatives_of_calculus(key: tuple[int, int]) -> None:
    formula = level(PENNINGTON_RELU).xreplace({DEPTH: -G, TAU: sp.Rational(1, 3), SIGMA: sp.Integer(2)})
    point = {G: sp.Rational(-3, 5), ENERGY: sp.Rational(7, 4)}
    expected = sp.diff(formula, G, key[0], ENERGY, key[1]) if key != (0, 0) else formula
    assert derivatives(formula, point, 4)[key] == expected.xreplace(point)


def test_a_pole_has_no_series() -> None:
    with pytest.raises(ZeroDivisionError):
        derivatives(1 / G, {G: sp.S.Zero, ENERGY: sp.S.One}, 2)
