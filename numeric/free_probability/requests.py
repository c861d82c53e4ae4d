"""What a person may ask of a law: numbers in range, points that are finite, tolerances that can be met."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

LEAST_TOLERANCE = 1e-300
"""Below it a tolerance is no number that a float can meet."""
LEAST, MOST = Fraction(99, 10**22), Fraction(101 * 10**18)
"""Range of parameters other than 0: fourth powers and products of them must stay far from the ends
of floats. A little more than from 1e-20 to 1e20, whose floats are rounded."""
MOST_DIGITS = 1000
"""More digits than anybody has asked for; each value would take seconds."""


def number(value: Any, name: str, *, zero: bool) -> Fraction:
    """A finite number > 0, or ≥ 0, exactly.

    Args:
        value: An int, float, Fraction, decimal or a text such as ``1/4``.
        name: What it is called in the message.
        zero: Whether 0 will do.

    Raises:
        UnusableRequest: If it is something else.

    Example:
        >>> number("1/4", "τ", zero=False), number(0.5, "ε", zero=True)
        (Fraction(1, 4), Fraction(1, 2))
        >>> number(-1, "ε", zero=True)
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: ε = -1: expected a finite number ≥ 0; give for instance ε = 1/4
    """
    found = _exact(value)
    if found is None or found < 0 or (found == 0 and not zero):
        wanted = "a finite number ≥ 0" if zero else "a finite number > 0"
        raise UnusableRequest(f"{name} = {value}", wanted, f"give for instance {name} = 1/4")
    if found and not LEAST <= found <= MOST:
        raise UnusableRequest(
            f"{name} = {value}", "a number between 1e-20 and 1e20", f"rescale, or take {name} closer to 1"
        )
    return found


def real(value: Any, name: str) -> Fraction:
    """A finite number, exactly.

    Raises:
        UnusableRequest: If it is something else.
    """
    found = _exact(value)
    if found is None:
        raise UnusableRequest(f"{name} = {value}", "a finite number", f"give for instance {name} = 1/4")
    return found


def _exact(value: Any) -> Fraction | None:
    if isinstance(value, bool):
        return None
    try:
        return Fraction(value.item() if isinstance(value, np.generic) else value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None


def places(points: Any) -> npt.NDArray[np.float64]:
    """An array of finite floats that is not empty.

    Raises:
        UnusableRequest: If it is something else.
    """
    try:
        found = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError):
        raise UnusableRequest("points that are no numbers", "an array of real numbers", "pass floats") from None
    if found.size == 0:
        raise UnusableRequest("no points", "at least one point", "pass an array that is not empty")
    if not np.isfinite(found).all():
        raise UnusableRequest("points with NaN or infinity", "finite numbers", "leave them out")
    return found


def tolerance_of(value: Any) -> float:
    """A tolerance > 0.

    Raises:
        UnusableRequest: If it is not one.
    """
    if not (isinstance(value, (int, float, np.floating)) and math.isfinite(value) and value >= LEAST_TOLERANCE):
        raise UnusableRequest(f"tolerance {value}", "a positive number", "give for instance 1e-10")
    return float(value)


def count_of(value: Any, name: str, least: int, most: int) -> int:
    """An integer between two others.

    Raises:
        UnusableRequest: If it is not one.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise UnusableRequest(f"{name} = {value}", f"an integer from {least} to {most}", f"give for instance {least}")
    return int(value)
