"""Networks with a prescribed activation pattern, and the rank that the graph of neurons and samples gives."""

from __future__ import annotations

import numpy as np
import pytest

from hessproof.numeric.integers import to_flint
from hessproof.numeric.rectified.forward import on_kink
from hessproof.numeric.rectified.jets import definition_hessian
from hessproof.numeric.rectified.patterns import Pattern, network_with, pattern_of
from hessproof.proofs_check.checks.nonlinear.scalar_output import formula
from hessproof.proofs_check.checks.signature.inertia import CLAIM, Counts
from hessproof.symbolic.nonlinear.scalar_output import components

ACTIVE = [[True, False, True], [False, False, True], [False, True, False], [False, False, False]]


@pytest.mark.parametrize("activation", ["relu", "leaky-relu"])
@pytest.mark.parametrize("special", [False, True])
def test_the_pattern_is_realised_off_the_kinks_and_the_definition_has_the_rank(activation: str, special: bool) -> None:
    network = network_with(ACTIVE, activation, 4, 1, special=special)
    heights = network.inputs.dot(network.weights[0].T).T
    assert not on_kink(network)
    assert ((heights > 0) == np.asarray(ACTIVE)).all()
    pattern = pattern_of(network)
    assert to_flint(definition_hessian(network)).rank() == formula(pattern)
    if activation == "relu":
        assert (pattern.neurons, pattern.samples, pattern.parts) == (3, 3, 2)
        assert pattern.special > 0 or not special
    else:
        assert (pattern.neurons, pattern.samples, pattern.parts) == (4, 3, 1)


def test_two_ways_to_find_components_agree() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        joined = rng.integers(0, 2, (3, 4))
        found = components(joined.astype(object))
        pattern = pattern_of(network_with(joined.astype(bool).tolist(), "relu", 4, 0))
        assert (len(found), sum(len(one) for one, _ in found)) == (pattern.parts, pattern.neurons)


def test_one_neuron_and_one_sample_lose_rank_where_the_target_is_three_times_the_output() -> None:
    network = network_with([[True]], "relu", 1, 0, special=True)
    output = int(network.weights[1][0, 0] * network.weights[0][0, 0] * network.inputs[0, 0])
    assert network.targets is not None
    assert int(network.targets[0, 0]) == 3 * output
    assert pattern_of(network) == Pattern(1, 1, 1, 1)
    assert to_flint(definition_hessian(network)).rank() == 1


def test_wrong_variants_of_the_index_have_other_values() -> None:
    counts = Counts(most=6, outer=3, inside=3, functional=4, small=1, large=2)
    assert CLAIM == "hessproof.inertia"
    assert counts.limits() == (4, 6)
    assert counts.limits((1, 0, 1)) == (6, 2)
