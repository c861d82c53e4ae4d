"""The numeric routes to the density, the thresholds and the 3/2 law: they hold, and what is wrong is told apart."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.checks.free_probability import densities, exponent, quadrature, thresholds
from hessproof.proofs_check.checks.free_probability.published import (
    LINEAR,
    RELU,
    case,
    energies,
    laws,
    linear_ratios,
    relu_ratios,
)
from hessproof.proofs_check.model.check import Context, FunctionCheck, Profile
from hessproof.proofs_check.trace import executed_modules
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.models import PENNINGTON

QUICK = [
    check
    for module in (densities, thresholds, exponent, quadrature)
    for check in module.CHECKS
    if (check.claim, check.part) not in {("hessproof.index_law", key) for key in ("next", "relu", "relu_next")}
]


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(Profile.QUICK)


@pytest.mark.long
@pytest.mark.parametrize("check", QUICK, ids=lambda check: f"{check.claim}/{check.part}/{check.name}")
def test_every_route_holds_and_is_seen_to_fail(check: FunctionCheck, context: Context) -> None:
    evidence = check.run(context)
    assert evidence.tally.held == evidence.tally.satisfied > 0
    caught = sum(mutant.caught for mutant in evidence.controls)
    assert caught >= 4
    missed = [mutant for mutant in evidence.controls if not mutant.caught]
    assert all("Im Φ stays as it is" in mutant.by for mutant in missed)


def test_two_routes_to_the_density_share_nothing() -> None:
    one, two = (executed_modules(check.demonstrate) for check in densities.CHECKS)
    assert {name for name in one if ".numeric." in name}.isdisjoint(two)


def test_rational_critical_energies() -> None:
    assert all(0 < tau < 1 and LINEAR.energy(tau)[1] for tau in linear_ratios(20))
    assert all(0 < tau < 1 and RELU.energy(tau)[1] for tau in relu_ratios(20))
    assert not LINEAR.energy(Fraction(1, 3))[1]
    assert RELU.energy(Fraction(1, 3), Fraction(2)) == (Fraction(5, 4), True)


def test_the_generator_of_wrong_laws_reaches_every_kind() -> None:
    """Laws with another scale, ratio, energy, sign, shift and power, and some that are no law at all."""
    words = " ".join(text for text, _ in laws(LINEAR))
    assert all(each in words for each in ("negated", "doubled", "dropped", "squared", "added", "changed to"))
    place = densities.PLACE
    refused = 0
    for _, law in laws(LINEAR):
        try:
            FreeSum(law, *place).edges()
        except UnusableRequest:
            refused += 1
    assert 5 < refused < 30


def test_thresholds_are_told_from_their_neighbours() -> None:
    tau, one = Fraction(5, 32), Fraction(1)
    energy, exact = LINEAR.energy(tau)
    assert exact
    assert thresholds.is_threshold(LINEAR, tau, one, energy, True)
    assert not thresholds.is_threshold(LINEAR, tau, one, energy * (1 + Fraction(1, 10**9)), True)
    near, known = LINEAR.energy(Fraction(1, 3))
    assert not known
    assert thresholds.is_threshold(LINEAR, Fraction(1, 3), one, near, False)
    assert not thresholds.is_threshold(LINEAR, Fraction(1, 3), one, near * (1 + Fraction(1, 10**40)), False)
    assert not thresholds.is_threshold(LINEAR, Fraction(1, 3), one, Fraction(-1), False)
    assert len(list(energies(RELU))) > 100


def test_a_wrong_density_shows_in_mass_or_moments() -> None:
    expected = densities.prescribed(LINEAR, densities.PLACE)
    law = FreeSum(LINEAR, *densities.PLACE)
    good = densities.integrated(law, expected)
    assert good.right
    assert good.error < 1e-12
    off = densities.integrated(law, expected, lambda rho: lambda x: rho(x) * (1 + 1e-8))
    assert not off.right
    assert off.mass == pytest.approx(1e-8, rel=1e-3)


def test_only_the_three_halves_law_is_right() -> None:
    found = exponent.measured(LINEAR, Fraction(3, 8), 3)
    assert exponent.right(found, Fraction(3, 2))
    assert exponent.right(found, Fraction(3, 2), exponent.value(LINEAR.coefficient, Fraction(3, 8)))
    assert exponent.right(found, Fraction(3, 2), None, exponent.value(PENNINGTON.next_coefficient, Fraction(3, 8)))
    assert not exponent.right(found, Fraction(3, 2), found.factor.value * (1 + 1e-9))
    assert not any(exponent.right(found, Fraction(power)) for power in exponent.POWERS)


def test_cases_say_where_they_lie() -> None:
    assert case(Fraction(1), Fraction(0), Fraction(2)).traits == {"τ = 1", "σ ≠ 1", "ε = 0"}
    assert case(Fraction(3)).traits == {"τ > 1", "σ = 1", "ε > 0"}


def test_places_are_inside() -> None:
    law = FreeSum(RELU, "1/5", "5/2", "2")
    assert (law.density(quadrature.inner(law, 5)) > 0).all()
    assert np.all(law.stieltjes(quadrature.inner(law, 5)).imag < 0)
