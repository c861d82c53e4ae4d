"""Arrays of real numbers with rigorous error bounds: a float64 midpoint and a float64 radius for every entry.

An entry (m, r) stands for every real number x with |x − m| ≤ r. Each operation returns an array that contains every
value the operation can take. The bounds rest on four facts of IEEE 754 double precision with rounding to nearest,
where u = 2^-53:

* |fl(a ∘ b) − a ∘ b| ≤ u |fl(a ∘ b)| for +, −, ×, / and √, plus at most 2^-1074 for × and / when the result underflows
  (sums and differences that are subnormal are exact);
* a sum or an inner product of n terms, in any order and with or without fused operations, differs from the exact one by
  at most n u Σ|terms|/(1 − n u), plus n 2^-1074 for underflow (Higham 2002, §3.1 and §4.2);
* a sum of n nonnegative numbers therefore has the relative error n u/(1 − n u) at most;
* multiplication by a power of two is exact unless it underflows.

Radii are themselves computed in floating point. Each is a sum of products of nonnegative numbers, so its relative error
is below 2^-48 for the elementwise operations (fewer than 16 roundings) and below 2^-30 for sums of up to 2^20 terms; it
is multiplied by 1 + 2^-48 or 1 + 2^-30, and 2^-1000 is added to cover underflow in it. A factor that is exactly zero
(midpoint and radius zero) gives a product that is exactly zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce, wraps
from operator import mul
from typing import Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
_P = ParamSpec("_P")
_R = TypeVar("_R")

UNIT = 2.0**-53
"""u, the unit roundoff."""
TINY = 2.0**-1000
"""More than all that underflow can lose in the computation of one radius."""
_FEW = 1 + 2.0**-48
_MANY = 1 + 2.0**-30
_TERMS = 2**20
"""Most terms in a sum, so that n u/(1 − n u) < 2^-32 leaves room below 2^-30."""


def _quiet(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Without warnings: what overflows gets an infinite radius, or NaN, which no comparison accepts."""

    @wraps(function)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
            return function(*args, **kwargs)

    return wrapped


