"""The constants C of |𝓛_{k+1} − 𝓛_k| ≤ C/(k + 1), and the sample size that follows from one."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.symbolic.convergence.sample_size import CHANGES, sample_size
from hessproof.symbolic.errors import UnusableRequest

POSITIVE = st.fractions(min_value=Fraction(1, 1000), max_value=1000)


@given(POSITIVE, POSITIVE)
def test_the_sample_size_is_the_least_that_does(constant: Fraction, tolerance: Fraction) -> None:
    k = sample_size(constant, tolerance)
    assert all(constant / (j + 1) < tolerance for j in (k, k + 1, 10 * k))
    assert k == 1 or constant / k >= tolerance


def test_floats_are_taken_as_the_numbers_that_they_are() -> None:
    assert sample_size(0.3, 0.1) == 2  # 0.3 < 3 · 0.1 in binary
    assert sample_size(Fraction(3, 10), Fraction(1, 10)) == 3


@pytest.mark.parametrize(
    ("constant", "tolerance"), [(1.0, 0.0), (1.0, -1.0), (1.0, math.nan), (-1.0, 1.0), (math.inf, 1.0), (math.nan, 1.0)]
)
def test_what_is_no_bound_or_tolerance_is_refused_in_one_line(constant: float, tolerance: float) -> None:
    with pytest.raises(UnusableRequest) as refusal:
        sample_size(constant, tolerance)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("key", "numbers"), [("range", {"K": 0, "rho": 1.0}), ("critical", {"S": 1.0, "M_H": 1.0})])
def test_missing_and_impossible_quantities_are_refused(key: str, numbers: dict[str, float]) -> None:
    with pytest.raises(UnusableRequest):
        CHANGES[key].value(**numbers)


@given(st.integers(1, 50), st.floats(0, 1e5))
def test_the_range_lies_between_its_attained_values(classes: int, rho: float) -> None:
    found = CHANGES["range"].value(K=classes, rho=rho)
    attained = rho * math.sqrt(classes / (classes - 1)) if classes > 1 else 0.0  # from z = 0, the label's logit alone
    assert found >= attained * (1 - 1e-9) - 1e-9
    assert found <= (2 * math.sqrt(2) * rho + math.log(classes)) * (1 + 1e-9) + 1e-9
    if classes == 2:
        assert math.isclose(found, math.sqrt(2) * rho, rel_tol=1e-9, abs_tol=1e-12)


def test_theorem_1_inside_the_published_bound_also_at_its_removable_point() -> None:
    near = [CHANGES["published"].value(L=3, M_x=2, M_W=m, M_loss=1, R=1) for m in (1 - 1e-9, 1, 1 + 1e-9)]
    closed = 2 * (1 + math.sqrt(2) * (3 * 4 + 3))
    assert all(math.isclose(value, closed, rel_tol=1e-6) for value in near)


@pytest.mark.slow
@given(st.integers(1, 6), st.floats(0, 2), st.floats(0, 3), st.floats(0, 3), st.floats(0, 3))
def test_the_local_bound_grows_with_all_that_it_depends_on(
    depth: int, m: float, radius: float, spread: float, size: float
) -> None:
    base = {"L": depth, "M_W": m, "R": radius, "S": spread, "M_x": size}
    found = CHANGES["local"].value(**base)
    assert found >= spread
    for name in ("R", "S", "M_x", "M_W"):
        assert CHANGES["local"].value(**{**base, name: base[name] + 0.5}) >= found
    if radius == 0:
        assert math.isclose(found, spread, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize("radius", [1e-300, 1e-115, 1e-20, 1e-3])
def test_constants_are_rounded_up_even_where_digits_cancel(radius: float) -> None:
    with mpmath.workdps(700):
        exact = (
            2 * mpmath.sqrt(2) * ((mpmath.mpf(0.3) + mpmath.mpf(radius) / mpmath.sqrt(2)) ** 2 - mpmath.mpf(0.3) ** 2)
        )
        found = CHANGES["local"].value(L=2, M_W=0.3, M_x=1, S=0, R=radius)
        assert exact <= found <= exact + mpmath.mpf(10) ** -35 + exact * mpmath.mpf(10) ** -14
