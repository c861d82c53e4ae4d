"""What a request for a random matrix may ask for; anything else gets one clear line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral

from hessproof.symbolic.errors import UnusableRequest


def counted(value: int, what: str) -> int:
    """A number of rows, columns or samples: an integer of at least 1.

    Raises:
        UnusableRequest: If it is none.

    Example:
        >>> counted(0, "size")
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: size 0: expected an integer of at least 1; give for instance 500
    """
    if not _integer(value) or value < 1:
        raise UnusableRequest(f"{what} {value}", "an integer of at least 1", "give for instance 500")
    return value


def positive(value: float, what: str, *, zero: bool = False) -> float:
    """A finite number above 0, or from 0 on.

    Args:
        value: The number.
        what: What it is called.
        zero: Whether 0 is allowed.

    Raises:
        UnusableRequest: If it is none.

    Example:
        >>> positive(0.0, "energy", zero=True), positive(0.5, "tau")
        (0.0, 0.5)
    """
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
        expected = "a finite number of at least 0" if zero else "a finite number above 0"
        raise UnusableRequest(f"{what} {value}", expected, "give for instance 0.5")
    return float(value)


def seeded(value: int) -> int:
    """A seed: an integer from 0 on.

    Raises:
        UnusableRequest: If it is none.

    Example:
        >>> seeded(7)
        7
    """
    if not _integer(value) or value < 0:
        raise UnusableRequest(f"seed {value}", "an integer of at least 0", "give for instance 1")
    return value


def one_of(value: str, choices: Sequence[str], what: str) -> str:
    """One of some words.

    Raises:
        UnusableRequest: If it is none of them.

    Example:
        >>> one_of("sign", ("normal", "sign"), "entries")
        'sign'
    """
    if value not in choices:
        raise UnusableRequest(f"{what} {value!r}", f"one of {', '.join(choices)}", f"give for instance {choices[0]}")
    return value


def _integer(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
