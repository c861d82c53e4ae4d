"""The words of a rectified network against derivatives of polynomials, and their conventions."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import printed
from hessproof.symbolic.normal import canonical
from hessproof.symbolic.norms.words import (
    BIAS,
    Curvature,
    Gate,
    Gated,
    GatedTransposed,
    Lifted,
    OneGatedLayer,
    Shift,
    Slope,
    State,
    backward,
    between,
    functional_block,
    jacobian_block,
    outer_block,
    run,
    unbiased_state,
)
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.softmax.definitions import BOTH, SHIFTS, WEIGHTS, LossHessian, OutputHessian, StateBy
from hessproof.symbolic.softmax.scalar_network import LARGER, SHAPES, ScalarNetwork, gate_patterns
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import L, k, l, times

ORDER = Ordering(k >= 1, k + 1 <= l, l <= L)


def valuation(widths: tuple[int, ...], bias: int, seed: int, **numbers: int) -> Valuation:
    symbols = {L: len(widths) - 1, BIAS: bias} | {{"k": k, "l": l}[name]: value for name, value in numbers.items()}
    return Valuation(symbols, widths, seed=seed)


def polynomial_hessian(v: Valuation, matrix: list[list[Any]], network: ScalarNetwork) -> np.ndarray:
    """A matrix of polynomials at the numbers of a valuation."""
    numbers: dict[Any, Any] = {}
    for layer, weight in enumerate(v.weights, start=1):
        for (i, j), entry in np.ndenumerate(weight):
            numbers[network.weights[layer][i][j]] = entry
        for i, entry in enumerate(evaluate(Shift(layer), v)[:, 0]):
            if network.bias:
                numbers[network.shifts[layer][i]] = entry
    for i, entry in enumerate(run(v)[0][0][:, 0]):
        numbers[network.inputs[i]] = entry
    points = [(symbol, numbers.get(symbol, 0)) for symbol in network.ring.gens]
    return np.array([[int(entry.evaluate(points)) for entry in row] for row in matrix], dtype=object)


@pytest.mark.parametrize(("widths", "bias", "seed"), [((2, 3, 2), 0, 1), ((1, 2, 2, 2), 1, 2), ((2, 2, 1, 3), 0, 3)])
def test_jacobian_blocks_are_the_derivatives_of_polynomials(widths: tuple[int, ...], bias: int, seed: int) -> None:
    v = valuation(widths, bias, seed)
    gates = tuple(tuple(int(gate[i, i]) for i in range(len(gate))) for gate in run(v)[1][:-1])
    network = ScalarNetwork(Architecture(widths, bool(bias), "relu", "cross-entropy"), gates)
    right = polynomial_hessian(v, network.jacobian(), network)
    place = 0
    for layer in range(1, len(widths)):
        width = widths[layer] * widths[layer - 1]
        block = evaluate(jacobian_block(layer), v)
        assert (block == right[:, place : place + width]).all()
        place += width
        if bias:
            assert (evaluate(backward(layer), v) == right[:, place : place + widths[layer]]).all()
            place += widths[layer]
    assert place == right.shape[1]


@pytest.mark.parametrize("bias", [0, 1])
def test_the_norm_of_a_block_of_the_h_term_is_a_product(bias: int) -> None:
    v = valuation((2, 3, 3, 2), bias, 11, k=1, l=3)
    block = evaluate(functional_block(k, l, bool(bias)), v).astype(float)
    parts = (times(*(letter.T for letter in reversed(backward(l).args)), Slope()), between(l, k))
    entering = evaluate(Lifted(k) if bias else State(k), v).astype(float)
    product_of_norms = np.linalg.norm(entering, 2)
    for part in parts:
        product_of_norms *= np.linalg.norm(evaluate(part, v).astype(float), 2)
    assert product_of_norms > 0
    assert np.linalg.norm(block, 2) == pytest.approx(product_of_norms)


def test_loss_hessian_is_symmetric_and_the_sum_of_its_terms() -> None:
    v = valuation((2, 2, 2), 1, 7, k=1, l=2)
    both, turned = (evaluate(LossHessian(*layers, BOTH), v) for layers in ((1, 2), (2, 1)))
    assert (both == turned.T).all()
    outer = evaluate(outer_block(k, l, True), v)
    assert (both == outer + evaluate(OutputHessian(k, l, BOTH), v)).all()


def test_an_empty_chain_and_the_last_gate_are_identities() -> None:
    assert canonical(Gated(l, l + 1), ORDER).is_Identity
    assert canonical(Gate(L), ORDER).is_Identity
    assert canonical(backward(L), ORDER).is_Identity
    assert canonical(times(Gated(L, l + 1), Gated(l, k)), ORDER) == Gated(L, k)
    with pytest.raises(NotSettled):
        canonical(Gated(k, l + 1), ORDER)
    with pytest.raises(ValueError, match="meaningless"):
        evaluate(Gated(1, 3), valuation((1, 1, 1), 0, 0))


def test_transposes_turn_chains_and_leave_gates() -> None:
    assert Gated(L, l).T == GatedTransposed(l, L)
    assert GatedTransposed(l, L).T == Gated(L, l)
    assert Gate(l).T == Gate(l)
    assert Curvature().T == Curvature()
    v = valuation((2, 3, 2), 0, 4)
    assert (evaluate(GatedTransposed(1, 2), v) == evaluate(Gated(2, 1), v).T).all()
    opened = OneGatedLayer().apply(GatedTransposed(l, l), ORDER)
    assert opened == OneGatedLayer().apply(Gated(l, l), ORDER).args[1].T * Gate(l)


def test_without_bias_a_state_is_a_chain_times_the_input() -> None:
    v = valuation((2, 3, 2, 1), 0, 9)
    for layer in range(1, 5):
        assert (evaluate(State(layer), v) == evaluate(unbiased_state(layer), v)).all()
    assert not evaluate(Shift(2), v).any()
    assert evaluate(Shift(2), valuation((2, 3, 2, 1), 1, 9)).any()


def test_words_print_their_layers() -> None:
    words = (Gated(L, l + 1), Gated(l, l), GatedTransposed(l, L), GatedTransposed(l, l), Lifted(l), Shift(l), Slope())
    texts = [printed(word) for word in words]
    assert len(set(texts)) == len(texts)
    assert printed(StateBy(L + 1, l)).count("partial") == 2
    for kind in (WEIGHTS, SHIFTS, BOTH):
        assert "partial" in printed(LossHessian(k, l, kind))


def test_a_state_does_not_depend_on_later_layers() -> None:
    with pytest.raises(ValueError, match="does not depend"):
        evaluate(StateBy(2, 2), valuation((1, 1, 1), 0, 0))


def test_scalar_networks_agree_with_the_statements_under_every_pattern() -> None:
    for text, bias in product(("1-2-2", "2-1-2"), (False, True)):
        architecture = Architecture(Architecture.parse(text).widths, bias, "relu", "cross-entropy")
        for gates in gate_patterns(architecture):
            network = ScalarNetwork(architecture, gates)
            assert network.jacobian() == network.published_jacobian()
            assert network.softmax_hessian() == network.published_softmax()
            assert network.functional() == network.published_functional()
            assert all(network.chain(layer) == network.published_chain(layer) for layer in network.weights)


def test_scalar_networks_reach_the_shapes_that_matter() -> None:
    shapes = [Architecture.parse(text) for text in (*SHAPES, *LARGER)]
    assert {shape.layers for shape in shapes} == {1, 2, 3, 4}
    assert {1, 2, 3} <= {shape.outputs for shape in shapes}
    assert any(shape.inputs > max(shape.hidden, default=9) for shape in shapes)
    assert any(1 in shape.hidden for shape in shapes)


def test_variants_of_the_chain_differ_from_it() -> None:
    architecture = Architecture((2, 2, 2, 2), False, "relu", "cross-entropy")
    network = ScalarNetwork(architecture, ((1, 0), (0, 1)))
    for layer in (1, 2):
        found = list(network.chain_variants(layer))
        assert len(found) >= 6
        assert all(wrong != network.published_chain(layer) for _, wrong in found)
