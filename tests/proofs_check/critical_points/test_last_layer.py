"""Exact critical points, and what the last layer says about them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.numeric.critical_points.planted import negative, planted
from hessproof.numeric.critical_points.reduced import Problem
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.critical_points import last_layer
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.verdict import held
from hessproof.symbolic.two_layer import last_layer as derived


@pytest.mark.parametrize("relu", [False, True])
def test_planted_points_are_critical_and_their_inertia_is_that_of_the_kernels(relu: bool) -> None:
    for seed in range(4):
        one = planted(seed, 2, 6, relu)
        x, y = (np.asarray(rows, dtype=np.float64) for rows in (one.inputs, one.targets))
        problem = Problem(x, y, "relu" if relu else "linear")
        theta = np.asarray([each for rows in (one.first, one.last) for row in rows for each in row], dtype=np.float64)
        assert np.abs(problem.gradient(theta)).max() < 1e-10
        assert problem.energy(theta) > 0
        assert one.index() == (np.linalg.eigvalsh(problem.hessian(theta)) < -1e-9).sum()
        assert float(one.twice()[0]) == pytest.approx(2 * 6 * 2 * problem.energy(theta))


def test_inertia_by_congruence() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        square = rng.integers(-3, 4, (4, 4))
        matrix = square + square.T
        expected = (np.linalg.eigvalsh(matrix) < -1e-9).sum()
        assert negative([[Fraction(int(each)) for each in row] for row in matrix]) == expected


def test_both_routes_hold_for_both_parts() -> None:
    for check in last_layer.CHECKS:
        found = check.run(Context(Profile.QUICK))
        assert held(found), (check.part, check.name)
        assert CLAIMS[check.claim].part(check.part)


def test_every_mutant_is_rejected() -> None:
    for derivation in (derived.energy(), derived.half()):
        assert derivation.check(3).ok
        mutants = list(derivation.mutants())
        assert mutants
        assert all(mutant.rejection() for mutant in mutants)
