"""Balls that add up with Python's fractions, so that compiled bounds take them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import TracebackType
from typing import Any

import flint

BITS = 384


class precision:
    """Ball arithmetic with `BITS` bits inside a ``with`` block."""

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, BITS

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        flint.ctx.prec = self.before


def ball(value: Any) -> Any:
    """A rational, or a ball, as a ball.

    Example:
        >>> ball(Fraction(1, 2)), ball(Real(3))
        (0.500000000000000, 3.00000000000000)
    """
    if isinstance(value, Real):
        return value.ball
    if isinstance(value, flint.arb):
        return value
    if isinstance(value, flint.fmpq):
        return flint.arb(value)
    exact = Fraction(value)
    with precision():
        return flint.arb(flint.fmpq(exact.numerator, exact.denominator))


def root(value: Any) -> Any:
    """√ of a number that is known to be ≥ 0.

    Example:
        >>> root(4), root(0)
        (2.00000000000000, 0)
    """
    found = ball(value)
    with precision():
        if found.is_zero():
            return flint.arb(0)
        return (found.nonnegative_part() if found.contains(0) else found).sqrt()


class Real:
    """A ball with the arithmetic that bounds need.

    Example:
        >>> (Fraction(1, 2) + Real(1) * 3 - 1) ** 2
        Real(6.25000000000000)
    """

    def __init__(self, value: Any) -> None:
        self.ball = ball(value)

    def __repr__(self) -> str:
        return f"Real({self.ball})"

    def _with(self, other: Any, operation: Callable[[Any, Any], Any]) -> Real:
        with precision():
            return Real(operation(self.ball, ball(other)))

    def __add__(self, other: Any) -> Real:
        return self._with(other, lambda one, two: one + two)

    def __sub__(self, other: Any) -> Real:
        return self._with(other, lambda one, two: one - two)

    def __mul__(self, other: Any) -> Real:
        return self._with(other, lambda one, two: one * two)

    def __truediv__(self, other: Any) -> Real:
        return self._with(other, lambda one, two: one / two)

    def __rsub__(self, other: Any) -> Real:
        return self._with(other, lambda one, two: two - one)

    def __rtruediv__(self, other: Any) -> Real:
        return self._with(other, lambda one, two: two / one)

    def __pow__(self, exponent: int) -> Real:
        with precision():
            return Real(self.ball**exponent)

    def sqrt(self) -> Real:
        """√."""
        return Real(root(self))

    __radd__, __rmul__ = __add__, __mul__
