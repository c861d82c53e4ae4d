"""Networks whose activation bends: Hessians in balls, ranks with their caveat."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy

from hessproof.numeric.network.balls import activated, ball_hessian
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.many import many_hessians
from hessproof.proofs_check.conjectures.api import Statement, conjecture
from hessproof.proofs_check.conjectures.evaluator import Direct
from hessproof.proofs_check.conjectures.search import search
from hessproof.proofs_check.conjectures.spaces.choose import space_of
from hessproof.proofs_check.conjectures.spaces.protocol import Found
from hessproof.proofs_check.conjectures.spaces.sample_space import UNDECIDED
from hessproof.proofs_check.conjectures.spaces.sampled import Sampled
from hessproof.proofs_check.conjectures.spaces.smooth import definition_hessian, space
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.nonlinear.activations import Z, activation

SMOOTH = ("tanh", "sigmoid", "elu", "softplus", "gelu", "silu")


@pytest.mark.parametrize("name", [*SMOOTH, "relu", "leaky-relu", "linear"])
def test_activations_of_balls_are_those_of_the_expressions_to_many_digits(name):
    found = activation(name)
    with flint.ctx.workprec(300):
        for z in (Fraction(3, 8), Fraction(-5, 8)):
            values = activated(name, flint.arb(flint.fmpq(z.numerator, z.denominator)))
            for value, stage in zip(values, (found, found.first, found.second), strict=True):
                exact = (
                    (stage.above if z > 0 else stage.below)
                    .xreplace({Z: sympy.Rational(z.numerator, z.denominator)})
                    .doit()
                )
                exact = exact.replace(lambda e: hasattr(e, "definition"), lambda e: type(e).definition(*e.args))
                expected = flint.arb(str(exact.evalf(60)))
                assert abs(value - expected) < flint.arb("1e-50")


def test_a_kink_that_may_lie_on_either_side_is_refused():
    wide = flint.arb(0, 1)
    with pytest.raises(UnusableRequest, match="kink"):
        activated("elu", wide)
    assert float(activated("elu", flint.arb(0))[2]) == 1.0


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("loss", ["mse", "cross-entropy", "cosh"])
def test_hessians_in_balls_from_blocks_and_from_jets_agree_and_floats_do_too(name, loss):
    architecture = Architecture((2, 2, 2), True, name, loss)
    rng = np.random.default_rng(1)
    shapes = [(rows, columns + 1) for rows, columns in architecture.weight_shapes]
    weights = [
        np.asarray([[Fraction(int(x), 8) for x in row] for row in rng.integers(1, 8, size=shape)]) for shape in shapes
    ]
    inputs = np.asarray([[1, -1], [2, 1]], dtype=object)
    deltas = [[Fraction(1, 32), Fraction(-1, 32)], [Fraction(1, 64), Fraction(-1, 64)]]
    for part in ("outer", "functional", "loss"):
        found = ball_hessian(architecture, weights, inputs, deltas, part, 200)
        with flint.ctx.workprec(200):
            again = definition_hessian(architecture, weights, inputs, deltas, part)
            assert all(one.overlaps(two) and one.rad() < 1e-40 for one, two in zip(found.flat, again.flat, strict=True))


@pytest.mark.parametrize("name", ["relu", "leaky-relu", "tanh", "gelu"])
@pytest.mark.parametrize("bias", [False, True])
def test_many_hessians_are_those_of_the_engine(name, bias):
    rng = np.random.default_rng(2)
    for widths in ((2, 3, 2), (1, 2, 2, 2)):
        architecture = Architecture(widths, bias, name, "cross-entropy")
        weights = [rng.normal(size=(3, rows, columns + bias)) for rows, columns in architecture.weight_shapes]
        inputs, labels = rng.normal(size=(3, widths[0])), np.asarray([0, 1, 1])
        for part in ("outer", "functional", "loss"):
            found = many_hessians(architecture, weights, inputs, labels, part)
            for place in range(3):
                one = [weight[place] for weight in weights]
                target = np.eye(widths[-1])[labels[place : place + 1]]
                assert np.allclose(
                    found[place], network_hessian(architecture, one, inputs[place : place + 1], target, part)
                )


def searched(formula, largest):
    made = space_of(formula.statement)
    return made, search(
        made, Direct(formula, made.reader), formula.statement.relation, max_parameters=largest, seconds=10.0**4
    )


@pytest.mark.slow
def test_a_bound_by_the_samples_survives_and_one_less_does_not():
    bound = conjecture(rank_of="outer", relation="<=", activation="tanh")(lambda a: a.samples * a.outputs)
    _, outcome = searched(bound, 2)
    assert outcome.found is None
    assert outcome.undecided == 0
    wrong = conjecture(rank_of="outer", relation="<=", activation="tanh")(
        lambda a: a.samples * a.outputs - (a.samples == 2 and a.layers == 2)
    )
    made, outcome = searched(wrong, 4)
    shown = made.counterexample(outcome.found)
    assert "(proved)" in shown.confirmed_by
    assert shown.measured == shown.predicted + 1
    assert made.describe(outcome.found.case).samples == 2


def test_a_rank_below_the_prediction_is_numerical_and_says_so():
    formula = conjecture(rank_of="functional", activation="softplus", where=lambda a: a.layers == 1)(
        lambda a: a.parameters
    )
    made, outcome = searched(formula, 1)
    shown = made.counterexample(outcome.found)
    assert shown.measured == 0
    assert "numerical" in shown.confirmed_by
    assert "10^-60" in made.caveat


def test_an_undecided_rank_decides_nothing():
    made = space(Statement("f", "loss", "==", "generic", False, "tanh", "mse"))
    assert made.agrees(3, UNDECIDED, "==") is None
    assert made.agrees(3, 3, "==") is True
    case = Sampled((1, 1, 1), 1, 2, 1, 1, 1, 2, (1,))
    assert made.counterexample(Found(case, 0, made.recheck(case), "again")).confirmed_by is not None


def test_piecewise_linear_activations_have_exact_spaces():
    with pytest.raises(UnusableRequest, match="relu"):
        space(Statement("f", "loss", "==", "generic", False, "relu", "mse"))
    assert type(space_of(Statement("f", "loss", "==", "generic", False, "relu", "mse"))).__name__ == "GatedSpace"
