"""Lanczos recurrences, their Gauss and Radau rules, and the bounds of distribution functions."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.arrays import to_numpy
from hessproof.numeric.stochastic.lanczos import Recurrence, recurrences
from hessproof.numeric.stochastic.probes import probe
from hessproof.numeric.stochastic.quadrature import gauss, mass_below, mass_beyond, radau
from hessproof.numeric.stochastic.symmetric import Symmetric
from hessproof.symbolic.errors import UnusableRequest


def rotated(values: Any, seed: int = 0) -> np.ndarray[Any, Any]:
    """A symmetric matrix with the given eigenvalues."""
    values = np.asarray(values, dtype=np.float64)
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    return (basis * values) @ basis.T


def started(size: int, count: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.stack([probe(seed, number, size) for number in range(count)])


@st.composite
def spectra(draw: st.DrawFn) -> list[float]:
    """Eigenvalues with repetitions, zeros, both signs and very different sizes."""
    distinct = draw(
        st.lists(st.sampled_from([0.0, 1.0, -1.0, 3.0, -2.5, 1e-3, 1e-9, 40.0, 7.0]), min_size=1, max_size=6)
    )
    times = draw(st.lists(st.integers(1, 6), min_size=len(distinct), max_size=len(distinct)))
    return [value for value, count in zip(distinct, times, strict=True) for _ in range(count)]


def test_the_generator_reaches_repeated_zero_and_negative_eigenvalues() -> None:
    seen: set[str] = set()

    @settings(max_examples=60, database=None)
    @given(spectra())
    def collect(values: list[float]) -> None:
        seen.update({"zero"} if 0.0 in values else set())
        seen.update({"negative"} if min(values) < 0 else set())
        seen.update({"repeated"} if len(set(values)) < len(values) else set())
        seen.update({"one"} if len(values) == 1 else set())
        seen.update({"all zero"} if not any(values) else set())

    collect()
    assert seen == {"zero", "negative", "repeated", "one", "all zero"}


@settings(max_examples=40)
@given(spectra(), st.integers(1, 12), st.integers(0, 5))
def test_the_bounds_hold_the_measure_on_every_matrix(values: list[float], steps: int, seed: int) -> None:
    matrix = rotated(values, seed)
    exact, vectors = np.linalg.eigh(matrix)
    [start] = started(len(values), 1, seed)
    [one] = recurrences(Symmetric.of(matrix), start[None, :], steps)
    shares = (vectors.T @ start) ** 2 / (start @ start)
    places = [-3.0, -1e-6, 0.0, 1e-4, 0.5, 2.0, 39.0, *values]
    low, high = mass_below(one, places)
    scale = max(map(abs, values), default=0.0)
    for place, least, most in zip(places, low, high, strict=True):
        # eigh displaces eigenvalues by rounding, so both sides are given that much
        assert least <= shares[exact <= place + 1e-13 * scale].sum() + 1e-10
        assert most >= shares[exact <= place - 1e-13 * scale].sum() - 1e-10
    for threshold in (1e-6, 0.5, 2.0):
        least, most = mass_beyond(one, threshold)
        truth = shares[np.abs(exact) > threshold].sum()
        assert least - 1e-10 <= truth <= most + 1e-10


def test_the_rules_integrate_polynomials_exactly() -> None:
    matrix = rotated(np.linspace(-1.0, 2.0, 30))
    [start] = started(30, 1)
    [one] = recurrences(Symmetric.of(matrix), start[None, :], 5)
    power, moments = start, []
    for _ in range(11):
        moments.append(float(start @ power))
        power = matrix @ power
    for rule, degree in ((gauss(one), 9), (radau(one, 0.3), 10)):
        found = [float(rule.weights @ rule.nodes**k) for k in range(11)]
        assert np.allclose(found[: degree + 1], moments[: degree + 1], rtol=1e-11)
    assert abs(gauss(one).weights @ gauss(one).nodes ** 10 - moments[10]) > 1e-6 * moments[10]
    assert np.abs(radau(one, 0.3).nodes - 0.3).min() < 1e-12
    assert one.moments[0] == pytest.approx(start @ matrix @ start)
    assert one.moments[1] == pytest.approx(np.linalg.norm(matrix @ start) ** 2)


def test_full_orthogonality_makes_no_copies_of_converged_eigenvalues() -> None:
    # Without reorthogonalisation the outlier would appear several times after 60 steps.
    matrix = rotated([1e4, *np.linspace(0.0, 1.0, 119)])
    [one] = recurrences(Symmetric.of(matrix), started(120, 1), 60)
    assert (gauss(one).nodes > 10).sum() == 1


def test_an_invariant_space_ends_the_recurrence_alone() -> None:
    matrix = np.diag([1.0, 1.0, 1.0, 4.0, 5.0, 6.0])
    starts = np.asarray([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]])
    short, long = recurrences(Symmetric.of(matrix), starts, 6)
    assert (short.steps, short.complete) == (1, True)
    assert (long.steps, long.complete) == (4, True)
    assert np.allclose(gauss(long).nodes, [1.0, 4.0, 5.0, 6.0])


def test_batches_and_single_probes_agree() -> None:
    operator = Symmetric.of(rotated(np.linspace(-1.0, 1.0, 25)))
    starts = started(25, 3)
    together = recurrences(operator, starts, 8)
    for start, one in zip(starts, together, strict=True):
        [alone] = recurrences(operator, start[None, :], 8)
        assert np.allclose(alone.diagonal, one.diagonal)
        assert np.allclose(alone.beside, one.beside)


@pytest.mark.parametrize("device", ["CPU_DEVICE", "device1"])
def test_recurrences_run_on_the_strict_array_api(device: str) -> None:
    matrix = rotated(np.linspace(-1.0, 1.0, 12))
    strict = array_api_strict.asarray(matrix, device=array_api_strict.Device(device))
    starts = started(12, 2)
    found = recurrences(Symmetric.of(strict), starts, 6)
    for one, other in zip(found, recurrences(Symmetric.of(matrix), starts, 6), strict=True):
        assert np.allclose(one.diagonal, other.diagonal)
        assert np.allclose(one.beside, other.beside)


def test_single_precision_knows_its_rounding() -> None:
    matrix = array_api_strict.asarray(rotated([5.0, *[0.0] * 19]), dtype=array_api_strict.float32)
    [one] = recurrences(Symmetric.of(matrix), started(20, 1), 6)
    assert one.rounding > 1e-8
    low, high = mass_beyond(one, 1e-12)  # far below the rounding of the products: nothing may be claimed
    assert low < high


def test_control_a_corrupted_entry_is_noticed() -> None:
    matrix = rotated(np.linspace(0.0, 1.0, 20))
    starts = started(20, 1)
    [one] = recurrences(Symmetric.of(matrix), starts, 20)
    wrong = matrix.copy()
    wrong[3, 3] += 1.0
    [other] = recurrences(Symmetric.of(wrong), starts, 20)
    assert np.abs(gauss(one).nodes - np.linspace(0.0, 1.0, 20)).max() < 1e-9
    assert np.abs(gauss(other).nodes - np.linspace(0.0, 1.0, 20)).max() > 1e-3


def test_control_a_dropped_coefficient_breaks_the_bounds() -> None:
    matrix = rotated([*np.linspace(0.0, 1.0, 39), 30.0])
    [start] = started(40, 1)
    [one] = recurrences(Symmetric.of(matrix), start[None, :], 6)
    exact, vectors = np.linalg.eigh(matrix)
    share = float(((vectors.T @ start) ** 2)[np.abs(exact) > 5].sum() / (start @ start))
    damaged = Recurrence(one.mass, one.diagonal, np.append(one.beside[:1] * 0.2, one.beside[1:]), one.rounding)
    assert mass_beyond(one, 5.0)[0] - 1e-12 <= share <= mass_beyond(one, 5.0)[1] + 1e-12
    low, high = mass_beyond(damaged, 5.0)
    assert not low - 1e-12 <= share <= high + 1e-12


@pytest.mark.parametrize(
    ("starts", "steps", "says"),
    [(np.ones((1, 3)), 2, "starting vectors"), (np.ones((1, 4)), 0, "at least 1"), (np.zeros((1, 4)), 2, "zeros")],
)
def test_unusable_starts(starts: Any, steps: int, says: str) -> None:
    with pytest.raises(UnusableRequest, match=says):
        recurrences(Symmetric.of(np.eye(4)), starts, steps)


def test_operators_that_are_no_such() -> None:
    with pytest.raises(UnusableRequest, match="square"):
        Symmetric.of(np.ones((2, 3)))
    with pytest.raises(UnusableRequest, match="overflow"), np.errstate(all="ignore"):
        Symmetric.of(np.full((2, 2), 1e308)).apply(np.full((2, 1), 1e308))


def test_probes_depend_on_seed_and_number_alone() -> None:
    assert (probe(3, 5, 40) == probe(3, 5, 40)).all()
    assert (probe(3, 5, 40) != probe(4, 5, 40)).any()
    for other in (0, [0, 0], [0, 0, 2], [0, 0, 3]):  # the streams of weights, data, sketches and starting vectors
        assert (probe(0, 0, 40) != np.random.default_rng(other).standard_normal(40)).all()
    assert set(np.unique(probe(0, 0, 200, "rademacher")).tolist()) == {-1.0, 1.0}
    assert np.linalg.norm(probe(0, 0, 50, "sphere")) == pytest.approx(np.sqrt(50))
    for kind in ("gaussian", "rademacher", "sphere"):
        drawn = np.stack([probe(1, number, 8, kind) for number in range(4000)])  # type: ignore[arg-type]
        assert np.abs(drawn.T @ drawn / 4000 - np.eye(8)).max() < 0.1
    with pytest.raises(UnusableRequest, match="rademacher"):
        probe(0, 0, 3, "uniform")  # type: ignore[arg-type]
    with pytest.raises(UnusableRequest, match="seed"):
        probe(-1, 0, 3)


def test_products_on_a_device_come_back_to_numpy() -> None:
    device = array_api_strict.Device("device1")
    one = Symmetric.of(array_api_strict.asarray(np.diag([2.0, 3.0]), device=device))
    assert one.apply_numpy(np.asarray([1.0, 1.0])).tolist() == [2.0, 3.0]
    assert to_numpy(one.asarray(np.ones(2))).tolist() == [1.0, 1.0]
    assert one.products == 1
