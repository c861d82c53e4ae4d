"""From what a conjecture returns to a plain number; anything that is not one is refused in words.

These functions run in the process of the user's code. What they return travels to the search, so it is always a plain
Python value.
"""

from __future__ import annotations

import operator
from typing import Any

LARGEST = 10**100
"""What a conjecture may return: far more than any p, and short enough to be printed."""


class BadValue(ValueError):
    """A returned value that is no answer.

    Args:
        what: What it is, to follow "it returned".
        expected: What would be an answer.
        remedy: What to do.
    """

    def __init__(
        self,
        what: str,
        expected: str = "a whole number that is not negative",
        remedy: str = "return an int; // divides without a remainder",
    ) -> None:
        self.expected, self.remedy = expected, remedy
        super().__init__(what)


def read_rank(value: object) -> int:
    """A rank: a whole number that is not negative, of Python, NumPy or SymPy.

    Raises:
        BadValue: If it is anything else, a float or a truth value included.

    Example:
        >>> import sympy
        >>> read_rank(sympy.Integer(3)), read_rank(4)
        (3, 4)
        >>> read_rank(2.0)
        Traceback (most recent call last):
        ...
        hessproof.proofs_check.conjectures.reading.BadValue: a float, 2.0
    """
    kind = type(value)
    if value is None:
        raise BadValue("None", remedy="let every branch return a number")
    if kind.__name__ in ("bool", "bool_") or kind.__module__.startswith("sympy.logic"):
        raise BadValue(f"a truth value, {shown(value)}", remedy="return the number, not a comparison")
    if isinstance(value, float):
        raise BadValue(f"a float, {shown(value)}")
    found = _index(value)
    if found is None:
        raise BadValue(f"a value of type {kind.__name__}, {shown(value)}")
    if abs(found) > LARGEST:
        raise BadValue(f"a number of {found.bit_length()} bits", remedy="return a rank, which is at most p")
    if found < 0:
        raise BadValue(
            f"the negative number {shown(found)}", remedy="return max(0, …), or leave such instances out by where="
        )
    return found


def shown(value: object, limit: int = 60) -> str:
    """A value as one short line, whatever its ``repr`` does.

    Example:
        >>> shown("a" * 100)
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"
    """
    try:
        text = " ".join(repr(value).split())
    except Exception as problem:
        return f"<{type(value).__name__} whose repr raises {type(problem).__name__}>"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _index(value: Any) -> int | None:
    """The value as an integer, None if it is none: Python and NumPy integers, and SymPy's without a fraction."""
    try:
        return int(operator.index(value))
    except TypeError:
        pass
    except Exception:
        return None
    if type(value).__module__.startswith("sympy") and getattr(value, "is_Integer", False):
        return int(value)
    return None
