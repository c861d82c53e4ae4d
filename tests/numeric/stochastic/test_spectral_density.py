"""Spectral densities against exact spectra of networks and against known laws; coverage of the intervals."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.kernels import Part
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.stochastic import density as density_module
from hessproof.numeric.stochastic.density import Density, normal_bumps, predicted_probes, spectral_density
from hessproof.numeric.stochastic.lanczos import Recurrence
from hessproof.numeric.stochastic.probes import probe
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

PARTS: tuple[Part, ...] = ("loss", "functional", "outer")


@lru_cache(maxsize=8)
def network(activation: str, loss: str, bias: bool) -> tuple[Any, ...]:
    architecture = Architecture((5, 6, 4, 3), bias=bias, activation=activation, loss=loss)
    stream = np.random.default_rng(1)
    x = stream.standard_normal((20, 5))
    y = np.eye(3)[stream.integers(0, 3, 20)]
    return architecture, initial_parameters(architecture, "he-normal", 2), x, y


CASES = [("relu", "cross-entropy", True), ("tanh", "mse", False), ("linear", "cosh", True), ("gelu", "mse", True)]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_counts_hold_the_exact_ones_of_small_networks(case: tuple[str, str, bool], part: Part) -> None:
    given = network(*case)
    exact = np.linalg.eigvalsh(network_hessian(*given, part))
    scale = float(np.abs(exact).max())
    thresholds = [share * scale for share in (0.3, 0.1, 0.01)]
    found = spectral_density(NetworkOperator(*given, part), thresholds, error=0.12, failure=1e-3, seed=3)
    for count in found.counts:
        assert count.low <= int((np.abs(exact) > count.threshold).sum()) <= count.high
        assert count.sampling <= 0.12 * len(exact)
    assert found.reached
    # every step taken: the rules know the measures, and only the probes are left
    whole = spectral_density(NetworkOperator(*given, part), thresholds, error=1e-9, probes=2, steps=len(exact))
    assert all(count.quadrature < 1e-6 * len(exact) for count in whole.counts)


def test_a_density_is_the_smoothed_spectrum_within_its_band() -> None:
    given = network("tanh", "mse", False)
    exact = np.linalg.eigvalsh(network_hessian(*given, "loss"))
    scale = float(np.abs(exact).max())
    found = spectral_density(NetworkOperator(*given, "loss"), [0.1 * scale], probes=40, steps=40)
    places = np.linspace(-scale, scale, 41)
    width = found.resolved(scale)
    truth = normal_bumps(places, exact, width).sum(axis=1)
    middle, low, high = found.smoothed(places, width, failure=1e-6)
    assert ((low <= truth) & (truth <= high)).all()
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert np.trapezoid(found.smoothed(np.linspace(-2 * scale, 2 * scale, 401), width)[0]) * scale / 100 == (
        pytest.approx(len(exact), rel=1e-6)
    )
    shifted = normal_bumps(places, exact + 0.2 * scale, width).sum(axis=1)
    assert not ((low <= shifted) & (shifted <= high)).all()


def test_a_width_that_the_steps_resolve_leaves_no_quadrature_error() -> None:
    values = np.linspace(-1.0, 1.0, 400)
    [start] = [probe(0, 0, 400)]
    for steps in (20, 40):
        found = spectral_density(np.diag(values), [0.5], probes=2, steps=steps)
        width = found.resolved(1.0)
        measured = normal_bumps(np.asarray([0.3]), found.rules[0].nodes, width)[0] @ found.rules[0].weights
        exact = normal_bumps(np.asarray([0.3]), values, width)[0] @ start**2
        peak = found.probes[0].mass / (width * math.sqrt(2 * math.pi))
        assert abs(measured - exact) < 1e-7 * peak
        finer = width / 10
        coarse = normal_bumps(np.asarray([0.3]), found.rules[0].nodes, finer)[0] @ found.rules[0].weights
        assert abs(coarse - normal_bumps(np.asarray([0.3]), values, finer)[0] @ start**2) > 1e-3 * peak


def test_plateaus_of_a_two_layer_network_are_counted() -> None:
    # H_f of a linear network with one hidden layer of width n: ±each singular value of Ω, n times, and zeros.
    architecture = Architecture((5, 30, 3))
    stream = np.random.default_rng(0)
    x, y = stream.standard_normal((40, 5)), stream.standard_normal((40, 3))
    weights = initial_parameters(architecture, "glorot-normal", 1)
    operator = NetworkOperator(architecture, weights, x, y, "functional")
    exact = np.linalg.eigvalsh(network_hessian(architecture, weights, x, y, "functional"))
    scale = float(np.abs(exact).max())
    found = spectral_density(operator, [1e-6 * scale], error=0.02, failure=1e-4)
    assert found.steps <= 16  # seven distinct eigenvalues, one of them zero
    [count] = found.counts
    assert count.low <= 180 <= count.high
    assert count.quadrature < 1e-3


@pytest.mark.long
def test_marchenko_and_pastur_are_met() -> None:
    rows, columns = 1200, 400
    drawn = np.random.default_rng(5).standard_normal((rows, columns)) / math.sqrt(rows)
    operator = drawn.T @ drawn
    ratio = columns / rows
    low, high = (1 - math.sqrt(ratio)) ** 2, (1 + math.sqrt(ratio)) ** 2
    axis = np.linspace(low, high, 20001)
    law = np.sqrt(np.maximum((high - axis) * (axis - low), 0.0)) / (2 * math.pi * ratio * axis)
    thresholds = [0.6, 1.0, 1.8]
    found = spectral_density(operator, thresholds, error=0.02, failure=1e-4)
    for count in found.counts:
        share = float(np.trapezoid(np.where(axis > count.threshold, law, 0.0), axis))
        # eigenvalues of such matrices stay within a few places of the law's quantiles
        assert count.low - 4 <= share * columns <= count.high + 4
        assert count.quadrature < 0.02 * columns


def test_the_sum_of_two_known_matrices() -> None:
    # On orthogonal supports the eigenvalues of a sum are those of both.
    one, other = np.zeros((300, 300)), np.zeros((300, 300))
    one[:60, :60], other[60:150, 60:150] = 3.0 * np.eye(60), -2.0 * np.eye(90)
    turned = np.linalg.qr(np.random.default_rng(0).standard_normal((300, 300)))[0]
    found = spectral_density(turned @ (one + other) @ turned.T, [1.0, 2.5], error=0.03, failure=1e-4)
    assert found.counts[0].low <= 150 <= found.counts[0].high
    assert found.counts[1].low <= 60 <= found.counts[1].high
    assert found.steps <= 4


def test_a_smaller_error_takes_more_probes() -> None:
    matrix = np.diag(np.repeat([1.0, 0.0], 100))
    coarse, fine = (spectral_density(matrix, [0.5], error=error) for error in (0.05, 0.01))
    assert len(coarse.probes) < len(fine.probes)
    assert fine.counts[0].sampling <= 0.01 * 200
    assert coarse.reached
    assert fine.reached


def test_an_error_out_of_reach_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(density_module, "MOST", 8)
    found = spectral_density(np.diag(np.repeat([1.0, 0.0], 100)), [0.5], error=1e-4)
    assert len(found.probes) == 8
    assert not found.reached
    few = spectral_density(np.diag(np.linspace(0.0, 1.0, 500)), [1e-3], probes=4, steps=4)
    assert not few.reached
    assert few.counts[0].quadrature > 0.01 * 500


@pytest.mark.slow
def test_a_run_goes_on_from_the_probes_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, kept = np.diag(np.linspace(-1.0, 1.0, 200)), dict[int, Recurrence]()
    options: dict[str, Any] = {"error": 0.02, "steps": 32, "seed": 4}
    whole = spectral_density(matrix, [0.3], keep=kept.__setitem__, **options)
    assert sorted(kept) == list(range(len(whole.probes)))
    some = {number: kept[number] for number in range(len(kept) - 3)}
    new: dict[int, Recurrence] = {}
    again = spectral_density(matrix, [0.3], known=some, keep=new.__setitem__, **options)
    assert sorted(new) == sorted(set(kept) - set(some))
    assert [(count.low, count.high) for count in again.counts] == [(count.low, count.high) for count in whole.counts]
    full = spectral_density(matrix, [0.3], known=kept, **options)
    assert full.products == 0
    assert full.counts == whole.counts
    monkeypatch.setattr(density_module, "BASIS_BYTES", 1)  # one probe at a time
    split = spectral_density(matrix, [0.3], **options)
    assert [(count.low, count.high) for count in split.counts] == [(count.low, count.high) for count in whole.counts]


def test_trace_and_square_of_the_same_probes() -> None:
    values = np.linspace(-1.0, 2.0, 150)
    found = spectral_density(np.diag(values), [0.5], probes=64, steps=8)
    assert found.trace(1e-4).low <= values.sum() <= found.trace(1e-4).high
    assert found.square(1e-4).low <= (values**2).sum() <= found.square(1e-4).high
    assert 0.0 <= found.below(0.5) <= 1.0


def test_the_number_of_probes_is_predicted() -> None:
    assert predicted_probes(10**6, 0.01) == 4
    assert predicted_probes(100, 0.001) == 512
    assert predicted_probes(1000, 0.01) >= predicted_probes(4000, 0.01)


@pytest.mark.parametrize(
    ("thresholds", "options", "says"),
    [
        ([], {}, "positive"),
        ([0.0], {}, "positive"),
        ([math.nan], {}, "positive"),
        ([1.0], {"error": 0.0}, "error"),
        ([1.0], {"error": 2.0}, "error"),
        ([1.0], {"probes": 1}, "at least 2"),
        ([1.0], {"steps": 0}, "steps"),
    ],
)
def test_unusable_options(thresholds: list[float], options: dict[str, Any], says: str) -> None:
    with pytest.raises(UnusableRequest, match=says):
        spectral_density(np.eye(4), thresholds, **options)


def coverage(draw: Any, seeds: int) -> tuple[int, list[Density]]:
    """How many of the runs have every interval around the truth."""
    values = np.concatenate([[6.0, -5.0, 4.0], np.linspace(0.2, 2.0, 60), np.full(137, 1e-8)])
    inside, runs = 0, []
    for seed in range(seeds):
        found = spectral_density(np.diag(values), [0.5, 3.0], error=0.06, failure=0.2, steps=24, seed=seed, draw=draw)
        truth = [int((np.abs(values) > count.threshold).sum()) for count in found.counts]
        inside += all(count.low <= true <= count.high for count, true in zip(found.counts, truth, strict=True))
        runs.append(found)
    return inside, runs


@pytest.mark.long
def test_intervals_hold_as_often_as_they_say_over_many_seeds() -> None:
    seeds = 200
    inside, runs = coverage(probe, seeds)
    # five standard deviations below the promised share
    assert inside >= seeds * (0.8 - 5 * math.sqrt(0.2 * 0.8 / seeds))
    assert len({len(run.probes) for run in runs}) >= 1


@pytest.mark.slow
def test_control_biased_probes_fail() -> None:
    def biased(seed: int, number: int, size: int) -> Any:
        vector = probe(seed, number, size)
        vector[: size // 3] *= 1.5  # more weight where the eigenvalues are large
        return vector

    inside, _ = coverage(biased, 40)
    assert inside <= 8
