"""Numbers with infinitesimal parts, Σ_S a_S ε_S with ε_i² = 0: exact derivatives from definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hessproof.symbolic.valuation import Array


class Jet:
    """A polynomial in ε_0, ε_1, … that is linear in each; ``parts`` maps the bit mask of S to a_S.

    The coefficient of ε in f(x + ε) is f′(x). Nested derivatives use different ε.

    Example:
        >>> x = 3 + Jet({1: 1})
        >>> (x * x).part(1)
        6
    """

    __slots__ = ("parts",)

    def __init__(self, parts: dict[int, Any]) -> None:
        self.parts = parts

    def part(self, mask: int) -> Any:
        """The coefficient of ε_mask as a jet in the other ε, or as a number if there are none."""
        found = {key & ~mask: value for key, value in self.parts.items() if key & mask == mask}
        return _plain(found)

    def without(self) -> Any:
        """The number that is left when every ε is zero."""
        return self.parts.get(0, 0)

    def __add__(self, other: Any) -> Jet:
        parts = dict(self.parts)
        for mask, value in _parts(other).items():
            parts[mask] = parts.get(mask, 0) + value
        return Jet(parts)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet({mask: -value for mask, value in self.parts.items()})

    def __sub__(self, other: Any) -> Jet:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Jet:
        return self.__neg__().__add__(other)

    def __mul__(self, other: Any) -> Jet:
        parts: dict[int, Any] = {}
        for one, first in self.parts.items():
            for two, second in _parts(other).items():
                if not one & two:
                    parts[one | two] = parts.get(one | two, 0) + first * second
        return Jet(parts)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        one, two = self.parts, _parts(other)
        return all(one.get(mask, 0) == two.get(mask, 0) for mask in one.keys() | two.keys())

    __hash__ = None  # type: ignore[assignment]


def _parts(value: Any) -> dict[int, Any]:
    return value.parts if isinstance(value, Jet) else {0: value}


def _plain(parts: dict[int, Any]) -> Any:
    return Jet(parts) if any(parts) else parts.get(0, 0)


def each(function: Callable[[Any], Any], array: Array) -> Array:
    """The function applied to every entry."""
    result = np.empty(array.size, dtype=object)
    for position, entry in enumerate(array.flat):
        result[position] = function(entry)
    return result.reshape(array.shape)


def coefficient(value: Any, mask: int) -> Any:
    """The coefficient of ε_mask in a number or an array."""
    if isinstance(value, np.ndarray):
        return each(lambda entry: coefficient(entry, mask), value)
    return value.part(mask) if isinstance(value, Jet) else 0


def finite(value: Any) -> Any:
    """A number or an array with every ε set to zero."""
    if isinstance(value, np.ndarray):
        return each(finite, value)
    return value.without() if isinstance(value, Jet) else value
