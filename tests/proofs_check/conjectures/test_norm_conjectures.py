"""Norm bounds: values that count, norms that are rational, comparisons that are rigorous, corners that are reached."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import islice

import flint
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.norms.exact import ball_operator_norm
from hessproof.proofs_check.conjectures.api import Statement, conjecture
from hessproof.proofs_check.conjectures.evaluator import Direct
from hessproof.proofs_check.conjectures.reading import BadValue
from hessproof.proofs_check.conjectures.search import search
from hessproof.proofs_check.conjectures.spaces.choose import space_of
from hessproof.proofs_check.conjectures.spaces.norm_cases import NormCase, rational, rational_norm
from hessproof.proofs_check.conjectures.spaces.norm_shapes import KINDS, drawn_case, shaped, unit_vector
from hessproof.proofs_check.conjectures.spaces.norm_truth import Norm, confirmed, norm_of, on_kink
from hessproof.proofs_check.conjectures.spaces.norm_values import Stated, read_norm
from hessproof.proofs_check.conjectures.spaces.norms import space
from hessproof.symbolic.architecture import Architecture

ONE, HALF = Fraction(1), Fraction(1, 2)
RELU = {"activation": "relu", "loss": "cross-entropy"}


def searched(formula, largest):
    made = space_of(formula.statement)
    return made, search(
        made, Direct(formula, made.reader), formula.statement.relation, max_parameters=largest, seconds=10.0**4
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3"), (Fraction(2, 6), "1/3"), (np.int64(2), "2"), (np.float64(0.25), "0.25"), (1e300, "1e+300"),
        (sympy.Rational(1, 3), "1/3"), (sympy.sqrt(2), "1.41421356237"), (sympy.Float("0.1"), "0.1"),
        (mpmath.mpf("0.5"), "0.5"), (math.inf, "infinity"), (sympy.oo, "infinity"), (0, "0"), (0.0, "0"),
    ],
)  # fmt: skip
def test_numbers_of_every_kind_are_read(value, shown):
    assert str(read_norm(value)) == shown


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (None, "None"), (True, "truth value"), (np.bool_(False), "truth value"), (sympy.true, "truth value"),
        (-1, "negative"), (-0.5, "negative"), (float("nan"), "nan"), (sympy.nan, "no real number"),
        (sympy.I, "no real number"), (sympy.Symbol("x"), "symbols"), (2 + 3j, "complex"), ("2", "str"), ([1], "list"),
        (-math.inf, "minus infinity"), (sympy.zoo, "no real number"), (-sympy.sqrt(2), "negative"),
    ],
)  # fmt: skip
def test_what_is_no_bound_is_refused_in_words(value, complaint):
    with pytest.raises(BadValue, match=complaint):
        read_norm(value)


def test_rounding_of_a_float_refutes_nothing_but_an_exact_number_does():
    two = Norm(np.asarray([[0, 2], [2, 0]], dtype=object), True)
    assert two.against(read_norm(2.0 * (1 - 1e-14)), "<=") is None
    assert two.against(read_norm(2.0 * (1 - 1e-9)), "<=") is False
    assert two.against(read_norm(Fraction(2) - Fraction(1, 10**30)), "<=") is False
    assert two.against(read_norm(2), "==") is True
    assert two.against(read_norm(2), ">=") is True
    assert two.against(read_norm(sympy.sqrt(4)), "<=") is True
    root = Norm(np.asarray([[1, 1], [1, -1]], dtype=object), True)
    assert root.against(read_norm(sympy.sqrt(2)), "<=") is None
    assert root.against(read_norm(sympy.sqrt(2) - sympy.Rational(1, 10**30)), "<=") is False
    assert root.against(read_norm(math.inf), "<=") is True
    assert str(root) == "1.41421356237310"


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.integers(1, 3), st.integers(1, 3), st.data())
def test_a_norm_is_said_to_be_rational_only_if_it_is(rows, columns, data):
    entries = data.draw(st.lists(st.sampled_from([-2, -1, 0, 1, 2]), min_size=rows * columns, max_size=rows * columns))
    matrix = tuple(tuple(Fraction(x, 3) for x in entries[i * columns : (i + 1) * columns]) for i in range(rows))
    found, ball = rational_norm(matrix), ball_operator_norm(matrix)
    with flint.ctx.workprec(300):
        nearest = Fraction(round(float(ball) * 3), 3)
        assert ball.overlaps(flint.arb(flint.fmpq(nearest.numerator, nearest.denominator))) == (found == nearest)
        assert found in (None, nearest)


def test_shapes_have_the_norm_they_are_asked_for():
    rng = np.random.default_rng(0)
    for kind in KINDS:
        for rows, columns in ((1, 1), (2, 3), (4, 2)):
            found = shaped(rng, rows, columns, kind, Fraction(3, 2), None)
            assert rational_norm(found) == (0 if kind == "zero" else Fraction(3, 2))
    for size in range(1, 6):
        assert rational_norm((unit_vector(rng, size),)) == 1


@pytest.mark.parametrize("activation", ["linear", "relu", "leaky-relu", "tanh"])
@pytest.mark.parametrize("loss", ["mse", "cross-entropy", "cosh"])
def test_floats_blocks_and_jets_measure_the_same_norms(activation, loss):
    rng = np.random.default_rng(4)
    for bound_on, part in (("gauss_newton_norm", "outer"), ("hessian_norm", "loss")):
        made = space(Statement("f", bound_on, "<=", "every", None, activation, loss))
        for widths, bias in (((1, 2, 2), True), ((1, 1, 1, 2), False), ((2, 1), True)):
            case = drawn_case(rng, Architecture(widths, bias, activation, loss))
            if on_kink(case, activation):
                continue
            assert rational(case, loss)
            (near,) = made.measure([case])
            exact = norm_of(case, activation, loss, part)
            assert abs(float(exact.ball) - near) <= 1e-9 * (1 + near)
            below = Fraction(near) * Fraction(999_999, 1_000_000) - Fraction(1, 10**9)
            if below > 0:
                assert confirmed(case, activation, loss, part, Stated(below, below), "<=") is not None
            above = Fraction(near) * Fraction(1_000_001, 1_000_000) + Fraction(1, 10**9)
            assert confirmed(case, activation, loss, part, Stated(above, above), "<=") is None
            assert exact.against(Stated(above, above), "<=") is True


def g_term(a):
    total = Fraction(0)
    for layer in range(a.layers):
        rest = Fraction(1)
        for norm in (*a.weight_norms[:layer], *a.weight_norms[layer + 1 :]):
            rest *= norm**2
        total += rest
    return HALF * a.input_norm**2 * total


def test_the_published_bound_is_refuted_where_a_weight_is_below_one():
    @conjecture(bound_on="gauss_newton_norm", **RELU)
    def published(a):
        m = float(a.weight_norm)
        return math.sqrt(2) * (
            a.layers * float(a.input_norm) ** 2 * m ** (2 * a.layers)
            + sum(m ** (2 * l) for l in range(1, a.layers + 1))
        )

    made, outcome = searched(published, 2)
    shown = made.counterexample(outcome.found)
    assert (shown.widths, shown.predicted, shown.measured) == ([1, 2], "0", "1/2")
    assert shown.weights == [[["0"], ["0"]]]
    assert shown.confirmed_by is not None
    assert outcome.minimal


@pytest.mark.slow
def test_the_repaired_bound_survives_and_one_wrong_in_a_corner_does_not(monkeypatch):
    right = conjecture(bound_on="gauss_newton_norm", **RELU)(g_term)
    _, outcome = searched(right, 2)
    assert outcome.found is None
    assert outcome.complete

    @conjecture(bound_on="gauss_newton_norm", **RELU)
    def corner(a):
        return g_term(a) * (Fraction(4, 5) if a.layers == 3 and min(a.weight_norms) >= 2 else 1)

    # straight to the corners, as small networks take long, and no time to go back to them
    monkeypatch.setattr("hessproof.proofs_check.conjectures.search.PLAN", (("directed", 1.0),))
    monkeypatch.setattr("hessproof.proofs_check.conjectures.search.PROMPT", 0.0)
    monkeypatch.setattr("hessproof.proofs_check.conjectures.search.PROMPT_SHARE", 0.0)
    made, outcome = searched(corner, None)
    shown = made.counterexample(outcome.found)
    assert len(shown.widths) == 4
    assert shown.confirmed_by is not None


CORNERS = {
    "one output": lambda a: a.outputs == 1 and a.weight_norms[0] == 2,
    "norm below one": lambda a: 0 < a.weight_norm < 1 and a.input_norm > 0,
    "norm one": lambda a: a.weight_norms == (1, 1) and a.input_norm == 1,
    "norm above one": lambda a: a.weight_norm > 1 and a.layers == 2,
}


@pytest.mark.long
@pytest.mark.parametrize("corner", CORNERS)
def test_a_bound_wrong_in_a_corner_is_refuted_for_linear_networks(corner):
    def formula(a):
        pairs = (a.layers - 1) * a.residual_norm * a.input_norm * max(1, a.weight_norm) ** max(0, a.layers - 2)
        value = 2 * g_term(a) + pairs
        return value * Fraction(9, 10) if CORNERS[corner](a) else value

    made, outcome = searched(conjecture(bound_on="hessian_norm")(formula), 2)
    assert outcome.found is not None
    assert CORNERS[corner](made.describe(outcome.found.case))
    assert made.counterexample(outcome.found).confirmed_by is not None


@pytest.mark.slow
def test_directed_and_random_networks_reach_the_corners():
    made = space(Statement("f", "hessian_norm", "<=", "every", None, "relu", "mse"))
    directed = [made.describe(case) for case in islice(made.directed(12), 250)]
    random = [made.describe(case) for case in islice(made.random(np.random.default_rng(0), 12), 250)]
    for told in (directed, random):
        for number, corner in enumerate((
            lambda a: a.weight_norm < 1, lambda a: a.weight_norms == (1,) * a.layers,
            lambda a: min(a.weight_norms) > 1,
            lambda a: min(a.weight_norms) == 0, lambda a: a.bias and max(a.bias_norms) > 0, lambda a: a.layers == 1,
            lambda a: a.layers >= 3, lambda a: a.outputs == 1, lambda a: a.inputs == 1, lambda a: a.input_norm < 1,
        )):  # fmt: skip
            assert any(corner(a) for a in told), number
    assert any(a.samples == 2 for a in random)
    assert all(a.parameters <= 12 for a in directed + random)


def test_the_order_is_kept_and_simpler_networks_stay_rational():
    made = space(Statement("f", "gauss_newton_norm", "<=", "every", False, "relu", "cross-entropy"))
    for level, _ in zip(made.levels(), range(2), strict=False):
        cases = list(level.cases)
        assert cases == sorted(cases, key=made.key)
        assert all(not on_kink(case, "relu") and rational(case, "cross-entropy") for case in cases)
    case = drawn_case(np.random.default_rng(1), Architecture((2, 2, 2), False, "relu", "cross-entropy"))
    assert all(rational(one, "cross-entropy") for one in made.smaller(case))
    assert list(made.smaller(case))


def test_residual_norms_are_told_where_they_are_rational():
    made = space(Statement("f", "hessian_norm", "<=", "every", False, "linear", "mse"))
    case = NormCase((1, 1), False, (((ONE,),),), ((ONE,), (HALF,)), ((ONE,), (-HALF,)))
    told = made.describe(case)
    assert (told.residual_norm, told.input_norms, told.samples) == (1, (1, HALF), 2)
    assert str(norm_of(case, "linear", "mse", "loss")) == "5/8"
    other = space(Statement("f", "hessian_norm", "<=", "every", False, "linear", "cross-entropy"))
    with pytest.raises(AttributeError, match="irrational"):
        _ = other.describe(NormCase((1, 1), False, (((ONE,),),), ((ONE,),), (0,))).residual_norm
