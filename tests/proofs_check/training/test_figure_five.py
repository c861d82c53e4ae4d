"""Figure 5: two panels, resumable, and what they must show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hessproof.numeric.training.flow import gradient_flow
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.numeric.training.problem import LinearProblem
from hessproof.numeric.training.teacher import linear_teacher
from hessproof.proofs_check.reproduction.figure_5 import hessian_ranks, panels
from hessproof.proofs_check.reproduction.store import Store
from hessproof.symbolic.architecture import Architecture

ARCHITECTURE = Architecture((5, 4, 3, 2))


@pytest.fixture(scope="module")
def run() -> tuple[LinearProblem, object]:
    problem = LinearProblem(ARCHITECTURE, *linear_teacher(ARCHITECTURE, seed=3))
    start = initial_parameters(ARCHITECTURE, "glorot-normal", 3)
    return problem, gradient_flow(problem.gradient, start, [0.0, 1.0, 200.0], relative=1e-8)


@pytest.mark.slow
def test_panels_show_falling_numerical_and_constant_exact_ranks(run: tuple, tmp_path: Path) -> None:
    problem, path = run
    made: list[str] = []
    left, right = panels(problem, path, (0, 2), "test inputs", "fig5", Store(tmp_path, made.append))
    assert (left.id, right.id) == ("fig5-weights", "fig5-hessians")
    assert {tuple(series.y) for series in left.series} == {(4, 4, 4), (3, 3, 3), (2, 2, 2)}
    values = {series.name: series.y for series in right.series}
    assert values["rk H_f, numerical"][-1] == 0
    assert values["rk H_L, numerical"][-1] == values["rk H_o, numerical"][-1]
    assert values["rk H_f, exact"][0] == values["rk H_f, exact"][1] > 0
    assert values["rk H_L, exact"][1] > values["rk H_o, exact"][1]
    levels = {line.name: line.at for line in right.lines}
    assert values["rk H_L, exact"][0] == levels["bound on rk H_L"] <= levels["bound of §4.4"]
    assert right.table is not None
    assert len(right.table.rows) == 3


@pytest.mark.slow
def test_a_second_run_reads_what_the_first_has_made(run: tuple, tmp_path: Path) -> None:
    problem, path = run
    first = panels(problem, path, (0,), "test inputs", "fig5", Store(tmp_path))
    store = Store(tmp_path)
    assert panels(problem, path, (0,), "test inputs", "fig5", store) == first
    assert store.made == 0
    assert store.reused == 7


def test_gaps_stand_beside_numerical_ranks(run: tuple) -> None:
    problem, path = run
    found = hessian_ranks(problem, path.states[0], None)
    assert found["loss"]["gap"] > 1e6
    assert np.isclose(found["tolerance"], 1e-6 * found["loss"]["norm"])
