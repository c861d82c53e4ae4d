"""Norms of stacks of symmetric matrices, against eigenvalues known exactly; a library that errs is not believed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.norms.definition import rational_norm_at_most
from hessproof.numeric.norms.eigenvalues import largest_eigenvalue, operator_norm, spectral_norm
from hessproof.numeric.norms.enclosure import Ball


def rotated(values: list[float], rng: np.random.Generator) -> Any:
    """A symmetric matrix with roughly these eigenvalues."""
    turn = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    found = turn @ np.diag(values) @ turn.T
    return (found + found.T) / 2


def exactly_inside(ball: Ball, matrix: Any) -> bool:
    """Whether the norm of an exact matrix of floats is between the ends, decided over the rationals."""
    exact = np.asarray([[Fraction(float(x)) for x in row] for row in matrix], dtype=object)
    low, high = Fraction(float(ball.lower)), Fraction(float(ball.upper))
    return rational_norm_at_most(exact, high) and (low <= 0 or not rational_norm_at_most(exact, low - abs(low) / 2**70))


@given(
    st.integers(0, 2**32), st.integers(2, 7), st.integers(-200, 200), st.sampled_from(["any", "equal", "pair", "low"])
)
def test_norms_are_enclosed_and_tight(seed: int, size: int, exponent: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    values = {
        "any": rng.standard_normal(size),
        "equal": np.ones(size),
        "pair": np.asarray([1.0, -1.0] + [0.0] * (size - 2)),
        "low": np.asarray([1.0, 1 - 1e-9] + [1e-17] * (size - 2)),
    }[kind]
    matrix = rotated(list(values), rng) * 2.0**exponent
    found = spectral_norm(Ball.exact(matrix[None]))
    assert exactly_inside(found[0], matrix)
    assert found.rad[0] <= 2.0**-36 * found.mid[0]


@given(st.integers(0, 2**32), st.integers(2, 5))
def test_radii_are_counted(seed: int, size: int) -> None:
    """Every symmetric matrix within the radii has its norm inside."""
    rng = np.random.default_rng(seed)
    matrix = rotated(list(rng.standard_normal(size)), rng)
    radii = np.abs(rotated(list(rng.standard_normal(size)), rng)) * 1e-3
    found, top = spectral_norm(Ball(matrix[None], radii[None])), largest_eigenvalue(Ball(matrix[None], radii[None]))
    for signs in rng.choice([-1.0, 1.0], size=(5, size, size)):
        moved = matrix + radii * (np.tril(signs) + np.tril(signs, -1).T)
        values = np.linalg.eigvalsh(moved)
        assert found.lower[0] - 1e-14 <= np.abs(values).max() <= found.upper[0] + 1e-14
        assert top.lower[0] - 1e-14 <= values[-1] <= top.upper[0] + 1e-14


def test_negative_eigenvalues_count_for_the_norm_alone() -> None:
    matrix = Ball.exact([[[-3.0, 0.0], [0.0, 1.0]], [[-3.0, 0.0], [0.0, -2.0]]])
    assert spectral_norm(matrix).contains(3).all()
    assert largest_eigenvalue(matrix).contains([1, -2]).all()


def test_rectangles_and_single_entries() -> None:
    wide = Ball.exact(np.asarray([[[3.0, 4.0, 0.0], [0.0, 0.0, 0.0]]]))
    assert operator_norm(wide).contains(5).all()
    assert operator_norm(wide.transposed).contains(5).all()
    assert spectral_norm(Ball.exact([[[-2.0]]])).mid.tolist() == [2.0]
    assert largest_eigenvalue(Ball.exact([[[-2.0]]])).mid.tolist() == [-2.0]
    wide = spectral_norm(Ball(np.asarray([[[-1.0]]]), np.asarray([[[2.0]]])))
    assert wide.contains([0]).all()
    assert wide.contains([3]).all()


def test_zero_is_exactly_zero() -> None:
    mixed = np.zeros((3, 4, 4))
    mixed[1] = np.eye(4)
    found = spectral_norm(Ball.exact(mixed))
    assert found.upper[[0, 2]].tolist() == [0.0, 0.0]
    assert found.contains([0, 1, 0]).all()


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_not_enclosed(wrong: float) -> None:
    matrices = np.stack([np.eye(2), np.full((2, 2), wrong)])
    found = spectral_norm(Ball.exact(matrices))
    assert found.contains([1, 0]).all()
    assert np.isinf(found.rad[1])
    assert found.rad[0] < 1e-13


LIES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "eigenvalues too small": ("eigvalsh", lambda true: true * 0.5),
    "eigenvalues too large": ("eigvalsh", lambda true: true * 2.0),
    "eigenvalues shifted": ("eigvalsh", lambda true: true + 0.25),
    "a factor of another matrix": ("cholesky", lambda true: true * 0.9),
    "vectors of noise": ("solve", lambda true: np.ones_like(true)),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_library_that_errs_is_not_believed(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    matrices = np.stack([rotated([3.0, -1.0, 0.5, 0.25], rng) for _ in range(20)])
    name, change = LIES[lie]
    honest: Callable[..., Any] = getattr(np.linalg, name)
    monkeypatch.setattr(np.linalg, name, lambda *args: change(honest(*args)))
    found = spectral_norm(Ball.exact(matrices))
    assert all(exactly_inside(ball, matrix) for ball, matrix in zip(found, matrices, strict=True))
