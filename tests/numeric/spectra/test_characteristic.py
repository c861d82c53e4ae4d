"""Characteristic polynomials over the integers, and those of plateaus."""

from __future__ import annotations

import flint
import numpy as np

from hessproof.numeric.integers import integers
from hessproof.numeric.spectra.characteristic import (
    characteristic,
    free_directions,
    one_layer_polynomial,
    plateau_divides,
    seen_residual,
    singular_polynomial,
)


def test_the_characteristic_polynomial_is_that_of_numpy() -> None:
    matrix = np.random.default_rng(0).integers(-3, 4, (5, 5))
    found = characteristic(integers(matrix))
    assert np.allclose([int(found[i]) for i in range(6)], np.poly(matrix)[::-1])


def test_squared_minors_give_the_singular_values() -> None:
    matrix = integers([[1, 2, 0], [0, 1, 1]])
    found = singular_polynomial(matrix, 2)
    values = np.linalg.svd(matrix.astype(float), compute_uv=False)
    for value in values:
        assert abs(sum(int(found[i]) * value**i for i in range(5))) < 1e-9


def test_the_kernel_of_one_hidden_layer() -> None:
    omega = integers([[2, 0, 0], [0, 0, 0]])
    found = one_layer_polynomial(omega, 4)
    assert found.degree() == (2 + 3) * 4
    assert all(int(found[i]) == 0 for i in range((3 + 2 - 2) * 4))
    assert int(found[(3 + 2 - 2) * 4]) == 4**4


def test_a_residual_between_two_layers() -> None:
    weights = [integers([[1, 2]]), integers([[1], [0]]), integers([[1, 1]])]
    omega = integers([[3, 4]])
    assert seen_residual(weights, omega, 1).tolist() == [[3, 4], [3, 4]]
    assert seen_residual(weights, omega, 2).tolist() == [[11]]
    assert free_directions([integers([[0], [0]]), integers([[0, 0]])], 1) == 2


def test_division_notices_a_copy_too_many() -> None:
    whole = one_layer_polynomial(integers([[3]]), 2) * flint.fmpz_poly([1, 1])
    assert plateau_divides(whole, integers([[3]]), 2)
    assert not plateau_divides(whole, integers([[3]]), 3)
    assert not plateau_divides(whole, integers([[2]]), 1)
