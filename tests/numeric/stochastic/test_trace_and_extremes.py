"""Trace and Frobenius norm by Hutch++, eigenvalues at the ends by Lanczos and LOBPCG."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.stochastic import extremes as extremes_module
from hessproof.numeric.stochastic.extremes import extreme_eigenvalues
from hessproof.numeric.stochastic.probes import KINDS, probe
from hessproof.numeric.stochastic.trace import trace_and_norm
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def rotated(values: Any) -> np.ndarray[Any, Any]:
    basis = np.linalg.qr(np.random.default_rng(7).standard_normal((len(values), len(values))))[0]
    return (basis * np.asarray(values, dtype=np.float64)) @ basis.T


def network(activation: str = "relu") -> tuple[Any, ...]:
    architecture = Architecture((6, 8, 5, 4), activation=activation, loss="cross-entropy", bias=True)
    stream = np.random.default_rng(1)
    targets = np.eye(4)[stream.integers(0, 4, 30)]
    return architecture, initial_parameters(architecture, "he-normal", 2), stream.standard_normal((30, 6)), targets


@pytest.mark.parametrize("part", ["loss", "functional", "outer"])
def test_trace_and_norm_of_a_network(part: Any) -> None:
    given = network()
    exact = np.linalg.eigvalsh(network_hessian(*given, part))
    found = trace_and_norm(NetworkOperator(*given, part), failure=1e-4, norm=float(np.abs(exact).max()))
    for one in (found.trace, found.sure_trace):
        assert one is not None
        assert one.low <= exact.sum() <= one.high
    for one in (found.frobenius, found.sure_frobenius):
        assert one is not None
        assert one.low <= np.linalg.norm(exact) <= one.high
    assert found.products == 2 * 16 + 32


def test_a_matrix_within_the_sketch_leaves_nothing_to_chance() -> None:
    found = trace_and_norm(rotated([3.0, -1.0, 0.5, *[0.0] * 60]), sketch=8)
    assert found.exact
    assert found.trace.estimate == pytest.approx(2.5, abs=1e-9)
    assert found.frobenius.estimate**2 == pytest.approx(10.25)
    assert not trace_and_norm(rotated(np.ones(40)), sketch=8).exact


def test_a_sketch_shortens_the_interval_where_few_eigenvalues_lead() -> None:
    matrix = rotated([100.0, 50.0, *np.linspace(-0.5, 0.5, 100)])
    plain, better = (trace_and_norm(matrix, sketch=sketch).trace.half for sketch in (0, 8))
    assert better < plain / 20


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_probe(kind: Any) -> None:
    values = np.linspace(-1.0, 2.0, 80)
    found = trace_and_norm(rotated(values), kind=kind, probes=200, failure=1e-4)
    assert found.trace.low <= values.sum() <= found.trace.high
    assert (found.sure_trace is not None) == (kind == "gaussian")


def test_too_few_probes_give_no_sure_interval_without_the_norm() -> None:
    assert trace_and_norm(rotated(np.ones(30)), sketch=0, probes=4).sure_trace is None
    with pytest.raises(UnusableRequest, match="2"):
        trace_and_norm(np.eye(3), probes=1)


def covered(draw: Any, seeds: int) -> tuple[int, int]:
    """How often Student's and the sure interval of the trace hold it."""
    values = np.concatenate([[8.0, -6.0], np.linspace(-1.0, 2.0, 118)])
    matrix = rotated(values)
    student = sure = 0
    for seed in range(seeds):
        found = trace_and_norm(matrix, sketch=4, failure=0.1, norm=8.0, seed=seed, draw=draw)
        student += found.trace.low <= values.sum() <= found.trace.high
        assert found.sure_trace is not None
        sure += found.sure_trace.low <= values.sum() <= found.sure_trace.high
    return student, sure


@pytest.mark.slow
def test_intervals_of_the_trace_hold_as_often_as_they_say() -> None:
    student, sure = covered(None, 400)
    # 90 %, less five standard deviations for the chance of 400 draws
    assert student >= 400 * (0.9 - 5 * (0.09 / 400) ** 0.5)
    assert sure >= 400 * 0.9


