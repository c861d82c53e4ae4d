"""Lanczos against whole Hessians, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hessproof.numeric.curvature.angles import chance, cosines, overlap
from hessproof.numeric.curvature.lanczos import measured_norms, missed_share, top_space
from hessproof.numeric.kernels import Part
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

PARTS: tuple[Part, ...] = ("loss", "outer", "functional")


def network(widths: tuple[int, ...], bias: bool, seed: int, samples: int, activation: str = "relu"):  # type: ignore[no-untyped-def]
    architecture = Architecture(widths, bias, activation, "cross-entropy")
    stream = np.random.default_rng(seed)
    weights = initial_parameters(architecture, "he-normal", seed, bias_scale=0.3 if bias else None)
    inputs = stream.standard_normal((samples, widths[0]))
    return architecture, weights, inputs, np.eye(widths[-1])[stream.integers(widths[-1], size=samples)]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("widths", "bias", "activation"),
    [((3, 2), False, "relu"), ((7, 9, 6, 5), False, "relu"), ((6, 8, 8, 4), True, "relu"), ((5, 12, 4), True, "tanh")],
)
def test_the_norm_is_that_of_the_whole_matrix(part: Part, widths: tuple[int, ...], bias: bool, activation: str) -> None:
    given = network(widths, bias, 3, 5, activation)
    values = np.linalg.eigvalsh(network_hessian(*given, part))
    found = measured_norms(*given, part)
    assert found.value == pytest.approx(np.abs(values).max(), rel=1e-8, abs=1e-12)
    assert np.abs(values - found.signed).min() <= found.residual + 1e-9 * found.value
    assert found.value <= found.upper <= 1.3 * found.value + 1e-12


def test_one_object_with_eigenvalues_in_pairs() -> None:
    architecture, weights, x, y = network((9, 11, 4), False, 5, 1)
    values = np.linalg.eigvalsh(network_hessian(architecture, weights, x, y, "functional"))
    assert values[0] == pytest.approx(-values[-1])
    found = measured_norms(architecture, weights, x, y, "functional")
    assert found.value == pytest.approx(values[-1])


def test_a_vanishing_hessian_has_norm_zero() -> None:
    architecture, weights, x, y = network((4, 3), False, 1, 3)
    found = measured_norms(architecture, weights, x, y, "functional")
    assert (found.value, found.residual, found.upper) == (0.0, 0.0, 0.0)
    assert top_space(architecture, weights, x, y, 2, "functional").values.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("part", PARTS)
def test_the_top_space_is_that_of_the_whole_matrix(part: Part) -> None:
    given = network((8, 10, 9, 6), False, 7, 20)
    values, vectors = np.linalg.eigh(network_hessian(*given, part))
    found = top_space(*given, 5, part)
    assert np.allclose(found.values, values[::-1][:5], rtol=1e-7)
    assert overlap(found.vectors, vectors[:, -5:]) == pytest.approx(1.0)
    assert found.residuals.max() < 1e-5 * values[-1]
    assert np.allclose(found.vectors.T @ found.vectors, np.eye(5))


def test_few_vectors_find_the_same_norm_with_a_wider_upper_bound() -> None:
    given = network((8, 10, 9, 6), False, 7, 20)
    many, few = measured_norms(*given), measured_norms(*given, basis=10)
    assert few.value == pytest.approx(many.value, rel=1e-5)
    assert few.upper > many.upper


def test_the_share_that_may_be_missed() -> None:
    assert missed_share(50, 50, 1e-6) == 0.0
    assert missed_share(1000, 20, 1e-6) > missed_share(1000, 40, 1e-6) > 0
    probability = 1.648 * math.sqrt(1000) * math.exp(-math.sqrt(missed_share(1000, 40, 1e-6)) * 79)
    assert probability == pytest.approx(1e-6)


def test_the_probability_of_missing_is_never_exceeded_on_a_hard_spectrum() -> None:
    """Plain Lanczos on 200 numbers between 0 and 1: the share that is missed, many times over."""
    values, steps, missed = np.linspace(0.0, 1.0, 200), 8, 0
    allowed = missed_share(len(values), steps, 0.1)
    for seed in range(60):
        basis = np.random.default_rng(seed).standard_normal(len(values))
        krylov = np.stack([basis * values**power for power in range(steps)], axis=1)
        frame = np.linalg.qr(krylov)[0]
        missed += bool(np.linalg.eigvalsh(frame.T @ (values[:, None] * frame))[-1] < 1.0 - allowed)
    assert missed <= 6


@pytest.mark.parametrize(
    ("options", "word"),
    [({"tolerance": 0.0}, "tolerance"), ({"tolerance": 2.0}, "tolerance"), ({"seed": -1}, "seed"), ({"basis": 3}, "8")],
)
def test_options_out_of_range(options: dict[str, float], word: str) -> None:
    given = network((3, 4, 2), False, 0, 2)
    with pytest.raises(UnusableRequest, match=word):
        measured_norms(*given, **options)  # type: ignore[arg-type]


def test_weights_that_are_no_numbers() -> None:
    architecture, weights, x, y = network((3, 4, 2), False, 0, 2)
    broken = (weights[0] * np.nan, weights[1])
    with pytest.raises(UnusableRequest, match="NaN"):
        measured_norms(architecture, broken, x, y)
    with pytest.raises(UnusableRequest, match="NaN"):
        top_space(architecture, broken, x, y, 1)


def test_products_that_overflow() -> None:
    large = np.asarray([[1e200]])
    with pytest.raises(UnusableRequest, match="overflow"), np.errstate(all="ignore"):
        measured_norms(Architecture((1, 1, 1)), [large, large], large, large)


@pytest.mark.parametrize("count", [0, 21])
def test_more_eigenvectors_than_parameters(count: int) -> None:
    given = network((3, 4, 2), False, 0, 2)
    with pytest.raises(UnusableRequest, match="20"):
        top_space(*given, count)


def test_a_tolerance_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    from hessproof.numeric.curvature import lanczos

    monkeypatch.setattr(lanczos, "RESTARTS", 1)
    given = network((9, 20, 20, 8), False, 7, 60)
    with pytest.raises(UnusableRequest, match="larger tolerance"):
        measured_norms(*given, tolerance=1e-14, basis=8)


def test_cosines_of_known_angles() -> None:
    plane = np.eye(4)[:, :2]
    turned = np.stack([np.cos(0.3) * np.eye(4)[0] + np.sin(0.3) * np.eye(4)[2], np.eye(4)[3]], axis=1)
    assert np.allclose(cosines(plane, turned), [np.cos(0.3), 0.0])
    assert overlap(plane, turned) == pytest.approx(np.cos(0.3) ** 2 / 2)
    stream = np.random.default_rng(0)
    drawn = [np.linalg.qr(stream.standard_normal((60, 5)))[0] for _ in range(80)]
    mean = np.mean([overlap(one, two) for one, two in zip(drawn[:40], drawn[40:], strict=True)])
    assert mean == pytest.approx(chance(60, 5), rel=0.1)
