"""Losses written once: their derivatives for symbolic K against explicit second derivatives for K = 3."""

from __future__ import annotations

import pytest
import sympy as sp

from hessproof.symbolic.architecture import LOSSES
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.losses.expressions import MASS, OUTPUT, PROBABILITY, TARGET, A, B, F, K, Y, loss

OUTPUTS = sp.symbols("f1:4", real=True)
TARGETS = sp.symbols("t1:4", real=True)
NUMBERS = dict(zip((*OUTPUTS, *TARGETS), map(sp.Rational, ("1/3", "-2/5", "3/7", "1/2", "1/3", "1/6")), strict=True))


def explicit(name: str) -> sp.Expr:
    """The loss of three outputs, written out."""
    pairs = list(zip(OUTPUTS, TARGETS, strict=True))
    if name == "mse":
        return sum((f - y) ** 2 for f, y in pairs) / 2
    if name == "cosh":
        return sum(sp.log(sp.cosh(f - y)) for f, y in pairs)
    total = sum(sp.exp(f) for f in OUTPUTS)
    return -sum(y * sp.log(sp.exp(f) / total) for f, y in pairs)


def number(expression: sp.Expr, a: int = 1, b: int = 1) -> float:
    """An expression of this room at three outputs."""
    written = expression.xreplace({K: sp.Integer(3), A: sp.Integer(a), B: sp.Integer(b)}).doit()
    entries = {F[i]: NUMBERS[OUTPUTS[i - 1]] for i in (1, 2, 3)} | {Y[i]: NUMBERS[TARGETS[i - 1]] for i in (1, 2, 3)}
    return float(written.xreplace(entries).evalf(30))


@pytest.mark.slow
@pytest.mark.parametrize("name", LOSSES)
def test_value_gradient_and_curvature_are_those_of_the_written_out_loss(name: str) -> None:
    whole = explicit(name)
    assert number(loss(name).value) == pytest.approx(float(whole.subs(NUMBERS).evalf(30)), rel=1e-14)
    for a in (1, 2, 3):
        slope = whole.diff(OUTPUTS[a - 1])
        assert number(loss(name).gradient, a) == pytest.approx(float(slope.subs(NUMBERS).evalf(30)), rel=1e-13)
        for b in (1, 2, 3):
            second = slope.diff(OUTPUTS[b - 1]).subs(NUMBERS).evalf(30)
            assert number(loss(name).curvature, a, b) == pytest.approx(float(second), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_pointwise_forms_give_the_same_numbers(name: str) -> None:
    one = loss(name)
    powers = [sp.exp(NUMBERS[f]) for f in OUTPUTS]
    mass = sum(NUMBERS[y] for y in TARGETS)

    def at(expression: sp.Expr, c: int) -> float:
        values = {OUTPUT: NUMBERS[OUTPUTS[c - 1]], TARGET: NUMBERS[TARGETS[c - 1]], MASS: mass}
        return float(expression.subs({**values, PROBABILITY: powers[c - 1] / sum(powers)}).evalf(30))

    for a in (1, 2, 3):
        assert at(one.slope, a) == pytest.approx(number(one.gradient, a), rel=1e-13)
        for b in (1, 2, 3):
            expected = (at(one.weight, a) if a == b else 0) - float(mass) * at(one.coupling, a) * at(one.coupling, b)
            assert expected == pytest.approx(number(one.curvature, a, b), rel=1e-12, abs=1e-15)


def test_only_cross_entropy_is_unchanged_by_a_shift() -> None:
    assert [name for name in LOSSES if loss(name).shift_invariant] == ["cross-entropy"]


def test_an_unknown_loss_is_refused() -> None:
    with pytest.raises(UnusableRequest, match="hinge"):
        loss("hinge")
