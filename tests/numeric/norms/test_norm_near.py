"""Products of matrices known up to an error in norm, against products over the rationals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.norms import near
from hessproof.numeric.norms.definition import rational_norm_at_most
from hessproof.numeric.norms.near import congruence, frobenius_upper


def exactly(matrix: Any) -> Any:
    """A matrix of floats as fractions."""
    found = np.empty(matrix.shape, dtype=object)
    for place, entry in np.ndenumerate(matrix):
        found[place] = Fraction(float(entry))
    return found


def covered(seed: int, rows: int, size: int, error: float) -> bool:
    """Whether SYS⊤ is within the bound for an S and a symmetric Y at the very edge of theirs."""
    rng = np.random.default_rng(seed)
    left, middle = rng.standard_normal((rows, size)), rng.standard_normal((size, size))
    middle = (middle + middle.T) / 2
    moved_left, moved_middle = exactly(left), exactly(middle)
    moved_left[0, 0] += Fraction(error)  # the norm of the change is the entry itself
    moved_middle[0, 0] += Fraction(error)
    truth = moved_left @ moved_middle @ moved_left.T
    edge = np.asarray([error])
    found, bound = congruence((left[None], edge), (middle[None], edge))
    difference = truth - exactly(found[0])
    return rational_norm_at_most((difference + difference.T) / 2, Fraction(float(bound[0])))


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 5), st.sampled_from([0.0, 1e-15, 1e-6, 0.5]))
def test_products_are_within_their_bound(seed: int, rows: int, size: int, error: float) -> None:
    assert covered(seed, rows, size, error)


def test_a_bound_without_rounding_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "UNIT", 0.0)
    assert not all(covered(seed, 4, 4, 0.0) for seed in range(20))


def test_products_with_zero_are_exactly_zero() -> None:
    none = np.zeros(1)
    found, error = congruence((np.ones((1, 2, 2)), none), (np.zeros((1, 2, 2)), none))
    assert found.max() == error.max() == 0.0


def test_the_frobenius_norm_is_bounded_from_above() -> None:
    entries = np.asarray([[[0.1, 0.2], [0.3, 0.4]], [[1e-200, 0.0], [0.0, 1e-200]], [[1e200, 0.0], [1e180, 0.0]]])
    for bound, matrix in zip(frobenius_upper(entries), entries, strict=True):
        assert Fraction(float(bound)) ** 2 >= sum(Fraction(float(x)) ** 2 for x in matrix.flat)
