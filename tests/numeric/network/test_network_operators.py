"""Products with vectors: batches, pieces, SciPy's interface, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from network_examples import PARTS, network
from scipy.sparse.linalg import eigsh

from hessproof.numeric.network import operators
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

TANH = Architecture((3, 4, 3, 2), bias=True, activation="tanh", loss="cross-entropy")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("workspace", [1, 200, 1 << 22])
def test_batches_are_done_in_pieces_of_samples_and_vectors(
    part: str, workspace: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = network(TANH, samples=7)
    vectors = np.random.default_rng(1).normal(size=(TANH.parameters, 6))
    expected = network_hessian(*one.arguments, part) @ vectors
    monkeypatch.setattr(operators, "WORKSPACE", workspace)
    operator = NetworkOperator(*one.arguments, part)
    np.testing.assert_allclose(operator @ vectors, expected, atol=1e-12)
    np.testing.assert_allclose(operator.apply(vectors[:, 0]), expected[:, 0], atol=1e-12)
    assert operator.apply(vectors[:, :0]).shape == (TANH.parameters, 0)


def test_iterative_eigenvalues_are_those_of_the_matrix() -> None:
    one = network(TANH)
    largest = eigsh(
        NetworkOperator(*one.arguments).linear_operator(),
        k=2,
        return_eigenvectors=False,
        v0=np.ones(TANH.parameters),
        which="LA",
    )
    np.testing.assert_allclose(np.sort(largest), np.linalg.eigvalsh(network_hessian(*one.arguments))[-2:], atol=1e-9)


def test_columns_are_columns_in_any_order() -> None:
    one = network(TANH)
    whole = network_hessian(*one.arguments)
    np.testing.assert_allclose(NetworkOperator(*one.arguments).columns([5, 0, 5]), whole[:, [5, 0, 5]], atol=1e-12)


def test_control_another_sample_is_noticed() -> None:
    one = network(TANH)
    other = one.inputs + np.eye(*one.inputs.shape)
    vector = np.ones(TANH.parameters)
    product = NetworkOperator(TANH, one.parameters, other, one.targets).apply(vector)
    assert np.abs(product - network_hessian(*one.arguments) @ vector).max() > 1e-3


def test_wrong_vectors_columns_and_parts_are_refused() -> None:
    one = network(TANH)
    operator = NetworkOperator(*one.arguments)
    with pytest.raises(UnusableRequest, match=r"vectors of shape \(2,\): expected 39 or 39 × n"):
        operator.apply(np.ones(2))
    with pytest.raises(UnusableRequest, match="column 39: expected 0 to 38"):
        operator.columns([0, 39])
    with pytest.raises(UnusableRequest, match="part 'all'"):
        NetworkOperator(*one.arguments, "all")
