"""The rows about rectified networks: boundary cases redone by hand, and what the checks count."""

from __future__ import annotations

import numpy as np
import pytest

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.rectified.blocks import loss_gradient, rectified_hessian
from hessproof.numeric.rectified.forward import forward, on_kink
from hessproof.numeric.rectified.kink_minimum import is_global_minimum
from hessproof.numeric.rectified.network import squared
from hessproof.proofs_check import verify
from hessproof.proofs_check.checks.nonlinear import bounds, columns, kinks, smooth_columns
from hessproof.proofs_check.checks.nonlinear.draws import Wanted, networks
from hessproof.proofs_check.criteria.degeneracy import CRITERIA
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.registry import Registry
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.nonlinear import scaling_formulas as formulas

OWN = "hessproof.proofs_check.checks.nonlinear"
EXPECTED = {
    "singh2021.thm9": {"main": "proved"},
    "singh2021.a2": {"main": "not reproduced"},
    "singh2021.cor10": {"differentiable": "proved", "kinks": "refuted"},
    "singh2021.fact11": {"main": "proved"},
    "hessproof.rectified_outer": {"samples": "proved", "cross_entropy": "proved"},
    "hessproof.rectified_depth": {"every": "proved", "bias": "proved", "directions": "proved"},
    "hessproof.rectified_critical": {"every": "proved", "bias": "proved"},
    "hessproof.active_samples": {"flips": "proved", "ample": "reproduced"},
    "hessproof.two_layer_columns": {"every": "proved"},
}

RELU, LEAKY = (Architecture((1, 1, 1), activation=name) for name in ("relu", "leaky-relu"))


def _bound(network):
    return formulas.FORMULAS["thm9"].evaluate_at(bounds.pruned(network, forward(network)))


def _rank(network, part):
    return exact_rank(rectified_hessian(network, part)).value


@pytest.mark.long
def test_verdicts():
    report = verify(tuple(EXPECTED), profile="quick", registry=Registry(OWN))
    found = {result.claim: {part.key: str(part.verdict) for part in result.parts} for result in report.results}
    assert found == EXPECTED
    for result in report.results:
        for part in result.parts:
            for evidence in part.evidence:
                assert any(control.caught for control in evidence.controls), (result.claim, part.key, evidence.check)
                if evidence.check == "exact points" and "attained" in evidence.details:
                    assert evidence.details["attained"] > 0


def test_a_dead_neuron_counts_for_nothing():
    network = squared(RELU, [[[-1]], [[5]]], [[1], [2]], [[1], [1]])
    assert forward(network).active == (0,)
    assert _rank(network, "loss") == 0 == _bound(network)


def test_counting_leaky_neurons_on_their_open_side_only_would_break_theorem_9():
    network = squared(LEAKY, [[[-1]], [[1]]], [[1]], [[0]])
    assert not (network.inputs @ network.weights[0].T > 0).any()
    assert _rank(network, "outer") == 1


@pytest.mark.parametrize("side", ["below", "above"])
def test_zero_rows_of_the_first_layer(side):
    architecture, weights = Architecture((2, 2, 1), activation="relu"), [[[0, 0], [1, 1]], [[1, 1]]]
    network = squared(architecture, weights, np.eye(2, dtype=int), [[0], [1]], side)
    assert _rank(network, "outer") <= _bound(network)


def test_omega_zero_is_not_enough_for_corollary_10():
    network = squared(RELU, [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
    residuals = forward(network).residuals
    assert (residuals.T @ network.inputs).tolist() == [[0]]
    assert loss_gradient(network).any()
    assert not on_kink(network)
    assert _rank(network, "loss") == 2 > _bound(network)


def test_a_minimum_with_residual_off_the_kinks_obeys_corollary_10():
    network = squared(RELU, [[[1]], [[1]]], [[1], [2]], [[-1], [3]])
    assert forward(network).residuals.tolist() == [[2], [-1]]
    assert not loss_gradient(network).any()
    assert _rank(network, "loss") == 1 == _bound(network)


def test_the_kinked_minimum_by_hand():
    below, above = (kinks.kinked_minimum(4, 1, side) for side in ("below", "above"))
    assert rectified_hessian(below).tolist() == [[2, 0, -2], [0, 2, 8], [-2, 8, 32]]
    assert rectified_hessian(above).tolist() == [[3, 0, 2], [0, 2, 8], [2, 8, 32]]
    assert is_global_minimum(below)
    assert is_global_minimum(above)
    assert _bound(below) == _bound(above) == 2
    assert not is_global_minimum(kinks.kinked_minimum(4, 3, "below")), "the pull of the kink is too weak"


def test_the_kinked_minimum_is_not_beaten_nearby_or_far_away():
    network, rng = kinks.kinked_minimum(4, 1, "below"), np.random.default_rng(0)
    x, y = np.asarray(network.inputs, dtype=float), np.asarray(network.targets, dtype=float)[:, 0]

    def loss(w, v):
        return 0.5 * (((v * np.maximum(x @ w, 0)) - y) ** 2).sum()

    here = loss(np.asarray([0.0, 4.0]), 1.0)
    for scale in (1e-3, 0.1, 1.0, 10.0):
        for _ in range(2000):
            move = rng.standard_normal(3) * scale
            assert loss(np.asarray([0.0, 4.0]) + move[:2], 1.0 + move[2]) >= here - 1e-12


def test_relu_columns_fail_on_an_open_set_and_leave_the_linear_case_alone():
    network = columns.counterexample_network()
    whole, parts = columns.column_ranks(network)
    assert (whole, parts) == (19, [8, 8, 4])
    for moved in columns.neighbours(network, 2, seed=1):
        assert columns.column_ranks(moved) == (19, [8, 8, 4])
    linear = squared(Architecture((3, 4, 2, 2)), network.weights, network.inputs, network.targets)
    rank, parts = columns.column_ranks(linear)
    assert rank == sum(parts)


def test_relu_columns_fail_with_bias_at_1_2_2_2():
    network = columns.biased_network()
    assert not on_kink(network)
    assert columns.column_ranks(network) == (10, [3, 5, 3])
    assert columns.modular_columns(network) == (10, [3, 5, 3])
    for moved in columns.neighbours(network, 2, seed=2):
        assert columns.column_ranks(moved) == (10, [3, 5, 3])


def test_draws_reach_dead_and_kinked_neurons_and_both_conventions():
    drawn = list(networks(Wanted((2, 4), losses=("mse", "cross-entropy", "cosh")), Profile.STANDARD, 1))
    assert any(0 in forward(network).active for network in drawn)
    assert any(on_kink(network) for network in drawn)
    assert {network.slope_at_kink for network in drawn} == {"below", "above"}
    assert {network.architecture.loss for network in drawn} == {"mse", "cross-entropy", "cosh"}
    assert any(network.architecture.outputs == 1 for network in drawn)
    for network in drawn:
        if network.architecture.loss == "cross-entropy":
            assert not network.deltas.sum(axis=1).any()
            assert not network.curvatures.sum(axis=1).any()


def test_criteria_have_their_own_seeds():
    seeds = [seed for criterion in CRITERIA for seed in criterion.seeds]
    assert len(seeds) == len(set(seeds)) == 20


def test_tanh_holds_on_both_engines_at_quick():
    context = Context(Profile.QUICK)
    for finding in (smooth_columns.tanh_balls(context), smooth_columns.tanh_powers(context)):
        assert finding.tally.failed == finding.tally.undecided == 0
        assert finding.tally.held == finding.tally.tried > 0
        assert all(control.caught for control in finding.controls)