@dataclass(frozen=True, eq=False)
class Ball:
    """An array of enclosures.

    Args:
        mid: Midpoints.
        rad: Radii, of the same shape, nonnegative.

    Example:
        >>> third = Ball.exact(1.0) / 3
        >>> bool(third.lower < third.upper), bool((third * 3).contains(1))
        (True, True)
        >>> (Ball.exact(9.0).sqrt() ** 2).contains(9).item()
        True
        >>> half = Ball.exact([0.5, 2.0])
        >>> half.certainly_at_most(1).tolist(), half.certainly_above(1).tolist()
        ([True, False], [False, True])
    """

    mid: Floats
    rad: Floats

    __array_ufunc__ = None
    """NumPy leaves arithmetic with an array on the left to this class."""

    @classmethod
    def exact(cls, values: Any) -> Ball:
        """Floats taken as exact numbers (radius 0)."""
        mid = np.asarray(values, dtype=np.float64)
        return cls(mid, np.zeros(mid.shape))

    @classmethod
    def of(cls, value: Any) -> Ball:
        """An enclosure of a Ball, a float, an array of floats, or an integer or Fraction of any size.

        Raises:
            UnusableRequest: If the value is none of these.
        """
        if isinstance(value, Ball):
            return value
        if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
            number = Fraction(value)
            if abs(number) >= 2**1023:
                return cls(np.asarray(0.0), np.asarray(np.inf))
            mid = float(number)  # correctly rounded
            gap = abs(number - Fraction(mid))
            return cls(np.asarray(mid), np.asarray(0.0 if gap == 0 else np.nextafter(float(gap), np.inf)))
        if isinstance(value, (float, np.floating, np.integer, np.ndarray, list, tuple)):
            return cls.exact(value)
        raise UnusableRequest(f"a number of type {type(value).__name__}", "a float, integer or fraction", "convert it")

    @classmethod
    @_quiet
    def between(cls, lower: Any, upper: Any) -> Ball:
        """The enclosure of all numbers from ``lower`` to ``upper``."""
        low, high = np.broadcast_arrays(np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64))
        mid = np.where(low == high, low, 0.5 * low + 0.5 * high)
        far = np.maximum(high - mid, mid - low)
        rad = np.where(far == 0, 0.0, far * _FEW + TINY)
        unbounded = ~np.isfinite(mid) | ~np.isfinite(rad)
        return cls(np.where(unbounded, 0.0, mid), np.where(unbounded, np.inf, rad))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.mid.shape

    @property
    @_quiet
    def lower(self) -> Floats:
        """Floats that are at most every value: the difference is rounded once, so one step down is enough."""
        return np.where(self.rad == 0, self.mid, np.nextafter(self.mid - self.rad, -np.inf))

    @property
    @_quiet
    def upper(self) -> Floats:
        """Floats that are at least every value."""
        return np.where(self.rad == 0, self.mid, np.nextafter(self.mid + self.rad, np.inf))

    @property
    @_quiet
    def magnitude(self) -> Floats:
        """Floats that are at least every absolute value."""
        return np.where(self.rad == 0, np.abs(self.mid), np.nextafter(np.abs(self.mid) + self.rad, np.inf))

    @property
    def transposed(self) -> Ball:
        """Matrices transposed (last two axes)."""
        return Ball(self.mid.swapaxes(-1, -2), self.rad.swapaxes(-1, -2))

    def __getitem__(self, key: Any) -> Ball:
        return Ball(np.asarray(self.mid[key]), np.asarray(self.rad[key]))

    def __len__(self) -> int:
        return len(self.mid)

    def contains(self, value: Any) -> Booleans:
        """Whether floats or fractions lie inside; exact, entry by entry."""
        values = np.broadcast_to(np.asarray(value, dtype=object), self.shape)
        found = [
            bool(np.isposinf(r)) or abs(Fraction(v) - Fraction(float(m))) <= Fraction(float(r))
            for v, m, r in zip(values.flat, self.mid.flat, self.rad.flat, strict=True)
        ]
        return np.asarray(found, dtype=bool).reshape(self.shape)

    @_quiet
    def certainly_at_most(self, other: Any) -> Booleans:
        """Where every value is ≤ every value of the other."""
        return np.asarray(self.upper <= Ball.of(other).lower)

    @_quiet
    def certainly_above(self, other: Any) -> Booleans:
        """Where every value is > every value of the other."""
        return np.asarray(self.lower > Ball.of(other).upper)

    def __neg__(self) -> Ball:
        return Ball(-self.mid, self.rad)

    @_quiet
    def __add__(self, other: Any) -> Ball:
        that = Ball.of(other)
        mid = self.mid + that.mid
        idle = ((self.mid == 0) & (self.rad == 0)) | ((that.mid == 0) & (that.rad == 0))  # 0 + x is not rounded
        return Ball(mid, (self.rad + that.rad + np.where(idle, 0.0, UNIT * np.abs(mid))) * _FEW)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Ball:
        return self + (-Ball.of(other))

    def __rsub__(self, other: Any) -> Ball:
        return Ball.of(other) + (-self)

    @_quiet
    def __mul__(self, other: Any) -> Ball:
        that = Ball.of(other)
        mid = self.mid * that.mid
        size = np.abs(that.mid)
        rad = np.abs(self.mid) * that.rad + self.rad * (size + that.rad) + UNIT * np.abs(mid)
        zero = ((self.mid == 0) & (self.rad == 0)) | ((size == 0) & (that.rad == 0))
        return Ball(mid, np.where(zero, 0.0, rad * _FEW + TINY))

    __rmul__ = __mul__

    @_quiet
    def __truediv__(self, other: Any) -> Ball:
        # |x/y − q| = |x − q y|/|y| ≤ (|a − q b| + ra + |q| rb)/(|b| − rb), |a − q b| ≤ (u|q| + 2^-1074)|b|.
        that = Ball.of(other)
        mid = self.mid / that.mid
        size = np.abs(that.mid)
        least = (size - that.rad) / _FEW
        ratio = size / least
        rad = np.abs(mid) * (UNIT * ratio + that.rad / least + TINY) + self.rad / least + TINY * ratio
        rad = rad * _FEW + TINY
        zero = (self.mid == 0) & (self.rad == 0) & (least > 0)
        rad = np.where(zero, 0.0, rad)
        lost = ~(least > 0) | ~np.isfinite(mid)
        return Ball(np.where(lost, 0.0, mid), np.where(lost, np.inf, rad))

    def __rtruediv__(self, other: Any) -> Ball:
        return Ball.of(other) / self

    def __pow__(self, exponent: int) -> Ball:
        """An integer power, by repeated multiplication."""
        if exponent < 0:
            return 1 / self ** (-exponent)
        ones = Ball.exact(np.ones(self.shape))
        return reduce(mul, [self] * exponent) if exponent else ones

    @_quiet
    def sqrt(self) -> Ball:
        """√ of nonnegative numbers; what the enclosure holds below zero is cut off.

        √ is monotone and correctly rounded, so that one step outwards at each end is enough.
        """
        low, high = np.sqrt(np.maximum(self.lower, 0.0)), np.sqrt(self.upper)
        square = (self.rad == 0) & (low * low == self.mid) & (low == np.rint(low)) & (low < 2.0**26)
        down = np.where(square | (low == 0), low, np.nextafter(low, 0.0))
        return Ball.between(down, np.where(square | (high == 0), high, np.nextafter(high, np.inf)))

    @_quiet
    def sum(self, axis: int | tuple[int, ...] = -1) -> Ball:
        """Sums along axes of up to 2^20 terms in all."""
        mid, sizes = self.mid.sum(axis=axis), np.abs(self.mid).sum(axis=axis)
        terms = _few_enough(self.mid.size // max(mid.size, 1))
        return Ball(mid, (self.rad.sum(axis=axis) + (terms + 1 if terms > 1 else 0) * UNIT * sizes) * _MANY)

    @_quiet
    def __matmul__(self, other: Any) -> Ball:
        """Products of matrices, stacked over the leading axes.

        Radius |A|(R_B + γ|B|) + R_A(|B| + R_B) with γ = (n + 2)u ≥ n u/(1 − n u), n the inner dimension.
        """
        that = Ball.of(other)
        size, inner = np.abs(that.mid), _few_enough(self.shape[-1])
        rad = np.abs(self.mid) @ (that.rad + (inner + 2) * UNIT * size) + self.rad @ (size + that.rad)
        rows = ((self.mid != 0) | (self.rad != 0)).any(axis=-1)[..., :, None]
        columns = ((size != 0) | (that.rad != 0)).any(axis=-2)[..., None, :]
        return Ball(self.mid @ that.mid, np.where(rows & columns, rad * _MANY + TINY, 0.0))

    def maximum(self, axis: int = -1) -> Ball:
        """The largest value along an axis."""
        return Ball.between(self.lower.max(axis=axis), self.upper.max(axis=axis))

    def norm(self, axis: int = -1) -> Ball:
        """Euclidean norms of vectors along an axis, scaled so that squares neither overflow nor underflow."""
        exponents = np.frexp(self.magnitude.max(axis=axis, keepdims=True))[1]
        exponents = np.where(np.abs(exponents) < 1000, exponents, 0)
        unit = self.scaled(-exponents)
        return (unit * unit).sum(axis=axis).sqrt().scaled(exponents.squeeze(axis))

    @_quiet
    def scaled(self, exponents: Any) -> Ball:
        """Times 2^e, |e| ≤ 1000: exact unless something comes near the smallest floats, and then widened."""
        factor = np.ldexp(1.0, np.asarray(exponents, dtype=np.int64))
        mid, rad = self.mid * factor, self.rad * factor
        small = ((self.mid != 0) & (np.abs(mid) < 2 * TINY)) | ((self.rad != 0) & (rad < 2 * TINY))
        return Ball(mid, np.where(small, (rad + TINY) * _FEW, rad))

    @_quiet
    def widened(self, errors: Any) -> Ball:
        """The same numbers with nonnegative exact floats added to the radii."""
        return Ball(self.mid, np.where(np.asarray(errors) == 0, self.rad, (self.rad + errors) * _FEW))

    def nonnegative(self) -> Ball:
        """The same numbers, known to be ≥ 0 for another reason."""
        return Ball.between(np.maximum(self.lower, 0.0), self.upper)


def stack(balls: list[Ball], axis: int = -1) -> Ball:
    """Enclosures of equal shape, stacked along a new axis.

    Example:
        >>> stack([Ball.exact(1.0), Ball.exact(2.0)]).mid.tolist()
        [1.0, 2.0]
    """
    return Ball(np.stack([ball.mid for ball in balls], axis=axis), np.stack([ball.rad for ball in balls], axis=axis))


def join(balls: list[Ball], axis: int = -1) -> Ball:
    """Enclosures joined along an existing axis."""
    return Ball(
        np.concatenate([ball.mid for ball in balls], axis=axis), np.concatenate([ball.rad for ball in balls], axis=axis)
    )


def _few_enough(terms: int) -> int:
    if terms > _TERMS:
        raise UnusableRequest(f"a sum of {terms} terms", f"at most {_TERMS}", "add it in pieces")
    return terms
