"""Norm bounds as data: their values for numbers of several kinds, their mutants, and what a bad request says."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.norms.bounds import BOUNDS
from hessproof.symbolic.norms.mutants import implied
from hessproof.symbolic.norms.symbols import (
    M_W,
    NAMES,
    L,
    LargestEigenvalue,
    M_x,
    layer,
    m,
    other,
    over_layers,
    product,
)
from hessproof.symbolic.norms.unrolled import compiled, largest_eigenvalue, nonnegative_bounds, square_root, unrolled

DEPTHS = (1, 2, 3, 4, 5)
norms = st.fractions(min_value=0, max_value=4, max_denominator=8)


def stated(key: str) -> list[int]:
    bound = BOUNDS[key]
    last = bound.most_layers or DEPTHS[-1]
    return [depth for depth in DEPTHS if bound.least_layers <= depth <= last]


def values(kind: type, depth: int) -> dict:
    made = {name: kind(3) / 4 for name in NAMES.values()}
    for name in ("m", "b", "norm_G", "norm_layer"):
        made[name] = [kind(n + 2) / 3 for n in range(depth)]
    return {**made, "widths": [2, *([3] * (depth - 1)), 2], "h": 3, "d": 2, "K": 2, "k": 5, "L": depth}


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(BOUNDS))
def test_every_bound_has_the_same_value_in_floats_and_arrays(key: str) -> None:
    for depth in stated(key):
        number = 1 if BOUNDS[key].needs_layer else None
        function = BOUNDS[key].compiled(depth, number)
        one = function(values(float, depth))
        both = function(values(lambda x: np.full(3, float(x)), depth))
        assert np.allclose(both, float(one), rtol=1e-12)
        assert float(one) >= 0


@pytest.mark.parametrize(
    "key", ["thm1", "g_term", "g_term_common", "g_term_bias", "layer_derivative", "lemma1", "entries"]
)
def test_rationals_and_balls_agree_with_floats(key: str) -> None:
    for depth in stated(key):
        number = 1 if BOUNDS[key].needs_layer else None
        function = BOUNDS[key].compiled(depth, number)
        plain = float(function(values(float, depth)))
        ball = function(values(flint.arb, depth))
        assert abs(float(ball.mid() if hasattr(ball, "mid") else ball) - plain) <= 1e-9 * max(1, plain)
        if key not in ("thm1", "lemma1"):
            exact = function(values(Fraction, depth))
            assert isinstance(exact, int | Fraction)
            assert float(exact) == pytest.approx(plain)


def test_the_removable_quotient_is_the_geometric_sum() -> None:
    bound = BOUNDS["thm1"]
    for depth in DEPTHS:
        at_one = bound.compiled(depth)({"M_W": 1.0, "M_x": 0.0})
        assert at_one == pytest.approx(math.sqrt(2) * depth)
        shown = bound.shown.subs({L: depth, M_W: sp.Rational(3, 2), M_x: 2})
        assert float(shown) == pytest.approx(bound.compiled(depth)({"M_W": 1.5, "M_x": 2.0}))


def test_one_layer_of_the_theorem_is_the_case_of_one_layer() -> None:
    assert sp.expand(BOUNDS["thm1"].at(1) - BOUNDS["thm1_L1"].at(1)) == 0


@pytest.mark.slow
@given(st.lists(norms, min_size=2, max_size=5), norms)
@settings(max_examples=10, deadline=None)
def test_common_bounds_are_at_least_those_by_layers(sizes: list[Fraction], x: Fraction) -> None:
    depth, largest = len(sizes), max(sizes)
    here = {"m": sizes, "norm_x": x, "norm_A": Fraction(1, 2), "norm_delta": Fraction(1)}
    common = {"M_W": largest, "M_x": x, "norm_A": Fraction(1, 2), "norm_delta": Fraction(1)}
    assert BOUNDS["g_term"].compiled(depth)(here) <= BOUNDS["g_term_common"].compiled(depth)(common)
    if largest > 0:
        floats = {name: [float(s) for s in v] if name == "m" else float(v) for name, v in here.items()}
        for key in ("h_term", "hessian"):
            by_layers = float(BOUNDS[f"{key}_at"].compiled(depth)(floats))
            assert by_layers <= float(BOUNDS[f"{key}_common_at"].compiled(depth)(common)) * (1 + 1e-9) + 1e-12


def test_equal_norms_make_both_the_same() -> None:
    for depth in (2, 3, 4):
        here = {"m": [1.5] * depth, "norm_x": 2.0, "M_W": 1.5, "M_x": 2.0, "norm_A": 0.3, "norm_delta": 0.7}
        for key in ("h_term", "hessian"):
            one, two = (BOUNDS[f"{key}{end}"].compiled(depth)(here) for end in ("_at", "_common_at"))
            assert float(one) == pytest.approx(float(two))


def test_without_biases_the_bound_with_bias_has_only_its_columns_more() -> None:
    here = {"m": [0.5, 2.0, 1.5], "b": [0.0] * 3, "norm_x": 2.0, "norm_A": 0.3, "norm_delta": 0.7}
    for key in ("g_term", "h_term", "hessian"):
        plain, more = (float(BOUNDS[f"{key}{end}"].compiled(3)(here)) for end in ("_at", "_bias_at"))
        assert plain < more


def test_eigenvalue_lies_between_its_two_quotients() -> None:
    rows = [
        [Fraction(0), Fraction(2), Fraction(3)],
        [Fraction(2), Fraction(0), Fraction(1)],
        [Fraction(3), Fraction(1), 0],
    ]
    above, below = nonnegative_bounds(rows, [Fraction(3), Fraction(2), Fraction(3)])
    assert float(below) <= largest_eigenvalue(rows) <= float(max(above))


def test_blocks_of_two_are_laid_out_by_layers() -> None:
    node = LargestEigenvalue(sp.Matrix([[m[layer], m[other]], [0, 0]]), sp.zeros(2, 2))
    assert node.matrix(2) == sp.Matrix([[0, 0, m[2], 0], [0, 0, m[1], 0], [m[2], m[1], 0, 0], [0, 0, 0, 0]])
    assert node.free_symbols.isdisjoint({layer, other})


@pytest.mark.parametrize(
    "key", ["g_term_common", "g_term", "h_term_common_at", "layer_derivative", "thm1_L1", "softmax"]
)
def test_mutants_differ_and_weaker_ones_are_larger(key: str) -> None:
    original = BOUNDS[key]
    found = list(original.mutants())
    assert any(mutant.weaker is False for mutant in found)
    for mutant in found:
        assert mutant.mutation
        assert mutant.key.startswith(f"{key}~")
        if mutant.weaker:
            for depth in stated(key)[:3]:
                number = 1 if original.needs_layer or mutant.needs_layer else None
                here = values(float, depth)
                pair = [
                    float(each.compiled(depth, number if each.needs_layer else None)(here))
                    for each in (original, mutant)
                ]
                assert pair[0] <= pair[1] + 1e-12


@pytest.mark.slow
def test_mutants_contain_exponents_constants_and_missing_layers() -> None:
    texts = " | ".join(mutant.mutation for mutant in BOUNDS["g_term"].mutants())
    assert "exponent" in texts
    assert "half of it" in texts
    assert "product from" in texts
    assert "sum to" in texts
    assert "diagonal" in " ".join(mutant.mutation for mutant in BOUNDS["hessian_at"].mutants(9, (1, 2)))


def test_implied_settles_what_it_can() -> None:
    x, y = M_W, M_x
    assert implied([(x * y, x * y + x)]) is True
    assert implied([(x * y, x * y**2)]) is False
    assert implied([(2 * x * y, x**2 + y**2)]) is None


def test_bounds_survive_pickling() -> None:
    for bound in BOUNDS.values():
        again = pickle.loads(pickle.dumps(bound))
        assert again.expression == bound.expression
        assert again.key == bound.key


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: BOUNDS["thm1_L1"].compiled(2), "2 layers for bound thm1_L1: expected 1 to 1"),
        (lambda: BOUNDS["entries_equal"].compiled(1), "1 layers for bound entries_equal: expected 2 or more"),
        (lambda: BOUNDS["layer_derivative"].compiled(2), "layer None for bound layer_derivative: expected 1 to 2"),
        (lambda: BOUNDS["layer_derivative"].at(2, 3), "layer 3 for bound layer_derivative: expected 1 to 2"),
        (lambda: square_root(Fraction(2)), "the root of 2: expected the square of a rational"),
    ],
)
def test_bad_requests_are_one_line(call, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnusableRequest, match=r"\A" + text.replace("(", r"\(")):
        call()


def test_unknown_nodes_are_refused() -> None:
    with pytest.raises(TypeError, match="no value for"):
        compiled(sp.sin(M_W))
    with pytest.raises(TypeError, match="no value for the power"):
        compiled(M_W ** sp.Rational(1, 3))


def test_sums_and_products_are_written_out() -> None:
    assert unrolled(over_layers(product(layer + 1, L)), 3) == m[2] * m[3] + m[3] + 1
    assert unrolled(product(2, 1), 3) == 1
