"""ReLU and leaky ReLU networks, and linear ones under cross-entropy and log-cosh: what is measured and refuted."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.numeric.integers import product, rational_rank
from hessproof.numeric.rectified.blocks import rectified_hessian
from hessproof.numeric.rectified.forward import forward, on_kink
from hessproof.numeric.rectified.gates import Gates
from hessproof.numeric.rectified.network import Rectified, squared
from hessproof.proofs_check.checker import check
from hessproof.proofs_check.conjectures.api import Statement, conjecture
from hessproof.proofs_check.conjectures.evaluator import Direct
from hessproof.proofs_check.conjectures.proof import certificate_of
from hessproof.proofs_check.conjectures.search import search
from hessproof.proofs_check.conjectures.spaces.choose import space_of
from hessproof.proofs_check.conjectures.spaces.draws import draw
from hessproof.proofs_check.conjectures.spaces.sampled import Sampled, active_tuples, kinds, rank_tuples
from hessproof.proofs_check.conjectures.spaces.sizes import of_size
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.losses.rank_rule import loss_rank

PRIME = 268435399
MOST = 10.0**4
"""Seconds that no search of these tests needs: they end at the largest p."""


def found_by(formula, largest=4):
    space = space_of(formula.statement)
    outcome = search(
        space, Direct(formula, space.reader), formula.statement.relation, max_parameters=largest, seconds=MOST
    )
    return space, outcome


def right(a, part):
    return loss_rank(
        part,
        a.architecture,
        a.data_rank,
        a.residual_rank,
        augmented_data_rank=a.augmented_data_rank,
        augmented_residual_rank=a.augmented_residual_rank,
        residual_mean=a.residual_mean,
    )


@pytest.mark.parametrize("activation", ["relu", "leaky-relu", "linear"])
@pytest.mark.parametrize("bias", [False, True])
def test_hessians_at_given_gates_are_those_of_the_network(activation, bias):
    rng = np.random.default_rng(3)
    for widths in ((2, 3, 2), (1, 2, 2, 1), (2, 1)):
        architecture = Architecture(widths, bias, activation)
        weights = [rng.integers(-5, 6, size=(rows, columns + bias)) for rows, columns in architecture.weight_shapes]
        net = squared(
            architecture, weights, rng.integers(-5, 6, size=(3, widths[0])), rng.integers(-5, 6, size=(3, widths[-1]))
        )
        met = forward(net)
        scales = [net.slopes[0] ** layer for layer in range(architecture.layers)]

        def stacked(array):
            return np.asarray(array % PRIME, dtype=np.int64)[None]

        scaled = [weight.copy() for weight in net.weights]
        if bias:
            for weight, scale in zip(scaled, scales, strict=True):
                weight[:, -1] *= scale
        made = Gates(
            architecture, [stacked(weight) for weight in scaled], stacked(net.inputs),
            [stacked(slope) for slope in met.slopes], stacked(met.residuals), None, PRIME,
        )  # fmt: skip
        for part in ("outer", "functional", "loss"):
            assert made.ranks(part) == [rational_rank(rectified_hessian(net, part))]
            if activation != "leaky-relu" or not bias:
                expected = np.asarray(rectified_hessian(net, part) % PRIME, dtype=np.int64)
                assert (made.hessian(part)[0] == expected).all()


def test_a_large_prime_or_an_unknown_part_is_refused():
    one = np.ones((1, 1, 1), dtype=np.int64)
    with pytest.raises(UnusableRequest, match="prime"):
        Gates(Architecture((1, 1)), [one], one, [], one, None, 2**28 + 3)
    with pytest.raises(UnusableRequest, match="part"):
        Gates(Architecture((1, 1)), [one], one, [], one, None, 101).hessian("inner")


@pytest.mark.parametrize(
    ("activation", "loss", "bias"),
    [("relu", "mse", False), ("relu", "cross-entropy", True), ("leaky-relu", "mse", True), ("linear", "cosh", True)],
)
def test_every_small_kind_has_an_instance_with_its_ranks(activation, loss, bias):
    for widths in ((2, 1), (1, 2, 1)):
        for kind in kinds(Architecture(widths, bias, activation, loss), draws=2):
            found = draw(kind, activation, loss)
            assert found is not None
            assert not found.kink
            for x, delta in ((found.inputs, found.deltas), found.data):
                wide = np.hstack([x, np.ones((len(x), 1), dtype=int).astype(object)])
                omega = product([delta.T, wide])
                ranks = rational_rank(x), rational_rank(wide), rational_rank(omega[:, :-1]), rational_rank(omega)
                assert (*ranks, int(omega[:, -1].any())) == kind.ranks
                assert len(x) == kind.samples
            if activation != "linear":
                assert found.active == kind.active
                network = Rectified(
                    kind.architecture(activation, loss), found.weights, found.inputs, None, found.deltas
                )
                assert not on_kink(network)
                assert forward(network).active == kind.active


def test_ranks_of_data_and_active_neurons_are_complete():
    assert (1, 2, 1, 2, 1) in set(rank_tuples(1, 2))
    assert (1, 2, 1, 2, 1) not in set(rank_tuples(1, 1))
    assert (2, 2, 2, 2, 0) not in set(rank_tuples(2, 2))
    relu = Architecture((1, 1, 2), activation="relu")
    assert list(active_tuples(relu, 1)) == [(1,), (0,)]
    assert list(active_tuples(relu, 0)) == [(0,)]
    assert list(active_tuples(Architecture((1, 1, 1, 2), True, "relu"), 0)) == [(1, 1), (1, 0), (0, 1), (0, 0)]


@pytest.mark.parametrize("loss", ["cross-entropy", "cosh"])
@pytest.mark.parametrize("part", ["outer", "functional", "loss"])
def test_measured_ranks_of_linear_networks_under_losses_are_the_known_ones(loss, part):
    space = space_of(Statement("f", part, "==", "generic", None, "linear", loss))
    for level in space.levels():
        if level.size > 4:
            break
        cases = list(level.cases)
        assert cases == sorted(cases, key=space.key)
        assert space.measure(cases) == [right(space.describe(case), part) for case in cases]


WRONG = {
    "K not K - 1": lambda a: right(a, "loss") + (a.outputs == 1),
    "s = 0": lambda a: right(a, "loss") + (a.residual_rank == 0 and a.layers == 2 and a.data_rank > 0),
    "N = p + 1": lambda a: right(a, "loss") + (a.samples == a.parameters + 1),
    "r~ = r": lambda a: right(a, "loss") + (a.augmented_data_rank == a.data_rank and a.layers == 3),
    "L = 4": lambda a: right(a, "loss") + (a.layers == 4),
}


@pytest.mark.parametrize("corner", WRONG)
def test_a_formula_wrong_in_a_corner_is_refuted_under_cross_entropy(corner):
    formula = conjecture(rank_of="loss", loss="cross-entropy")(WRONG[corner])
    space, outcome = found_by(formula, 5)
    assert outcome.found is not None
    assert outcome.minimal
    shown = space.counterexample(outcome.found)
    assert shown.predicted == shown.measured + 1
    assert shown.confirmed_by is not None
    for row in shown.targets:
        assert all(Fraction(entry) > 0 for entry in row)  # a distribution over the classes


def test_the_right_formula_survives_under_cross_entropy_with_and_without_bias():
    formula = conjecture(rank_of="loss", loss="cross-entropy", bias=None)(lambda a: right(a, "loss"))
    _, outcome = found_by(formula, 4)
    assert outcome.found is None
    assert outcome.complete
    assert outcome.exhaustive_up_to == 4
    assert outcome.undecided == 0


def theorem9(a):
    return a.active[0] * (a.data_rank + a.outputs - 1)


RELU_WRONG = {
    "dead neurons": lambda a: max(0, theorem9(a) - (a.active != a.hidden and a.data_rank > 0)),
    "one sample more": lambda a: max(0, theorem9(a) - (a.samples == a.inputs + 1)),
    "s = 0": lambda a: max(0, theorem9(a) - (a.residual_rank == 0)),
    "two outputs": lambda a: max(0, theorem9(a) - (a.outputs == 2)),
}


@pytest.mark.long
@pytest.mark.parametrize("corner", RELU_WRONG)
def test_a_bound_wrong_in_a_corner_is_refuted_for_relu(corner):
    formula = conjecture(rank_of="outer", relation="<=", activation="relu", where=lambda a: a.layers == 2)(
        RELU_WRONG[corner]
    )
    space, outcome = found_by(formula, 4)
    assert outcome.found is not None
    assert outcome.minimal
    shown = space.counterexample(outcome.found)
    assert shown.confirmed_by is not None
    assert shown.measured > shown.predicted
    weights = [[[int(entry) for entry in row] for row in matrix] for matrix in shown.weights]
    inputs, targets = ([[int(entry) for entry in row] for row in rows] for rows in (shown.inputs, shown.targets))
    network = squared(Architecture(tuple(shown.widths), activation="relu"), weights, inputs, targets)
    assert rational_rank(rectified_hessian(network, "outer")) == shown.measured
    assert not on_kink(network)


@pytest.mark.long
def test_theorem_9_survives_for_relu_and_its_equality_does_not():
    bound = conjecture(rank_of="outer", relation="<=", activation="relu", where=lambda a: a.layers == 2)(theorem9)
    _, outcome = found_by(bound, 4)
    assert outcome.found is None
    assert outcome.complete
    assert outcome.excluded > 0
    equal = conjecture(rank_of="outer", activation="relu", where=lambda a: a.layers == 2)(theorem9)
    space, outcome = found_by(equal, 5)
    assert outcome.found is not None
    assert space.describe(outcome.found.case).samples == 2  # a neuron that is active on too few samples


def test_leaky_relu_counterexamples_carry_their_targets():
    formula = conjecture(rank_of="functional", activation="leaky-relu", where=lambda a: a.layers == 3)(lambda a: 0)
    space, outcome = found_by(formula, 3)
    shown = space.counterexample(outcome.found)
    assert shown.confirmed_by is not None
    assert shown.activation == "leaky-relu"
    assert len(shown.targets) == len(shown.inputs)


@pytest.mark.long
def test_special_points_count_for_every_parameter():
    formula = conjecture(rank_of="loss", loss="cross-entropy", quantifier="every")(lambda a: right(a, "loss"))
    space, outcome = found_by(formula, 3)
    assert outcome.found is not None
    shown = space.counterexample(outcome.found)
    assert shown.measured < shown.predicted
    assert "special point" in shown.confirmed_by
    bound = conjecture(rank_of="loss", loss="cross-entropy", quantifier="every", relation="<=")(
        lambda a: right(a, "loss")
    )
    assert found_by(bound, 3)[1].found is None


@pytest.mark.slow
def test_special_points_of_relu_lie_off_the_kinks():
    space = space_of(Statement("f", "loss", "<=", "every", False, "relu", "mse"))
    special = [
        case for level, _ in zip(space.levels(), range(2), strict=False) for case in level.cases if case.active is None
    ]
    assert special
    for case in special[:50]:
        assert not space.drawn_one(case).kink
        assert space.describe(case).active == space.drawn_one(case).active


@pytest.mark.slow
def test_directed_and_random_cases_reach_the_corners():
    space = space_of(Statement("f", "loss", "==", "generic", None, "relu", "mse"))
    directed = [space.describe(case) for case in space.directed(14)]
    random = [
        space.describe(case) for case, _ in zip(space.random(np.random.default_rng(0), None), range(120), strict=False)
    ]
    for told in (directed, random):
        for number, corner in enumerate((
            lambda a: a.bias, lambda a: not a.bias, lambda a: a.layers == 1, lambda a: a.layers >= 4,
            lambda a: a.outputs == 1, lambda a: a.inputs == 1, lambda a: a.data_rank == 0,
            lambda a: a.residual_rank == 0,
            lambda a: 0 < a.data_rank < a.inputs, lambda a: a.active != a.hidden,
        )):  # fmt: skip
            assert any(corner(a) for a in told), number
    assert max(a.parameters for a in random) > 8


def test_smaller_kinds_come_before_and_variants_measure_the_same():
    space = space_of(Statement("f", "loss", "==", "generic", False, "linear", "cross-entropy"))
    case = Sampled((2, 2, 2), 2, 2, 1, 1, 1, 2, (2,))
    assert all(space.key(one) < space.key(case) for one in space.smaller(case))
    variants = space.variants(case)
    assert len(variants) > 5
    assert len(set(space.measure(variants))) == 1
    assert sorted({one.samples for one in variants})[-1] == 9


def test_all_architectures_of_a_size_are_there():
    assert [str(one) for one in of_size(3, (False,))] == ["1-3", "3-1", "1-1-2", "2-1-1", "1-1-1-1"]
    assert [str(one) for one in of_size(4, (True,))] == ["1-2", "3-1", "1-1-1"]


@pytest.mark.parametrize("activation", ["relu", "leaky-relu"])
def test_a_counterexample_has_a_certificate_that_the_checker_accepts(activation, tmp_path):
    formula = conjecture(rank_of="loss", relation="<=", activation=activation)(
        lambda a: max(0, a.parameters - (a.layers == 2 and a.samples == 2))
    )
    space, outcome = found_by(formula, 2)
    shown = space.counterexample(outcome.found)
    certificate = certificate_of(shown, formula.statement)
    certificate.write(tmp_path / "found.json")
    result = check(tmp_path / "found.json")
    assert result.ok, result.why
    assert str(shown.measured) in result.statement
