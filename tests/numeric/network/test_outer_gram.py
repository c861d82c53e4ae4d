"""The outer Hessian through the smaller Gram matrix, against the assembled p × p matrix."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest

from hessproof.numeric.network.forward import network_forward
from hessproof.numeric.network.gram import curvature_root, gram_order, outer_eigenvalues, outer_gram
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest

Given = tuple[Architecture, list[Any], Any, Any]


def network(widths: tuple[int, ...], samples: int, **names: Any) -> Given:
    architecture = Architecture(widths, **names)
    rng = np.random.default_rng(5)
    weights = [rng.standard_normal((rows, columns + architecture.bias)) for rows, columns in architecture.weight_shapes]
    targets = rng.random((samples, widths[-1]))
    inputs = rng.standard_normal((samples, widths[0]))
    return architecture, weights, inputs, targets / targets.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_both_sides_have_the_same_nonzero_eigenvalues(activation: str, loss: str, bias: bool) -> None:
    case = network((4, 5, 3, 3), 6, activation=activation, loss=loss, bias=bias)
    found, whole = outer_eigenvalues(*case), outer_eigenvalues(*case, structured=False)
    assert found.order == gram_order(case[0], 6) < whole.order == case[0].parameters
    assert found.zeros == case[0].parameters - found.order
    assert np.allclose(np.sort(found.dense()), np.sort(whole.values), atol=1e-12 * max(1.0, whole.values[0]))
    assert found.trace_residual is not None
    assert found.trace_residual < 1e-12


def test_many_samples_go_through_the_parameters() -> None:
    case = network((2, 2, 2), 20, activation="tanh")
    gram = outer_gram(*case)
    assert (gram.side, gram.order) == ("parameters", 8)
    assert np.array_equal(gram.matrix, network_hessian(*case, part="outer"))
    other = outer_gram(*case, side="samples")
    assert other.order == 40
    assert np.allclose(np.linalg.eigvalsh(other.matrix)[-8:], np.linalg.eigvalsh(gram.matrix))


def test_cross_entropy_counts_one_output_less() -> None:
    case = network((6, 5, 3), 4, activation="relu", loss="cross-entropy")
    assert outer_gram(*case).order == 8
    none = network((3, 2, 1), 4, activation="relu", loss="cross-entropy")
    assert outer_eigenvalues(*none).order == 0


@pytest.mark.parametrize("loss", LOSSES)
def test_the_root_of_the_curvature_is_one(loss: str) -> None:
    architecture, weights, inputs, targets = network((3, 4, 4), 5, loss=loss)
    outputs = network_forward(architecture, weights, inputs)
    root = curvature_root(loss, outputs, targets)
    _, curvature = loss_derivatives(loss, outputs, targets)
    assert np.allclose(root @ np.swapaxes(root, 1, 2), curvature, atol=1e-15)


def test_the_root_of_a_confident_softmax_keeps_its_digits() -> None:
    outputs = np.asarray([[0.0, -60.0, -80.0]])
    root = curvature_root("cross-entropy", outputs, np.asarray([[1.0, 0.0, 0.0]]))[0]
    small = np.exp(-60.0)
    assert (root @ root.T)[1, 1] == pytest.approx(small, rel=1e-12)


def test_control_a_missing_layer_or_a_wrong_root_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    case = network((4, 5, 3), 4, activation="tanh", loss="cross-entropy")
    whole = outer_eigenvalues(*case, structured=False).values
    architecture, weights, inputs, targets = case
    for wrong in (
        lambda: outer_eigenvalues(architecture, [weights[0] * 1.01, weights[1]], inputs, targets),
        lambda: outer_eigenvalues(Architecture((4, 5, 3), loss="cross-entropy"), weights, inputs, targets),
        lambda: outer_eigenvalues(Architecture((4, 5, 3), activation="tanh"), weights, inputs, targets),
    ):
        assert abs(wrong().values[0] - whole[0]) > 1e-4 * whole[0]


def test_on_the_strict_array_api_and_in_single_precision() -> None:
    case = network((4, 5, 3), 3, activation="tanh", loss="cross-entropy", bias=True)
    device = array_api_strict.Device("device1")
    architecture, weights, inputs, targets = case
    moved = [array_api_strict.asarray(one, device=device) for one in (*weights, inputs, targets)]
    strict = outer_gram(architecture, moved[:2], *moved[2:]).matrix
    back = np.asarray(array_api_strict.asarray(strict, device=array_api_strict.Device("CPU_DEVICE")))
    assert np.allclose(back, outer_gram(*case).matrix)
    single = [one.astype(np.float32) for one in (*weights, inputs, targets)]
    found = outer_eigenvalues(architecture, single[:2], *single[2:])
    assert np.abs(found.values - outer_eigenvalues(*case).values).max() < 10 * found.error


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(needed: int, what: str, remedy: str) -> None:
        raise UnusableRequest(what, "less", remedy)

    monkeypatch.setattr("hessproof.numeric.network.gram.refuse_if_too_large", small)
    with pytest.raises(UnusableRequest, match="Gram matrix of order 9 for 4-5-3"):
        outer_gram(*network((4, 5, 3), 3))