@pytest.mark.slow
def test_control_probes_that_are_too_long_fail() -> None:
    student, _ = covered(lambda seed, number, size: 1.3 * probe(seed, number, size), 60)
    assert student < 20


@pytest.mark.parametrize("part", ["loss", "functional", "outer"])
def test_both_routes_find_the_ends_of_a_network(part: Any) -> None:
    given = network("tanh")
    exact = np.linalg.eigvalsh(network_hessian(*given, part))
    operator = NetworkOperator(*given, part)
    scale = float(np.abs(exact).max())
    largest = extreme_eigenvalues(operator, 4, "largest", tolerance=1e-10)
    assert np.allclose(largest.values, exact[::-1][:4], atol=1e-8 * scale)
    second = extreme_eigenvalues(operator, 4, "largest", method="lobpcg", tolerance=1e-10)
    assert second.method == "lobpcg"
    assert np.allclose(second.values, largest.values, atol=1e-7 * scale)
    if part != "outer":
        smallest = extreme_eigenvalues(operator, 3, "smallest", tolerance=1e-10)
        assert np.allclose(smallest.values, exact[:3], atol=1e-8 * scale)
    modulus = extreme_eigenvalues(operator, 5, tolerance=1e-10)
    assert np.allclose(np.abs(modulus.values), np.sort(np.abs(exact))[::-1][:5], atol=1e-8 * scale)
    for one in (largest, second, modulus):
        for value, residual in zip(one.values, one.residuals, strict=True):
            assert np.abs(exact - value).min() <= residual + 1e-12 * scale
        assert np.allclose(one.vectors.T @ one.vectors, np.eye(one.vectors.shape[1]), atol=1e-9)


def test_residuals_tell_a_wrong_vector() -> None:
    values = np.linspace(0.0, 1.0, 100)
    good = extreme_eigenvalues(np.diag(values), 2)
    assert good.together < 1e-6
    loose = extreme_eigenvalues(np.diag(values), 2, tolerance=0.5)
    assert loose.together > good.together


def test_repeated_eigenvalues_by_blocks() -> None:
    matrix = rotated([2.0] * 5 + [1.0] * 95)
    found = extreme_eigenvalues(matrix, 5, "largest", method="lobpcg")
    assert np.allclose(found.values, 2.0, atol=1e-6)
    assert found.together < 1e-4


def test_small_and_zero_matrices() -> None:
    assert extreme_eigenvalues(np.diag([1.0, -3.0, 2.0]), 2).values.tolist() == [-3.0, 2.0]
    nothing = extreme_eigenvalues(np.zeros((80, 80)), 3)
    assert nothing.values.tolist() == [0.0] * 3
    assert nothing.together == 0.0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"count": 0}, "at least 1"),
        ({"count": 50}, "1 to 40"),
        ({"end": "middle"}, "modulus"),
        ({"method": "power"}, "lanczos"),
        ({"method": "lobpcg"}, "each end"),
        ({"tolerance": 0.0}, "between"),
        ({"seed": -1}, "seed"),
    ],
)
def test_unusable_options(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UnusableRequest, match=says):
        extreme_eigenvalues(np.eye(40), **{"count": 2, **options})


def test_a_tolerance_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extremes_module, "RESTARTS", 1)
    matrix = rotated(np.linspace(0.0, 1.0, 400))
    with pytest.raises(UnusableRequest, match="larger tolerance"):
        extremes_module.ritz_pairs(extremes_module.Symmetric.of(matrix), 4, "LA", 1e-14, np.ones(400), 12, restarts=1)
    with pytest.raises(UnusableRequest, match="LOBPCG"):
        extreme_eigenvalues(matrix, 4, "largest", method="lobpcg", tolerance=1e-13)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_numbers_whose_squares_leave_the_range_are_refused(scale: float) -> None:
    with pytest.raises(UnusableRequest, match="products of size"):
        trace_and_norm(np.diag(np.arange(1.0, 41.0)) * scale)
