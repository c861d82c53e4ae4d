"""Activations: each is what its name says, derivatives are derivatives, and kinks are decided as stated."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy

from hessproof.symbolic.architecture import ACTIVATIONS
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.nonlinear.activations import Activation, Logistic, Softplus, Z, activation, written_out

SIGMOID = 1 / (1 + sympy.exp(-Z))
T = sympy.Symbol("t")
NORMAL = sympy.Integral(sympy.exp(-(T**2) / 2), (T, -sympy.oo, Z)).doit() / sympy.sqrt(2 * sympy.pi)
TEXTBOOK: dict[str, Any] = {
    "linear": Z,
    "relu": sympy.Max(0, Z),
    "leaky-relu": sympy.Max(Z / 100, Z),
    "tanh": (sympy.exp(Z) - sympy.exp(-Z)) / (sympy.exp(Z) + sympy.exp(-Z)),
    "sigmoid": SIGMOID,
    "elu": sympy.Piecewise((Z, Z > 0), (sympy.exp(Z) - 1, True)),
    "softplus": sympy.log(1 + sympy.exp(Z)),
    "gelu": Z * NORMAL,
    "silu": Z * SIGMOID,
}
POINTS = [sympy.Rational(number, 7) for number in (-40, -9, -1, 1, 2, 30)]


def stages(name: str) -> list[Activation]:
    found = activation(name)
    return [found, found.first, found.second]


def test_every_name_of_an_architecture_has_its_expression() -> None:
    assert {activation(name).name for name in ACTIVATIONS} == set(TEXTBOOK)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_are_the_textbooks(name: str) -> None:
    for point in POINTS:
        ours = written_out(activation(name).value).subs(Z, point)
        assert abs(sympy.N(ours - TEXTBOOK[name].subs(Z, point), 30)) < 1e-25


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_are_differences_at_high_precision(name: str) -> None:
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -15
        for below, above in zip(stages(name), stages(name)[1:], strict=False):
            function, slope = (sympy.lambdify(Z, each.definition.value, modules="mpmath") for each in (below, above))
            for point in POINTS:
                at = mpmath.mpf(point.p) / point.q
                difference = (function(at + step) - function(at - step)) / (2 * step)
                assert abs(difference - slope(at)) < 1e-25


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_two_sides_meet_at_zero(name: str) -> None:
    found = activation(name).definition
    assert sympy.simplify(found.below.subs(Z, 0) - found.above.subs(Z, 0)) == 0


def test_kinks_are_decided_by_the_side_below() -> None:
    at_zero = {name: [stage.value.subs(Z, 0) for stage in stages(name)] for name in ("relu", "leaky-relu", "elu")}
    assert at_zero == {"relu": [0, 0, 0], "leaky-relu": [0, sympy.Rational(1, 100), 0], "elu": [0, 1, 1]}


def test_which_are_homogeneous_and_which_have_no_curvature() -> None:
    names = {"linear", "relu", "leaky-relu"}
    assert {name for name in ACTIVATIONS if activation(name).positively_homogeneous} == names
    assert {name for name in ACTIVATIONS if activation(name).piecewise_linear} == names


def test_special_functions_know_their_own_derivatives() -> None:
    for function in (Logistic, Softplus):
        direct = function.definition(Z).diff(Z)
        assert sympy.simplify(written_out(function(Z).diff(Z)) - direct) == 0


def test_control_a_wrong_slope_is_noticed() -> None:
    wrong = Activation("wrong", Z / 100, 2 * Z)
    assert sympy.simplify(wrong.above - activation("leaky-relu").above) != 0
    assert not Activation("shifted", Z + 1, Z + 1).positively_homogeneous


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnusableRequest, match="activation 'swish': expected one of linear, relu"):
        activation("swish")
