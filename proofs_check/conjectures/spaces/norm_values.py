"""What a conjectured norm bound returns, and the comparison of a norm with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

from hessproof.proofs_check.conjectures.reading import BadValue, shown

ROUNDING = Fraction(1, 2**40)
"""A float counts as anything within this share of it, 10^-12: a few roundings of a bound that is attained refute
nothing."""
LARGEST = 10**1000
"""Of numerator and denominator: more than those of any float, and short enough to be printed."""
_DIGITS = 50
"""Decimal digits to which SymPy evaluates an irrational number."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A bound as an interval: one point for whole numbers and fractions, a narrow one for others.

    Args:
        low: Its least value, None for infinity.
        high: Its largest value, None for infinity.

    Example:
        >>> str(Stated(Fraction(1, 2), Fraction(1, 2))), Stated(None, None).shown
        ('1/2', 'infinity')
    """

    low: Fraction | None
    high: Fraction | None

    @property
    def shown(self) -> str:
        """The value, in twelve digits unless it is rational."""
        if self.low is None or self.high is None:
            return "infinity"
        return str(self.low) if self.low == self.high else f"{float((self.low + self.high) / 2):.12g}"

    def __str__(self) -> str:
        return self.shown


def read_norm(value: object) -> Stated:
    """A bound on a norm: a number that is not negative, exact or a float, of Python, NumPy, SymPy or mpmath.

    Raises:
        BadValue: If it is anything else.

    Example:
        >>> import sympy
        >>> str(read_norm(Fraction(3, 4))), str(read_norm(0.5)), str(read_norm(sympy.sqrt(2)))
        ('3/4', '0.5', '1.41421356237')
        >>> read_norm(float("nan"))
        Traceback (most recent call last):
        ...
        hessproof.proofs_check.conjectures.reading.BadValue: nan, which is no number
    """
    kind = type(value)
    if value is None:
        raise _bad("None", "let every branch return a number")
    if kind.__name__ in ("bool", "bool_") or kind.__module__.startswith("sympy.logic"):
        raise _bad(f"a truth value, {shown(value)}", "return the number, not a comparison")
    found = _exact(value)
    if found is None and kind.__module__.split(".")[0] == "sympy":
        found = _of_sympy(value)
    if found is None:
        found = _of_float(value)
    if found is None:
        raise _bad(f"a value of type {kind.__name__}, {shown(value)}", "return an int, a Fraction or a float")
    if any(end is not None and max(abs(end.numerator), end.denominator) > LARGEST for end in (found.low, found.high)):
        raise _bad("a number of more than a thousand digits", "return a shorter fraction, or a float")
    if found.low is not None and found.low < 0:
        raise _bad(f"the negative number {shown(value)}", "return a bound on a norm, or leave instances out by where=")
    return found


def _bad(what: str, remedy: str) -> BadValue:
    return BadValue(what, "a number that is not negative", remedy)


def _exact(value: Any) -> Stated | None:
    if isinstance(value, Rational):
        point = Fraction(int(value.numerator), int(value.denominator))
        return Stated(point, point)
    if getattr(value, "is_Rational", None) is True:
        point = Fraction(int(value.p), int(value.q))
        return Stated(point, point)
    return None


def _of_sympy(value: Any) -> Stated | None:
    """An interval of width 10^-45 around an irrational number of SymPy."""
    if value.free_symbols if hasattr(value, "free_symbols") else False:
        raise _bad(f"an expression with symbols, {shown(value)}", "put numbers in")
    if getattr(value, "is_infinite", False) is True and getattr(value, "is_extended_positive", False) is True:
        return Stated(None, None)
    if getattr(value, "is_Float", False) is True:
        return _of_float(float(value))
    number = value.evalf(_DIGITS) if hasattr(value, "evalf") else None
    if number is None or (
        getattr(number, "is_Float", False) is not True and getattr(number, "is_Integer", 0) is not True
    ):
        raise _bad(f"{shown(value)}, which is no real number", "return a real number")
    middle = Fraction(str(number))
    slack = abs(middle) / 10 ** (_DIGITS - 5)
    return Stated(middle - slack, middle + slack)


def _of_float(value: Any) -> Stated | None:
    """A float of any library; its rounding counts."""
    if isinstance(value, (str, bytes, complex)) or not hasattr(type(value), "__float__"):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if math.isnan(number):
        raise _bad("nan, which is no number", "return a number at every instance")
    if math.isinf(number):
        if number < 0:
            raise _bad("minus infinity", "return a bound that is not negative")
        return Stated(None, None)
    middle = Fraction(number)
    slack = abs(middle) * ROUNDING
    return Stated(middle - slack, middle + slack)
