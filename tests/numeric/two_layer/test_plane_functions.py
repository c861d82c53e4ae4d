"""Quadratics and cubics in the plane, on which statements about convexity are tried."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.two_layer.functions import Cubic, Quadratic, drawn_cubics, falling, lowered, quadratics

SMALL = st.integers(-2, 2)


@settings(max_examples=30, deadline=None)
@given(SMALL, SMALL, SMALL, SMALL, SMALL)
def test_critical_points_and_kinds_agree_with_linear_algebra(a: int, b: int, d: int, p: int, q: int) -> None:
    f = Quadratic(a, b, d, p, q)
    values = np.linalg.eigvalsh([[a, b], [b, d]])
    kind = "definite" if values[0] > 1e-9 else "semidefinite" if values[0] > -1e-9 else "other"
    assert f.kind == kind
    assert f.indefinite == (values[0] < -1e-9 and values[1] > 1e-9)
    assert all(f.gradient(point) == (0, 0) for point in f.critical())
    matrix, right = np.asarray([[a, b], [b, d]]), np.asarray([p, q])
    solvable = np.linalg.matrix_rank(matrix) == np.linalg.matrix_rank(np.column_stack([matrix, right]))
    assert bool(f.critical()) == solvable


def test_all_kinds_of_functions_occur() -> None:
    found = list(quadratics())[:320]
    seen = {(f.kind, f.indefinite, min(len(f.critical()), 2), bool(f.minimisers())) for f in found}
    assert {kind for kind, *_ in seen} == {"definite", "semidefinite", "other"}
    assert {("semidefinite", False, 0, False), ("semidefinite", False, 2, True), ("definite", False, 1, True)} <= seen
    assert any(f.indefinite and f.critical() for f in found)


def test_the_hessian_of_a_cubic_and_its_falling_directions() -> None:
    for cubic in drawn_cubics(30, 1):
        x = (Fraction(1, 2), Fraction(-1))
        xx, xy, yy = cubic.hessian(x)
        h = Fraction(1, 7)
        sides = cubic.value((x[0] + h, x[1])) + cubic.value((x[0] - h, x[1])) - 2 * cubic.value(x)
        assert sides == xx * h**2  # exact, as odd terms cancel
        v = falling(cubic, x)
        assert (v is None) == (xx >= 0 and yy >= 0 and xx * yy >= xy**2)
        assert (lowered(cubic, x) is None) == (v is None)


def test_a_saddle_has_a_segment_and_a_bowl_has_none() -> None:
    assert lowered(Cubic({(1, 1): 1}), (0, 0)) is not None
    assert lowered(Cubic({(2, 0): 1, (0, 2): 1}), (0, 0)) is None
