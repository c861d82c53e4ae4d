"""The checks of limit laws: they hold, wrong laws are seen, and the routes share no code."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from hessproof.proofs_check.checks.random_matrices import laws_fit, moments, sum_moments, sums_fit
from hessproof.proofs_check.checks.random_matrices.stated import sum_table, sum_transform
from hessproof.proofs_check.criteria import random_matrices as criteria
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.routes import is_shared
from hessproof.proofs_check.model.verdict import held
from hessproof.proofs_check.runner import trace_check

CHECKS = (*moments.CHECKS, *sum_moments.CHECKS, *laws_fit.CHECKS, *sums_fit.CHECKS)


@pytest.mark.slow
@pytest.mark.parametrize("check", moments.CHECKS + sum_moments.CHECKS, ids=lambda one: f"{one.claim}-{one.name}")
def test_exact_routes_hold_and_see_wrong_laws(check):
    found = check.run(Context(Profile.QUICK))
    assert held(found)
    assert all(control.caught for control in found.controls)


@pytest.mark.long
@pytest.mark.parametrize("check", laws_fit.CHECKS + sums_fit.CHECKS, ids=lambda one: f"{one.claim}-{one.part}")
def test_drawn_matrices_meet_the_criteria(check):
    found = check.run(Context(Profile.QUICK))
    assert held(found)
    assert sum(control.caught for control in found.controls) >= 0.8 * len(found.controls)
    assert all("threshold" not in record or record["values"] for record in found.details["criteria"])


@pytest.mark.slow
def test_routes_to_one_part_share_no_module():
    parts = {(check.claim, check.part) for check in CHECKS}
    for key in parts:
        routes = [check for check in CHECKS if (check.claim, check.part) == key]
        own = [{module for module in trace_check(check).modules if not is_shared(module)} for check in routes]
        assert all(modules for modules in own)
        for one, other in combinations(own, 2):
            assert not one & other, key


def test_every_generated_density_is_told_from_the_semicircle():
    kind = moments.KINDS["pennington2017.semicircle"]
    found = moments.wrong_densities(kind, 4, 100)
    assert len(found) > 15
    assert all(control.caught for control in found)


def test_tables_agree_with_the_law_that_they_are_made_of():
    table = sum_table(Fraction(1, 2), Fraction(3), True)
    assert table.atom == (0.0, pytest.approx(1 / 3))
    below, at = table.below(np.zeros(1))[0], table.at(np.zeros(1))[0]
    assert below == pytest.approx(1 / 6, abs=1e-5)
    assert at - below == pytest.approx(1 / 3)
    assert table.at(np.array([100.0]))[0] == pytest.approx(1)
    assert table.negative == pytest.approx(1 / 6)


def test_a_law_of_another_energy_misses_the_criterion():
    key, context = sums_fit.DENSITY, Context(Profile.QUICK)
    job = (400, sums_fit.CONTROLS[key], 8101)
    found = sums_fit._drawn(job)
    measured = sums_fit.measured(job, found)
    assert measured["distance"] <= criteria.DISTANCE
    assert measured["transform"] <= criteria.TRANSFORM["linear"]
    assert all(control.caught for control in sums_fit.wrong_laws(job, found, key))
    assert all(control.caught for control in sums_fit.wrong_transforms(job, found, context.profile))


def test_criteria_reject_what_they_should():
    rule = criteria.each(*sums_fit.DENSITY, "", "distance", (1,))
    assert rule.met(0.6)
    assert not rule.met(1.1)
    assert not rule.met(float("nan"))
    rate = criteria.rate(*sums_fit.DENSITY, "", (1, 2))
    assert rate.met([-0.8, -0.85])
    assert not rate.met([-0.5, -0.5])
    assert not rate.met([0.0, -0.1])


def test_the_transform_of_the_sum_is_that_of_the_unit_scale():
    assert {str(letter) for letter in sum_transform(True).free_symbols} == {"epsilon", "tau", "z"}
