"""Means over residuals: exact enumeration, the χ² law, and a simulation of the normal model."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.numeric.two_layer.exact import exact_net
from hessproof.numeric.two_layer.residuals import energy_moment, model_gradient, squared_gradient
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 2), (1, 4), (2, 1)])
def test_the_gradient_of_the_model_is_twice_energy_tau_n(n: int, m: int) -> None:
    assert model_gradient(n, m) == Fraction(2 * n, m) * n  # 2ετn at ε = 1/2


def test_the_gradient_of_given_weights_is_the_diagonal_of_the_outer_part() -> None:
    net = exact_net([[1, -2], [3, 1]], [[2, 1], [0, 1]], [[1, 2], [-1, 1]], [[0, 0], [0, 0]], "relu")
    assert (squared_gradient(net) == net.hessian_parts()[0].diagonal() / net.samples).all()


def test_normal_numbers_have_the_mean_of_the_signs() -> None:
    rng, n, m, runs = np.random.default_rng(0), 2, 2, 20000
    w1, w2 = rng.normal(0, n**-0.5, (2, runs, n, n))
    x, e = rng.normal(size=(2, runs, m, n))
    first = np.einsum("sia,smi,smj->saj", w2, e, x) / m
    second = np.einsum("smi,saj,smj->sia", e, w1, x) / m
    found = (first**2).sum(axis=(1, 2)) + (second**2).sum(axis=(1, 2))
    spread = found.std() / runs**0.5
    assert abs(found.mean() - float(model_gradient(n, m))) < 5 * spread  # five standard errors


def test_the_energy_has_mean_one_and_variance_two_over_its_degrees() -> None:
    for count in (1, 2, 7, 40):
        assert energy_moment(count, 0) == energy_moment(count, 1) == 1
        assert energy_moment(count, 2) == 1 + Fraction(2, count)


def test_unusable_sizes_are_refused() -> None:
    for bad in (lambda: model_gradient(0, 1), lambda: model_gradient(3, 3), lambda: energy_moment(0, 1),
                lambda: energy_moment(2, -1)):  # fmt: skip
        with pytest.raises(UnusableRequest):
            bad()
