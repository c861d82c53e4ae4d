"""Exponentials and the softmax in floats, against FLINT's balls and exact probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.norms import softmax as module
from hessproof.numeric.norms.enclosure import Ball
from hessproof.numeric.norms.matrices import precision
from hessproof.numeric.norms.softmax import exponential, known, softmax


@pytest.fixture(autouse=True, scope="module")
def _bits() -> Iterator[None]:
    """Balls of far more digits than floats have."""
    with precision(200):
        yield


def inside(ball: Ball, number: flint.arb) -> bool:
    return bool(flint.arb(float(ball.lower)) <= number) and bool(number <= flint.arb(float(ball.upper)))


def test_exponentials_contain_the_true_ones() -> None:
    rng = np.random.default_rng(0)
    edges = [0.0, -1e-300, -(2.0**-40), -0.34657359, -0.3465736, -599.99, -600.0, -600.01, -1e6, -1e300]
    exponents = np.concatenate([edges, -rng.random(600) * 40, -rng.random(400) * 620, -rng.integers(0, 600, 200) / 8.0])
    found = exponential(exponents)
    assert all(inside(ball, flint.arb(float(t)).exp()) for ball, t in zip(found, exponents, strict=True))
    within = exponents >= -600
    assert (found.rad[within] <= 1e-15 * found.mid[within]).all()
    assert (found.upper[~within] < 1e-260).all()


def test_a_polynomial_of_lower_degree_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without four terms of the series the radius no longer covers the remainder."""
    monkeypatch.setattr(module, "_DEGREE", module._DEGREE - 4)
    monkeypatch.setattr(module, "_REMAINDER", 0.0)
    exponents = -np.linspace(0.01, 5, 200)
    found = exponential(exponents)
    assert not all(inside(ball, flint.arb(float(t)).exp()) for ball, t in zip(found, exponents, strict=True))


@pytest.mark.slow
@given(st.lists(st.integers(-4000, 4000).map(lambda n: n / 64), min_size=1, max_size=5), st.integers(0, 4))
def test_softmax_residuals_and_curvature(logits: list[float], label: int) -> None:
    label %= len(logits)
    found = softmax(np.asarray([logits]))
    powers = [flint.arb(z - max(logits)).exp() for z in logits]
    p = [power / sum(powers, flint.arb(0)) for power in powers]
    delta = found.residuals(np.asarray([label]))
    for a in range(len(logits)):
        assert inside(found.probabilities[0, a], p[a])
        assert inside(found.complements[0, a], sum((p[b] for b in range(len(p)) if b != a), flint.arb(0)))
        assert inside(delta[0, a], p[a] - (a == label) if a != label else -sum(p[:a] + p[a + 1 :], flint.arb(0)))
        for b in range(len(logits)):
            exact = p[a] * sum(p[:a] + p[a + 1 :], flint.arb(0)) if a == b else -p[a] * p[b]
            assert inside(found.curvature[0, a, b], exact)


def test_one_class_is_certain() -> None:
    found = softmax(np.asarray([[3.0]]))
    assert found.curvature.mid.tolist() == [[[0.0]]]
    assert found.residuals(np.asarray([0])).magnitude.tolist() == [[0.0]]


def test_known_probabilities_are_exact() -> None:
    found = known(np.asarray([[0.25, 0.25, 0.5]])).curvature
    p = [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)]
    assert found.contains([[[p[a] * (a == b) - p[a] * p[b] for b in range(3)] for a in range(3)]]).all()
